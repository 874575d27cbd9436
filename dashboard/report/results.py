"""Tables and charts of indices that the summary and the profiles share."""

import plotly.graph_objects as go
import polars as pl

from dashboard import assessments, comparisons, inference
from dashboard.assessments import ASSESSMENT, EXPECTATION
from dashboard.charts.comparison import Compared
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.charts.scores import scores
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.reference import NATION, Place
from dashboard.report import asking
from dashboard.report.document import Column, Draft, Row
from dashboard.report.phrases import (
    count,
    index,
    index_cells,
    index_columns,
    interval,
    targets,
)
from dashboard.selection import OVERALL
from warehouse.masking import UNRELIABLE_BELOW

ROOM = 14
"""Pixels."""
CONDITIONAL, EXPERIENCE = " †", " *"


def named(row: dict[str, object]) -> str:
    """Code and label of an item, with the mark of one that few can answer."""
    if row["item"] == OVERALL:
        return str(row["label"])
    mark = CONDITIONAL if row["conditional"] else EXPERIENCE if row["experience"] else ""
    return f"{row['item']} {row['label']}{mark}"


def answers(context: Context, n_answers: int | None) -> str:
    """A number of answers, with a mark where they are too few to rely on."""
    few = n_answers is not None and n_answers < UNRELIABLE_BELOW
    return count(context, n_answers) + (" ‡" if few else "")


def with_few(context: Context, rows: pl.DataFrame, note: str) -> str:
    """A note that says what the mark of few answers means, if any row bears it."""
    if not (rows["n_answers"] < UNRELIABLE_BELOW).any():
        return note
    few = context.texts("report.few", n=UNRELIABLE_BELOW)
    return f"{note} {few}"


def levels_table(
    draft: Draft,
    context: Context,
    tree: pl.DataFrame,
    standing: Standing,
    caption: str,
) -> None:
    """The levels above the criteria, each with how many criteria it averages."""
    rows = tree.filter(pl.col("item_level") != "criterion")
    listed = [
        Row(
            (
                named(row),
                *index_cells(context, standing, row),
                f"{count(context, row['n_criteria'])}/{count(context, row['n_criteria_defined'])}",
            ),
            "total" if row["item_level"] == OVERALL else "plain",
        )
        for row in rows.iter_rows(named=True)
    ]
    columns = [
        Column(context.texts("report.content"), 3.6),
        *index_columns(context, standing),
        Column(context.texts("report.n_criteria"), 0.9, "right"),
    ]
    draft.table(caption, columns, listed, context.texts("report.mean_note"))


def criteria_table(
    draft: Draft, context: Context, tree: pl.DataFrame, standing: Standing, caption: str
) -> None:
    """Every criterion below its factor, with the share satisfied and the answers behind it."""
    texts, form = context.texts, context.format
    heads = asking.heads(context)
    listed: list[Row] = []
    above = ""
    for row in tree.filter(item_level="criterion").iter_rows(named=True):
        head = heads.get(row["item"], "")
        if head != above:
            listed.append(Row((head or texts("report.without_head"),), "group"))
            above = head
        share = row["satisfied_pct"]
        shown = texts("report.hidden_short") if row["index_pct"] is None else form.share(share)
        if share is None and row["index_pct"] is not None:
            shown = texts("report.other_scale")
        cells = [named(row), *index_cells(context, standing, row), shown]
        listed.append(Row((*cells, answers(context, row["n_answers"]))))
    columns = [
        Column(texts("report.criterion"), 3.7),
        *index_columns(context, standing),
        Column(texts("report.satisfied"), 1.1, "right"),
        Column(texts("report.answers"), 1.0, "right"),
    ]
    note = with_few(context, tree, texts("report.criteria_marks"))
    draft.table(caption, columns, listed, note)


