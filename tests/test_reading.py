"""Extracts as they come: mapped columns and values, types, missing codes, what counts as no answer."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.agreement import agree
from tests.deliveries import (
    forms,
    manifest,
    spoilt,
    write_delivery,
    write_forms,
)
from tests.loading import accepted, national_forms, refused, serving_warehouse
from tests.oracle import surveys_of
from tests.oracle_catalogue import Catalogue
from warehouse import Snapshot


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

    @pytest.mark.parametrize("code", ["9", "9.0", " 9", "09"])
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
        (folder / "archive").mkdir()
        shutil.copy(folder / "forms.parquet", folder / "archive" / "old.parquet")
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
