"""The parts of a profile that lie inside a province: its weakest criteria and what they take, its offices."""

import polars as pl

from dashboard import inference
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.report import asking, results
from dashboard.report.document import Column, Draft, Row
from dashboard.report.phrases import count, index_cells, index_columns, targets

WEAKEST = 10


def weakest(draft: Draft, context: Context, standing: Standing) -> None:
    """What carries the distance to the goal, criterion by channel: who owns it, and what it takes."""
    texts, form = context.texts, context.format
    goal = form.milestone(standing.goal_pct)
    draft.section(texts("report.weakest"))
    rows = inference.shortfall(context, context.place)
    hidden = asking.hides_shortfall(context, context.place)
    if rows.is_empty():
        draft.say(texts("report.short_hidden" if hidden else "report.nothing_short", goal=goal))
        return
    heaviest = rows.head(WEAKEST)
    draft.say(
        texts("report.weakest_text", n=form.count(heaviest.height), goal=goal),
        texts("report.some_hidden") if hidden else "",
    )
    better = inference.peers(context, heaviest["item"].unique().to_list())
    listed = [
        Row(
            (
                f"{row['item']} {row['label']}",
                context.channel_labels.get(row["channel"], row["channel"]),
                form.index(row["index_pct"]),
                form.interval(row["ci_low_pct"], row["ci_high_pct"]),
                results.answers(context, row["n_answers"]),
                count(context, row["n_steps"]),
                better[row["item"]] or texts("report.nobody_better"),
            )
        )
        for row in heaviest.iter_rows(named=True)
    ]
    columns = [
        Column(texts("report.criterion"), 2.9),
        Column(texts("report.channel"), 1.9),
        Column(texts("report.index"), 0.85, "right"),
        Column(texts("report.interval"), 1.75, "center"),
        Column(texts("report.answers"), 0.95, "right"),
        Column(texts("report.steps"), 1.0, "right"),
        Column(texts("report.better"), 2.1),
    ]
    caption = texts("report.weakest_caption", place=context.place.label)
    draft.table(
        caption,
        columns,
        listed,
        results.with_few(context, heaviest, texts("report.weakest_note", goal=goal)),
    )


def offices(draft: Draft, context: Context, standing: Standing) -> None:
    """The offices against the targets, where forms name them."""
    texts, place = context.texts, context.place
    draft.section(texts("report.offices"))
    if asking.was_merged(context):
        draft.say(texts("offices.merged", place=place.label))
        return
    rows = asking.offices(context)
    if rows.is_empty():
        draft.say(texts("report.no_offices"))
        return
    known = rows.filter(pl.col("index_pct").is_not_null())
    alike = known["n_criteria"].n_unique() <= 1
    listed = [
        Row(
            (
                row["label"],
                *index_cells(context, standing, row),
                count(context, row["n_criteria"]),
                count(context, row["n_forms"]),
            )
        )
        for row in rows.iter_rows(named=True)
    ]
    columns = [
        Column(texts("column.office"), 3.0),
        *index_columns(context, standing),
        Column(texts("report.n_criteria"), 0.9, "right"),
        Column(texts("report.forms"), 1.0, "right"),
    ]
    note = texts("report.offices_note" if alike else "report.offices_unlike")
    draft.table(texts("report.offices_caption", place=place.label), columns, listed, note)
    if known.height > 1 and alike:
        drawn = [row_of(row) for row in known.iter_rows(named=True)]
        draft.figure(
            texts("report.offices_figure", place=place.label),
            grouped([Group(drawn)], targets(context, standing), context.style),
            results.read_out(context, known),
            texts("report.chart_note"),
        )
