"""The commands about the snapshots of a warehouse: which there are, and which one serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.cli_options import warehouse_option

if TYPE_CHECKING:
    from warehouse import Snapshot


@click.command()
@warehouse_option
def snapshots(warehouse: Path) -> None:
    """List the snapshots, the newest first; the one that serves and those released are marked."""
    from warehouse.ledger import Ledger, standing
    from warehouse.store import Store

    store = Store(warehouse)
    entries, releases = store.entries(), Ledger(store).releases()
    if not entries:
        raise store.empty()
    for entry in entries:
        mark = "*" if entry.is_current else " "
        surveys = ", ".join(f"{name} {count}" for name, count in entry.surveys.items())
        named = "".join(
            f"  [{one.status} {one.release}]" for one in standing(releases, entry.snapshot)
        )
        click.echo(
            f"{mark} {entry.snapshot}  {entry.built_at:%Y-%m-%d %H:%M:%S} UTC  {surveys}{named}"
        )


@click.command()
@click.argument("snapshot", required=False)
@warehouse_option
def rollback(snapshot: str | None, warehouse: Path) -> None:
    """Let an older snapshot serve again: SNAPSHOT (or a release), or the one built before the one that serves."""
    from warehouse.ledger import Ledger
    from warehouse.store import Store

    store = Store(warehouse)
    wanted = Ledger(store).resolve(snapshot)[0] if snapshot else store.previous()
    with store.locked():
        store.point_to(wanted)
    click.echo(f"snapshot {wanted} serves")


def chosen_snapshot(warehouse: Path, snapshot: str | None, release: str | None) -> Snapshot:
    """Open the snapshot or the release that was asked for, by default the one that serves.

    Raises:
        UsageError: both are named.
    """
    from warehouse import open_release, open_snapshot
    from warehouse.errors import UsageError

    if snapshot and release:
        raise UsageError("--snapshot and --release both name what to read; give one")
    return open_release(warehouse, release) if release else open_snapshot(warehouse, snapshot)


def as_release(opened: Snapshot) -> str:
    """Return how a message names the release that a snapshot is opened as; empty where it is opened as none."""
    release = opened.release
    if release is None:
        return ""
    return (
        f", release {release.release} ({'withdrawn' if release.withdrawn_at else release.status})"
    )
