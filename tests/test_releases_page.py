"""The page of releases, and any page opened on a release: which one it is, the way back, and what differs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.menu import page_names
from dashboard.texts import texts_in
from tests.command import in_process
from tests.deliveries import forms, manifest, write_delivery, write_settings
from tests.loading import load
from tests.pages import facts, links, named, open_page, said
from warehouse.store import Store

OLDER = "0" * 12


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of two snapshots, the first a final release, the second with ten forms more and two corrected."""
    folder = tmp_path_factory.mktemp("releases")
    warehouse, told = folder / "w", manifest("vss-2025", 2025)
    both = [*forms(40), *forms(40, 101, province="79")]
    # Small surveys: nothing is to be hidden, this page is about something else.
    catalogue = write_settings(folder / "c", suppress_below_forms=0)
    first = write_delivery(folder / "first", both, told)
    assert load(warehouse, first, "--catalogue", catalogue).exit_code == 0
    release(warehouse, "mark", "--id", "r1", "--status", "final", "--note", "lần [đầu]")
    rows = [*forms(10, 201, **{"2.1.a.1": 5}), *forms(2, **{"2.1.a.1": 1})]
    second = write_delivery(folder / "second", rows, told)
    assert load(warehouse, second, "--catalogue", catalogue).exit_code == 0
    return warehouse


def release(warehouse: Path, *arguments: object) -> None:
    outcome = in_process("release", *arguments, "--warehouse", warehouse)
    assert outcome.exit_code == 0, outcome.output


