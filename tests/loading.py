"""A warehouse that already serves something, and what a load does to it."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import duckdb

from tests.command import Outcome, in_process
from tests.deliveries import forms, manifest, write_delivery
from warehouse import Snapshot, open_current

_kept = tempfile.TemporaryDirectory(prefix="hailong-served-")


@cache
def _served() -> Path:
    folder = Path(_kept.name)
    delivery = write_delivery(folder / "first", forms(40), manifest("vss-2025", 2025))
    assert load(folder / "warehouse", delivery).exit_code == 0
    return folder / "warehouse"


def serving_warehouse(folder: Path) -> Path:
    """A warehouse in `folder` that serves forty forms of the survey `vss-2025`."""
    return Path(shutil.copytree(_served(), folder / "warehouse", symlinks=True))


def load(warehouse: Path, *arguments: object) -> Outcome:
    return in_process("load", *arguments, "--warehouse", warehouse)


def national_forms(warehouse: Path, survey: str = "vss-2025") -> int:
    frame = open_current(warehouse).read(
        "satisfaction_index", survey=survey, geo_level="nation", channel="all", item="overall"
    )
    (n_forms,) = set(frame["n_forms"])
    return int(n_forms)


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(warehouse: Path, *deliveries: object) -> str:
    """The message of a load that is refused; the old snapshot must serve on, whole."""
    before = open_current(warehouse).id
    outcome = load(warehouse, *deliveries)
    assert outcome.exit_code == 1, outcome.output
    assert "Traceback" not in outcome.output
    assert open_current(warehouse).id == before
    assert national_forms(warehouse) == 40
    for database in warehouse.rglob("*.duckdb"):
        duckdb.connect(str(database), read_only=True).close()
    assert len(list(warehouse.rglob("*.duckdb"))) == 1
    return outcome.output


def accepted(warehouse: Path, *deliveries: object) -> Snapshot:
    outcome = load(warehouse, *deliveries)
    assert outcome.exit_code == 0, outcome.output
    return open_current(warehouse)
