"""A catalogue that has changed: forms are judged by it when all their deliveries are given again, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.load import LoadSummary, load_deliveries
from tests.command import in_process
from tests.deliveries import Form, forms, manifest, write_delivery
from tests.own_survey import write_catalogue
from warehouse import open_current
from warehouse.catalogue import read_catalogue
from warehouse.errors import DeliveryRefused

NICKNAME = "Xứ Nghệ"


@pytest.fixture
def nicknamed(tmp_path: Path) -> Path:
    """A catalogue that knows one more name of Nghệ An."""
    folder = tmp_path / "nicknamed"
    shipped = Path(__file__).parents[1] / "warehouse" / "catalogue" / "geographies" / "vn-34"
    own = folder / "geographies" / "vn-34"
    own.mkdir(parents=True)
    for file in shipped.iterdir():
        (own / file.name).write_bytes(file.read_bytes())
    with (own / "aliases.csv").open("a", encoding="utf-8") as aliases:
        aliases.write(f"{NICKNAME},40,ours\n")
    return folder


def first(tmp_path: Path) -> Path:
    """Forms of which some name their province as only the other catalogue reads it."""
    rows = forms(58, province="01") + forms(2, first=59, province=NICKNAME)
    return write_delivery(tmp_path / "first", rows, manifest())


def second(tmp_path: Path) -> Path:
    """A later delivery of the same survey: a correction and a form more."""
    rows = [*forms(1, province="79"), *forms(1, first=61, province="79")]
    return write_delivery(tmp_path / "second", rows, manifest())


def load(folders: list[Path], warehouse: Path, catalogue: Path | None = None) -> LoadSummary:
    return load_deliveries(folders, warehouse, read_catalogue(catalogue))


def funnel(warehouse: Path) -> list[tuple[str, int, int]]:
    read = open_current(warehouse).read("response_funnel", ["province", "valid", "quarantined"])
    return sorted(read.rows())


def test_a_survey_given_whole_is_read_as_if_for_the_first_time(
    tmp_path: Path, nicknamed: Path
) -> None:
    deliveries = [first(tmp_path), second(tmp_path)]
    before = load(deliveries, tmp_path / "w")
    assert funnel(tmp_path / "w") == [("01", 57, 0), ("79", 2, 0), ("unknown", 0, 2)]
    # In whatever order they are given: a correction stays one.
    again = load(deliveries[::-1], tmp_path / "w", nicknamed)
    assert again.snapshot != before.snapshot
    assert again.already_loaded == ()
    assert funnel(tmp_path / "w") == [("01", 57, 0), ("40", 2, 0), ("79", 2, 0)]
    fresh = load(deliveries, tmp_path / "fresh", nicknamed)
    assert fresh.snapshot == again.snapshot
    assert not load(deliveries, tmp_path / "w", nicknamed).is_new


def test_a_survey_given_in_part_stays_as_it_was_judged_and_that_is_told(
    tmp_path: Path, nicknamed: Path
) -> None:
    deliveries = [first(tmp_path), second(tmp_path)]
    load(deliveries, tmp_path / "w")
    told = in_process(
        "load", deliveries[0], "--warehouse", tmp_path / "w", "--catalogue", nicknamed
    )
    assert told.exit_code == 0
    assert "vss-2025" in told.output
    assert "give all deliveries of the survey" in told.output
    assert funnel(tmp_path / "w") == [("01", 57, 0), ("79", 2, 0), ("unknown", 0, 2)]
    # What was judged otherwise has another identity than what was judged by this catalogue.
    judged = open_current(tmp_path / "w").id
    assert load(deliveries, tmp_path / "fresh", nicknamed).snapshot != judged


def patients(tmp_path: Path, name: str, survey: str) -> Path:
    rows: list[Form] = [
        {"form_id": f"{n}", "channel": "counter", "province": "01", "Q1a": 4, "R": 2}
        for n in range(12)
    ]
    told = manifest(survey, 2026, instrument="patients", geography="isles")
    return write_delivery(tmp_path / name, rows, told)


def test_answers_to_an_item_that_the_catalogue_lacks_are_not_dropped(tmp_path: Path) -> None:
    whole, less = write_catalogue(tmp_path / "whole"), write_catalogue(tmp_path / "less")
    items = less / "instruments" / "patients" / "items.csv"
    lines = items.read_text(encoding="utf-8").splitlines(keepends=True)
    items.write_text("".join(line for line in lines if not line.startswith("R,")), encoding="utf-8")
    load([patients(tmp_path, "a", "clinic")], tmp_path / "w", whole)
    serving = open_current(tmp_path / "w").id
    other = write_delivery(tmp_path / "b", forms(12), manifest())
    with pytest.raises(DeliveryRefused, match=r"12 loaded forms answer the item 'R'.*--catalogue"):
        load([other], tmp_path / "w", less)
    assert open_current(tmp_path / "w").id == serving
    load([other], tmp_path / "w", whole)
    (index,) = open_current(tmp_path / "w").read(
        "satisfaction_index", survey="clinic", geo_level="nation", channel="all", item="R"
    )["index_pct"]
    assert index == 40
