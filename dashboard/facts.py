"""The few figures at the top of a page: four across, two by two on a phone."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.context import Context
from dashboard.indices import Standing

MOST = 4
PHONE_WIDTH = 140
"""Pixels below which a fact gives way: two of them fit beside each other on a phone."""


@dataclass(frozen=True)
class Fact:
    """A figure, what it is, and one line that sets it in proportion."""

    label: str
    value: str
    line: str = ""
    meaning: Literal["good", "bad", "none"] = "none"
    """Whether the line is good news: colour follows meaning, not the sign."""
    arrow: Literal["up", "down", "off"] = "off"
    help: str | None = None


def facts(shown: list[Fact]) -> None:
    """Draw at most four facts."""
    colours: dict[str, Literal["green", "red", "gray"]] = {
        "good": "green",
        "bad": "red",
        "none": "gray",
    }
    with st.grid(MOST, min_column_width=PHONE_WIDTH, key="facts"):
        for fact in shown[:MOST]:
            st.metric(
                fact.label,
                fact.value,
                fact.line or None,
                delta_color=colours[fact.meaning],
                delta_arrow=fact.arrow,
                border=True,
                height="stretch",
                help=fact.help,
            )


def index_fact(context: Context, standing: Standing) -> Fact:
    """The index and its change, or what it is made of where the survey before asked something else."""
    texts, form = context.texts, context.format
    criteria = texts("fact.criteria", n=standing.n_criteria)
    change = standing.change_pct
    if standing.previous_survey is None or change is None:
        return Fact(context.item_label, form.index(standing.index_pct), criteria)
    year = context.reference.surveys[standing.previous_survey].year
    line = texts("fact.change", change=form.change(change), year=year)
    if not standing.like_for_like:
        line = texts("fact.not_comparable", change=line)
        return Fact(context.item_label, form.index(standing.index_pct), line)
    rises = form.change(change).startswith("+")
    falls = change < 0 and not rises
    return Fact(
        context.item_label,
        form.index(standing.index_pct),
        line,
        meaning="good" if rises else "bad" if falls else "none",
        arrow="up" if rises else "down" if falls else "off",
        help=criteria,
    )


def goal_fact(context: Context, standing: Standing) -> Fact:
    """How far the goal is, and how the milestone in force stands."""
    texts, form = context.texts, context.format
    reached = standing.gap_goal_pct <= 0
    label = texts(
        "fact.beyond_goal" if reached else "fact.to_goal", goal=form.milestone(standing.goal_pct)
    )
    value = form.distance(standing.gap_goal_pct)
    if standing.gap_in_force_pct is None:
        return Fact(label, value)
    met = standing.gap_in_force_pct <= 0
    line = texts(
        "fact.milestone_met" if met else "fact.milestone_missed",
        milestone=form.milestone(standing.milestone_in_force_pct),
        points=form.distance(standing.gap_in_force_pct),
    )
    return Fact(label, value, line, meaning="good" if met else "bad")
