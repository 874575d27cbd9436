"""Tables: numbers stay numbers, so that a click on a column head sorts them, but read as the page's do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard.context import Context
from dashboard.format import ABSENT, Formatter

ROW_HEIGHT = 33
HEADER_HEIGHT = 36


@dataclass(frozen=True)
class Column:
    """One column of a table: what it shows, how it is headed, explained and written."""

    name: str
    heading: str
    help: str | None = None
    write: Formatter | None = None
    width: Literal["small", "medium", "large"] | int | None = None
    pinned: bool = False
    colours: Mapping[str, str] | None = None
    """Colour of the text by value; a mark within the text says the same."""


def table(
    frame: pl.DataFrame,
    columns: Sequence[Column],
    key: str,
    alt: str,
    rows_shown: int | None = None,
    pick: bool = False,
) -> int | None:
    """Draw the table; the number of the row that the reader picked, if `pick` lets him.

    Args:
        frame: at least the columns named in `columns`; rows in the order shown at first.
        rows_shown: rows visible without scrolling inside the table; all of them if None.
    """
    names = [column.name for column in columns]
    shown = frame.select(names).to_pandas()
    writers = {column.name: column.write for column in columns if column.write}
    styled = shown.style.format(writers, na_rep=ABSENT)
    for column in columns:
        if column.colours:
            styled = styled.map(_coloured, subset=[column.name], colours=column.colours)
    height = HEADER_HEIGHT + ROW_HEIGHT * min(frame.height, rows_shown or frame.height) + 3
    options: dict[str, Any] = {
        "hide_index": True,
        "row_height": ROW_HEIGHT,
        "height": height,
        "key": key,
        "alt": alt,
        "placeholder": ABSENT,
        "column_config": _configuration(columns),
    }
    if not pick:
        st.dataframe(styled, **options)
        return None
    event = st.dataframe(styled, on_select="rerun", selection_mode="single-cell", **options)
    return next((int(row) for row, _ in event["selection"]["cells"]), None)


def official_columns(context: Context, rows: pl.DataFrame) -> list[Column]:
    """Columns of `province_ranking`."""
    texts, form = context.texts, context.format
    n_common = rows["n_criteria_common"][0]
    previous = rows["previous_survey"].drop_nulls()
    surveys = context.reference.surveys
    year = surveys[previous[0]].year if len(previous) else None
    columns = [
        Column("rank", texts("column.rank"), write=form.count, width=60, pinned=True),
        Column("label", texts("column.province"), pinned=True),
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column(
            "index_common_pct",
            texts("column.index_common"),
            texts("column.index_common_help", n=n_common),
            form.index,
        ),
        Column("gap_goal_pct", texts("column.gap"), texts("column.gap_help"), form.change),
    ]
    if year is not None:
        heading = texts("column.change", year=year)
        columns.append(Column("change_pct", heading, texts("column.change_help"), form.change))
    return [*columns, Column("n_forms", texts("column.forms"), write=form.count)]


def plain_columns(context: Context) -> list[Column]:
    """Columns where the ranking is narrowed to a channel or a family: no official rank."""
    texts, form = context.texts, context.format
    return [
        Column("label", texts("column.province"), pinned=True),
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("n_criteria", texts("column.criteria"), texts("column.criteria_help"), form.count),
        Column("gap_goal_pct", texts("column.gap"), texts("column.gap_help"), form.change),
        Column("n_forms", texts("column.forms"), write=form.count),
    ]


def _coloured(value: object, colours: Mapping[str, str]) -> str:
    colour = colours.get(str(value))
    return f"color: {colour}" if colour else ""


def _configuration(columns: Sequence[Column]) -> dict[str, Any]:
    return {
        column.name: st.column_config.Column(
            column.heading, help=column.help, width=column.width, pinned=column.pinned
        )
        for column in columns
    }
