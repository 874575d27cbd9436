"""The pages, run without a browser: their figures, their addresses, and what they say when one is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.funnel_plot import funnel_plot
from dashboard.charts.intervals import intervals
from dashboard.charts.rows import Target
from dashboard.charts.trend import trend
from dashboard.data import WAREHOUSE_VARIABLE, Source
from dashboard.format import Format
from dashboard.selection import Selection
from dashboard.texts import texts_in
from dashboard.theme import FONT, LIGHT, Style
from ingest.load import load_deliveries
from tests.deliveries import forms, manifest, write_delivery, write_settings
from tests.own_survey import write_catalogue
from tests.pages import (
    Page,
    chart,
    facts,
    links,
    named,
    open_page,
    points,
    said,
    shown,
    shown_facts,
    unfolded,
    written,
)
from warehouse import Snapshot, open_current
from warehouse.catalogue import read_catalogue


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page at an address: `page("ranking", region="DBSH", lang="en")`."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


# --- overview -----------------------------------------------------------------------------------


def test_the_overview_opens_on_the_published_figures(page: Page) -> None:
    app = page("overview")
    assert app.title[0].value == "Toàn quốc đạt 89,50; còn 0,50 điểm đến mục tiêu 90"
    assert facts(app) == {
        "Chỉ số hài lòng chung": ("89,50", "+2,03 điểm so với 2024"),
        "Còn đến mục tiêu 90": ("0,50", "Vượt mốc 85: 4,50 điểm"),
        "Địa phương chắc chắn đạt 85": ("33 / 34", "◇ 0 chưa rõ · ■ 1 chưa đạt"),
        "Tiêu chí × địa phương đạt 90": ("1.010", "◇ 372 chưa rõ · ■ 590 chưa đạt"),
    }
    assert shown_facts(app)[0].note == "Từ 89,42 đến 89,58"
    assert "Dữ liệu mô phỏng" in said(app)
    assert "84.448 phiếu hợp lệ" in said(app)
    assert "độ tin cậy 95 %" in said(app)


def test_the_overview_in_english(page: Page) -> None:
    app = page("overview", lang="en")
    assert (
        app.title[0].value == "The country stands at 89.50, 0.50 points short of the target of 90"
    )
    assert "84,448 valid forms" in said(app)
    assert shown_facts(app)[0].note == "89.42 to 89.58"
    assert facts(app)["Overall satisfaction index"] == ("89.50", "+2.03 points on 2024")
    assert "Synthetic data" in said(app)


def test_the_trend_marks_the_break(page: Page) -> None:
    figure = chart(page("overview"), "trend")
    line, surveys, published, ends = figure["data"]
    told = [re.sub(r" \(.*\)", "", text) for text in surveys["hovertext"]]
    assert told == [
        "2024: 87,47<br>70 tiêu chí",
        "2025: 89,50<br>70 tiêu chí",
        "2026: 89,52<br>56 tiêu chí",
    ]
    assert "(89,42–89,58)" in surveys["hovertext"][1]
    assert ends["x"] == [2024, 2024, None, 2025, 2025, None, 2026, 2026, None]
    assert ends["y"][3] < 89.5 < ends["y"][4]
    assert line["x"] == [2024, 2025, None, 2026], "2026 asked other channels: no line leads there"
    assert published["hovertext"] == ["81,4, công bố năm 2020"]
    notes = " ".join(note["text"] for note in figure["layout"]["annotations"])
    assert all(f"Mốc {milestone}" in notes for milestone in (80, 85, 90))
    assert "cách tính khác" in notes


def tiles(app: AppTest) -> list[str]:
    """The tiles of the map that have a figure, as they are written."""
    return [label for label in links(app) if re.search(r"\*\*[●◇■] ", label)]


def test_the_map_has_every_province_and_its_archipelagos(page: Page) -> None:
    app = page("overview", survey="vss-2025", channel="one_stop")
    assert len(tiles(app)) == 34
    label = next(label for label in tiles(app) if label.startswith("Hà Tĩnh"))
    assert links(app)[label] == "profile?survey=vss-2025&province=42&channel=one_stop"
    drawn = " ".join(html.proto.body for html in app.get("html"))
    assert "Hoàng Sa" in drawn
    assert "Trường Sa" in drawn


def test_a_tile_says_its_index_and_its_verdict(page: Page) -> None:
    app = page("overview")
    assert {"Hà Tĩnh **● 96,76**", "Đà Nẵng **◇ 89,68**", "Hồ Chí Minh **■ 84,05**"} <= set(
        links(app)
    )
    (drawn,) = [html.proto.body for html in app.get("html") if 'class="map"' in html.proto.body]
    assert drawn.count(f"inset 0 0 0 2px {LIGHT.met}") == 17, "edges of those surely at the goal"
    assert f"inset 0 0 0 2px {LIGHT.ink}" not in drawn
    chosen = page("overview", province="79")
    (style,) = [h.proto.body for h in chosen.get("html") if 'class="map"' in h.proto.body]
    assert style.count(f"inset 0 0 0 2px {LIGHT.ink}") == 1


def test_best_and_weakest(page: Page) -> None:
    drawn = points(chart(page("overview"), "extremes"), -1)
    named = [point.partition(" (")[0] for point in drawn]
    assert [label.partition(":")[0] for label in named[:5]] == [
        "Hà Tĩnh",
        "Quảng Ninh",
        "Điện Biên",
        "Hải Phòng",
        "Thanh Hóa",
    ]
    assert len(named) == 10
    assert named[0].endswith(": 96,76")
    assert named[-1].endswith(": 84,05")


def test_the_funnel_adds_up(page: Page) -> None:
    bars = chart(page("overview"), "funnel")["data"][0]
    issued, missing, returned, quarantined, valid = bars["x"]
    assert (issued, returned, quarantined, valid) == (91296, 84508, 60, 84448)
    assert issued == missing + returned
    assert returned == quarantined + valid


def test_an_unfinished_wave_is_not_compared_like_for_like(page: Page) -> None:
    app = page("overview", survey="vss-2026")
    (note,) = [box.value for box in app.info]
    assert "Năm 2026 không khảo sát các kênh mà năm 2025 có" in note
    assert "Cơ sở khám, chữa bệnh BHYT" in note
    assert "trên 56 tiêu chí, năm 2025 trên 70 tiêu chí" in note
    assert facts(app)["Chỉ số hài lòng chung"][1].endswith("khác phạm vi")


def test_a_group_asked_in_other_places_is_not_compared_like_for_like(page: Page) -> None:
    """In 2026 group a is one-stop only: 25 criteria as before, but no agents."""
    app = page("overview", survey="vss-2026", channel="2.2.a")
    (note,) = [box.value for box in app.info]
    assert "trên 25 tiêu chí, năm 2025 trên 25 tiêu chí" in note
    assert chart(app, "trend")["data"][0]["x"] == [2024, 2025, None, 2026]


def test_a_region_and_a_family(page: Page, sample_warehouse: Path) -> None:
    app = page("overview", region="DBSH", family="feedback")
    frame = open_current(sample_warehouse).read(
        "target_gap",
        survey="vss-2025",
        geography="vn-34",
        geo_code="DBSH",
        channel="all",
        item="feedback",
    )
    index = Format("vi").index(frame["index_pct"][0])
    assert facts(app)["Tiếp nhận, xử lý phản ánh, kiến nghị"][0] == index
    assert "Đồng bằng sông Hồng" in app.title[0].value
    assert facts(app)["Địa phương chắc chắn đạt 85"][0].endswith(" / 6")
    assert len(tiles(app)) == 6
    places = {"Hà Nội", "Hà Tĩnh", "Cà Mau"}
    assert places & set(links(app)) == places - {"Hà Nội"}, "the rest stays on the map"


def test_an_older_survey_is_shown_in_the_provinces_of_today(page: Page) -> None:
    app = page("overview", survey="vss-2024")
    assert app.title[0].value == "Toàn quốc đạt 87,47; còn 2,53 điểm đến mục tiêu 90"
    assert len(tiles(app)) == 34
    assert "Địa phương chắc chắn đạt 80" in facts(app), "the milestone in force was another"


# --- ranking ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        (
            "vi",
            "Hà Tĩnh dẫn đầu với 96,76, chưa phân biệt được với Quảng Ninh; Hồ Chí Minh thấp nhất, 84,05",
        ),
        (
            "en",
            "Ha Tinh leads with 96.76, not told apart from Quang Ninh; Ho Chi Minh is last with 84.05",
        ),
    ],
)
def test_the_ranking(page: Page, lang: str, title: str) -> None:
    app = page("ranking", lang=lang)
    assert app.title[0].value == title
    table = shown(app)
    assert list(table["place"]) == list(range(1, 35))
    assert (table["index_pct"] + table["gap_goal_pct"]).round(9).to_list() == [90.0] * 34
    assert table["index_pct"].is_sorted(descending=True)
    assert {"rank_common", "rank_groups", "change_pct", "n_forms"} <= set(table.columns)


def test_the_ranking_of_a_region_keeps_the_national_ranks(page: Page) -> None:
    ranks = [text[0].partition(" ")[0] for text in written(page("ranking", region="DBSH"))]
    assert ranks == ["2", "4", "10", "12", "16", "32"]


def test_a_channel_has_no_official_rank(page: Page) -> None:
    app = page("ranking", channel="public_portal")
    assert "place" not in shown(app).columns
    assert set(shown(app)["n_criteria"]) == {26}
    assert "chỉ số của các kênh khác nhau" in said(app)


# --- profile ------------------------------------------------------------------------------------


def test_a_profile_down_to_its_criteria(page: Page, sample_warehouse: Path) -> None:
    app = page("profile", province="48")
    frame = open_current(sample_warehouse).read(
        "satisfaction_index", survey="vss-2025", geography="vn-34", geo_code="48", channel="all"
    )
    index = Format("vi").index(frame.filter(item="overall")["index_pct"][0])
    assert app.title[0].value.startswith(f"Đà Nẵng đạt {index}")
    tree = named(unfolded(app, "tree"), "profile.tree")
    criteria = frame.filter(pl.col("item_level") == "criterion")
    assert tree["index_pct"][0] == frame.filter(item="overall")["index_pct"][0]
    assert sorted(tree["index_pct"][1:]) == sorted(
        frame.filter(~pl.col("item_level").is_in(["overall", "family"]))["index_pct"]
    )
    weakest = named(app, "profile.weakest")
    assert list(weakest["index_pct"]) == sorted(criteria["index_pct"])[:10]
    assert {"criterion", "index_pct", "ci_low_pct", "goal", "peers", "owner"} <= set(
        weakest.columns
    )
    assert "2.2.b.3.3" in weakest["criterion"][0]
    assert weakest["criterion"][0].endswith("†"), "asked only if the result was late"


def test_a_place_is_held_against_the_local_channels(page: Page, sample_warehouse: Path) -> None:
    app = page("profile", province="48")
    assert "Con số toàn quốc 89,50" in said(app)
    assert "không phải là trung bình của các tỉnh" in said(app)
    figures = open_current(sample_warehouse).read(
        "satisfaction_index", survey="vss-2025", geography="vn-34", item="overall"
    )
    wanted = [
        ("Duyên hải Nam Trung Bộ và Tây Nguyên", "DHNTBTN", "all"),
        ("Cả nước", "vn", "local"),
        ("Đà Nẵng", "48", "all"),
    ]
    drawn = [one for one in chart(app, "comparison")["data"] if one["mode"] == "markers"]
    for trace, (label, code, channel) in zip(drawn, wanted, strict=True):
        (index,) = figures.filter(geo_code=code, channel=channel)["index_pct"]
        point = f"{label}<br>Chỉ số hài lòng chung: {Format('vi').index(index)}"
        assert point in trace["hovertext"]


def test_without_a_province_the_profile_is_the_nation_s(page: Page) -> None:
    app = page("profile", lang="en")
    assert app.title[0].value.startswith("The country stands at 89.50")
    assert facts(app)["Criteria surely at 90"][0].endswith(" / 70")
    assert "Choose a province" in said(app)


def test_a_family_narrows_the_tree(page: Page) -> None:
    tree = named(
        unfolded(page("profile", province="48", family="feedback"), "tree"), "profile.tree"
    )
    assert tree["named"].str.contains("2.2.", literal=True).all()
    assert set(tree["level"]) == {"Yếu tố", "Tiêu chí"}


def test_what_an_index_of_90_means_is_said(page: Page) -> None:
    for name in ("overview", "ranking", "profile"):
        text = said(page(name))
        assert "không có nghĩa là 90 % người dân hài lòng" in text
        assert "Chúng chỉ nói về sai số chọn mẫu" in text, "what the intervals leave out"


# --- address and filters ------------------------------------------------------------------------


def test_a_filter_writes_the_address_and_names_the_survey(page: Page) -> None:
    app = page("overview")
    app.selectbox(key="region").select("DBSH").run()
    assert dict(app.query_params) == {"survey": "vss-2025", "region": "DBSH"}
    assert app.title[0].value.startswith("Đồng bằng sông Hồng")
    app.selectbox(key="province").select("01").run()
    app.selectbox(key="region").select("BTB").run()
    assert "province" not in app.query_params, "a new region lets go of the province"


def test_the_language_switch_keeps_everything_else(page: Page) -> None:
    app = page("profile", province="48", channel="public_portal")
    before = facts(app)
    app.segmented_control(key="lang").select("en").run()
    assert app.query_params["province"] == "48"
    assert app.query_params["channel"] == "public_portal"
    assert [value.replace(".", ",") for value, _ in facts(app).values()] == [
        value for value, _ in before.values()
    ]


def test_the_widgets_show_the_address(page: Page) -> None:
    app = page("overview", survey="vss-2024", region="DBSH", channel="2.2.b", family="staff")
    chosen = {name: app.selectbox(key=name).value for name in ("survey", "region", "channel")}
    assert chosen == {"survey": "vss-2024", "region": "DBSH", "channel": "2.2.b"}


def test_unknown_values_in_the_address_are_left_out_and_named(page: Page) -> None:
    app = page("overview", region="XX", family="nonsense", lang="fr")
    assert app.title[0].value.startswith("Toàn quốc đạt 89,50")
    assert "`XX`, `nonsense`" in said(app)


def test_a_province_wins_over_a_region_that_is_not_its_own(page: Page) -> None:
    app = page("profile", province="01", region="BTB")
    assert app.title[0].value.startswith("Hà Nội")
    assert app.selectbox(key="region").value == "DBSH"


def test_an_address_is_its_selection() -> None:
    selection = Selection(survey="vss-2025", province="01", channel="2.2.b", lang="en")
    assert Selection.from_address(selection.to_address()) == selection
    assert Selection().to_address() == {}


# --- what is missing ----------------------------------------------------------------------------


def test_an_empty_warehouse_says_how_to_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path))
    app = open_page("overview")
    assert app.title[0].value == "Chưa có số liệu"
    assert "hailong sample" in app.code[0].value
    assert f"hailong load samples/* --warehouse {tmp_path}" in app.code[0].value
    english = open_page("overview", lang="en")
    assert english.title[0].value == "Nothing is loaded yet"


def test_a_channel_that_was_not_asked_names_the_surveys_that_did(page: Page) -> None:
    app = page("profile", survey="vss-2026", province="01", channel="health_facility")
    assert "Năm 2026 không có câu trả lời nào của Hà Nội" in said(app)
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert "survey=vss-2025" in links["Năm 2025"]
    assert "survey=vss-2024" in links["Năm 2024"]


@pytest.mark.parametrize("name", ["overview", "ranking", "profile"])
def test_support_channels_have_no_places(page: Page, name: str) -> None:
    app = page(name, region="DBSH", channel="support_zalo")
    assert "Chưa đợt khảo sát nào" in said(app)
    assert "chỉ có số liệu toàn quốc" in said(app)


def test_a_survey_of_the_user_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another hierarchy, another country, no families, no tiles, one channel without service group."""
    overlay = write_settings(write_catalogue(tmp_path / "catalogue"), suppress_below_forms=0)
    rows = [
        {
            "form_id": f"C{n}",
            "channel": "counter",
            "Q1a": 4,
            "R": 5,
            "province": ["01", "02"][n % 2],
        }
        for n in range(20)
    ]
    told = manifest("patients-2025", 2025, instrument="patients", geography="isles")
    folders = [
        write_delivery(tmp_path / "isles", rows, told),
        write_delivery(tmp_path / "vss", forms(12), manifest("vss-2024", 2024)),
    ]
    load_deliveries(folders, tmp_path / "warehouse", read_catalogue(overlay))
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    for name in ("overview", "ranking", "profile"):
        app = open_page(name, survey="patients-2025")
        assert "90,00" in said(app)
    assert len(chart(open_page("overview", survey="patients-2025"), "trend")["data"][1]["x"]) == 1


