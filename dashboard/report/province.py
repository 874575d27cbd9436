"""The profile of a province, in the three parts of Decision 681/QĐ-BHXH, article 8."""

import polars as pl

from dashboard import indices, inference
from dashboard.charts.comparison import Compared, comparison
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.report import asking, fielding, locality, opening, results
from dashboard.report.asking import Origin
from dashboard.report.conclusions import province_conclusions
from dashboard.report.document import Draft, Fact
from dashboard.report.phrases import (
    count,
    judged,
    names,
    targets,
)
from dashboard.selection import EVERY_CHANNEL

COMPARED_LEVELS = ("overall", "content", "service_group", "family")
OWN_MARK = ("circle", 11)
MARKS = {"region": ("triangle-up-open", 9), "nation": ("line-ns", 14)}
SIGNS = {"circle": "●", "triangle-up-open": "△", "line-ns": "|"}


def profile(draft: Draft, context: Context, origin: Origin) -> None:
    """Write the whole report."""
    texts, place = context.texts, context.place
    standing = indices.standing(context, place, EVERY_CHANNEL)
    if standing is None or asking.is_hidden(context, place):
        _without_index(draft, context, standing, origin)
        return
    _key_results(draft, context, standing)
    opening.overview(draft, context, standing, origin)
    draft.part(texts("report.part_results"), new_page=False)
    draft.section(texts("report.course_here", place=place.label))
    fielding.course(draft, context, place)
    fielding.people(draft, context, place)
    _position(draft, context, standing)
    draft.section(texts("report.changes"))
    _predecessors(draft, context)
    results.change(draft, context, place, EVERY_CHANNEL)
    tree = indices.tree(context, place, EVERY_CHANNEL)
    draft.section(texts("report.by_factor"))
    caption = texts("report.levels_here", place=place.label)
    results.levels_table(draft, context, tree, standing, caption)
    locality.weakest(draft, context, standing)
    draft.section(texts("report.channels"))
    results.channels(draft, context, place, standing)
    draft.note(texts("notice.central_channels"))
    locality.offices(draft, context, standing)
    draft.section(texts("report.judgements"))
    results.judgements(draft, context, place)
    draft.section(texts("report.expectations"))
    results.expectations(draft, context, place)
    draft.part(texts("report.part_conclusions"))
    province_conclusions(draft, context, standing)
    draft.unnumbered(texts("report.appendix"))
    caption = texts("report.criteria_table", place=place.label)
    results.criteria_table(draft, context, tree, standing, caption)


def _without_index(
    draft: Draft, context: Context, standing: Standing | None, origin: Origin
) -> None:
    """A province without answers in this survey, or whose figures are hidden: what is known, and why no more."""
    texts, place = context.texts, context.place
    opening.overview(draft, context, None, origin)
    draft.part(texts("report.part_results"), new_page=False)
    draft.section(texts("report.course_here", place=place.label))
    fielding.course(draft, context, place)
    draft.section(texts("report.position"))
    said = {"place": place.label, "year": context.survey.year}
    draft.lead(texts("report.hidden_place" if standing else "report.no_answers", **said))
    others = [
        str(context.reference.surveys[name].year)
        for name in indices.surveys_with(context, place)
        if name != context.survey.survey
    ]
    if others:
        draft.say(texts("report.measured_in", years=", ".join(others)))
    draft.part(texts("report.part_conclusions"))
    draft.section(texts("report.conclusions"))
    draft.say(texts("report.nothing_concluded", **said))
    draft.section(texts("report.recommendations"))
    draft.say(texts("report.measure_next", **said))


def _rank(context: Context) -> dict[str, object] | None:
    own = indices.ranking(context).filter(key=context.place.geo_code)
    return own.row(0, named=True) if own.height else None


def _key_results(draft: Draft, context: Context, standing: Standing) -> None:
    texts, form, place = context.texts, context.format, context.place
    draft.unnumbered(texts("report.key_results"))
    change = inference.change(context, place, EVERY_CHANNEL)
    moved = (
        []
        if change is None or change.change_pct is None
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
        )
    ]
    rank = _rank(context)
    if rank and rank["rank"] is not None:
        facts.append(
            Fact(
                texts("report.rank_of", n=form.count(rank["n_ranked"])),  # type: ignore[arg-type]  # a count
                form.count(rank["rank"]),  # type: ignore[arg-type]  # the same
                (_possible(context, rank),),
            )
        )
    tree = indices.tree(context, place, EVERY_CHANNEL)
    found = tree.filter(item_level="criterion")["verdict_goal"].to_list()
    facts.append(
        Fact(
            texts("report.criteria_met", value=form.milestone(standing.goal_pct)),
            f"{form.count(found.count('met'))}/{form.count(len(found))}",
            (
                f"◇ {texts('verdict.undetermined')}: {form.count(found.count('undetermined'))}",
                f"■ {texts('verdict.not_met')}: {form.count(found.count('not_met'))}",
            ),
        )
    )
    rests = indices.extent(context, place, EVERY_CHANNEL)
    facts.append(Fact(texts("fact.valid_forms"), count(context, rests.n_forms)))
    draft.facts(facts)
    draft.lead(_lead(context, standing) + " " + judged(context, standing))
    draft.note(texts("report.not_a_share"))
    _comparison(draft, context, standing)


