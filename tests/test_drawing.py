"""What charts say to those who do not see them, and the way from a chart to a profile."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from dashboard.charts.readout import readout
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.menu import page_names
from tests.browsing import Visit, press
from tests.pages import Page, open_page

# Charts of whose figures their page has a table of its own, by the end of their keys.
TABLED = re.compile(
    r"ranking_chart|cells|offices|people|places_\w+|matrix|channels|channels_(?!glance)\w+|arrival|watch_chart"
    r"|agreement|options_\w+|respondents_\d|\w+_index|\w+_spread"
)


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


def test_what_a_point_says_is_a_row_of_the_table() -> None:
    told = ["<b>Huế</b>: 93,12 (92,50–93,70)<br>● đạt<br>58 tiêu chí", "81,40, công bố năm 2020"]
    limits = go.Scatter(x=[1, 2], y=[1, 2], hoverinfo="skip")
    points = go.Scatter(x=[1, 2], y=[1, 2], hovertext=told, hoverinfo="text")
    assert readout(go.Figure([limits, points])) == [
        ["Huế", "93,12 (92,50–93,70)", "● đạt", "58 tiêu chí"],
        ["81,40, công bố năm 2020"],
    ]


def test_a_bar_that_says_nothing_is_read_by_its_name_and_what_is_written_on_it() -> None:
    bars = go.Bar(x=[9, 8], y=[0, 1], text=["<b>91.296</b>", "<b>84.508</b>"], hoverinfo="skip")
    figure = go.Figure([bars])
    figure.update_yaxes(tickvals=[0, 1], ticktext=["Phát ra", "Thu về<br>đủ"])
    assert readout(figure) == [["Phát ra", "91.296"], ["Thu về đủ", "84.508"]]


def charts(app: AppTest) -> set[str]:
    """The ends of the keys of the charts that a page shows."""
    return {chart.proto.id.rpartition("-")[2] for chart in app.get("plotly_chart")}


@pytest.mark.parametrize(
    "name", ["overview", "ranking", "profile", "target", "factors", "needs", "fieldwork"]
)
def test_every_chart_has_its_table(page: Page, name: str) -> None:
    app = page(name, province="48")
    offered = {box.proto.id.rpartition("-read_")[2] for box in app.expander}
    drawn = charts(app)
    assert drawn
    assert {key for key in drawn - offered if not TABLED.fullmatch(key)} == set()
    assert {key for key in drawn & offered if TABLED.fullmatch(key)} == set(), "said twice"


@pytest.mark.parametrize("name", page_names())
def test_every_chart_says_only_what_plotly_knows(page: Page, name: str) -> None:
    for chart in page(name, province="48", lang="en").get("plotly_chart"):
        go.Figure(json.loads(chart.proto.spec))  # refuses the rest


@pytest.mark.browser
def test_a_chart_is_read_as_a_table(visit: Visit) -> None:
    page = visit.open("/?lang=en")
    page.locator(".st-key-read_families summary").press("Enter")
    table = page.get_by_role("table", name="Factor families against the target")
    expect(table.get_by_role("row")).to_have_count(6)
    procedures = table.get_by_role("row", name=re.compile("Procedures"))
    expect(procedures.get_by_role("rowheader")).to_have_text("Procedures")
    expect(procedures).to_contain_text("91.79")


@pytest.mark.browser
def test_back_from_a_profile_leads_to_the_chart_as_it_was(visit: Visit) -> None:
    page = visit.open("/ranking?channel=one_stop")
    points = page.locator(".st-key-ranking_chart .scatterlayer .point")
    for _ in range(2):
        press(page, points.nth(2), x=5, y=5)
        visit.titled(re.compile("Điện Biên đạt"))
        assert "province=11" in page.url
        page.go_back()
        visit.titled(re.compile("Hà Tĩnh dẫn đầu"))
        assert page.url == f"{visit.address}/ranking?channel=one_stop"
