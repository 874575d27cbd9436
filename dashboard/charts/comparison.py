"""A place beside its region and the nation, item by item."""

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.dots import LABEL_WIDTH, Target, draw_targets, wrapped
from dashboard.theme import FROZEN, LABEL_GAP, Style, figure

ROW_HEIGHT = 40


@dataclass(frozen=True)
class Compared:
    """One of the places: its rows have item and index_pct."""

    label: str
    symbol: str
    size: int
    strong: bool
    rows: pl.DataFrame


def comparison(
    items: list[tuple[str, str]],
    places: list[Compared],
    targets: list[Target],
    style: Style,
) -> go.Figure:
    """A row an item, a mark a place; the place itself is filled and carries its figure.

    Args:
        items: (item, label) from top to bottom.
        places: the place itself first, then what it is held against.
    """
    texts, form, palette = style.texts, style.format, style.palette
    drawn = figure(palette, ROW_HEIGHT * len(items) + 44)
    order = {item: float(n) for n, (item, _) in enumerate(items)}
    labels = dict(items)
    shown = [place.rows.filter(pl.col("item").is_in(list(order))) for place in places]
    span = [value for rows in shown for value in rows["index_pct"]]
    span += [target.value for target in targets]
    low, high = min(span), max(span)
    room = max(high - low, 4.0)
    draw_targets(drawn, targets, palette)
    # An axis without a trace is not drawn, and the place itself stands on the second one.
    rows_only = list(order.values())
    drawn.add_scatter(x=[None] * len(rows_only), y=rows_only, mode="markers", hoverinfo="skip")
    for place, rows in reversed(list(zip(places, shown, strict=True))):
        colour = palette.data if place.strong else palette.muted
        drawn.add_scatter(
            x=rows["index_pct"].to_list(),
            y=[order[item] for item in rows["item"]],
            mode="markers",
            marker={
                "symbol": place.symbol,
                "size": place.size,
                "color": colour,
                "line": {"color": colour, "width": 2},
            },
            cliponaxis=False,
            hovertext=[
                texts(
                    "chart.compare_hover",
                    place=place.label,
                    label=labels[item],
                    index=form.index(value),
                )
                for item, value in rows.select("item", "index_pct").iter_rows()
            ],
            hoverinfo="text",
            yaxis="y2" if place.strong else "y",
        )
    own = dict(shown[0].select("item", "index_pct").iter_rows())
    figures = [f"<b>{form.index(own.get(item))}</b>" for item in order]
    rows_axis = {"range": [len(items) - 0.5, -0.5], "tickvals": list(order.values())} | LABEL_GAP
    drawn.update_layout(
        yaxis={"ticktext": [wrapped(label) for _, label in items], **rows_axis},
        # The figures of the place itself are the names of a second axis, clear of every mark.
        yaxis2={
            "ticktext": figures,
            "tickfont": {"color": palette.data},
            "overlaying": "y",
            "side": "right",
            **FROZEN,
            **rows_axis,
        },
        margin={"l": LABEL_WIDTH, "r": 54, "t": 22, "b": 22},
    )
    drawn.update_xaxes(
        range=[low - 0.07 * room, high + 0.07 * room], dtick=5, color=palette.muted, ticks=""
    )
    return drawn
