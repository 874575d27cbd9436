"""The overview's answers in words: who is surely below the milestone, who moved, and the channels at a glance."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from ingest.load import load_deliveries
from tests.browsing import Visit
from tests.deliveries import Form, forms, manifest, nothing_hidden, write_delivery
from tests.pages import Page, chart, facts, links, open_page, points, said
from warehouse import open_current


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def view(warehouse: Path, name: str, **equals: str) -> pl.DataFrame:
    """Rows of a view for the 34 provinces, with the names of the places."""
    opened = open_current(warehouse)
    labels = opened.read("place", ["geo_level", "geo_code", "label_vi"], geography="vn-34")
    frame = opened.read(name, geography="vn-34", **equals)
    return frame.join(labels, on=["geo_level", "geo_code"])


def of_profiles(app: AppTest, start: str = "") -> list[str]:
    """The links of the main part that lead to a province and are no tile, as written, in order."""
    return [
        label
        for label, to in links(app).items()
        if to.startswith("profile?") and "province=" in to and not re.search(r"\*\*[●◇■] ", label)
    ]


# --- below the milestone ------------------------------------------------------------------------


def test_who_is_surely_below_the_milestone_and_whether_it_gets_better(
    page: Page, sample_warehouse: Path
) -> None:
    gaps = view(
        sample_warehouse,
        "target_gap",
        survey="vss-2025",
        geo_level="province",
        channel="all",
        item="overall",
    )
    below = gaps.filter(pl.col("ci_high_pct") < 85)
    assert below["label_vi"].to_list() == ["Hồ Chí Minh"]
    change = view(
        sample_warehouse,
        "index_change",
        survey="vss-2025",
        geo_level="province",
        channel="all",
        item="overall",
    ).filter(geo_code=below["geo_code"][0])
    points_up = Format("vi").index(change["like_for_like_pct"][0])
    app = page("overview")
    assert "■ Chắc chắn dưới 85:" in said(app)
    assert "Chưa rõ đã đạt" not in said(app)
    label = f"Hồ Chí Minh **84,05**, chắc chắn tăng {points_up} điểm so với 2024"
    assert links(app)[label] == "profile?survey=vss-2025&province=79"
    assert facts(app)["Địa phương chắc chắn đạt 85"] == ("33 / 34", "◇ 0 chưa rõ · ■ 1 chưa đạt")
    english = page("overview", lang="en")
    assert "■ Surely below 85:" in said(english)
    assert "Ho Chi Minh **84.05**, surely up 2.08 points on 2024" in links(english)


def test_a_province_of_which_it_cannot_be_told_is_named_as_such(page: Page) -> None:
    app = page("overview", survey="vss-2026")
    assert "● Không nơi nào chắc chắn dưới 85." in said(app)
    assert "◇ Chưa rõ đã đạt 85 hay chưa:" in said(app)
    assert "Hồ Chí Minh **85,43**" in links(app)


def test_many_are_named_from_the_lowest_and_the_ranking_has_the_rest(
    page: Page, sample_warehouse: Path
) -> None:
    chosen = {"survey": "vss-2025", "channel": "public_portal", "family": "feedback"}
    gaps = view(
        sample_warehouse,
        "target_gap",
        survey="vss-2025",
        geo_level="province",
        channel="public_portal",
        item="feedback",
    )
    below = gaps.filter(pl.col("ci_high_pct") < 85).sort("index_pct")
    assert below.height > 6
    app = page("overview", **chosen)
    named = [re.split(r" \*\*|,", label)[0] for label in of_profiles(app)]
    assert named[:6] == below["label_vi"].to_list()[:6]
    more = links(app)[f"và {below.height - 6} nơi khác"]
    assert more.startswith("ranking?")
    assert "channel=public_portal" in more


# --- movers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("survey", ["vss-2025", "vss-2026"])
def test_who_moved_most_like_for_like_and_surely(
    page: Page, sample_warehouse: Path, survey: str
) -> None:
    """1,96 standard errors on either side of none, on what both surveys measured."""
    changes = view(
        sample_warehouse,
        "index_change",
        survey=survey,
        geo_level="province",
        channel="all",
        item="overall",
    )
    told = changes.filter(
        pl.col("like_for_like_pct").abs() > 1.959964 * pl.col("like_for_like_se_pct")
    )
    risen = told.filter(pl.col("like_for_like_pct") > 0).sort("like_for_like_pct", descending=True)
    fallen = told.filter(pl.col("like_for_like_pct") < 0).sort("like_for_like_pct")
    app, form = page("overview", survey=survey), Format("vi")
    assert f"**Chắc chắn tăng: {risen.height} nơi**" in said(app)
    assert f"**Chắc chắn giảm: {fallen.height} nơi**" in said(app)
    wanted = [
        f"{row['label_vi']} **{form.change(row['like_for_like_pct'])}"
        f" ({form.index(row['like_for_like_se_pct'])})**"
        for row in [*risen.head(4).iter_rows(named=True), *fallen.head(4).iter_rows(named=True)]
    ]
    assert [label for label in of_profiles(app) if "(" in label] == wanted
    rest = changes.height - told.height
    assert (f"{rest} nơi khác: chưa phân biệt được" in said(app)) == (rest > 0)


def test_movers_of_years_that_asked_other_things_say_on_what_they_are_compared(page: Page) -> None:
    app = page("overview", survey="vss-2026")
    assert "Năm 2026 và năm 2025 không đo cùng phạm vi" in said(app)
    assert "44 tiêu chí, các kênh Bộ phận Tiếp nhận và Trả kết quả, Cổng Dịch vụ" in said(app)
    english = page("overview", survey="vss-2026", region="DBSH", lang="en")
    assert "2026 and 2025 did not measure the same" in said(english)


def test_a_region_s_movers_are_its_own(page: Page) -> None:
    app = page("overview", region="DBSH")
    assert "**Chắc chắn tăng: 6 nơi**" in said(app)
    assert all("region=DBSH" in links(app)[label] for label in of_profiles(app))


def test_the_first_survey_has_nothing_before_it(page: Page) -> None:
    app = page("overview", survey="vss-2024")
    assert "Chưa nạp đợt khảo sát nào trước năm 2024" in said(app)
    assert of_profiles(app) == []


def test_years_without_anything_in_common_are_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One-stop shops in one year, the portal's users in the next: an index each, and no change."""
    portal: Form = {"channel": "public_portal", "2.2.a.1.1": None, "2.2.b.1.1": 5}
    folders = [
        write_delivery(tmp_path / "a", forms(12), manifest("vss-2025", 2025)),
        write_delivery(tmp_path / "b", forms(12, **portal), manifest("vss-2026", 2026)),
    ]
    load_deliveries(folders, tmp_path / "warehouse", nothing_hidden())
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("overview", survey="vss-2026")
    assert "Năm 2026 và năm 2025 không so sánh được" in said(app)
    assert [label for label in of_profiles(app) if "(" in label] == []


