"""What must not happen, harassment and extra payments: how often people say so, and in which provinces."""

import polars as pl
import streamlit as st

from dashboard import assessments
from dashboard.assessments import HIGHER, LOWER, Adverse
from dashboard.charts.rows import Target
from dashboard.charts.watch import watch
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.drawing import draw, open_profile
from dashboard.facts import Fact
from dashboard.notices import lacking
from dashboard.tables import Column, table

WATCH_ROWS = 24
NAMED = 3
"""Provinces named in a fact; more are counted."""
MARKS = {HIGHER: "▲", "undetermined": "○", LOWER: "▼"}
WORDS = {HIGHER: "needs.higher", "undetermined": "needs.untold", LOWER: "needs.lower"}


def adverse_fact(context: Context, found: Adverse) -> Fact:
    """A share of people who say that something adverse happened; a fall is good news."""
    texts, form = context.texts, context.format
    interval = texts(
        "fact.interval", low=form.index(found.ci_low_pct), high=form.index(found.ci_high_pct)
    )
    value = form.share(found.share_pct)
    answers = texts("needs.of_answers", n=form.count(found.n_answers))
    if found.change_pct is None:
        return Fact(found.label, value, answers, interval)
    line = texts("fact.change", change=form.change(found.change_pct), year=found.previous_year)
    if not found.like_for_like:
        line = texts("fact.not_comparable", change=line)
    elif not found.is_told:
        line = texts("fact.change_untold", change=line)
    if not found.is_told:
        return Fact(found.label, value, line, interval, help=answers)
    falls = found.change_pct < 0
    return Fact(
        found.label,
        value,
        line,
        interval,
        meaning="good" if falls else "bad",
        arrow="down" if falls else "up",
        help=answers,
    )


def watch_fact(context: Context, item: str, label: str) -> Fact | None:
    """How many provinces are surely above the nation; of a chosen province, on which side it is."""
    texts, form = context.texts, context.format
    rows = assessments.watch(context, item)
    if rows.is_empty():
        return None
    if context.selection.province:
        own = rows.filter(key=context.selection.province)["against_nation"].to_list()
        if not own:
            return None
        return Fact(texts("needs.against_nation"), said(context, own[0]), label)
    above = rows.filter(against_nation=HIGHER)["label"].to_list()
    named, more = ", ".join(above[:NAMED]), len(above) - NAMED
    if more > 0:
        named = texts("fact.and_more", named=named, n=form.count(more))
    counted = f"{form.count(len(above))} / {form.count(rows.height)}"
    return Fact(texts("needs.places_above"), counted, named, label)


def said(context: Context, against: str) -> str:
    """Mark and word of a province against the nation: `▲ cao hơn`."""
    return f"{MARKS[against]} {context.texts(WORDS[against])}"


def watch_section(context: Context, found: list[Adverse]) -> None:
    """The provinces on one adverse item: which are surely above the nation, which below, which cannot be told."""
    texts, form = context.texts, context.format
    st.subheader(texts("needs.watch"))
    if not found:
        st.caption(texts("needs.not_asked"))
        return
    labels = {one.item: one.label for one in found}
    item = choose(context, "watch", "needs.watch_item", labels, found[0].item)
    rows = assessments.watch(context, item)
    if rows.is_empty():
        lacking(texts, "not_asked", texts("needs.watch_nowhere"))
        return
    marks = " · ".join(said(context, against) for against in MARKS)
    nation = rows["reference_share_pct"][0]
    st.caption(
        texts(
            "needs.watch_help",
            marks=marks,
            n=form.count(len(context.reference.places(context.survey, "province"))),
        )
    )
    left, right = st.columns([0.41, 0.59], gap="large")
    title = texts("needs.watch")
    with left:
        line = Target(nation, texts("needs.watch_nation", share=form.share(nation)))
        drawn = watch(rows, line, context.style, context.selection.province)
        clicked = draw(drawn, "watch_chart", title, pick=True, tabled=True)
    with right:
        picked = _watch_table(context, rows)
    if clicked or picked is not None:
        open_profile(context, clicked or rows["key"][picked or 0])


def _watch_table(context: Context, rows: pl.DataFrame) -> int | None:
    """The same provinces in figures; what falls is good news, in colour and by its mark."""
    texts, form, palette = context.texts, context.format, context.style.palette
    ends = rows.select("ci_low_pct", "ci_high_pct").iter_rows()
    changes = list(rows.select("change_pct", "change_se_pct", "is_told").iter_rows())
    shown = rows.with_columns(
        interval=pl.Series([form.interval(*pair) for pair in ends], dtype=pl.String),
        standing=pl.col("against_nation").replace_strict(
            {against: said(context, against) for against in MARKS}, return_dtype=pl.String
        ),
        moved=pl.Series([_moved(context, *change) for change in changes], dtype=pl.String),
    )
    # Less of what must not happen is good news.
    news = {
        str(change): palette.met if change < 0 else palette.missed
        for change, _, is_told in changes
        if is_told
    }
    colours = {
        said(context, HIGHER): palette.missed,
        said(context, "undetermined"): palette.muted,
        said(context, LOWER): palette.met,
    }
    columns = [
        Column("label", texts("column.province"), width=108, pinned=True),
        Column(
            "share_pct", texts("needs.share"), texts("needs.adverse_help"), form.share, width=74
        ),
        Column(
            "standing",
            texts("needs.compared"),
            texts("needs.against_help"),
            width=102,
            colours=colours,
        ),
        Column(
            "ci_low_pct",
            texts("column.interval"),
            texts("column.interval_help"),
            written="interval",
            width=102,
        ),
        Column("n_answers", texts("needs.people"), write=form.count, width=72),
    ]
    if rows["change_pct"].is_not_null().any():
        columns.append(
            Column(
                "change_pct",
                texts("needs.change"),
                texts("needs.change_help"),
                written="moved",
                colours=news,
                width=118,
            )
        )
    title = texts("needs.watch")
    return table(shown, columns, "watch_table", title, rows_shown=WATCH_ROWS, pick=True)


def _moved(context: Context, change: float | None, error: float | None, is_told: bool) -> str:
    """A change with its standard error, and an arrow where the sample tells it: `▼ −1,27 (0,51)`."""
    written = context.format.with_error(change, error)
    if change is None or not is_told:
        return written
    return f"{MARKS[LOWER if change < 0 else HIGHER]} {written}"
