"""The year in which each place would be at the goal if its pace went on, and how unsure that is."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.rows import (
    BOTTOM,
    ROW_HEIGHT,
    TOP,
    Target,
    label_width,
    named_targets,
    row_axes,
    spans,
    wrapped,
)
from dashboard.format import ABSENT
from dashboard.theme import Element, Style, figure
from dashboard.verdicts import MARKS, MET, SYMBOLS, colour, marked

POINT = 9
LINE = 3
WORD_WIDTH = 82
"""Pixels at the right of the rows."""
YEARS_NAMED = 4
YEARS_BEYOND = 8
"""Years after the goal's that the axis shows at most."""


def arrival(
    rows: pl.DataFrame, goal: Target, first: int, style: Style, chosen: str | None = None
) -> go.Figure:
    """A row a place, from top to bottom: the year of arrival, and from when to when it may be.

    Mark and colour say whether that is in time; a point's `customdata` is its key.

    Args:
        rows: key, label, pace_pct (null: no two years to compare), reached_year, reached_year_low,
            reached_year_high (null: no year can be given), in_time (met, undetermined, not_met or null),
            arrived (whether the index is at the goal already).
        goal: the year of the goal, and what its line is called.
        first: the year of the survey.
        chosen: key of the row to be printed in bold.
    """
    palette = style.palette
    places = [float(n) for n in range(rows.height)]
    latest = max([year for year in rows["reached_year_high"] if year is not None], default=first)
    last = max(goal.value + 1, min(latest, goal.value + YEARS_BEYOND))
    labels = [
        f"<b>{wrapped(label)}</b>" if key == chosen else wrapped(label)
        for key, label in rows.select("key", "label").iter_rows()
    ]
    figures = [_figure(row, style) for row in rows.iter_rows(named=True)]
    step = max(1, -(-(int(last) - first) // YEARS_NAMED))
    years = list(range(first, int(last) + 1, step))
    marks, notes = named_targets([goal], palette)
    axes = row_axes(places, labels, figures)
    axes["yaxis"]["showgrid"] = True
    return figure(
        palette,
        ROW_HEIGHT * max(rows.height, 1) + TOP + BOTTOM,
        [*_ranges(rows, places, style), _points(rows, places, style)],
        marks=marks,
        notes=notes,
        margin={"l": label_width(labels), "r": WORD_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={
            "range": [first - 0.5, last + 0.5],
            "tickvals": years,
            "ticktext": [str(year) for year in years],
            "tickangle": 0,
        },
        **axes,
    )


def _ranges(rows: pl.DataFrame, places: list[float], style: Style) -> list[Element]:
    """From the earliest to the latest year of each row, in the colour of its mark: one trace a colour."""
    drawn = []
    for verdict in MARKS:
        ends = [
            (place, low, high)
            for place, (low, high, found) in zip(
                places,
                rows.select("reached_year_low", "reached_year_high", "in_time").iter_rows(),
                strict=True,
            )
            if found == verdict
        ]
        if ends:
            drawn.append(spans(ends, colour(style.palette, verdict), LINE))
    return drawn


def _points(rows: pl.DataFrame, places: list[float], style: Style) -> Element:
    verdicts = rows["in_time"].to_list()
    colours = [colour(style.palette, verdict) for verdict in verdicts]
    same = {"marker": {"opacity": 1}}
    return {
        "x": rows["reached_year"].to_list(),
        "y": places,
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "symbol": [SYMBOLS.get(verdict or "", "circle-open") for verdict in verdicts],
            "size": POINT,
            "color": colours,
            "line": {"color": colours, "width": 1.5},
        },
        "customdata": rows["key"].to_list(),
        "hovertext": [_told(row, style) for row in rows.iter_rows(named=True)],
        "hoverinfo": "text",
        "selected": same,
        "unselected": same,
    }


def _figure(row: dict[str, object], style: Style) -> str:
    """What stands at the right of a row: the year; that the index is there already, surely or not."""
    if row["arrived"]:
        met = row["in_time"] == MET
        return style.texts("target.arrived_short" if met else "target.arrived_untold")
    if row["reached_year"] is None:
        return ABSENT if row["pace_pct"] is None else style.texts("target.not_upward_mark")
    return str(row["reached_year"])


def _told(row: dict[str, object], style: Style) -> str:
    if row["arrived"]:
        verdict = marked(style.texts, str(row["in_time"]))
        return style.texts("target.arrived_hover", label=row["label"], verdict=verdict)
    years = {"low": row["reached_year_low"], "high": row["reached_year_high"]}
    return style.texts(
        "target.arrival_hover", label=row["label"], year=row["reached_year"], **years
    )
