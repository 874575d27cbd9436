"""What the charts with a row a place or an item have in common: names, figures, targets, intervals."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard.theme import FROZEN, LABEL_GAP, Element, Palette, dotted, note

ROW_HEIGHT = 26
TOP, BOTTOM = 22, 22
LABEL_LENGTH, LABEL_WIDTH, FIGURE_WIDTH = 22, 170, 54
LETTER = 7.4
"""Pixels of a letter of a name, of a wide one rather than of the average."""


@dataclass(frozen=True)
class Target:
    """A dotted line across the chart, with what it is called."""

    value: float
    label: str


def scale(values: Iterable[float | None]) -> list[float]:
    """The ends of an axis that shows all `values`; it need not start at zero, points are no bars."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=100.0)
    room = 0.07 * max(high - low, 4.0)
    return [low - room, high + room]


def row_axes(
    places: Sequence[float], labels: Sequence[str], figures: Sequence[str], **font: str
) -> dict[str, Element]:
    """Names at the left and figures at the right of the rows.

    The figures are the names of a second axis: beside the points they would lie on the targets.
    """
    rows = {"range": [max(places, default=0) + 0.5, -0.5], "tickvals": list(places), **LABEL_GAP}
    bold = [f"<b>{text}</b>" for text in figures]
    right = {"overlaying": "y", "side": "right", "ticktext": bold, "tickfont": font}
    return {"yaxis": rows | {"ticktext": list(labels)}, "yaxis2": FROZEN | rows | right}


def wrapped(label: str) -> str:
    """A long label on two lines of about the same length; on three where two would be too wide."""
    if len(label) <= LABEL_LENGTH:
        return label
    lines = _lines(label, 2)
    too_wide = max(len(line) for line in lines) > LABEL_LENGTH + 1
    return "<br>".join(_lines(label, 3) if too_wide else lines)


def _lines(label: str, most: int) -> list[str]:
    """At most so many lines of about the same length; words stay whole."""
    widths = range(len(label) // most, len(label) + 1)
    tries = (textwrap.wrap(label, width, break_long_words=False) for width in widths)
    return next(lines for lines in tries if len(lines) <= most)


def label_width(labels: Sequence[str]) -> int:
    """Pixels beside the rows for their names: no more than these take, for on a phone the rest is narrow."""
    lines = (line for label in labels for line in label.removeprefix("<b>").split("<br>"))
    longest = max((len(line.removesuffix("</b>")) for line in lines), default=0)
    return min(LABEL_WIDTH, round(LETTER * longest) + 14)


def named_targets(
    targets: Sequence[Target], palette: Palette
) -> tuple[list[Element], list[Element]]:
    """Dotted vertical lines, each named above the chart.

    The lowest is named to the left of its line and the others to the right: on a phone two of them are
    closer than their names are long.
    """
    marks, notes = [], []
    for n, target in enumerate(targets):
        left = n == 0 and len(targets) > 1
        x = target.value
        marks.append(dotted(palette, x0=x, x1=x, y0=0, y1=1, yref="paper"))
        beside = {"xanchor": "right" if left else "left", "xshift": 8 if left else -8}
        above = {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom"}
        notes.append(note(palette, target.label, above | beside))
    return marks, notes


def spans(
    ends: Iterable[tuple[float, float | None, float | None]], colour: str, width: float = 2
) -> Element:
    """A line a row from the lower to the upper end of its interval: (place, low, high); none where unknown."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, low, high in ends:
        if low is not None and high is not None:
            x += [low, high, None]
            y += [place, place, None]
    line = {"color": colour, "width": width}
    return {"x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}
