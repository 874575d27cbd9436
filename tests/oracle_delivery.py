"""How the oracle reads a delivery folder: manifest, forms, the faults of each, issued counts.

Of the reading rules, only what the delivery contract promises is written down; a spelling or a type
that the contract leaves open has no place in a test that uses this module.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from tests.oracle_catalogue import Catalogue, plain_yaml

TOP_SCORE = {"likert5": 5, "interval4": 4}
CHARACTERISTICS = (
    "respondent_type",
    "policy_field",
    "sex",
    "age_group",
    "education",
    "occupation",
    "income_band",
    "mode",
    "venue",
)
FURTHER_COLUMNS = ("collected_on", "weight", "comment")
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
Key = tuple[Any, ...]


class Fault(NamedTuple):
    """What stands in a cell that cannot be taken, and why."""

    reasons: frozenset[str]
    written: str


class Row(NamedTuple):
    """One row of a delivery: `cells` are its answers in the order of the instrument's questions."""

    file: str
    number: int
    form_id: str | None
    province: str | None
    province_shown: str
    channel: str | None
    channel_shown: str
    office: str | None
    traits: tuple[str | None, ...]
    further: tuple[str | None, ...]
    cells: tuple[Any, ...]


def text_of(raw: Any) -> str | None:
    """A value as composed text; whole-number floats are integers, null, NaN and blanks of any kind are nothing."""
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return None
    if isinstance(raw, str):
        return unicodedata.normalize("NFC", raw.strip()) or None
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def whole(text: str) -> str:
    """ "9.0" as "9": the same number, however it was stored."""
    return str(Fraction(text)) if NUMBER.fullmatch(text) else text


class Meanings:
    """What written values stand for: the same text first, then the same number, else the text itself."""

    def __init__(self, told: dict[str, str]) -> None:
        self.by_text = {text_of(written): text_of(meant) for written, meant in told.items()}
        numbers = [(written, meant) for written, meant in self.by_text.items() if written]
        self.by_number = {
            Fraction(written): meant
            for written, meant in reversed(numbers)
            if NUMBER.fullmatch(written)
        }

    def of(self, text: str) -> str | None:
        if text in self.by_text:
            return self.by_text[text]
        if NUMBER.fullmatch(text):
            return self.by_number.get(Fraction(text), text)
        return text


def is_day(text: str) -> bool:
    """Whether a text is a day of this century, year first or last; the time of day is left aside."""
    day = re.split("[ T]", text)[0]
    numbers = [int(part) for part in re.split("[-/]", day) if part.isdigit()]
    if len(numbers) != 3:
        return False
    year, month, of_month = numbers if numbers[0] > 31 else reversed(numbers)
    try:
        return 2000 <= date(year, month, of_month).year <= 2100
    except ValueError:
        return False


def score_of(text: str, allowed: Container[Any]) -> int | Fault:
    """A score on its scale, or what is wrong with it."""
    if not NUMBER.fullmatch(text):
        return Fault(frozenset({"unreadable_score"}), text)
    number = Fraction(text)
    if number not in allowed:
        return Fault(frozenset({"score_out_of_scale"}), text)
    return int(number)


