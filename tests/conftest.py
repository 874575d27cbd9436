"""What every test shares: strictness under CI, sample data, and data from outside the repository."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.browsing import browser, served, visit, window
from tests.command import in_process
from tests.strictness import CI, pytest_make_collect_report, pytest_runtest_makereport

# Hooks and fixtures count as this module's own.
__all__ = [
    "browser",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "served",
    "visit",
    "window",
]

ROOT = Path(__file__).resolve().parent.parent
# Most loads of the tests are about something else than the checks: they pass the rules that stop publication by SQL,
# without the seconds that the import of Great Expectations takes. `full_gate` marks the tests that want all of it.
os.environ["HAILONG_GATE"] = "invariants"
# The same examples every time where a red run must mean a change of the product, not of the dice.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if CI else "desk")


@pytest.fixture(autouse=True)
def gate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test marked `full_gate` load through all checks, as users do."""
    if request.node.get_closest_marker("full_gate"):
        monkeypatch.delenv("HAILONG_GATE")


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of real data that the repository may not carry; tests that ask for it are marked `external_data`.

    HAILONG_REALDATA names the folder; without it, the one beside the checkout.
    """
    folder = Path(os.environ.get("HAILONG_REALDATA") or ROOT.parent / "shared" / "realdata")
    if not folder.is_dir():
        pytest.skip(f"no real data: set HAILONG_REALDATA to its folder (looked in {folder})")
    return folder


@pytest.fixture(scope="session")
def sample_deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The synthetic deliveries that `hailong sample` writes, one folder a survey."""
    folder = _made_once(tmp_path_factory, "sample", lambda to: _run("sample", to))
    return sorted(path for path in folder.iterdir() if path.is_dir())


@pytest.fixture(scope="session")
def sample_warehouse(
    sample_deliveries: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A warehouse folder with the three synthetic surveys loaded; not to be loaded into.

    HAILONG_TEST_WAREHOUSE names one that is loaded already, to spare its seconds while a page is written.
    """
    if (loaded := os.environ.get("HAILONG_TEST_WAREHOUSE")) and not CI:
        return Path(loaded)
    return _made_once(
        tmp_path_factory,
        "warehouse",
        lambda to: _run("load", *sample_deliveries, "--warehouse", to),
    )


def _run(*command: str | Path) -> None:
    outcome = in_process(*command)
    assert outcome.exit_code == 0, outcome.output


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first process to want it makes; the others that run the tests wait for it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder
