"""Snapshots: published whole or not at all, one load at a time, gone back to, counted, never changed."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from tests.agreement import agree
from tests.command import ROOT, in_a_process, in_process, start
from tests.deliveries import forms, manifest, write_delivery, write_settings
from tests.oracle import surveys_of
from tests.oracle_catalogue import Catalogue
from tests.own_survey import write_catalogue
from warehouse import NoSnapshot, open_current
from warehouse.errors import HailongError, WarehouseUnusable
from warehouse.store import opened

Write = Callable[..., Path]


@pytest.fixture
def deliveries(tmp_path: Path) -> Callable[[int], Path]:
    """Deliveries by number: each adds a hundred forms of its own to the survey `w`."""

    def one(number: int, n: int = 100) -> Path:
        rows = forms(n, first=1 + 100_000 * number, **{"2.1.a.1": 1 + number % 5})
        return write_delivery(tmp_path / f"delivery-{number}", rows, manifest("w", 2026))

    return one


def load(warehouse: Path, *arguments: object) -> str:
    outcome = in_process("load", *arguments, "--warehouse", warehouse)
    assert outcome.exit_code == 0, outcome.output
    return open_current(warehouse).id


def n_forms(warehouse: Path) -> int:
    snapshot = open_current(warehouse)
    frame = snapshot.read("satisfaction_index", geo_level="nation", channel="all", item="overall")
    return int(frame["n_forms"].sum())


def listed(warehouse: Path) -> list[str]:
    """The snapshots as `hailong snapshots` lists them, newest first."""
    outcome = in_process("snapshots", "--warehouse", warehouse)
    assert outcome.exit_code == 0, outcome.output
    return [line.lstrip("* ").split()[0] for line in outcome.output.splitlines()]


def databases(warehouse: Path) -> set[str]:
    return {path.stem for path in warehouse.rglob("*.duckdb")}


class TestPublishing:
    def test_nothing_is_served_before_the_first_load(self, tmp_path: Path) -> None:
        for folder in (tmp_path, tmp_path / "nowhere"):
            with pytest.raises(NoSnapshot) as nothing:
                open_current(folder)
            assert "hailong load" in str(nothing.value)
        assert not (tmp_path / "nowhere").exists()

    def test_each_load_is_a_new_file_and_the_old_one_stays_as_it_was(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        first = load(warehouse, deliveries(0))
        (file,) = warehouse.rglob("*.duckdb")
        before = file.read_bytes()
        second = load(warehouse, deliveries(1))
        assert first != second
        assert databases(warehouse) == {first, second}
        assert file.read_bytes() == before

    def test_a_reader_keeps_what_it_opened(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        load(warehouse, deliveries(0))
        opened = open_current(warehouse)
        load(warehouse, deliveries(1))
        frame = opened.read("satisfaction_index", geo_level="nation", channel="all", item="overall")
        assert frame["n_forms"].to_list() == [100]
        assert n_forms(warehouse) == 200

    def test_one_snapshot_is_read_by_many_threads(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        load(warehouse, deliveries(0))
        snapshot = open_current(warehouse)
        expected = snapshot.read("satisfaction_index").to_dicts()

        def read(number: int) -> bool:
            if number % 4 == 0:
                return snapshot.filtered("satisfaction_index", people={"sex": "female"}).is_empty()
            return snapshot.read("satisfaction_index").to_dicts() == expected

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(read, range(80)))

    def test_the_content_depends_on_the_inputs_alone(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        one, two = tmp_path / "one", tmp_path / "two"
        ids = [load(warehouse, deliveries(0), deliveries(1)) for warehouse in (one, two)]
        assert ids[0] == ids[1]
        tables = [
            open_current(warehouse).read("satisfaction_index").to_dicts()
            for warehouse in (one, two)
        ]
        assert tables[0] == tables[1]

    def test_one_command_or_two_give_the_same_figures(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        one, two = tmp_path / "one", tmp_path / "two"
        load(one, deliveries(0), deliveries(1))
        load(two, deliveries(0))
        load(two, deliveries(1))
        tables = [
            open_current(warehouse).read("satisfaction_index").to_dicts()
            for warehouse in (one, two)
        ]
        assert tables[0] == tables[1]

    def test_provenance_is_recorded(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        served = load(warehouse, deliveries(0), deliveries(1))
        snapshot = open_current(warehouse)
        (info,) = snapshot.read("snapshot_info").to_dicts()
        assert info["snapshot"] == served
        assert info["catalogue_hash"]
        assert info["code_version"]
        files = snapshot.read("source_file").to_dicts()
        assert [file["n_rows"] for file in files] == [100, 100]
        assert len({file["sha256"] for file in files}) == 2
        assert all(len(file["sha256"]) == 64 for file in files)

    def test_another_catalogue_is_another_snapshot(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        first = load(warehouse, deliveries(0))
        overlay = write_settings(tmp_path / "catalogue", suppress_below_forms=3)
        assert load(warehouse, deliveries(0), "--catalogue", overlay) != first

    def test_checks_are_recorded_and_each_looked_at_something(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        load(warehouse, deliveries(0))
        checks = open_current(warehouse).read("data_check")
        assert checks.height >= 4
        assert set(checks["outcome"]) <= {"pass", "empty"}
        assert set(checks["n_failed"]) == {0}
        assert "pass" in set(checks["outcome"])
        assert in_process("check", "--warehouse", warehouse).exit_code == 0

    def test_a_failed_check_never_publishes(
        self, tmp_path: Path, deliveries: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        warehouse = tmp_path / "warehouse"
        served = load(warehouse, deliveries(0))
        from warehouse import relations

        broken = (
            "-- suite: form\n-- severity: fail\n-- of: form\n-- vi: hỏng\n-- en: broken\n"
            "SELECT survey, file, row, form_id, 'as it should' AS key FROM form LIMIT 3"
        )
        monkeypatch.setattr(relations, "checks", lambda: {"made_to_fail": broken})
        outcome = in_process("load", deliveries(1), "--warehouse", warehouse)
        assert outcome.exit_code == 1
        assert "made_to_fail" in outcome.output
        assert open_current(warehouse).id == served
        assert databases(warehouse) == {served}


class TestKilled:
    """`kill -9` at any moment leaves the old snapshot serving, and the next load succeeds."""

    def load_and_die(self, step: str, nth: int, warehouse: Path, delivery: Path) -> bool:
        """Load in a process that dies when it comes to the nth call of `step`; whether it did."""
        module, _, function = step.rpartition(".")
        program = f"""
            import importlib, os, signal
            from ingest.cli import main
            module, calls = importlib.import_module({module!r}), []
            real = module.{function}
            def last(*arguments, **named):
                calls.append(1)
                if len(calls) == {nth}:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)
            module.{function} = last
            main(["load", {str(delivery)!r}, "--warehouse", {str(warehouse)!r}])
        """
        process = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            cwd=ROOT, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert process.returncode in {0, -signal.SIGKILL}, process.stderr.decode()
        return process.returncode != 0

    @pytest.mark.parametrize(
        "step", ["warehouse.checking.run", "os.fsync", "os.rename", "os.replace"]
    )
    def test_at_each_step_of_publishing(
        self, tmp_path: Path, deliveries: Callable[[int], Path], step: str
    ) -> None:
        first, second = deliveries(0), deliveries(1)
        served = load(tmp_path / "served", first)
        whole = load(Path(shutil.copytree(tmp_path / "served", tmp_path / "whole")), second)
        killed = 0
        for nth in itertools.count(1):
            warehouse = Path(shutil.copytree(tmp_path / "served", tmp_path / f"killed-{nth}"))
            if not self.load_and_die(step, nth, warehouse, second):
                break
            killed += 1
            assert open_current(warehouse).id in ({served} if nth == 1 else {served, whole})
            assert n_forms(warehouse) in {100, 200}
            assert load(warehouse, second) == whole
            agree(open_current(warehouse), surveys_of([first, second], Catalogue()).values())
            assert databases(warehouse) == set(listed(warehouse)) == {served, whole}
            left = [path.name for path in warehouse.rglob("*") if path.is_file()]
            assert not [name for name in left if ".building" in name or name.endswith(".new")]
        assert killed >= 1, f"a load never calls {step}"

    def test_at_many_moments(self, tmp_path: Path, deliveries: Callable[..., Path]) -> None:
        """From the start of the process to the end of a whole load, in even steps."""
        warehouse = tmp_path / "warehouse"
        first, second = deliveries(0), deliveries(1, 20_000)
        served = load(warehouse, first)
        rehearsal = tmp_path / "rehearsal"
        load(rehearsal, first)
        began = time.monotonic()
        assert in_a_process("load", second, "--warehouse", rehearsal).exit_code == 0
        whole = time.monotonic() - began
        whole_load = open_current(rehearsal).id
        killed = 0
        for step in range(12):
            process = start("load", second, "--warehouse", warehouse)
            time.sleep(whole * (step + 0.5) / 12)
            process.kill()
            process.communicate()
            if process.returncode == 0:
                break
            if open_current(warehouse).id == whole_load:
                break  # killed on its way out: all of it is done
            killed += 1
            assert open_current(warehouse).id == served
            assert n_forms(warehouse) == 100
        assert killed >= 4
        load(warehouse, second)
        assert n_forms(warehouse) == 100 + 20_000
        assert databases(warehouse) == set(listed(warehouse))

    def test_the_first_load_of_all(self, tmp_path: Path, deliveries: Callable[[int], Path]) -> None:
        warehouse = tmp_path / "warehouse"
        assert self.load_and_die("os.rename", 1, warehouse, deliveries(0))
        with pytest.raises(NoSnapshot):
            open_current(warehouse)
        load(warehouse, deliveries(0))
        assert n_forms(warehouse) == 100


class TestTwoLoadsAtOnce:
    def test_one_waits_or_is_refused_and_nothing_is_lost(
        self, tmp_path: Path, deliveries: Callable[..., Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        folders = [deliveries(number, 5_000) for number in range(3)]
        processes = [start("load", folder, "--warehouse", warehouse) for folder in folders]
        outputs = [process.communicate(timeout=120)[0] for process in processes]
        codes = [process.returncode for process in processes]
        assert set(codes) <= {0, 1}
        assert 0 in codes
        assert n_forms(warehouse) == 5_000 * codes.count(0)
        for code, output in zip(codes, outputs, strict=True):
            assert "Traceback" not in output
            assert code == 0 or "another" in output
        for folder in folders:
            load(warehouse, folder)
        assert n_forms(warehouse) == 5_000 * 3

    def test_the_lock_dies_with_its_process(
        self, tmp_path: Path, deliveries: Callable[..., Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        load(warehouse, deliveries(0))
        process = start("load", deliveries(1, 50_000), "--warehouse", warehouse)
        stopped = False
        while process.poll() is None and not stopped:
            if list(warehouse.rglob("*.building")):
                os.kill(process.pid, signal.SIGSTOP)
                stopped = True
            time.sleep(0.005)
        assert stopped, "the load was over before it could be held"
        busy = in_process("load", deliveries(2), "--warehouse", warehouse)
        assert busy.exit_code == 1
        assert "another load" in busy.output
        assert n_forms(warehouse) == 100  # readers need no lock
        assert in_process("rollback", "--warehouse", warehouse).exit_code == 1
        process.kill()
        process.communicate()
        load(warehouse, deliveries(2))
        assert n_forms(warehouse) == 200


class TestGoingBack:
    def test_to_the_one_before_and_forth_again(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        ids = [load(warehouse, deliveries(number)) for number in range(3)]
        assert listed(warehouse) == ids[::-1]
        assert in_process("rollback", "--warehouse", warehouse).exit_code == 0
        assert open_current(warehouse).id == ids[1]
        assert n_forms(warehouse) == 200
        assert in_process("rollback", ids[0], "--warehouse", warehouse).exit_code == 0
        assert n_forms(warehouse) == 100
        assert in_process("rollback", ids[2], "--warehouse", warehouse).exit_code == 0
        assert n_forms(warehouse) == 300
        marked = [
            line for line in in_process("snapshots", "--warehouse", warehouse).output.splitlines()
            if line.startswith("*")
        ]  # fmt: skip
        assert len(marked) == 1
        assert ids[2] in marked[0]

    def test_a_load_builds_on_what_serves(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        for number in range(2):
            load(warehouse, deliveries(number))
        in_process("rollback", "--warehouse", warehouse)
        load(warehouse, deliveries(2))
        assert n_forms(warehouse) == 200
        agree(
            open_current(warehouse),
            surveys_of([deliveries(0), deliveries(2)], Catalogue()).values(),
        )

    def test_a_load_leads_back_to_a_snapshot_that_is_there(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        """After going back, the same delivery makes the same snapshot again."""
        warehouse = tmp_path / "warehouse"
        first = load(warehouse, deliveries(0))
        second = load(warehouse, deliveries(1))
        reader = open_current(warehouse)
        in_process("rollback", first, "--warehouse", warehouse)
        assert load(warehouse, deliveries(1)) == second
        assert n_forms(warehouse) == 200
        assert sorted(listed(warehouse)) == sorted([first, second])
        assert reader.read("survey").height == 1

    @pytest.mark.parametrize("name", ["000000000000", "../../etc", "", "current"])
    def test_to_one_that_is_not_there(
        self, tmp_path: Path, deliveries: Callable[[int], Path], name: str
    ) -> None:
        warehouse = tmp_path / "warehouse"
        served = load(warehouse, deliveries(0))
        outcome = in_process("rollback", name, "--warehouse", warehouse)
        assert outcome.exit_code in {1, 2}
        assert "Traceback" not in outcome.output
        assert open_current(warehouse).id == served

    def test_before_the_first(self, tmp_path: Path, deliveries: Callable[[int], Path]) -> None:
        warehouse = tmp_path / "warehouse"
        assert in_process("rollback", "--warehouse", warehouse).exit_code == 1
        load(warehouse, deliveries(0))
        assert in_process("rollback", "--warehouse", warehouse).exit_code == 1
        assert n_forms(warehouse) == 100

    @pytest.mark.parametrize("command", ["snapshots", "check", "rollback"])
    def test_where_nothing_was_loaded(self, tmp_path: Path, command: str) -> None:
        outcome = in_process(command, "--warehouse", tmp_path / "nowhere")
        assert outcome.exit_code == 1
        assert "hailong load" in outcome.output
        assert not (tmp_path / "nowhere").exists()

    def test_when_the_pointer_is_damaged(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        """What serves is lost; going back to a named snapshot mends it, and nothing crashes."""
        warehouse = tmp_path / "warehouse"
        first = load(warehouse, deliveries(0))
        pointers = [p for p in warehouse.iterdir() if p.is_file() and first in p.read_text()]
        assert len(pointers) == 1
        pointers[0].write_text("nonsense")
        with pytest.raises(HailongError):
            open_current(warehouse)
        assert in_process("load", deliveries(1), "--warehouse", warehouse).exit_code == 1
        assert in_process("rollback", first, "--warehouse", warehouse).exit_code == 0
        assert n_forms(warehouse) == 100


class TestTrouble:
    def test_the_snapshot_that_serves_is_damaged(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        """Nothing is built on it, nothing crashes, and an older one can serve instead."""
        warehouse = tmp_path / "warehouse"
        first = load(warehouse, deliveries(0))
        second = load(warehouse, deliveries(1))
        (file,) = warehouse.rglob(f"{second}.duckdb")
        file.write_bytes(file.read_bytes()[:5000])
        out = tmp_path / "f.csv"
        for command in (["load", deliveries(2)], ["check"], ["export", "survey", "--out", out]):
            outcome = in_process(*command, "--warehouse", warehouse)
            assert outcome.exit_code == 1, command
            assert "Traceback" not in outcome.output
        assert in_process("rollback", first, "--warehouse", warehouse).exit_code == 0
        load(warehouse, deliveries(2))
        assert n_forms(warehouse) == 200

    def test_a_snapshot_that_lost_its_end_is_damaged_however_little_it_is(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        (file,) = warehouse.rglob(f"{load(warehouse, deliveries(0))}.duckdb")
        os.truncate(file, file.stat().st_size - 1)
        with pytest.raises(WarehouseUnusable, match="damaged"):
            open_current(warehouse)

    def test_free_blocks_that_duckdb_cut_off_are_no_damage(self, tmp_path: Path) -> None:
        """Its header still counts them: a candidate that has no notes yet may be such a file."""
        file = tmp_path / "candidate.building"
        with duckdb.connect(str(file)) as con:
            con.execute("CREATE TABLE snapshot_info AS SELECT 1 AS one; CHECKPOINT")
            con.execute("CREATE TABLE large AS SELECT random() AS r FROM range(300000); CHECKPOINT")
            con.execute("DROP TABLE large; CHECKPOINT")
        with opened(file) as con:
            counted = con.execute("SELECT block_size * total_blocks FROM pragma_database_size()")
            assert (counted.fetchone() or (0,))[0] > file.stat().st_size

    def test_a_warehouse_that_cannot_be_written(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        (tmp_path / "file").write_text("x")
        for folder in (tmp_path / "file", tmp_path / "file" / "below"):
            outcome = in_process("load", deliveries(0), "--warehouse", folder)
            assert outcome.exit_code in {1, 2}
            assert "Traceback" not in outcome.output
        assert (tmp_path / "file").read_text() == "x"

    def test_a_catalogue_that_forgot_a_loaded_survey(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        """A later load without the user's catalogue folder must not lose the survey made with it."""
        warehouse = tmp_path / "warehouse"
        overlay = write_catalogue(tmp_path / "catalogue")
        told = manifest("patients-2025", 2025, instrument="patients", geography="isles")
        rows = [
            {"form_id": f"C{n}", "province": "01", "channel": "counter", "Q1a": 4}
            for n in range(20)
        ]
        own = write_delivery(tmp_path / "own", rows, told)
        served = load(warehouse, own, "--catalogue", overlay)
        outcome = in_process("load", deliveries(0), "--warehouse", warehouse)
        assert outcome.exit_code == 1
        assert "patients" in outcome.output
        assert open_current(warehouse).id == served
        load(warehouse, deliveries(0), "--catalogue", overlay)
        assert open_current(warehouse).read("survey")["survey"].to_list() == ["patients-2025", "w"]


