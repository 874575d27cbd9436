"""The rules of a snapshot: a fault of each kind is caught by the rule meant for it, and nothing else is called one."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
import pytest

import expectations
from ingest import load
from ingest.load import load_deliveries
from tests.command import ROOT, in_process
from tests.deliveries import manifest, write_delivery, write_forms
from tests.guarded import (
    SNAPSHOT,
    Delivery,
    built,
    copied,
    fabricated,
    forms_of,
    given,
    lowered,
    thinned,
)
from warehouse import assessment, checking, open_current, open_snapshot, relations
from warehouse.catalogue import Catalogue, read_catalogue
from warehouse.checking import CheckResult
from warehouse.errors import CheckFailed, ChecksNotRun

EVERY = 12

# Every rule by suite: a rule that goes, or a suite that is emptied, must be taken out here too, on purpose.
RULES = {
    "survey": {"forms_counted"},
    "form": {
        "form_id_unique", "required_fields_present", "survey_known", "province_in_geography",
        "channel_in_instrument", "mode_listed", "values_listed", "collected_in_fieldwork",
    },
    "item_count": {
        "answers_within_scale", "answered_as_asked", "answers_counted", "items_answered", "conditional_items",
    },
    "response_funnel": {
        "funnel_adds_up", "issued_covers_returned", "every_province_present", "channels_in_calendar",
        "calendar_channels_present", "forms_against_plan", "forms_against_last_year",
    },
    "slice_item": {"channels_sum_to_whole", "places_sum_to_whole"},
    "satisfaction_index": {
        "grain_unique", "index_within_scale", "index_is_mean", "index_matches_counts", "criterion_drift",
    },
    "answer_index": {"options_add_up"},
    "province_ranking": {"one_unit_per_merged_province"},
    "fieldwork_credibility": {
        "all_highest", "straight_lining", "identical_answers", "burst", "outlying_office", "outlying_mode",
    },
}  # fmt: skip

# Faults planted into a finished candidate: the rule meant for it, the statements, what its rows name, and the rules
# that must fail with it because the fault breaks what they say too.
FAULTS: dict[str, tuple[str, str, set[str]]] = {
    "form_id_unique": (
        ("UPDATE form SET form_id = (SELECT min(form_id) FROM form WHERE survey = 'vss-2025')"
        " WHERE survey = 'vss-2025' AND form_id = (SELECT max(form_id) FROM form WHERE survey = 'vss-2025')"),
        "repeated",
        set(),
    ),
    "required_fields_present": (
        "UPDATE form SET form_id = ' ' WHERE form_id = (SELECT max(form_id) FROM form)",
        "form_id",
        set(),
    ),
    "survey_known": (
        "UPDATE form SET survey = 'ghost' WHERE form_id = (SELECT max(form_id) FROM form)",
        "survey = ghost",
        {"forms_counted", "funnel_adds_up", "answers_counted"},
    ),
    "province_in_geography": (
        "UPDATE form SET province = '99' WHERE form_id = (SELECT max(form_id) FROM form WHERE province <> 'none')",
        "province = 99",
        {"funnel_adds_up"},
    ),
    "channel_in_instrument": (
        "UPDATE form SET channel = 'pigeon' WHERE form_id = (SELECT max(form_id) FROM form)",
        "channel = pigeon",
        {"funnel_adds_up", "answers_counted", "answered_as_asked"},
    ),
    "answers_within_scale": (
        """UPDATE form SET "vss-1111/2.1.a.1" = 6 WHERE form_id IN
        (SELECT form_id FROM form WHERE survey = 'vss-2025' AND "vss-1111/2.1.a.1" = 5 ORDER BY 1 LIMIT 3)""",
        "2.1.a.1 = 6",
        set(),
    ),
    "answered_as_asked": (
        """UPDATE form SET "vss-1111/2.2.c.1.1" = 5 WHERE form_id IN
        (SELECT form_id FROM form WHERE channel = 'one_stop' ORDER BY 1 LIMIT 2)""",
        "2.2.c.1.1 = 5",
        {"answers_counted"},
    ),
    "answers_counted": (
        ("UPDATE item_count SET n_answers = n_answers + 1 WHERE item = '2.1.a.1' AND survey = 'vss-2025'"
        " AND channel = 'public_portal' AND province = '01'"),
        "public_portal 2.1.a.1",
        set(),
    ),
    "forms_counted": (
        "UPDATE survey SET n_forms = n_forms + 1 WHERE survey = 'vss-2025'",
        "n_forms",
        set(),
    ),
    "funnel_adds_up": (
        ("UPDATE response_funnel SET returned = returned + 1 WHERE survey = 'vss-2025' AND province = '01'"
        " AND channel = 'public_portal'"),
        "01 public_portal",
        set(),
    ),
    "grain_unique": (
        ("INSERT INTO satisfaction_index SELECT * FROM satisfaction_index WHERE item_level = 'criterion'"
        " AND item = '2.1.a.1' AND geo_level = 'nation' AND channel = 'all' AND survey = 'vss-2025'"),
        "vn-34 nation vn all criterion 2.1.a.1",
        {"index_is_mean"},
    ),
    "index_within_scale": (
        ("UPDATE satisfaction_index SET index_pct = 100.5 WHERE item = 'overall' AND geo_level = 'nation'"
        " AND channel = 'all' AND survey = 'vss-2025'"),
        "vn-34 vn all overall overall = 100.5",
        {"index_is_mean"},
    ),
    "index_is_mean": (
        ("UPDATE satisfaction_index SET index_pct = index_pct - 0.001 WHERE item = '2.1' AND geo_code = '01'"
        " AND channel = 'all' AND survey = 'vss-2025'"),
        "vn-34 01 all content 2.1",
        set(),
    ),
    "index_matches_counts": (
        ("UPDATE satisfaction_index SET n1 = n1 + 1, n5 = n5 - 1 WHERE item = '2.1.a.1' AND geo_code = '01'"
        " AND channel = 'all' AND survey = 'vss-2025'"),
        "vn-34 01 all 2.1.a.1",
        set(),
    ),
    "options_add_up": (
        ("UPDATE answer_index SET n_chosen = n_chosen + 1 WHERE item = '1.4' AND option = 1 AND geo_code = '01'"
        " AND channel = 'all' AND survey = 'vss-2025'"),
        "vn-34 01 all 1.4",
        set(),
    ),
    "channels_sum_to_whole": (
        ("UPDATE slice_item SET n_answers = n_answers + 1 WHERE item = '1.4' AND geo_level = 'nation'"
        " AND channel = 'all' AND survey = 'vss-2025'"),
        "vn-34 vn 1.4",
        set(),
    ),
    "places_sum_to_whole": (
        ("UPDATE slice_item SET n_answers = n_answers + 1 WHERE item = '1.4' AND geo_level = 'nation'"
        " AND channel = 'local' AND survey = 'vss-2025'"),
        "vn-34 vn local 1.4",
        set(),
    ),
    "one_unit_per_merged_province": (
        ("INSERT INTO province_ranking SELECT * FROM province_ranking WHERE survey = 'vss-2024'"
        " AND geography = 'vn-34' AND province = '08'"),
        "ranked 2 times: vn-34 08",
        set(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="module")
def clean(
    sample_deliveries: list[Path], tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> Path:
    """Two full surveys without a fault, a year apart and either side of the merger; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("clean")
    thin = [
        thinned(delivery, folder / delivery.name, EVERY, lambda rows: rows)
        for delivery in sample_deliveries[:2]
    ]
    return built(folder / "candidate.building", thin, catalogue)


