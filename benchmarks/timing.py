"""Timing whole processes and calls: the median of several runs, taken in turns where two are compared."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def process_seconds(arguments: Sequence[str]) -> tuple[float, str]:
    """Return the wall seconds of one whole Python process, its start included, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def call_seconds(call: Callable[[], object], runs: int) -> list[float]:
    """Return the wall seconds of each of `runs` calls, after one that is not counted."""
    call()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return seconds


def spread(seconds: Sequence[float]) -> str:
    """Return the minimum, median and maximum in words."""
    return f"{min(seconds):.3f} / {statistics.median(seconds):.3f} / {max(seconds):.3f} s (min / median / max)"


@contextmanager
def sample_deliveries() -> Iterator[Path]:
    """Give a folder with the synthetic deliveries, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as folder:
        process_seconds(["-m", "ingest.cli", "sample", folder])
        yield Path(folder)
