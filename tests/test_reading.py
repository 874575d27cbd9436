"""Extracts as they come: mapped columns and values, types, missing codes, what counts as no answer."""

from __future__ import annotations

import datetime as dt
import shutil
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.agreement import agree
from tests.deliveries import (
    as_table,
    forms,
    manifest,
    spoilt,
    write_delivery,
    write_forms,
)
from tests.loading import accepted, national_forms, refused, serving_warehouse
from tests.oracle import surveys_of
from tests.oracle_catalogue import Catalogue
from warehouse import Snapshot, open_current, reading
from warehouse.extract import Extracts, UnreadableParquet, scan
from warehouse.plan import Column, ParquetFile


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves one small survey."""
    return serving_warehouse(tmp_path)


class TestMapping:
    """Extracts that were not made to the contract."""

    def compare(self, warehouse: Path, folder: Path) -> Snapshot:
        snapshot = accepted(warehouse, folder)
        surveys = surveys_of([folder], Catalogue())
        agree(snapshot, surveys.values())
        return snapshot

    def test_columns_values_and_missing_codes(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [
            {"MaPhieu": 100 + n, "Tinh": "TP. Hà Nội", "Kenh": 1 + n % 2, "c1_3": 1 + n % 5,
             "q9": [9, 4, 5, 99][n % 4], "gioi": ["Nữ", "Nam"][n % 2]}
            for n in range(40)
        ]  # fmt: skip
        told = manifest(
            "mapped",
            2026,
            columns={"MaPhieu": "form_id", "Tinh": "province", "Kenh": "channel", "c1_3": "2.1.a.1",
                     "q9": "2.1.a.2", "gioi": "sex"},
            values={"channel": {"1": "one_stop", "2": "public_portal"},
                    "sex": {"Nữ": "female", "Nam": "male"}},
            missing_codes=[9, 99],
        )  # fmt: skip
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        index = snapshot.read(
            "satisfaction_index", survey="mapped", geo_level="nation", channel="all"
        )
        by_item = dict(zip(index["item"], index["n_answers"], strict=True))
        assert (by_item["2.1.a.1"], by_item["2.1.a.2"]) == (40, 20)
        profile = snapshot.read("respondent_profile", survey="mapped", geo_level="nation")
        assert set(profile["value"]) == {"female", "male"}

    def test_scalars_are_read_as_written(self, warehouse: Path, tmp_path: Path) -> None:
        """3.10 is not 3.1, 1 is the text that stands in the column, and `no` is no false."""
        told = """
survey: written
year: 2026
instrument: vss-1111
geography: vn-34
synthetic: true
title: {vi: Thử, en: Test}
columns: {q310: 3.10, q31: 3.1, 12: 2.1.a.1}
values:
  channel: {no: one_stop, 1: public_portal, 1e3: health_facility}
  2.1.a.1: {05: 5}
