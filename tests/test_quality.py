"""The page on data quality and the badge on every page: figures against the tables below, and every outcome."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data import WAREHOUSE_VARIABLE
from dashboard.format import Format
from ingest.load import load_deliveries
from tests.deliveries import forms, manifest, nothing_hidden, spoilt, write_delivery
from tests.pages import Page, facts, links, named, open_page, said
from warehouse import open_current
from warehouse.store import Store

PAGES = ("overview", "ranking", "profile", "fieldwork")
MANY = 120
Fabricate = Callable[..., Path]


@pytest.fixture
def page(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    return open_page


@pytest.fixture(scope="module")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small survey, two of whose forms are in quarantine."""
    folder = tmp_path_factory.mktemp("small")
    rows = spoilt(forms(60, office="Cơ sở 1"), {"2.1.a.1": 6}, {"province": "Xứ Lạ"})
    delivery = write_delivery(folder / "delivery", rows, manifest("vss-2025", 2025))
    load_deliveries([delivery], folder / "warehouse", nothing_hidden())
    return folder / "warehouse"


@pytest.fixture
def fabricate(small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fabricate:
    """Serve a copy of the small warehouse in whose database some statements were run."""

    def copied(*statements: str) -> Path:
        store = Store(Path(shutil.copytree(small_warehouse, tmp_path / "warehouse")))
        old, new = store.existing(), store.path(uuid.uuid4().hex[:12])
        # What is read is remembered by the identity of its snapshot: another content is another one.
        old.rename(new)
        old.with_suffix(".json").rename(new.with_suffix(".json"))
        store.pointer.write_text(new.stem)
        with duckdb.connect(str(new)) as con:
            for statement in statements:
                con.execute(statement)
        monkeypatch.setenv(WAREHOUSE_VARIABLE, str(store.folder))
        return store.folder

    return copied


def breaking(check: str, outcome: str, n: int = 1) -> tuple[str, str]:
    """Statements that let a rule have been broken by `n` forms."""
    return (
        f"""
        UPDATE data_check SET outcome = '{outcome}', n_failed = {n}, detail = 'first of them'
        WHERE "check" = '{check}'
        """,
        f"""
        INSERT INTO failed_row
        SELECT snapshot, '{check}', 'vss-2025', 'forms.parquet', n_row, 'F' || n_row, 'where'
        FROM snapshot_info, range({n}) AS t(n_row)
        """,
    )


def rows_of(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(Store(warehouse).existing()), read_only=True) as con:
        return con.execute(sql).fetchall()


def badges(app: AppTest) -> list[str]:
    """The links to the page on data quality that bear a mark: neither the menu's nor one in a text."""
    return [
        label
        for label, target in links(app).items()
        if target.startswith("quality") and label.startswith(":")
    ]


# --- what the checks found ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_rule_stands_with_its_figures(page: Page, sample_warehouse: Path, lang: str) -> None:
    wanted = rows_of(
        sample_warehouse,
        f"SELECT label_{lang}, \"check\", n_rows, n_failed FROM data_check WHERE outcome = 'pass'",
    )
    app = page("quality", lang=lang)
    rules = named(app, "quality.rules")
    assert sorted(rules.select("label", "check", "n_rows", "n_failed").rows()) == sorted(wanted)
    assert set(rules["verdict"]) == {"● Đạt" if lang == "vi" else "● Pass"}
    n = len(wanted)
    assert n > 10
    words = {
        "vi": f"Bản số liệu đạt cả {n} quy tắc kiểm tra",
        "en": f"The snapshot passes all {n} checks",
    }
    assert app.title[0].value == words[lang]
    suites = named(app, "quality.suites")
    assert suites["n_checks"].sum() == n
    assert suites.height == len(rows_of(sample_warehouse, "SELECT DISTINCT suite FROM data_check"))


def test_a_warning_is_shown_and_named(fabricate: Fabricate) -> None:
    fabricate(*breaking("form_id_unique", "warn"))
    app = open_page("quality")
    assert app.title[0].value.startswith("Không quy tắc nào ở mức không đạt; 1 trong ")
    assert facts(app)["Cảnh báo"][0] == "1"
    first = named(app, "quality.rules").row(0, named=True)
    assert (first["verdict"], first["check"]) == ("◇ Cảnh báo", "form_id_unique")
    assert first["detail"] == "first of them"
    (label,) = [box.label for box in app.expander]
    assert label.startswith("◇ ")
    assert label.endswith(": 1 dòng")


def test_a_failure_comes_first_and_its_rows_with_the_way_to_all_of_them(
    fabricate: Fabricate,
) -> None:
    fabricate(*breaking("form_id_unique", "warn"), *breaking("answers_within_scale", "fail", MANY))
    app = open_page("quality", lang="en")
    assert "figures that rest on them may be wrong" in app.title[0].value
    assert [box.label[0] for box in app.expander] == ["■", "◇"]
    assert named(app, "quality.suites")["verdict"][0] == "■ Fail"
    rows = app.expander[0].dataframe[0].value
    assert len(rows) == 50
    assert list(rows["form_id"][:2]) == ["F0", "F1"]
    command = app.expander[0].code[0].value
    assert command == (
        "hailong export failed_row --where check=answers_within_scale --out answers_within_scale.xlsx"
    )


def test_a_rule_that_found_nothing_to_look_at_has_not_passed(fabricate: Fabricate) -> None:
    fabricate(
        "UPDATE data_check SET outcome = 'empty', n_rows = 0 WHERE \"check\" = 'survey_known'"
    )
    app = open_page("quality")
    rules = named(app, "quality.rules")
    assert rules.filter(check="survey_known")["verdict"].to_list() == ["○ Không có dòng"]
    empty = (rules["verdict"] == "○ Không có dòng").sum()
    passed = rules.height - empty
    assert facts(app)["Quy tắc đạt"] == (str(passed), f"trong {rules.height} quy tắc")
    title = f"Bản số liệu đạt {passed} quy tắc kiểm tra; {empty} quy tắc không có dòng nào để xét"
    assert app.title[0].value == title
    assert all(badge.startswith(f":green[●] {passed} quy tắc") for badge in badges(app))


def test_a_snapshot_whose_rules_all_had_no_rows_is_not_called_checked(fabricate: Fabricate) -> None:
    fabricate("UPDATE data_check SET outcome = 'empty', n_rows = 0")
    app = open_page("quality")
    assert app.title[0].value == "Bản số liệu này chưa được kiểm tra"
    assert all("Chưa kiểm tra" in badge for badge in badges(open_page("overview")))


# --- the badge ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_badge_stands_on_every_page_and_leads_to_the_checks(
    page: Page, sample_warehouse: Path, name: str, lang: str
) -> None:
    snapshot = open_current(sample_warehouse)
    ((n,),) = rows_of(sample_warehouse, "SELECT count(*) FROM data_check")
    words = {
        "vi": f":green[●] {n} quy tắc kiểm tra đều đạt",
        "en": f":green[●] {n} checks passed, none failed",
    }
    short, long = sorted(badges(page(name, lang=lang)), key=len)
    assert short == words[lang]
    assert long.startswith(words[lang])
    assert snapshot.id in long
    assert snapshot.built_at is not None
    assert f"{snapshot.built_at:%M}" in long.rpartition(":")[2]


