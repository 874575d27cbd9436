"""`hailong export`: every row it promises, exactly, in three formats, and nothing by surprise."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.utils import get_column_letter

from tests.agreement import TOLERANCE
from tests.command import Outcome, in_process
from tests.deliveries import forms, manifest, spoilt, write_delivery, write_settings
from tests.oracle import VIEWS, Figures, Survey, surveys_of
from tests.oracle_catalogue import Catalogue
from warehouse import open_current
from warehouse.export import Form, export_view, guarded
from warehouse.extraction import Extraction, lists_forms
from warehouse.meaning import column_meaning, view_meaning
from warehouse.plan import PEOPLE
from warehouse.published import PUBLISHED
from warehouse.workbook import BATCH

# What openpyxl says of the bars in the cells, which it cannot read.
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")
GUARDED = re.compile(r"'+[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("deliveries")
    old = [
        form | {"province": ["02", "08", "72"][n % 3], "2.1.a.1": 1 + n % 5, "1.2": [1, 1 + n % 8]}
        for n, form in enumerate(forms(60, office="Cơ sở, \"số 1\"", sex="female"))
    ]  # fmt: skip
    support = [
        {"form_id": f"S{n}", "channel": "support_zalo", "2.2.d.1.1": 1 + n % 5} for n in range(7)
    ]
    new = spoilt(forms(40, province="79", age_group="=1+1"), {"2.1.a.1": 6}, {"province": "Xứ Lạ"})
    return [
        write_delivery(folder / "old", [*old, *support], manifest("vss-2024", 2024)),
        write_delivery(folder / "new", new, manifest("vss-2025", 2025, synthetic=False)),
    ]


@pytest.fixture(scope="module")
def warehouse(folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("warehouse")
    limits = write_settings(tmp_path_factory.mktemp("catalogue"), suppress_below_forms=0)
    outcome = in_process("load", *folders, "--warehouse", warehouse, "--catalogue", limits)
    assert outcome.exit_code == 0, outcome.output
    return warehouse


@pytest.fixture(scope="module")
def surveys(folders: list[Path]) -> dict[str, Survey]:
    return surveys_of(folders, Catalogue())


def export(warehouse: Path, *arguments: object) -> Outcome:
    return in_process("export", *arguments, "--warehouse", warehouse)


def exported(warehouse: Path, out: Path, *arguments: object) -> list[dict[str, str]]:
    """Rows of a CSV export as text."""
    outcome = export(warehouse, *arguments, "--format", "csv", "--out", out)
    assert outcome.exit_code == 0, outcome.output
    return read_csv(out)


def read_csv(path: Path, separator: str = ",") -> list[dict[str, str]]:
    """Rows of a CSV file, without the apostrophe that keeps a text from running."""
    text = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    return [
        {name: value[1:] if GUARDED.match(value) else value for name, value in row.items()}
        for row in csv.DictReader(text, delimiter=separator)
    ]


def where(**equals: str) -> list[str]:
    return [part for name, value in equals.items() for part in ("--where", f"{name}={value}")]


def as_written(value: Any) -> str:
    """A key as CSV writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_row_is_the_oracles(
    warehouse: Path, surveys: dict[str, Survey], tmp_path: Path, view: str
) -> None:
    rows = exported(warehouse, tmp_path / "f.csv", view)
    expected: Figures = {}
    for survey in surveys.values():
        expected |= survey.view(view)
    grain = VIEWS[view].split()
    found = {tuple(row[name] for name in grain): row for row in rows}
    assert len(found) == len(rows)
    assert found.keys() == {tuple(map(as_written, key)) for key in expected}
    for key, figures in expected.items():
        row = found[tuple(map(as_written, key))]
        for name, value in figures.items():
            if value is None or isinstance(value, (bool, str)):
                assert row[name] == as_written(value)
            else:
                assert abs(float(row[name]) - float(value)) <= TOLERANCE


