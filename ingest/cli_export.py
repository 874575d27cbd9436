"""The command that writes rows of a published view to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click

from ingest.cli_options import warehouse_option
from ingest.cli_snapshots import as_release, chosen_snapshot


@click.command()
@click.argument("view")
@warehouse_option
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Equality; repeat for more.",
)
@click.option(
    "--columns",
    multiple=True,
    metavar="NAME,NAME",
    help="The columns wanted, in this order; all by default.",
)
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "parquet"]), default=None)
@click.option(
    "--decimal",
    type=click.Choice(["point", "comma"]),
    default="point",
    show_default=True,
    help="Decimal sign of csv; with a comma, semicolons stand between the columns.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.",
)
@click.option("--snapshot", default=None, help="Another snapshot than the one that serves.")
@click.option("--release", default=None, help="A release; the file says which one it is of.")
def export(  # noqa: PLR0913 each is an option of the command
    *,
    view: str,
    warehouse: Path,
    conditions: tuple[str, ...],
    columns: tuple[str, ...],
    form: str | None,
    decimal: Literal["point", "comma"],
    out: Path,
    snapshot: str | None,
    release: str | None,
) -> None:
    """Write rows of a published VIEW to a file."""
    from warehouse.export import export_view, format_of
    from warehouse.extraction import Extraction, parsed_columns, parsed_conditions

    chosen = format_of(form, out)
    opened = chosen_snapshot(warehouse, snapshot, release)
    wanted = Extraction(
        view,
        parsed_conditions(opened, view, conditions),
        parsed_columns(opened, view, columns),
    )
    with _rows_written(view) as progress:
        n_rows = export_view(opened, wanted, chosen, out, decimal, progress)
    click.echo(f"{out}: {n_rows} rows of {view}, snapshot {opened.id}{as_release(opened)}")


@contextmanager
def _rows_written(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show on a terminal how many rows of a file are written; a file is soon written elsewhere, in silence."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(written: int, rows: int) -> None:
            bar.length = max(rows, 1)
            bar.update(min(max(written, 1), bar.length) - bar.pos)

        yield show
