"""The codebook: every item, code, label, channel, clause and flag as the catalogue's own files say."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.checkout import ROOT
from tests.command import in_process
from tests.deliveries import forms, write_delivery
from warehouse import open_current

INSTRUMENTS = ROOT / "warehouse" / "catalogue" / "instruments"
TOP = {"likert5": 5, "interval4": 4}
LIKERT = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codebook")
    delivery = write_delivery(folder / "delivery", forms(12))
    assert in_process("load", delivery, "--warehouse", folder / "w").exit_code == 0
    return folder / "w"


@pytest.fixture(scope="module")
def rows(warehouse: Path) -> list[Row]:
    with closing(open_current(warehouse)) as snapshot:
        return snapshot.read("codebook").to_dicts()


def catalogue(instrument: str, name: str) -> list[dict[str, str]]:
    with (INSTRUMENTS / instrument / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("instrument", ["vss-1111", "sipas-2020"])
class TestTheCatalogueSaysSo:
    def test_one_row_an_item_and_code(self, rows: list[Row], instrument: str) -> None:
        options: dict[str, list[int]] = {}
        for option in catalogue(instrument, "options"):
            options.setdefault(option["item"], []).append(int(option["option"]))
        expected = []
        for item in catalogue(instrument, "items"):
            codes: list[int | None] = list(range(1, TOP.get(item["scale"], 0) + 1))
            expected += [
                (item["item"], code) for code in codes or options.get(item["item"], [None])
            ]
        found = [
            (row["item"], row["code"])
            for row in rows
            if row["instrument"] == instrument and row["item_level"] not in {"family", "overall"}
        ]
        # Items stand in the order of the instrument, 3.9 before 3.10.
        assert found == expected
        assert len(set(found)) == len(found)

    def test_labels_clauses_and_flags(self, rows: list[Row], instrument: str) -> None:
        by_item = {row["item"]: row for row in rows if row["instrument"] == instrument}
        for item in catalogue(instrument, "items"):
            row = by_item[item["item"]]
            for name in ("label_vi", "label_en", "status", "clause"):
                assert row[name] == item[name]
            assert row["item_level"] == item["level"]
            assert (row["parent"] or "") == item["parent"]
            assert (row["scale"] or "") == item["scale"]
            for flag in ("conditional", "experience", "adverse"):
                assert row[flag] is (item[flag] == "true")

    def test_the_channels_that_ask(self, rows: list[Row], instrument: str) -> None:
        channels = catalogue(instrument, "channels")
        channels.sort(key=lambda channel: int(channel["sort"]))
        asked = {
            item["item"]: " ".join(
                channel["channel"]
                for channel in channels
                if {"everyone", channel["channel"], channel["service_group"]}
                & set(item["asked_of"].split())
            )
            for item in catalogue(instrument, "items")
            if item["scale"]
        }
        assert len(set(asked.values())) > 3
        for row in rows:
            if row["instrument"] == instrument:
                assert (row["channels_asked"] or "") == asked.get(row["item"], "")

    def test_options_have_their_own_words(self, rows: list[Row], instrument: str) -> None:
        found = {(row["item"], row["code"]): row for row in rows if row["instrument"] == instrument}
        for option in catalogue(instrument, "options"):
            row = found[option["item"], int(option["option"])]
            assert row["code_label_vi"] == option["label_vi"]
            assert row["code_label_en"] == option["label_en"]
            assert row["code_status"] == option["status"]
            assert row["code_clause"] == option["clause"]


def test_the_words_of_the_scales(rows: list[Row]) -> None:
    """Plan 1111, IV.2.2 names five levels; the four answers of IV.2.1 and IV.2.3 it only numbers."""
    likert = [row for row in rows if row["item"] == "2.2.a.2.6"]
    assert [row["code_label_vi"] for row in likert] == LIKERT
    assert {(row["code_status"], row["code_clause"]) for row in likert} == {
        ("law", "Kế hoạch 1111/KH-BHXH, IV.2.2")
    }
    four = [row["code_label_vi"] for row in rows if row["item"] == "3.12"]
    assert four == [
        "Phương án trả lời 1 (thấp nhất)",
        "Phương án trả lời 2",
        "Phương án trả lời 3",
        "Phương án trả lời 4 (cao nhất)",
    ]
    # The report of 2020 prints no words: those of the plan are an assumption there.
    other = {
        row["code_status"] for row in rows if row["instrument"] == "sipas-2020" and row["code"]
    }
    assert other == {"assumption"}


def test_what_nobody_answers_has_no_code(rows: list[Row]) -> None:
    for row in rows:
        if row["scale"] is None:
            assert row["code"] is row["code_label_vi"] is row["channels_asked"] is None
        else:
            assert row["code_label_vi"]
            assert row["code_label_en"]
            assert row["channels_asked"]
    levels = {row["item_level"] for row in rows if row["code"] is None}
    assert {"content", "service_group", "factor", "administrative", "overall", "family"} <= levels


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_it_is_exported_like_any_view(
    warehouse: Path, rows: list[Row], tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"codebook.{form}"
    outcome = in_process(
        "export", "codebook", "--where", "instrument=vss-1111",
        "--columns", "item,code,code_label_vi", "--warehouse", warehouse, "--out", out,
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.output
    expected = [
        (row["item"], row["code"], row["code_label_vi"])
        for row in rows
        if row["instrument"] == "vss-1111"
    ]
    if form == "csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            read = list(csv.reader(file))[1:]
        found = [(item, int(code) if code else None, label or None) for item, code, label in read]
    elif form == "xlsx":
        cells = openpyxl.load_workbook(out)["data"].iter_rows(min_row=2, values_only=True)
        found = [tuple(row) for row in cells]  # type: ignore[misc]  # three cells each
    else:
        found = [tuple(row.values()) for row in pq.read_table(out).to_pylist()]
    assert found == expected
