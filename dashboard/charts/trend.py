"""The index over the surveys, against the milestones."""

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import CHART_FONT_SIZE, Element, Palette, Style, dotted, figure, note

HEIGHT = 330
FIRST_TICK = 2020
# Where the figure stands at its point: the first below, the last beside, the others above to the left, so
# that two neighbouring years stay apart on a phone too.
_BELOW: Element = {"yanchor": "top", "yshift": -9}
_ABOVE: Element = {"yanchor": "bottom", "xanchor": "right", "xshift": 8, "yshift": 9}
_BESIDE: Element = {"xanchor": "left", "xshift": 10}


def trend(
    surveys: pl.DataFrame, published: pl.DataFrame, milestones: pl.DataFrame, style: Style
) -> go.Figure:
    """Draw the surveys as a line, with gaps where two neighbours did not measure the same.

    Args:
        surveys: year, index_pct, ci_low_pct, ci_high_pct, n_criteria, joined; the earliest first.
        published: year, value_pct, method, printed of officially published figures that no loaded survey has;
            drawn as open diamonds, never joined to the line.
        milestones: year, value_pct.
    """
    palette = style.palette
    marks, notes = _milestones(milestones, style)
    notes += _break(published, surveys, palette) + _figures(surveys, style)
    notes += _published_notes(published, style)
    values = [*surveys["index_pct"], *published["value_pct"], *milestones["value_pct"]]
    years = [*surveys["year"], *published["year"], *milestones["year"]]
    return figure(
        palette,
        HEIGHT,
        [
            _line(surveys, palette),
            _points(surveys, style),
            _diamonds(published, style),
            _intervals(surveys, palette),
        ],
        marks=marks,
        notes=notes,
        margin={"l": 30, "b": 26},
        xaxis={
            "range": [min(years) - 0.7, max(years) + 0.7],
            "tick0": FIRST_TICK,
            "dtick": 2,
            "tickformat": "d",
            "linecolor": palette.line,
            "showline": True,
        },
        yaxis={
            "range": [min(values) - 2.5, max(values) + 2.5],
            "dtick": 5,
            "color": palette.muted,
            "showgrid": True,
        },
    )


def _milestones(milestones: pl.DataFrame, style: Style) -> tuple[list[Element], list[Element]]:
    """A dotted line from the year of each target to the next one's, and its name clear of the line."""
    marks, notes = [], []
    years = milestones["year"].to_list()
    ends = [*years[1:], years[-1] + 0.6] if years else []
    for year, end, value in zip(years, ends, milestones["value_pct"], strict=True):
        last = year == years[-1]
        start = year - 0.6 if last else year
        marks.append(dotted(style.palette, x0=start, x1=end, y0=value, y1=value))
        name = style.texts("chart.milestone", value=style.format.milestone(value))
        place = {"x": end if last else start, "xanchor": "right" if last else "left", "y": value}
        side = {"yanchor": "bottom" if last else "top"}
        notes.append(note(style.palette, name, place | side))
    return marks, notes


def _line(surveys: pl.DataFrame, palette: Palette) -> Element:
    """The line through the computed indices, broken where a survey is not joined to the one before."""
    years: list[float | None] = []
    values: list[float | None] = []
    for year, value, joined in surveys.select("year", "index_pct", "joined").iter_rows():
        if years and not joined:
            years.append(None)
            values.append(None)
        years.append(year)
        values.append(value)
    line = {"color": palette.data, "width": 2.5}
    return {"x": years, "y": values, "mode": "lines", "line": line, "hoverinfo": "skip"}


def _intervals(surveys: pl.DataFrame, palette: Palette) -> Element:
    """From where to where each index may lie; often shorter than the dot is tall."""
    years: list[float | None] = []
    ends: list[float | None] = []
    for year, low, high in surveys.select("year", "ci_low_pct", "ci_high_pct").iter_rows():
        years += [year, year, None]
        ends += [low, high, None]
    return {
        "x": years,
        "y": ends,
        "mode": "lines",
        "line": {"color": palette.data, "width": 2},
        "hoverinfo": "skip",
    }


def _points(surveys: pl.DataFrame, style: Style) -> Element:
    """Filled dots like for like, open ones after a change of scope."""
    palette, form = style.palette, style.format
    filled = [n == 0 or joined for n, joined in enumerate(surveys["joined"])]
    return {
        "x": surveys["year"].to_list(),
        "y": surveys["index_pct"].to_list(),
        "mode": "markers",
        "marker": {
            "size": 10,
            "color": [palette.data if full else palette.page for full in filled],
            "line": {"color": palette.data, "width": 2},
        },
        "cliponaxis": False,
        "hovertext": [
            style.texts(
                "chart.trend_hover",
                year=year,
                index=form.index(value),
                interval=form.interval(low, high),
                n=form.count(n),
            )
            for year, value, low, high, n in surveys.select(
                "year", "index_pct", "ci_low_pct", "ci_high_pct", "n_criteria"
            ).iter_rows()
        ],
        "hoverinfo": "text",
    }


def _figures(surveys: pl.DataFrame, style: Style) -> list[Element]:
    """The figure of every survey, on the colour of the page so that no line runs through it."""
    last = surveys.height - 1
    font = {"color": style.palette.data, "size": CHART_FONT_SIZE + 1}
    return [
        {
            "x": year,
            "y": value,
            "text": f"<b>{style.format.index(value)}</b>",
            "bgcolor": style.palette.page,
            "borderpad": 1,
            "font": font,
            **(_BESIDE if n == last else _BELOW if n == 0 else _ABOVE),
        }
        for n, (year, value) in enumerate(surveys.select("year", "index_pct").iter_rows())
    ]


def _break(published: pl.DataFrame, surveys: pl.DataFrame, palette: Palette) -> list[Element]:
    """Two strokes half-way between the last published figure before the surveys and the first survey."""
    if surveys.is_empty():
        return []
    first_year, first_value = surveys.select("year", "index_pct").row(0)
    earlier = published.filter(pl.col("year") < first_year)
    if earlier.is_empty():
        return []
    year, value = earlier.select("year", "value_pct").row(-1)
    middle = {"x": (year + first_year) / 2, "y": max(value, first_value)}
    return [note(palette, "<b>//</b>", middle, smaller=-4)]


def _diamonds(published: pl.DataFrame, style: Style) -> Element:
    """Official figures as open diamonds."""
    return {
        "x": published["year"].to_list(),
        "y": published["value_pct"].to_list(),
        "mode": "markers",
        "marker": {
            "symbol": "diamond-open",
            "size": 11,
            "color": style.palette.muted,
            "line": {"width": 2},
        },
        "hovertext": [
            style.texts("chart.published", year=year, value=printed)
            for year, printed in published.select("year", "printed").iter_rows()
        ],
        "hoverinfo": "text",
    }


def _published_notes(published: pl.DataFrame, style: Style) -> list[Element]:
    """What an official figure is, and why no line leads from it."""
    texts = style.texts
    notes = []
    columns = "year", "value_pct", "method", "printed"
    for year, value, method, printed in published.select(columns).iter_rows():
        other = method == "satisfied_share"
        reason = texts("chart.other_method") if other else texts("chart.published_only")
        said = texts("chart.published_short", year=year)
        text = f"<b>{printed}</b> {said}<br>{reason}"
        place = {"x": year, "y": value, "xanchor": "left", "yanchor": "bottom", "xshift": 10}
        notes.append(note(style.palette, text, place | {"align": "left"}))
    return notes
