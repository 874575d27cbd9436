"""What the page on channels and factors asks: channels beside each other, an item among people and places.

Every figure is a column of a view, or of the same view recomputed from the forms of some of the people. Rows are
picked, labelled, sorted and counted.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.context import Context
from dashboard.data import Source, Value
from dashboard.reference import Place, Survey
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL, OVERALL

CHARACTERISTICS = ("sex", "age_group", "education", "occupation", "income_band", "respondent_type")
FIGURES = ["n_forms", "n_answers", "index_pct", "ci_low_pct", "ci_high_pct", "n_criteria"]
GROUP = {
    **dict.fromkeys(("key", "label", "reason"), pl.String()),
    **dict.fromkeys(("n_forms", "n_answers", "n_criteria"), pl.Int64()),
    **dict.fromkeys(("index_pct", "ci_low_pct", "ci_high_pct"), pl.Float64()),
}
"""The types of what is told of a group of people: some columns are empty in every row."""


def channels(context: Context, place: Place) -> pl.DataFrame:
    """Every measured channel of a place with the chosen item, in the catalogue's order.

    Columns: key, label, service_group, group_label, owner, n_forms, index_pct, ci_low_pct, ci_high_pct,
    verdict_in_force, verdict_goal, n_criteria, n_criteria_defined.
    """
    owner = f"owner_{context.source.language}"
    columns = ["channel", "channel_kind", "service_group", "sort", owner]
    frame = context.source.labelled("channel", columns, instrument=context.survey.instrument)
    single = frame.filter(channel_kind="channel").rename({owner: "owner"}).sort("sort")
    groups = frame.filter(channel_kind="service_group").select(
        "service_group", group_label=pl.col("label")
    )
    where = _slice(context, place, tuple(single["channel"])) | {"item": context.selection.item}
    figures = context.source.read(
        "satisfaction_index", ["channel", "n_forms", "n_criteria_defined"], **where
    )
    gaps = (
        "channel index_pct ci_low_pct ci_high_pct verdict_in_force verdict_goal n_criteria".split()
    )
    shown = single.join(groups, on="service_group", how="left").join(figures, on="channel")
    shown = shown.join(context.source.read("target_gap", gaps, **where), on="channel")
    return shown.rename({"channel": "key"}).drop("channel_kind").sort("sort").drop("sort")


def alike(context: Context, place: Place, shown: pl.DataFrame) -> dict[str | None, bool]:
    """Whether the channels of each service group in `shown` measured the very same criteria of the chosen item."""
    where = _slice(context, place, tuple(shown["key"])) | {"item_level": "criterion"}
    measured = context.source.read("satisfaction_index", ["channel", "item"], **where)
    if context.selection.family:
        members = context.source.read(
            "item",
            ["item"],
            instrument=context.survey.instrument,
            family=context.selection.family,
            item_level="criterion",
        )
        measured = measured.join(members, on="item", how="semi")
    asked = {key: set(rows["item"]) for (key,), rows in measured.group_by("channel")}
    by_group: dict[str | None, list[set[str]]] = {}
    for key, group in shown.select("key", "service_group").iter_rows():
        by_group.setdefault(group, []).append(asked.get(key, set()))
    return {
        group: group is not None and all(items == sets[0] for items in sets)
        for group, sets in by_group.items()
    }


def unmeasured(context: Context, place: Place) -> dict[str, int | None]:
    """Channels that the shown survey did not measure at a place: label and the year that last did, if any."""
    single = single_channels(context, EVERY_CHANNEL)
    if place.geo_level != "nation":
        single = single.filter("is_local")
    where = _slice(context, place, tuple(single["channel"])) | {"item": OVERALL}
    surveys = tuple(context.reference.comparable(context.survey))
    frame = context.source.read(
        "satisfaction_index", ["channel", "survey", "year"], **where | {"survey": surveys}
    )
    now = set(frame.filter(survey=context.survey.survey)["channel"])
    last = dict(frame.sort("year").select("channel", "year").iter_rows())
    return {
        label: last.get(channel)
        for channel, label in single.select("channel", "label").iter_rows()
        if channel not in now
    }


def owners_of(context: Context, channels: list[str]) -> dict[str, str]:
    """Who answers for each of some channels, in the order given."""
    owner = f"owner_{context.source.language}"
    frame = context.source.read("channel", ["channel", owner], instrument=context.survey.instrument)
    named = dict(frame.iter_rows())
    return {channel: named[channel] for channel in channels if named[channel]}


def measured_members(context: Context, place: Place, channel: str) -> list[str]:
    """The single channels behind a channel, a group, `local` or `all` that have answers at a place."""
    single = tuple(single_channels(context, channel)["channel"])
    where = _slice(context, place, single) | {"item": OVERALL}
    return context.source.read("satisfaction_index", ["channel"], **where)["channel"].to_list()


def within(context: Context, place: Place) -> dict[str, str]:
    """The chosen channel and what lies inside it and has answers at the place: label by code.

    Groups of several channels stand before single channels; a group of one is that channel.
    """
    chosen = context.selection.channel
    single = single_channels(context, chosen)
    measured = measured_members(context, place, chosen)
    single = single.filter(pl.col("channel").is_in(measured))
    inside = single["channel"].to_list() if len(measured) > 1 else []
    several = single.group_by("service_group", maintain_order=True).len().filter(pl.col("len") > 1)
    groups = [group for group in several["service_group"] if group and len(inside) > 1]
    labels = context.channel_labels
    return {channel: labels[channel] for channel in dict.fromkeys([chosen, *groups, *inside])}


def items(context: Context, place: Place, channel: str) -> dict[str, str]:
    """Items that any survey measured at the place in a channel, in the instrument's order: label by code.

    With a family chosen, the family and what belongs to it.
    """
    measured = context.source.read(
        "satisfaction_index",
        ["item"],
        **_slice(context, place, channel)
        | {"survey": tuple(context.reference.comparable(context.survey))},
    )
    frame = context.source.labelled(
        "item", ["item", "item_level", "family", "sort"], instrument=context.survey.instrument
    )
    frame = frame.join(measured, on="item", how="semi")
    if family := context.selection.family:
        frame = frame.filter((pl.col("family") == family) | (pl.col("item") == family))
    order = pl.col("item_level").replace_strict({OVERALL: 0, "family": 1}, default=2)
    frame = frame.sort(order, "sort")
    named = {OVERALL: "{label}", "family": context.texts("factors.family_item", family="{label}")}
    return {
        item: named.get(level, "{item} {label}").format(item=item, label=label)
        for item, level, label in frame.select("item", "item_level", "label").iter_rows()
    }


def measured_in(context: Context, place: Place, channel: str, item: str) -> list[str]:
    """Surveys that measured an item at a place in a channel, the latest first."""
    frame = context.source.read(
        "satisfaction_index",
        ["survey", "year"],
        **_slice(context, place, channel)
        | {"item": item, "survey": tuple(context.reference.comparable(context.survey))},
    )
    return frame.sort("year", "survey", descending=True)["survey"].to_list()


def characteristics(context: Context, place: Place) -> list[str]:
    """Characteristics that anybody at the place stated."""
    stated = set(_stated(context, place)["characteristic"])
    return [name for name in CHARACTERISTICS if name in stated]


def people(
    context: Context, place: Place, channel: str, characteristic: str, item: str
) -> pl.DataFrame:
    """An item among the people of a place in a channel: everybody, then each group.

    Columns: key, label, n_forms, n_answers, index_pct, ci_low_pct, ci_high_pct, n_criteria, reason (why a group
    has no figures: hidden, no_forms, no_answers; its figures are then null). Everybody's key is `all`.
    """
    survey = context.survey
    where = {
        "survey": survey.survey,
        "geography": survey.geography,
        **place.key,
        "channel": channel,
    }
    columns = ["item", "suppressed", *FIGURES]
    whole = context.source.read("satisfaction_index", columns, **where)
    everybody = {"key": EVERY_CHANNEL, "label": context.texts("factors.everybody")}
    rows: list[dict[str, Any]] = [everybody | _figures(whole, item)]
    among = groups(context.source, context.survey, place, channel, characteristic)
    for value, label in _values(context, place, characteristic).items():
        own = among.filter(value=value)
        rows.append({"key": value, "label": label} | _figures(own, item))
    return pl.DataFrame(rows, schema=GROUP)


def groups(
    source: Source, survey: Survey, place: Place, channel: str, characteristic: str
) -> pl.DataFrame:
    """The satisfaction indices of each group of people of a place in a channel; see `warehouse.groups`."""
    asked = {"survey": survey.survey, "geography": survey.geography, **place.key}
    return source.satisfaction_by(characteristic, **asked, channel=channel)


@dataclass(frozen=True)
class Level:
    """Which places are listed, and the channels over which they are held against the nation."""

    geo_level: str
    region: str | None
    shared_channel: str


def places(context: Context, level: Level, channel: str, item: str) -> pl.DataFrame:
    """An item in the nation, the chosen region and each place of a level inside it, the highest first.

    Columns: key, label, geo_level, n_forms, n_answers, index_pct, ci_low_pct, ci_high_pct, n_criteria, verdict_goal.
    """
    reference, survey = context.reference, context.survey
    heads = [reference.nation(survey)]
    if level.region and level.geo_level == "province":
        heads.append(reference.places(survey, "region")[level.region])
    found = [
        _place_rows(context, "nation", level.shared_channel, item),
        _place_rows(context, "region", channel, item),
        _place_rows(context, "province", channel, item),
    ]
    every = pl.concat(found)
    inside = [
        code
        for code, place in reference.places(survey, level.geo_level).items()
        if level.region in (None, place.region_code)
    ]
    first = pl.concat([every.filter(geo_level=p.geo_level, key=p.geo_code) for p in heads])
    rest = every.filter(pl.col("key").is_in(inside), geo_level=level.geo_level)
    return pl.concat([first, rest.sort(["index_pct", "key"], descending=[True, False])])


def _place_rows(context: Context, geo_level: str, channel: str, item: str) -> pl.DataFrame:
    """The figures of an item in every place of a level, with labels."""
    survey = context.survey
    where: dict[str, Value] = {
        "survey": survey.survey,
        "geography": survey.geography,
        "geo_level": geo_level,
        "channel": channel,
        "item": item,
    }
    counts = context.source.read("satisfaction_index", ["geo_level", "geo_code", *FIGURES], **where)
    verdicts = context.source.read("target_gap", ["geo_code", "verdict_goal"], **where)
    labels = context.source.labelled(
        "place", ["geo_code"], geography=survey.geography, geo_level=geo_level
    )
    frame = counts.join(verdicts, on="geo_code").join(labels, on="geo_code")
    return frame.rename({"geo_code": "key"}).select(
        "key", "label", "geo_level", *FIGURES, "verdict_goal"
    )


def _figures(rows: pl.DataFrame, item: str) -> dict[str, Any]:
    """The figures of an item among the rows of a group, or why there are none."""
    if rows.is_empty():
        return {"reason": "no_forms"}
    own = rows.filter(item=item)
    if rows["item"].has_nulls() or own["suppressed"].is_not_null().any():
        return {"reason": "hidden"}
    if own.is_empty():
        return {"n_forms": _n_forms(rows), "reason": "no_answers"}
    return own.select(FIGURES).row(0, named=True)


def _n_forms(rows: pl.DataFrame) -> int:
    """The forms of a slice, which every row of it tells."""
    return int(rows["n_forms"].max() or 0)  # type: ignore[arg-type]  # counts are whole


def _values(context: Context, place: Place, characteristic: str) -> dict[str, str]:
    """What the people of a place stated of a characteristic: label by value, in the catalogue's order."""
    stated = _stated(context, place).filter(characteristic=characteristic)["value"].to_list()
    known = context.source.labelled(
        "characteristic", ["value", "sort"], characteristic=characteristic
    ).sort("sort")
    labels = dict(known.select("value", "label").iter_rows())
    # What a survey adds of its own has no label and comes last.
    order = [value for value in labels if value in stated]
    return {value: labels.get(value, value) for value in dict.fromkeys([*order, *stated])}


def _stated(context: Context, place: Place) -> pl.DataFrame:
    survey = context.survey
    return context.source.read(
        "respondent_profile",
        ["characteristic", "value"],
        survey=survey.survey,
        geography=survey.geography,
        **place.key,
    )


def _slice(context: Context, place: Place, channel: Value) -> dict[str, Value]:
    """The columns that pick the shown survey, a place and a channel or several."""
    survey = context.survey
    return {
        "survey": survey.survey,
        "geography": survey.geography,
        "channel": channel,
        **place.key,
    }
