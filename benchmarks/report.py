"""All reports of a survey, PDF and Word, with one browser: under five minutes on two cores."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from benchmarks.timing import process_seconds, sample_deliveries

LIMIT_SECONDS = 300


def main() -> None:
    """Print what one run of `hailong report --all` takes, its start and its browser included."""
    os.environ.setdefault("HAILONG_GATE", "invariants")
    with sample_deliveries() as deliveries, tempfile.TemporaryDirectory() as folder:
        warehouse, out = Path(folder) / "warehouse", Path(folder) / "reports"
        samples = [str(path) for path in sorted(deliveries.iterdir())]
        process_seconds(["-m", "ingest.cli", "load", *samples, "--warehouse", str(warehouse)])
        seconds = _all(warehouse, out)
        sizes = [path.stat().st_size for path in out.iterdir()]
        pdf = [path.stat().st_size for path in out.glob("*.pdf")]
        print(
            f"{len(pdf)} reports, {len(sizes)} files: {seconds:.0f} s"
            f" ({seconds / len(pdf):.1f} s a report; limit {LIMIT_SECONDS} s on two cores);"
            f" a PDF of {statistics.median(pdf) / 1024:.0f} KiB"
        )
        if seconds > LIMIT_SECONDS:
            raise SystemExit(f"slower than {LIMIT_SECONDS} s")


def _all(warehouse: Path, out: Path) -> float:
    command = ["-m", "ingest.cli", "report", "--all", "--survey", "vss-2025", "--out", str(out)]
    return process_seconds([*command, "--warehouse", str(warehouse)])[0]


if __name__ == "__main__":
    main()
