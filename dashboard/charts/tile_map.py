"""The country as equal tiles: every province has the same size, whatever its area."""

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import CHART_FONT_SIZE, Style, figure

ROW_HEIGHT = 49
# Vietnam's two archipelagos are special zones of these provinces; the codes hold in both lists of
# provinces. They stand on a free tile beside the province: rows and columns to move.
ARCHIPELAGOS = {"48": ("map.hoang_sa", 0, 1), "56": ("map.truong_sa", 1, 0)}


def tile_map(
    provinces: pl.DataFrame,
    style: Style,
    chosen: str | None = None,
) -> go.Figure:
    """One tile a province with its name and index; a point's `customdata` is the province code.

    Tiles are bars, which scale with the width of the page and can be selected; squares drawn as markers
    keep their pixels, and cells of a heatmap cannot be selected.

    Args:
        provinces: key (province code), label, tile_row, tile_col, index_pct (null: no answers), n_criteria, reached.
        chosen: code of the province to be framed.
    """
    texts, form, palette = style.texts, style.format, style.palette
    placed = provinces.filter(pl.col("tile_row").is_not_null())
    last_row = int(placed["tile_row"].max() or 0)  # type: ignore[arg-type]
    last_column = int(placed["tile_col"].max() or 0)  # type: ignore[arg-type]
    drawn = figure(palette, ROW_HEIGHT * (last_row + 1) + 8)
    steps = _steps(placed["index_pct"].to_list(), len(palette.ramp))
    edges = [
        palette.ink if code == chosen else palette.met if met else "rgba(0,0,0,0)"
        for code, met in placed.select("key", "reached").iter_rows()
    ]
    inks = [palette.muted if step is None else palette.on_ramp[step] for step in steps]
    drawn.add_bar(
        x=placed["tile_col"].to_list(),
        y=[0.92] * placed.height,
        base=[row - 0.46 for row in placed["tile_row"]],
        width=0.94,
        marker={
            "color": [palette.panel if step is None else palette.ramp[step] for step in steps],
            "line": {"color": edges, "width": 2.5},
        },
        text=[
            f"{_two_lines(label)}<br><b>{form.index(value)}</b>"
            for label, value in placed.select("label", "index_pct").iter_rows()
        ],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="none",
        insidetextfont={"color": inks, "size": CHART_FONT_SIZE - 2},
        customdata=placed["key"].to_list(),
        hovertext=[
            texts("chart.dot_hover", label=label, index=form.index(value), n=form.count(n))
            for label, value, n in placed.select("label", "index_pct", "n_criteria").iter_rows()
        ],
        hoverinfo="text",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    _archipelagos(drawn, placed, style)
    hidden = {"visible": False, "fixedrange": True}
    drawn.update_xaxes(range=[-0.5, last_column + 0.5], **hidden)
    drawn.update_yaxes(range=[last_row + 0.5, -0.5], **hidden)
    drawn.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 4}, barmode="overlay")
    return drawn


def _steps(values: list[float | None], n_steps: int) -> list[int | None]:
    """The step of the ramp for each value, from the lowest to the highest shown."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    width = (high - low) / n_steps or 1.0
    return [
        None if value is None else min(int((value - low) / width), n_steps - 1) for value in values
    ]


def _two_lines(label: str) -> str:
    """Break a name in the middle, so that it fits its tile on a phone."""
    words = label.split()
    half = (len(words) + 1) // 2
    return label if len(words) < 2 else " ".join(words[:half]) + "<br>" + " ".join(words[half:])


def _archipelagos(drawn: go.Figure, placed: pl.DataFrame, style: Style) -> None:
    for code, row, column in placed.select("key", "tile_row", "tile_col").iter_rows():
        if code in ARCHIPELAGOS:
            key, down, right = ARCHIPELAGOS[code]
            drawn.add_annotation(
                x=column + right,
                y=row + down,
                text=style.texts(key),
                showarrow=False,
                font={"size": CHART_FONT_SIZE - 2, "color": style.palette.muted},
            )
