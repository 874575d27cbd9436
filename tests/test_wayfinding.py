"""Finding things by name, and the trail above a title: each a link that keeps what else was chosen."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard import choices
from dashboard.data import WAREHOUSE_VARIABLE
from tests.browsing import Visit
from tests.pages import Page, links, open_page, said


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def typed(app: AppTest, query: str) -> dict[str, str]:
    """The links that a page has only since the query was typed."""
    app.text_input(key="find").input("").run()
    before = links(app)
    app.text_input(key="find").input(query).run()
    return {label: to for label, to in links(app).items() if label not in before}


# --- finding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "lang", "label"),
    [
        ("dak lak", "vi", "Đắk Lắk"),
        ("ĐẮK", "vi", "Đắk Lắk"),
        ("Đắk Lắk", "en", "Dak Lak"),
        ("ho chi minh", "vi", "Hồ Chí Minh"),
        ("HCM", "vi", "Hồ Chí Minh"),
        ("tphcm", "en", "Ho Chi Minh"),
        ("hue", "vi", "Huế"),
    ],
)
def test_a_province_is_found_however_it_is_typed(
    page: Page, query: str, lang: str, label: str
) -> None:
    app = page("method", lang=lang, channel="public_portal")
    to = typed(app, query)[label]
    assert to.startswith("profile?survey=vss-2025&province=")
    assert "channel=public_portal" in to


def test_places_pages_and_criteria_are_found_by_words(page: Page) -> None:
    app = page("method", province="48")
    assert typed(app, "tay nguyen") == {
        "Duyên hải Nam Trung Bộ và Tây Nguyên": "profile?survey=vss-2025&region=DHNTBTN"
    }
    assert typed(app, "co so 05 da nang") == {
        "BHXH cơ sở 05 · Đà Nẵng": "profile?survey=vss-2025&province=48"
    }
    assert typed(app, "kip thoi de hieu") == {
        "2.1.a.2 Thông tin kịp thời, dễ hiểu": "profile?survey=vss-2025&province=48&explain=2.1.a.2"
    }
    app.text_input(key="find").input("xep hang").run()
    found = [link.proto.label for link in app.get("page_link")]
    assert found.count("Xếp hạng địa phương") == 2, "among the pages, and found"


def test_a_code_finds_its_item_and_what_lies_below(page: Page) -> None:
    app = page("method")
    found = typed(app, "2.2.a.5.2")
    assert [*found] == ["2.2.a.5.2 Tiếp nhận, xử lý phản ánh đúng quy định"]
    assert found.popitem()[1] == "profile?survey=vss-2025&explain=2.2.a.5.2"
    assert [label.partition(" ")[0] for label in typed(app, "2.2.a.5")] == [
        *("2.2.a.5", "2.2.a.5.1", "2.2.a.5.2", "2.2.a.5.3")
    ]
    assert typed(app, "1.5").popitem()[1] == "needs?survey=vss-2025&explain=1.5"
    assert typed(app, "2.1.d.1").popitem()[1] == "needs?survey=vss-2025"


def test_offices_are_not_listed_for_the_name_of_their_province(page: Page) -> None:
    assert [*typed(page("method"), "da nang")] == ["Đà Nẵng"]


def test_what_is_not_there_is_said_and_too_much_is_counted(page: Page) -> None:
    app = page("method")
    typed(app, "zzz")
    assert "Không có gì khớp với “zzz”." in said(app)
    assert sum(label.startswith("BHXH cơ sở") for label in typed(app, "co so")) == 4
    assert re.search(r"Còn \d+ kết quả; gõ thêm", said(app))
    typed(app, " . ")
    assert "Không có gì khớp" not in said(app)


# --- the trail ----------------------------------------------------------------------------------


def trail(app: AppTest) -> dict[str, str]:
    """The links above the title, by label: the parameters that each leads to."""
    parts = {}
    for link in app.main.get("page_link"):
        if link.proto.page == "quality" and "Cả nước" not in link.proto.label:
            break
        parts[link.proto.label] = f"{link.proto.page}?{link.proto.query_string}"
    return parts


def test_the_trail_leads_from_the_country_to_the_criterion(page: Page) -> None:
    chosen = {"survey": "vss-2025", "channel": "one_stop", "explain": "2.2.a.5.2"}
    app = page("profile", province="66", **chosen)
    assert trail(app) == {
        "Cả nước": "profile?survey=vss-2025&channel=one_stop",
        "Duyên hải Nam Trung Bộ và Tây Nguyên": "profile?survey=vss-2025&region=DHNTBTN&channel=one_stop",
        "Đắk Lắk": "profile?survey=vss-2025&province=66&channel=one_stop",
    }
    assert app.main.markdown[0].value == "2.2.a.5.2 Tiếp nhận, xử lý phản ánh đúng quy định"
    english = page("target", province="66", lang="en")
    assert [*trail(english)] == ["Whole country", "South Central Coast and Central Highlands"]
    assert english.main.markdown[0].value == "Dak Lak"


def test_a_page_that_lists_provinces_speaks_of_their_region(page: Page) -> None:
    app = page("ranking", province="66", region="DHNTBTN")
    assert [*trail(app)] == ["Cả nước"]
    assert app.main.markdown[0].value == "Duyên hải Nam Trung Bộ và Tây Nguyên"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("overview", {}),
        ("overview", {"province": "66"}),
        ("profile", {}),
        ("method", {"province": "66"}),
    ],
)
def test_there_is_no_trail_where_a_page_speaks_of_the_country(
    page: Page, name: str, address: dict[str, str]
) -> None:
    assert "Cả nước" not in trail(page(name, **address))


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_typed_without_marks_and_followed_by_keyboard(visit: Visit) -> None:
    page = visit.open("/?channel=one_stop")
    box = page.get_by_role("searchbox", name="Tìm nhanh")
    box.press_sequentially("dak lak")
    found = page.locator(".st-key-found").get_by_role("link")
    expect(found).to_have_text(["Đắk Lắk"])
    assert page.url == f"{visit.address}/?channel=one_stop", "what is typed is no address"
    found.focus()
    page.keyboard.press("Enter")
    visit.titled(re.compile("Đắk Lắk đạt"))
    assert page.url.endswith("/profile?survey=vss-2025&province=66&channel=one_stop")
    expect(box).to_have_value("")
    expect(found).to_have_count(0)


@pytest.mark.browser
def test_a_link_to_the_page_itself_moves_the_address_and_back(visit: Visit) -> None:
    """Streamlit tells only the script of it; the address would stay behind."""
    page = visit.open("/profile?survey=vss-2025&province=66&channel=one_stop")
    page.locator(".st-key-breadcrumbs").get_by_role("link", name="Duyên hải").press("Enter")
    visit.titled(re.compile("Duyên hải Nam Trung Bộ và Tây Nguyên đạt"))
    assert page.url.endswith("/profile?survey=vss-2025&region=DHNTBTN&channel=one_stop")
    page.go_back()
    visit.titled(re.compile("Đắk Lắk đạt"))
    page.go_forward()
    visit.titled(re.compile("Duyên hải Nam Trung Bộ và Tây Nguyên đạt"))
    page.reload()
    visit.titled(re.compile("Duyên hải Nam Trung Bộ và Tây Nguyên đạt"))


@pytest.mark.browser
@pytest.mark.parametrize("name", ["province", "release", "explain"])
def test_what_an_address_holds_is_text_and_nothing_else(visit: Visit, name: str) -> None:
    """Who sends round an address can neither show a picture nor lead elsewhere under the name of the house."""
    told = (
        "![x](//evil.invalid/x.png) [in](//evil.invalid) https://evil.invalid www.evil.invalid `<b>"
    )
    page = visit.open("/profile?" + urlencode({"province": "48"} | {name: told}))
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("evil.invalid").first).to_be_visible()
    expect(main.locator("img")).to_have_count(0)
    expect(main.locator("a[href*='//evil'], a[href*='www.evil']")).to_have_count(0)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_several_values_stand_in_one_parameter(values: list[str]) -> None:
    """Those with commas too: a delivery has answers in words of its own."""
    assert choices._split(",".join(map(choices._quoted, values))) == values


def test_two_filters_moved_at_once_both_hold(page: Page) -> None:
    """A busy server hears of both in one rerun: the first writes the address, which is no going back."""
    app = page("overview")
    app.selectbox(key="region").set_value("BTB")
    app.selectbox(key="channel").set_value("2.2.b")
    app.run()
    assert app.query_params["region"] == "BTB"
    assert app.query_params["channel"] == "2.2.b"


def test_every_page_is_called_by_its_name(visit: Visit) -> None:
    """Tabs beside one another and the browser's history can be told apart (WCAG 2.4.2)."""
    for path, called in (("/", "Tổng quan"), ("/method", "Phương pháp")):
        expect(visit.open(path)).to_have_title(f"{called} · Hài Lòng")
