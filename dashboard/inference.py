"""What the pages ask of the statistics: what the sample can tell, and what lies behind a figure.

Every figure in the answers is a column of a view. Rows are picked, joined with labels, sorted and counted.
"""

from dataclasses import dataclass, fields

import polars as pl

from dashboard.context import Context
from dashboard.data import Value
from dashboard.reference import LOCAL_CHANNELS, Place
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL, OVERALL

LEVEL = 0.05
"""What happens less often than this by chance is taken as told by the sample."""
PEERS_NAMED = 3


@dataclass(frozen=True)
class Change:
    """An index against the survey before: a row of `index_change`."""

    previous_year: int
    change_pct: float
    change_se_pct: float | None
    change_p_value: float | None
    like_for_like_pct: float | None
    like_for_like_se_pct: float | None
    like_for_like_p_value: float | None
    real_pct: float | None
    mix_pct: float | None
    scope_pct: float | None
    n_criteria_common: int
    channels_common: str | None
    """Codes of the channels that both surveys measured, with spaces between."""

    @property
    def is_told(self) -> bool:
        """Whether the sample tells the published change from none."""
        return self.change_p_value is not None and self.change_p_value < LEVEL

    @property
    def is_told_alike(self) -> bool:
        """Whether the sample tells the change on what both surveys measured from none."""
        return self.like_for_like_p_value is not None and self.like_for_like_p_value < LEVEL


def change(context: Context, place: Place, channel: str) -> Change | None:
    """The chosen item of a place in one channel against the survey before; None without one."""
    frame = context.source.read(
        "index_change",
        list(Change.__dataclass_fields__),
        item=context.selection.item,
        **_keys(context, channel),
        **place.key,
    )
    return None if frame.is_empty() else Change(**frame.row(0, named=True))


@dataclass(frozen=True)
class Pace:
    """How fast an index moves towards the goal: a row of `pace`."""

    pace_pct: float
    pace_se_pct: float | None
    pace_needed_pct: float | None
    reached_year: int | None
    reached_year_low: int | None
    reached_year_high: int | None


def pace(context: Context, place: Place, channel: str) -> Pace | None:
    """The pace of the chosen item; None where no two years measured the same."""
    frame = context.source.read(
        "pace",
        list(Pace.__dataclass_fields__),
        item=context.selection.item,
        **_keys(context, channel),
        **place.key,
    )
    return None if frame.is_empty() else Pace(**frame.row(0, named=True))


@dataclass(frozen=True)
class Cells:
    """Criteria times provinces against one target: a row of `target_cell`, or counted from the cells that are shown.

    Attributes:
        n_hidden: the cells that are hidden to protect people, where shown cells are counted.
    """

    n_cells: int
    n_met: int
    n_undetermined: int
    n_not_met: int
    n_not_measured: int
    n_provinces: int
    n_provinces_met: int
    n_hidden: int = 0


CELL_COLUMNS = [field.name for field in fields(Cells) if field.name != "n_hidden"]


def cells(context: Context, place: Place, goal_year: int) -> Cells | None:
    """The cells of a place against the goal; None where the pages are narrowed to a channel or a family."""
    narrowed = context.selection.channel != EVERY_CHANNEL or context.selection.item != OVERALL
    if narrowed:
        return None
    survey = context.survey
    frame = context.source.read(
        "target_cell",
        CELL_COLUMNS,
        survey=survey.survey,
        geography=survey.geography,
        target_year=goal_year,
        **place.key,
    )
    if frame.is_empty():
        return None
    return Cells(**{name: int(count) for name, count in frame.row(0, named=True).items()})


def differences(context: Context) -> pl.DataFrame:
    """The chosen province against its region and the nation over the channels that all of them have.

    Columns: reference_level, label, difference_pct, se_pct, p_adjusted; region first.
    """
    survey = context.survey
    frame = context.source.read(
        "place_comparison",
        ["reference_level", "reference_code", "difference_pct", "se_pct", "p_adjusted"],
        province=context.place.geo_code,
        item=context.selection.item,
        **_keys(context, context.shared_channel),
    )
    labels = context.source.labelled(
        "place", ["geo_level", "geo_code"], geography=survey.geography
    ).rename({"geo_level": "reference_level", "geo_code": "reference_code"})
    frame = frame.join(labels, on=["reference_level", "reference_code"])
    frame = frame.sort(pl.col("reference_level") != "region")
    return frame.select("reference_level", "label", "difference_pct", "se_pct", "p_adjusted")


def predecessors(context: Context) -> pl.DataFrame:
    """The provinces that were merged into the chosen one, where the survey is older than that.

    Columns: label, n_forms, index_pct, se_pct; the highest first. Empty where the province was not merged, or
    the page is narrowed to a channel.
    """
    survey = context.survey
    (own,) = context.source.read("survey", ["geography"], survey=survey.survey)["geography"]
    frame = context.source.read(
        "predecessor",
        ["predecessor", "n_forms", "index_pct", "se_pct"],
        survey=survey.survey,
        geography=survey.geography,
        province=context.selection.province or "",
        item=context.selection.item,
    )
    labels = context.source.labelled("place", ["geo_code"], geography=own, geo_level="province")
    frame = frame.join(labels, left_on="predecessor", right_on="geo_code")
    if frame.height < 2 or context.selection.channel != EVERY_CHANNEL:
        frame = frame.clear()
    return frame.select("label", "n_forms", "index_pct", "se_pct").sort(
        "index_pct", descending=True
    )


