"""Hooks of pytest: under CI a proof that did not run has failed."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

CI = os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI only a test of external data may be skipped."""
    report = yield
    may_skip = item.get_closest_marker("external_data") is not None or hasattr(report, "wasxfail")
    if CI and report.skipped and not may_skip:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Under CI a module that skips itself while it is collected has failed too."""
    report = yield
    if CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = (
            f"{report.nodeid} skipped itself, which CI does not allow: {report.longrepr}"
        )
    return report
