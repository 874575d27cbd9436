"""The map in outlines of the user's own: what file is taken, what is refused and how, and what is drawn of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dashboard.boundaries import BOUNDARIES_VARIABLE, BoundariesError, outlines
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.theme import LIGHT
from ingest.cli import main
from tests.pages import Page, chart, links, open_page, said
from warehouse.catalogue import read_catalogue

VN34 = read_catalogue().geographies["vn-34"]
LABELS = [(province.province_code, province.label_vi) for province in VN34.provinces]
Feature = dict[str, Any]


def square(x: float, y: float, side: float = 0.5) -> list[list[list[float]]]:
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return [[[a, b] for a, b in corners]]


def feature(properties: dict[str, Any], *polygons: list[list[list[float]]]) -> Feature:
    one = len(polygons) == 1
    geometry = {
        "type": "Polygon" if one else "MultiPolygon",
        "coordinates": polygons[0] if one else list(polygons),
    }
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def country() -> list[Feature]:
    """A square a province, named by code and label."""
    return [
        feature({"code": code, "name_vi": label}, square(102.5 + n % 6, 8.5 + 2 * (n // 6)))
        for n, (code, label) in enumerate(LABELS)
    ]


def write(path: Path, features: list[Feature]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


# --- the file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "properties",
    [
        {"code": "79"},
        {"Ma_Tinh": 79, "area": 2095},
        {"NAME_1": "TP. Hồ Chí Minh", "id": 1},
        {"ten": "tphcm"},
        {"code": "VN-SG", "name": "Ho Chi Minh City"},
    ],
)
def test_a_province_is_known_by_code_or_by_any_spelling(
    tmp_path: Path, properties: dict[str, Any]
) -> None:
    features = [one for one in country() if one["properties"]["code"] != "79"]
    path = write(tmp_path / "a.geojson", [*features, feature(properties, square(106.5, 10.5))])
    found = outlines(path, "vn-34", LABELS)
    assert len(found) == 34
    assert found["79"][0][0] == (106.5, 10.5)


def test_parts_of_a_province_and_its_archipelago_belong_together(tmp_path: Path) -> None:
    islands = feature({"name": "Quần đảo Hoàng Sa"}, square(112, 16.5), square(111.5, 16, 0.001))
    path = write(tmp_path / "a.geojson", [*country(), islands])
    parts = [list(ring) for ring in outlines(path, "vn-34", LABELS)["48"]]
    assert [len(ring) for ring in parts] == [5, 5, 5]
    assert parts[1][0] == (112.0, 16.5)
    islet = parts[2]
    assert islet[0] == islet[-1], "too small to be drawn to scale, and drawn nevertheless"
    assert max(abs(x - 111.5) for x, _ in islet) < 0.05


def test_outlines_are_as_coarse_as_a_map_of_the_country(tmp_path: Path) -> None:
    features = country()
    fine = [[102.5 + n / 1000, 8.5] for n in range(1000)] + [[103.5, 9.5], [102.5, 8.5]]
    features[0]["geometry"]["coordinates"] = [fine]
    (ring,) = outlines(write(tmp_path / "a.geojson", features), "vn-34", LABELS)[LABELS[0][0]]
    assert 70 < len(ring) < 100
    assert ring[0] == ring[-1] == (102.5, 8.5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("[1]", "no list of features"),
        ('{"type": "FeatureCollection", "features": []}', "no list of features"),
        ('{"features": [{"geometry": {"type": "Point"}}]}', "feature 1 is no Polygon"),
        ('{"features": [{"geometry": {"type": "Polygon"}}]}', "feature 1 has coordinates"),
        (
            '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[588000, 2325000]]]}}]}',
            "coordinates that are no degrees",
        ),
    ],
)
def test_a_file_that_cannot_be_drawn_is_refused_in_one_sentence(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(text)
    with pytest.raises(BoundariesError) as fault:
        outlines(path, "vn-34", LABELS)
    message = str(fault.value)
    assert message.startswith(f"The boundaries in {path} cannot be drawn: ")
    assert why in message
    assert "give a GeoJSON FeatureCollection" in message
    assert "\n" not in message


def test_outlines_of_other_provinces_are_refused(tmp_path: Path) -> None:
    """Names of today stood for other areas before July 2025: a file of the 63 must not pass for the 34."""
    older = feature({"ten_tinh": "Quảng Nam"}, square(108, 15))
    with pytest.raises(BoundariesError, match="“Quảng Nam” in it: no province of vn-34"):
        outlines(write(tmp_path / "a.geojson", [*country(), older]), "vn-34", LABELS)
    with pytest.raises(BoundariesError, match="it lacks the provinces 01 of vn-34"):
        outlines(write(tmp_path / "b.geojson", country()[1:]), "vn-34", LABELS)


def test_a_file_that_is_mended_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text("{")
    with pytest.raises(BoundariesError):
        outlines(path, "vn-34", LABELS)
    assert len(outlines(write(path, country()), "vn-34", LABELS)) == 34


@pytest.mark.parametrize("named", ["there_is_none.geojson", "bad.geojson"])
def test_serving_a_bad_file_ends_at_once(tmp_path: Path, named: str) -> None:
    (tmp_path / "bad.geojson").write_text("nothing")
    told = CliRunner().invoke(main, ["serve", "--boundaries", str(tmp_path / named)])
    assert told.exit_code == 1
    assert f"The boundaries in {tmp_path / named} cannot be drawn" in told.output
    assert "serve without --boundaries" in told.output


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def page(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    path = write(tmp_path / "outlines.geojson", country())
    monkeypatch.setenv(BOUNDARIES_VARIABLE, str(path))
    return open_page


def test_the_map_may_be_drawn_in_outlines(page: Page) -> None:
    app = page("overview")
    assert "Hà Tĩnh **● 96,76**" in links(app), "tiles first"
    app.segmented_control(key="drawn").select("outlines").run()
    assert app.query_params["drawn"] == "outlines"
    assert "Hà Tĩnh **● 96,76**" not in links(app)
    figure = chart(app, "outlines")
    *polygons, marks = figure["data"]
    assert len(polygons) == len(marks["customdata"]) == 34
    assert all(trace["fill"] == "toself" for trace in polygons)
    assert "geo" not in figure["layout"]
    told = dict(zip(marks["customdata"], marks["hovertext"], strict=True))
    assert told["42"] == "Hà Tĩnh: 96,76<br>● đạt<br>58 tiêu chí"
    by_name = {trace["text"].partition(":")[0]: trace for trace in polygons}
    assert by_name["Hà Tĩnh"]["fillcolor"] == LIGHT.ramp[-1]
    assert by_name["Hà Tĩnh"]["line"]["color"] == LIGHT.met
    assert by_name["Hồ Chí Minh"]["fillcolor"] == LIGHT.ramp[0]
    notes = " ".join(note["text"] for note in figure["layout"]["annotations"])
    assert "Hoàng Sa" in notes
    assert "Trường Sa" in notes


def test_a_mark_stands_in_the_middle_of_the_largest_part(page: Page) -> None:
    figure = chart(page("overview", drawn="outlines", province="01"), "outlines")
    marks = figure["data"][-1]
    where = dict(zip(marks["customdata"], zip(marks["x"], marks["y"], strict=True), strict=True))
    assert where["01"] == pytest.approx((102.75, 8.75))
    framed = [trace["text"] for trace in figure["data"][:-1] if trace["line"]["color"] == LIGHT.ink]
    assert [text.partition(":")[0] for text in framed] == ["Hà Nội"]


def test_a_region_s_map_keeps_the_rest_of_the_country(page: Page) -> None:
    figure = chart(page("overview", drawn="outlines", region="DBSH"), "outlines")
    *polygons, marks = figure["data"]
    assert len(marks["customdata"]) == 6
    assert sum(trace["fillcolor"] == LIGHT.panel for trace in polygons) == 28


def test_a_file_of_other_provinces_is_named_on_the_page_and_the_tiles_stay(
    page: Page, tmp_path: Path
) -> None:
    path = write(tmp_path / "outlines.geojson", country()[1:])
    app = page("overview", drawn="outlines", lang="en")
    assert f"The boundaries in {path} cannot be drawn" in said(app)
    assert "Ha Tinh **● 96.76**" in links(app)


def test_without_a_file_there_is_no_choice(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BOUNDARIES_VARIABLE)
    app = page("overview", drawn="outlines")
    assert "drawn" not in [control.key for control in app.segmented_control]
    assert "Hà Tĩnh **● 96,76**" in links(app)
