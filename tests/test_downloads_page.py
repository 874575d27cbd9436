"""The page of downloads: what is taken away is what the view holds, cell by cell, in every format and by every code."""

from __future__ import annotations

import csv
import io
import re
import shlex
import struct
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal
from streamlit.testing.v1 import AppTest

from dashboard import downloads
from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from dashboard.tables import Column, as_file
from tests.browsing import Visit
from tests.command import in_process
from tests.pages import Page, named, open_page, said
from warehouse import Snapshot, open_current, snippets
from warehouse.export import Form
from warehouse.extraction import Extraction

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")
# A slice of every kind of column: counts, indices, differences below zero, empty cells, texts, days, lists, flags.
SLICES = [
    Extraction(
        "satisfaction_index",
        {"survey": ["vss-2025"], "geography": ["vn-34"], "geo_code": ["79", "79/Trung tâm"]},
    ),
    Extraction("target_gap", {"geo_level": ["nation"], "item": ["overall"]}),
    Extraction("index_change", {"geo_level": ["nation"], "item": ["overall"]}),
    Extraction("item", {}, ("item", "label_vi", "asked_of", "scale_points", "conditional")),
    Extraction("survey", {}),
    Extraction("province_ranking", {"survey": ["vss-2025"]}, ("province", "rank", "index_pct")),
    Extraction("respondent_profile", {"geo_level": ["nation"], "characteristic": ["age_group"]}),
    Extraction("place", {"successor_code": [None, "01"], "geography": ["vn-63"]}),
]


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


@pytest.fixture(scope="module")
def snapshot(sample_warehouse: Path) -> Snapshot:
    return open_current(sample_warehouse)


def expected(snapshot: Snapshot, extraction: Extraction) -> pl.DataFrame:
    where: dict[str, Any] = {name: list(values) for name, values in extraction.where.items()}
    return snapshot.read(extraction.view, extraction.columns, **where)


def codes(app: AppTest) -> list[str]:
    """What the tabs of code say: SQL, duckdb, polars, R, hailong."""
    return [block.value for block in app.code]


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("extraction", SLICES, ids=lambda e: e.view)
@pytest.mark.parametrize("decimal", ["point", "comma"])
def test_csv_is_the_view(snapshot: Snapshot, extraction: Extraction, decimal: Any) -> None:
    content = downloads.made(snapshot, extraction, "csv", decimal)
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    rows = list(csv.DictReader(text, delimiter=";" if decimal == "comma" else ","))
    frame = expected(snapshot, extraction)
    assert frame.height == len(rows) > 0
    for row, true in zip(rows, frame.iter_rows(named=True), strict=True):
        assert row.keys() == true.keys()
        for name, value in true.items():
            if isinstance(value, float):
                assert ("." in row[name]) == (decimal == "point")
                assert float(row[name].replace(",", ".")) == value
            elif isinstance(value, list):
                assert row[name] == f"[{', '.join(value)}]"
            elif isinstance(value, bool):
                assert row[name] == str(value).lower()
            else:
                assert row[name] == ("" if value is None else str(value))


@pytest.mark.parametrize("extraction", SLICES, ids=lambda e: e.view)
def test_parquet_is_the_view(snapshot: Snapshot, extraction: Extraction) -> None:
    table = pq.read_table(io.BytesIO(downloads.made(snapshot, extraction, "parquet", "point")))
    assert table.to_pylist() == expected(snapshot, extraction).to_dicts()


@pytest.mark.parametrize("extraction", SLICES, ids=lambda e: e.view)
def test_a_workbook_is_the_view(snapshot: Snapshot, extraction: Extraction) -> None:
    content = downloads.made(snapshot, extraction, "xlsx", "point")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["data"]
    frame = expected(snapshot, extraction)
    header, *rows = list(sheet.iter_rows())
    assert [cell.value for cell in header] == frame.columns
    assert len(rows) == frame.height
    kinds = {bool: "b", str: "s", int: "n", float: "n"}
    for row, true in zip(rows, frame.iter_rows(), strict=True):
        for cell, value in zip(row, true, strict=True):
            if isinstance(value, float):
                assert cell.value == pytest.approx(value, rel=1e-15, abs=0)
            elif isinstance(value, list):
                assert cell.value == f"[{', '.join(value)}]"
            elif value is None:
                assert cell.value is None
            elif type(value) in kinds:
                assert (cell.value, cell.data_type) == (value, kinds[type(value)])
            else:
                assert isinstance(cell.value, datetime)
                assert (cell.value.date(), cell.number_format) == (value, "dd/mm/yyyy")


