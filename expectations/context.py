"""Great Expectations on a DuckDB file: the one module that imports it.

As shipped, Great Expectations closes its connection to DuckDB before it fetches, so that nearly every expectation errs
and shows it only as `success=False`. For a few dialects it keeps the connection; DuckDB is made one of them through the
library's private name, for which its version is pinned and a test demands that every expectation really ran.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

from warehouse.checking import Check, whole_table
from warehouse.errors import ChecksNotRun

logging.getLogger("great_expectations").setLevel(logging.ERROR)


class _Dialect(StrEnum):
    DUCKDB = "duckdb"


engine._PERSISTED_CONNECTION_DIALECTS = (  # noqa: SLF001 there is no public name for it
    *engine._PERSISTED_CONNECTION_DIALECTS,  # noqa: SLF001
    _Dialect.DUCKDB,
)


class Warehouse:
    """A database file as a data source of Great Expectations, over one read-only connection.

    Args:
        path: the closed database file.
        memory_limit: what the database may take, as DuckDB writes it.
    """

    def __init__(self, path: Path, memory_limit: str) -> None:
        self.context = gx.get_context(mode="ephemeral")
        self.context.enable_analytics(enable=False)
        self.context.variables.progress_bars = {"globally": False}
        self.source = self.context.data_sources.add_sql(
            "snapshot",
            connection_string=f"duckdb:///{path}",
            kwargs={
                "connect_args": {
                    "read_only": True,
                    "config": {
                        "memory_limit": memory_limit,
                        "temp_directory": f"{path}.tmp",
                        # Rules count and name rows; the order in which they are met says nothing.
                        "preserve_insertion_order": False,
                    },
                }
            },
        )
        self.engine: Any = self.source.get_execution_engine()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self.engine.get_connection() as connection:
            connection.close()
        for pool in (self.engine.engine, self.source.get_engine()):
            pool.dispose()

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement on the connection that the expectations use; return its rows."""
        with self.engine.get_connection() as connection:
            answer = connection.exec_driver_sql(statement)
            return [tuple(row) for row in answer.fetchall()] if answer.returns_rows else []

    def judge(self, suite: str, rules: Sequence[Check]) -> dict[str, int]:
        """Validate the table `suite` against its rules; return the rows that broke each.

        Raises:
            ChecksNotRun: an expectation erred; a rule that cannot be judged is no rule that was kept.
        """
        asset = self.source.add_query_asset(suite, query=whole_table(suite))
        validation = self.context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite,
                data=asset.add_batch_definition_whole_table("whole"),
                suite=self.context.suites.add(
                    gx.ExpectationSuite(
                        name=suite, expectations=[_expectation(rule) for rule in rules]
                    )
                ),
            )
        )
        outcome = validation.run(result_format="BASIC")
        errors = [
            f"{result.expectation_config.meta['check']}: {_error(result.exception_info)}"
            for result in outcome.results
            if "observed_value" not in result.result
        ]
        if errors:
            raise ChecksNotRun("Rules could not be judged", sorted(errors))
        return {
            result.expectation_config.meta["check"]: int(result.result["observed_value"])
            for result in outcome.results
        }


def _expectation(rule: Check) -> Any:
    """Return the rule as an expectation that its SELECT finds no row; the suite's table is the batch."""
    return gx.expectations.UnexpectedRowsExpectation(
        unexpected_rows_query=rule.query_of("batch"),
        description=rule.label_en,
        severity="critical" if rule.severity == "fail" else "warning",
        meta={"check": rule.name},
    )


def _error(info: dict[str, Any]) -> str:
    """Return the message of the first exception that an expectation met."""
    told = info.get("exception_message") or next(
        (
            one["exception_message"]
            for one in info.values()
            if isinstance(one, dict) and one.get("exception_message")
        ),
        "it gave no result",
    )
    return " ".join(str(told).split())[:500]
