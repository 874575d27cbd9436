"""The ranking of provinces, computed from the oracle's own indices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import Figures, Survey
from tests.oracle_catalogue import Catalogue, table

GOAL = 90


def printed(value: Fraction) -> Decimal:
    """Two decimals, half up, as a figure is printed: by whole numbers, not by floats."""
    cents = value * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return (Decimal(whole) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def in_force(year: int, catalogue: Catalogue) -> int:
    """The latest milestone whose year has come."""
    milestones = [
        (int(row["year"]), int(row["value_pct"]))
        for folder in catalogue.folders
        if (folder / "milestones.csv").exists()
        for row in table(folder / "milestones.csv")
    ]
    return max((when, value) for when, value in milestones if when <= year)[1]


def places_of(survey: Survey) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Geography, province: rows of `overall` and of each criterion, over all channels."""
    places: dict[str, dict[str, dict[str, dict[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
    for key, row in survey.view("satisfaction_index").items():
        _, _, geography, geo_level, geo_code, channel, item_level, item = key
        if geo_level == "province" and channel == "all" and item_level in {"overall", "criterion"}:
            places[geography][geo_code][item] = row
    return places


def ranks(values: Mapping[str, Fraction]) -> dict[str, int]:
    """One more than the number of provinces whose printed value is greater."""
    return {
        code: 1 + sum(printed(other) > printed(value) for other in values.values())
        for code, value in values.items()
    }


def province_ranking(surveys: Sequence[Survey], catalogue: Catalogue) -> Figures:
    """Rows of the view by (survey, geography, province)."""
    figures: Figures = {}
    earlier: dict[str, tuple[str, dict[str, Fraction]]] = {}
    for survey in sorted(surveys, key=lambda survey: survey.manifest.year):
        told = survey.manifest
        for geography, provinces in places_of(survey).items():
            overall = {code: rows["overall"]["index_pct"] for code, rows in provinces.items()}
            common = set.intersection(*(set(rows) - {"overall"} for rows in provinces.values()))
            on_common = {
                code: sum((rows[item]["index_pct"] for item in common), Fraction()) / len(common)
                for code, rows in provinces.items()
                if common
            }
            rank, rank_common = ranks(overall), ranks(on_common)
            previous, before = earlier.get(geography, ("", {}))
            for code, rows in provinces.items():
                figures[told.survey, geography, code] = {
                    "year": told.year,
                    "region_code": catalogue.geography(geography).region[code],
                    "n_forms": rows["overall"]["n_forms"],
                    "index_pct": overall[code],
                    "rank": rank[code],
                    "n_ranked": len(provinces),
                    "n_criteria": rows["overall"]["n_criteria"],
                    "n_criteria_defined": rows["overall"]["n_criteria_defined"],
                    "index_common_pct": on_common.get(code),
                    "rank_common": rank_common.get(code),
                    "n_criteria_common": len(common),
                    "gap_in_force_pct": in_force(told.year, catalogue) - overall[code],
                    "gap_goal_pct": GOAL - overall[code],
                    "previous_survey": previous if code in before else None,
                    "change_pct": overall[code] - before[code] if code in before else None,
                    "synthetic": rows["overall"]["synthetic"],
                }
        for geography_of, _ in survey.geographies():
            name = geography_of.name
            earlier[name] = (
                told.survey,
                {c: r["overall"]["index_pct"] for c, r in places_of(survey)[name].items()},
            )
    return figures
