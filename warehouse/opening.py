"""Opening the snapshots of a warehouse folder for reading."""

from __future__ import annotations

from pathlib import Path

from warehouse.ledger import Ledger
from warehouse.snapshot import Snapshot
from warehouse.store import Store


def open_snapshot(folder: Path, snapshot: str | None = None) -> Snapshot:
    """Open a snapshot of the warehouse `folder`, by default the one that serves.

    Raises:
        NoSnapshot: nothing was loaded yet.
        UnknownSnapshot: there is no such snapshot.
    """
    store = Store(folder)
    path = store.existing(snapshot)
    return Snapshot(path, store.built_at(path.stem))


def open_release(folder: Path, name: str) -> Snapshot:
    """Open the snapshot that a release of the warehouse `folder` stands for, or that `name` is the identity of.

    Raises:
        UnknownRelease, UnknownSnapshot: there is no such release or snapshot.
    """
    store = Store(folder)
    snapshot, release = Ledger(store).resolve(name)
    return Snapshot(store.existing(snapshot), store.built_at(snapshot), release)


def open_current(folder: Path) -> Snapshot:
    """Open the snapshot that serves in the warehouse `folder`; see `open_snapshot`."""
    return open_snapshot(folder)
