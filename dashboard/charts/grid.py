"""Every criterion in every province against a target: a mark a cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from dashboard.format import ABSENT
from dashboard.theme import CHART_FONT_SIZE, Element, Style, figure
from dashboard.verdicts import SYMBOLS, colour, marked

ROW, HEADING = 28, 28
"""Pixels of a line of cells, and of a heading."""
NARROW, WIDE, SHEET = 24, 104, 680
"""Pixels of a cell: narrow ones hold a mark, below a name that can be hit (WCAG 2.2, 2.5.8); as wide as the sheet
allows, they hold the index too."""
ROOM_FOR_FIGURE = 58
BETWEEN_REGIONS = 9
MARK, TILE = 10, 17
Kind = Literal["block", "factor", "criterion", "absent"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of the grid: a heading, a criterion with its cells, or what is not asked here."""

    kind: Kind
    code: str
    label: str
    name: str
    """Code as it is written: below a heading, what the heading does not say already."""
    y: float
    """Pixels from the top to its middle."""
    n_met: int | None = None
    """Provinces whose cell meets the target."""

    @property
    def height(self) -> int:
        """Pixels."""
        return HEADING if self.kind in ("block", "factor") else ROW


@dataclass(frozen=True)
class Post:
    """A column of the grid: a province."""

    key: str
    label: str
    region_code: str
    x: float
    """Pixels from the left to its middle."""
    width: int
    n_met: int


@dataclass(frozen=True)
class Sheet:
    """Where everything stands."""

    lines: tuple[Line, ...]
    posts: tuple[Post, ...]

    @property
    def is_wide(self) -> bool:
        """Whether a cell has room for its figure beside the mark."""
        return all(post.width >= ROOM_FOR_FIGURE for post in self.posts)

    @property
    def height(self) -> int:
        """Pixels of all lines."""
        return sum(line.height for line in self.lines)

    @property
    def width(self) -> float:
        """Pixels of all columns."""
        return max((post.x + post.width / 2 for post in self.posts), default=0)