class Delivery:
    """A delivery folder: its rows, why some of them are bad, and its issued counts."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        manifest = plain_yaml(folder / "survey.yaml")
        self.survey = str(manifest["survey"])
        self.year = int(manifest["year"])
        self.synthetic = manifest.get("synthetic", "false") == "true"
        self.instrument = catalogue.instrument(manifest["instrument"])
        self.geography = catalogue.geography(manifest["geography"])
        self.columns: dict[str, str] = manifest.get("columns") or {}
        self.values: dict[str, dict[str, str]] = manifest.get("values") or {}
        self.missing = set(manifest.get("missing_codes") or [])
        self.reasons: dict[int, set[str]] = defaultdict(set)
        self.rows = [row for path in sorted(folder.glob("*.parquet")) for row in self._read(path)]
        for index, row in enumerate(self.rows):
            self.reasons[index] |= self._faults(row)
            day = row.further[FURTHER_COLUMNS.index("collected_on")]
            if day is not None and not is_day(day):
                self.reasons[index].add("unreadable_value")
        self._repeats()
        self.issued = self._issued(folder / "issued")

    def _read(self, path: Path) -> Iterator[Row]:
        """Rows of one file, its columns under the names of the contract."""
        data = pq.ParquetFile(path).read()
        written = {
            self.columns.get(name, name): data.column(index).to_pylist()
            for index, name in enumerate(data.column_names)
        }
        nothing = [None] * data.num_rows

        def column(name: str) -> list[str | None]:
            return self._texts(name, written.get(name, nothing))

        questions = [
            self._answers(item, written[item]) if item in written else nothing
            for item in self.instrument.questions
        ]
        traits = zip(*(column(name) for name in CHARACTERISTICS), strict=True)
        further = zip(*(column(name) for name in FURTHER_COLUMNS), strict=True)
        answers = zip(*questions, strict=True)
        offices, ids = column("office"), column("form_id")
        provinces = [self._province(text) for text in column("province")]
        channels = [self._channel(text) for text in column("channel")]
        for number in range(data.num_rows):
            yield Row(
                path.name,
                number + 1,
                ids[number],
                *provinces[number],
                *channels[number],
                offices[number],
                next(traits),
                next(further),
                next(answers),
            )

    def _texts(self, name: str, raws: Sequence[Any]) -> list[str | None]:
        meanings = Meanings(self.values.get(name, {}))
        texts = map(text_of, raws)
        return [None if text is None else meanings.of(text) for text in texts]

    def _answers(self, item: str, raws: Sequence[Any]) -> list[Any]:
        """A question's column: a score, a tuple of options, a fault, or None for no answer."""
        scale = self.instrument.rows[item]["scale"]
        top = TOP_SCORE.get(scale)
        allowed = range(1, top + 1) if top else self.instrument.options[item]
        meanings = Meanings(self.values.get(item, {}))
        read: dict[Any, Any] = {None: None}

        def one(raw: Any) -> int | Fault | None:
            text = text_of(raw)
            if text is None or text in self.missing or whole(text) in self.missing:
                return None
            meant = meanings.of(text)
            return None if meant is None else score_of(meant, allowed)

        def several(raws: Iterable[Any]) -> tuple[int, ...] | Fault | None:
            chosen = [answer for answer in map(one, raws) if answer is not None]
            faults = [answer for answer in chosen if isinstance(answer, Fault)]
            if faults:
                return Fault(frozenset().union(*(f.reasons for f in faults)), str(list(raws)))
            return tuple(sorted({a for a in chosen if isinstance(a, int)})) or None

        answers = []
        for raw in raws:
            key: Any = tuple(raw) if isinstance(raw, list) else text_of(raw)
            if key not in read:
                read[key] = several(key) if scale == "nominal_multi" else one(key)
            answers.append(read[key])
        return answers

    def _province(self, text: str | None) -> tuple[str | None, str]:
        """The code, if there is one, and what the funnel shows."""
        if text is None:
            return None, "none"
        codes = self.geography.codes_of(text)
        if len(codes) == 1:
            return next(iter(codes)), next(iter(codes))
        return text, "unknown"

    def _channel(self, text: str | None) -> tuple[str | None, str]:
        if text is None:
            return None, "none"
        return text, text if text in self.instrument.channels else "unknown"

    def _faults(self, row: Row) -> set[str]:
        """Every reason the row breaks by itself."""
        reasons: set[str] = set()
        known = row.channel in self.instrument.channels
        if row.form_id is None:
            reasons.add("no_form_id")
        if row.channel is None:
            reasons.add("missing_channel")
        elif not known:
            reasons.add("unknown_channel")
        if row.province is None:
            if known and self.instrument.is_local(str(row.channel)):
                reasons.add("missing_province")
        elif row.province_shown == "unknown":
            many = self.geography.codes_of(row.province)
            reasons.add("ambiguous_province" if many else "unknown_province")
        answered = {
            item: cell
            for item, cell in zip(self.instrument.questions, row.cells, strict=True)
            if cell is not None
        }
        for cell in answered.values():
            if isinstance(cell, Fault):
                reasons |= cell.reasons
        if known and answered.keys() - self._asked[str(row.channel)]:
            reasons.add("not_asked")
        return reasons

    @cached_property
    def _asked(self) -> dict[str, set[str]]:
        asks = self.instrument.asks
        return {
            channel: {item for item in self.instrument.questions if asks(channel, item)}
            for channel in self.instrument.channels
        }

    def _repeats(self) -> None:
        """Of identical repeats the first stays; of conflicting ones none."""
        by_id: dict[str, list[int]] = defaultdict(list)
        for index, row in enumerate(self.rows):
            if row.form_id is not None:
                by_id[row.form_id].append(index)
        for indices in by_id.values():
            contents = {self.rows[index][2:] for index in indices}
            if len(contents) > 1:
                for index in indices:
                    self.reasons[index].add("conflicting_form")
            else:
                for index in indices[1:]:
                    self.reasons[index].add("duplicate_form")

    def _issued(self, folder: Path) -> dict[Key, dict[str, int | None]]:
        """Issued counts by province, channel and, where one is given, day."""
        issued: dict[Key, dict[str, int | None]] = {}
        for path in sorted(folder.glob("*.parquet")):
            for row in pq.ParquetFile(path).read().to_pylist():
                shown = self._province(text_of(row.get("province")))[1]
                key = (shown, row["channel"], row.get("date"))
                issued[key] = {name: row.get(name) for name in ("planned", "reserve", "issued")}
        return issued

    @property
    def bad_share(self) -> Fraction:
        return Fraction(sum(map(bool, self.reasons.values())), len(self.rows))
