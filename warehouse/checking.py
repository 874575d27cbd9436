"""The rules that every snapshot must keep: what each one says, whom it concerns, and what came of it.

A rule is one file of sql/check: its header names the suite (the table it guards), the severity, what was looked at and
the rule in both languages; its SELECT gives the rows that break it. `expectations` lets Great Expectations judge all of
them; `run` here judges those of severity `fail` by SQL alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from warehouse import candidate, relations
from warehouse.errors import CheckFailed
from warehouse.quoting import literal
from warehouse.store import opened

# The columns that a rule gives for each row that breaks it; the place in a delivery is empty where it is no form.
FAILED_COLUMNS = ("survey", "file", "row", "form_id", "key")
SHOWN = 5
# The tables that rules guard, in the words of the survey.
SUITES: dict[str, tuple[str, str]] = {
    "survey": ("Cuộc khảo sát", "Surveys"),
    "form": ("Phiếu khảo sát", "Forms"),
    "item_count": ("Câu trả lời", "Answers"),
    "response_funnel": ("Phát và thu phiếu", "Issued and returned"),
    "slice_item": ("Bộ phận và tổng thể", "Parts and wholes"),
    "satisfaction_index": ("Chỉ số hài lòng", "Satisfaction indices"),
    "answer_index": ("Nhận định, nhu cầu và mong đợi", "Assessments, needs and expectations"),
    "province_ranking": ("Tỉnh, thành phố sau sáp nhập", "Merged provinces"),
    "fieldwork_credibility": ("Độ tin cậy của thực địa", "Credibility of the fieldwork"),
}


@dataclass(frozen=True)
class Check:
    """A rule as its file states it.

    Attributes:
        suite: the table that the rule guards.
        severity: `fail` stops publication, `warn` is shown.
        of: what is looked at, as it stands after FROM; its rows are counted.
        label_vi: the rule in words.
        query: the SELECT of the rows that break the rule, with FAILED_COLUMNS.
    """

    name: str
    suite: str
    severity: str
    of: str
    label_vi: str
    label_en: str
    query: str

    @cached_property
    def n_rows_query(self) -> str:
        """Return the SELECT that counts what the rule looks at."""
        return f"SELECT count(*) FROM {self.of}"

    @cached_property
    def failed_query(self) -> str:
        """Return the SELECT of every row that breaks the rule, in a fixed order."""
        return f"SELECT {', '.join(FAILED_COLUMNS)} FROM ({self.query}) AS broken ORDER BY ALL"

    def query_of(self, placeholder: str) -> str:
        """Return `query` reading the suite's table from `{placeholder}`, every other brace doubled for str.format."""
        text = self.query.replace("{", "{{").replace("}", "}}")
        return (
            f"WITH {self.suite} AS NOT MATERIALIZED (SELECT * FROM {{{placeholder}}})"
            f" SELECT * FROM ({text}) AS broken"
        )

    def result(self, n_rows: int, n_failed: int, first: Sequence[Sequence[object]]) -> CheckResult:
        """Return what came of the rule; `first` are the first rows of `failed_query`."""
        return CheckResult(
            check=self.name,
            severity=self.severity,
            outcome=self.severity if n_failed else "pass" if n_rows else "empty",
            n_rows=n_rows,
            n_failed=n_failed,
            detail="; ".join(_named(*row) for row in first[:SHOWN]),
            suite=self.suite,
            label_vi=self.label_vi,
            label_en=self.label_en,
        )


def whole_table(suite: str) -> str:
    """Return the SELECT of every row of the table that a suite guards."""
    return f"SELECT * FROM main.{suite}"


