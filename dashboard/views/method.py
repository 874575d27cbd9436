"""Method: how every figure is made, what is law and what is ours, what can be compared; from the catalogue."""

import streamlit as st

from dashboard import catalogue, disclosure, method, registers
from dashboard.address import current
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.facts import facts
from dashboard.notices import refused_values, without_statistics

SECTIONS = {
    "hierarchy": "method.hierarchy",
    "formulas": "method.formulas",
    "rules": "method.rules",
    "assumptions": "method.assumptions",
    "uncertainty": "method.uncertainty",
    "disclosure": "method.disclosure",
    "effects": "method.effects",
    "comparability": "method.comparability",
    "calendar": "method.calendar",
    "values": "method.values",
    "glossary": "method.glossary",
    "sources": "method.sources",
}


def show(context: Context) -> None:
    """Draw the method of the instrument of the shown survey, or of another that the catalogue has."""
    texts = context.texts
    if without_statistics(context):
        return
    refused_values(context)
    known = catalogue.instruments(context)
    own = context.survey.instrument
    title, above = st.container(), st.container()
    titles = {name: one.title for name, one in known.items()}
    with above:
        chosen = choose(context, "instrument", "method.instrument", titles, own)
    rows = catalogue.items(context, chosen)
    channels = catalogue.channels(context, chosen, rows)
    with title:
        st.title(method.headline(context, rows))
        method.method_caption(context)
        facts(method.method_facts(context, rows, channels))
    links = " · ".join(f"[{texts(key)}](#{anchor})" for anchor, key in SECTIONS.items())
    st.markdown(f"{texts('method.contents')} {links}")
    _heading(context, "hierarchy")
    method.hierarchy_section(context, chosen, rows)
    _heading(context, "formulas")
    method.formulas_section(context, rows)
    _heading(context, "rules")
    method.rules_section(context, rows, channels)
    _heading(context, "assumptions")
    method.assumptions_section(context, known[chosen])
    _heading(context, "uncertainty")
    method.uncertainty_section(context)
    _heading(context, "disclosure")
    disclosure.disclosure_section(context)
    _heading(context, "effects")
    registers.effects_section(context)
    _heading(context, "comparability")
    registers.comparability_section(context)
    _heading(context, "calendar")
    registers.calendar_section(context, chosen, channels)
    _heading(context, "values")
    registers.values_section(context, chosen, rows)
    _heading(context, "glossary")
    registers.glossary_section(context)
    _heading(context, "sources")
    registers.sources_section(context, known[chosen])


def _heading(context: Context, anchor: str) -> None:
    st.header(context.texts(SECTIONS[anchor]), anchor=anchor)


show(current())
