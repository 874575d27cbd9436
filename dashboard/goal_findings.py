"""What the page of the goal finds, in one sentence and four figures."""

import polars as pl

from dashboard.context import Context
from dashboard.facts import Fact
from dashboard.findings import narrowing, without_figure
from dashboard.format import ABSENT
from dashboard.goal import Milestone, met_by
from dashboard.indices import Standing
from dashboard.inference import Cells, Pace
from dashboard.verdicts import MET


def headline(context: Context, counted: Cells, milestone: Milestone) -> str:
    """How many cells surely meet the target, and in how many provinces all of them do."""
    texts, form = context.texts, context.format
    known = {
        "met": form.count(counted.n_met),
        "n": form.count(counted.n_cells),
        "goal": form.milestone(milestone.pct),
    }
    if context.place.geo_level == "province":
        sentence = texts(
            "target.title_province",
            place=context.place.label,
            missed=form.count(counted.n_not_met),
            untold=form.count(counted.n_undetermined),
            **known,
        )
        sentence = ", ".join([sentence, *without_figure(context, counted)])
    else:
        some = texts(
            "target.some_places",
            n=form.count(counted.n_provinces_met),
            of=form.count(counted.n_provinces),
        )
        places = some if counted.n_provinces_met else texts("target.no_place")
        sentence = texts("target.title", places=places, **known)
        if context.place.geo_level == "region":
            sentence = f"{context.place.label}: {sentence}"
    narrowed = narrowing(context)
    return f"{narrowed}: {sentence}" if narrowed else sentence


def cells_fact(context: Context, counted: Cells, milestone: Milestone) -> Fact:
    """How many cells surely meet the target, and how many cannot be told, miss it or were not measured."""
    texts, form = context.texts, context.format
    goal = form.milestone(milestone.pct)
    line = texts(
        "fact.untold_and_missed",
        untold=form.count(counted.n_undetermined),
        missed=form.count(counted.n_not_met),
    )
    line = " · ".join([line, *without_figure(context, counted)])
    alone = context.place.geo_level == "province"
    return Fact(
        texts("fact.criteria_at_goal" if alone else "fact.cells", goal=goal),
        form.count(counted.n_met),
        line,
        texts("target.of_criteria" if alone else "fact.of_cells", n=form.count(counted.n_cells)),
        help=texts("target.cells_help", goal=goal),
    )


def places_fact(
    context: Context, cells: pl.DataFrame, counted: Cells, milestone: Milestone
) -> Fact:
    """In how many provinces every criterion meets the target, and which province is nearest to that."""
    texts, form = context.texts, context.format
    met = met_by(cells, "key")
    nearest = max(sorted(met), key=met.__getitem__)
    label = context.reference.places(context.survey, "province")[nearest].label
    return Fact(
        texts("target.places", goal=form.milestone(milestone.pct)),
        f"{form.count(counted.n_provinces_met)} / {form.count(counted.n_provinces)}",
        texts(
            "target.nearest",
            place=label,
            n=form.count(met[nearest]),
            of=form.count(cells.filter(key=nearest).height),
        ),
        help=texts("target.places_help"),
    )


def weakest_fact(context: Context, cells: pl.DataFrame, criteria: pl.DataFrame) -> Fact | None:
    """The criterion of a province that is farthest from any target; None where nothing was measured."""
    texts, form = context.texts, context.format
    measured = cells.filter(pl.col("index_pct").is_not_null())
    if measured.is_empty():
        return None
    row = measured.sort("index_pct", "item").row(0, named=True)
    (label,) = criteria.filter(item=row["item"])["label"]
    ends = form.index(row["ci_low_pct"]), form.index(row["ci_high_pct"])
    return Fact(
        texts("target.weakest"),
        form.index(row["index_pct"]),
        f"{row['item']} {label}",
        texts("fact.interval", low=ends[0], high=ends[1]),
    )


def pace_fact(
    context: Context, standing: Standing, needed: float | None, seen: Pace | None
) -> Fact:
    """The points a year that are needed until the goal, and those seen since the survey before."""
    texts, form = context.texts, context.format
    line = texts("target.no_pace")
    if seen:
        line = texts("target.seen", seen=form.with_error(seen.pace_pct, seen.pace_se_pct))
    return Fact(
        texts("target.needed", year=standing.goal_year),
        form.index(needed),
        line,
        help=texts(
            "target.needed_help", item=context.item_label, goal=form.milestone(standing.goal_pct)
        ),
    )


def arrival_fact(context: Context, standing: Standing, seen: Pace | None) -> Fact:
    """The year in which the goal is reached at the pace seen, and from when to when that may be."""
    texts, goal = context.texts, context.format.milestone(standing.goal_pct)
    label = texts("target.arrival_year", goal=goal)
    explained = texts("target.arrival_help", item=context.item_label, goal=goal)
    if standing.gap_goal_pct <= 0:
        arrived = texts("target.arrived_fact", goal=goal, item=context.item_label)
        surely = "target.arrived_short" if standing.verdict_goal == MET else "target.arrived_untold"
        return Fact(label, texts(surely), arrived, help=explained)
    if seen is None or seen.reached_year is None:
        why = texts("target.no_pace" if seen is None else "target.not_upward")
        return Fact(label, ABSENT, why, help=explained)
    low, high = int(seen.reached_year_low or 0), int(seen.reached_year_high or 0)
    span = texts("fact.interval", low=low, high=high) if low != high else texts("target.one_year")
    in_time = (
        "good" if high <= standing.goal_year else "bad" if low > standing.goal_year else "none"
    )
    return Fact(label, str(int(seen.reached_year)), span, meaning=in_time, help=explained)  # type: ignore[arg-type]
