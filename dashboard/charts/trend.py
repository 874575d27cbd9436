"""The index over the surveys, against the milestones."""

import plotly.graph_objects as go
import polars as pl

from dashboard.theme import CHART_FONT_SIZE, Palette, Style, figure

HEIGHT = 330
# Where the figure stands at its point: the first below, the last beside, the others above to the left, so that
# two neighbouring years stay apart on a phone too.
_BELOW = {"yanchor": "top", "yshift": -9}
_ABOVE = {"yanchor": "bottom", "xanchor": "right", "xshift": 8, "yshift": 9}
_BESIDE = {"xanchor": "left", "xshift": 10}


def trend(
    surveys: pl.DataFrame,
    published: pl.DataFrame,
    milestones: pl.DataFrame,
    style: Style,
) -> go.Figure:
    """Draw the surveys as a line, with gaps where two neighbours did not measure the same.

    Args:
        surveys: year, index_pct, n_criteria, joined; the earliest first.
        published: year, value_pct, method of officially published figures that no loaded survey has;
            drawn as open diamonds, never joined to the line.
        milestones: year, value_pct.
    """
    palette = style.palette
    drawn = figure(palette, HEIGHT)
    _milestones(drawn, milestones, style)
    _surveys(drawn, surveys, style)
    if published.height and surveys.height:
        _break(drawn, published, surveys, palette)
    for row in published.iter_rows(named=True):
        _published(drawn, row["year"], row["value_pct"], row["method"], style)
    values = [*surveys["index_pct"], *published["value_pct"], *milestones["value_pct"]]
    years = [*surveys["year"], *published["year"], *milestones["year"]]
    drawn.update_xaxes(
        range=[min(years) - 0.7, max(years) + 0.7],
        tick0=min(years),
        dtick=2,
        tickformat="d",
        ticks="",
        color=palette.muted,
        linecolor=palette.line,
        showline=True,
    )
    drawn.update_yaxes(
        range=[min(values) - 2.5, max(values) + 2.5], dtick=5, color=palette.muted, ticks=""
    )
    drawn.update_layout(margin={"l": 30, "r": 4, "t": 4, "b": 26})
    return drawn


def _milestones(drawn: go.Figure, milestones: pl.DataFrame, style: Style) -> None:
    """A dotted line from the year of each target to the next one's, the label under its start."""
    palette = style.palette
    years = milestones["year"].to_list()
    ends = [*years[1:], years[-1] + 0.6] if years else []
    for year, end, value in zip(years, ends, milestones["value_pct"], strict=True):
        last = year == years[-1]
        begin = year - 0.6 if last else year
        drawn.add_shape(
            type="line",
            x0=begin,
            x1=end,
            y0=value,
            y1=value,
            line={"color": palette.ink, "width": 1.4, "dash": "dot"},
            layer="below",
        )
        drawn.add_annotation(
            x=end if last else begin,
            y=value,
            text=style.texts("chart.milestone", value=style.format.milestone(value)),
            showarrow=False,
            xanchor="right" if last else "left",
            yanchor="bottom" if last else "top",
            font={"size": CHART_FONT_SIZE - 1, "color": palette.muted},
        )


def _surveys(drawn: go.Figure, surveys: pl.DataFrame, style: Style) -> None:
    """The computed indices: filled dots joined like for like, open ones after a change of scope."""
    texts, form, palette = style.texts, style.format, style.palette
    years: list[float | None] = []
    values: list[float | None] = []
    for row in surveys.iter_rows(named=True):
        if years and not row["joined"]:
            years.append(None)
            values.append(None)
        years.append(row["year"])
        values.append(row["index_pct"])
    drawn.add_scatter(
        x=years,
        y=values,
        mode="lines",
        line={"color": palette.data, "width": 2.5},
        hoverinfo="skip",
    )
    first = [True] + [False] * (surveys.height - 1)
    filled = [start or joined for start, joined in zip(first, surveys["joined"], strict=True)]
    drawn.add_scatter(
        x=surveys["year"].to_list(),
        y=surveys["index_pct"].to_list(),
        mode="markers",
        marker={
            "size": 10,
            "color": [palette.data if full else palette.page for full in filled],
            "line": {"color": palette.data, "width": 2},
        },
        cliponaxis=False,
        hovertext=[
            texts("chart.trend_hover", year=year, index=form.index(value), n=form.count(n))
            for year, value, n in surveys.select("year", "index_pct", "n_criteria").iter_rows()
        ],
        hoverinfo="text",
    )
    last = surveys.height - 1
    for place, (year, value) in enumerate(surveys.select("year", "index_pct").iter_rows()):
        drawn.add_annotation(
            x=year,
            y=value,
            text=f"<b>{form.index(value)}</b>",
            showarrow=False,
            bgcolor=palette.page,
            borderpad=1,
            font={"color": palette.data, "size": CHART_FONT_SIZE + 1},
            **(_BESIDE if place == last else _BELOW if place == 0 else _ABOVE),
        )


def _break(
    drawn: go.Figure, published: pl.DataFrame, surveys: pl.DataFrame, palette: Palette
) -> None:
    """Two strokes half-way between the last published figure before the surveys and the first survey."""
    first_year, first_value = surveys.select("year", "index_pct").row(0)
    earlier = published.filter(pl.col("year") < first_year)
    if earlier.height:
        year, value = earlier.select("year", "value_pct").row(-1)
        drawn.add_annotation(
            x=(year + first_year) / 2,
            y=max(value, first_value),
            text="<b>//</b>",
            showarrow=False,
            font={"size": CHART_FONT_SIZE + 4, "color": palette.muted},
        )


def _published(
    drawn: go.Figure,
    year: int,
    value: float,
    method: str,
    style: Style,
) -> None:
    """An official figure of another method: an open diamond and a note, no line."""
    texts, form, palette = style.texts, style.format, style.palette
    other = method == "satisfied_share"
    note = texts("chart.other_method") if other else texts("chart.published_only")
    drawn.add_scatter(
        x=[year],
        y=[value],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 11, "color": palette.muted, "line_width": 2},
        hovertext=texts("chart.published", value=form.index(value), year=year) + "<br>" + note,
        hoverinfo="text",
    )
    drawn.add_annotation(
        x=year,
        y=value,
        text=f"<b>{form.index(value)}</b> "
        + texts("chart.published_short", year=year)
        + f"<br>{note}",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        xshift=10,
        align="left",
        font={"size": CHART_FONT_SIZE - 1, "color": palette.muted},
    )
