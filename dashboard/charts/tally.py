"""How many cells meet a target, cannot be told, miss it or were not measured: one bar a case."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.theme import CHART_FONT_SIZE, Element, Style, figure
from dashboard.verdicts import MARKS, WORDS

BAR, ROOM = 30, 30
LEAST = 0.055
"""Share of the bar below which a figure does not fit its part; it then stands only in the hover text."""
MISSING = "not_measured"


def tally(bars: Sequence[tuple[str, Mapping[str, int]]], style: Style) -> go.Figure:
    """Draw a stacked bar a case, its name above it.

    Args:
        bars: name, and the number of cells by verdict and `not_measured`; from top to bottom.
    """
    palette = style.palette
    rows = [float(n) for n in range(len(bars))]
    names = [
        {
            "text": name,
            "x": 0,
            "y": row - BAR / (BAR + ROOM) / 2,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": CHART_FONT_SIZE, "color": palette.ink},
        }
        for row, (name, _) in zip(rows, bars, strict=True)
    ]
    whole = max((sum(counts.values()) for _, counts in bars), default=1) or 1
    hidden = {"visible": False}
    return figure(
        palette,
        (BAR + ROOM) * len(bars),
        [_part(part, bars, rows, whole, style) for part in (*MARKS, MISSING)],
        notes=names,
        margin={"l": 1, "r": 1, "t": 0, "b": 0},
        barmode="stack",
        xaxis={"range": [0, whole], **hidden},
        yaxis={"range": [len(bars) - 0.7, -0.8], **hidden},
    )


def _part(
    part: str,
    bars: Sequence[tuple[str, Mapping[str, int]]],
    rows: list[float],
    whole: int,
    style: Style,
) -> Element:
    palette, form, texts = style.palette, style.format, style.texts
    fills = {"met": palette.met, "undetermined": palette.panel, "not_met": palette.missed}
    edges = {"met": palette.met, "undetermined": palette.undetermined, "not_met": palette.missed}
    inks = {"met": palette.page, "undetermined": palette.ink, "not_met": palette.page}
    mark = f"{MARKS[part]} " if part in MARKS else ""
    word = texts(WORDS[part]) if part in WORDS else texts("target.not_measured")
    counts = [by_part.get(part, 0) for _, by_part in bars]
    return {
        "type": "bar",
        "orientation": "h",
        "x": counts,
        "y": rows,
        "width": BAR / (BAR + ROOM),
        "marker": {
            "color": fills.get(part, palette.page),
            "line": {"color": edges.get(part, palette.line), "width": 1},
        },
        "text": [f"{mark}{form.count(n)}" if n >= LEAST * whole else "" for n in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": inks.get(part, palette.muted), "size": CHART_FONT_SIZE},
        "hovertext": [
            f"{name}<br>{mark}{word}: {form.count(n)}"
            for (name, _), n in zip(bars, counts, strict=True)
        ],
        "hoverinfo": "text",
    }
