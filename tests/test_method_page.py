"""The page on the method against the files of the catalogue, the formulas and the views."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard import glossary
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from ingest.load import load_deliveries
from tests.browsing import NO_WIDER, PHONE, Visit
from tests.checkout import ROOT, texts
from tests.deliveries import forms, manifest, nothing_hidden, write_delivery
from tests.oracle_catalogue import SHIPPED, Catalogue, Instrument
from tests.own_survey import write_catalogue
from tests.pages import Page, facts, named, open_page, said
from warehouse import open_current, relations
from warehouse.catalogue import read_catalogue

VSS = SHIPPED / "instruments" / "vss-1111"


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page over the three synthetic surveys."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def rows_of(name: str, folder: Path = VSS) -> list[dict[str, str]]:
    """A file of the catalogue as it is written."""
    with (folder / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def listed(app: AppTest, heading: str) -> list[dict[str, Any]]:
    """The written-out table that has a column of this name, row by row."""
    (found,) = [one.value for one in app.table if heading in one.value.columns]
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]


# --- hierarchy ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title", "level", "count", "words"),
    [
        (
            "vi",
            "Chỉ số chung là trung bình cộng của 70 tiêu chí, tính từ số người chọn từng mức",
            "Cấp",
            "Số mục",
            (
                "Nội dung",
                "Nhóm dịch vụ",
                "Yếu tố",
                "Tiêu chí",
                "Nhận định, đánh giá",
                "Nhu cầu, mong đợi",
            ),
        ),
        (
            "en",
            "The overall index is the plain mean of 70 criteria, computed from the people who chose each level",
            "Level",
            "Items",
            (
                "Content",
                "Service group",
                "Factor",
                "Criterion",
                "Assessment",
                "Need or expectation",
            ),
        ),
    ],
)
def test_the_levels_are_counted_from_the_catalogue(
    page: Page, lang: str, title: str, level: str, count: str, words: tuple[str, ...]
) -> None:
    counts = Counter(row["level"] for row in rows_of("items.csv"))
    app = page("method", lang=lang)
    assert app.title[0].value == title
    shown = {row[level]: row[count] for row in listed(app, count)}
    own = ("content", "service_group", "factor", "criterion", "assessment", "expectation")
    assert [shown[word] for word in words] == [str(counts[name]) for name in own]
    assert counts["criterion"] == 70
    families = {row["family"] for row in rows_of("items.csv")} - {""}
    assert str(len(families)) == shown["Nhóm yếu tố" if lang == "vi" else "Family"]


def test_every_item_with_its_status_and_clause(page: Page) -> None:
    shown = named(page("method"), "method.hierarchy")
    tree = shown.filter(pl.col("named").str.contains(r"^\s*[123]\."))
    rows = rows_of("items.csv")
    words = {"law": "theo văn bản", "assumption": "giả định"}
    assert tree["clause"].to_list() == [row["clause"] for row in rows]
    assert tree["status"].to_list() == [words[row["status"]] for row in rows]
    for text, row in zip(tree["named"], rows, strict=True):
        assert text.strip().startswith(f"{row['item']} {row['label_vi']}")
        assert text.endswith("†") == (row["conditional"] == "true")
        assert text.endswith("‡") == (row["adverse"] == "true")
    assert shown.height == len(rows) + 7, "six families and the overall index beside them"


def test_a_part_and_a_search(page: Page) -> None:
    part = named(page("method", part="2.1"), "method.hierarchy")
    below = [row["item"] for row in rows_of("items.csv") if row["item"].startswith("2.1")]
    assert part["named"].str.strip_chars().str.split(" ").list.first().to_list() == below
    found = named(page("method", item="thu tuc niem yet"), "method.hierarchy")
    assert [text.strip().split()[0] for text in found["named"]] == ["2.2.a.2.1"]
    assert "Không tìm thấy “xyz”" in said(page("method", item="xyz"))


def test_the_facts(page: Page) -> None:
    rows, channels = rows_of("items.csv"), rows_of("channels.csv")
    families = {row["family"] for row in rows} - {""}
    n_law = sum(row["status"] == "law" for row in rows) + 1
    n = len(rows) + len(families) + 1
    assert facts(page("method")) == {
        "Tiêu chí": ("70", "58 hỏi tại địa phương"),
        "Mục theo văn bản": (f"{n_law} / {n}", f"{n - n_law} mục là giả định"),
        "Kênh khảo sát": (str(len(channels)), "5 kênh phục vụ chung cả nước"),
        "Cặp đợt so sánh trọn vẹn": ("1 / 3", "2 cặp chỉ trên cùng phạm vi"),
    }


def test_another_instrument_of_the_catalogue(page: Page) -> None:
    app = page("method", instrument="sipas-2020", lang="en")
    assert "plain mean of 107 criteria" in app.title[0].value
    assert "Plan 1111/KH-BHXH, IV.2.1" not in said(app), "a scale that it does not use"
    assert "This instrument has no calendar" in said(app)


# --- scales, rules, assumptions -----------------------------------------------------------------


def test_what_is_said_of_the_scales_is_what_the_formulas_give(page: Page) -> None:
    con = duckdb.connect()
    for macro in relations.macros():
        con.execute(macro)

    def index(counts: str, points: int) -> float:
        row = con.execute(f"SELECT interval_index_pct({counts}, {points})").fetchone()
        assert row is not None
        return float(row[0])

    assert index("0, 0, 0, 9, 0", 5) == 80
    assert index("0, 0, 0, 1, 1", 5) == 90, "a mean of 4.5"
    assert (index("3, 0, 0, 0, 0", 5), index("3, 0, 0, 0, 0", 4)) == (20, 25)
    vi, en = said(page("method")), said(page("method", lang="en"))
    assert "Mọi người đều “hài lòng” thì chỉ số là 80" in vi
    assert "điểm trung bình phải là 4,5" in vi
    assert "90 takes a mean score of 4.5" in en
    assert "vẫn là 20 (thang năm mức), hoặc 25 (thang bốn mức)" in vi
    assert "70 mục dùng thang này" in vi
    assert "16 items use this scale" in en


def test_the_rules_name_what_they_concern(page: Page) -> None:
    rows, text = rows_of("items.csv"), said(page("method"))
    conditional = [row["item"] for row in rows if row["conditional"] == "true"]
    experience = [row["item"] for row in rows if row["experience"] == "true"]
    assert f"2 tiêu chí chỉ hỏi một số người: {', '.join(conditional)}." in text
    assert f"{len(experience)} tiêu chí chỉ dành cho người đã có trải nghiệm" in text
    assert "70 cho cả nước, 58 cho một địa phương" in text
    for row in rows_of("channels.csv"):
        assert row["is_local"] == "true" or row["label_vi"] in text


def test_law_and_assumption_in_the_words_of_the_instrument(page: Page) -> None:
    header = yaml.safe_load((VSS / "instrument.yaml").read_text(encoding="utf-8"))
    for lang in ("vi", "en"):
        text = said(page("method", lang=lang))
        assert header["notes"][lang].strip() in text
        assert header["document"][lang].strip() in text


# --- registers ----------------------------------------------------------------------------------


def test_the_criteria_of_each_channel(page: Page, sample_warehouse: Path) -> None:
    """Counted from who is asked what; the indices of the nation say the same."""
    instrument: Instrument = Catalogue().instrument("vss-1111")
    defined = open_current(sample_warehouse).read(
        "satisfaction_index", survey="vss-2025", geo_level="nation", item="overall"
    )
    shown = {row["Kênh"]: row for row in listed(page("method"), "Tính cho")}
    for channel, row in instrument.channels.items():
        n = sum(instrument.asks(channel, criterion) for criterion in instrument.criteria)
        assert shown[row["label_vi"]]["Tiêu chí"] == str(n)
        assert defined.filter(channel=channel)["n_criteria_defined"].to_list() == [n]
        assert shown[row["label_vi"]]["Đơn vị phụ trách kênh"] == row["owner_vi"]
        local = row["is_local"] == "true"
        assert shown[row["label_vi"]]["Tính cho"] == ("địa phương" if local else "cả nước")
    assert shown["Bộ phận Tiếp nhận và Trả kết quả"]["Tiêu chí"] == "25"


def test_the_calendar(page: Page) -> None:
    marks = {"yes": "●", "no": "○", "unknown": "?"}
    venues = {
        row["value"]: row["label_vi"]
        for row in rows_of("characteristics.csv", SHIPPED)
        if row["characteristic"] == "venue"
    }
    labels = {row["channel"]: row["label_vi"] for row in rows_of("channels.csv")}
    shown = {row["Kênh"]: row for row in listed(page("method"), "2026")}
    rows = rows_of("calendar.csv")
    for row in rows:
        name = labels[row["channel"]] + (f": {venues[row['venue']]}" if row["venue"] else "")
        assert shown[name][row["year"]] == marks[row["surveyed"]]
    assert len(shown) * 5 == len(rows)
    assert "VI.1.2 (khảo sát toàn diện" in said(page("method"))


@pytest.mark.parametrize(
    ("lang", "head", "reasons"),
    [
        ("vi", "**2026 so với 2025** · ◇", "khác nhau về tiêu chí, kênh hoặc nơi tiếp nhận"),
        ("en", "**2026 against 2025** · ◇", "they differ in criteria, channels or venues"),
    ],
)
def test_what_can_be_compared(
    page: Page, sample_warehouse: Path, lang: str, head: str, reasons: str
) -> None:
    snapshot, form = open_current(sample_warehouse), Format("vi" if lang == "vi" else "en")
    text = said(page("method", lang=lang))
    (own,) = [block for block in text.split("**20") if f"**20{block}".startswith(head)]
    assert reasons in own
    assert "56 " in own
    change = snapshot.read(
        "index_change", survey="vss-2026", geo_level="nation", channel="all", item="overall"
    ).row(0, named=True)
    for part in ("change_pct", "like_for_like_pct", "real_pct", "mix_pct", "scope_pct"):
        assert form.change(change[part]) in own
    assert len(re.findall(r"^\*\*20\d\d (?:so với|against) 20\d\d\*\*", text, re.MULTILINE)) == 3


def test_surveys_that_cannot_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another instrument; and where there is one survey only, that is said."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    first = write_delivery(tmp_path / "first", forms(20), manifest("vss-2025", 2025))
    load_deliveries([first], tmp_path / "warehouse", nothing_hidden())
    assert "Mới có một đợt khảo sát" in said(open_page("method"))
    rows = [
        {"form_id": f"S{n}", "channel": "one_stop", "province": "01", "3.2.1.1.1": 4}
        for n in range(20)
    ]
    told = manifest("sipas", 2024, instrument="sipas-2020", geography="vn-63")
    load_deliveries(
        [write_delivery(tmp_path / "second", rows, told)], tmp_path / "warehouse", nothing_hidden()
    )
    text = said(open_page("method"))
    assert "**2025 so với 2024** · ■ hai đợt không so sánh được" in text
    assert "khác nhau về bộ câu hỏi" in text
    assert "không cùng đo tiêu chí nào" in text


def test_design_effects_of_the_chosen_slice(page: Page, sample_warehouse: Path) -> None:
    app = page("method", province="48", channel="2.2.a")
    rows = (
        open_current(sample_warehouse)
        .read(
            "satisfaction_index",
            survey="vss-2025",
            geography="vn-34",
            geo_code="48",
            channel="2.2.a",
        )
        .filter(pl.col("item_level") != "criterion")
    )
    shown = named(app, "method.effects")
    assert sorted(shown["design_effect"]) == sorted(rows["design_effect"])
    assert sorted(shown["se_pct"]) == sorted(rows["se_pct"])
    form, effects = Format("vi"), rows["design_effect"].to_list()
    assert f"Cao nhất {form.index(max(effects))}" in said(app)
    assert f"thấp nhất {form.index(min(effects))}" in said(app)
    assert "Đà Nẵng, Dịch vụ trực tiếp, năm 2025" in said(app)
    assert "không gửi kèm trọng số" in said(app)
    assert "weighted_index_pct" not in shown.columns
    assert "không có số liệu" in said(page("method", province="48", channel="support_zalo"))


def test_weighted_indices_stand_beside_the_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row | {"weight": 1 + n % 4, "2.1.a.1": 3 + n % 3} for n, row in enumerate(forms(40))]
    delivery = write_delivery(tmp_path / "delivery", rows, manifest("vss-2025", 2025))
    load_deliveries([delivery], tmp_path / "warehouse", nothing_hidden())
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("method")
    shown = named(app, "method.effects").filter(pl.col("named").str.starts_with("2.1.a "))
    weights = [1 + n % 4 for n in range(40)]
    scores = [3 + n % 3 for n in range(40)]
    by_hand = sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights) * 20
    assert shown["weighted_index_pct"].to_list() == pytest.approx([by_hand])
    assert shown["index_pct"].to_list() == pytest.approx([sum(scores) / 40 * 20])
    assert "không gửi kèm trọng số" not in said(app)


def test_values_and_options(page: Page) -> None:
    app = page("method", lang="en")
    shown = {row["Characteristic"]: row for row in listed(app, "Characteristic")}
    rows = rows_of("characteristics.csv", SHIPPED)
    ages = [row["label_en"] for row in rows if row["characteristic"] == "age_group"]
    assert shown["Age group"]["Values"] == " · ".join(ages)
    assert len(shown) == len({row["characteristic"] for row in rows})
    options = {row["Nominal question"].split()[0]: row for row in listed(app, "Nominal question")}
    for item, row in options.items():
        labels = [one["label_en"] for one in rows_of("options.csv") if one["item"] == item]
        assert row["Options"] == " · ".join(f"{n} {label}" for n, label in enumerate(labels, 1))
    assert set(options) == {row["item"] for row in rows_of("options.csv")}


def test_the_sources(page: Page) -> None:
    text = said(page("method"))
    for row in rows_of("milestones.csv", SHIPPED):
        assert f"- {row['document_vi']}" in text
    for row in rows_of("published_results.csv", SHIPPED):
        assert f"- {row['document']}" in text


def test_the_contents_lead_to_every_section(page: Page) -> None:
    app = page("method")
    (contents,) = [one.value for one in app.markdown if one.value.startswith("Nội dung:")]
    links = dict(re.findall(r"\[([^]]+)\]\(#(\w+)\)", contents))
    assert links == {header.value: header.proto.anchor for header in app.header}
    assert len(links) == 12


def test_a_survey_of_the_user_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another hierarchy, two scales, no service groups, no calendar: nothing of Plan 1111 is assumed."""
    overlay = write_catalogue(tmp_path / "catalogue")
    rows = [
        {"form_id": f"C{n}", "channel": "counter", "Q1a": 4, "R": 5, "province": "01"}
        for n in range(20)
    ]
    told = manifest("patients-2025", 2025, instrument="patients", geography="isles")
    delivery = write_delivery(tmp_path / "isles", rows, told)
    load_deliveries([delivery], tmp_path / "warehouse", read_catalogue(overlay))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("method")
    assert "của 4 tiêu chí" in app.title[0].value
    assert facts(app)["Tiêu chí"] == ("4", "3 hỏi tại địa phương")
    levels = {row["Cấp"]: row["Số mục"] for row in listed(app, "Số mục")}
    assert levels["chapter"] == levels["section"] == "1"
    assert "Quyết định 1" in said(app)


