"""Tables: numbers stay numbers, so that a click on a column head sorts them, but read as the page's do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd  # type: ignore[import-untyped]  # has no types of its own
import polars as pl
import streamlit as st

from dashboard.address import read_address
from dashboard.context import Context
from dashboard.files import csv_of, file_stem
from dashboard.format import ABSENT, Formatter
from dashboard.indices import Standing
from dashboard.texts import texts_in
from dashboard.verdicts import marked, text_colours

# Streamlit writes how cells read into a frame of text, column by column: a third faster in Python's own strings.
pd.set_option("mode.string_storage", "python")
_PICKS = "table_picks"
"""How often each table that tells of picks was picked in."""
ROW_HEIGHT = 33
HEADER_HEIGHT = 36


@dataclass(frozen=True)
class Column:
    """One column of a table: what it shows, how it is headed, explained and written."""

    name: str
    heading: str
    help: str | None = None
    write: Formatter | None = None
    written: str | None = None
    """Name of the column that says how each value is written, where it takes more than the value; equal
    values are written alike."""
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
    shade: tuple[Sequence[bool], str] | None = None,
    on_pick: Callable[[int], None] | None = None,
) -> int | None:
    """Draw the table; the number of the row that the reader picked, if `pick` lets him.

    Below it, it can be taken away as CSV: Streamlit's own download would give only what a click on a head sorts by.

    Args:
        frame: at least the columns named in `columns`; rows in the order shown at first.
        rows_shown: rows visible without scrolling inside the table; all of them if None.
        shade: which rows stand on another ground, and its colour.
        on_pick: told the number of a row when the reader picks it, once; instead of `pick`.
    """
    picked = drawn(frame, columns, key, alt, rows_shown, pick, shade, on_pick)
    st.download_button(
        texts_in(read_address().lang)("downloads.table"),
        partial(as_file, frame, columns),
        f"{file_stem(key)}.csv",
        "text/csv",
        key=f"take_{key}",
        on_click="ignore",
        type="tertiary",
    )
    return picked


def as_file(frame: pl.DataFrame, columns: Sequence[Column]) -> bytes:
    """The table as CSV: numbers with every digit, texts of several figures as they are written on the page."""
    names = [column.written or column.name for column in columns]
    heads = [column.heading for column in columns]
    return csv_of(heads, frame.select(pl.col(name).alias(f"{n}") for n, name in enumerate(names)))


def drawn(
    frame: pl.DataFrame,
    columns: Sequence[Column],
    key: str,
    alt: str,
    rows_shown: int | None = None,
    pick: bool = False,
    shade: tuple[Sequence[bool], str] | None = None,
    on_pick: Callable[[int], None] | None = None,
) -> int | None:
    """`table` without the file: for what is a part of something that can be taken away whole."""
    names = [column.name for column in columns]
    shown = frame.select(names).to_pandas()
    writers: dict[str, Callable[..., str]] = {
        column.name: column.write for column in columns if column.write
    }
    for column in columns:
        if column.written:
            texts = dict(frame.select(column.name, column.written).iter_rows())
            writers[column.name] = texts.__getitem__
    styled = shown.style.format(writers, na_rep=ABSENT)
    for column in columns:
        if column.colours:
            styled = styled.map(_coloured, subset=[column.name], colours=column.colours)
    if shade:
        ground = f"background-color: {shade[1]}"
        styled = styled.apply(lambda _: [ground if strong else "" for strong in shade[0]])
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
    if on_pick:
        options["key"] = f"{key}_{_picks(key)}"
        told = partial(_tell, key, options["key"], on_pick)
        with st.container(key=key):
            st.dataframe(styled, on_select=told, selection_mode="single-cell", **options)
        return None
    if not pick:
        st.dataframe(styled, **options)
        return None
    event = st.dataframe(styled, on_select="rerun", selection_mode="single-cell", **options)
    return next((int(row) for row, _ in event["selection"]["cells"]), None)


def official_rows(context: Context, ranked: pl.DataFrame) -> pl.DataFrame:
    """Rows of `province_ranking` with what is written of them in more than one figure.

    Adds place (the order of the rows, by which ranks are sorted), rank_written, change_written and what
    `verdict_rows` adds.
    """
    form = context.format
    ranks = ranked.select("rank", "rank_low", "rank_high").iter_rows()
    changes = ranked.select("change_pct", "change_se_pct").iter_rows()
    return verdict_rows(context, ranked).with_columns(
        place=pl.int_range(1, ranked.height + 1),
        rank_written=pl.Series([form.rank(*rank) for rank in ranks], dtype=pl.String),
        change_written=pl.Series([form.with_error(*change) for change in changes], dtype=pl.String),
    )


def verdict_rows(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their interval and verdicts as they are written: interval, in_force, goal (where there are)."""
    texts, form = context.texts, context.format
    ends = rows.select("ci_low_pct", "ci_high_pct").iter_rows()
    words = {
        name: pl.Series([marked(texts, verdict) for verdict in rows[column]], dtype=pl.String)
        for name, column in (("in_force", "verdict_in_force"), ("goal", "verdict_goal"))
        if column in rows.columns
    }
    written = pl.Series([form.interval(*pair) for pair in ends], dtype=pl.String)
    return rows.with_columns(interval=written, **words)


