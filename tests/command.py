"""The command line as a user meets it: what it says and how it exits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from ingest.cli import main

ROOT = Path(__file__).resolve().parent.parent


class Outcome(NamedTuple):
    """What a command left: its exit code and everything that it wrote."""

    exit_code: int
    output: str


def in_process(*arguments: object) -> Outcome:
    """Run `hailong` inside this process: the whole command line but for the interpreter's start."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.output)


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start `hailong` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ingest.cli", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def in_a_process(*arguments: object, **environment: str) -> Outcome:
    """Run `hailong` as a process of its own and wait for it."""
    process = start(*arguments, **environment)
    output, _ = process.communicate(timeout=300)
    return Outcome(process.returncode, output)
