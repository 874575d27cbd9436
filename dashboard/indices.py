"""What the pages ask of the published views, one question a function.

Every figure in the answers is a column of a view. Rows are picked, joined with labels, sorted and counted.
"""

from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.data import Value
from dashboard.reference import LOCAL_CHANNELS, NATION, Place
from dashboard.selection import EVERY_CHANNEL, OVERALL

REACHED = pl.col("gap_goal_pct") <= 0
"""Whether the goal is met: the gap is target minus index."""
TREE_LEVELS = ("overall", "content", "service_group", "factor", "criterion")
TARGET_COLUMNS = (
    "item_level item index_pct n_criteria milestone_in_force_year milestone_in_force_pct"
    " gap_in_force_pct milestone_ahead_year milestone_ahead_pct gap_ahead_pct goal_year goal_pct"
    " gap_goal_pct previous_survey previous_n_criteria pace_seen_pct"
).split()


@dataclass(frozen=True)
class Standing:
    """One index against the milestones: a row of `target_gap`."""

    item_level: str
    item: str
    index_pct: float
    n_criteria: int
    milestone_in_force_year: int | None
    milestone_in_force_pct: float | None
    gap_in_force_pct: float | None
    milestone_ahead_year: int | None
    milestone_ahead_pct: float | None
    gap_ahead_pct: float | None
    goal_year: int
    goal_pct: float
    gap_goal_pct: float
    previous_survey: str | None
    previous_n_criteria: int | None
    pace_seen_pct: float | None

    @property
    def change_pct(self) -> float | None:
        """Change on the survey before, in points: the pace seen, a year being between the two."""
        return self.pace_seen_pct

    @property
    def like_for_like(self) -> bool:
        """Whether both surveys averaged equally many criteria; if not, the change is no change."""
        return self.n_criteria == self.previous_n_criteria


def standing(context: Context, place: Place, channel: str) -> Standing | None:
    """The chosen item of a place in one channel against the milestones; None without answers."""
    frame = context.source.read(
        "target_gap",
        TARGET_COLUMNS,
        item=context.selection.item,
        **_keys(context, channel),
        **place.key,
    )
    return None if frame.is_empty() else Standing(**frame.row(0, named=True))


def coverage_lost(context: Context, previous: str) -> list[str]:
    """Labels of the channels that the survey before measured and this one did not."""
    surveys = context.reference.surveys
    channels = context.reference.channels(context.survey).filter(channel_kind="channel")
    now = set(context.reference.measured_channels(context.survey))
    before = set(context.reference.measured_channels(surveys[previous]))
    lost = channels.filter(pl.col("channel").is_in(list(before - now)))
    return lost["label"].to_list()


def trend(context: Context, place: Place) -> pl.DataFrame:
    """The chosen item of a place in the chosen channel, a row a survey, the earliest first.

    Columns: survey, year, index_pct, n_criteria, joined (whether a line may come from the survey before).
    """
    frame = context.source.read(
        "target_gap",
        ["survey", "year", "index_pct", "n_criteria", "previous_survey", "previous_n_criteria"],
        geography=context.survey.geography,
        channel=context.selection.channel,
        item=context.selection.item,
        **place.key,
    )
    like_for_like = pl.col("n_criteria").eq_missing(pl.col("previous_n_criteria"))
    return frame.sort("year", "survey").with_columns(joined=like_for_like)


def published(context: Context, place: Place) -> pl.DataFrame:
    """Official national figures of years for which no survey is loaded: year, value_pct, method."""
    whole = context.selection.channel == EVERY_CHANNEL and context.selection.item == OVERALL
    frame = context.source.read(
        "published_result",
        ["year", "value_pct", "method"],
        geo_level="nation",
        channel=EVERY_CHANNEL,
        item=OVERALL,
        measure="index",
    )
    if place.geo_code != NATION or not whole:
        return frame.clear()
    loaded = [survey.year for survey in context.reference.surveys.values()]
    return frame.filter(~pl.col("year").is_in(loaded)).sort("year")


def milestones(context: Context) -> pl.DataFrame:
    """The targets: year, value_pct."""
    return context.source.read("milestone", ["year", "value_pct"]).sort("year")


