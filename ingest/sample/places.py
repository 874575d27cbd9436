"""The places of the synthetic surveys: how large they are, their offices, and what sets each apart.

The same seed gives the same places in every year, so that a weak office stays weak from one survey to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.sample.forms import Floats, Ints, Singles
from warehouse.catalogue import Catalogue, Geography

# Thousand inhabitants about 2023, roughly: they only set how many forms a place gets.
INHABITANTS = {
    "01": 8590, "02": 900, "04": 550, "06": 330, "08": 810, "10": 780, "11": 650, "12": 490, "14": 1310,
    "15": 860, "17": 880, "19": 1350, "20": 810, "22": 1380, "24": 1920, "25": 1530, "26": 1210, "27": 1520,
    "30": 1960, "31": 2110, "33": 1300, "34": 1880, "35": 890, "36": 1890, "37": 1020, "38": 3740, "40": 3440,
    "42": 1320, "44": 920, "45": 650, "46": 1170, "48": 1250, "49": 1530, "51": 1250, "52": 1510, "54": 880,
    "56": 1260, "58": 600, "60": 1260, "62": 590, "64": 1610, "66": 1930, "67": 680, "68": 1350, "70": 1050,
    "72": 1190, "74": 2820, "75": 3310, "77": 1190, "79": 9460, "80": 1740, "82": 1790, "83": 1300, "84": 1020,
    "86": 1030, "87": 1600, "89": 1910, "91": 1760, "92": 1260, "93": 730, "94": 1200, "95": 930, "96": 1210,
}  # fmt: skip
FORMER = "vn-63"
MAX_OFFICES = 8
_N_UNEASY = 4


@dataclass(frozen=True)
class Places:
    """The provinces of a geography, in its order.

    Attributes:
        inhabitants: (province,) thousand people, rough.
        character: (province, item) what makes its items better or worse than elsewhere, in latent units.
        n_offices: (province,) 3 to MAX_OFFICES; the first is the provincial office, the second a public centre.
        office_share: (province, office) share of the forms; 0 where there is no such office.
        office_character: (province, office) latent units.
        uneasiness: (province,) latent units by which harassment and extra payments are more common.
        pace: (province,) share of the plan that a half-done survey has reached.
    """

    geography: Geography
    inhabitants: Floats
    character: Singles
    n_offices: Ints
    office_share: Floats
    office_character: Floats
    uneasiness: Floats
    pace: Floats

    @property
    def codes(self) -> list[str]:
        """Province codes."""
        return [province.province_code for province in self.geography.provinces]


def draw_places(catalogue: Catalogue, geography: str, factors: Sequence[str], seed: int) -> Places:
    """Return the places of `geography`; `factors` names the factor of each item."""
    here = catalogue.geographies[geography]
    current = catalogue.geographies[here.successor] if here.successor else here
    home = _homes(here, current)
    shared = np.random.default_rng([seed, len(current.provinces)])
    character = _character(shared, len(current.provinces), factors, 1.0)[home]
    uneasy = shared.permutation(len(current.provinces))[:_N_UNEASY]
    own = np.random.default_rng([seed, len(here.provinces), 1])
    if here is not current:
        character = character + _character(own, len(home), factors, 0.5)
    inhabitants = _inhabitants(catalogue, here)
    n_offices = np.clip(np.rint(inhabitants / 450) + 2, 3, MAX_OFFICES).astype(np.int64)
    share = own.gamma(6.0, size=(len(home), MAX_OFFICES))
    share[np.arange(MAX_OFFICES)[None, :] >= n_offices[:, None]] = 0.0
    return Places(
        geography=here,
        inhabitants=inhabitants,
        character=character,
        n_offices=n_offices,
        office_share=share,
        office_character=own.normal(0.0, 0.14, (len(home), MAX_OFFICES)),
        uneasiness=np.where(np.isin(home, uneasy), 0.55, 0.0),
        pace=own.uniform(0.36, 0.60, len(home)),
    )


def _homes(here: Geography, current: Geography) -> Ints:
    """Position in `current` of the province that each province of `here` became."""
    position = {province.province_code: at for at, province in enumerate(current.provinces)}
    codes = (
        (province.successor_code or "") if here is not current else province.province_code
        for province in here.provinces
    )
    return np.array([position[code] for code in codes], dtype=np.int64)


def _character(
    rng: np.random.Generator, n_places: int, factors: Sequence[str], strength: float
) -> Singles:
    names, of_item = np.unique(np.array(factors), return_inverse=True)
    by_factor = rng.normal(0.0, 0.10 * strength, (n_places, len(names)))
    by_item = rng.normal(0.0, 0.05 * strength, (n_places, len(factors)))
    return (by_factor[:, of_item] + by_item).astype(np.float32)


def _inhabitants(catalogue: Catalogue, geography: Geography) -> Floats:
    former = catalogue.geographies[FORMER]
    if geography is former:
        counts = dict(INHABITANTS)
    else:
        counts = {province.province_code: 0 for province in geography.provinces}
        for province in former.provinces:
            counts[province.successor_code or ""] += INHABITANTS[province.province_code]
    return np.array(
        [counts[province.province_code] for province in geography.provinces], dtype=np.float64
    )
