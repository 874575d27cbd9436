"""The page on assessments and needs: its figures against counts of single forms, and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.charts.scores import folded
from dashboard.data import WAREHOUSE_VARIABLE, Source
from dashboard.format import Format, Language
from ingest.load import load_deliveries
from tests.deliveries import forms, nothing_hidden, write_delivery
from tests.oracle import Survey, surveys_of
from tests.oracle_catalogue import Catalogue
from tests.oracle_delivery import Row
from tests.pages import Page, chart, facts, links, open_page, said, shown, shown_facts, written
from warehouse import open_current
from warehouse.catalogue import read_catalogue

LANGUAGES: tuple[Language, ...] = ("vi", "en")
KEYS = {"survey": "vss-2025", "geography": "vn-34"}


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page over the three synthetic surveys."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


@pytest.fixture(scope="module")
def oracle(sample_deliveries: list[Path]) -> Survey:
    """The forms of the survey of 2026, read once."""
    folder = next(one for one in sample_deliveries if one.name == "vss-2026")
    return surveys_of([folder], Catalogue())["vss-2026"]


def answers(survey: Survey, item: str, where: Callable[[Row], bool] = lambda _: True) -> list[Any]:
    """What the people of a survey answered to one question."""
    place = list(survey.manifest.instrument.questions).index(item)
    given = (row.cells[place] for row in survey.valid.values() if where(row))
    return [answer for answer in given if answer is not None]


def index(given: Iterable[int]) -> float:
    """An interval index of four points."""
    points = list(given)
    return 100 * sum(points) / (4 * len(points))


def share(given: Iterable[Any], chose: Callable[[Any], bool]) -> float:
    people = list(given)
    return 100 * sum(map(chose, people)) / len(people)


def is_local(row: Row) -> bool:
    return not str(row.channel).startswith("support")


def within(province: str | None) -> Callable[[Row], bool]:
    return lambda row: row.province == province and is_local(row)


def equal_to(option: int) -> Callable[[Any], bool]:
    return lambda given: bool(given == option)


def holding(option: int) -> Callable[[Any], bool]:
    return lambda given: option in given


def figures(app: Any, key: str) -> list[str]:
    """The figures at the right of a chart's rows."""
    ticks = chart(app, key)["layout"]["yaxis2"]["ticktext"]
    return [tick.removeprefix("<b>").removesuffix("</b>") for tick in ticks]


# --- part 3, part 1 -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_strongest_wish_is_the_finding(page: Page, oracle: Survey, language: Language) -> None:
    wishes = {f"3.{n}": index(answers(oracle, f"3.{n}")) for n in range(1, 13)}
    first = max(wishes, key=wishes.__getitem__)
    label = next(
        getattr(item, f"label_{language}")
        for item in read_catalogue().instruments["vss-1111"].items
        if item.item == first
    )
    app = page("needs", survey="vss-2026", lang=language)
    form = Format(language)
    assert f"“{label}” ({form.index(wishes[first])})" in app.title[0].value
    ordered = sorted(wishes.values(), reverse=True)
    assert figures(app, "expectation_index") == [form.index(value) for value in ordered]


def test_assessments_on_the_interval_scale(page: Page, oracle: Survey) -> None:
    app = page("needs", survey="vss-2026")
    judged = {item: answers(oracle, item) for item in ("1.1", "1.3", "1.7", "1.8")}
    ordered = sorted(judged, key=lambda item: -index(judged[item]))
    form = Format("vi")
    assert figures(app, "assessment_index") == [form.index(index(judged[one])) for one in ordered]
    lowest = facts(app)["Nhận định thấp nhất"]
    assert lowest[0] == form.index(index(judged[ordered[-1]]))
    bars = chart(app, "assessment_spread")["data"]
    assert len(bars) == 4
    for point, bar in enumerate(bars, 1):
        shares = [share(judged[one], equal_to(point)) for one in ordered]
        assert bar["x"] == pytest.approx(shares)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nominal_questions(page: Page, oracle: Survey, language: Language) -> None:
    """Shares of those who answered; with several choices they add up to more than 100, and that is said."""
    app = page("needs", survey="vss-2026", lang=language)
    form = Format(language)
    followed = answers(oracle, "1.2")
    several = [share(followed, holding(option)) for option in range(1, 9)]
    assert figures(app, "options_nominal_multi") == [form.index(value) for value in several]
    assert sum(several) > 100
    assert ("vượt 100" if language == "vi" else "more than 100") in said(app)
    one = [
        share(answers(oracle, item), equal_to(option))
        for item, n_options in (("1.4", 3), ("1.5", 4), ("1.6", 2))
        for option in range(1, n_options + 1)
    ]
    assert figures(app, "options_nominal") == [form.index(value) for value in one]
    bars, *_ = chart(app, "options_nominal")["data"]
    bad = [colour == bars["marker"]["color"][-1] for colour in bars["marker"]["color"]]
    assert bad == [False] * 4 + [True] * 3 + [False, True], "only what must not happen"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_an_assumption_is_said(page: Page, language: Language) -> None:
    told = said(page("needs", lang=language))
    assert ("giả định của chúng tôi" if language == "vi" else "assumption of ours") in told


