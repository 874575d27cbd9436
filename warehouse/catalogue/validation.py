"""What must hold between the catalogue's files: codes that exist, parents, scales, spellings without ambiguity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.catalogue.files import CatalogueFiles
    from warehouse.catalogue.reader import Catalogue, Geography, Instrument

SCALE_POINTS = {"likert5": 5, "interval4": 4}
SCALES = frozenset({*SCALE_POINTS, "nominal", "nominal_multi"})
ANSWERED_LEVELS = frozenset({"criterion", "assessment", "expectation"})
RESERVED_ITEMS = frozenset({"overall"})


def check(catalogue: Catalogue, files: CatalogueFiles) -> None:
    """Add every contradiction within `catalogue` to the faults of `files`."""
    for instrument in catalogue.instruments.values():
        _check_items(instrument, files)
        _check_channels(instrument, files)
    for geography in catalogue.geographies.values():
        _check_geography(geography, catalogue, files)
    for result in catalogue.published_results:
        if result.geography is not None and result.geography not in catalogue.geographies:
            files.fault(
                "published_results.csv",
                f"{result.result}: geography {result.geography!r} is unknown",
            )
    settings = catalogue.settings
    for name in ("refuse_above_bad_share", "refuse_above_personal_share"):
        if not 0 <= getattr(settings, name) <= 1:
            files.fault("settings.yaml", f"{name} is a share and must lie between 0 and 1")
    if settings.keep_snapshots < 1 or settings.suppress_below_forms < 0:
        files.fault(
            "settings.yaml", "keep_snapshots must be at least 1 and suppress_below_forms at least 0"
        )


def _twice(keys: Iterable[Hashable]) -> list[Hashable]:
    return [key for key, count in Counter(keys).items() if count > 1]


def _check_items(instrument: Instrument, files: CatalogueFiles) -> None:
    file = f"instruments/{instrument.name}/items.csv"
    codes = {item.item for item in instrument.items}
    for code in _twice(item.item for item in instrument.items):
        files.fault(file, f"item {code} stands twice")
    families = {item.family for item in instrument.items if item.family}
    for item in instrument.items:
        if item.item in RESERVED_ITEMS | families or "/" in item.item:
            files.fault(file, f"item {item.item}: the name is reserved")
        if item.parent is not None and item.parent not in codes:
            files.fault(file, f"item {item.item}: its parent {item.parent!r} is no item")
        if item.scale is not None and item.scale not in SCALES:
            files.fault(
                file,
                f"item {item.item}: scale {item.scale!r} is none of {', '.join(sorted(SCALES))}",
            )
        if (item.level in ANSWERED_LEVELS) != (item.scale is not None):
            files.fault(
                file,
                f"item {item.item}: level {item.level} and scale {item.scale} do not go together",
            )
        if item.level == "criterion" and item.scale not in SCALE_POINTS:
            files.fault(file, f"item {item.item}: a criterion needs the scale likert5 or interval4")
    _check_asked(instrument, file, files)
    _check_parents(instrument, file, files)
    nominal = {item.item for item in instrument.items if item.scale in {"nominal", "nominal_multi"}}
    described = {option.item for option in instrument.options}
    for code in sorted(nominal ^ described):
        files.fault(
            f"instruments/{instrument.name}/options.csv",
            f"item {code}: options and nominal scale disagree",
        )


def _check_asked(instrument: Instrument, file: str, files: CatalogueFiles) -> None:
    targets = {"everyone"} | {channel.channel for channel in instrument.channels}
    targets |= {channel.service_group for channel in instrument.channels if channel.service_group}
    for item in instrument.items:
        if item.scale is not None and not item.asked_of:
            files.fault(file, f"item {item.item}: asked_of is empty, so nobody could answer it")
        for target in sorted(set(item.asked_of) - targets):
            files.fault(
                file, f"item {item.item}: asked_of names {target!r}, no channel or service group"
            )


def _check_parents(instrument: Instrument, file: str, files: CatalogueFiles) -> None:
    parents = {item.item: item.parent for item in instrument.items}
    for code, parent in parents.items():
        above, steps = parent, 0
        while above is not None and above in parents:
            above, steps = parents[above], steps + 1
            if steps > len(parents):
                files.fault(file, f"item {code}: its parents form a circle")
                return


def _check_channels(instrument: Instrument, files: CatalogueFiles) -> None:
    file = f"instruments/{instrument.name}/channels.csv"
    codes = {item.item for item in instrument.items}
    for code in _twice(channel.channel for channel in instrument.channels):
        files.fault(file, f"channel {code} stands twice")
    for channel in instrument.channels:
        if channel.channel in {"all", "local", "none", "unknown"} | codes:
            files.fault(file, f"channel {channel.channel}: the name is reserved")
        if channel.service_group is not None and channel.service_group not in codes:
            files.fault(
                file,
                f"channel {channel.channel}: service_group {channel.service_group!r} is no item",
            )


def _check_geography(geography: Geography, catalogue: Catalogue, files: CatalogueFiles) -> None:
    file = f"geographies/{geography.name}/provinces.csv"
    regions = {region.region_code for region in geography.regions}
    codes = {province.province_code for province in geography.provinces}
    for code in _twice(province.province_code for province in geography.provinces):
        files.fault(file, f"province {code} stands twice")
    successor = catalogue.geographies.get(geography.successor) if geography.successor else None
    if geography.successor and successor is None:
        files.fault(
            f"geographies/{geography.name}/geography.yaml",
            f"successor {geography.successor!r} is unknown",
        )
    heirs = {province.province_code for province in successor.provinces} if successor else set()
    for province in geography.provinces:
        if province.region_code not in regions:
            files.fault(
                file,
                f"province {province.province_code}: region {province.region_code!r} is unknown",
            )
        if successor and province.successor_code not in heirs:
            files.fault(
                file,
                f"province {province.province_code}: its successor is no province of {successor.name}",
            )
    for alias in geography.aliases:
        if alias.province_code not in codes:
            files.fault(
                f"geographies/{geography.name}/aliases.csv",
                f"alias {alias.alias!r}: province {alias.province_code!r} is unknown",
            )