# --- cache and charts ---------------------------------------------------------------------------


class Counted(Snapshot):
    """A snapshot that never was, and counts how often it is asked."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.asked = 0
        self.memo = {}

    def read(self, view: str, *_: object, **__: object) -> pl.DataFrame:
        self.asked += 1
        return pl.DataFrame({"snapshot": [self.id], "view": [view]})


def test_a_new_snapshot_is_never_served_from_the_old_one_s_cache() -> None:
    old, new = Counted("old"), Counted("new")
    for snapshot in (old, new, old, new):
        frame = Source(snapshot, "vi").read("milestone", year=2030)
        assert frame["snapshot"].to_list() == [snapshot.id]
    assert (old.asked, new.asked) == (1, 1)


STYLE = Style(texts_in("vi"), Format("vi"), LIGHT)
ROWS = pl.DataFrame(
    {
        "key": ["a", "b"],
        "label": ["Một", "Một tên dài hơn hai mươi hai chữ"],
        "index_pct": [91.0, 84.995],
        "ci_low_pct": [90.4, 83.9],
        "ci_high_pct": [91.5, 86.0],
        "n_criteria": [58, 57],
        "verdict_goal": ["met", "undetermined"],
        "n_forms": [900, 400],
        "reference_pct": [89.0, 89.0],
        "limit_low_pct": [88.0, 87.0],
        "limit_high_pct": [90.0, 91.0],
        "outer_low_pct": [87.0, 86.0],
        "outer_high_pct": [91.0, 92.0],
    }
)


def test_charts_name_the_font_and_fetch_no_map() -> None:
    surveys = pl.DataFrame(
        {
            "year": [2025],
            "index_pct": [89.5],
            "ci_low_pct": [89.4],
            "ci_high_pct": [89.6],
            "n_criteria": [70],
            "joined": [False],
        }
    )
    nothing = pl.DataFrame(
        schema={
            "year": pl.Int64,
            "value_pct": pl.Float64,
            "method": pl.String,
            "printed": pl.String,
        }
    )
    figures = [
        intervals(ROWS, [Target(90, "Mốc 90")], STYLE),
        funnel_plot(ROWS, STYLE),
        trend(surveys, nothing, nothing, STYLE),
    ]
    for figure in figures:
        drawn = json.loads(figure.to_json())
        assert drawn["layout"]["font"]["family"] == FONT
        assert {trace["type"] for trace in drawn["data"]} <= {"scatter", "bar"}
        assert "geo" not in drawn["layout"]


def test_an_interval_and_its_mark_say_the_verdict() -> None:
    figure = intervals(ROWS, [Target(85, "Mốc 85"), Target(90, "Mốc 90")], STYLE, chosen="b")
    drawn = json.loads(figure.to_json())
    met, untold, marks = drawn["data"]
    assert (met["x"], met["line"]["color"]) == ([90.4, 91.5, None], LIGHT.met)
    assert (untold["x"], untold["line"]["color"]) == ([83.9, 86.0, None], LIGHT.undetermined)
    assert marks["marker"]["symbol"] == ["circle", "diamond-open"]
    assert marks["marker"]["color"] == [LIGHT.met, LIGHT.undetermined]
    assert drawn["layout"]["yaxis2"]["ticktext"] == ["<b>91,00</b>", "<b>85,00</b>"]
    assert drawn["layout"]["yaxis"]["ticktext"][1].startswith("<b>Một tên dài")
    assert "<br>" in drawn["layout"]["yaxis"]["ticktext"][1]
    targets = [shape for shape in drawn["layout"]["shapes"] if shape["line"].get("dash") == "dot"]
    assert [shape["x0"] for shape in targets] == [85, 90]
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["Mốc 85", "Mốc 90"]


def test_the_funnel_plot_runs_from_few_forms_to_many() -> None:
    drawn = json.loads(funnel_plot(ROWS, STYLE, chosen="b").to_json())
    outer = drawn["data"][0]
    assert (outer["x"], outer["y"]) == ([400, 900], [86.0, 87.0])
    named = [note["text"] for note in drawn["layout"]["annotations"]]
    assert "Cả nước 89,00" in named
    assert "Một" in named