# --- glossary -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_word_is_explained_in_both_languages(page: Page, lang: str) -> None:
    text = said(page("method", lang=lang))
    written = yaml.safe_load((ROOT / "dashboard" / "glossary.yaml").read_text(encoding="utf-8"))
    terms = [term for section in written for term in section["terms"]]
    assert len(terms) > 90
    for term in terms:
        assert f"**{term[lang]}**" in text
        assert f": {term['meaning'][lang]}" in text


def test_the_document_is_the_page_s_glossary() -> None:
    """`python -m dashboard.glossary > docs/GLOSSARY.md` was run after the last change."""
    assert texts()[Path("docs/GLOSSARY.md")] == glossary.document()


def test_a_word_is_found_without_marks(page: Page) -> None:
    text = said(page("method", term="sai so chuan"))
    assert "**sai số chuẩn** (standard error)" in text
    assert "**phiếu khảo sát**" not in text
    assert "Không tìm thấy “qwerty”" in said(page("method", term="qwerty"))


# --- in the browser -----------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_fits_a_phone_and_its_contents_lead_somewhere(visit: Visit, lang: str) -> None:
    visit.page.set_viewport_size(PHONE)
    page = visit.open(f"/method?lang={lang}")
    expect(page.locator(".katex").first).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate(NO_WIDER)
    for formula in page.locator(".katex-html").all():
        box = formula.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= PHONE["width"], "a formula is cut off"
    page.get_by_role("link", name="Thuật ngữ" if lang == "vi" else "Glossary", exact=True).click()
    expect(page.locator("#glossary")).to_be_in_viewport()
