"""A place beside its region and the nation, item by item."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.rows import (
    BOTTOM,
    FIGURE_WIDTH,
    LABEL_WIDTH,
    TOP,
    Target,
    named_targets,
    row_axes,
    scale,
    spans,
    wrapped,
)
from dashboard.theme import Element, Style, figure

ROW_HEIGHT = 40
# Where a label takes three lines.
TALL_ROW = 52


@dataclass(frozen=True)
class Compared:
    """One of the places: its rows have item, index_pct, ci_low_pct and ci_high_pct."""

    label: str
    symbol: str
    size: int
    rows: pl.DataFrame

    def figures(self, items: Collection[str]) -> list[tuple[str, float, float, float]]:
        """Item, index and the ends of its interval, of those items that it has."""
        columns = ("item", "index_pct", "ci_low_pct", "ci_high_pct")
        return [row for row in self.rows.select(columns).iter_rows() if row[0] in items]


def comparison(
    items: Sequence[tuple[str, str]],
    place: Compared,
    against: Sequence[Compared],
    targets: Sequence[Target],
    style: Style,
) -> go.Figure:
    """A row an item, a mark and an interval a place; the figures at the right are those of the place itself.

    Args:
        items: (item, label) from top to bottom.
        place: whose profile it is.
        against: what it is held against.
    """
    order = {item: float(n) for n, (item, _) in enumerate(items)}
    labels = dict(items)
    own = dict(place.rows.select("item", "index_pct").iter_rows())
    own_colour = style.palette.data
    # The intervals of region and nation are hardly wider than their marks; they lie below.
    lines = [_lines(one, order, style.palette.muted) for one in against]
    lines.append(_lines(place, order, own_colour))
    points = [_marks(one, order, labels, style) for one in against]
    points.append(_marks(place, order, labels, style, colour=own_colour) | {"yaxis": "y2"})
    traces = lines + points
    values = [value for trace in traces for value in trace["x"]]
    marks, notes = named_targets(targets, style.palette)
    named = [wrapped(label) for _, label in items]
    height = TALL_ROW if any(label.count("<br>") > 1 for label in named) else ROW_HEIGHT
    axes = row_axes(
        list(order.values()),
        named,
        [style.format.index(own.get(item)) for item in order],
        color=style.palette.data,
    )
    axes["yaxis"]["showgrid"] = True
    return figure(
        style.palette,
        height * len(items) + TOP + BOTTOM,
        traces,
        marks=marks,
        notes=notes,
        margin={"l": LABEL_WIDTH, "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": scale([*values, *(target.value for target in targets)]), "dtick": 5},
        **axes,
    )


def _lines(place: Compared, order: dict[str, float], colour: str) -> Element:
    """The intervals of one place."""
    return spans([(order[item], low, high) for item, _, low, high in place.figures(order)], colour)


def _marks(
    place: Compared,
    order: dict[str, float],
    labels: dict[str, str],
    style: Style,
    colour: str | None = None,
) -> Element:
    """One place on all rows where it has an index."""
    rows = place.figures(order)
    colour = colour or style.palette.muted
    return {
        "x": [value for _, value, *_ in rows],
        "y": [order[item] for item, *_ in rows],
        "mode": "markers",
        "marker": {
            "symbol": place.symbol,
            "size": place.size,
            "color": colour,
            "line": {"color": colour, "width": 2},
        },
        "cliponaxis": False,
        "hovertext": [
            style.texts(
                "chart.compare_hover",
                place=place.label,
                label=labels[item],
                index=style.format.index(value),
            )
            for item, value, *_ in rows
        ],
        "hoverinfo": "text",
    }
