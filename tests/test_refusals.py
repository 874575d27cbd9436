"""What a load says: every fault of a delivery at once, where it is, what to do, and none that follows from another."""

from __future__ import annotations

import os
import shutil
import signal
import time
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import pytest

from ingest import load as loading
from tests.command import in_process, start
from tests.deliveries import Form, forms, manifest, write_delivery, write_forms, write_settings
from tests.loading import accepted, load, national_forms, refused, serving_warehouse
from tests.own_survey import write_catalogue
from warehouse import open_current
from warehouse.catalogue.files import CatalogueFiles, UnreadableYaml, read_yaml

UnicodeForm = Literal["NFC", "NFD"]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves one small survey."""
    return serving_warehouse(tmp_path)


def faults(message: str) -> list[str]:
    """The faults that a refusal lists, a line each."""
    heading, _, listed = message.partition("Nothing was loaded:\n")
    assert listed, heading
    return [line.removeprefix("- ") for line in listed.strip().splitlines()]


def without(column: str, rows: list[Form]) -> list[Form]:
    return [{name: cell for name, cell in row.items() if name != column} for row in rows]


class TestIssued:
    """Rows of issued/: totals or days, whole numbers in any writing, one sentence for all that is wrong with a row."""

    def delivery(self, folder: Path, *rows: Form, **told: Any) -> Path:
        ordinary = {"province": "01", "channel": "one_stop", "issued": 40}
        issued = [ordinary | row for row in rows]
        return write_delivery(folder / "d", forms(30), manifest("w", 2026, **told), issued=issued)

    def loaded(self, warehouse: Path, folder: Path, columns: str) -> list[tuple[Any, ...]]:
        accepted(warehouse, folder)
        with duckdb.connect(str(open_current(warehouse).path), read_only=True) as con:
            return con.execute(
                f"SELECT {columns} FROM issued WHERE survey = 'w' ORDER BY ALL"
            ).fetchall()

    @pytest.mark.parametrize("days_first", [True, False])
    def test_a_total_and_days_of_the_same_cell(
        self, warehouse: Path, tmp_path: Path, days_first: bool
    ) -> None:
        rows: list[Form] = [{"date": date(2026, 9, 1)}, {"date": date(2026, 9, 2)}, {"date": None}]
        rows = rows if days_first else rows[::-1]
        told = faults(refused(warehouse, self.delivery(tmp_path, *rows)))
        assert len(told) == (1 if days_first else 2)
        for line, row in zip(told, [3] if days_first else [2, 3], strict=True):
            assert f"issued/issued.parquet: row {row}: column 'date'" in line
            assert "issued/issued.parquet row 1" in line
            assert "the total or the days, not both" in line

    def test_a_total_and_days_of_other_cells(self, warehouse: Path, tmp_path: Path) -> None:
        days: list[Form] = [{"channel": "public_portal", "date": date(2026, 9, n)} for n in (1, 2)]
        folder = self.delivery(tmp_path, {"date": None}, *days, {"province": "04", "date": None})
        assert len(self.loaded(warehouse, folder, "*")) == 4

    @pytest.mark.parametrize(
        ("written", "number"),
        [("12.0", 12), ("12", 12), (" 12 ", 12), (13.0, 13), ("0", 0), ("1999999", 1999999)],
    )
    def test_a_whole_number_in_any_writing(
        self, warehouse: Path, tmp_path: Path, written: Any, number: int
    ) -> None:
        folder = self.delivery(tmp_path, {"issued": written, "planned": written})
        assert self.loaded(warehouse, folder, "issued, planned") == [(number, number)]

    @pytest.mark.parametrize("column", ["issued", "planned", "reserve"])
    @pytest.mark.parametrize(
        "written",
        [
            "²",
            "99999999999999999999",
            5 * 10**12,
            -1,
            12.5,
            "1,5",
            "1.000,0",
            "inf",
            "nan",
            "1e400",
            "١٢",
        ],
    )
    def test_what_is_no_number_of_forms(
        self, warehouse: Path, tmp_path: Path, column: str, written: Any
    ) -> None:
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, {column: written})))
        assert f"issued/issued.parquet: row 1: column {column!r}: '{written}' is no" in told

    @pytest.mark.parametrize(
        "written",
        ["01/09/2026", "1/9/2026", "01-09-2026", "2026/09/01", "2026-09-01", "2026-09-01 10:00:00",
         "01/09/2026 08:30", "2026-08-31T17:30:00Z", date(2026, 9, 1), datetime(2026, 9, 1, 23)],  # noqa: DTZ001
    )  # fmt: skip
    def test_a_day_as_the_forms_may_write_it(
        self, warehouse: Path, tmp_path: Path, written: Any
    ) -> None:
        folder = self.delivery(tmp_path, {"date": written})
        assert self.loaded(warehouse, folder, "date") == [(date(2026, 9, 1),)]

    @pytest.mark.parametrize(
        "written", ["31/02/2026", "09/31/2026", "1899-01-01", "hôm nay", "2026"]
    )
    def test_what_is_no_day(self, warehouse: Path, tmp_path: Path, written: str) -> None:
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, {"date": written})))
        assert f"row 1: column 'date': '{written}'" in told

    def test_support_channels_need_no_province(self, warehouse: Path, tmp_path: Path) -> None:
        issued = [{"channel": "support_zalo", "issued": 5}]
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026), issued=issued)
        assert self.loaded(warehouse, folder, "province, issued") == [("none", 5)]

    @pytest.mark.parametrize("province", [None, "none", ""])
    def test_local_channels_do(self, warehouse: Path, tmp_path: Path, province: str | None) -> None:
        rows: list[Form] = [{"province": "04"}, {"province": province}]
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, *rows)))
        assert "row 2: column 'province': it is empty, and 'one_stop' is a local channel" in told

    def test_everything_wrong_with_a_row(self, warehouse: Path, tmp_path: Path) -> None:
        row = {"province": "Xứ Lạ", "channel": "pigeon", "issued": -1, "date": "x"}
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, row)))
        for column in ("province", "channel", "issued", "date"):
            assert f"column '{column}'" in told

    def test_a_key_that_stands_twice(self, warehouse: Path, tmp_path: Path) -> None:
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, {}, {"province": "Hà Nội"})))
        assert "row 2" in told
        assert "issued/issued.parquet row 1" in told


class TestIndicators:
    def delivery(self, folder: Path, **cells: Any) -> Path:
        row = {"province": "01", "item": "2.1.d.2", "value": 95.25, "reference_year": 2025} | cells
        return write_delivery(folder / "d", forms(30), manifest("w", 2026), indicators=[row])

    @pytest.mark.parametrize(
        ("column", "written"),
        [("value", "1,5"), ("value", "nan"), ("value", "inf"), ("value", float("-inf")), ("value", None),
         ("reference_year", -5), ("reference_year", 2025.5), ("reference_year", "20255"),
         ("reference_year", None)],
    )  # fmt: skip
    def test_the_one_column_that_is_wrong(
        self, warehouse: Path, tmp_path: Path, column: str, written: Any
    ) -> None:
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, **{column: written})))
        assert f"indicators/indicators.parquet: row 1: column {column!r}: " in told
        assert told.count("column '") == 1

    def test_numbers_in_any_writing(self, warehouse: Path, tmp_path: Path) -> None:
        snapshot = accepted(
            warehouse, self.delivery(tmp_path, value="95.25", reference_year="2025.0")
        )
        (row,) = snapshot.read("administrative_figure", survey="w").to_dicts()
        assert (row["value"], row["reference_year"]) == (95.25, 2025)


class TestFiles:
    """No file is passed over in silence."""

    def delivery(self, folder: Path) -> Path:
        return write_delivery(folder / "d", forms(30), manifest("w", 2026))

    def test_the_ending_in_capitals(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        write_forms(folder / "more.PARQUET", forms(9, first=100))
        issued = [{"province": "01", "channel": "one_stop", "issued": 77}]
        write_forms(folder / "issued" / "all.Parquet", issued)
        snapshot = accepted(warehouse, folder)
        assert national_forms(warehouse, "w") == 39
        assert sum(snapshot.read("response_funnel", survey="w")["issued"]) == 77

    @pytest.mark.parametrize(
        "name",
        ["hanoi/more.parquet", "hanoi/sub/MORE.PARQUET", "more.parq", "more.pq", "issued/09/a.parquet",
         "issued/a.pq", "indicators/2025/a.parquet", "quarantine/x/a.parquet", "Issued/a.parquet"],
    )  # fmt: skip
    def test_where_none_is_read(self, warehouse: Path, tmp_path: Path, name: str) -> None:
        folder = self.delivery(tmp_path)
        write_forms(folder / name, forms(9, first=100))
        (told,) = faults(refused(warehouse, folder))
        assert told.startswith(f"d: {name}: ")
        assert "move or rename it" in told

    def test_of_many_the_first_are_named(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        for n in range(9):
            write_forms(folder / "hanoi" / f"{n}.parquet", forms(1, first=100))
        told = faults(refused(warehouse, folder))
        assert len(told) == 6
        assert "4 more files" in told[-1]

    def test_all_forms_in_a_subfolder(self, warehouse: Path, tmp_path: Path) -> None:
        """That there is no form at all follows from it."""
        folder = self.delivery(tmp_path)
        (folder / "hanoi").mkdir()
        (folder / "forms.parquet").rename(folder / "hanoi" / "forms.parquet")
        (told,) = faults(refused(warehouse, folder))
        assert "hanoi/forms.parquet" in told

    @pytest.mark.parametrize("above", ["", "issued/"])
    def test_a_folder_as_spark_writes_a_table(
        self, warehouse: Path, tmp_path: Path, above: str
    ) -> None:
        folder = self.delivery(tmp_path)
        write_forms(folder / above / "out.parquet" / "part-00000.snappy.parquet", forms(9))
        (told,) = faults(refused(warehouse, folder))
        assert f"{above}out.parquet: it is a folder" in told
        assert "move the Parquet files inside it" in told

    @pytest.mark.parametrize(
        "name", ["._forms.parquet", ".cache/a.parquet", "_temporary/a.parquet"]
    )
    def test_what_is_hidden_is_left_out(self, warehouse: Path, tmp_path: Path, name: str) -> None:
        folder = self.delivery(tmp_path)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
        (folder / "_SUCCESS").touch()
        accepted(warehouse, folder)

    def test_a_folder_that_is_a_link(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        issued = [{"province": "01", "channel": "one_stop", "issued": 77}]
        write_forms(tmp_path / "elsewhere" / "a.parquet", issued)
        (folder / "issued").symlink_to(tmp_path / "elsewhere")
        (folder / "loop").symlink_to(folder)
        snapshot = accepted(warehouse, folder)
        assert sum(snapshot.read("response_funnel", survey="w")["issued"]) == 77


class TestManifest:
    def delivery(self, folder: Path, text: str) -> Path:
        return write_delivery(folder / "d", forms(30), text)

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("a: b\nsurvey: {{ name }}", 2),
            ("year: !!int abc", 1),
            ("a: b\nyear: !!timestamp 2025-99-99", 2),
            ("a: !!python/object:os.system {}", 1),
            ("a: b\n? [c]\n: d", 2),
            ("survey: a\nsurvey: b", 2),
            (
                f"{unicodedata.normalize('NFC', 'số')}: a\n{unicodedata.normalize('NFD', 'số')}: b",
                2,
            ),
            ("survey: [vss", 1),
            ('a: b\nsurvey: "\\ud800"', 2),
            ('survey: "\\0new"', 1),
            ("a:\n\t- b", 2),
        ],
    )
    def test_what_is_malformed_is_one_fault_with_its_line(
        self, warehouse: Path, tmp_path: Path, text: str, line: int
    ) -> None:
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, text)))
        assert told.startswith("d: survey.yaml: it is not readable as YAML (line ")
        assert f"(line {line}: " in told

    @pytest.mark.parametrize("text", ['a: "\\UFFFFFFFF"', "[" * 3000, "\x00"])
    def test_what_is_malformed_without_a_line(
        self, warehouse: Path, tmp_path: Path, text: str
    ) -> None:
        (told,) = faults(refused(warehouse, self.delivery(tmp_path, text)))
        assert "not readable as YAML" in told

    def test_files_of_the_catalogue_are_read_by_the_same_rules(self, tmp_path: Path) -> None:
        (tmp_path / "settings.yaml").write_text("a: b\nsurvey: {{ name }}", encoding="utf-8")
        files = CatalogueFiles([tmp_path])
        assert files.mapping(tmp_path, "settings.yaml") == {}
        (told,) = files.faults
        assert told.startswith("settings.yaml: it is not readable as YAML (line 2: ")
        with pytest.raises(UnreadableYaml):
            read_yaml(tmp_path / "settings.yaml")

    def test_named_in_capitals(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30, provnice=1), manifest("w", 2026))
        (folder / "survey.yaml").rename(folder / "Survey.yaml")
        told = faults(refused(warehouse, folder))
        assert "must be named survey.yaml" in told[0]
        assert "'provnice'" in told[1]
        assert len(told) == 2

    @pytest.mark.parametrize(("ours", "theirs"), [("NFC", "NFD"), ("NFD", "NFC")])
    def test_columns_in_another_form_of_unicode(
        self, warehouse: Path, tmp_path: Path, ours: UnicodeForm, theirs: UnicodeForm
    ) -> None:
        """Composed in the file and not in the manifest, a blank beside it: what looks the same is the same."""

        def file(text: str) -> str:
            return unicodedata.normalize(ours, text)

        def told(text: str) -> str:
            return unicodedata.normalize(theirs, text)

        rows: list[Form] = [
            {f" {file('Tỉnh')} ": "01", file("Ghi chú"): "x", **row, "2.1.a.1": file("không rõ")}
            for row in without("province", forms(30))
        ]
        delivery = write_delivery(
            tmp_path / "d",
            rows,
            manifest(
                "w",
                2026,
                columns={told("Tỉnh"): "province"},
                ignore=[told("Ghi chú")],
                missing_codes=[told("không rõ")],
            ),
        )
        funnel = accepted(warehouse, delivery).read("response_funnel", survey="w")
        assert funnel.select("province", "valid").rows() == [("01", 30)]

    def test_a_key_that_stands_twice_but_for_a_blank(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026, values={"sex": {"1": "male", "1 ": "female"}})
        (line,) = faults(refused(warehouse, write_delivery(tmp_path / "d", forms(30), told)))
        assert "values.sex" in line


class TestNearest:
    def test_a_slip_in_the_mapping(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [{"MaPhieu": row.pop("form_id"), **row} for row in forms(30)]
        told = manifest("w", 2026, columns={"MaPhieuu": "form_id"})
        unknown, missing = faults(refused(warehouse, write_delivery(tmp_path / "d", rows, told)))
        assert "column 'MaPhieu' is unknown, nearest is 'MaPhieuu'" in unknown
        assert "maps to 'form_id'" in unknown
        assert "'form_id' is missing; columns: maps 'MaPhieuu' to it" in missing
        assert "nearest is 'MaPhieu'" in missing

    @pytest.mark.parametrize(
        ("column", "nearest"),
        [("AgeGroup", "age_group"), ("Tuổi (age group)", "age_group"), ("FORM-ID", "form_id"),
         ("Cột 2.1.a.2", "2.1.a.2"), ("xyz", "")],
    )  # fmt: skip
    def test_names_are_compared_without_marks_and_capitals(
        self, warehouse: Path, tmp_path: Path, column: str, nearest: str
    ) -> None:
        folder = write_delivery(tmp_path / "d", forms(30, **{column: 4}), manifest("w", 2026))
        assert f"'{column}' is unknown, nearest is '{nearest}" in refused(warehouse, folder)


class TestColumns:
    def test_what_is_ignored_is_not_looked_into(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(30, ho_ten="Nguyễn Văn A", LienHe="0912345678")
        told = manifest("w", 2026, ignore=["ho_ten", "LienHe"])
        accepted(warehouse, write_delivery(tmp_path / "d", rows, told))

    def test_what_is_not_ignored_is(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(30, ho_ten="Nguyễn Văn A", LienHe="0912345678")
        told = manifest("w", 2026, ignore=["ho_ten"])
        assert "'LienHe'" in refused(warehouse, write_delivery(tmp_path / "d", rows, told))

    def test_yes_and_no_are_read_where_they_are_mapped(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        rows = [row | {"sex": n % 2 == 0, "2.1.a.1": True} for n, row in enumerate(forms(40))]
        meant = {"sex": {"true": "female", "false": "male"}, "2.1.a.1": {"true": "5"}}
        snapshot = accepted(
            warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026, values=meant))
        )
        people = snapshot.read("respondent_profile", survey="w", geo_level="nation")
        assert dict(zip(people["value"], people["n_forms"], strict=True)) == {
            "female": 20,
            "male": 20,
        }
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert row["n5"].item() == 40

    def test_and_nowhere_else(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026, values={"sex": {"true": "female"}})
        rows = forms(30, sex=True, age_group=True)
        (line,) = faults(refused(warehouse, write_delivery(tmp_path / "d", rows, told)))
        assert "'age_group'" in line


class TestAllAtOnce:
    """No fault hides another, and none that follows from another is told."""

    def test_manifest_columns_rows_and_values(self, warehouse: Path, tmp_path: Path) -> None:
        issued = [{"province": "01", "channel": "pigeon", "issued": 3}]
        figures = [{"province": "01", "item": "9", "value": 1.0, "reference_year": 2025}]
        rows = forms(30, ho_ten="x", nonsense=1, **{"2.1.a.1": 9})
        told = manifest("w", 2026) | {"year": "26"}
        folder = write_delivery(tmp_path / "d", rows, told, issued=issued, indicators=figures)
        lines = faults(refused(warehouse, folder))
        wanted = ["year", "'ho_ten'", "'nonsense'", "'pigeon'", "'9'", "score_out_of_scale 30"]
        assert len(lines) == len(wanted)
        for word, line in zip(
            wanted, sorted(lines, key=lambda line: order(wanted, line)), strict=True
        ):
            assert word in line

    def test_an_unknown_column_and_bad_rows_and_values(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        issued = [{"province": "01", "channel": "one_stop", "issued": -1}]
        rows = forms(30, nonsense=1, **{"2.1.a.1": 9})
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026), issued=issued)
        lines = faults(refused(warehouse, folder))
        assert len(lines) == 3
        assert "score_out_of_scale" in lines[-1]

    def test_form_id_and_province(self, warehouse: Path, tmp_path: Path) -> None:
        rows = without("province", without("form_id", forms(30)))
        lines = faults(
            refused(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        )
        assert len(lines) == 2
        assert "'form_id' is missing" in lines[0]
        assert "'province' is missing, and row 1" in lines[1]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda rows: without("form_id", rows),
            lambda rows: without("channel", rows),
            lambda rows: [row | {"channel": True} for row in rows],
            lambda rows: [row | {"province": ["01"]} for row in rows],
            lambda rows: [without("2.2.a.1.1", [row])[0] | {"2.1.a.1": True} for row in rows],
        ],
        ids=["no form_id", "no channel", "channels of no type", "provinces of no type", "items of no type"],
    )  # fmt: skip
    def test_what_follows_is_not_told(
        self, warehouse: Path, tmp_path: Path, spoil: Callable[[list[Form]], list[Form]]
    ) -> None:
        folder = write_delivery(tmp_path / "d", spoil(forms(30)), manifest("w", 2026))
        assert len(faults(refused(warehouse, folder))) == 1

    def test_rows_of_a_table_without_its_columns_are_not_told(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        issued = [{"province": "01", "issued": n} for n in range(9)]
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026), issued=issued)
        (line,) = faults(refused(warehouse, folder))
        assert "'channel' is missing" in line

    def test_a_file_without_rights_hides_nothing(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30, nonsense=1), manifest("w", 2026))
        (folder / "more.parquet").symlink_to(tmp_path / "gone.parquet")
        gone, unknown = sorted(
            faults(refused(warehouse, folder)), key=lambda line: "nonsense" in line
        )
        assert "more.parquet: it cannot be read" in gone
        assert "'nonsense'" in unknown

    def test_a_wrong_year_does_not_contradict_the_survey(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        told = manifest("vss-2025", 2025) | {"year": "25"}
        (line,) = faults(refused(warehouse, write_delivery(tmp_path / "d", forms(30), told)))
        assert "'25' is no year" in line


def order(words: list[str], line: str) -> int:
    return next((number for number, word in enumerate(words) if word in line), len(words))


class TestCatalogueOfTheLoadedSurveys:
    def test_a_catalogue_without_their_instrument_is_refused_up_front(self, tmp_path: Path) -> None:
        overlay, warehouse = write_catalogue(tmp_path / "catalogue"), tmp_path / "w"
        rows: list[Form] = [
            {"form_id": f"{n}", "channel": "counter", "province": "01", "Q1a": 4} for n in range(12)
        ]
        told = manifest("clinic", 2026, instrument="patients", geography="isles")
        clinic = write_delivery(tmp_path / "clinic", rows, told)
        assert load(warehouse, clinic, "--catalogue", overlay).exit_code == 0
        serving = open_current(warehouse).id
        other = write_delivery(tmp_path / "d", forms(30, nonsense=1), manifest("w", 2026))
        outcome = load(warehouse, other)
        assert outcome.exit_code == 1
        lines = faults(outcome.output)
        assert len(lines) == 3
        assert lines[0].startswith("clinic: ")
        for word, line in zip(("'patients'", "'isles'"), lines, strict=False):
            assert word in line
            assert "--catalogue" in line
        assert open_current(warehouse).id == serving


class TestWhatALoadSays:
    def test_the_same_files_twice_in_one_command(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        copy = shutil.copytree(folder, tmp_path / "copy")
        for _ in range(2):
            assert f"{copy}: the same files as in {folder}" in load(warehouse, folder, copy).output

    def test_why_all_is_computed_again(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        assert "computed again" not in load(warehouse, folder).output
        overlay = write_settings(tmp_path / "catalogue", suppress_below_forms=3)
        told = load(warehouse, folder, "--catalogue", overlay).output
        assert "computed again: the catalogue changed" in told
        assert "computed again" not in load(warehouse, folder, "--catalogue", overlay).output
        made = open_current(warehouse).path
        with duckdb.connect(str(made)) as con:
            con.execute("UPDATE snapshot_info SET code_version = 'another'")
        made.rename(made.with_stem("0" * 12))
        (warehouse / "current").write_text("0" * 12, encoding="ascii")
        told = load(warehouse, folder, "--catalogue", overlay).output
        assert "computed again: the program changed" in told


class TestInterrupted:
    @pytest.mark.parametrize("wrong", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
    def test_one_sentence(
        self, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: BaseException
    ) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise wrong

        monkeypatch.setattr(loading, "load_deliveries", interrupted)
        outcome = in_process("load", tmp_path, "--warehouse", warehouse)
        assert outcome.exit_code == 1
        assert outcome.output.startswith("Error: it was interrupted")
        assert outcome.output.count("\n") == 1

    def test_another_error_is_not_hidden(
        self, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr(loading, "load_deliveries", broken)
        with pytest.raises(RuntimeError, match="a fault of ours"):
            in_process("load", tmp_path, "--warehouse", warehouse)

    def test_while_it_builds(self, warehouse: Path, tmp_path: Path) -> None:
        serving = open_current(warehouse).id
        folder = write_delivery(tmp_path / "d", forms(3000), manifest("w", 2026))
        process = start("load", folder, "--warehouse", warehouse)
        until = time.monotonic() + 60
        while not list(warehouse.rglob("*.building")) and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "Traceback" not in output
        assert "it was interrupted" in output
        assert open_current(warehouse).id == serving
        assert national_forms(warehouse) == 40
