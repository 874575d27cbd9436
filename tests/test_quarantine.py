"""Bad forms stay out of every figure, with file, row and every reason; the rest loads."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.agreement import published
from tests.deliveries import (
    forms,
    manifest,
    spoilt,
    write_delivery,
    write_settings,
)
from tests.loading import accepted, load, national_forms, refused, serving_warehouse
from warehouse import open_current


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse that serves one small survey."""
    return serving_warehouse(tmp_path)


# What is wrong with a form, and every reason for which it is set aside.
CASES: list[tuple[dict[str, Any], set[str]]] = [
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
    ({"form_id": "\t"}, {"no_form_id"}),
    ({"form_id": "\u00a0\n"}, {"no_form_id"}),
    ({"collected_on": "hôm qua"}, {"unreadable_value"}),
    ({"collected_on": "infinity"}, {"unreadable_value"}),
    ({"collected_on": "-infinity"}, {"unreadable_value"}),
    ({"collected_on": "epoch"}, {"unreadable_value"}),
    ({"collected_on": "15/09/25"}, {"unreadable_value"}),
    ({"collected_on": "0001-01-01"}, {"unreadable_value"}),
    ({"collected_on": "01/01/1999"}, {"unreadable_value"}),
    ({"collected_on": date(1, 1, 1)}, {"unreadable_value"}),
    ({"collected_on": date(1999, 12, 31)}, {"unreadable_value"}),
    ({"collected_on": date(2101, 1, 1)}, {"unreadable_value"}),
    ({"collected_on": date(9999, 12, 31)}, {"unreadable_value"}),
    ({"collected_on": datetime(1, 1, 1)}, {"unreadable_value"}),  # noqa: DTZ001
    ({"weight": "nặng"}, {"unreadable_value"}),
    ({"form_id": None, "province": "?", "channel": "?", "2.1.a.1": 9, "collected_on": "x"},
     {"no_form_id", "unknown_province", "unknown_channel", "score_out_of_scale", "unreadable_value"}),
    ({"2.1.a.1": 7, "2.1.a.2": "x", "2.2.c.1.1": 2, "province": None},
     {"score_out_of_scale", "unreadable_score", "not_asked", "missing_province"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def set_aside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with a survey a case, `w0` and on: thirty good forms and a bad one."""
    folder = tmp_path_factory.mktemp("set_aside")
    deliveries = [
        one_bad(folder / f"d{number}", f"w{number}", columns)
        for number, (columns, _) in enumerate(CASES)
    ]
    accepted(folder / "warehouse", *deliveries)
    return folder / "warehouse"


def one_bad(folder: Path, survey: str, columns: dict[str, Any]) -> Path:
    """A delivery of thirty good forms and one with the given columns, in types that can hold them."""
    text = {name for name, value in columns.items() if isinstance(value, str)}
    rows = [
        {k: str(v) if k in text and v is not None else v for k, v in form.items()}
        for form in spoilt(forms(30, collected_on=None, weight=None), columns)
    ]
    types = {"collected_on": pa.string()} if "collected_on" not in columns else {}
    types |= {k: pa.float64() for k, v in columns.items() if isinstance(v, float)}
    types |= {"weight": pa.string()} if "weight" in columns else {"weight": pa.float64()}
    return write_delivery(folder, rows, manifest(survey, 2026), types=types)


class TestQuarantine:
    """Bad forms stay out of every figure, with file, row and every reason; the rest loads."""

    @pytest.mark.parametrize(
        "number",
        range(len(CASES)),
        ids=[f"{columns} {sorted(reasons)}" for columns, reasons in CASES],
    )
    def test_with_every_reason(self, set_aside: Path, number: int) -> None:
        survey, (_, reasons) = f"w{number}", CASES[number]
        snapshot = open_current(set_aside)
        assert national_forms(set_aside, survey) == 30
        assert set(snapshot.read("quarantine_reason", survey=survey)["reason"]) == reasons
        (form,) = snapshot.read("quarantined_form", survey=survey).to_dicts()
        assert (form["file"], form["row"]) == ("forms.parquet", 31)
        assert set(re.findall(r"[a-z]+(?:_[a-z]+)+", form["reasons"])) >= reasons
        funnel = snapshot.read("response_funnel", survey=survey)
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

    @pytest.mark.parametrize("kind", [pa.null(), pa.string()], ids=str)
    def test_a_province_column_without_a_value(
        self, warehouse: Path, tmp_path: Path, kind: pa.DataType
    ) -> None:
        """It is there and says nothing: who is told that it is missing looks in the wrong place."""
        rows, told = forms(30, province=None), manifest("w", 2026)
        folder = write_delivery(tmp_path / "d", rows, told, types={"province": kind})
        message = refused(warehouse, folder)
        assert "'province' has no value" in message
        assert "forms.parquet" in message
        assert "is missing" not in message

    def test_a_province_column_that_is_missing(self, warehouse: Path, tmp_path: Path) -> None:
        rows = [{k: v for k, v in form.items() if k != "province"} for form in forms(30)]
        message = refused(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert "'province' is missing" in message

    def test_one_id_in_two_writings_is_a_repeat(self, warehouse: Path, tmp_path: Path) -> None:
        rows = forms(60)
        rows.append(rows[0] | {"form_id": "F00001\t"})
        snapshot = accepted(warehouse, write_delivery(tmp_path / "d", rows, manifest("w", 2026)))
        assert set(snapshot.read("quarantine_reason", survey="w")["reason"]) == {"duplicate_form"}

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
