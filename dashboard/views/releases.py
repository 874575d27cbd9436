"""Releases: what was given out under which name, and what the data that serve say otherwise, figure by figure."""

import streamlit as st

from dashboard import ledger, releases
from dashboard.address import current
from dashboard.context import Context
from dashboard.facts import facts
from dashboard.notices import lacking, refused_values, survey_caption


def show(context: Context) -> None:
    """Draw the page: the ledger, then the difference of two snapshots, its indices narrowed by the filters."""
    texts = context.texts
    refused_values(context)
    title = st.empty()
    shelf = releases.shelf()
    # The comparison takes seconds: until it is there, the title says what is known without it.
    title.title(ledger.headline(context, shelf, None))
    survey_caption(context, texts("releases.caption"))
    facts(ledger.release_facts(context, shelf))
    st.subheader(texts("releases.ledger"))
    ledger.ledger_section(context, shelf)
    st.subheader(texts("releases.difference"))
    if len(shelf.entries) < 2:
        lacking(texts, "nothing", texts("releases.only_one"))
        return
    old, new = ledger.chosen_pair(context, shelf)
    with st.spinner(texts("releases.comparing")):
        found = releases.difference(old, new)
    title.title(ledger.headline(context, shelf, found))
    ledger.difference_section(context, found)


show(current())
