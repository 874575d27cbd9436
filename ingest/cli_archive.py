"""The commands about the archive of a survey: making it, and opening it again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ingest.cli_options import catalogue_option, progress_shown, warehouse_option
from ingest.cli_snapshots import as_release, chosen_snapshot

if TYPE_CHECKING:
    from warehouse import Snapshot


@click.command()
@click.argument("survey")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The file, or the folder that it is written to under a name that says survey and snapshot; else this folder.",
)
@click.option("--snapshot", default=None, help="Another snapshot than the one that serves.")
@click.option("--release", default=None, help="A release; the archive says which one it is of.")
@click.option(
    "--reports",
    type=click.Choice(["none", "summary", "all"]),
    default="summary",
    show_default=True,
    help="Put in no report, the summary for the country, or the profiles of all provinces too; PDF and Word.",
)
@warehouse_option
def archive(
    survey: str,
    out: Path,
    snapshot: str | None,
    release: str | None,
    reports: Literal["none", "summary", "all"],
    warehouse: Path,
) -> None:
    """Keep SURVEY in one file: accepted forms, instrument, quarantine, checks, tables, reports, hashes.

    It holds single forms: it is for the archive of the office (Decision 681, article 8), not for publication.
    """
    from warehouse.archive import file_name, write_archive
    from warehouse.published import PUBLISHED

    opened = chosen_snapshot(warehouse, snapshot, release)
    target = out / file_name(opened, survey) if out.is_dir() else out
    lacking: list[str] = []
    with progress_shown("archive", len(PUBLISHED) + 3) as progress:
        made = None if reports == "none" else _maker(opened, survey, reports, lacking)
        digest = write_archive(opened, survey, target, progress, made)
    click.echo(f"{target}: survey {survey}, snapshot {opened.id}{as_release(opened)}")
    click.echo(f"sha256 {digest}")
    click.echo("it holds single forms: for the archive of the office, not for publication")
    for sentence in lacking:
        click.echo(f"not in it: {sentence}", err=True)
    if lacking:
        sys.exit(1)


def _maker(
    opened: Snapshot, survey: str, reports: str, lacking: list[str]
) -> Callable[[Path], None]:
    """Return what writes the reports into a folder; what cannot be made is named in `lacking` and stops nothing."""
    from dashboard.data import Source
    from dashboard.report.asking import provinces_of
    from dashboard.report.making import FORMS, Order, fulfil
    from warehouse import HailongError

    def make(folder: Path) -> None:
        try:
            wanted: list[str | None] = [None]
            if reports == "all":
                wanted += list(provinces_of(Source(opened, "vi"), survey))
            order = Order("vi", survey, tuple(wanted), FORMS)
            outcome = fulfil(opened, order, folder, lambda code: None)
        except HailongError as wrong:
            lacking.append(f"the reports: {wrong}")
            return
        for code, reason in outcome.failures:
            named = "the summary report" if code is None else f"the profile of province {code}"
            lacking.append(f"{named}: {reason}")

    return make


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@warehouse_option
@catalogue_option
@click.option("--dry-run", is_flag=True, help="Verify it and say all that it would do.")
def restore(file: Path, warehouse: Path, catalogue: Path | None, dry_run: bool) -> None:
    """Verify the archive FILE and rebuild its survey in a warehouse, by the formulas of this version."""
    from ingest.restoration import restore as opened
    from warehouse.relations import DERIVED

    with progress_shown("restore", len(DERIVED) + 3) as progress:
        found = opened(file, warehouse, catalogue, dry_run, progress)
    told, summary = found.archived, found.summary
    released = f", release {told.release}" if told.release else ""
    click.echo(
        f"{file}: survey {told.survey}, of snapshot {told.snapshot}{released}: every hash is right"
    )
    for sentence in found.other_catalogue:
        click.echo(f"the catalogue of the archive was used: {sentence}")
    for intake in summary.intakes:
        click.echo(
            f"{intake.valid} of {told.n_forms} accepted forms are loaded again; {told.n_quarantined} quarantined forms"
            " came back as they were recorded"
        )
    if summary.dry_run:
        click.echo(f"dry run: nothing was changed; it would publish snapshot {summary.snapshot}")
    else:
        click.echo(f"published snapshot {summary.snapshot}")
