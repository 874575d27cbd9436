"""The warehouse: catalogue, build, snapshots and typed queries; the only Python that knows DuckDB."""

from warehouse.errors import HailongError, NoSnapshot
from warehouse.opening import open_current, open_release, open_snapshot
from warehouse.snapshot import Snapshot

__all__ = [
    "HailongError",
    "NoSnapshot",
    "Snapshot",
    "open_current",
    "open_release",
    "open_snapshot",
]
