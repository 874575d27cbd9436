"""From the forms that were sent out to those that count."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.theme import CHART_FONT_SIZE, LABEL_GAP, Style, figure

ROW_HEIGHT = 34
LABEL_WIDTH = 110


def funnel(stages: Sequence[tuple[str, int]], style: Style) -> go.Figure:
    """Bars from zero, one a stage, the last one strong: (label, number of forms) in order."""
    palette = style.palette
    rows = list(range(len(stages)))
    most = max((count for _, count in stages), default=0)
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "x": [count for _, count in stages],
        "width": 0.62,
        "marker": {"color": [palette.soft] * (len(stages) - 1) + [palette.data]},
        "text": [f"<b>{style.format.count(count)}</b>" for _, count in stages],
        "textposition": "outside",
        "textfont": {"size": CHART_FONT_SIZE, "color": palette.ink},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    labels = [label for label, _ in stages]
    below = {"range": [len(stages) - 0.4, -0.6], "tickvals": rows, "ticktext": labels, **LABEL_GAP}
    return figure(
        palette,
        ROW_HEIGHT * len(stages) + 12,
        [bars],
        margin={"l": LABEL_WIDTH},
        xaxis={"range": [0, (most or 1) * 1.22], "visible": False},
        yaxis=below,
    )
