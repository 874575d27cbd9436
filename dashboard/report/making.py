"""Making reports: which there are, what they are called, and writing many of them with one browser."""

import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from dashboard.context import Context
from dashboard.format import Language
from dashboard.report import closing
from dashboard.report.asking import context_of, origin
from dashboard.report.country import summary
from dashboard.report.document import Document, Draft
from dashboard.report.province import profile
from warehouse import Snapshot
from warehouse.errors import NotWritten, OlderSnapshot

if TYPE_CHECKING:
    from dashboard.report.pictures import Pictures

Form = Literal["pdf", "docx"]
FORMS: tuple[Form, ...] = get_args(Form)
MIME: dict[Form, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NEEDED = ("province_funnel", "pace", "shortfall", "better_peer", "target_cell")
"""Views that a snapshot of an older version may lack."""
# A browser takes some 470 MB: the readers of a server share one after the other.
_DRAWING = threading.Lock()


def document(
    snapshot: Snapshot, language: Language, survey: str | None, province: str | None
) -> Document:
    """The report on a survey (by default the one that the pages open on).

    Args:
        province: the code of the province whose profile is wanted; None: the summary for the country.

    Raises:
        UsageError: there is no such survey or province.
        OlderSnapshot: the snapshot lacks views that reports are made of.
    """
    if not all(snapshot.holds(view) for view in NEEDED):
        raise OlderSnapshot(
            f"snapshot {snapshot.id} was built by an older version and has no statistics for reports:"
            " load its deliveries again"
        )
    context = context_of(snapshot, language, survey, province)
    found = origin(context)
    draft = Draft()
    write = summary if province is None else profile
    write(draft, context, found)
    closing.notes(draft, context, found)
    return closing.bound(draft, context, stem(context))


def stem(context: Context) -> str:
    """Name of the files of a report without the ending: what is inside, of which survey, language and snapshot."""
    place = context.place
    of_place = place.geo_level == "province"
    words = ["province-profile" if of_place else "summary-report", context.survey.survey]
    if of_place:
        words += [place.geo_code, _plain(place.label)]
    words += [context.source.language, context.source.snapshot.label]
    return "_".join(re.sub(r"[^\w.-]+", "-", word) for word in words)


def _plain(label: str) -> str:
    """A name without its marks: what every file system and post office takes."""
    letters = unicodedata.normalize("NFKD", label.replace("đ", "d").replace("Đ", "D"))
    return letters.encode("ascii", "ignore").decode()


def written(made: Document, forms: Sequence[Form], drawer: "Pictures") -> dict[Form, bytes]:
    """A report in some formats; each chart is drawn once.

    Raises:
        NoBrowser: a chart could not be drawn.
    """
    # What the pages import at their start need not wait for the writers.
    from dashboard.report import typesetting, word

    drawn = {figure.number: drawer.svg(figure.chart) for figure in made.figures}
    writers = {"pdf": typesetting.pdf, "docx": word.docx}
    return {form: writers[form](made, drawn) for form in forms}


def one(
    snapshot: Snapshot, language: Language, survey: str | None, province: str | None, form: Form
) -> bytes:
    """One report in one format, with a browser of its own; who asks while another is drawn waits.

    Raises:
        NoBrowser: there is no Chromium.
        UsageError: there is no such survey or province.
    """
    from dashboard.report.pictures import pictures

    made = document(snapshot, language, survey, province)
    with _DRAWING, pictures() as drawer:
        return written(made, (form,), drawer)[form]


@dataclass(frozen=True)
class Order:
    """What is wanted: reports on one survey, in one language, in some formats."""

    language: Language
    survey: str | None
    provinces: tuple[str | None, ...]
    """Codes; None: the summary for the country."""
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of an order."""

    files: tuple[Path, ...]
    failures: tuple[tuple[str | None, str], ...]
    """Code of the province (None: the summary), and why its report could not be made."""


def fulfil(
    snapshot: Snapshot, order: Order, out: Path, progress: Callable[[str | None], None]
) -> Outcome:
    """Write the reports of an order into a folder; one that fails does not stop the others.

    Args:
        progress: told the code of each province (None: the summary) once its report is done or has failed.

    Raises:
        NoBrowser: there is no Chromium, or it does not start.
        NotWritten: the folder cannot be written.
        OlderSnapshot: the snapshot lacks views that reports are made of.
    """
    from dashboard.report.pictures import pictures

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise NotWritten(f"{out} cannot be written ({wrong.strerror})") from wrong
    files: list[Path] = []
    failures: list[tuple[str | None, str]] = []
    with pictures() as drawer:
        for province in order.provinces:
            try:
                made = document(snapshot, order.language, order.survey, province)
                for form, content in written(made, order.forms, drawer).items():
                    path = out / f"{made.stem}.{form}"
                    path.write_bytes(content)
                    files.append(path)
            except OlderSnapshot:
                raise
            except Exception as wrong:  # noqa: BLE001 - whatever it was, the others are made, and it is named
                failures.append((province, f"{type(wrong).__name__}: {wrong}"))
            progress(province)
    return Outcome(tuple(files), tuple(failures))
