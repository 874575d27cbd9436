"""Shares of people who chose each option, under the name of each question."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.rows import FIGURE_WIDTH, row_axes, spans
from dashboard.charts.scores import LABEL_WIDTH, folded
from dashboard.theme import CHART_FONT_SIZE, Element, Style, figure

ROW_HEIGHT, TOP, BOTTOM = 42, 4, 6
HEAD_LENGTH = 46
"""Letters on one line of a question's name; on a phone no more fit."""
ROOM = 1.04
"""How much longer than the longest bar or interval the axis is."""


@dataclass(frozen=True)
class Option:
    """One option: how many percent chose it (None: hidden), in the nation, from where to where it may be, if known."""

    label: str
    share_pct: float | None
    reference_pct: float | None = None
    ci_low_pct: float | None = None
    ci_high_pct: float | None = None
    is_bad: bool = False
    """Whether the option says that something adverse happened."""


def shares(
    questions: Sequence[tuple[str, Sequence[Option]]], reference: str, style: Style
) -> go.Figure:
    """Bars from zero with their intervals; a stroke marks the nation's share.

    Args:
        questions: name of each question with its options, from top to bottom.
        reference: what the stroke is called when it is pointed at.
    """
    rows: list[tuple[float, Option]] = []
    heads: list[tuple[float, str]] = []
    place = 0.0
    for name, options in questions:
        heads.append((place, name))
        for option in options:
            place += 1
            rows.append((place, option))
        place += 1
    places = [at for at, _ in rows]
    axes = row_axes(
        places,
        [folded(option.label) for _, option in rows],
        [_share(option, style.format.index, style) for _, option in rows],
    )
    span = {"range": [place - 0.5, -0.5]}
    axes = {name: axis | span for name, axis in axes.items()}
    values = [
        value
        for _, one in rows
        for value in (one.share_pct, one.reference_pct, one.ci_high_pct)
        if value is not None
    ]
    return figure(
        style.palette,
        int(ROW_HEIGHT * place) + TOP + BOTTOM,
        [_bars(rows, style), *_intervals(rows, style), *_references(rows, reference, style)],
        notes=[_head(at, name, style) for at, name in heads],
        margin={"l": LABEL_WIDTH, "r": FIGURE_WIDTH, "t": TOP, "b": BOTTOM},
        xaxis={"range": [0, ROOM * max(values, default=100.0)], "visible": False},
        yaxis=axes["yaxis"],
        yaxis2=axes["yaxis2"],
    )


def _head(place: float, name: str, style: Style) -> Element:
    """The name of a question, from the left edge of the chart over its options."""
    return {
        "text": f"<b>{'<br>'.join(textwrap.wrap(name, HEAD_LENGTH))}</b>",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": -LABEL_WIDTH + 4,
        "y": place,
        "align": "left",
        "font": {"size": CHART_FONT_SIZE, "color": style.palette.ink},
    }


def _bars(rows: Sequence[tuple[float, Option]], style: Style) -> Element:
    palette = style.palette
    return {
        "type": "bar",
        "orientation": "h",
        "y": [place for place, _ in rows],
        "x": [option.share_pct for _, option in rows],
        "yaxis": "y2",
        "width": 0.5,
        "marker": {"color": [palette.missed if one.is_bad else palette.soft for _, one in rows]},
        "hovertext": [_told(option, style) for _, option in rows],
        "hoverinfo": "text",
    }


def _share(option: Option, write: Callable[[float], str], style: Style) -> str:
    if option.share_pct is None:
        return style.texts("overview.hidden")
    return write(option.share_pct)


def _told(option: Option, style: Style) -> str:
    told = f"{option.label}: {_share(option, style.format.share, style)}"
    if option.ci_low_pct is None:
        return told
    return f"{told}<br>({style.format.interval(option.ci_low_pct, option.ci_high_pct)})"


def _intervals(rows: Sequence[tuple[float, Option]], style: Style) -> list[Element]:
    ends = [(place, option.ci_low_pct, option.ci_high_pct) for place, option in rows]
    # The axis with the names of the options is drawn only if something lies on it.
    return [spans(ends, style.palette.ink)]


def _references(
    rows: Sequence[tuple[float, Option]], reference: str, style: Style
) -> list[Element]:
    known = [(place, one) for place, one in rows if one.reference_pct is not None]
    if not known:
        return []
    return [
        {
            "x": [option.reference_pct for _, option in known],
            "y": [place for place, _ in known],
            "yaxis": "y2",
            "mode": "markers",
            "marker": {
                "symbol": "line-ns",
                "size": 16,
                "line": {"color": style.palette.muted, "width": 2},
            },
            "hovertext": [
                f"{reference}<br>{option.label}: {style.format.share(option.reference_pct)}"
                for _, option in known
            ],
            "hoverinfo": "text",
        }
    ]
