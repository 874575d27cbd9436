"""What is installed, built and run is what was tested: pins, wheel, image, commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.checkout import PACKAGES, PROJECT, ROOT, files, texts

LOCKS = ("requirements.txt", "requirements-dev.txt")


# --- packages -----------------------------------------------------------------------------------


def pins(lock: str) -> dict[str, list[Requirement]]:
    """The pinned requirements of a lock file by name; a name may be pinned once a Python version."""
    found: dict[str, list[Requirement]] = {}
    for line in texts()[Path(lock)].splitlines():
        if line and not line.startswith((" ", "#")):
            pin = Requirement(line.rstrip(" \\"))
            found.setdefault(pin.name, []).append(pin)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_and_hash_everything_and_name_no_place(lock: str) -> None:
    text = texts()[Path(lock)]
    line = re.compile(
        r"#.*| {4}#.*| {4}--hash=sha256:[0-9a-f]{64}(?: \\)?|[\w.-]+==\S+(?: ; [^;]+)? \\"
    )
    assert [given for given in text.splitlines() if not line.fullmatch(given)] == []
    assert "://" not in text
    assert len(pins(lock)) > 20


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.txt", ()), ("requirements-dev.txt", ("dev",))]
)
def test_locks_follow_the_project(lock: str, extras: tuple[str, ...]) -> None:
    """`make lock` was run after the last change of pyproject.toml."""
    project = PROJECT["project"]
    wanted = [
        *project["dependencies"],
        *(need for extra in extras for need in project["optional-dependencies"][extra]),
    ]
    pinned = pins(lock)
    for need in map(Requirement, wanted):
        versions = [next(iter(pin.specifier)).version for pin in pinned.get(need.name, [])]
        assert versions, f"{need.name} is not in {lock}: run make lock"
        assert all(need.specifier.contains(version) for version in versions), (
            f"{need}: run make lock"
        )


def test_tests_run_on_the_versions_that_users_get() -> None:
    """The same versions; the tests may need a package on more platforms than the product does."""
    run, dev = (
        {name: {str(one.specifier) for one in found} for name, found in pins(lock).items()}
        for lock in LOCKS
    )
    assert {name: dev.get(name) for name in run} == run


def test_the_build_backend_is_pinned_like_the_rest() -> None:
    (backend,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert pins("requirements-dev.txt")["setuptools"] == [backend]


def test_an_installation_carries_every_file(tmp_path: Path) -> None:
    """The wheel is what the image runs: a data file that it lacks works on every desk and fails there."""
    for path in files():
        if path.parts[0] in PACKAGES or path == Path("pyproject.toml"):
            copy = tmp_path / "tree" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((ROOT / path).read_bytes())
    offline = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    build = [sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", str(tmp_path), "./tree"]
    subprocess.run(build, cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("hailong-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    needed = {path.as_posix() for path in files() if path.parts[0] in PACKAGES}
    assert needed - carried == set()
    assert {name.partition("/")[0] for name in carried if ".dist-info/" not in name} == set(
        PACKAGES
    )


# --- image and commands -------------------------------------------------------------------------


def test_the_image_is_pinned_and_runs_without_root() -> None:
    lines = texts()[Path("Dockerfile")].splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base) for base in bases)
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"0", "root"}
    assert any(line.startswith("HEALTHCHECK ") and "/_stcore/health" in line for line in lines)


def test_the_image_is_built_from_what_it_needs_and_nothing_else() -> None:
    rules = [
        line
        for line in texts()[Path(".dockerignore")].splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert allowed == {*PACKAGES, "pyproject.toml", "requirements.txt"}


def test_every_command_is_explained_and_has_a_rule() -> None:
    makefile = texts()[Path("Makefile")]
    phony = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):[^\n]*## \S", makefile, re.MULTILINE))
    assert {"bench", "browser", "clean", "lint", "lock", "run", "setup", "test"} <= explained
    assert {name for name in phony if not name.startswith("debian-")} == explained


def test_ci_runs_what_a_desk_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("exec make test")