# --- what must not happen -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_adverse_shares_and_their_change(page: Page, oracle: Survey, language: Language) -> None:
    app = page("needs", survey="vss-2026", lang=language)
    form = Format(language)
    known = facts(app)
    harassed = share(answers(oracle, "1.5"), lambda given: given > 1)
    paid = share(answers(oracle, "1.6"), lambda given: given > 1)
    labels = {
        "vi": ("Tình trạng cán bộ gây phiền hà, sách nhiễu", "Tình trạng phải đưa tiền ngoài quy định"),
        "en": ("Harassment by officers", "Having to pay officers beyond the rules"),
    }[language]  # fmt: skip
    assert known[labels[0]][0] == form.share(harassed)
    assert known[labels[1]][0] == form.share(paid)
    # 2026 asked at other channels than 2025.
    assert known[labels[0]][1].endswith("khác phạm vi" if language == "vi" else "other scope")


def test_a_fall_is_good_and_a_rise_bad_where_the_sample_tells(
    page: Page, sample_warehouse: Path
) -> None:
    """Colour follows the meaning: more harassment is worse."""
    changes = open_current(sample_warehouse).read("adverse_change", **KEYS, item="1.5")
    told = changes.filter(pl.col("geo_level") == "province", pl.col("change_p_value") < 0.05)
    told = told.filter(pl.col("channel") == "local").sort("change_pct")
    rise = told.row(-1, named=True)
    assert rise["change_pct"] > 0
    fact = shown_facts(page("needs", province=rise["geo_code"]))[0]
    assert fact.meaning == "bad"
    assert fact.arrow == "▲"
    falls = changes.filter(pl.col("change_p_value") < 0.05, pl.col("change_pct") < 0)
    falls = falls.filter(geo_level="region")
    fall = falls.row(0, named=True)
    fact = shown_facts(page("needs", region=fall["geo_code"], channel=fall["channel"]))[0]
    assert fact.meaning == "good"
    assert fact.arrow == "▼"


def test_changes_of_provinces_are_marked_where_the_sample_tells_them(
    page: Page, sample_warehouse: Path
) -> None:
    """An arrow beside the change; none where 2026 asked at other channels than 2025."""
    changes = open_current(sample_warehouse).read(
        "adverse_change", **KEYS, geo_level="province", channel="local", item="1.5"
    )
    form = Format("vi")
    expected = {}
    for row in changes.iter_rows(named=True):
        arrow = "" if row["change_p_value"] >= 0.05 else "▼ " if row["change_pct"] < 0 else "▲ "
        change, error = row["change_pct"], row["change_se_pct"]
        expected[change] = arrow + form.with_error(change, error)
    assert any(text.startswith(("▲", "▼")) for text in expected.values())
    app = page("needs")
    number = next(n for n, one in enumerate(app.dataframe) if "standing" in one.value)
    listed = dict(zip(shown(app, number)["change_pct"], written(app, number), strict=True))
    assert {change: cells[-1] for change, cells in listed.items()} == expected
    app = page("needs", survey="vss-2026")
    number = next(n for n, one in enumerate(app.dataframe) if "standing" in one.value)
    assert not any(cells[-1].startswith(("▲", "▼")) for cells in written(app, number))


def test_what_the_sample_cannot_tell_is_neither(page: Page) -> None:
    (value, line) = facts(page("needs"))["Tình trạng cán bộ gây phiền hà, sách nhiễu"]
    assert value == "9,04 %"
    assert re.fullmatch(r"−0,\d\d điểm so với 2024, trong phạm vi sai số", line)
    assert shown_facts(page("needs"))[0].meaning == "none"


