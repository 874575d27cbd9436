"""What the checks of a snapshot found, and which snapshots were built: questions, without drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dashboard.context import Context
from dashboard.data import Source
from dashboard.theme import Palette
from warehouse.store import Entry, Store

WORST_FIRST = ("fail", "warn", "empty", "pass")
MARKS = {"pass": "●", "warn": "◇", "fail": "■", "empty": "○"}
OUTCOMES = {
    "pass": "outcome.pass",
    "warn": "outcome.warn",
    "fail": "outcome.fail",
    "empty": "outcome.empty",
}
# The tables that the suites guard.
SUITES = {
    "form": "suite.form",
    "item_count": "suite.item_count",
    "slice_item": "suite.slice_item",
    "survey": "suite.survey",
    "response_funnel": "suite.response_funnel",
    "satisfaction_index": "suite.satisfaction_index",
    "answer_index": "suite.answer_index",
    "province_ranking": "suite.province_ranking",
    "fieldwork_credibility": "suite.fieldwork_credibility",
}
SHOWN_ROWS = 50
_COLUMNS = ["check", "severity", "outcome", "n_rows", "n_failed", "detail"]


@dataclass(frozen=True)
class Verdict:
    """What all checks together came to."""

    n_checks: int
    n_pass: int
    n_warn: int
    n_fail: int
    n_empty: int
    """Rules that had nothing to look at: they have not passed."""

    @property
    def outcome(self) -> str:
        """The worst outcome of any rule; `empty` where none was looked at."""
        if self.n_fail:
            return "fail"
        if self.n_warn:
            return "warn"
        return "pass" if self.n_pass else "empty"


def verdict(source: Source) -> Verdict:
    """What the checks of the snapshot came to."""
    found = source.read("data_check", ["outcome"])["outcome"].to_list()
    return Verdict(
        n_checks=len(found),
        n_pass=found.count("pass"),
        n_warn=found.count("warn"),
        n_fail=found.count("fail"),
        n_empty=found.count("empty"),
    )


def outcomes(source: Source) -> pl.DataFrame:
    """Every rule, the worst outcome first, then by suite.

    Columns: suite, check, label, severity, outcome, n_rows, n_failed, detail. A snapshot that an older
    version built knows no suites and calls its rules by name.
    """
    if "suite" in source.snapshot.columns("data_check"):
        frame = source.labelled("data_check", ["suite", *_COLUMNS])
    else:
        frame = source.read("data_check", _COLUMNS).with_columns(suite=pl.lit(""), label="check")
    worst = pl.col("outcome").replace_strict(
        {outcome: n for n, outcome in enumerate(WORST_FIRST)}, default=0, return_dtype=pl.Int8
    )
    return frame.sort(worst, "suite", "check")


def suites(rules: pl.DataFrame) -> pl.DataFrame:
    """One row a suite: suite, outcome (its worst), n_checks, n_warn, n_fail; the worst first."""
    counted = rules.group_by("suite").agg(
        n_checks=pl.len(),
        n_warn=(pl.col("outcome") == "warn").sum(),
        n_fail=(pl.col("outcome") == "fail").sum(),
        n_pass=(pl.col("outcome") == "pass").sum(),
    )
    worst = (
        pl.when(pl.col("n_fail") > 0)
        .then(pl.lit("fail"))
        .when(pl.col("n_warn") > 0)
        .then(pl.lit("warn"))
        .when(pl.col("n_pass") > 0)
        .then(pl.lit("pass"))
        .otherwise(pl.lit("empty"))
    )
    return counted.with_columns(outcome=worst).sort(
        ["n_fail", "n_warn", "suite"], descending=[True, True, False]
    )


def failing(source: Source, check: str) -> pl.DataFrame:
    """The first rows that broke a rule: survey, file, row, form_id, key; file to form_id only where it is a form."""
    columns = ["survey", "file", "row", "form_id", "key"]
    return source.first(SHOWN_ROWS, "failed_row", columns, check=check)


@dataclass(frozen=True)
class History:
    """One run of the checks of a snapshot that the warehouse holds."""

    snapshot: str
    built_at: datetime
    is_current: bool
    n_forms: int
    checked_at: datetime | None
    outcome: str | None
    """The worst of the run; None where the notes beside the snapshot tell of no run."""
    n_warn: int | None
    n_fail: int | None


def history(store: Store) -> list[History]:
    """The snapshots of a warehouse, the newest first, each with the runs of its checks, the latest first.

    They come from the files beside the snapshots, which hold what depends on time.
    """
    told = []
    for entry in store.entries():
        runs = store.checks_run(entry.snapshot)[::-1] or [{}]
        told += [_run(entry, run) for run in runs]
    return told


def _run(entry: Entry, run: Mapping[str, Any]) -> History:
    found = [check["outcome"] for check in run.get("checks", [])]
    return History(
        snapshot=entry.snapshot,
        built_at=entry.built_at,
        is_current=entry.is_current,
        n_forms=sum(entry.surveys.values()),
        checked_at=datetime.fromisoformat(run["at"]) if run else None,
        outcome=run.get("worst"),
        n_warn=found.count("warn") if run else None,
        n_fail=found.count("fail") if run else None,
    )


def marked(context: Context, outcome: str) -> str:
    """The mark of an outcome and its word: `● đạt`."""
    return f"{MARKS[outcome]} {context.texts(OUTCOMES[outcome])}"


def colours(context: Context, palette: Palette) -> dict[str, str]:
    """The colour of each outcome, by its mark and word."""
    by_outcome = {
        "pass": palette.met,
        "warn": palette.ink,
        "fail": palette.missed,
        "empty": palette.muted,
    }
    return {marked(context, outcome): colour for outcome, colour in by_outcome.items()}
