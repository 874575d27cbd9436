"""The country as equal tiles: every province has the same size, whatever its area, and leads to its profile.

Tiles are links of the page and no drawing: they can be reached by keyboard, read aloud, opened beside and printed.
"""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboard import indices
from dashboard.boundaries import BoundariesError, Ring, boundaries_file, outlines
from dashboard.charts.outlines import outline_map
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.disclosure import hidden_provinces
from dashboard.drawing import PROFILE, draw, open_profile
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
    st.html(f"<style>{_style(context, placed)}</style>")
    with st.container(key="map", gap=None):
        for row in placed.iter_rows(named=True):
            _tile(context, row)
        for code in _with_archipelago(placed):
            st.html(f'<div class="isles">{context.texts(ARCHIPELAGOS[code][0])}</div>')


def _tile(context: Context, row: dict[str, object]) -> None:
    label = str(row["label"])
    if row["key"] in hidden_provinces(context):
        label += f" **{context.texts('overview.hidden')}**"
    elif row["index_pct"] is not None:
        index = context.format.index(row["index_pct"])  # type: ignore[arg-type]  # a row has values of any type
        label += f" **{MARKS.get(str(row['verdict_goal']), '')} {index}**"
    address = context.selection.but(province=str(row["key"])).to_address()
    st.page_link(PROFILE, label=label, query_params=address)


def _with_archipelago(placed: pl.DataFrame) -> list[str]:
    return [code for code in placed["key"] if code in ARCHIPELAGOS]


def _style(context: Context, placed: pl.DataFrame) -> str:
    """Where each child of the map stands and how it is coloured; all else about it is in page.css."""
    palette, chosen = context.style.palette, context.selection.province
    steps = _steps(placed["index_pct"].to_list(), len(palette.ramp))
    columns = int(placed["tile_col"].max()) + 1  # type: ignore[arg-type]  # places are whole
    rules = [f".st-key-map {{ grid-template-columns: repeat({columns}, minmax(0, 1fr)); }}"]
    places = placed.select("key", "tile_row", "tile_col", "verdict_goal").rows()
    for n, ((code, row, column, verdict), step) in enumerate(zip(places, steps, strict=True), 1):
        edge = palette.ink if code == chosen else palette.met if verdict == MET else None
        rule = f"grid-area: {row + 1} / {column + 1}; {_fill(palette, step)}"
        rule += f" box-shadow: inset 0 0 0 2px {edge};" if edge else ""
        rules.append(f".st-key-map > :nth-child({n}) {{ {rule} }}")
    spots = {code: (row, column) for code, row, column, _ in places}
    for n, code in enumerate(_with_archipelago(placed), len(places) + 1):
        (row, column), (_, down, right) = spots[code], ARCHIPELAGOS[code]
        place = f"grid-area: {row + down + 1} / {column + right + 1}; color: {palette.muted};"
        rules.append(f".st-key-map > :nth-child({n}) {{ {place} }}")
    return "\n".join(rules)


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
