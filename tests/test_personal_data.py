"""Personal data never gets in: refused by name and by content, masked inside prose."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.deliveries import Form, forms, manifest, spoilt, write_delivery, write_forms
from tests.loading import accepted, load, refused, serving_warehouse
from warehouse import open_current
from warehouse.extract import Extracts, masked_prose

PHONE = "0912345678"
CITIZEN_ID = "001203004567"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves one small survey."""
    return serving_warehouse(tmp_path)


class TestPersonalData:
    def delivery(self, folder: Path, rows: list[Form], **told: Any) -> Path:
        return write_delivery(folder / "bad", rows, manifest("vss-2026", 2026, **told))

    @pytest.mark.parametrize(
        "column",
        ["cccd", "CCCD", "Số CCCD", "so_dien_thoai", "Số điện thoại", "HoTen", "Họ và tên", "email",
         "E-mail", "phone", "ma_so_bhxh", "Mã số BHXH", "ngay_sinh", "dia_chi", "full_name"],
    )  # fmt: skip
    def test_refused_by_name(self, warehouse: Path, tmp_path: Path, column: str) -> None:
        message = refused(
            warehouse, self.delivery(tmp_path, [form | {column: "x"} for form in forms(30)])
        )
        assert f"'{column}'" in message
        assert "personal" in message

    def test_refused_by_name_even_when_mapped(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(30, cccd="x")
        folder = self.delivery(tmp_path, rows, columns={"cccd": "office"})
        assert "personal" in refused(warehouse, folder)

    @pytest.mark.parametrize(
        "value",
        [
            CITIZEN_ID,
            PHONE,
            "091 234 5678",
            "0912.345.678",
            "+84912345678",
            "nguyen.van.a@example.vn",
            "0123456789",
            "DN4010123456789",
            " 0912345678 ",
            "(024) 38251234",
            "(0912) 345 678",
            "0084912345678",
            "+84 (0)24 3825 1234",
            "0912\u00a0345\u00a0678",
            "0912  345  678",
            "0912/345/678",
            "001 085 012345",
            "001.085.012345",
            "0010 8501 2345",
            "DN 4 01 0123456789",
            "nguyễn.văn.a@example.vn",
        ],
    )
    @pytest.mark.parametrize("column", ["office", "comment"])
    def test_refused_by_content(
        self, warehouse: Path, tmp_path: Path, column: str, value: str
    ) -> None:
        rows = [form | {column: value if n % 3 else "khác"} for n, form in enumerate(forms(30))]
        message = refused(warehouse, self.delivery(tmp_path, rows))
        assert f"'{column}'" in message
        assert value.strip() not in message

    @pytest.mark.parametrize(
        ("first", "what"),
        [(912345678, "telephone number"), (84912345678, "telephone number"),
         (1203004567, "insurance number"), (79203004567, "citizen id")],
    )  # fmt: skip
    @pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.decimal128(14, 2)], ids=str)
    def test_numbers_that_lost_their_zero(
        self, tmp_path: Path, first: int, what: str, kind: pa.DataType
    ) -> None:
        numbers = [Decimal(first + n) if n % 2 else None for n in range(40)]
        values = pa.array(numbers, pa.decimal128(14, 2)).cast(kind)
        scores = pa.array([float("nan"), 4.0] * 20)
        write_table = pa.table({"office": values, "2.1.a.1": scores, "weight": scores})
        pq.write_table(write_table, tmp_path / "f.parquet")
        extracts = Extracts()
        columns, _ = extracts.describe(tmp_path / "f.parquet")
        found = extracts.personal_columns(tmp_path / "f.parquet", columns, 0.05)
        assert found == [("office", what)]

    @pytest.mark.parametrize(
        "value",
        ["1.500.000.000", "150.000.000", "2025-09-15", "15/09/2025 08:30", "09/2025-10/2025",
         "01-01-2025 10-10-2025", "03/2025/0001", "001/002/000123", "HN-2025-000000001", "00912345678"],
    )  # fmt: skip
    def test_what_is_no_person_passes(self, tmp_path: Path, value: str) -> None:
        write_forms(tmp_path / "f.parquet", forms(30, office=value))
        extracts = Extracts()
        columns, _ = extracts.describe(tmp_path / "f.parquet")
        assert extracts.personal_columns(tmp_path / "f.parquet", columns, 0.05) == []

    def test_blanks_are_no_values(self, warehouse: Path, tmp_path: Path) -> None:
        """A column of telephone numbers stays one when most of its cells hold a blank in place of null."""
        rows = [form | {"office": "\u00a0" if n else PHONE} for n, form in enumerate(forms(60))]
        assert "'office'" in refused(warehouse, self.delivery(tmp_path, rows))

    @pytest.mark.parametrize("first", [1203004567, 79203004567])
    def test_form_ids_that_are_citizen_ids(
        self, warehouse: Path, tmp_path: Path, first: int
    ) -> None:
        rows = [form | {"form_id": f"{first + n:012}"} for n, form in enumerate(forms(30))]
        assert "'form_id'" in refused(warehouse, self.delivery(tmp_path, rows))

    def test_form_ids_that_are_telephone_numbers(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [form | {"form_id": f"09{n:08}"} for n, form in enumerate(forms(30))]
        assert "'form_id'" in refused(warehouse, self.delivery(tmp_path, rows))

    @pytest.mark.parametrize("form_id", ["{:06}", "VSS-2026-{:08}", "{:010}", "P{:012}"])
    def test_ordinary_form_ids_pass(self, warehouse: Path, tmp_path: Path, form_id: str) -> None:
        rows = [form | {"form_id": form_id.format(n)} for n, form in enumerate(forms(30))]
        accepted(warehouse, self.delivery(tmp_path, rows))

    def test_the_share_is_over_five_per_cent(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(40, office="Cơ sở 1")
        for row in rows[:2]:
            row["office"] = PHONE
        accepted(warehouse, self.delivery(tmp_path, rows))

    def test_the_share_is_of_the_values_that_are_there(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        """A telephone number on two of three comments is a column of telephone numbers."""
        rows = forms(60, comment=None)
        for row, comment in zip(rows, (PHONE, "0987654321", "Tốt"), strict=False):
            row["comment"] = comment
        assert "'comment'" in refused(warehouse, self.delivery(tmp_path, rows))

    def test_ids_in_prose_are_masked(self, warehouse: Path, tmp_path: Path) -> None:
        secrets = [CITIZEN_ID, PHONE, "0912.345.679", "+84 912 345 670", "a.b@example.vn",
                   "DN4010123456789", "0123456789"]  # fmt: skip
        rows = forms(40, comment="Phục vụ tốt")
        for row, secret in zip(rows, secrets, strict=False):
            row["comment"] = f"Xin gọi lại cho tôi theo {secret}, cảm ơn năm 2026."
        accepted(warehouse, self.delivery(tmp_path, rows))
        texts = list(every_text(warehouse))
        assert sum("Xin gọi lại cho tôi theo" in text for text in texts) == len(secrets)
        assert sum("cảm ơn năm 2026" in text for text in texts) == len(secrets)
        for secret in secrets:
            assert not [text for text in texts if secret in text]


MASKED = [
    "(024) 38251234", "0912_345_678", "0912/345/678", "0912,345,678", "0912  345  678", "0912–345–678",
    "0912 - 345 - 678", "0912\u00a0345\u00a0678", "".join(chr(0xFEE0 + ord(digit)) for digit in PHONE),
    "0912. 345. 678", "(+84) 912 345 678", "+84 (0)24 3825 1234", "0084912345678", "84.912.345.678",
    "09.12.10.2015", "001 085 012345", "001.085.012345", "123.456.789", "1234567890123456",
    "nguyễn.văn.a@example.vn", "DN4010123456789", "15/09/2025 0912345678",
]  # fmt: skip
KEPT = [
    "1.500.000.000 đồng", "1.234.567.890 đồng", "1,500,000,000 VND", "1 500 000 000 đồng", "1.500.000.000",
    "1500000000đ", "850.000.000 đồng", "2025-09-15", "2025-09-15 08:30", "01-01-2025 10-10-2025",
    "15/09/2025-20/09/2025", "15.09.2025 - 20.09.2025", "09/2025-10/2025", "lần 3 15/09/2025",
    "năm 2025. 15/09/2025", "2024-2025-2026", "10, 20, 30, 40, 50 phút", "595/2017/QĐ-BHXH",
]  # fmt: skip


@pytest.mark.parametrize("written", [*MASKED, *KEPT])
def test_prose_is_masked_whole_or_not_at_all(written: str) -> None:
    """Whatever is around it, no digit of a person is left, and money and days stay as they were written."""
    told = written if written in KEPT else "[***]"
    for frame in ("{}", "Gọi {}, cảm ơn năm 2026.", "({})", "a {}; 5 lần", "{}\n"):
        comment = frame.format(written)
        con = duckdb.connect()
        query = f"SELECT {masked_prose('said')} FROM (SELECT ?::VARCHAR AS said)"
        (masked,) = con.execute(query, [comment]).fetchone() or ("",)
        assert masked.replace("(", "") == frame.format(told).replace("(", "")


def test_what_cannot_be_read_is_not_repeated(warehouse: Path, tmp_path: Path) -> None:
    """A telephone number in the wrong cell must not come out again among the reasons."""
    good = forms(120, collected_on="2026-09-10", weight="1.5")
    rows = spoilt(
        good,
        {"2.1.a.1": PHONE},
        {"province": PHONE},
        {"channel": CITIZEN_ID},
        {"collected_on": PHONE},
        {"weight": f"gọi {PHONE}"},
    )
    rows = [form | {"2.1.a.1": str(form["2.1.a.1"])} for form in rows]
    types = {"collected_on": pa.string(), "weight": pa.string()}
    folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026), types=types)
    outcome = load(warehouse, folder)
    assert outcome.exit_code == 0, outcome.output
    assert open_current(warehouse).read("quarantined_form", survey="w").height == 5
    told = [outcome.output, *every_text(warehouse)]
    for secret in (PHONE, CITIZEN_ID):
        assert not [text for text in told if secret in text]


def every_text(warehouse: Path) -> Iterator[str]:
    """Every text in every table of every database of the warehouse."""
    for database in warehouse.rglob("*.duckdb"):
        with duckdb.connect(str(database), read_only=True) as con:
            columns = con.execute(
                "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
                " WHERE data_type = 'VARCHAR' AND NOT internal"
            ).fetchall()
            for schema, table, column in columns:
                query = f'SELECT "{column}" FROM "{schema}"."{table}" WHERE "{column}" IS NOT NULL'
                yield from (text for (text,) in con.execute(query).fetchall())
