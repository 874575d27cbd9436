"""What the pages ask about assessments and needs (parts 1 and 3 of Appendix I), one question a function.

Every figure in the answers is a column of a view. Rows are picked, joined with labels, sorted and counted.
"""

from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.data import Value
from dashboard.reference import NATION, Place
from dashboard.scope import channels_changed
from dashboard.selection import EVERY_CHANNEL
from warehouse.masking import SUPPRESSED

ASSESSMENT, EXPECTATION = "assessment", "expectation"
HIGHER, LOWER = "higher", "lower"
LEVEL = 0.05
"""What happens less often than this by chance is taken as told by the sample."""
HARMLESS = 1
"""The option of an adverse item that says it does not happen."""
SEVERAL_CHOICES = "nominal_multi"


@dataclass(frozen=True)
class Adverse:
    """A share of people who say that something adverse happened, and how it moved."""

    item: str
    label: str
    n_answers: int
    share_pct: float
    ci_low_pct: float
    ci_high_pct: float
    change_pct: float | None
    change_p_value: float | None
    previous_year: int | None
    like_for_like: bool
    """Whether the survey before asked at the same channels."""

    @property
    def is_told(self) -> bool:
        """Whether the sample tells the change from none, both surveys having asked at the same channels."""
        told = self.change_p_value is not None and self.change_p_value < LEVEL
        return told and self.like_for_like


def channel_of(context: Context, place: Place) -> str:
    """The channel slice in which a place stands: a place below the nation has the local channels only."""
    return context.selection.channel if place.geo_code == NATION else context.shared_channel


def items(context: Context) -> pl.DataFrame:
    """Items of parts 1 and 3 in their order: item, item_level, scale, scale_points, adverse, status, label."""
    columns = ["item", "item_level", "scale", "scale_points", "adverse", "status", "sort"]
    return context.source.labelled(
        "item",
        columns,
        instrument=context.survey.instrument,
        item_level=(ASSESSMENT, EXPECTATION),
    ).sort("sort")


