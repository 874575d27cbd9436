"""What the pages say of the sample: intervals, verdicts, ranks, differences, parts; held against other queries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from tests.pages import Page, chart, facts, named, open_page, said, shown, written
from warehouse import open_current

KEYS = {"survey": "vss-2025", "geography": "vn-34"}


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page over the three synthetic surveys."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def test_a_rank_stands_with_the_ranks_that_are_possible(page: Page, sample_warehouse: Path) -> None:
    """Ranks in brackets, intervals and verdicts as printed, against the differences of all pairs."""
    snapshot = open_current(sample_warehouse)
    pairs = snapshot.read("province_difference", **KEYS, is_distinct=True)
    ranking = snapshot.read("province_ranking", **KEYS).sort("rank")
    texts = written(page("ranking"))
    for row, text in zip(ranking.iter_rows(named=True), texts, strict=True):
        own = pairs.filter(province=row["province"])
        low = 1 + own.filter(pl.col("difference_pct") < 0).height
        high = 34 - own.filter(pl.col("difference_pct") > 0).height
        possible = f"{low}" if low == high else f"{low}–{high}"
        assert text[0] == f"{row['rank']} ({possible})"
        form = Format("vi")
        assert text[3] == f"{form.index(row['ci_low_pct'])}–{form.index(row['ci_high_pct'])}"
        goal = (
            "● đạt"
            if row["ci_low_pct"] >= 90
            else "■ chưa đạt"
            if row["ci_high_pct"] < 90
            else "◇ chưa rõ"
        )
        assert text[4] == goal
        assert text[6] == f"{form.change(row['change_pct'])} ({form.index(row['change_se_pct'])})"
    assert texts[20][0] == "21 (17–26)"


def test_the_bands_are_separated_in_table_and_chart(page: Page, sample_warehouse: Path) -> None:
    app = page("ranking")
    ranking = open_current(sample_warehouse).read("province_ranking", **KEYS)
    n_bands = ranking["band"].n_unique()
    assert n_bands > 2
    lines = [
        shape
        for shape in chart(app, "ranking_chart")["layout"]["shapes"]
        if shape["y0"] == shape["y1"]
    ]
    assert len(lines) == n_bands - 1
    styles = app.dataframe[0].proto.arrow_data.styler.styles
    shaded = ranking.filter(pl.col("band") % 2 == 0).height
    assert shaded
    assert "background-color" in styles


def test_like_for_like_stands_beside_the_change_where_they_differ(page: Page) -> None:
    assert "like_for_like_pct" not in shown(page("ranking")).columns
    table = shown(page("ranking", survey="vss-2026"))
    assert ((table["like_for_like_pct"] - table["change_pct"]).abs() > 0.1).any()


def test_the_funnel_plot_draws_what_chance_explains(page: Page, sample_warehouse: Path) -> None:
    """The limits, computed once more from the errors: wide for few forms, at the nation's local index."""
    figure = chart(page("ranking"), "funnel_plot")
    rows = open_current(sample_warehouse).read(
        "satisfaction_index", survey="vss-2025", geography="vn-34", item="overall", channel="local"
    )
    nation = rows.filter(geo_level="nation")["index_pct"][0]
    provinces = rows.filter(geo_level="province").sort("n_forms", "geo_code")
    n_forms = provinces["n_forms"].to_numpy()
    spread = np.median(provinces["se_pct"].to_numpy() * np.sqrt(n_forms))
    limits = [trace for trace in figure["data"] if trace["mode"] == "lines"][:4]
    for trace, z in zip(limits, (-3.0902, 3.0902, -1.95996, 1.95996), strict=True):
        assert trace["x"] == n_forms.tolist()
        expected = nation + z * spread / np.sqrt(n_forms)
        assert trace["y"] == pytest.approx(expected.tolist(), abs=1e-3)


def test_the_ranking_says_what_holds_at_once(page: Page) -> None:
    app = page("ranking")
    assert "Xét đồng thời mọi địa phương" in said(app)
    assert "trong 34 nơi" in said(app)
    assert "thứ tự ở đây không được kiểm định" in said(page("ranking", family="feedback"))


def test_a_profile_says_what_the_sample_can_tell(page: Page, sample_warehouse: Path) -> None:
    """Đà Nẵng: above its region, not told apart from the country; its rank with its set and band."""
    app = page("profile", province="48")
    rows = open_current(sample_warehouse).read(
        "place_comparison", survey="vss-2025", province="48", channel="local", item="overall"
    )
    form = Format("vi")
    region, nation = (
        rows.filter(reference_level=level).row(0, named=True) for level in ("region", "nation")
    )
    assert region["p_adjusted"] < 0.05 < nation["p_adjusted"]
    above = (
        f"▲ Cao hơn Duyên hải Nam Trung Bộ và Tây Nguyên **{form.index(region['difference_pct'])}**"
    )
    assert above in said(app)
    level = f"≈ Chưa phân biệt được với cả nước: **{form.change(nation['difference_pct'])}** điểm"
    assert level in said(app)
    assert f"p = {nation['p_adjusted']:.3f}".replace(".", ",") in said(app)
    assert facts(app)["Xếp hạng trong 34 địa phương"] == ("21 (17–26)", "nhóm 5")
    assert app.title[0].value.endswith("với cỡ mẫu này chưa rõ đã đạt mục tiêu 90 hay chưa")
    assert facts(app)["Tiêu chí chắc chắn đạt 90"][0] == "27 / 58"


