"""What every page takes on the server with three years loaded, and how soon a browser sees the first one.

A rerun is what happens when the reader moves a filter: the whole page is made anew. It is timed for a choice that the
server has not seen yet, which it must compute, and for the same choice again, which it remembers for everybody. Reads
of the views and the same recomputed for some of the people are timed below it, as what pages are made of.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from choreographer import Browser
from streamlit import config
from streamlit.testing.v1 import AppTest

from benchmarks.timing import call_seconds, process_seconds, sample_deliveries, spread
from dashboard.data import WAREHOUSE_VARIABLE, warehouse_folder
from dashboard.menu import page_names
from dashboard.serve import read_ahead
from warehouse import Snapshot, open_current

APP = Path(__file__).parents[1] / "dashboard" / "app.py"
READS = 30
SLICE = {"survey": "vss-2025", "geography": "vn-34"}
# What a reader may choose one after another; the server sees each for the first time, then again.
CHOICES: tuple[Mapping[str, str], ...] = (
    *({"survey": "vss-2025", "province": code} for code in "01 04 08 11 12 48 79 92".split()),
    *(
        {"survey": survey, "region": region}
        for survey in ("vss-2024", "vss-2025", "vss-2026")
        for region in ("BTB", "DBSH")
    ),
    *(
        {"survey": "vss-2025", "channel": channel}
        for channel in ("2.2.a", "2.2.b", "2.2.c", "2.2.d")
    ),
)
# Promised of each page, all choices together.
MEDIAN, NEARLY_ALL = 0.150, 0.300
FIRST_VIEW = 3.0
READ, FILTERED = 0.020, 0.300
VIEWS = 5
# A reader's browser has started long before, and is looked into rarely enough that the page is not disturbed.
STARTED_SECONDS = 2.0
LOOK_SECONDS, GIVEN_UP_SECONDS = 1.0, 60.0
WINDOW = 1440, 1000
CHROMIUM = "/usr/bin/chromium"
PARTS = {
    "title": "h1",
    "facts": ".facts, [data-testid=stMetric]",
    "chart": ".js-plotly-plot .main-svg",
}
# Says of each part of the page when it was there first.
WATCH = """
window.seen = {};
new MutationObserver(() => {
  for (const [part, selector] of Object.entries(parts))
    if (!(part in seen) && document.querySelector(selector)) seen[part] = performance.now();
}).observe(document, {childList: true, subtree: true});
"""
BARE_PAGE = """
import plotly.graph_objects as go
import streamlit as st

