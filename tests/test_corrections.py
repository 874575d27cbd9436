"""The same again, later deliveries, dry runs, and the command line around a load."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import agree
from tests.command import in_process
from tests.deliveries import (
    Form,
    forms,
    manifest,
    spoilt,
    write_delivery,
    write_settings,
)
from tests.loading import accepted, files_of, load, national_forms, refused, serving_warehouse
from tests.oracle import surveys_of
from tests.oracle_catalogue import Catalogue
from warehouse import open_current


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves one small survey."""
    return serving_warehouse(tmp_path)


class TestAgainAndCorrections:
    def test_the_same_again_changes_nothing(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        first = load(warehouse, folder)
        before, served = files_of(warehouse), open_current(warehouse).id
        again = load(warehouse, folder)
        assert (first.exit_code, again.exit_code) == (0, 0)
        assert open_current(warehouse).id == served
        assert files_of(warehouse) == before
        assert again.output != first.output

    def test_the_same_under_another_folder_name(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        served = accepted(warehouse, folder).id
        copy = shutil.copytree(folder, tmp_path / "copy")
        assert accepted(warehouse, copy).id == served

    def test_the_same_twice_in_one_command(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        copy = shutil.copytree(folder, tmp_path / "copy")
        snapshot = accepted(warehouse, folder, copy)
        funnel = snapshot.read("response_funnel", survey="w")
        assert (sum(funnel["returned"]), sum(funnel["valid"])) == (30, 30)

    def test_a_later_delivery_adds_and_corrects(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026)
        first = write_delivery(tmp_path / "d1", spoilt(forms(60), {"2.1.a.1": 9}), told)
        second = write_delivery(
            tmp_path / "d2",
            [
                *forms(7, **{"2.1.a.1": 1}),  # corrected
                *forms(300, first=1000),  # new
                *forms(2, first=20, province="Xứ Lạ"),  # bad corrections
                {**forms(1)[0], "form_id": "B00001"},  # bad before, good now
                {**forms(1)[0], "form_id": "B00002", "2.1.a.1": 9},  # bad and new
            ],
            told,
        )
        accepted(warehouse, first)
        outcome = load(warehouse, second)
        snapshot = open_current(warehouse)
        agree(snapshot, surveys_of([first, second], Catalogue()).values())
        assert national_forms(warehouse, "w") == 60 + 300 + 1
        assert sorted(snapshot.read("quarantined_form", survey="w")["form_id"]) == [
            "B00002",
            "F00020",
            "F00021",
        ]
        numbers = set(re.findall(r"\d+", outcome.output))
        assert {"311", "308", "3", "7", "301", "2"} <= numbers

    def test_the_order_of_deliveries_decides(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026)
        low = write_delivery(tmp_path / "z", forms(30, **{"2.1.a.1": 1}), told)
        high = write_delivery(tmp_path / "a", forms(30, **{"2.1.a.1": 5}), told)
        snapshot = accepted(warehouse, low, high)
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert row["index_pct"].item() == 100

    def test_issued_counts_are_replaced_by_key(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026)

        def issued(**by_channel: int) -> list[Form]:
            return [
                {"province": "Hà Nội", "channel": c, "issued": n} for c, n in by_channel.items()
            ]

        one = write_delivery(
            tmp_path / "1", forms(30), told, issued=issued(one_stop=50, public_portal=8)
        )
        two = write_delivery(tmp_path / "2", forms(9, first=50), told, issued=issued(one_stop=70))
        accepted(warehouse, one)
        snapshot = accepted(warehouse, two)
        funnel = {
            row["channel"]: row for row in snapshot.read("response_funnel", survey="w").to_dicts()
        }
        assert (funnel["one_stop"]["issued"], funnel["one_stop"]["missing"]) == (70, 70 - 39)
        assert (funnel["public_portal"]["issued"], funnel["public_portal"]["returned"]) == (8, 0)

    def test_days_add_up_and_are_replaced_day_by_day(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026)

        def issued(*counts: tuple[int, int]) -> list[Form]:
            return [
                {"province": "01", "channel": "one_stop", "issued": n, "date": date(2026, 9, day)}
                for day, n in counts
            ]

        one = write_delivery(tmp_path / "1", forms(30), told, issued=issued((1, 10), (2, 20)))
        two = write_delivery(
            tmp_path / "2", forms(9, first=50), told, issued=issued((2, 25), (3, 40))
        )
        accepted(warehouse, one)
        snapshot = accepted(warehouse, two)
        (row,) = snapshot.read("response_funnel", survey="w").to_dicts()
        assert row["issued"] == 10 + 25 + 40
        agree(snapshot, surveys_of([one, two], Catalogue()).values())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"province": "Xứ Lạ"},
            {"channel": "pigeon"},
            {"issued": -1},
            {"issued": "nhiều"},
            {"issued": None, "isued": 5},
        ],
        ids=str,
    )
    def test_issued_counts_that_cannot_be(
        self, warehouse: Path, tmp_path: Path, wrong: dict[str, Any]
    ) -> None:
        issued = [{"province": "01", "channel": "one_stop", "issued": 5} | wrong]
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026), issued=issued)
        assert "issued" in refused(warehouse, folder)

    def test_administrative_figures_are_kept_apart(self, warehouse: Path, tmp_path: Path) -> None:
        figures = [
            {"province": "01", "item": "2.1.d.2", "breakdown": "BHYT", "unit": "%",
             "reference_year": 2025, "value": 95.25},
        ]  # fmt: skip
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026), indicators=figures)
        snapshot = accepted(warehouse, folder)
        (row,) = snapshot.read("administrative_figure", survey="w").to_dicts()
        assert (row["item"], row["breakdown"], row["value"]) == ("2.1.d.2", "BHYT", 95.25)
        items = set(snapshot.read("satisfaction_index", survey="w")["item"])
        assert not [item for item in items if item.startswith("2.1.d")]


