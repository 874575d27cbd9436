"""Profile: one place from its overall index down to its weak criteria."""

from functools import partial

import streamlit as st

from dashboard import explain, findings, indices, inference, response
from dashboard.address import current
from dashboard.breakdown import comparison_section, tree_section, weakest_section
from dashboard.collection import collection_section
from dashboard.context import Context
from dashboard.explanation import change_section, lift_section, predecessors_note
from dashboard.facts import facts, goal_fact, index_fact
from dashboard.filing import report_buttons
from dashboard.importance import importance_section
from dashboard.indices import Standing
from dashboard.inference import Change
from dashboard.notices import (
    caption,
    local_channels_note,
    no_answers,
    reading_note,
    refused_values,
    scope_changed,
    without_statistics,
)
from dashboard.ownership import ownership_section
from dashboard.peers import peers_section
from dashboard.priorities import priorities_section
from dashboard.wishes import inside_section


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
    change = inference.change(context, place, channel)
    st.title(findings.headline(context, place, standing))
    caption(context, place)
    if place.geo_level != "province":
        st.caption(texts("profile.choose"))
    scope_changed(context, standing)
    counted = findings.rank_fact(context) or findings.forms_fact(context, response.funnel(context))
    facts(
        [
            index_fact(context, standing, change),
            goal_fact(context, standing),
            findings.criteria_fact(context, tree, standing),
            counted,
        ]
    )
    explain.panel(context, place, channel, beside=partial(report_buttons, context))
    priorities_section(context, standing)
    predecessors_note(context)
    _against_others_and_before(context, standing, change)
    peers_section(context)
    st.subheader(texts("profile.weakest"))
    weakest_section(context, tree, standing)
    lift_section(context, standing)
    ownership_section(context, standing)
    importance_section(context)
    inside_section(context, standing)
    collection_section(context)
    st.subheader(texts("profile.tree"))
    tree_section(context, tree, standing)
    reading_note(context, standing)


def _against_others_and_before(context: Context, standing: Standing, change: Change | None) -> None:
    """The place against region and nation and, beside it, against itself in the survey before."""
    if context.place.geo_level == "nation":
        if change:
            change_section(context, standing, change)
        return
    others, before = st.columns([0.57, 0.43], gap="large") if change else (st.container(), None)
    with others:
        st.subheader(context.texts("profile.comparison"))
        local_channels_note(context)
        comparison_section(context, standing)
    if before and change:
        with before:
            change_section(context, standing, change)


show(current())
