"""The finding of a page in one sentence, made from its figures."""

import polars as pl

from dashboard.context import Context
from dashboard.facts import Fact
from dashboard.indices import Standing, ranking
from dashboard.reference import NATION, Place
from dashboard.selection import EVERY_CHANNEL


def headline(context: Context, place: Place, standing: Standing) -> str:
    """Where a place stands against the goal, and on what if not on everything."""
    texts, form = context.texts, context.format
    reached = standing.gap_goal_pct <= 0
    sentence = texts(
        "finding.reached" if reached else "finding.short",
        place=texts("finding.nation") if place.geo_code == NATION else place.label,
        index=form.index(standing.index_pct),
        points=form.distance(standing.gap_goal_pct),
        goal=form.milestone(standing.goal_pct),
    )
    return _narrowed(context, sentence)


def _narrowed(context: Context, sentence: str) -> str:
    narrowed = narrowing(context)
    return f"{narrowed}: {sentence}" if narrowed else sentence


def narrowing(context: Context) -> str:
    """The family and the channel that the figures are narrowed to; empty if to none."""
    parts = [context.item_label] if context.selection.family else []
    if context.selection.channel != EVERY_CHANNEL:
        parts.append(context.channel_labels[context.selection.channel])
    return " · ".join(parts)


def ranking_headline(context: Context, provinces: pl.DataFrame) -> str:
    """Who leads and who is last; `provinces` has the highest first."""
    form, first, last = context.format, provinces.row(0, named=True), provinces.row(-1, named=True)
    sentence = context.texts(
        "finding.ranking",
        best=first["label"],
        best_index=form.index(first["index_pct"]),
        last=last["label"],
        last_index=form.index(last["index_pct"]),
    )
    return _narrowed(context, sentence)


def places_fact(context: Context, standing: Standing, provinces: pl.DataFrame) -> Fact:
    """How many provinces are above the milestone in force, and which is the lowest."""
    texts, form = context.texts, context.format
    milestone = form.milestone(standing.milestone_in_force_pct)
    above = provinces.filter(pl.col("gap_in_force_pct") < 0).height
    reached = provinces.filter("reached").height
    return Fact(
        texts("fact.places_above", milestone=milestone),
        f"{form.count(above)} / {form.count(provinces.height)}",
        texts("fact.places_at_goal", n=reached, goal=form.milestone(standing.goal_pct)),
    )


def forms_fact(context: Context, counts: dict[str, int] | None) -> Fact:
    """Valid forms of those returned, and how many were issued."""
    texts, form = context.texts, context.format
    if counts is None:
        return Fact(texts("fact.valid_forms"), form.count(context.survey.n_forms))
    returned = texts("fact.of_returned", n=form.count(counts["returned"]))
    return Fact(texts("fact.valid_forms"), form.count(counts["valid"]), returned)


def rank_fact(context: Context) -> Fact | None:
    """The official rank of the chosen province, and its rank on the commonly measured criteria."""
    texts, form = context.texts, context.format
    if context.selection.province is None:
        return None
    own = ranking(context).filter(key=context.selection.province)
    if own.is_empty():
        return None
    row = own.row(0, named=True)
    return Fact(
        texts("fact.rank"),
        f"{form.count(row['rank'])} / {form.count(row['n_ranked'])}",
        texts("fact.rank_common", rank=form.count(row["rank_common"])),
    )


def criteria_fact(context: Context, tree: pl.DataFrame, standing: Standing) -> Fact:
    """How many criteria are at the goal: it asks for every one of them, everywhere."""
    form = context.format
    criteria = tree.filter(item_level="criterion")
    reached = criteria.filter(pl.col("gap_goal_pct") <= 0).height
    return Fact(
        context.texts("fact.criteria_at_goal", goal=form.milestone(standing.goal_pct)),
        f"{form.count(reached)} / {form.count(criteria.height)}",
        context.texts("fact.every_criterion"),
    )
