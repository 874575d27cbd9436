"""The dashboard as it is served, in a real Chromium: figures, addresses, width, and nothing from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browsing import DESK, NO_WIDER, PHONE, Visit, press, serve

pytestmark = pytest.mark.browser

# --- the walk -----------------------------------------------------------------------------------


def test_from_the_country_to_a_province(visit: Visit) -> None:
    """Overview, ranking, profile, and back and forward again."""
    page = visit.open()
    visit.titled("Toàn quốc đạt 89,50; còn 0,50 điểm đến mục tiêu 90")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator(".st-key-facts")).to_contain_text("Từ 89,42 đến 89,58")
    expect(page.get_by_test_id("stMain")).to_contain_text("84.448 phiếu hợp lệ")
    page.get_by_role("link", name="Xếp hạng địa phương").click()
    visit.titled(re.compile("^Hà Tĩnh dẫn đầu với 96,76, chưa phân biệt được với Quảng Ninh; "))
    press(page, page.locator(".st-key-ranking canvas").first, x=110, y=36 + 33 * 1.5)
    visit.titled(re.compile("^Quảng Ninh đạt 95,84"))
    assert "province=22" in page.url
    page.go_back()
    visit.titled(re.compile("^Hà Tĩnh dẫn đầu"))
    assert "province" not in page.url, (
        "back leads to where one was, not to it with the province chosen"
    )
    page.go_forward()
    visit.titled(re.compile("^Quảng Ninh đạt"))


def test_a_tile_opens_its_profile_by_mouse_and_by_keyboard(visit: Visit) -> None:
    page = visit.open()
    tiles = page.locator(".st-key-map").get_by_role("link")
    expect(tiles).to_have_count(34)
    page.evaluate("window.stays = true")
    tiles.filter(has_text="96,76").click()
    visit.titled(re.compile("^Hà Tĩnh đạt 96,76"))
    assert page.evaluate("window.stays"), "nothing is loaded anew"
    page.go_back()
    visit.titled(re.compile("^Toàn quốc"))
    tiles.filter(has_text="84,05").focus()
    page.keyboard.press("Enter")
    visit.titled(re.compile("^Hồ Chí Minh đạt 84,05"))


def test_a_point_of_the_interval_chart_opens_its_profile(visit: Visit) -> None:
    page = visit.open("/ranking")
    points = page.locator(".st-key-ranking_chart .scatterlayer .point")
    expect(points).to_have_count(34)
    press(page, points.nth(2), x=5, y=5)
    visit.titled(re.compile("^Điện Biên đạt 95,12"))


def test_filters_move_the_address_and_the_address_the_filters(visit: Visit) -> None:
    page = visit.open()
    region = page.locator(".st-key-region").get_by_role("combobox")
    region.click()
    page.get_by_role("option", name="Đồng bằng sông Hồng").click()
    visit.titled(re.compile("^Đồng bằng sông Hồng đạt"))
    assert "survey=vss-2025&region=DBSH" in page.url
    page.go_back()
    visit.titled(re.compile("^Toàn quốc đạt 89,50"))
    page.go_forward()
    visit.titled(re.compile("^Đồng bằng sông Hồng đạt"))
    page.get_by_role("link", name="Xếp hạng địa phương").click()
    visit.titled(re.compile("^Quảng Ninh dẫn đầu"))
    assert "region=DBSH" in page.url, "the next page keeps the filters"


def test_back_twice_before_the_page_is_drawn_leads_back_twice(visit: Visit) -> None:
    """What the widgets still said of the page that was left does not lead on from where the reader came back to."""
    page = visit.open("/profile?survey=vss-2025&province=11")
    province = page.locator(".st-key-province").get_by_role("combobox")
    for name in ("Đà Nẵng", "Lai Châu"):
        province.fill(name)
        page.get_by_role("option", name=name).click()
        visit.titled(re.compile(f"^{name} đạt"))
    page.go_back(wait_until="commit")
    page.wait_for_timeout(100)
    page.go_back(wait_until="commit")
    visit.titled(re.compile("^Điện Biên đạt"))
    page.wait_for_timeout(500)
    assert page.url == f"{visit.address}/profile?survey=vss-2025&province=11"


def test_a_bookmark_opens_on_the_same_figures(visit: Visit, window: BrowserContext) -> None:
    page = visit.open("/profile?survey=vss-2025&province=48&channel=public_portal")
    expect(page.locator(".facts > div")).to_have_count(4)
    title, figures = page.locator("h1").inner_text(), page.locator(".st-key-facts").inner_text()
    page.locator(".st-key-lang").get_by_text("English").click()
    visit.titled(re.compile("^National Public Service Portal: Da Nang stands at"))
    page.locator(".st-key-lang").get_by_text("Tiếng Việt").click()
    visit.titled(title)
    another = Visit(window, visit.address)
    again = another.open(page.url.removeprefix(visit.address))
    assert again.locator("h1").inner_text() == title
    expect(again.locator(".st-key-facts")).to_have_text(figures, use_inner_text=True)
    again.close()


def test_from_a_figure_to_its_checks_and_back(visit: Visit) -> None:
    """The badge beside the figures leads to the checks; the fieldwork opens on the wave under way."""
    page = visit.open("/ranking?survey=vss-2025&region=DBSH")
    page.locator(".st-key-provenance a").click()
    visit.titled(re.compile("^Bản số liệu đạt"))
    assert "region=DBSH" in page.url
    expect(page.get_by_role("heading", name="Phiếu bị loại, năm 2025")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    page.go_back()
    visit.titled(re.compile("^Quảng Ninh dẫn đầu"))


def test_the_fieldwork_of_the_wave_under_way(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("link", name="Tiến độ khảo sát").click()
    visit.titled(re.compile("^Cả nước: đã thu 33.386/75.167 phiếu"))
    expect(page.locator(".st-key-facts")).to_contain_text("41.781")
    expect(page.locator(".st-key-pace .annotation-text").last).to_contain_text("33.386")
    page.locator(".st-key-lang").get_by_text("English").click()
    visit.titled(re.compile("^Whole country: 33,386 of 75,167"))
    page.get_by_role("link", name="Overview").click()
    visit.titled(re.compile("^The country stands at 89.50"))


# --- how it looks -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_wider_than_a_phone(visit: Visit, lang: str) -> None:
    visit.page.set_viewport_size(PHONE)
    for path in ("/?", "/ranking?", "/profile?province=48&", "/fieldwork?", "/quality?"):
        page = visit.open(f"{path}lang={lang}")
        expect(page.locator(".main-svg, canvas").first).to_be_visible()
        if not path.startswith("/quality"):
            expect(page.get_by_test_id("stExpander").last).to_be_visible()
        assert page.locator("html").evaluate(NO_WIDER), path
        assert page.get_by_test_id("stMain").evaluate(NO_WIDER), path


def test_facts_stand_two_by_two_on_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size(PHONE)
    page = visit.open()
    facts = page.locator(".facts > div")
    expect(facts).to_have_count(4)
    boxes = [fact.bounding_box() for fact in facts.all()]
    rows = [round(box["y"]) for box in boxes if box]
    assert len(rows) == 4
    assert rows[0] == rows[1] < rows[2] == rows[3]
    more = facts.nth(2).get_by_text("Mỗi nơi được xét riêng")
    expect(more).to_be_hidden()
    facts.nth(2).locator("summary").press("Enter")
    expect(more).to_be_visible()


def test_our_font_is_served_and_used(visit: Visit) -> None:
    fonts: list[str] = []
    visit.page.on("response", lambda got: fonts.append(got.url) if got.ok else None)
    page = visit.open("/ranking")
    page.evaluate("document.fonts.ready")
    served = {url.rpartition("/")[2] for url in fonts if url.endswith(".woff2")}
    assert {
        "be-vietnam-pro-vietnamese-700-normal.woff2",
        "be-vietnam-pro-latin-400-normal.woff2",
    } <= served
    for place in ("h1", ".st-key-ranking_chart .ytick text"):
        expect(page.locator(place).first).to_have_css("font-family", re.compile("Be Vietnam Pro"))


def test_the_dark_theme_reaches_the_charts(browser: Browser, served: str) -> None:
    night = browser.new_context(viewport=DESK, color_scheme="dark")
    dark = Visit(night, served)
    page = dark.open()
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(16, 22, 31)")
    label = page.locator(".st-key-families .ytick text").first
    expect(label).to_have_css("fill", "rgb(230, 235, 242)")
    night.close()
    assert dark.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_carries_the_whole_of_a_chart_and_no_control(
    browser: Browser, served: str, scheme: str
) -> None:
    """What Chromium does before it prints, at the width of a page: A4, upright or across."""
    window = browser.new_context(viewport=DESK, color_scheme=scheme)  # type: ignore[arg-type]
    visit = Visit(window, served)
    page = visit.open("/profile?survey=vss-2025&province=48")
    drawn = page.locator(".st-key-comparison .main-svg").first
    expect(drawn).to_be_visible()
    around = drawn.locator("xpath=ancestor::*[@data-testid='stColumn'][1]")
    page.emulate_media(media="print")
    for width in (688, 1016):
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("window.onbeforeprint()")
        assert page.get_by_test_id("stMain").evaluate(NO_WIDER)
        chart, column = drawn.bounding_box(), around.bounding_box()
        assert chart is not None
        assert column is not None
        assert chart["x"] + chart["width"] <= column["x"] + column["width"] + 1
        size = drawn.evaluate("drawn => drawn.viewBox.baseVal.width / drawn.viewBox.baseVal.height")
        assert chart["width"] / chart["height"] == pytest.approx(size, rel=0.01), (
            "not cut, not bent"
        )
    for control in ("stSidebar", "stHeader", "stSelectbox", "stButton", "stTextInput"):
        for one in page.get_by_test_id(control).all():
            expect(one).to_be_hidden()
    expect(page.get_by_text("Dữ liệu mô phỏng").last).to_be_visible()
    page.evaluate("window.onafterprint()")
    assert drawn.get_attribute("viewBox") is None
    window.close()
    assert visit.complaints == []


# --- nothing loaded -----------------------------------------------------------------------------


def test_an_empty_warehouse_says_what_to_do(window: BrowserContext, tmp_path: Path) -> None:
    for address in serve(tmp_path / "nothing", tmp_path / "log.txt"):
        empty = Visit(window, address)
        page = empty.open()
        empty.titled("Chưa có số liệu")
        expect(page.get_by_test_id("stCode").first).to_contain_text("hailong load samples/*")
        page.close()
        assert empty.outside == empty.complaints == []
