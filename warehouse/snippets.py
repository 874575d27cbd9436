"""Code that anybody can run on a snapshot's file to get an exported table once more: SQL, duckdb, polars, R, hailong.

The file is named without its folder: it lies in `snapshots` of the warehouse and is opened read-only.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence

from warehouse.extraction import Extraction
from warehouse.masking import SCHEMA
from warehouse.published import PUBLISHED
from warehouse.quoting import identifier, literal
from warehouse.snapshot import Snapshot

_BARE = re.compile(r"-?\d+(\.\d+)?|true|false")
_LINE = 88
_TEXT = ("VARCHAR", "DATE")


def sql(snapshot: Snapshot, extraction: Extraction) -> str:
    """Return the statement that gives the table, its values written out."""
    types, key = snapshot.columns(extraction.view), PUBLISHED[extraction.view].key
    columns = " *"
    if extraction.columns is not None:
        columns = _listed([_named(name) for name in extraction.columns])
    terms = [_condition(name, types[name], values) for name, values in extraction.where.items()]
    where = "\nWHERE\n    " + "\n    AND ".join(terms) if terms else ""
    order = _listed([f"{_named(name)} NULLS FIRST" for name in key])
    return f"SELECT{columns}\nFROM {SCHEMA}.{extraction.view}{where}\nORDER BY{order};"


def duckdb_snippet(snapshot: Snapshot, extraction: Extraction) -> str:
    """Return Python that reads the table with DuckDB into a pandas frame called `table`."""
    statement = sql(snapshot, extraction).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'''import duckdb

with duckdb.connect("{snapshot.path.name}", read_only=True) as snapshot:
    table = snapshot.sql("""
{statement}
""").df()
'''


def polars_snippet(snapshot: Snapshot, extraction: Extraction) -> str:
    """Return Python that reads the view with DuckDB and narrows and sorts it with Polars; the frame is `table`."""
    types = snapshot.columns(extraction.view)
    steps = [
        f".filter({_expression(name, types[name], values)})"
        for name, values in extraction.where.items()
    ]
    steps.append(f".sort({_texts(PUBLISHED[extraction.view].key)})")
    if extraction.columns is not None:
        steps.append(f".select({_texts(extraction.columns)})")
    chain = "\n        ".join(steps)
    return f'''import duckdb
import polars as pl

with duckdb.connect("{snapshot.path.name}", read_only=True) as snapshot:
    table = (
        snapshot.sql("SELECT * FROM {SCHEMA}.{extraction.view}").pl()
        {chain}
    )
'''


def r_snippet(snapshot: Snapshot, extraction: Extraction) -> str:
    """Return R (4.0 or newer, packages DBI and duckdb) that reads the table into the data frame `table`."""
    return f'''library(DBI)

snapshot <- dbConnect(duckdb::duckdb(), dbdir = "{snapshot.path.name}", read_only = TRUE)
table <- dbGetQuery(snapshot, r"---(
{sql(snapshot, extraction)}
)---")
dbDisconnect(snapshot, shutdown = TRUE)
'''


def command(
    snapshot: Snapshot, extraction: Extraction, file_name: str, decimal: str = "point"
) -> str:
    """Return the command line that writes the same file."""
    parts = ["hailong", "export", extraction.view]
    for name, values in extraction.where.items():
        for value in values:
            parts += ["--where", f"{name}={'' if value is None else _plain(value)}"]
    if extraction.columns is not None:
        parts += ["--columns", ",".join(extraction.columns)]
    if decimal == "comma":
        parts += ["--decimal", "comma"]
    opened = ["--snapshot", snapshot.id]
    if snapshot.release:
        opened = ["--release", snapshot.release.release]
    parts += [*opened, "--out", file_name]
    return " ".join(shlex.quote(part) for part in parts)


def _condition(name: str, sql_type: str, values: Sequence[object]) -> str:
    given = [_literal(value, sql_type) for value in values if value is not None]
    either = [f"{_named(name)} IN ({', '.join(given)})"] if given else []
    if len(given) < len(values):
        either.append(f"{_named(name)} IS NULL")
    if len(either) > 1:
        return f"({' OR '.join(either)})"
    return either[0] if either else "false"


def _expression(name: str, sql_type: str, values: Sequence[object]) -> str:
    column = f"pl.col({json.dumps(name)})"
    given = [_python(value, sql_type) for value in values if value is not None]
    read = f"{column}.cast(pl.String)" if sql_type == "DATE" else column
    either = [f"{read}.is_in([{', '.join(given)}])"] if given else []
    if len(given) < len(values):
        either.append(f"{column}.is_null()")
    return " | ".join(either) or "pl.lit(False)"


def _named(name: str) -> str:
    """Return a column as people write it; in quotes where the language has a meaning for the word."""
    return name if re.fullmatch(r"[a-z_0-9]+", name) and name not in _RESERVED else identifier(name)


_RESERVED = frozenset({"check", "column", "group", "order", "table", "references"})


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _literal(value: object, sql_type: str) -> str:
    written = _plain(value)
    if sql_type == "VARCHAR":
        return literal(written)
    return written if _BARE.fullmatch(written) else f"{literal(written)}::{sql_type}"


def _python(value: object, sql_type: str) -> str:
    written = _plain(value)
    if sql_type in _TEXT:
        return json.dumps(written, ensure_ascii=False)
    return written.capitalize() if sql_type == "BOOLEAN" else written


def _texts(names: Sequence[str]) -> str:
    return ", ".join(json.dumps(name) for name in names)


def _listed(terms: Sequence[str]) -> str:
    """Return the terms of a clause below it, on lines of a width that can be read."""
    lines = [""]
    for term in terms:
        if lines[-1] and len(lines[-1]) + len(term) > _LINE:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + term + ","
    return "\n    " + "\n    ".join(lines).removesuffix(",")
