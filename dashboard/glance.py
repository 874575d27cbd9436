"""The companions of the overview: the trend, families and channels against the target, the ends of the ranking."""

import polars as pl
import streamlit as st

from dashboard import comparisons, indices
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.charts.intervals import intervals
from dashboard.charts.trend import trend
from dashboard.context import Context
from dashboard.drawing import draw, targets
from dashboard.indices import Standing
from dashboard.verdicts import legend

FACTORS = "views/factors.py"
BEST, WEAKEST = 5, 5
FAMILY_HEIGHT = 40
"""Pixels of a row whose name may take two lines."""


def trend_section(context: Context) -> None:
    """The index of the area year by year, the milestones, and where the line breaks."""
    texts = context.texts
    st.subheader(texts("overview.trend"))
    history, official = (
        indices.trend(context, context.area),
        indices.published(context, context.area),
    )
    drawn = trend(history, official, indices.milestones(context), context.style)
    draw(drawn, "trend", texts("overview.trend"))
    other_scope = not history["joined"][1:].all()
    said = ["chart.trend_intervals", *(["chart.open_is_other_scope"] if other_scope else [])]
    st.caption(" · ".join(texts(key) for key in said))


def families_section(context: Context, standing: Standing) -> None:
    """The factor families of the area at the chosen channel, the highest first."""
    texts, channel = context.texts, context.selection.channel
    st.subheader(texts("overview.families"))
    goal = context.format.milestone(standing.goal_pct)
    st.caption(texts("chart.verdicts", goal=goal, marks=legend(texts)))
    rows, lines = indices.families(context, context.area, channel), targets(context, standing)
    chosen = context.selection.family
    drawn = intervals(rows, lines, context.style, chosen=chosen, row_height=FAMILY_HEIGHT)
    draw(drawn, "families", texts("overview.families"))


def channels_section(context: Context, standing: Standing) -> None:
    """The service groups of the area in the plan's order: held against the target, not against one another."""
    texts = context.texts
    st.subheader(texts("overview.channels"))
    st.caption(texts("overview.channels_help"))
    rows = channels(context)
    if rows.is_empty():
        st.caption(texts("channels.none", item=context.item_label))
    else:
        drawn = [row_of(row) for row in rows.iter_rows(named=True)]
        picture = grouped(
            [Group(drawn)],
            targets(context, standing),
            context.style,
            chosen=context.selection.channel,
        )
        draw(picture, "channels_glance", texts("overview.channels"))
    left_out = [
        f"{label} ({_last(context, year)})"
        for label, year in comparisons.unmeasured(context, context.area).items()
    ]
    if left_out:
        named = {"year": context.survey.year, "channels": "; ".join(left_out)}
        st.caption(texts("channels.left_out", **named))
    address = context.selection.to_address()
    st.page_link(FACTORS, label=texts("overview.channels_more"), query_params=address)


def channels(context: Context) -> pl.DataFrame:
    """The service groups of the area, and channels without one, with the chosen item; the plan's order.

    Columns: key, label (with the number of criteria that its index averages), index_pct, ci_low_pct, ci_high_pct,
    n_criteria, verdict_goal.
    """
    survey, texts, form = context.survey, context.texts, context.format
    known = context.reference.channels(survey)
    alone = (pl.col("channel_kind") == "channel") & pl.col("service_group").is_null()
    shown = known.filter((pl.col("channel_kind") == "service_group") | alone)
    frame = context.source.read(
        "target_gap",
        "channel index_pct ci_low_pct ci_high_pct n_criteria verdict_goal".split(),
        survey=survey.survey,
        geography=survey.geography,
        channel=tuple(shown["channel"]),
        item=context.selection.item,
        **context.area.key,
    )
    frame = shown.select("channel", "label", "sort").join(frame, on="channel").sort("sort")
    labels = [
        texts("overview.channel", label=label, n=form.count(n))
        for label, n in frame.select("label", "n_criteria").iter_rows()
    ]
    named = frame.with_columns(label=pl.Series(labels, dtype=pl.String))
    return named.rename({"channel": "key"}).drop("sort")


def _last(context: Context, year: int | None) -> str:
    if year is None:
        return context.texts("matrix.never_measured")
    return context.texts("matrix.last_measured", year=year)


def extremes_section(context: Context, standing: Standing, provinces: pl.DataFrame) -> None:
    """The highest and the lowest provinces of the area with their intervals."""
    texts = context.texts
    st.subheader(texts("overview.extremes"))
    ends, gap = indices.extremes(provinces, BEST, WEAKEST)
    lines, chosen = targets(context, standing), context.selection.province
    drawn = intervals(ends, lines, context.style, chosen=chosen, gap_after=gap)
    draw(drawn, "extremes", texts("overview.extremes"))
