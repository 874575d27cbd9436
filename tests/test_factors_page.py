"""Channels and factors, and the parts of the profile that go inside a province: every figure against the oracle."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import picking
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Language
from ingest.load import load_deliveries
from tests.deliveries import forms, manifest, write_delivery, write_settings
from tests.oracle import Survey, surveys_of
from tests.oracle_catalogue import Catalogue
from tests.own_survey import write_catalogue
from tests.pages import Page, chart, facts, links, named, open_page, said, unfolded
from warehouse import open_current
from warehouse.catalogue import read_catalogue

YEAR, SURVEY, PROVINCE = 2026, "vss-2026", "48"
LANGUAGES: tuple[Language, ...] = ("vi", "en")
Figure = Callable[..., dict[str, Any]]


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


@pytest.fixture(scope="module")
def danang(sample_deliveries: list[Path]) -> Survey:
    """The sample survey of 2026 as if only Đà Nẵng had answered: all that its own figures rest on."""
    (folder,) = [path for path in sample_deliveries if path.name == SURVEY]
    survey = surveys_of([folder], Catalogue())[SURVEY]
    inside = {form: row for form, row in survey.valid.items() if row.province == PROVINCE}
    assert len(inside) > 100
    return Survey(survey.catalogue, survey.deliveries, inside)


def figure(
    survey: Survey, channel: str, level: str, item: str, place: str = PROVINCE
) -> dict[str, Any]:
    """A row that the oracle computes: of the province, or of one of its offices."""
    geo_level = "office" if "/" in place else "province"
    grain = (SURVEY, YEAR, "vn-34", geo_level, place, channel, level, item)
    return survey.view("satisfaction_index")[grain]


def written(value: Fraction, lang: str) -> str:
    """An index as a reader of the language sees it: two decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    return text.replace(".", ",") if lang == "vi" else text


def tiles(app: AppTest, key: str) -> dict[tuple[str, str], str]:
    """What each tile of a matrix says, without markup, by row and column."""
    (drawn,) = chart(app, key)["data"]
    keys = [tuple(data.split("|")) for data in drawn["customdata"]]
    texts = [re.sub(r"<[^>]+>", " ", text) for text in drawn["text"]]
    return dict(zip(keys, texts, strict=True))


def rows(app: AppTest, key: str) -> dict[str, str]:
    """The figures of a chart's rows, by the key of the point."""
    points = chart(app, key)["data"][-1]
    told = [
        re.sub(r"^.*: ([\d.,]+) \(.*", r"\1", text, flags=re.DOTALL) for text in points["hovertext"]
    ]
    return dict(zip(points["customdata"], told, strict=True))


def notes(app: AppTest, key: str) -> str:
    """All annotations of a chart."""
    return " ".join(note["text"] for note in chart(app, key)["layout"]["annotations"])


# --- families by service group ------------------------------------------------------------------


