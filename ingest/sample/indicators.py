"""Administrative figures of the year before (2.1.d), invented in proportion to the size of each province."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ingest.sample.forms import Floats
from ingest.sample.places import FORMER, INHABITANTS, Places
from warehouse.catalogue import Catalogue


class Figure(NamedTuple):
    """A figure of an item: what it counts, in what unit, and about how much of it there is per inhabitant."""

    breakdown: str
    unit: str
    per_head: float


_FIRST_YEAR = 2023
_GROWTH = 1.035
_HIGHEST_RATE = 98.6

# A rate in per cent is no figure per head: it does not grow with the province.
FIGURES = {
    "2.1.d.1": (
        Figure("BHXH bắt buộc", "người", 0.172),
        Figure("BHXH tự nguyện", "người", 0.022),
        Figure("BHTN", "người", 0.156),
        Figure("BHYT", "người", 0.934),
    ),
    "2.1.d.2": (
        Figure("BHXH / lực lượng lao động trong độ tuổi", "%", 42.7),
        Figure("BHTN / lực lượng lao động trong độ tuổi", "%", 34.2),
        Figure("BHYT / dân số", "%", 94.2),
    ),
    "2.1.d.3": (
        Figure("Hưu trí", "người", 0.0271),
        Figure("Tử tuất", "người", 0.0036),
        Figure("Ốm đau", "người", 0.0610),
        Figure("Thai sản", "người", 0.0152),
        Figure("Tai nạn lao động, bệnh nghề nghiệp", "người", 0.0006),
        Figure("BHTN", "người", 0.0096),
    ),
    "2.1.d.4": (Figure("BHXH một lần", "người", 0.0108),),
    "2.1.d.5": (
        Figure("Ngoại trú", "lượt", 1.62),
        Figure("Nội trú", "lượt", 0.17),
    ),
}


def indicator_table(catalogue: Catalogue, places: Places, seed: int, year: int) -> pa.Table:
    """Return `province`, `item`, `breakdown`, `unit`, `reference_year` (the year before `year`) and `value`."""
    listed = [(item, figure) for item, figures in FIGURES.items() for figure in figures]
    values = _values(catalogue, places, [figure for _, figure in listed], seed, year - 1)
    rows = [
        (code, item, figure.breakdown, figure.unit, year - 1, value)
        for code, of_place in zip(places.codes, values.tolist(), strict=True)
        for (item, figure), value in zip(listed, of_place, strict=True)
    ]
    schema = pa.schema(
        [
            ("province", pa.string()),
            ("item", pa.string()),
            ("breakdown", pa.string()),
            ("unit", pa.string()),
            ("reference_year", pa.int16()),
            ("value", pa.float64()),
        ]
    )
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)


def _values(
    catalogue: Catalogue, places: Places, figures: Sequence[Figure], seed: int, year: int
) -> Floats:
    """Values (province, figure): drawn once for the 63 provinces, growing by the year, pooled where they merged."""
    former = catalogue.geographies[FORMER].provinces
    rng = np.random.default_rng([seed, 3])
    per_head = np.array([figure.per_head for figure in figures])
    is_rate = np.array([figure.unit == "%" for figure in figures])
    wealth = rng.normal(0.0, 0.06, (len(former), 1))  # where more people work in enterprises
    chance = rng.normal(0.0, 0.04, (len(former), len(figures)))
    growth = _GROWTH ** (year - _FIRST_YEAR)
    level = per_head * np.exp(wealth + chance) * np.where(is_rate, np.sqrt(growth), growth)
    level = np.where(is_rate, np.minimum(level, _HIGHEST_RATE), level)
    inhabitants = np.array([INHABITANTS[province.province_code] for province in former])[:, None]
    home = [
        places.codes.index(
            province.province_code
            if places.geography.name == FORMER
            else str(province.successor_code)
        )
        for province in former
    ]
    total = np.zeros((len(places.codes), len(figures)))
    np.add.at(total, home, level * inhabitants)
    rates = np.round(total / places.inhabitants[:, None], 2)
    return np.where(is_rate, rates, np.round(1000 * total))
