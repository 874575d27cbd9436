"""The rows of a query as a frame."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import duckdb

if TYPE_CHECKING:
    import polars as pl

# It advises `con.sql`, which spares a copy of the rows; but plans the query twice, which takes longer.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)


def frame(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
) -> pl.DataFrame:
    """Return the rows of a query."""
    import polars as pl

    table = con.execute(sql, dict(parameters or {})).to_arrow_table()
    return cast("pl.DataFrame", pl.from_arrow(table))
