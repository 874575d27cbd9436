"""A place beside its region and the nation, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.dots import (
    BOTTOM,
    FIGURE_WIDTH,
    LABEL_WIDTH,
    TOP,
    Target,
    named_targets,
    row_axes,
    scale,
    wrapped,
)
from dashboard.theme import Element, Style, figure

ROW_HEIGHT = 40


@dataclass(frozen=True)
class Compared:
    """One of the places: its rows have item and index_pct."""

    label: str
    symbol: str
    size: int
    rows: pl.DataFrame


def comparison(
    items: Sequence[tuple[str, str]],
    place: Compared,
    against: Sequence[Compared],
    targets: Sequence[Target],
    style: Style,
) -> go.Figure:
    """A row an item, a mark a place; the figures at the right are those of the place itself.

    Args:
        items: (item, label) from top to bottom.
        place: whose profile it is.
        against: what it is held against.
    """
    order = {item: float(n) for n, (item, _) in enumerate(items)}
    labels = dict(items)
    own = dict(place.rows.select("item", "index_pct").iter_rows())
    traces = [_marks(one, order, labels, style) for one in against]
    traces.append(_marks(place, order, labels, style, colour=style.palette.data) | {"yaxis": "y2"})
    values = [value for trace in traces for value in trace["x"]]
    marks, notes = named_targets(targets, style.palette)
    axes = row_axes(
        list(order.values()),
        [wrapped(label) for _, label in items],
        [style.format.index(own.get(item)) for item in order],
        color=style.palette.data,
    )
    axes["yaxis"]["showgrid"] = True
    return figure(
        style.palette,
        ROW_HEIGHT * len(items) + TOP + BOTTOM,
        traces,
        marks=marks,
        notes=notes,
        margin={"l": LABEL_WIDTH, "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": scale([*values, *(target.value for target in targets)]), "dtick": 5},
        **axes,
    )


def _marks(
    place: Compared,
    order: dict[str, float],
    labels: dict[str, str],
    style: Style,
    colour: str | None = None,
) -> Element:
    """One place on all rows where it has an index."""
    rows = place.rows.filter(pl.col("item").is_in(list(order)))
    colour = colour or style.palette.muted
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
            style.texts(
                "chart.compare_hover",
                place=place.label,
                label=labels[item],
                index=style.format.index(value),
            )
            for item, value in rows.select("item", "index_pct").iter_rows()
        ],
        "hoverinfo": "text",
    }