def test_there_is_a_difference_below_zero(snapshot: Snapshot) -> None:
    frame = next(expected(snapshot, one) for one in SLICES if one.view == "index_change")
    assert frame.select(pl.min_horizontal("mix_pct", "scope_pct", "real_pct").min()).item() < 0


# --- code ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("extraction", SLICES, ids=lambda e: e.view)
def test_the_snippets_give_the_table(
    snapshot: Snapshot, extraction: Extraction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run as a reader would: in the folder of the snapshot's file, copied from the page."""
    monkeypatch.chdir(snapshot.path.parent)
    true = expected(snapshot, extraction)
    polars: dict[str, Any] = {}
    exec(snippets.polars_snippet(snapshot, extraction), polars)
    assert_frame_equal(polars["table"], true)
    pandas: dict[str, Any] = {}
    exec(snippets.duckdb_snippet(snapshot, extraction), pandas)
    assert list(pandas["table"].columns) == true.columns
    assert len(pandas["table"]) == true.height
    r = snippets.r_snippet(snapshot, extraction)
    statement = snippets.sql(snapshot, extraction)
    assert f'dbGetQuery(snapshot, r"---(\n{statement}\n)---")' in r
    assert r.count("(") == r.count(")")
    assert r.startswith("library(DBI)\n")
    assert r.endswith("dbDisconnect(snapshot, shutdown = TRUE)\n")
    # The values of the statement, read by another hand than the one that wrote them.
    assert_frame_equal(pl.from_arrow(_run(snapshot, statement)), true)  # type: ignore[arg-type]


def _run(snapshot: Snapshot, statement: str) -> Any:
    import duckdb

    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        return con.sql(statement).to_arrow_table()


def test_a_value_cannot_leave_its_quotes(snapshot: Snapshot) -> None:
    awkward = 'x\') OR 1=1 --""" \\ \n)---"'
    extraction = Extraction(
        "satisfaction_index", {"geo_code": [awkward, "vn"], "item": ["overall"]}
    )
    true = expected(snapshot, extraction)
    assert true.height > 0
    assert _run(snapshot, snippets.sql(snapshot, extraction)).num_rows == true.height
    assert shlex.split(snippets.command(snapshot, extraction, "f.csv"))[4] == f"geo_code={awkward}"


def test_the_command_writes_the_same_file(page: Page, snapshot: Snapshot, tmp_path: Path) -> None:
    app = page(
        "downloads", geo_level="province", decimal="comma", columns="geo_code,index_pct,se_pct"
    )
    hailong, *words = shlex.split(codes(app)[4])
    assert hailong == "hailong"
    words[words.index("--out") + 1] = str(tmp_path / "f.csv")
    outcome = in_process(*words)
    assert outcome.exit_code == 0, outcome.output
    extraction = Extraction(
        "satisfaction_index",
        {"survey": ["vss-2025"], "geo_level": ["province"], "channel": ["all"]},
        ("geo_code", "index_pct", "se_pct"),
    )
    content = downloads.made(snapshot, extraction, "csv", "comma")
    assert (tmp_path / "f.csv").read_bytes() == content
    assert content.count(b"\r\n") + content.count(b"\n") > 1000


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("vi", "Xếp hạng các tỉnh: 34 dòng, 26 cột để tải về"),
        ("en", "Province ranking: 34 rows of 26 columns to take away"),
    ],
)
def test_a_table_and_its_rows(page: Page, snapshot: Snapshot, lang: str, title: str) -> None:
    app = page("downloads", view="province_ranking", survey="vss-2025", lang=lang)
    true = snapshot.read("province_ranking", survey="vss-2025")
    n_columns = len(true.columns)
    assert app.title[0].value == title.replace("26", str(n_columns))
    shown = named(app, "downloads.preview")
    assert shown["province"].to_list() == true["province"].to_list()[: downloads.PREVIEW_ROWS]
    assert shown["index_pct"].to_list() == true["index_pct"].to_list()[: downloads.PREVIEW_ROWS]
    assert f"province_ranking_vss-2025_{snapshot.id}.csv" in said(app)


def test_the_filters_of_the_sidebar_narrow_it(page: Page, snapshot: Snapshot) -> None:
    app = page(
        "downloads", survey="vss-2025", province="01", channel="one_stop", family="staff",
        geo_level="province",
    )  # fmt: skip
    rows = named(app, "downloads.preview")
    true = snapshot.read(
        "satisfaction_index", survey="vss-2025", geography="vn-34", geo_level="province",
        geo_code="01", channel="one_stop",
    )  # fmt: skip
    family = dict(snapshot.read("item", ["item", "family"], instrument="vss-1111").iter_rows())
    kept = [item for item in true["item"] if item == "staff" or family.get(item) == "staff"]
    assert rows["item"].to_list() == kept
    assert len(kept) > 3
    name = f"satisfaction_index_vss-2025_province_01_one_stop_staff_{snapshot.id}.csv"
    assert name in said(app)


