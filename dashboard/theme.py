"""Colours with their meanings, and what every chart has in common.

The page's own colours and fonts stand in `.streamlit/config.toml`; charts are drawn from the same values
in Python because Plotly does not inherit them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.format import Format
from dashboard.texts import Texts

Element = dict[str, Any]
"""A part of a figure in Plotly's own terms."""
FONT = "'Be Vietnam Pro', sans-serif"
CHART_FONT_SIZE = 12.5
CHART_CONFIG: Element = {"scrollZoom": False, "showTips": False, "displaylogo": False}
_TAKE = {"png": "Download plot as a PNG", "svg": "Download plot as JSON"}
"""What two buttons of Plotly's say, by which another wording is found; `picture.js` gives them another task too."""
CLEAR = "rgba(0,0,0,0)"
BARE: Element = {"data": {"scatter": [{"type": "scatter"}]}}
"""Plotly's own template `none`, written out."""
FROZEN: Element = {"fixedrange": True, "zeroline": False, "showgrid": False}
"""An axis that cannot be dragged and draws nothing but its labels."""
LABEL_GAP: Element = {"ticks": "outside", "ticklen": 6, "tickcolor": CLEAR}
"""Room between the names of rows and what is drawn in them."""


@dataclass(frozen=True)
class Palette:
    """Colours by meaning. A verdict never stands on colour alone: a shape goes with it."""

    ink: str
    muted: str
    line: str
    panel: str
    page: str
    data: str
    soft: str
    met: str
    undetermined: str
    missed: str
    ramp: tuple[str, ...]
    """Single hue, low to high."""
    on_ramp: tuple[str, ...]
    """Text colour on each step of the ramp."""


LIGHT = Palette(
    ink="#16202E",
    muted="#5B6675",
    line="#DDE3EA",
    panel="#F4F6F9",
    page="#FFFFFF",
    data="#0B5CAD",
    soft="#9DBFE3",
    met="#2F6B3A",
    undetermined="#8892A0",
    missed="#B4461B",
    ramp=("#DCE9F6", "#BCD5EE", "#97BDE3", "#5F97D0", "#2A73BC", "#0B5299", "#083B70"),
    on_ramp=("#16202E",) * 3 + ("#16202E",) + ("#FFFFFF",) * 3,
)
DARK = Palette(
    ink="#E6EBF2",
    muted="#9AA7B7",
    line="#303B49",
    panel="#19212D",
    page="#10161F",
    data="#6CB0F2",
    soft="#34597F",
    met="#7CC48A",
    undetermined="#8592A3",
    missed="#F08A5D",
    ramp=("#1B2D42", "#20405F", "#27547F", "#326CA3", "#4A8BCB", "#74AFE9", "#A9D2F8"),
    on_ramp=("#E6EBF2",) * 4 + ("#10161F",) * 3,
)


@dataclass(frozen=True)
class Style:
    """How a chart speaks and looks: its texts, its numbers, its colours."""

    texts: Texts
    format: Format
    palette: Palette


def chart_config(name: str, heading: str, take: str) -> Element:
    """How a chart behaves: nothing but two quiet buttons, seen when pointed at, that take it away as a picture.

    The picture is made in the browser by `static/picture.js`.

    Args:
        name: of the picture's file, without its ending.
        heading: what the picture is called in itself.
        take: what the buttons say; the form follows in brackets.
    """
    said = {word: f"{take} ({form.upper()})" for form, word in _TAKE.items()}
    words = {"moduleType": "locale", "name": "own", "dictionary": said, "format": {}}
    return CHART_CONFIG | {
        "displayModeBar": "hover",
        "modeBarButtons": [["toImage", "downloadJson"]],
        "toImageButtonOptions": {"filename": name, "heading": heading},
        "locale": "own",
        "locales": {"own": words},
    }


def palette(kind: str | None) -> Palette:
    """The palette of the page's theme, `light` or `dark`; light before the browser has said which."""
    return DARK if kind == "dark" else LIGHT


def figure(
    palette: Palette,
    height: int,
    traces: Sequence[Element],
    *,
    marks: Sequence[Element] = (),
    notes: Sequence[Element] = (),
    **layout: Any,
) -> go.Figure:
    """A figure of the house: our font, no legend, no box, light horizontal grid only.

    It is put together in one call and not checked: Plotly takes five times as long to do so. The tests check every
    figure of every page.

    Args:
        height: pixels.
        traces: what is drawn, as Plotly's plain dictionaries.
        marks: shapes.
        notes: annotations; without an arrow, muted and a little smaller unless they say otherwise.
        layout: the rest; `xaxis`, `yaxis` and `margin` are laid over those of the house.
    """
    label = {"font": {"family": FONT, "size": CHART_FONT_SIZE, "color": palette.ink}}
    house = {
        "template": BARE,
        "height": height,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "hoverlabel": {"bgcolor": palette.page, "bordercolor": palette.line, **label},
        "showlegend": False,
        "dragmode": False,
        "modebar": {"bgcolor": palette.page, "color": palette.muted, "activecolor": palette.data},
        "shapes": list(marks),
        "annotations": [{"showarrow": False} | note for note in notes],
        **label,
    }
    axes = {
        "xaxis": FROZEN | {"color": palette.muted, "ticks": ""} | layout.pop("xaxis", {}),
        "yaxis": FROZEN | {"gridcolor": palette.line} | layout.pop("yaxis", {}),
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4} | layout.pop("margin", {}),
    }
    return go.Figure(data=list(traces), layout=house | axes | layout, _validate=False)


def note(palette: Palette, text: str, place: Element, smaller: float = 1) -> Element:
    """A muted note at a place of the chart, `smaller` than its labels."""
    return {
        "text": text,
        "font": {"size": CHART_FONT_SIZE - smaller, "color": palette.muted},
        **place,
    }


def dotted(palette: Palette, **ends: Any) -> Element:
    """The dotted ink line of a target, below what is drawn."""
    line = {"color": palette.ink, "width": 1.4, "dash": "dot"}
    return {"type": "line", "line": line, "layer": "below", **ends}