def sheet(
    criteria: pl.DataFrame,
    places: pl.DataFrame,
    met: tuple[Mapping[str, int], Mapping[str, int]],
    *,
    headings: bool,
    by_region: bool,
) -> Sheet:
    """Give every line and column its place.

    Args:
        criteria: item, label, factor, factor_label, block, block_label, is_defined; in the order shown.
        places: key, label, region_code; in the order shown.
        met: how many cells meet the target, by criterion and by province.
        headings: whether the criteria stand below their blocks and factors.
        by_region: whether to leave a gap where the region changes.
    """
    width = max(NARROW, min(WIDE, SHEET // max(places.height, 1)))
    posts, x, last = [], 0.0, None
    for key, label, region in places.select("key", "label", "region_code").iter_rows():
        if by_region and last not in (None, region):
            x += BETWEEN_REGIONS
        posts.append(Post(key, label, region, x + width / 2, width, met[1].get(key, 0)))
        x, last = x + width, region
    lines, y = [], 0.0
    for kind, code, label, name in _lines(criteria, headings):
        line = Line(kind, code, label, name, y, met[0].get(code) if kind == "criterion" else None)
        lines.append(Line(kind, code, label, name, y + line.height / 2, line.n_met))
        y += line.height
    return Sheet(tuple(lines), tuple(posts))


def _lines(criteria: pl.DataFrame, headings: bool) -> Iterator[tuple[Kind, str, str, str]]:
    """Kind, code, label and written code of each line; what is not asked here last where there are no headings."""
    rows = criteria.rows(named=True)
    if not headings:
        for row in rows:
            if row["is_defined"]:
                yield "criterion", row["item"], row["label"], row["item"]
    for block, asked in _together(rows, "block").items():
        label = asked[0]["block_label"]
        if not any(row["is_defined"] for row in asked):
            yield "absent", block, label, block
            continue
        if headings:
            yield "block", block, label, block
        for factor, own in _together(asked, "factor").items():
            yield from _factor(factor, own, headings)


def _together(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    """The rows by their value of a column, in the order in which each is met first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _factor(
    factor: str, rows: Sequence[Row], headings: bool
) -> Iterator[tuple[Kind, str, str, str]]:
    label = rows[0]["factor_label"]
    if not any(row["is_defined"] for row in rows):
        yield "absent", factor, label, factor
        return
    if headings and factor != rows[0]["block"]:
        yield "factor", factor, label, factor
    for row in rows:
        item, named = row["item"], row["label"]
        if not row["is_defined"]:
            yield "absent", item, named, item
        elif headings:
            yield "criterion", item, named, item.removeprefix(f"{factor}.")


def grid(
    cells: pl.DataFrame, placed: Sheet, year: int, style: Style, chosen: str | None = None
) -> go.Figure:
    """Draw the marks; a cell's `customdata` is the code of its province.

    The names of lines and columns are no part of it: they stand still while it scrolls.

    Args:
        cells: item, key, index_pct, ci_low_pct, ci_high_pct, verdict (null: not measured), measured_year
            (of a cell that is not measured: when it last was; null: never), is_hidden.
        placed: lines and columns that hold every cell.
        year: the year of the survey.
        chosen: code of the province whose column is framed.
    """
    lines = {line.code: line for line in placed.lines if line.kind == "criterion"}
    posts = {post.key: post for post in placed.posts}
    missing = cells.filter(pl.col("verdict").is_null())
    # A trace a verdict: its look is then said once and not for each of two thousand cells.
    by_verdict = {verdict: cells.filter(verdict=verdict) for verdict in SYMBOLS}
    traces = [
        _marks(rows, verdict, lines, posts, style)
        for verdict, rows in by_verdict.items()
        if not rows.is_empty()
    ]
    if not missing.is_empty():
        traces.append(_missing(missing, lines, posts, year, style))
    hidden = {"visible": False}
    return figure(
        style.palette,
        placed.height,
        traces,
        marks=[*_grounds(placed, style), *_frame(posts.get(chosen or ""), placed, style)],
        notes=_absent(placed, style),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        hovermode="closest",
        xaxis={"range": [0, placed.width], **hidden},
        yaxis={"range": [placed.height, 0], **hidden},
    )


def _marks(
    rows: pl.DataFrame,
    verdict: str,
    lines: Mapping[str, Line],
    posts: Mapping[str, Post],
    style: Style,
) -> Element:
    """The measured cells of one verdict; wide ones with their index."""
    form, shade = style.format, colour(style.palette, verdict)
    width = next(iter(posts.values())).width
    wide = width >= ROOM_FOR_FIGURE
    left = width / 2 - MARK if wide else 0
    figures = {
        "mode": "markers+text",
        "text": [f"\N{NO-BREAK SPACE}{form.index(value)}" for value in rows["index_pct"]],
        "textposition": "middle right",
        "textfont": {"color": style.palette.ink, "size": CHART_FONT_SIZE - 0.5},
    }
    return {
        "x": [posts[key].x - left for key in rows["key"]],
        "y": [lines[item].y for item in rows["item"]],
        "mode": "markers",
        "marker": {
            "symbol": SYMBOLS[verdict],
            "size": MARK,
            "color": shade,
            "line": {"color": shade, "width": 1.5},
        },
        **(figures if wide else {}),
        "hovertext": [_told(row, lines, posts, style) for row in rows.iter_rows(named=True)],
        **_answering(rows),
    }


def _told(
    row: Mapping[str, object], lines: Mapping[str, Line], posts: Mapping[str, Post], style: Style
) -> str:
    form, line = style.format, lines[str(row["item"])]
    return style.texts(
        "target.cell_hover",
        place=posts[str(row["key"])].label,
        criterion=f"{line.code} {line.label}",
        index=form.index(row["index_pct"]),  # type: ignore[arg-type]  # a row has values of any type
        interval=form.interval(row["ci_low_pct"], row["ci_high_pct"]),  # type: ignore[arg-type]
        verdict=marked(style.texts, str(row["verdict"])),
    )


def _missing(
    rows: pl.DataFrame,
    lines: Mapping[str, Line],
    posts: Mapping[str, Post],
    year: int,
    style: Style,
) -> Element:
    """The cells that nobody answered: a pale tile with the year in which it was last measured."""
    texts = style.texts
    told = []
    cells = rows.select("item", "key", "measured_year", "is_hidden").rows()
    for item, key, last, hidden in cells:
        line = lines[item]
        cell = {"place": posts[key].label, "criterion": f"{line.code} {line.label}", "year": year}
        if hidden:
            told.append(texts("target.hidden_hover", **cell))
        elif last is None:
            told.append(texts("target.never_hover", **cell))
        else:
            told.append(texts("target.missing_hover", last=last, **cell))
    return {
        "x": [posts[key].x for key in rows["key"]],
        "y": [lines[item].y for item in rows["item"]],
        "mode": "markers+text",
        "marker": {"symbol": "square", "size": TILE, "color": style.palette.panel},
        "text": [
            texts("target.hidden_mark") if hidden else short_year(last)
            for *_, last, hidden in cells
        ],
        "textfont": {"color": style.palette.muted, "size": CHART_FONT_SIZE - 2},
        "hovertext": told,
        **_answering(rows),
    }


def short_year(year: int | None) -> str:
    """A year in a cell: `’25`; a dash for never."""
    return ABSENT if year is None else f"’{year % 100:02}"


def _answering(rows: pl.DataFrame) -> Element:
    """What a trace needs in order to speak when pointed at and to be clicked without changing its look."""
    same = {"marker": {"opacity": 1}}
    return {
        "customdata": rows["key"].to_list(),
        "hoverinfo": "text",
        "cliponaxis": False,
        "selected": same,
        "unselected": same,
    }


def _grounds(placed: Sheet, style: Style) -> list[Element]:
    """The ground of headings, which goes on below the names beside it."""
    return [
        {
            "type": "rect",
            "layer": "below",
            "fillcolor": style.palette.line if line.kind == "block" else style.palette.panel,
            "line": {"width": 0},
            "x0": 0,
            "x1": placed.width,
            "y0": line.y - line.height / 2,
            "y1": line.y + line.height / 2,
        }
        for line in placed.lines
        if line.kind in ("block", "factor")
    ]


def _frame(post: Post | None, placed: Sheet, style: Style) -> list[Element]:
    if post is None:
        return []
    half = post.width / 2
    box = {"x0": post.x - half, "x1": post.x + half, "y0": 0, "y1": placed.height}
    return [{"type": "rect", "line": {"color": style.palette.ink, "width": 1.5}, **box}]


def _absent(placed: Sheet, style: Style) -> list[Element]:
    """What is not asked here has no cells, and says so."""
    font = {"size": CHART_FONT_SIZE - 1, "color": style.palette.muted}
    place = {"x": 0, "xanchor": "left", "xshift": 6, "yanchor": "middle"}
    text = style.texts("target.not_asked")
    return [
        {"text": f"<i>{text}</i>", "y": line.y, "font": font, **place}
        for line in placed.lines
        if line.kind == "absent"
    ]


def weakest_first(criteria: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Criteria by how many provinces surely miss the target, then by how few surely meet it."""
    counted = cells.group_by("item").agg(
        missed=(pl.col("verdict") == "not_met").sum(), met=(pl.col("verdict") == "met").sum()
    )
    order: Sequence[bool] = [True, False]
    rows = criteria.join(counted, on="item", how="left", maintain_order="left")
    return rows.sort("missed", "met", descending=order, nulls_last=True, maintain_order=True).drop(
        "missed", "met"
    )
