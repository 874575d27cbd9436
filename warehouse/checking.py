"""Running the SQL invariants over a closed candidate and recording what they found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import relations
from warehouse.errors import CheckFailed


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        severity: `fail` stops publication, `warn` is shown.
        outcome: `pass`, `fail`, `warn`, or `empty` where there was nothing to look at.
        n_rows: rows looked at.
        n_failed: rows that broke the rule.
        detail: examples of those, empty where none did.
    """

    check: str
    severity: str
    outcome: str
    n_rows: int
    n_failed: int
    detail: str


def run(path: Path) -> list[CheckResult]:
    """Run every check of sql/check over the database file at `path`, read-only."""
    with duckdb.connect(str(path), read_only=True) as con:
        return [_one(con, name, text) for name, text in relations.checks().items()]


def _one(con: duckdb.DuckDBPyConnection, name: str, text: str) -> CheckResult:
    severity = re.search(r"^-- severity: (fail|warn)$", text, flags=re.MULTILINE)
    if severity is None:
        raise ValueError(f"sql/check/{name}.sql states no severity")
    row = con.execute(text).fetchone() or (0, 0, None)
    n_rows, n_failed, detail = int(row[0]), int(row[1] or 0), row[2] or ""
    outcome = severity[1] if n_failed else "pass" if n_rows else "empty"
    return CheckResult(name, severity[1], outcome, n_rows, n_failed, detail)


def record(path: Path, snapshot: str, results: list[CheckResult]) -> None:
    """Write the outcomes into the candidate's `data_check`."""
    with duckdb.connect(str(path)) as con:
        con.executemany(
            "INSERT INTO data_check VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                [
                    snapshot,
                    one.check,
                    one.severity,
                    one.outcome,
                    one.n_rows,
                    one.n_failed,
                    one.detail,
                ]
                for one in results
            ],
        )


def gate(results: list[CheckResult]) -> None:
    """Raise where a check of severity `fail` failed.

    Raises:
        CheckFailed: names each rule, how many rows broke it, and examples.
    """
    failed = [one for one in results if one.outcome == "fail"]
    if failed:
        raise CheckFailed(
            "The candidate broke its checks and was not published",
            [f"{one.check}: {one.n_failed} of {one.n_rows} rows ({one.detail})" for one in failed],
        )
