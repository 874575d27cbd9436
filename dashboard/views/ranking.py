"""Ranking: the provinces from the highest to the lowest index, and how sure that order is."""

import polars as pl
import streamlit as st

from dashboard import explain, findings, indices, inference
from dashboard.address import current
from dashboard.charts.funnel_plot import funnel_plot
from dashboard.charts.intervals import intervals
from dashboard.context import Context
from dashboard.drawing import draw, open_profile, targets
from dashboard.indices import Standing
from dashboard.notices import (
    caption,
    no_answers,
    reading_note,
    refused_values,
    scope_changed,
    without_statistics,
)
from dashboard.selection import EVERY_CHANNEL, OVERALL
from dashboard.tables import official_columns, official_rows, plain_columns, table, verdict_rows
from dashboard.tiles import map_section
from dashboard.verdicts import legend


def show(context: Context) -> None:
    """Draw the ranking: the official one, or provinces by one channel or one factor family."""
    texts, selection = context.texts, context.selection
    if without_statistics(context):
        return
    official = selection.channel == EVERY_CHANNEL and selection.item == OVERALL
    refused_values(context)
    rows = indices.ranking(context) if official else indices.provinces(context)
    standing = indices.standing(context, context.area, selection.channel)
    if rows.is_empty() or standing is None:
        st.title(texts("page.ranking"))
        no_answers(context, context.area, "ranking")
        return
    st.title(findings.ranking_headline(context, rows, official))
    caption(context, context.area, texts("caption.places", n=rows.height))
    explain.panel(context, context.area, selection.channel)
    scope_changed(context, standing)
    if not official:
        st.info(texts("ranking.narrowed", what=findings.narrowing(context)))
    listing = _official if official else _narrowed
    confidence = "ranking.confidence" if official else "ranking.confidence_narrowed"
    order, country = st.columns([0.575, 0.425], gap="medium")
    with order:
        st.subheader(texts("ranking.table"))
        st.caption(texts("ranking.table_help") + (" " + texts("ranking.bands") if official else ""))
        picked = listing(context, rows, standing)
    with country:
        map_section(context, standing, rows)
        st.caption(texts(confidence, n=rows.height))
    clicked = _pictures(context, rows, standing)
    reading_note(context, standing)
    if picked is not None or clicked:
        open_profile(context, clicked or rows["key"][picked or 0])


def _official(context: Context, rows: pl.DataFrame, standing: Standing) -> int | None:
    """The table of official ranks; every other band stands on another ground."""
    shade = [band % 2 == 0 for band in rows["band"]], context.style.palette.panel
    columns = official_columns(context, rows, standing)
    title = context.texts("page.ranking")
    return table(official_rows(context, rows), columns, "ranking", title, pick=True, shade=shade)


def _narrowed(context: Context, rows: pl.DataFrame, standing: Standing) -> int | None:
    columns = plain_columns(context, standing)
    title = context.texts("page.ranking")
    return table(verdict_rows(context, rows), columns, "ranking", title, pick=True)


def _pictures(context: Context, rows: pl.DataFrame, standing: Standing) -> str | None:
    """The intervals and the funnel plot side by side; the province that the reader clicked, if any."""
    texts, chosen = context.texts, context.selection.province
    left, right = st.columns([0.54, 0.46], gap="large")
    with left:
        st.subheader(texts("ranking.chart"))
        goal = context.format.milestone(standing.goal_pct)
        st.caption(texts("chart.verdicts", goal=goal, marks=legend(texts)))
        drawn = intervals(rows, targets(context, standing), context.style, chosen=chosen)
        clicked = draw(drawn, "ranking_chart", texts("ranking.chart"), pick=True, tabled=True)
    with right:
        st.subheader(texts("ranking.funnel"))
        drawn = funnel_plot(inference.funnel(context, rows), context.style, chosen)
        draw(drawn, "funnel_plot", texts("ranking.funnel"))
        st.caption(texts("ranking.funnel_help"))
    return clicked


show(current())
