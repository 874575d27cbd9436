"""Writing rows of a published view to an Excel workbook: typed cells to sort and count with, and a sheet of notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.errors import NotWritten
from warehouse.extraction import Extraction
from warehouse.meaning import column_meaning
from warehouse.measure import Measure, is_index, measure_of
from warehouse.notes import notes
from warehouse.quoting import identifier
from warehouse.snapshot import Snapshot

BATCH = 5_000
XLSX_ROWS = 1_048_576
# A workbook records when it was made; the same snapshot must give the same bytes.
_MADE_ON = datetime(2026, 4, 16)  # noqa: DTZ001 a workbook's properties know no time zone
# The program writes the decimal sign of its own language: 89,50 in Vietnamese, 89.50 in English.
_FORMATS: dict[Measure, str] = {
    "date": "dd/mm/yyyy",
    "label": "0",
    "count": "#,##0",
    "points": "0.00",
    "score": "General",
    "probability": "0.0000",
}
_WIDTHS: dict[Measure, int] = {"text": 16, "date": 12, "flag": 9}
_NARROWEST, _WIDEST, _HEAD_MARGIN = 9, 60, 3
_BLUE, _LINE, _PANEL = "#9DBFE3", "#DDE3EA", "#F4F6F9"
_WRITING: dict[Measure, str] = {"text": "write_string", "flag": "write_boolean"}


def write_workbook(
    snapshot: Snapshot,
    extraction: Extraction,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the rows of an extraction to the sheet `data`, and what is known of them to `notes`; return how many.

    Texts are written as texts: none of them is taken for a formula, a number or a link.

    Args:
        progress: told after each batch how many rows are written, and of how many.

    Raises:
        NotWritten: there are more rows than a sheet holds.
    """
    import xlsxwriter  # noqa: PLC0415 only this format needs it

    n_rows = extraction.count(snapshot)
    if n_rows >= XLSX_ROWS:
        raise NotWritten(
            f"{path.name}: a sheet holds {XLSX_ROWS - 1} rows, and there are {n_rows};"
            " narrow --where, or choose csv"
        )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options | {"tmpdir": str(path.parent)})
    workbook.set_properties({"created": _MADE_ON, "title": f"{extraction.view} {snapshot.id}"})
    measures = {
        name: measure_of(name, sql_type) for name, sql_type in extraction.types(snapshot).items()
    }
    sheet = workbook.add_worksheet("data")
    _dress(workbook, sheet, measures, n_rows)
    _fill(workbook, sheet, snapshot, extraction, progress and (lambda n: progress(n, n_rows)))
    _write_notes(workbook, snapshot, extraction, n_rows)
    workbook.close()
    return n_rows


def _dress(workbook: Any, sheet: Any, measures: Mapping[str, Measure], n_rows: int) -> None:
    """Freeze the header, set widths, and lay bars from 0 to 100 under the indices."""
    head = workbook.add_format(
        {"bold": True, "bg_color": _PANEL, "bottom": 1, "border_color": _LINE}
    )
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(n_rows, 1), len(measures) - 1)
    bar = {"type": "data_bar", "bar_color": _BLUE, "bar_solid": True, "bar_border_color": _BLUE}
    scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 100}
    for number, (name, measure) in enumerate(measures.items()):
        width = max(len(name) + _HEAD_MARGIN, _WIDTHS.get(measure, _NARROWEST))
        sheet.set_column(number, number, min(width, _WIDEST))
        if is_index(name) and n_rows:
            sheet.conditional_format(1, number, n_rows, number, bar | scale)
    for number, name in enumerate(measures):
        sheet.write_string(0, number, name, head)


def _fill(
    workbook: Any,
    sheet: Any,
    snapshot: Snapshot,
    extraction: Extraction,
    progress: Callable[[int], None] | None,
) -> None:
    types = extraction.types(snapshot)
    sql, parameters = extraction.query(snapshot)
    # A list is one cell of text.
    named = ", ".join(
        f"{identifier(name)}::VARCHAR" if sql_type.endswith("[]") else identifier(name)
        for name, sql_type in types.items()
    )
    rows = snapshot.rows(f"SELECT {named} FROM ({sql})", parameters)
    formats = {
        measure: workbook.add_format({"num_format": number}) for measure, number in _FORMATS.items()
    }
    writers = []
    for name, sql_type in types.items():
        measure = measure_of(name, sql_type)
        kind = "write_datetime" if measure == "date" else _WRITING.get(measure, "write_number")
        writers.append((getattr(sheet, kind), formats.get(measure)))
    number = 0
    while batch := rows.fetchmany(BATCH):
        for row in batch:
            number += 1
            for column, (value, (write, form)) in enumerate(zip(row, writers, strict=True)):
                if value is not None:
                    write(number, column, value, form)
        if progress:
            progress(number)


def _write_notes(workbook: Any, snapshot: Snapshot, extraction: Extraction, n_rows: int) -> None:
    """Write where the table is from and what its columns mean, in both languages."""
    bold = workbook.add_format({"bold": True, "valign": "top", "bg_color": _PANEL})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet = workbook.add_worksheet("notes")
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 3, 70)
    lines = [[note.vi, note.en, note.value] for note in notes(snapshot, extraction, n_rows)]
    number = 0
    for line in lines:
        for column, text in enumerate(line):
            sheet.write_string(number, column, text, wrapped)
        number += 1
    number += 1
    for column, text in enumerate(("Cột / Column", "Kiểu / Type", "Ý nghĩa", "Meaning")):
        sheet.write_string(number, column, text, bold)
    for name, sql_type in extraction.types(snapshot).items():
        number += 1
        meaning = column_meaning(name)
        for column, text in enumerate((name, sql_type, meaning.vi, meaning.en)):
            sheet.write_string(number, column, text, wrapped)


def write_table(
    path: Path,
    columns: Sequence[str],
    numbers: Collection[str],
    rows: Sequence[Sequence[object]],
    notes: Sequence[tuple[str, str]],
) -> None:
    """Write rows that are of no view to a workbook: the sheet `data`, typed and frozen, and `notes` in two columns.

    Args:
        numbers: the columns that are numbers; the others are texts and stay so.
    """
    import xlsxwriter  # noqa: PLC0415 only this format needs it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options | {"tmpdir": str(path.parent)})
    workbook.set_properties({"created": _MADE_ON})
    sheet = workbook.add_worksheet("data")
    _dress(
        workbook,
        sheet,
        {name: "score" if name in numbers else "text" for name in columns},
        len(rows),
    )
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is not None:
                write = sheet.write_number if columns[column] in numbers else sheet.write_string
                write(number, column, value)
    told = workbook.add_worksheet("notes")
    told.set_column(0, 0, 34)
    told.set_column(1, 1, 80)
    for number, line in enumerate(notes):
        for column, text in enumerate(line):
            told.write_string(number, column, text)
    workbook.close()
