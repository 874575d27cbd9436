"""The country as equal tiles: every province has the same size, whatever its area."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import CHART_FONT_SIZE, CLEAR, Element, Style, figure, note
from dashboard.verdicts import MET

ROW_HEIGHT = 49
# Vietnam's two archipelagos are special zones of these provinces; the codes hold in both lists of
# provinces. They stand on a free tile beside the province: rows down and columns to the right.
ARCHIPELAGOS = {"48": ("map.hoang_sa", 0, 1), "56": ("map.truong_sa", 1, 0)}


def tile_map(provinces: pl.DataFrame, style: Style, chosen: str | None = None) -> go.Figure:
    """One tile a province with its name and index; a point's `customdata` is the province code.

    Tiles are bars, which scale with the width of the page and can be selected; squares drawn as markers
    keep their pixels, and cells of a heatmap cannot be selected.

    Args:
        provinces: key (province code), label, tile_row, tile_col, index_pct (null: a tile without figure),
            n_criteria, verdict_goal (a green edge where the goal is surely met).
        chosen: code of the province to be framed.
    """
    placed = provinces.filter(pl.col("tile_row").is_not_null())
    rows, columns = placed["tile_row"].to_list(), placed["tile_col"].to_list()
    last_row, last_column = max(rows, default=0), max(columns, default=0)
    hidden = {"visible": False}
    return figure(
        style.palette,
        ROW_HEIGHT * (last_row + 1) + 8,
        [_tiles(placed, style, chosen)],
        notes=_archipelagos(placed, style),
        margin={"l": 0, "r": 0},
        barmode="overlay",
        xaxis={"range": [-0.5, last_column + 0.5], **hidden},
        yaxis={"range": [last_row + 0.5, -0.5], **hidden},
    )


def _tiles(placed: pl.DataFrame, style: Style, chosen: str | None) -> Element:
    texts, form, palette = style.texts, style.format, style.palette
    steps = _steps(placed["index_pct"].to_list(), len(palette.ramp))
    edges = [
        palette.ink if code == chosen else palette.met if verdict == MET else CLEAR
        for code, verdict in placed.select("key", "verdict_goal").iter_rows()
    ]
    fills = [palette.panel if step is None else palette.ramp[step] for step in steps]
    inks = [palette.muted if step is None else palette.on_ramp[step] for step in steps]
    figures = placed.select("label", "index_pct", "n_criteria").rows()
    return {
        "type": "bar",
        "x": placed["tile_col"].to_list(),
        "y": [0.92] * placed.height,
        "base": [row - 0.46 for row in placed["tile_row"]],
        "width": 0.94,
        "marker": {"color": fills, "line": {"color": edges, "width": 2.5}},
        "text": [
            two_lines(label) + ("" if value is None else f"<br><b>{form.index(value)}</b>")
            for label, value, _ in figures
        ],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": inks, "size": CHART_FONT_SIZE - 2},
        "customdata": placed["key"].to_list(),
        "hovertext": [
            texts("chart.dot_hover", label=label, index=form.index(value), n=form.count(n))
            for label, value, n in figures
        ],
        "hoverinfo": "text",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _steps(values: Sequence[float | None], n_steps: int) -> list[int | None]:
    """The step of the ramp for each value, from the lowest to the highest shown."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    width = (high - low) / n_steps or 1.0
    return [
        None if value is None else min(int((value - low) / width), n_steps - 1) for value in values
    ]


def two_lines(label: str) -> str:
    """Break a name in the middle, so that it fits its tile on a phone."""
    words = label.split()
    half = (len(words) + 1) // 2
    return label if len(words) < 2 else " ".join(words[:half]) + "<br>" + " ".join(words[half:])


def _archipelagos(placed: pl.DataFrame, style: Style) -> list[Element]:
    notes = []
    for code, row, column in placed.select("key", "tile_row", "tile_col").iter_rows():
        if code in ARCHIPELAGOS:
            key, down, right = ARCHIPELAGOS[code]
            place = {"x": column + right, "y": row + down}
            notes.append(note(style.palette, style.texts(key), place, smaller=2))
    return notes
