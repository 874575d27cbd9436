"""Assessments and needs: parts 1 and 3 of Appendix I, what must not happen by province, who answered."""

import streamlit as st

from dashboard import assessments, disclosure, explain, needs
from dashboard.address import current
from dashboard.adverse import watch_section
from dashboard.assessments import ASSESSMENT, EXPECTATION
from dashboard.context import Context
from dashboard.facts import facts
from dashboard.indices import surveys_with
from dashboard.notices import (
    hidden_whole,
    lacking,
    no_answers,
    older_snapshot,
    refused_values,
    survey_caption,
    without_statistics,
)
from dashboard.respondents import figures_section, respondents_section


def show(context: Context) -> None:
    """Draw parts 1 and 3 for the place and channel chosen."""
    texts, place = context.texts, context.place
    if without_statistics(context):
        return
    if not context.source.holds("adverse_comparison"):
        st.title(texts("page.needs"))
        older_snapshot(context)
        return
    refused_values(context)
    channel = assessments.channel_of(context, place)
    rows = assessments.intervals(context, place, channel)
    if rows.is_empty():
        st.title(texts("page.needs"))
        if disclosure.is_hidden(context, place, channel):
            hidden_whole(context, place)
        elif context.survey.survey in surveys_with(context, place):
            lacking(texts, "not_measured", texts("needs.not_asked"))
        else:
            no_answers(context, place, "needs")
        return
    found, others = (
        assessments.adverse(context, place, channel),
        assessments.compared(context, place),
    )
    st.title(needs.headline(context, place, rows))
    survey_caption(context, *needs.scope(context, rows))
    needs.assumption_note(context)
    facts(needs.facts_of(context, rows, found))
    explain.panel(context, place, channel, rows["item"][0])
    st.subheader(texts("needs.assessments"))
    needs.scored_section(context, rows, others, ASSESSMENT, texts("needs.assessments"))
    needs.options_section(context, rows, others)
    watch_section(context, found)
    st.subheader(texts("needs.expectations"))
    needs.scored_section(context, rows, others, EXPECTATION, texts("needs.expectations"))
    respondents_section(context)
    figures_section(context)
    with st.expander(texts("needs.reading_title")):
        st.markdown(texts("needs.reading"))


show(current())
