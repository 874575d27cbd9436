"""Writing rows of a published view to a file: CSV, XLSX or Parquet, the same bytes for the same snapshot."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from warehouse.errors import HailongError, UsageError
from warehouse.quoting import literal
from warehouse.snapshot import Snapshot

BATCH = 10_000
XLSX_ROWS = 1_048_576
# A workbook records when it was made; the same snapshot must give the same bytes.
_MADE_ON = datetime(2026, 4, 16)  # noqa: DTZ001 a workbook's properties know no time zone


class NotWritten(HailongError):
    """The file of an export cannot be written."""


def format_of(form: str | None, out: Path) -> str:
    """Return the format asked for, or the one that the file's ending says.

    Raises:
        UsageError: neither says one.
    """
    chosen = form or out.suffix.lstrip(".").lower()
    if chosen not in WRITERS:
        raise UsageError(f"the format {chosen!r} is unknown; choose --format {', '.join(WRITERS)}")
    return chosen


def parsed_conditions(
    snapshot: Snapshot, view: str, conditions: Sequence[str]
) -> dict[str, list[object]]:
    """Return COLUMN=VALUE conditions as values by column; the same column twice means either value.

    Raises:
        UsageError: the view or a column does not exist, or a condition has no `=`.
    """
    known = snapshot.columns(view)
    parsed: dict[str, list[object]] = {}
    for condition in conditions:
        column, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"--where {condition!r} must be written COLUMN=VALUE")
        if column not in known:
            raise UsageError(f"{view} has no column {column!r}; its columns are {', '.join(known)}")
        if not snapshot.can_equal(view, column, value):
            raise UsageError(
                f"--where {condition!r}: {column} is {known[column]}, and {value!r} is none"
            )
        parsed.setdefault(column, []).append(None if value == "" else value)
    return parsed


def export_view(
    snapshot: Snapshot, view: str, where: Mapping[str, Sequence[object]], form: str, out: Path
) -> int:
    """Write the rows of `view` that meet `where` to `out`, in the order of the view's key; return how many.

    The file is replaced in one step: a failure leaves the old one as it was.

    Raises:
        UsageError: the view or a column does not exist.
        NotWritten: the file cannot be written, or the rows do not fit the format.
    """
    sql, parameters = snapshot.query(view, where=where)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
            new = Path(folder) / out.name
            n_rows = WRITERS[form](snapshot, sql, parameters, new)
            new.replace(out)
    except OSError as wrong:
        raise NotWritten(f"{out} cannot be written ({wrong.strerror})") from wrong
    return n_rows


def _write_csv(snapshot: Snapshot, sql: str, parameters: Mapping[str, object], path: Path) -> int:
    bare = path.with_suffix(".bare")
    n_rows = snapshot.copy(sql, parameters, f"{literal(str(bare))} (FORMAT csv, HEADER true)")
    with bare.open("rb") as read, path.open("wb") as written:
        # The mark by which spreadsheet programs know UTF-8.
        written.write(b"\xef\xbb\xbf")
        shutil.copyfileobj(read, written)
    return n_rows


def _write_parquet(
    snapshot: Snapshot, sql: str, parameters: Mapping[str, object], path: Path
) -> int:
    return snapshot.copy(
        sql, parameters, f"{literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )


def _write_xlsx(snapshot: Snapshot, sql: str, parameters: Mapping[str, object], path: Path) -> int:
    import xlsxwriter  # noqa: PLC0415 only this format needs it

    rows = snapshot.rows(sql, parameters)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options | {"default_date_format": "yyyy-mm-dd"})
    workbook.set_properties({"created": _MADE_ON})
    sheet = workbook.add_worksheet("data")
    sheet.freeze_panes(1, 0)
    sheet.write_row(
        0, 0, [column[0] for column in rows.description], workbook.add_format({"bold": True})
    )
    number = 0
    while batch := rows.fetchmany(BATCH):
        for row in batch:
            number += 1
            if number >= XLSX_ROWS:
                raise NotWritten(
                    f"{path.name}: a sheet holds {XLSX_ROWS - 1} rows; narrow --where, or choose csv"
                )
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, str(value) if isinstance(value, list) else value)
    workbook.close()
    return number


WRITERS: dict[str, Callable[[Snapshot, str, Mapping[str, object], Path], int]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
