"""The fieldwork: its counts against a second way of counting, its days, and the page that shows them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboard.charts.pace import Goal, pace
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from dashboard.texts import texts_in
from dashboard.theme import FONT, LIGHT, Style
from ingest.load import load_deliveries
from tests.deliveries import Form, forms, manifest, nothing_hidden, write_delivery
from tests.pages import Page, chart, facts, links, named, open_page, said
from warehouse import Snapshot, open_current

START, END = date(2026, 8, 3), date(2026, 8, 12)
TOLD = manifest("vss-2026", 2026, fieldwork={"from": str(START), "to": str(END)})
COUNTS = ["planned", "reserve", "issued", "returned", "valid"]


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def rows_of(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the tables below the published views."""
    with duckdb.connect(str(open_current(warehouse).path), read_only=True) as con:
        return con.execute(sql).fetchall()


def loaded(folder: Path, rows: list[Form], issued: list[Form], told: Any = TOLD) -> Snapshot:
    delivery = write_delivery(folder / "delivery", rows, told, issued=issued)
    load_deliveries([delivery], folder / "warehouse", nothing_hidden())
    return open_current(folder / "warehouse")


def collected(*days: int, first: int = 1, **columns: Any) -> list[Form]:
    """One form for each day of the fieldwork, counted from 0."""
    return [
        {**form, "collected_on": START + timedelta(days=day)}
        for day, form in zip(days, forms(len(days), first, **columns), strict=True)
    ]


def planned(channel: str = "one_stop", province: str = "01", n: int = 2) -> list[Form]:
    """`n` forms planned, one in reserve and `n` issued on each of the ten days up to the fourth."""
    return [
        {
            "province": province,
            "channel": channel,
            "date": START + timedelta(days=day),
            "planned": n,
            "reserve": 1,
            "issued": n if day < 4 else 0,
        }
        for day in range(10)
    ]


def progress(snapshot: Snapshot, **where: Any) -> dict[str, Any]:
    where = {"geo_level": "nation", "channel": "all", "geography": "vn-34"} | where
    return snapshot.read("fieldwork_progress", **where).row(0, named=True)


# --- the counts ---------------------------------------------------------------------------------


def test_the_days_add_up_to_the_funnel(sample_warehouse: Path) -> None:
    snapshot = open_current(sample_warehouse)
    key = ["survey", "province", "channel"]
    days = snapshot.read("fieldwork_day").group_by(key).agg(pl.col(COUNTS).sum()).sort(key)
    funnel = snapshot.read("response_funnel").with_columns(pl.col(COUNTS).fill_null(0)).sort(key)
    assert days.equals(funnel.select(key + COUNTS))


def test_a_day_counts_what_was_collected_on_it(sample_warehouse: Path) -> None:
    wanted = Counter(
        rows_of(
            sample_warehouse,
            "SELECT survey, province, channel, coalesce(office, ''), collected_on FROM form",
        )
    )
    days = open_current(sample_warehouse).read("fieldwork_day").filter(pl.col("valid") > 0)
    counted = {
        row[:5]: row[5]
        for row in days.select("survey", "province", "channel", "office", "date", "valid").rows()
    }
    assert counted == wanted


def test_quarantined_forms_are_on_no_day_and_in_no_office(sample_warehouse: Path) -> None:
    days = open_current(sample_warehouse).read("fieldwork_day")
    unlike = days.filter(pl.col("returned") != pl.col("valid"))
    assert set(unlike["office"]) == {""}
    assert unlike["date"].null_count() == unlike.height
    ((n,),) = rows_of(sample_warehouse, "SELECT count(*) FROM quarantine")
    assert int((unlike["returned"] - unlike["valid"]).sum()) == n


def test_the_provinces_and_what_is_elsewhere_are_the_nation(sample_warehouse: Path) -> None:
    frame = open_current(sample_warehouse).read("fieldwork_progress", channel="all")
    parts = frame.filter(pl.col("geo_level").is_in(["province", "elsewhere"]))
    for survey in ("survey", "geography"):
        assert frame[survey].n_unique() > 1
    keys = ["survey", "geography"]
    counts = ["returned", "valid", "issued", "planned", "reserve"]
    summed = parts.group_by(keys).agg(pl.col(counts).sum()).sort(keys)
    whole = frame.filter(geo_level="nation").select(keys + counts).fill_null(0).sort(keys)
    assert summed.equals(whole)
    regions = frame.filter(geo_level="region").group_by(keys).agg(pl.col("valid").sum()).sort(keys)
    places = frame.filter(geo_level="province").group_by(keys).agg(pl.col("valid").sum())
    assert regions.equals(places.sort(keys))


