"""The page of the goal: every cell, pace and what-if, held against the views and against plain arithmetic."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts.arrival import arrival
from dashboard.charts.grid import grid, sheet
from dashboard.charts.rows import Target
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from dashboard.texts import texts_in
from dashboard.theme import LIGHT, Style
from ingest.load import load_deliveries
from tests.deliveries import manifest, write_delivery, write_settings
from tests.own_survey import write_catalogue
from tests.pages import Page, chart, facts, open_page, said, shown_facts
from warehouse import Snapshot, open_current
from warehouse.catalogue import read_catalogue
from warehouse.supposition import Supposition

Z = 1.959963984540054
MARKS = {"circle": "met", "diamond-open": "undetermined", "square": "not_met"}
COUNTS = ["n_cells", "n_met", "n_undetermined", "n_not_met", "n_not_measured", "n_provinces_met"]


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


@pytest.fixture
def snapshot(sample_warehouse: Path) -> Snapshot:
    return open_current(sample_warehouse)


def target_cell(snapshot: Snapshot, year: int, **where: str) -> dict[str, int]:
    keys = {"survey": "vss-2025", "geography": "vn-34", "geo_level": "nation", "geo_code": "vn"}
    rows = snapshot.read("target_cell", COUNTS, target_year=year, **keys | where)
    return {name: int(count) for name, count in rows.row(0, named=True).items()}


def criteria_of(snapshot: Snapshot, **where: Any) -> pl.DataFrame:
    """Criterion rows of `satisfaction_index`, by default of every province in the survey of 2025."""
    keys: dict[str, Any] = {
        "survey": "vss-2025",
        "geography": "vn-34",
        "geo_level": "province",
        "channel": "all",
        "item_level": "criterion",
    }
    return snapshot.read("satisfaction_index", **keys | where)


def judged(low: float, high: float, target: float) -> str:
    return "met" if low >= target else "not_met" if high < target else "undetermined"


def wilson(share: float, n: float) -> tuple[float, float]:
    """The score interval of a share, as in Wilson's paper; not clamped as the formula in SQL is."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return middle - half, middle + half


# --- the cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        (
            "vi",
            "1.010 trong 1.972 ô tiêu chí × địa phương chắc chắn đạt 90; chưa địa phương nào đạt ở mọi tiêu chí",
        ),
        (
            "en",
            "1,010 of 1,972 cells of criterion × province are surely at 90; no province is at every criterion",
        ),
    ],
)
def test_the_finding_counts_the_cells(
    page: Page, snapshot: Snapshot, lang: str, title: str
) -> None:
    counted = target_cell(snapshot, 2030)
    assert (counted["n_met"], counted["n_cells"], counted["n_provinces_met"]) == (1010, 1972, 0)
    assert page("target", lang=lang).title[0].value == title


def test_the_facts(page: Page) -> None:
    assert facts(page("target")) == {
        "Tiêu chí × địa phương đạt 90": ("1.010", "◇ 372 chưa rõ · ■ 590 chưa đạt"),
        "Địa phương đạt 90 ở mọi tiêu chí": ("0 / 34", "gần nhất: Hà Tĩnh, 56 / 58 tiêu chí"),
        "Điểm cần tăng mỗi năm đến 2030": ("0,10", "đã tăng +2,03 (0,06) mỗi năm"),
        "Năm đạt 90 nếu giữ nhịp này": ("2026", "cả khoảng tin cậy nằm trong năm đó"),
    }
    assert facts(page("target", lang="en"))["Points needed a year until 2030"] == (
        "0.10",
        "+2.03 (0.06) a year so far",
    )


@pytest.mark.parametrize(
    ("address", "where", "year"),
    [
        ({}, {}, 2030),
        ({"target": "in_force"}, {}, 2025),
        ({"region": "DBSH"}, {"geo_level": "region", "geo_code": "DBSH"}, 2030),
        ({"province": "79"}, {"geo_level": "province", "geo_code": "79"}, 2030),
        ({"survey": "vss-2026"}, {"survey": "vss-2026"}, 2030),
        ({"survey": "vss-2024", "target": "in_force"}, {"survey": "vss-2024"}, 2021),
    ],
)
def test_the_cells_are_those_of_the_view(
    page: Page, snapshot: Snapshot, address: dict[str, str], where: dict[str, str], year: int
) -> None:
    """The page counts cell by cell; the view counts in SQL."""
    app, counted = page("target", lang="en", **address), target_cell(snapshot, year, **where)
    met, rest = shown_facts(app)[0].value, shown_facts(app)[0].line
    numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", rest)]
    expected = [counted["n_undetermined"], counted["n_not_met"], counted["n_not_measured"]]
    assert int(met.replace(",", "")) == counted["n_met"]
    assert numbers == [n for n in expected if n or n != counted["n_not_measured"]]
    shown = shown_facts(app)[0].note
    assert shown.startswith(f"of {counted['n_cells']:,}")
    if address.get("survey") == "vss-2024":
        assert f"{counted['n_provinces_met']} of 34 provinces" in app.title[0].value
        assert counted["n_provinces_met"] == 2


