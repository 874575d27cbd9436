"""The last step of a load: which slices are hidden, and the views through which the snapshot is read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse import masking
from warehouse.catalogue import Catalogue
from warehouse.disclosure import Disclosure
from warehouse.published import PUBLISHED
from warehouse.quoting import literal
from warehouse.relations import column_comments


def publish_views(path: Path, catalogue: Catalogue) -> None:
    """Add to the closed candidate at `path` a view of each published relation with hidden slices emptied.

    It comes after the checks, which need the whole: parts that are hidden add up to nothing.
    """
    with duckdb.connect(str(path)) as con:
        con.execute(f"SET memory_limit = {literal(catalogue.settings.memory_limit)}")
        disclosure = Disclosure(con, catalogue.settings.suppress_below_forms)
        slices = sorted(disclosure.hidden({}, disclosure.surveys(), of_profile=True))
        depths = masking.depths(slices)
        con.execute("BEGIN")
        con.execute("CREATE TABLE hidden_slice (slice VARCHAR)")
        con.execute(
            "INSERT INTO hidden_slice SELECT unnest($slices::VARCHAR[])", {"slices": slices}
        )
        con.execute(f"CREATE SCHEMA {masking.SCHEMA}")
        for view in PUBLISHED:
            columns = {
                name: kind for name, kind, *_ in con.execute(f"DESCRIBE main.{view}").fetchall()
            }
            keys = masking.STORED if masking.concerns(view, depths) else None
            made = masking.masked(view, f"main.{view}", columns, keys)
            con.execute(f"CREATE VIEW {masking.SCHEMA}.{view} AS {made}")
            for name in masking.added(view, columns):
                comment = literal(column_comments()[name])
                con.execute(f"COMMENT ON COLUMN {masking.SCHEMA}.{view}.{name} IS {comment}")
        con.execute("COMMIT")
