"""Published results: what was officially announced, against what the warehouse computes of the same thing."""

import streamlit as st

from dashboard import announcements, published
from dashboard.address import current
from dashboard.context import Context
from dashboard.facts import facts
from dashboard.notices import lacking, older_snapshot, refused_values, without_statistics


def show(context: Context) -> None:
    """Draw the announced figures of every year; the reader narrows them by year, kind and words."""
    texts = context.texts
    if without_statistics(context):
        return
    if not context.source.holds("published_comparison"):
        st.title(texts("page.published"))
        older_snapshot(context)
        return
    refused_values(context)
    head = st.container()
    rows = published.chosen(context, announcements.figures(context))
    with head:
        if rows.is_empty():
            st.title(texts("page.published"))
        else:
            st.title(published.headline(context, rows))
        published.caption(context, rows)
    if rows.is_empty():
        lacking(texts, "nothing", texts("published.nothing_found"))
        return
    if announcements.CALIBRATED in rows["reason_code"]:
        st.info(texts("published.calibration"))
    facts(published.facts_of(context, rows))
    published.comparison_section(context, rows)
    published.list_section(context, rows)
    with st.expander(texts("published.reading_title")):
        st.markdown(texts("published.reading"))


show(current())
