"""Overview: where the country (or a region) stands, how it moves, who leads and who lags."""

from functools import partial

import streamlit as st

from dashboard import explain, findings, indices, inference, response
from dashboard.address import current
from dashboard.context import Context
from dashboard.facts import facts, goal_fact, index_fact
from dashboard.filing import report_buttons
from dashboard.glance import channels_section, extremes_section, families_section, trend_section
from dashboard.movers import below_section, movers, movers_section
from dashboard.notices import (
    caption,
    no_answers,
    reading_note,
    refused_values,
    scope_changed,
    without_statistics,
)
from dashboard.tiles import map_section


def show(context: Context) -> None:
    """Draw the page for the chosen region (or the nation), channel and factor family."""
    texts, area, channel = context.texts, context.area, context.selection.channel
    if without_statistics(context):
        return
    standing = indices.standing(context, area, channel)
    refused_values(context)
    if standing is None:
        st.title(texts("page.overview"))
        no_answers(context, area, "overview")
        return
    provinces, moved = indices.provinces(context), movers(context)
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
    below_section(context, standing, provinces, moved)
    explain.panel(context, area, channel, beside=partial(report_buttons, context, of_country=True))
    story, country = st.columns([0.53, 0.47], gap="large")
    with story:
        trend_section(context)
        movers_section(context, standing, moved)
    with country:
        map_section(context, standing, provinces)
    left, right = st.columns(2, gap="large")
    with left:
        families_section(context, standing)
        extremes_section(context, standing, provinces)
    with right:
        channels_section(context, standing)
        response.section(context, counts)
    reading_note(context, standing)


show(current())