def test_what_keeps_a_province_below_the_goal(page: Page, sample_warehouse: Path) -> None:
    """The heaviest rows, recomputed from the answers of each criterion at each channel."""
    app = page("profile", province="48")
    tables = [shown(app, n) for n in range(len(app.dataframe))]
    (lift,) = [table for table in tables if "contribution_pct" in table.columns]
    figures = (
        open_current(sample_warehouse)
        .read("satisfaction_index", survey="vss-2025", geography="vn-34", geo_code="48")
        .filter(item_level="criterion")
    )
    singles = ["one_stop", "development_agent", "payment_agent", "public_portal", "health_facility"]
    whole = figures.filter(channel="all").select("item", n_whole="n_answers")
    parts = figures.filter(pl.col("channel").is_in(singles)).join(whole, on="item")
    lost = (90 - parts["index_pct"]) * parts["n_answers"] / parts["n_whole"] / whole.height
    heaviest = sorted(lost, reverse=True)[:10]
    assert lift["contribution_pct"].to_list() == pytest.approx(heaviest)
    gap = 90 - np.mean(figures.filter(channel="all")["index_pct"].to_numpy())
    assert lift["share_pct"].to_list() == pytest.approx([part / gap * 100 for part in heaviest])
    for index, n, steps in lift.select("index_pct", "n_answers", "n_steps").iter_rows():
        points = round(index / 100 * 5 * n)
        assert (points + steps) / n >= 4.5 - 1e-9 > (points + steps - 1) / n


def test_better_peers_are_named_three_at_most(page: Page, sample_warehouse: Path) -> None:
    weakest = named(page("profile", province="48"), "profile.weakest")
    peers = open_current(sample_warehouse).read(
        "better_peer", survey="vss-2025", geography="vn-34", province="48"
    )
    counts = peers.group_by("item").len()
    for criterion, better in weakest.select("criterion", "peers").iter_rows():
        n = counts.filter(item=criterion.split()[0])["len"].sum()
        if n == 0:
            assert better is None
            continue
        names, _, more = better.partition(" (+")
        assert len(names.split(", ")) == min(n, 3)
        assert more == (f"{n - 3})" if n > 3 else "")


def test_a_change_is_split_into_its_parts(page: Page, sample_warehouse: Path) -> None:
    app = page("profile", province="01", survey="vss-2026")
    bars = chart(app, "change")["data"][0]
    assert bars["x"][0] == pytest.approx(sum(bars["x"][1:]))
    figures = open_current(sample_warehouse).read(
        "satisfaction_index", geography="vn-34", geo_code="01", channel="all", item="overall"
    )
    index = dict(figures.select("survey", "index_pct").iter_rows())
    assert bars["x"][0] == pytest.approx(index["vss-2026"] - index["vss-2025"])
    assert "Cả hai năm cùng đo 44 tiêu chí" in said(app)
    assert "Mẫu không đủ để khẳng định chỉ số công bố năm 2026 khác năm 2025" in said(app)
    assert "phạm vi" in facts(app)["Chỉ số hài lòng chung"][1]


def test_a_pace_is_told_only_where_both_years_measured_the_same(
    page: Page, sample_warehouse: Path
) -> None:
    figures = open_current(sample_warehouse).read(
        "satisfaction_index", geography="vn-34", geo_code="vn", channel="all", item="overall"
    )
    index = dict(figures.select("survey", "index_pct").iter_rows())
    pace, needed = index["vss-2025"] - index["vss-2024"], (90 - index["vss-2025"]) / 5
    form = Format("vi")
    text = said(page("profile"))
    assert f"Nhịp tăng giữa hai đợt: {form.change(pace)}" in text
    assert f"cần {form.index(needed)} điểm mỗi năm để đạt 90 vào năm 2030" in text
    assert "90 đạt vào năm 2026 (khoảng tin cậy 95 %: 2026)" in text
    assert "Nhịp tăng" not in said(page("profile", survey="vss-2026")), "other channels"


def test_an_older_survey_names_the_provinces_that_were_merged(page: Page) -> None:
    text = said(page("profile", survey="vss-2024", province="48"))
    assert "các tỉnh cũ gộp lại" in text
    assert "Quảng Nam **" in text
    assert "các tỉnh cũ" not in said(page("profile", province="48"))
    assert "các tỉnh cũ" not in said(page("profile", survey="vss-2024", province="01")), "unchanged"