def test_the_finding_is_the_weakest_cell(page: Page, sample_warehouse: Path) -> None:
    app = page("factors")
    cells = open_current(sample_warehouse).read(
        "target_gap",
        survey="vss-2025",
        geography="vn-34",
        geo_level="nation",
        item_level="family",
        channel=["2.2.a", "2.2.b", "2.2.c", "2.2.d"],
    )
    low = cells.sort("index_pct").row(0, named=True)
    assert (low["item"], low["channel"]) == ("feedback", "2.2.d")
    assert app.title[0].value == (
        "Toàn quốc yếu nhất ở “Tiếp nhận, xử lý phản ánh, kiến nghị” – Kênh hỗ trợ của BHXH Việt Nam: 83,41"
    )
    met = cells.filter(verdict_goal="met").height
    assert facts(app)["Ô chắc chắn đạt 90"][0] == f"{met} / {cells.height}" == "8 / 19"
    english = page("factors", lang="en")
    assert english.title[0].value == (
        "The country is weakest in “Handling of feedback” at “VSS support channels”: 83.41"
    )
    assert facts(english)["Lowest at a channel"] == (
        "83.41",
        "■ Handling of feedback · VSS support channels",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cell_is_the_oracle_s(page: Page, danang: Survey, lang: Language) -> None:
    app = page("factors", survey=SURVEY, province=PROVINCE, lang=lang)
    shown = tiles(app, "matrix")
    unasked = {"vi": "không hỏi", "en": "not asked"}[lang]
    last = {"vi": "đo gần nhất 2025", "en": "last in 2025"}[lang]
    asked = {
        ("access", "a"), ("access", "b"), ("procedures", "a"), ("procedures", "b"), ("staff", "a"),
        ("result", "a"), ("result", "b"), ("feedback", "a"), ("feedback", "b"), ("support", "b"),
    }  # fmt: skip
    for (family, channel), text in shown.items():
        group = channel.removeprefix("2.2.")
        if (family, group) in asked:
            index = figure(danang, channel, "family", family)["index_pct"]
            assert written(index, lang) in text
        elif group == "c" and family != "support":
            assert text.strip() == last, "asked of health facilities, and not in 2026"
        else:
            assert text.strip() == unasked
    assert {channel for _, channel in shown} == {"2.2.a", "2.2.b", "2.2.c"}, "support: nation only"
    assert {"vi": "Không lấy số của năm khác", "en": "Nothing is filled in"}[lang] in said(app)


def test_a_verdict_is_a_mark_as_well_as_a_colour(page: Page, sample_warehouse: Path) -> None:
    gaps = open_current(sample_warehouse).read(
        "target_gap",
        survey="vss-2025",
        geography="vn-34",
        geo_level="nation",
        item_level="family",
        channel=["2.2.a", "2.2.b", "2.2.c", "2.2.d"],
    )
    marks = {"met": "●", "undetermined": "◇", "not_met": "■"}
    shown = tiles(page("factors"), "matrix")
    for item, channel, verdict in gaps.select("item", "channel", "verdict_goal").iter_rows():
        assert shown[item, channel].startswith(marks[verdict])
    assert set(gaps["verdict_goal"]) == set(marks)


def test_a_group_shows_its_channels_and_a_family_its_ends(page: Page) -> None:
    app = page("factors", channel="2.2.a", family="feedback")
    assert {channel for _, channel in tiles(app, "matrix")} == {
        "one_stop",
        "development_agent",
        "payment_agent",
    }
    low, high = (
        "Tổ chức hỗ trợ phát triển đối tượng (87,83)",
        "Tổ chức hỗ trợ chi trả chế độ (89,39)",
    )
    assert app.title[0].value.endswith(f"thấp nhất ở {low}, cao nhất ở {high}")


def test_a_family_that_the_channel_is_not_asked(page: Page) -> None:
    app = page("factors", channel="one_stop", family="support")
    assert "không có câu trả lời nào về “Hỗ trợ, lưu trữ và bảo mật”" in said(app)
    assert rows(app, "channels").keys() == {"public_portal"}


def test_a_support_channel_has_no_province(page: Page) -> None:
    app = page("factors", province=PROVINCE, channel="support_zalo")
    assert app.title[0].value == "Kênh và yếu tố"
    assert "chỉ có số liệu toàn quốc" in said(app)


# --- channels -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_channels_are_compared_on_the_same_criteria_only(
    page: Page, danang: Survey, lang: Language
) -> None:
    app = page("factors", survey=SURVEY, province=PROVINCE, lang=lang)
    expected = {
        channel: written(figure(danang, channel, "overall", "overall")["index_pct"], lang)
        for channel in ("one_stop", "public_portal")
    }
    assert rows(app, "channels") == expected
    headings = notes(app, "channels")
    assert {"vi": "25 tiêu chí riêng", "en": "25 criteria of its own"}[lang] in headings
    assert {"vi": "26 tiêu chí riêng", "en": "26 criteria of its own"}[lang] in headings
    owner = {"vi": "Tổ chức hỗ trợ chi trả chế độ", "en": "Payment agents"}[lang]
    assert f"{owner} ({'đo gần nhất 2025' if lang == 'vi' else 'last in 2025'})" in said(app)


def test_channels_of_a_group_stand_below_one_heading(page: Page) -> None:
    app = page("factors", lang="en")
    headings = notes(app, "channels")
    assert "Direct services: the same 25 criteria" in headings
    assert "VSS support channels: the same 19 criteria" in headings
    assert "Payment agents is highest (92.78), Enrolment agents lowest (91.52)" in said(app)
    assert "their intervals lie apart" in said(app)
    overlap = said(page("factors", lang="en", province=PROVINCE))
    assert "their intervals overlap, which proves neither a difference nor none" in overlap


def test_the_table_of_channels_opens_below_its_chart(page: Page) -> None:
    app = page("factors")
    assert [table for table in app.dataframe if table.proto.alt == "So sánh các kênh"] == []
    unfolded(app, "channels_table")
    table = named(app, "channels.title")
    assert table.height == 10
    assert dict(table.select("label", "owner").iter_rows())["Bộ phận Tiếp nhận và Trả kết quả"] == (
        "BHXH tỉnh và BHXH cơ sở"
    )