def official_columns(context: Context, rows: pl.DataFrame, standing: Standing) -> list[Column]:
    """Columns of `official_rows`: what says where a province stands first, in sight beside the map."""
    texts, form = context.texts, context.format
    interval, *in_force, goal = verdict_columns(context, standing)
    common = texts("column.rank_common_help", n=rows["n_criteria_common"][0])
    return [
        Column(
            "place",
            texts("column.rank"),
            texts("column.rank_help"),
            written="rank_written",
            width=88,
            pinned=True,
        ),
        Column("label", texts("column.province"), width=110, pinned=True),
        Column(
            "index_pct", texts("column.index"), texts("column.index_help"), form.index, width=58
        ),
        interval,
        goal,
        Column(
            "gap_goal_pct", texts("column.gap"), texts("column.gap_help"), form.change, width=70
        ),
        *_change_columns(context, rows),
        *in_force,
        Column("rank_common", texts("column.rank_common"), common, form.count, width=88),
        Column(
            "rank_groups",
            texts("column.rank_groups"),
            texts("column.rank_groups_help"),
            form.count,
            width=92,
        ),
        Column("n_forms", texts("column.forms"), write=form.count, width=76),
    ]


def verdict_columns(context: Context, standing: Standing) -> list[Column]:
    """The interval of `verdict_rows` and its verdicts on the milestone in force and on the goal."""
    texts, form = context.texts, context.format
    colours = text_colours(texts, context.style.palette)
    targets = {
        "in_force": standing.milestone_in_force_pct,
        # One column where the milestone in force is the goal.
        "goal": standing.goal_pct,
    }
    if targets["in_force"] in (None, targets["goal"]):
        del targets["in_force"]
    return [
        Column(
            "ci_low_pct",
            texts("column.interval"),
            texts("column.interval_help"),
            written="interval",
            width=106,
        ),
        *(
            Column(
                name,
                texts("chart.milestone", value=form.milestone(target)),
                texts("column.verdict_help"),
                width=80,
                colours=colours,
            )
            for name, target in targets.items()
        ),
    ]


def _change_columns(context: Context, rows: pl.DataFrame) -> list[Column]:
    """The change since the survey before, and beside it that on what both measured, where they differ."""
    texts, form = context.texts, context.format
    previous = rows["previous_survey"].drop_nulls()
    if previous.is_empty():
        return []
    heading = texts("column.change", year=context.reference.surveys[previous[0]].year)
    columns = [
        Column(
            "change_pct", heading, texts("column.change_help"), written="change_written", width=98
        )
    ]
    changes = rows.select("change_pct", "like_for_like_pct").iter_rows()
    if any(form.change(published) != form.change(alike) for published, alike in changes):
        columns.append(
            Column(
                "like_for_like_pct",
                texts("column.like_for_like"),
                texts("column.like_for_like_help"),
                form.change,
            )
        )
    return columns


def plain_columns(context: Context, standing: Standing) -> list[Column]:
    """Columns where the ranking is narrowed to a channel or a family: no official rank."""
    texts, form = context.texts, context.format
    return [
        Column("label", texts("column.province"), pinned=True),
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        *verdict_columns(context, standing),
        Column("n_criteria", texts("column.criteria"), texts("column.criteria_help"), form.count),
        Column("gap_goal_pct", texts("column.gap"), texts("column.gap_help"), form.change),
        Column("n_forms", texts("column.forms"), write=form.count),
    ]


def _tell(key: str, drawn_as: str, on_pick: Callable[[int], None]) -> None:
    """Hand on what was picked and have the table drawn anew: the same row can then be picked again."""
    cells = st.session_state[drawn_as]["selection"]["cells"]
    if cells:
        on_pick(int(cells[0][0]))
        st.session_state[_PICKS] = {**st.session_state.get(_PICKS, {}), key: _picks(key) + 1}


def _picks(key: str) -> int:
    return int(st.session_state.get(_PICKS, {}).get(key, 0))


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
