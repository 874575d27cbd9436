"""Looking at Parquet files before anything is loaded: their columns, their rows, and personal data in them."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import HailongError
from warehouse.plan import Column, ParquetFile
from warehouse.quoting import identifier, literal
from warehouse.reading import TIME_ZONE, as_text, mapped

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
    "date": (
        "DATE",
        "TIMESTAMP",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "TIMESTAMPTZ_NS",
    ),
    "boolean": ("BOOLEAN",),
    "empty": ('"NULL"',),
}

# What sets groups of digits off, as classes of RE2: any blank of Unicode and what takes no room, any dash.
_BLANK = r"\t-\r\x1c-\x20\x{85}\p{Z}\x{200B}\x{FEFF}"
_DASH = r"\-\x{2010}-\x{2015}\x{2212}"
_GAP = rf"[{_BLANK}.]?"
_PAUSE = rf"[{_BLANK}.{_DASH})]{{0,2}}"
# Letters of any language, by what cannot stand in an address: a class of all letters takes ten times as long.
_WORD = rf"[^{_BLANK}@.,;:()<>\"/]+"
_EMAIL = rf"{_WORD}(?:\.{_WORD})*@{_WORD}(?:\.{_WORD})+"

# Whole values that identify a person, in ASCII digits. Province-coded prefixes keep zero-padded counters from looking
# like one, and so do the groups that people write them in: 03/2025/0001 is no telephone number.
PERSONAL_PATTERNS = {
    "citizen id": rf"0(?:0[1-9]|[1-9]\d)(?:(?:{_GAP}\d{{3}}){{3}}|\d(?:{_GAP}\d{{4}}){{2}})|(?:0[1-9]|[1-3]\d)\d{{7}}",
    "insurance number": rf"(?:0[1-9]|[1-9]\d)\d{{8}}|[A-Za-z]{{2}}(?:[{_BLANK}]?\d){{13}}",
    "telephone number": (
        rf"\(?(?:(?:\+|00)?84\)?[{_BLANK}.{_DASH}]*(?:\(?0\)?)?|0\)?)[{_BLANK}.{_DASH}]{{0,2}}"
        rf"(?:(?:[35789]\d|2\d\d)\)?(?:{_PAUSE}\d){{7}}|2\d\)?(?:{_PAUSE}\d){{7,8}})"
        r"|0[35789]\d{2}[/,_]\d{3}[/,_]\d{3}"
    ),
    "e-mail address": _EMAIL,
}
# A telephone, insurance or citizen number kept as a number has lost its leading zero.
_PERSONAL_NUMBERS = {
    "citizen id": r"[1-9]\d{10}",
    "insurance number": r"[1-9]\d{9}",
    "telephone number": r"(?:84)?[35789]\d{8}",
}
_FULL_WIDTH = "".join(map(chr, range(0xFF10, 0xFF1A)))
_WIDE = {"BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "INTEGER", "UINTEGER"}

# Columns that a reading adds, under names that no extract has.
FILE = "path of this file"
ROW = "row in this file"
_DUCKDB_ROW = "file_row_number"


class UnreadableParquet(HailongError):
    """A file is no readable Parquet file."""


def scan(*paths: Path) -> str:
    """Return the SQL that reads exactly the files at `paths`, a column absent from one of them as null.

    The folders above a file say nothing about its rows, whatever they are called.
    """
    return f"read_parquet({_files(paths)}, hive_partitioning = false, union_by_name = true, filename = {literal(FILE)})"


def _files(paths: Sequence[Path]) -> str:
    return f"[{', '.join(literal(glob.escape(str(path))) for path in paths)}]"


def numbered_scan(con: duckdb.DuckDBPyConnection, *paths: Path) -> str:
    """Return the SQL that reads the files at `paths` as `scan` does, each row with its `ROW`, from 0 in each file.

    DuckDB gives the number of a row under a fixed name. Where a file has a column of that name, the rows are counted as
    they are read, in order and so on one core.
    """
    hidden = con.execute(
        f"SELECT 1 FROM parquet_schema({_files(paths)}) WHERE lower(name) = {literal(_DUCKDB_ROW)} LIMIT 1"
    ).fetchone()
    if hidden is None:
        return f"(SELECT *, {_DUCKDB_ROW} AS {identifier(ROW)} FROM {scan(*paths)})"
    counted = " UNION ALL BY NAME ".join(
        f"SELECT *, row_number() OVER () - 1 AS {identifier(ROW)} FROM {scan(path)}"
        for path in paths
    )
    return f"({counted})"


def _kind(sql_type: str) -> str:
    # "DECIMAL(9,2)" and "TIMESTAMP WITH TIME ZONE" by their first word.
    name = re.split(r"[( ]", sql_type)[0]
    return next((kind for kind, names in _KINDS.items() if name in names), "other")


class Extracts:
    """Looks into Parquet files; one connection in memory serves many files."""

    def __init__(self) -> None:
        self._con = duckdb.connect()
        self._con.execute(TIME_ZONE)

    def describe(self, path: Path) -> tuple[list[Column], int]:
        """Return the columns of a Parquet file in order, and its number of rows.

        Raises:
            UnreadableParquet: it is empty, cut off, or no Parquet file at all.
        """
        file = literal(glob.escape(str(path)))
        try:
            described = self._con.execute(
                f"DESCRIBE SELECT * FROM read_parquet({file}, hive_partitioning = false)"
            ).fetchall()
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

        Text values are compared whole, without outer blanks; whole numbers with their lost leading zero, also where
        they are kept as floats or decimals.

        Raises:
            UnreadableParquet: the values cannot be read.
        """
        suspects = [(column, PERSONAL_PATTERNS) for column in columns if column.kind == "text"]
        suspects += [(column, _PERSONAL_NUMBERS) for column in self._long_numbers(path, columns)]
        if not suspects:
            return []
        counted = self._counts(
            path, [(column, "|".join(patterns.values())) for column, patterns in suspects]
        )
        found = []
        for (column, patterns), (hits, rows) in zip(suspects, counted, strict=True):
            if hits > share * rows:
                by_kind = self._counts(path, [(column, pattern) for pattern in patterns.values()])
                found.append((column.source, max(zip(by_kind, patterns, strict=True))[1]))
        return found

    def _long_numbers(self, path: Path, columns: Sequence[Column]) -> list[Column]:
        """Return the columns of numbers with a value of nine to twelve digits: the others hold scores and codes."""
        numbers = [column for column in columns if column.kind == "float" or column.is_wide]
        if not numbers:
            return []
        is_long = ", ".join(
            f"bool_or({identifier(column.source)} BETWEEN 100000000 AND 999999999999)"
            for column in numbers
        )
        (row,) = self._rows(path, f"SELECT {is_long} FROM {scan(path)}", numbers)
        return [column for column, long in zip(numbers, row, strict=True) if long]

    def _counts(self, path: Path, looks: Sequence[tuple[Column, str]]) -> list[tuple[int, int]]:
        """Return (values that match, values) for each pair of column and pattern."""
        counts = dict.fromkeys(range(len(looks)), (0, 0))
        for pattern in dict.fromkeys(pattern for _, pattern in looks):
            columns = {n: column for n, (column, of) in enumerate(looks) if of == pattern}
            # Each distinct value is looked at once, and all in one place: a pattern takes longer to make than to match.
            seen = " UNION ALL ".join(
                f"SELECT {number} AS number, value, n FROM ({_seen(path, column)})"
                for number, column in columns.items()
            )
            rows = self._rows(
                path,
                f"WITH seen AS MATERIALIZED ({seen})"
                f" SELECT number, coalesce(sum(n) FILTER (regexp_full_match(value, {literal(pattern)})), 0), sum(n)"
                " FROM seen WHERE value IS NOT NULL GROUP BY number",
                list(columns.values()),
            )
            counts |= {number: (int(hits), int(values)) for number, hits, values in rows}
        return list(counts.values())

    def _rows(self, path: Path, query: str, columns: Sequence[Column]) -> list[tuple[Any, ...]]:
        try:
            return self._con.execute(query).fetchall()
        except duckdb.Error as wrong:
            raise self._damage(path, columns) from wrong

    def _damage(self, path: Path, columns: Iterable[Column]) -> UnreadableParquet:
        """Return what to say of a file of which a query over `columns` failed: the first that cannot be read by itself.

        What DuckDB says is not repeated: it may quote a value.
        """
        for column in columns:
            try:
                # A plain max() would be answered from the footer.
                self._con.execute(
                    f"SELECT max(hash({identifier(column.source)})) FROM {scan(path)}"
                )
            except duckdb.Error as wrong:
                what = "holds text that is not UTF-8" if "UTF" in str(wrong) else "is damaged"
                return UnreadableParquet(
                    f"column {column.source!r} cannot be read, as it {what}; export the file again"
                )
        return _unreadable(path)

    def text_rows(
        self, file: ParquetFile, values: Mapping[str, Mapping[str, str]]
    ) -> Iterator[tuple[int, dict[str, str | None]]]:
        """Yield (row from 1, values as text by the contract's column names) of a small table.

        Raises:
            UnreadableParquet: the values cannot be read.
        """
        read = ", ".join(
            mapped(as_text(column), values.get(name, {})) for name, column in file.columns.items()
        )
        try:
            rows = numbered_scan(self._con, file.path)
            found = self._con.execute(
                f"SELECT {identifier(ROW)} + 1, {read} FROM {rows} ORDER BY 1"
            )
            while batch := found.fetchmany(10_000):
                for number, *cells in batch:
                    yield number, dict(zip(file.columns, cells, strict=True))
        except duckdb.Error as wrong:
            raise self._damage(file.path, file.columns.values()) from wrong


