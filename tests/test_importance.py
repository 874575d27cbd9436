"""Importance of factors: from single respondents, by another derivation and by `svy`, and where nothing can be told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import svy

from dashboard.data import WAREHOUSE_VARIABLE
from ingest.load import load_deliveries
from tests.deliveries import Form, manifest, nothing_hidden, write_delivery
from tests.pages import named, open_page, said
from warehouse import Snapshot, open_current

SLICES = [
    # survey, geography, geo level, geo code, channel, forms that count
    ("vss-2025", "vn-34", "province", "42", "2.2.a", "province = '42'"),
    ("vss-2025", "vn-34", "nation", "vn", "2.2.d", "true"),
    ("vss-2024", "vn-34", "province", "48", "public_portal", "province IN ('48', '49')"),
]
CHANNELS = {
    "2.2.a": ["one_stop", "development_agent", "payment_agent"],
    "public_portal": ["public_portal"],
    "2.2.d": [f"support_{name}" for name in ("hotline", "fanpage", "zalo", "email", "website")],
}


def _scores(
    answers: np.ndarray, criteria: list[str], factor: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether each person answered both, and the mean share of the highest point for the factor and for the rest."""
    own = np.array([item.startswith(f"{factor}.") for item in criteria])
    shares = np.where(answers > 0, answers / 5, np.nan)
    answered = answers > 0
    both = np.asarray(answered[:, own].any(axis=1) & answered[:, ~own].any(axis=1))
    x, y = np.zeros(len(answers)), np.zeros(len(answers))
    x[both] = np.nanmean(shares[both][:, own], axis=1)
    y[both] = np.nanmean(shares[both][:, ~own], axis=1)
    return both, x, y


def _correlation(
    weight: np.ndarray, x: np.ndarray, y: np.ndarray, stratum: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Weighted correlation about the means of the strata, and the deviations."""
    total = np.bincount(stratum, weight)
    x = x - (np.bincount(stratum, weight * x) / total)[stratum]
    y = y - (np.bincount(stratum, weight * y) / total)[stratum]
    r = (weight * x * y).sum() / math.sqrt((weight * x * x).sum() * (weight * y * y).sum())
    return float(r), x, y


def _naive(
    strata: np.ndarray, both: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[float, float]:
    """Correlation and its error: the derivative by each person's weight, taken numerically."""
    kept = np.flatnonzero(both)
    numbers = np.unique(strata[kept], return_inverse=True)[1]
    weight = np.ones(len(kept))
    r, _, _ = _correlation(weight, x[kept], y[kept], numbers)
    z = np.zeros(len(strata))
    step = 1e-4
    for place, person in enumerate(kept):
        weight[place] = 1 + step
        more = _correlation(weight, x[kept], y[kept], numbers)[0]
        weight[place] = 1 - step
        less = _correlation(weight, x[kept], y[kept], numbers)[0]
        weight[place] = 1
        z[person] = (more - less) / (2 * step)
    variance = sum(
        values.size * values.var(ddof=1)
        for name in np.unique(strata)
        if (values := z[strata == name]).size > 1
    )
    return r, float(variance**0.5)


@pytest.mark.parametrize(
    ("survey", "geography", "geo_level", "geo_code", "channel", "forms"),
    SLICES,
    ids=lambda value: str(value).split(" ")[0],
)
def test_from_single_respondents(
    sample_warehouse: Path,
    survey: str,
    geography: str,
    geo_level: str,
    geo_code: str,
    channel: str,
    forms: str,
) -> None:
    snapshot = open_current(sample_warehouse)
    criteria = snapshot.read("item", instrument="vss-1111", item_level="criterion")["item"]
    asked = [item for item in criteria if item.startswith(("2.1", _group(channel)))]
    columns = ", ".join(f'coalesce("vss-1111/{item}", 0)' for item in asked)
    rows = snapshot.rows(
        f"SELECT province || '/' || channel, {columns} FROM form WHERE survey = '{survey}'"
        f" AND {forms} AND channel IN ({', '.join(repr(name) for name in CHANNELS[channel])})",
        {},
    ).fetchall()
    strata = np.array([row[0] for row in rows])
    answers = np.array([row[1:] for row in rows], dtype=float)
    found = snapshot.read(
        "factor_importance",
        survey=survey,
        geography=geography,
        geo_level=geo_level,
        geo_code=geo_code,
        channel=channel,
    )
    factors = sorted({item.rpartition(".")[0] for item in asked})
    assert found["item"].to_list() == factors
    for row in found.iter_rows(named=True):
        both, x, y = _scores(answers, asked, row["item"])
        assert row["n_people"] == both.sum()
        if geo_level == "nation" and row["item"] != factors[-1]:
            continue  # one is enough where there are thousands
        r, se = _naive(strata, both, x, y)
        assert row["association"] == pytest.approx(r, rel=1e-9)
        assert row["association_se"] == pytest.approx(se, rel=1e-5)
        _agrees_with_svy(strata, both, x, y, row)
        z, z_se = math.atanh(r), se / (1 - r * r)
        for name, sign in (("association_low", -1), ("association_high", 1)):
            assert row[name] == pytest.approx(math.tanh(z + sign * 1.959964 * z_se), rel=1e-4)


def _group(channel: str) -> str:
    return "2.2.b" if channel == "public_portal" else channel


def _agrees_with_svy(
    strata: np.ndarray, both: np.ndarray, x: np.ndarray, y: np.ndarray, row: dict[str, Any]
) -> None:
    """The correlation of the deviations from the stratum means, as the package estimates it in a domain."""
    kept = np.flatnonzero(both)
    numbers = np.unique(strata[kept], return_inverse=True)[1]
    _, dx, dy = _correlation(np.ones(len(kept)), x[kept], y[kept], numbers)
    away = np.zeros((2, len(strata)))
    away[:, kept] = dx, dy
    frame = pl.DataFrame(
        {"x": away[0], "y": away[1], "stratum": strata, "counts": both, "weight": 1.0}
    )
    design = svy.Design(stratum="stratum", wgt="weight", wr=True, singleton="skip")
    found = svy.Sample(frame, design).estimation.corr(("x", "y"), where=pl.col("counts"))
    (estimate,) = found.estimates
    assert row["association"] == pytest.approx(estimate.est, rel=1e-9)
    assert row["association_se"] == pytest.approx(estimate.se, rel=1e-6)


def test_holm_over_the_factors(sample_warehouse: Path) -> None:
    rows = open_current(sample_warehouse).read(
        "factor_importance", survey="vss-2025", geo_level="province", channel="public_portal"
    )
    assert rows["geo_code"].n_unique() == 34
    for _, place in rows.group_by("geo_code"):
        highest = 0.0
        ordered = place.sort("p_value", "item")
        for number, (p, adjusted) in enumerate(ordered.select("p_value", "p_adjusted").iter_rows()):
            highest = max(highest, min(1.0, (ordered.height - number) * p))
            assert adjusted == pytest.approx(highest, rel=1e-9)
    assert (rows["is_important"] == (rows["p_adjusted"] < 0.05)).all()


# --- on the profile --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_profile_names_factors_and_says_that_they_are_no_causes(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(sample_warehouse))
    view = open_current(sample_warehouse).read(
        "factor_importance", survey="vss-2025", geo_level="province", geo_code="48"
    )
    for address, channel in (
        ({}, "2.2.a"),
        ({"importance": "2.2.c"}, "2.2.c"),
        ({"channel": "public_portal"}, "public_portal"),
    ):
        app = open_page("profile", province="48", lang=lang, **address)
        table = named(app, "importance.title")
        expected = view.filter(channel=channel).sort("association", descending=True)
        assert table["association"].to_list() == pytest.approx(expected["association"].to_list())
        assert [text.split()[0] for text in table["factor"]] == expected["item"].to_list()
        assert table["n_people"].to_list() == expected["n_people"].to_list()
        warning = {"vi": "mối liên hệ, không phải nguyên nhân", "en": "association, no cause"}
        assert warning[lang] in said(app)
    app = open_page("profile", province="48", lang=lang, family="staff")
    assert [text.split()[0] for text in named(app, "importance.title")["factor"]] == ["2.2.a.3"]


def test_the_profile_says_which_factors_cannot_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answered(tmp_path, 400)
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "warehouse"))
    app = open_page("profile", province="01")
    factors = [text.split()[0] for text in named(app, "importance.title")["factor"]]
    assert sorted(factors) == ["2.2.b.1", "2.2.b.2", "2.2.b.5"]
    assert "Chưa khẳng định được: 2.1." in said(app)


