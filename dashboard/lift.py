"""The part of the page of the goal that asks "what if": one item higher, and what follows."""

import polars as pl
import streamlit as st

from dashboard import goal
from dashboard.charts.tally import tally
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.goal import Lift, Milestone
from dashboard.inference import Cells
from dashboard.selection import EVERY_CHANNEL
from dashboard.tables import Column, table

POINTS, PEOPLE = "points", "people"
AMOUNTS = {POINTS: (1, 2, 5, 10), PEOPLE: (5, 10, 20, 50)}
USUAL = {POINTS: 2, PEOPLE: 10}


def lift_section(context: Context, milestone: Milestone) -> None:
    """The choices of a supposition about the chosen place, and what would follow."""
    texts, form = context.texts, context.format
    place, channel = context.place.label, context.selection.channel
    if channel != EVERY_CHANNEL:
        place = f"{place} · {context.channel_labels[channel]}"
    st.subheader(texts("target.what_if", place=place))
    st.caption(texts("target.what_if_help"))
    items = goal.liftable(context, context.place)
    if items.is_empty():
        st.caption(texts("target.nothing_to_lift"))
        return
    lift = _chosen(context, items)
    indices, cells = goal.lifted(context, lift, milestone)
    overall = indices.filter(item_level="overall").row(0, named=True)
    said = texts(
        "target.follows",
        item=_named(items, lift.item),
        now=form.index(overall["index_pct"]),
        then=form.index(overall["lifted_pct"]),
        change=form.change(overall["change_pct"]),
    )
    if cells:
        said += " " + _cells_follow(context, cells, milestone)
    st.markdown(said)
    left, right = st.columns([0.62, 0.38], gap="large")
    with left:
        _table(context, indices)
    with right:
        if cells:
            _bars(context, cells, milestone)
        else:
            st.caption(texts("target.no_cells"))


def _chosen(context: Context, items: pl.DataFrame) -> Lift:
    """What the reader supposes; at first two points on the chosen family, or the weakest one."""
    texts = context.texts
    labels = dict(zip(items["item"], (_label(*row) for row in items.iter_rows()), strict=True))
    family = context.selection.family
    first = family if family in labels else items["item"][0]
    with st.container(horizontal=True, key="lift_choices", vertical_alignment="bottom"):
        item = choose(context, "lift", "target.lift", labels, str(first), kind="list")
        ways = {POINTS: texts("target.by_points"), PEOPLE: texts("target.by_people")}
        way = choose(context, "way", "target.way", ways, POINTS)
        key = "target.points" if way == POINTS else "target.people"
        written = "target.amount" if way == POINTS else "target.of_hundred"
        amounts = {str(n): texts(written, n=n) for n in AMOUNTS[way]}
        amount = float(choose(context, "amount", key, amounts, str(USUAL[way])))
    return Lift(item, points=amount) if way == POINTS else Lift(item, people=amount)


def _label(item: str, level: str, label: str) -> str:
    """A family by its name; a heading by its code too, for several are named alike."""
    return label if level in ("family", "overall") else f"{item} {label}"


def _named(items: pl.DataFrame, item: str) -> str:
    return next(_label(*row) for row in items.iter_rows() if row[0] == item)


def _cells_follow(context: Context, cells: tuple[Cells, Cells], milestone: Milestone) -> str:
    form, (now, then) = context.format, cells
    return context.texts(
        "target.cells_follow" if now.n_met != then.n_met else "target.cells_stay",
        goal=form.milestone(milestone.pct),
        now=form.count(now.n_met),
        then=form.count(then.n_met),
        n=form.count(now.n_cells),
    )


def _table(context: Context, indices: pl.DataFrame) -> None:
    """The indices that rise, from the overall one downwards."""
    texts, form = context.texts, context.format
    names = [
        texts("target.family", label=label) if level == "family" else _label(item, level, label)
        for item, level, label in indices.select("item", "item_level", "label").iter_rows()
    ]
    rows = indices.with_columns(
        named=pl.Series(names, dtype=pl.String),
        lifted=pl.format("{} / {}", "n_lifted", "n_criteria"),
    )
    # The figures come first: on a phone the rest is a swipe away.
    columns = [
        Column("index_pct", texts("target.now"), write=form.index, width=70),
        Column("lifted_pct", texts("target.then"), write=form.index, width=70),
        Column("change_pct", texts("target.difference"), write=form.change, width=64),
        Column("named", texts("column.item"), width=310),
        Column("lifted", texts("target.lifted_criteria"), texts("target.lifted_help"), width=72),
    ]
    table(rows, columns, "lifted", texts("target.lifted"), rows_shown=12)


def _bars(context: Context, cells: tuple[Cells, Cells], milestone: Milestone) -> None:
    """The cells as they are and as they would be."""
    texts, form = context.texts, context.format
    bars = [
        (
            texts(key, n=form.count(counted.n_provinces_met), of=form.count(counted.n_provinces)),
            {
                "met": counted.n_met,
                "undetermined": counted.n_undetermined,
                "not_met": counted.n_not_met,
                "not_measured": counted.n_not_measured,
            },
        )
        for key, counted in zip(("target.bar_now", "target.bar_then"), cells, strict=True)
    ]
    heading = texts("target.bars", goal=form.milestone(milestone.pct))
    st.markdown(f"**{heading}**")
    draw(tally(bars, context.style), "lifted_cells", heading)
    st.caption(texts("target.bars_help"))
