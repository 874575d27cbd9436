"""Deliveries that `hailong load` refuses whole: one message, exit code 1, the old snapshot serving on."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.deliveries import (
    Form,
    forms,
    manifest,
    spoilt,
    write_delivery,
    write_settings,
)
from tests.loading import accepted, load, refused, serving_warehouse
from warehouse import open_current


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves one small survey."""
    return serving_warehouse(tmp_path)


class TestRefusedWhole:
    """A bad delivery: one message, exit code 1, the old snapshot serving on."""

    def delivery(self, folder: Path, rows: list[Form] | None = None, **told: Any) -> Path:
        told = manifest("vss-2026", 2026) | told
        return write_delivery(folder / "bad", forms(30) if rows is None else rows, told)

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
        assert "forms.parquet: column 'form_id'" in refused(warehouse, folder)

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

    def test_a_folder_named_like_a_file(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "more.parquet").mkdir()
        assert "more.parquet" in refused(warehouse, folder)

    def test_a_link_that_leads_nowhere(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "more.parquet").symlink_to(tmp_path / "gone.parquet")
        assert "more.parquet" in refused(warehouse, folder)

    def test_a_manifest_that_is_a_folder(self, warehouse: Path, tmp_path: Path) -> None:
        folder = self.delivery(tmp_path)
        (folder / "survey.yaml").unlink()
        (folder / "survey.yaml").mkdir()
        assert "survey.yaml" in refused(warehouse, folder)

    @pytest.mark.parametrize("names", [("2.1.a.1", "2.1.a.1"), ("sex", "sex"), ("sex", "Sex")])
    def test_two_columns_of_one_name(
        self, warehouse: Path, tmp_path: Path, names: tuple[str, str]
    ) -> None:
        folder = self.delivery(tmp_path)
        plain = (
            pq.ParquetFile(folder / "forms.parquet")
            .read()
            .select(["form_id", "province", "channel"])
        )
        answers = pa.array([4] * 30) if names[0] != "sex" else pa.array(["male"] * 30)
        table = plain.append_column("2.1.b.1", pa.array([4] * 30))
        for name in names:
            table = table.append_column(name, answers)
        pq.write_table(table, folder / "forms.parquet")
        refused(warehouse, folder)

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
