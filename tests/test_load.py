"""`hailong load` from outside: what is taken, what is quarantined, what is refused whole, and what it says."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.agreement import agree, published
from tests.command import Outcome, in_process
from tests.deliveries import (
    Form,
    forms,
    manifest,
    spoilt,
    write_delivery,
    write_forms,
    write_settings,
)
from tests.oracle import surveys_of
from tests.oracle_catalogue import Catalogue
from warehouse import Snapshot, open_current

PHONE = "0912345678"
CITIZEN_ID = "001203004567"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that serves one small survey; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("served")
    delivery = write_delivery(folder / "first", forms(40), manifest("vss-2025", 2025))
    assert load(folder / "warehouse", delivery).exit_code == 0
    return folder / "warehouse"


@pytest.fixture
def warehouse(served: Path, tmp_path: Path) -> Path:
    """A copy of that warehouse."""
    return Path(shutil.copytree(served, tmp_path / "warehouse", symlinks=True))


def load(warehouse: Path, *arguments: object) -> Outcome:
    return in_process("load", *arguments, "--warehouse", warehouse)


def national_forms(warehouse: Path, survey: str = "vss-2025") -> int:
    frame = open_current(warehouse).read(
        "satisfaction_index", survey=survey, geo_level="nation", channel="all", item="overall"
    )
    (n_forms,) = set(frame["n_forms"])
    return int(n_forms)


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(warehouse: Path, *deliveries: object) -> str:
    """The message of a load that is refused; the old snapshot must serve on, whole."""
    before = open_current(warehouse).id
    outcome = load(warehouse, *deliveries)
    assert outcome.exit_code == 1, outcome.output
    assert "Traceback" not in outcome.output
    assert open_current(warehouse).id == before
    assert national_forms(warehouse) == 40
    for database in warehouse.rglob("*.duckdb"):
        duckdb.connect(str(database), read_only=True).close()
    assert len(list(warehouse.rglob("*.duckdb"))) == 1
    return outcome.output


def accepted(warehouse: Path, *deliveries: object) -> Snapshot:
    outcome = load(warehouse, *deliveries)
    assert outcome.exit_code == 0, outcome.output
    return open_current(warehouse)


class TestRefusedWhole:
    """A bad delivery: one message, exit code 1, the old snapshot serving on."""

    def delivery(self, folder: Path, rows: list[Form] | None = None, **told: Any) -> Path:
        told = {"survey": "vss-2026", "year": 2026} | told
        return write_delivery(folder / "bad", forms(30) if rows is None else rows, manifest(**told))

    def test_truncated_parquet(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        whole = (folder / "forms.parquet").read_bytes()
        for size in (len(whole) - 1, len(whole) - 4, len(whole) // 2, 4, 3):
            (folder / "forms.parquet").write_bytes(whole[:size])
            assert "forms.parquet" in refused(warehouse, folder)

    def test_parquet_damaged_inside(self, warehouse: Path, tmp_path: Path) -> None:
        """The footer reads well; the pages do not."""
        folder = self.delivery(tmp_path, forms(3000))
        path = folder / "forms.parquet"
        whole = path.read_bytes()
        path.write_bytes(whole[:4] + bytes(200) + whole[204:])
        assert "Parquet" in refused(warehouse, folder)

    def test_csv_renamed_to_parquet(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "extra.parquet").write_text("form_id,channel,2.1.a.1\nF1,one_stop,4\n")
        assert "extra.parquet" in refused(warehouse, folder)

    @pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1"])
    def test_empty_file(self, warehouse: Path, tmp_path: Path, content: bytes) -> None:
        folder = self.delivery(tmp_path)
        (folder / "forms.parquet").write_bytes(content)
        assert "forms.parquet" in refused(warehouse, folder)

    def test_file_without_a_form(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        columns = {"form_id": pa.string(), "province": pa.string(), "channel": pa.string()}
        fields = [pa.field(name, kind) for name, kind in {**columns, "2.1.a.1": pa.int8()}.items()]
        pq.write_table(pa.schema(fields).empty_table(), folder / "forms.parquet")
        refused(warehouse, folder)

    def test_no_file(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "forms.parquet").unlink()
        assert ".parquet" in refused(warehouse, folder)

    def test_no_folder(self, warehouse: Path, tmp_path: Path) -> None:
        assert "nowhere" in refused(warehouse, tmp_path / "nowhere")

    def test_a_file_in_place_of_a_folder(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        assert "forms.parquet" in refused(warehouse, folder / "forms.parquet")

    def test_a_folder_without_rights(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        folder.chmod(0)
        try:
            with no_override_of_rights():
                message = refused(warehouse, folder)
        finally:
            folder.chmod(0o755)
        assert "bad" in message

    @pytest.mark.parametrize("name", ["survey.yaml", "forms.parquet"])
    def test_a_file_without_rights(self, warehouse: Path, tmp_path: Path, name: str) -> None:
        folder = self.delivery(tmp_path)
        (folder / name).chmod(0)
        with no_override_of_rights():
            message = refused(warehouse, folder)
        assert name in message

    def test_no_manifest(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "survey.yaml").unlink()
        assert "survey.yaml" in refused(warehouse, folder)

    def test_two_manifests(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        shutil.copy(folder / "survey.yaml", folder / "survey.yml")
        assert "survey.yml" in refused(warehouse, folder)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "vss-2026",
            "- survey: vss-2026",
            "survey: [vss",
            "survey: a\nsurvey: b\n",
            "a: 1\n---\nb: 2\n",
            "\x00",
        ],
    )
    def test_a_manifest_that_is_none(self, warehouse: Path, tmp_path: Path, text: str) -> None:
        folder = self.delivery(tmp_path)
        (folder / "survey.yaml").write_text(text, encoding="utf-8")
        assert "survey.yaml" in refused(warehouse, folder)

    def test_a_manifest_in_another_encoding(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "survey.yaml").write_bytes("title: {vi: Khảo sát}".encode("utf-16"))
        assert "survey.yaml" in refused(warehouse, folder)

    @pytest.mark.parametrize("key", ["survey", "year", "instrument", "geography"])
    def test_a_manifest_without_a_key(self, warehouse: Path, tmp_path: Path, key: str) -> None:
        told = manifest("vss-2026", 2026)
        del told[key]
        folder = write_delivery(tmp_path / "bad", forms(30), told)
        assert key in refused(warehouse, folder)

    @pytest.mark.parametrize(
        "year", [25, 0, -2025, 1899, 20255, 3000, 2025.5, "hai nghìn", "", "2025-01-01", [2025]]
    )
    def test_a_year_outside_sense(self, warehouse: Path, tmp_path: Path, year: Any) -> None:
        folder = self.delivery(tmp_path, year=year)
        assert "year" in refused(warehouse, folder)

    def test_unknown_instrument(self, warehouse: Path, tmp_path: Path) -> None:
        message = refused(warehouse, self.delivery(tmp_path, instrument="vss-111"))
        assert "vss-111" in message
        assert "vss-1111" in message

    def test_unknown_geography(self, warehouse: Path, tmp_path: Path) -> None:
        message = refused(warehouse, self.delivery(tmp_path, geography="vn-36"))
        assert "vn-36" in message
        assert "vn-34" in message

    @pytest.mark.parametrize(
        ("column", "nearest"),
        [
            ("provnice", "province"),
            ("chanel", "channel"),
            ("2.2.a.1.4", "2.2.a."),
            ("3.13", "3."),
            ("2_1_a_2", "2.1.a.2"),
            ("agegroup", "age_group"),
        ],
    )
    def test_an_unknown_column_is_named_with_the_nearest(
        self, warehouse: Path, tmp_path: Path, column: str, nearest: str
    ) -> None:
        message = refused(warehouse, self.delivery(tmp_path, forms(30, **{column: 4})))
        assert f"'{column}'" in message
        assert f"'{nearest}" in message.split(f"'{column}'", 1)[1]

    @pytest.mark.parametrize("heading", ["2.1.a", "2.2", "overall", "2.1.d.1"])
    def test_a_heading_is_no_question(self, warehouse: Path, tmp_path: Path, heading: str) -> None:
        assert heading in refused(warehouse, self.delivery(tmp_path, forms(30, **{heading: 4})))

    @pytest.mark.parametrize("column", ["form_id", "channel", "province"])
    def test_a_required_column_is_missing(
        self, warehouse: Path, tmp_path: Path, column: str
    ) -> None:
        rows = [{k: v for k, v in form.items() if k != column} for form in forms(30)]
        assert f"'{column}'" in refused(warehouse, self.delivery(tmp_path, rows))

    def test_no_item_at_all(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [{k: v for k, v in form.items() if not k[0].isdigit()} for form in forms(30)]
        assert "item" in refused(warehouse, self.delivery(tmp_path, rows))

    @pytest.mark.parametrize(
        ("column", "value", "kind"),
        [
            ("2.1.a.1", {"score": 4}, None),
            ("2.1.a.1", [4], None),
            ("2.1.a.1", date(2025, 9, 10), None),
            ("1.2", {"a": 1}, None),
            ("1.2", 3, pa.int8()),
            ("form_id", {"id": "F"}, None),
            ("province", ["01"], None),
            ("channel", True, None),
        ],
    )
    def test_a_column_of_the_wrong_type(
        self, warehouse: Path, tmp_path: Path, column: str, value: Any, kind: pa.DataType | None
    ) -> None:
        told = manifest("vss-2026", 2026)
        types = {column: kind} if kind else None
        rows = forms(30, **{column: value})
        message = refused(warehouse, write_delivery(tmp_path / "bad", rows, told, types=types))
        assert column in message

    def test_codes_of_the_wrong_vintage(self, warehouse: Path, tmp_path: Path) -> None:
        old = ["02", "06", "10", "17", "26", "27", "30", "34", "35", "36"]
        rows = [form | {"province": old[n % 10]} for n, form in enumerate(forms(30))]
        message = refused(warehouse, self.delivery(tmp_path, rows, geography="vn-34"))
        assert "vn-34" in message
        assert "'02'" in message

    def test_names_of_the_wrong_vintage(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(15, province="Hà Giang") + forms(15, first=16, province="Tuyên Quang")
        message = refused(warehouse, self.delivery(tmp_path, rows, geography="vn-34"))
        assert "Hà Giang" in message
        assert "Tuyên Quang" not in message

    @pytest.mark.parametrize(
        "change",
        [{"year": 2024}, {"geography": "vn-63"}, {"instrument": "sipas-2020"}],
    )
    def test_a_survey_that_changed_its_nature(
        self, warehouse: Path, tmp_path: Path, change: dict[str, Any]
    ) -> None:
        folder = write_delivery(tmp_path / "bad", forms(30), manifest("vss-2025", 2025) | change)
        message = refused(warehouse, folder)
        assert "vss-2025" in message
        assert next(iter(change)) in message

    def test_two_deliveries_that_contradict_each_other(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        """Neither is loaded before the other, yet they cannot both be right."""
        one = write_delivery(tmp_path / "one", forms(30), manifest("vss-2026", 2026))
        two = write_delivery(tmp_path / "two", forms(30), manifest("vss-2026", 2027))
        assert "vss-2026" in refused(warehouse, one, two)


class TestTooManyBadForms:
    def test_five_per_cent_are_quarantined(self, warehouse: Path, tmp_path: Path) -> None:
        rows = spoilt(forms(95), *[{"2.1.a.1": 6}] * 5)
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert sum(snapshot.read("quarantine_reason", survey="w")["n_forms"]) == 5

    def test_more_refuse_the_delivery(self, warehouse: Path, tmp_path: Path) -> None:
        rows = spoilt(
            forms(94), *[{"2.1.a.1": 6}] * 4, {"province": "Xứ Lạ"}, {"channel": "pigeon"}
        )
        message = refused(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert "6" in message
        for reason in ("score_out_of_scale", "unknown_province", "unknown_channel"):
            assert reason in message

    def test_repeats_count_as_bad(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [*forms(30), *forms(2)]
        refused(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))

    def test_each_delivery_is_judged_by_itself(self, warehouse: Path, tmp_path: Path) -> None:
        big = write_delivery(tmp_path / "big", forms(200), manifest("w", 2026))
        small = write_delivery(
            tmp_path / "small", spoilt(forms(9, first=900), {"2.1.a.1": 6}), manifest("w", 2026)
        )
        refused(warehouse, big, small)

    def test_the_threshold_is_in_the_catalogue(self, warehouse: Path, tmp_path: Path) -> None:
        overlay = write_settings(tmp_path / "catalogue", refuse_above_bad_share=0.5)
        rows = spoilt(forms(5), *[{"2.1.a.1": 6}] * 5)
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026))
        assert load(warehouse, folder, "--catalogue", overlay).exit_code == 0


class TestEverythingWrongAtOnce:
    def test_one_message_lists_it_all(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [
            {k: v for k, v in f.items() if k != "channel"}
            for f in forms(30, provnice="x", cccd="y")
        ]
        folder = write_delivery(
            tmp_path / "bad",
            rows,
            manifest("vss-2026", 20266, instrument="vss-1111", geography="vn-99"),
        )
        (folder / "second.parquet").write_text("no Parquet")
        message = refused(warehouse, folder)
        for fault in ("year", "vn-99", "second.parquet"):
            assert fault in message
        assert message.count("Nothing was loaded") <= 1

    def test_all_columns_at_fault_are_named(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(30, provnice="x", cccd="y", **{"9.9": 1})
        rows = [{k: v for k, v in form.items() if k != "channel"} for form in rows]
        message = refused(warehouse, write_delivery(tmp_path / "bad", rows, manifest("w", 2026)))
        for column in ("provnice", "cccd", "9.9", "channel"):
            assert f"'{column}'" in message

    def test_of_several_deliveries_all_or_none(self, warehouse: Path, tmp_path: Path) -> None:
        good = write_delivery(tmp_path / "good", forms(30), manifest("w", 2026))
        worse = write_delivery(tmp_path / "worse", forms(30, provnice=1), manifest("x", 2026))
        bad = write_delivery(tmp_path / "broken", forms(30), manifest("y", 2026, instrument="z"))
        message = refused(warehouse, good, worse, bad)
        assert "worse" in message
        assert "provnice" in message
        assert "broken" in message
        assert open_current(warehouse).read("survey")["survey"].to_list() == ["vss-2025"]
        accepted(warehouse, good)
        assert open_current(warehouse).read("survey")["survey"].to_list() == ["vss-2025", "w"]

    def test_bad_forms_of_one_and_columns_of_another(self, warehouse: Path, tmp_path: Path) -> None:
        bad_forms = write_delivery(
            tmp_path / "d1", forms(30, **{"2.1.a.1": 6}), manifest("w", 2026)
        )
        too_many = write_delivery(tmp_path / "d2", forms(30, province="?"), manifest("x", 2026))
        message = refused(warehouse, bad_forms, too_many)
        assert "d1" in message
        assert "d2" in message


class TestPersonalData:
    def delivery(self, folder: Path, rows: list[Form], **told: Any) -> Path:
        return write_delivery(folder / "bad", rows, manifest("vss-2026", 2026, **told))

    @pytest.mark.parametrize(
        "column",
        ["cccd", "CCCD", "Số CCCD", "so_dien_thoai", "Số điện thoại", "HoTen", "Họ và tên", "email",
         "E-mail", "phone", "ma_so_bhxh", "Mã số BHXH", "ngay_sinh", "dia_chi", "full_name"],
    )  # fmt: skip
    def test_refused_by_name(self, warehouse: Path, tmp_path: Path, column: str) -> None:
        message = refused(warehouse, self.delivery(tmp_path, forms(30, **{column: "x"})))
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


def every_text(warehouse: Path) -> Iterator[str]:
    """Every text in every table of every database of the warehouse."""
    for database in warehouse.rglob("*.duckdb"):
        with duckdb.connect(str(database), read_only=True) as con:
            columns = con.execute(
                "SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_name)"
                " WHERE data_type = 'VARCHAR' AND NOT duckdb_columns.internal"
            ).fetchall()
            for table, column in columns:
                query = f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
                yield from (text for (text,) in con.execute(query).fetchall())


@contextmanager
def no_override_of_rights() -> Iterator[None]:
    """Let file rights bind the superuser too: the capabilities that pass them by are laid down."""
    if sys.platform != "linux" or os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    effective = sets[0]
    sets[0] = effective & ~(1 << 1 | 1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, sets) == 0
    try:
        yield
    finally:
        sets[0] = effective
        assert libc.capset(header, sets) == 0


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
        rows = forms(
            30, comment=None, sex=None, **{"2.1.a.2": None, "1.2": None, "collected_on": None}
        )
        types = dict.fromkeys(["comment", "sex", "2.1.a.2", "1.2", "collected_on"], pa.null())
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


class TestQuarantine:
    """Bad forms stay out of every figure, with file, row and every reason; the rest loads."""

    @pytest.mark.parametrize(
        ("columns", "reasons"),
        [
            ({"2.1.a.1": 0}, {"score_out_of_scale"}),
            ({"2.1.a.1": 6}, {"score_out_of_scale"}),
            ({"2.1.a.1": -1}, {"score_out_of_scale"}),
            ({"2.1.a.1": 300}, {"score_out_of_scale"}),
            ({"2.1.a.1": 4.5}, {"score_out_of_scale"}),
            ({"2.1.a.1": "4.5"}, {"score_out_of_scale"}),
            ({"2.1.a.1": "hài lòng"}, {"unreadable_score"}),
            ({"2.1.a.1": "4,0"}, {"unreadable_score"}),
            ({"1.1": 5}, {"score_out_of_scale"}),
            ({"1.2": [1, 9]}, {"score_out_of_scale"}),
            ({"1.4": 4}, {"score_out_of_scale"}),
            ({"1.6": 3}, {"score_out_of_scale"}),
            ({"3.12": 5}, {"score_out_of_scale"}),
            ({"province": "Xứ Lạ"}, {"unknown_province"}),
            ({"province": "02"}, {"unknown_province"}),
            ({"province": None}, {"missing_province"}),
            ({"channel": "carrier_pigeon"}, {"unknown_channel"}),
            ({"channel": "One_Stop"}, {"unknown_channel"}),
            ({"channel": None}, {"missing_channel"}),
            ({"2.2.b.1.1": 4}, {"not_asked"}),
            ({"2.2.d.4.2": 4}, {"not_asked"}),
            ({"form_id": None}, {"no_form_id"}),
            ({"form_id": " "}, {"no_form_id"}),
            ({"collected_on": "hôm qua"}, {"unreadable_value"}),
            ({"weight": "nặng"}, {"unreadable_value"}),
            ({"form_id": None, "province": "?", "channel": "?", "2.1.a.1": 9, "collected_on": "x"},
             {"no_form_id", "unknown_province", "unknown_channel", "score_out_of_scale", "unreadable_value"}),
            ({"2.1.a.1": 7, "2.1.a.2": "x", "2.2.c.1.1": 2, "province": None},
             {"score_out_of_scale", "unreadable_score", "not_asked", "missing_province"}),
        ],
        ids=str,
    )  # fmt: skip
    def test_with_every_reason(
        self, warehouse: Path, tmp_path: Path, columns: dict[str, Any], reasons: set[str]
    ) -> None:
        good = forms(30, collected_on=None, weight=None)
        rows = spoilt(good, columns)
        text = {name for name, value in columns.items() if isinstance(value, str)}
        rows = [
            {k: str(v) if k in text and v is not None else v for k, v in form.items()}
            for form in rows
        ]
        types = {"collected_on": pa.string()} if "collected_on" not in columns else {}
        types |= {k: pa.float64() for k, v in columns.items() if isinstance(v, float)}
        types |= {"weight": pa.string()} if "weight" in columns else {"weight": pa.float64()}
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026), types=types)
        snapshot = accepted(warehouse, folder)
        assert national_forms(warehouse, "w") == 30
        assert set(snapshot.read("quarantine_reason", survey="w")["reason"]) == reasons
        (form,) = snapshot.read("quarantined_form", survey="w").to_dicts()
        assert (form["file"], form["row"]) == ("forms.parquet", 31)
        assert set(re.findall(r"[a-z]+(?:_[a-z]+)+", form["reasons"])) >= reasons
        funnel = snapshot.read("response_funnel", survey="w")
        assert (sum(funnel["returned"]), sum(funnel["valid"]), sum(funnel["quarantined"])) == (
            31,
            30,
            1,
        )

    def test_an_ambiguous_province(self, warehouse: Path, tmp_path: Path) -> None:
        """A lost letter leaves two provinces possible: H? Nam would be one, ?a Giang is not."""
        rows = spoilt(
            forms(30), {"province": "B\ufffdc \ufffdi\ufffdng"}, {"province": "\ufffd\ufffd Giang"}
        )
        folder = write_delivery(tmp_path / "d", rows, manifest("w", 2024, geography="vn-63"))
        overlay = write_settings(tmp_path / "catalogue", refuse_above_bad_share=0.1)
        assert load(warehouse, folder, "--catalogue", overlay).exit_code == 0
        funnel = open_current(warehouse).read("response_funnel", survey="w", province="unknown")
        assert sum(funnel["quarantined"]) >= 1

    def test_repeats(self, warehouse: Path, tmp_path: Path) -> None:
        """The first of identical ones in the order of file names and rows stays; of others none."""
        told = manifest("w", 2026)
        files = {
            "b.parquet": [*forms(60, first=100), *forms(1)],
            "a.parquet": [*forms(3), forms(1, first=3)[0] | {"2.1.a.1": 1}],
        }
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", files, told))
        found = snapshot.read("quarantined_form", survey="w")
        assert {(r["file"], r["row"], r["form_id"]) for r in found.to_dicts()} == {
            ("b.parquet", 61, "F00001"),
            ("a.parquet", 3, "F00003"),
            ("a.parquet", 4, "F00003"),
        }
        reasons = snapshot.read("quarantine_reason", survey="w")
        assert dict(zip(reasons["reason"], reasons["n_forms"], strict=True)) == {
            "duplicate_form": 1,
            "conflicting_form": 2,
        }
        assert national_forms(warehouse, "w") == 60 + 1 + 1

    def test_a_repeat_with_another_comment_conflicts(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [*forms(60, comment="a"), *forms(1, comment="b")]
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert set(snapshot.read("quarantine_reason", survey="w")["reason"]) == {"conflicting_form"}

    def test_different_bad_scores_conflict(self, warehouse: Path, tmp_path: Path) -> None:
        """6 and 7 are both out of scale, and still not the same form."""
        rows = spoilt(forms(60), {"2.1.a.1": 6})
        rows.append(rows[-1] | {"2.1.a.1": 7})
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        reasons = snapshot.read("quarantine_reason", survey="w")
        assert dict(zip(reasons["reason"], reasons["n_forms"], strict=True)) == {
            "score_out_of_scale": 2,
            "conflicting_form": 2,
        }

    def test_a_repeat_in_a_file_without_its_empty_columns(
        self, warehouse: Path, tmp_path: Path
    ) -> None:
        """A column that is absent and one that is empty say the same."""
        support = {"form_id": "S", "channel": "support_email", "2.2.d.1.1": 3}
        files = {
            "a.parquet": [*forms(60), support | {"province": None}],
            "b.parquet": [support],
        }
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", files, manifest("w", 2026)))
        assert set(snapshot.read("quarantine_reason", survey="w")["reason"]) == {"duplicate_form"}
        assert national_forms(warehouse, "w") == 61

    def test_the_summary_tells_how_many_and_why(self, warehouse: Path, tmp_path: Path) -> None:
        rows = spoilt(forms(117), *[{"2.1.a.1": 6}] * 3, *[{"province": "Xứ Lạ"}] * 2)
        outcome = load(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        for told in ("122", "117", "score_out_of_scale", "unknown_province"):
            assert told in outcome.output.replace(",", "").replace(".", "")


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


class TestNothingIsLost:
    @pytest.mark.parametrize("number_of_forms", [1, 2, 5000])
    def test_returned_is_valid_plus_quarantined(
        self, warehouse: Path, tmp_path: Path, number_of_forms: int
    ) -> None:
        told = manifest("w", 2026)
        rows = forms(number_of_forms)
        folder = write_delivery(tmp_path / "d", rows, told)
        snapshot = accepted(warehouse, folder)
        assert sum(snapshot.read("response_funnel", survey="w")["returned"]) == number_of_forms

    def test_other_surveys_stay_as_they_were(self, warehouse: Path, tmp_path: Path) -> None:
        before = published(open_current(warehouse), "satisfaction_index", survey="vss-2025")
        folder = write_delivery(tmp_path / "d", forms(50), manifest("vss-2024", 2024))
        after = published(accepted(warehouse, folder), "satisfaction_index", survey="vss-2025")
        assert before
        assert after == before
