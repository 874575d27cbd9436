"""Forms in quarantine by reason, province and channel, of the chosen survey, place and channel.

They are counted in the survey's own list of provinces: what could not be read cannot be carried to another.
"""

import polars as pl

from dashboard.context import Context
from dashboard.scope import chosen

# Names that the funnel gives to what a form does not say, or says so that it cannot be read.
UNREAD = {"none": "place.none", "unknown": "place.unknown"}


def counted(context: Context) -> dict[str, int]:
    """Forms returned and quarantined."""
    frame = _funnel(context)
    return {name: int(frame[name].sum()) for name in ("returned", "quarantined")}


def by_reason(context: Context) -> pl.DataFrame:
    """Reasons and how many forms have each: reason, n_forms; the most frequent first."""
    frame = chosen(context, context.source.read("quarantine_reason", survey=context.survey.survey))
    summed = frame.group_by("reason").agg(pl.col("n_forms").sum())
    return summed.sort(["n_forms", "reason"], descending=[True, False])


def by_province(context: Context) -> pl.DataFrame:
    """Provinces with forms in quarantine: label, quarantined, returned; the most first."""
    frame = _funnel(context)
    geographies = tuple(frame["geography"].unique())
    places = context.source.labelled(
        "place", ["geo_code"], geography=geographies, geo_level="province"
    )
    return _summed(context, frame, "province", dict(places.iter_rows()))


def by_channel(context: Context) -> pl.DataFrame:
    """Channels with forms in quarantine: label, quarantined, returned; the most first."""
    return _summed(context, _funnel(context), "channel", context.channel_labels)


def _summed(
    context: Context, frame: pl.DataFrame, column: str, labels: dict[str, str]
) -> pl.DataFrame:
    unread = {code: context.texts(key) for code, key in UNREAD.items()}
    label = pl.col(column).replace_strict(
        unread | labels, default=pl.col(column), return_dtype=pl.String
    )
    summed = (
        frame.group_by(column)
        .agg(pl.col("quarantined", "returned").sum())
        .filter(pl.col("quarantined") > 0)
        .with_columns(label=label)
    )
    return summed.sort(["quarantined", "label"], descending=[True, False])


def _funnel(context: Context) -> pl.DataFrame:
    return chosen(context, context.source.read("response_funnel", survey=context.survey.survey))
