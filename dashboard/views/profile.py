"""Profile: one place from its overall index down to its weak criteria."""

import streamlit as st

from dashboard import findings, indices, inference, response
from dashboard.breakdown import comparison_section, tree_section, weakest_section
from dashboard.context import Context, current
from dashboard.facts import facts, goal_fact, index_fact
from dashboard.notices import (
    caption,
    local_channels_note,
    no_answers,
    reading_note,
    refused_values,
    scope_changed,
    without_statistics,
)


def show(context: Context) -> None:
    """Draw the profile of the narrowest place chosen: a province, else a region, else the nation."""
    texts, place, channel = context.texts, context.place, context.selection.channel
    if without_statistics(context):
        return
    refused_values(context)
    standing = indices.standing(context, place, channel)
    if standing is None:
        st.title(texts("profile.title", place=place.label))
        no_answers(context, place, "profile")
        return
    tree = indices.tree(context, place, channel)
    st.title(findings.headline(context, place, standing))
    caption(context, place)
    if place.geo_level != "province":
        st.caption(texts("profile.choose"))
    scope_changed(context, standing)
    counted = findings.rank_fact(context) or findings.forms_fact(context, response.funnel(context))
    facts(
        [
            index_fact(context, standing, inference.change(context, place, channel)),
            goal_fact(context, standing),
            findings.criteria_fact(context, tree, standing),
            counted,
        ]
    )
    st.subheader(texts("profile.weakest"))
    weakest_section(context, tree)
    if place.geo_level != "nation":
        st.subheader(texts("profile.comparison"))
        local_channels_note(context)
        comparison_section(context, standing)
    st.subheader(texts("profile.tree"))
    tree_section(context, tree)
    reading_note(context, standing)


show(current())
