"""The matrix of factor families on a page: its finding, its facts, the picture, and the same as a table."""

import polars as pl
import streamlit as st

from dashboard import indices
from dashboard.appendix import appended
from dashboard.charts.matrix import BETWEEN, Cell, Matrix, matrix
from dashboard.choices import read_choice
from dashboard.comparisons import measured_members, owners_of, within
from dashboard.context import Context
from dashboard.facts import Fact
from dashboard.indices import Standing
from dashboard.matrix import overlapping
from dashboard.notices import lacking
from dashboard.picking import draw_picking
from dashboard.reference import NATION
from dashboard.tables import Column
from dashboard.verdicts import MARKS, MET, legend, marked, text_colours

KEPT = ("by", "level")
"""The page's own choices that a click on the matrix leaves alone."""


def finding(context: Context, shown: Matrix) -> str:
    """The weakest cell; with a family chosen, where that family is lowest and where highest."""
    texts, form, family = context.texts, context.format, context.selection.family
    place = texts("finding.nation") if context.place.geo_code == NATION else context.place.label
    measured = _of_family(context, shown)
    if not measured:
        return texts("page.factors")
    low, high = measured[0], measured[-1]
    if family and low != high:
        return texts(
            "factors.family_finding",
            family=context.item_label
            if context.place.geo_code == NATION
            else f"{context.item_label}, {place}",
            worst=shown.columns[low.column],
            worst_index=form.index(low.index_pct),
            best=shown.columns[high.column],
            best_index=form.index(high.index_pct),
        )
    n = overlapping(low, shown)
    sentence = texts(
        "factors.finding" if not family else "factors.family_alone",
        place=place,
        family=shown.rows[low.row],
        channel=shown.columns[low.column],
        index=form.index(low.index_pct),
    )
    return sentence + (texts("factors.overlapping", n=n) if n and not family else "")


def family_facts(context: Context, shown: Matrix, standing: Standing) -> list[Fact]:
    """The weakest family over all channels, the lowest and highest cell, and how many cells are surely at the goal."""
    texts, form = context.texts, context.format
    families = indices.families(context, context.place, context.selection.channel)
    chosen = context.selection.family
    families = families.filter(key=chosen) if chosen else families
    drawn = []
    if families.height:
        row = families.row(-1, named=True)
        label = texts("factors.this_family" if chosen else "factors.lowest_family")
        drawn.append(_fact(context, label, row, str(row["label"])))
    measured = _of_family(context, shown)
    if not measured:
        return drawn
    ends = [("factors.lowest_cell", measured[0]), ("factors.highest_cell", measured[-1])]
    for key, cell in ends:
        named = shown.columns[cell.column]
        named = named if chosen else f"{shown.rows[cell.row]} · {named}"
        drawn.append(_fact(context, texts(key), vars(cell), named))
    verdicts = [cell.verdict_goal for cell in measured]
    counted = {
        "untold": form.count(verdicts.count("undetermined")),
        "missed": form.count(verdicts.count("not_met")),
    }
    at_goal = Fact(
        texts("factors.cells_met", goal=form.milestone(standing.goal_pct)),
        f"{form.count(verdicts.count(MET))} / {form.count(len(verdicts))}",
        texts("fact.untold_and_missed", **counted),
        help=texts("factors.cells_help"),
    )
    return [*drawn, at_goal]


def family_absent(context: Context) -> None:
    """The chosen family has no answers at the chosen channel, and that is said; nothing without families."""
    if context.selection.family is None:
        return
    channel = context.channel_labels[context.selection.channel]
    said = {"family": context.item_label, "channel": channel, "year": context.survey.year}
    lacking(context.texts, "not_measured", context.texts("factors.family_absent", **said))


def _fact(context: Context, label: str, row: dict[str, object], named: str) -> Fact:
    """An index with its interval, and what it is of."""
    form = context.format
    ends = {
        "low": form.index(row["ci_low_pct"]),  # type: ignore[arg-type]  # a row has values of any type
        "high": form.index(row["ci_high_pct"]),  # type: ignore[arg-type]
    }
    mark = MARKS.get(str(row["verdict_goal"]), "")
    value = form.index(row["index_pct"])  # type: ignore[arg-type]
    return Fact(label, value, f"{mark} {named}", context.texts("fact.interval", **ends))


