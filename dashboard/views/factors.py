"""Channels and factors: how each family of factors does everywhere, and each item among people and places."""

from dataclasses import replace

import streamlit as st

from dashboard import explain, indices, matrix
from dashboard.address import current
from dashboard.channels import channel_section
from dashboard.context import Context
from dashboard.facts import facts
from dashboard.families import family_absent, family_facts, family_section, finding
from dashboard.notices import (
    caption,
    no_answers,
    reading_note,
    refused_values,
    without_statistics,
)
from dashboard.people import people_and_places


def show(context: Context) -> None:
    """Draw the page for the narrowest place chosen, and the chosen channel and factor family."""
    texts, place, channel = context.texts, context.place, context.selection.channel
    if without_statistics(context):
        return
    refused_values(context)
    # A family may not be asked at a channel that has answers: the page is about the whole, and says so.
    whole = replace(context, selection=context.selection.but(family=None))
    standing = indices.standing(whole, place, channel)
    if standing is None:
        st.title(texts("page.factors"))
        no_answers(context, place, "factors")
        return
    shown = matrix.across_groups(context, place)
    st.title(finding(context, shown))
    caption(whole, place)
    if shown_facts := family_facts(context, shown, standing):
        facts(shown_facts)
    else:
        family_absent(context)
    explain.panel(context, place, channel)
    families, channels = st.columns([0.56, 0.44], gap="large")
    with families:
        family_section(context, shown, standing)
    with channels:
        channel_section(context, standing)
    people_and_places(context, standing)
    reading_note(context, standing)


show(current())
