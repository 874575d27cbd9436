"""The synthetic deliveries against the published figures, counted here from the files alone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from ingest.sample import SampleRefused, write_samples
from ingest.sample.figures import PROVINCES_2024, PROVINCES_2025
from tests.delivered import Delivered, shown
from warehouse.catalogue import Catalogue, read_catalogue

SURVEYS = ("vss-2024", "vss-2025", "vss-2026")
TOLERANCE = 0.002


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """The samples of the usual seed."""
    made = tmp_path_factory.mktemp("sample") / "made"
    told: list[str] = []
    paths = write_samples(made, catalogue, progress=told.append)
    assert told == [path.name for path in paths] == list(SURVEYS)
    return made


@pytest.fixture(scope="module")
def surveys(folder: Path, catalogue: Catalogue) -> dict[str, Delivered]:
    return {name: Delivered(folder / name, catalogue) for name in SURVEYS}


@pytest.fixture(scope="module")
def other_seed(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    made = tmp_path_factory.mktemp("other")
    write_samples(made, catalogue, seed=7)
    return made


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- the published figures ----------------------------------------------------------------------


def test_the_nation_meets_the_published_figures(surveys: dict[str, Delivered]) -> None:
    before, now = surveys["vss-2024"].nation, surveys["vss-2025"].nation
    assert (shown(before), shown(now)) == ("87.47", "89.50")
    assert shown(now - before) == "2.03"
    assert abs(before - 87.47) <= TOLERANCE
    assert abs(now - 89.50) <= TOLERANCE


def test_the_provinces_of_2025_meet_the_published_figures(surveys: dict[str, Delivered]) -> None:
    index = surveys["vss-2025"].provinces
    best = sorted(index, key=lambda code: -index[code])
    assert len(index) == 34
    assert best[:5] == ["42", "22", "11", "31", "38"]
    assert (shown(index[best[0]]), shown(index[best[-1]])) == ("96.76", "84.05")
    assert sum(Decimal(shown(value)) > 85 for value in index.values()) == 33


@pytest.mark.parametrize(
    ("survey", "target"), [("vss-2024", PROVINCES_2024), ("vss-2025", PROVINCES_2025)]
)
def test_every_province_meets_its_figure(
    surveys: dict[str, Delivered], survey: str, target: dict[str, float]
) -> None:
    index = surveys[survey].provinces
    assert index.keys() == target.keys()
    for code, wanted in target.items():
        assert shown(index[code]) == f"{wanted:.2f}", code
        assert abs(index[code] - wanted) <= TOLERANCE, code


def test_every_criterion_is_measured_where_it_is_asked(surveys: dict[str, Delivered]) -> None:
    for survey in ("vss-2024", "vss-2025"):
        delivered = surveys[survey]
        assert len(delivered.criterion_indices(delivered.valid)) == 70
        for code in delivered.provinces:
            here = delivered.valid & delivered.local & (delivered.province == code)
            assert len(delivered.criterion_indices(here)) in {57, 58}, code
    assert len(surveys["vss-2026"].criterion_indices(surveys["vss-2026"].valid)) == 7 + 18 + 19 + 12


def test_the_funnel_of_2025_is_the_published_one(surveys: dict[str, Delivered]) -> None:
    delivered = surveys["vss-2025"]
    assert sum(row["issued"] for row in delivered.issued) == 91_296
    assert delivered.table.num_rows == 84_508
    assert int(delivered.valid.sum()) == 84_448
    assert sum(map(bool, delivered.reasons)) == 60


def test_forms_are_quarantined_for_several_reasons(surveys: dict[str, Delivered]) -> None:
    reasons = surveys["vss-2025"].reasons
    assert Counter(reason for found in reasons for reason in found) == {
        "score_out_of_scale": 18,
        "not_asked": 9,
        "unknown_province": 8,
        "missing_province": 4,
        "unknown_channel": 5,
        "missing_channel": 3,
        "no_form_id": 3,
        "duplicate_form": 5,
        "conflicting_form": 6,
    }
    assert Counter(map(len, reasons)) == {0: 84_448, 1: 59, 2: 1}


# --- the contract -------------------------------------------------------------------------------


def test_manifests_say_that_the_data_are_synthetic(surveys: dict[str, Delivered]) -> None:
    for name, delivered in surveys.items():
        manifest = delivered.manifest
        assert manifest["survey"] == name == f"vss-{manifest['year']}"
        assert manifest["synthetic"] is True
        assert "dữ liệu mô phỏng" in manifest["title"]["vi"]
        assert "synthetic" in manifest["title"]["en"]
    assert surveys["vss-2025"].manifest["fieldwork"] == {
        "from": date(2025, 9, 10),
        "to": date(2025, 10, 31),
    }
    assert surveys["vss-2024"].manifest["missing_codes"] == [9, 99]
    assert "columns" not in surveys["vss-2025"].manifest


def test_forms_keep_to_the_contract(surveys: dict[str, Delivered], catalogue: Catalogue) -> None:
    allowed: dict[str, set[str]] = {}
    for row in catalogue.characteristics:
        allowed.setdefault(row.characteristic, set()).add(row.value)
    plain = {"form_id", "channel", "province", "office", "collected_on", "comment"}
    for delivered in surveys.values():
        assert len(delivered.files) >= 2
        named = set(delivered.table.column_names)
        items = {item.item for item in delivered.instrument.answered}
        assert items <= named <= items | plain | allowed.keys()
        for column in named & allowed.keys():
            assert set(delivered.text(column)) <= allowed[column] | {None}, column
        one_stop = delivered.channel == "one_stop"
        for column in ("office", "venue"):
            assert ((delivered.text(column) != None) == one_stop)[delivered.valid].all()  # noqa: E711
        ids = [form_id for form_id in delivered.table["form_id"].to_pylist() if form_id]
        assert all(form_id.startswith("HL") for form_id in ids)
        assert delivered.valid.mean() > 0.99


def test_offices_are_three_to_eight_in_a_province(surveys: dict[str, Delivered]) -> None:
    for delivered in surveys.values():
        here = delivered.valid & (delivered.channel == "one_stop")
        pairs = set(zip(delivered.province[here], delivered.text("office")[here], strict=True))
        assert set(Counter(province for province, _ in pairs).values()) <= set(range(3, 9))


def test_nowhere_more_forms_came_back_than_were_issued(surveys: dict[str, Delivered]) -> None:
    for delivered in surveys.values():
        issued: Counter[tuple[str | None, str]] = Counter()
        for row in delivered.issued:
            issued[row["province"], row["channel"]] += row["issued"]
        untold = {"unknown_province", "missing_province", "unknown_channel", "missing_channel"}
        pairs = zip(delivered.province, delivered.channel, delivered.reasons, strict=True)
        returned = Counter((code, channel) for code, channel, why in pairs if not why & untold)
        assert returned.keys() <= issued.keys()
        assert all(n_forms <= issued[key] for key, n_forms in returned.items())


def test_half_of_2026_can_be_read_from_its_day_plan(surveys: dict[str, Delivered]) -> None:
    delivered = surveys["vss-2026"]
    used = set(delivered.channel[delivered.valid])
    assert used == {"one_stop", "public_portal"} | {c for c in used if c.startswith("support_")}
    assert len(used) == 7
    assert set(delivered.text("venue")) == {
        "province_office",
        "local_office",
        "public_centre",
        None,
    }
    last = date(2026, 9, 16)
    assert max(delivered.table["collected_on"].to_pylist()) == last
    rows = delivered.issued
    assert len({(row["province"], row["channel"], row["date"]) for row in rows}) == len(rows)
    assert max(row["date"] for row in rows) == delivered.manifest["fieldwork"]["to"]
    assert all(row["issued"] == 0 for row in rows if row["date"] > last)
    planned = sum(row["planned"] for row in rows)
    assert 0.05 * planned < sum(row["reserve"] for row in rows) < 0.15 * planned
    assert 0.4 < sum(row["issued"] for row in rows) / planned < 0.6


def test_figures_of_the_year_before_are_given_for_every_province(
    surveys: dict[str, Delivered],
) -> None:
    for delivered in surveys.values():
        files = sorted((delivered.path / "indicators").glob("*.parquet"))
        rows = [row for file in files for row in pq.read_table(file).to_pylist()]
        items = {item.item for item in delivered.instrument.items if item.level == "administrative"}
        codes = {province.province_code for province in delivered.geography.provinces}
        assert {(row["province"], row["item"]) for row in rows} == {
            (code, item) for code in codes for item in items
        }
        assert {row["reference_year"] for row in rows} == {delivered.manifest["year"] - 1}
        assert len({(row["province"], row["item"], row["breakdown"]) for row in rows}) == len(rows)
        assert all(row["value"] <= 100 for row in rows if row["unit"] == "%")


# --- believable ---------------------------------------------------------------------------------


def test_some_items_stay_unanswered(surveys: dict[str, Delivered]) -> None:
    delivered = surveys["vss-2025"]
    for item in delivered.criteria:
        asking = [
            c for c, row in delivered.by_channel.items() if delivered.instrument.asks(row, item)
        ]
        asked = delivered.valid & np.isin(delivered.channel, asking)
        share = float((delivered.scores[item.item][asked] > 0).mean())
        if item.conditional:
            assert 0.07 < share < 0.13, item.item
        elif item.experience:
            assert 0.3 < share < 0.95, item.item
        else:
            assert 0.96 <= share <= 0.99, item.item


def test_answers_of_one_person_hang_together(surveys: dict[str, Delivered]) -> None:
    delivered = surveys["vss-2025"]
    for prefix in ("2.1", "2.2.a", "2.2.b", "2.2.c", "2.2.d"):
        names = [
            item.item
            for item in delivered.criteria
            if item.item.startswith(prefix) and not item.conditional and not item.experience
        ]
        answers = np.stack([delivered.scores[name][delivered.valid] for name in names])
        complete = answers[:, (answers > 0).all(axis=0)]
        assert complete.shape[1] > 1000
        assert np.corrcoef(complete).min() > 0.2, prefix


def test_strong_and_weak_points_are_those_of_2020(surveys: dict[str, Delivered]) -> None:
    delivered = surveys["vss-2025"]
    index = delivered.criterion_indices(delivered.valid)
    unusual = {item.item for item in delivered.criteria if item.conditional}
    for group, result, feedback in (("2.2.a", "4", "5"), ("2.2.b", "3", "5"), ("2.2.c", "4", "5")):
        factors = factor_means(index, group, unusual)
        assert max(factors, key=lambda code: factors[code]) == f"{group}.{result}"
        assert min(factors, key=lambda code: factors[code]) == f"{group}.{feedback}"
    assert factor_means(index, "2.2.b", unusual)["2.2.b.1"] < index["2.2.a.1.1"]
    assert index["2.2.a.4.3"] < index["2.2.a.4.1"] - 5
    assert index["2.2.b.3.3"] < index["2.2.b.3.1"] - 5


def factor_means(index: dict[str, float], group: str, without: set[str]) -> dict[str, float]:
    by_factor: dict[str, list[float]] = {}
    for item, value in index.items():
        if item.startswith(group) and item not in without:
            by_factor.setdefault(item.rpartition(".")[0], []).append(value)
    return {code: sum(values) / len(values) for code, values in by_factor.items()}


def test_people_and_offices_differ(surveys: dict[str, Delivered]) -> None:
    delivered = surveys["vss-2025"]
    old = delivered.overall(delivered.valid & (delivered.text("age_group") == "over_55"))
    young = delivered.overall(delivered.valid & (delivered.text("age_group") == "18-30"))
    assert old > young + 0.5
    office = delivered.text("office")
    capital = delivered.valid & (delivered.province == "01") & (delivered.channel == "one_stop")
    indices = [delivered.overall(capital & (office == name)) for name in set(office[capital])]
    assert max(indices) - min(indices) > 0.5


def test_extra_payments_are_rare_and_commoner_in_a_few_provinces(
    surveys: dict[str, Delivered],
) -> None:
    delivered = surveys["vss-2025"]
    paid, asked = delivered.scores["1.6"] == 2, delivered.valid & (delivered.scores["1.6"] > 0)
    shares = sorted(
        float(paid[asked & (delivered.province == code)].mean()) for code in delivered.provinces
    )
    assert 0.005 < paid[asked].mean() < 0.04
    assert shares[-4] > 1.5 * shares[len(shares) // 2]


def test_some_hundred_forms_carry_a_comment(surveys: dict[str, Delivered]) -> None:
    for survey in ("vss-2025", "vss-2026"):
        comments = [text for text in surveys[survey].text("comment") if text]
        assert 200 <= len(comments) <= 800
        assert len(set(comments)) > 50
        assert max(map(len, comments)) < 120


# --- the generator ------------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_bytes_over_an_earlier_sample(
    folder: Path, catalogue: Catalogue
) -> None:
    before = content(folder)
    write_samples(folder, catalogue)
    assert content(folder) == before
    assert sorted(path.name for path in folder.iterdir()) == list(SURVEYS)


def test_another_seed_differs_and_meets_the_same_figures(
    folder: Path, other_seed: Path, catalogue: Catalogue
) -> None:
    for survey, nation, target in (
        ("vss-2024", 87.47, PROVINCES_2024),
        ("vss-2025", 89.50, PROVINCES_2025),
    ):
        file = "forms-online.parquet"
        assert (folder / survey / file).read_bytes() != (other_seed / survey / file).read_bytes()
        delivered = Delivered(other_seed / survey, catalogue)
        assert abs(delivered.nation - nation) <= TOLERANCE
        for code, index in delivered.provinces.items():
            assert abs(index - target[code]) <= TOLERANCE, code


def test_another_seed_keeps_the_published_funnel(other_seed: Path, catalogue: Catalogue) -> None:
    delivered = Delivered(other_seed / "vss-2025", catalogue)
    assert (delivered.table.num_rows, int(delivered.valid.sum())) == (84_508, 84_448)
    assert sum(row["issued"] for row in delivered.issued) == 91_296


def foreign_file(survey: Path) -> None:
    survey.mkdir(parents=True)
    (survey / "notes.txt").write_text("mine", "utf-8")


def real_delivery(survey: Path) -> None:
    survey.mkdir(parents=True)
    (survey / "survey.yaml").write_text(f"survey: {survey.name}\nsynthetic: false\n", "utf-8")


def file_in_its_place(survey: Path) -> None:
    survey.parent.mkdir(parents=True, exist_ok=True)
    survey.write_text("mine", "utf-8")


@pytest.mark.parametrize("occupy", [foreign_file, real_delivery, file_in_its_place])
def test_what_is_no_sample_is_not_written_over(
    tmp_path: Path, catalogue: Catalogue, occupy: Any
) -> None:
    occupy(tmp_path / "vss-2025")
    before = content(tmp_path)
    with pytest.raises(SampleRefused, match="vss-2025 holds something else"):
        write_samples(tmp_path, catalogue)
    assert content(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["vss-2025"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(SampleRefused, match="name another folder"):
        write_samples(tmp_path / "file", catalogue)


def test_a_seed_below_nought_is_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(SampleRefused, match="seed -1"):
        write_samples(tmp_path, catalogue, seed=-1)
    assert list(tmp_path.iterdir()) == []
