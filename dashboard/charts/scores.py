"""Indices of several questions on one scale, of a place and of what it is held against."""

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.comparison import Compared
from dashboard.charts.rows import BOTTOM, FIGURE_WIDTH, row_axes, scale, spans
from dashboard.theme import Element, Style, figure

ROW_HEIGHT, TOP = 46, 6
LABEL_LENGTH, LABEL_WIDTH = 24, 182
"""Letters on one line of a question's name, and pixels for it: names of questions are long."""


def folded(label: str) -> str:
    """The name of a question on as few lines as it takes, of about the same length."""
    n_lines = len(textwrap.wrap(label, LABEL_LENGTH))
    tries = (textwrap.wrap(label, width) for width in range(len(label) // n_lines, len(label) + 1))
    return "<br>".join(next(lines for lines in tries if len(lines) == n_lines))


def scores(
    items: Sequence[tuple[str, str]], place: Compared, against: Sequence[Compared], style: Style
) -> go.Figure:
    """A row a question, a mark and an interval a place; the figures at the right are those of the place itself.

    Args:
        items: (item, label) from top to bottom.
        place: the rows of each have item, index_pct, ci_low_pct and ci_high_pct.
        against: what the place is held against.
    """
    order = {item: float(n) for n, (item, _) in enumerate(items)}
    labels = dict(items)
    palette = style.palette
    own = dict(place.rows.select("item", "index_pct").iter_rows())
    coloured = [*((one, palette.muted) for one in against), (place, palette.data)]
    traces = [_interval(one, order, colour) for one, colour in coloured]
    traces += [_marks(one, order, labels, colour, style) for one, colour in coloured]
    traces[-1]["yaxis"] = "y2"
    axes = row_axes(
        list(order.values()),
        [folded(label) for _, label in items],
        [style.format.index(own[item]) for item in order],
        color=palette.data,
    )
    axes["yaxis"]["showgrid"] = True
    ends = [value for trace in traces for value in trace["x"]]
    return figure(
        palette,
        ROW_HEIGHT * len(items) + TOP + BOTTOM,
        traces,
        margin={"l": LABEL_WIDTH, "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": scale(ends)},
        yaxis=axes["yaxis"],
        yaxis2=axes["yaxis2"],
    )


def _interval(place: Compared, order: dict[str, float], colour: str) -> Element:
    ends = place.rows.filter(pl.col("item").is_in(list(order))).select(
        "item", "ci_low_pct", "ci_high_pct"
    )
    return spans([(order[item], low, high) for item, low, high in ends.iter_rows()], colour)


def _marks(
    place: Compared, order: dict[str, float], labels: dict[str, str], colour: str, style: Style
) -> Element:
    rows = place.rows.filter(pl.col("item").is_in(list(order)))
    form = style.format
    return {
        "x": rows["index_pct"].to_list(),
        "y": [order[item] for item in rows["item"]],
        "mode": "markers",
        "marker": {
            "symbol": place.symbol,
            "size": place.size,
            "color": colour,
            "line": {"color": colour, "width": 2},
        },
        "cliponaxis": False,
        "hovertext": [
            f"{place.label}<br>{labels[item]}: {form.index(index)}<br>({form.interval(low, high)})"
            for item, index, low, high in rows.select(
                "item", "index_pct", "ci_low_pct", "ci_high_pct"
            ).iter_rows()
        ],
        "hoverinfo": "text",
    }
