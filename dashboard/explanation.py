"""The parts of a profile that say why: the change since the survey before, and what would lift the index."""

import polars as pl
import streamlit as st

from dashboard import inference
from dashboard.charts.parts import parts
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.format import ABSENT
from dashboard.indices import Standing
from dashboard.inference import Change
from dashboard.tables import Column, table

HEAVIEST = 10


def change_section(context: Context, standing: Standing, change: Change) -> None:
    """The published change and its exact parts, and what both surveys measured."""
    texts, form = context.texts, context.format
    years = {"year": context.survey.year, "previous": change.previous_year}
    st.subheader(texts("change.title", previous=change.previous_year))
    split = (
        ("change.published", change.change_pct),
        ("change.real", change.real_pct),
        ("change.mix", change.mix_pct),
        ("change.scope", change.scope_pct),
    )
    rows = [(texts(key), part, form.change(part)) for key, part in split if part is not None]
    draw(parts(rows, context.style), "change", texts("change.title", previous=years["previous"]))
    told = texts("change.told" if change.is_told else "change.untold", **years)
    error = texts("change.error", error=form.index(change.change_se_pct))
    st.caption(f"{told} {error}")
    _pace(context, standing)
    if change.like_for_like_pct is None:
        st.caption(texts("change.nothing_common", **years))
        return
    labels = context.channel_labels
    codes = (change.channels_common or "").split()
    channels = ", ".join(labels.get(code, code) for code in codes) or ABSENT
    alike = {
        "alike": form.with_error(change.like_for_like_pct, change.like_for_like_se_pct),
        "p": form.probability(change.like_for_like_p_value),
        "told": texts("change.alike_told" if change.is_told_alike else "change.alike_untold"),
    }
    common = texts("change.common", n=change.n_criteria_common, channels=channels, **alike)
    st.caption(f"{common} {texts('change.parts')}")


def _pace(context: Context, standing: Standing) -> None:
    """The pace seen beside the one needed and, where it is surely upward, when it would reach the goal."""
    texts, form = context.texts, context.format
    seen = inference.pace(context, context.place, context.selection.channel)
    if seen is None or standing.gap_goal_pct <= 0:
        return
    goal = {"goal": form.milestone(standing.goal_pct), "goal_year": standing.goal_year}
    said = texts(
        "pace.seen",
        seen=form.with_error(seen.pace_pct, seen.pace_se_pct),
        needed=form.index(seen.pace_needed_pct),
        **goal,
    )
    if seen.reached_year is None:
        told = texts("pace.not_upward", **goal)
    else:
        years = {"year": int(seen.reached_year), **goal}
        told = texts("pace.reached", **years, span=_years(seen))
    st.caption(f"{said} {told} {texts('pace.caution')}")


def _years(seen: inference.Pace) -> str:
    """The years between which the pace seen reaches the goal: `2028–2031`, or the one year."""
    low, high = int(seen.reached_year_low or 0), int(seen.reached_year_high or 0)
    return str(low) if low == high else f"{low}–{high}"


def predecessors_note(context: Context) -> None:
    """Of what a merged province was pooled in a survey that is older than the merger: the spread stays visible."""
    form = context.format
    merged = inference.predecessors(context)
    if merged.is_empty():
        return
    each = " · ".join(
        f"{label} **{form.index(index)}** ({form.index(error)})"
        for label, _, index, error in merged.iter_rows()
    )
    st.caption(context.texts("profile.predecessors", place=context.place.label, each=each))


def lift_section(context: Context, standing: Standing) -> None:
    """The criteria and channels that carry the distance to the goal, who owns them, and what it takes."""
    texts, form = context.texts, context.format
    goal = form.milestone(standing.goal_pct)
    st.subheader(texts("lift.title", goal=goal))
    rows = inference.shortfall(context, context.place)
    if rows.is_empty():
        st.caption(texts("lift.nothing", goal=goal))
        return
    st.caption(texts("lift.help", goal=goal))
    labels = context.channel_labels
    heaviest = rows.head(HEAVIEST)
    ends = heaviest.select("ci_low_pct", "ci_high_pct").iter_rows()
    heaviest = heaviest.with_columns(
        criterion=pl.concat_str("item", pl.lit(" "), "label"),
        at=pl.col("channel").replace_strict(labels, default="", return_dtype=pl.String),
        interval=pl.Series([form.interval(*pair) for pair in ends], dtype=pl.String),
    )
    share = Column("share_pct", texts("column.share"), texts("column.share_help"), form.share)
    columns = [
        Column(
            "contribution_pct",
            texts("column.contribution"),
            texts("column.contribution_help", goal=goal),
            form.index,
            width=84,
        ),
        *([share] if heaviest["share_pct"].is_not_null().any() else []),
        Column("criterion", texts("column.criterion"), width=340),
        Column("at", texts("column.channel"), width=190),
        Column("n_steps", texts("column.steps"), texts("column.steps_help", goal=goal), form.count),
        Column("owner", texts("column.owner"), texts("column.owner_help"), width=220),
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("interval", texts("column.interval"), texts("column.interval_help"), width=108),
        Column("n_answers", texts("column.answers"), write=form.count),
    ]
    table(heaviest, columns, "lift", texts("lift.title", goal=goal))
