"""The command line: `hailong`, the composition root. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from ingest.load import LoadSummary
    from warehouse.checking import CheckResult

CHECK_MEMORY = "2GB"
DEFAULT_WAREHOUSE = Path("data") / "warehouse"


def _default_warehouse() -> str:
    return os.environ.get("HAILONG_WAREHOUSE") or str(DEFAULT_WAREHOUSE)


warehouse_option = click.option(
    "--warehouse",
    type=click.Path(path_type=Path, file_okay=False),
    default=_default_warehouse,
    help="Warehouse folder; else the environment's HAILONG_WAREHOUSE, else data/warehouse.",
)
catalogue_option = click.option(
    "--catalogue",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder laid over the shipped catalogue (see docs/catalogue.md).",
)


class Program(click.Group):
    """Turns the program's own errors into one message and an exit code: 1 refused or failed, 2 wrong usage."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and translate what it raises."""
        from warehouse.errors import HailongError, UsageError

        try:
            return super().invoke(ctx)
        except UsageError as wrong:
            raise click.UsageError(str(wrong)) from wrong
        except HailongError as wrong:
            raise click.ClickException(str(wrong)) from wrong


@click.group(cls=Program)
@click.version_option(package_name="hailong")
def main() -> None:
    """Hài Lòng: satisfaction indices of Vietnam Social Security, from survey extracts to figures on screen."""


@contextmanager
def _progress(label: str, steps: int) -> Iterator[Callable[[str, int], None]]:
    """Show a progress bar on a terminal, and plain lines of the steps that took in rows elsewhere."""
    if sys.stderr.isatty():
        with click.progressbar(length=steps, label=label, file=sys.stderr, show_eta=False) as bar:
            yield lambda step, rows: bar.update(1)
    else:
        yield (
            lambda step, rows: (
                click.echo(f"{label}: {step} ({rows} rows)", err=True) if rows else None
            )
        )


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=None, help="Another seed gives other synthetic people.")
def sample(folder: Path, seed: int | None) -> None:
    """Write synthetic deliveries, calibrated to the published figures, one folder a survey."""
    from ingest.sample import DEFAULT_SEED, write_samples
    from warehouse.catalogue import read_catalogue

    with _progress("sample", 3) as progress:
        written = write_samples(
            folder,
            read_catalogue(),
            seed=DEFAULT_SEED if seed is None else seed,
            progress=lambda step: progress(step, 1),
        )
    for path in written:
        click.echo(f"{path} (synthetic)")


@main.command()
@click.argument(
    "deliveries",
    metavar="DELIVERY...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, resolve_path=True),
)
@warehouse_option
@catalogue_option
@click.option("--dry-run", is_flag=True, help="Say all that a load would do, and change nothing.")
def load(
    deliveries: tuple[Path, ...], warehouse: Path, catalogue: Path | None, dry_run: bool
) -> None:
    """Load delivery folders, all or none, and publish a new snapshot once it passes its checks."""
    from ingest.load import load_deliveries
    from warehouse.catalogue import read_catalogue
    from warehouse.relations import DERIVED

    known = read_catalogue(catalogue)
    # Each delivery is planned and taken in, each relation derived; the checks come last.
    with _progress("load", 2 * len(deliveries) + len(DERIVED) + 1) as progress:
        summary = load_deliveries(deliveries, warehouse, known, dry_run=dry_run, report=progress)
    _tell(summary)


def _tell(summary: LoadSummary) -> None:
    for name in summary.already_loaded:
        click.echo(f"{name}: these very files are loaded already")
    for intake in summary.intakes:
        click.echo(
            f"{intake.folder} ({intake.survey}): {intake.returned} forms returned = {intake.valid} valid"
            f" + {intake.quarantined} quarantined; {intake.new} new, {intake.corrected} corrected,"
            f" {intake.repeated} unchanged, {intake.bad_corrections} bad corrections left aside"
        )
        for reason, count in intake.reasons.items():
            click.echo(f"  quarantined for {reason}: {count}")
    for check in summary.checks:
        if check.outcome in {"warn", "fail"}:
            click.echo(
                f"  {check.outcome}: {check.check}: {check.n_failed} of {check.n_rows} ({check.detail})"
            )
    if summary.checks:
        click.echo(f"{len(summary.checks)} checks in {summary.check_seconds:.1f} s after the build")
    if not summary.is_new:
        click.echo(f"nothing changed; snapshot {summary.snapshot} serves on")
    elif summary.dry_run:
        click.echo(
            f"dry run: nothing was changed; a load would publish snapshot {summary.snapshot}"
        )
    else:
        click.echo(f"published snapshot {summary.snapshot}")
    for snapshot in summary.deleted:
        click.echo(f"deleted the old snapshot {snapshot}")


