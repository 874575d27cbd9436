"""The commands about the snapshots of a warehouse: which there are, and which one serves."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.cli_options import warehouse_option


@click.command()
@warehouse_option
def snapshots(warehouse: Path) -> None:
    """List the snapshots, the newest first; the one that serves is marked."""
    from warehouse.store import Store

    store = Store(warehouse)
    entries = store.entries()
    if not entries:
        raise store.empty()
    for entry in entries:
        mark = "*" if entry.is_current else " "
        surveys = ", ".join(f"{name} {count}" for name, count in entry.surveys.items())
        click.echo(f"{mark} {entry.snapshot}  {entry.built_at:%Y-%m-%d %H:%M:%S} UTC  {surveys}")


@click.command()
@click.argument("snapshot", required=False)
@warehouse_option
def rollback(snapshot: str | None, warehouse: Path) -> None:
    """Let an older snapshot serve again: SNAPSHOT, or the one built before the one that serves."""
    from warehouse.store import Store

    store = Store(warehouse)
    wanted = snapshot or store.previous()
    with store.locked():
        store.point_to(wanted)
    click.echo(f"snapshot {wanted} serves")
