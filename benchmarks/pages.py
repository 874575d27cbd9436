"""What a page reads when no demographic filter is set, and the same recomputed for some of the people."""

from __future__ import annotations

import statistics
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.timing import call_seconds, process_seconds, sample_deliveries, spread
from warehouse import Snapshot, open_current

RUNS = 30
SLICE = {"survey": "vss-2025", "geography": "vn-34"}


def _overview(snapshot: Snapshot) -> None:
    snapshot.read("satisfaction_index", **SLICE, geo_level="nation", channel="all")


def _ranking(snapshot: Snapshot) -> None:
    snapshot.read("province_ranking", **SLICE)


def _profile(snapshot: Snapshot) -> None:
    snapshot.read("satisfaction_index", **SLICE, geo_level="province", geo_code="42")


def _filtered(snapshot: Snapshot) -> None:
    snapshot.filtered(
        "satisfaction_index", {"sex": "female"}, **SLICE, geo_level="province", channel="all"
    )


def main() -> None:
    """Print the seconds of each read over three loaded years, and the ratio of filtered to plain."""
    with sample_deliveries() as samples, tempfile.TemporaryDirectory() as warehouse:
        process_seconds(
            [
                "-m",
                "ingest.cli",
                "load",
                *map(str, sorted(samples.iterdir())),
                "--warehouse",
                warehouse,
            ]
        )
        snapshot = open_current(Path(warehouse))
        reads = {"overview": _overview, "ranking": _ranking, "profile": _profile}
        medians = {}
        for name, read in reads.items():
            seconds = call_seconds(partial(read, snapshot), RUNS)
            medians[name] = statistics.median(seconds)
            print(f"{name}: {spread(seconds)} (promised: under 0.020)")
        seconds = call_seconds(partial(_filtered, snapshot), RUNS // 3)
        times = statistics.median(seconds) / medians["profile"]
        print(
            f"filtered by sex, with errors: {spread(seconds)}, {times:.0f} x the plain read (promised: under 0.300)"
        )


if __name__ == "__main__":
    main()
