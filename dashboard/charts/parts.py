"""A change and the parts that add up to it."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.theme import CHART_FONT_SIZE, LABEL_GAP, Style, figure

ROW_HEIGHT = 36
LABEL_WIDTH = 120


def parts(rows: Sequence[tuple[str, float, str]], style: Style) -> go.Figure:
    """Bars from zero to either side, the first (the whole) strong: (label, points, as written)."""
    palette = style.palette
    places = list(range(len(rows)))
    values = [value for _, value, _ in rows]
    low, high = min(0.0, *values), max(0.0, *values)
    # Figures stand beyond the ends of the bars, on both sides of zero.
    room = 0.45 * max(high - low, 0.1)
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "x": values,
        "width": 0.6,
        "marker": {"color": [palette.data] + [palette.soft] * (len(rows) - 1)},
        "text": [f"<b>{written}</b>" for _, _, written in rows],
        "textposition": "outside",
        "textfont": {"size": CHART_FONT_SIZE, "color": palette.ink},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"}
    labels = [label for label, _, _ in rows]
    return figure(
        palette,
        ROW_HEIGHT * len(rows) + 12,
        [bars],
        marks=[zero | {"line": {"color": palette.muted, "width": 1}}],
        margin={"l": LABEL_WIDTH},
        xaxis={"range": [low - (room if low < 0 else 0), high + room], "visible": False},
        yaxis={
            "range": [len(rows) - 0.4, -0.6],
            "tickvals": places,
            "ticktext": labels,
            **LABEL_GAP,
        },
    )
