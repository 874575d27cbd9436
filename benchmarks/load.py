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
LOAD = (
    "import sys; from pathlib import Path; from ingest.load import load_deliveries;"
    " from warehouse.catalogue import read_catalogue;"
    " load_deliveries([Path(sys.argv[2])], Path(sys.argv[1]), read_catalogue(), gate='invariants')"
)


def main() -> None:
    """Print both, run in turns, and the ratio of each pair."""
    bare, load, start = [], [], []
    with sample_deliveries() as samples, tempfile.TemporaryDirectory() as scratch:
        delivery = samples / "vss-2025"
        for run in range(RUNS + 1):
            database, warehouse = Path(scratch) / f"{run}.duckdb", Path(scratch) / f"{run}"
            bare.append(process_seconds(["-c", BARE, str(database), str(delivery / "*.parquet")]))
            load.append(process_seconds(["-c", LOAD, str(warehouse), str(delivery)]))
            start.append(process_seconds(["-c", "pass"]))
            shutil.rmtree(warehouse)
    ratios = [
        whole / (table + begin) for whole, table, begin in zip(load, bare, start, strict=True)
    ][1:]
    print(f"bare CREATE TABLE AS, whole process: {spread(bare[1:])}")
    print(f"hailong load without the checks of Great Expectations: {spread(load[1:])}")
    print(f"ratio: {statistics.median(ratios):.2f} (promised: less than 4)")


if __name__ == "__main__":
    main()
