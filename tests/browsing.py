"""The dashboard as it is served, visited in a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.checkout import ROOT

PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=1000)
# A page under three browsers on two cores may take long to be drawn; waiting costs nothing where it is there already.
MILLISECONDS = 60_000
expect.set_options(timeout=MILLISECONDS)
START_SECONDS = 30
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# On the address of a page, Streamlit's client asks there for its own service before it asks at the root.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
# The script has ended, and no part of the page still waits for the client's code that draws it.
DRAWN = """document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')"""
NO_WIDER = "element => element.scrollWidth <= element.clientWidth"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(warehouse: Path, log: Path) -> Iterator[str]:
    """`hailong serve` as a process of its own, started from another folder; its address."""
    port = free_port()
    command = [sys.executable, "-m", "ingest.cli", "serve", "--port", str(port)]
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--warehouse", str(warehouse)],
            cwd=log.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_served(server, address, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def wait_until_served(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"nothing answered at {address}: {log.read_text()}")


@pytest.fixture(scope="session")
def served(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard over the three synthetic surveys."""
    yield from serve(sample_warehouse, tmp_path_factory.mktemp("served") / "log.txt")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium: make browser installs it")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window whose tabs share what they have fetched, as a reader's do."""
    opened = browser.new_context(viewport=DESK)
    yield opened
    opened.close()


class Visit:
    """A tab, and what it asked for and complained about."""

    def __init__(self, window: BrowserContext, address: str) -> None:
        self.address = address
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = window.new_page()
        self.page.set_default_timeout(MILLISECONDS)
        self.page.on("request", lambda request: self._note_request(request.url))
        self.page.on("console", self._note_complaint)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.outside.append(url)

    def _note_complaint(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE.search(message.location["url"]):
            self.complaints.append(message.text)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page has a title and is drawn as far as its script says."""
        self.page.locator("h1").first.wait_for()
        self.page.wait_for_function(DRAWN)

    def titled(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("h1").first).to_have_text(text)
        self.settle()


@pytest.fixture
def visit(window: BrowserContext, served: str) -> Iterator[Visit]:
    """A tab on the dashboard; at the end nothing was asked of another machine and nothing went wrong."""
    opened = Visit(window, served)
    yield opened
    opened.page.close()
    assert opened.outside == []
    assert opened.complaints == []


def press(page: Page, target: Locator, x: float, y: float) -> None:
    """Click at a place within something drawn, where the click lands on a layer above it."""
    target.wait_for()
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x, box["y"] + y)
