"""Buttons that make the report on a place and give it as PDF or Word; nothing is made before they are clicked."""

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.context import Context
from dashboard.report.browser import found
from dashboard.report.making import MIME, NEEDED, Form, one, stem

LABELS: dict[Form, str] = {"pdf": "report.take_pdf", "docx": "report.take_docx"}


def report_buttons(context: Context, of_country: bool = False) -> None:
    """The report on the province chosen, else (or with `of_country`) the summary for the country.

    A region has no report of its own. Where the server cannot make reports, that is said.
    """
    texts, survey, snapshot = context.texts, context.survey, context.source.snapshot
    province = None if of_country else context.selection.province
    if not all(context.source.holds(view) for view in NEEDED):
        return
    if found() is None:
        st.caption(texts("report.no_browser"))
        return
    narrowed = replace(context, selection=context.selection.but(region=None, province=province))
    named = {"place": narrowed.place.label, "year": survey.year}
    with st.container(horizontal=True, width="content", key=f"report_{province or 'country'}"):
        for form, key in LABELS.items():
            st.download_button(
                texts(key, **named),
                partial(one, snapshot, context.source.language, survey.survey, province, form),
                f"{stem(narrowed)}.{form}",
                MIME[form],
                key=f"report_{form}_{province or 'country'}",
                help=texts("report.take_help"),
                on_click="ignore",
                type="tertiary",
                icon=":material/description:",
            )
