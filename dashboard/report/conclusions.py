"""Part III: conclusions and recommendations, each of which follows from a figure of the report."""

import polars as pl

from dashboard import assessments, indices, inference
from dashboard.assessments import EXPECTATION
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.reference import Place
from dashboard.report import asking
from dashboard.report.document import Draft
from dashboard.report.phrases import hidden_too, judged, names
from dashboard.selection import EVERY_CHANNEL
from warehouse.masking import UNRELIABLE_BELOW

FIRST = 3
"""Criteria, wishes and channels that are named first."""


def country_conclusions(draft: Draft, context: Context, nation: Place, standing: Standing) -> None:
    """What the summary concludes and recommends."""
    texts = context.texts
    draft.section(texts("report.conclusions"))
    draft.list(
        [
            _stands(context, texts("finding.nation"), standing),
            *_changed(context, nation),
            *_provinces_stand(context, standing),
            *_cells(context, nation, standing),
        ]
    )
    draft.section(texts("report.recommendations"))
    draft.say(texts("report.recommend_text"))
    draft.list(
        [
            *_lift(context, nation, standing),
            *_below(context, standing),
            *_adverse(context, nation),
            *_wishes(context, nation),
            texts("report.recommend_province_profiles"),
        ]
    )


def province_conclusions(draft: Draft, context: Context, standing: Standing) -> None:
    """What a profile concludes and recommends."""
    texts, place = context.texts, context.place
    draft.section(texts("report.conclusions"))
    draft.list(
        [
            _stands(context, place.label, standing),
            *_ranked(context),
            *_changed(context, place),
            *_criteria(context, standing),
        ]
    )
    draft.section(texts("report.recommendations"))
    draft.say(texts("report.recommend_text"))
    lifted = _lift(context, place, standing)
    draft.list(
        [
            *lifted,
            *([] if lifted else _nothing_to_lift(context)),
            *_learn(context),
            *_adverse(context, place),
            *_wishes(context, place),
        ]
    )


def _stands(context: Context, place: str, standing: Standing) -> str:
    form = context.format
    said = context.texts(
        "report.stands",
        place=place,
        index=form.index(standing.index_pct),
        interval=form.interval(standing.ci_low_pct, standing.ci_high_pct),
    )
    return f"{said} {judged(context, standing)}"


def _changed(context: Context, place: Place) -> list[str]:
    found = inference.change(context, place, EVERY_CHANNEL)
    if found is None or found.change_pct is None:
        return []
    years = {"year": context.survey.year, "previous": found.previous_year}
    told = context.texts("change.told" if found.is_told else "change.untold", **years)
    change = context.format.change(found.change_pct)
    return [f"{context.texts('report.changed', change=change, **years)} {told}"]


def _provinces_stand(context: Context, standing: Standing) -> list[str]:
    texts, form = context.texts, context.format
    provinces = indices.provinces(context)
    if standing.milestone_in_force_pct is None or provinces.is_empty():
        return []
    found = provinces["verdict_in_force"].to_list()
    return [
        texts(
            "report.provinces_stand",
            milestone=form.milestone(standing.milestone_in_force_pct),
            n=form.count(len(found)),
            met=form.count(found.count("met")),
            untold=form.count(found.count("undetermined")),
            missed=form.count(found.count("not_met")),
        )
        + hidden_too(context, provinces)
    ]


def _cells(context: Context, nation: Place, standing: Standing) -> list[str]:
    form = context.format
    counted = inference.cells(context, nation, standing.goal_year)
    if counted is None:
        return []
    return [
        context.texts(
            "report.cells_stand",
            goal=form.milestone(standing.goal_pct),
            n=form.count(counted.n_cells),
            met=form.count(counted.n_met),
            untold=form.count(counted.n_undetermined),
            missed=form.count(counted.n_not_met),
            unmeasured=form.count(counted.n_not_measured),
            provinces=form.count(counted.n_provinces_met),
        )
    ]


def _heaviest(context: Context, place: Place) -> pl.DataFrame:
    """What carries most of the distance to the goal; nothing is recommended on a handful of answers."""
    rows = inference.shortfall(context, place)
    return rows.filter(pl.col("n_answers") >= UNRELIABLE_BELOW).head(FIRST)


