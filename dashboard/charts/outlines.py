"""The country in the outlines that the user gave: filled polygons, and in each a mark that says the verdict."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import Element, Palette, Style, figure, note
from dashboard.verdicts import MARKS, SYMBOLS, colour, marked

HEIGHT = 550
PARALLEL = 1.04
"""How much longer a degree of latitude is than one of longitude in the middle of the country (16 degrees north)."""
# Vietnam's two archipelagos, each named beside its islands: degrees of longitude and latitude.
ARCHIPELAGOS = {"map.hoang_sa": (112.0, 14.9), "map.truong_sa": (112.6, 12.3)}
WEST, EAST, SOUTH, NORTH = 101.9, 116.2, 7.0, 23.6
"""What is always shown; outlines beyond it widen it."""
MARK = 9

Ring = tuple[tuple[float, float], ...]


def outline_map(
    provinces: pl.DataFrame,
    rings: Mapping[str, Sequence[Ring]],
    fills: Mapping[str, str],
    style: Style,
    chosen: str | None = None,
) -> go.Figure:
    """A polygon a province and a mark in it; the mark's `customdata` is the province code.

    Args:
        provinces: key (province code), label, index_pct (null: no figure), n_criteria, verdict_goal.
        rings: outlines by province code, in degrees.
        fills: colour by province code.
        chosen: code of the province to be framed.
    """
    palette = style.palette
    drawn = [
        _polygons(
            rings[row["key"]], fills[row["key"]], _edge(row, chosen, palette), _told(row, style)
        )
        for row in provinces.iter_rows(named=True)
    ]
    points = [point for parts in rings.values() for ring in parts for point in ring]
    west, east = min(WEST, *(x for x, _ in points)), max(EAST, *(x for x, _ in points))
    south, north = min(SOUTH, *(y for _, y in points)), max(NORTH, *(y for _, y in points))
    named = [
        note(palette, style.texts(key), {"x": x, "y": y}, smaller=2)
        for key, (x, y) in ARCHIPELAGOS.items()
    ]
    hidden = {"visible": False}
    return figure(
        palette,
        HEIGHT,
        [*drawn, _marks(provinces, rings, style)],
        notes=named,
        margin={"l": 0, "r": 0},
        xaxis={"range": [west, east], "constrain": "domain", **hidden},
        yaxis={
            "range": [south, north],
            "scaleanchor": "x",
            "scaleratio": PARALLEL,
            "constrain": "domain",
            "constraintoward": "top",
            **hidden,
        },
    )


def _edge(row: Mapping[str, object], chosen: str | None, palette: Palette) -> str:
    if row["key"] == chosen:
        return palette.ink
    return palette.met if row["verdict_goal"] == "met" else palette.page


def _polygons(parts: Sequence[Ring], fill: str, edge: str, told: str) -> Element:
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in parts:
        x += [*(point[0] for point in ring), None]
        y += [*(point[1] for point in ring), None]
    return {
        "x": x,
        "y": y,
        "mode": "lines",
        "fill": "toself",
        "fillcolor": fill,
        "line": {"color": edge, "width": 1},
        "hoveron": "fills",
        "text": told,
        "hoverinfo": "text",
    }


def _marks(provinces: pl.DataFrame, rings: Mapping[str, Sequence[Ring]], style: Style) -> Element:
    known = provinces.filter(pl.col("index_pct").is_not_null())
    middles = [_middle(rings[code]) for code in known["key"]]
    verdicts = known["verdict_goal"].to_list()
    palette = style.palette
    return {
        "x": [x for x, _ in middles],
        "y": [y for _, y in middles],
        "mode": "markers",
        "marker": {
            "symbol": [
                SYMBOLS.get(verdict or "", "circle-open").removesuffix("-open")
                for verdict in verdicts
            ],
            "size": MARK,
            "color": [
                colour(palette, verdict) if verdict in MARKS else palette.page
                for verdict in verdicts
            ],
            "line": {"color": palette.page, "width": 1.5},
        },
        "customdata": known["key"].to_list(),
        "hovertext": [_told(row, style) for row in known.iter_rows(named=True)],
        "hoverinfo": "text",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _told(row: Mapping[str, object], style: Style) -> str:
    """What a province says when pointed at."""
    if row["index_pct"] is None:
        return str(row["label"])
    verdict = row["verdict_goal"]
    return style.texts(
        "chart.outline_hover",
        label=row["label"],
        index=style.format.index(row["index_pct"]),  # type: ignore[arg-type]  # a row has values of any type
        verdict=marked(style.texts, verdict) if isinstance(verdict, str) else "",
        n=style.format.count(row["n_criteria"]),  # type: ignore[arg-type]  # a count
    )


def _middle(parts: Sequence[Ring]) -> tuple[float, float]:
    """The centre of gravity of the largest part, by the shoelace formula."""
    ring = max(parts, key=lambda one: abs(_area(one)))
    area = _area(ring)
    if not area:
        return ring[0]
    x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)


def _area(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2