# --- people -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("by", "values", "item", "level"),
    [
        ("sex", ("female", "male"), "overall", "overall"),
        ("age_group", ("18-30", "31-55", "over_55"), "2.2.a.5", "factor"),
        ("occupation", ("enterprise", "self_employed", "retired"), "2.2.a.2.6", "criterion"),
    ],
)
def test_an_item_among_people_is_the_oracle_s(
    page: Page, danang: Survey, by: str, values: tuple[str, ...], item: str, level: str, lang: str
) -> None:
    address = {"survey": SURVEY, "province": PROVINCE, "within": "one_stop", "by": by, "item": item}
    app = page("factors", lang=lang, **address)
    shown = rows(app, "people")
    everybody = figure(danang, "one_stop", level, item)["index_pct"]
    assert shown["all"] == written(everybody, lang)
    hidden = set(values) - shown.keys()
    assert len(hidden) < len(values)
    reason = {"vi": "ẩn: nhóm dưới 10 phiếu", "en": "hidden: fewer than 10 forms"}[lang]
    assert notes(app, "people").count(reason) >= len(hidden)
    for value in set(values) - hidden:
        index = figure(danang.only(**{by: [value]}), "one_stop", level, item)["index_pct"]
        assert shown[value] == written(index, lang)
        assert index != everybody
    assert {"vi": "Cùng tiêu chí, cùng kênh", "en": "The same criteria at the same channel"}[
        lang
    ] in said(app)


def test_people_of_several_channels_are_not_compared_like_for_like(page: Page) -> None:
    assert "gộp 10 kênh" in said(page("factors"))
    text = said(page("factors", province=PROVINCE, lang="en"))
    assert "pools 5 channels" in text
    assert "a difference here may come from the channels, not the people" in text