@pytest.mark.parametrize("name", PAGES)
def test_the_badge_names_the_worst_outcome(fabricate: Fabricate, name: str) -> None:
    fabricate(*breaking("form_id_unique", "warn"), *breaking("answers_within_scale", "fail"))
    for badge in badges(open_page(name)):
        assert badge.startswith(":red[■] 1 trong ")
        assert "không đạt" in badge


def test_the_badge_of_a_warning(fabricate: Fabricate) -> None:
    fabricate(*breaking("form_id_unique", "warn"))
    for badge in badges(open_page("overview", lang="en")):
        assert badge.startswith(":gray[◇] 1 of ")
        assert "checks warn" in badge


# --- history ------------------------------------------------------------------------------------


def test_the_history_comes_from_the_files_beside_the_snapshots(fabricate: Fabricate) -> None:
    warehouse = fabricate()
    store = Store(warehouse)
    (entry,) = store.entries()
    notes = store.path(entry.snapshot).with_suffix(".json")
    told = json.loads(notes.read_text())
    (first,) = told["checks_run"]
    later = [check | {"outcome": "fail"} for check in first["checks"][:2]]
    told["checks_run"].append({"at": "2026-01-02T03:04:00+00:00", "worst": "fail", "checks": later})
    notes.write_text(json.dumps(told))
    older = store.path("0" * 12)
    shutil.copy(store.path(entry.snapshot), older)
    older.with_suffix(".json").write_text(
        json.dumps(
            {"snapshot": "0" * 12, "built_at": "2025-01-01T00:00:00+00:00", "surveys": {"a": 7}}
        )
    )
    app = open_page("quality")
    history = named(app, "quality.history")
    assert history["verdict"].to_list() == ["■ Không đạt", "● Đạt", "–"]
    assert history["checked"][0] == "02/01/2026 10:04", "the time in Viet Nam"
    assert history["n_fail"].to_list()[:2] == [2, 0]
    assert history["n_forms"].to_list() == [60, 60, 7]
    assert history["serves"].to_list() == ["● đang dùng", "● đang dùng", ""]
    assert "có kết quả khác: ■ Không đạt" in app.info[0].value


