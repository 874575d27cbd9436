"""What the pages ask of the published views, one question a function.

Every figure in the answers is a column of a view. Rows are picked, joined with labels, sorted and counted.
"""

from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.data import Value
from dashboard.reference import NATION, Place
from dashboard.scope import channels_changed, members_measured
from dashboard.selection import EVERY_CHANNEL, OVERALL

TARGET_COLUMNS = (
    "item_level item index_pct ci_low_pct ci_high_pct n_criteria milestone_in_force_year"
    " milestone_in_force_pct gap_in_force_pct verdict_in_force milestone_ahead_year milestone_ahead_pct"
    " gap_ahead_pct goal_year goal_pct gap_goal_pct verdict_goal previous_survey previous_n_criteria change_pct"
).split()


@dataclass(frozen=True)
class Standing:
    """One index against the milestones: a row of `target_gap`."""

    item_level: str
    item: str
    index_pct: float
    ci_low_pct: float | None
    ci_high_pct: float | None
    n_criteria: int
    milestone_in_force_year: int | None
    milestone_in_force_pct: float | None
    gap_in_force_pct: float | None
    verdict_in_force: str | None
    milestone_ahead_year: int | None
    milestone_ahead_pct: float | None
    gap_ahead_pct: float | None
    goal_year: int
    goal_pct: float
    gap_goal_pct: float
    verdict_goal: str | None
    previous_survey: str | None
    previous_n_criteria: int | None
    change_pct: float | None
    lost: tuple[str, ...] = ()
    """Labels of the channels that only the survey before measured, of those that are shown."""
    gained: tuple[str, ...] = ()
    """Labels of the channels that only this survey measured."""

    @property
    def like_for_like(self) -> bool:
        """Whether both surveys asked the same channels and averaged as many criteria.

        Equal criteria are not enough: a service group may be measured at its desks in one year and
        through its agents in the next.
        """
        same_criteria = self.n_criteria == self.previous_n_criteria
        return same_criteria and not self.lost and not self.gained


def standing(context: Context, place: Place, channel: str) -> Standing | None:
    """The chosen item of a place in one channel against the milestones; None without answers."""
    frame = context.source.read(
        "target_gap",
        TARGET_COLUMNS,
        item=context.selection.item,
        **_keys(context, channel),
        **place.key,
    )
    if frame.is_empty():
        return None
    row = frame.row(0, named=True)
    if row["previous_survey"] is None:
        return Standing(**row)
    lost, gained = channels_changed(context, row["previous_survey"], channel)
    return Standing(**row, lost=lost, gained=gained)


@dataclass(frozen=True)
class Extent:
    """What an index rests on."""

    n_forms: int
    n_criteria: int
    n_criteria_defined: int


def extent(context: Context, place: Place, channel: str) -> Extent:
    """Forms and criteria behind the chosen item of a place in one channel, which must have answers."""
    frame = context.source.read(
        "satisfaction_index",
        ["n_forms", "n_criteria", "n_criteria_defined"],
        item=context.selection.item,
        **_keys(context, channel),
        **place.key,
    )
    return Extent(**frame.row(0, named=True))


def trend(context: Context, place: Place) -> pl.DataFrame:
    """The chosen item of a place in the chosen channel, a row a survey, the earliest first.

    Columns: survey, year, index_pct, ci_low_pct, ci_high_pct, n_criteria, joined (whether a line may come
    from the survey before).
    """
    columns = "survey year index_pct n_criteria previous_survey previous_n_criteria ci_low_pct ci_high_pct"
    frame = context.source.read(
        "target_gap",
        columns.split(),
        survey=tuple(context.reference.comparable(context.survey)),
        geography=context.survey.geography,
        channel=context.selection.channel,
        item=context.selection.item,
        **place.key,
    )
    channel = context.selection.channel
    members = {
        survey: members_measured(context, survey, channel)
        for survey in context.reference.comparable(context.survey)
    }
    joined = [
        earlier is not None and n == n_earlier and members[survey] == members[earlier]
        for survey, _, _, n, earlier, n_earlier, _, _ in frame.iter_rows()
    ]
    return frame.with_columns(joined=pl.Series(joined, dtype=pl.Boolean)).sort("year", "survey")


def published(context: Context, place: Place) -> pl.DataFrame:
    """Official national figures of years for which no survey is loaded.

    Columns: year, value_pct, method, printed (to as many decimals as the document prints).
    """
    whole = context.selection.channel == EVERY_CHANNEL and context.selection.item == OVERALL
    frame = context.source.read(
        "published_result",
        ["result", "year", "value_pct", "method"],
        geo_level="nation",
        channel=EVERY_CHANNEL,
        item=OVERALL,
        measure="index",
    )
    if place.geo_code != NATION or not whole:
        frame = frame.clear()
    loaded = [survey.year for survey in context.reference.surveys.values()]
    precision = context.source.read("published_comparison", ["result", "decimals"]).unique()
    rows = frame.filter(~pl.col("year").is_in(loaded)).join(precision, on="result").sort("year")
    written = [
        context.format.printed(*pair) for pair in rows.select("value_pct", "decimals").rows()
    ]
    return rows.select("year", "value_pct", "method", printed=pl.Series(written, dtype=pl.String))


def milestones(context: Context) -> pl.DataFrame:
    """The targets: year, value_pct."""
    return context.source.read("milestone", ["year", "value_pct"]).sort("year")


