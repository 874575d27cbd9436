"""The provinces that a province can fairly be held against: of its size, asked through the same channels."""

import polars as pl
import streamlit as st

from dashboard.context import Context
from dashboard.drawing import open_profile
from dashboard.selection import EVERY_CHANNEL, OVERALL
from dashboard.tables import Column, table

STANDINGS = {1: "peers.higher", 0: "peers.untold", -1: "peers.lower"}


def similar(context: Context, province: str) -> pl.DataFrame:
    """Provinces similar to one, the most alike first.

    Columns: key, label, other_pct, difference_pct (the province less the other), se_pct, is_distinct,
    other_n_forms, dissimilarity_pct, way (1 the province is surely higher, -1 surely lower, 0 not told).
    """
    key = ("similar", context.selection, province)
    return context.source.once(key, lambda: _similar(context, province))


def _similar(context: Context, province: str) -> pl.DataFrame:
    survey = context.survey
    columns = (
        "other_province other_n_forms dissimilarity_pct other_pct difference_pct se_pct is_distinct"
    )
    frame = context.source.read(
        "similar_province",
        columns.split(),
        survey=survey.survey,
        geography=survey.geography,
        province=province,
    )
    places = context.reference.places(survey, "province")
    labels = {code: place.label for code, place in places.items()}
    higher = pl.when(pl.col("difference_pct") > 0).then(1).otherwise(-1)
    return frame.sort("dissimilarity_pct", "other_province").with_columns(
        key=pl.col("other_province"),
        label=pl.col("other_province").replace_strict(labels, return_dtype=pl.String),
        way=pl.when("is_distinct").then(higher).otherwise(0),
    )


def peers_section(context: Context) -> None:
    """The similar provinces of the chosen one: who is surely higher or lower; a name leads to its profile."""
    texts, form, place = context.texts, context.format, context.place
    narrowed = context.selection.channel != EVERY_CHANNEL or context.selection.item != OVERALL
    if place.geo_level != "province" or narrowed or not context.source.holds("similar_province"):
        return
    rows = similar(context, place.geo_code)
    st.subheader(texts("peers.title"))
    if rows.is_empty():
        st.caption(texts("peers.none", place=place.label))
        return
    named = [
        texts(key, names=", ".join(rows.filter(way=way)["label"]))
        for way, key in STANDINGS.items()
        if not rows.filter(way=way).is_empty()
    ]
    st.markdown(texts("peers.finding", place=place.label, told="; ".join(named)))
    st.caption(texts("peers.help", n=rows.height))
    changes = rows.select("difference_pct", "se_pct").iter_rows()
    rows = rows.with_columns(
        difference=pl.Series([form.with_error(*pair) for pair in changes], dtype=pl.String)
    )
    columns = [
        Column("label", texts("column.province"), width=150),
        Column("other_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column(
            "difference_pct",
            texts("peers.difference"),
            texts("peers.difference_help", place=place.label),
            written="difference",
            width=120,
        ),
        Column("other_n_forms", texts("column.forms"), write=form.count),
        Column("dissimilarity_pct", texts("peers.unlike"), texts("peers.unlike_help"), form.share),
    ]
    picked = table(rows, columns, "peers", texts("peers.title"), pick=True)
    if picked is not None:
        open_profile(context, rows["key"][picked])
