"""The parts of the fieldwork page: its finding, its facts, the line of collected forms, the tables."""

import polars as pl
import streamlit as st

from dashboard.charts.pace import Goal, pace
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.facts import Fact
from dashboard.fieldwork import Progress, channels, curve, elsewhere, offices, provinces
from dashboard.format import ABSENT
from dashboard.reference import Place
from dashboard.tables import Column, table

PLACE_ROWS = 34
# Marks of a place against its plan; the words stand in the caption above the table.
BEHIND, ON_TIME = "■", "●"
ELSEWHERE = {"central": "fieldwork.central", "unknown": "fieldwork.unknown"}
MARK_WIDTH, CHANNEL_WIDTH = 36, 190


def headline(context: Context, place: Place, shown: Progress) -> str:
    """How far the wave is, in one sentence."""
    texts, form = context.texts, context.format
    named = {"place": place.label, "year": context.survey.year, "valid": form.count(shown.valid)}
    if shown.is_finished:
        return texts("fieldwork.finished", day=form.date(shown.as_of), **named)
    if shown.planned is None:
        return texts("fieldwork.no_plan", **named)
    planned = form.count(shown.planned)
    if shown.remaining == 0:
        return texts("fieldwork.complete", planned=planned, **named)
    if shown.pace_needed is None:
        return texts("fieldwork.no_last_day", planned=planned, **named)
    return texts(
        "fieldwork.under_way",
        planned=planned,
        pace=form.pace(shown.pace_needed),
        day=form.date(context.survey.fieldwork_to),
        **named,
    )


def progress_facts(context: Context, shown: Progress) -> list[Fact]:
    """Collected, still to come, the pace, the reserve; of a finished survey what came back instead."""
    texts, form = context.texts, context.format
    of_plan = texts("fieldwork.of_planned", n=form.count(shown.planned)) if shown.planned else ""
    collected = Fact(texts("fact.valid_forms"), form.count(shown.valid), of_plan)
    returned = Fact(
        texts("funnel.returned"),
        form.count(shown.returned),
        texts("fieldwork.of_issued", n=form.count(shown.issued)),
        help=texts("fieldwork.quarantined", n=form.count(shown.quarantined)),
    )
    if shown.planned is None:
        missing = Fact(texts("funnel.missing"), form.count(shown.missing))
        seen = Fact(texts("column.pace_seen"), form.pace(shown.pace_seen), texts("fieldwork.a_day"))
        return [collected, returned, missing, seen]
    on_time = shown.behind is not None and shown.behind <= 0
    against = "fieldwork.ahead_by" if on_time else "fieldwork.behind_by"
    behind = (
        texts(against, n=form.count(abs(shown.behind or 0))) if shown.behind is not None else ""
    )
    remaining = Fact(
        texts("column.remaining"),
        form.count(shown.remaining),
        behind,
        meaning="good" if on_time else "bad",
    )
    reserve = Fact(
        texts("column.reserve"),
        form.count(shown.reserve_left),
        texts("fieldwork.of_reserve", n=form.count(shown.reserve)),
        help=texts("column.reserve_help"),
    )
    if shown.pace_needed is None:
        return [collected, returned, remaining, reserve]
    enough = (shown.pace_seen or 0) >= shown.pace_needed
    needed = Fact(
        texts("column.pace_needed"),
        form.pace(shown.pace_needed),
        texts("fieldwork.pace_seen", pace=form.pace(shown.pace_seen)),
        meaning="good" if enough else "bad",
        help=texts("column.pace_help"),
    )
    return [collected, remaining, needed, reserve]


def chart_section(context: Context, place: Place, shown: Progress) -> None:
    """Collected forms against the plan, day by day."""
    days, last_day = curve(context, place), context.survey.fieldwork_to
    if shown.as_of is None or days.is_empty():
        st.caption(context.texts("fieldwork.no_days"))
        return
    if shown.planned is None:
        # The plan of a part must not look like the plan of all.
        days = days.with_columns(planned_so_far=pl.lit(None, pl.Int64))
    goal = None
    if last_day and shown.planned is not None and shown.pace_needed:
        goal = Goal(last_day, shown.planned, shown.pace_needed)
    drawn = pace(days, shown.as_of, goal, context.style)
    draw(drawn, "pace", context.texts("fieldwork.chart"))
    if shown.undated:
        n = context.format.count(shown.undated)
        st.caption(context.texts("fieldwork.undated", n=n))


