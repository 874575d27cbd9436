"""Indices of several places or items with their intervals and verdicts, against the targets."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.rows import (
    BOTTOM,
    FIGURE_WIDTH,
    ROW_HEIGHT,
    TOP,
    Target,
    label_width,
    named_targets,
    row_axes,
    scale,
    spans,
    wrapped,
)
from dashboard.theme import Element, Style, figure
from dashboard.verdicts import MARKS, SYMBOLS, colour, marked

POINT = 8
LINE = 2.5


def intervals(
    rows: pl.DataFrame,
    targets: Sequence[Target],
    style: Style,
    *,
    chosen: str | None = None,
    gap_after: int | None = None,
    row_height: int = ROW_HEIGHT,
) -> go.Figure:
    """A row a place or item, from top to bottom in the order of `rows`: interval, point and verdict.

    Mark and colour say the verdict on the goal; a point's `customdata` is its key.

    Args:
        rows: key, label, index_pct, ci_low_pct, ci_high_pct, verdict_goal, n_criteria; with a column
            `band`, a line stands between the bands.
        chosen: key of the row to be printed in bold.
        gap_after: leave one row empty after so many rows.
        row_height: pixels of a row.
    """
    palette, form = style.palette, style.format
    places = [float(n + (gap_after is not None and n >= gap_after)) for n in range(rows.height)]
    ends = rows.select("index_pct", "ci_low_pct", "ci_high_pct")
    values = [value for column in ends.iter_columns() for value in column]
    axis = scale([*values, *(target.value for target in targets)])
    labels = [
        f"<b>{wrapped(label)}</b>" if key == chosen else wrapped(label)
        for key, label in rows.select("key", "label").iter_rows()
    ]
    marks, notes = named_targets(targets, palette)
    beside = label_width(labels)
    axes = row_axes(places, labels, [form.index(value) for value in rows["index_pct"]])
    axes["yaxis"]["showgrid"] = True
    return figure(
        palette,
        int(row_height * (max(places, default=0) + 1)) + TOP + BOTTOM,
        [*_intervals(rows, places, style), _points(rows, places, style)],
        marks=marks + _between_bands(rows, places, style),
        notes=notes,
        margin={"l": beside, "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": axis, "dtick": 5},
        **axes,
    )


def _intervals(rows: pl.DataFrame, places: Sequence[float], style: Style) -> list[Element]:
    """The interval of each row in the colour of its verdict: one trace a colour."""
    drawn = []
    for verdict in (*MARKS, None):
        ends = [
            (place, low, high)
            for place, (low, high, found) in zip(
                places,
                rows.select("ci_low_pct", "ci_high_pct", "verdict_goal").iter_rows(),
                strict=True,
            )
            if found == verdict
        ]
        if ends:
            drawn.append(spans(ends, colour(style.palette, verdict), LINE))
    return drawn


def _points(rows: pl.DataFrame, places: Sequence[float], style: Style) -> Element:
    verdicts = rows["verdict_goal"].to_list()
    colours = [colour(style.palette, verdict) for verdict in verdicts]
    return {
        "x": rows["index_pct"].to_list(),
        "y": list(places),
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "symbol": [SYMBOLS.get(verdict or "", "circle-open") for verdict in verdicts],
            "size": POINT,
            "color": colours,
            "line": {"color": colours, "width": 1.5},
        },
        "cliponaxis": False,
        "customdata": rows["key"].to_list(),
        "hovertext": [_told(row, style) for row in rows.iter_rows(named=True)],
        "hoverinfo": "text",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _told(row: dict[str, object], style: Style) -> str:
    """What a point says when pointed at: the figure, from where to where, the verdict, the criteria."""
    form = style.format
    verdict = row["verdict_goal"]
    return style.texts(
        "chart.interval_hover",
        label=row["label"],
        index=form.index(row["index_pct"]),  # type: ignore[arg-type]  # a row has values of any type
        interval=form.interval(row["ci_low_pct"], row["ci_high_pct"]),  # type: ignore[arg-type]
        verdict=marked(style.texts, verdict) if isinstance(verdict, str) else "",
        n=form.count(row["n_criteria"]),  # type: ignore[arg-type]
    )


def _between_bands(rows: pl.DataFrame, places: Sequence[float], style: Style) -> list[Element]:
    """A line between the last row of a band and the first of the next."""
    if "band" not in rows.columns:
        return []
    bands = rows["band"].to_list()
    heads = [n for n in range(1, len(bands)) if bands[n] != bands[n - 1]]
    line = {"color": style.palette.muted, "width": 1}
    return [
        {
            "type": "line",
            "line": line,
            "layer": "below",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": places[n] - 0.5,
            "y1": places[n] - 0.5,
        }
        for n in heads
    ]