def _of_family(context: Context, shown: Matrix) -> list[Cell]:
    """The measured cells, the lowest first: of the family chosen, if one is."""
    family = context.selection.family
    return [cell for cell in shown.measured if family in (None, cell.row)]


def family_section(context: Context, shown: Matrix, standing: Standing) -> None:
    """The matrix of the page on factors; a click narrows the page to the family and looks at its channel below."""
    texts = context.texts
    st.subheader(texts("factors.matrix"))
    goal = context.format.milestone(standing.goal_pct)
    st.caption(texts("factors.matrix_help", goal=goal, marks=legend(texts)))
    draw_picking(
        matrix(shown, context.style, context.selection.family),
        "matrix",
        texts("factors.matrix"),
        lambda picked: follow(context, picked),
        shown.leading,
    )
    gaps_note(context, shown)
    matrix_table(context, shown, "matrix_table", texts("factors.matrix_table"))


def follow(context: Context, picked: str) -> None:
    """Choose the family of a cell for all pages, and its channel for the comparisons of this one.

    In one step, which is one step back in the browser; what is compared starts anew at the family.
    """
    family, _, column = picked.partition(BETWEEN)
    members = measured_members(context, context.place, column)
    channel = members[0] if len(members) == 1 else column
    inside = channel in within(context, context.place)
    selection = context.selection.but(family=family)
    address = (selection if inside else selection.but(channel=channel)).to_address()
    address |= {name: read_choice(name) for name in KEPT if read_choice(name)}
    if inside and channel != selection.channel:
        address["within"] = channel
    st.query_params.from_dict(address)


def gaps_note(context: Context, shown: Matrix) -> None:
    """What the instrument asks at some columns only, and what this survey left out: two different things."""
    texts, partly, left_out = context.texts, [], []
    for row, label in shown.rows.items():
        states = {cell.column: cell.state for cell in shown.cells if cell.row == row}
        asked = [shown.columns[key] for key, state in states.items() if state != "not_asked"]
        absent = [shown.columns[key] for key, state in states.items() if state == "not_asked"]
        if absent and len(asked) <= len(absent):
            partly.append(texts("matrix.asked_only", row=label, channels=", ".join(asked)))
        elif absent:
            partly.append(texts("matrix.asked_not", row=label, channels=", ".join(absent)))
    for column, label in shown.columns.items():
        cells = [cell for cell in shown.cells if cell.column == column]
        missing = [cell for cell in cells if cell.state == "not_measured"]
        # A channel with figures that are hidden was measured.
        if missing and not any(cell.state == "hidden" for cell in cells):
            last = max(cell.last_year or 0 for cell in missing)
            key = "matrix.last_measured" if last else "matrix.never_measured"
            left_out.append(f"{label} ({texts(key, year=last)})")
    if partly:
        st.caption(texts("matrix.asks_not", partly="; ".join(partly)))
    if left_out:
        named = {"year": context.survey.year, "channels": "; ".join(left_out)}
        st.caption(texts("channels.left_out", **named))


def matrix_table(context: Context, shown: Matrix, key: str, alt: str) -> None:
    """The measured cells as a table, the lowest first, with the owner where a column is one channel."""
    texts, form = context.texts, context.format
    owners = owners_of(context, list(shown.columns))
    rows = pl.DataFrame(
        {
            "index_pct": [cell.index_pct for cell in shown.measured],
            "row": [shown.rows[cell.row] for cell in shown.measured],
            "column": [shown.columns[cell.column] for cell in shown.measured],
            "interval": [form.interval(c.ci_low_pct, c.ci_high_pct) for c in shown.measured],
            "goal": [marked(texts, cell.verdict_goal) for cell in shown.measured],
            "n_criteria": [cell.n_criteria for cell in shown.measured],
            "owner": [owners.get(cell.column) for cell in shown.measured],
        }
    )
    columns = [
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("row", texts("column.factor"), width=240),
        Column("column", texts("column.channel"), width=220),
        Column("interval", texts("column.interval"), texts("column.interval_help"), width=108),
        Column(
            "goal",
            texts("column.goal"),
            texts("column.verdict_help"),
            colours=text_colours(texts, context.style.palette),
        ),
        Column("n_criteria", texts("column.criteria"), write=form.count),
    ]
    if owners:
        columns.append(Column("owner", texts("column.owner"), width=230))
    appended(context, rows, columns, key, alt)
