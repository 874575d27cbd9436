"""The parts of an explanation: the formula with its numbers, what is sure, the files and checks, the SQL."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard import figure, formulas
from dashboard.checks import verdict
from dashboard.context import Context
from dashboard.figure import Figure
from dashboard.provenance import local_time, said
from dashboard.tables import Column, table
from dashboard.verdicts import marked

METHOD = "views/method.py"
CRITERIA_ROWS, FILE_ROWS = 10, 6
LIKERT = (
    "scale.very_dissatisfied",
    "scale.dissatisfied",
    "scale.neutral",
    "scale.satisfied",
    "scale.very_satisfied",
)
COMPARABLE = {
    "comparable": "comparability.comparable",
    "like_for_like_only": "comparability.like_for_like_only",
    "not_comparable": "comparability.not_comparable",
}


def what(context: Context, shown: Figure) -> str:
    """Item, place, channel and survey of the figure, and where the item stands in its document."""
    texts = context.texts
    clause = figure.place_in_document(context, shown)
    parts = [
        f"**{context.origin}**",
        texts("caption.survey", year=context.survey.year),
        shown.place.label,
        context.channel_labels[shown.channel],
        f"{shown.item} {shown.label}" if shown.item_level == figure.CRITERION else shown.label,
        *([clause] if clause else []),
    ]
    return " · ".join(parts)


def formula_section(context: Context, shown: Figure) -> None:
    """The formula, the same with the numbers in it, and the counts."""
    texts, form, row = context.texts, context.format, shown.row
    st.markdown(f"**{texts('explain.formula')}**")
    if shown.is_mean:
        st.latex(formulas.MEAN)
        st.latex(formulas.result(form, row))
        st.caption(texts("explain.mean_words"))
        _listed(
            context,
            [
                ("explain.averaged", _averaged(context, row)),
                ("explain.sum", form.exact(row["sum_pct"])),
                ("explain.forms", form.count(row["n_forms"])),
                ("explain.answers", form.count(row["n_answers"])),
            ],
        )
        missing = figure.not_measured(context, shown)
        if missing:
            st.caption(texts("explain.not_measured", items=", ".join(missing)))
        return
    if shown.scale_points is None:
        st.latex(formulas.NOMINAL)
        st.caption(texts("explain.nominal_words"))
        _option_table(context, shown)
        return
    st.latex(formulas.BY_POINTS[shown.scale_points])
    st.latex(formulas.filled_scale(form, row, shown.scale_points))
    st.latex(formulas.result(form, row))
    st.caption(texts("explain.scale_words"))
    _counts(context, shown)


def _averaged(context: Context, row: Mapping[str, Any]) -> str:
    form = context.format
    return context.texts(
        "explain.of_defined",
        n=form.count(row["n_criteria"]),
        defined=form.count(row["n_criteria_defined"]),
    )


def _counts(context: Context, shown: Figure) -> None:
    texts, form, row = context.texts, context.format, shown.row
    rows = []
    for point in range(1, (shown.scale_points or 0) + 1):
        word = f" – {texts(LIKERT[point - 1])}" if shown.scale == "likert5" else ""
        rows.append((f"n{point}{word}", form.count(row[f"n{point}"])))
    rows.append((texts("explain.n"), form.count(row["n_answers"])))
    rows.append((texts("explain.forms"), form.count(row["n_forms"])))
    rows.append((texts("explain.mean_score"), form.index(row["mean_score"])))
    if row.get("satisfied_pct") is not None:
        rows.append((texts("column.satisfied"), form.share(row["satisfied_pct"])))
    _pairs(texts("explain.formula"), rows)
    if shown.conditional or shown.experience:
        st.caption(texts("explain.conditional" if shown.conditional else "explain.experience"))


def _option_table(context: Context, shown: Figure) -> None:
    """Each option with the two numbers that are divided, its share, and the interval of it."""
    form, rows = context.format, []
    for option in shown.options.iter_rows(named=True):
        a, b = form.count(option["n_chosen"]), form.count(option["n_answers"])
        share = form.share(option["index_pct"])
        interval = form.interval(option["ci_low_pct"], option["ci_high_pct"])
        name = f"{option['option']} – {option['label']}"
        rows.append((name, f"{a} / {b} = **{share}** ({interval})"))
    _pairs(context.texts("explain.formula"), rows)


def _listed(context: Context, rows: list[tuple[str, str]]) -> None:
    """Pairs whose first is the key of a text."""
    named = [(context.texts(key), value) for key, value in rows]
    _pairs(context.texts(rows[0][0]), named)


def _pairs(alt: str, rows: list[tuple[str, str]]) -> None:
    """What is said of a figure, a line each."""
    frame = pl.DataFrame(rows, schema=["what", "value"], orient="row")
    st.table(frame, border="horizontal", hide_index=True, hide_header=True, alt=alt)


def sureness_section(context: Context, shown: Figure) -> None:
    """What the sample can tell: interval, error, verdicts; weighted index and change where there are."""
    texts, form, row = context.texts, context.format, shown.row
    st.markdown(f"**{texts('explain.sureness')}**")
    rows, is_question = [], shown.item_level in figure.QUESTIONS
    if row.get("se_pct") is not None:
        interval = form.interval(row["ci_low_pct"], row["ci_high_pct"])
        rows.append((texts("column.interval"), interval))
        rows.append((texts("explain.error"), form.exact(row["se_pct"])))
    if not is_question:
        rows.append((texts("explain.design_effect"), form.index(row["design_effect"])))
        rows.append((texts("explain.effective"), form.count(round(row["n_effective"]))))
        rows += _verdicts(context, row)
        rows.append((texts("explain.weighted"), _weighted(context, shown)))
        rows += _change(context, shown)
    if rows:
        _pairs(texts("explain.sureness"), rows)
    else:
        st.caption(texts("explain.option_intervals"))
    st.caption(
        texts("explain.error_words")
        + ("" if is_question else " " + texts("explain.design_effect_words"))
    )
    st.page_link(METHOD, label=texts("explain.method"), query_params=context.selection.to_address())


def _verdicts(context: Context, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The milestone in force and the goal with their verdicts; one line where they are the same."""
    texts, form = context.texts, context.format
    found = {
        texts("chart.milestone", value=form.milestone(row[target])): marked(texts, row[verdict_of])
        for target, verdict_of in (
            ("milestone_in_force_pct", "verdict_in_force"),
            ("goal_pct", "verdict_goal"),
        )
    }
    return [(name, verdict) for name, verdict in found.items() if verdict is not None]


