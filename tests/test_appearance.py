"""What every page owes its readers: contrast and names for assistive tools, our type, no overflow, a clean print."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from dashboard.menu import page_names
from tests.browsing import NO_WIDER, PHONE, Visit

pytestmark = pytest.mark.browser

LEVELS_A_AND_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# To describe all that is as it should be takes twice as long as to find what is not.
ASKED = {
    "runOnly": {"type": "tag", "values": LEVELS_A_AND_AA},
    "resultTypes": ["violations"],
}
# Faults inside Streamlit's own widgets, by rule and the part of the page they stand in; ours are none.
STREAMLIT_FAULTS = {"scrollable-region-focusable": ('data-testid="stSidebarContent"',)}
# The family of page, chart and formula; the icons of Streamlit's widgets; code.
OUR_TYPE = re.compile(r"Be Vietnam Pro|Noto Sans|Material Symbols|Source ?Code|KaTeX")
# Elements with letters of their own; KaTeX keeps a second text of a formula out of sight.
WITH_LETTERS = """//*[@data-testid="stMain"]//*[text()[normalize-space()]]
    [not(ancestor-or-self::*[contains(@class, "katex-mathml")])]"""
CHOICES = "stButtonGroup stSelectbox stMultiSelect stTextInput".split()
# Choices that a style keeps from being seen; what a closed section holds is opened by its head.
OUT_OF_SIGHT = f"""main => [...main.querySelectorAll("{", ".join(f"[data-testid={one}]" for one in CHOICES)}")]
    .filter((choice) => !choice.closest("details:not([open])") && !choice.checkVisibility())
    .map((choice) => choice.closest("[class*=st-key-]").className)"""
# In dark the page has a style that prints it in light.
MADE_FOR = """scheme => (scheme === "dark") ===
    [...document.querySelectorAll("style")].some((style) => style.textContent.includes("invert(1)"))"""
# Milliseconds after which what Streamlit fades in has its own colour.
SETTLED = 1000
ADDRESSES = ["" if name == "overview" else name for name in page_names()]
# Where a page would show most: a province, a criterion explained, every section open.
FULLEST = "survey=vss-2025&province=48"


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_is_open_to_everybody(visit: Visit, name: str) -> None:
    """No fault of WCAG 2.2 level A or AA, in light and in dark; on paper no control."""
    page = visit.page
    page.emulate_media(color_scheme="dark")
    visit.open(f"/{name}?{FULLEST}")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # an open page follows
        page.wait_for_function(MADE_FOR, arg=scheme)
        visit.settle()
        page.wait_for_timeout(SETTLED)
        found = Axe().run(page, options=ASKED)
        assert [fault for fault in found.response["violations"] if is_ours(fault)] == [], scheme
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.locator("h1").first).to_be_visible()
    assert page.get_by_test_id("stMain").evaluate(NO_WIDER)


def is_ours(fault: dict[str, Any]) -> bool:
    within = STREAMLIT_FAULTS.get(fault["id"], ())
    return any(
        not any(part in node["html"] or part in str(node["target"]) for part in within)
        for node in fault["nodes"]
    )


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_fits_a_phone_in_our_type(visit: Visit, name: str) -> None:
    """In both languages nothing is wider than the screen, all choices are in sight, and no letter falls back."""
    visit.page.set_viewport_size(PHONE)
    for lang in ("vi", "en"):
        page = visit.open(f"/{name}?{FULLEST}&lang={lang}")
        assert page.locator("html").evaluate(NO_WIDER), lang
        assert page.get_by_test_id("stMain").evaluate(NO_WIDER), lang
        assert page.get_by_test_id("stMain").evaluate(OUT_OF_SIGHT) == [], lang
        assert {font for font in drawn_fonts(page) if not OUR_TYPE.search(font)} == set(), lang


def drawn_fonts(page: Page) -> set[str]:
    """The fonts that the letters of the page's own part are drawn in, as the browser chose them."""
    page.evaluate("document.fonts.ready")
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    client.send("DOM.getDocument")
    found = client.send("DOM.performSearch", {"query": WITH_LETTERS})
    asked = {"searchId": found["searchId"], "fromIndex": 0, "toIndex": found["resultCount"]}
    fonts: set[str] = set()
    for node in client.send("DOM.getSearchResults", asked)["nodeIds"]:
        try:
            used = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        except PlaywrightError:  # drawn anew since the page was listed
            continue
        fonts |= {font["familyName"] for font in used}
    client.detach()
    return fonts
