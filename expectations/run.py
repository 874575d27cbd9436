"""Running the suites: each rule as an expectation of Great Expectations over the tables of one database file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.checking import Check, CheckResult, checks, fact_statements
from warehouse.errors import ChecksNotRun

if TYPE_CHECKING:
    from expectations.context import Warehouse

MEMORY_LIMIT = "2GB"


def run(path: Path, memory_limit: str = MEMORY_LIMIT) -> list[CheckResult]:
    """Judge every rule over the closed database file at `path`, which is only read.

    Args:
        path: a candidate or a published snapshot.
        memory_limit: what the database may take, as DuckDB writes it ("2GB").

    Returns:
        One result a rule, in the order of `warehouse.checking.checks`.

    Raises:
        ChecksNotRun: a rule could not be judged, or there is none: nothing may be published on that.
    """
    # Here, since the import takes seconds and the command line needs this module's names at once.
    from expectations.context import Warehouse  # noqa: PLC0415

    rules = checks()
    if not rules:
        raise ChecksNotRun("No rule was judged", ["there is no rule in sql/check"])
    with Warehouse(path, memory_limit) as warehouse:
        for statement in fact_statements():
            warehouse.execute(statement)
        counts: dict[str, int] = {}
        for suite in dict.fromkeys(rule.suite for rule in rules):
            counts |= warehouse.judge(suite, [rule for rule in rules if rule.suite == suite])
        _demand_all(rules, counts)
        return [_result(warehouse, rule, counts[rule.name]) for rule in rules]


def _demand_all(rules: list[Check], counts: dict[str, int]) -> None:
    unjudged = [rule.name for rule in rules if rule.name not in counts]
    if unjudged:
        raise ChecksNotRun("Not every rule was judged", [f"{name}: no result" for name in unjudged])


def _result(warehouse: Warehouse, rule: Check, n_failed: int) -> CheckResult:
    ((n_rows,),) = warehouse.execute(rule.n_rows_query)
    first = warehouse.execute(f"{rule.failed_query} LIMIT 5") if n_failed else []
    return rule.result(int(n_rows), n_failed, first)