class TestDryRun:
    def test_says_what_a_load_would_and_changes_nothing(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        rows = spoilt(forms(117), {"2.1.a.1": 6}, {"province": "Xứ Lạ"})
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026))
        before = files_of(warehouse)
        dry = load(warehouse, folder, "--dry-run")
        assert dry.exit_code == 0
        assert files_of(warehouse) == before
        for told in ("119", "117", "score_out_of_scale", "unknown_province"):
            assert told in dry.output
        real = load(warehouse, folder)
        assert files_of(warehouse) != before
        assert {line for line in dry.output.splitlines() if "119" in line} <= set(
            real.output.splitlines()
        )

    def test_leaves_no_warehouse_behind(self, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        assert load(tmp_path / "warehouse", folder, "--dry-run").exit_code == 0
        assert files_of(tmp_path / "warehouse") == {}

    def test_refuses_what_a_load_would(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30, provnice=1), manifest("w", 2026))
        dry = load(warehouse, folder, "--dry-run")
        assert dry.exit_code == 1
        assert "'province'" in dry.output


class TestCommandLine:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("load",),
            ("load", "--no-such-option", "x"),
            ("lod", "x"),
            ("load", "x", "--warehouse"),
            ("sample",),
            ("export",),
        ],
    )
    def test_wrong_usage_exits_2(self, arguments: tuple[str, ...]) -> None:
        assert in_process(*arguments).exit_code == 2

    def test_help_exits_0(self) -> None:
        outcome = in_process("--help")
        assert outcome.exit_code == 0
        for command in ("sample", "load", "check", "snapshots", "rollback", "export", "serve"):
            assert command in outcome.output

    def test_the_warehouse_is_named_by_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        monkeypatch.setenv("HAILONG_WAREHOUSE", str(tmp_path / "named"))
        assert in_process("load", folder).exit_code == 0
        assert national_forms(tmp_path / "named", "w") == 30

    def test_or_lies_below_the_current_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        monkeypatch.delenv("HAILONG_WAREHOUSE", raising=False)
        monkeypatch.chdir(tmp_path)
        assert in_process("load", folder).exit_code == 0
        assert national_forms(tmp_path / "data" / "warehouse", "w") == 30

    def test_plain_lines_where_there_is_no_terminal(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        output = load(warehouse, folder).output
        assert "\r" not in output
        assert "\x1b" not in output

    def test_a_catalogue_that_is_wrong_exits_1(self, warehouse: Path, tmp_path: Path) -> None:
        overlay = write_settings(tmp_path / "catalogue", refuse_above_bad_share="much")
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        outcome = load(warehouse, folder, "--catalogue", overlay)
        assert outcome.exit_code == 1
        assert "refuse_above_bad_share" in outcome.output
        assert open_current(warehouse).read("survey")["survey"].to_list() == ["vss-2025"]

    def test_the_first_load_that_is_refused_leaves_nothing_to_serve(self, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30, provnice=1), manifest("w", 2026))
        assert load(tmp_path / "warehouse", folder).exit_code == 1
        assert not list((tmp_path / "warehouse").rglob("*.duckdb"))
