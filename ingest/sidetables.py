"""The small tables beside the forms: issued numbers and administrative figures, checked row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from warehouse.catalogue import Geography, Instrument
from warehouse.errors import HailongError
from warehouse.extract import Extracts, UnreadableParquet
from warehouse.plan import Indicator, Issued, ParquetFile
from warehouse.reading import DATE_FORMATS, YEARS

_SHOWN = 5
_MOST = 2**31 - 1
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_VIETNAM = timezone(timedelta(hours=7))
# As DuckDB reads the days of forms; what begins with the year and dashes is read as ISO 8601.
_YEAR_FIRST = ("%Y/%m/%d", "%Y-%m-%d")
Values = Mapping[str, Mapping[str, str]]
Key = tuple[object, ...]


class _Row:
    """A row of a side table: its values as text by the contract's column names, and what is wrong with them.

    A method that finds a fault notes it and returns a value that may not be used.
    """

    def __init__(
        self, where: str, cells: Mapping[str, str | None], instrument: Instrument, geo: Geography
    ) -> None:
        self.where = where
        self.cells = cells
        self.instrument = instrument
        self.geography = geo
        self.faults: list[str] = []

    def fault(self, column: str, sentence: str) -> None:
        self.faults.append(f"column {column!r}: {sentence}")

    def number(self, column: str) -> float | None:
        """Return a finite number; null where the cell is empty."""
        text = self.cells.get(column)
        if text is None:
            return None
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
        if math.isfinite(number):
            return number
        self.fault(column, f"{text!r} is no number; write digits, with a point before decimals")
        return None

    def whole(self, column: str, least: int = 0, most: int = _MOST) -> int | None:
        """Return a whole number, written in any way; null where the cell is empty."""
        number = self.number(column)
        if number is None:
            return None
        if number.is_integer() and least <= number <= most:
            return int(number)
        written = self.cells[column]
        self.fault(column, f"{written!r} is no whole number from {least} to {most}; correct it")
        return None

    def required(self, column: str) -> None:
        if self.cells.get(column) is None:
            self.fault(column, "it is empty; fill it in")

    def day(self, column: str) -> date | None:
        text = self.cells.get(column)
        read = _day(text) if text else None
        if text and (read is None or read.year not in YEARS):
            self.fault(column, f"{text!r} is no date of this century; write it as YYYY-MM-DD")
        return read

    def province(self) -> str:
        text = self.cells.get("province")
        if text is None or text == "none":
            return "none"
        try:
            return self.geography.resolve(text)
        except HailongError as wrong:
            self.fault("province", f"{wrong}; write it as geography: {self.geography.name} has it")
            return "none"

    def one_of(self, column: str, known: Sequence[str]) -> str:
        text = self.cells.get(column) or ""
        self.required(column)
        if text and text not in known:
            self.fault(
                column,
                f"{text!r} is none of {', '.join(known)}; correct it or map it under values:",
            )
        return text


def _day(text: str) -> date | None:
    """Return the day that a text names, in Vietnam where it says a time zone; None where it is no date."""
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (moment.astimezone(_VIETNAM) if moment.tzinfo else moment).date()
    for written in (*DATE_FORMATS, *_YEAR_FIRST):
        try:
            return datetime.strptime(text, written).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _read(
    files: Sequence[ParquetFile],
    values: Values,
    of: tuple[Instrument, Geography],
    extracts: Extracts,
    faults: list[str],
    convert: Callable[[_Row], tuple[Key, object]],
) -> list[object]:
    """Convert every row; one that cannot be read or whose key stands twice is a fault, the first few named."""
    read: dict[Key, tuple[str, object]] = {}
    for file in files:
        wrong = 0
        try:
            for number, cells in extracts.text_rows(file, values):
                row = _Row(f"{file.name} row {number}", cells, *of)
                key, record = convert(row)
                if not row.faults and key in read:
                    row.faults.append(f"its key stands already in {read[key][0]}; keep one of both")
                if not row.faults:
                    read[key] = row.where, record
                    continue
                wrong += 1
                if wrong <= _SHOWN:
                    faults.append(f"{file.name}: row {number}: {'; '.join(row.faults)}")
        except UnreadableParquet as unreadable:
            faults.append(f"{file.name}: {unreadable}")
        if wrong > _SHOWN:
            faults.append(f"{file.name}: {wrong - _SHOWN} more rows are wrong in such ways")
    return [record for _, record in read.values()]


def read_issued(
    files: Sequence[ParquetFile],
    values: Values,
    of: tuple[Instrument, Geography],
    extracts: Extracts,
    faults: list[str],
) -> tuple[Issued, ...]:
    """Return the issued numbers of a delivery; what is wrong is added to `faults`.

    Of a province and channel there are days or one total, never both; a local channel has a province.
    """
    channels = {channel.channel: channel.is_local for channel in of[0].channels}
    first: dict[Key, tuple[bool, str]] = {}

    def convert(row: _Row) -> tuple[Key, object]:
        record = Issued(
            province=row.province(),
            channel=row.one_of("channel", list(channels)),
            date=row.day("date"),
            planned=row.whole("planned"),
            reserve=row.whole("reserve"),
            issued=row.whole("issued"),
        )
        if row.cells.get("province") in {None, "none"} and channels.get(record.channel):
            row.fault(
                "province", f"it is empty, and {record.channel!r} is a local channel; fill it in"
            )
        if not row.faults:
            is_total, where = first.setdefault(
                (record.province, record.channel), (record.date is None, row.where)
            )
            if is_total != (record.date is None):
                kinds = (
                    ("a day's number", "the total") if is_total else ("a total", "a day's number")
                )
                row.fault(
                    "date",
                    f"this is {kinds[0]} of province {record.province!r} and channel {record.channel!r}, of which"
                    f" {where} is {kinds[1]}; deliver the total or the days, not both",
                )
        return (record.province, record.channel, record.date), record

    rows = _read(files, values, of, extracts, faults, convert)
    return tuple(row for row in rows if isinstance(row, Issued))


def read_indicators(
    files: Sequence[ParquetFile],
    values: Values,
    of: tuple[Instrument, Geography],
    extracts: Extracts,
    faults: list[str],
) -> tuple[Indicator, ...]:
    """Return the administrative figures of a delivery; what is wrong is added to `faults`."""
    items = [item.item for item in of[0].items if item.level == "administrative"]

    def convert(row: _Row) -> tuple[Key, object]:
        row.required("value")
        row.required("reference_year")
        record = Indicator(
            province=row.province(),
            item=row.one_of("item", items),
            breakdown=row.cells.get("breakdown") or "",
            unit=row.cells.get("unit") or "",
            reference_year=row.whole("reference_year", 1900, 2100) or 0,
            value=row.number("value") or 0.0,
        )
        return (record.province, record.item, record.breakdown, record.reference_year), record

    rows = _read(files, values, of, extracts, faults, convert)
    return tuple(row for row in rows if isinstance(row, Indicator))
