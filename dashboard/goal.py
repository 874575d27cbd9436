"""What the page of the goal asks: every cell (criterion x province) against a target, the pace, what a lift does.

Every figure in the answers is a column of a view, or of the SQL of a supposition. Rows are picked, joined with
labels, sorted and counted.
"""

from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.data import Value
from dashboard.indices import Standing
from dashboard.inference import CELL_COLUMNS, Cells
from dashboard.reference import Place
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL, OVERALL
from dashboard.verdicts import MET
from warehouse.masking import SUPPRESSED
from warehouse.supposition import Supposition

EVERYONE = "everyone"
"""Of whom a criterion is asked that every channel asks."""
GOAL, IN_FORCE = "goal", "in_force"


@dataclass(frozen=True)
class Milestone:
    """A target that every cell is held against."""

    name: str
    year: int
    pct: float

    @property
    def verdict(self) -> str:
        """The column of `target_gap` that says whether an index meets it."""
        return f"verdict_{self.name}"


def milestones(standing: Standing) -> dict[str, Milestone]:
    """The goal and, where it is another, the milestone in force, by name."""
    known = {GOAL: Milestone(GOAL, standing.goal_year, standing.goal_pct)}
    year, pct = standing.milestone_in_force_year, standing.milestone_in_force_pct
    if year is not None and pct is not None and pct != standing.goal_pct:
        known[IN_FORCE] = Milestone(IN_FORCE, year, pct)
    return known


def criteria(context: Context) -> pl.DataFrame:
    """The criteria of the instrument in its order, those of the chosen family only if one is chosen.

    Columns: item, label, factor, factor_label, block (service group, or content where there is none),
    block_label, is_defined (whether the chosen channel asks it in a province).
    """
    columns = "item item_level parent family factor service_group content asked_of sort"
    items = context.source.labelled("item", columns.split(), instrument=context.survey.instrument)
    asking = single_channels(context, context.selection.channel).filter("is_local")
    askers = {EVERYONE, *asking["channel"], *asking["service_group"].drop_nulls()}
    labels = items.select("item", "label")
    rows = items.filter(item_level="criterion").with_columns(
        factor=pl.coalesce("factor", "parent", "item"),
        block=pl.coalesce("service_group", "content", "item"),
        is_defined=pl.Series([not askers.isdisjoint(of) for of in _asked(items)], dtype=pl.Boolean)
        & (not asking.is_empty()),
    )
    if context.selection.family:
        rows = rows.filter(family=context.selection.family)
    for level in ("factor", "block"):
        named = labels.rename({"item": level, "label": f"{level}_label"})
        rows = rows.join(named, on=level, how="left")
    return rows.sort("sort").select(
        "item", "label", "factor", "factor_label", "block", "block_label", "is_defined"
    )


def _asked(items: pl.DataFrame) -> list[list[str]]:
    return items.filter(item_level="criterion")["asked_of"].to_list()


def provinces(context: Context) -> pl.DataFrame:
    """The provinces of the area that have any form in the survey, the highest index of the chosen item first.

    Columns: key, label, region_code, index_pct (null: nothing measured in the chosen channel).
    """
    survey, region = context.survey, context.selection.region
    surveyed = context.source.read(
        "satisfaction_index",
        ["geo_code"],
        survey=survey.survey,
        geography=survey.geography,
        geo_level="province",
        channel=EVERY_CHANNEL,
        item=OVERALL,
    )
    indices = context.source.read(
        "target_gap",
        ["geo_code", "index_pct"],
        geo_level="province",
        item=context.selection.item,
        **_keys(context),
    )
    places = context.source.labelled(
        "place", ["geo_code", "region_code"], geography=survey.geography, geo_level="province"
    )
    if region:
        places = places.filter(region_code=region)
    rows = places.join(surveyed, on="geo_code", how="semi").join(indices, on="geo_code", how="left")
    rows = rows.rename({"geo_code": "key"})
    rows = rows.sort("index_pct", "key", descending=[True, False], nulls_last=True)
    return rows.select("key", "label", "region_code", "index_pct")


