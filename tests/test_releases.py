"""Releases: named once, kept, read again, and told apart figure by figure with the reasons."""

from __future__ import annotations

import csv
import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.command import Outcome, in_process
from tests.deliveries import forms, manifest, write_delivery, write_settings
from tests.loading import load, serving_warehouse
from warehouse import open_current, open_release
from warehouse.difference import Difference
from warehouse.errors import OlderSnapshot, UnknownRelease, WarehouseUnusable
from warehouse.ledger import Ledger
from warehouse.store import Store

Row = dict[str, Any]
KEY = ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item")


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves forty satisfied forms of the survey `vss-2025`."""
    return serving_warehouse(tmp_path)


def release(warehouse: Path, *arguments: object) -> Outcome:
    return in_process("release", *arguments, "--warehouse", warehouse)


def mark(warehouse: Path, name: str, status: str, *arguments: object) -> Outcome:
    return release(warehouse, "mark", *arguments, "--id", name, "--status", status)


def serving(warehouse: Path) -> str:
    with closing(open_current(warehouse)) as snapshot:
        return snapshot.id


def more(warehouse: Path, folder: Path) -> str:
    """Ten forms more, all "very satisfied" with 2.1.a.1, and two of the forty corrected to 1; the snapshot of them."""
    rows = [*forms(10, first=101, **{"2.1.a.1": 5}), *forms(2, **{"2.1.a.1": 1})]
    delivery = write_delivery(folder / "more", rows, manifest("vss-2025", 2025))
    outcome = load(warehouse, delivery)
    assert outcome.exit_code == 0, outcome.output
    return serving(warehouse)


class TestTheLedger:
    def test_a_release_is_recorded_and_listed(self, warehouse: Path) -> None:
        snapshot = serving(warehouse)
        told = mark(warehouse, "2025-tạm", "provisional")
        assert told.exit_code == 2
        told = mark(warehouse, "2025-p", "provisional", snapshot, "--note", "gửi\u2028Ban")
        assert told.exit_code == 0
        assert "kept from now on" in told.output
        assert mark(warehouse, "2025-f", "final").exit_code == 0
        lines = release(warehouse, "list").output.split("UTC")
        assert [snapshot in line for line in lines[1:]] == [True, True]
        assert "2025-p  provisional" in lines[1]
        assert "gửi\u2028Ban" in lines[1]
        assert "2025-f  final" in lines[2]
        assert (
            "[provisional 2025-p]  [final 2025-f]"
            in in_process("snapshots", "--warehouse", warehouse).output
            or "[final 2025-f]  [provisional 2025-p]"
            in in_process("snapshots", "--warehouse", warehouse).output
        )

    def test_marking_twice_changes_nothing(self, warehouse: Path) -> None:
        assert mark(warehouse, "r1", "final").exit_code == 0
        before = (warehouse / "releases.jsonl").read_bytes()
        again = mark(warehouse, "r1", "final")
        assert again.exit_code == 0
        assert "nothing changed" in again.output
        assert (warehouse / "releases.jsonl").read_bytes() == before

    def test_a_provisional_release_may_become_final_and_not_the_other_way(
        self, warehouse: Path
    ) -> None:
        assert mark(warehouse, "r1", "provisional").exit_code == 0
        assert mark(warehouse, "r1", "final").exit_code == 0
        back = mark(warehouse, "r1", "provisional")
        assert back.exit_code == 1
        assert "withdraw" in back.output
        assert Ledger(Store(warehouse)).release("r1").status == "final"
        assert len(Ledger(Store(warehouse)).read()) == 2

    @pytest.mark.parametrize("status", ["provisional", "final"])
    def test_a_name_stands_for_one_snapshot_until_it_is_withdrawn(
        self, warehouse: Path, tmp_path: Path, status: str
    ) -> None:
        first = serving(warehouse)
        assert mark(warehouse, "r1", status).exit_code == 0
        second = more(warehouse, tmp_path)
        moved = mark(warehouse, "r1", "final", second)
        assert moved.exit_code == 1
        assert first in moved.output
        assert release(warehouse, "withdraw", "r1").exit_code == 2
        assert release(warehouse, "withdraw", "r1", "--reason", " ").exit_code == 2
        assert release(warehouse, "withdraw", "r1", "--reason", "sai mã tỉnh").exit_code == 0
        again = release(warehouse, "withdraw", "r1", "--reason", "x")
        assert again.exit_code == 1
        assert "sai mã tỉnh" in again.output
        assert mark(warehouse, "r1", "final", second).exit_code == 0
        ledger = Ledger(Store(warehouse))
        assert [(line.event, line.snapshot) for line in ledger.read()] == [
            ("mark", first),
            ("withdraw", first),
            ("mark", second),
        ]
        assert ledger.read()[1].note == "sai mã tỉnh"
        assert (ledger.release("r1").snapshot, ledger.release("r1").withdrawn_at) == (second, None)

    @pytest.mark.parametrize("name", ["", "a b", "../x", "0123456789ab", "x" * 65, "chính"])
    def test_names_that_cannot_be(self, warehouse: Path, name: str) -> None:
        assert mark(warehouse, name, "final").exit_code == 2
        assert not (warehouse / "releases.jsonl").exists()

    def test_what_is_not_there(self, warehouse: Path) -> None:
        assert mark(warehouse, "r1", "final", "0" * 12).exit_code == 1
        assert release(warehouse, "withdraw", "r9", "--reason", "x").exit_code == 1
        with pytest.raises(UnknownRelease):
            open_release(warehouse, "r9")

    def test_a_changed_line_is_noticed(self, warehouse: Path, tmp_path: Path) -> None:
        for name in ("r1", "r2"):
            assert mark(warehouse, name, "provisional").exit_code == 0
        path = warehouse / "releases.jsonl"
        path.write_text(path.read_text().replace('"status": "provisional"', '"status": "final"', 1))
        with pytest.raises(WarehouseUnusable, match="line 2"):
            Ledger(Store(warehouse)).read()
        # Nothing is built on it: what it names could be deleted.
        snapshot = serving(warehouse)
        delivery = write_delivery(tmp_path / "d", forms(3, first=900), manifest("vss-2025", 2025))
        refused = load(warehouse, delivery)
        assert refused.exit_code == 1
        assert "releases.jsonl" in refused.output
        assert serving(warehouse) == snapshot

    def test_half_a_line_is_noticed(self, warehouse: Path) -> None:
        assert mark(warehouse, "r1", "final").exit_code == 0
        path = warehouse / "releases.jsonl"
        path.write_text(path.read_text()[:-20])
        assert "line 1" in release(warehouse, "list").output

    def test_a_failed_write_leaves_the_ledger_as_it_was(
        self, warehouse: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert mark(warehouse, "r1", "final").exit_code == 0
        before = (warehouse / "releases.jsonl").read_bytes()

        def broken(path: Path, target: Path) -> Path:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", broken)
        failed = mark(warehouse, "r2", "final")
        assert failed.exit_code == 1
        assert "No space left" in failed.output
        assert (warehouse / "releases.jsonl").read_bytes() == before

    def test_nothing_is_marked_while_a_load_is_under_way(self, warehouse: Path) -> None:
        with Store(warehouse).locked():
            busy = mark(warehouse, "r1", "final")
        assert busy.exit_code == 1
        assert not (warehouse / "releases.jsonl").exists()


class TestKept:
    def test_no_release_is_deleted(self, tmp_path: Path) -> None:
        warehouse, catalogue = tmp_path / "w", write_settings(tmp_path / "c", keep_snapshots=1)
        kept: list[str] = []
        for number in range(4):
            delivery = write_delivery(
                tmp_path / f"d{number}", forms(20, first=1 + 100 * number), manifest("w", 2026)
            )
            outcome = load(warehouse, delivery, "--catalogue", catalogue)
            assert outcome.exit_code == 0, outcome.output
            for snapshot in kept:
                assert f"kept the old snapshot {snapshot}: it was released" in outcome.output
            if number < 2:
                assert mark(warehouse, f"r{number}", "final").exit_code == 0
                kept.append(serving(warehouse))
                if number:
                    told = release(warehouse, "withdraw", "r1", "--reason", "x")
                    assert told.exit_code == 0
        # Of the four the third was neither released nor the newest; a withdrawn one stays as well.
        databases = {path.stem for path in (warehouse / "snapshots").glob("*.duckdb")}
        assert databases == {*kept, serving(warehouse)}
        assert len(databases) == 3

    def test_a_release_can_serve_again(self, warehouse: Path, tmp_path: Path) -> None:
        first = serving(warehouse)
        assert mark(warehouse, "r1", "final").exit_code == 0
        more(warehouse, tmp_path)
        back = in_process("rollback", "r1", "--warehouse", warehouse)
        assert back.exit_code == 0, back.output
        assert serving(warehouse) == first


class TestExport:
    def exported(self, warehouse: Path, out: Path, *arguments: object) -> Outcome:
        return in_process(
            "export", "satisfaction_index", "--where", "item=2.1.a.1", "--where", "geo_level=nation",
            "--where", "channel=all", "--warehouse", warehouse, "--out", out, *arguments,
        )  # fmt: skip

    def test_a_release_is_read_again_and_the_file_says_which(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        assert mark(warehouse, "r1", "provisional").exit_code == 0
        first = serving(warehouse)
        more(warehouse, tmp_path)
        out = tmp_path / "r1.parquet"
        outcome = self.exported(warehouse, out, "--release", "r1")
        assert outcome.exit_code == 0, outcome.output
        assert "release r1 (provisional)" in outcome.output
        assert pq.read_table(out)["index_pct"].to_pylist() == [80.0]
        told = {k.decode(): v.decode() for k, v in pq.read_metadata(out).metadata.items()}
        assert (told["snapshot"], told["release"], told["release_status"]) == (
            first,
            "r1",
            "provisional",
        )
        sheet = tmp_path / "r1.xlsx"
        assert self.exported(warehouse, sheet, "--release", "r1").exit_code == 0
        notes = openpyxl.load_workbook(sheet)["notes"].iter_rows(values_only=True)
        assert ["Bản phát hành", "Release", "r1 (tạm thời / provisional)"] in [
            list(row[:3]) for row in notes
        ]

    def test_a_withdrawn_release_says_so(self, warehouse: Path, tmp_path: Path) -> None:
        assert mark(warehouse, "r1", "final").exit_code == 0
        assert release(warehouse, "withdraw", "r1", "--reason", "sai mã").exit_code == 0
        out = tmp_path / "r1.xlsx"
        assert "(withdrawn)" in self.exported(warehouse, out, "--release", "r1").output
        cells = [
            cell for row in openpyxl.load_workbook(out)["notes"].values for cell in row if cell
        ]
        assert any("WITHDRAWN: sai mã" in str(cell) for cell in cells)

    def test_without_a_release_nothing_is_said_of_one(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        """The same snapshot gives the same bytes, whatever is marked afterwards."""
        first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
        self.exported(warehouse, first)
        assert mark(warehouse, "r1", "final").exit_code == 0
        self.exported(warehouse, second)
        assert first.read_bytes() == second.read_bytes()

    def test_wrong_names(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "x.csv"
        both = self.exported(warehouse, out, "--release", "r1", "--snapshot", "0" * 12)
        assert both.exit_code == 2
        assert self.exported(warehouse, out, "--release", "r1").exit_code == 1
        assert not out.exists()


def differences(warehouse: Path, old: str, new: str) -> list[Row]:
    with closing(Difference(Store(warehouse), old, new)) as found:
        return found.top(1_000_000).to_dicts()


class TestTheDifference:
    def test_a_changed_index_by_hand(self, warehouse: Path, tmp_path: Path) -> None:
        first = serving(warehouse)
        second = more(warehouse, tmp_path)
        rows = differences(warehouse, first, second)
        (row,) = [
            row
            for row in rows
            if row["view"] == "satisfaction_index"
            and row["figure"] == "index_pct"
            and (row["geo_level"], row["channel"], row["item"]) == ("nation", "all", "2.1.a.1")
        ]
        # Forty times 4; then 38 times 4, twice 1 and ten times 5.
        assert row["old_value"] == pytest.approx(100 * 40 * 4 / (5 * 40))
        assert row["new_value"] == pytest.approx(100 * (38 * 4 + 2 * 1 + 10 * 5) / (5 * 50))
        assert row["difference"] == pytest.approx(row["new_value"] - row["old_value"])
        assert (row["state"], row["reasons"]) == ("changed", "new_forms corrected_forms")
        with closing(Difference(Store(warehouse), first, second)) as found:
            told = [(one.survey, one.reason, one.n) for one in found.reasons()]
        assert told == [("vss-2025", "new_forms", 10), ("vss-2025", "corrected_forms", 2)]

    def test_every_changed_index_and_no_other(self, warehouse: Path, tmp_path: Path) -> None:
        first = serving(warehouse)
        second = more(warehouse, tmp_path)

        def indices(snapshot: str, figure: str) -> dict[tuple[str, ...], float]:
            with closing(open_release(warehouse, snapshot)) as opened:
                frame = opened.read("satisfaction_index", [*KEY, figure])
            return {tuple(row[:-1]): row[-1] for row in frame.iter_rows()}

        rows = [row for row in differences(warehouse, first, second) if row["option"] is None]
        for figure in ("index_pct", "n_forms"):
            old, new = indices(first, figure), indices(second, figure)
            assert old.keys() == new.keys()
            expected = {key: (old[key], new[key]) for key in old if abs(old[key] - new[key]) > 1e-9}
            assert 0 < len(expected) <= len(old)
            found = {
                tuple(row[name] for name in KEY): (row["old_value"], row["new_value"])
                for row in rows
                if row["view"] == "satisfaction_index" and row["figure"] == figure
            }
            assert found == expected
        # 2.2.a.1.1 is 4 everywhere, before and after.
        assert not [r for r in rows if r["item"] == "2.2.a.1.1" and r["figure"] == "index_pct"]

    def test_backwards_it_is_the_other_way_round(self, warehouse: Path, tmp_path: Path) -> None:
        first = serving(warehouse)
        second = more(warehouse, tmp_path)

        def told(rows: list[Row], old: str, new: str) -> set[tuple[object, ...]]:
            keys = ("view", *KEY, "option", "figure", old, new)
            return {tuple(row[name] for name in keys) for row in rows}

        there = differences(warehouse, first, second)
        back = differences(warehouse, second, first)
        assert told(there, "old_value", "new_value") == told(back, "new_value", "old_value")
        assert {row["reasons"] for row in back} == {"corrected_forms removed_forms"}

    def test_a_survey_that_came_or_went(self, warehouse: Path, tmp_path: Path) -> None:
        first = serving(warehouse)
        delivery = write_delivery(tmp_path / "d", forms(15), manifest("vss-2026", 2026))
        assert load(warehouse, delivery).exit_code == 0
        second = serving(warehouse)
        with closing(open_release(warehouse, second)) as opened:
            n_rows = opened.read("satisfaction_index", survey="vss-2026").height
        for old, new, state, side in (
            (first, second, "added", "new_value"),
            (second, first, "removed", "old_value"),
        ):
            rows = differences(warehouse, old, new)
            of_indices = [row for row in rows if row["view"] == "satisfaction_index"]
            assert len(of_indices) == n_rows
            assert {row["state"] for row in rows} == {state}
            assert {row["survey"] for row in rows} == {"vss-2026"}
            assert {row[side] for row in of_indices} == {80.0}
            assert all(row["difference"] is None for row in rows)

    def test_the_same_forms_with_other_numbers_issued(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        first = serving(warehouse)
        issued = [{"province": "01", "channel": "one_stop", "issued": 50}]
        told = manifest("vss-2025", 2025)
        delivery = write_delivery(tmp_path / "again", forms(40), told, issued=issued)
        assert load(warehouse, delivery).exit_code == 0
        rows = differences(warehouse, first, serving(warehouse))
        assert {row["reasons"] for row in rows} == {"other_files"}
        assert {(row["view"], row["figure"], row["new_value"]) for row in rows} == {
            ("response_funnel", "issued", 50.0),
            ("response_funnel", "missing", 10.0),
        }

    def test_another_catalogue_and_another_code_are_reasons(
        self, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = serving(warehouse)
        monkeypatch.setattr("ingest.agenda.code_version", lambda: "an older one")
        catalogue = write_settings(tmp_path / "c", burst_min_forms=77)
        delivery = write_delivery(tmp_path / "d", forms(3, first=900), manifest("vss-2025", 2025))
        assert load(warehouse, delivery, "--catalogue", catalogue).exit_code == 0
        rows = differences(warehouse, first, serving(warehouse))
        assert {row["reasons"] for row in rows} == {"new_forms catalogue code"}

    def test_a_snapshot_and_itself(self, warehouse: Path) -> None:
        snapshot = serving(warehouse)
        told = release(warehouse, "diff", snapshot, snapshot)
        assert told.exit_code == 0
        assert "no figure differs" in told.output

    @pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
    def test_the_file_has_every_row(self, warehouse: Path, tmp_path: Path, form: str) -> None:
        assert mark(warehouse, "r1", "final").exit_code == 0
        first, second = serving(warehouse), more(warehouse, tmp_path)
        out = tmp_path / f"d.{form}"
        told = release(warehouse, "diff", "r1", second, "--out", out)
        assert told.exit_code == 0, told.output
        assert "old: r1 (final" in told.output
        assert "10 new forms" in told.output
        rows = differences(warehouse, first, second)
        if form == "csv":
            with out.open(encoding="utf-8-sig", newline="") as file:
                found: list[Row] = list(csv.DictReader(file))
        elif form == "xlsx":
            head, *cells = openpyxl.load_workbook(out)["data"].values
            found = [dict(zip(map(str, head), row, strict=True)) for row in cells]
        else:
            found = pq.read_table(out).to_pylist()
        assert list(found[0]) == list(rows[0])
        assert len(found) == len(rows)
        names = ("view", *KEY, "figure")

        def keyed(given: list[Row]) -> dict[tuple[str, ...], float]:
            return {
                (*tuple(row[name] or "" for name in names), str(row["option"] or "")): float(
                    row["new_value"]
                )
                for row in given
            }

        assert keyed(found) == pytest.approx(keyed(rows))

    def test_what_is_hidden_is_said_and_not_shown(self, tmp_path: Path) -> None:
        """Small groups are hidden as everywhere; a hidden figure has its reason beside it, not an empty cell alone."""
        warehouse, told = tmp_path / "w", manifest("vss-2025", 2025)
        few = forms(4, 501, province="24", **{"2.1.a.1": 2})
        both = [*forms(40), *forms(40, 101, province="79"), *few]
        assert load(warehouse, write_delivery(tmp_path / "a", both, told)).exit_code == 0
        first = serving(warehouse)
        more = forms(30, 601, province="24", **{"2.1.a.1": 2})
        assert load(warehouse, write_delivery(tmp_path / "b", more, told)).exit_code == 0
        second = serving(warehouse)
        (row,) = [
            row
            for row in differences(warehouse, first, second)
            if row["view"] == "satisfaction_index"
            and (row["geo_code"], row["channel"], row["item"]) == ("24", "all", "2.1.a.1")
            and row["figure"] == "index_pct"
        ]
        assert (row["old_value"], row["old_suppressed"]) == (None, "few_forms")
        assert (row["new_value"], row["new_suppressed"]) == (pytest.approx(40.0), None)
        for name in ("csv", "parquet"):
            out = tmp_path / f"d.{name}"
            assert release(warehouse, "diff", first, second, "--out", out).exit_code == 0
        hidden = [
            row
            for row in pq.read_table(tmp_path / "d.parquet").to_pylist()
            if row["old_suppressed"] and row["view"] != "response_funnel"
        ]
        assert hidden
        assert {row["old_value"] for row in hidden} == {None}


class TestOlderSnapshots:
    @pytest.fixture
    def older(self, warehouse: Path) -> Path:
        """The warehouse with a snapshot `000000000000` that an older version built: without two views, and a column."""
        store = Store(warehouse)
        path = store.path("0" * 12)
        shutil.copy(store.existing(), path)
        with duckdb.connect(str(path)) as con:
            con.execute("DROP SCHEMA IF EXISTS published CASCADE")
            con.execute("DROP VIEW codebook; DROP TABLE response_funnel")
            con.execute("ALTER TABLE satisfaction_index DROP COLUMN ci_low_pct")
            con.execute("UPDATE snapshot_info SET code_version = 'older'")
        return warehouse

    @pytest.mark.parametrize(
        ("view", "columns", "lack"),
        [
            ("codebook", (), "has no view 'codebook'"),
            ("satisfaction_index", ("--columns", "ci_low_pct"), "has no column 'ci_low_pct'"),
        ],
    )
    def test_an_export_says_what_is_not_there(
        self, older: Path, tmp_path: Path, view: str, columns: tuple[str, ...], lack: str
    ) -> None:
        outcome = in_process(
            "export", view, *columns, "--snapshot", "0" * 12, "--warehouse", older,
            "--out", tmp_path / "x.csv",
        )  # fmt: skip
        assert outcome.exit_code in {1, 2}
        assert lack.split("'")[1] in outcome.output
        with closing(open_release(older, "0" * 12)) as snapshot, pytest.raises(OlderSnapshot) as e:
            snapshot.read(view, ["item", "ci_low_pct"] if columns else None)
        assert lack in str(e.value)
        assert "another version of the program built it" in str(e.value)

    def test_what_both_have_is_compared_and_the_rest_is_named(self, older: Path) -> None:
        told = release(older, "diff", "0" * 12, serving(older))
        assert told.exit_code == 0, told.output
        assert "no response_funnel: not compared" in told.output
        assert "no ci_low_pct of satisfaction_index: not compared" in told.output
        assert "another version of the code" in told.output
        assert "no figure differs" in told.output


def test_the_ledger_is_readable_by_anything(warehouse: Path) -> None:
    assert mark(warehouse, "r1", "final", "--note", "Quyết định 681").exit_code == 0
    (line,) = (warehouse / "releases.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert {name: told[name] for name in ("event", "release", "status", "note", "before")} == {
        "event": "mark",
        "release": "r1",
        "status": "final",
        "note": "Quyết định 681",
        "before": "",
    }
