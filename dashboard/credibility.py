"""Signs that forms were not filled in by the people asked, in the chosen survey, place and channel."""

import polars as pl

from dashboard.context import Context
from dashboard.scope import chosen

INDICATORS = {
    "straight_lining": "credibility.straight_lining",
    "all_highest": "credibility.all_highest",
    "identical_answers": "credibility.identical_answers",
    "burst": "credibility.burst",
    "outlying_office": "credibility.outlying_office",
    "outlying_mode": "credibility.outlying_mode",
}


def indicators(context: Context) -> pl.DataFrame:
    """Each indicator: label, n_slices looked at, n_signs of them."""
    rows = _rows(context)
    counted = rows.group_by("indicator").agg(n_slices=pl.len(), n_signs=pl.col("flagged").sum())
    order = pl.col("indicator").replace_strict(
        {indicator: n for n, indicator in enumerate(INDICATORS)}, default=99, return_dtype=pl.Int8
    )
    return counted.sort(order, "indicator").with_columns(label=_label(context))


def signs(context: Context) -> pl.DataFrame:
    """The slices that are over their threshold: label, place, channel and the columns of the view."""
    rows = _rows(context).filter("flagged")
    geographies = tuple(rows["geography"].unique())
    places = context.source.labelled(
        "place", ["geo_code"], geography=geographies, geo_level="province"
    )
    return rows.with_columns(
        label=_label(context),
        place=pl.col("province").replace_strict(
            dict(places.iter_rows()), default=pl.col("province"), return_dtype=pl.String
        ),
        channel=pl.col("channel").replace_strict(
            context.channel_labels, default=pl.col("channel"), return_dtype=pl.String
        ),
    ).sort("indicator", "place", "office", "channel", "subject")


def _label(context: Context) -> pl.Expr:
    said = {indicator: context.texts(key) for indicator, key in INDICATORS.items()}
    return pl.col("indicator").replace_strict(
        said, default=pl.col("indicator"), return_dtype=pl.String
    )


def _rows(context: Context) -> pl.DataFrame:
    return chosen(
        context, context.source.read("fieldwork_credibility", survey=context.survey.survey)
    )
