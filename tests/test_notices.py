"""What is missing says which case it is and why, and each case looks like itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.menu import page_names
from ingest.load import load_deliveries
from tests.browsing import Visit
from tests.deliveries import Form, manifest, write_delivery
from tests.pages import Page, chart, facts, links, open_page
from warehouse.catalogue import read_catalogue

CASES = {
    "not_measured": (
        "/profile?survey=vss-2026&province=01&channel=health_facility",
        "Không đo trong đợt này",
    ),
    "not_asked": ("/target?channel=support_zalo", "Không hỏi ở phạm vi này"),
    "not_comparable": ("/?survey=vss-2026", "Không so sánh trực tiếp được"),
    "nothing": ("/method?term=zzz", "Không có kết quả"),
}
ASKED = {"one_stop": "2.2.a.1.1", "public_portal": "2.2.b.1.1"}
# Forms by province and channel: one group is small, one province is.
FORMS = {
    ("01", "one_stop"): 60,
    ("01", "public_portal"): 4,
    ("08", "one_stop"): 40,
    ("08", "public_portal"): 30,
    ("79", "one_stop"): 5,
    ("48", "one_stop"): 30,
    ("48", "public_portal"): 30,
}


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which a province and a channel of another have too few forms to be shown."""
    rows: list[Form] = [
        {
            "form_id": f"{province}{channel}{n}",
            "channel": channel,
            "province": province,
            "2.1.a.1": 3 + n % 3,
            ASKED[channel]: 2 + n % 4,
            "1.1": 1 + n % 4,
            "1.5": 1 + n % 2,
        }
        for (province, channel), n_forms in FORMS.items()
        for n in range(n_forms)
    ]
    folder = tmp_path_factory.mktemp("few")
    delivery = write_delivery(folder / "vss-2025", rows, manifest("vss-2025", 2025))
    load_deliveries([delivery], folder / "warehouse", read_catalogue())
    return folder / "warehouse"


@pytest.mark.parametrize("name", page_names())
@pytest.mark.parametrize(
    "address",
    [{}, {"province": "79"}, {"province": "01", "channel": "public_portal", "explain": "overall"}],
    ids=["nation", "province", "channel"],
)
def test_what_is_hidden_breaks_no_page(
    few: Path, monkeypatch: pytest.MonkeyPatch, name: str, address: dict[str, str]
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(few))
    for lang in ("vi", "en"):
        open_page(name, **address, lang=lang)


def test_hidden_says_why_and_what(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place or channel of too few forms is neither left out in silence nor called not measured."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(few))
    for name in ("profile", "target", "factors", "needs"):
        notices = headed(open_page(name, province="79"))
        assert "dưới 10 phiếu" in notices["Ẩn để bảo vệ người trả lời"], name
        assert "Không đo trong đợt này" not in notices, name
    for name in ("overview", "ranking"):
        app = open_page(name)
        (told,) = [one.value for one in app.caption if "Ẩn vì dưới 10 phiếu" in one.value]
        assert "Hồ Chí Minh" in told, name
    assert "Hồ Chí Minh **ẩn**" in links(open_page("overview"))
    (told,) = [
        one.value for one in open_page("profile", province="01").caption if "Ẩn vì" in one.value
    ]
    assert "Cổng Dịch vụ công quốc gia" in told
    matrix = chart(open_page("factors", province="01"), "matrix")["data"][0]
    assert sum("ẩn: quá ít phiếu" in text for text in matrix["text"]) >= 1
    target = open_page("target")
    marks = [mark for trace in chart(target, "cells")["data"] for mark in trace.get("text") or []]
    assert marks.count("ẩn") > 0
    _, told = facts(target)["Tiêu chí × địa phương đạt 90"]
    assert f"{marks.count('–')} không đo được · {marks.count('ẩn')} ẩn" in told


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