def provinces(context: Context) -> pl.DataFrame:
    """The chosen item and channel in every province of the area, the highest index first.

    Columns: key (province code), label, region_code, index_pct, n_criteria, n_forms, gap_in_force_pct,
    gap_goal_pct, reached (the goal is met).
    """
    keys = _keys(context, context.selection.channel) | {
        "geo_level": "province",
        "item": context.selection.item,
    }
    targets = context.source.read(
        "target_gap",
        ["geo_code", "index_pct", "n_criteria", "gap_in_force_pct", "gap_goal_pct"],
        **keys,
    )
    forms = context.source.read("satisfaction_index", ["geo_code", "n_forms"], **keys)
    frame = targets.join(forms, on="geo_code").join(_provinces(context), on="geo_code")
    return (
        frame.drop("tile_row", "tile_col")
        .rename({"geo_code": "key"})
        .with_columns(reached=REACHED)
        .sort("index_pct", "key", descending=[True, False])
    )


def extremes(ordered: pl.DataFrame, best: int, weakest: int) -> tuple[pl.DataFrame, int | None]:
    """The first `best` and the last `weakest` rows, and after which of them the gap is.

    All rows and no gap (None) where there are no more than both together.
    """
    if ordered.height <= best + weakest:
        return ordered, None
    return pl.concat([ordered.head(best), ordered.tail(weakest)]), best


def tiles(context: Context, figures: pl.DataFrame) -> pl.DataFrame:
    """Every province of the map with its figure in `figures` (see `provinces`), null where it has none.

    Columns: key, label, tile_row, tile_col, index_pct, n_criteria, reached.
    """
    places = _provinces(context).rename({"geo_code": "key"})
    return places.join(
        figures.select("key", "index_pct", "n_criteria", "reached"), on="key", how="left"
    )


def ranking(context: Context) -> pl.DataFrame:
    """The official ranking of the area's provinces: `province_ranking` with key, label and reached."""
    frame = context.source.read(
        "province_ranking", survey=context.survey.survey, geography=context.survey.geography
    )
    frame = frame.join(
        _provinces(context).select("geo_code", "label"), left_on="province", right_on="geo_code"
    )
    return frame.rename({"province": "key"}).with_columns(reached=REACHED).sort("rank", "key")