# --- quarantine ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_quarantine_by_reason_province_and_channel(
    page: Page, sample_warehouse: Path, lang: str
) -> None:
    app = page("quality", lang=lang, survey="vss-2024")
    ((n,),) = rows_of(sample_warehouse, "SELECT count(*) FROM quarantine WHERE survey = 'vss-2024'")
    reasons = rows_of(
        sample_warehouse,
        "SELECT count(DISTINCT (file, row)) FROM (SELECT file, row, split_part(unnest(reasons), ':', 1)"
        " AS reason FROM quarantine WHERE survey = 'vss-2024') GROUP BY reason",
    )
    assert sorted(named(app, "column.reason")["n_forms"]) == sorted(count for (count,) in reasons)
    for text, column in (("column.province", "province"), ("column.channel", "channel")):
        wanted = rows_of(
            sample_warehouse,
            f"SELECT count(*) FROM quarantine WHERE survey = 'vss-2024' GROUP BY {column}",
        )
        table = named(app, text)
        assert sorted(table["quarantined"]) == sorted(count for (count,) in wanted)
        assert table["quarantined"].sum() == n
    label = {"vi": "Phiếu bị loại năm 2024", "en": "Quarantined in 2024"}[lang]
    assert facts(app)[label][0] == Format("vi" if lang == "vi" else "en").count(n)
    assert app.code[-1].value.startswith("hailong export quarantined_form --where survey=vss-2024")


def test_quarantine_of_one_province(fabricate: Fabricate) -> None:
    fabricate()
    app = open_page("quality", province="01")
    assert facts(app)["Phiếu bị loại năm 2025"] == ("1", "trong 61 phiếu thu về")
    assert named(app, "column.reason")["label"].to_list() == ["điểm ngoài thang"]
    assert named(open_page("quality"), "column.province")["label"].to_list() == [
        "Hà Nội",
        "Không đọc được",
    ]


def test_a_place_without_quarantine_says_so(fabricate: Fabricate) -> None:
    fabricate()
    assert "Không có phiếu nào bị loại" in said(open_page("quality", province="48"))


# --- credibility --------------------------------------------------------------------------------


