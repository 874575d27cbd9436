"""The few figures at the top of a page: four across, two by two on a phone.

They are plain HTML: Streamlit's own metric is a part of its client that is loaded when it is first wanted, and then
waits for the charts; so the figures stand there before them (docs/decisions/0013).
"""

from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.inference import Change

MOST = 4
ARROWS = {"up": "▲ ", "down": "▼ ", "off": ""}


@dataclass(frozen=True)
class Fact:
    """A figure, what it is, and one line that sets it in proportion."""

    label: str
    value: str
    line: str = ""
    note: str = ""
    """Said below the figure, in grey."""
    meaning: Literal["good", "bad", "none"] = "none"
    """Whether the line is good news: colour follows meaning, not the sign."""
    arrow: Literal["up", "down", "off"] = "off"
    help: str | None = None


def facts(shown: list[Fact]) -> None:
    """Draw at most four facts."""
    with st.container(key="facts"):
        st.html(f'<dl class="facts">{"".join(map(_drawn, shown[:MOST]))}</dl>')


def _drawn(fact: Fact) -> str:
    """A fact as a group of a description list; what is to be known of it unfolds below."""
    parts = [f"<dt>{escape(fact.label)}</dt>", f'<dd class="value">{escape(fact.value)}</dd>']
    if fact.note:
        parts.append(f'<dd class="note">{escape(fact.note)}</dd>')
    if fact.line:
        arrow = f'<span aria-hidden="true">{ARROWS[fact.arrow]}</span>'
        parts.append(f'<dd class="line {fact.meaning}">{arrow}{escape(fact.line)}</dd>')
    if fact.help:
        sign = f'<summary aria-label="? {escape(fact.label)}">?</summary>'
        parts.append(f"<dd><details>{sign}<p>{escape(fact.help)}</p></details></dd>")
    return f"<div>{''.join(parts)}</div>"


def index_fact(context: Context, standing: Standing, change: Change | None) -> Fact:
    """The index with its interval, and its change; what it is made of where there is no survey before.

    A change is good or bad news only where the sample tells it from none and both surveys asked the same.
    """
    texts, form = context.texts, context.format
    criteria = texts("fact.criteria", n=standing.n_criteria)
    value = form.index(standing.index_pct)
    ends = form.index(standing.ci_low_pct), form.index(standing.ci_high_pct)
    interval = texts("fact.interval", low=ends[0], high=ends[1])
    if change is None:
        return Fact(context.item_label, value, criteria, interval)
    line = texts("fact.change", change=form.change(change.change_pct), year=change.previous_year)
    if not standing.like_for_like:
        line = texts("fact.not_comparable", change=line)
        return Fact(context.item_label, value, line, interval, help=criteria)
    if not change.is_told:
        line = texts("fact.change_untold", change=line)
        return Fact(context.item_label, value, line, interval, help=criteria)
    rises = change.change_pct > 0
    return Fact(
        context.item_label,
        value,
        line,
        interval,
        meaning="good" if rises else "bad",
        arrow="up" if rises else "down",
        help=criteria,
    )


def goal_fact(context: Context, standing: Standing) -> Fact:
    """How far the goal is, and the verdict on the milestone in force."""
    texts, form = context.texts, context.format
    reached = standing.gap_goal_pct <= 0
    label = texts(
        "fact.beyond_goal" if reached else "fact.to_goal", goal=form.milestone(standing.goal_pct)
    )
    value = form.distance(standing.gap_goal_pct)
    goal = texts("fact.goal_untold") if standing.verdict_goal == "undetermined" else ""
    if standing.gap_in_force_pct is None or standing.verdict_in_force is None:
        return Fact(label, value, goal)
    line = texts(
        _MILESTONE[standing.verdict_in_force],
        milestone=form.milestone(standing.milestone_in_force_pct),
        points=form.distance(standing.gap_in_force_pct),
    )
    return Fact(label, value, line, goal, meaning=_MEANING[standing.verdict_in_force])


_MILESTONE = {
    "met": "fact.milestone_met",
    "undetermined": "fact.milestone_untold",
    "not_met": "fact.milestone_missed",
}
_MEANING: dict[str, Literal["good", "bad", "none"]] = {
    "met": "good",
    "undetermined": "none",
    "not_met": "bad",
}