def _lift(context: Context, place: Place, standing: Standing) -> list[str]:
    """The criteria and channels that carry most of the distance to the goal, and what it takes."""
    texts, form = context.texts, context.format
    heaviest = _heaviest(context, place)
    return [
        texts(
            "report.recommend_lift",
            criterion=f"{row['item']} {row['label']}",
            channel=context.channel_labels.get(row["channel"], row["channel"]),
            owner=row["owner"] or texts("report.owner_unknown"),
            index=form.index(row["index_pct"]),
            n=form.count(row["n_steps"]),
            of=form.count(row["n_answers"]),
            goal=form.milestone(standing.goal_pct),
        )
        for row in heaviest.iter_rows(named=True)
    ]


def _below(context: Context, standing: Standing) -> list[str]:
    """The provinces that are surely below the milestone in force, and those of which it cannot be told."""
    texts, form = context.texts, context.format
    provinces = indices.provinces(context)
    if standing.milestone_in_force_pct is None or provinces.is_empty():
        return []
    value = form.milestone(standing.milestone_in_force_pct)
    said = []
    below = provinces.filter(verdict_in_force="not_met").reverse()["label"].to_list()
    if below:
        said.append(texts("report.recommend_below", milestone=value, names=names(context, below)))
    untold = provinces.filter(verdict_in_force="undetermined")["label"].to_list()
    if untold:
        said.append(texts("report.recommend_untold", milestone=value, names=names(context, untold)))
    return said


def _adverse(context: Context, place: Place) -> list[str]:
    """What must not happen and does."""
    form = context.format
    channel = assessments.channel_of(context, place)
    return [
        context.texts(
            "report.recommend_adverse",
            label=one.label,
            share=form.share(one.share_pct),
            interval=form.interval(one.ci_low_pct, one.ci_high_pct),
        )
        for one in assessments.adverse(context, place, channel)
        if one.share_pct
    ]


def _wishes(context: Context, place: Place) -> list[str]:
    """What people want most."""
    channel = assessments.channel_of(context, place)
    rows = assessments.scored(assessments.intervals(context, place, channel), EXPECTATION)
    known = rows.filter(pl.col("index_pct").is_not_null()).head(FIRST)
    if known.is_empty():
        return []
    listed = "; ".join(
        f"{row['label']} ({context.format.index(row['index_pct'])})"
        for row in known.iter_rows(named=True)
    )
    return [context.texts("report.recommend_wishes", wishes=listed)]


def _ranked(context: Context) -> list[str]:
    form = context.format
    own = indices.ranking(context).filter(key=context.place.geo_code)
    if own.is_empty() or own["rank"][0] is None:
        return []
    row = own.row(0, named=True)
    shown = form.rank(row["rank"], row["rank_low"], row["rank_high"])
    return [context.texts("report.ranked", rank=shown, n=form.count(row["n_ranked"]))]


def _criteria(context: Context, standing: Standing) -> list[str]:
    """How many criteria meet the goal, and the weakest of them."""
    texts, form = context.texts, context.format
    tree = indices.tree(context, context.place, EVERY_CHANNEL).filter(item_level="criterion")
    known = tree.filter(pl.col("index_pct").is_not_null()).sort("index_pct", "item")
    if known.is_empty():
        return []
    found = tree["verdict_goal"].to_list()
    low = known.row(0, named=True)
    return [
        texts(
            "report.criteria_stand",
            goal=form.milestone(standing.goal_pct),
            n=form.count(len(found)),
            met=form.count(found.count("met")),
            untold=form.count(found.count("undetermined")),
            missed=form.count(found.count("not_met")),
            weakest=f"{low['item']} {low['label']}",
            index=form.index(low["index_pct"]),
        )
    ]


def _nothing_to_lift(context: Context) -> list[str]:
    """Why nothing is named that would lift the index: all is well, or what is short is hidden or of few answers."""
    texts, place = context.texts, context.place
    if asking.hides_shortfall(context, place):
        return [texts("report.lift_hidden")]
    if inference.shortfall(context, place).is_empty():
        return [texts("report.keep")]
    return [texts("report.lift_few", n=UNRELIABLE_BELOW)]


def _learn(context: Context) -> list[str]:
    """Who is surely better at the weakest criteria: whom to learn from."""
    rows = _heaviest(context, context.place)
    better = inference.peers(context, rows["item"].unique(maintain_order=True).to_list())
    return [
        context.texts("report.recommend_learn", criterion=f"{item} {label}", names=better[item])
        for item, label in rows.select("item", "label").unique(maintain_order=True).iter_rows()
        if better[item]
    ]