@pytest.mark.parametrize("item", ["1.5", "1.6"])
def test_the_watch_list(page: Page, oracle: Survey, sample_warehouse: Path, item: str) -> None:
    """Every province by its share of local forms, the worst first, with the mark of the comparison."""
    app = page("needs", survey="vss-2026", watch=item)
    by_province = {
        province: answers(oracle, item, within(province))
        for province in {row.province for row in oracle.valid.values() if is_local(row)}
    }
    shares = {name: share(given, lambda one: one > 1) for name, given in by_province.items()}
    drawn = chart(app, "watch_chart")
    points = drawn["data"][-1]
    assert points["customdata"] == sorted(shares, key=lambda name: (-shares[name], name))
    assert points["x"] == pytest.approx([shares[name] for name in points["customdata"]])
    nation = share(answers(oracle, item, is_local), lambda one: one > 1)
    (line,) = drawn["layout"]["shapes"]
    assert line["x0"] == pytest.approx(nation)
    view = open_current(sample_warehouse).read(
        "adverse_comparison", survey="vss-2026", geography="vn-34", channel="local", item=item
    )
    standing = dict(view.select("province", "against_nation").iter_rows())
    marks = {"higher": "▲ cao hơn", "undetermined": "○ chưa rõ", "lower": "▼ thấp hơn"}
    (table,) = [one for one in app.dataframe if "standing" in one.value]
    listed = pl.from_pandas(table.value)
    assert listed["standing"].to_list() == [marks[standing[n]] for n in points["customdata"]]
    assert listed["n_answers"].to_list() == [len(by_province[n]) for n in points["customdata"]]
    above = list(standing.values()).count("higher")
    assert facts(app)["Nơi chắc chắn cao hơn cả nước"][0] == f"{above} / 34"
    assert above >= 1


def test_the_watch_list_of_a_region(page: Page, sample_warehouse: Path) -> None:
    app = page("needs", region="DNB", province="79")
    places = open_current(sample_warehouse).read("place", geography="vn-34", region_code="DNB")
    inside = set(places.filter(geo_level="province")["geo_code"])
    points = chart(app, "watch_chart")["data"][-1]
    assert set(points["customdata"]) == inside
    bold = [
        text for text in chart(app, "watch_chart")["layout"]["yaxis"]["ticktext"] if "<b>" in text
    ]
    assert bold == ["<b>Hồ Chí Minh</b>"]
    assert facts(app)["So với cả nước"][0] == "▲ cao hơn"


def test_support_channels_have_no_places(page: Page) -> None:
    app = page("needs", channel="support_hotline", lang="en")
    assert "no figures by province" in said(app)
    assert "Provinces surely above the country" not in facts(app)


# --- a place beside the nation ------------------------------------------------------------------


def test_a_province_stands_beside_the_nation_over_local_channels(
    page: Page, oracle: Survey
) -> None:
    app = page("needs", survey="vss-2026", province="24")
    region, nation, own = chart(app, "expectation_index")["data"][-3:]
    wishes = [f"3.{n}" for n in range(1, 13)]
    here = {item: index(answers(oracle, item, within("24"))) for item in wishes}
    everywhere = {item: index(answers(oracle, item, is_local)) for item in wishes}
    assert own["x"] == pytest.approx(sorted(here.values(), reverse=True))
    assert sorted(nation["x"]) == pytest.approx(sorted(everywhere.values()))
    assert region["marker"]["symbol"] == "triangle-up-open"
    strokes = chart(app, "options_nominal")["data"][-1]
    last = share(answers(oracle, "1.6", is_local), lambda given: given == 2)
    assert strokes["x"][-1] == pytest.approx(last)
    assert "Vạch đứng là cả nước" in said(app)


def test_who_answered(page: Page, oracle: Survey) -> None:
    """Of the forms that state it, all channels; beside the nation with its support channels."""
    app = page("needs", survey="vss-2026", province="24", channel="one_stop")
    profile = oracle.view("respondent_profile")
    grain = ("vss-2026", 2026, "vn-34")
    left, right = (chart(app, f"respondents_{n}") for n in range(2))
    bars, _, strokes = left["data"]
    labels = left["layout"]["yaxis"]["ticktext"]
    female = labels.index("Nữ")
    own = profile[*grain, "province", "24", "sex", "female"]["share_pct"]
    nation = profile[*grain, "nation", "vn", "sex", "female"]["share_pct"]
    assert bars["x"][female] == pytest.approx(float(own))
    assert strokes["x"][female] == pytest.approx(float(nation))
    assert folded("Trung tâm phục vụ hành chính công") in right["layout"]["yaxis"]["ticktext"]
    assert "không theo lựa chọn kênh" in said(app)