def channels(draft: Draft, context: Context, place: Place, standing: Standing) -> None:
    """The channels of a place: picture by what they are asked, table with who runs each."""
    texts = context.texts
    rows = comparisons.channels(context, place)
    known = rows.filter(pl.col("index_pct").is_not_null())
    drawn = []
    for (group,), members in known.group_by("group_label", maintain_order=True):
        alone = members.height == 1
        heading = (
            texts("report.same_criteria", group=group) if group and not alone else str(group or "")
        )
        drawn.append(
            Group(
                [row_of(row) for row in members.iter_rows(named=True)],
                heading,
            )
        )
    listed = [
        Row(
            (
                row["label"],
                *index_cells(context, standing, row),
                count(context, row["n_criteria"]),
                count(context, row["n_forms"]),
                row["owner"] or texts("report.owner_unknown"),
            )
        )
        for row in rows.iter_rows(named=True)
    ]
    columns = [
        Column(texts("report.channel"), 2.2),
        *index_columns(context, standing),
        Column(texts("report.n_criteria"), 0.9, "right"),
        Column(texts("report.forms"), 1.0, "right"),
        Column(texts("report.owner"), 2.0),
    ]
    caption = texts("report.channels_caption", place=_named(context, place))
    draft.table(caption, columns, listed, texts("report.channels_note"))
    if known.height > 1:
        draft.figure(
            texts("report.channels_figure", place=_named(context, place)),
            grouped(drawn, targets(context, standing), context.style),
            _read_out(context, known),
            texts("report.chart_note"),
        )
    missing = comparisons.unmeasured(context, place)
    if missing:
        parts = [f"{label} ({_last(context, year)})" for label, year in missing.items()]
        draft.note(texts("channels.left_out", year=context.survey.year, channels="; ".join(parts)))


def _last(context: Context, year: int | None) -> str:
    if year is None:
        return context.texts("matrix.never_measured")
    return context.texts("matrix.last_measured", year=year)


def _named(context: Context, place: Place) -> str:
    return context.texts("finding.nation") if place.geo_code == NATION else place.label


def _read_out(context: Context, rows: pl.DataFrame) -> str:
    """What a chart of indices shows, for those who cannot see it."""
    said = [
        f"{row['label']} {index(context, row)} ({interval(context, row)})"
        for row in rows.iter_rows(named=True)
    ]
    return "; ".join(said)


def read_out(context: Context, rows: pl.DataFrame) -> str:
    """What a chart of indices shows, for those who cannot see it: names, indices and intervals."""
    return _read_out(context, rows)


def change(draft: Draft, context: Context, place: Place, channel: str) -> None:
    """The change since the survey before: as published, its exact parts, whether the sample tells it."""
    texts, form = context.texts, context.format
    found = inference.change(context, place, channel)
    if found is None or found.change_pct is None:
        draft.say(texts("report.no_previous"))
        return
    years = {"year": context.survey.year, "previous": found.previous_year}
    told = texts("change.told" if found.is_told else "change.untold", **years)
    lead = texts("report.changed", change=form.change(found.change_pct), **years)
    draft.lead(f"{lead} {told}")
    split = [
        (texts("change.published"), found.change_pct, texts("report.change_published")),
        (texts("change.real"), found.real_pct, texts("report.change_real")),
        (texts("change.mix"), found.mix_pct, texts("report.change_mix")),
        (texts("change.scope"), found.scope_pct, texts("report.change_scope")),
    ]
    rows = [
        Row((name, form.change(value), meaning), "plain" if n else "total")
        for n, (name, value, meaning) in enumerate(split)
        if value is not None
    ]
    columns = [
        Column(texts("report.part_of_change"), 1.4),
        Column(texts("report.points"), 0.9, "right"),
        Column(texts("report.meaning"), 4.6),
    ]
    error = texts("change.error", error=form.index(found.change_se_pct))
    draft.table(texts("report.change_caption", **years), columns, rows, error)
    if found.like_for_like_pct is None:
        draft.say(texts("change.nothing_common", **years))
    elif (alike := form.change(found.like_for_like_pct)) != form.change(found.change_pct):
        n = form.count(found.n_criteria_common)
        draft.say(texts("report.like_for_like", n=n, change=alike, **years))