def test_every_cell_says_its_verdict_and_value(page: Page, snapshot: Snapshot) -> None:
    figure = chart(page("target", lang="en"), "cells")
    criteria = snapshot.read("item", instrument="vss-1111", item_level="criterion")
    labels = dict(criteria.select("item", "label_en").iter_rows())
    places = snapshot.read("place", geography="vn-34", geo_level="province")
    names = dict(places.select("geo_code", "label_en").iter_rows())
    form = Format("en")
    words = {"met": "● met", "undetermined": "◇ unclear", "not_met": "■ not met"}
    expected: Counter[tuple[str, str, str]] = Counter()
    for row in criteria_of(snapshot).iter_rows(named=True):
        verdict = judged(row["ci_low_pct"], row["ci_high_pct"], 90)
        interval = f"{form.index(row['ci_low_pct'])}–{form.index(row['ci_high_pct'])}"
        head = f"<b>{names[row['geo_code']]}</b><br>{row['item']} {labels[row['item']]}<br>"
        hover = f"{head}{form.index(row['index_pct'])} ({interval})<br>{words[verdict]}"
        expected[(verdict, row["geo_code"], hover)] += 1
    drawn = Counter(
        (MARKS[trace["marker"]["symbol"]], key, text)
        for trace in figure["data"]
        for key, text in zip(trace["customdata"], trace["hovertext"], strict=True)
    )
    assert sum(expected.values()) == 1972
    assert drawn == expected


def test_what_was_not_measured_names_the_year_when_it_last_was(
    page: Page, snapshot: Snapshot
) -> None:
    """2026 asks at no health facility: its 14 criteria were last measured in 2025, and are not filled in."""
    figure = chart(page("target", survey="vss-2026", lang="en"), "cells")
    missing = figure["data"][-1]
    assert missing["marker"]["symbol"] == "square"
    assert missing["marker"]["color"] == LIGHT.panel
    assert Counter(missing["text"]) == {"’25": 14 * 34}
    assert all("not measured in 2026; last in 2025" in text for text in missing["hovertext"])
    measured = criteria_of(snapshot, survey="vss-2026")
    assert sum(len(trace["customdata"]) for trace in figure["data"][:-1]) == measured.height
    assert not any("2.2.c" in text for trace in figure["data"][:-1] for text in trace["hovertext"])


def test_what_never_was_measured_is_a_dash(page: Page) -> None:
    """No survey before that of 2024: what it left out at a channel was never measured."""
    placed = sheet(
        pl.DataFrame(
            {
                "item": ["a", "b"],
                "label": ["A", "B"],
                "factor": ["f", "f"],
                "factor_label": ["F", "F"],
                "block": ["g", "g"],
                "block_label": ["G", "G"],
                "is_defined": [True, False],
            }
        ),
        pl.DataFrame({"key": ["01"], "label": ["Hà Nội"], "region_code": ["X"]}),
        ({"a": 0}, {"01": 0}),
        headings=True,
        by_region=False,
    )
    cells = pl.DataFrame(
        {
            "item": ["a"],
            "key": ["01"],
            "index_pct": [None],
            "ci_low_pct": [None],
            "ci_high_pct": [None],
            "verdict": [None],
            "measured_year": [None],
            "is_hidden": [False],
        },
        schema_overrides={"verdict": pl.String, "measured_year": pl.Int64},
    )
    drawn = grid(cells, placed, 2025, Style(texts_in("vi"), Format("vi"), LIGHT))
    assert list(drawn.data[0].text) == ["–"]
    assert drawn.data[0].hovertext[0].endswith("không đo được năm 2025; chưa từng đo")
    assert [line.kind for line in placed.lines] == ["block", "factor", "criterion", "absent"]
    assert [note.y for note in drawn.layout.annotations] == [placed.lines[-1].y]