def progress_table(
    context: Context, rows: pl.DataFrame, key: str, names: tuple[str, str], width: int | None = None
) -> None:
    """Places, channels or offices: planned, issued, returned, valid, what is left, and at what pace.

    Columns that nothing is known of are left out.

    Args:
        names: heading of the first column, and what the table is called.
        width: pixels of the first column.
    """
    texts, form = context.texts, context.format
    heading, alt = names
    mark = (
        pl.when(pl.col("behind").is_null())
        .then(pl.lit(ABSENT))
        .when(pl.col("behind") > 0)
        .then(pl.lit(BEHIND))
        .otherwise(pl.lit(ON_TIME))
    )
    colours = {BEHIND: context.style.palette.missed, ON_TIME: context.style.palette.met}
    columns = [
        Column("mark", "", width=MARK_WIDTH, colours=colours),
        Column("label", heading, pinned=True, width=width),
        Column("planned", texts("column.planned"), write=form.count),
        Column("issued", texts("funnel.issued"), write=form.count),
        Column("returned", texts("funnel.returned"), write=form.count),
        Column("valid", texts("funnel.valid"), write=form.count),
        Column("behind", texts("column.behind"), texts("column.behind_help"), form.count),
        Column("remaining", texts("column.remaining"), texts("column.remaining_help"), form.count),
        Column("pace_seen", texts("column.pace_seen"), texts("column.pace_help"), form.pace),
        Column("pace_needed", texts("column.pace_needed"), texts("column.pace_help"), form.pace),
        Column("reserve_left", texts("column.reserve"), texts("column.reserve_help"), form.count),
        Column("missing", texts("column.missing"), texts("column.missing_help"), form.count),
    ]
    rows = rows.with_columns(mark=mark)
    known = [
        column
        for column in columns
        if column.name != "mark" and rows[column.name].null_count() < rows.height
    ]
    marks = columns[:1] if rows["behind"].null_count() < rows.height else []
    table(rows, [*marks, *known], key, alt, rows_shown=PLACE_ROWS)


def country_section(context: Context) -> None:
    """The provinces, the furthest behind first, and what belongs to none of them."""
    texts, form = context.texts, context.format
    rows = provinces(context)
    st.subheader(texts("fieldwork.provinces"))
    if rows.is_empty():
        st.caption(texts("fieldwork.no_places"))
    else:
        if rows["behind"].null_count() < rows.height:
            st.caption(texts("fieldwork.marks", behind=BEHIND, on_time=ON_TIME))
        names = texts("column.province"), texts("fieldwork.provinces")
        progress_table(context, rows, "provinces", names)
    if context.selection.region is None:
        for code, rest in elsewhere(context).items():
            counts = {"valid": form.count(rest.valid), "returned": form.count(rest.returned)}
            said = texts(ELSEWHERE[code], **counts)
            if rest.planned is not None:
                said += " " + texts("fieldwork.planned_there", n=form.count(rest.planned))
            st.caption(said)
    _channel_section(context, context.area)


def province_section(context: Context, place: Place) -> None:
    """The channels of a province, and its offices."""
    _channel_section(context, place)
    rows = offices(context, place)
    if rows.is_empty():
        return
    texts = context.texts
    st.subheader(texts("fieldwork.offices"))
    st.caption(texts("fieldwork.offices_help"))
    progress_table(context, rows, "offices", (texts("column.office"), texts("fieldwork.offices")))


def _channel_section(context: Context, place: Place) -> None:
    texts, rows = context.texts, channels(context, place)
    st.subheader(texts("fieldwork.channels"))
    names = texts("column.channel"), texts("fieldwork.channels")
    # With a plan there are so many columns that the last would not be seen.
    width = None if rows["planned"].null_count() == rows.height else CHANNEL_WIDTH
    progress_table(context, rows, "channels", names, width)
