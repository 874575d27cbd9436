"""The checks by Great Expectations after its import: over one survey of 84 448 forms, and over 6 million made of it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.timing import sample_deliveries
from ingest.load import load_deliveries
from warehouse import assessment, relations
from warehouse.catalogue import Catalogue, read_catalogue

COPIES = 71
# What the rules read that depends on how many forms there are, in the order in which it is made.
COUNTED = (
    "form_count",
    "item_count",
    "choice_count",
    "cell_slice",
    "slice_form",
    "slice_item",
    "slice_choice",
    "answer_index",
    "response_funnel",
)
# Judges in a process of its own, as a load does, and tells the seconds after the import and its peak of memory.
JUDGE = """
import json, resource, sys, time
from pathlib import Path
began = time.perf_counter()
import expectations.context
from expectations import run
imported, worked = time.perf_counter(), time.process_time()
results = run(Path(sys.argv[1]))
print(json.dumps({
    "import": imported - began,
    "judge": time.perf_counter() - imported,
    "worked": time.process_time() - worked,
    "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    "broken": [one.check for one in results if one.n_failed],
}))
"""


def main() -> None:
    """Print what the checks cost at both sizes, beside what is promised."""
    catalogue = read_catalogue()
    with sample_deliveries() as samples, tempfile.TemporaryDirectory() as scratch:
        warehouse = Path(scratch) / "warehouse"
        summary = load_deliveries([samples / "vss-2025"], warehouse, catalogue, gate="invariants")
        path = warehouse / "snapshots" / f"{summary.snapshot}.duckdb"
        measure(path, catalogue, "less than 5 s")
        multiply(path)
        measure(path, catalogue, "less than 60 s and 3 GB")


def measure(path: Path, catalogue: Catalogue, promised: str) -> None:
    """Assess the fieldwork anew and judge every rule, as a load does after its build."""
    with duckdb.connect(str(path)) as con:
        (n_forms,) = con.execute("SELECT count(*) FROM form").fetchone() or (0,)
        for name in reversed(relations.ASSESSED):
            con.execute(f"DROP TABLE {name}")
    began, worked = time.perf_counter(), time.process_time()
    assessment.assess(path, catalogue)
    assessed, worked = time.perf_counter() - began, time.process_time() - worked
    told = json.loads(
        subprocess.run(
            [sys.executable, "-c", JUDGE, str(path)], check=True, capture_output=True, text=True
        ).stdout.splitlines()[-1]
    )
    print(
        f"{n_forms} forms: fieldwork assessed in {assessed:.1f} s, {told['judge']:.1f} s to judge,"
        f" {assessed + told['judge']:.1f} s in all ({worked + told['worked']:.1f} s of processor),"
        f" {told['gigabytes']:.2f} GB at most (promised: {promised});"
        f" import {told['import']:.1f} s beside the build; rules broken: {', '.join(told['broken']) or 'none'}"
    )


def multiply(path: Path) -> None:
    """Make each form many, answers to the needs drawn anew so that none is a copy, and count them again."""
    with duckdb.connect(str(path)) as con:
        con.execute("SET memory_limit = '4GB'")
        con.execute("SET preserve_insertion_order = false")
        columns = [name for name, *_ in con.execute("DESCRIBE form").fetchall()]
        drawn = ", ".join(
            f"CASE WHEN \"{name}\" IS NOT NULL THEN 1 + hash(form_id, copy, '{name}') % 4 END::UTINYINT"
            f' AS "{name}"'
            for name in columns
            if "/3." in name
        )
        con.execute(
            f"INSERT INTO form BY NAME SELECT * EXCLUDE (copy)"
            f" REPLACE (form_id || '-' || copy AS form_id, {drawn},"
            " (DATE '2025-09-10' + (hash(form_id, copy) % 52)::INTEGER) AS collected_on)"
            f" FROM form CROSS JOIN range(1, {COPIES}) AS copies (copy)"
        )
        con.execute(
            f"INSERT INTO quarantine SELECT quarantine.* FROM quarantine CROSS JOIN range(1, {COPIES})"
        )
        con.execute(f"UPDATE issued SET issued = issued * {COPIES}")
        con.execute(f"UPDATE survey SET n_forms = n_forms * {COPIES}")
        # Copies make certain what was chance in a small slice: only the cost is measured here, not the signs.
        con.execute(
            "UPDATE settings SET pattern_margin_pct = 40, outlying_margin_pct = 40, burst_min_forms = 100000"
        )
        for name in COUNTED:
            con.execute(f"DROP TABLE {name}")
            con.execute(f"CREATE TABLE {name} AS {relations.text(name)}")
        # The criteria were copied as they are: their indices stay, their counts grow.
        grown = ("n_forms", "n_answers", "n1", "n2", "n3", "n4", "n5")
        con.execute(
            "UPDATE satisfaction_index SET "
            + ", ".join(f"{name} = {name} * {COPIES}" for name in grown)
        )


if __name__ == "__main__":
    main()
