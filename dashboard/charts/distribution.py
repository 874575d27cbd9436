"""How people spread over the points of a scale, a row an item."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.rows import BOTTOM
from dashboard.charts.scores import LABEL_WIDTH, ROW_HEIGHT, TOP, folded
from dashboard.theme import CHART_FONT_SIZE, LABEL_GAP, Element, Style, figure

SMALLEST = 10
"""Pixels of type below which a figure is left out of its part of the bar: the table has it."""


def distribution(
    rows: Sequence[tuple[str, Sequence[float]]], levels: Sequence[str], style: Style
) -> go.Figure:
    """Bars from 0 to 100, one part a point of the scale, the lowest at the left.

    Args:
        rows: name of an item and the share of people at each point of its scale, from top to bottom.
        levels: names of the points, from the lowest.
    """
    places = list(range(len(rows)))
    labels = [folded(label) for label, _ in rows]
    return figure(
        style.palette,
        ROW_HEIGHT * len(rows) + TOP + BOTTOM,
        [
            _part(rows, n, level, shade, style)
            for n, (level, shade) in enumerate(zip(levels, shades(style, len(levels)), strict=True))
        ],
        margin={"l": LABEL_WIDTH, "t": TOP, "b": BOTTOM},
        barmode="stack",
        uniformtext={"minsize": SMALLEST, "mode": "hide"},
        xaxis={"range": [0, 100], "visible": False},
        yaxis={
            "range": [max(places, default=0) + 0.5, -0.5],
            "tickvals": places,
            "ticktext": labels,
            **LABEL_GAP,
        },
    )


def _part(
    rows: Sequence[tuple[str, Sequence[float]]],
    n: int,
    level: str,
    shade: tuple[str, str],
    style: Style,
) -> Element:
    """The people at one point of the scale, in all rows that have it."""
    colour, ink = shade
    shares = [
        (place, label, shares[n]) for place, (label, shares) in enumerate(rows) if n < len(shares)
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "y": [place for place, _, _ in shares],
        "x": [share for _, _, share in shares],
        "width": 0.62,
        "marker": {"color": colour, "line": {"color": style.palette.page, "width": 1}},
        "text": [style.format.index(share) for _, _, share in shares],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": ink, "size": CHART_FONT_SIZE - 1},
        "hovertext": [
            f"{label}<br>{level}: {style.format.share(share)}" for _, label, share in shares
        ],
        "hoverinfo": "text",
    }


def shades(style: Style, n: int) -> list[tuple[str, str]]:
    """Ground and ink of `n` points of a scale, from the lowest: one hue, spread over the whole ramp."""
    last = len(style.palette.ramp) - 1
    steps = [round(point * last / max(n - 1, 1)) for point in range(n)]
    return [(style.palette.ramp[step], style.palette.on_ramp[step]) for step in steps]