def not_told_apart(context: Context, province: str, ranked: pl.DataFrame) -> list[str]:
    """Labels of the provinces in `ranked` whose overall index the sample cannot tell from a province's."""
    survey = context.survey
    frame = context.source.read(
        "province_difference",
        ["other_province"],
        survey=survey.survey,
        geography=survey.geography,
        province=province,
        is_distinct=False,
    )
    level = ranked.filter(pl.col("key").is_in(frame["other_province"].to_list()))
    return level["label"].to_list()


def funnel(context: Context, provinces: pl.DataFrame) -> pl.DataFrame:
    """`provinces` with the limits that chance alone would keep each within at its number of forms.

    Adds reference_pct, limit_low_pct, limit_high_pct, outer_low_pct and outer_high_pct.
    """
    columns = "province reference_pct limit_low_pct limit_high_pct outer_low_pct outer_high_pct"
    limits = context.source.read(
        "province_funnel",
        columns.split(),
        item=context.selection.item,
        **_keys(context, context.shared_channel),
    )
    return provinces.join(limits, left_on="key", right_on="province")


def shortfall(context: Context, place: Place) -> pl.DataFrame:
    """What carries the distance of a place to the goal, the heaviest first; only what lies below it.

    A row a criterion and channel. Columns: item, label, channel, n_answers, index_pct, ci_low_pct, ci_high_pct,
    contribution_pct, share_pct (of the distance of the local channels together; null where there is none),
    n_steps, owner.
    """
    key = ("shortfall", context.selection, place)
    return context.source.once(key, lambda: _shortfall(context, place))


def _shortfall(context: Context, place: Place) -> pl.DataFrame:
    columns = "item channel n_answers index_pct contribution_pct share_pct n_steps"
    survey, language = context.survey, context.source.language
    frame = context.source.read(
        "shortfall",
        columns.split(),
        survey=survey.survey,
        geography=survey.geography,
        **place.key,
    )
    members = single_channels(context, context.selection.channel)["channel"].to_list()
    items = context.source.labelled(
        "item", ["item", "family"], instrument=survey.instrument, item_level="criterion"
    )
    if context.selection.family:
        items = items.filter(family=context.selection.family)
    ends = context.source.read(
        "satisfaction_index",
        ["item", "channel", "ci_low_pct", "ci_high_pct"],
        item_level="criterion",
        survey=survey.survey,
        geography=survey.geography,
        channel=tuple(members),
        **place.key,
    )
    owners = context.source.read(
        "channel", ["channel", f"owner_{language}"], instrument=survey.instrument
    ).rename({f"owner_{language}": "owner"})
    frame = frame.filter(pl.col("channel").is_in(members) & (pl.col("contribution_pct") > 0))
    frame = frame.join(items, on="item").join(ends, on=["item", "channel"])
    frame = frame.join(owners, on="channel", how="left")
    return frame.sort(["contribution_pct", "item", "channel"], descending=[True, False, False])


def importance(context: Context, place: Place) -> pl.DataFrame:
    """How closely each factor goes with what the same people think of everything else, the closest first.

    Of the channel chosen, or of each service group where the channels are pooled: their people answer other
    criteria. Columns: channel, item, label, family, association, association_low, association_high, n_people,
    index_pct, is_important (the sample tells it from nought, all factors of the channel at once). Empty where a
    snapshot lacks the view.
    """
    survey, chosen = context.survey, context.selection.channel
    columns = (
        "channel item association association_low association_high n_people index_pct is_important"
    )
    names = columns.split()
    if not context.source.holds("factor_importance"):
        text = pl.String()
        return pl.DataFrame(schema=dict.fromkeys([*names, "label", "family"], text))
    groups = context.reference.channels(survey).filter(channel_kind="service_group")["channel"]
    pooled = chosen in {EVERY_CHANNEL, LOCAL_CHANNELS}
    frame = context.source.read(
        "factor_importance",
        names,
        survey=survey.survey,
        geography=survey.geography,
        channel=tuple(groups) if pooled else chosen,
        **place.key,
    )
    factors = context.source.labelled(
        "item", ["item", "family"], instrument=survey.instrument, item_level="factor"
    )
    frame = frame.join(factors, on="item")
    return frame.sort(["association", "channel", "item"], descending=[True, False, False])


def peers(context: Context, items: list[str]) -> dict[str, str | None]:
    """The provinces that are surely better than the chosen one on each criterion, the best first.

    At most three are named, with how many more there are: `Hà Tĩnh, Quảng Ninh, Hải Phòng (+4)`; None where
    no province is.
    """
    survey = context.survey
    frame = context.source.read(
        "better_peer",
        ["item", "other_province", "other_pct"],
        survey=survey.survey,
        geography=survey.geography,
        province=context.place.geo_code,
    )
    better: dict[str, list[str]] = {}
    ranked = frame.sort(["other_pct", "other_province"], descending=[True, False])
    for item, code in ranked.select("item", "other_province").iter_rows():
        better.setdefault(item, []).append(code)
    places = context.reference.places(survey, "province")
    named: dict[str, str | None] = {}
    for item in items:
        codes = better.get(item, [])
        more = f" (+{len(codes) - PEERS_NAMED})" if len(codes) > PEERS_NAMED else ""
        named[item] = ", ".join(places[code].label for code in codes[:PEERS_NAMED]) + more or None
    return named


def _keys(context: Context, channel: str) -> dict[str, Value]:
    """The columns that pick the shown survey and one channel."""
    survey = context.survey
    return {"survey": survey.survey, "geography": survey.geography, "channel": channel}
