"""Judging in a process of its own, started early: the library's import runs beside the build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expectations.run import MEMORY_LIMIT
from warehouse.checking import CheckResult
from warehouse.errors import ChecksNotRun


class Judge:
    """A process that waits with Great Expectations imported, to judge one database file.

    Args:
        process: the running `python -m expectations`.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, path: Path, memory_limit: str = MEMORY_LIMIT) -> list[CheckResult]:
        """Judge every rule over the closed database file at `path`; see `expectations.run`.

        Raises:
            ChecksNotRun: a rule could not be judged, or the process died.
        """
        asked = json.dumps({"path": str(path), "memory_limit": memory_limit})
        answer, errors = self._process.communicate(asked + "\n")
        try:
            told = json.loads(answer)
        except ValueError:
            # At its end the interpreter complains about objects that the database module leaks.
            last = errors.partition("nanobind:")[0].strip()[-1000:]
            raise ChecksNotRun(
                "The rules were not judged",
                [f"the process ended with code {self._process.returncode}: {last}"],
            ) from None
        if "faults" in told:
            raise ChecksNotRun(told["heading"], told["faults"])
        return [CheckResult(**one) for one in told["results"]]


@contextmanager
def started() -> Iterator[Judge]:
    """Start the process that will judge; it ends with the block, or with this process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "expectations"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(part or "." for part in sys.path)},
    )
    try:
        yield Judge(process)
    finally:
        process.kill()
        process.communicate()