def _weighted(context: Context, shown: Figure) -> str:
    found, form = figure.weighted(context, shown), context.format
    if found is None:
        return context.texts("explain.unweighted")
    return context.texts(
        "explain.weighted_value",
        index=form.index(found["weighted_index_pct"]),
        error=form.exact(found["weighted_se_pct"]),
        effect=form.index(found["weighted_design_effect"]),
    )


def _change(context: Context, shown: Figure) -> list[tuple[str, str]]:
    """The change since the survey before, its parts, and whether the two surveys can be compared at all."""
    texts, form, found = context.texts, context.format, figure.changed(context, shown)
    if found is None:
        return []
    heading = texts("column.change", year=found["previous_year"])
    said_of = [form.with_error(found["change_pct"], found["change_se_pct"])]
    if found["like_for_like_pct"] is not None:
        said_of.append(
            texts(
                "explain.change_parts",
                real=form.change(found["real_pct"]),
                mix=form.change(found["mix_pct"]),
                scope=form.change(found["scope_pct"]),
                n=form.count(found["n_criteria_common"]),
            )
        )
    said_of.append(texts(COMPARABLE[found["is_comparable"]]))
    return [(heading, "; ".join(said_of))]


def criteria_section(
    context: Context, averaged: pl.DataFrame, on_pick: Callable[[int], None]
) -> None:
    """The criteria that are averaged; a click explains one."""
    texts, form = context.texts, context.format
    rows = averaged.with_columns(criterion=pl.concat_str("item", pl.lit(" "), "label"))
    heading = texts("explain.criteria", n=form.count(rows.height))
    st.markdown(f"**{heading}**")
    st.caption(texts("explain.pick"))
    columns = [
        Column("index_pct", texts("column.index"), write=form.exact, width=104),
        Column("criterion", texts("column.criterion"), width=420),
        Column("n_answers", texts("explain.n"), write=form.count),
    ]
    table(rows, columns, "explain_criteria", heading, CRITERIA_ROWS, on_pick=on_pick)


def origin_section(context: Context) -> None:
    """Snapshot, checks, catalogue and code, and the files of the survey."""
    texts, form = context.texts, context.format
    st.markdown(f"**{texts('explain.origin')}**")
    made, built = figure.origin(context), context.source.snapshot.built_at
    rows = [
        (texts("column.snapshot"), f"`{made['snapshot']}`"),
        *([(texts("column.built"), local_time(context, built))] if built else []),
        (texts("explain.checks"), said(context, verdict(context.source))),
        (texts("explain.catalogue"), f"`{made['catalogue_hash']}`"),
        (texts("explain.code"), f"`{made['code_version']}`"),
    ]
    _pairs(texts("explain.origin"), rows)
    names = texts("explain.files")
    st.caption(names)
    columns = [
        Column("file", texts("column.file"), width=230),
        Column("n_rows", texts("explain.file_rows"), write=form.count, width=90),
        Column("sha256", "SHA-256", width=520),
    ]
    table(figure.files(context), columns, "explain_files", names, FILE_ROWS)


def sql_section(context: Context, shown: Figure) -> None:
    """The two statements that give the printed digits."""
    texts = context.texts
    st.markdown(f"**{texts('explain.sql')}**")
    st.caption(texts("explain.sql_words", file=f"{context.source.snapshot.id}.duckdb"))
    counts, forms = figure.statements(context, shown)
    for key, statement in (("explain.from_counts", counts), ("explain.from_forms", forms)):
        st.caption(texts(key))
        st.code(statement, language="sql", wrap_lines=True)
