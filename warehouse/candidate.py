"""A candidate: the database file that a load is writing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import duckdb

from warehouse import relations
from warehouse.catalogue import Catalogue
from warehouse.quoting import literal

# Threads share a table by its row groups: of the usual size, 122 880, a survey of one year has one, and all its
# steps would run on one core. A third of that takes a fifth off the load (docs/decisions/0009).
_ROW_GROUP = 40_960
# Up to here one thread builds the faster; at 20 000 forms two do (docs/decisions/0009).
_FEW_FORMS = 5_000


def connect(path: Path, catalogue: Catalogue) -> duckdb.DuckDBPyConnection:
    """Open a new candidate file for building, within the memory that the settings allow."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET memory_limit = {literal(catalogue.settings.memory_limit)}")
    con.execute(f"SET temp_directory = {literal(str(path) + '.tmp')}")
    con.execute(
        f"ATTACH {literal(str(path))} AS candidate (ROW_GROUP_SIZE {_ROW_GROUP}); USE candidate"
    )
    return con


def reopen(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a closed candidate to add little to it: its row groups stay as they were written."""
    con = duckdb.connect(str(path))
    con.execute("SET max_vacuum_tasks = 0")
    spare_threads(con)
    return con


def spare_threads(con: duckdb.DuckDBPyConnection) -> None:
    """Let one thread do what several would only wait for each other in: hundreds of steps over few forms."""
    (n_forms,) = con.execute("SELECT coalesce(sum(n_forms), 0) FROM survey").fetchall()[0]
    if n_forms <= _FEW_FORMS:
        con.execute("SET threads = 1")


def precision() -> ModuleType:
    """Return `warehouse.precision`, imported when first asked for.

    It brings numpy: a sixth of a second, which a load spends beside the reading of the files.
    """
    from warehouse import precision as imported

    return imported


def comment(con: duckdb.DuckDBPyConnection, views: Sequence[str]) -> None:
    """Put the comments of published views and their columns into the database."""
    columns: dict[str, list[str]] = {}
    for table, column in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = current_database() AND schema_name = 'main' ORDER BY column_index"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    statements = [
        statement
        for view in views
        for statement in relations.comment_statements(
            view, columns[view], view in relations.AS_VIEW
        )
    ]
    # Hundreds of statements that do next to nothing: waking a second thread for each would double their time.
    con.execute(";".join(["SET threads = 1", *statements, "RESET threads"]))