def lines_of(app: AppTest) -> list[str]:
    """The names at the left of the grid, in their order."""
    (html,) = [e.proto.body for e in app.get("html") if 'class="grid-lines"' in e.proto.body]
    return re.findall(r'<div class="grid-(?:criterion|absent)"[^>]* title="(\S+) ', html)


def provinces_of(app: AppTest) -> list[str]:
    """The names on top of the grid, in their order."""
    (html,) = [e.proto.body for e in app.get("html") if 'class="grid-names' in e.proto.body]
    return re.findall(r"<a [^>]*>([^<]*)</a>", html)


def test_the_lines_follow_the_instrument_and_say_what_is_not_asked(
    page: Page, snapshot: Snapshot
) -> None:
    items = snapshot.read("item", instrument="vss-1111", item_level="criterion").sort("sort")
    asked = [item for item in items["item"] if not item.startswith("2.2.d")]
    app = page("target")
    assert lines_of(app) == [*asked, "2.2.d"]
    (note,) = chart(app, "cells")["layout"]["annotations"]
    assert note["text"] == "<i>không hỏi ở phạm vi này</i>"
    narrow = lines_of(page("target", channel="one_stop", family="feedback"))
    assert narrow == ["2.2.a.5.1", "2.2.a.5.2", "2.2.a.5.3", "2.2.b", "2.2.c", "2.2.d"]


def test_the_weakest_criteria_first(page: Page, snapshot: Snapshot) -> None:
    rows = criteria_of(snapshot).select("item", "ci_high_pct")
    missed = Counter(item for item, high in rows.iter_rows() if high < 90)
    shown = lines_of(page("target", lines="weakest"))[:-1]
    assert [missed[item] for item in shown] == sorted(
        (missed[item] for item in shown), reverse=True
    )
    assert len(shown) == 58


def test_provinces_by_index_and_by_region(page: Page, snapshot: Snapshot) -> None:
    ranked = snapshot.read("province_ranking", survey="vss-2025", geography="vn-34")
    places = snapshot.read("place", geography="vn-34", geo_level="province")
    names = dict(places.select("geo_code", "label_vi").iter_rows())
    regions = dict(places.select("label_vi", "region_code").iter_rows())
    by_rank = [names[code] for code in ranked.sort("rank", "province")["province"]]
    assert provinces_of(page("target")) == by_rank
    by_region = provinces_of(page("target", columns="region"))
    blocks = [regions[name] for name in by_region]
    assert len({*blocks}) == 1 + sum(a != b for a, b in pairwise(blocks))
    chosen = page("target", province="79")
    assert provinces_of(chosen) == ["Hồ Chí Minh", *(n for n in by_rank if n != "Hồ Chí Minh")]
    frames = [s for s in chart(chosen, "cells")["layout"]["shapes"] if s.get("x0") == 0]
    assert any(shape["line"]["width"] for shape in frames), "the column of the province is framed"


def test_a_name_leads_to_the_profile_with_everything_chosen(page: Page) -> None:
    app = page("target", family="staff", channel="one_stop", lang="en")
    (html,) = [e.proto.body for e in app.get("html") if 'class="grid-names' in e.proto.body]
    assert (
        'href="profile?survey=vss-2025&amp;province=42&amp;channel=one_stop&amp;family=staff&amp;lang=en"'
        in html
    )


@pytest.mark.parametrize("survey", ["vss-2025", "vss-2026"])
def test_the_table_says_the_same_as_the_grid(page: Page, snapshot: Snapshot, survey: str) -> None:
    table = pl.from_pandas(page("target", survey=survey, shape="table").dataframe[0].value)
    codes = [name for name in table.columns if name != "criterion"]
    marks = {"met": "●", "undetermined": "◇", "not_met": "■"}
    rows = criteria_of(snapshot, survey=survey)
    expected = {
        (row["item"], row["geo_code"]): marks[judged(row["ci_low_pct"], row["ci_high_pct"], 90)]
        + " "
        + Format("vi").index(row["index_pct"])
        for row in rows.iter_rows(named=True)
    }
    shown = {
        (criterion.partition(" ")[0], code): text
        for criterion, *cells in table.select("criterion", *codes).iter_rows()
        for code, text in zip(codes, cells, strict=True)
    }
    assert len(shown) == 1972
    assert {key: text for key, text in shown.items() if key in expected} == expected
    assert {shown[key] for key in shown.keys() - expected.keys()} <= {"không đo được (’25)"}


