"""The part of a profile that says which factors go with what people think of everything else: no causes."""

import polars as pl
import streamlit as st

from dashboard import inference
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.tables import Column, table


def importance_section(context: Context) -> None:
    """The factors of one service group or channel whose importance the sample tells, and the warning."""
    texts, form = context.texts, context.format
    rows = inference.importance(context, context.place)
    if rows.is_empty():
        return
    st.subheader(texts("importance.title"))
    st.caption(f"{texts('importance.help')} {texts('importance.no_cause')}")
    rows = _of_one_channel(context, rows)
    n_compared = rows.height
    if context.selection.family:
        rows = rows.filter(family=context.selection.family)
        if rows.is_empty():
            st.caption(texts("importance.other_family", family=context.item_label))
            return
    named = pl.concat_str("item", pl.lit(" "), "label")
    told, untold = rows.filter("is_important"), rows.filter(~pl.col("is_important"))
    if not told.is_empty():
        ends = told.select("association_low", "association_high").iter_rows()
        told = told.with_columns(
            factor=named,
            interval=pl.Series([form.interval(*pair) for pair in ends], dtype=pl.String),
        )
        # What it is of stands beside it: on a phone the rest is a swipe away.
        columns = [
            Column(
                "association",
                texts("importance.association"),
                texts("importance.association_help"),
                form.index,
                width=96,
            ),
            Column("factor", texts("importance.factor"), width=260),
            Column("interval", texts("column.interval"), texts("importance.interval"), width=108),
            Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
            Column("n_people", texts("importance.people"), write=form.count),
        ]
        table(told, columns, "importance_table", texts("importance.title"))
    said = texts("importance.told" if not told.is_empty() else "importance.none", n=n_compared)
    if not told.is_empty() and not untold.is_empty():
        names = ", ".join(untold.select(named.alias("factor"))["factor"])
        said += " " + texts("importance.untold", names=names)
    st.caption(f"{said} {texts('importance.order')}")


def _of_one_channel(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the service group that the reader chose; of the only one where there is no choice."""
    measured = set(rows["channel"])
    order = context.reference.channels(context.survey)["channel"]
    labels = {code: context.channel_labels[code] for code in order if code in measured}
    first = next(iter(labels))
    chosen = first
    if len(labels) > 1:
        chosen = choose(context, "importance", "importance.group", labels, first)
    return rows.filter(channel=chosen)