def test_the_national_tree(warehouse: Path, surveys: dict[str, Survey], tmp_path: Path) -> None:
    rows = exported(
        warehouse, tmp_path / "f.csv", "satisfaction_index",
        *where(year="2024", geo_level="nation", channel="all", geography="vn-34"),
    )  # fmt: skip
    expected = [
        key for key in surveys["vss-2024"].view("satisfaction_index")
        if key[2:6] == ("vn-34", "nation", "vn", "all")
    ]  # fmt: skip
    assert len(rows) == len(expected) > 5
    assert {row["channel"] for row in rows} == {"all"}


class TestFiles:
    def test_csv_opens_in_a_spreadsheet(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "f.csv"
        exported(warehouse, out, "satisfaction_index", *where(geo_level="office"))
        content = out.read_bytes()
        assert content.startswith(b"\xef\xbb\xbfsurvey,year,geography,geo_level,geo_code,channel,")
        assert content.count(b"\xef\xbb\xbf") == 1
        assert '"02/Cơ sở, ""số 1"""'.encode() in content

    def test_full_precision_and_decimal_point(self, warehouse: Path, tmp_path: Path) -> None:
        rows = exported(
            warehouse, tmp_path / "f.csv", "respondent_profile",
            *where(survey="vss-2024", geo_level="region", geography="vn-63", characteristic="sex"),
        )  # fmt: skip
        assert rows
        ranking = exported(
            warehouse, tmp_path / "g.csv", "satisfaction_index", *where(item="overall")
        )
        frame = open_current(warehouse).read("satisfaction_index", item="overall")
        assert [float(row["index_pct"]) for row in ranking] == frame["index_pct"].to_list()

    def test_null_is_empty(self, warehouse: Path, tmp_path: Path) -> None:
        rows = exported(warehouse, tmp_path / "f.csv", "satisfaction_index", *where(item="overall"))
        assert {row["n1"] for row in rows} == {""}
        assert "NULL" not in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")

    @pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
    def test_the_same_snapshot_gives_the_same_bytes(
        self, warehouse: Path, tmp_path: Path, form: str
    ) -> None:
        files = [tmp_path / "one", tmp_path / "two"]
        for out in files:
            assert (
                export(warehouse, "satisfaction_index", "--format", form, "--out", out).exit_code
                == 0
            )
        assert files[0].read_bytes() == files[1].read_bytes()
        assert files[0].stat().st_size > 1000

    @pytest.mark.parametrize("view", list(VIEWS))
    def test_the_three_formats_say_the_same(
        self, warehouse: Path, tmp_path: Path, view: str
    ) -> None:
        rows = exported(warehouse, tmp_path / "f.csv", view)
        for form in ("xlsx", "parquet"):
            out = tmp_path / f"f.{form}"
            assert export(warehouse, view, "--format", form, "--out", out).exit_code == 0
        table = pq.ParquetFile(tmp_path / "f.parquet").read()
        parquet = table.to_pylist()
        sheet = openpyxl.load_workbook(tmp_path / "f.xlsx", read_only=True).worksheets[0]
        header, *cells = sheet.iter_rows(values_only=True)
        named = (tmp_path / "f.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        assert list(header) == named == table.column_names
        assert len(rows) == len(parquet) == len(cells)
        for text, typed, row in zip(rows, parquet, cells, strict=True):
            for name, value in zip(header, row, strict=True):
                assert same(text[str(name)], typed[str(name)], within=0)
                # A workbook keeps the sixteen digits that spreadsheet programs show.
                assert same(text[str(name)], value, within=1e-15)

    def test_a_value_that_looks_like_a_formula_stays_text(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "f.xlsx"
        export(warehouse, "respondent_profile", "--format", "xlsx", "--out", out)
        cells = [
            cell for row in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in row
            if cell.value == "=1+1"
        ]  # fmt: skip
        assert cells
        assert {cell.data_type for cell in cells} == {"s"}

    def test_rows_are_in_the_order_of_the_key(self, warehouse: Path, tmp_path: Path) -> None:
        for view, grain in VIEWS.items():
            rows = exported(warehouse, tmp_path / "f.csv", view)
            names = [name for name in grain.split() if name != "year"]
            keys = [
                tuple(int(row[n] or 0) if n == "option" else row[n] for n in names) for row in rows
            ]
            assert keys == sorted(keys), view

    def test_it_replaces_the_file(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "f.csv"
        out.write_text("something longer than any export " * 10_000)
        rows = exported(warehouse, out, "survey")
        assert [row["survey"] for row in rows] == ["vss-2024", "vss-2025"]
        assert [path.name for path in tmp_path.iterdir()] == ["f.csv"]


def same(text: str, value: Any, within: float) -> bool:
    """Whether a CSV cell and a typed one say the same, within a share of the value."""
    if value is None or isinstance(value, (bool, str)):
        return text == as_written(value)
    return math.isclose(float(text), float(value), rel_tol=within, abs_tol=0)


class TestWhere:
    def rows(self, warehouse: Path, tmp_path: Path, *conditions: str) -> list[dict[str, str]]:
        told = [part for condition in conditions for part in ("--where", condition)]
        return exported(warehouse, tmp_path / "f.csv", "satisfaction_index", *told)

    def test_the_same_key_twice_means_either(self, warehouse: Path, tmp_path: Path) -> None:
        rows = self.rows(warehouse, tmp_path, "geo_level=nation", "geo_level=region")
        assert {row["geo_level"] for row in rows} == {"nation", "region"}

    def test_different_keys_mean_both(self, warehouse: Path, tmp_path: Path) -> None:
        rows = self.rows(warehouse, tmp_path, "year=2025", "geo_level=province", "item=overall")
        assert {(r["year"], r["geo_level"], r["item"], r["geo_code"]) for r in rows} == {
            ("2025", "province", "overall", "79")
        }

    def test_no_condition_is_every_row(self, warehouse: Path, tmp_path: Path) -> None:
        everything = len(self.rows(warehouse, tmp_path))
        years = [len(self.rows(warehouse, tmp_path, f"year={year}")) for year in (2024, 2025)]
        assert everything == sum(years)
        assert min(years) > 0

    def test_nothing_found_is_a_header_and_no_error(self, warehouse: Path, tmp_path: Path) -> None:
        assert self.rows(warehouse, tmp_path, "year=1999") == []
        text = (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
        assert text.startswith("survey,year,")
        assert len(text.splitlines()) == 1

    def test_a_value_is_text_to_the_end(self, warehouse: Path, tmp_path: Path) -> None:
        """Quotes, commas, equals signs and Vietnamese in a value mean themselves."""
        rows = self.rows(warehouse, tmp_path, 'geo_code=02/Cơ sở, "số 1"')
        assert {row["geo_level"] for row in rows} == {"office"}
        assert self.rows(warehouse, tmp_path, "geo_code=' OR 1=1 --") == []
        assert self.rows(warehouse, tmp_path, "item=%") == []

    def test_a_truth_value(self, warehouse: Path, tmp_path: Path) -> None:
        assert {r["survey"] for r in self.rows(warehouse, tmp_path, "synthetic=false")} == {
            "vss-2025"
        }
        assert {r["survey"] for r in self.rows(warehouse, tmp_path, "synthetic=true")} == {
            "vss-2024"
        }


class TestRefused:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("no_such_view", "--format", "csv", "--out", "F"),
            ("form", "--format", "csv", "--out", "F"),
            ("satisfaction_index; DROP TABLE form", "--format", "csv", "--out", "F"),
            ("satisfaction_index", "--format", "pdf", "--out", "F"),
            ("satisfaction_index", "--format", "csv"),
            ("satisfaction_index", "--where", "no_such_column=1", "--format", "csv", "--out", "F"),
            ("satisfaction_index", "--where", "1=1 OR year=2025", "--format", "csv", "--out", "F"),
            ("satisfaction_index", "--where", "year", "--format", "csv", "--out", "F"),
            ("satisfaction_index", "--where", "year=soon", "--format", "csv", "--out", "F"),
            ("satisfaction_index", "--where", "year=2025.4", "--format", "csv", "--out", "F"),
            ("satisfaction_index", "--wher", "year=2025", "--format", "csv", "--out", "F"),
        ],
    )
    def test_wrong_usage_exits_2_and_writes_nothing(
        self, warehouse: Path, tmp_path: Path, arguments: tuple[str, ...]
    ) -> None:
        told = [str(tmp_path / "f.csv") if argument == "F" else argument for argument in arguments]
        outcome = export(warehouse, *told)
        assert outcome.exit_code == 2, outcome.output
        assert list(tmp_path.iterdir()) == []

    def test_an_unknown_view_names_those_there_are(self, warehouse: Path, tmp_path: Path) -> None:
        output = export(
            warehouse, "satisfaction", "--format", "csv", "--out", tmp_path / "f"
        ).output
        assert "satisfaction_index" in output

    def test_nothing_loaded_exits_1(self, tmp_path: Path) -> None:
        outcome = export(
            tmp_path / "nowhere", "survey", "--format", "csv", "--out", tmp_path / "f.csv"
        )
        assert outcome.exit_code == 1
        assert not (tmp_path / "f.csv").exists()

    def test_a_file_that_cannot_be_written_exits_1(self, warehouse: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        outcome = export(
            warehouse, "survey", "--format", "csv", "--out", tmp_path / "file" / "f.csv"
        )
        assert outcome.exit_code in {1, 2}
        assert "Traceback" not in outcome.output
        outcome = export(warehouse, "survey", "--format", "csv", "--out", tmp_path)
        assert outcome.exit_code in {1, 2}
        assert [path.name for path in tmp_path.iterdir()] == ["file"]


class TestQuarantineCanBeExported:
    def test_with_file_row_and_every_reason(self, warehouse: Path, tmp_path: Path) -> None:
        rows = exported(warehouse, tmp_path / "f.csv", "quarantined_form")
        found = [(row["survey"], row["file"], row["row"], row["form_id"]) for row in rows]
        assert found == [
            ("vss-2025", "forms.parquet", "41", "B00001"),
            ("vss-2025", "forms.parquet", "42", "B00002"),
        ]
        assert "score_out_of_scale" in rows[0]["reasons"]
        assert "2.1.a.1" in rows[0]["reasons"]
        assert "unknown_province" in rows[1]["reasons"]


def test_every_published_view_can_be_exported(warehouse: Path, tmp_path: Path) -> None:
    promised = [
        *VIEWS, "province_ranking", "target_gap", "administrative_figure", "published_result",
        "data_check", "quarantined_form",
    ]  # fmt: skip
    for view in promised:
        for form in ("csv", "xlsx", "parquet"):
            out = tmp_path / f"{view}.{form}"
            outcome = export(warehouse, view, "--format", form, "--out", out)
            assert outcome.exit_code == 0, outcome.output
            assert out.stat().st_size > 0


# --- what goes with the rows --------------------------------------------------------------------


class TestNothingRuns:
    @pytest.mark.parametrize(
        "text",
        ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''+1", "\uff1d1"],
    )
    def test_a_guarded_text_can_be_had_back(self, warehouse: Path, text: str) -> None:
        with closing(open_current(warehouse)) as snapshot:
            query = f"SELECT {guarded('cell')} FROM (SELECT $text AS cell)"
            (written,) = snapshot.rows(query, {"text": text}).fetchone() or ("",)
        assert written == f"'{text}"
        assert GUARDED.match(written)

    @pytest.mark.parametrize("text", ["Đà Nẵng", "1.1", "", "'a", "a=1", "2.2.a", " =1", "'"])
    def test_an_ordinary_text_stays_as_it_is(self, warehouse: Path, text: str) -> None:
        with closing(open_current(warehouse)) as snapshot:
            query = f"SELECT {guarded('cell')} FROM (SELECT $text AS cell)"
            assert snapshot.rows(query, {"text": text}).fetchone() == (text,)

    def test_a_csv_cell_that_looks_like_a_formula(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "f.csv"
        export(warehouse, "respondent_profile", "--format", "csv", "--out", out)
        cells = {cell for row in csv.reader(out.open(encoding="utf-8-sig")) for cell in row}
        assert "'=1+1" in cells
        assert "=1+1" not in cells


class TestColumnsAndDecimals:
    def test_the_columns_named_in_their_order(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "f.csv"
        rows = exported(
            warehouse, out, "satisfaction_index", "--columns", "item,index_pct",
            "--columns", "survey,item", *where(geo_level="nation"),
        )  # fmt: skip
        assert list(rows[0]) == ["item", "index_pct", "survey"]
        whole = exported(warehouse, out, "satisfaction_index", *where(geo_level="nation"))
        assert rows == [{name: row[name] for name in rows[0]} for row in whole]

    @pytest.mark.parametrize("columns", ["item,no_such", "", "item,,survey"])
    def test_an_unknown_column_exits_2(self, warehouse: Path, tmp_path: Path, columns: str) -> None:
        out = tmp_path / "f.csv"
        outcome = export(warehouse, "satisfaction_index", "--columns", columns, "--out", out)
        assert outcome.exit_code == 2
        assert not out.exists()

    def test_the_decimal_comma(self, warehouse: Path, tmp_path: Path) -> None:
        point, comma = tmp_path / "p.csv", tmp_path / "c.csv"
        expected = exported(warehouse, point, "province_ranking")
        outcome = export(warehouse, "province_ranking", "--decimal", "comma", "--out", comma)
        assert outcome.exit_code == 0, outcome.output
        found = read_csv(comma, ";")
        assert found == [
            {
                name: value.replace(".", ",") if name.endswith("_pct") else value
                for name, value in row.items()
            }
            for row in expected
        ]
        assert any("," in row["index_pct"] for row in found)

    @pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
    def test_only_a_file_is_replaced(self, warehouse: Path, tmp_path: Path, form: str) -> None:
        """Of a link the file that it leads to; a pipe or a device stays what it is, and a name may be too long."""
        kept, link, pipe = tmp_path / "kept", tmp_path / "link", tmp_path / "pipe"
        kept.write_text("old")
        link.symlink_to(kept)
        os.mkfifo(pipe)
        told = "survey", "--format", form, "--out"
        assert export(warehouse, *told, link).exit_code == 0
        assert link.is_symlink()
        assert kept.read_bytes() != b"old"
        for out in (pipe, tmp_path / ("a" * 300)):
            outcome = export(warehouse, *told, out)
            assert outcome.exit_code == 1
            assert str(out) in outcome.output
        assert pipe.is_fifo()
        assert sorted(tmp_path.iterdir()) == [kept, link, pipe]

    @pytest.mark.parametrize("form", ["xlsx", "parquet"])
    def test_typed_formats_have_no_decimal_sign(
        self, warehouse: Path, tmp_path: Path, form: str
    ) -> None:
        out = tmp_path / f"f.{form}"
        outcome = export(warehouse, "survey", "--decimal", "comma", "--out", out)
        assert outcome.exit_code == 2
        assert not out.exists()


class TestWhatGoesWithARow:
    def test_a_workbook_is_ready_to_read(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "f.xlsx"
        export(
            warehouse, "satisfaction_index", *where(survey="vss-2024", geo_level="nation"),
            "--out", out,
        )  # fmt: skip
        book = openpyxl.load_workbook(out)
        assert book.sheetnames == ["data", "notes"]
        sheet = book["data"]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        head = {cell.value: get_column_letter(n) for n, cell in enumerate(sheet[1], 1)}
        assert sheet[f"{head['index_pct']}2"].number_format == "0.00"
        assert sheet[f"{head['n_forms']}2"].number_format == "#,##0"
        assert sheet[f"{head['year']}2"].number_format == "0"
        for name, letter in head.items():
            assert sheet.column_dimensions[letter].width > len(str(name))
        with zipfile.ZipFile(out) as parts:
            xml = parts.read("xl/worksheets/sheet1.xml").decode()
        bars = set(re.findall(r'<conditionalFormatting sqref="([A-Z]+)2:', xml))
        assert bars == {head["index_pct"], head["satisfied_pct"]}

    def test_the_notes_of_a_workbook(self, warehouse: Path, tmp_path: Path) -> None:
        out = tmp_path / "f.xlsx"
        export(warehouse, "satisfaction_index", *where(survey="vss-2024"), "--out", out)
        with closing(open_current(warehouse)) as snapshot:
            digests = snapshot.read("source_file", survey="vss-2024")["sha256"].to_list()
            columns = snapshot.columns("satisfaction_index")
            identity = snapshot.id
        rows = list(openpyxl.load_workbook(out)["notes"].iter_rows(values_only=True))
        said = "\n".join(str(cell) for row in rows for cell in row if cell)
        by_label = {row[1]: str(row[2]) for row in rows}
        assert by_label["Snapshot"] == identity
        assert by_label["Filter"] == "survey = vss-2024"
        assert by_label["Data"].startswith("DỮ LIỆU MÔ PHỎNG")
        assert "No row of this table is hidden" in by_label["Disclosure"]
        assert digests
        assert all(digest in said for digest in digests)
        explained = {row[0]: row[3] for row in rows}
        assert all(explained[name] for name in columns)

    @pytest.mark.parametrize(
        ("survey", "synthetic"), [("vss-2024", "true"), ("vss-2025", "false"), ("", "mixed")]
    )
    def test_what_a_parquet_file_says_of_itself(
        self, warehouse: Path, tmp_path: Path, survey: str, synthetic: str
    ) -> None:
        out = tmp_path / "f.parquet"
        chosen = where(survey=survey) if survey else []
        export(warehouse, "satisfaction_index", *chosen, "--out", out)
        kept = {
            key.decode(): value.decode() for key, value in pq.read_metadata(out).metadata.items()
        }
        with closing(open_current(warehouse)) as snapshot:
            assert kept["snapshot"] == snapshot.id
        assert kept["view"] == "satisfaction_index"
        assert json.loads(kept["filters"]) == ({"survey": [survey]} if survey else {})
        assert kept["synthetic"] == synthetic
        assert "0-100" in json.loads(kept["columns"])["index_pct"]

    def test_every_name_has_a_meaning_in_vietnamese(self, warehouse: Path) -> None:
        with closing(open_current(warehouse)) as snapshot:
            names = {name for view in PUBLISHED for name in snapshot.columns(view)}
        assert [
            name for name in sorted(names) if column_meaning(name).vi == column_meaning(name).en
        ] == []
        assert [view for view in PUBLISHED if view_meaning(view).vi == view_meaning(view).en] == []


class TestNobodyLeaves:
    def test_no_view_holds_a_comment_or_a_person(self, warehouse: Path) -> None:
        """What forms say of one person is in no view; single forms are named by three, without their answers."""
        people = {"comment", *PEOPLE} - {"mode", "venue"}
        with closing(open_current(warehouse)) as snapshot:
            forms = {view for view in PUBLISHED if lists_forms(snapshot, view)}
            assert forms == {"quarantined_form", "failed_row", "credibility_form"}
            for view in PUBLISHED:
                columns = set(snapshot.columns(view))
                assert not columns & people, view
                assert not (view in forms and columns & {"index_pct", "n1", "weight"}), view

    def test_what_somebody_wrote_is_in_no_export(self, tmp_path: Path) -> None:
        secret = "Tôi tên là Bí Mật"
        spoken = [form | {"comment": secret} for form in forms(30, province="79")]
        bad = spoilt([*spoken[:1]], {"2.1.a.1": 6})
        folder = write_delivery(tmp_path / "d", [*spoken, *bad[1:]], manifest("vss-2025", 2025))
        assert in_process("load", folder, "--warehouse", tmp_path / "w").exit_code == 0
        for view in PUBLISHED:
            out = tmp_path / f"{view}.csv"
            assert export(tmp_path / "w", view, "--out", out).exit_code == 0
            assert "Bí Mật" not in out.read_text(encoding="utf-8-sig"), view


@pytest.mark.parametrize("form", ["xlsx", "csv", "parquet"])
def test_the_rows_written_are_told(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    monkeypatch.setattr("warehouse.copying._SECONDS", 0.001)
    told: list[tuple[int, int]] = []
    with closing(open_current(warehouse)) as snapshot:
        extraction = Extraction("satisfaction_index")
        n_rows = export_view(
            snapshot, extraction, form, tmp_path / f"f.{form}",
            progress=lambda written, rows: told.append((written, rows)),
        )  # fmt: skip
        assert n_rows == extraction.count(snapshot)
    assert told == sorted(told)
    assert told[-1] == (n_rows, n_rows)
    assert len(told) >= (n_rows // BATCH if form == "xlsx" else 3)