def test_a_channel_without_places_has_no_cells(page: Page) -> None:
    app = page("target", channel="support_hotline", lang="en")
    assert "there are no cells of criterion × province" in said(app)
    assert app.title[0].value.startswith("Support hotline: The country stands at")
    assert not [e for e in app.get("html") if 'class="grid-names' in e.proto.body]


def test_a_choice_that_is_not_offered_is_left_out(page: Page) -> None:
    app = page("target", target="95", lines="x", way="y", amount="3", lift="2.2.z")
    assert app.title[0].value == page("target").title[0].value
    assert "+0,29" in said(app)


def test_the_finding_of_a_province_leaves_no_criterion_out(page: Page) -> None:
    title = page("target", survey="vss-2026", province="79", lang="en").title[0].value
    assert title == (
        "Ho Chi Minh: 6 of 58 criteria are surely at 90, 29 are not, 9 cannot be told, 14 not measured"
    )
    assert sum(map(int, re.findall(r"\b(6|29|9|14)\b", title))) == 58


@pytest.mark.parametrize(("province", "said_of_it"), [("25", "◇ unclear"), ("42", "reached")])
def test_an_index_at_the_goal_has_arrived_only_where_the_sample_tells(
    page: Page, province: str, said_of_it: str
) -> None:
    """Phu Tho stands at 90.27, within its error; Ha Tinh at 96.76."""
    fact = facts(page("target", province=province, lang="en"))["Year of reaching 90 at this pace"]
    assert fact == (said_of_it, "Overall satisfaction index is at 90 or above")


# --- the pace -----------------------------------------------------------------------------------


def paces_of(app: AppTest) -> pl.DataFrame:
    called = {texts_in(lang)("target.pace_table") for lang in ("vi", "en")}
    (found,) = [table for table in app.dataframe if table.proto.alt in called]
    return pl.from_pandas(found.value)


def test_the_pace_of_every_province(page: Page, snapshot: Snapshot) -> None:
    app = page("target", lang="en")
    shown = {row["label"]: row for row in paces_of(app).iter_rows(named=True)}
    places = snapshot.read("place", geography="vn-34", geo_level="province")
    now, before = (
        snapshot.read(
            "satisfaction_index",
            survey=survey,
            geography="vn-34",
            geo_level="province",
            channel="all",
            item="overall",
        )
        for survey in ("vss-2025", "vss-2024")
    )
    earlier = dict(before.select("geo_code", "index_pct").iter_rows())
    names = dict(places.select("geo_code", "label_en").iter_rows())
    assert len(shown) == 34
    for code, index in now.select("geo_code", "index_pct").iter_rows():
        row = shown[names[code]]
        assert row["pace_needed_pct"] == pytest.approx(max(90 - index, 0) / 5)
        assert row["pace_pct"] == pytest.approx(index - earlier[code])
        # Where the sample cannot tell a rise, there is no year.
        if index < 90 and row["years"] != "not surely upward":
            year = 2025 + math.ceil((90 - index) / (index - earlier[code]))
            assert row["years"].startswith(str(year))
    met = Counter(
        code
        for code, low in criteria_of(snapshot).select("geo_code", "ci_low_pct").iter_rows()
        if low >= 90
    )
    assert {name: row["n_met"] for name, row in shown.items()} == {
        names[code]: met[code] for code in names
    }


def test_the_years_of_arrival_are_drawn_with_their_range(page: Page, snapshot: Snapshot) -> None:
    figure = chart(page("target", lang="en"), "arrival")
    (points,) = [trace for trace in figure["data"] if trace.get("customdata")]
    rows = snapshot.read(
        "pace",
        survey="vss-2025",
        geography="vn-34",
        geo_level="province",
        channel="all",
        item="overall",
    )
    expected = dict(rows.select("geo_code", "reached_year").iter_rows())
    assert dict(zip(points["customdata"], points["x"], strict=True)) == expected
    told = dict(zip(points["customdata"], points["hovertext"], strict=True))
    symbols = dict(zip(points["customdata"], points["marker"]["symbol"], strict=True))
    ranged = rows.filter(pl.col("reached_year_high") > pl.col("reached_year"))
    assert ranged.height > 0
    for row in ranged.iter_rows(named=True):
        year, low, high = (int(row[f"reached_year{end}"]) for end in ("", "_low", "_high"))
        years = f"{year} ({low}–{high})"
        assert told[row["geo_code"]].endswith(years)
        if row["reached_year_high"] > 2030 >= row["reached_year"]:
            assert symbols[row["geo_code"]] == "diamond-open", "its range reaches beyond 2030"
    assert symbols["25"] == "diamond-open", "Phu Tho stands at 90.27, within its error"


