"""The questions of two of the README's users, each answered in a real browser within five clicks of the start page.

The third, the analyst's "why does this say 87,47?", is walked in test_explain.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from dashboard.format import Format
from tests.browsing import DESK, PHONE, Visit
from warehouse import open_current

pytestmark = pytest.mark.browser

MOST_CLICKS = 5
FORM = Format("vi")


class Reader:
    """Somebody at a page, whose clicks are counted."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS
        self.visit.settle()

    def choose(self, filter_name: str, option: str) -> None:
        self.click(self.visit.page.locator(f".st-key-{filter_name}").get_by_role("combobox"))
        self.click(self.visit.page.get_by_role("option", name=option, exact=True))


def test_leadership_asks_who_is_surely_below_85_and_whether_it_gets_better(
    visit: Visit, sample_warehouse: Path
) -> None:
    """The overview names them; a click on a name shows the change since the year before."""
    ranked = open_current(sample_warehouse).read("province_ranking", survey="vss-2025")
    below = ranked.filter(verdict_in_force="not_met")
    assert below.height == 1
    labels = open_current(sample_warehouse).read("place", geography="vn-34", geo_level="province")
    (name,) = labels.filter(geo_code=below["province"][0])["label_vi"]
    reader = Reader(visit)
    page = visit.open()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text(re.compile(f"chắc chắn dưới 85.*{name}", re.IGNORECASE))
    reader.click(main.get_by_role("link", name=name).first)
    visit.titled(re.compile(f"^{name} đạt {FORM.index(below['index_pct'][0])}"))
    change = FORM.change(below["change_pct"][0])
    expect(page.locator(".st-key-facts")).to_contain_text(f"{change} điểm so với 2024")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_director_asks_for_the_three_weakest_criteria(
    visit: Visit, sample_warehouse: Path, viewport: dict[str, int]
) -> None:
    """Which criteria, which channel, how many people must change their mind: the top of the profile says it."""
    weakest = (
        open_current(sample_warehouse)
        .read("shortfall_criterion", survey="vss-2025", geography="vn-34", geo_code="48")
        .sort("index_pct")
        .head(3)
    )
    reader = Reader(visit)
    visit.page.set_viewport_size(viewport)  # type: ignore[arg-type]
    page = visit.open()
    if viewport is PHONE:
        reader.click(page.get_by_test_id("stExpandSidebarButton"))
    reader.click(page.get_by_role("link", name="Hồ sơ địa phương"))
    if viewport is PHONE and not page.locator(".st-key-province").is_visible():
        reader.click(page.get_by_test_id("stExpandSidebarButton"))
    reader.choose("province", "Đà Nẵng")
    visit.titled(re.compile("^Đà Nẵng đạt 89,68"))
    answers = page.get_by_test_id("stMain").get_by_role("listitem")
    for row in weakest.iter_rows(named=True):
        answer = answers.filter(has_text=row["item"]).first
        expect(answer).to_contain_text(FORM.index(row["index_pct"]))
        expect(answer).to_contain_text(FORM.count(row["n_steps"]))