# --- administrative figures ---------------------------------------------------------------------


def delivered(sample_deliveries: list[Path], survey: str) -> pl.DataFrame:
    folder = next(one for one in sample_deliveries if one.name == survey)
    return pl.read_parquet(folder / "indicators" / "*.parquet")


def test_administrative_figures_of_one_province(page: Page, sample_deliveries: list[Path]) -> None:
    """All figures with their breakdown, as delivered; the index stands beside them."""
    app = page("needs", province="42")
    figures = delivered(sample_deliveries, "vss-2025").filter(province="42")
    assert figures.height == 16
    table = written(app, len(app.dataframe) - 1)
    form = Format("vi")
    expected = {
        (form.index(value) if unit == "%" else form.count(value), unit, breakdown)
        for value, unit, breakdown in figures.select("value", "unit", "breakdown").iter_rows()
    }
    assert {(row[0], row[1], row[2]) for row in table} == expected
    assert "2.1 Tổ chức thực hiện chính sách" in said(app)
    assert "không bao giờ tính trung bình" in said(app)


def test_administrative_figures_by_province_beside_the_index(
    page: Page, sample_deliveries: list[Path], sample_warehouse: Path
) -> None:
    app = page("needs", figure="2.1.d.2 BHYT / dân số")
    listed = shown(app, len(app.dataframe) - 1)
    figures = delivered(sample_deliveries, "vss-2025").filter(
        item="2.1.d.2", breakdown="BHYT / dân số"
    )
    assert sorted(listed["value"]) == sorted(figures["value"])
    assert listed.height == 34
    indices = open_current(sample_warehouse).read(
        "satisfaction_index", **KEYS, geo_level="province", channel="all", item="2.1"
    )
    assert sorted(listed["index_pct"]) == pytest.approx(sorted(indices["index_pct"]))


def test_figures_from_before_the_merger_are_not_added_up(
    page: Page, sample_deliveries: list[Path], sample_warehouse: Path
) -> None:
    """Each former province has a row of its own."""
    app = page("needs", survey="vss-2024", province="24")
    listed = shown(app, len(app.dataframe) - 1)
    former = open_current(sample_warehouse).read("place", geography="vn-63", successor_code="24")
    assert set(listed["province"]) == set(former["label_vi"])
    assert former.height == 2
    assert listed.height == 2 * 16
    assert "không cộng gộp" in said(app)


# --- what is missing ----------------------------------------------------------------------------


def test_a_channel_without_answers(page: Page) -> None:
    app = page("needs", survey="vss-2026", channel="health_facility")
    assert "không có câu trả lời nào" in said(app)
    assert "survey=vss-2025" in links(app)["Năm 2025"]
    assert facts(app) == {}


def test_a_family_does_not_narrow_these_parts(page: Page) -> None:
    app = page("needs", family="feedback")
    assert "không áp dụng ở đây" in said(app)
    assert facts(app) == facts(page("needs"))


def test_a_survey_that_did_not_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has answers, so nothing is missing: the questions were not asked. One part alone is shown."""
    rows = forms(20) + forms(20, first=101, **{"3.1": 3, "3.2": 4})
    for row in rows[20:]:
        row["channel"] = "payment_agent"
    delivery = write_delivery(tmp_path / "d", rows)
    load_deliveries([delivery], tmp_path / "warehouse", nothing_hidden())
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("needs", channel="one_stop")
    assert "Đợt khảo sát này không hỏi phần này." in said(app)
    app = open_page("needs", channel="payment_agent")
    assert "(100,00)" in app.title[0].value
    assert facts(app) == {}
    assert "không nộp kèm số liệu quản lý" in said(app)


def test_an_older_snapshot_says_what_to_do(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = Source.holds
    monkeypatch.setattr(
        Source, "holds", lambda self, view: view != "adverse_comparison" and holds(self, view)
    )
    app = page("needs")
    assert "Nạp lại các đợt khảo sát" in said(app)
    assert facts(app) == {}


def test_a_hidden_share_is_no_zero(page: Page) -> None:
    """Eight of the province are retired: neither they nor the shares beside them, which would tell, are drawn."""
    app = page("needs", province="11", survey="vss-2026", lang="en")
    charts = [chart.proto for chart in app.get("plotly_chart")]
    drawn = "".join(one.spec for one in charts if "respondents_" in one.id)
    assert "Retired: hidden" in drawn
    assert "Self-employed: hidden" in drawn
    assert "Male: hidden" not in drawn
