"""The archive of a survey: it holds what was loaded, opens again to the same figures, and is refused when touched."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from dashboard.report import making
from tests.command import Outcome, in_process
from tests.deliveries import forms, manifest, spoilt, write_delivery, write_settings
from tests.loading import load
from tests.own_survey import write_catalogue
from warehouse import Snapshot, open_current
from warehouse.errors import NotWritten
from warehouse.store import Store

Row = dict[str, Any]
FIGURES = (
    *("satisfaction_index", "assessment_index", "expectation_index", "province_ranking"),
    *("response_funnel", "quarantine_reason", "respondent_profile", "administrative_figure"),
)


def rows_of(warehouse: Path, view: str, survey: str = "vss-2024") -> list[Row]:
    with closing(open_current(warehouse)) as snapshot:
        return snapshot.read(view, survey=survey).to_dicts()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse `w` of two surveys, one in the old provinces: corrected, spoilt and commented."""
    folder = tmp_path_factory.mktemp("archive")
    told = manifest("vss-2024", 2024)
    spoken = [
        *forms(30, province="79", office="Cơ sở 1", sex="female", comment="Tôi là Bí Mật"),
        *forms(25, 31, province="92", **{"1.2": [1, 3], "1.4": 2, "3.10": 4, "2.1.a.1": 5}),
        *forms(9, 61, province="24", **{"2.2.a.1.1": None, "collected_on": "2024-09-11"}),
    ]
    support = [
        {"form_id": f"S{n:02}", "channel": "support_zalo", "province": None, "2.2.d.1.1": 3}
        for n in range(11)
    ]
    bad = spoilt(spoken[:1], {"2.1.a.1": 6}, {"province": "Xứ Lạ"})[1:]
    issued: list[Row] = [
        {"province": "79", "channel": "one_stop", "issued": 90, "planned": 95, "reserve": 5},
        {"province": None, "channel": "support_zalo", "issued": 12, "planned": 12, "reserve": 0},
    ]
    figures = [
        {
            "province": "79", "item": "2.1.d.1", "breakdown": "bhxh", "unit": "người",
            "reference_year": 2023, "value": 1234.5,
        }
    ]  # fmt: skip
    first = write_delivery(
        folder / "first", [*spoken, *support, *bad], told, issued=issued, indicators=figures
    )
    second = write_delivery(folder / "second", forms(3, 31, province="92", **{"2.1.a.1": 1}), told)
    other = write_delivery(folder / "other", forms(12), manifest("vss-2025", 2025))
    outcome = load(folder / "w", first, second, other)
    assert outcome.exit_code == 0, outcome.output
    return folder


@pytest.fixture(scope="module")
def archive(given: Path) -> Path:
    outcome = in_process(
        "archive", "vss-2024", "--reports", "none", "--warehouse", given / "w", "--out", given
    )
    assert outcome.exit_code == 0, outcome.output
    with closing(open_current(given / "w")) as snapshot:
        path = given / f"vss-2024_{snapshot.id}.zip"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in outcome.output
    return path


def restore(archive: Path, warehouse: Path, *arguments: object) -> Outcome:
    return in_process("restore", archive, "--warehouse", warehouse, *arguments)


