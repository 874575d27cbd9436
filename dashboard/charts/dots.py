"""Indices of several places or items as dots on one scale, against the targets."""

import textwrap
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import CHART_FONT_SIZE, FROZEN, LABEL_GAP, Palette, Style, figure

ROW_HEIGHT = 26
TOP, BOTTOM = 22, 22
LABEL_LENGTH, LABEL_WIDTH = 22, 160


@dataclass(frozen=True)
class Target:
    """A dotted line across the chart, with what it is called."""

    value: float
    label: str


def dots(
    rows: pl.DataFrame,
    targets: list[Target],
    style: Style,
    *,
    chosen: str | None = None,
    gap_after: int | None = None,
    row_height: int = ROW_HEIGHT,
    top: int = TOP,
) -> go.Figure:
    """A row a place or item, from top to bottom in the order of `rows`; the axis need not start at zero.

    Args:
        rows: key, label, index_pct, n_criteria, reached (the goal is met: a filled dot, else an open one).
        chosen: key of the row to be printed in bold.
        gap_after: leave one row empty after so many rows.
        row_height, top: pixels of a row and above the first, to stand level with a table.
    """
    texts, form, palette = style.texts, style.format, style.palette
    places = [
        float(n + (1 if gap_after is not None and n >= gap_after else 0))
        for n in range(rows.height)
    ]
    height = int(row_height * (max(places, default=0) + 1)) + top + BOTTOM
    drawn = figure(palette, height)
    span = [*rows["index_pct"], *(target.value for target in targets)]
    low, high = min(span, default=0.0), max(span, default=100.0)
    room = max(high - low, 4.0)
    axis = [low - 0.07 * room, high + 0.07 * room]
    _guides(drawn, places, axis[0], rows, palette)
    draw_targets(drawn, targets, palette)
    drawn.add_scatter(
        x=rows["index_pct"].to_list(),
        y=places,
        mode="markers",
        marker={
            "size": 11,
            "color": [palette.data if met else palette.page for met in rows["reached"]],
            "line": {"color": palette.data, "width": 2},
        },
        customdata=rows["key"].to_list(),
        hovertext=[
            texts("chart.dot_hover", label=label, index=form.index(value), n=form.count(n))
            for label, value, n in rows.select("label", "index_pct", "n_criteria").iter_rows()
        ],
        hoverinfo="text",
        cliponaxis=False,
        yaxis="y2",
    )
    labels = [
        f"<b>{wrapped(label)}</b>" if key == chosen else wrapped(label)
        for key, label in rows.select("key", "label").iter_rows()
    ]
    figures = [f"<b>{form.index(value)}</b>" for value in rows["index_pct"]]
    rows_axis = {"range": [max(places, default=0) + 0.5, -0.5], "tickvals": places} | LABEL_GAP
    drawn.update_layout(
        yaxis={"ticktext": labels, "showgrid": False, **rows_axis},
        # The figures are the names of a second axis: beside the dots they would lie on the targets.
        yaxis2={"ticktext": figures, "overlaying": "y", "side": "right", **FROZEN, **rows_axis},
        margin={"l": LABEL_WIDTH, "r": 54, "t": top, "b": BOTTOM},
    )
    drawn.update_xaxes(range=axis, dtick=5, color=palette.muted, ticks="")
    return drawn


def wrapped(label: str) -> str:
    """A long label on two lines of about the same length."""
    if len(label) <= LABEL_LENGTH:
        return label
    return "<br>".join(textwrap.wrap(label, max(len(label) // 2 + 3, LABEL_LENGTH // 2)))


def draw_targets(drawn: go.Figure, targets: list[Target], palette: Palette) -> None:
    """Dotted vertical lines, each named above the chart.

    The lowest is named to the left of its line and the others to the right: on a phone two of them are
    closer than their names are long.
    """
    for target in targets:
        lowest = target is targets[0] and len(targets) > 1
        drawn.add_vline(
            x=target.value, line={"color": palette.ink, "width": 1.4, "dash": "dot"}, layer="below"
        )
        drawn.add_annotation(
            x=target.value,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="right" if lowest else "left",
            xshift=8 if lowest else -8,
            text=target.label,
            showarrow=False,
            font={"size": CHART_FONT_SIZE - 1, "color": palette.muted},
        )


def _guides(
    drawn: go.Figure, places: list[float], start: float, rows: pl.DataFrame, palette: Palette
) -> None:
    """A light line from the label to its dot, so that the eye keeps the row."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, value in zip(places, rows["index_pct"], strict=True):
        x += [start, value, None]
        y += [place, place, None]
    drawn.add_scatter(
        x=x, y=y, mode="lines", line={"color": palette.line, "width": 1}, hoverinfo="skip"
    )
