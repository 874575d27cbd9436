"""The part of the page of the goal that shows every cell: the grid, or the same as a table."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import goal
from dashboard.charts.grid import grid, sheet, short_year, weakest_first
from dashboard.charts.grid_frame import line_names, province_names
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.goal import Milestone
from dashboard.memory import remembered
from dashboard.tables import Column, table
from dashboard.verdicts import MARKS, legend

STYLE = Path(__file__).parent / "static" / "grid.css"
GRID, TABLE = "grid", "table"
PLAN, WEAKEST = "plan", "weakest"
RANK, REGION = "rank", "region"
TABLE_ROWS = 20


@dataclass(frozen=True)
class Cells:
    """Every cell of the area against one target, and the criteria and provinces that it is made of."""

    milestone: Milestone
    criteria: pl.DataFrame
    provinces: pl.DataFrame
    rows: pl.DataFrame


def cells_of(context: Context, milestone: Milestone) -> Cells:
    """The cells of the chosen region or the nation, whichever province is chosen in it; see `dashboard.goal`."""

    def make() -> Cells:
        criteria, provinces = goal.criteria(context), goal.provinces(context)
        rows = goal.cells(context, criteria, provinces, milestone)
        return Cells(milestone, criteria, provinces, rows)

    area = context.selection.but(province=None)
    return context.source.once(("cells", area, milestone.name), make)


def target_choice(context: Context, milestones: dict[str, Milestone]) -> None:
    """The buttons that choose the target; nothing where there is only one."""
    if len(milestones) < 2:
        return
    written = {
        name: context.texts(
            "target.goal" if name == goal.GOAL else "target.in_force",
            value=context.format.milestone(milestone.pct),
        )
        for name, milestone in milestones.items()
    }
    choose(context, "target", "target.choice", written, goal.GOAL)


def cells_section(context: Context, cells: Cells, milestones: dict[str, Milestone]) -> str | None:
    """The choices, then the grid or the table; the province whose cell the reader clicked, if any."""
    texts, milestone = context.texts, cells.milestone
    value = context.format.milestone(milestone.pct)
    st.subheader(texts("target.grid", goal=value))
    with st.container(horizontal=True, key="grid_choices"):
        target_choice(context, milestones)
        lines = {PLAN: texts("target.by_plan"), WEAKEST: texts("target.by_weakest")}
        by_line = choose(context, "lines", "target.lines", lines, PLAN)
        columns = {RANK: texts("target.by_rank"), REGION: texts("target.by_region")}
        by_column = choose(context, "columns", "target.columns", columns, RANK)
        shapes = {GRID: texts("target.as_grid"), TABLE: texts("target.as_table")}
        shape = choose(context, "shape", "target.shape", shapes, GRID)
    said = [texts("target.marks", goal=value, marks=legend(texts))]
    if cells.rows["verdict"].null_count():
        said.append(texts("target.missing_marks"))
    if not cells.criteria["is_defined"].all():
        said.append(texts("target.not_asked_help"))
    st.caption(" ".join([*said, texts("target.click" if shape == GRID else "target.table_help")]))
    _without_forms(context, cells)
    if shape == TABLE:
        _table(context, _ordered(context, cells, by_line, by_column))
        return None
    return _grid(context, cells, by_line, by_column)


def _without_forms(context: Context, cells: Cells) -> None:
    """Provinces of the area that have no form at all have no column, and are named."""
    surveyed = set(cells.provinces["key"])
    region = context.selection.region
    missing = [
        place.label
        for code, place in context.reference.places(context.survey, "province").items()
        if code not in surveyed and region in (None, place.region_code)
    ]
    if missing:
        st.caption(context.texts("target.without_forms", names=", ".join(missing)))


def _ordered(context: Context, cells: Cells, by_line: str, by_column: str) -> Cells:
    """Criteria and provinces in the order that the reader chose; the chosen province comes first."""
    criteria = weakest_first(cells.criteria, cells.rows) if by_line == WEAKEST else cells.criteria
    provinces = cells.provinces
    if by_column == REGION:
        regions = list(context.reference.places(context.survey, "region"))
        order = {code: n for n, code in enumerate(regions)}
        rank = pl.col("region_code").replace_strict(order, default=len(order))
        provinces = provinces.sort(rank, maintain_order=True)
    provinces = provinces.sort(
        pl.col("key") != (context.selection.province or ""), maintain_order=True
    )
    return Cells(cells.milestone, criteria, provinces, cells.rows)


@dataclass(frozen=True)
class Drawing:
    """The grid as it is put on the page."""

    provinces: str
    lines: str
    width: int
    cells: go.Figure


def _grid(context: Context, cells: Cells, by_line: str, by_column: str) -> str | None:
    """Names that stand still, and the marks that scroll below and beside them."""
    value = context.format.milestone(cells.milestone.pct)
    drawing = remembered(
        context,
        "grid",
        lambda: _drawing(context, _ordered(context, cells, by_line, by_column), by_line, by_column),
        *(cells.milestone.name, by_line, by_column),
    )
    st.html(STYLE)
    with st.container(key="grid", gap=None):
        st.html(drawing.provinces)
        with st.container(horizontal=True, gap=None, key="grid_body"):
            st.html(drawing.lines, width="content")
            with st.container(width=drawing.width):
                alt = context.texts("target.grid_alt", goal=value)
                return draw(drawing.cells, "cells", alt, pick=True, tabled=True, pictured=False)


def _drawing(context: Context, cells: Cells, by_line: str, by_column: str) -> Drawing:
    texts, style, chosen = context.texts, context.style, context.selection.province
    met = goal.met_by(cells.rows, "item"), goal.met_by(cells.rows, "key")
    placed = sheet(
        cells.criteria,
        cells.provinces,
        met,
        headings=by_line == PLAN,
        by_region=by_column == REGION,
    )
    links = {
        post.key: "profile?" + urlencode(context.selection.but(province=post.key).to_address())
        for post in placed.posts
    }
    places = context.reference.places(context.survey, "region")
    regions = {code: place.label for code, place in places.items()} if by_column == REGION else {}
    value = context.format.milestone(cells.milestone.pct)
    corner = texts("target.provinces_met", goal=value), texts("target.criteria_met", goal=value)
    return Drawing(
        province_names(placed, links, regions, corner, style, chosen),
        line_names(placed, style),
        round(placed.width),
        grid(cells.rows, placed, context.survey.year, style, chosen),
    )


def _table(context: Context, cells: Cells) -> None:
    """A row a criterion, a column a province: mark and index, or when it was last measured."""
    texts, form = context.texts, context.format
    written = [
        f"{MARKS[verdict]} {form.index(index)}"
        if verdict
        else texts("matrix.hidden" if hidden else "target.missing_cell", last=short_year(last))
        for verdict, index, last, hidden in cells.rows.select(
            "verdict", "index_pct", "measured_year", "is_hidden"
        ).iter_rows()
    ]
    values = cells.rows.select("item", "key").with_columns(
        written=pl.Series(written, dtype=pl.String)
    )
    wide = values.pivot("key", index="item", values="written")
    named = cells.criteria.filter("is_defined").with_columns(
        criterion=pl.concat_str("item", pl.lit(" "), "label")
    )
    rows = named.join(wide, on="item", how="left", maintain_order="left")
    columns = [
        Column("criterion", texts("column.criterion"), width=235, pinned=True),
        *(
            Column(key, label, width=88)
            for key, label in cells.provinces.select("key", "label").iter_rows()
        ),
    ]
    alt = texts("target.grid_alt", goal=form.milestone(cells.milestone.pct))
    table(rows, columns, "cells_table", alt, rows_shown=TABLE_ROWS)
