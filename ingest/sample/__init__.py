"""Synthetic deliveries, calibrated to the published figures: what `hailong sample` writes."""

from __future__ import annotations

from ingest.sample.surveys import DEFAULT_SEED, SampleRefused, write_samples

__all__ = ["DEFAULT_SEED", "SampleRefused", "write_samples"]
