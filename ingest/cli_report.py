"""The command that makes the reports: the summary for the country and the profiles of provinces."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ingest.cli_options import catalogue_option, warehouse_option
from ingest.cli_snapshots import as_release, chosen_snapshot

if TYPE_CHECKING:
    from warehouse import Snapshot


@click.command()
@click.option("--survey", default=None, help="By default the survey that the dashboard opens on.")
@click.option(
    "--province",
    "provinces",
    multiple=True,
    metavar="CODE|NAME",
    help="The profile of this province; repeat for more. Without it, the summary for the country.",
)
@click.option("--all", "every", is_flag=True, help="The summary and the profile of every province.")
@click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["pdf", "docx"]),
    default=None,
    help="PDF or Word; both by default.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write to; else this one.",
)
@click.option("--snapshot", default=None, help="Another snapshot than the one that serves.")
@click.option("--release", default=None, help="A release; the reports say which one they are of.")
@warehouse_option
@catalogue_option
def report(  # noqa: PLR0913 each is an option of the command
    *,
    survey: str | None,
    provinces: tuple[str, ...],
    every: bool,
    lang: Literal["vi", "en"],
    form: Literal["pdf", "docx"] | None,
    out: Path,
    snapshot: str | None,
    release: str | None,
    warehouse: Path,
    catalogue: Path | None,
) -> None:
    """Make the summary report for the country, or the profiles of provinces, as PDF and Word."""
    from dashboard.report.making import FORMS, Order, fulfil

    if every and provinces:
        raise click.UsageError("--all makes every province: leave out --province")
    opened = chosen_snapshot(warehouse, snapshot, release)
    known = _known(opened, survey)
    wanted: tuple[str | None, ...] = (None,)
    if every:
        wanted = (None, *known)
    elif provinces:
        wanted = tuple(dict.fromkeys(_code(opened, survey, catalogue, one) for one in provinces))
    order = Order(lang, survey, wanted, (form,) if form else FORMS)
    with _made(len(wanted)) as progress:
        outcome = fulfil(opened, order, out, lambda code: progress(_named(known, code)))
    for path in outcome.files:
        click.echo(path)
    for code, reason in outcome.failures:
        click.echo(f"not made: {_named(known, code)}: {reason}", err=True)
    click.echo(
        f"{len(outcome.files)} files of {len(wanted) - len(outcome.failures)} of {len(wanted)} reports,"
        f" snapshot {opened.id}{as_release(opened)}"
    )
    if outcome.failures:
        sys.exit(1)


def _known(opened: Snapshot, survey: str | None) -> dict[str, str]:
    """The provinces of the survey: label by code."""
    from dashboard.data import Source
    from dashboard.report.asking import provinces_of

    return {code: place.label for code, place in provinces_of(Source(opened, "vi"), survey).items()}


def _code(opened: Snapshot, survey: str | None, catalogue: Path | None, written: str) -> str:
    """The code of a province that is named by its code or by any known spelling."""
    from dashboard.report.asking import context_of
    from warehouse.catalogue import read_catalogue
    from warehouse.catalogue.names import AmbiguousProvince, UnknownProvince

    geography = context_of(opened, "vi", survey, None).survey.geography
    try:
        return read_catalogue(catalogue).geographies[geography].resolve(written)
    except (UnknownProvince, AmbiguousProvince) as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _named(known: dict[str, str], code: str | None) -> str:
    return "the summary" if code is None else f"{code} {known.get(code, '')}".strip()


@contextmanager
def _made(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on a terminal, and a line a report elsewhere."""
    if not sys.stderr.isatty():
        yield lambda name: click.echo(f"report: {name}", err=True)
        return
    with click.progressbar(length=steps, label="report", file=sys.stderr) as bar:
        yield lambda name: bar.update(1)
