"""Errors of changes like for like: from single respondents, where two surveys have little, much or all in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.load import load_deliveries
from tests.deliveries import Form, manifest, nothing_hidden, write_delivery
from warehouse import Snapshot, open_current

SUCCESSOR = {"02": "08", "08": "08", "24": "24", "27": "24", "01": "01"}
CRITERIA = "2.1.a.1 2.1.b.1 2.2.a.1.1 2.2.a.5.1 2.2.b.1.1 2.2.b.5.2 2.2.d.1.1 2.2.d.3.1".split()
GROUP = {
    "one_stop": "2.2.a",
    "payment_agent": "2.2.a",
    "public_portal": "2.2.b",
    "support_zalo": "2.2.d",
}
# What each year surveys: channel and venue, and what it asks.
EARLIER = [("one_stop", "local_office"), ("one_stop", "province_office"), ("public_portal", None)]
LATER = [("one_stop", "local_office"), ("payment_agent", None), ("public_portal", None)]
Asked = list[tuple[str, str | None]]


def _forms(seed: int, asked: Asked, provinces: list[str], without: set[str], n: int) -> list[Form]:
    draw = np.random.default_rng(seed)
    rows: list[Form] = []
    for number in range(n):
        channel, venue = asked[int(draw.integers(len(asked)))]
        leaning = draw.normal(4.0, 0.7)
        form: Form = {
            "form_id": f"F{number:04}",
            "province": str(draw.choice(provinces)),
            "channel": channel,
            "venue": venue,
        }
        for item in CRITERIA:
            here = item.startswith(("2.1", GROUP[channel])) and item not in without
            score = int(np.clip(round(leaning + draw.normal(0, 0.8)), 1, 5))
            form[item] = score if here and draw.random() > 0.15 else None
        rows.append(form)
    return rows


def _loaded(folder: Path, before: list[Form], now: list[Form]) -> Snapshot:
    deliveries = [
        write_delivery(folder / "2024", before, manifest("vss-2024", 2024)),
        write_delivery(folder / "2025", now, manifest("vss-2025", 2025)),
    ]
    load_deliveries(deliveries, folder / "warehouse", nothing_hidden())
    return open_current(folder / "warehouse")


def _place(form: Form) -> str:
    return SUCCESSOR[form["province"]]


def _cell(form: Form) -> tuple[str, str, str]:
    return _place(form), form["channel"], form["venue"] or ""


def _naive(
    rows: list[Form], counts: Callable[[Form], bool], criteria: list[str]
) -> tuple[float, float]:
    """Index and variance of the mean over the criteria, from the people who count, under the design of all."""
    z = np.zeros(len(rows))
    means = []
    for item in criteria:
        given = [
            place for place, form in enumerate(rows) if counts(form) and form[item] is not None
        ]
        answers = np.array([rows[place][item] for place in given], dtype=float)
        means.append(20 * answers.mean())
        z[given] += 20 / len(given) / len(criteria) * (answers - answers.mean())
    strata: dict[tuple[str, str], list[float]] = {}
    for form, value in zip(rows, z, strict=True):
        strata.setdefault((form["province"], form["channel"]), []).append(float(value))
    variance = sum(
        len(values) * float(np.var(values, ddof=1)) for values in strata.values() if len(values) > 1
    )
    return float(np.mean(means)), variance


def _below(item_level: str, item: str, criterion: str) -> bool:
    families = {"1": "access", "5": "feedback"}
    if item_level == "family":
        return criterion.startswith("2.2") and families.get(criterion.split(".")[3]) == item
    return item in {"overall", criterion} or criterion.startswith(f"{item}.")


def _compare(before: list[Form], now: list[Form], row: dict[str, Any]) -> bool:
    """Hold a row of `index_change` against the respondents; tell whether they have anything in common."""

    def inside(form: Form) -> bool:
        channels = {"all", "local", form["channel"], GROUP[form["channel"]]}
        return row["channel"] in channels and (
            row["geo_level"] == "nation" or _place(form) == row["geo_code"]
        )

    common = {_cell(form) for form in before} & {_cell(form) for form in now}

    def counts(form: Form) -> bool:
        return inside(form) and _cell(form) in common

    criteria = [
        item
        for item in CRITERIA
        if _below(row["item_level"], row["item"], item)
        and all(
            any(counts(form) and form[item] is not None for form in rows) for rows in (before, now)
        )
    ]
    assert row["n_criteria_common"] == len(criteria), row
    if not criteria:
        assert row["like_for_like_pct"] is None
        assert row["like_for_like_se_pct"] is None
        assert row["like_for_like_p_value"] is None
        return False
    index0, variance0 = _naive(before, counts, criteria)
    index1, variance1 = _naive(now, counts, criteria)
    assert row["like_for_like_pct"] == pytest.approx(index1 - index0, abs=1e-9)
    expected = (variance0 + variance1) ** 0.5
    assert row["like_for_like_se_pct"] == pytest.approx(expected, rel=1e-9, abs=1e-9), row
    if expected > 0:
        assert 0 <= row["like_for_like_p_value"] <= 1
    return True


@pytest.mark.parametrize("seed", range(3))
def test_the_error_of_what_two_surveys_have_in_common(tmp_path: Path, seed: int) -> None:
    """Other venues, channels, criteria and provinces than the year before, and provinces merged in between."""
    before = _forms(seed, EARLIER, ["01", "02", "08", "27"], {"2.1.b.1"}, 160)
    for form in before:
        if form["province"] == "27" and form["channel"] == "one_stop":
            form["venue"] = (
                "province_office"  # so that the province it went into has no venue in common
            )
    now = _forms(seed + 100, LATER, ["01", "08", "24"], {"2.2.b.5.2"}, 120)
    snapshot = _loaded(tmp_path, before, now)
    rows = snapshot.read("index_change", geography="vn-34", geo_level=["nation", "province"])
    # A venue that only one year surveyed makes a scope of its own, though criteria and channels are the same.
    local = rows.filter(geo_level="province", channel="one_stop", item="overall")
    assert (local["like_for_like_se_pct"] != local["change_se_pct"]).all()
    told = [_compare(before, now, row) for row in rows.iter_rows(named=True)]
    assert sum(told) > 100
    assert sum(told) < len(told)


def test_where_both_measured_the_same_the_errors_are_one(tmp_path: Path) -> None:
    """The same channels, venues and criteria in each place: like for like is the published change."""
    asked: Asked = [("one_stop", "local_office"), ("public_portal", None)]
    before = _forms(7, asked, ["01", "08"], set(), 200)
    now = _forms(8, asked, ["01", "08"], set(), 200)
    rows = _loaded(tmp_path, before, now).read("index_change", geography="vn-34")
    assert rows.height > 50
    assert rows["like_for_like_se_pct"].to_list() == rows["change_se_pct"].to_list()
    assert rows["like_for_like_p_value"].to_list() == pytest.approx(
        rows["change_p_value"].to_list(), rel=1e-6
    )
    for row in rows.filter(geo_level="province").iter_rows(named=True):
        _compare(before, now, row)
