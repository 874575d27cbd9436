"""Every standard error and design effect again by the package `svy`, for every level, slice and filter of a survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest
import svy

from ingest.load import load_deliveries
from tests.deliveries import Form, manifest, nothing_hidden, write_delivery
from warehouse import Snapshot, open_current

# Hà Giang and Tuyên Quang were merged, Bắc Giang and Bắc Ninh too; Hà Nội stands as it was.
SUCCESSOR = {"02": "08", "08": "08", "24": "24", "27": "24", "01": "01"}
GROUP = {
    "one_stop": "2.2.a",
    "development_agent": "2.2.a",
    "public_portal": "2.2.b",
    "health_facility": "2.2.c",
    "support_hotline": "2.2.d",
    "support_zalo": "2.2.d",
}
CRITERIA = (
    "2.1.a.1 2.1.a.2 2.1.b.1 2.1.c.3 2.2.a.1.1 2.2.a.1.2 2.2.a.2.6 2.2.a.4.3 2.2.b.1.1 2.2.b.3.2 2.2.b.5.2"
    " 2.2.c.2.1 2.2.c.5.2 2.2.d.1.1 2.2.d.2.3 2.2.d.4.2"
).split()
PEOPLE: list[dict[str, Any]] = [
    {},
    {"sex": "female"},
    {"age_group": ["18-30", "over_55"], "mode": "paper"},
    {"sex": "male", "respondent_type": "organisation"},
]
OUT = "nobody"


def _drawn(n: int, weighted: bool) -> list[Form]:
    """Forms whose answers hang together by person and place; one stratum has a single form."""
    draw = np.random.default_rng(1111)
    rows: list[Form] = []
    provinces = list(SUCCESSOR)
    for number in range(n):
        channel = str(draw.choice(list(GROUP), p=[0.3, 0.15, 0.2, 0.2, 0.1, 0.05]))
        province: str | None = str(draw.choice(provinces, p=[0.1, 0.25, 0.2, 0.25, 0.2]))
        if channel.startswith("support") and draw.random() < 0.6:
            province = None
        if (province, channel) == ("02", "health_facility") and number != 0:
            channel = "one_stop"
        if number == 0:
            province, channel = "02", "health_facility"
        leaning = draw.normal(4.1, 0.7) + 0.2 * (province == "01") - 0.3 * (channel == "one_stop")
        form: Form = {
            "form_id": f"F{number:04}",
            "province": province,
            "channel": channel,
            "office": str(draw.choice(["Cơ sở 1", "Cơ sở 2"])) if channel == "one_stop" else None,
            "sex": (None, "female", "male")[int(draw.integers(3))],
            "age_group": draw.choice(["18-30", "31-55", "over_55"]),
            "mode": draw.choice(["paper", "online"]),
            "respondent_type": draw.choice(["individual", "organisation"]),
            "weight": float(draw.choice([0.5, 1.0, 3.25])) if draw.random() < 0.9 else None,
        }
        form |= {
            item: int(np.clip(round(leaning + draw.normal(0, 0.8)), 1, 5))
            if item.startswith(("2.1", GROUP[channel]))
            and draw.random() > (0.7 if item == "2.2.a.4.3" else 0.1)
            else None
            for item in CRITERIA
        }
        rows.append(form if weighted else {k: v for k, v in form.items() if k != "weight"})
    return rows


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Form], Snapshot]:
    """One survey of the old provinces, with weights, loaded."""
    folder = tmp_path_factory.mktemp("second")
    rows = _drawn(420, weighted=True)
    delivery = write_delivery(folder / "d", rows, manifest("vss-2024", 2024))
    load_deliveries([delivery], folder / "warehouse", nothing_hidden())
    return rows, open_current(folder / "warehouse")


def _inside(form: Form, row: Mapping[str, Any], regions: Mapping[tuple[str, str], str]) -> bool:
    """Whether a form counts in the slice of a row of the view."""
    support = str(form["channel"]).startswith("support")
    channel = {
        "all": True,
        "local": not support,
        form["channel"]: True,
        GROUP[form["channel"]]: True,
    }
    if not channel.get(row["channel"], False):
        return False
    if row["geo_level"] == "nation":
        return True
    if support:
        return False
    province = form["province"] if row["geography"] == "vn-63" else SUCCESSOR[form["province"]]
    place: dict[str, bool] = {
        "region": regions[row["geography"], province] == row["geo_code"],
        "province": province == row["geo_code"],
        "office": f"{province}/{form['office']}" == row["geo_code"],
    }
    return place[row["geo_level"]]


def _person(form: Form, people: Mapping[str, Any]) -> bool:
    return all(
        form[name] in (value if isinstance(value, list) else [value])
        for name, value in people.items()
    )


class Second:
    """Means of the criteria and their covariances by svy: a row an answer, the person as sampling unit."""

    def __init__(self, rows: list[Form], weight: bool = False) -> None:
        self.rows = rows
        self._weight = weight
        self._known: dict[tuple[bool, bytes], tuple[dict[str, float], pl.DataFrame]] = {}

    def covariance(
        self, counts: list[bool], stratified: bool
    ) -> tuple[dict[str, float], pl.DataFrame]:
        """Index of each criterion answered by those who count, and the covariances by criterion.

        Stratified under the design of all forms; else as a simple random sample of those who count.
        """
        key = (stratified, np.array(counts).tobytes())
        if key not in self._known:
            frame = pl.DataFrame(list(self._answers(counts, stratified)), orient="row", schema={
                "person": pl.Int64, "stratum": pl.String, "item": pl.String, "points": pl.Float64,
                "weight": pl.Float64, "counts": pl.Boolean,
            })  # fmt: skip
            design = svy.Design(
                psu="person",
                wgt="weight",
                wr=True,
                stratum="stratum" if stratified else None,
                singleton="skip" if stratified else None,
            )
            found = svy.Sample(frame, design).estimation.mean(
                "points", by="item", where=pl.col("counts")
            )
            assert isinstance(found, svy.Estimate)
            means = found.to_polars()
            covariance = pl.DataFrame(found.covariance, schema=means["item"].to_list())
            self._known[key] = dict(means.select("item", "est").iter_rows()), covariance
        return self._known[key]

    def _answers(self, counts: list[bool], stratified: bool) -> Iterator[tuple[Any, ...]]:
        for person, (form, inside) in enumerate(zip(self.rows, counts, strict=True)):
            stratum = f"{form['province']}/{form['channel']}"
            weight = form["weight"] if self._weight else 1.0
            asked = inside and weight is not None
            # Everybody stands in the design, whoever counts and whatever was answered.
            if stratified or asked:
                yield person, stratum, OUT, 0.0, 1.0, False
            if asked:
                for item in CRITERIA:
                    if form[item] is not None:
                        yield person, stratum, item, 20.0 * form[item], weight, True

    def level(
        self, counts: list[bool], criteria: set[str], stratified: bool
    ) -> tuple[float, float]:
        """Index and variance of the mean over the criteria that anybody answered."""
        means, covariance = self.covariance(counts, stratified)
        chosen = [item for item in means if item in criteria]
        places = [covariance.columns.index(item) for item in chosen]
        block = covariance.to_numpy()[np.ix_(places, places)]
        return float(np.mean([means[item] for item in chosen])), float(block.mean())


def _below(snapshot: Snapshot) -> dict[tuple[str, str], set[str]]:
    """The criteria of each level, from the codes of the instrument and the families of its file."""
    items = snapshot.read("item", instrument="vss-1111", item_level="criterion")
    family = dict(items.select("item", "family").iter_rows())
    found: dict[tuple[str, str], set[str]] = {("overall", "overall"): set(CRITERIA)}
    for item in CRITERIA:
        parts = item.split(".")
        found[("criterion", item)] = {item}
        found.setdefault(("factor", ".".join(parts[:-1])), set()).add(item)
        found.setdefault(("content", ".".join(parts[:2])), set()).add(item)
        if len(parts) == 5:
            found.setdefault(("service_group", ".".join(parts[:3])), set()).add(item)
        if family[item]:
            found.setdefault(("family", family[item]), set()).add(item)
    return found


def _regions(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    places = snapshot.read("place", geo_level="province")
    return {
        (geography, code): region
        for geography, code, region in places.select(
            "geography", "geo_code", "region_code"
        ).iter_rows()
    }


@pytest.mark.parametrize("people", PEOPLE, ids=lambda people: "-".join(people) or "everybody")
def test_every_error_and_design_effect(
    surveyed: tuple[list[Form], Snapshot], people: dict[str, Any]
) -> None:
    """All levels of all slices: two geographies, places and offices, channels and groups."""
    rows, snapshot = surveyed
    found = (
        snapshot.filtered("satisfaction_index", people)
        if people
        else snapshot.read("satisfaction_index")
    )
    below, regions, second = _below(snapshot), _regions(snapshot), Second(rows)
    assert {"nation", "region", "province", "office"} == set(found["geo_level"])
    assert {level for level, _ in below} == set(found["item_level"])
    n = 0
    slice_of: dict[tuple[str, ...], list[bool]] = {}
    for row in found.iter_rows(named=True):
        key = (row["geography"], row["geo_level"], row["geo_code"], row["channel"])
        if key not in slice_of:
            slice_of[key] = [_person(form, people) and _inside(form, row, regions) for form in rows]
        criteria = below[row["item_level"], row["item"]]
        index, variance = second.level(slice_of[key], criteria, stratified=True)
        _, simple = second.level(slice_of[key], criteria, stratified=False)
        assert row["index_pct"] == pytest.approx(index, rel=1e-9)
        assert row["se_pct"] == pytest.approx(variance**0.5, rel=1e-6, abs=1e-6), row
        if simple > 1e-9:
            assert row["design_effect"] == pytest.approx(variance / simple, rel=1e-6, abs=1e-6), row
        _ends_of_the_score_interval(row, index, variance)
        n += 1
    assert n > 1000


def _ends_of_the_score_interval(row: dict[str, Any], index: float, variance: float) -> None:
    """Each end is the index that a score test of 5 % would just not reject, at the error that svy found."""
    if variance < 1e-9 or not 20 + 1e-9 < index < 100 - 1e-9:
        return
    share = (index - 20) / 80
    people = share * (1 - share) / (variance / 80**2)
    for end in (row["ci_low_pct"], row["ci_high_pct"]):
        supposed = (end - 20) / 80
        z = (share - supposed) / (supposed * (1 - supposed) / people) ** 0.5
        assert abs(z) == pytest.approx(1.959963984540054, rel=1e-6)
    assert row["ci_low_pct"] < index < row["ci_high_pct"]


def test_weighted_errors(surveyed: tuple[list[Form], Snapshot]) -> None:
    """The weighted indices, the forms without a weight being left out and still part of the design."""
    rows, snapshot = surveyed
    below, regions = _below(snapshot), _regions(snapshot)
    second = Second(rows, weight=True)
    found = snapshot.read("weighted_index", channel=["all", "local", "2.2.a", "public_portal"])
    for row in found.iter_rows(named=True):
        counts = [_inside(form, row, regions) for form in rows]
        index, variance = second.level(
            counts, below[row["item_level"], row["item"]], stratified=True
        )
        assert row["weighted_index_pct"] == pytest.approx(index, rel=1e-9)
        assert row["weighted_se_pct"] == pytest.approx(variance**0.5, rel=1e-6, abs=1e-6), row
    assert found.height > 300
