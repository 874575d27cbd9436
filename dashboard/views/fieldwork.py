"""Fieldwork: a wave under way against its plan, what is left, and the pace that it takes."""

import streamlit as st

from dashboard import progress
from dashboard.address import current
from dashboard.context import Context
from dashboard.facts import facts
from dashboard.fieldwork import progress as progress_of
from dashboard.notices import (
    fieldwork_caption,
    lacking,
    older_snapshot,
    refused_values,
    wave_under_way,
)


def show(context: Context) -> None:
    """Draw the page for the narrowest place chosen, in the chosen channel."""
    texts, place = context.texts, context.place
    refused_values(context)
    if not context.source.holds("fieldwork_progress"):
        st.title(texts("page.fieldwork"))
        older_snapshot(context)
        return
    shown = progress_of(context, place)
    if shown is None:
        st.title(texts("page.fieldwork"))
        channel = context.channel_labels[context.selection.channel]
        chosen = {"place": place.label, "channel": channel, "year": context.survey.year}
        lacking(texts, "nothing", texts("fieldwork.nothing", **chosen))
        if place.geo_level != "nation" and not context.is_local(context.selection.channel):
            st.caption(texts("notice.central_channels"))
        return
    st.title(progress.headline(context, place, shown))
    fieldwork_caption(context, shown.as_of)
    if shown.is_finished:
        wave_under_way(context)
    facts(progress.progress_facts(context, shown))
    planned = shown.planned is not None
    st.subheader(texts("fieldwork.chart" if planned else "fieldwork.chart_alone"))
    progress.chart_section(context, place, shown)
    if place.geo_level == "province":
        progress.province_section(context, place)
    else:
        progress.country_section(context)
    with st.expander(texts("fieldwork.method_title")):
        st.markdown(texts("fieldwork.method"))


show(current(latest=True))
