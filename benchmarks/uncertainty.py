"""What the full set of statistics of three years costs within the load, as a multiple of the indices alone.

Both are built anew beside the forms of the sample's three surveys, in turns: counts, slices and indices without any
error; and the same with errors, intervals, covariances, differences, ranks, changes and importance.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.timing import sample_deliveries, spread
from ingest.load import load_deliveries
from warehouse import candidate, precision, relations
from warehouse.catalogue import read_catalogue
from warehouse.simultaneous import range_critical

RUNS = 7
INDICES = (
    "form_count",
    "item_count",
    "cell_slice",
    "slice_form",
    "slice_item",
    "satisfaction_index",
)
STATISTICS = ("province_difference", "rank_set", "cell_item", "index_change", "factor_importance")


def main() -> None:
    """Print both, and the median of the ratios of each pair."""
    catalogue = read_catalogue()
    with sample_deliveries() as samples, tempfile.TemporaryDirectory() as scratch:
        warehouse = Path(scratch) / "warehouse"
        summary = load_deliveries(
            sorted(samples.iterdir()), warehouse, catalogue, gate="invariants"
        )
        built = Path(scratch) / "candidate.duckdb"
        with candidate.connect(built, catalogue) as con:
            _copy(con, warehouse / "snapshots" / f"{summary.snapshot}.duckdb")
            (n_forms,) = con.execute("SELECT count(*) FROM form").fetchone() or (0,)
            alone, full = [], []
            for _ in range(RUNS + 1):
                alone.append(_seconds(con, with_errors=False))
                full.append(_seconds(con, with_errors=True))
    print(f"{n_forms} forms of three years, every slice")
    print(f"indices alone: {spread([wall for wall, _ in alone[1:]])}")
    print(f"with all statistics: {spread([wall for wall, _ in full[1:]])}")
    print(f"ratio: {_ratio(full, alone, 0):.2f} (promised: at most 3)")
    print(f"ratio of processor time: {_ratio(full, alone, 1):.2f}")


def _ratio(full: list[tuple[float, float]], alone: list[tuple[float, float]], which: int) -> float:
    """Return the median over the pairs, the first of which warms up."""
    return statistics.median(
        more[which] / less[which] for more, less in zip(full[1:], alone[1:], strict=True)
    )


def _copy(con: duckdb.DuckDBPyConnection, snapshot: Path) -> None:
    """Copy all that the indices are made from; views and what is made anew stay out."""
    con.execute(f"ATTACH '{snapshot}' AS loaded (READ_ONLY)")
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'loaded'"
    ).fetchall()
    for (table,) in tables:
        if table not in (*INDICES, *STATISTICS):
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM loaded.{table}")
    for macro in relations.macros():
        con.execute(macro)
    con.execute("DETACH loaded")


def _seconds(con: duckdb.DuckDBPyConnection, with_errors: bool) -> tuple[float, float]:
    """Build the indices, with or without the statistics, in one transaction as a load does, and undo it.

    Returns seconds by the clock, and of the processor.
    """
    con.execute("BEGIN")
    con.execute(
        "CREATE OR REPLACE TABLE index_error (survey VARCHAR, geography VARCHAR, geo_level VARCHAR, geo_code VARCHAR,"
        " channel VARCHAR, item_level VARCHAR, item VARCHAR, se_pct DOUBLE, se_srs_pct DOUBLE)"
    )
    began, worked = time.perf_counter(), time.process_time()
    for name in INDICES:
        if name == "satisfaction_index" and with_errors:
            precision.create_error_table(con, "index_error")
        con.execute(f"CREATE TABLE {name} AS {relations.text(name)}")
    if with_errors:
        range_critical(34)
        for name in STATISTICS:
            con.execute(f"CREATE TABLE {name} AS {relations.text(name)}")
    seconds = time.perf_counter() - began, time.process_time() - worked
    con.execute("ROLLBACK")
    return seconds


if __name__ == "__main__":
    main()
