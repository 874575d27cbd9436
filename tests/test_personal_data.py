"""Personal data never gets in: refused by name and by content, masked inside prose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.deliveries import Form, forms, manifest, spoilt, write_delivery
from tests.loading import accepted, load, refused, serving_warehouse
from warehouse import open_current

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
        ],
    )
    @pytest.mark.parametrize("column", ["office", "occupation", "comment"])
    def test_refused_by_content(
        self, warehouse: Path, tmp_path: Path, column: str, value: str
    ) -> None:
        rows = [form | {column: value if n % 3 else "khác"} for n, form in enumerate(forms(30))]
        message = refused(warehouse, self.delivery(tmp_path, rows))
        assert f"'{column}'" in message
        assert value.strip() not in message

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
