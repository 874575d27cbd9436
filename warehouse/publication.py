"""The last step of a load: which slices are hidden, and the views through which the snapshot is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse import candidate, masking
from warehouse.catalogue import Catalogue
from warehouse.published import PUBLISHED
from warehouse.quoting import literal
from warehouse.relations import column_comments


def publish_views(path: Path, catalogue: Catalogue) -> None:
    """Add to the closed candidate at `path` a view of each published relation with hidden slices emptied.

    It comes after the checks, which need the whole: parts that are hidden add up to nothing.
    """
    # Brings numpy, which a load imports beside other work.
    from warehouse.disclosure import Disclosure

    with candidate.reopen(path) as con:
        con.execute(f"SET memory_limit = {literal(catalogue.settings.memory_limit)}")
        disclosure = Disclosure(con, catalogue.settings.suppress_below_forms)
        slices = sorted(disclosure.hidden({}, disclosure.surveys(), of_profile=True))
        con.execute("BEGIN")
        con.execute("CREATE TABLE hidden_slice (slice VARCHAR)")
        con.execute(
            "INSERT INTO hidden_slice SELECT unnest($slices::VARCHAR[])", {"slices": slices}
        )
        con.execute(";".join(_views(con, masking.depths(slices))))
        con.execute("COMMIT")


def _views(con: duckdb.DuckDBPyConnection, hidden: frozenset[int]) -> Iterator[str]:
    """Give the statements that create the views and say what the columns mean that reading adds."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main'"
        " ORDER BY column_index"
    ).fetchall():
        columns.setdefault(table, {})[column] = kind
    # Statements that do next to nothing: waking a second thread for each would double their time.
    yield "SET threads = 1"
    yield f"CREATE SCHEMA {masking.SCHEMA}"
    for view in PUBLISHED:
        keys = masking.STORED if masking.concerns(view, hidden) else None
        made = masking.masked(view, f"main.{view}", columns[view], keys)
        yield f"CREATE VIEW {masking.SCHEMA}.{view} AS {made}"
        for name in masking.added(view, columns[view]):
            comment = literal(column_comments()[name])
            yield f"COMMENT ON COLUMN {masking.SCHEMA}.{view}.{name} IS {comment}"
    yield "RESET threads"
