"""Factor families across service groups or channels: what was asked where, what was measured, how it stands.

Every figure is a column of `target_gap`; cells are picked, labelled and counted.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from dashboard.charts.matrix import Cell, Matrix
from dashboard.context import Context
from dashboard.data import Value
from dashboard.reference import LOCAL_CHANNELS, Place
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL
from warehouse.masking import SUPPRESSED

EVERYONE = "everyone"


def across_groups(context: Context, place: Place) -> Matrix:
    """Families by service group; with a group or a channel chosen, by the channels of its group.

    The channels of one group are asked the same criteria, service groups are not.
    """
    channels = context.reference.channels(context.survey)
    channel = context.selection.channel
    if channel in (EVERY_CHANNEL, LOCAL_CHANNELS):
        columns = channels.filter(channel_kind="service_group")
        # An instrument need not group its channels.
        columns = channels.filter(channel_kind="channel") if columns.is_empty() else columns
        if channel == LOCAL_CHANNELS:
            columns = columns.filter("is_local")
    else:
        columns = _siblings(context, channel)
    return _matrix(context, place, columns, context.reference.families(context.survey))


def across_channels(context: Context, place: Place) -> list[Matrix]:
    """Families, and factors that every channel is asked, by channel: of places, then run from the centre."""
    items = _items(context)
    ungrouped = pl.col("family").is_null() & pl.col("service_group").is_null()
    everywhere = items.filter(ungrouped, item_level="factor").sort("sort")
    rows = {item: f"{item} {label}" for item, label in everywhere.select("item", "label").rows()}
    rows |= context.reference.families(context.survey)
    channels = context.reference.channels(context.survey).filter(channel_kind="channel")
    whole = _matrix(context, place, channels, rows)
    local = set(channels.filter("is_local")["channel"])
    parts = [set(whole.columns) & local, set(whole.columns) - local]
    return [part for part in (_only(whole, columns) for columns in parts) if part.measured]


def _only(shown: Matrix, columns: set[str]) -> Matrix:
    """Some columns of a matrix, with the rows that any of them is asked."""
    cells = [cell for cell in shown.cells if cell.column in columns]
    asked = {cell.row for cell in cells if cell.state != "not_asked"}
    return Matrix(
        {key: label for key, label in shown.rows.items() if key in asked},
        {key: label for key, label in shown.columns.items() if key in columns},
        [cell for cell in cells if cell.row in asked],
    )


def overlapping(cell: Cell, shown: Matrix) -> int:
    """How many other cells have an interval that meets the cell's: those it may not differ from."""
    ends = cell.ci_low_pct, cell.ci_high_pct
    others = (other for other in shown.measured if other != cell)
    return sum(_meet(ends, (other.ci_low_pct, other.ci_high_pct)) for other in others)


def _meet(one: tuple[float | None, float | None], other: tuple[float | None, float | None]) -> bool:
    """Whether two intervals have a point in common; an unknown one may reach anywhere."""
    if None in one or None in other:
        return True
    return bool(one[0] <= other[1] and other[0] <= one[1])  # type: ignore[operator]  # none is None


def _siblings(context: Context, channel: str) -> pl.DataFrame:
    """The single channels of the service group that a channel or group belongs to."""
    members = single_channels(context, channel)
    groups = members["service_group"].drop_nulls().unique().to_list()
    return single_channels(context, groups[0]) if groups else members


def _items(context: Context) -> pl.DataFrame:
    columns = ["item", "item_level", "family", "factor", "service_group", "asked_of", "sort"]
    return context.source.labelled("item", columns, instrument=context.survey.instrument)


def _matrix(
    context: Context, place: Place, columns: pl.DataFrame, rows: Mapping[str, str]
) -> Matrix:
    """The cells of some channels and items; channels that no survey measured at the place are left out.

    So are items that none of the channels is asked.
    """
    survey = context.survey
    labels = dict(columns.select("channel", "label").iter_rows())
    where: dict[str, Value] = {
        "geography": survey.geography,
        "channel": tuple(labels),
        "item": tuple(rows),
        **place.key,
    }
    figures = context.source.read(
        "target_gap",
        "item channel index_pct ci_low_pct ci_high_pct n_criteria verdict_goal".split(),
        survey=survey.survey,
        **where,
    )
    others = tuple(name for name in context.reference.comparable(survey) if name != survey.survey)
    elsewhere = context.source.read(
        "satisfaction_index", ["item", "channel", "year"], survey=others, **where
    )
    last = {key[:2]: key[2] for key in elsewhere.sort("year").iter_rows()}
    hidden = _hidden(context, where)
    now = {(row["item"], row["channel"]): row for row in figures.iter_rows(named=True)}
    known = {channel for _, channel in (*now, *last, *hidden)}
    asked = _asked(context, columns.filter(pl.col("channel").is_in(list(known))), rows)
    shown = {item: label for item, label in rows.items() if any(i == item for i, _ in asked)}
    cells = [
        _cell((item, channel), now, last, asked, hidden)
        for item in shown
        for channel in labels
        if channel in known
    ]
    return Matrix(shown, {key: labels[key] for key in labels if key in known}, cells)


def _cell(
    key: tuple[str, str],
    now: Mapping[tuple[str, str], Mapping[str, object]],
    last: Mapping[tuple[str, str], int],
    asked: set[tuple[str, str]],
    hidden: set[tuple[str, str]],
) -> Cell:
    item, channel = key
    if key in hidden:
        return Cell(item, channel, "hidden")
    if key in now:
        row = {name: value for name, value in now[key].items() if name not in ("item", "channel")}
        return Cell(item, channel, "measured", **row)  # type: ignore[arg-type]  # as the view types them
    if key not in asked:
        return Cell(item, channel, "not_asked")
    return Cell(item, channel, "not_measured", last_year=last.get(key))


def _hidden(context: Context, where: Mapping[str, Value]) -> set[tuple[str, str]]:
    """The items and channels of the place that are hidden to protect people."""
    if not context.source.hides("satisfaction_index"):
        return set()
    columns = ["item", "channel", SUPPRESSED]
    rows = context.source.read("satisfaction_index", columns, survey=context.survey.survey, **where)
    return set(rows.filter(pl.col(SUPPRESSED).is_not_null()).select("item", "channel").iter_rows())


def _asked(context: Context, columns: pl.DataFrame, rows: Iterable[str]) -> set[tuple[str, str]]:
    """Which item the instrument asks at which channel or group of channels."""
    criteria = _items(context).filter(item_level="criterion")
    whom: dict[str, set[str]] = {row: set() for row in rows}
    for family, factor, asked_of in criteria.select("family", "factor", "asked_of").iter_rows():
        for item in (family, factor):
            if item in whom:
                whom[item].update(asked_of)
    single = single_channels(context, EVERY_CHANNEL)
    asked = set()
    for channel, group in columns.select("channel", "service_group").iter_rows():
        names = {EVERYONE, channel, group, *single.filter(service_group=channel)["channel"]}
        asked |= {(item, channel) for item, of in whom.items() if of & names}
    return asked