missing_codes: [0, 9]
"""
        rows = [
            {"form_id": f"F{n}", "province": "46", "channel": ["no", "1", "1e3"][n % 3],
             "q310": 4, "q31": 1, "12": ["05", "9", "0", "3"][n % 4]}
            for n in range(40)
        ]  # fmt: skip
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        nation = snapshot.read(
            "expectation_index", survey="written", geo_level="nation", channel="all"
        )
        index = dict(zip(nation["item"], nation["index_pct"], strict=True))
        assert index == {"3.10": 100.0, "3.1": 25.0}
        channels = set(snapshot.read("response_funnel", survey="written")["channel"])
        assert channels == {"one_stop", "public_portal", "health_facility"}

    def test_values_that_are_not_listed_pass(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [form | {"channel": ["one_stop", "q"][n % 2]} for n, form in enumerate(forms(30))]
        told = manifest("w", 2026, values={"channel": {"q": "payment_agent"}})
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        channels = set(snapshot.read("response_funnel", survey="w")["channel"])
        assert channels == {"one_stop", "payment_agent"}

    def test_missing_codes_come_before_values(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [form | {"2.1.a.1": ["9", "8"][n % 2]} for n, form in enumerate(forms(30))]
        told = manifest("w", 2026, values={"2.1.a.1": {"9": "5", "8": "1"}}, missing_codes=[9])
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert (row["n_answers"].item(), row["n1"].item()) == (15, 15)

    @pytest.mark.parametrize(
        ("key", "written"),
        [("1.0", 1.0), ("1.0", "1"), ("1", "1.0"), ("1", 1), ("1", "01"), (" 1\t", "1"), ("x ", "\u00a0x"),
         (unicodedata.normalize("NFD", "Trả một cửa"), "Trả một cửa"),
         ("Trả một cửa", unicodedata.normalize("NFD", "Trả một cửa"))],
    )  # fmt: skip
    def test_a_key_however_it_is_written(
        self, warehouse: Path, tmp_path: Path, key: str, written: Any
    ) -> None:
        rows = forms(30, channel=written, **{"2.1.a.1": written})
        told = manifest(
            "w", 2026, values={"channel": {key: " one_stop "}, "2.1.a.1": {key: "5", "2": "4"}}
        )
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        assert set(snapshot.read("response_funnel", survey="w")["channel"]) == {"one_stop"}
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert row["n5"].item() == 30

    def test_the_same_text_comes_before_the_same_number(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        rows = [form | {"channel": ["1", "01"][n % 2]} for n, form in enumerate(forms(30))]
        told = manifest("w", 2026, values={"channel": {"1": "one_stop", "01": "payment_agent"}})
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        funnel = snapshot.read("response_funnel", survey="w")
        assert dict(zip(funnel["channel"], funnel["valid"], strict=True)) == {
            "one_stop": 15,
            "payment_agent": 15,
        }

    def test_a_value_that_stands_for_nothing(self, warehouse: Path, tmp_path: Path) -> None:
        """What is mapped to the empty text is no answer, in every kind of column."""
        nothing = {"2.1.a.1": "KTL", "sex": "KTL", "weight": "KTL", "collected_on": "KTL"}
        some = {"2.1.a.1": "5", "sex": "male", "weight": "1", "collected_on": "2026-09-15"}
        rows = [
            form | ([nothing, some][n % 2]) | {"1.2": [["KTL"], ["1", "KTL"]][n % 2]}
            for n, form in enumerate(forms(30))
        ]
        told = manifest("w", 2026, values={name: {"KTL": ""} for name in [*nothing, "1.2"]})
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        assert snapshot.read("quarantine_reason", survey="w").is_empty()
        profile = snapshot.read("respondent_profile", survey="w", geo_level="nation")
        assert sum(profile.filter(profile["value"] == "male")["n_forms"]) == 15
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert row["n_answers"].item() == 15

    def test_values_of_days_and_weights(self, warehouse: Path, tmp_path: Path) -> None:
        """A filler that stands for no day is told in the manifest, and so is a word for a weight."""
        rows = forms(30, collected_on=dt.date(1900, 1, 1), weight="nửa")
        rows[0] |= {"collected_on": dt.date(2026, 9, 15)}
        told = manifest(
            "w", 2026, values={"collected_on": {"1900-01-01": ""}, "weight": {"nửa": "0.5"}}
        )
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, told))
        assert snapshot.read("quarantine_reason", survey="w").is_empty()
        assert read_forms(warehouse, "collected_on, weight") == {
            (dt.date(2026, 9, 15), 0.5): 1,
            (None, 0.5): 29,
        }

    @pytest.mark.parametrize("code", ["nan", "inf", "1e400", ""])
    def test_a_missing_code_that_looks_like_a_number(
        self, warehouse: Path, tmp_path: Path, code: str
    ) -> None:
        told = manifest("w", 2026, missing_codes=[code, "9"])
        rows = [form | {"2.1.a.1": ["9", "5"][n % 2]} for n, form in enumerate(forms(30))]
        self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))

    @pytest.mark.parametrize("code", ["9", "9.0", " 9", "09", "9\t", "\u00a09"])
    def test_a_missing_code_however_it_is_written(
        self, warehouse: Path, tmp_path: Path, code: str
    ) -> None:
        """Numeric text is a number: what is no score must not turn into a fault."""
        rows = [form | {"2.1.a.1": [code, "5"][n % 2]} for n, form in enumerate(forms(30))]
        told = manifest("w", 2026, missing_codes=[9])
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        assert snapshot.read("quarantine_reason", survey="w").is_empty()

    def test_a_missing_code_that_is_no_number(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [form | {"2.1.a.1": ["KTL", "5"][n % 2]} for n, form in enumerate(forms(30))]
        told = manifest("w", 2026, missing_codes=["KTL", 9])
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        assert snapshot.read("quarantine_reason", survey="w").is_empty()

    def test_missing_codes_are_for_items_only(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(30, province="01", office="9", age_group="9")
        told = manifest("w", 2026, missing_codes=[9, "01"])
        snapshot = self.compare(warehouse, write_delivery(tmp_path / "d", rows, told))
        offices = snapshot.read("satisfaction_index", survey="w", geo_level="office")["geo_code"]
        assert set(offices) == {"01/9"}

    def test_a_column_left_out_on_purpose_is_declared(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        rows = forms(30, ghi_chu_noi_bo="x")
        self.compare(
            warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026, ignore=["ghi_chu_noi_bo"]))
        )  # fmt: skip

    @pytest.mark.parametrize(
        "columns",
        [
            {"a": "2.1.a.1", "b": "2.1.a.1"},
            {"a": "2.1.a.1", "b": "no.such.item"},
            {"a": "office"},
        ],
        ids=["one target twice", "unknown target", "a source left unmapped"],
    )
    def test_a_mapping_that_cannot_be(
        self, warehouse: Path, tmp_path: Path, columns: dict[str, str]
    ) -> None:
        rows = [{k: v for k, v in form.items() if k != "2.1.a.1"} for form in forms(30, a=4, b=4)]
        refused(
            warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026, columns=columns))
        )

    def test_a_mapped_column_beside_its_own_name(self, warehouse: Path, tmp_path: Path) -> None:
        told = manifest("w", 2026, columns={"a": "2.1.a.1"})
        message = refused(warehouse, write_delivery(tmp_path / "d", forms(30, a=4), told))
        assert "'2.1.a.1'" in message

    def test_an_unknown_key_of_the_manifest(self, warehouse: Path, tmp_path: Path) -> None:
        """A misspelt `missing_code` would change every figure in silence."""
        message = refused(
            warehouse, write_delivery(tmp_path / "d", forms(30), manifest("w", 2026, missing_code=[9]))
        )  # fmt: skip
        assert "missing_codes" in message


def read_forms(warehouse: Path, columns: str, survey: str = "w") -> dict[tuple[Any, ...], int]:
    """How many valid forms of a survey have which values in `columns`."""
    with duckdb.connect(str(open_current(warehouse).path), read_only=True) as con:
        rows = con.execute(f"SELECT {columns} FROM form WHERE survey = ?", [survey]).fetchall()
    return dict(Counter(rows))


class TestDays:
    """A day is a day of this century, and the same one on every machine."""

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    def test_a_moment_with_a_time_zone_is_its_day_in_vietnam(
        self, warehouse: Path, tmp_path: Path, unit: str
    ) -> None:
        """It turns at 17:00 UTC; written as text with its zone it says the same."""
        moments = [dt.datetime(2026, 9, 15, hour, 59, tzinfo=dt.UTC) for hour in (4, 16, 17)]
        told = manifest("w", 2026)
        rows = [form | {"collected_on": moments[n % 3]} for n, form in enumerate(forms(30))]
        kind = pa.timestamp(unit, "America/New_York")
        folder = write_delivery(
            tmp_path / "d", {"a.parquet": rows}, told, types={"collected_on": kind}
        )
        later = forms(30, first=100)
        write_forms(
            folder / "b.parquet",
            [form | {"collected_on": moments[n % 3].isoformat()} for n, form in enumerate(later)],
        )
        accepted(warehouse, folder)
        assert read_forms(warehouse, "collected_on") == {
            (dt.date(2026, 9, 15),): 40,
            (dt.date(2026, 9, 16),): 20,
        }

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    def test_a_moment_of_any_precision_is_a_day(
        self, warehouse: Path, tmp_path: Path, unit: str
    ) -> None:
        moment = dt.datetime(2026, 9, 15, 23, 30)  # noqa: DTZ001
        issued = [{"province": "01", "channel": "one_stop", "issued": 40, "date": moment}]
        kinds = dict.fromkeys(["collected_on", "date"], pa.timestamp(unit))
        rows = forms(30, collected_on=moment)
        accepted(
            warehouse,
            write_delivery(tmp_path / "d", rows, manifest("w", 2026), types=kinds, issued=issued),
        )
        assert read_forms(warehouse, "collected_on") == {(dt.date(2026, 9, 15),): 30}
        with duckdb.connect(str(open_current(warehouse).path), read_only=True) as con:
            days = con.execute("SELECT date FROM issued WHERE survey = 'w'").fetchall()
        assert days == [(dt.date(2026, 9, 15),)]

    @pytest.mark.parametrize(
        "written",
        ["2026-09-05", "2026-9-5", "2026/09/05", "5/9/2026", "05/09/2026", "05-09-2026", "2026-09-05 08:30",
         "2026-09-05T08:30:00", "5/9/2026 08:30", "05/09/2026 08:30:00", "05-09-2026 08:30"],
    )  # fmt: skip
    def test_a_day_however_it_is_written(self, tmp_path: Path, written: str) -> None:
        write_forms(tmp_path / "f.parquet", forms(1, collected_on=written))
        read = reading.day(Column("collected_on", "text"), {})
        with duckdb.connect() as con:
            (found,) = con.execute(f"SELECT {read} FROM {scan(tmp_path / 'f.parquet')}").fetchall()
        assert found == (dt.date(2026, 9, 5),)


class TestNames:
    """What a folder or a column is called does not change what it holds."""

    def test_a_folder_above_is_no_column(self, warehouse: Path, tmp_path: Path) -> None:
        folder = tmp_path / "province=04" / "channel=public_portal" / "row=7" / "survey=x"
        rows = forms(30, office="Cơ sở 1")
        issued = [{"province": "01", "channel": "one_stop", "issued": 40}]
        snapshot = accepted(
            warehouse, write_delivery(folder, rows, manifest("w", 2026), issued=issued)
        )
        (row,) = snapshot.read("response_funnel", survey="w").to_dicts()
        assert (row["province"], row["channel"], row["issued"]) == ("01", "one_stop", 40)

    @pytest.mark.parametrize(
        "name", ["file_row_number", "File_Row_Number", "filename", "file_index"]
    )
    @pytest.mark.parametrize("is_mapped", [True, False])
    def test_a_column_called_as_one_of_the_readers_own(
        self, warehouse: Path, tmp_path: Path, name: str, is_mapped: bool
    ) -> None:
        """Rows are counted in each file, and every bad one is still found where it stands."""
        named = {name: "Cơ sở 1"}
        use = {"columns": {name: "office"}} if is_mapped else {"ignore": [name]}
        rows = {
            "a.parquet": spoilt([form | named for form in forms(30)], {"2.1.a.1": 6}),
            "b.parquet": spoilt([form | named for form in forms(30, first=50)], {"2.1.a.1": 7})[1:],
        }
        rows["b.parquet"][-1]["form_id"] = "B2"
        issued = [{"province": "01", "channel": "one_stop", "issued": 70, name: "x"}]
        folder = write_delivery(
            tmp_path / "d", rows, manifest("w", 2026, **use), issued=[] if is_mapped else issued
        )
        snapshot = accepted(warehouse, folder)
        found = snapshot.read("quarantined_form", survey="w")
        assert set(zip(found["file"], found["row"], strict=True)) == {
            ("a.parquet", 31),
            ("b.parquet", 30),
        }
        offices = {("Cơ sở 1",): 59} if is_mapped else {(None,): 59}
        assert read_forms(warehouse, "office") == offices


class TestDamage:
    def test_text_that_is_not_utf8_names_its_column(self, warehouse: Path, tmp_path: Path) -> None:
        """An old code page in one column; what the value is must not be told."""
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        table = as_table(forms(30, sex="male"))
        latin = pa.array(["C\u01a1 s\xf4 0912345678".encode("cp1258", "replace")] * 30, pa.binary())
        raw = pa.StringArray.from_buffers(30, latin.buffers()[1], latin.buffers()[2])
        pq.write_table(table.append_column("office", raw), folder / "forms.parquet")
        message = refused(warehouse, folder)
        assert "column 'office'" in message
        assert "UTF-8" in message
        assert "0912345678" not in message

    @pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.float64()], ids=str)
    def test_a_damaged_page_names_its_column(self, tmp_path: Path, kind: pa.DataType) -> None:
        """The footer is whole, so the file opens; the page of one column is not."""
        path = tmp_path / "forms.parquet"
        values = pa.array(range(1000)).cast(kind)
        table = pa.table({"whole": values, "broken": values})
        pq.write_table(table, path, compression="snappy", use_dictionary=False)
        page = pq.ParquetFile(path).metadata.row_group(0).column(1)
        with path.open("r+b") as file:
            file.seek(page.data_page_offset + 40)
            file.write(b"\xff" * (page.total_compressed_size - 60))
        extracts = Extracts()
        columns, n_rows = extracts.describe(path)
        file_of = ParquetFile(path, path.name, "", n_rows, {c.source: c for c in columns})
        with pytest.raises(UnreadableParquet, match="'broken'"):
            list(extracts.text_rows(file_of, {}))
        if kind != pa.float64():  # any eight bytes are some float
            with pytest.raises(UnreadableParquet, match="'broken'"):
                extracts.personal_columns(path, columns, 0.05)


class TestReadingValues:
    """Types: integers, whole floats and numeric text are the same; NaN and null are no answer."""

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (4, pa.int8()), (4, pa.uint64()), (4, pa.int64()), (4.0, pa.float32()), (4.0, pa.float64()),
            (Decimal(4), pa.decimal128(3, 0)), (Decimal("4.00"), pa.decimal128(38, 2)),
            ("4", pa.string()), ("4.0", pa.string()), (" 4 ", pa.string()), ("4", pa.large_string()),
            ("4", pa.dictionary(pa.int32(), pa.string())),
        ],
        ids=str,
    )  # fmt: skip
    def test_four_is_four(
        self, warehouse: Path, tmp_path: Path, value: Any, kind: pa.DataType
    ) -> None:
        told = manifest("w", 2026)
        rows = forms(30, **{"2.1.a.1": value})
        folder = write_delivery(tmp_path / "d", rows, told, types={"2.1.a.1": kind})
        row = accepted(warehouse, folder).read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert (row["n4"].item(), row["n_answers"].item()) == (30, 30)

    @pytest.mark.parametrize("nothing", [None, float("nan")])
    def test_null_and_nan_are_no_answer(
        self, warehouse: Path, tmp_path: Path, nothing: Any
    ) -> None:
        rows = [form | {"2.1.a.1": [nothing, 5.0][n % 2]} for n, form in enumerate(forms(30))]
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        assert (row["n_answers"].item(), row["n_forms"].item()) == (15, 30)
        assert snapshot.read("quarantine_reason", survey="w").is_empty()

    @pytest.mark.parametrize(
        "told", [{}, {"missing_codes": [0, 99]}, {"values": {"2.1.a.1": {"7": "1"}}}]
    )
    def test_nan_among_scores_that_differ(
        self, warehouse: Path, tmp_path: Path, told: dict[str, Any]
    ) -> None:
        """The least and greatest value in the file's own statistics say nothing about NaN."""
        scores = [float("nan"), 5.0, 4.0, 1.0, None]
        rows = [form | {"2.1.a.1": scores[n % 5]} for n, form in enumerate(forms(50))]
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026) | told)
        snapshot = accepted(warehouse, folder)
        row = snapshot.read(
            "satisfaction_index", survey="w", geo_level="nation", channel="all", item="2.1.a.1"
        )
        counts = [row[name].item() for name in ("n_answers", "n1", "n4", "n5")]
        assert counts == [30, 10, 10, 10]

    def test_nan_among_codes_and_weights(self, warehouse: Path, tmp_path: Path) -> None:
        """A code kept as a float, as data frames keep whole numbers with gaps."""
        told = manifest("w", 2026, values={"channel": {"1": "one_stop", "2": "support_email"}})
        rows = [
            {"form_id": n + 0.0, "province": [1.0, 79.0, 4.0][n % 3], "channel": 1.0, "2.1.a.1": 4,
             "weight": [0.5, float("nan"), 2.0][n % 3]}
            for n in range(60)
        ]  # fmt: skip
        rows += [
            {
                "form_id": 900.0 + n,
                "province": float("nan"),
                "channel": 2.0,
                "2.1.a.1": 4,
                "weight": 1.0,
            }
            for n in range(30)
        ]
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, told))
        funnel = snapshot.read("response_funnel", survey="w")
        assert dict(zip(funnel["province"], funnel["valid"], strict=True)) == {
            "01": 20, "79": 20, "04": 20, "none": 30,
        }  # fmt: skip

    def test_a_column_of_nothing_is_as_good_as_absent(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        """A data frame whose column is empty throughout writes it with the type `null`."""
        nothing: dict[str, Any] = dict.fromkeys(
            ["comment", "sex", "2.1.a.2", "1.2", "collected_on"]
        )
        rows, types = forms(30, **nothing), dict.fromkeys(nothing, pa.null())
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026), types=types)
        agree(accepted(warehouse, folder), surveys_of([folder], Catalogue()).values())

    def test_nan_in_a_list_of_choices(self, warehouse: Path, tmp_path: Path) -> None:
        lists = [[1.0, float("nan")], [float("nan")], [2.0, 8.0], None]
        rows = [form | {"1.2": lists[n % 4]} for n, form in enumerate(forms(40))]
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        chosen = snapshot.read("assessment_index", survey="w", geo_level="nation", channel="all")
        assert set(chosen["n_answers"]) == {20}
        assert dict(zip(chosen["option"], chosen["n_chosen"], strict=True))[1] == 10

    @pytest.mark.parametrize("province", [1, 1.0, "01", " 01", "hà nội", "HA NOI"])
    def test_a_province_however_it_is_written(
        self, warehouse: Path, tmp_path: Path, province: Any
    ) -> None:
        folder = write_delivery(tmp_path / "d", forms(30, province=province), manifest("w", 2026))
        assert set(accepted(warehouse, folder).read("response_funnel", survey="w")["province"]) == {
            "01"
        }

    def test_texts_that_look_the_same_are_the_same(self, warehouse: Path, tmp_path: Path) -> None:
        """Composed or not, with blanks of any kind around."""
        writings = [
            "Cơ sở 1",
            unicodedata.normalize("NFD", "Cơ sở 1"),
            "\tCơ sở 1\u00a0",
            "\u3000Cơ sở 1\r\n",
            "\ufeffCơ sở 1\u200b",
        ]
        rows = [form | {"office": writings[n % 5]} for n, form in enumerate(forms(50))]
        for row in rows:
            row["form_id"] += "\t"
        accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert read_forms(warehouse, "office") == {("Cơ sở 1",): 50}
        assert ("F00001",) in read_forms(warehouse, "form_id")

    @pytest.mark.parametrize("blank", ["", " ", "\t", "\n", "\u00a0", "\u3000", " \t\u00a0\r\n"])
    def test_blanks_of_any_kind_are_no_answer(
        self, warehouse: Path, tmp_path: Path, blank: str
    ) -> None:
        columns = {"2.1.a.1": blank, "sex": blank, "collected_on": blank, "weight": blank}
        rows = [form | columns for form in forms(30)]
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert snapshot.read("quarantine_reason", survey="w").is_empty()
        assert read_forms(warehouse, '"vss-1111/2.1.a.1", sex, collected_on, weight') == {
            (None, None, None, None): 30
        }

    def test_files_of_other_columns_and_types_are_one_delivery(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        told = manifest("w", 2026)
        folder = write_delivery(tmp_path / "d", {"a.parquet": forms(20)}, told)
        write_forms(
            folder / "b.parquet",
            forms(20, first=50, sex="male", **{"2.1.a.1": "5", "2.1.a.2": 2.0}),
        )
        support = [
            {"form_id": f"S{n}", "channel": "support_email", "2.2.d.1.1": 3} for n in range(9)
        ]
        write_forms(folder / "c.parquet", support)
        snapshot = accepted(warehouse, folder)
        agree(snapshot, surveys_of([folder], Catalogue()).values())
        assert national_forms(warehouse, "w") == 49

    def test_files_beside_the_forms_are_not_forms(self, warehouse: Path, tmp_path: Path) -> None:
        folder = write_delivery(tmp_path / "d", forms(30), manifest("w", 2026))
        (folder / "_archive").mkdir()
        shutil.copy(folder / "forms.parquet", folder / "_archive" / "old.parquet")
        (folder / "readme.txt").write_text("x")
        accepted(warehouse, folder)
        assert national_forms(warehouse, "w") == 30

    @pytest.mark.parametrize(
        "name", ["it's 100%.parquet", "[a]*.parquet", "phiếu khảo sát.parquet"]
    )
    def test_awkward_file_names(self, warehouse: Path, tmp_path: Path, name: str) -> None:
        folder = write_delivery(
            tmp_path / "thư mục 'x' {1}",
            {name: spoilt(forms(30), {"2.1.a.1": 6})},
            manifest("w", 2026),
        )
        snapshot = accepted(warehouse, folder)
        assert snapshot.read("quarantined_form", survey="w")["file"].to_list() == [name]
