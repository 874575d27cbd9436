"""Assessing the fieldwork of a finished candidate: signs that forms were not filled in by the people asked."""

from __future__ import annotations

from pathlib import Path

from warehouse import candidate, relations
from warehouse.catalogue import Catalogue


def assess(path: Path, catalogue: Catalogue) -> None:
    """Add to the closed candidate at `path` the signs by which its fieldwork can be believed or not."""
    with candidate.connect(path, catalogue) as con:
        # The patterns of millions of forms in a quarter of the time; readers order by key.
        con.execute("SET preserve_insertion_order = false")
        con.execute("BEGIN")
        con.execute("""
            SET VARIABLE criteria = (
                SELECT list(form_column.column_name)
                FROM duckdb_columns() AS form_column
                INNER JOIN (
                    SELECT *, max(scale_points) OVER (PARTITION BY instrument) AS longest
                    FROM item WHERE item_level = 'criterion'
                ) AS criterion
                    ON form_column.column_name = criterion.instrument || '/' || criterion.item
                WHERE form_column.table_name = 'form' AND criterion.scale_points = criterion.longest
            )
        """)
        for statement in relations.assessment_statements():
            con.execute(statement)
        candidate.comment(con, relations.ASSESSED)
        con.execute("COMMIT")
