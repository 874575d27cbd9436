"""Items in rows, channels in columns: a tile each with index, interval and verdict, or why there is none."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from dashboard.theme import CHART_FONT_SIZE, CLEAR, Element, Style, figure, note
from dashboard.verdicts import MARKS, marked

State = Literal["measured", "hidden", "not_asked", "not_measured"]
NARROWEST = 350
"""Pixels of a phone's page: what a tile says must fit there."""
LETTER = 6.3
"""Pixels of a letter of a column's name."""
SMALL_LETTER = 5.6
"""Of one in the small print of a tile."""
LINE_HEIGHT, TILE, LABEL = 15, 38, 22
BETWEEN = "|"
"""Between row and column in what a tile hands over when it is picked."""


@dataclass(frozen=True)
class Cell:
    """One item at one channel or group of channels."""

    row: str
    column: str
    state: State
    index_pct: float | None = None
    ci_low_pct: float | None = None
    ci_high_pct: float | None = None
    n_criteria: int | None = None
    verdict_goal: str | None = None
    last_year: int | None = None
    """Of what is not measured now: the year of the last survey that did."""

    @property
    def key(self) -> str:
        """What the cell's tile hands over when it is picked."""
        return f"{self.row}{BETWEEN}{self.column}"


@dataclass(frozen=True)
class Matrix:
    """Labels of rows and columns by key, in their order, and a cell for each of both."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Sequence[Cell]

    @property
    def leading(self) -> set[str]:
        """What the tiles of the cells that were ever asked hand over: the others lead nowhere."""
        return {cell.key for cell in self.cells if cell.state != "not_asked"}

    @property
    def measured(self) -> list[Cell]:
        """The cells that have an index, the lowest first."""
        known = [cell for cell in self.cells if cell.index_pct is not None]
        return sorted(known, key=lambda cell: (cell.index_pct or 0.0, cell.row, cell.column))


def matrix(
    shown: Matrix, style: Style, chosen: str | None = None, column: str | None = None
) -> go.Figure:
    """A row of tiles below the name of each item; the stronger the colour, the higher the index.

    Tiles are bars, which scale with the page and can be selected; a tile's `customdata` is `row|column`.

    Args:
        chosen: key of the row to be printed in bold.
        column: key of the column to be printed in bold.
    """
    palette, columns = style.palette, list(shown.columns)
    width = int(NARROWEST / max(len(columns), 1) / LETTER)
    heads = [
        f"<b>{_wrapped(label, width)}</b>" if key == column else _wrapped(label, width)
        for key, label in shown.columns.items()
    ]
    top = LINE_HEIGHT * max((head.count("<br>") + 1 for head in heads), default=1) + 10
    row = TILE + LABEL
    names = [
        _name(f"<b>{label}</b>" if key == chosen else label, n, style)
        for n, (key, label) in enumerate(shown.rows.items())
    ]
    edge = len(columns) - 0.5
    return figure(
        palette,
        row * len(shown.rows) + top + 4,
        [_tiles(shown, style)],
        notes=names,
        margin={"l": 0, "r": 0, "t": top},
        barmode="overlay",
        xaxis={
            "range": [-0.5, edge],
            "side": "top",
            "tickvals": list(range(len(columns))),
            "ticktext": heads,
            "tickangle": 0,
            "tickfont": {"size": CHART_FONT_SIZE - 1.5},
        },
        # A unit of the axis is a pixel, so that names and tiles keep their places at any width.
        yaxis={"range": [row * len(shown.rows), 0], "visible": False},
    )


def _wrapped(label: str, width: int) -> str:
    return "<br>".join(textwrap.wrap(label, width, break_long_words=False))


def _name(label: str, row: int, style: Style) -> Element:
    """The name of an item, above its tiles."""
    place = {"xref": "paper", "x": 0, "xanchor": "left"}
    above = {"y": row * (TILE + LABEL) + LABEL / 2, "yanchor": "middle", "align": "left"}
    ink = {"font": {"size": CHART_FONT_SIZE, "color": style.palette.ink}}
    return note(style.palette, label, place | above | ink)


def _tiles(shown: Matrix, style: Style) -> Element:
    palette = style.palette
    rows = {key: n for n, key in enumerate(shown.rows)}
    columns = {key: n for n, key in enumerate(shown.columns)}
    steps = _steps(shown, len(palette.ramp))
    grounds = {"not_asked": CLEAR, "not_measured": palette.panel, "hidden": palette.panel}
    return {
        "type": "bar",
        "x": [columns[cell.column] for cell in shown.cells],
        "y": [TILE] * len(shown.cells),
        "base": [rows[cell.row] * (TILE + LABEL) + LABEL for cell in shown.cells],
        "width": 0.97,
        "marker": {
            "color": [
                grounds.get(cell.state, palette.ramp[step])
                for cell, step in zip(shown.cells, steps, strict=True)
            ],
            # What could have been measured is hatched, what was never asked is left blank.
            "pattern": {
                "shape": ["/" if cell.state == "not_measured" else "" for cell in shown.cells],
                "fgcolor": palette.line,
                "size": 6,
                "solidity": 0.25,
            },
        },
        "text": [_written(cell, len(columns), style) for cell in shown.cells],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {
            "size": CHART_FONT_SIZE,
            "color": [
                palette.on_ramp[step] if cell.index_pct is not None else palette.muted
                for cell, step in zip(shown.cells, steps, strict=True)
            ],
        },
        "customdata": [cell.key for cell in shown.cells],
        "hovertext": [_told(cell, shown, style) for cell in shown.cells],
        "hoverinfo": "text",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _steps(shown: Matrix, n_steps: int) -> list[int]:
    """The step of the ramp for each cell, from the lowest to the highest index of the matrix."""
    known = [cell.index_pct or 0.0 for cell in shown.measured] or [0.0]
    low, width = known[0], (known[-1] - known[0]) / n_steps or 1.0
    indices = [low if cell.index_pct is None else cell.index_pct for cell in shown.cells]
    return [min(int((index - low) / width), n_steps - 1) for index in indices]


def _written(cell: Cell, n_columns: int, style: Style) -> str:
    """What a tile says: verdict, index and interval, or why it has none; as wide as a tile of a phone."""
    form = style.format
    if cell.state == "measured":
        mark = MARKS.get(cell.verdict_goal or "", "")
        ends = form.interval(cell.ci_low_pct, cell.ci_high_pct)
        return f"{mark} <b>{form.index(cell.index_pct)}</b><br>{_small(ends)}"
    if cell.state == "hidden":
        return _fitted(style.texts("matrix.hidden"), n_columns)
    if cell.state == "not_asked":
        return _fitted(style.texts("matrix.not_asked"), n_columns)
    return _fitted(_not_measured(cell, style), n_columns)


def _not_measured(cell: Cell, style: Style) -> str:
    if cell.last_year is None:
        return style.texts("matrix.never_measured")
    return style.texts("matrix.last_measured", year=cell.last_year)


def _fitted(text: str, n_columns: int) -> str:
    """Small print in lines as short as the tile of a phone."""
    return _small(_wrapped(text, int(NARROWEST / n_columns / SMALL_LETTER)))


def _small(text: str) -> str:
    return f"<span style='font-size:10px'>{text}</span>"


def _told(cell: Cell, shown: Matrix, style: Style) -> str:
    """What a tile says when pointed at."""
    texts, form = style.texts, style.format
    where = f"{shown.rows[cell.row]} · {shown.columns[cell.column]}"
    if cell.state == "hidden":
        return f"{where}<br>{texts('matrix.hidden')}"
    if cell.state == "not_asked":
        return f"{where}<br>{texts('matrix.not_asked')}"
    if cell.state == "not_measured":
        return f"{where}<br>{_not_measured(cell, style)}"
    return texts(
        "chart.interval_hover",
        label=where,
        index=form.index(cell.index_pct),
        interval=form.interval(cell.ci_low_pct, cell.ci_high_pct),
        verdict=marked(texts, cell.verdict_goal) or "",
        n=form.count(cell.n_criteria),
    )
