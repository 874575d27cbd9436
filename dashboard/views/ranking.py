"""Ranking: the provinces from the highest to the lowest index."""

import streamlit as st

from dashboard import findings, indices
from dashboard.charts.dots import dots
from dashboard.context import Context, current
from dashboard.drawing import draw, open_profile, targets
from dashboard.notices import caption, no_answers, reading_note, refused_values, scope_changed
from dashboard.selection import EVERY_CHANNEL, OVERALL
from dashboard.tables import (
    HEADER_HEIGHT,
    ROW_HEIGHT,
    official_columns,
    plain_columns,
    table,
)


def show(context: Context) -> None:
    """Draw the ranking: the official one, or provinces by one channel or one factor family."""
    texts, form, selection = context.texts, context.format, context.selection
    official = selection.channel == EVERY_CHANNEL and selection.item == OVERALL
    refused_values(context)
    rows = indices.ranking(context) if official else indices.provinces(context)
    standing = indices.standing(context, context.area, selection.channel)
    if rows.is_empty() or standing is None:
        st.title(texts("page.ranking"))
        no_answers(context, context.area, "ranking")
        return
    st.title(findings.ranking_headline(context, rows))
    caption(context, context.area, texts("caption.places", n=rows.height))
    scope_changed(context, standing)
    if not official:
        st.info(texts("ranking.narrowed", what=findings.narrowing(context)))
    listing, picture = st.columns([0.62, 0.38], gap="medium")
    with listing:
        st.caption(texts("ranking.table_help"))
        columns = official_columns(context, rows) if official else plain_columns(context)
        picked = table(rows, columns, "ranking", texts("page.ranking"), pick=True)
    with picture:
        st.caption(texts("chart.filled_is_reached", goal=form.milestone(standing.goal_pct)))
        lines = targets(context, standing)
        drawn = dots(
            rows,
            lines,
            context.style,
            chosen=selection.province,
            row_height=ROW_HEIGHT,
            top=HEADER_HEIGHT,
        )
        draw(drawn, "ranking_chart", texts("ranking.chart"))
    reading_note(context, standing)
    if picked is not None:
        open_profile(context, rows["key"][picked])


show(current())