def sign(office: str, indicator: str, flagged: bool) -> str:
    """A statement that adds one judged slice of Hà Nội."""
    return f"""
        INSERT INTO fieldwork_credibility BY NAME
        SELECT 'vss-2025' AS survey, 2025 AS year, 'vn-34' AS geography, '01' AS province,
            '{office}' AS office, 'one_stop' AS channel, '{indicator}' AS indicator, '' AS subject,
            40 AS n_forms, {7 if flagged else 0} AS n_flagged, 51.5 AS observed_pct,
            12.25 AS expected_pct, 22.5 AS threshold_pct, {flagged} AS flagged, true AS synthetic
        """


@pytest.mark.parametrize(
    ("lang", "caveat", "label"),
    [
        ("vi", "không kết luận ai làm sai", "Toàn điểm cao nhất"),
        ("en", "accuse nobody", "Highest answers only"),
    ],
)
def test_signs_warn_and_accuse_nobody(
    fabricate: Fabricate, lang: str, caveat: str, label: str
) -> None:
    fabricate(
        "DELETE FROM fieldwork_credibility",
        sign("A", "all_highest", flagged=True),
        sign("B", "all_highest", flagged=False),
        sign("B", "straight_lining", flagged=False),
    )
    app = open_page("quality", lang=lang)
    assert caveat in said(app)
    looked_at = named(app, "column.indicator").select("n_slices", "n_signs").rows()
    assert looked_at == [(1, 0), (2, 1)]
    (told,) = named(app, "column.signs").rows(named=True)
    assert (told["label"], told["office"]) == (label, "A")
    assert told["place"] == ("Hà Nội" if lang == "vi" else "Ha Noi")
    assert (told["n_forms"], told["n_flagged"]) == (40, 7)
    figures = told["observed_pct"], told["expected_pct"], told["threshold_pct"]
    assert figures == (51.5, 12.25, 22.5)


def test_no_sign_is_said(fabricate: Fabricate) -> None:
    fabricate("DELETE FROM fieldwork_credibility", sign("A", "burst", flagged=False))
    assert "Không nhóm nào vượt ngưỡng" in said(open_page("quality"))
    assert "Không có nhóm phiếu nào đủ nhiều" in said(open_page("quality", province="48"))


# --- a snapshot that an older version built -----------------------------------------------------


def test_an_older_snapshot_is_still_read(fabricate: Fabricate) -> None:
    fabricate(
        "DROP VIEW fieldwork_curve",
        *(
            f"DROP TABLE {name}"
            for name in ("fieldwork_progress", "fieldwork_credibility", "failed_row")
        ),
        "ALTER TABLE data_check DROP COLUMN suite",
        "ALTER TABLE data_check DROP COLUMN label_vi",
        "ALTER TABLE data_check DROP COLUMN label_en",
        "UPDATE data_check SET n_failed = 1, outcome = 'warn' WHERE \"check\" = 'survey_known'",
    )
    app = open_page("quality")
    assert named(app, "quality.rules")["label"][0] == "survey_known"
    assert "phiên bản phần mềm trước" in said(app)
    assert "phiên bản phần mềm trước" in said(open_page("fieldwork"))


def test_an_empty_warehouse_says_how_to_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path))
    for name in ("quality", "fieldwork"):
        app = open_page(name)
        assert app.title[0].value == "Chưa có số liệu", name


@pytest.mark.parametrize("province", ["04", "48", "91"])
def test_a_province_of_today_has_the_forms_of_those_it_was_made_of(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, province: str
) -> None:
    """A survey of the former provinces has no rows of today's: that is no reason to say that nobody was asked."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    snapshot = open_current(sample_warehouse)
    former = snapshot.read("place", ["geo_code"], geography="vn-63", successor_code=province)
    funnel = snapshot.read("response_funnel", survey="vss-2024", province=tuple(former["geo_code"]))
    returned, quarantined = int(funnel["returned"].sum()), int(funnel["quarantined"].sum())
    assert quarantined > 0
    told = facts(open_page("quality", survey="vss-2024", province=province, lang="en"))
    assert told["Quarantined in 2024"] == (str(quarantined), f"of {returned:,} returned")
