"""Channels beside each other: only those that are asked the same criteria are compared."""

import polars as pl
import streamlit as st

from dashboard import comparisons
from dashboard.address import write_address
from dashboard.appendix import appended
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.context import Context
from dashboard.drawing import targets
from dashboard.indices import Standing
from dashboard.picking import draw_picking
from dashboard.tables import Column, verdict_columns, verdict_rows


def channel_section(context: Context, standing: Standing) -> None:
    """Every measured channel under the heading of those that are asked the same as it is."""
    texts, place = context.texts, context.place
    st.subheader(texts("channels.title"))
    rows = comparisons.channels(context, place)
    st.caption(texts("channels.help"))
    if rows.is_empty():
        st.caption(texts("channels.none", item=context.item_label))
        return
    alike = comparisons.alike(context, place, rows)
    groups, told = [], []
    for (group,), members in rows.group_by("service_group", maintain_order=True):
        heading = _heading(context, members, alike[group])
        drawn = members.sort(["index_pct", "key"], descending=[True, False])
        groups.append(Group([row_of(row) for row in drawn.iter_rows(named=True)], heading))
        if members.height > 1 and alike[group]:
            told.append(spread(context, members, str(members["group_label"][0])))
    draw_picking(
        grouped(groups, targets(context, standing), context.style, context.selection.channel),
        "channels",
        texts("channels.title"),
        lambda channel: write_address(context.selection.but(channel=channel)),
    )
    for sentence in told:
        st.caption(sentence)
    _left_out(context)
    _table(context, rows, standing)


def spread(context: Context, rows: pl.DataFrame, what: str) -> str:
    """The highest and the lowest of some rows of the same criteria, and whether their intervals meet."""
    texts, form = context.texts, context.format
    ordered = rows.filter(pl.col("index_pct").is_not_null()).sort("index_pct")
    low, high = ordered.row(0, named=True), ordered.row(-1, named=True)
    unknown = low["ci_high_pct"] is None or high["ci_low_pct"] is None
    meet = unknown or high["ci_low_pct"] <= low["ci_high_pct"]
    return texts(
        "channels.meet" if meet else "channels.apart",
        what=what,
        best=high["label"],
        best_index=form.index(high["index_pct"]),
        worst=low["label"],
        worst_index=form.index(low["index_pct"]),
    )


def _heading(context: Context, members: pl.DataFrame, alike: bool) -> str:
    """What the channels below it have in common."""
    texts = context.texts
    label = members["group_label"][0]
    n = context.format.count(members["n_criteria"].max())  # type: ignore[arg-type]  # a count
    if label is None:
        return texts("channels.ungrouped")
    if members.height == 1:
        return texts("channels.alone", n=n)
    return texts("channels.alike" if alike else "channels.unlike", group=label, n=n)


def _left_out(context: Context) -> None:
    """Channels that this survey did not measure here, with the year that last did."""
    texts, parts = context.texts, []
    for label, year in comparisons.unmeasured(context, context.place).items():
        last = texts("matrix.last_measured", year=year) if year else texts("matrix.never_measured")
        parts.append(f"{label} ({last})")
    if parts:
        left_out = {"year": context.survey.year, "channels": "; ".join(parts)}
        st.caption(texts("channels.left_out", **left_out))
    if context.place.geo_level != "nation":
        st.caption(texts("notice.central_channels"))


def _table(context: Context, rows: pl.DataFrame, standing: Standing) -> None:
    texts, form = context.texts, context.format
    rows = verdict_rows(context, rows).with_columns(
        criteria=pl.format("{} / {}", "n_criteria", "n_criteria_defined")
    )
    columns = [
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("label", texts("column.channel"), width=220),
        *verdict_columns(context, standing),
        Column("criteria", texts("column.criteria"), texts("column.criteria_help")),
        Column("n_forms", texts("column.forms"), write=form.count),
        Column("owner", texts("column.owner"), texts("column.channel_owner_help"), width=240),
    ]
    appended(context, rows, columns, "channels_table", texts("channels.title"))
