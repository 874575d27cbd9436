"""Indices of several places or items as dots on one scale, against the targets."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import FROZEN, LABEL_GAP, Element, Palette, Style, dotted, figure, note

ROW_HEIGHT = 26
TOP, BOTTOM = 22, 22
LABEL_LENGTH, LABEL_WIDTH, FIGURE_WIDTH = 22, 160, 54


@dataclass(frozen=True)
class Target:
    """A dotted line across the chart, with what it is called."""

    value: float
    label: str


def dots(
    rows: pl.DataFrame,
    targets: Sequence[Target],
    style: Style,
    *,
    chosen: str | None = None,
    gap_after: int | None = None,
    row_height: int = ROW_HEIGHT,
    top: int = TOP,
) -> go.Figure:
    """A row a place or item, from top to bottom in the order of `rows`.

    Args:
        rows: key, label, index_pct, n_criteria, reached (the goal is met: a filled dot, else open).
        chosen: key of the row to be printed in bold.
        gap_after: leave one row empty after so many rows.
        row_height, top: pixels of a row and above the first, to stand level with a table.
    """
    palette, form = style.palette, style.format
    places = [float(n + (gap_after is not None and n >= gap_after)) for n in range(rows.height)]
    axis = scale([*rows["index_pct"], *(target.value for target in targets)])
    points = {
        "x": rows["index_pct"].to_list(),
        "y": places,
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "size": 11,
            "color": [palette.data if met else palette.page for met in rows["reached"]],
            "line": {"color": palette.data, "width": 2},
        },
        "cliponaxis": False,
        "hovertext": [
            style.texts("chart.dot_hover", label=label, index=form.index(value), n=form.count(n))
            for label, value, n in rows.select("label", "index_pct", "n_criteria").iter_rows()
        ],
        "hoverinfo": "text",
    }
    labels = [
        f"<b>{wrapped(label)}</b>" if key == chosen else wrapped(label)
        for key, label in rows.select("key", "label").iter_rows()
    ]
    marks, notes = named_targets(targets, palette)
    return figure(
        palette,
        int(row_height * (max(places, default=0) + 1)) + top + BOTTOM,
        [_guides(places, axis[0], rows, palette), points],
        marks=marks,
        notes=notes,
        margin={"l": LABEL_WIDTH, "r": FIGURE_WIDTH, "t": top, "b": BOTTOM},
        xaxis={"range": axis, "dtick": 5},
        **row_axes(places, labels, [form.index(value) for value in rows["index_pct"]]),
    )


def scale(values: Sequence[float]) -> list[float]:
    """The ends of an axis that shows all `values`; it need not start at zero, points are no bars."""
    low, high = min(values, default=0.0), max(values, default=100.0)
    room = 0.07 * max(high - low, 4.0)
    return [low - room, high + room]


def row_axes(
    places: Sequence[float], labels: Sequence[str], figures: Sequence[str], **font: str
) -> dict[str, Element]:
    """Names at the left and figures at the right of the rows.

    The figures are the names of a second axis: beside the dots they would lie on the targets.
    """
    rows = {"range": [max(places, default=0) + 0.5, -0.5], "tickvals": list(places), **LABEL_GAP}
    bold = [f"<b>{text}</b>" for text in figures]
    right = {"overlaying": "y", "side": "right", "ticktext": bold, "tickfont": font}
    return {"yaxis": rows | {"ticktext": list(labels)}, "yaxis2": FROZEN | rows | right}


def wrapped(label: str) -> str:
    """A long label on two lines of about the same length."""
    if len(label) <= LABEL_LENGTH:
        return label
    tries = (textwrap.wrap(label, width) for width in range(len(label) // 2, len(label) + 1))
    return "<br>".join(next(lines for lines in tries if len(lines) <= 2))


def named_targets(
    targets: Sequence[Target], palette: Palette
) -> tuple[list[Element], list[Element]]:
    """Dotted vertical lines, each named above the chart.

    The lowest is named to the left of its line and the others to the right: on a phone two of them are
    closer than their names are long.
    """
    marks, notes = [], []
    for n, target in enumerate(targets):
        left = n == 0 and len(targets) > 1
        x = target.value
        marks.append(dotted(palette, x0=x, x1=x, y0=0, y1=1, yref="paper"))
        beside = {"xanchor": "right" if left else "left", "xshift": 8 if left else -8}
        above = {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom"}
        notes.append(note(palette, target.label, above | beside))
    return marks, notes


def _guides(places: Sequence[float], start: float, rows: pl.DataFrame, palette: Palette) -> Element:
    """A light line from the label to its dot, so that the eye keeps the row."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, value in zip(places, rows["index_pct"], strict=True):
        x += [start, value, None]
        y += [place, place, None]
    line = {"color": palette.line, "width": 1}
    return {"x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}
