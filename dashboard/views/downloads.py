"""Data and downloads: any published table, narrowed, looked at and taken away, or given again by code."""

import streamlit as st

from dashboard import downloads, takeaway
from dashboard.address import current
from dashboard.context import Context
from dashboard.filing import report_buttons
from dashboard.notices import lacking, refused_values, survey_caption


def show(context: Context) -> None:
    """Draw the page: choose a table, see its first rows, take it as a file or as code."""
    texts, count = context.texts, context.format.count
    refused_values(context)
    head = st.container()
    with st.container(border=True):
        chosen = takeaway.table_section(context)
    extraction = chosen.extraction
    n_rows = downloads.count(context, extraction)
    n_columns = len(extraction.types(context.source.snapshot))
    with head:
        named = downloads.title(context, extraction.view)
        st.title(texts("downloads.headline", view=named, rows=count(n_rows), columns=n_columns))
        survey_caption(context, texts("downloads.caption"))
    if n_rows == 0:
        lacking(texts, "nothing", texts("downloads.nothing"))
        return
    takeaway.preview_section(context, chosen, n_rows)
    st.subheader(texts("downloads.file"))
    takeaway.file_section(context, chosen, n_rows)
    st.subheader(texts("report.reports"))
    st.caption(texts("report.reports_help"))
    report_buttons(context, of_country=True)
    if context.selection.province:
        report_buttons(context)
    st.subheader(texts("downloads.meanings"))
    takeaway.meaning_section(context, chosen)
    with st.expander(texts("downloads.reading_title")):
        st.markdown(texts("downloads.reading"))


show(current())
