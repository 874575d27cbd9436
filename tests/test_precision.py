"""Sampling errors: against R's survey package, and against a second, naive computation over single respondents."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from ingest.load import load_deliveries
from tests.deliveries import forms, manifest, nothing_hidden, write_delivery
from warehouse import open_current
from warehouse.linearisation import Errors, errors
from warehouse.moments import Design, Moments

# --- R survey on its own data -------------------------------------------------------------------

SAMPLES = {
    "srs_weights_nofpc": ("apisrs", False),
    "strat_nofpc": ("apistrat", True),
}


def _mean_errors(
    frame: pl.DataFrame, values: pl.Series, is_stratified: bool, domain: pl.Series
) -> Errors:
    """Errors of the weighted mean of `values` in a domain, as an index of one criterion of 100 points.

    One is added to each value, since nought means no answer; that moves the mean and no error.
    """
    keys = frame["stype"] if is_stratified else pl.Series(["all"] * frame.height)
    strata = sorted(set(keys))
    stratum = np.array([strata.index(key) for key in keys])
    order = np.argsort(stratum, kind="stable")
    design = Design(
        stratum=np.arange(len(strata)),
        stratum_size=np.bincount(stratum),
        points=np.array([100.0]),
        membership=np.ones((1, 1)),
    )
    moments = Moments(design)
    kept = order[domain.to_numpy()[order]]
    answers = (values.to_numpy()[kept] + 1).astype(float)[:, None]
    moments.add(stratum[kept], answers, frame["pw"].to_numpy()[kept].astype(float))
    return errors(moments, [np.arange(len(strata))])


@pytest.mark.external_data
@pytest.mark.parametrize("design", SAMPLES)
def test_agrees_with_r_survey(realdata: Path, design: str) -> None:
    """Means, domain means and shares: standard errors and design effects to 1e-6 relative."""
    name, is_stratified = SAMPLES[design]
    folder = realdata / "survey_api"
    frame = pl.from_arrow(pq.read_table(folder / f"{name}.parquet"))
    assert isinstance(frame, pl.DataFrame)
    compared = 0
    with (folder / "expected_design.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["design"] == design]
    for row in rows:
        if row["what"] == "mean":
            values = frame[row["var"]]
        elif row["what"] == "share":
            values = (frame["sch.wide"] == "Yes").cast(pl.Int64)
        else:
            continue
        domain = pl.Series([True] * frame.height)
        if row["domain"] != "all":
            domain = frame["stype"] == row["domain"].removeprefix("stype=")
        found = _mean_errors(frame, values, is_stratified, domain)
        assert np.sqrt(found.variance[0, 0]) == pytest.approx(float(row["se"]), rel=1e-6, abs=6e-7)
        if row["deff"] and row["what"] == "mean":
            # R's default compares with a sample drawn without replacement from the population.
            population = float(frame["pw"].to_numpy().sum())
            without = (population - frame.height) / population
            effect = found.variance[0, 0] / (found.variance_srs[0, 0] * without)
            assert effect == pytest.approx(float(row["deff"]), rel=1e-6, abs=6e-7)
        compared += 1
    assert compared == 13


# --- our own data, computed a second time -------------------------------------------------------


def _naive_se(
    answers: list[list[int | None]],
    strata: list[str],
    in_slice: list[bool],
    criteria: list[int],
    points: list[int],
) -> float:
    """Standard error of the mean of the criterion indices, by the textbook formula over single respondents."""
    measured = [
        c
        for c in criteria
        if any(a[c] is not None and d for a, d in zip(answers, in_slice, strict=True))
    ]
    z = [0.0] * len(answers)
    for c in measured:
        given = [i for i, a in enumerate(answers) if in_slice[i] and a[c] is not None]
        mean = sum(answers[i][c] or 0 for i in given) / len(given)
        for i in given:
            z[i] += 100 / (points[c] * len(given) * len(measured)) * ((answers[i][c] or 0) - mean)
    variance = 0.0
    for stratum in set(strata):
        values = [z[i] for i, s in enumerate(strata) if s == stratum]
        n = len(values)
        if n > 1:
            mean = sum(values) / n
            variance += n / (n - 1) * sum((value - mean) ** 2 for value in values)
    return float(variance**0.5)


@pytest.mark.parametrize("seed", range(25))
def test_agrees_with_the_textbook(seed: int) -> None:
    """Awkward designs: strata of one form, offices within strata, criteria nobody answered, answers that agree."""
    draw = np.random.default_rng(seed)
    n, n_criteria = int(draw.integers(1, 60)), int(draw.integers(1, 7))
    points = draw.choice([4, 5], n_criteria).astype(float)
    cell_of_form = np.sort(draw.integers(0, 6, n))
    stratum_of_cell = np.array([0, 0, 1, 2, 2, 3])
    answers = draw.integers(1, 5, (n, n_criteria)).astype(np.uint8)
    answers[draw.random((n, n_criteria)) < draw.choice([0.0, 0.3, 0.9])] = 0
    person = draw.random(n) < draw.choice(
        [1.0, 0.5]
    )  # a filter on people: the design stays that of all forms
    membership = (draw.random((n_criteria, 4)) < 0.6).astype(float)
    membership[:, 0] = 1
    design = Design(
        stratum_of_cell, np.bincount(stratum_of_cell[cell_of_form], minlength=4), points, membership
    )
    moments = Moments(design)
    moments.add(cell_of_form[person], answers[person])
    slices = [np.arange(6), np.array([0]), np.array([1, 2]), np.array([3, 4, 5])]
    found = errors(moments, slices)
    for number, cells in enumerate(slices):
        in_slice = [bool(person[i]) and cell_of_form[i] in cells for i in range(n)]
        for level in range(4):
            criteria = [int(c) for c in np.flatnonzero(membership[:, level])]
            if not any(in_slice[i] and answers[i, c] for i in range(n) for c in criteria):
                assert np.isnan(found.variance[number, level])
                continue
            naive = _naive_se(
                [[int(a) or None for a in row] for row in answers],
                [str(stratum_of_cell[c]) for c in cell_of_form],
                in_slice,
                criteria,
                [int(k) for k in points],
            )
            assert np.sqrt(found.variance[number, level]) == pytest.approx(
                naive, rel=1e-9, abs=1e-9
            )


def test_a_stratum_where_nobody_answered() -> None:
    """Its slice has no error, a slice that holds it has the error of the others."""
    design = Design(np.array([0, 1]), np.array([3, 4]), np.full(2, 5.0), np.ones((2, 1)))
    moments = Moments(design)
    answers = np.array([[0, 0]] * 3 + [[5, 0], [4, 3], [2, 0], [0, 0]], dtype=np.uint8)
    moments.add(np.array([0, 0, 0, 1, 1, 1, 1]), answers)
    slices = [np.array([0]), np.array([0, 1]), np.array([1])]
    found = errors(moments, slices, {0: [1], 2: [1]})
    assert np.isnan(found.variance[0, 0])
    assert np.isnan(found.covariance[0, 1]).all()
    # All that answered are in both: the covariance of part and whole is the variance of either.
    assert found.covariance[2, 1] == pytest.approx(found.variance[1])
    assert found.variance[1, 0] == found.variance[2, 0] > 0


# --- in the published view ----------------------------------------------------------------------


def test_every_index_has_its_error(sample_warehouse: Path) -> None:
    """No row without error and interval, and each index lies within its own."""
    rows = open_current(sample_warehouse).read("satisfaction_index")
    assert rows.height > 200_000
    assert rows["se_pct"].null_count() == 0
    inside = (pl.col("ci_low_pct") <= pl.col("index_pct") + 1e-9) & (
        pl.col("index_pct") <= pl.col("ci_high_pct") + 1e-9
    )
    assert rows.filter(~inside).height == 0
    assert (
        rows.filter(
            (pl.col("ci_low_pct") < 20 - 1e-9) | (pl.col("ci_high_pct") > 100 + 1e-9)
        ).height
        == 0
    )


@pytest.mark.parametrize("people", [{}, {"sex": "female"}, {"age_group": "31-55", "mode": "paper"}])
def test_the_view_agrees_with_the_textbook(
    sample_warehouse: Path, people: dict[str, object]
) -> None:
    """Overall, factor and criterion of one province and of one office, with and without a filter."""
    snapshot = open_current(sample_warehouse)
    items = ["2.1.a.1", "2.2.a.4.3", "2.2.a.1", "2.1", "overall"]
    places = {"province": "42", "office": None}
    criteria = (
        snapshot.read("item", instrument="vss-1111", item_level="criterion")
        .sort("sort")["item"]
        .to_list()
    )
    columns = ", ".join(f'"vss-1111/{c}"' for c in criteria)
    forms = snapshot.rows(
        f"SELECT channel, office, sex, age_group, mode, {columns} FROM form WHERE survey = 'vss-2025'"
        " AND province = '42'",
        {},
    ).fetchall()
    places["office"] = "42/" + min(form[1] for form in forms if form[1])
    below = {"overall": "", "2.1": "2.1.", "2.2.a.1": "2.2.a.1."}
    compared = 0
    for geo_level, geo_code in places.items():
        where = {
            "survey": "vss-2025",
            "geography": "vn-34",
            "geo_level": geo_level,
            "geo_code": geo_code,
        }
        rows = (
            snapshot.filtered("satisfaction_index", people, **where, channel="all", item=items)
            if people
            else snapshot.read("satisfaction_index", **where, channel="all", item=items)
        )

        def counts(form: tuple[object, ...], office: str | None) -> bool:
            person = dict(zip(("sex", "age_group", "mode"), form[2:5], strict=True))
            # Support is run from the centre: its forms do not count for the place where the person lives.
            chosen = not str(form[0]).startswith("support") and all(
                person[name] in (value if isinstance(value, list) else [value])
                for name, value in people.items()
            )
            return chosen and (office is None or form[1] == office)

        office = str(geo_code).split("/")[1] if geo_level == "office" else None
        for row in rows.iter_rows(named=True):
            chosen = [
                place
                for place, criterion in enumerate(criteria)
                if criterion == row["item"] or criterion.startswith(below.get(row["item"], "\0"))
            ]
            naive = _naive_se(
                [list(form[5:]) for form in forms],
                [str(form[0]) for form in forms],
                [counts(form, office) for form in forms],
                chosen,
                [5] * len(criteria),
            )
            if row["suppressed"]:
                # Or what only people of a hidden service group are asked.
                assert geo_level == "office" or row["item"].startswith("2.2.a")
                continue
            assert row["se_pct"] == pytest.approx(naive, rel=1e-9, abs=1e-9), row["item"]
            compared += 1
    assert compared >= 3


def test_weighted_indices_stand_beside_the_official_ones(tmp_path: Path) -> None:
    """Three at 5 of weight 1, one at 1 of weight 7: the official index counts people, the weighted one weights."""
    told: list[dict[str, Any]] = [
        *[{"2.1.a.1": 5, "weight": 1.0}] * 3,
        {"2.1.a.1": 1, "weight": 7.0},
        {"2.1.a.1": 1, "weight": None},
    ]
    rows = [form | more for form, more in zip(forms(5), told, strict=True)]
    folder = write_delivery(tmp_path / "d", rows, manifest("w", 2026))
    load_deliveries([folder], tmp_path / "warehouse", nothing_hidden())
    snapshot = open_current(tmp_path / "warehouse")
    where = {"geo_level": "nation", "channel": "all", "item": "2.1.a.1"}
    official = snapshot.read("satisfaction_index", None, **where).row(0, named=True)
    weighted = snapshot.read("weighted_index", None, **where).row(0, named=True)
    assert official["index_pct"] == pytest.approx(100 * (3 * 5 + 1 + 1) / (5 * 5))
    assert weighted["weighted_index_pct"] == pytest.approx(
        100 * (3 * 1 * 5 + 7 * 1) / (5 * (3 * 1 + 7))
    )
    # z = w (y - 2.2) 20 / 10, nought for the form without a weight; one stratum of five forms
    z = [2 * (5 - 2.2)] * 3 + [2 * 7 * (1 - 2.2), 0]
    mean = sum(z) / 5
    expected = (5 / 4 * sum((value - mean) ** 2 for value in z)) ** 0.5
    assert weighted["weighted_se_pct"] == pytest.approx(expected)