class TestRetention:
    def test_the_last_ten_are_kept(self, tmp_path: Path, deliveries: Callable[[int], Path]) -> None:
        warehouse = tmp_path / "warehouse"
        ids = [load(warehouse, deliveries(number)) for number in range(12)]
        assert listed(warehouse) == ids[:1:-1]
        assert databases(warehouse) == set(ids[2:])

    def test_the_number_is_a_setting(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        overlay = write_settings(tmp_path / "catalogue", keep_snapshots=2)
        ids = [load(warehouse, deliveries(n), "--catalogue", overlay) for n in range(4)]
        assert listed(warehouse) == ids[:1:-1]
        assert databases(warehouse) == set(ids[2:])

    def test_keeping_one_keeps_the_one_that_serves(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        overlay = write_settings(tmp_path / "catalogue", keep_snapshots=1)
        load(warehouse, deliveries(0), "--catalogue", overlay)
        last = load(warehouse, deliveries(1), "--catalogue", overlay)
        assert databases(warehouse) == {last}
        assert n_forms(warehouse) == 200

    def test_nothing_of_a_deleted_one_is_left(
        self, tmp_path: Path, deliveries: Callable[[int], Path]
    ) -> None:
        warehouse = tmp_path / "warehouse"
        overlay = write_settings(tmp_path / "catalogue", keep_snapshots=1)
        first = load(warehouse, deliveries(0), "--catalogue", overlay)
        load(warehouse, deliveries(1), "--catalogue", overlay)
        assert [path for path in warehouse.rglob("*") if first in path.name] == []