@pytest.fixture
def warehouse(ready: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    copy = Path(shutil.copytree(ready, tmp_path / "w"))
    monkeypatch.setenv("HAILONG_WAREHOUSE", str(copy))
    yield copy
    assert not (copy / "releases.jsonl.new").exists()


def title(app: AppTest) -> str:
    return str(app.title[0].value)


def first_snapshot(warehouse: Path) -> str:
    return next(entry.snapshot for entry in Store(warehouse).entries() if not entry.is_current)


@pytest.mark.parametrize("lang", ["vi", "en"])
class TestThePage:
    def test_what_differs_from_the_release(self, warehouse: Path, lang: str) -> None:
        app = open_page("releases", lang=lang)
        texts = texts_in("vi" if lang == "vi" else "en")
        indices = [
            row
            for row in compared(warehouse)
            if abs(row["index_pct"] - row["index_pct_before"]) > 1e-9
        ]
        assert title(app) == texts(
            "releases.differs_in", n=len(indices), release="r1", status=texts("releases.final")
        )
        assert facts(app)[texts("releases.n_final")][0] == "1"
        assert facts(app)[texts("releases.n_snapshots")][0] == "2"

    def test_the_ledger(self, warehouse: Path, lang: str) -> None:
        release(warehouse, "mark", "--id", "r2", "--status", "provisional")
        release(warehouse, "withdraw", "r2", "--reason", "sai mã")
        app = open_page("releases", lang=lang)
        rows = named(app, "releases.ledger")
        words = {
            "vi": ["○ đã thu hồi", "◇ tạm thời", "● chính thức"],
            "en": ["○ withdrawn", "◇ provisional", "● final"],
        }
        assert rows["status"].to_list() == words[lang]
        assert rows["release"].to_list() == ["r2", "r2", "r1"]
        assert rows["note"].to_list() == ["sai mã", "", "lần [đầu]"]
        assert rows["n_forms"].to_list() == [90, 90, 80]
        opened = {"vi": "Mở bản", "en": "Open"}[lang]
        assert "release=r1" in links(app)[f"● {opened} r1"]
        assert "release=r2" in links(app)[f"○ {opened} r2"]

    def test_a_changed_index_by_hand(self, warehouse: Path, lang: str) -> None:
        rows = named(open_page("releases", lang=lang), "releases.indices")
        row = rows.filter(pl.col("label").str.starts_with("2.1.a.1 "))
        # Eighty times 4; then 78 times 4, twice 1 and ten times 5.
        assert row["old_value"].to_list() == pytest.approx([80.0])
        assert row["new_value"].to_list() == pytest.approx([100 * (78 * 4 + 2 + 50) / (5 * 90)])
        texts = texts_in("vi" if lang == "vi" else "en")
        assert row["reasons"].to_list() == [
            f"{texts('releases.new_forms')}; {texts('releases.corrected_forms')}"
        ]
        counted = named(open_page("releases", lang=lang), "releases.reasons")
        assert counted["n"].to_list() == [10, 2]

    def test_the_filters_narrow_it(self, warehouse: Path, lang: str) -> None:
        """Nothing came from province 79; all of it from 01."""
        app = open_page("releases", lang=lang, province="79")
        texts = texts_in("vi" if lang == "vi" else "en")
        assert texts("releases.no_index") in said(app)
        rows = named(open_page("releases", lang=lang, province="01"), "releases.indices")
        row = rows.filter(pl.col("label").str.starts_with("2.1.a.1 "))
        assert row["new_value"].to_list() == pytest.approx([100 * (38 * 4 + 2 + 50) / (5 * 50)])

    def test_other_pairs(self, warehouse: Path, lang: str) -> None:
        first = first_snapshot(warehouse)
        app = open_page("releases", lang=lang, old="r1", new=first)
        texts = texts_in("vi" if lang == "vi" else "en")
        assert texts("releases.no_difference") in said(app)


def compared(warehouse: Path) -> list[dict[str, float]]:
    """The indices of both snapshots side by side, read from their files."""
    first, second = (
        Store(warehouse).path(first_snapshot(warehouse)),
        Store(warehouse).existing(),
    )
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{first}' AS a (READ_ONLY); ATTACH '{second}' AS b (READ_ONLY)")
        frame = con.sql(
            "SELECT b.index_pct, a.index_pct AS index_pct_before FROM a.satisfaction_index AS a"
            " INNER JOIN b.satisfaction_index AS b USING (survey, geography, geo_level, geo_code, channel, item)"
        ).pl()
    return list(frame.to_dicts())


def test_without_releases_and_with_one_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load(tmp_path / "w", write_delivery(tmp_path / "d", forms(12))).exit_code == 0
    monkeypatch.setenv("HAILONG_WAREHOUSE", str(tmp_path / "w"))
    app = open_page("releases", lang="en")
    assert title(app) == "No snapshot has been released yet"
    assert "The ledger is empty" in said(app)
    assert "one snapshot only" in said(app)


def test_a_release_of_the_current_data(warehouse: Path) -> None:
    release(warehouse, "mark", "--id", "r3", "--status", "final")
    assert title(open_page("releases", lang="en")) == "The current data are the final release r3"


def test_a_damaged_ledger_is_told(warehouse: Path) -> None:
    (warehouse / "releases.jsonl").write_text("{}\n")
    app = open_page("releases")
    assert "releases.jsonl" in said(app)
    # The other pages have no need of it.
    assert "89" in title(open_page("overview")) or "80" in title(open_page("overview"))


class TestOpened:
    @pytest.mark.parametrize("lang", ["vi", "en"])
    def test_the_figures_and_the_banner_are_of_the_release(
        self, warehouse: Path, lang: str
    ) -> None:
        first = first_snapshot(warehouse)
        app = open_page("overview", lang=lang, release="r1")
        assert "80" in title(app)
        told = said(app)
        assert "r1" in told
        assert first in told
        assert r"lần \[đầu\]" in told
        texts = texts_in("vi" if lang == "vi" else "en")
        assert "release=" not in links(app)[texts("releases.back")]
        # Every other link stays with the release.
        assert "release=r1" in links(app)[texts("page.ranking")]

    def test_a_snapshot_is_opened_alike(self, warehouse: Path) -> None:
        first = first_snapshot(warehouse)
        app = open_page("overview", lang="en", release=first)
        assert f"snapshot {first}" in said(app)
        assert "80" in title(app)

    def test_a_withdrawn_release_says_so(self, warehouse: Path) -> None:
        release(warehouse, "withdraw", "r1", "--reason", "*sai* mã")
        app = open_page("overview", lang="en", release="r1")
        assert r"withdrawn:** \*sai\* mã" in said(app)

    def test_an_unknown_release_is_named_and_the_current_data_shown(self, warehouse: Path) -> None:
        for name in ("r9", "f" * 12):
            app = open_page("overview", lang="en", release=name)
            assert name in said(app)
            assert "current data" not in said(app)

    def test_files_are_called_by_it(self, warehouse: Path) -> None:
        first = first_snapshot(warehouse)
        app = open_page("downloads", lang="en", release="r1")
        assert f"r1-final_{first}.csv" in said(app)
        assert "--release r1" in "\n".join(code.value for code in app.code)

    @pytest.mark.parametrize("page", page_names())
    def test_every_page_opens_on_it(self, warehouse: Path, page: str) -> None:
        app = open_page(page, release="r1")
        assert "r1" in said(app)


@pytest.fixture
def older(warehouse: Path) -> Path:
    """The warehouse with a snapshot that an older version built: it has neither the latest views nor columns."""
    store = Store(warehouse)
    path = store.path(OLDER)
    shutil.copy(store.existing(), path)
    with duckdb.connect(str(path)) as con:
        con.execute("DROP SCHEMA IF EXISTS published CASCADE")
        for kind, view in (
            ("VIEW", "codebook"),
            ("VIEW", "index_formula"),
            ("TABLE", "factor_importance"),
            ("VIEW", "fieldwork_curve"),
            ("TABLE", "comparability"),
        ):
            con.execute(f"DROP {kind} {view}")
        con.execute("ALTER TABLE province_ranking DROP COLUMN rank_low")
        con.execute("UPDATE snapshot_info SET code_version = 'older'")
    release(warehouse, "mark", OLDER, "--id", "old", "--status", "final")
    return warehouse


@pytest.mark.parametrize("page", page_names())
def test_a_page_of_an_older_snapshot_says_what_it_lacks(older: Path, page: str) -> None:
    app = open_page(page, lang="en", release="old")
    assert "provisional" not in said(app)
    assert "**final release old**" in said(app)


def test_the_older_snapshot_is_named_where_a_page_cannot_be_drawn(older: Path) -> None:
    told = said(open_page("ranking", lang="en", release="old"))
    assert f"Another version of the software built the snapshot {OLDER}" in told