def test_an_older_survey_is_carried_to_the_provinces_of_today(sample_warehouse: Path) -> None:
    snapshot = open_current(sample_warehouse)
    frame = snapshot.read(
        "fieldwork_progress", survey="vss-2024", geo_level="province", channel="all"
    )
    assert dict(frame.group_by("geography").len().iter_rows()) == {"vn-34": 34, "vn-63": 63}


# --- the days that are left ---------------------------------------------------------------------


def test_what_is_left_is_of_the_last_day_with_data(tmp_path: Path) -> None:
    rows = collected(0, 0, 1, 2, 3)
    shown = progress(loaded(tmp_path, rows, planned()))
    assert shown["as_of"] == date(2026, 8, 6)
    assert (shown["days_gone"], shown["days_left"]) == (4, 6)
    assert (shown["planned"], shown["planned_so_far"], shown["valid"]) == (20, 8, 5)
    assert (shown["behind"], shown["remaining"]) == (3, 15)
    assert (shown["issued"], shown["missing"]) == (8, 3)
    assert (shown["reserve"], shown["reserve_left"]) == (10, 10)
    assert (shown["pace_seen"], shown["pace_needed"]) == (5 / 4, 15 / 6)


def test_a_wrong_date_moves_no_day_and_loses_no_form(tmp_path: Path) -> None:
    rows = [*collected(0, 1, 2), *collected(300, -300, first=10), *forms(2, 20)]
    shown = progress(loaded(tmp_path, rows, planned()))
    assert shown["as_of"] == date(2026, 8, 6), "the last day on which forms were issued"
    assert (shown["valid"], shown["undated"]) == (7, 2)


def test_a_survey_is_finished_on_its_last_day(tmp_path: Path) -> None:
    shown = progress(loaded(tmp_path, collected(0, 5, 9), planned()))
    assert shown["days_left"] == 0
    assert shown["pace_needed"] is None
    assert shown["remaining"] == 17


def test_forms_issued_beyond_the_plan_come_from_the_reserve(tmp_path: Path) -> None:
    more = [row | {"issued": 6} if row["issued"] else row for row in planned()]
    shown = progress(loaded(tmp_path, collected(0), more))
    assert (shown["planned"], shown["issued"]) == (20, 24)
    assert shown["reserve_left"] == 6


def test_more_than_planned_leaves_nothing_to_do(tmp_path: Path) -> None:
    shown = progress(loaded(tmp_path, collected(*[0] * 25), planned()))
    assert (shown["remaining"], shown["pace_needed"]) == (0, 0)
    assert shown["behind"] == 8 - 25


def test_a_part_without_plan_leaves_the_whole_without_one(tmp_path: Path) -> None:
    """The plan of one channel must not be held against the forms of two."""
    portal = [
        {"2.2.b.1.1": 4} | {k: v for k, v in form.items() if k != "2.2.a.1.1"}
        for form in collected(0, 1, first=10, channel="public_portal")
    ]
    snapshot = loaded(tmp_path, [*collected(0, 1), *portal], planned())
    whole = progress(snapshot)
    unknown = ["planned", "remaining", "behind", "pace_needed", "issued", "missing"]
    assert [whole[name] for name in unknown] == [None] * len(unknown)
    assert whole["valid"] == 4
    assert progress(snapshot, channel="one_stop")["planned"] == 20
    assert progress(snapshot, channel="public_portal")["planned"] is None


def test_an_office_has_neither_plan_nor_issue_nor_quarantine(tmp_path: Path) -> None:
    rows = collected(0, 1, office="Cơ sở 1")
    shown = progress(loaded(tmp_path, rows, planned()), geo_level="office")
    assert shown["geo_code"] == "01/Cơ sở 1"
    assert shown["valid"] == 2
    assert [shown[name] for name in ("planned", "issued", "returned", "missing")] == [None] * 4


def test_a_total_without_days_is_counted_and_put_on_no_day(tmp_path: Path) -> None:
    total = [{"province": "01", "channel": "one_stop", "issued": 9}]
    snapshot = loaded(tmp_path, collected(0, 1), total)
    assert progress(snapshot)["issued"] == 9
    curve = snapshot.read("fieldwork_curve", geo_level="nation", channel="all")
    assert curve["issued"].to_list() == [None, None]
    assert curve["valid_so_far"].to_list() == [1, 2]