def test_a_region_takes_its_provinces(page: Page, snapshot: Snapshot) -> None:
    app = page("downloads", view="response_funnel", survey="vss-2025", region="DBSH")
    places = snapshot.read("place", geography="vn-34", geo_level="province", region_code="DBSH")
    found = snapshot.read("response_funnel", survey="vss-2025")
    inside = found.filter(pl.col("province").is_in(places["geo_code"].implode()))
    assert f": {inside.height} dòng" in app.title[0].value
    assert 0 < inside.height < found.height


def test_a_province_of_today_takes_what_it_was_made_of(page: Page, snapshot: Snapshot) -> None:
    """The funnel of 2024 is in the 63 provinces of its time."""
    places = snapshot.read("place", geography="vn-63", geo_level="province", successor_code="79")
    app = page("downloads", view="response_funnel", survey="vss-2024", province="79")
    made_of = ", ".join(f"'{code}'" for code in sorted(places["geo_code"]))
    assert f"province IN ({made_of})" in codes(app)[0]
    found = snapshot.read("response_funnel", survey="vss-2024", province=list(places["geo_code"]))
    assert f": {found.height} dòng" in app.title[0].value
    assert (places.height, found["province"].n_unique()) == (3, 3)


def test_a_filter_can_be_left_out_and_what_cannot_be_followed_is_named(page: Page) -> None:
    app = page("downloads", view="milestone", province="01", lang="en")
    assert app.title[0].value.startswith("Milestone: 3 rows")
    assert "no figures, for: Region and province" in said(app)
    narrow = page("downloads", view="province_ranking", survey="vss-2025", province="01", lang="en")
    wide = page(
        "downloads", view="province_ranking", survey="vss-2025", province="01", follow="*",
        geography="*", lang="en",
    )  # fmt: skip
    assert narrow.title[0].value.startswith("Province ranking: 1 rows")
    assert wide.title[0].value.startswith("Province ranking: 165 rows")


def test_earlier_surveys_come_in_the_provinces_of_today(page: Page, snapshot: Snapshot) -> None:
    app = page("downloads", view="province_ranking", survey="vss-2024")
    assert set(named(app, "downloads.preview")["geography"]) == {"vn-34"}
    app = page("downloads", view="province_ranking", survey="vss-2024", geography="vn-63")
    assert set(named(app, "downloads.preview")["geography"]) == {"vn-63"}


def test_every_channel_can_be_taken(page: Page) -> None:
    app = page("downloads", follow="survey", channels="one_stop,health_facility")
    assert "channel IN ('health_facility', 'one_stop')" in codes(app)[0]


def test_nothing_found_says_so(page: Page) -> None:
    app = page("downloads", view="predecessor", survey="vss-2026")
    assert "Không có dòng nào" in said(app)


def test_lists_of_single_forms_are_not_offered(page: Page, snapshot: Snapshot) -> None:
    app = page("downloads", view="quarantined_form")
    assert app.selectbox(key="view").value == "satisfaction_index"
    offered = set(app.selectbox(key="view").options)
    held = ("quarantined_form", "failed_row", "credibility_form")
    assert not [label for label in offered if label.rpartition(" ")[2] in held]
    assert len(offered) > 30


def test_every_view_opens(page: Page, snapshot: Snapshot) -> None:
    app = page("downloads")
    for label in list(app.selectbox(key="view").options):
        view = label.rpartition(" ")[2]
        app.query_params["view"] = view
        app.run()
        assert not app.exception, view
        assert app.selectbox(key="view").value == view