def test_a_late_year_and_none() -> None:
    rows = pl.DataFrame(
        {
            "key": ["a", "b", "c"],
            "label": ["A", "B", "C"],
            "pace_pct": [0.4, 0.1, None],
            "reached_year": [2036, None, None],
            "reached_year_low": [2032, None, None],
            "reached_year_high": [2055, None, None],
            "in_time": ["not_met", None, None],
            "arrived": [False, False, False],
        }
    )
    style = Style(texts_in("en"), Format("en"), LIGHT)
    drawn = arrival(rows, Target(2030, "2030"), 2025, style)
    assert list(drawn.layout.yaxis2.ticktext) == ["<b>2036</b>", "<b>unclear</b>", "<b>–</b>"]
    assert drawn.layout.xaxis.range[1] == pytest.approx(2038.5), "the axis does not run to 2055"


@pytest.mark.parametrize(
    ("survey", "why"),
    [
        ("vss-2024", "This is the first survey"),
        ("vss-2026", "2026 did not measure the same criteria and channels as 2025"),
    ],
)
def test_no_pace_without_two_comparable_years(page: Page, survey: str, why: str) -> None:
    app = page("target", survey=survey, lang="en")
    assert why in said(app)
    assert paces_of(app)["pace_pct"].null_count() == 34
    assert facts(app)["Year of reaching 90 at this pace"] == ("–", "no two comparable years")
    assert not [c for c in app.get("plotly_chart") if c.proto.id.endswith("-arrival")]


def test_one_channel_may_be_comparable_where_the_whole_is_not(page: Page) -> None:
    app = page("target", survey="vss-2026", channel="one_stop")
    assert paces_of(app)["pace_pct"].null_count() == 0


# --- what if ------------------------------------------------------------------------------------


def lifted_of(app: AppTest) -> dict[str, dict[str, Any]]:
    called = {texts_in(lang)("target.lifted") for lang in ("vi", "en")}
    (found,) = [table for table in app.dataframe if table.proto.alt in called]
    return {row["named"]: row for row in pl.from_pandas(found.value).iter_rows(named=True)}


def higher(row: dict[str, Any], points: float, people: float) -> float:
    """The index of a criterion of five points with `people` of a hundred one step higher, and `points` more."""
    counts: list[int] = [row[f"n{level}"] for level in range(1, 6)]
    n = sum(counts)
    index = sum(level * k for level, k in zip(range(1, 6), counts, strict=True)) / (5 * n) * 100
    movers = min(people / 100 * n, n - counts[-1])
    return min(100.0, index + movers / n / 5 * 100 + points)


def mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known)


def family_of(snapshot: Snapshot, family: str) -> set[str]:
    rows = snapshot.read("item", instrument="vss-1111", item_level="criterion", family=family)
    return set(rows["item"])


@pytest.mark.parametrize(
    ("address", "points", "people"),
    [
        ({"lift": "feedback", "amount": "5"}, 5, 0),
        ({"lift": "feedback", "way": "people", "amount": "50"}, 0, 50),
        ({"lift": "feedback", "amount": "10", "province": "42"}, 10, 0),
        ({"lift": "feedback", "way": "people", "amount": "20", "region": "DBSH"}, 0, 20),
    ],
)
def test_a_lift_by_plain_arithmetic(
    page: Page, snapshot: Snapshot, address: dict[str, str], points: float, people: float
) -> None:
    place = {"geo_level": "nation", "geo_code": "vn"}
    for level in ("region", "province"):
        if level in address:
            place = {"geo_level": level, "geo_code": address[level]}
    raised = family_of(snapshot, "feedback")
    rows = list(criteria_of(snapshot, **place).iter_rows(named=True))
    then = {
        row["item"]: higher(row, points, people) if row["item"] in raised else row["index_pct"]
        for row in rows
    }
    app = page("target", lang="en", **address)
    shown = lifted_of(app)["Overall satisfaction index"]
    now = mean(row["index_pct"] for row in rows)
    assert shown["index_pct"] == pytest.approx(now)
    assert shown["lifted_pct"] == pytest.approx(mean(then.values()))
    assert shown["change_pct"] == pytest.approx(mean(then.values()) - now)
    delivery = lifted_of(app)["2.2 Service delivery"]["lifted_pct"]
    assert delivery == pytest.approx(mean(v for item, v in then.items() if item[:3] == "2.2"))
    family = lifted_of(app)["Family: Handling of feedback"]
    assert family["lifted_pct"] == pytest.approx(mean(then[item] for item in raised & then.keys()))
    assert max(then.values()) <= 100
    assert "2.1 Policy implementation" not in lifted_of(app), "what does not rise is not listed"
    form = Format("en")
    assert f"**{form.index(now)}** to **{form.index(mean(then.values()))}**" in said(app)