def test_a_group_of_few_people_is_named_and_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four retired people are too few, and the next smallest group would give them away."""
    groups = {"self_employed": 30, "enterprise": 20, "retired": 4}
    scores = {"self_employed": 5, "enterprise": 3, "retired": 1}
    people, first = [], 1
    for name, n in groups.items():
        people += forms(n, first, occupation=name, **{"2.2.a.1.1": scores[name]})
        first += n
    folder = write_delivery(tmp_path / "wave", people, manifest())
    load_deliveries([folder], tmp_path / "warehouse", read_catalogue())
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    address = {"within": "one_stop", "by": "occupation", "item": "2.2.a.1.1"}
    for lang, reason in (("vi", "ẩn: nhóm dưới 10 phiếu"), ("en", "hidden: fewer than 10 forms")):
        app = open_page("factors", lang=lang, **address)
        assert rows(app, "people").keys() == {"all", "self_employed"}
        assert notes(app, "people").count(reason) == 2
        unfolded(app, "people_table")
        ends = ("theo Nghề nghiệp", "by Occupation")
        (table,) = [pl.from_pandas(t.value) for t in app.dataframe if t.proto.alt.endswith(ends)]
        assert table["n_forms"].to_list() == [54, 30, None, None]
        assert table["index_pct"].null_count() == 2


# --- places, addresses, what is missing ---------------------------------------------------------


def test_places_over_the_same_channels(page: Page, sample_warehouse: Path) -> None:
    frame = open_current(sample_warehouse).read(
        "satisfaction_index", survey="vss-2025", geography="vn-34", item="staff"
    )
    regions = frame.filter(geo_level="region", channel="all")
    shown = rows(page("factors", family="staff", lang="en"), "places_region")
    assert len(shown) == 1 + regions.height == 7
    (nation,) = frame.filter(geo_level="nation", channel="local")["index_pct"]
    assert float(shown["vn"]) == pytest.approx(nation, abs=0.00501)
    for code, index in regions.select("geo_code", "index_pct").iter_rows():
        assert float(shown[code]) == pytest.approx(index, abs=0.00501)
    listed = list(rows(page("factors", region="DBSH", lang="en"), "places_province"))
    assert listed[:2] == ["vn", "DBSH"]
    assert len(listed) == 2 + 6
    assert list(rows(page("factors", level="province", lang="en"), "places_province"))[1] == "42"


def test_a_support_channel_is_not_listed_by_place(page: Page) -> None:
    app = page("factors", within="2.2.d", lang="en")
    assert "they have national figures only" in said(app)
    assert not [one for one in app.get("plotly_chart") if "places_" in one.proto.id]


def test_the_page_s_own_choices_stand_in_the_address(page: Page) -> None:
    app = page("factors", province=PROVINCE)
    app.selectbox(key="within").select("one_stop").run()
    app.selectbox(key="by").select("education").run()
    app.selectbox(key="item").select("2.2.a.3").run()
    assert dict(app.query_params) == {
        "survey": "vss-2025",
        "province": PROVINCE,
        "within": "one_stop",
        "by": "education",
        "item": "2.2.a.3",
    }
    again = page("factors", **dict(app.query_params))
    assert rows(again, "people") == rows(app, "people")


def test_a_family_narrows_what_can_be_compared(page: Page) -> None:
    app = page("factors", family="feedback")
    box = app.selectbox(key="item")
    assert box.value == "feedback"
    assert box.options[0] == "Tiếp nhận, xử lý phản ánh, kiến nghị (nhóm yếu tố)"
    assert all(re.match(r"2\.2\.[abcd]\.\d", option) for option in box.options[1:])


def test_what_a_survey_left_out_is_not_filled_in(page: Page) -> None:
    app = page("factors", survey=SURVEY, item="2.2.c.1.1")
    assert "Năm 2026 không đo nội dung này ở kênh đã chọn; lần gần nhất là năm 2025" in said(app)
    assert "survey=vss-2025" in links(app)["Năm 2025"]
    assert "item=2.2.c.1.1" in links(app)["Năm 2025"]
    assert not [one for one in app.get("plotly_chart") if one.proto.id.endswith("-people")]


# --- clicks -------------------------------------------------------------------------------------


def after(sample_warehouse: Path, script: Callable[[], None], **address: str) -> dict[str, Any]:
    """The address after a click was answered."""
    app = AppTest.from_function(script)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert [fault.message for fault in app.exception] == []
    return dict(app.query_params)


def test_a_cell_narrows_the_page_to_its_family(page: Page, sample_warehouse: Path) -> None:
    def clicked() -> None:
        from dashboard.address import current
        from dashboard.families import follow

        follow(current(), "feedback|2.2.d")

    def portal() -> None:
        from dashboard.address import current
        from dashboard.families import follow

        follow(current(), "feedback|2.2.b")

    address = after(sample_warehouse, clicked, item="overall", by="sex")
    assert address == {"survey": "vss-2025", "family": "feedback", "within": "2.2.d", "by": "sex"}
    shown = page("factors", **address)
    assert rows(shown, "people")["all"] == "83,41", "the cell that was clicked"
    assert after(sample_warehouse, portal)["within"] == "public_portal", (
        "its group is but that channel"
    )
    beside = after(sample_warehouse, clicked, channel="one_stop")
    assert beside["channel"] == "2.2.d", "a channel outside the chosen one takes its place"


def test_a_cell_of_the_profile_narrows_it_and_lets_go(page: Page, sample_warehouse: Path) -> None:
    def clicked() -> None:
        from dashboard.address import current
        from dashboard.ownership import follow

        follow(current(), "staff|one_stop")

    once = after(sample_warehouse, clicked, province=PROVINCE)
    assert (once["family"], once["channel"]) == ("staff", "one_stop")
    assert {"family", "channel"}.isdisjoint(after(sample_warehouse, clicked, **once))


def test_a_pick_is_answered_once_and_letting_go_of_it_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: dict[str, Any] = {}
    picked: list[str] = []
    state = {"chart": {"selection": {"points": [{"customdata": ["a|b"]}, {"x": 1}]}}}
    stub = SimpleNamespace(
        session_state=state, plotly_chart=lambda _, **options: drawn.update(options)
    )
    monkeypatch.setattr(picking, "st", stub)
    monkeypatch.setattr(picking, "file_stem", str)
    picking.draw_picking(None, "chart", "", picked.append)
    assert picked == []
    drawn["on_select"]()
    state["chart"]["selection"]["points"] = []
    drawn["on_select"]()
    assert picked == ["a|b"]
    state["chart"]["selection"]["points"] = [{"customdata": "c|d"}]
    picking.draw_picking(None, "chart", "", picked.append, {"a|b"})
    drawn["on_select"]()
    assert picked == ["a|b"], "a cell that is not asked leads nowhere"


# --- the profile --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_profile_by_channel_and_factor(page: Page, danang: Survey, lang: Language) -> None:
    app = page("profile", survey=SURVEY, province=PROVINCE, lang=lang)
    shown = tiles(app, "channels_here")
    measured = 0
    for channel in ("one_stop", "public_portal"):
        for item in ("2.1.a", "2.1.b", "2.1.c", "access", "procedures", "feedback"):
            level = "factor" if item.startswith("2") else "family"
            index = figure(danang, channel, level, item)["index_pct"]
            assert written(index, lang) in shown[item, channel]
            measured += 1
    assert measured == 12
    assert "2025" in shown["staff", "payment_agent"]
    assert shown["staff", "public_portal"].strip() in ("không hỏi", "not asked")
    owner = {
        "vi": "**BHXH tỉnh và BHXH cơ sở** (Bộ phận Tiếp nhận và Trả kết quả)",
        "en": "**Provincial and grassroots VSS offices** (One-stop desk)",
    }
    assert owner[lang] in said(app)
    low = min(
        row["index_pct"]
        for key, row in danang.view("satisfaction_index").items()
        if key[4] == PROVINCE
        and key[5] in ("one_stop", "public_portal")
        and (key[6] == "family" or key[7] in ("2.1.a", "2.1.b", "2.1.c"))
    )
    lowest = {"vi": "Thấp nhất: **", "en": "Lowest: **"}[lang]
    (sentence,) = [line for line in said(app).splitlines() if line.startswith(lowest)]
    assert written(low, lang) in sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_offices_of_a_province(page: Page, danang: Survey, lang: Language) -> None:
    app = page("profile", survey=SURVEY, province=PROVINCE, lang=lang)
    shown = rows(app, "offices")
    assert len(shown) == 8
    for office, index in shown.items():
        expected = figure(danang, "all", "overall", "overall", place=office)["index_pct"]
        assert index == written(expected, lang)
    assert {"vi": "cùng 25 tiêu chí", "en": "the same 25 criteria"}[lang] in said(app)


def test_offices_of_merged_provinces_are_not_compared(page: Page) -> None:
    app = page("profile", survey="vss-2024", province=PROVINCE, lang="en")
    assert "offices of the same name" in said(app)
    assert not [one for one in app.get("plotly_chart") if one.proto.id.endswith("-offices")]
    untouched = page("profile", survey="vss-2024", province="01")
    assert rows(untouched, "offices"), "Hà Nội was not merged"


def test_a_channel_without_offices_says_so(page: Page) -> None:
    app = page("profile", province=PROVINCE, channel="public_portal")
    assert "không ghi đơn vị" in said(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_people_of_a_province_expect(page: Page, danang: Survey, lang: Language) -> None:
    app = page("profile", survey=SURVEY, province=PROVINCE, lang=lang)
    marks = [one for one in chart(app, "wishes")["data"] if one["mode"] == "markers"]
    own = [text.rpartition(": ")[2] for text in marks[-1]["hovertext"]]
    expected = sorted(
        (
            row["index_pct"]
            for key, row in danang.view("expectation_index").items()
            if key[3:6] == ("province", PROVINCE, "all")
        ),
        reverse=True,
    )
    assert len(expected) == 12
    assert own == [written(index, lang) for index in expected]


def test_the_nation_s_support_channels_have_a_matrix_of_their_own(page: Page) -> None:
    app = page("profile", lang="en")
    assert {channel for _, channel in tiles(app, "channels_centre")} == {
        "support_hotline", "support_fanpage", "support_zalo", "support_email", "support_website",
    }  # fmt: skip
    assert ("procedures", "support_zalo") not in tiles(app, "channels_centre"), "asked at none"
    assert (
        "Lowest: **Handling of feedback** at **VSS website**, 79.37; owner: VSS headquarters."
        in said(app)
    )
    assert not [
        o
        for o in page("profile", province=PROVINCE).get("plotly_chart")
        if "channels_centre" in o.proto.id
    ]


# --- a survey of the user's own -----------------------------------------------------------------


def test_another_hierarchy_without_service_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Channels that belong to no group have criteria of their own; a family may be asked at one of them only."""
    overlay = write_settings(write_catalogue(tmp_path / "catalogue"), suppress_below_forms=0)
    wave = [
        {"form_id": f"C{n}", "channel": "counter", "Q1a": 4, "Q1b": 3, "R": 5, "province": "01"}
        for n in range(20)
    ]
    wave += [{"form_id": f"H{n}", "channel": "hotline", "Q2": 2, "R": 4} for n in range(20)]
    told = manifest("patients-2025", 2025, instrument="patients", geography="isles")
    folder = write_delivery(tmp_path / "isles", wave, told)
    load_deliveries([folder], tmp_path / "warehouse", read_catalogue(overlay))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("factors", survey="patients-2025", lang="en")
    # Comfort is Q1a 4/5, Q1b 3/4 and R 5/5 at the counter, R alone 4/5 at the hotline.
    shown = tiles(app, "matrix")
    assert "85.00" in shown["comfort", "counter"]
    assert "80.00" in shown["comfort", "hotline"]
    assert "Each with criteria of its own, not compared" in notes(app, "channels")
    assert "This survey did not record who answered" in said(app)
    profile = open_page("profile", survey="patients-2025", province="01", lang="en")
    assert "85.00" in tiles(profile, "channels_here")["comfort", "counter"]
