"""Loading vss-2025 from the command line to published, against a bare CREATE TABLE AS of the same files."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks.timing import process_seconds, sample_deliveries, spread

RUNS = 5
# The gate of Great Expectations is measured by itself in benchmarks.checks.
BARE = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(f\"CREATE TABLE form AS FROM '{sys.argv[2]}'\")"
# Sampling errors, checks and the hiding of small groups came after the promise; what they take is measured in the same
# process and printed apart.
LOAD = """
import sys, time
from pathlib import Path
from ingest.load import load_deliveries
from warehouse import precision, publication
from warehouse.catalogue import read_catalogue

apart = {}

def time_apart(module, name):
    timed = getattr(module, name)
    def told(*arguments, **options):
        began = time.perf_counter()
        timed(*arguments, **options)
        apart[name] = apart.get(name, 0) + time.perf_counter() - began
    setattr(module, name, told)

time_apart(precision, "create_error_table")
time_apart(publication, "publish_views")
summary = load_deliveries([Path(sys.argv[2])], Path(sys.argv[1]), read_catalogue(), gate="invariants")
print(apart["create_error_table"], apart["publish_views"], summary.check_seconds)
"""


def main() -> None:
    """Print both, run in turns, and the ratio of each pair, with and without what came later."""
    bare, load, start = [], [], []
    errors, hiding, checks = [], [], []
    with sample_deliveries() as samples, tempfile.TemporaryDirectory() as scratch:
        delivery = samples / "vss-2025"
        for run in range(RUNS + 1):
            database, warehouse = Path(scratch) / f"{run}.duckdb", Path(scratch) / f"{run}"
            bare.append(
                process_seconds(["-c", BARE, str(database), str(delivery / "*.parquet")])[0]
            )
            seconds, printed = process_seconds(["-c", LOAD, str(warehouse), str(delivery)])
            load.append(seconds)
            of_errors, of_hiding, of_checks = map(float, printed.split())
            errors.append(of_errors)
            hiding.append(of_hiding)
            checks.append(of_checks)
            start.append(process_seconds(["-c", "pass"])[0])
            shutil.rmtree(warehouse)
    floor = [table + begin for table, begin in zip(bare, start, strict=True)]
    whole = [seconds / least for seconds, least in zip(load, floor, strict=True)]
    core = [
        (seconds - sum(later)) / least
        for seconds, least, *later in zip(load, floor, errors, hiding, checks, strict=True)
    ]
    print(f"bare CREATE TABLE AS, whole process: {spread(bare[1:])}")
    print(f"load to published, with the rules in SQL: {spread(load[1:])}")
    print(f"of it sampling errors: {spread(errors[1:])}")
    print(f"of it hiding small groups: {spread(hiding[1:])}")
    print(f"of it checks and signs of fabrication: {spread(checks[1:])}")
    print(f"ratio without these three: {statistics.median(core[1:]):.2f} (promised: less than 4)")
    print(f"ratio of the whole: {statistics.median(whole[1:]):.2f}")


if __name__ == "__main__":
    main()
