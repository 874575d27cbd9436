"""The offices of a province beside each other, where the survey says which office a form belongs to."""

import polars as pl
import streamlit as st

from dashboard import disclosure
from dashboard.appendix import appended
from dashboard.channels import spread
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.context import Context
from dashboard.data import Value
from dashboard.drawing import draw, targets
from dashboard.indices import Standing
from dashboard.tables import Column, verdict_columns, verdict_rows
from warehouse.masking import SUPPRESSED

FIGURES = "index_pct ci_low_pct ci_high_pct verdict_in_force verdict_goal n_criteria".split()


def offices(context: Context, province: str, channel: str, item: str) -> pl.DataFrame:
    """An item in every office of a province, the highest first; those of too few forms last, without figures.

    Columns: key, label, n_forms, index_pct, ci_low_pct, ci_high_pct, verdict_in_force, verdict_goal, n_criteria.
    """
    survey = context.survey
    where: dict[str, Value] = {
        "survey": survey.survey,
        "geography": survey.geography,
        "channel": channel,
        "item": item,
    }
    # Hidden offices too: asked whether they are, a view gives all of its rows.
    columns = ["geo_code", *FIGURES, SUPPRESSED]
    gaps = context.source.read("target_gap", columns, geo_level="office", **where).drop(SUPPRESSED)
    columns = ["geo_code", "n_forms", SUPPRESSED]
    counts = context.source.read("satisfaction_index", columns, geo_level="office", **where)
    # The code of an office is that of its province and its name.
    start = f"{province}/"
    own = counts.filter(pl.col("geo_code").str.starts_with(start))
    rows = own.join(gaps, on="geo_code").sort(["index_pct", "geo_code"], descending=[True, False])
    return rows.select(
        "n_forms",
        *FIGURES,
        key="geo_code",
        label=pl.col("geo_code").str.strip_prefix(start),
    ).sort(pl.col("index_pct").is_null(), maintain_order=True)


def was_merged(context: Context) -> bool:
    """Whether the chosen province pools several of the survey's own: offices of one name are then several."""
    survey = context.survey
    (own,) = context.source.read("survey", ["geography"], survey=survey.survey)["geography"]
    if own == survey.geography:
        return False
    places = context.source.read(
        "place", ["successor_code"], geography=own, geo_level="province"
    ).filter(successor_code=context.place.geo_code)
    return places.height > 1


def office_section(context: Context, standing: Standing) -> None:
    """The offices of the chosen province against the targets; nothing for a wider place."""
    texts, place, selection = context.texts, context.place, context.selection
    if place.geo_level != "province":
        return
    rows = offices(context, place.geo_code, selection.channel, selection.item)
    st.subheader(texts("offices.title"))
    if was_merged(context):
        st.caption(texts("offices.merged", place=place.label))
        return
    if rows.is_empty():
        channel = context.channel_labels[selection.channel]
        st.caption(texts("offices.none", channel=channel))
        return
    known = rows.filter(pl.col("index_pct").is_not_null())
    alike = known["n_criteria"].n_unique() <= 1
    n = context.format.count(known["n_criteria"].max())  # type: ignore[arg-type]  # a count
    st.caption(texts("offices.alike" if alike else "offices.unlike", n=n))
    below = context.format.count(disclosure.limit(context))
    hidden = texts("people.hidden", below=below)
    drawn = [
        row_of(row, hidden if row["index_pct"] is None else "")
        for row in rows.iter_rows(named=True)
    ]
    picture = grouped([Group(drawn)], targets(context, standing), context.style)
    draw(picture, "offices", texts("offices.title"), tabled=True)
    if alike and known.height > 1:
        st.caption(spread(context, known, place.label))
    st.caption(texts("offices.help"))
    _table(context, rows, standing)


def _table(context: Context, rows: pl.DataFrame, standing: Standing) -> None:
    texts, form = context.texts, context.format
    columns = [
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("label", texts("column.office"), width=240),
        *verdict_columns(context, standing),
        Column("n_criteria", texts("column.criteria"), write=form.count),
        Column("n_forms", texts("column.forms"), write=form.count),
    ]
    rows = verdict_rows(context, rows)
    appended(context, rows, columns, "offices_table", texts("offices.title"))