@pytest.mark.parametrize(("points", "people"), [(5.0, 0.0), (0.0, 20.0)])
def test_the_cells_after_a_lift(snapshot: Snapshot, points: float, people: float) -> None:
    """Verdicts after the lift: the score interval at the effective sample that the measured interval rests on."""
    supposed = Supposition(
        "vss-2025", "vn-34", "nation", "vn", "all", "2.2.b.5", points, people, 90.0
    )
    told = snapshot.what_if(supposed)["what_if_cell"]
    verdicts: list[str] = []
    for row in criteria_of(snapshot).iter_rows(named=True):
        if not row["item"].startswith("2.2.b.5."):
            verdicts.append(judged(row["ci_low_pct"], row["ci_high_pct"], 90))
            continue
        now, then = ((value - 20) / 80 for value in (row["index_pct"], higher(row, points, people)))
        effective = now * (1 - now) / (row["se_pct"] / 80) ** 2
        low, high = wilson(then, effective)
        verdicts.append(judged(20 + 80 * low, 20 + 80 * high, 90))
    counted = Counter(verdicts)
    assert told["is_lifted"].to_list() == [False, True]
    assert told.row(0, named=True)["n_met"] == 1010
    after = told.row(1, named=True)
    assert {name: after[f"n_{name}"] for name in MARKS.values()} == dict(counted)
    assert after["n_met"] > 1010
    assert after["n_cells"] == 1972
    assert after["n_not_measured"] == 0


def test_the_cells_now_and_then_are_drawn(page: Page, snapshot: Snapshot) -> None:
    app = page("target", survey="vss-2026", lift="2.2.a.5", amount="10", lang="en")
    bars = chart(app, "lifted_cells")["data"]
    now, then = (list(column) for column in zip(*(bar["x"] for bar in bars), strict=True))
    counted = target_cell(snapshot, 2030, survey="vss-2026")
    assert now == [
        counted[name] for name in ("n_met", "n_undetermined", "n_not_met", "n_not_measured")
    ]
    assert sum(then) == sum(now)
    assert then[0] > now[0]
    assert then[-1] == now[-1], "a lift measures nothing"
    assert f"from **{now[0]}** to **{then[0]}** of 1,972" in said(app)


def test_a_lift_of_nothing_changes_nothing(snapshot: Snapshot) -> None:
    supposed = Supposition("vss-2025", "vn-34", "region", "DBSH", "local", "staff", 0, 0, 85.0)
    told = snapshot.what_if(supposed)
    indices = told["what_if_index"]
    assert indices["lifted_pct"].to_list() == indices["index_pct"].to_list()
    now, then = told["what_if_cell"].drop("is_lifted").iter_rows()
    assert now == then


def test_a_lift_says_that_it_is_no_forecast(page: Page) -> None:
    assert "không phải dự báo" in said(page("target"))
    assert "no forecast" in said(page("target", lang="en"))


# --- other surveys ------------------------------------------------------------------------------


def test_a_survey_of_the_user_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scales of four and five points, no factors, one province without a form."""
    overlay = write_settings(write_catalogue(tmp_path / "catalogue"), suppress_below_forms=0)
    rows = [
        {
            "form_id": f"C{n}",
            "channel": "counter",
            "province": "01",
            "Q1a": 4,
            "Q1b": 1 + n % 4,
            "R": 5,
        }
        for n in range(20)
    ]
    told = manifest("patients-2025", 2025, instrument="patients", geography="isles")
    load_deliveries(
        [write_delivery(tmp_path / "isles", rows, told)],
        tmp_path / "warehouse",
        read_catalogue(overlay),
    )
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("target", survey="patients-2025", lang="en", way="people", amount="50")
    assert "No form yet: Pearl Sand." in said(app)
    assert lines_of(app) == ["Q1a", "Q1b", "Q2", "R"]
    shown = lifted_of(app)["Family: Comfort"]
    # Q1b: four points in equal shares, a quarter on the top: half of the people move up a quarter of the scale.
    assert shown["index_pct"] == pytest.approx(mean([80, 62.5, 100]))
    assert shown["lifted_pct"] == pytest.approx(mean([90, 75, 100]))
