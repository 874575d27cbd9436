"""Charts as vectors: one browser draws all the charts of a run.

Plotly draws in a browser only. Kaleido drives the Chromium of the system; it is told where that is, and given the type
of the pages, so that names take the room that they will have on paper.
"""

import asyncio
import base64
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import plotly.graph_objects as go
from kaleido import Kaleido, PageGenerator

from dashboard.report.browser import NoBrowser, browser

WIDTH = 642
"""Pixels of a chart: the type area of an A4 page at 96 to the inch, so that its type has its own size on paper."""
FONTS = Path(__file__).with_name("fonts")
_WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
_SECONDS = 60
Made = TypeVar("Made")


class Pictures:
    """Draws charts with one browser, from when it is made until it is closed.

    Raises:
        NoBrowser: there is no Chromium, or it does not start.
    """

    def __init__(self) -> None:
        path = browser()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._kaleido = self._run(_started(path))
        except NoBrowser:
            self._stop()
            raise

    def svg(self, chart: go.Figure) -> str:
        """A chart as SVG of `WIDTH` pixels.

        Raises:
            NoBrowser: the browser has gone.
        """
        size = {"format": "svg", "width": WIDTH, "height": int(chart.layout.height)}
        drawn: bytes = self._run(self._kaleido.calc_fig(chart, opts=size))
        return drawn.decode()

    def close(self) -> None:
        """Close the browser."""
        try:
            self._run(self._kaleido.close())
        finally:
            self._stop()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Made]) -> Made:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)
        # A browser that dies shows itself in as many ways as there are layers between it and us.
        except Exception as wrong:
            reason = str(wrong) or type(wrong).__name__
            raise NoBrowser(f"Chromium did not draw a chart: {reason}") from wrong


@contextmanager
def pictures() -> Iterator[Pictures]:
    """`Pictures`, closed afterwards."""
    made = Pictures()
    try:
        yield made
    finally:
        made.close()


async def _started(path: str) -> Kaleido:
    drawer = Kaleido(n=1, page_generator=_Page(mathjax=False), path=path)
    await drawer.open()
    return drawer


class _Page(PageGenerator):  # type: ignore[misc]  # has no types
    """Kaleido's page with the type of the house; nothing of it comes from the internet."""

    def generate_index(self) -> str:
        page: str = super().generate_index()
        return page.replace("</title>", f"</title>{_type()}", 1)


@cache
def _type() -> str:
    """The faces, and a script that has them ready before anything is measured."""
    faces, loads = [], []
    for name, weight in _WEIGHTS.items():
        packed = base64.b64encode((FONTS / f"BeVietnamPro-{name}.ttf").read_bytes()).decode()
        source = f"url(data:font/ttf;base64,{packed})"
        faces.append(
            f"@font-face{{font-family:'Be Vietnam Pro';font-weight:{weight};src:{source}}}"
        )
        loads.append(f"document.fonts.load(\"{weight} 12px 'Be Vietnam Pro'\");")
    return f"<style>{''.join(faces)}</style><script>{''.join(loads)}</script>"
