"""How far computed figures lie from the announced ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.rows import row_axes
from dashboard.charts.scores import LABEL_WIDTH, folded
from dashboard.theme import Element, Style, dotted, figure

ROW_HEIGHT, TOP, BOTTOM = 36, 6, 24
LINE_HEIGHT = 16.5
"""Pixels of a line of a name."""
FIGURES_WIDTH = 112
NARROWEST = 0.5
"""Points to either side of nought that the axis shows at least."""
SYMBOLS = {True: "circle", False: "square"}


@dataclass(frozen=True)
class Compared:
    """One announced figure: by how much the computed one differs, and both as written."""

    label: str
    difference: float
    written: str
    hover: str


def agreement(rows: Sequence[Compared], style: Style) -> go.Figure:
    """A row a figure: a stroke from nought, where both are the same, to the difference in points."""
    palette = style.palette
    places = [float(n) for n in range(len(rows))]
    labels = [folded(row.label) for row in rows]
    most = max((label.count("<br>") for label in labels), default=0)
    row_height = max(ROW_HEIGHT, LINE_HEIGHT * (most + 1))
    axes = row_axes(places, labels, [row.written for row in rows])
    axes["yaxis"]["showgrid"] = True
    low = min(-NARROWEST, *(row.difference for row in rows))
    high = max(NARROWEST, *(row.difference for row in rows))
    room = 0.06 * (high - low)
    return figure(
        palette,
        int(row_height * len(rows)) + TOP + BOTTOM,
        [_strokes(rows, style), _points(rows, style)],
        marks=[dotted(palette, x0=0, x1=0, y0=0, y1=1, yref="paper")],
        margin={"l": LABEL_WIDTH, "r": FIGURES_WIDTH, "t": TOP, "b": BOTTOM},
        separators=style.format.separators,
        xaxis={"range": [low - room, high + room], "nticks": 4, "tickangle": 0},
        yaxis=axes["yaxis"],
        yaxis2=axes["yaxis2"],
    )


def _strokes(rows: Sequence[Compared], style: Style) -> Element:
    x: list[float | None] = []
    y: list[float | None] = []
    for place, row in enumerate(rows):
        x += [0.0, row.difference, None]
        y += [place, place, None]
    line = {"color": style.palette.missed, "width": 2.5}
    return {"x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}


def _points(rows: Sequence[Compared], style: Style) -> Element:
    palette = style.palette
    same = [row.difference == 0 for row in rows]
    return {
        "x": [row.difference for row in rows],
        "y": list(range(len(rows))),
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "symbol": [SYMBOLS[one] for one in same],
            "size": 9,
            "color": [palette.data if one else palette.missed for one in same],
        },
        "cliponaxis": False,
        "hovertext": [row.hover for row in rows],
        "hoverinfo": "text",
    }