def _named(survey: object, file: object, row: object, form_id: object, key: object) -> str:
    """Name a row that broke a rule: by its key, and where it is a form by where it stands."""
    where = f"{form_id} ({file} row {row})" if file is not None else form_id
    return " ".join(str(part) for part in (survey, where, key) if part not in {None, ""})


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one rule.

    Attributes:
        severity: `fail` stops publication, `warn` is shown.
        outcome: `pass`, `fail`, `warn`, or `empty` where there was nothing to look at.
        n_rows: rows looked at.
        n_failed: rows that broke the rule.
        detail: the first of those, empty where none did.
        suite: the table that the rule guards.
        label_vi: the rule in words.
    """

    check: str
    severity: str
    outcome: str
    n_rows: int
    n_failed: int
    detail: str
    suite: str = ""
    label_vi: str = ""
    label_en: str = ""


def checks() -> list[Check]:
    """Return every rule, in the order of SUITES and by name.

    Raises:
        ValueError: a file of sql/check states no known suite, severity, object or words.
    """
    found = [_parsed(name, text) for name, text in relations.checks().items()]
    return sorted(found, key=lambda check: (list(SUITES).index(check.suite), check.name))


def _parsed(name: str, text: str) -> Check:
    # A line without a label goes on with the one before it.
    comment = re.sub(r"\n-- {2,}", " ", text)
    said = dict(re.findall(r"^-- (\w+): +(.*)$", comment, flags=re.MULTILINE))
    missing = {"suite", "severity", "of", "vi", "en"} - said.keys()
    if missing or said["severity"] not in {"fail", "warn"} or said["suite"] not in SUITES:
        raise ValueError(f"sql/check/{name}.sql states no known suite, severity, of, vi or en")
    query = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip().rstrip(";")
    return Check(name, said["suite"], said["severity"], said["of"], said["vi"], said["en"], query)


def fact_statements() -> list[str]:
    """Return the statements that make the aggregates which the rules share, as temporary tables."""
    return [f"CREATE TEMP TABLE {name} AS {text}" for name, text in relations.facts().items()]


def run(path: Path, memory_limit: str = "2GB") -> list[CheckResult]:
    """Judge every rule of severity `fail` by SQL alone over the database file at `path`, read-only."""
    with opened(path, memory_limit) as con:
        for statement in fact_statements():
            con.execute(statement)
        return [_judged(con, check) for check in checks() if check.severity == "fail"]


def _judged(con: duckdb.DuckDBPyConnection, check: Check) -> CheckResult:
    failed = con.execute(check.failed_query).fetchall()
    counted = con.execute(check.n_rows_query).fetchone() or (0,)
    return check.result(int(counted[0]), len(failed), failed)


def record(path: Path, snapshot: str, results: Sequence[CheckResult]) -> None:
    """Write the outcomes into the candidate's `data_check`, and every row that broke a rule into `failed_row`."""
    with candidate.reopen(path) as con:
        # One transaction: each is written to disk by itself.
        con.execute("BEGIN")
        con.executemany(
            "INSERT INTO data_check VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [list(row) for row in _recorded(snapshot, results)],
        )
        broken = [one.check for one in results if one.n_failed]
        for statement in fact_statements() if broken else ():
            con.execute(statement)
        for check in checks() if broken else ():
            if check.name in broken:
                con.execute(
                    f"INSERT INTO failed_row SELECT {literal(snapshot)}, {literal(check.name)}, *"
                    f" FROM ({check.failed_query})"
                )
        con.execute("COMMIT")


def _recorded(snapshot: str, results: Sequence[CheckResult]) -> Iterator[tuple[object, ...]]:
    for one in results:
        yield (
            snapshot,
            one.check,
            one.severity,
            one.outcome,
            one.n_rows,
            one.n_failed,
            one.detail,
            one.suite,
            one.label_vi,
            one.label_en,
        )


def write_failed(path: Path, target: Path) -> None:
    """Write every row of the candidate's `failed_row` to the CSV file `target`."""
    with opened(path) as con:
        con.execute(f"COPY failed_row TO {literal(str(target))} (FORMAT csv, HEADER true)")


def gate(results: Sequence[CheckResult]) -> None:
    """Raise where a rule of severity `fail` was broken.

    Raises:
        CheckFailed: names each rule, how many rows broke it, and the first of them.
    """
    failed = [one for one in results if one.outcome == "fail"]
    if failed:
        raise CheckFailed(
            "The snapshot broke rules that its figures depend on",
            [
                f"{one.check}: {one.n_failed} of {one.n_rows} rows, first {one.detail}"
                for one in failed
            ],
        )
