"""The questions of the README's three users, each answered in a real browser within five clicks of the start page.

Each is walked at a desk and on a phone, and pictured where it ends: `make pictures` keeps what the README shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import TimeoutError as NotInTime

from dashboard.format import Format
from tests.browsing import DESK, PHONE, Visit
from tests.pictures import picture
from warehouse import open_current

pytestmark = pytest.mark.browser

MOST_CLICKS = 5
FORM = Format("vi")
SCREENS = {"desk": DESK, "phone": PHONE}
LIST_OPENS = 5_000
"""Milliseconds in which a list that was clicked is open, or has closed again."""
ARRIVED = "sidebar => Promise.all(sidebar.getAnimations({subtree: true}).map(one => one.finished))"
FORMULA_FONT = """[...document.fonts].some(
    font => font.family.includes("KaTeX_Main") && font.status === "loaded"
)"""


class Reader:
    """Somebody at a page, whose clicks are counted; on a phone the sidebar is opened and closed by two of them."""

    def __init__(self, visit: Visit, screen: str) -> None:
        self.visit = visit
        self.screen = screen
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS
        self.visit.settle()

    def open_sidebar(self) -> None:
        if self.screen == "phone":
            self.click(self.visit.page.get_by_test_id("stExpandSidebarButton"))
            self.visit.page.get_by_test_id("stSidebar").evaluate(ARRIVED)

    def close_sidebar(self) -> None:
        if self.screen == "phone":
            self.visit.page.get_by_test_id("stSidebarHeader").hover()
            self.click(self.visit.page.get_by_test_id("stSidebarCollapseButton").locator("button"))

    def choose(self, filter_name: str, option: str) -> None:
        box = self.visit.page.locator(f".st-key-{filter_name}").get_by_role("combobox")
        named = self.visit.page.get_by_role("option", name=option, exact=True)
        self.click(box)
        try:
            named.wait_for(timeout=LIST_OPENS)
        except NotInTime:  # on a busy machine the list closes when the page is drawn again
            box.click()
        self.click(named)


@pytest.fixture(params=SCREENS)
def reader(browser: Browser, served: str, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Somebody with a window of his own: what he does with the sidebar is remembered in it."""
    window = browser.new_context(viewport=SCREENS[request.param])
    visit = Visit(window, served)
    yield Reader(visit, request.param)
    window.close()
    assert visit.outside == []
    assert visit.complaints == []


def test_leadership_asks_who_is_surely_below_85_and_whether_it_gets_better(
    reader: Reader, sample_warehouse: Path
) -> None:
    """The overview names them; a click on a name shows the change since the year before."""
    ranked = open_current(sample_warehouse).read("province_ranking", survey="vss-2025")
    below = ranked.filter(verdict_in_force="not_met")
    assert below.height == 1
    labels = open_current(sample_warehouse).read("place", geography="vn-34", geo_level="province")
    (name,) = labels.filter(geo_code=below["province"][0])["label_vi"]
    page = reader.visit.open()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text(re.compile(f"chắc chắn dưới 85.*{name}", re.IGNORECASE))
    picture(page, f"overview-{reader.screen}")
    reader.click(main.get_by_role("link", name=name).first)
    reader.visit.titled(re.compile(f"^{name} đạt {FORM.index(below['index_pct'][0])}"))
    change = FORM.change(below["change_pct"][0])
    expect(page.locator(".st-key-facts")).to_contain_text(f"{change} điểm so với 2024")


def test_a_director_asks_for_the_three_weakest_criteria(
    reader: Reader, sample_warehouse: Path
) -> None:
    """Which criteria, which channel, how many people must change their mind: the top of the profile says it."""
    weakest = (
        open_current(sample_warehouse)
        .read("shortfall_criterion", survey="vss-2025", geography="vn-34", geo_code="48")
        .sort("index_pct")
        .head(3)
    )
    page = reader.visit.open()
    reader.open_sidebar()
    reader.click(page.get_by_role("link", name="Hồ sơ địa phương"))
    if not page.locator(".st-key-province").is_visible():
        reader.open_sidebar()
    reader.choose("province", "Đà Nẵng")
    reader.visit.titled(re.compile("^Đà Nẵng đạt 89,68"))
    answers = page.get_by_test_id("stMain").get_by_role("listitem")
    for row in weakest.iter_rows(named=True):
        answer = answers.filter(has_text=row["item"]).first
        expect(answer).to_contain_text(FORM.index(row["index_pct"]))
        expect(answer).to_contain_text(FORM.count(row["n_steps"]))
    reader.close_sidebar()
    picture(page, f"profile-{reader.screen}")


def test_an_analyst_asks_why_it_says_so(reader: Reader) -> None:
    """Formula with its numbers, typeset with fonts of our own server, files and SQL stand in one panel."""
    page = reader.visit.open()
    reader.open_sidebar()
    reader.choose("survey", "Năm 2024")
    reader.visit.titled(re.compile("^Toàn quốc đạt 87,47"))
    reader.close_sidebar()
    reader.click(page.get_by_role("button", name="Vì sao là 87,47?"))
    panel = page.locator(".st-key-explanation")
    expect(panel.locator("h3").first).to_have_text("Vì sao là 87,47?")
    assert "explain=overall" in page.url
    expect(panel.locator(".katex").first).to_be_visible()
    page.wait_for_function(FORMULA_FONT)
    expect(panel.get_by_test_id("stCode")).to_have_count(2)
    picture(page, f"why-{reader.screen}", top=".st-key-explanation")


def test_the_same_in_english_and_in_the_dark(browser: Browser, served: str) -> None:
    night = browser.new_context(viewport=DESK, color_scheme="dark")
    visit = Visit(night, served)
    page = visit.open("/?lang=en")
    visit.titled(re.compile("^The country stands at 89.50"))
    picture(page, "overview-dark")
    night.close()
    assert visit.complaints == []