st.title("bare")
st.metric("one", "1")
st.plotly_chart(go.Figure(go.Scatter(x=[1, 2], y=[1, 2])))
"""


def reruns(page: str) -> tuple[list[float], list[float]]:
    """Seconds of the reruns of a page, one a choice: new to the server, and the same again.

    To be asked in a process of its own, which has seen no other page; as the server does, it reads ahead.

    Raises:
        RuntimeError: a run failed.
    """
    read_ahead(warehouse_folder())
    # As the dashboard's own configuration says, which is not read here.
    config.set_option("runner.magicEnabled", False)
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    if page != "overview":
        app = app.switch_page(f"views/{page}.py").run()
    new: list[float] = []
    again: list[float] = []
    for choice in CHOICES:
        for name in ("survey", "province", "region", "channel"):
            if name in app.query_params:
                del app.query_params[name]
        for name, value in choice.items():
            app.query_params[name] = value
        for seconds in (new, again):
            gc.collect()
            began = time.perf_counter()
            app.run()
            seconds.append(time.perf_counter() - began)
            if app.exception:
                raise RuntimeError(f"{page} {dict(choice)}: {app.exception[0].message}")
    return new, again


def nearly_all(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def print_reruns() -> None:
    """Print two lines a page: median and 95th percentile of its reruns, and whether it keeps what was promised."""
    print(
        f"rerun of each page (promised: median under {MEDIAN:.3f}, 95 % under {NEARLY_ALL:.3f} s)"
    )
    for page in page_names():
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            timed = fresh.submit(reruns, page).result()
        for kind, seconds in zip(("new", "again"), timed, strict=True):
            median, most = statistics.median(seconds), nearly_all(seconds)
            kept = median < MEDIAN and most < NEARLY_ALL
            print(
                f"{page:10} {kind:5} median {median:.3f} s, 95 % {most:.3f} s{'' if kept else '  MISSED'}"
            )


@contextmanager
def _server(command: list[str], port: int) -> Iterator[None]:
    """A server, `python -m` the command, that answers on a port for as long as it is needed.

    Raises:
        RuntimeError: it ended before it answered.
    """
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-m", *command], stdout=quiet, stderr=quiet) as process:
        try:
            while True:
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if (code := process.poll()) is not None:
                    raise RuntimeError(f"python -m {' '.join(command)}: exit code {code}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def view_seconds(command: list[str], port: int) -> dict[str, float]:
    """Median seconds until each part of the page is there, by the browser's own clock, if it never saw the page.

    The clock starts when a server just started is asked.

    Raises:
        RuntimeError: the server did not start.
        TimeoutError: a part never came.
    """
    taken: dict[str, list[float]] = {part: [] for part in PARTS}
    for _ in range(VIEWS):
        with _server(command, port):
            for part, milliseconds in asyncio.run(_seen(f"http://127.0.0.1:{port}/")).items():
                taken[part].append(milliseconds / 1000)
    return {part: statistics.median(seconds) for part, seconds in taken.items()}


async def _seen(address: str) -> dict[str, float]:
    """Milliseconds from a new browser's navigation until each of `PARTS` is there.

    The browser is only told where to go. A driver of tests listens for what a page writes to its console and throws
    (`Runtime.enable`): V8 then reads the code of the charts four times over, which takes half a second that no reader
    waits.
    """
    async with Browser(path=CHROMIUM, headless=True, enable_sandbox=False) as browser:
        tab = await browser.create_tab("about:blank", *WINDOW, window=True)
        watch = f"window.parts = {json.dumps(PARTS)}; {WATCH}"
        await tab.send_command("Page.enable")
        await tab.send_command("Page.addScriptToEvaluateOnNewDocument", {"source": watch})
        await asyncio.sleep(STARTED_SECONDS)
        await tab.send_command("Page.navigate", {"url": address})
        async with asyncio.timeout(GIVEN_UP_SECONDS):
            seen: dict[str, float] = {}
            while seen.keys() != PARTS.keys():
                await asyncio.sleep(LOOK_SECONDS)
                told = await tab.send_command(
                    "Runtime.evaluate", {"expression": "seen", "returnByValue": True}
                )
                seen = told["result"]["result"]["value"]
        return seen


def print_first_view(warehouse: Path) -> None:
    """Print how soon a browser sees the overview, beside a page that is nothing but one of each of its parts.

    What the bare page takes is mostly the browser's and Streamlit's own, on this machine. It is made while the browser
    waits, a fifth of a second; `hailong serve` makes its first page before the port opens.
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
    print(f"first view after start, median of {VIEWS} (promised: under {FIRST_VIEW:.0f} s)")
    for part, seconds in ours.items():
        print(
            f"{part:6} {seconds:.2f} s, {seconds / bare[part]:.2f} x a bare page "
            f"({bare[part]:.2f} s){missed([seconds], FIRST_VIEW)}"
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
        print(
            f"read for {name}: {spread(seconds)} (promised: under {READ:.3f}){missed(seconds, READ)}"
        )
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
        f"filtered by sex, with errors: {spread(seconds)}, {times:.0f} x the plain read "
        f"(promised: under {FILTERED:.3f}){missed(seconds, FILTERED)}"
    )


def missed(seconds: list[float], promised: float) -> str:
    """A word where the median is not under what was promised."""
    return "" if statistics.median(seconds) < promised else "  MISSED"


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
        with patch.dict(os.environ, {WAREHOUSE_VARIABLE: str(warehouse)}):
            print_reruns()
            print_first_view(warehouse)
            print_reads(warehouse)


if __name__ == "__main__":
    main()
