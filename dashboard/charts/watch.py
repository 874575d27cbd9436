"""Provinces on something adverse, each with its interval, against the nation: more is worse."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.rows import (
    BOTTOM,
    FIGURE_WIDTH,
    TOP,
    Target,
    label_width,
    named_targets,
    row_axes,
    spans,
    wrapped,
)
from dashboard.theme import Element, Palette, Style, figure

ROW_HEIGHT = 24
POINT, LINE = 8, 2.5
ROOM = 1.04
SYMBOLS = {"higher": "triangle-up", "undetermined": "circle-open", "lower": "triangle-down"}
"""The marks of `dashboard.needs` as Plotly calls them."""


def watch(rows: pl.DataFrame, nation: Target, style: Style, chosen: str | None = None) -> go.Figure:
    """A row a province from zero on, the dotted line is the nation; a point's `customdata` is its key.

    Args:
        rows: key, label, n_answers, share_pct, ci_low_pct, ci_high_pct, against_nation; in the order drawn.
        nation: the share of the nation over the same channels, and its name.
        chosen: key of the row to be printed in bold.
    """
    places = [float(n) for n in range(rows.height)]
    labels = [
        f"<b>{wrapped(label)}</b>" if key == chosen else wrapped(label)
        for key, label in rows.select("key", "label").iter_rows()
    ]
    marks, notes = named_targets([nation], style.palette)
    axes = row_axes(places, labels, [style.format.index(value) for value in rows["share_pct"]])
    axes["yaxis"]["showgrid"] = True
    farthest = max([*rows["ci_high_pct"], nation.value], default=1.0)
    return figure(
        style.palette,
        ROW_HEIGHT * rows.height + TOP + BOTTOM,
        [*_lines(rows, style), _points(rows, style)],
        marks=marks,
        notes=notes,
        margin={"l": label_width(labels), "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": [0, ROOM * farthest]},
        **axes,
    )


def colour(palette: Palette, against: str) -> str:
    """The colour of a province's mark: above the nation is bad news, below it good."""
    return {"higher": palette.missed, "lower": palette.met}.get(against, palette.undetermined)


def _lines(rows: pl.DataFrame, style: Style) -> list[Element]:
    """The intervals, one trace a colour."""
    numbered = rows.with_row_index("place").select(
        "place", "ci_low_pct", "ci_high_pct", "against_nation"
    )
    return [
        spans(
            numbered.filter(against_nation=against).drop("against_nation").iter_rows(),
            colour(style.palette, against),
            LINE,
        )
        for against in SYMBOLS
    ]


def _points(rows: pl.DataFrame, style: Style) -> Element:
    colours = [colour(style.palette, against) for against in rows["against_nation"]]
    return {
        "x": rows["share_pct"].to_list(),
        "y": list(range(rows.height)),
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "symbol": [SYMBOLS[against] for against in rows["against_nation"]],
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
    form = style.format
    return style.texts(
        "needs.watch_hover",
        label=row["label"],
        share=form.share(row["share_pct"]),  # type: ignore[arg-type]  # a row has values of any type
        interval=form.interval(row["ci_low_pct"], row["ci_high_pct"]),  # type: ignore[arg-type]
        n=form.count(row["n_answers"]),  # type: ignore[arg-type]
    )
