"""Looking at Parquet files before anything is loaded: their columns, their rows, and personal data in them."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from warehouse.errors import HailongError
from warehouse.plan import Column, ParquetFile
from warehouse.quoting import identifier, literal
from warehouse.reading import as_text, mapped

_KINDS = {
    "integer": (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    ),
    "float": ("FLOAT", "DOUBLE", "DECIMAL"),
    "text": ("VARCHAR", "ENUM"),
    "date": ("DATE", "TIMESTAMP"),
    "boolean": ("BOOLEAN",),
    "empty": ('"NULL"',),
}

# Whole values that identify a person. Province-coded prefixes keep zero-padded counters from looking like one.
PERSONAL_PATTERNS = {
    "citizen id": r"0(?:0[1-9]|[1-9]\d)\d{9}|(?:0[1-9]|[1-3]\d)\d{7}",
    "insurance number": r"(?:0[1-9]|[1-9]\d)\d{8}|[A-Za-z]{2}\d{13}",
    "telephone number": r"(?:\+?84|0)[ .-]?(?:[35789]\d|2\d{1,2})(?:[ .-]?\d){7}",
    "e-mail address": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
}
# A telephone or citizen number kept as a number has lost its leading zero.
_PERSONAL_NUMBERS = {
    "citizen id": r"(?:[1-9]|[1-9]\d)\d{9}",
    "telephone number": r"[35789]\d{8}",
}


_WIDE = {"BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "INTEGER", "UINTEGER"}


class UnreadableParquet(HailongError):
    """A file is no readable Parquet file."""


def scan(*paths: Path) -> str:
    """Return the SQL that reads exactly the files at `paths`, with `file_row_number` from 0 in each."""
    files = ", ".join(literal(glob.escape(str(path))) for path in paths)
    return f"read_parquet([{files}], file_row_number = true, union_by_name = true)"


def _kind(sql_type: str) -> str:
    # "DECIMAL(9,2)" and "TIMESTAMP WITH TIME ZONE" by their first word.
    name = re.split(r"[( ]", sql_type)[0]
    return next((kind for kind, names in _KINDS.items() if name in names), "other")


class Extracts:
    """Looks into Parquet files; one connection in memory serves many files."""

    def __init__(self) -> None:
        self._con = duckdb.connect()

    def describe(self, path: Path) -> tuple[list[Column], int]:
        """Return the columns of a Parquet file in order, and its number of rows.

        Raises:
            UnreadableParquet: it is empty, cut off, or no Parquet file at all.
        """
        file = literal(glob.escape(str(path)))
        try:
            described = self._con.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
            counted = self._con.execute(
                f"SELECT num_rows FROM parquet_file_metadata({file})"
            ).fetchone()
        except duckdb.Error as wrong:
            raise _unreadable(path) from wrong
        columns = []
        for name, sql_type, *_ in described:
            if sql_type.endswith("[]"):
                columns.append(Column(name, "list", _kind(sql_type[:-2])))
            else:
                columns.append(Column(name, _kind(sql_type), is_wide=sql_type in _WIDE))
        return columns, int(counted[0]) if counted else 0

    def personal_columns(
        self, path: Path, columns: Sequence[Column], share: float
    ) -> list[tuple[str, str]]:
        """Return (column, kind of identifier) for each column of which more than `share` of the values identify people.

        Text values are compared whole, without outer blanks; whole numbers with their lost leading zero.

        Raises:
            UnreadableParquet: the values cannot be read.
        """
        suspects = []
        for column in columns:
            patterns = {"text": PERSONAL_PATTERNS, "integer": _PERSONAL_NUMBERS}.get(column.kind)
            # Small whole numbers are scores and codes; only what fits nine digits and more is looked into.
            if patterns and (column.kind == "text" or column.is_wide):
                suspects.append((column, patterns, "|".join(patterns.values())))
        if not suspects:
            return []
        counted = self._counts(path, [(column, pattern) for column, _, pattern in suspects])
        found = []
        for (column, patterns, _), (hits, rows) in zip(suspects, counted, strict=True):
            if hits > share * rows:
                by_kind = self._counts(path, [(column, pattern) for pattern in patterns.values()])
                found.append((column.source, max(zip(by_kind, patterns, strict=True))[1]))
        return found

    def _counts(self, path: Path, looks: Sequence[tuple[Column, str]]) -> list[tuple[int, int]]:
        """Return (values that match, values) for each pair of column and pattern."""
        # Each distinct value is looked at once: most columns of a survey have few.
        counts = " UNION ALL ".join(
            f"SELECT {number}, coalesce(sum(n) FILTER (regexp_full_match(trim(seen::VARCHAR), {literal(pattern)})), 0),"
            f" coalesce(sum(n), 0) FROM (SELECT {name} AS seen, count(*) AS n FROM {scan(path)}"
            f" WHERE {name} IS NOT NULL GROUP BY {name})"
            for number, (name, pattern) in enumerate(
                (identifier(column.source), pattern) for column, pattern in looks
            )
        )
        try:
            rows = self._con.execute(f"{counts} ORDER BY 1").fetchall()
        except duckdb.Error as wrong:
            raise _unreadable(path) from wrong
        return [(int(hits), int(values)) for _, hits, values in rows]

    def text_rows(
        self, file: ParquetFile, values: Mapping[str, Mapping[str, str]]
    ) -> Iterator[tuple[int, dict[str, str | None]]]:
        """Yield (row from 1, values as text by the contract's column names) of a small table."""
        read = ", ".join(
            mapped(as_text(column), values.get(name, {})) for name, column in file.columns.items()
        )
        found = self._con.execute(
            f"SELECT file_row_number + 1, {read} FROM {scan(file.path)} ORDER BY 1"
        )
        while batch := found.fetchmany(10_000):
            for number, *cells in batch:
                yield number, dict(zip(file.columns, cells, strict=True))


def _unreadable(path: Path) -> UnreadableParquet:
    size = path.stat().st_size
    reason = "it is empty" if size == 0 else f"its {size} bytes are no whole Parquet file"
    return UnreadableParquet(f"it is not readable as Parquet ({reason}); export it again")


def masked_prose(expression: str) -> str:
    """Return SQL that masks every personal identifier inside the text that `expression` gives."""
    patterns = (
        PERSONAL_PATTERNS["e-mail address"],
        r"\+?\d(?:[ .-]?\d){8,13}",  # any run long enough for a telephone, citizen or insurance number
        r"\b[A-Za-z]{2}\d{13}\b",
    )
    for pattern in patterns:
        expression = f"regexp_replace({expression}, {literal(pattern)}, '[***]', 'g')"
    return expression