@pytest.fixture(scope="module")
def judged_clean(clean: Path) -> dict[str, CheckResult]:
    return {one.check: one for one in expectations.run(clean)}


def broken(path: Path) -> dict[str, CheckResult]:
    """The rules that Great Expectations finds broken, by name."""
    return {one.check: one for one in expectations.run(path) if one.n_failed}


def rows_of(path: Path, results: dict[str, CheckResult]) -> list[tuple[Any, ...]]:
    checking.record(path, SNAPSHOT, list(results.values()))
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute("SELECT * FROM failed_row").fetchall()


class TestSuites:
    def test_no_suite_and_no_rule_goes_unnoticed(self) -> None:
        found: dict[str, set[str]] = {suite: set() for suite in checking.SUITES}
        for check in checking.checks():
            found[check.suite].add(check.name)
        assert found == RULES

    def test_every_rule_of_severity_fail_has_its_fault(self) -> None:
        strict = {check.name for check in checking.checks() if check.severity == "fail"}
        assert strict == set(FAULTS)

    def test_a_clean_delivery_passes_without_a_warning(
        self, judged_clean: dict[str, CheckResult]
    ) -> None:
        assert {name: one.detail for name, one in judged_clean.items() if one.n_failed} == {}
        assert {one.outcome for one in judged_clean.values()} <= {"pass", "empty"}
        nothing_to_see = {name for name, one in judged_clean.items() if one.outcome == "empty"}
        # No issued numbers were delivered, and Appendix II begins with 2026.
        assert nothing_to_see == {
            "issued_covers_returned", "forms_against_plan", "channels_in_calendar", "calendar_channels_present",
        }  # fmt: skip

    def test_the_three_samples_pass_without_a_warning(
        self, sample_warehouse: Path, tmp_path: Path, catalogue: Catalogue
    ) -> None:
        # A copy: other tests of this process may have the file open in another way.
        copy = shutil.copy(open_current(sample_warehouse).path, tmp_path / "copy.duckdb")
        results = expectations.run(Path(copy))
        assert {one.check: one.detail for one in results if one.outcome != "pass"} == {}

    def test_the_gate_without_the_library_agrees(
        self, clean: Path, judged_clean: dict[str, CheckResult]
    ) -> None:
        alone = checking.run(clean)
        assert {one.check: one for one in alone} == {
            name: one for name, one in judged_clean.items() if one.severity == "fail"
        }


