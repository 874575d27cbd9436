"""A place beside its region and the nation, item by item."""

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.dots import LABEL_WIDTH, Target, draw_targets, wrapped
from dashboard.theme import CHART_FONT_SIZE, LABEL_GAP, Style, figure

ROW_HEIGHT = 36


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
    for place, rows in reversed(list(zip(places, shown, strict=True))):
        colour = palette.data if place.strong else palette.muted
        drawn.add_scatter(
            x=rows["index_pct"].to_list(),
            y=[order[item] for item in rows["item"]],
            mode="markers+text" if place.strong else "markers",
            marker={
                "symbol": place.symbol,
                "size": place.size,
                "color": colour,
                "line": {"color": colour, "width": 2},
            },
            text=[f"<b>{form.index(value)}</b>" for value in rows["index_pct"]],
            textposition="top center",
            textfont={"color": palette.data, "size": CHART_FONT_SIZE - 0.5},
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
        )
    drawn.update_yaxes(
        range=[len(items) - 0.5, -0.7],
        tickvals=list(order.values()),
        ticktext=[wrapped(label) for _, label in items],
        **LABEL_GAP,
    )
    drawn.update_xaxes(
        range=[low - 0.1 * room, high + 0.1 * room], dtick=5, color=palette.muted, ticks=""
    )
    drawn.update_layout(margin={"l": LABEL_WIDTH, "r": 8, "t": 22, "b": 22})
    return drawn