def _lead(context: Context, standing: Standing) -> str:
    form = context.format
    return context.texts(
        "report.province_lead",
        place=context.place.label,
        year=context.survey.year,
        index=form.index(standing.index_pct),
    )


def _possible(context: Context, rank: dict[str, object]) -> str:
    low, high = rank["rank_low"], rank["rank_high"]
    if low is None or high is None:
        return context.texts("report.no_interval")
    if low == high:
        return context.texts("report.sure_rank")
    count_ = context.format.count
    return context.texts("report.possible_ranks", low=count_(low), high=count_(high))  # type: ignore[arg-type]  # counts


def _against(context: Context) -> list[str]:
    """Sentences: by how much the province differs from region and nation, and whether the sample tells."""
    texts, form = context.texts, context.format
    said = []
    for level, label, points, error, p_value in inference.differences(context).iter_rows():
        if points is None:
            continue
        other = texts("profile.nation") if level == "nation" else label
        if p_value is None:
            said.append(texts("report.untested", place=other, change=form.change(points)))
            continue
        told = p_value < inference.LEVEL
        key = (
            "profile.level_with" if not told else "profile.above" if points > 0 else "profile.below"
        )
        values = {"place": other, "points": form.distance(points), "change": form.change(points)}
        said.append(texts(key, **values, error=form.index(error), p=form.probability(p_value)))
    return said


def _position(draft: Draft, context: Context, standing: Standing) -> None:
    """Where the province stands: rank and its set, against region and nation."""
    texts, form, place = context.texts, context.format, context.place
    draft.section(texts("report.position"))
    draft.lead(
        texts(
            "report.overall_lead",
            index=form.index(standing.index_pct),
            interval=form.interval(standing.ci_low_pct, standing.ci_high_pct),
        )
        + " "
        + judged(context, standing)
    )
    rank = _rank(context)
    if rank and rank["rank"] is not None:
        like = inference.not_told_apart(context, place.geo_code, indices.ranking(context))
        draft.say(
            texts(
                "report.rank_text",
                place=place.label,
                rank=form.count(rank["rank"]),  # type: ignore[arg-type]  # a count
                n=form.count(rank["n_ranked"]),  # type: ignore[arg-type]  # the same
                possible=_possible(context, rank),
            ),
            texts("report.like_these", n=form.count(len(like)), names=names(context, like))
            if like
            else texts("report.like_nobody"),
        )
    said = _against(context)
    draft.list(said)
    if said:
        provinces = context.reference.places(context.survey, "province")
        draft.note(texts("profile.differences_help", n=form.count(len(provinces))))


def _comparison(draft: Draft, context: Context, standing: Standing) -> None:
    """The place beside its region and the nation, over the channels that all of them have."""
    texts, place, channel = context.texts, context.place, context.shared_channel
    reference, survey = context.reference, context.survey
    others = [reference.nation(survey)]
    if place.region_code:
        others.insert(0, reference.places(survey, "region")[place.region_code])
    rows = indices.index_of(context, place, channel).filter(pl.col("index_pct").is_not_null())
    own = Compared(place.label, *OWN_MARK, rows)
    against = [
        Compared(one.label, *MARKS[one.geo_level], indices.index_of(context, one, channel))
        for one in others
    ]
    items = indices.compared_items(context, rows, COMPARED_LEVELS)
    if not items:
        return
    labels = dict(items)
    alt = "; ".join(
        f"{labels[item]} {context.format.index(value)}"
        for item, value in rows.select("item", "index_pct").iter_rows()
        if item in labels
    )
    signs = " · ".join(f"{SIGNS[one.symbol]} {one.label}" for one in [own, *against])
    draft.figure(
        texts("report.comparison_figure", place=place.label),
        comparison(items, own, against, targets(context, standing), context.style),
        alt,
        texts("report.comparison_note", signs=signs),
    )


def _predecessors(draft: Draft, context: Context) -> None:
    """Of what a merged province was pooled in a survey that is older than the merger."""
    form = context.format
    merged = inference.predecessors(context)
    known = merged.filter(pl.col("index_pct").is_not_null())
    if known.is_empty():
        return
    each = " · ".join(
        f"{label} {form.index(index)} ({form.index(error)})"
        for label, _, index, error in known.iter_rows()
    )
    draft.say(context.texts("profile.predecessors", place=context.place.label, each=each))