# --- the page -----------------------------------------------------------------------------------


def test_the_page_opens_on_the_latest_wave(page: Page, sample_warehouse: Path) -> None:
    app = page("fieldwork")
    valid, last = rows_of(
        sample_warehouse,
        "SELECT count(*), max(collected_on) FROM form WHERE survey = 'vss-2026'",
    )[0]
    plan, reserve, due = rows_of(
        sample_warehouse,
        "SELECT sum(planned), sum(reserve), sum(planned) FILTER (date <= DATE '2026-09-16')"
        " FROM issued WHERE survey = 'vss-2026'",
    )[0]
    assert last == date(2026, 9, 16)
    form, left = Format("vi"), (date(2026, 10, 30) - last).days
    needed = form.pace((plan - valid) / left)
    assert app.title[0].value == (
        f"Cả nước: đã thu {form.count(valid)}/{form.count(plan)} phiếu,"
        f" cần {needed} phiếu mỗi ngày đến 30/10/2026"
    )
    assert facts(app) == {
        "Phiếu hợp lệ": (form.count(valid), f"trong {form.count(plan)} phiếu kế hoạch"),
        "Còn phải thu": (
            form.count(plan - valid),
            f"chậm {form.count(due - valid)} so với kế hoạch",
        ),
        "Nhịp cần đạt": (needed, f"đến nay {form.pace(valid / 45)} mỗi ngày"),
        "Mẫu dự phòng": (form.count(reserve), f"trong {form.count(reserve)} mẫu dự phòng"),
    }
    assert "số liệu đến hết ngày 16/09/2026" in said(app)


def test_the_page_in_english(page: Page) -> None:
    app, vietnamese = page("fieldwork", lang="en"), page("fieldwork")
    assert app.title[0].value.startswith("Whole country: 33,386 of 75,167 forms are in")
    assert "as of 16 Sep 2026, the last day with data" in said(app)
    assert (
        named(app, "fieldwork.provinces")
        .drop("label")
        .equals(named(vietnamese, "fieldwork.provinces").drop("label"))
    )
    assert (
        named(app, "fieldwork.channels")
        .drop("label")
        .equals(named(vietnamese, "fieldwork.channels").drop("label"))
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_of_the_provinces(page: Page, sample_warehouse: Path, lang: str) -> None:
    local = "('one_stop', 'public_portal')"
    valid = dict(
        rows_of(
            sample_warehouse,
            "SELECT province, count(*) FROM form WHERE survey = 'vss-2026'"
            f" AND channel IN {local} GROUP BY 1",
        )
    )
    plan = dict(
        rows_of(
            sample_warehouse,
            "SELECT province, sum(planned) FROM issued WHERE survey = 'vss-2026'"
            f" AND channel IN {local} GROUP BY 1",
        )
    )
    labels = open_current(sample_warehouse).read(
        "place", ["geo_code", f"label_{lang}"], geography="vn-34", geo_level="province"
    )
    table = named(page("fieldwork", lang=lang), "fieldwork.provinces")
    assert table.height == 34
    assert table["behind"].is_sorted(descending=True)
    told = {row["label"]: row for row in table.iter_rows(named=True)}
    for code, label in labels.iter_rows():
        row = told[label]
        assert (row["valid"], row["planned"]) == (valid[code], plan[code])
        assert row["remaining"] == plan[code] - valid[code]
        assert row["pace_needed"] == pytest.approx((plan[code] - valid[code]) / 44)
        assert row["mark"] == ("■" if row["behind"] > 0 else "●")


def test_a_province_by_channel_and_office(page: Page, sample_warehouse: Path) -> None:
    app = page("fieldwork", province="48")
    offices = dict(
        rows_of(
            sample_warehouse,
            "SELECT office, count(*) FROM form WHERE survey = 'vss-2026' AND province = '48'"
            " AND office IS NOT NULL GROUP BY 1",
        )
    )
    table = named(app, "fieldwork.offices")
    assert dict(table.select("label", "valid").iter_rows()) == offices
    assert "planned" not in table.columns, "what is not known is no column"
    assert named(app, "fieldwork.channels").height == 2
    assert len(app.dataframe) == 2


def test_the_line_of_collected_forms_ends_where_the_data_end(page: Page) -> None:
    plan, done, way = chart(page("fieldwork"), "pace")["data"]
    assert (plan["x"][-1], plan["y"][-1]) == ("2026-10-30", 75167)
    assert (done["x"][-1], done["y"][-1]) == ("2026-09-16", 33386)
    assert way["x"] == ["2026-09-16", "2026-10-30"]
    assert way["y"] == [33386, 75167]


def test_a_finished_survey_says_so_and_leads_to_the_latest(page: Page) -> None:
    app = page("fieldwork", survey="vss-2025")
    assert "đã kết thúc ngày 31/10/2025 với 84.448 phiếu hợp lệ" in app.title[0].value
    assert "survey=vss-2026" in links(app)["→ Xem đợt khảo sát mới nhất, năm 2026"]
    assert facts(app)["Thu về"] == ("84.508", "trong 91.296 phiếu phát ra")
    assert len(chart(app, "pace")["data"][0]["x"]) == 0, "there is no plan to draw"


def test_a_finished_survey_in_english(page: Page) -> None:
    app = page("fieldwork", survey="vss-2025", lang="en")
    assert app.title[0].value.endswith(
        "the survey of 2025 ended on 31 Oct 2025 with 84,448 valid forms"
    )
    assert facts(app)["Returned"] == ("84,508", "of 91,296 issued")


def test_other_pages_open_on_the_survey_of_their_own(page: Page) -> None:
    """The default of the fieldwork must not follow the reader to the indices, nor theirs to it."""
    for name in ("fieldwork", "overview"):
        told = links(page(name))
        assert "survey" not in told["Tổng quan"]
        assert "survey" not in told["Tiến độ khảo sát"]
    told = links(page("overview", survey="vss-2024"))
    assert "survey=vss-2024" in told["Tiến độ khảo sát"]


def test_a_place_without_forms_or_plan_says_so(page: Page) -> None:
    app = page("fieldwork", province="48", channel="support_zalo")
    assert "không có phiếu nào và không có kế hoạch nào" in said(app)
    assert "chỉ có số liệu toàn quốc" in said(app)


def test_forms_without_days_and_without_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path, forms(5), [])
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("fieldwork")
    assert app.title[0].value == "Cả nước: đã thu 5 phiếu hợp lệ; chưa có kế hoạch để so sánh"
    assert "không ghi ngày thu" in said(app)
    assert not app.get("plotly_chart")


