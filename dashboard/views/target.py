"""Target 2030: every criterion in every province against the goal, the pace, and what a lift would do."""

import polars as pl
import streamlit as st

from dashboard import explain, findings, goal, indices, inference
from dashboard.address import current
from dashboard.cells import Cells, cells_of, cells_section
from dashboard.choices import read_choice
from dashboard.context import Context
from dashboard.drawing import open_profile
from dashboard.facts import Fact, facts
from dashboard.goal_findings import (
    arrival_fact,
    cells_fact,
    headline,
    pace_fact,
    places_fact,
    weakest_fact,
)
from dashboard.indices import Standing
from dashboard.lift import lift_section
from dashboard.notices import (
    caption,
    lacking,
    no_answers,
    reading_note,
    refused_values,
    scope_changed,
    without_statistics,
)
from dashboard.paces import pace_section


def show(context: Context) -> None:
    """Draw the page for the chosen place, channel and family, against the goal or the milestone in force."""
    texts, place = context.texts, context.place
    if without_statistics(context):
        return
    refused_values(context)
    standing = indices.standing(context, place, context.selection.channel)
    if standing is None:
        st.title(texts("page.target"))
        no_answers(context, place, "target")
        return
    milestones = goal.milestones(standing)
    milestone = milestones.get(read_choice("target"), milestones[goal.GOAL])
    cells = cells_of(context, milestone)
    own = cells.rows.filter(pl.col("key").is_in(context.provinces_inside))
    if own.is_empty():
        st.title(findings.headline(context, place, standing))
    else:
        st.title(headline(context, goal.tally(own), milestone))
    caption(context, place)
    scope_changed(context, standing)
    facts(_facts(context, standing, cells, own))
    explain.panel(context, place, context.selection.channel)
    clicked = None
    if own.is_empty():
        lacking(texts, "not_asked", texts("target.no_cells"))
    else:
        clicked = cells_section(context, cells, milestones)
    met = goal.met_by(cells.rows, "key")
    n_cells = cells.criteria.filter("is_defined").height
    picked = pace_section(context, standing, met, n_cells)
    lift_section(context, milestone)
    reading_note(context, standing)
    if clicked or picked:
        open_profile(context, clicked or str(picked))


def _facts(context: Context, standing: Standing, cells: Cells, own: pl.DataFrame) -> list[Fact]:
    """Cells, provinces (or the weakest criterion of one province), pace and year of arrival."""
    seen = inference.pace(context, context.place, context.selection.channel)
    needed = goal.pace_needed(context, context.place)
    shown: list[Fact | None] = []
    if not own.is_empty():
        counted = goal.tally(own)
        shown.append(cells_fact(context, counted, cells.milestone))
        if context.place.geo_level == "province":
            shown.append(weakest_fact(context, own, cells.criteria))
        else:
            shown.append(places_fact(context, own, counted, cells.milestone))
    shown += [pace_fact(context, standing, needed, seen), arrival_fact(context, standing, seen)]
    return [fact for fact in shown if fact]


show(current())
