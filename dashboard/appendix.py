"""The table behind a chart: what the picture says, for reading, sorting and searching."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboard.context import Context
from dashboard.tables import Column, table


def appended(
    context: Context, rows: pl.DataFrame, columns: Sequence[Column], key: str, alt: str
) -> None:
    """Offer a table below its chart; it is made when the reader opens it, for most never do.

    Args:
        key: of the table; `open_` and the key is the state of what holds it.
    """
    folded = st.expander(
        context.texts("chart.as_table"), key=f"open_{key}", type="compact", on_change="rerun"
    )
    if folded.open:
        with folded:
            table(rows, columns, key, alt)