def judgements(draft: Draft, context: Context, place: Place) -> None:
    """What people judge: the interval items, the nominal ones, what is adverse."""
    texts, form = context.texts, context.format
    channel = assessments.channel_of(context, place)
    rows = assessments.intervals(context, place, channel)
    judged = assessments.scored(rows, ASSESSMENT)
    chosen = assessments.options(context, rows)
    if judged.is_empty() and chosen.is_empty():
        draft.say(texts("report.not_asked"))
        return
    for one in assessments.adverse(context, place, channel):
        if one.share_pct is not None:
            ends = form.interval(one.ci_low_pct, one.ci_high_pct)
            share = form.share(one.share_pct)
            draft.say(texts("report.adverse", label=one.label, share=share, interval=ends))
    _scored_table(draft, context, judged, texts("report.judged_caption"))
    listed: list[Row] = []
    for (item,), options in chosen.group_by("item", maintain_order=True):
        listed.append(Row((f"{item} {options['label'][0]}",), "group"))
        for row in options.iter_rows(named=True):
            shown = row["index_pct"]
            share = texts("report.hidden") if shown is None else form.share(shown)
            ends = interval(context, row)
            told = answers(context, row["n_answers"])
            listed.append(Row((row["option_label"], share, ends, told)))
    columns = [
        Column(texts("report.answer"), 4),
        Column(texts("report.share"), 1, "right"),
        Column(texts("report.interval"), 1.5, "center"),
        Column(texts("report.answers"), 1, "right"),
    ]
    note = with_few(context, chosen, texts("report.options_note"))
    draft.table(texts("report.options_caption"), columns, listed, note)


def expectations(draft: Draft, context: Context, place: Place) -> None:
    """What people want, the strongest wish first."""
    texts, form = context.texts, context.format
    channel = assessments.channel_of(context, place)
    rows = assessments.scored(assessments.intervals(context, place, channel), EXPECTATION)
    known = rows.filter(pl.col("index_pct").is_not_null())
    if known.is_empty():
        draft.say(texts("report.not_asked"))
        return
    first = known.row(0, named=True)
    draft.lead(
        texts("report.wish_first", label=first["label"], index=form.index(first["index_pct"]))
    )
    own = Compared(_named(context, place), "circle", 10, known)
    against = [
        Compared(other.label, "line-ns", 14, others)
        for other, others in (
            (other, assessments.scored(found, EXPECTATION))
            for other, found in assessments.compared(context, place)
            if other.geo_code == NATION
        )
        if set(known["item"]) <= set(others["item"])
    ]
    labelled = list(known.select("item", "label").iter_rows())
    _scored_table(draft, context, rows, texts("report.wishes_caption"))
    draft.figure(
        texts("report.wishes_figure", place=_named(context, place)),
        _with_room(scores(labelled, own, against, context.style)),
        _read_out(context, known),
        texts("report.wishes_note") + (" " + texts("report.stroke_nation") if against else ""),
    )


def _with_room(chart: go.Figure) -> go.Figure:
    """The chart with more room for the names at its left: on paper nobody can point at one that is cut."""
    roomy = go.Figure(chart)
    return roomy.update_layout(margin_l=chart.layout.margin.l + ROOM)


def _scored_table(draft: Draft, context: Context, rows: pl.DataFrame, caption: str) -> None:
    texts = context.texts
    listed = [
        Row(
            (
                f"{row['item']} {row['label']}",
                index(context, row),
                interval(context, row),
                answers(context, row["n_answers"]),
            )
        )
        for row in rows.iter_rows(named=True)
    ]
    columns = [
        Column(texts("report.question"), 4),
        Column(texts("report.index"), 1, "right"),
        Column(texts("report.interval"), 1.5, "center"),
        Column(texts("report.answers"), 1, "right"),
    ]
    note = with_few(context, rows, texts("report.interval_scale"))
    draft.table(caption, columns, listed, note)
