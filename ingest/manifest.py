"""The manifest of a delivery: survey.yaml, read as written and checked key by key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from warehouse.catalogue import Catalogue
from warehouse.catalogue.files import UnreadableYaml, read_yaml
from warehouse.plan import Survey

NAME = "survey.yaml"
_MANIFEST = re.compile(r"survey.*\.ya?ml", re.IGNORECASE)
_KEYS = (
    *(
        "survey",
        "year",
        "instrument",
        "geography",
        "synthetic",
        "title",
        "fieldwork",
        "transactions",
    ),
    *("columns", "values", "missing_codes", "ignore"),
)
_SURVEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Manifest:
    """What survey.yaml says.

    Attributes:
        file: the name of the file that it was read from.
        survey: the survey; a name, year, instrument or geography that is at fault is empty or 0.
        columns: the contract's column for each source column that is named otherwise.
        values: for each column, what each written value stands for.
        missing_codes: codes of items that stand for no answer.
        ignore: source columns that are left out on purpose.
    """

    file: str
    survey: Survey
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    missing_codes: tuple[str, ...]
    ignore: frozenset[str]


class _Reader:
    """Takes keys of the document one by one and notes every fault."""

    def __init__(self, document: Mapping[str, object], faults: list[str]) -> None:
        self.document = document
        self.faults = faults

    def fault(self, key: str, sentence: str) -> None:
        self.faults.append(f"{NAME}: {key}: {sentence}")

    def text(self, key: str) -> str:
        value = self.document.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "a text is required")
            return ""
        return value.strip()

    def one_of(self, key: str, known: Mapping[str, object]) -> str:
        value = self.text(key)
        if not value or value in known:
            return value
        self.fault(
            key,
            f"{value!r} is unknown{_nearest(value, known)}; known are {', '.join(sorted(known))}, and what the folder"
            " named by --catalogue adds",
        )
        return ""

    def year(self, key: str) -> int:
        value = self.text(key)
        if re.fullmatch(r"\d{4}", value) and int(value) in _YEARS:
            return int(value)
        if value:
            self.fault(key, f"{value!r} is no year between {_YEARS[0]} and {_YEARS[-1]}")
        return 0

    def boolean(self, key: str) -> bool:
        value = self.document.get(key, "false")
        if not isinstance(value, str) or value.strip().lower() not in {"true", "false"}:
            self.fault(key, "it must be true or false")
            return False
        return value.strip().lower() == "true"

    def title(self, key: str, default: str) -> tuple[str, str]:
        value = self.document.get(key, default)
        if isinstance(value, str) and value.strip():
            return value.strip(), value.strip()
        named = value if isinstance(value, dict) else {}
        texts = [named.get(language) for language in ("vi", "en")]
        filled = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
        if not filled or set(named) - {"vi", "en"}:
            self.fault(key, "it must be written {vi: ..., en: ...}")
            return "", ""
        return filled[0], filled[-1]

    def period(self, key: str) -> tuple[date | None, date | None]:
        value = self.document.get(key)
        if value in (None, ""):
            return None, None
        if not isinstance(value, dict) or set(value) - {"from", "to"}:
            self.fault(key, "it must be written {from: YYYY-MM-DD, to: YYYY-MM-DD}")
            return None, None
        first, last = (self._day(key, value.get(end)) for end in ("from", "to"))
        if first and last and first > last:
            self.fault(key, f"it ends on {last} before it begins on {first}")
        return first, last

    def _day(self, key: str, value: object) -> date | None:
        try:
            return (
                date.fromisoformat(value.strip())
                if isinstance(value, str) and value.strip()
                else None
            )
        except ValueError:
            self.fault(key, f"{value!r} is no date of the form YYYY-MM-DD")
            return None

    def mapping(self, key: str) -> dict[str, str]:
        return self._texts(key, self.document.get(key))

    def _texts(self, key: str, value: object) -> dict[str, str]:
        if value in (None, ""):
            return {}
        if not isinstance(value, dict) or not all(
            isinstance(one, str) for one in [*value, *value.values()]
        ):
            self.fault(key, "it must map texts to texts")
            return {}
        trimmed = {written.strip(): meant.strip() for written, meant in value.items()}
        if len(trimmed) < len(value):
            self.fault(key, "a text stands twice, once with a blank beside it; keep one")
        return trimmed

    def nested(self, key: str) -> dict[str, dict[str, str]]:
        value = self.document.get(key)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            self.fault(key, "it must map columns to values and what they stand for")
            return {}
        return {column: self._texts(f"{key}.{column}", meant) for column, meant in value.items()}

    def listed(self, key: str) -> tuple[str, ...]:
        value = self.document.get(key)
        if value in (None, ""):
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.fault(key, "it must be a list")
            return ()
        return tuple(one.strip() for one in value)


def _nearest(word: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f", nearest is {near[0]!r}" if near else ""


def read_manifest(folder: Path, catalogue: Catalogue, faults: list[str]) -> Manifest | None:
    """Return the manifest of a delivery folder as far as it can be read; what is wrong is added to `faults`.

    None is returned where there is no single manifest, or none that holds keys and values.
    """
    found = sorted(path.name for path in folder.iterdir() if _MANIFEST.fullmatch(path.name))
    if not found:
        faults.append(f"{NAME}: the delivery has no manifest; add one (see docs/delivery.md)")
        return None
    if len(found) > 1:
        faults.append(
            f"{NAME}: the delivery has {len(found)} manifests ({', '.join(found)}); keep one, named {NAME}"
        )
        return None
    (file,) = found
    if file != NAME:
        faults.append(f"{file}: the manifest must be named {NAME}, in these letters; rename it")
    try:
        document = read_yaml(folder / file)
    except UnreadableYaml as wrong:
        faults.append(f"{NAME}: {wrong}")
        return None
    except OSError as wrong:
        faults.append(f"{NAME}: it cannot be read ({wrong.strerror}); check its name and rights")
        return None
    if not isinstance(document, dict):
        faults.append(f"{NAME}: it must hold keys and values, such as survey: vss-2025")
        return None
    return _manifest(file, _Reader(document, faults), catalogue)


def _manifest(file: str, read: _Reader, catalogue: Catalogue) -> Manifest:
    for key in read.document:
        if key not in _KEYS:
            read.fault(str(key), f"the key is unknown{_nearest(str(key), dict.fromkeys(_KEYS))}")
    name = read.text("survey")
    if name and not _SURVEY_NAME.fullmatch(name):
        read.fault(
            "survey",
            f"{name!r} may hold letters without marks, digits, dot, dash and underscore only, at most 64 in all",
        )
        name = ""
    title_vi, title_en = read.title("title", default=name)
    fieldwork, transactions = read.period("fieldwork"), read.period("transactions")
    survey = Survey(
        survey=name,
        year=read.year("year"),
        instrument=read.one_of("instrument", catalogue.instruments),
        geography=read.one_of("geography", catalogue.geographies),
        synthetic=read.boolean("synthetic"),
        title_vi=title_vi,
        title_en=title_en,
        fieldwork_from=fieldwork[0],
        fieldwork_to=fieldwork[1],
        transactions_from=transactions[0],
        transactions_to=transactions[1],
    )
    return Manifest(
        file=file,
        survey=survey,
        columns=read.mapping("columns"),
        values=read.nested("values"),
        missing_codes=read.listed("missing_codes"),
        ignore=frozenset(read.listed("ignore")),
    )
