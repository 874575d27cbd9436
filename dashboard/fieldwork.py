"""What the pages ask about the fieldwork, one question a function.

Every figure is a column of `fieldwork_progress` or `fieldwork_curve`, as of the last day with data.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.context import Context
from dashboard.reference import Place

CURVE_COLUMNS = ["date", "valid", "valid_so_far", "planned_so_far"]


@dataclass(frozen=True)
class Progress:
    """One row of `fieldwork_progress`: forms, days, and forms a day."""

    as_of: date | None
    days_gone: int | None
    days_left: int | None
    planned: int | None
    planned_so_far: int | None
    reserve: int | None
    issued: int | None
    returned: int | None
    valid: int
    undated: int
    quarantined: int | None
    missing: int | None
    behind: int | None
    remaining: int | None
    reserve_left: int | None
    pace_seen: float | None
    pace_needed: float | None

    @property
    def is_finished(self) -> bool:
        """Whether the last day with data is the last day of the fieldwork."""
        return self.days_left == 0


PROGRESS_COLUMNS = list(Progress.__dataclass_fields__)


def progress(context: Context, place: Place) -> Progress | None:
    """The fieldwork of a place in the chosen channel; None if it has no form and no plan."""
    frame = _rows(context, PROGRESS_COLUMNS, **place.key)
    return None if frame.is_empty() else Progress(**frame.row(0, named=True))


def curve(context: Context, place: Place) -> pl.DataFrame:
    """The days of a place in the chosen channel: date, valid, valid_so_far, planned_so_far."""
    survey = context.survey
    return context.source.read(
        "fieldwork_curve",
        CURVE_COLUMNS,
        survey=survey.survey,
        geography=survey.geography,
        channel=context.selection.channel,
        **place.key,
    )


def provinces(context: Context) -> pl.DataFrame:
    """The provinces of the chosen region or nation: label and the columns of Progress.

    The furthest behind its plan comes first; where no plan is known, the order is that of the catalogue.
    """
    places = {
        code: place.label
        for code, place in context.reference.places(context.survey, "province").items()
        if context.selection.region in (None, place.region_code)
    }
    frame = _rows(
        context, ["geo_code", *PROGRESS_COLUMNS], geo_level="province", geo_code=tuple(places)
    )
    order = pl.col("geo_code").replace_strict(
        {code: n for n, code in enumerate(places)}, return_dtype=pl.Int32
    )
    label = pl.col("geo_code").replace_strict(places, return_dtype=pl.String)
    behind = pl.col("behind").fill_null(0)
    return frame.sort(behind, order, descending=[True, False]).with_columns(label=label)


def channels(context: Context, place: Place) -> pl.DataFrame:
    """The single channels of a place, in the order of the instrument: label and the columns of Progress."""
    single = context.reference.channels(context.survey).filter(channel_kind="channel")
    labels = dict(single.select("channel", "label").iter_rows())
    frame = context.source.read(
        "fieldwork_progress",
        ["channel", *PROGRESS_COLUMNS],
        survey=context.survey.survey,
        geography=context.survey.geography,
        channel=tuple(labels),
        **place.key,
    )
    order = pl.col("channel").replace_strict(
        {channel: n for n, channel in enumerate(labels)}, return_dtype=pl.Int32
    )
    return frame.sort(order).with_columns(label=pl.col("channel").replace_strict(labels))


def offices(context: Context, place: Place) -> pl.DataFrame:
    """The offices of a province: label and the columns of Progress."""
    frame = _rows(context, ["geo_code", *PROGRESS_COLUMNS], geo_level="office")
    own = frame.filter(pl.col("geo_code").str.starts_with(f"{place.geo_code}/"))
    label = pl.col("geo_code").str.strip_prefix(f"{place.geo_code}/")
    return own.with_columns(label=label).sort("label")


def elsewhere(context: Context) -> dict[str, Progress]:
    """What belongs to no province, by `central` and `unknown`."""
    frame = _rows(context, ["geo_code", *PROGRESS_COLUMNS], geo_level="elsewhere")
    return {row.pop("geo_code"): Progress(**row) for row in frame.iter_rows(named=True)}


def _rows(context: Context, columns: list[str], **place: str | tuple[str, ...]) -> pl.DataFrame:
    return context.source.read(
        "fieldwork_progress",
        columns,
        survey=context.survey.survey,
        geography=context.survey.geography,
        channel=context.selection.channel,
        **place,
    )
