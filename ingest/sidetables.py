"""The small tables beside the forms: issued numbers and administrative figures, checked row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from warehouse.catalogue import Geography, Instrument
from warehouse.errors import HailongError
from warehouse.extract import Extracts
from warehouse.plan import Indicator, Issued, ParquetFile

_SHOWN = 5
Values = Mapping[str, Mapping[str, str]]


class _Fault(Exception):
    """A value that cannot be read; the text says why."""


class _Row:
    """A row of a side table: its values as text by the contract's column names."""

    def __init__(self, cells: Mapping[str, str | None], geography: Geography) -> None:
        self.cells = cells
        self.geography = geography

    def whole(self, column: str) -> int | None:
        text = self.cells.get(column)
        if text is None:
            return None
        if not text.isdigit():
            raise _Fault(f"column {column!r}: {text!r} is no number of forms")
        return int(text)

    def required(self, column: str) -> str:
        text = self.cells.get(column)
        if text is None:
            raise _Fault(f"column {column!r} is empty")
        return text

    def province(self) -> str:
        text = self.cells.get("province")
        if text is None or text == "none":
            return "none"
        try:
            return self.geography.resolve(text)
        except HailongError as wrong:
            raise _Fault(f"column 'province': {wrong}") from wrong

    def one_of(self, column: str, known: Sequence[str]) -> str:
        text = self.required(column)
        if text not in known:
            raise _Fault(f"column {column!r}: {text!r} is none of {', '.join(known)}")
        return text


def _read(
    files: Sequence[ParquetFile],
    values: Values,
    geography: Geography,
    extracts: Extracts,
    faults: list[str],
    convert: Callable[[_Row], tuple[tuple[object, ...], object]],
) -> list[object]:
    """Convert every row; a row that cannot be read or whose key stands twice is a fault, the first few named."""
    read: dict[tuple[object, ...], object] = {}
    for file in files:
        wrong = 0
        for number, cells in extracts.text_rows(file, values):
            try:
                key, record = convert(_Row(cells, geography))
                if key in read:
                    raise _Fault(f"the key {', '.join(map(str, key))} stands twice")
                read[key] = record
            except _Fault as fault:
                wrong += 1
                if wrong <= _SHOWN:
                    faults.append(f"{file.name}: row {number}: {fault}")
        if wrong > _SHOWN:
            faults.append(f"{file.name}: {wrong - _SHOWN} more rows are wrong in such ways")
    return list(read.values())


def read_issued(
    files: Sequence[ParquetFile],
    values: Values,
    instrument: Instrument,
    geography: Geography,
    extracts: Extracts,
    faults: list[str],
) -> tuple[Issued, ...]:
    """Return the issued numbers of a delivery; what is wrong is added to `faults`."""
    channels = [channel.channel for channel in instrument.channels]

    def convert(row: _Row) -> tuple[tuple[object, ...], object]:
        day = row.cells.get("date")
        try:
            on = date.fromisoformat(day[:10]) if day else None
        except ValueError:
            raise _Fault(f"column 'date': {day!r} is no date of the form YYYY-MM-DD") from None
        record = Issued(
            province=row.province(),
            channel=row.one_of("channel", channels),
            date=on,
            planned=row.whole("planned"),
            reserve=row.whole("reserve"),
            issued=row.whole("issued"),
        )
        return (record.province, record.channel, record.date), record

    rows = _read(files, values, geography, extracts, faults, convert)
    return tuple(row for row in rows if isinstance(row, Issued))


def read_indicators(
    files: Sequence[ParquetFile],
    values: Values,
    instrument: Instrument,
    geography: Geography,
    extracts: Extracts,
    faults: list[str],
) -> tuple[Indicator, ...]:
    """Return the administrative figures of a delivery; what is wrong is added to `faults`."""
    items = [item.item for item in instrument.items if item.level == "administrative"]

    def convert(row: _Row) -> tuple[tuple[object, ...], object]:
        try:
            value = float(row.required("value"))
            year = int(row.required("reference_year"))
        except ValueError as wrong:
            raise _Fault(f"columns 'value' and 'reference_year': {wrong}") from None
        record = Indicator(
            province=row.province(),
            item=row.one_of("item", items),
            breakdown=row.cells.get("breakdown") or "",
            unit=row.cells.get("unit") or "",
            reference_year=year,
            value=value,
        )
        return (record.province, record.item, record.breakdown, record.reference_year), record

    rows = _read(files, values, geography, extracts, faults, convert)
    return tuple(row for row in rows if isinstance(row, Indicator))
