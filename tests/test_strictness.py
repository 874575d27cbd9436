"""Under CI a test that does not run has failed; the hook that says so is held here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOOKS = Path(__file__).with_name("strictness.py")
SUITE = """
import pytest

def test_runs(): pass

@pytest.mark.skip(reason="later")
def test_marked(): pass

def test_inside(): pytest.skip("no browser")

@pytest.fixture
def absent(): pytest.skip("no server")

def test_fixture(absent): pass

@pytest.mark.xfail(reason="known")
def test_known(): raise AssertionError

@pytest.mark.external_data
def test_external(): pytest.skip("no real data")
"""
CONFIGURATION = "[pytest]\nmarkers = external_data\n"


def outcome(folder: Path, suite: str, ci: str) -> str:
    """Run a suite with the house's hooks and return the closing line of pytest."""
    shutil.copy(HOOKS, folder / "conftest.py")
    (folder / "pytest.ini").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "test_suite.py").write_text(suite, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "CI": ci},
        check=False,
        capture_output=True,
        text=True,
    )
    return told.stdout.rstrip().splitlines()[-1]


@pytest.mark.parametrize(
    ("ci", "expected"),
    [
        ("", "1 passed, 4 skipped, 1 xfailed"),
        ("true", "1 failed, 1 passed, 1 skipped, 1 xfailed, 2 errors"),
    ],
)
def test_only_external_data_may_be_absent_under_ci(tmp_path: Path, ci: str, expected: str) -> None:
    assert expected in outcome(tmp_path, SUITE, ci)


@pytest.mark.parametrize(("ci", "expected"), [("", "1 skipped"), ("true", "1 error")])
def test_a_module_may_not_skip_itself_under_ci(tmp_path: Path, ci: str, expected: str) -> None:
    suite = "import pytest\npytest.importorskip('absent_package')\n"
    assert expected in outcome(tmp_path, suite, ci)