def test_paces_are_written_with_one_decimal() -> None:
    assert Format("vi").pace(949.55) == "949,6"
    assert Format("en").pace(1234.05) == "1,234.1"
    assert Format("vi").pace(None) == "–"


# --- the chart ----------------------------------------------------------------------------------

STYLE = Style(texts_in("vi"), Format("vi"), LIGHT)


def drawn(valid: list[int], plan: Sequence[int | None], goal: Goal | None) -> dict[str, Any]:
    n = len(plan)
    days = pl.DataFrame(
        {
            "date": [START + timedelta(days=day) for day in range(n)],
            "valid": [1] * n,
            "valid_so_far": valid + valid[-1:] * (n - len(valid)),
            "planned_so_far": list(plan),
        },
        schema_overrides={"planned_so_far": pl.Int64},
    )
    figure = pace(days, START + timedelta(days=len(valid) - 1), goal, STYLE)
    read: dict[str, Any] = json.loads(figure.to_json())
    return read


def test_the_chart_names_its_lines_clear_of_them() -> None:
    plan = [10 * day for day in range(1, 11)]
    goal = Goal(START + timedelta(days=9), 100, 15.5)
    behind = drawn([2, 4, 6], plan, goal)["layout"]["annotations"][1]
    assert (behind["xanchor"], behind["yanchor"]) == ("left", "top")
    ahead = drawn([20, 40, 60, 70, 80, 85], plan, goal)["layout"]["annotations"][1]
    assert (ahead["xanchor"], ahead["yanchor"]) == ("right", "bottom")
    late = drawn(list(range(1, 9)), plan, goal)["layout"]["annotations"][1]
    assert (late["xanchor"], late["x"]) == ("right", "2026-08-12"), "no room beside the line"
    assert "cần 15,5 phiếu/ngày" in late["text"]


def test_the_chart_without_a_plan_is_one_line() -> None:
    figure = drawn([1, 2, 3], [None, None, None], None)
    assert figure["layout"]["font"]["family"] == FONT
    assert [len(trace["x"]) for trace in figure["data"]] == [0, 3]
    assert len(figure["layout"]["annotations"]) == 1
    assert figure["layout"]["yaxis"]["range"][0] == 0
