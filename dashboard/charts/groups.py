"""Rows of indices with their intervals under headings: what stands below one heading may be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.rows import (
    BOTTOM,
    FIGURE_WIDTH,
    TOP,
    Target,
    label_width,
    named_targets,
    row_axes,
    scale,
    spans,
    wrapped,
)
from dashboard.theme import CHART_FONT_SIZE, Element, Style, figure, note
from dashboard.verdicts import MARKS, SYMBOLS, colour, marked

ROW_HEIGHTS = (27, 37, 52)
"""Pixels of a row by how many lines the longest of the names takes."""
POINT, LINE = 8, 2.5


@dataclass(frozen=True)
class Row:
    """One index; without one, the reason stands in its place."""

    key: str
    label: str
    index_pct: float | None
    ci_low_pct: float | None
    ci_high_pct: float | None
    n_criteria: int | None
    verdict: str | None = None
    """On the goal; None where no verdict is passed: the mark is then a plain dot."""
    reason: str = ""


def row_of(figures: Mapping[str, Any], reason: str = "") -> Row:
    """A row of a frame that has the columns of `Row`, `verdict_goal` where a verdict is passed."""
    return Row(
        key=figures["key"],
        label=figures["label"],
        index_pct=figures["index_pct"],
        ci_low_pct=figures["ci_low_pct"],
        ci_high_pct=figures["ci_high_pct"],
        n_criteria=figures["n_criteria"],
        verdict=figures.get("verdict_goal"),
        reason=reason,
    )


@dataclass(frozen=True)
class Group:
    """Rows that may be compared with one another."""

    rows: Sequence[Row]
    heading: str = ""


def grouped(
    groups: Sequence[Group],
    targets: Sequence[Target],
    style: Style,
    chosen: str | None = None,
) -> go.Figure:
    """A row an index, from top to bottom; a point's `customdata` is its key.

    Args:
        chosen: key of the row to be printed in bold.
    """
    placed, heads, height = _placed(groups)
    places, rows = [place for place, _ in placed], [row for _, row in placed]
    labels = [
        f"<b>{wrapped(row.label)}</b>" if row.key == chosen else wrapped(row.label) for row in rows
    ]
    beside = label_width(labels)
    row_height = ROW_HEIGHTS[max((label.count("<br>") for label in labels), default=0)]
    values = [value for row in rows for value in (row.index_pct, row.ci_low_pct, row.ci_high_pct)]
    marks, notes = named_targets(targets, style.palette)
    axes = row_axes(places, labels, [style.format.index(row.index_pct) for row in rows])
    span = {"range": [height - 0.5, -0.5]}
    axes = {name: axis | span for name, axis in axes.items()}
    axes["yaxis"]["showgrid"] = True
    return figure(
        style.palette,
        int(row_height * height) + TOP + BOTTOM,
        [*_lines(placed, style), _points(placed, style)],
        marks=marks,
        notes=[*notes, *_headings(heads, beside, style), *_reasons(placed, style)],
        separators=style.format.separators,
        margin={"l": beside, "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": scale([*values, *(target.value for target in targets)])},
        **axes,
    )


def _placed(
    groups: Sequence[Group],
) -> tuple[list[tuple[float, Row]], list[tuple[float, str]], float]:
    """Where each row and each heading stands, and how many rows high it all is."""
    rows, heads, at = [], [], 0.0
    for group in groups:
        if group.heading:
            heads.append((at, group.heading))
            at += 1
        for row in group.rows:
            rows.append((at, row))
            at += 1
    return rows, heads, at


def _lines(placed: Sequence[tuple[float, Row]], style: Style) -> list[Element]:
    """The interval of each row in the colour of its verdict: one trace a colour."""
    drawn = []
    for verdict in (*MARKS, None):
        ends = [
            (place, row.ci_low_pct, row.ci_high_pct)
            for place, row in placed
            if row.verdict == verdict
        ]
        if ends:
            drawn.append(spans(ends, _colour(verdict, style), LINE))
    return drawn


def _points(placed: Sequence[tuple[float, Row]], style: Style) -> Element:
    known = [(place, row) for place, row in placed if row.index_pct is not None]
    colours = [_colour(row.verdict, style) for _, row in known]
    return {
        "x": [row.index_pct for _, row in known],
        "y": [place for place, _ in known],
        "yaxis": "y2",
        "mode": "markers",
        "marker": {
            "symbol": [SYMBOLS.get(row.verdict or "", "circle") for _, row in known],
            "size": POINT,
            "color": colours,
            "line": {"color": colours, "width": 1.5},
        },
        "cliponaxis": False,
        "customdata": [row.key for _, row in known],
        "hovertext": [_told(row, style) for _, row in known],
        "hoverinfo": "text",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _colour(verdict: str | None, style: Style) -> str:
    return style.palette.data if verdict is None else colour(style.palette, verdict)


def _told(row: Row, style: Style) -> str:
    form = style.format
    return style.texts(
        "chart.interval_hover",
        label=row.label,
        index=form.index(row.index_pct),
        interval=form.interval(row.ci_low_pct, row.ci_high_pct),
        verdict=marked(style.texts, row.verdict) or "",
        n=form.count(row.n_criteria),
    )


def _headings(heads: Sequence[tuple[float, str]], beside: int, style: Style) -> list[Element]:
    """The headings, from the left edge of the chart across its rows, on a ground of their own over the targets."""
    ground = {"bgcolor": style.palette.page, "borderpad": 1}
    font = {"font": {"size": CHART_FONT_SIZE, "color": style.palette.ink}}
    left = {"xref": "paper", "x": 0, "xshift": 2 - beside, "xanchor": "left"}
    return [
        note(style.palette, f"<b>{text}</b>", {"y": place, **left, **font, **ground})
        for place, text in heads
    ]


def _reasons(placed: Sequence[tuple[float, Row]], style: Style) -> list[Element]:
    """Why a row has no point, where it would be."""
    left = {"xref": "paper", "x": 0, "xanchor": "left"}
    return [
        note(style.palette, f"<i>{row.reason}</i>", {"y": place, **left})
        for place, row in placed
        if row.reason
    ]