def families(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """The factor families of a place in one channel, the highest first.

    Columns: key, label, index_pct, n_criteria, gap_goal_pct, reached.
    """
    frame = context.source.read(
        "target_gap",
        ["item", "index_pct", "n_criteria", "gap_goal_pct"],
        item_level="family",
        **_keys(context, channel),
        **place.key,
    )
    labels = context.source.labelled(
        "item", ["item"], instrument=context.survey.instrument, item_level="family"
    )
    frame = frame.join(labels, on="item").rename({"item": "key"})
    return frame.with_columns(reached=REACHED).sort("index_pct", descending=True)


def funnel(context: Context) -> dict[str, int] | None:
    """Forms issued, missing, returned, quarantined and valid in the chosen region and channel.

    Issued and missing are left out where the issue of some channel is not known. None if nothing is known
    of the region: the funnel stands in the survey's own geography, and an older one has other regions.
    """
    frame = _area_and_channel(
        context,
        context.source.read("response_funnel", survey=context.survey.survey),
    )
    if frame.is_empty():
        return None
    counts = {name: int(frame[name].sum()) for name in ("returned", "quarantined", "valid")}
    # Nobody issued forms to a province that cannot be read: such rows have no valid form.
    if frame.filter(pl.col("valid") > 0)["issued"].has_nulls():
        return counts
    issued = int(frame["issued"].sum())
    return {"issued": issued, "missing": issued - counts["returned"], **counts}


def quarantine(context: Context) -> pl.DataFrame:
    """Reasons for quarantine and how many forms have each: reason, n_forms; the most frequent first."""
    frame = _area_and_channel(
        context, context.source.read("quarantine_reason", survey=context.survey.survey)
    )
    counted = frame.group_by("reason").agg(pl.col("n_forms").sum())
    return counted.sort(["n_forms", "reason"], descending=[True, False])


def tree(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """Every level from overall to criterion for a place in one channel, in the order of the instrument.

    Columns: item, label, item_level, family, service_group, conditional, experience, index_pct,
    gap_goal_pct, satisfied_pct, n_answers, n_criteria, n_criteria_defined. With a family chosen, only
    its own factors and criteria.
    """
    keys = _keys(context, channel) | place.key | {"item_level": TREE_LEVELS}
    columns = "item item_level index_pct satisfied_pct n_answers n_criteria n_criteria_defined"
    indices = context.source.read("satisfaction_index", columns.split(), **keys)
    gaps = context.source.read("target_gap", ["item", "gap_goal_pct"], **keys)
    items = context.source.labelled(
        "item",
        ["item", "family", "service_group", "conditional", "experience", "sort"],
        instrument=context.survey.instrument,
    )
    frame = indices.join(gaps, on="item").join(items, on="item")
    if context.selection.family:
        frame = frame.filter(family=context.selection.family)
    return frame.sort("sort").drop("sort")


def index_of(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """All indices of a place in one channel: item, index_pct."""
    return context.source.read(
        "satisfaction_index", ["item", "index_pct"], **_keys(context, channel), **place.key
    )


def compared_items(
    context: Context, rows: pl.DataFrame, levels: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Items of some levels that have an index in `rows`: (item, label), in the instrument's order."""
    items = context.source.labelled(
        "item", ["item", "item_level", "sort"], instrument=context.survey.instrument
    )
    chosen = items.filter(pl.col("item_level").is_in(levels)).join(rows, on="item", how="semi")
    order = {level: n for n, level in enumerate(levels)}
    chosen = chosen.with_columns(level=pl.col("item_level").replace_strict(order)).sort(
        "level", "sort"
    )
    return list(chosen.select("item", "label").iter_rows())


def owners(context: Context) -> dict[str | None, str]:
    """Who answers for a service group: the owners of its channels that were measured."""
    owner = f"owner_{context.source.language}"
    frame = context.source.read(
        "channel",
        ["channel", "channel_kind", "service_group", "sort", owner],
        instrument=context.survey.instrument,
        channel_kind="channel",
    )
    measured = context.reference.measured_channels(context.survey)
    frame = frame.filter(pl.col("channel").is_in(measured)).sort("sort")
    by_group: dict[str | None, list[str]] = {}
    for group, name in frame.select("service_group", owner).iter_rows():
        names = by_group.setdefault(group, [])
        if name not in names:
            names.append(name)
    return {group: ", ".join(names) for group, names in by_group.items()}


def surveys_with(context: Context, place: Place, channel: str) -> list[int]:
    """Years of the surveys that have any answer for a place in one channel."""
    frame = context.source.read(
        "satisfaction_index",
        ["year"],
        geography=context.survey.geography,
        channel=channel,
        item=OVERALL,
        **place.key,
    )
    return sorted(set(frame["year"]))


def _keys(context: Context, channel: str) -> dict[str, Value]:
    """The columns that pick the shown survey and one channel."""
    survey = context.survey
    return {"survey": survey.survey, "geography": survey.geography, "channel": channel}


def _provinces(context: Context) -> pl.DataFrame:
    """Provinces of the area: geo_code, label, region_code, tile_row, tile_col."""
    frame = context.source.labelled(
        "place",
        ["geo_code", "region_code", "tile_row", "tile_col"],
        geography=context.survey.geography,
        geo_level="province",
    )
    region = context.selection.region
    return frame.filter(region_code=region) if region else frame


def _area_and_channel(context: Context, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of the chosen region and channel in a view of single provinces and channels."""
    channel, region = context.selection.channel, context.selection.region
    if channel != EVERY_CHANNEL:
        channels = context.reference.channels(context.survey).filter(channel_kind="channel")
        member = (pl.col("channel") == channel) | (pl.col("service_group") == channel)
        chosen = channels.filter(pl.col("is_local") if channel == LOCAL_CHANNELS else member)
        frame = frame.filter(pl.col("channel").is_in(chosen["channel"].to_list()))
    if region:
        places = context.reference.places(context.survey, "province").values()
        inside = [place.geo_code for place in places if place.region_code == region]
        frame = frame.filter(
            (pl.col("geography") == context.survey.geography) & pl.col("province").is_in(inside)
        )
    return frame