def intervals(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """Every index of parts 1 and 3 in a place and channel, with its interval; empty without answers.

    Columns: item, option (none on an interval scale), n_answers, index_pct, ci_low_pct, ci_high_pct and those
    of `items`.
    """
    columns = "item option n_answers index_pct ci_low_pct ci_high_pct".split()
    frame = context.source.read("answer_interval", columns, **_keys(context, channel), **place.key)
    return frame.join(items(context), on="item").sort("sort", "option", nulls_last=False)


def scored(rows: pl.DataFrame, level: str) -> pl.DataFrame:
    """Of `intervals`, the items of one part on the interval scale, the highest index first."""
    chosen = rows.filter(pl.col("option").is_null(), item_level=level)
    return chosen.sort("index_pct", "sort", descending=[True, False])


def compared(context: Context, place: Place) -> list[tuple[Place, pl.DataFrame]]:
    """The region and the nation that hold a place, with their `intervals` over the same channels."""
    reference, survey, channel = context.reference, context.survey, context.shared_channel
    others = []
    if place.geo_level == "province" and place.region_code:
        others.append(reference.places(survey, "region")[place.region_code])
    if place.geo_level != "nation":
        others.append(reference.nation(survey))
    return [(other, intervals(context, other, channel)) for other in others]


def distribution(context: Context, place: Place, channel: str) -> dict[str, list[float]]:
    """The shares of people at each point of the scale, from the lowest, by item."""
    frame = context.source.read(
        "answer_distribution",
        ["item", "point", "share_pct"],
        **_keys(context, channel),
        **place.key,
    )
    shares: dict[str, list[float]] = {}
    for item, share in frame.sort("item", "point").select("item", "share_pct").iter_rows():
        shares.setdefault(item, []).append(share)
    return shares


def options(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """Of `intervals`, the options of the nominal items with their labels as `option_label`."""
    labels = context.source.labelled(
        "item_option", ["item", "option"], instrument=context.survey.instrument
    ).rename({"label": "option_label"})
    chosen = rows.filter(pl.col("option").is_not_null())
    return chosen.join(labels, on=["item", "option"]).sort("sort", "option")


def adverse(context: Context, place: Place, channel: str) -> list[Adverse]:
    """The adverse items of a place in a channel, in the order of the instrument."""
    keys = _keys(context, channel) | place.key
    shares = "item n_answers share_pct ci_low_pct ci_high_pct".split()
    changes = "item previous_survey previous_year change_pct change_p_value".split()
    frame = context.source.read("adverse_share", shares, **keys)
    moved = context.source.read("adverse_change", changes, **keys)
    frame = frame.join(moved, on="item", how="left")
    frame = frame.join(items(context).select("item", "label", "sort"), on="item").sort("sort")
    found = []
    for row in frame.drop("sort").iter_rows(named=True):
        previous = row.pop("previous_survey")
        found.append(Adverse(**row, like_for_like=_like_for_like(context, previous, channel)))
    return found


def _like_for_like(context: Context, previous: str | None, channel: str) -> bool:
    return previous is not None and channels_changed(context, previous, channel) == ((), ())


def watch(context: Context, item: str) -> pl.DataFrame:
    """The provinces of the area on an adverse item, the highest share first.

    Columns: key, label, n_answers, share_pct, ci_low_pct, ci_high_pct, reference_share_pct (the nation over the
    same channels), p_adjusted (all provinces of the country at once), against_nation, change_pct, change_se_pct
    (null without a survey before), is_told (whether the sample tells that change, each province by itself, and both
    surveys asked at the same channels). Empty in a channel without places.
    """
    channel = context.shared_channel
    columns = (
        "province n_answers share_pct ci_low_pct ci_high_pct reference_share_pct p_adjusted"
        " against_nation"
    )
    frame = context.source.read(
        "adverse_comparison", columns.split(), item=item, **_keys(context, channel)
    )
    changes = context.source.read(
        "adverse_change",
        ["geo_code", "previous_survey", "change_pct", "change_se_pct", "change_p_value"],
        item=item,
        geo_level="province",
        **_keys(context, channel),
    )
    previous = changes["previous_survey"].drop_nulls()
    alike = not previous.is_empty() and _like_for_like(context, previous[0], channel)
    places = context.reference.places(context.survey, "province")
    labels = {
        code: place.label
        for code, place in places.items()
        if context.selection.region in (None, place.region_code)
    }
    frame = frame.join(changes, left_on="province", right_on="geo_code", how="left")
    frame = frame.filter(pl.col("province").is_in(list(labels))).rename({"province": "key"})
    return frame.with_columns(
        label=pl.col("key").replace_strict(labels, return_dtype=pl.String),
        is_told=pl.lit(alike) & (pl.col("change_p_value") < LEVEL).fill_null(False),
    ).sort("share_pct", "key", descending=[True, False])


def respondents(context: Context, place: Place) -> pl.DataFrame:
    """Who answered in a place, whatever the channel, beside the nation.

    Columns: characteristic, label (of the value, as it stands where the catalogue names none), n_forms, share_pct,
    is_hidden (whether the share is hidden to protect people; where nobody stated the value it is null too),
    nation_share_pct; in the order of the catalogue.
    """
    survey = context.survey
    keys = {"survey": survey.survey, "geography": survey.geography}
    columns = ["characteristic", "value", "n_forms", "share_pct"]
    also = [SUPPRESSED] if context.source.hides("respondent_profile") else []
    own = context.source.read("respondent_profile", [*columns, *also], **keys, **place.key)
    own = own.select(*columns, is_hidden=pl.col("share_pct").is_null())
    nation = context.source.read(
        "respondent_profile", columns, **keys, **context.reference.nation(survey).key
    ).select("characteristic", "value", nation_share_pct="share_pct")
    labels = context.source.labelled("characteristic", ["characteristic", "value", "sort"])
    frame = nation.join(own, on=["characteristic", "value"], how="left")
    frame = frame.join(labels, on=["characteristic", "value"], how="left")
    told = frame.with_columns(
        pl.col("label").fill_null(pl.col("value")), pl.col("is_hidden").fill_null(value=False)
    )
    return told.sort("characteristic", "sort", "value", nulls_last=True)


def figures(context: Context, place: Place) -> pl.DataFrame:
    """The administrative figures of a place's provinces, in the survey's own list of provinces.

    Beside each stands the index of the content that it belongs to, in the same province and over all its channels.

    Columns: geography (that list), key (item and breakdown), province (name), label, breakdown, unit, reference_year,
    value, content (code and label), index_pct; in the order of the instrument, then of the breakdowns and provinces.
    """
    source, survey = context.source, context.survey
    frame = source.read("administrative_figure", survey=survey.survey)
    if frame.is_empty():
        return frame
    own = frame["geography"][0]
    places = source.labelled(
        "place", ["geo_code", "successor_code", "sort"], geography=own, geo_level="province"
    )
    current = "geo_code" if own == survey.geography else "successor_code"
    inside = [
        code
        for code, one in context.reference.places(survey, "province").items()
        if place.geo_level == "nation" or place.geo_code in (code, one.region_code)
    ]
    places = places.filter(pl.col(current).is_in(inside)).rename(
        {"geo_code": "province_code", "label": "province", "sort": "province_sort"}
    )
    named = source.labelled("item", ["item", "parent", "sort"], instrument=survey.instrument)
    indices = source.read(
        "satisfaction_index",
        ["geo_code", "item", "index_pct"],
        survey=survey.survey,
        geography=own,
        geo_level="province",
        channel=EVERY_CHANNEL,
        item=tuple(named.filter(pl.col("item").is_in(frame["item"].to_list()))["parent"].unique()),
    ).rename({"geo_code": "province_code", "item": "parent"})
    parents = named.select("item", content=pl.format("{} {}", "item", "label"))
    frame = frame.rename({"province": "province_code"}).join(places, on="province_code")
    frame = frame.join(named, on="item").join(indices, on=["province_code", "parent"], how="left")
    frame = frame.join(parents, left_on="parent", right_on="item", how="left")
    return frame.sort("sort", "breakdown", "province_sort").with_columns(
        key=pl.format("{} {}", "item", "breakdown")
    )


def _keys(context: Context, channel: str) -> dict[str, Value]:
    survey = context.survey
    return {"survey": survey.survey, "geography": survey.geography, "channel": channel}