def _seen(path: Path, column: Column) -> str:
    """Return the query that gives each distinct value of a column as text in ASCII digits, with its count n."""
    name = identifier(column.source)
    seen = f"SELECT {name} AS seen, count(*) AS n FROM {scan(path)} GROUP BY {name}"
    texts = f"SELECT {as_text(Column('seen', column.kind))} AS value, n FROM ({seen})"
    digits = f"translate(value, {literal(_FULL_WIDTH)}, '0123456789')"
    is_wide = f"regexp_matches(value, {literal(f'[{_FULL_WIDTH}]')})"
    return f"SELECT CASE WHEN {is_wide} THEN {digits} ELSE value END AS value, n FROM ({texts})"


def _unreadable(path: Path) -> UnreadableParquet:
    size = path.stat().st_size
    reason = "it is empty" if size == 0 else f"its {size} bytes are no whole Parquet file"
    return UnreadableParquet(f"it is not readable as Parquet ({reason}); export it again")


# How a number of a person is written in prose: nine digits and more, in groups that are set off by a few marks.
_BETWEEN = (
    rf"(?:\.?[{_BLANK}]{{1,3}}|[{_BLANK}]?[{_DASH})][{_BLANK}]?|[{_BLANK}]?\([{_BLANK}]?|[.,/_])?"
)
_RUN = rf"\+?\p{{Nd}}(?:{_BETWEEN}\p{{Nd}}){{8,}}"
_CARD = r"\b[A-Za-z]{2}\d{13}\b"

