"""What every page takes on the server with three years loaded, and how soon a browser sees the first one.

A rerun is what happens when the reader moves a filter: the whole page is made anew by a server that has made it
before. Reads of the views and the same recomputed for some of the people are timed below it, as what pages are
made of.
"""

from __future__ import annotations

import ast
import gc
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.timing import call_seconds, process_seconds, sample_deliveries, spread
from dashboard.data import WAREHOUSE_VARIABLE
from warehouse import Snapshot, open_current

APP = Path(__file__).parents[1] / "dashboard" / "app.py"
RUNS = 12
READS = 30
SLICE = {"survey": "vss-2025", "geography": "vn-34"}
ADDRESSES: tuple[Mapping[str, str], ...] = (
    {},
    {"province": "48"},
    {"region": "BTB", "lang": "en"},
    {"survey": "vss-2026", "channel": "2.2.a"},
)
# Promised of each page, all its addresses together.
MEDIAN, NEARLY_ALL = 0.150, 0.300
FIRST_VIEW = 3.0
VIEWS = 5
CHROMIUM = "/usr/bin/chromium"
PARTS = {
    "title": "h1",
    "facts": '[data-testid="stMetric"]',
    "chart": ".js-plotly-plot .main-svg",
}
BARE_PAGE = """
import plotly.graph_objects as go
import streamlit as st

st.title("bare")
st.metric("one", "1")
st.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[1, 2])))
"""


def page_names() -> list[str]:
    """The pages of the dashboard, in the order of its menu."""
    (pages,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(APP.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES"
    ]
    return [name for group in pages.values() for name in group]


def reruns(page: str, address: Mapping[str, str]) -> tuple[list[float], list[float]]:
    """Wall and processor seconds of reruns of a page at one address, after two that are not counted."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    if page != "overview":
        app = app.switch_page(f"views/{page}.py").run()
    app.run()
    if app.exception:
        raise RuntimeError(f"{page} {dict(address)}: {app.exception[0].message}")
    wall, processor = [], []
    # What earlier pages left behind is not this one's to clear away.
    gc.collect()
    for _ in range(RUNS):
        began, busy = time.perf_counter(), time.process_time()
        app.run()
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - busy)
    return wall, processor


def nearly_all(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def print_reruns() -> None:
    """Print a line a page: median and 95th percentile of its reruns, and whether it keeps what was promised."""
    print(
        f"rerun of each page (promised: median under {MEDIAN:.3f}, 95 % under {NEARLY_ALL:.3f} s)"
    )
    for page in page_names():
        wall: list[float] = []
        processor: list[float] = []
        for address in ADDRESSES:
            one, busy = reruns(page, address)
            wall += one
            processor += busy
        median, most = statistics.median(wall), nearly_all(wall)
        kept = median < MEDIAN and most < NEARLY_ALL
        print(
            f"{page:10} median {median:.3f} s, 95 % {most:.3f} s, "
            f"processor {statistics.median(processor):.3f} s{'' if kept else '  MISSED'}"
        )


@contextmanager
def _server(command: list[str], port: int) -> Iterator[None]:
    """A server, `python -m` the command, that answers on a port for as long as it is needed."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-m", *command], stdout=quiet, stderr=quiet) as process:
        try:
            while True:
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if process.poll() is not None:
                    raise RuntimeError("the server did not start")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def view_seconds(command: list[str], port: int) -> dict[str, float]:
    """Median seconds from asking a server just started to each part of the page, in a browser that never saw it.

    Raises:
        RuntimeError: the server did not start.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 needed by nothing else here

    taken: dict[str, list[float]] = {part: [] for part in PARTS}
    for _ in range(VIEWS):
        with _server(command, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            began = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/")
            for part, selector in PARTS.items():
                page.wait_for_selector(selector)
                taken[part].append(time.perf_counter() - began)
            browser.close()
    return {part: statistics.median(seconds) for part, seconds in taken.items()}


def print_first_view(warehouse: Path) -> None:
    """Print how soon a browser sees the overview, beside a page that is nothing but one of each of its parts.

    What the bare page takes is the browser's and Streamlit's own, on this machine; the difference is ours.
    """
    if not Path(CHROMIUM).exists():
        print("first view: no Chromium")
        return
    port = _free_port()
    serve = ["ingest.cli", "serve", "--warehouse", str(warehouse), "--port", str(port)]
    ours = view_seconds(serve, port)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "bare.py")
        script.write_text(BARE_PAGE, encoding="utf-8")
        port = _free_port()
        flags = [
            f"--server.port={port}",
            "--server.headless=true",
            "--browser.gatherUsageStats=false",
        ]
        bare = view_seconds(["streamlit", "run", str(script), *flags], port)
    print(f"first view after start, median of {VIEWS} (promised: under {FIRST_VIEW:.0f})")
    for part, seconds in ours.items():
        print(
            f"{part:6} {seconds:.2f} s, {seconds / bare[part]:.2f} x a bare page "
            f"({bare[part]:.2f} s){'' if seconds < FIRST_VIEW else '  MISSED'}"
        )


def _views(snapshot: Snapshot) -> dict[str, Callable[[], object]]:
    """What the largest pages read, by name."""
    read = snapshot.read
    return {
        "overview": partial(
            read, "satisfaction_index", None, **SLICE, geo_level="nation", channel="all"
        ),
        "ranking": partial(read, "province_ranking", None, **SLICE),
        "profile": partial(
            read, "satisfaction_index", None, **SLICE, geo_level="province", geo_code="42"
        ),
    }


def print_reads(warehouse: Path) -> None:
    """Print the seconds of single reads, and of one recomputed for some of the people."""
    snapshot = open_current(warehouse)
    medians = {}
    for name, read in _views(snapshot).items():
        seconds = call_seconds(read, READS)
        medians[name] = statistics.median(seconds)
        print(f"read for {name}: {spread(seconds)} (promised: under 0.020)")
    filtered = partial(
        snapshot.filtered,
        "satisfaction_index",
        {"sex": "female"},
        None,
        **SLICE,
        geo_level="province",
        channel="all",
    )
    seconds = call_seconds(filtered, READS // 3)
    times = statistics.median(seconds) / medians["profile"]
    print(
        f"filtered by sex, with errors: {spread(seconds)}, {times:.0f} x the plain read (promised: under 0.300)"
    )


def main() -> None:
    """Print the reruns of every page, the first view in a browser and the reads, over three loaded years.

    The environment's warehouse is used if it names one; else the synthetic surveys are made and loaded.
    """
    given = os.environ.get(WAREHOUSE_VARIABLE)
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(given or folder)
        if not given:
            with sample_deliveries() as samples:
                load = ["-m", "ingest.cli", "load", *map(str, sorted(samples.iterdir()))]
                process_seconds([*load, "--warehouse", folder])
            os.environ[WAREHOUSE_VARIABLE] = folder
        print_reruns()
        print_first_view(warehouse)
        print_reads(warehouse)


if __name__ == "__main__":
    main()