@pytest.fixture(scope="module")
def restored(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("restored") / "w"
    outcome = restore(archive, warehouse)
    assert outcome.exit_code == 0, outcome.output
    assert "75 of 75 accepted forms" in outcome.output
    assert "2 quarantined forms" in outcome.output
    return warehouse


class TestWhatItHolds:
    def test_the_accepted_forms_are_those_loaded(self, given: Path, archive: Path) -> None:
        """Read from the files that were delivered: the good ones, the later of each id."""
        loaded: dict[str, Row] = {}
        for delivery in ("first", "second"):
            for row in pq.read_table(given / delivery / "forms.parquet").to_pylist():
                if not row["form_id"].startswith("B"):
                    loaded[row["form_id"]] = row
        with zipfile.ZipFile(archive) as packed, packed.open("delivery/forms.parquet") as file:
            kept = pq.read_table(file).to_pylist()
        assert [row["form_id"] for row in kept] == sorted(loaded)

        def said(row: Row) -> Row:
            held = {name: value for name, value in row.items() if value is not None}
            return {
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in held.items()
                if name != "comment"
            }

        assert [said(row) for row in kept] == [said(loaded[row["form_id"]]) for row in kept]

    def test_what_people_wrote_is_nowhere(self, archive: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(tmp_path)
            for name in packed.namelist():
                if name.endswith(".parquet"):
                    table = pq.read_table(tmp_path / name)
                    assert "comment" not in table.column_names, name
                    assert "Bí Mật" not in str(table.to_pydict()), name
                else:
                    assert "Bí Mật" not in packed.read(name).decode(), name

    def test_it_says_what_it_is_and_what_it_was_made_of(self, given: Path, archive: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            told = json.loads(packed.read("archive.json"))
            readme = packed.read("README.txt").decode()
        with closing(open_current(given / "w")) as snapshot:
            files = snapshot.read("source_file", survey="vss-2024")
        assert (told["format"], told["format_version"]) == ("hailong-archive", 1)
        assert (told["survey"], told["n_forms"], told["n_quarantined"]) == ("vss-2024", 75, 2)
        assert {file["sha256"] for file in told["source_files"]} == set(files["sha256"])
        digest = hashlib.sha256((given / "first" / "forms.parquet").read_bytes()).hexdigest()
        assert digest in {file["sha256"] for file in told["source_files"]}
        assert "KHÔNG CÔNG BỐ" in readme
        assert "NOT FOR PUBLICATION" in readme
        assert "SYNTHETIC DATA" in readme

    def test_every_hash_is_that_of_its_member(self, archive: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            lines = packed.read("SHA256SUMS").decode().splitlines()
            sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
            assert sorted(sums) == sorted(set(packed.namelist()) - {"SHA256SUMS"})
            for name, digest in sums.items():
                assert hashlib.sha256(packed.read(name)).hexdigest() == digest

    def test_the_tables_are_the_views_of_the_survey(self, given: Path, archive: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            tables = {name for name in packed.namelist() if name.startswith("tables/")}
            for view in ("satisfaction_index", "response_funnel", "quarantined_form"):
                with packed.open(f"tables/{view}.parquet") as file:
                    assert pq.read_table(file).to_pylist() == rows_of(given / "w", view)
            with packed.open("tables/codebook.parquet") as file:
                assert set(pq.read_table(file)["instrument"].to_pylist()) == {"vss-1111"}
        assert {"tables/data_check.parquet", "tables/failed_row.parquet"} <= tables

    def test_the_same_snapshot_gives_the_same_bytes(
        self, given: Path, archive: Path, tmp_path: Path
    ) -> None:
        again = tmp_path / "again.zip"
        outcome = in_process(
            "archive", "vss-2024", "--reports", "none", "--warehouse", given / "w", "--out", again
        )
        assert outcome.exit_code == 0
        assert again.read_bytes() == archive.read_bytes()
        with zipfile.ZipFile(archive) as packed:
            assert packed.namelist()[:-1] == sorted(packed.namelist()[:-1])
            assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    def test_a_release_is_archived_as_one(self, given: Path, tmp_path: Path) -> None:
        warehouse = Path(shutil.copytree(given / "w", tmp_path / "w"))
        marked = in_process(
            "release", "mark", "--id", "r1", "--status", "final", "--warehouse", warehouse
        )
        assert marked.exit_code == 0
        outcome = in_process(
            "archive",
            "vss-2024",
            "--reports",
            "none",
            "--release",
            "r1",
            "--warehouse",
            warehouse,
            "--out",
            tmp_path,
        )
        assert outcome.exit_code == 0, outcome.output
        (path,) = tmp_path.glob("*.zip")
        assert path.name.startswith("vss-2024_r1-final_")
        with zipfile.ZipFile(path) as packed:
            told = json.loads(packed.read("archive.json"))
        assert (told["release"], told["release_status"]) == ("r1", "final")


class TestReports:
    def made(self, given: Path, out: Path, *arguments: str) -> tuple[Outcome, set[str]]:
        outcome = in_process(
            "archive", "vss-2024", "--warehouse", given / "w", "--out", out, *arguments
        )
        with zipfile.ZipFile(out) as packed:
            return outcome, {name for name in packed.namelist() if name.startswith("reports/")}

    def test_they_are_in_it(
        self, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What `hailong report` makes of the survey; here what it is asked for is looked at, not how it draws."""
        asked: list[making.Order] = []

        def fulfil(
            snapshot: Snapshot, order: making.Order, out: Path, progress: object
        ) -> making.Outcome:
            asked.append(order)
            files = [out / f"{code or 'summary'}.pdf" for code in order.provinces]
            for file in files:
                file.write_bytes(b"%PDF")
            return making.Outcome(tuple(files), (("79", "it broke"),) if len(files) > 1 else ())

        monkeypatch.setattr(making, "fulfil", fulfil)
        outcome, members = self.made(given, tmp_path / "a.zip")
        assert outcome.exit_code == 0, outcome.output
        assert members == {"reports/summary.pdf"}
        assert (asked[0].survey, asked[0].provinces) == ("vss-2024", (None,))
        assert asked[0].forms == ("pdf", "docx")
        outcome, members = self.made(given, tmp_path / "b.zip", "--reports", "all")
        # The survey was taken in the old provinces; their reports are of the places of today.
        assert len(members) == 1 + len(asked[1].provinces[1:]) > 30
        assert outcome.exit_code == 1
        assert "not in it: the profile of province 79: it broke" in outcome.output
        assert restore(tmp_path / "b.zip", tmp_path / "w").exit_code == 0

    def test_the_archive_is_there_without_them(
        self, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fulfil(*arguments: object) -> making.Outcome:
            raise NotWritten("no Chromium")

        monkeypatch.setattr(making, "fulfil", fulfil)
        outcome, members = self.made(given, tmp_path / "a.zip")
        assert outcome.exit_code == 1
        assert "not in it: the reports: no Chromium" in outcome.output
        assert members == set()
        assert restore(tmp_path / "a.zip", tmp_path / "w").exit_code == 0


class TestOpenedAgain:
    @pytest.mark.parametrize("view", FIGURES)
    def test_every_figure_is_the_same(self, given: Path, restored: Path, view: str) -> None:
        before, after = rows_of(given / "w", view), rows_of(restored, view)
        # The ranking looks back at surveys that are not in the archive.
        other = {"previous_survey", "change_pct", "change_se_pct", "like_for_like_pct"}
        assert len(before) > 0
        assert len(after) == len(before)
        for then, now in zip(before, after, strict=True):
            for name in then.keys() - other:
                expected = then[name]
                if isinstance(expected, float):
                    expected = pytest.approx(expected, rel=1e-12)
                assert now[name] == expected, (name, then)

    def test_the_indices_are_the_same_to_the_last_digit(self, given: Path, restored: Path) -> None:
        names = ("geography", "geo_level", "geo_code", "channel", "item", "n_forms", "index_pct")
        before, after = (
            [tuple(row[name] for name in names) for row in rows_of(warehouse, "satisfaction_index")]
            for warehouse in (given / "w", restored)
        )
        assert after == before
        # By hand: of 2.1.a.1 the thirty of province 79 said 4, of 25 in 92 three were corrected to 1, the nine said 4.
        expected = 100 * (30 * 4 + 22 * 5 + 3 * 1 + 9 * 4) / (5 * 64)
        (index,) = [
            row[-1] for row in after
            if row[:5] == ("vn-63", "nation", "vn", "all", "2.1.a.1")
        ]  # fmt: skip
        assert index == pytest.approx(expected)

    def test_quarantined_forms_come_back_as_they_were_recorded(
        self, given: Path, restored: Path
    ) -> None:
        before, after = (rows_of(w, "quarantined_form") for w in (given / "w", restored))
        assert after == before
        assert len(after) == 2
        assert {row["file"] for row in after} == {"forms.parquet"}

    def test_it_is_loaded_once(self, archive: Path, restored: Path, given: Path) -> None:
        for warehouse in (restored, given / "w"):
            again = restore(archive, warehouse)
            assert again.exit_code == 1
            assert "holds the survey vss-2024 already" in again.output

    def test_beside_another_survey(self, archive: Path, tmp_path: Path) -> None:
        delivery = write_delivery(tmp_path / "d", forms(12), manifest("vss-2026", 2026))
        assert load(tmp_path / "w", delivery).exit_code == 0
        assert restore(archive, tmp_path / "w").exit_code == 0
        assert {r["n_forms"] for r in rows_of(tmp_path / "w", "survey", "vss-2026")} == {12}
        assert {r["n_forms"] for r in rows_of(tmp_path / "w", "survey")} == {75}

    def test_a_dry_run_changes_nothing(self, archive: Path, tmp_path: Path) -> None:
        told = restore(archive, tmp_path / "w", "--dry-run")
        assert told.exit_code == 0, told.output
        assert "every hash is right" in told.output
        assert not (tmp_path / "w").exists()

    def test_the_delivery_in_it_is_a_delivery(self, archive: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                if name.startswith("delivery/"):
                    packed.extract(name, tmp_path)
        assert load(tmp_path / "w", tmp_path / "delivery").exit_code == 0
        assert len(rows_of(tmp_path / "w", "quarantined_form")) == 2

    def test_recorded_quarantine_of_another_make_is_refused(
        self, archive: Path, tmp_path: Path
    ) -> None:
        delivery = write_delivery(tmp_path / "d", forms(12), manifest("vss-2025", 2025))
        (delivery / "quarantine").mkdir()
        shutil.copy(delivery / "forms.parquet", delivery / "quarantine" / "x.parquet")
        outcome = load(tmp_path / "w", delivery)
        assert outcome.exit_code == 1
        assert "quarantine/x.parquet: recorded quarantine has the columns" in outcome.output


class TestAnotherCatalogue:
    def test_a_survey_of_the_users_own(self, tmp_path: Path) -> None:
        """Its instrument and its places are in the archive: no catalogue is named to open it."""
        catalogue = write_catalogue(tmp_path / "catalogue")
        name = min(path.name for path in (catalogue / "instruments").iterdir())
        items = [
            row
            for row in csv.DictReader((catalogue / "instruments" / name / "items.csv").open())
            if row["level"] == "criterion"
        ]
        channel = next(csv.DictReader((catalogue / "instruments" / name / "channels.csv").open()))
        geography = min(path.name for path in (catalogue / "geographies").iterdir())
        province = next(
            csv.DictReader((catalogue / "geographies" / geography / "provinces.csv").open())
        )
        asked = next(
            item["item"] for item in items
            if {"everyone", channel["channel"], channel["service_group"]} & {*item["asked_of"].split()}
        )  # fmt: skip
        rows = [
            {
                "form_id": f"F{n}",
                "province": province["province_code"],
                "channel": channel["channel"],
                asked: 1 + n % 3,
            }
            for n in range(12)
        ]
        told = manifest("own-2026", 2026, instrument=name, geography=geography)
        delivery = write_delivery(tmp_path / "d", rows, told)
        assert load(tmp_path / "w", delivery, "--catalogue", catalogue).exit_code == 0
        out = tmp_path / "own.zip"
        made = in_process(
            "archive", "own-2026", "--reports", "none", "--warehouse", tmp_path / "w", "--out", out
        )
        assert made.exit_code == 0, made.output
        opened = restore(out, tmp_path / "again")
        assert opened.exit_code == 0, opened.output
        assert "the catalogue of the archive was used" in opened.output
        before, after = (
            rows_of(warehouse, "satisfaction_index", "own-2026")
            for warehouse in (tmp_path / "w", tmp_path / "again")
        )
        assert after == before
        assert len(before) > 0
        # Beside surveys that would be computed anew by its questions it is not opened.
        other = write_delivery(tmp_path / "o", forms(12), manifest("vss-2026", 2026))
        assert load(tmp_path / "other", other).exit_code == 0
        refused = restore(out, tmp_path / "other")
        assert refused.exit_code == 1
        assert "in a warehouse of its own" in refused.output

    def test_the_shipped_catalogue_is_used_where_it_says_the_same(
        self, archive: Path, tmp_path: Path
    ) -> None:
        outcome = restore(archive, tmp_path / "w")
        assert outcome.exit_code == 0
        assert "the catalogue of the archive" not in outcome.output


def repacked(
    archive: Path, out: Path, change: Callable[[dict[str, bytes]], None], sums: bool = False
) -> Path:
    """A copy of the archive with changed members; with `sums`, their hashes are put right."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    if sums:
        members["SHA256SUMS"] = "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n"
            for name, content in members.items()
            if name != "SHA256SUMS"
        ).encode()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out


def told_otherwise(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        told = json.loads(members["archive.json"]) | changes
        members["archive.json"] = json.dumps(told).encode()

    return change


class TestRefused:
    @pytest.mark.parametrize(
        "member",
        ["delivery/forms.parquet", "delivery/survey.yaml", "tables/satisfaction_index.parquet"],
    )
    def test_a_changed_member_is_named(self, archive: Path, tmp_path: Path, member: str) -> None:
        def change(members: dict[str, bytes]) -> None:
            members[member] = members[member][:-1] + bytes([members[member][-1] ^ 1])

        outcome = restore(repacked(archive, tmp_path / "x.zip", change), tmp_path / "w")
        assert outcome.exit_code == 1
        assert f"{member} is not what was archived" in outcome.output
        assert not (tmp_path / "w").exists()

    def test_a_flipped_bit_in_the_file(self, archive: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            info = packed.getinfo("delivery/forms.parquet")
        content = bytearray(archive.read_bytes())
        content[info.header_offset + 300] ^= 1
        (tmp_path / "x.zip").write_bytes(content)
        outcome = restore(tmp_path / "x.zip", tmp_path / "w")
        assert outcome.exit_code == 1
        assert "delivery/forms.parquet is not what was archived" in outcome.output

    @pytest.mark.parametrize(
        ("change", "sums", "said"),
        [
            (lambda members: members.pop("delivery/forms.parquet"), False, "forms.parquet is missing"),
            (lambda members: members.update(extra=b"x"), False, "extra is no part of the archive"),
            (lambda members: members.update({"../x": b"x"}), True, "outside its folder"),
            (lambda members: members.pop("SHA256SUMS"), False, "SHA256SUMS is missing"),
            (lambda members: members.pop("archive.json"), True, "no archive of a survey"),
            (told_otherwise(format_version=2), True, "of format 2"),
            (told_otherwise(format_version=2), False, "of format 2"),
            (told_otherwise(format="zip"), True, "its format is 'zip'"),
            (told_otherwise(n_forms="many"), True, "archive.json is not what was archived"),
        ],
    )  # fmt: skip
    def test_what_is_no_archive_of_ours(
        self,
        archive: Path,
        tmp_path: Path,
        change: Callable[[dict[str, bytes]], None],
        sums: bool,
        said: str,
    ) -> None:
        outcome = restore(repacked(archive, tmp_path / "x.zip", change, sums), tmp_path / "w")
        assert outcome.exit_code == 1
        assert said in outcome.output
        assert "Traceback" not in outcome.output
        assert not (tmp_path / "w").exists()
        assert not (tmp_path / "x").exists()

    @pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 100])
    def test_what_is_no_zip(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "x.zip").write_bytes(content)
        outcome = restore(tmp_path / "x.zip", tmp_path / "w")
        assert outcome.exit_code == 1
        assert "no whole archive" in outcome.output

    def test_half_a_file(self, archive: Path, tmp_path: Path) -> None:
        (tmp_path / "x.zip").write_bytes(archive.read_bytes()[:-4000])
        assert restore(tmp_path / "x.zip", tmp_path / "w").exit_code == 1

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        outcome = restore(tmp_path / "x.zip", tmp_path / "w")
        assert outcome.exit_code == 1
        assert "cannot be read" in outcome.output

    def test_an_unknown_survey(self, given: Path, tmp_path: Path) -> None:
        outcome = in_process(
            "archive", "vss-1999", "--warehouse", given / "w", "--out", tmp_path / "x.zip"
        )
        assert outcome.exit_code == 2
        assert "vss-2024, vss-2025" in outcome.output
        assert not (tmp_path / "x.zip").exists()


class TestFailures:
    @pytest.mark.parametrize(
        "step", ["warehouse.archive._pack", "warehouse.archive_content.export_view"]
    )
    def test_a_failed_write_leaves_what_was_there(
        self, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        out = tmp_path / "a.zip"
        out.write_bytes(b"the one before")

        def broken(*arguments: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(step, broken)
        outcome = in_process(
            "archive", "vss-2024", "--reports", "none", "--warehouse", given / "w", "--out", out
        )
        assert outcome.exit_code == 1
        assert "No space left" in outcome.output
        assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
        assert out.read_bytes() == b"the one before"

    def test_one_that_dies_leaves_no_half_archive(
        self, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """At the moment before the last step no file of that name is there."""
        seen: list[bool] = []
        out = tmp_path / "a.zip"
        replace = Path.replace

        def watched(path: Path, target: Path) -> Path:
            if target == out:
                seen.append(out.exists())
                assert zipfile.ZipFile(path).testzip() is None
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", watched)
        in_process(
            "archive", "vss-2024", "--reports", "none", "--warehouse", given / "w", "--out", out
        )
        assert seen == [False]
        assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_the_manifest_is_what_was_delivered(given: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        told = yaml.safe_load(packed.read("delivery/survey.yaml"))
    first = yaml.safe_load((given / "first" / "survey.yaml").read_text(encoding="utf-8"))
    assert told == first


def test_a_limit_of_today_counts(archive: Path, tmp_path: Path) -> None:
    """Limits are those of who opens it: they protect people now."""
    catalogue = write_settings(tmp_path / "c", suppress_below_forms=3)
    assert restore(archive, tmp_path / "w", "--catalogue", catalogue).exit_code == 0
    with closing(open_current(tmp_path / "w")) as snapshot:
        assert snapshot.read("settings")["suppress_below_forms"].to_list() == [3]
    assert Store(tmp_path / "w").current()
