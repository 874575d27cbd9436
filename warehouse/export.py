"""Writing rows of a published view to a file: CSV, XLSX or Parquet, the same bytes for the same snapshot.

A text that a spreadsheet program would take for a formula cannot run: a workbook keeps texts as texts, and CSV, which
knows no types, gets an apostrophe before it (decision 12). Parquet holds every value as the view has it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from warehouse.errors import NotWritten, UsageError
from warehouse.extraction import Extraction
from warehouse.notes import metadata
from warehouse.quoting import identifier, literal
from warehouse.snapshot import Snapshot
from warehouse.workbook import write_workbook

Form = Literal["csv", "xlsx", "parquet"]
Decimal = Literal["point", "comma"]
FORMS: dict[str, Form] = {"csv": "csv", "xlsx": "xlsx", "parquet": "parquet"}
Progress = Callable[[int, int], None]
"""Told how many rows are written, and of how many."""

# What begins a formula in some spreadsheet program. Apostrophes that stand before it already count as well: whoever
# takes one away from what this matches has the text as it was.
RUNS = "^'*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"


def format_of(form: str | None, out: Path) -> Form:
    """Return the format asked for, or the one that the file's ending says.

    Raises:
        UsageError: neither says one.
    """
    chosen = form or out.suffix.lstrip(".").lower()
    if chosen not in FORMS:
        raise UsageError(f"the format {chosen!r} is unknown; choose --format {', '.join(FORMS)}")
    return FORMS[chosen]


def export_view(
    snapshot: Snapshot,
    extraction: Extraction,
    form: Form,
    out: Path,
    decimal: Decimal = "point",
    progress: Progress | None = None,
) -> int:
    """Write the rows of an extraction to `out`, in the order of the view's key; return how many.

    The file is replaced in one step: a failure leaves the old one as it was. Rows are streamed, never all in memory.

    Args:
        decimal: the decimal sign of a CSV file; with a comma, semicolons stand between the columns.

    Raises:
        UsageError: the view or a column does not exist, or a typed format is asked for a decimal sign.
        NotWritten: the file cannot be written or replaced, or the rows do not fit the format.
    """
    if decimal == "comma" and form != "csv":
        raise UsageError(f"{form} holds typed numbers; only csv is written with a decimal comma")
    sql, parameters = extraction.query(snapshot)
    share = _shares(progress, extraction.count(snapshot)) if progress and form != "xlsx" else None
    try:
        out = out.resolve()  # of a link, the file that it leads to is replaced
        if out.exists() and not out.is_file():
            raise NotWritten(f"{out} is no file that could be replaced; name another")
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
            new = Path(folder) / f"new.{form}"
            if form == "xlsx":
                n_rows = write_workbook(snapshot, extraction, new, progress)
            elif form == "parquet":
                n_rows = _write_parquet(snapshot, extraction, new, share)
            else:
                text = _as_text(extraction.types(snapshot), decimal)
                rows = f"SELECT {text} FROM ({sql})"
                n_rows = _write_csv(snapshot, rows, parameters, decimal, new, share)
            new.replace(out)
    except OSError as wrong:
        raise NotWritten(f"{out} cannot be written ({wrong.strerror})") from wrong
    if progress:
        progress(n_rows, n_rows)
    return n_rows


def _shares(progress: Progress, n_rows: int) -> Callable[[float], None]:
    return lambda share: progress(int(share * n_rows), n_rows)


def guarded(column: str) -> str:
    """Return the SQL of a text column in which no cell can run as a formula."""
    name = identifier(column)
    return f"CASE WHEN regexp_matches({name}, {literal(RUNS)}) THEN '''' || {name} ELSE {name} END"


def _as_text(types: Mapping[str, str], decimal: Decimal) -> str:
    """Return the columns of a CSV file as SQL: texts that cannot run, and the decimal sign asked for."""
    written = []
    for column, sql_type in types.items():
        name = identifier(column)
        if sql_type == "VARCHAR":
            name = f"{guarded(column)} AS {name}"
        elif decimal == "comma" and sql_type == "DOUBLE":
            name = f"replace({name}::VARCHAR, '.', ',') AS {name}"
        written.append(name)
    return ", ".join(written)


def _write_csv(
    snapshot: Snapshot,
    sql: str,
    parameters: Mapping[str, object],
    decimal: Decimal,
    path: Path,
    progress: Callable[[float], None] | None,
) -> int:
    bare = path.with_suffix(".bare")
    separator = ";" if decimal == "comma" else ","
    n_rows = snapshot.copy(
        sql,
        parameters,
        f"{literal(str(bare))} (FORMAT csv, HEADER true, DELIMITER {literal(separator)})",
        progress,
    )
    with bare.open("rb") as read, path.open("wb") as written:
        # The mark by which spreadsheet programs know UTF-8.
        written.write(b"\xef\xbb\xbf")
        shutil.copyfileobj(read, written)
    return n_rows


def _write_parquet(
    snapshot: Snapshot,
    extraction: Extraction,
    path: Path,
    progress: Callable[[float], None] | None,
) -> int:
    sql, parameters = extraction.query(snapshot)
    known = ", ".join(
        f"{identifier(name)}: {literal(value)}"
        for name, value in metadata(snapshot, extraction).items()
    )
    options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{known}}}"
    return snapshot.copy(sql, parameters, f"{literal(str(path))} ({options})", progress)
