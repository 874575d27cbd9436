"""The page on announced figures: every one against the catalogue file, the comparisons against plain arithmetic."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard.data import WAREHOUSE_VARIABLE, Source
from dashboard.search import fold, matches
from ingest.load import load_deliveries
from tests.checkout import ROOT
from tests.deliveries import forms, manifest, nothing_hidden, write_delivery
from tests.pages import Page, chart, facts, named, open_page, said, written
from warehouse import open_current

CATALOGUE = ROOT / "warehouse" / "catalogue"
DIRECT, ONLINE = ("3.2.1", "3.2.2", "3.2.3", "3.2.4"), ("4.1", "4.2", "4.3")


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page over the three synthetic surveys."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def announced() -> list[dict[str, str]]:
    """The figures as the catalogue has them."""
    with (CATALOGUE / "published_results.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def mean(values: Iterable[str]) -> Decimal:
    exact = [Decimal(value) for value in values]
    return sum(exact, Decimal(0)) / len(exact)


# --- what is compared ---------------------------------------------------------------------------


def test_every_announced_figure_has_one_row(sample_warehouse: Path) -> None:
    frame = open_current(sample_warehouse).read("published_comparison")
    expected = {row["result"]: float(row["value_pct"] or row["value"]) for row in announced()}
    assert dict(frame.select("result", "published_value").iter_rows()) == expected
    assert frame.height == len(expected) == 171


def test_the_printed_criteria_of_2020(sample_warehouse: Path) -> None:
    """Channel, mode and overall as the mean of the printed criteria: the online channels agree, the others do not."""
    frame = open_current(sample_warehouse).read("published_comparison", year=2020)
    found = {row["result"]: row for row in frame.iter_rows(named=True)}
    rows = announced()
    criteria = {row["item"]: row["value_pct"] for row in rows if row["item_level"] == "criterion"}
    assert len(criteria) == 107
    wholes = {
        **{f"2020-{item}": f"{item}." for item in (*DIRECT, *ONLINE)},
        "2020-3": "3.",
        "2020-4": "4.",
        "2020-overall": "",
    }
    printed = {row["result"]: Decimal(row["value_pct"]) for row in rows if row["value_pct"]}
    for result, prefix in wholes.items():
        exact = mean(value for item, value in criteria.items() if item.startswith(prefix))
        row = found[result]
        assert row["computed_value"] == pytest.approx(float(exact))
        assert row["printed_value"] == pytest.approx(float(rounded(exact, 1)))
        difference = rounded(exact, 1) - printed[result]
        assert row["difference"] == pytest.approx(float(difference))
        assert row["reason_code"] == ("printed_agrees" if difference == 0 else "printed_differs")
        assert row["computed_from"] == "printed"
    agree = {name for name in wholes if found[name]["reason_code"] == "printed_agrees"}
    assert agree == {f"2020-{item}" for item in ONLINE}
    assert [found[f"2020-{item}"]["difference"] for item in DIRECT] == pytest.approx(
        [-0.1, -0.1, -0.3, -0.2]
    )


def test_2024_and_2025_are_calibrated(sample_warehouse: Path) -> None:
    """Against the views, counted anew; all agree at the printed precision, and the reason is calibration."""
    snapshot = open_current(sample_warehouse)
    frame = snapshot.read("published_comparison").filter(pl.col("year") > 2020)
    assert set(frame["reason_code"]) == {"calibrated"}
    assert set(frame["difference"]) == {0.0}
    found = dict(frame.select("result", "computed_value").iter_rows())
    keys = {"survey": "vss-2025", "geography": "vn-34", "item": "overall", "channel": "all"}
    provinces = snapshot.read("satisfaction_index", geo_level="province", **keys)
    assert found["2025-province-lowest"] == provinces["index_pct"].min()
    assert found["2025-province-highest"] == provinces["index_pct"].max()
    assert found["2025-provinces-above-85"] == provinces.filter(pl.col("index_pct") > 85.005).height
    nation = {
        survey: snapshot.read(
            "satisfaction_index", survey=survey, geo_level="nation", channel="all", item="overall"
        )["index_pct"][0]
        for survey in ("vss-2024", "vss-2025")
    }
    assert found["2024-overall"] == pytest.approx(nation["vss-2024"])
    assert found["2025-change"] == pytest.approx(nation["vss-2025"] - nation["vss-2024"])
    funnel = snapshot.read("response_funnel", survey="vss-2025")
    assert found["2025-valid"] == funnel["valid"].sum() == 84448
    assert found["2025-valid-share"] == pytest.approx(100 * 84448 / 84508)
    order = provinces.sort("index_pct", descending=True)["geo_code"].to_list()
    assert [order.index(code) + 1 for code in ("42", "22", "11", "31", "38")] == [1, 2, 3, 4, 5]
    assert [found[f"2025-rank-{code}"] for code in ("42", "22", "11", "31", "38")] == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_expectations_of_2020_are_never_computed(sample_warehouse: Path) -> None:
    frame = open_current(sample_warehouse).read("published_comparison", item_level="expectation")
    assert frame.height == 7
    assert set(frame["reason_code"]) == {"several_choice"}
    assert frame["computed_value"].null_count() == 7


def test_real_figures_that_differ_are_told_from_synthetic_ones(tmp_path: Path) -> None:
    """A real survey of 2025 of fifty forms; and one of 2020 on the questionnaire of its time, share against share."""
    real = write_delivery(tmp_path / "a", forms(50), manifest(synthetic=False))
    first = {"3.2.1.1.1": 5, "3.2.1.1.2": 2}
    rows = [
        {"form_id": f"S{n}", "province": "01", "channel": "one_stop", "sex": "male", **first}
        for n in range(20)
    ]
    told = manifest("sipas", 2020, instrument="sipas-2020", synthetic=False)
    load_deliveries(
        [real, write_delivery(tmp_path / "b", rows, told)], tmp_path / "w", nothing_hidden()
    )
    frame = open_current(tmp_path / "w").read("published_comparison")
    found = {row["result"]: row for row in frame.iter_rows(named=True)}
    overall = found["2025-overall"]
    assert (overall["computed_value"], overall["difference"]) == pytest.approx((80.0, -9.5))
    assert overall["reason_code"] == "differs"
    # All chose "very satisfied": a share of 100, and the Likert mean that is also 100 says nothing here.
    assert found["2020-3.2.1.1.1"]["computed_value"] == 100
    # All chose "dissatisfied": nobody is satisfied, though the Likert mean is 40.
    assert found["2020-3.2.1.1.2"]["computed_value"] == 0
    assert found["2020-3.2.1.1.2"]["difference"] == pytest.approx(-80)
    assert found["2020-sex-male"]["computed_value"] == 100
    assert found["2020-sex-male"]["reason_code"] == "differs"
    assert found["2020-issued"]["reason_code"] == "not_computed"
    assert found["2024-overall"]["reason_code"] == "not_loaded"


# --- the page -----------------------------------------------------------------------------------


def test_the_page_counts_what_agrees(page: Page) -> None:
    app = page("published")
    assert app.title[0].value == (
        "Công bố 2020–2025: 19 trong 26 con số tính lại được là trùng, 16 trong đó do hiệu chỉnh"
    )
    assert facts(app) == {
        "Con số đã công bố": ("171", "trong 2 văn bản"),
        "Tính lại được": ("26", "145 con số chỉ để tham khảo"),
        "Trùng ở độ chính xác đã in": ("19", "16 do hiệu chỉnh"),
        "Khác xa nhất": ("−1,5", "Chỉ số hài lòng chung (2020)"),
    }
    told = said(app)
    assert "là hiệu chỉnh, không phải kiểm chứng" in told
    assert "từ 2025 sang 2026 thực ra là đổi bộ câu hỏi" in told
    assert "chưa rõ nguyên nhân" in told
    assert "3.1–3.12" in told


def test_the_page_in_english(page: Page) -> None:
    app = page("published", lang="en", year="2020")
    assert app.title[0].value == ("Published 2020: 3 of 10 figures computed again agree, 7 differ")
    assert facts(app)["Farthest off"] == ("−1.5", "Overall satisfaction index (2020)")
    assert "calibration, not verification" not in said(app), "nothing of 2020 is calibrated"
    first = written(app)[0]
    assert first[:5] == ["81.4%", "79.9", "Overall satisfaction index", "2020", "−1.5"]


def test_both_values_at_the_printed_precision(page: Page) -> None:
    drawn = chart(page("published", year="2025"), "agreement")
    assert set(drawn["layout"]["yaxis2"]["ticktext"]) == {
        "<b>89,50 → 89,50</b>",
        "<b>2,03 → 2,03</b>",
        "<b>96,76 → 96,76</b>",
        "<b>84,05 → 84,05</b>",
        "<b>99,9 → 99,9</b>",
    }
    assert set(drawn["data"][-1]["marker"]["symbol"]) == {"circle"}
    drawn = chart(page("published", year="2020"), "agreement")
    assert drawn["layout"]["yaxis2"]["ticktext"][:2] == ["<b>81,4 → 79,9</b>", "<b>81,6 → 81,4</b>"]
    assert drawn["data"][-1]["x"] == pytest.approx(
        [-1.5, -0.2, 0.1, -0.1, -0.1, -0.3, -0.2, 0, 0, 0]
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_figure_stands_with_its_document(page: Page, language: str) -> None:
    """As printed, with document, date and place in it; nothing is left out."""
    table = named(page("published", lang=language), "published.list")
    listed = {(row["label"], row["year"], row["clause"]) for row in table.iter_rows(named=True)}
    expected = {(row[f"label_{language}"], int(row["year"]), row["clause"]) for row in announced()}
    assert listed == expected
    assert table.height == 171
    assert table["document"].null_count() == 0
    dates = {"vi": {"30/03/2022", "16/02/2026"}, "en": {"30 Mar 2022", "16 Feb 2026"}}
    assert set(table["date"]) == dates[language]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("quang ninh", {"Quảng Ninh: thuộc 5 địa phương cao nhất"}),
        ("QUẢNG ninh", {"Quảng Ninh: thuộc 5 địa phương cao nhất"}),
        ("central highlands", {"Tây Nguyên"}),
        ("dong bang song hong", {"Đồng bằng sông Hồng"}),
    ],
)
def test_a_search_needs_no_marks(page: Page, query: str, expected: set[str]) -> None:
    table = named(page("published", q=query), "published.list")
    assert set(table["label"]) == expected


def test_year_and_kind_narrow_everything(page: Page) -> None:
    app = page("published", year="2020", kind="expectation", lang="en")
    assert app.title[0].value == "Published 2020: 7 figures, none of which can be computed again"
    assert "several-choice question" in "\n".join(named(app, "published.list")["reason"])
    assert named(app, "published.list").height == 7
    assert named(page("published", kind="criterion"), "published.list").height == 107
    assert named(page("published", kind="people"), "published.list").height == 16


def test_nothing_found(page: Page) -> None:
    app = page("published", q="dak lak")
    assert "Không có con số công bố nào khớp" in said(app)
    assert app.title[0].value == "Kết quả đã công bố"


def test_the_sidebar_does_not_narrow_what_was_announced(page: Page) -> None:
    app = page("published", province="66", channel="one_stop")
    assert "không áp dụng ở trang này" in said(app)
    assert facts(app)["Con số đã công bố"][0] == "171"


def test_an_older_snapshot_says_what_to_do(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = Source.holds
    monkeypatch.setattr(
        Source, "holds", lambda self, view: view != "published_comparison" and holds(self, view)
    )
    assert "Nạp lại các đợt khảo sát" in said(page("published"))


# --- searching ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đắk Lắk", "dak lak"),
        ("Thừa Thiên – Huế", "thua thien hue"),
        ("Hòa Bình", "hoa binh"),
        ("Hoà Bình", "hoa binh"),
        ("ĐỒNG THÁP", "dong thap"),
        ("3.2.1", "3 2 1"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_found_by_their_beginnings_in_any_order() -> None:
    assert matches("dak lak", "Tỉnh Đắk Lắk")
    assert matches("lak dak", "Đắk Lắk")
    assert matches("Đắk", "Dak Lak")
    assert matches("", "anything")
    assert matches("dak 2025", "Đắk Lắk", None, "năm 2025")
    assert not matches("ak", "Đắk Lắk")
    assert not matches("dak nong", "Đắk Lắk")
