"""The finding of a page in one sentence, made from its figures."""

import polars as pl

from dashboard import inference
from dashboard.context import Context
from dashboard.facts import Fact
from dashboard.indices import Standing, ranking
from dashboard.inference import Cells
from dashboard.reference import NATION, Place
from dashboard.selection import EVERY_CHANNEL
from dashboard.verdicts import MET

NAMED = 3
"""Provinces named in a fact; more are counted."""


def headline(context: Context, place: Place, standing: Standing) -> str:
    """Where a place surely stands against the goal, and on what if not on everything."""
    texts, form = context.texts, context.format
    reached = "finding.reached" if standing.gap_goal_pct <= 0 else "finding.short"
    sentence = texts(
        "finding.untold" if standing.verdict_goal == "undetermined" else reached,
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


def ranking_headline(context: Context, provinces: pl.DataFrame, official: bool) -> str:
    """Who leads and who is last; `provinces` has the highest first.

    Args:
        official: the provinces are ranked by their overall index; which of them the sample cannot tell from
            the first is then named.
    """
    form, first, last = context.format, provinces.row(0, named=True), provinces.row(-1, named=True)
    level = inference.not_told_apart(context, first["key"], provinces) if official else []
    sentence = context.texts(
        "finding.ranking",
        best=first["label"],
        best_index=form.index(first["index_pct"]),
        not_told=context.texts("finding.not_told", names=_named(context, level)) if level else "",
        last=last["label"],
        last_index=form.index(last["index_pct"]),
    )
    return _narrowed(context, sentence)


def _named(context: Context, labels: list[str]) -> str:
    """The first of some provinces by name, and how many there are besides."""
    named, more = ", ".join(labels[:NAMED]), len(labels) - NAMED
    if more <= 0:
        return named
    return context.texts("fact.and_more", named=named, n=context.format.count(more))


def places_fact(context: Context, standing: Standing, provinces: pl.DataFrame) -> Fact:
    """How many provinces surely meet the milestone in force, miss it, or cannot be told; `movers` names them."""
    texts, form = context.texts, context.format
    at_goal = texts(
        "fact.places_at_goal",
        n=form.count(provinces.filter(verdict_goal=MET).height),
        goal=form.milestone(standing.goal_pct),
    )
    if standing.milestone_in_force_pct is None:
        return Fact(texts("page.ranking"), form.count(provinces.height), at_goal)
    verdicts = provinces["verdict_in_force"].to_list()
    return Fact(
        texts("fact.places_met", milestone=form.milestone(standing.milestone_in_force_pct)),
        f"{form.count(verdicts.count(MET))} / {form.count(provinces.height)}",
        _untold_and_missed(context, verdicts.count("undetermined"), verdicts.count("not_met")),
        at_goal,
        help=texts("fact.surely"),
    )


def without_figure(context: Context, counted: Cells) -> list[str]:
    """How many cells have no figure: nobody answered, or they are hidden; nothing is said of none."""
    numbers = {"fact.not_measured": counted.n_not_measured, "fact.hidden": counted.n_hidden}
    return [context.texts(key, n=context.format.count(n)) for key, n in numbers.items() if n]


def cells_fact(context: Context, standing: Standing, counted: Cells) -> Fact:
    """How many criteria in how many provinces surely meet the goal: it asks for every one, everywhere."""
    texts, form = context.texts, context.format
    goal = form.milestone(standing.goal_pct)
    line = _untold_and_missed(context, counted.n_undetermined, counted.n_not_met)
    line = " · ".join([line, *without_figure(context, counted)])
    return Fact(
        texts("fact.cells", goal=goal),
        form.count(counted.n_met),
        line,
        texts("fact.of_cells", n=form.count(counted.n_cells)),
        help=texts(
            "fact.cells_help",
            goal=goal,
            n=form.count(counted.n_provinces_met),
            of=form.count(counted.n_provinces),
        ),
    )


def _untold_and_missed(context: Context, untold: int, missed: int) -> str:
    form = context.format
    return context.texts(
        "fact.untold_and_missed", untold=form.count(untold), missed=form.count(missed)
    )


def forms_fact(context: Context, counts: dict[str, int] | None) -> Fact:
    """Valid forms of those returned, and how many were issued."""
    texts, form = context.texts, context.format
    if counts is None:
        return Fact(texts("fact.valid_forms"), form.count(context.survey.n_forms))
    returned = texts("fact.of_returned", n=form.count(counts["returned"]))
    return Fact(texts("fact.valid_forms"), form.count(counts["valid"]), returned)


def rank_fact(context: Context) -> Fact | None:
    """The official rank of the chosen province, the ranks that it can have, and its band.

    There is no other: where the page is narrowed to a channel or a family, the fact says what the rank is of.
    """
    texts, form = context.texts, context.format
    if context.selection.province is None:
        return None
    own = ranking(context).filter(key=context.selection.province)
    if own.is_empty():
        return None
    row = own.row(0, named=True)
    label, note = "fact.rank", texts("fact.rank_common", rank=form.count(row["rank_common"]))
    if narrowing(context):
        label, note = "fact.rank_overall", texts("fact.rank_of_all")
    return Fact(
        texts(label, n=form.count(row["n_ranked"])),
        form.rank(row["rank"], row["rank_low"], row["rank_high"]),
        texts("fact.band", band=form.count(row["band"])),
        note,
        help=texts("column.rank_help"),
    )


def criteria_fact(context: Context, tree: pl.DataFrame, standing: Standing) -> Fact:
    """How many criteria surely meet the goal: it asks for every one of them, everywhere."""
    form = context.format
    verdicts = tree.filter(item_level="criterion")["verdict_goal"].to_list()
    return Fact(
        context.texts("fact.criteria_at_goal", goal=form.milestone(standing.goal_pct)),
        f"{form.count(verdicts.count(MET))} / {form.count(len(verdicts))}",
        _untold_and_missed(context, verdicts.count("undetermined"), verdicts.count("not_met")),
        help=context.texts("fact.every_criterion"),
    )
