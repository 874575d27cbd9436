"""The summary report for the country, in the three parts of Decision 681/QĐ-BHXH, article 8."""

import polars as pl

from dashboard import indices, inference
from dashboard.charts.intervals import intervals
from dashboard.charts.trend import trend
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.reference import Place
from dashboard.report import asking, fielding, opening, results, territory
from dashboard.report.asking import Origin
from dashboard.report.conclusions import country_conclusions
from dashboard.report.document import Column, Draft, Fact, Row
from dashboard.report.phrases import (
    count,
    hidden_too,
    judged,
    targets,
)
from dashboard.selection import EVERY_CHANNEL


def summary(draft: Draft, context: Context, origin: Origin) -> None:
    """Write the whole report."""
    texts, nation = context.texts, context.reference.nation(context.survey)
    standing = indices.standing(context, nation, EVERY_CHANNEL)
    if standing is None or asking.is_hidden(context, nation):
        opening.overview(draft, context, None, origin)
        draft.part(texts("report.part_results"), new_page=False)
        draft.section(texts("report.course"))
        fielding.course(draft, context, nation)
        draft.say(
            texts("report.hidden_whole" if standing is not None else "report.nothing_measured")
        )
        return
    _key_results(draft, context, nation, standing)
    opening.overview(draft, context, standing, origin)
    draft.part(texts("report.part_results"), new_page=False)
    draft.section(texts("report.course"))
    fielding.course(draft, context, nation)
    draft.section(texts("report.respondents"))
    fielding.people(draft, context, nation)
    _overall(draft, context, nation, standing)
    draft.section(texts("report.changes"))
    results.change(draft, context, nation, EVERY_CHANNEL)
    territory.moved(draft, context)
    territory.modes(draft, context, nation, standing)
    draft.section(texts("report.channels"))
    results.channels(draft, context, nation, standing)
    territory.regions(draft, context, nation, standing)
    territory.provinces(draft, context, standing)
    _families(draft, context, nation, standing)
    draft.section(texts("report.by_criterion"))
    tree = indices.tree(context, nation, EVERY_CHANNEL)
    draft.say(texts("report.by_criterion_text"))
    caption = texts("report.criteria_table", place=texts("finding.nation"))
    results.criteria_table(draft, context, tree, standing, caption)
    draft.section(texts("report.judgements"))
    results.judgements(draft, context, nation)
    draft.section(texts("report.expectations"))
    results.expectations(draft, context, nation)
    _goal(draft, context)
    draft.part(texts("report.part_conclusions"))
    country_conclusions(draft, context, nation, standing)


def _key_results(draft: Draft, context: Context, nation: Place, standing: Standing) -> None:
    """The first page: four figures and what they say."""
    texts, form = context.texts, context.format
    draft.unnumbered(texts("report.key_results"))
    provinces = indices.provinces(context)
    cells = inference.cells(context, nation, standing.goal_year)
    change = inference.change(context, nation, EVERY_CHANNEL)
    moved = (
        []
        if change is None
        else [
            texts(
                "report.since", change=form.change(change.change_pct), previous=change.previous_year
            )
        ]
    )
    facts = [
        Fact(
            texts("item.overall"),
            form.index(standing.index_pct),
            (form.interval(standing.ci_low_pct, standing.ci_high_pct), *moved),
        ),
        Fact(texts("fact.valid_forms"), form.count(context.survey.n_forms)),
    ]
    if standing.milestone_in_force_pct is not None:
        found = provinces["verdict_in_force"].to_list()
        facts.append(
            Fact(
                texts("report.places_met", value=form.milestone(standing.milestone_in_force_pct)),
                f"{found.count('met')}/{len(found)}",
                _counted(context, found.count("undetermined"), found.count("not_met"))
                + tuple(filter(None, [hidden_too(context, provinces).strip()])),
            )
        )
    if cells:
        facts.append(
            Fact(
                texts("report.cells_met", value=form.milestone(standing.goal_pct)),
                f"{form.count(cells.n_met)}/{form.count(cells.n_cells)}",
                _counted(context, cells.n_undetermined, cells.n_not_met),
            )
        )
    draft.facts(facts)
    draft.lead(
        texts("report.country_lead", year=context.survey.year, index=form.index(standing.index_pct))
        + " "
        + judged(context, standing)
    )
    _first_and_last(draft, context, provinces)
    draft.note(texts("report.not_a_share"))
    _trend(draft, context, nation)


