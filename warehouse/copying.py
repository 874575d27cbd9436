"""Copying the rows of a query into a file, told how far it is while DuckDB is at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait

import duckdb

_WATCHED = "SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0"
_SECONDS = 0.1


def copied(
    con: duckdb.DuckDBPyConnection,
    statement: str,
    parameters: Mapping[str, object],
    progress: Callable[[float], None] | None,
) -> int:
    """Run a COPY on a connection of its own; return how many rows it wrote.

    Args:
        progress: told now and then what share of the work is done.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        if progress:
            con.execute(_WATCHED)
        copying = beside.submit(con.execute, statement, parameters)
        while progress and wait([copying], timeout=_SECONDS).not_done:
            # Below zero until DuckDB knows.
            progress(max(con.query_progress(), 0) / 100)
        row = copying.result().fetchone()
    return int(row[0]) if row else 0
