"""Pictures of pages as the browser tests see them; the README shows those that `make pictures` keeps."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

FOLDER = "HAILONG_PICTURES"
"""Names the folder that pictures are kept in; without it they are only looked at."""
COLOURS = 96
LEAST_COLOURS = 24
"""Of a page with text and a chart; a blank or broken one has fewer."""
DRAWN = "document.querySelectorAll('.js-plotly-plot .main-svg').length > 0"


def picture(page: Page, name: str, top: str = "h1") -> None:
    """What the reader sees, with `top` at the top; small enough for a repository."""
    page.evaluate("document.fonts.ready")
    if top == "h1":
        page.wait_for_function(DRAWN)
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    else:
        page.locator(top).evaluate("part => part.scrollIntoView({block: 'start'})")
    page.mouse.move(1, 1)
    page.wait_for_timeout(700)  # what fades in has its own colour
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    small = taken.quantize(COLOURS, dither=Image.Dither.NONE)
    assert len(small.getcolors() or []) >= LEAST_COLOURS, f"{name}: nothing is drawn"
    if folder := os.environ.get(FOLDER):
        small.save(Path(folder) / f"{name}.png", optimize=True)
