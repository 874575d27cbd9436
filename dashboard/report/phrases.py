"""How figures are printed in a report: cells of tables, verdicts in words, lists of names.

An empty index in a row that is there is hidden to protect people: its cells say so, they are never a bare dash.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.charts.rows import Target
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.report.document import Column
from dashboard.verdicts import marked

Figures = Mapping[str, Any]
_IN_WORDS = {
    "met": "report.surely_met",
    "undetermined": "report.not_told",
    "not_met": "report.surely_missed",
}
NAMED = 8
"""Names in a sentence; more are counted."""


def index(context: Context, row: Figures) -> str:
    """The index of a row, or that it is hidden."""
    value = row["index_pct"]
    return context.texts("report.hidden") if value is None else context.format.index(value)


def interval(context: Context, row: Figures) -> str:
    """The interval of a row; where there is none, why."""
    if row["index_pct"] is None:
        return context.texts("report.hidden_short")
    if row["ci_low_pct"] is None:
        return context.texts("report.no_interval")
    return context.format.interval(row["ci_low_pct"], row["ci_high_pct"])


def count(context: Context, value: int | None) -> str:
    """A number of forms or answers, or that it is hidden."""
    return context.texts("report.hidden_short") if value is None else context.format.count(value)


def verdict(context: Context, row: Figures, name: str) -> str:
    """A verdict with its mark; where there is none, why."""
    found = marked(context.texts, row[name])
    if found is not None:
        return found
    return context.texts("report.hidden_short" if row["index_pct"] is None else "report.no_verdict")


def target_heads(context: Context, standing: Standing) -> list[tuple[str, str]]:
    """The targets that verdicts are passed on: column and head; one where they are the same."""
    texts, form = context.texts, context.format
    goal = texts("report.against", value=form.milestone(standing.goal_pct))
    if standing.milestone_in_force_pct in (None, standing.goal_pct):
        return [("verdict_goal", goal)]
    force = texts("report.against", value=form.milestone(standing.milestone_in_force_pct))
    return [("verdict_in_force", force), ("verdict_goal", goal)]


def index_columns(context: Context, standing: Standing) -> list[Column]:
    """The heads of index, interval and verdicts."""
    texts = context.texts
    return [
        Column(texts("report.index"), 1.0, "right"),
        Column(texts("report.interval"), 1.75, "center"),
        *(Column(head, 1.35) for _, head in target_heads(context, standing)),
    ]


def index_cells(context: Context, standing: Standing, row: Figures) -> list[str]:
    """Index, interval and verdicts of a row."""
    verdicts = [verdict(context, row, name) for name, _ in target_heads(context, standing)]
    return [index(context, row), interval(context, row), *verdicts]


def judged(context: Context, standing: Standing) -> str:
    """The verdicts on the milestone in force and on the goal, as sentences."""
    texts, form = context.texts, context.format
    said = []
    if standing.milestone_in_force_pct not in (None, standing.goal_pct):
        said.append(
            texts(
                "report.on_milestone",
                milestone=form.milestone(standing.milestone_in_force_pct),
                verdict=in_words(context, standing.verdict_in_force),
            )
        )
    missing = ""
    if (standing.gap_goal_pct or 0) > 0:
        missing = texts("report.missing", points=form.distance(standing.gap_goal_pct))
    said.append(
        texts(
            "report.on_goal",
            goal=form.milestone(standing.goal_pct),
            year=standing.goal_year,
            verdict=in_words(context, standing.verdict_goal),
            missing=missing,
        )
    )
    return " ".join(said)


def in_words(context: Context, found: str | None) -> str:
    """A verdict within a sentence."""
    return context.texts(_IN_WORDS.get(found or "", "report.not_told"))


def hidden_too(context: Context, rows: pl.DataFrame) -> str:
    """How many rows have their index hidden, to be put behind a count of the others; empty if none."""
    n_hidden = rows["index_pct"].null_count()
    return (
        " " + context.texts("report.hidden_too", n=context.format.count(n_hidden))
        if n_hidden
        else ""
    )


def names(context: Context, labels: Sequence[str], most: int = NAMED) -> str:
    """Some names with commas; how many more there are."""
    shown = ", ".join(labels[:most])
    more = len(labels) - most
    return (
        context.texts("fact.and_more", named=shown, n=context.format.count(more))
        if more > 0
        else shown
    )


def targets(context: Context, standing: Standing) -> list[Target]:
    """The lines of the milestone in force and of the goal across a chart; one where they are the same."""
    values = {standing.milestone_in_force_pct, standing.goal_pct} - {None}
    return [
        Target(value, context.texts("chart.milestone", value=context.format.milestone(value)))
        for value in sorted(value for value in values if value is not None)
    ]
