"""Errors and intervals of assessments and needs, and what is made of them: against single respondents."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import pytest

from ingest.load import load_deliveries
from tests.deliveries import Form, forms, manifest, nothing_hidden, write_delivery
from warehouse import Snapshot, open_current

Answer = Callable[[Form], float | None]
"""What a form answers to one question, or whether it chose one option; None where it says nothing."""
DRAW = 11
CHANNELS = ("one_stop", "payment_agent", "support_hotline")
PROVINCES = ("01", "04", "22", "79")


def people(year: int, n: int = 240) -> list[Form]:
    """Forms of four provinces and three channels with answers to parts 1 and 3, some left out."""
    draw = random.Random(DRAW + year)
    rows = forms(n)
    for number, row in enumerate(rows):
        row["province"] = draw.choice(PROVINCES)
        row["channel"] = draw.choice(CHANNELS)
        row["sex"] = draw.choice(["male", "female"])
        row["office"] = draw.choice(["A", "B"])
        if row["channel"] == "support_hotline":
            del row["2.2.a.1.1"]
        row["1.1"] = draw.choice([None, 1, 2, 3, 4])
        row["3.9"] = draw.choice([3, 4, 4])
        row["1.2"] = draw.choice([None, [1], [1, 3], [2, 3, 8]])
        # Hà Nội answers worse than the rest, so that the comparison has something to find.
        harassed = 0.5 if row["province"] == "01" else 0.1
        row["1.5"] = (
            draw.choice([2, 3, 4]) if draw.random() < harassed else draw.choice([1, 1, None])
        )
        row["1.6"] = 1 if number else None
    return rows


@pytest.fixture(scope="module")
def surveys() -> dict[int, list[Form]]:
    return {year: people(year) for year in (2025, 2026)}


@pytest.fixture(scope="module")
def snapshot(surveys: dict[int, list[Form]], tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("answers")
    deliveries = [
        write_delivery(folder / f"d{year}", rows, manifest(f"vss-{year}", year))
        for year, rows in surveys.items()
    ]
    load_deliveries(deliveries, folder / "warehouse", nothing_hidden())
    return open_current(folder / "warehouse")


def expected(
    everyone: list[Form], domain: Callable[[Form], bool], answer: Answer, points: int
) -> tuple[float, float]:
    """Index and standard error of one question in a domain, person by person."""
    given = {id(row): answer(row) for row in everyone if domain(row)}
    values = [value for value in given.values() if value is not None]
    mean = sum(values) / len(values)
    deviation = {}
    for row in everyone:
        value = given.get(id(row))
        deviation[id(row)] = 0.0 if value is None else 100 * (value - mean) / (points * len(values))
    variance = 0.0
    for stratum in {(row["province"], row["channel"]) for row in everyone}:
        z = [deviation[id(r)] for r in everyone if (r["province"], r["channel"]) == stratum]
        if len(z) > 1:
            centre = sum(z) / len(z)
            variance += len(z) / (len(z) - 1) * sum((one - centre) ** 2 for one in z)
    return 100 * mean / points, math.sqrt(variance)


def two_sided(z: float) -> float:
    """Probability that a standard normal variable lies farther out than `z`, on either side."""
    return math.erfc(abs(z) / math.sqrt(2))


def wilson(index: float, lowest: float, error: float, n_people: int) -> tuple[float, float]:
    """Score interval of an index as of the share of the way from `lowest` to 100."""
    share = (index - lowest) / (100 - lowest)
    n = share * (1 - share) * ((100 - lowest) / error) ** 2 if error > 0 else float(n_people)
    z = NormalDist().inv_cdf(0.975)
    centre, half = (
        share + z * z / (2 * n),
        z * math.sqrt(share * (1 - share) / n + (z / n / 2) ** 2),
    )
    ends = [lowest + (100 - lowest) * (centre + side * half) / (1 + z * z / n) for side in (-1, 1)]
    return ends[0], ends[1]


def chose(item: str, option: int) -> Answer:
    """Whether a form chose an option of an item with several choices or with one."""

    def answer(row: Form) -> float | None:
        given = row[item]
        if given is None:
            return None
        return float(option in given if isinstance(given, list) else given == option)

    return answer


def scored(item: str) -> Answer:
    return lambda row: row[item]


def is_local(row: Form) -> bool:
    return bool(row["channel"] != "support_hotline")


ITEMS: list[tuple[str, int | None, Answer, int]] = [
    ("1.1", None, scored("1.1"), 4),
    ("3.9", None, scored("3.9"), 4),
    ("1.2", 3, chose("1.2", 3), 1),
    ("1.2", 4, chose("1.2", 4), 1),
    ("1.5", 1, chose("1.5", 1), 1),
    ("1.6", 1, chose("1.6", 1), 1),
]
SLICES: dict[tuple[str, str, str], Callable[[Form], bool]] = {
    ("nation", "vn", "all"): lambda _: True,
    ("nation", "vn", "local"): is_local,
    ("nation", "vn", "support_hotline"): lambda row: not is_local(row),
    ("province", "22", "all"): lambda row: row["province"] == "22" and is_local(row),
    ("office", "01/A", "payment_agent"): lambda row: (
        (row["province"], row["office"], row["channel"]) == ("01", "A", "payment_agent")
    ),
}


@pytest.mark.parametrize(("item", "option", "answer", "points"), ITEMS, ids=lambda v: str(v)[:8])
@pytest.mark.parametrize("place", SLICES, ids=str)
def test_index_error_and_interval(
    snapshot: Snapshot,
    surveys: dict[int, list[Form]],
    place: tuple[str, str, str],
    item: str,
    option: int | None,
    answer: Answer,
    points: int,
) -> None:
    keys = dict(zip(("geo_level", "geo_code", "channel"), place, strict=True))
    frame = snapshot.read("answer_interval", survey="vss-2025", item=item, option=option, **keys)
    (row,) = frame.iter_rows(named=True)
    index, error = expected(surveys[2025], SLICES[place], answer, points)
    assert row["index_pct"] == pytest.approx(index, abs=1e-9)
    assert row["se_pct"] == pytest.approx(error, abs=1e-9)
    lowest = 25 if option is None else 0
    ends = wilson(index, lowest, error, row["n_answers"])
    assert (row["ci_low_pct"], row["ci_high_pct"]) == pytest.approx(ends, abs=1e-6)


def test_the_index_is_the_published_one(snapshot: Snapshot) -> None:
    """Every row of both views has its interval, at the same index."""
    intervals = snapshot.read("answer_interval")
    keys = ["survey", "geography", "geo_level", "geo_code", "channel", "item", "option"]
    n_rows = 0
    for view in ("assessment_index", "expectation_index"):
        frame = snapshot.read(view)
        both = frame.join(intervals, on=keys, how="left", nulls_equal=True, suffix="_interval")
        n_rows += both.height
        for row in both.iter_rows(named=True):
            assert row["index_pct_interval"] == pytest.approx(row["index_pct"], abs=1e-9)
            assert row["n_answers_interval"] == row["n_answers"]
    assert n_rows == intervals.height > 100


def test_some_of_the_people_are_a_domain(
    snapshot: Snapshot, surveys: dict[int, list[Form]]
) -> None:
    """The strata stay those of everybody: the error is larger than if the others had not been asked."""
    frame = snapshot.filtered(
        "answer_interval",
        {"sex": "female"},
        survey="vss-2025",
        geo_level="nation",
        channel="all",
        item="1.5",
        option=1,
    )
    (row,) = frame.iter_rows(named=True)
    index, error = expected(surveys[2025], lambda form: form["sex"] == "female", chose("1.5", 1), 1)
    assert (row["index_pct"], row["se_pct"]) == pytest.approx((index, error), abs=1e-9)


def test_the_distribution_counts_people(snapshot: Snapshot, surveys: dict[int, list[Form]]) -> None:
    frame = snapshot.read(
        "answer_distribution", survey="vss-2025", geo_level="nation", channel="all", item="1.1"
    )
    given = [row["1.1"] for row in surveys[2025] if row["1.1"]]
    assert frame["n_chosen"].to_list() == [given.count(point) for point in (1, 2, 3, 4)]
    shares = [100 * given.count(point) / len(given) for point in (1, 2, 3, 4)]
    assert frame["share_pct"].to_list() == pytest.approx(shares)


def adverse(row: Form) -> float | None:
    return None if row["1.5"] is None else float(row["1.5"] > 1)


def test_an_adverse_share_is_whoever_does_not_say_never(
    snapshot: Snapshot, surveys: dict[int, list[Form]]
) -> None:
    (row,) = snapshot.read(
        "adverse_share", survey="vss-2025", geo_level="province", geo_code="01", channel="local",
        item="1.5",
    ).iter_rows(named=True)  # fmt: skip
    share, error = expected(
        surveys[2025], lambda form: form["province"] == "01" and is_local(form), adverse, 1
    )
    assert row["share_pct"] == pytest.approx(share)
    assert row["se_pct"] == pytest.approx(error)
    ends = wilson(share, 0, error, row["n_answers"])
    assert (row["ci_low_pct"], row["ci_high_pct"]) == pytest.approx(ends, abs=1e-6)


def test_only_questions_that_are_adverse_are_watched(snapshot: Snapshot) -> None:
    assert set(snapshot.read("adverse_share")["item"]) == {"1.5", "1.6"}


def holm(p_values: dict[str, float]) -> dict[str, float]:
    """Adjusted p-values: the smallest times how many there are, the next times one fewer, never falling."""
    adjusted, highest = {}, 0.0
    for place, (name, value) in enumerate(sorted(p_values.items(), key=lambda pair: pair[1])):
        highest = max(highest, min(1.0, (len(p_values) - place) * value))
        adjusted[name] = highest
    return adjusted


def test_provinces_against_the_nation(snapshot: Snapshot, surveys: dict[int, list[Form]]) -> None:
    frame = snapshot.read("adverse_comparison", survey="vss-2025", channel="local", item="1.5")
    local = [row for row in surveys[2025] if is_local(row) and row["1.5"] is not None]
    nation = sum(row["1.5"] > 1 for row in local) / len(local)
    p_values, shares = {}, {}
    for province in PROVINCES:
        own = [row["1.5"] > 1 for row in local if row["province"] == province]
        shares[province] = sum(own) / len(own)
        error = math.sqrt(nation * (1 - nation) / len(own) * (1 - len(own) / len(local)))
        p_values[province] = two_sided(abs(shares[province] - nation) / error)
    found: dict[str, dict[str, Any]] = {row["province"]: row for row in frame.iter_rows(named=True)}
    assert set(found) == set(PROVINCES)
    for province, adjusted in holm(p_values).items():
        row = found[province]
        assert row["share_pct"] == pytest.approx(100 * shares[province])
        assert row["reference_share_pct"] == pytest.approx(100 * nation)
        assert row["p_value"] == pytest.approx(p_values[province], abs=1e-12)
        assert row["p_adjusted"] == pytest.approx(adjusted, abs=1e-12)
        side = "higher" if shares[province] > nation else "lower"
        assert row["against_nation"] == (side if adjusted < 0.05 else "undetermined")
    assert found["01"]["against_nation"] == "higher"


def test_where_nobody_says_so_nothing_can_be_told(snapshot: Snapshot) -> None:
    """Nobody had to pay: no province differs, and the interval still does not pretend to be nought."""
    frame = snapshot.read("adverse_comparison", survey="vss-2025", channel="local", item="1.6")
    assert set(frame["against_nation"]) == {"undetermined"}
    assert set(frame["share_pct"]) == {0.0}
    assert (frame["ci_low_pct"].abs() < 1e-9).all()
    assert (frame["ci_high_pct"] > 1).all()


def test_the_change_of_an_adverse_share(snapshot: Snapshot, surveys: dict[int, list[Form]]) -> None:
    (row,) = snapshot.read(
        "adverse_change", survey="vss-2026", geo_level="nation", channel="all", item="1.5"
    ).iter_rows(named=True)
    before = expected(surveys[2025], lambda _: True, adverse, 1)
    now = expected(surveys[2026], lambda _: True, adverse, 1)
    assert row["previous_survey"] == "vss-2025"
    assert row["change_pct"] == pytest.approx(now[0] - before[0])
    error = math.hypot(now[1], before[1])
    assert row["change_se_pct"] == pytest.approx(error)
    p_value = two_sided(abs(now[0] - before[0]) / error)
    assert row["change_p_value"] == pytest.approx(p_value, abs=1e-12)
    assert snapshot.read("adverse_change", survey="vss-2025").is_empty()