# --- where nothing can be told ------------------------------------------------------------------


def _answered(folder: Path, n: int) -> Snapshot:
    """People whose answers to 2.2.b hang together and whose answers to 2.1.a and 2.1.b are drawn by themselves."""
    draw = np.random.default_rng(5)
    rows: list[Form] = []
    for number in range(n):
        leaning = draw.normal(4, 0.9)
        form: Form = {
            "form_id": f"F{number:04}",
            "province": "01",
            "channel": "public_portal",
            "2.1.a.1": int(draw.integers(1, 6)),
            "2.1.b.1": int(draw.integers(1, 6)),
        }
        form |= {
            item: int(np.clip(round(leaning + draw.normal(0, 0.5)), 1, 5))
            for item in ("2.2.b.1.1", "2.2.b.2.1", "2.2.b.2.2", "2.2.b.5.1")
        }
        rows.append(form)
    delivery = write_delivery(folder / "d", rows, manifest())
    load_deliveries([delivery], folder / "warehouse", nothing_hidden())
    return open_current(folder / "warehouse")


def test_a_factor_that_goes_with_nothing_is_not_important(tmp_path: Path) -> None:
    found = _answered(tmp_path, 400).read(
        "factor_importance", geo_level="province", channel="public_portal"
    )
    important = dict(found.select("item", "is_important").iter_rows())
    assert important == {
        "2.1.a": False,
        "2.1.b": False,
        "2.2.b.1": True,
        "2.2.b.2": True,
        "2.2.b.5": True,
    }


def test_a_good_province_makes_no_factor_important(tmp_path: Path) -> None:
    """One province answers 5 or 4, the other 2 or 1, each answer by a coin: nobody's answers hang together."""
    draw = np.random.default_rng(10)
    rows: list[Form] = [
        {
            "form_id": f"F{number:04}",
            "province": province,
            "channel": "public_portal",
            "2.1.a.1": int(top - draw.integers(2)),
            "2.2.b.1.1": int(top - draw.integers(2)),
            "2.2.b.2.1": int(top - draw.integers(2)),
        }
        for number, (province, top) in enumerate([("01", 5), ("08", 2)] * 300)
    ]
    delivery = write_delivery(tmp_path / "d", rows, manifest())
    load_deliveries([delivery], tmp_path / "warehouse", nothing_hidden())
    nation = open_current(tmp_path / "warehouse").read(
        "factor_importance", geo_level="nation", channel="2.2.b"
    )
    assert nation["n_people"].to_list() == [600] * 3
    assert not nation["is_important"].any()
    assert (nation["association"].abs() < 0.15).all()


def test_below_thirty_people_nothing_is_said(tmp_path: Path) -> None:
    assert _answered(tmp_path / "few", 29).read("factor_importance").is_empty()
    assert _answered(tmp_path / "enough", 30).read("factor_importance").height == 3 * 2 * 5
