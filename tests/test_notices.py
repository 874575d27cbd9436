"""What is missing says which case it is and why, and each case looks like itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard.data import WAREHOUSE_VARIABLE
from tests.browsing import Visit
from tests.pages import Page, links, open_page

CASES = {
    "not_measured": (
        "/profile?survey=vss-2026&province=01&channel=health_facility",
        "Không đo trong đợt này",
    ),
    "not_asked": ("/target?channel=support_zalo", "Không hỏi ở phạm vi này"),
    "not_comparable": ("/?survey=vss-2026", "Không so sánh trực tiếp được"),
    "nothing": ("/method?term=zzz", "Không có kết quả"),
}


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def headed(app: AppTest) -> dict[str, str]:
    """The notices by heading: what each says."""
    return {box.proto.title: box.value for box in app.info if box.proto.title}


def test_not_measured_says_when_it_last_was_and_leads_there(page: Page) -> None:
    app = page("profile", survey="vss-2026", province="01", channel="health_facility")
    why = headed(app)["Không đo trong đợt này"]
    assert "Năm 2026 không có câu trả lời nào của Hà Nội" in why
    assert "Lần đo gần nhất là năm 2025; không lấy số của năm khác điền vào." in why
    assert [label for label in links(app) if label.startswith("Năm ")] == ["Năm 2025", "Năm 2024"]


def test_not_asked_is_another_case(page: Page) -> None:
    app = page("overview", region="DBSH", channel="support_zalo", lang="en")
    assert [*headed(app)] == ["Not asked here"]
    assert "Not measured in this survey" in headed(
        page("profile", survey="vss-2026", channel="health_facility", lang="en")
    )


def test_another_scope_is_not_to_be_compared(page: Page) -> None:
    why = headed(page("overview", survey="vss-2026"))["Không so sánh trực tiếp được"]
    assert "trên 56 tiêu chí, năm 2025 trên 70 tiêu chí" in why
    assert "Không so sánh trực tiếp được" not in headed(page("overview", survey="vss-2025"))


@pytest.mark.browser
def test_each_case_looks_like_itself(visit: Visit) -> None:
    looks = set()
    for case, (address, heading) in CASES.items():
        page = visit.open(address)
        box = page.locator(f"[class*='st-key-lack_{case}']").get_by_test_id("stAlertContainer")
        expect(box.first).to_contain_text(heading)
        drawn = box.first.evaluate(
            "box => [getComputedStyle(box).borderStyle, getComputedStyle(box).backgroundImage]"
        )
        looks.add(str(drawn))
    assert len(looks) == len(CASES)