def provinces(context: Context) -> pl.DataFrame:
    """The chosen item and channel in every province of the area, the highest index first.

    Columns: key (province code), label, region_code, index_pct, ci_low_pct, ci_high_pct, n_criteria, n_forms,
    gap_goal_pct, verdict_in_force, verdict_goal.
    """
    keys = _keys(context, context.selection.channel) | {
        "geo_level": "province",
        "item": context.selection.item,
    }
    columns = (
        "index_pct ci_low_pct ci_high_pct n_criteria gap_goal_pct verdict_in_force verdict_goal"
    )
    targets = context.source.read("target_gap", ["geo_code", *columns.split()], **keys)
    forms = context.source.read("satisfaction_index", ["geo_code", "n_forms"], **keys)
    frame = targets.join(forms, on="geo_code").join(_provinces(context), on="geo_code")
    return (
        frame.drop("tile_row", "tile_col")
        .rename({"geo_code": "key"})
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
    """Every province of the country with its figure in `figures` (see `provinces`).

    A province outside the chosen region has none (null), nor has one without answers.

    Columns: key, label, tile_row, tile_col, index_pct, n_criteria, verdict_goal.
    """
    places = _provinces(context, everywhere=True).rename({"geo_code": "key"})
    return places.join(
        figures.select("key", "index_pct", "n_criteria", "verdict_goal"), on="key", how="left"
    )


def ranking(context: Context) -> pl.DataFrame:
    """The official ranking of the area's provinces: `province_ranking` with key and label."""
    frame = context.source.read(
        "province_ranking", survey=context.survey.survey, geography=context.survey.geography
    )
    frame = frame.join(
        _provinces(context).select("geo_code", "label"), left_on="province", right_on="geo_code"
    )
    # Counts come as whole numbers of any size.
    whole = pl.col("rank_low", "rank_high").cast(pl.Int64)
    return frame.rename({"province": "key"}).with_columns(whole).sort("rank", "key")


def families(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """The factor families of a place in one channel, the highest first.

    Columns: key, label, index_pct, ci_low_pct, ci_high_pct, n_criteria, verdict_goal.
    """
    frame = context.source.read(
        "target_gap",
        ["item", "index_pct", "ci_low_pct", "ci_high_pct", "n_criteria", "verdict_goal"],
        item_level="family",
        **_keys(context, channel),
        **place.key,
    )
    labels = context.source.labelled(
        "item", ["item"], instrument=context.survey.instrument, item_level="family"
    )
    frame = frame.join(labels, on="item").rename({"item": "key"})
    return frame.sort("index_pct", descending=True)


def tree(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """Every level from overall to criterion for a place in one channel, in the order of the instrument.

    Columns: item, depth (levels below the top), label, item_level, family, service_group,
    conditional, experience, index_pct, ci_low_pct, ci_high_pct, gap_goal_pct, verdict_in_force, verdict_goal,
    satisfied_pct, n_answers, n_criteria, n_criteria_defined. With a family chosen, only its own factors and criteria.
    """
    key = ("tree", context.selection, place, channel)
    return context.source.once(key, lambda: _tree(context, place, channel))


def _tree(context: Context, place: Place, channel: str) -> pl.DataFrame:
    keys = _keys(context, channel) | place.key
    columns = "item item_level index_pct satisfied_pct n_answers n_criteria n_criteria_defined"
    indices = context.source.read("satisfaction_index", columns.split(), **keys)
    targets = "item ci_low_pct ci_high_pct gap_goal_pct verdict_in_force verdict_goal"
    gaps = context.source.read("target_gap", targets.split(), **keys)
    items = context.source.labelled(
        "item",
        ["item", "parent", "family", "service_group", "conditional", "experience", "sort"],
        instrument=context.survey.instrument,
    )
    # Families cut across the tree; they have a chart of their own.
    indices = indices.filter(pl.col("item_level") != "family")
    frame = indices.join(gaps, on="item").join(items, on="item")
    if context.selection.family:
        frame = frame.filter(family=context.selection.family)
    parents = dict(items.select("item", "parent").iter_rows())
    depths = pl.Series("depth", [_depth(item, parents) for item in frame["item"]], pl.Int64)
    frame = frame.with_columns(depth=depths - (depths.min() or 0))
    return frame.sort("sort").drop("sort", "parent")


def _depth(item: str, parents: dict[str, str | None]) -> int:
    """How many levels an item lies below the overall index; an item without parent is just below."""
    if item == OVERALL:
        return 0
    parent = parents.get(item)
    return 1 + (_depth(parent, parents) if parent else 0)


def index_of(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """All indices of a place in one channel: item, index_pct, ci_low_pct, ci_high_pct."""
    columns = ["item", "index_pct", "ci_low_pct", "ci_high_pct"]
    return context.source.read(
        "satisfaction_index", columns, **_keys(context, channel), **place.key
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


def surveys_with(context: Context, place: Place) -> list[str]:
    """Surveys that have any answer for a place in the chosen channel, the earliest first."""
    frame = context.source.read(
        "satisfaction_index",
        ["survey", "year"],
        survey=tuple(context.reference.comparable(context.survey)),
        geography=context.survey.geography,
        channel=context.selection.channel,
        item=context.selection.item,
        **place.key,
    )
    return frame.unique().sort("year", "survey")["survey"].to_list()


def _keys(context: Context, channel: str) -> dict[str, Value]:
    """The columns that pick the shown survey and one channel."""
    survey = context.survey
    return {"survey": survey.survey, "geography": survey.geography, "channel": channel}


def _provinces(context: Context, everywhere: bool = False) -> pl.DataFrame:
    """Provinces of the area, or of the whole country: geo_code, label, region_code, tile_row, tile_col."""
    frame = context.source.labelled(
        "place",
        ["geo_code", "region_code", "tile_row", "tile_col"],
        geography=context.survey.geography,
        geo_level="province",
    )
    region = context.selection.region
    return frame.filter(region_code=region) if region and not everywhere else frame