class TestEveryExpectationRan:
    def test_a_rule_that_errs_is_a_failure_of_the_run(
        self, clean: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rules = relations.checks()
        rules["misspelt"] = rules["grain_unique"].replace("geo_code", "geo_cod")
        monkeypatch.setattr(relations, "checks", lambda: rules)
        with pytest.raises(ChecksNotRun, match=r"misspelt: .*geo_cod"):
            expectations.run(clean)

    def test_no_rules_are_no_pass(self, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relations, "checks", dict)
        with pytest.raises(ChecksNotRun):
            expectations.run(clean)

    def test_a_missing_table_is_no_pass(self, clean: Path, tmp_path: Path) -> None:
        path = copied(clean, tmp_path)
        with duckdb.connect(str(path)) as con:
            con.execute("DROP TABLE credibility_form")
        with pytest.raises(ChecksNotRun, match="credibility_form"):
            expectations.run(path)

    def test_a_process_that_dies_is_no_pass(self, clean: Path) -> None:
        with expectations.started() as judge:
            judge._process.kill()
            with pytest.raises(ChecksNotRun):
                judge(clean)

    def test_no_network_is_asked(self, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: object, **named: object) -> None:
            raise AssertionError("the checks reached for the network")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        assert expectations.run(clean)

    def test_the_library_stays_out_of_every_other_process(self) -> None:
        script = (
            "import sys, ingest.cli, ingest.load, expectations, expectations.report, warehouse, dashboard.app;"
            "sys.exit('great_expectations' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_planted_fault_is_caught_by_its_rule(rule: str, clean: Path, tmp_path: Path) -> None:
    planting, named, with_it = FAULTS[rule]
    path = copied(clean, tmp_path)
    with duckdb.connect(str(path)) as con:
        con.execute(planting)
    found = broken(path)
    assert set(found) == {rule} | with_it
    assert found[rule].outcome == "fail"
    assert named in found[rule].detail
    rows = [row for row in rows_of(path, found) if row[1] == rule]
    assert len(rows) == found[rule].n_failed
    with pytest.raises(CheckFailed, match=rule):
        checking.gate(list(found.values()))


# --- faults that warn ---------------------------------------------------------------------------

SPOILT_DAYS = 45


def suspicious(rows: Delivery) -> Delivery:
    """The survey of 2025 with every fault that warns, each where no other is."""
    portal = [form for form in rows if form["channel"] == "public_portal"]
    desk = [form for form in rows if form["channel"] == "one_stop" and form["office"]]
    made = [
        *fabricated(portal, 60, "highest", given(5), province="11", mode=None),
        *fabricated(portal, 60, "straight", given(3), province="12", mode=None),
        *fabricated(portal[:400], 60, "twin", lambda form: {**twin, "form_id": form["form_id"]}),
        *fabricated(
            desk, 60, "burst", dict, province="44", office="Burst", collected_on=dt.date(2025, 10, 1)
        ),
        *fabricated(desk, 40, "peer-a", dict, province="15", office="A", mode=None),
        *fabricated(desk, 40, "peer-b", dict, province="15", office="B", mode=None),
        *fabricated(desk, 40, "low", lowered, province="15", office="C", mode=None),
        *fabricated(portal, 40, "online", dict, province="19", mode="online"),
        *fabricated(portal, 40, "phone", lowered, province="19", mode="phone"),
    ]  # fmt: skip
    kept = [
        form for number, form in enumerate(rows)
        if form["channel"] != "support_fanpage" or number % 10 == 0
    ]  # fmt: skip
    for number, form in enumerate(kept):
        if form["channel"] == "health_facility":
            form["2.2.c.1.1"] = None if number % 2 else form["2.2.c.1.1"]
        if form["channel"] == "one_stop":
            form["2.2.a.4.3"] = 5
        if form["channel"] == "payment_agent":
            form["2.2.a.3.1"] = 1
    spoilt = [form for form in kept if form["channel"] == "development_agent"]
    for form in spoilt[:SPOILT_DAYS]:
        form["collected_on"] = dt.date(2030, 1, 1)
    spoilt[-1]["mode"] = "pigeon"
    spoilt[-2]["venue"] = "moon"
    return [*kept, *made]


twin: dict[str, Any] = {}


@pytest.fixture(scope="module")
def faulty(
    clean: Path,
    sample_deliveries: list[Path],
    tmp_path_factory: pytest.TempPathFactory,
    catalogue: Catalogue,
) -> Path:
    """A clean survey of 2024, one of 2025 with every fault that warns, and one of 2026 in a single province."""
    folder = tmp_path_factory.mktemp("faulty")
    rows, types = forms_of(sample_deliveries[1], EVERY)
    whole = (
        form for form in rows if form["channel"] == "public_portal" and form["3.1"] and form["1.1"]
    )
    twin.update(next(form for form in whole if len({form[f"2.2.b.1.{n}"] for n in (1, 2, 3)}) > 1))
    twin.update(province="14", mode=None)
    spoilt = thinned(sample_deliveries[1], folder / "2025", EVERY, suspicious)
    issued: list[dict[str, Any]] = [
        {"province": "22", "channel": "public_portal", "planned": None, "issued": 1},
        {"province": "24", "channel": "public_portal", "planned": 900, "issued": 900},
    ]
    write_forms(spoilt / "issued" / "issued.parquet", issued)
    small = [
        {**form, "form_id": f"S{number}", "province": "01", "collected_on": None, "channel": channel}
        for channel in ("one_stop", "health_facility")
        for number, form in enumerate(form for form in rows if form["channel"] == channel)
    ]  # fmt: skip
    small = [
        {**form, "form_id": f"{form['channel']}-{form['form_id']}", "office": None}
        for form in small
    ]
    told = manifest("vss-2026", 2026)
    return built(
        folder / "candidate.building",
        [
            clean.parent / sample_deliveries[0].name,
            spoilt,
            write_delivery(folder / "2026", small, told, types=types),
        ],
        catalogue,
    )


@pytest.fixture(scope="module")
def judged_faulty(faulty: Path) -> dict[str, CheckResult]:
    return broken(faulty)


@pytest.fixture(scope="module")
def failed_rows(
    faulty: Path, judged_faulty: dict[str, CheckResult], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Any, ...]]:
    return rows_of(copied(faulty, tmp_path_factory.mktemp("recorded")), judged_faulty)


# What the rows of each warning name, by the way they are told: an id where it is a form, a key where it is none.
WARNINGS: dict[str, Callable[[str, str], bool]] = {
    "all_highest": lambda form_id, key: key.startswith("11  public_portal"),
    "straight_lining": lambda form_id, key: key.startswith("12  public_portal"),
    "identical_answers": lambda form_id, key: form_id.startswith("twin"),
    "burst": lambda form_id, key: form_id.startswith("burst"),
    "outlying_office": lambda form_id, key: form_id.startswith("low"),
    "outlying_mode": lambda form_id, key: key.startswith("19  public_portal"),
    "collected_in_fieldwork": lambda form_id, key: key == "collected_on = 2030-01-01",
    "mode_listed": lambda form_id, key: key == "mode = pigeon",
    "values_listed": lambda form_id, key: key == "venue = moon",
    "items_answered": lambda form_id, key: key.startswith("health_facility 2.2.c.1.1"),
    "conditional_items": lambda form_id, key: key.startswith("one_stop 2.2.a.4.3"),
    "issued_covers_returned": lambda form_id, key: key.startswith("22 public_portal"),
    "forms_against_plan": lambda form_id, key: key.startswith("24 public_portal"),
    "forms_against_last_year": lambda form_id, key: key.startswith("support_fanpage"),
    "criterion_drift": lambda form_id, key: "2.2.a.3.1" in key or "2.2.a.4.3" in key,
    "every_province_present": lambda form_id, key: key[:2] != "01",
    "channels_in_calendar": lambda form_id, key: key.startswith("health_facility"),
    "calendar_channels_present": lambda form_id, key: key.startswith(("public_portal", "support_")),
}


class TestWarnings:
    def test_each_planted_fault_warns_and_nothing_fails(
        self, judged_faulty: dict[str, CheckResult]
    ) -> None:
        assert {one.outcome for one in judged_faulty.values()} == {"warn"}
        assert set(judged_faulty) == set(WARNINGS)
        assert set(WARNINGS) == {c.name for c in checking.checks() if c.severity == "warn"}
        checking.gate(list(judged_faulty.values()))

    @pytest.mark.parametrize("rule", WARNINGS)
    def test_a_warning_names_what_was_planted(
        self, rule: str, failed_rows: list[tuple[Any, ...]]
    ) -> None:
        named = [(row[5] or "", row[6]) for row in failed_rows if row[1] == rule]
        assert named
        assert [pair for pair in named if not WARNINGS[rule](*pair)] == []

    def test_the_rows_are_all_there_as_another_query_finds_them(
        self,
        faulty: Path,
        judged_faulty: dict[str, CheckResult],
        failed_rows: list[tuple[Any, ...]],
    ) -> None:
        for rule, one in judged_faulty.items():
            assert len([row for row in failed_rows if row[1] == rule]) == one.n_failed
        delivered = faulty.parent / "2025" / "forms.parquet"
        late = duckdb.execute(
            f"SELECT form_id FROM '{delivered}' WHERE collected_on > DATE '2025-10-31' ORDER BY 1"
        ).fetchall()
        assert len(late) == SPOILT_DAYS > 20
        found = {row[5] for row in failed_rows if row[1] == "collected_in_fieldwork"}
        assert found == {form_id for (form_id,) in late}
        places = {row[2:6] for row in failed_rows if row[1] == "burst"}
        assert len(places) == 60
        assert {file for _, file, _, _ in places} == {"forms.parquet"}

    def test_nobody_is_dropped_for_a_warning(self, faulty: Path) -> None:
        with duckdb.connect(str(faulty), read_only=True) as con:
            told = con.execute(
                "SELECT count(*) FROM form WHERE form_id SIMILAR TO '(twin|burst|low|highest|straight|phone)-.*'"
            ).fetchone()
        assert told == (60 + 60 + 40 + 60 + 60 + 40,)


class TestGate:
    """Through the whole load, as users meet it."""

    @pytest.fixture
    def delivery(self, clean: Path) -> Path:
        return clean.parent / "vss-2025"

    @pytest.mark.full_gate
    def test_a_load_is_judged_published_checked_again_and_told(
        self, delivery: Path, tmp_path: Path
    ) -> None:
        warehouse = tmp_path / "warehouse"
        loaded = in_process("load", delivery, "--warehouse", warehouse)
        assert loaded.exit_code == 0, loaded.output
        assert "checks in" in loaded.output
        snapshot = open_current(warehouse)
        checks = snapshot.read("data_check")
        assert set(checks["check"]) == {check.name for check in checking.checks()}
        assert set(checks["outcome"]) <= {"pass", "empty"}
        report = tmp_path / "report.html"
        again = in_process("check", "--warehouse", warehouse, "--report", report)
        assert again.exit_code == 0, again.output
        assert snapshot.id in report.read_text("utf-8")

    def test_a_warning_is_published_and_shown(self, tmp_path: Path, delivery: Path) -> None:
        warehouse = tmp_path / "warehouse"
        warned = checking.checks()[0].result(3, 2, [("s", None, None, None, "x")])
        warned = CheckResult(**{**warned.__dict__, "outcome": "warn", "severity": "warn"})
        gates = {"invariants": lambda: nullcontext(lambda path, limit: [warned])}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(load, "GATES", gates)
            outcome = in_process("load", delivery, "--warehouse", warehouse)
        assert outcome.exit_code == 0
        assert f"warn: {warned.check}: 2 of 3 (s x)" in outcome.output

    def test_a_failure_stops_publication_and_lists_every_row(
        self, delivery: Path, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        warehouse = tmp_path / "warehouse"
        assess = assessment.assess

        def spoil(path: Path, known: Catalogue) -> None:
            assess(path, known)
            with duckdb.connect(str(path)) as con:
                con.execute(
                    """UPDATE form SET "vss-1111/2.1.b.1" = 6 WHERE channel = 'public_portal'"""
                )

        monkeypatch.setattr(assessment, "assess", spoil)
        with pytest.raises(CheckFailed) as stopped:
            load_deliveries([delivery], warehouse, catalogue)
        assert "answers_within_scale" in str(stopped.value)
        assert "forms.parquet row" in str(stopped.value)
        assert not (warehouse / "current").exists()
        assert not list((warehouse / "snapshots").iterdir())
        listed = duckdb.execute(
            f"SELECT form_id FROM '{warehouse / 'failed_row.csv'}' WHERE \"check\" = 'answers_within_scale'"
        ).fetchall()
        asked = duckdb.execute(
            f"SELECT form_id FROM '{delivery / 'forms.parquet'}' WHERE channel = 'public_portal'"
        ).fetchall()
        assert len(listed) > 200
        assert {form_id for (form_id,) in listed} <= {form_id for (form_id,) in asked}
        assert f"{len(listed)} of" in str(stopped.value)

    def test_the_rows_of_a_warning_can_be_exported(
        self, faulty: Path, judged_faulty: dict[str, CheckResult], tmp_path: Path
    ) -> None:
        snapshots = tmp_path / "warehouse" / "snapshots"
        snapshots.mkdir(parents=True)
        path = copied(faulty, tmp_path)
        checking.record(path, SNAPSHOT, list(judged_faulty.values()))
        path.rename(snapshots / f"{SNAPSHOT}.duckdb")
        (tmp_path / "warehouse" / "current").write_text(SNAPSHOT)
        out = tmp_path / "failed.csv"
        outcome = in_process(
            "export", "failed_row", "--where", "check=collected_in_fieldwork", "--out", out,
            "--warehouse", tmp_path / "warehouse",
        )  # fmt: skip
        assert outcome.exit_code == 0, outcome.output
        assert len(out.read_text("utf-8-sig").splitlines()) == 1 + SPOILT_DAYS
        signs = open_snapshot(tmp_path / "warehouse").read("fieldwork_credibility", flagged=True)
        assert set(signs["indicator"]) == RULES["fieldwork_credibility"]