# --- channels -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "n"), [("vi", "({} tiêu chí)"), ("en", "({} criteria)")])
def test_channels_stand_in_the_plan_s_order_with_the_number_of_their_criteria(
    page: Page, sample_warehouse: Path, lang: str, n: str
) -> None:
    gaps = open_current(sample_warehouse).read(
        "target_gap",
        survey="vss-2025",
        geography="vn-34",
        geo_level="nation",
        item="overall",
        channel=("2.2.a", "2.2.b", "2.2.c", "2.2.d"),
    )
    form = Format("vi" if lang == "vi" else "en")
    app = page("overview", lang=lang)
    drawn = points(chart(app, "channels_glance"), -1)
    for told, row in zip(drawn, gaps.sort("channel").iter_rows(named=True), strict=True):
        assert n.format(row["n_criteria"]) in told
        assert f": {form.index(row['index_pct'])} (" in told
    assert ("không so sánh hay xếp hạng" in said(app)) == (lang == "vi")


def test_a_channel_that_was_not_measured_is_named_with_the_year_that_last_did(page: Page) -> None:
    app = page("overview", survey="vss-2026")
    assert len(points(chart(app, "channels_glance"), -1)) == 3
    assert "Cơ sở khám, chữa bệnh BHYT (đo gần nhất 2025)" in said(app)


def test_a_region_has_no_support_channels(page: Page) -> None:
    drawn = points(chart(page("overview", region="BTB"), "channels_glance"), -1)
    assert len(drawn) == 3
    assert not any("hỗ trợ của BHXH" in told for told in drawn)


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_name_on_the_overview_leads_to_its_profile(visit: Visit) -> None:
    page = visit.open("/?channel=one_stop")
    mover = page.locator(".st-key-movers_up").get_by_role("link").first
    name = mover.inner_text().split("\n")[0]
    mover.focus()
    page.keyboard.press("Enter")
    visit.titled(re.compile(re.sub(r"[+−].*", "", name).strip() + " đạt"))
    assert "channel=one_stop" in page.url
    page.go_back()
    visit.titled(re.compile("Toàn quốc đạt"))
    expect(page.locator(".st-key-map").get_by_role("link")).to_have_count(34)
