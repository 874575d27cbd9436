"""The parts of the summary that list places: modes of dealing beside them, regions, the ranking, who moved."""

import polars as pl

from dashboard import indices
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.charts.intervals import intervals
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.reference import LOCAL_CHANNELS, NATION, Place
from dashboard.report import asking, results
from dashboard.report.document import Column, Draft, Row
from dashboard.report.phrases import (
    count,
    index_cells,
    index_columns,
    names,
    targets,
)
from dashboard.selection import EVERY_CHANNEL

RANKING_ROW = 22
"""Pixels of a row of the picture of all provinces: it fills one page."""


def moved(draft: Draft, context: Context) -> None:
    """Which provinces surely rose and fell since the survey before, on what both measured."""
    texts, form = context.texts, context.format
    found = asking.moved(context)
    if found is None:
        return
    years = {"previous": found.previous_year}
    said = [
        texts(
            "report.risen",
            n=form.count(len(found.risen)),
            names=names(context, found.risen),
            **years,
        )
        if found.risen
        else texts("report.nobody_rose", **years),
        texts("report.fallen", n=form.count(len(found.fallen)), names=names(context, found.fallen))
        if found.fallen
        else texts("report.nobody_fell"),
        texts("report.moved_untold", n=form.count(found.n_untold)) if found.n_untold else "",
    ]
    draft.say(*said)


def _place_table(
    draft: Draft,
    context: Context,
    rows: pl.DataFrame,
    standing: Standing,
    caption: str,
    head: str,
    note: str,
) -> None:
    listed = [
        Row(
            (
                row["label"],
                *index_cells(context, standing, row),
                count(context, row["n_criteria"]),
                count(context, row["n_forms"]),
            ),
            "total" if row.get("whole") else "plain",
        )
        for row in rows.iter_rows(named=True)
    ]
    columns = [
        Column(head, 3.0),
        *index_columns(context, standing),
        Column(context.texts("report.n_criteria"), 0.9, "right"),
        Column(context.texts("report.forms"), 1.1, "right"),
    ]
    draft.table(caption, columns, listed, note)


def modes(draft: Draft, context: Context, nation: Place, standing: Standing) -> None:
    """By mode of dealing: face to face, portal, health facilities, support channels."""
    texts = context.texts
    rows = asking.groups(context, nation)
    if rows.is_empty():
        return
    draft.section(texts("report.modes"))
    draft.say(texts("report.modes_text"))
    caption = texts("report.modes_caption")
    _place_table(
        draft, context, rows, standing, caption, texts("report.group"), texts("report.modes_note")
    )


def regions(draft: Draft, context: Context, nation: Place, standing: Standing) -> None:
    """By region, beside the nation over the same local channels."""
    texts = context.texts
    draft.section(texts("report.regions"))
    rows = asking.places(context, "region", EVERY_CHANNEL)
    if rows.is_empty():
        draft.say(texts("report.no_places"))
        return
    whole = asking.one_index(context, nation, LOCAL_CHANNELS)
    said = [texts("report.regions_text")]
    if whole and whole["index_pct"] is not None:
        local = context.format.index(whole["index_pct"])  # type: ignore[arg-type]  # a figure of a view
        every = context.format.index(standing.index_pct)
        said.append(texts("report.local_text", local=local, whole=every))
    draft.say(*said)
    shown = rows.with_columns(whole=pl.lit(False))
    if whole:
        row = {name: whole.get(name) for name in rows.columns} | {"key": NATION}
        row |= {"label": texts("report.nation_local"), "whole": True}
        shown = pl.concat([shown, pl.DataFrame([row], schema=shown.schema)])
    caption = texts("report.regions_caption")
    note = texts("report.same_channels")
    _place_table(draft, context, shown, standing, caption, texts("report.region"), note)
    known = rows.filter(pl.col("index_pct").is_not_null())
    drawn = [row_of(row) for row in known.iter_rows(named=True)]
    draft.figure(
        texts("report.regions_figure"),
        grouped([Group(drawn)], targets(context, standing), context.style),
        results.read_out(context, known),
        texts("report.chart_note"),
    )


def provinces(draft: Draft, context: Context, standing: Standing) -> None:
    """The ranking: rank with the ranks that are possible, index, interval, verdicts, change."""
    texts, form = context.texts, context.format
    draft.section(texts("report.provinces"))
    rows = indices.ranking(context).sort("rank", "key", nulls_last=True)
    if rows.is_empty():
        draft.say(texts("report.no_places"))
        return
    draft.say(texts("report.ranking_text"))
    known = rows.filter(pl.col("index_pct").is_not_null())
    changed = known["change_pct"].is_not_null().any()
    listed = []
    for row in rows.iter_rows(named=True):
        hidden = row["rank"] is None
        rank = (
            texts("report.hidden_short")
            if hidden
            else form.rank(row["rank"], row["rank_low"], row["rank_high"])
        )
        moved = row["like_for_like_pct"]
        unknown = texts("report.hidden_short" if hidden else "report.not_comparable")
        shown = unknown if moved is None else form.change(moved)
        cells = [rank, row["label"], *index_cells(context, standing, row)]
        cells += [shown] if changed else []
        listed.append(Row((*cells, count(context, row["n_forms"]))))
    columns = [
        Column(texts("report.rank"), 1.25),
        Column(texts("report.province"), 1.8),
        *index_columns(context, standing),
        *([Column(texts("report.alike_change"), 1.0, "right")] if changed else []),
        Column(texts("report.forms"), 0.9, "right"),
    ]
    draft.table(texts("report.ranking_caption"), columns, listed, texts("report.ranking_note"))
    draft.figure(
        texts("report.ranking_figure"),
        intervals(
            known.drop("band"), targets(context, standing), context.style, row_height=RANKING_ROW
        ),
        results.read_out(context, known),
        texts("report.chart_note"),
    )
