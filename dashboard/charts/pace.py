"""Forms collected so far against the plan, day by day, and the way that is left."""

from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import CHART_FONT_SIZE, Element, Style, figure

HEIGHT = 340
HEADROOM = 1.14
# On a phone, the names at the end of the line of collected forms are nearly half as wide as the chart.
ROOM_LEFT, ROOM_RIGHT = 0.45, 0.55


@dataclass(frozen=True)
class Goal:
    """Where the line of collected forms should end: the last day, and the forms planned for it."""

    day: date
    planned: int
    pace_needed: float


def pace(days: pl.DataFrame, as_of: date, goal: Goal | None, style: Style) -> go.Figure:
    """Draw collected forms as a line to the day of the figures, the plan as a dotted one beside it.

    Args:
        days: date, valid, valid_so_far, planned_so_far (null: no plan); the earliest first.
        as_of: last day with data; later rows hold the plan only.
        goal: drawn as a dashed line from the last point; None if the survey is finished or has no plan.
    """
    texts, form, palette = style.texts, style.format, style.palette
    done = days.filter(pl.col("date") <= as_of)
    due = days.filter(pl.col("planned_so_far").is_not_null())
    traces = [_plan(due, style), _done(done, style)]
    notes = _end(due["date"], due["planned_so_far"], texts("chart.plan"), palette.ink, style)
    if goal and not done.is_empty():
        start = done["date"][-1], done["valid_so_far"][-1]
        traces.append(_way(start, goal, style))
        notes.append(_start(days, done, goal, style))
    else:
        name = texts("chart.collected")
        notes += _end(done["date"], done["valid_so_far"], name, palette.data, style)
    most = max(_known(done["valid_so_far"]) + _known(due["planned_so_far"]), default=1)
    return figure(
        palette,
        HEIGHT,
        traces,
        notes=notes,
        margin={"l": 46, "r": 14, "b": 26, "t": 8},
        separators=form.separators,
        xaxis={
            "type": "date",
            "range": [days["date"].min(), days["date"].max()],
            "tickformat": form.day_ticks,
            "nticks": 6,
            "linecolor": palette.line,
            "showline": True,
        },
        yaxis={
            "range": [0, most * HEADROOM],
            "tickformat": ",d",
            "nticks": 6,
            "color": palette.muted,
            "showgrid": True,
        },
    )


def _plan(due: pl.DataFrame, style: Style) -> Element:
    form = style.format
    return {
        "x": due["date"].to_list(),
        "y": due["planned_so_far"].to_list(),
        "mode": "lines",
        "line": {"color": style.palette.ink, "width": 1.4, "dash": "dot"},
        "hovertext": [
            style.texts("chart.plan_hover", day=form.date(day), n=form.count(n))
            for day, n in due.select("date", "planned_so_far").iter_rows()
        ],
        "hoverinfo": "text",
    }


def _done(done: pl.DataFrame, style: Style) -> Element:
    form = style.format
    return {
        "x": done["date"].to_list(),
        "y": done["valid_so_far"].to_list(),
        "mode": "lines",
        "line": {"color": style.palette.data, "width": 2.5},
        "hovertext": [
            style.texts(
                "chart.collected_hover",
                day=form.date(day),
                n=form.count(so_far),
                today=form.count(n),
            )
            for day, so_far, n in done.select("date", "valid_so_far", "valid").iter_rows()
        ],
        "hoverinfo": "text",
    }


def _way(start: tuple[date, int], goal: Goal, style: Style) -> Element:
    """The way from the last day with data to the whole plan on the last day of the fieldwork."""
    return {
        "x": [start[0], goal.day],
        "y": [start[1], goal.planned],
        "mode": "lines",
        "line": {"color": style.palette.soft, "width": 2, "dash": "dash"},
        "hoverinfo": "skip",
    }


def _start(days: pl.DataFrame, done: pl.DataFrame, goal: Goal, style: Style) -> Element:
    """What is collected and the pace needed, beside the last day with data and clear of the plan's line.

    Behind the plan there is room below to the right, ahead of it above to the left; where the chart ends
    too soon on that side, the lower right corner is free.
    """
    texts, form, palette = style.texts, style.format, style.palette
    day, collected, due = done.select("date", "valid_so_far", "planned_so_far").row(-1)
    first = days["date"][0]
    gone = (day - first) / (goal.day - first)
    ahead = collected >= (due or 0)
    needed = texts("chart.needed", pace=form.pace(goal.pace_needed))
    named = f"{texts('chart.collected')} <b>{form.count(collected)}</b>"
    text = f'{named}<br><span style="color: {palette.muted}">{needed}</span>'
    if ahead and gone >= ROOM_LEFT:
        place = {
            "xanchor": "right",
            "yanchor": "bottom",
            "align": "right",
            "xshift": -4,
            "yshift": 4,
        }
    elif not ahead and gone <= ROOM_RIGHT:
        place = {"xanchor": "left", "yanchor": "top", "align": "left", "xshift": 6, "yshift": -6}
    else:
        place = {"xanchor": "right", "yanchor": "top", "align": "right"}
        day, collected = goal.day, collected * 0.45
    return _label(day, collected, text, palette.data) | place


def _end(days: pl.Series, counts: pl.Series, name: str, colour: str, style: Style) -> list[Element]:
    """The name of a line and its last figure above its end, to the left so that it stays on a phone."""
    if days.is_empty():
        return []
    said = f"{name} <b>{style.format.count(counts[-1])}</b>"
    above = {"xanchor": "right", "yanchor": "bottom", "xshift": 6, "yshift": 5}
    return [_label(days[-1], counts[-1], said, colour) | above]


def _label(day: date, height: float, text: str, colour: str) -> Element:
    font = {"size": CHART_FONT_SIZE, "color": colour}
    return {"x": day, "y": height, "text": text, "font": font}


def _known(counts: pl.Series) -> list[int]:
    return [count for count in counts.to_list() if count is not None]