def cells(
    context: Context, asked: pl.DataFrame, places: pl.DataFrame, milestone: Milestone
) -> pl.DataFrame:
    """Every criterion that is defined, in every province: a row a cell, those that nobody answered too.

    Args:
        asked: rows of `criteria`.
        places: rows of `provinces`.

    Columns: item, key, index_pct, ci_low_pct, ci_high_pct, verdict (null with them: not measured), and
    measured_year (of a cell that is not measured: when it last was; null: never), is_hidden (measured, but too few
    people to be shown).
    """
    columns = ["item", "geo_code", "index_pct", "ci_low_pct", "ci_high_pct", milestone.verdict]
    measured = context.source.read(
        "target_gap", columns, geo_level="province", item_level="criterion", **_keys(context)
    ).rename({"geo_code": "key", milestone.verdict: "verdict"})
    every = asked.filter("is_defined").select("item").join(places.select("key"), how="cross")
    rows = every.join(measured, on=["item", "key"], how="left")
    rows = rows.join(_hidden(context), on=["item", "key"], how="left")
    return rows.join(_last_measured(context), on=["item", "key"], how="left").with_columns(
        pl.col("is_hidden").fill_null(value=False),
        measured_year=pl.when(pl.col("verdict").is_null()).then("measured_year"),
    )


def _hidden(context: Context) -> pl.DataFrame:
    """The cells whose figures are hidden to protect people: item, key, is_hidden (true)."""
    if not context.source.hides("satisfaction_index"):
        return pl.DataFrame(schema={"item": pl.String, "key": pl.String, "is_hidden": pl.Boolean})
    rows = context.source.read(
        "satisfaction_index",
        ["item", "geo_code", SUPPRESSED],
        geo_level="province",
        item_level="criterion",
        **_keys(context),
    )
    hidden = rows.filter(pl.col(SUPPRESSED).is_not_null())
    return hidden.select("item", key="geo_code", is_hidden=pl.lit(value=True))


def _last_measured(context: Context) -> pl.DataFrame:
    """The last year before the shown survey in which each cell was measured: item, key, measured_year."""
    survey = context.survey
    earlier = [
        name
        for name, other in context.reference.comparable(survey).items()
        if other.year < survey.year
    ]
    before = context.source.read(
        "satisfaction_index",
        ["item", "geo_code", "year"],
        geo_level="province",
        item_level="criterion",
        **_keys(context) | {"survey": tuple(earlier)},
    )
    last = before.group_by("item", "geo_code").agg(measured_year=pl.col("year").max())
    return last.rename({"geo_code": "key"})


def tally(rows: pl.DataFrame) -> Cells:
    """How many cells meet the target, cannot be told, miss it, have no figure; and in how many provinces all do."""
    verdicts = rows["verdict"].to_list()
    n_hidden = int(rows["is_hidden"].sum())
    met = rows.group_by("key").agg(all_met=(pl.col("verdict") == MET).fill_null(value=False).all())
    return Cells(
        n_cells=rows.height,
        n_met=verdicts.count("met"),
        n_undetermined=verdicts.count("undetermined"),
        n_not_met=verdicts.count("not_met"),
        n_not_measured=verdicts.count(None) - n_hidden,
        n_provinces=met.height,
        n_provinces_met=int(met["all_met"].sum()),
        n_hidden=n_hidden,
    )


def met_by(rows: pl.DataFrame, column: str) -> dict[str, int]:
    """How many cells of each province (`key`) or criterion (`item`) meet the target."""
    counted = rows.group_by(column).agg(n=(pl.col("verdict") == MET).sum())
    return dict(counted.iter_rows())


PACE_COLUMNS = "pace_pct pace_se_pct reached_year reached_year_low reached_year_high"


