"""The country as equal tiles: every province has the same size, whatever its area, and leads to its profile.

Tiles are links and no drawing: they can be reached by keyboard, read aloud, opened beside and printed. All are one
piece of HTML: as thirty-four of Streamlit's links they held the page up for half a second.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from dashboard import indices
from dashboard.boundaries import BoundariesError, Ring, boundaries_file, outlines
from dashboard.charts.outlines import outline_map
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.disclosure import hidden_provinces
from dashboard.drawing import draw, open_profile
from dashboard.indices import Standing
from dashboard.theme import Palette
from dashboard.verdicts import MARKS, MET, legend

TILES, OUTLINES = "tiles", "outlines"
# Vietnam's two archipelagos are special zones of these provinces; the codes hold in both lists of
# provinces. They stand on a free tile beside the province: rows down and columns to the right.
ARCHIPELAGOS = {"48": ("map.hoang_sa", 0, 1), "56": ("map.truong_sa", 1, 0)}


def map_section(context: Context, standing: Standing, provinces: pl.DataFrame) -> None:
    """The map of the country with the provinces of the area: tiles, or the outlines that the user gave.

    Args:
        provinces: see `indices.provinces`.
    """
    texts, goal = context.texts, context.format.milestone(standing.goal_pct)
    st.subheader(texts("overview.map"))
    shown = indices.tiles(context, provinces)
    rings = _outlines(context, shown)
    kinds = {TILES: texts("overview.as_tiles"), OUTLINES: texts("overview.as_outlines")}
    kind = choose(context, "drawn", "overview.map_kind", kinds, TILES) if rings else TILES
    marks = legend(texts)
    if rings is None or kind == TILES:
        st.caption(texts("overview.map_help", goal=goal, marks=marks))
        tile_map(context, shown)
        return
    st.caption(texts("overview.outlines_help", goal=goal, marks=marks))
    palette, chosen = context.style.palette, context.selection.province
    steps = _steps(shown["index_pct"].to_list(), len(palette.ramp))
    fills = {
        code: palette.panel if step is None else palette.ramp[step]
        for code, step in zip(shown["key"], steps, strict=True)
    }
    drawn = outline_map(shown, rings, fills, context.style, chosen)
    if picked := draw(drawn, "outlines", texts("overview.map"), pick=True):
        open_profile(context, picked)


def _outlines(context: Context, provinces: pl.DataFrame) -> Mapping[str, Sequence[Ring]] | None:
    """The outlines by province, if the user gave a file; what is wrong with it is said."""
    path, geography = boundaries_file(), context.survey.geography
    if path is None or provinces.is_empty():
        return None
    places = context.source.read(
        "place", ["geo_code", "label_vi", "label_en"], geography=geography, geo_level="province"
    )
    labels = [(code, label) for code, *both in places.iter_rows() for label in both]
    try:
        return outlines(path, geography, labels)
    except BoundariesError as fault:
        st.error(str(fault))
        return None


def tile_map(context: Context, provinces: pl.DataFrame) -> None:
    """Draw one tile a province with its name, the verdict on the goal and its index; nothing without tiles.

    Args:
        provinces: key (province code), label, tile_row, tile_col, index_pct (null: a tile without figure),
            verdict_goal (a green edge where the goal is surely met).
    """
    placed = provinces.filter(pl.col("tile_row").is_not_null()).sort("tile_row", "tile_col")
    if placed.is_empty():
        return
    columns = int(placed["tile_col"].max()) + 1  # type: ignore[arg-type]  # places are whole
    steps = _steps(placed["index_pct"].to_list(), len(context.style.palette.ramp))
    rows = placed.rows(named=True)
    drawn = [_tile(context, row, step) for row, step in zip(rows, steps, strict=True)]
    drawn += [_archipelago(context, row) for row in rows if row["key"] in ARCHIPELAGOS]
    with st.container(key="map"):
        grid = f"grid-template-columns: repeat({columns}, minmax(0, 1fr))"
        st.html(f'<div class="map" style="{grid}">{"".join(drawn)}</div>')


def _tile(context: Context, row: Mapping[str, Any], step: int | None) -> str:
    palette, code, verdict = context.style.palette, row["key"], row["verdict_goal"]
    figure = ""
    if code in hidden_provinces(context):
        figure = context.texts("overview.hidden")
    elif row["index_pct"] is not None:
        figure = f"{MARKS.get(str(verdict), '')} {context.format.index(row['index_pct'])}"
    edge = palette.ink if code == context.selection.province else None
    edge = edge or (palette.met if verdict == MET else None)
    look = f"{_spot(row)} {_fill(palette, step)}"
    look += f" box-shadow: inset 0 0 0 2px {edge};" if edge else ""
    address = "profile?" + urlencode(context.selection.but(province=code).to_address())
    strong = f" <strong>{escape(figure)}</strong>" if figure else ""
    return (
        f'<a href="{escape(address)}" style="{look}">'
        f"<span>{escape(row['label'])}{strong}</span></a>"
    )


def _archipelago(context: Context, row: Mapping[str, Any]) -> str:
    """The name of a province's archipelago, which says where it may break, on the free tile beside it."""
    name, down, right = ARCHIPELAGOS[row["key"]]
    look = f"{_spot(row, down, right)} color: {context.style.palette.muted};"
    return f'<div style="{look}"><span>{context.texts(name)}</span></div>'


def _spot(row: Mapping[str, Any], down: int = 0, right: int = 0) -> str:
    return f"grid-area: {row['tile_row'] + down + 1} / {row['tile_col'] + right + 1};"


def _fill(palette: Palette, step: int | None) -> str:
    if step is None:
        return f"background: {palette.panel}; color: {palette.muted};"
    return f"background: {palette.ramp[step]}; color: {palette.on_ramp[step]};"


def _steps(values: Sequence[float | None], n_steps: int) -> list[int | None]:
    """The step of the ramp for each value, from the lowest to the highest shown."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    width = (high - low) / n_steps or 1.0
    return [
        None if value is None else min(int((value - low) / width), n_steps - 1) for value in values
    ]
