"""The command line: `hailong`, the composition root. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.cli_archive import archive, restore
from ingest.cli_export import export
from ingest.cli_options import catalogue_option, progress_shown, warehouse_option
from ingest.cli_release import release
from ingest.cli_report import report
from ingest.cli_snapshots import rollback, snapshots

if TYPE_CHECKING:
    from ingest.load import LoadSummary
    from warehouse.checking import CheckResult

CHECK_MEMORY = "2GB"


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
        except (KeyboardInterrupt, RuntimeError) as wrong:
            # DuckDB makes a RuntimeError of the interrupt that meets it in a query.
            if isinstance(wrong, RuntimeError) and "interrupt" not in str(wrong).lower():
                raise
            raise click.ClickException(
                "it was interrupted before its end; the snapshot that is published serves on"
            ) from wrong


@click.group(cls=Program)
@click.version_option(package_name="hailong")
def main() -> None:
    """Hài Lòng: satisfaction indices of Vietnam Social Security, from survey extracts to figures on screen."""


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=None, help="Another seed gives other synthetic people.")
def sample(folder: Path, seed: int | None) -> None:
    """Write synthetic deliveries, calibrated to the published figures, one folder a survey."""
    from ingest.sample import DEFAULT_SEED, write_samples
    from warehouse.catalogue import read_catalogue

    with progress_shown("sample", 3) as progress:
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
    with progress_shown("load", 2 * len(deliveries) + len(DERIVED) + 1) as progress:
        summary = load_deliveries(deliveries, warehouse, known, dry_run=dry_run, report=progress)
    _tell(summary)


def _tell(summary: LoadSummary) -> None:
    for name in summary.already_loaded:
        click.echo(f"{name}: these very files are loaded already")
    for folder, first in summary.same_files:
        click.echo(f"{folder}: the same files as in {first}; they are taken once")
    for survey in summary.read_otherwise:
        click.echo(
            f"{survey}: its forms stay as another catalogue or version judged them; give all deliveries of the survey"
            " to have them judged anew"
        )
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
    _tell_outcome(summary)


def _tell_outcome(summary: LoadSummary) -> None:
    if summary.computed_again:
        click.echo(f"all figures are computed again: {summary.computed_again}")
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
    for snapshot in summary.released:
        click.echo(f"kept the old snapshot {snapshot}: it was released")


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


for command in (snapshots, rollback, release, export, report, archive, restore):
    main.add_command(command)

if __name__ == "__main__":
    main()
