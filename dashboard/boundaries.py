"""Outlines of the provinces from a GeoJSON file of the user's: read, checked, and matched with a list of provinces.

No boundary ships with the program. What the file must be: a FeatureCollection in degrees of longitude and latitude
(RFC 7946), one or several Polygons or MultiPolygons a province, which a property names by code or by any spelling.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from warehouse import HailongError
from warehouse.catalogue import read_catalogue
from warehouse.catalogue.names import ProvinceNames, fold

BOUNDARIES_VARIABLE = "HAILONG_BOUNDARIES"
CODES = ("code", "province_code", "ma", "ma_tinh", "matinh")
"""Properties that hold a code; a number under another name counts something else."""
ISLANDS = {"hoang sa": "48", "truong sa": "56"}
"""Archipelagos that a file may draw by themselves, and the provinces that they belong to."""
COARSE = 0.012
"""Degrees between two points of an outline on a map of the whole country; those in between are left out."""
REMEDY = (
    "give a GeoJSON FeatureCollection of Polygons or MultiPolygons in degrees, one or more a province, each with"
    " its code or name as a property, or serve without --boundaries and HAILONG_BOUNDARIES"
)

Ring = tuple[tuple[float, float], ...]
"""Points of a closed outline: longitude and latitude in degrees."""


class BoundariesError(HailongError):
    """The file of boundaries cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The boundaries in {path} cannot be drawn: {why}; {REMEDY}.")


@dataclass(frozen=True)
class Feature:
    """One feature of the file."""

    properties: Mapping[str, Any]
    rings: tuple[Ring, ...]


def boundaries_file() -> Path | None:
    """The file that the environment names, if any."""
    named = os.environ.get(BOUNDARIES_VARIABLE)
    return Path(named) if named else None


def outlines(
    path: Path, geography: str, labels: Iterable[tuple[str, str]]
) -> dict[str, tuple[Ring, ...]]:
    """The rings of each province by code, all of one list of provinces.

    Args:
        path: the GeoJSON file.
        geography: name of the list; its shipped spellings count too.
        labels: pairs of code and label of its provinces, in either language.

    Raises:
        BoundariesError: the file cannot be read, names what is no province of the list, or lacks one of them: a map
            of other provinces (63 of them, say) would show figures in wrong places.
    """
    named = list(labels)
    codes = {code for code, _ in named}
    shipped = read_catalogue().geographies.get(geography)
    spellings = [(alias.alias, alias.province_code) for alias in shipped.aliases] if shipped else []
    names = ProvinceNames([*spellings, *((label, code) for code, label in named)], codes, geography)
    found: dict[str, tuple[Ring, ...]] = {}
    strange: list[str] = []
    for feature in features(path):
        code = _code(feature.properties, names)
        if code is None:
            strange.append(_called(feature.properties))
        else:
            found[code] = found.get(code, ()) + feature.rings
    if strange:
        raise BoundariesError(path, f"{_listed(strange)} in it: no province of {geography}")
    if missing := sorted(codes - set(found)):
        raise BoundariesError(path, f"it lacks the provinces {_listed(missing)} of {geography}")
    return found


def features(path: Path) -> Sequence[Feature]:
    """The features of a file as they stand, with coarser outlines; read once as long as it does not change.

    Raises:
        BoundariesError: it cannot be read, or is no FeatureCollection of polygons in degrees.
    """
    try:
        return _features(path, path.stat().st_mtime_ns)
    except OSError as fault:
        raise BoundariesError(path, f"it cannot be read ({fault.strerror})") from None


@cache
def _features(path: Path, changed: int) -> tuple[Feature, ...]:  # noqa: ARG001 - another time is another file
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise BoundariesError(path, f"it is no JSON ({fault})") from None
    listed = told.get("features") if isinstance(told, dict) else None
    if not isinstance(listed, list) or not listed:
        raise BoundariesError(path, "it has no list of features")
    return tuple(_feature(path, number, one) for number, one in enumerate(listed, 1))


def _feature(path: Path, number: int, told: Any) -> Feature:
    geometry = told.get("geometry") if isinstance(told, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise BoundariesError(path, f"feature {number} is no Polygon or MultiPolygon")
    try:
        polygons = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
        rings = [_ring(ring) for polygon in polygons for ring in polygon]
    except (KeyError, TypeError, ValueError, IndexError):
        raise BoundariesError(
            path, f"feature {number} has coordinates that are no degrees"
        ) from None
    return Feature(told.get("properties") or {}, tuple(ring for ring in rings if ring))


def _ring(told: Sequence[Sequence[float]]) -> Ring:
    """A ring with the points that a map of the country can show; none if it is smaller than that.

    Raises:
        ValueError: a coordinate is beyond 180 or 90 degrees, as in a file in metres.
    """
    kept: list[tuple[float, float]] = []
    for longitude, latitude, *_ in told:
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise ValueError
        here = (round(float(longitude), 3), round(float(latitude), 3))
        if not kept or max(abs(here[0] - kept[-1][0]), abs(here[1] - kept[-1][1])) >= COARSE:
            kept.append(here)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return (*kept, kept[0]) if len(kept) >= 3 else tuple(_dot(kept))


def _dot(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """An islet too small to be drawn to scale, as a small diamond: islands are not left out."""
    if not points:
        return []
    x, y = points[0]
    r = COARSE
    return [(x - r, y), (x, y + r), (x + r, y), (x, y - r), (x - r, y)]


def _code(properties: Mapping[str, Any], names: ProvinceNames) -> str | None:
    """The province that a property names: by code where a code is expected, else by name."""
    texts = {key: str(value).strip() for key, value in properties.items() if value is not None}
    coded = [texts[key] for key in texts if key.lower() in CODES]
    named = [text for text in texts.values() if any(letter.isalpha() for letter in text)]
    for text in (*coded, *named):
        try:
            return names.resolve(text)
        except HailongError:
            continue
    for text in named:
        for islands, code in ISLANDS.items():
            if islands in fold(text):
                return code
    return None


def _called(properties: Mapping[str, Any]) -> str:
    return next(
        (f"“{value}”" for value in properties.values() if value), "a feature without properties"
    )


def _listed(names: Sequence[str]) -> str:
    shown, more = ", ".join(names[:5]), len(names) - 5
    return f"{shown} and {more} more" if more > 0 else shown