@main.command()
@warehouse_option
@click.option("--snapshot", default=None, help="Another snapshot than the one that serves.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Write the outcome to this HTML file too, for the file of the survey.",
)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en", "both"]),
    default="both",
    show_default=True,
    help="Language of the report.",
)
def check(warehouse: Path, snapshot: str | None, report: Path | None, lang: str) -> None:
    """Run the checks again over a snapshot, and note their outcome beside it."""
    from ingest.load import GATES, chosen_gate
    from warehouse import checking
    from warehouse.store import Store

    store = Store(warehouse)
    path = store.existing(snapshot)
    with GATES[chosen_gate()]() as judge:
        results = judge(path, CHECK_MEMORY)
    for one in results:
        detail = f" ({one.detail})" if one.detail else ""
        click.echo(
            f"{one.outcome:5} {one.check}: {one.n_failed} of {one.n_rows} rows failed{detail}"
        )
    if report is not None:
        _write_report(warehouse, path.stem, results, report, lang)
    with store.locked():
        store.note_checks(path.stem, results)
    checking.gate(results)


def _write_report(
    warehouse: Path, snapshot: str, results: list[CheckResult], report: Path, lang: str
) -> None:
    from datetime import UTC, datetime

    from expectations.report import Checked, write_report
    from warehouse import open_snapshot

    opened = open_snapshot(warehouse, snapshot)
    checked = Checked(
        snapshot=snapshot,
        built_at=opened.built_at,
        checked_at=datetime.now(UTC),
        surveys=opened.read("survey").to_dicts(),
        results=results,
    )
    opened.close()
    try:
        write_report(report, checked, lang)
    except OSError as wrong:
        raise click.ClickException(f"{report} cannot be written ({wrong.strerror})") from wrong
    click.echo(f"{report}: report of {len(results)} checks, snapshot {snapshot}")


@main.command()
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


@main.command()
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


@main.command()
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
def export(
    view: str,
    warehouse: Path,
    conditions: tuple[str, ...],
    columns: tuple[str, ...],
    form: str | None,
    decimal: Literal["point", "comma"],
    out: Path,
    snapshot: str | None,
) -> None:
    """Write rows of a published VIEW to a file."""
    from warehouse import open_snapshot
    from warehouse.export import export_view, format_of
    from warehouse.extraction import Extraction, parsed_columns, parsed_conditions

    chosen = format_of(form, out)
    opened = open_snapshot(warehouse, snapshot)
    wanted = Extraction(
        view,
        parsed_conditions(opened, view, conditions),
        parsed_columns(opened, view, columns),
    )
    with _rows_written(view) as progress:
        n_rows = export_view(opened, wanted, chosen, out, decimal, progress)
    click.echo(f"{out}: {n_rows} rows of {view}, snapshot {opened.id}")


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


@main.command()
@warehouse_option
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option(
    "--address", default="127.0.0.1", show_default=True, help="0.0.0.0 serves the network."
)
@click.option(
    "--boundaries",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="HAILONG_BOUNDARIES",
    help="GeoJSON file with the outlines of the provinces, for the map; else the environment's HAILONG_BOUNDARIES.",
)
def serve(warehouse: Path, port: int, address: str, boundaries: Path | None) -> None:
    """Serve the dashboard."""
    from dashboard.serve import serve as run

    sys.exit(run(warehouse.resolve(), port, address, boundaries))


if __name__ == "__main__":
    main()