@pytest.mark.parametrize("form", ["xlsx", "csv", "parquet"])
def test_a_long_file_is_made_before_it_is_offered(
    page: Page, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    monkeypatch.setitem(downloads.LONG, form, 30)
    app = page("downloads", view="province_ranking", survey="vss-2025", format=form, lang="en")
    assert not [one for one in app.get("download_button") if "report" not in one.proto.id]
    app.button(key="prepare").click().run()
    assert not app.exception
    (bar,) = app.get("progress")
    assert bar.proto.value == 100
    assert bar.proto.text == "34 of 34 rows written"
    (button,) = (one for one in app.get("download_button") if "report" not in one.proto.id)
    assert button.proto.label == "Take the file"


# --- beside each table and chart ----------------------------------------------------------------


def test_a_table_of_a_page_as_a_file() -> None:
    """Numbers keep every digit; a text of several figures is as on the page; nothing in it can run."""
    frame = pl.DataFrame(
        {
            "place": [1, 2],
            "rank": ["1 (1–2)", "2 (1–3)"],
            "label": ["Đà Nẵng", "=cmd|'/c calc'!A1"],
            "index_pct": [89.49999999999999, None],
            "change": ["+2,03 (0,06)", "−0,10 (0,06)"],
        }
    )
    columns = [
        Column("place", "Hạng", written="rank"),
        Column("label", "Tỉnh"),
        Column("index_pct", "Chỉ số", write=Format("vi").index),
        Column("change", "So với 2024"),
    ]
    content = as_file(frame, columns)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Hạng", "Tỉnh", "Chỉ số", "So với 2024"],
        ["1 (1–2)", "Đà Nẵng", "89.49999999999999", "2,03 (0,06)"],
        ["2 (1–3)", "'=cmd|'/c calc'!A1", "", "−0,10 (0,06)"],
    ]


@pytest.mark.browser
def test_a_table_is_taken_away(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("/ranking?survey=vss-2025&region=DBSH")
    with page.expect_download() as taken:
        page.locator(".st-key-take_ranking button").click()
    name = taken.value.suggested_filename
    assert re.fullmatch(r"ranking_vss-2025_DBSH_[0-9a-f]{12}\.csv", name)
    taken.value.save_as(tmp_path / name)
    heads, *rows = csv.reader((tmp_path / name).open(encoding="utf-8-sig", newline=""))
    assert heads[:3] == ["Hạng", "Tỉnh, thành phố", "Chỉ số"]
    assert {"Hà Nội", "Quảng Ninh"} <= {row[1] for row in rows}


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_chart_is_taken_away_as_a_picture(visit: Visit, tmp_path: Path, lang: str) -> None:
    """The file says what is inside and of which snapshot; so does the picture, which calls made data so."""
    page = visit.open(f"/ranking?survey=vss-2025&region=DBSH&lang={lang}")
    chart = page.locator(".st-key-funnel_plot")
    chart.hover()
    taken, name = {}, ""
    for form in ("PNG", "SVG"):
        called = {"vi": "Tải biểu đồ", "en": "Take the chart"}[lang]
        with page.expect_download() as download:
            chart.get_by_role("button", name=f"{called} ({form})", exact=True).click()
        name = download.value.suggested_filename
        assert re.fullmatch(rf"funnel_plot_vss-2025_DBSH_[0-9a-f]{{12}}\.{form.lower()}", name)
        download.value.save_as(tmp_path / name)
        taken[form] = (tmp_path / name).read_bytes()
    snapshot = re.sub(r".*_|\..*", "", name)
    drawn = ET.fromstring(taken["SVG"])
    said = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    below = " ".join(text for text in said[1:] if text)
    if lang == "vi":
        assert {"Quảng Ninh", "Hải Phòng"} <= set(said)
        assert said[0] == "Chỉ số theo số phiếu"
        words = "Dữ liệu mô phỏng · Khảo sát năm 2025 · Đồng bằng sông Hồng · Bản số liệu"
    else:
        assert {"Quang Ninh", "Hai Phong"} <= set(said)
        words = "Synthetic data · Survey of 2025 · Red River Delta · Snapshot"
    assert f"{words} {snapshot} · Hài Lòng" in below
    assert b"data:font/woff2;base64," in taken["SVG"], "our type is inside"
    assert taken["PNG"].startswith(b"\x89PNG")
    width, height = struct.unpack(">II", taken["PNG"][16:24])
    assert (width, height) == tuple(
        int(float(drawn.attrib[side]) * 3) for side in ("width", "height")
    )


@pytest.mark.browser
def test_a_click_takes_the_file(visit: Visit, tmp_path: Path) -> None:
    """The file that arrives has the name that the page says, and it was made on the click."""
    for form in ("csv", "xlsx", "parquet"):
        page = visit.open(f"/downloads?view=province_ranking&survey=vss-2025&format={form}")
        button = page.locator(".st-key-take button")
        button.wait_for()
        with page.expect_download() as taken:
            button.click()
        name = taken.value.suggested_filename
        assert name.startswith("province_ranking_vss-2025_")
        assert name.endswith(f".{form}")
        taken.value.save_as(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