def paces(context: Context) -> pl.DataFrame:
    """The pace of the chosen item in every province of the area: the first to reach the goal first.

    Columns: key, label, index_pct, gap_goal_pct, verdict_goal, pace_needed_pct (null: the goal's year has come),
    pace_pct, pace_se_pct, reached_year, reached_year_low, reached_year_high (null: no two years measured the
    same; the years also where the pace is not surely upward).
    """
    keys = _keys(context) | {"geo_level": "province", "item": context.selection.item}
    columns = "geo_code gap_goal_pct verdict_goal pace_needed_pct"
    gaps = context.source.read("target_gap", columns.split(), **keys).rename({"geo_code": "key"})
    seen = context.source.read("pace", ["geo_code", *PACE_COLUMNS.split()], **keys)
    rows = (
        provinces(context)
        .join(gaps, on="key")
        .join(seen, left_on="key", right_on="geo_code", how="left")
    )
    whole = pl.col("^reached_year.*$").cast(pl.Int64)
    first = ["reached_year", "index_pct", "key"]
    return rows.with_columns(whole).sort(first, descending=[False, True, False], nulls_last=True)


def pace_needed(context: Context, place: Place) -> float | None:
    """Points a year that the chosen item of a place needs until the goal; None where its year has come."""
    frame = context.source.read(
        "target_gap",
        ["pace_needed_pct"],
        item=context.selection.item,
        **_keys(context),
        **place.key,
    )
    return None if frame.is_empty() else frame["pace_needed_pct"][0]


def liftable(context: Context, place: Place) -> pl.DataFrame:
    """What can be supposed to be higher in a place: families, the weakest first, then factors in their order.

    Columns: item, item_level, label.
    """
    measured = context.source.read(
        "satisfaction_index",
        ["item", "index_pct"],
        item_level=("family", "factor"),
        **_keys(context),
        **place.key,
    )
    items = context.source.labelled(
        "item", ["item", "item_level", "sort"], instrument=context.survey.instrument
    )
    rows = items.join(measured, on="item")
    families = rows.filter(item_level="family").sort("index_pct", "item")
    factors = rows.filter(item_level="factor").sort("sort")
    return pl.concat([families, factors]).select("item", "item_level", "label")


@dataclass(frozen=True)
class Lift:
    """What is supposed of one item: every criterion below it higher, by points or by people."""

    item: str
    points: float = 0.0
    people: float = 0.0
    """Of a hundred who answered, how many answer one step higher."""


def lifted(
    context: Context, lift: Lift, milestone: Milestone
) -> tuple[pl.DataFrame, tuple[Cells, Cells] | None]:
    """What follows from a lift in the place.

    Returns:
        The indices that it raises: `what_if_index` with label and sort. And the cells as they are and with the lift;
        None where no province measured any.
    """
    survey, place = context.survey, context.place
    supposition = Supposition(
        survey=survey.survey,
        geography=survey.geography,
        geo_level=place.geo_level,
        geo_code=place.geo_code,
        channel=context.selection.channel,
        item=lift.item,
        points=lift.points,
        people=lift.people,
        target_pct=milestone.pct,
    )
    source = context.source
    told = source.once(("what_if", supposition), lambda: source.snapshot.what_if(supposition))
    items = source.labelled("item", ["item", "item_level", "sort"], instrument=survey.instrument)
    risen = told["what_if_index"].filter(pl.col("n_lifted") > 0)
    cells = told["what_if_cell"].sort("is_lifted").select(CELL_COLUMNS)
    counted = [Cells(**row) for row in cells.iter_rows(named=True)]
    return (
        risen.join(items, on=["item", "item_level"]).sort("sort"),
        (counted[0], counted[1]) if counted else None,
    )


def _keys(context: Context) -> dict[str, Value]:
    """The columns that pick the shown survey and the chosen channel."""
    survey = context.survey
    return {
        "survey": survey.survey,
        "geography": survey.geography,
        "channel": context.selection.channel,
    }
