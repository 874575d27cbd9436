"""What a chart shows, in rows of words and figures: for those who read rather than look."""

import re
from typing import Any

import plotly.graph_objects as go

_TAG = re.compile(r"<[^>]+>")


def readout(figure: go.Figure) -> list[list[str]]:
    """A row a point or bar, in the order drawn: what it is, then its figure and what else it tells.

    That is what the chart says when a point is pointed at; of a bar that says nothing, its name on the axis
    and what is written on it. Lines that only support points (intervals, limits) have no row.
    """
    drawn = figure.to_dict()
    axis = drawn["layout"].get("yaxis", {})
    names = dict(zip(axis.get("tickvals") or (), axis.get("ticktext") or (), strict=False))
    return [row for trace in drawn["data"] for row in _rows(trace, names)]


def _rows(trace: dict[str, Any], names: dict[Any, str]) -> list[list[str]]:
    if trace.get("hoverinfo") == "text" and "hovertext" in trace:
        return [_cells(text) for text in trace["hovertext"]]
    if trace.get("type") == "bar":
        named = zip(trace["y"], trace["text"], strict=True)
        return [[_plain(names.get(place, str(place))), _plain(text)] for place, text in named]
    return []


def _cells(text: str) -> list[str]:
    """`Huế: 93,12 (92,5-93,7)<br>● đạt` in its three parts."""
    lines = [_plain(line) for line in text.split("<br>")]
    head, _, figure = lines[0].partition(": ")
    return [cell for cell in (head, figure, *lines[1:]) if cell]


def _plain(text: str) -> str:
    return _TAG.sub(" " if "<br>" in text else "", text).strip()
