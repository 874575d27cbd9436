"""The part of the page of the goal that holds the pace seen against the pace needed, province by province."""

import polars as pl
import streamlit as st

from dashboard import goal
from dashboard.charts.arrival import arrival
from dashboard.charts.rows import Target
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.format import ABSENT
from dashboard.indices import Standing
from dashboard.memory import remembered
from dashboard.tables import Column, table
from dashboard.verdicts import MET

TABLE_ROWS = 27


def pace_section(
    context: Context, standing: Standing, met: dict[str, int], n_cells: int
) -> str | None:
    """Chart and table of the provinces of the area; the province that the reader picked, if any.

    Args:
        met: how many cells meet the target, by province; `n_cells` is how many each has.
    """
    texts, form = context.texts, context.format
    value = form.milestone(standing.goal_pct)
    known = {"goal": value, "year": standing.goal_year}
    st.subheader(texts("target.pace", **known))
    rows = goal.paces(context)
    if rows.is_empty():
        st.caption(texts("target.no_provinces"))
        return None
    rows = _judged(rows, standing.goal_year)
    seen = rows["pace_pct"].is_not_null().any()
    said = [texts("target.pace_help", item=context.item_label, **known)]
    if not rows["pace_pct"].is_not_null().all():
        said.append(_why_none(context, standing))
    st.caption(" ".join(said))
    if not seen:
        st.caption(texts("target.pace_table_help"))
        return _table(context, rows, met, n_cells, standing)
    left, right = st.columns([0.42, 0.58], gap="large")
    with left:
        st.markdown(f"**{texts('target.arrival', **known)}**")
        st.caption(texts("target.arrival_marks", **known))
        line = Target(standing.goal_year, texts("target.goal_line", **known))
        chosen, year = context.selection.province, context.survey.year
        drawn = remembered(
            context, "arrival", lambda: arrival(rows, line, year, context.style, chosen)
        )
        title = texts("target.arrival", **known)
        clicked = draw(drawn, "arrival", title, pick=True, tabled=True)
    with right:
        st.markdown(f"**{texts('target.pace_table')}**")
        st.caption(f"{texts('target.pace_table_help', **known)} {texts('pace.caution')}")
        picked = _table(context, rows, met, n_cells, standing)
    return clicked or picked


def _why_none(context: Context, standing: Standing) -> str:
    """Why there is no pace: no survey before, or it measured something else."""
    if standing.previous_survey is None:
        return context.texts("target.first_survey")
    previous = context.reference.surveys[standing.previous_survey]
    return context.texts("target.other_scope", previous=previous.year, year=context.survey.year)


def _judged(rows: pl.DataFrame, goal_year: int) -> pl.DataFrame:
    """Rows of `goal.paces` with arrived (the index is at the goal already) and in_time.

    The latter is a verdict on the years, null where there are none; of what has arrived, that on the index.
    """
    in_time = (
        pl.when(pl.col("gap_goal_pct") <= 0)
        .then("verdict_goal")
        .when(pl.col("reached_year_high") <= goal_year)
        .then(pl.lit("met"))
        .when(pl.col("reached_year_low") > goal_year)
        .then(pl.lit("not_met"))
        .when(pl.col("reached_year").is_not_null())
        .then(pl.lit("undetermined"))
    )
    return rows.with_columns(in_time=in_time, arrived=pl.col("gap_goal_pct") <= 0)


def _table(
    context: Context, rows: pl.DataFrame, met: dict[str, int], n_cells: int, standing: Standing
) -> str | None:
    """The provinces with what they need, what they showed and how many of their cells are there already."""
    texts, form = context.texts, context.format
    seen = rows.select("pace_pct", "pace_se_pct").iter_rows()
    rows = rows.with_columns(
        pace_written=pl.Series([form.with_error(*pair) for pair in seen], dtype=pl.String),
        years=pl.Series(
            [_years(context, row) for row in rows.iter_rows(named=True)], dtype=pl.String
        ),
        n_met=pl.col("key").replace_strict(met, default=0, return_dtype=pl.Int64),
    )
    goal_value = form.milestone(standing.goal_pct)
    of = texts("target.met_of", n=form.count(n_cells))
    columns = [
        Column("label", texts("column.province"), width=104, pinned=True),
        Column(
            "index_pct", texts("column.index"), texts("column.index_help"), form.index, width=60
        ),
        Column("n_met", of, texts("target.met_column"), form.count, width=68),
        Column(
            "pace_needed_pct",
            texts("target.needed_short"),
            texts("target.needed_column"),
            form.index,
            width=84,
        ),
        Column(
            "pace_pct",
            texts("target.seen_short"),
            texts("target.seen_column"),
            written="pace_written",
            width=104,
        ),
        Column(
            "years", texts("target.years"), texts("target.years_column", goal=goal_value), width=142
        ),
    ]
    picked = table(
        rows, columns, "paces", texts("target.pace_table"), rows_shown=TABLE_ROWS, pick=True
    )
    return None if picked is None else str(rows["key"][picked])


def _years(context: Context, row: dict[str, object]) -> str:
    """The year of arrival and its range: `2027 (2026–2028)`; where there is none, why."""
    if row["arrived"]:
        met = row["verdict_goal"] == MET
        return context.texts("target.arrived_short" if met else "target.arrived_untold")
    year, low, high = row["reached_year"], row["reached_year_low"], row["reached_year_high"]
    if year is None:
        return ABSENT if row["pace_pct"] is None else context.texts("target.not_upward_short")
    return f"{year}" if low == high else f"{year} ({low}–{high})"