def _trend(draft: Draft, context: Context, nation: Place) -> None:
    """The index over the years up to this survey."""
    texts, form = context.texts, context.format
    year = context.survey.year
    surveys = indices.trend(context, nation).filter(pl.col("year") <= year)
    official = indices.published(context, nation).filter(pl.col("year") <= year)
    years = [
        texts("report.of_year", year=of, index=printed)
        for of, printed in official.select("year", "printed").iter_rows()
    ]
    known = surveys.filter(pl.col("index_pct").is_not_null())
    years += [
        texts("report.of_year", year=of, index=form.index(value))
        for of, value in known.select("year", "index_pct").iter_rows()
    ]
    if len(years) > 1:
        draft.figure(
            texts("report.trend_figure"),
            trend(known, official, indices.milestones(context), context.style),
            "; ".join(years),
            texts("report.trend_note"),
        )


def _counted(context: Context, untold: int, missed: int) -> tuple[str, ...]:
    texts, form = context.texts, context.format
    return (
        f"◇ {texts('verdict.undetermined')}: {form.count(untold)}",
        f"■ {texts('verdict.not_met')}: {form.count(missed)}",
    )


def _first_and_last(draft: Draft, context: Context, provinces: pl.DataFrame) -> None:
    form = context.format
    known = provinces.filter(pl.col("index_pct").is_not_null())
    # Nobody is the highest of all where the figures of some are hidden.
    if known.height < max(2, provinces.height):
        return
    first, last = known.row(0, named=True), known.row(-1, named=True)
    if form.index(first["index_pct"]) == form.index(last["index_pct"]):
        return
    draft.say(
        context.texts(
            "report.first_and_last",
            first=first["label"],
            first_index=form.index(first["index_pct"]),
            last=last["label"],
            last_index=form.index(last["index_pct"]),
        )
    )


def _overall(draft: Draft, context: Context, nation: Place, standing: Standing) -> None:
    """The overall index, its contents and factors."""
    texts, form = context.texts, context.format
    draft.section(texts("report.overall"))
    draft.lead(
        texts(
            "report.overall_lead",
            index=form.index(standing.index_pct),
            interval=form.interval(standing.ci_low_pct, standing.ci_high_pct),
        )
        + " "
        + judged(context, standing)
    )
    tree = indices.tree(context, nation, EVERY_CHANNEL)
    results.levels_table(draft, context, tree, standing, texts("report.levels_caption"))


def _families(draft: Draft, context: Context, nation: Place, standing: Standing) -> None:
    texts = context.texts
    rows = indices.families(context, nation, EVERY_CHANNEL)
    known = rows.filter(pl.col("index_pct").is_not_null())
    if known.is_empty():
        return
    draft.section(texts("report.families"))
    if known.height > 1:
        first, last = known.row(0, named=True), known.row(-1, named=True)
        index = context.format.index
        draft.say(
            texts(
                "report.families_text",
                first=first["label"],
                first_index=index(first["index_pct"]),
                last=last["label"],
                last_index=index(last["index_pct"]),
            )
        )
    draft.figure(
        texts("report.families_figure"),
        intervals(known, targets(context, standing), context.style, row_height=34),
        results.read_out(context, known),
        texts("report.families_note") + " " + texts("report.chart_note"),
    )


def _goal(draft: Draft, context: Context) -> None:
    """Every criterion in every province against each milestone: the goal is conjunctive."""
    texts, form = context.texts, context.format
    rows = asking.cells(context)
    if rows.is_empty():
        return
    draft.section(texts("report.goal"))
    draft.say(texts("report.goal_cells_text"))
    names_ = ["n_cells", "n_met", "n_undetermined", "n_not_met", "n_not_measured"]
    listed = [
        Row(
            (
                f"{form.milestone(row['target_pct'])} ({row['target_year']})",
                *(count(context, row[name]) for name in names_),
                f"{count(context, row['n_provinces_met'])}/{count(context, row['n_provinces'])}",
            )
        )
        for row in rows.iter_rows(named=True)
    ]
    columns = [
        Column(texts("report.target"), 1.2),
        Column(texts("report.cells"), 1, "right"),
        Column(f"● {texts('verdict.met')}", 1, "right"),
        Column(f"◇ {texts('verdict.undetermined')}", 1, "right"),
        Column(f"■ {texts('verdict.not_met')}", 1, "right"),
        Column(texts("report.cells_unmeasured"), 1, "right"),
        Column(texts("report.provinces_met"), 1.3, "right"),
    ]
    draft.table(texts("report.cells_caption"), columns, listed, texts("report.cells_note"))
