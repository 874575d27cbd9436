"""Which single channels stand behind a figure: what must be the same for two years to be compared."""

import polars as pl

from dashboard.context import Context
from dashboard.reference import LOCAL_CHANNELS
from dashboard.selection import EVERY_CHANNEL


def members_measured(context: Context, survey: str, channel: str) -> frozenset[str]:
    """The single channels behind a channel, a group, `local` or `all` that a survey measured."""
    reference = context.reference
    members = single_channels(context, channel)["channel"]
    return frozenset(members) & frozenset(reference.measured_channels(reference.surveys[survey]))


def channels_changed(
    context: Context, previous: str, channel: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of the channels behind `channel` that only the survey before, or only this one, has."""
    before = members_measured(context, previous, channel)
    now = members_measured(context, context.survey.survey, channel)
    members = single_channels(context, channel)
    labels = [
        tuple(members.filter(pl.col("channel").is_in(list(only)))["label"])
        for only in (before - now, now - before)
    ]
    return labels[0], labels[1]


def single_channels(context: Context, channel: str) -> pl.DataFrame:
    """The single channels that a channel, a group, `local` or `all` stands for."""
    key = ("single_channels", context.source.language, context.survey.instrument, channel)
    return context.source.once(key, lambda: _single_channels(context, channel))


def _single_channels(context: Context, channel: str) -> pl.DataFrame:
    single = context.reference.channels(context.survey).filter(channel_kind="channel")
    if channel == EVERY_CHANNEL:
        return single
    if channel == LOCAL_CHANNELS:
        return single.filter("is_local")
    return single.filter((pl.col("channel") == channel) | (pl.col("service_group") == channel))


def chosen(context: Context, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of the chosen place and channel, of a view that has its places in the survey's own list of provinces.

    Of a survey of the former provinces, those that became a province of the chosen place.

    Args:
        frame: with geography, province and channel.
    """
    selection = context.selection
    if selection.channel != EVERY_CHANNEL:
        members = single_channels(context, selection.channel)["channel"]
        frame = frame.filter(pl.col("channel").is_in(members.to_list()))
    if not (selection.province or selection.region):
        return frame
    inside = pl.col("province").is_in(context.provinces_inside)
    today = pl.col("geography") == context.survey.geography
    listed = context.source.read(
        "place", ["geography", "geo_code", "successor_code"], geo_level="province"
    )
    became = listed.filter(pl.col("successor_code").is_in(context.provinces_inside))
    former = frame.filter(~today).join(
        became, left_on=["geography", "province"], right_on=["geography", "geo_code"], how="semi"
    )
    return pl.concat([frame.filter(today & inside), former])
