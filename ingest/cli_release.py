"""The commands about releases: marking and withdrawing them, listing them, telling two of them apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ingest.cli_options import warehouse_option

if TYPE_CHECKING:
    from warehouse.difference import Difference

_SHOWN = 20
_REASONS = {
    "new_forms": "new forms",
    "corrected_forms": "corrected forms",
    "removed_forms": "forms that are no longer there",
    "other_files": "other numbers issued, administrative figures or quarantined forms",
    "catalogue": "another catalogue",
    "code": "another version of the code",
}


@click.group()
def release() -> None:
    """Name snapshots that are given out, provisional or final, and tell what changed between two of them."""


@release.command()
@click.argument("snapshot", required=False)
@click.option("--id", "name", required=True, help="What the release is called, for ever.")
@click.option(
    "--status",
    type=click.Choice(["provisional", "final"]),
    required=True,
    help="A provisional release may become final; a final one can only be withdrawn.",
)
@click.option("--note", default="", help="Why, for whom, decided by which document.")
@warehouse_option
def mark(
    snapshot: str | None,
    name: str,
    status: Literal["provisional", "final"],
    note: str,
    warehouse: Path,
) -> None:
    """Record that SNAPSHOT (by default the one that serves) is given out under a name. It is never deleted again."""
    from warehouse.ledger import Ledger
    from warehouse.store import Store

    store = Store(warehouse)
    wanted = store.existing(snapshot).stem
    with store.locked():
        is_new = Ledger(store).mark(wanted, name, status, note)
    if not is_new:
        click.echo(f"{name} is the {status} release of snapshot {wanted} already; nothing changed")
        return
    click.echo(f"{name}: {status} release of snapshot {wanted}")
    click.echo(f"snapshot {wanted} is kept from now on, however many are loaded after it")


@release.command()
@click.argument("name", metavar="ID")
@click.option("--reason", required=True, help="Why it stands no more; kept in the ledger.")
@warehouse_option
def withdraw(name: str, reason: str, warehouse: Path) -> None:
    """Record that a release stands no more, and why. The ledger and the snapshot keep what was given out."""
    from warehouse.ledger import Ledger
    from warehouse.store import Store

    store = Store(warehouse)
    with store.locked():
        withdrawn = Ledger(store).withdraw(name, reason)
    click.echo(
        f"{name} is withdrawn: {reason}; its snapshot {withdrawn.snapshot} is kept and can be read as before"
    )


@release.command("list")
@warehouse_option
def listed(warehouse: Path) -> None:
    """List every line of the ledger, the oldest first."""
    from warehouse.ledger import Ledger
    from warehouse.store import Store

    lines = Ledger(Store(warehouse)).read()
    if not lines:
        click.echo(f"{warehouse} holds no release; mark one with hailong release mark")
    for line in lines:
        what = line.status if line.event == "mark" else f"{line.status} WITHDRAWN"
        note = f"  {line.note}" if line.note else ""
        click.echo(
            f"{line.at:%Y-%m-%d %H:%M:%S} UTC  {line.release}  {what}  {line.snapshot}{note}"
        )


@release.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Write every changed figure to this csv, xlsx or parquet file.",
)
@warehouse_option
def diff(old: str, new: str, out: Path | None, warehouse: Path) -> None:
    """Tell which figures differ between two releases or snapshots, OLD and NEW, and why."""
    from warehouse.difference import Difference
    from warehouse.export import format_of
    from warehouse.store import Store

    form = format_of(None, out) if out else None
    found = Difference(Store(warehouse), old, new)
    click.echo(f"old: {found.old.name}\nnew: {found.new.name}")
    for sentence in found.lacking:
        click.echo(sentence)
    for reason in found.reasons():
        count = "" if reason.n is None else f"{reason.n} "
        click.echo(f"{reason.survey}: {count}{_REASONS[reason.reason]}")
    if not found.count():
        click.echo("no figure differs")
    for tally in found.tallies():
        what = f" of {tally.figure}" if tally.figure else ""
        click.echo(f"{tally.view}: {tally.n} {tally.state}{what}")
    _show(found)
    if out and form:
        n_rows = found.write(form, out)
        click.echo(f"{out}: {n_rows} rows")
    found.close()


def _show(found: Difference) -> None:
    """Write the first changes as a table."""
    rows = found.top(_SHOWN)
    if rows.is_empty():
        return
    lines = [["", "old", "new", "change", "reasons"]]
    for row in rows.iter_rows(named=True):
        where = [row[name] for name in ("survey", "geography", "geo_code", "channel", "item")]
        named = " ".join([*filter(None, where), *([f"={row['option']}"] if row["option"] else [])])
        figures = [_written(row, "old"), _written(row, "new"), _number(row["difference"], "+")]
        state = "" if row["state"] == "changed" else f" ({row['state']})"
        lines.append([f"{named} {row['figure']}{state}", *figures, row["reasons"]])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [
            text.ljust(width) if column in {0, len(line) - 1} else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def _written(row: dict[str, object], side: str) -> str:
    if row[f"{side}_suppressed"]:
        return "hidden: too few forms"
    return _number(row[f"{side}_value"], "")


def _number(value: object, sign: str) -> str:
    if not isinstance(value, float):
        return ""
    return f"{value:{sign}.0f}" if value.is_integer() else f"{value:{sign}.4f}"
