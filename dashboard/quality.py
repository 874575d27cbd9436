"""The parts of the page on data quality: rules, history, failing rows, quarantine, credibility."""

import shlex
from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboard import checks, credibility, quarantine
from dashboard.checks import History, Verdict
from dashboard.context import Context
from dashboard.facts import Fact
from dashboard.format import ABSENT
from dashboard.provenance import local_time
from dashboard.response import REASONS
from dashboard.tables import Column, table

RULE_ROWS, SIGN_ROWS, HISTORY_ROWS, SHORT_ROWS = 20, 15, 8, 10
OUTCOME_WIDTH, RULE_WIDTH, SUITE_WIDTH = 110, 470, 190


def headline(context: Context, found: Verdict) -> str:
    """What the checks found, in one sentence."""
    texts, form = context.texts, context.format
    counts = {"n": form.count(found.n_checks)}
    if found.outcome == "fail":
        return texts("quality.fails", failed=form.count(found.n_fail), **counts)
    if found.outcome == "warn":
        return texts("quality.warns", warned=form.count(found.n_warn), **counts)
    if found.outcome == "empty":
        return texts("quality.unchecked")
    if found.n_empty:
        passed, empty = form.count(found.n_pass), form.count(found.n_empty)
        return texts("quality.passes_some", passed=passed, empty=empty)
    return texts("quality.passes", **counts)


def quality_facts(context: Context, found: Verdict) -> list[Fact]:
    """Rules that passed, warn and failed, and the forms in quarantine."""
    texts, form = context.texts, context.format
    counts = quarantine.counted(context)
    return [
        Fact(
            texts("quality.passed"),
            form.count(found.n_pass),
            texts("quality.of_rules", n=form.count(found.n_checks)),
        ),
        Fact(
            texts("quality.warned"),
            form.count(found.n_warn),
            texts("quality.warn_means"),
        ),
        Fact(
            texts("quality.failed"),
            form.count(found.n_fail),
            texts("quality.fail_means"),
            meaning="bad" if found.n_fail else "none",
        ),
        Fact(
            texts("quality.quarantined", year=context.survey.year),
            form.count(counts["quarantined"]),
            texts("fact.of_returned", n=form.count(counts["returned"])),
        ),
    ]


def rerun_notice(context: Context, found: Verdict, runs: Sequence[History]) -> None:
    """Checks that were run again later found something else than the load did: say so."""
    last = next((run for run in runs if run.snapshot == context.source.snapshot.id), None)
    if last is None or last.outcome in (None, found.outcome):
        return
    st.info(
        context.texts(
            "quality.rerun",
            time=local_time(context, last.checked_at) if last.checked_at else ABSENT,
            outcome=checks.marked(context, last.outcome),
        )
    )


def suites_section(context: Context, rules: pl.DataFrame) -> None:
    """One row a suite: the table it guards, and its worst outcome."""
    texts, form = context.texts, context.format
    rows = _marked(context, checks.suites(rules)).with_columns(suite=_suite(context))
    columns = [
        _outcome_column(context),
        Column("suite", texts("column.suite")),
        Column("n_checks", texts("column.rules"), write=form.count),
        Column("n_warn", texts("column.warned"), write=form.count),
        Column("n_fail", texts("column.failed"), write=form.count),
    ]
    table(rows, columns, "suites", texts("quality.suites"))


def rules_section(context: Context, rules: pl.DataFrame) -> None:
    """Every rule: outcome, rows looked at, rows that broke it, and the first of them."""
    texts, form = context.texts, context.format
    rows = _marked(context, rules).with_columns(suite=_suite(context))
    columns = [
        _outcome_column(context),
        Column("label", texts("column.rule"), width=RULE_WIDTH),
        Column("n_rows", texts("column.rows"), write=form.count),
        Column("n_failed", texts("column.rows_failed"), write=form.count),
        Column("suite", texts("column.suite"), width=SUITE_WIDTH),
        Column("detail", texts("column.detail"), width=300),
        Column("check", texts("column.check")),
    ]
    st.caption(texts("quality.rules_help"))
    table(rows, columns, "rules", texts("quality.rules"), rows_shown=RULE_ROWS)


def history_section(context: Context, runs: Sequence[History]) -> None:
    """The snapshots of the warehouse, the newest first, and what each run of their checks came to."""
    texts, form = context.texts, context.format
    rows = pl.DataFrame(
        [
            {
                "outcome": run.outcome,
                "checked": local_time(context, run.checked_at) if run.checked_at else None,
                "snapshot": run.snapshot,
                "built": local_time(context, run.built_at),
                "n_forms": run.n_forms,
                "n_warn": run.n_warn,
                "n_fail": run.n_fail,
                "serves": texts("quality.serves") if run.is_current else "",
            }
            for run in runs
        ],
        infer_schema_length=None,
    )
    columns = [
        _outcome_column(context),
        Column("checked", texts("column.checked")),
        Column("snapshot", texts("column.snapshot")),
        Column("built", texts("column.built")),
        Column("n_forms", texts("fact.valid_forms"), write=form.count),
        Column("n_warn", texts("column.warned"), write=form.count),
        Column("n_fail", texts("column.failed"), write=form.count),
        Column("serves", texts("column.serves")),
    ]
    st.caption(texts("quality.history_help"))
    table(_marked(context, rows), columns, "history", texts("quality.history"), HISTORY_ROWS)


