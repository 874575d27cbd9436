"""Overview: where the country (or a region) stands, how it moves, who leads and who lags."""

import streamlit as st

from dashboard import explain, findings, indices, inference, response
from dashboard.charts.intervals import intervals
from dashboard.charts.trend import trend
from dashboard.context import Context, current
from dashboard.drawing import draw, targets
from dashboard.facts import facts, goal_fact, index_fact
from dashboard.notices import (
    caption,
    no_answers,
    reading_note,
    refused_values,
    scope_changed,
    without_statistics,
)
from dashboard.tiles import tile_map
from dashboard.verdicts import legend

BEST, WEAKEST = 5, 5
FAMILY_HEIGHT = 40
"""Pixels of a row whose name may take two lines."""


def show(context: Context) -> None:
    """Draw the page for the chosen region (or the nation), channel and factor family."""
    texts, form = context.texts, context.format
    area, channel, chosen = context.area, context.selection.channel, context.selection.province
    if without_statistics(context):
        return
    standing = indices.standing(context, area, channel)
    refused_values(context)
    if standing is None:
        st.title(texts("page.overview"))
        no_answers(context, area, "overview")
        return
    provinces = indices.provinces(context)
    counts = response.funnel(context)
    cells = inference.cells(context, area, standing.goal_year)
    st.title(findings.headline(context, area, standing))
    caption(context, area, texts("caption.places", n=provinces.height))
    scope_changed(context, standing)
    last = findings.cells_fact(context, standing, cells) if cells else None
    facts(
        [
            index_fact(context, standing, inference.change(context, area, channel)),
            goal_fact(context, standing),
            findings.places_fact(context, standing, provinces),
            last or findings.forms_fact(context, counts),
        ]
    )
    explain.panel(context, area, channel)
    goal, lines = form.milestone(standing.goal_pct), targets(context, standing)
    story, country = st.columns([0.53, 0.47], gap="large")
    with story:
        st.subheader(texts("overview.trend"))
        history, official = indices.trend(context, area), indices.published(context, area)
        drawn = trend(history, official, indices.milestones(context), context.style)
        draw(drawn, "trend", texts("overview.trend"))
        other_scope = not history["joined"][1:].all()
        said = ["chart.trend_intervals", *(["chart.open_is_other_scope"] if other_scope else [])]
        st.caption(" · ".join(texts(key) for key in said))
        st.subheader(texts("overview.families"))
        st.caption(texts("chart.verdicts", goal=goal, marks=legend(texts)))
        rows, family = indices.families(context, area, channel), context.selection.family
        drawn = intervals(rows, lines, context.style, chosen=family, row_height=FAMILY_HEIGHT)
        draw(drawn, "families", texts("overview.families"))
        st.subheader(texts("overview.extremes"))
        ends, gap = indices.extremes(provinces, BEST, WEAKEST)
        drawn = intervals(ends, lines, context.style, chosen=chosen, gap_after=gap)
        draw(drawn, "extremes", texts("overview.extremes"))
    with country:
        st.subheader(texts("overview.map"))
        st.caption(texts("overview.map_help", goal=goal, marks=legend(texts)))
        tile_map(context, indices.tiles(context, provinces))
        response.section(context, counts)
    reading_note(context, standing)


show(current())
