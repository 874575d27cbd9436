"""Provinces by their number of forms: which lie beyond what so many forms explain."""

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.rows import scale
from dashboard.theme import CHART_FONT_SIZE, Element, Style, dotted, figure, note

HEIGHT = 400
NAMED = 4
"""Provinces named on the chart: those whose index is highest and lowest."""
LIMITS = (("outer_low_pct", "outer_high_pct", "dot"), ("limit_low_pct", "limit_high_pct", "solid"))


def funnel_plot(provinces: pl.DataFrame, style: Style, chosen: str | None = None) -> go.Figure:
    """A point a province with its interval; lines where chance alone would keep provinces of that size.

    Args:
        provinces: key, label, n_forms, index_pct, ci_low_pct, ci_high_pct, reference_pct, limit_low_pct,
            limit_high_pct, outer_low_pct, outer_high_pct; in any order.
        chosen: key of the province to be drawn strong and named.
    """
    texts, form, palette = style.texts, style.format, style.palette
    ordered = provinces.sort("n_forms", "key")
    reference = float(ordered["reference_pct"][0])
    bounds = ["index_pct", "ci_low_pct", "ci_high_pct", "outer_low_pct", "outer_high_pct"]
    lines = [_limit(ordered, name, dash, style) for *ends, dash in LIMITS for name in ends]
    nation = texts("chart.funnel_nation", index=form.index(reference))
    # At the most forms the limits are closest: just above them is room.
    above = {"xanchor": "right", "yanchor": "bottom", "yshift": 12}
    above |= {"bgcolor": palette.page, "borderpad": 1}
    place = {"x": 1, "xref": "paper", "y": reference, **above}
    return figure(
        palette,
        HEIGHT,
        [*lines, _intervals(ordered, style), _points(ordered, style, chosen)],
        marks=[dotted(palette, xref="paper", x0=0, x1=1, y0=reference, y1=reference)],
        notes=[note(palette, nation, place), *_names(ordered, style, chosen)],
        margin={"l": 34, "r": 10, "t": 10, "b": 40},
        separators=form.separators,
        xaxis={
            "rangemode": "tozero",
            "tickformat": ",d",
            "nticks": 6,
            "linecolor": palette.line,
            "showline": True,
            "title": {"text": texts("chart.funnel_forms"), "font": {"size": CHART_FONT_SIZE - 1}},
        },
        yaxis={
            "range": scale(value for name in bounds for value in ordered[name]),
            "dtick": 5,
            "color": palette.muted,
            "showgrid": True,
        },
    )


def _limit(ordered: pl.DataFrame, name: str, dash: str, style: Style) -> Element:
    return {
        "x": ordered["n_forms"].to_list(),
        "y": ordered[name].to_list(),
        "mode": "lines",
        "line": {"color": style.palette.muted, "width": 1.2, "dash": dash},
        "hoverinfo": "skip",
    }


def _intervals(ordered: pl.DataFrame, style: Style) -> Element:
    x: list[int | None] = []
    y: list[float | None] = []
    for n, low, high in ordered.select("n_forms", "ci_low_pct", "ci_high_pct").iter_rows():
        x += [n, n, None]
        y += [low, high, None]
    line = {"color": style.palette.soft, "width": 2}
    return {"x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}


def _points(ordered: pl.DataFrame, style: Style, chosen: str | None) -> Element:
    texts, form, palette = style.texts, style.format, style.palette
    told = ordered.select("label", "index_pct", "n_forms", "limit_low_pct", "limit_high_pct")
    return {
        "x": ordered["n_forms"].to_list(),
        "y": ordered["index_pct"].to_list(),
        "mode": "markers",
        "marker": {
            "size": [12 if key == chosen else 8 for key in ordered["key"]],
            "color": [palette.ink if key == chosen else palette.data for key in ordered["key"]],
        },
        "cliponaxis": False,
        "customdata": ordered["key"].to_list(),
        "hovertext": [
            texts(
                "chart.funnel_hover",
                label=label,
                index=form.index(index),
                n=form.count(n),
                limits=form.interval(low, high),
            )
            for label, index, n, low, high in told.iter_rows()
        ],
        "hoverinfo": "text",
    }


def _names(ordered: pl.DataFrame, style: Style, chosen: str | None) -> list[Element]:
    """The names of the highest and the lowest provinces, and of the chosen one."""
    by_index = ordered.sort("index_pct", "key")
    ends = {*by_index["key"].head(NAMED // 2), *by_index["key"].tail(NAMED // 2), chosen}
    right_half = float(ordered["n_forms"][-1] or 0) / 2
    return [
        {
            "x": n,
            "y": index,
            "text": label,
            "font": {"size": CHART_FONT_SIZE - 1, "color": style.palette.ink},
            "bgcolor": style.palette.page,
            "borderpad": 1,
            "xanchor": "right" if n > right_half else "left",
            "xshift": -9 if n > right_half else 9,
        }
        for key, label, n, index in ordered.select(
            "key", "label", "n_forms", "index_pct"
        ).iter_rows()
        if key in ends
    ]
