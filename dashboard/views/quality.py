"""Data quality: what was checked and found, which rows broke which rule, how far the fieldwork can be believed."""

import streamlit as st

from dashboard import checks, quality
from dashboard.address import current
from dashboard.context import Context
from dashboard.data import warehouse_folder
from dashboard.facts import facts
from dashboard.notices import quality_caption, refused_values
from warehouse.store import Store


def show(context: Context) -> None:
    """Draw the page: rules and snapshots are of the whole warehouse, the rest of the chosen survey and place."""
    texts = context.texts
    found, rules = checks.verdict(context.source), checks.outcomes(context.source)
    runs = checks.history(Store(warehouse_folder()))
    refused_values(context)
    st.title(quality.headline(context, found))
    quality_caption(context)
    quality.rerun_notice(context, found, runs)
    facts(quality.quality_facts(context, found))
    st.subheader(texts("quality.suites"))
    st.caption(texts("quality.marks"))
    quality.suites_section(context, rules)
    st.subheader(texts("quality.failing"))
    quality.failing_section(context, rules)
    st.subheader(texts("quality.rules"))
    quality.rules_section(context, rules)
    st.subheader(texts("quality.history"))
    quality.history_section(context, runs)
    st.subheader(texts("quality.quarantine", year=context.survey.year))
    quality.quarantine_section(context)
    st.subheader(texts("quality.credibility", year=context.survey.year))
    quality.credibility_section(context)


show(current())