def failing_section(context: Context, rules: pl.DataFrame) -> None:
    """For each rule that was broken the first rows that broke it, and the command that writes all of them."""
    texts, form = context.texts, context.format
    broken = rules.filter(pl.col("n_failed") > 0)
    if broken.is_empty():
        st.caption(texts("quality.nothing_failed"))
        return
    if not context.source.holds("failed_row"):
        st.caption(texts("notice.older_snapshot", snapshot=context.source.snapshot.id))
        return
    st.caption(texts("quality.failing_help", n=form.count(checks.SHOWN_ROWS)))
    for check, label, outcome, n in broken.select(
        "check", "label", "outcome", "n_failed"
    ).iter_rows():
        heading = texts("quality.failing_rule", label=label, n=form.count(n))
        with st.expander(f"{checks.MARKS[outcome]} {heading}"):
            columns = [
                Column("survey", texts("filter.survey")),
                Column("file", texts("column.file")),
                Column("row", texts("column.row"), write=form.count),
                Column("form_id", texts("column.form_id")),
                Column("key", texts("column.key"), width=360),
            ]
            rows = checks.failing(context.source, check)
            shown = [c for c in columns if rows[c.name].null_count() < rows.height]
            table(rows, shown, f"failing_{check}", label, rows_shown=SHORT_ROWS)
            st.code(
                f"hailong export failed_row --where check={check} --out {check}.xlsx", language=None
            )


def quarantine_section(context: Context) -> None:
    """Quarantined forms of the survey by reason, province and channel."""
    texts, form = context.texts, context.format
    reasons = quarantine.by_reason(context)
    if reasons.is_empty():
        st.caption(texts("quality.nothing_quarantined"))
        return
    said = {reason: texts(key) for reason, key in REASONS.items()}
    label = pl.col("reason").replace_strict(said, default=pl.col("reason"), return_dtype=pl.String)
    st.caption(texts("quality.quarantine_help"))
    counts = [
        Column("quarantined", texts("funnel.quarantined"), write=form.count),
        Column("returned", texts("funnel.returned"), write=form.count),
    ]
    left, middle, right = st.columns([0.36, 0.3, 0.34], gap="medium")
    with left:
        columns = [
            Column("label", texts("column.reason"), width=230),
            Column("n_forms", texts("column.forms"), write=form.count),
        ]
        table(
            reasons.with_columns(label=label),
            columns,
            "reasons",
            texts("column.reason"),
            SHORT_ROWS,
        )
    with middle:
        rows = quarantine.by_province(context)
        columns = [Column("label", texts("column.province")), *counts]
        table(rows, columns, "quarantined_provinces", texts("column.province"), SHORT_ROWS)
    with right:
        rows = quarantine.by_channel(context)
        columns = [Column("label", texts("column.channel"), width=150), *counts]
        table(rows, columns, "quarantined_channels", texts("column.channel"), SHORT_ROWS)
    st.caption(texts("quality.export_quarantine"))
    survey = shlex.quote(context.survey.survey)
    command = f"hailong export quarantined_form --where survey={survey} --out quarantined.xlsx"
    st.code(command, language=None)


def credibility_section(context: Context) -> None:
    """Signs that forms were not filled in by the people asked; they warn and accuse nobody."""
    texts, form = context.texts, context.format
    st.info(texts("credibility.caveat"))
    if not context.source.holds("fieldwork_credibility"):
        st.caption(texts("notice.older_snapshot", snapshot=context.source.snapshot.id))
        return
    looked_at, signs = credibility.indicators(context), credibility.signs(context)
    if looked_at.is_empty():
        st.caption(texts("credibility.nothing"))
        return
    columns = [
        Column("label", texts("column.indicator"), width=230),
        Column("n_slices", texts("column.slices"), texts("column.slices_help"), form.count),
        Column("n_signs", texts("column.signs"), write=form.count),
    ]
    table(looked_at, columns, "indicators", texts("column.indicator"))
    if signs.is_empty():
        st.caption(texts("credibility.no_sign"))
        return
    columns = [
        Column("label", texts("column.indicator"), width=220),
        Column("place", texts("column.province")),
        Column("office", texts("column.office")),
        Column("n_forms", texts("column.forms"), write=form.count),
        Column("n_flagged", texts("column.flagged"), texts("column.flagged_help"), form.count),
        Column("observed_pct", texts("column.observed"), write=form.index),
        Column("expected_pct", texts("column.expected"), texts("column.expected_help"), form.index),
        Column("threshold_pct", texts("column.threshold"), write=form.index),
        Column("channel", texts("column.channel")),
        Column("subject", texts("column.subject"), texts("column.subject_help")),
    ]
    table(signs, columns, "signs", texts("column.signs"), rows_shown=SIGN_ROWS)


def _marked(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    words = {outcome: checks.marked(context, outcome) for outcome in checks.WORST_FIRST}
    return rows.with_columns(
        verdict=pl.col("outcome").replace_strict(words, default=ABSENT, return_dtype=pl.String)
    )


def _outcome_column(context: Context) -> Column:
    colours = checks.colours(context, context.style.palette)
    heading = context.texts("column.outcome")
    return Column("verdict", heading, width=OUTCOME_WIDTH, colours=colours)


def _suite(context: Context) -> pl.Expr:
    said = {suite: context.texts(key) for suite, key in checks.SUITES.items()}
    return pl.col("suite").replace_strict(said, default=pl.col("suite"), return_dtype=pl.String)