# What is as long and no person: days, months and years in a row, with an hour or a small number beside them.
_DAY_PART, _MONTH_PART, _YEAR = (
    r"(?:0?[1-9]|[12]\d|3[01])",
    r"(?:0?[1-9]|1[0-2])",
    r"(?:19|20)\d{2}",
)
_WHEN = (
    rf"(?:{_DAY_PART}[/.-]{_MONTH_PART}[/.-]{_YEAR}|{_YEAR}[/.-]{_MONTH_PART}[/.-]{_DAY_PART}"
    rf"|{_MONTH_PART}[/.-]{_YEAR}|{_YEAR})"
)
_TO = rf"(?:\.?[{_BLANK}]{{1,3}}|[{_BLANK}]?[{_DASH}][{_BLANK}]?)"
_DATES = rf"(?:[1-9]\d?[{_BLANK}])?{_WHEN}(?:{_TO}{_WHEN})*(?:[{_BLANK}][0-2]?\d)?"
# And money: grouped by thousands and round, or with its currency. 84 begins a telephone number.
_FIRST, _THOUSAND = r"(?:[1-79]\d{0,2}|8(?:[0-35-9]\d?|4\d)?)", rf"[.,{_BLANK}]\d{{3}}"
_MONEY, _ROUND = rf"{_FIRST}(?:{_THOUSAND})+", rf"{_FIRST}(?:{_THOUSAND})*[.,{_BLANK}]000"
_CURRENCY = rf"[{_BLANK}]?(?:(?i:đồng|vnđ|vnd)|đ|₫)(?:[^\p{{L}}\p{{N}}]|$)"


def masked_prose(expression: str) -> str:
    """Return SQL that masks every personal identifier inside the text that `expression` gives.

    Numbers of nine digits and more are masked however they are grouped, unless they are plainly money or dates.
    """
    begin, end, mask = "\x02", "\x03", "[***]"
    steps = (
        (f"{_EMAIL}|{_CARD}", mask),
        (f"({_RUN})", rf"{begin}\1{end}"),
        # Among the numbers found, what is plainly something else is let go.
        (f"{begin}({_DATES}|{_ROUND}){end}", r"\1"),
        (rf"{begin}({_MONEY}|[1-9]\d+000){end}({_CURRENCY})", r"\1\2"),
        (f"{begin}[^{end}]*{end}", mask),
    )
    masked = expression
    for pattern, replacement in steps:
        masked = f"regexp_replace({masked}, {literal(pattern)}, {literal(replacement)}, 'g')"
    # Most comments hold nothing that could be one.
    return (
        rf"CASE WHEN regexp_matches({expression}, '@|\p{{Nd}}') THEN {masked} ELSE {expression} END"
    )
