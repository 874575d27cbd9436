"""The catalogue as one frozen value, read from the shipped folder and a user's folder laid over it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from warehouse.catalogue import validation
from warehouse.catalogue.files import CatalogueFiles
from warehouse.catalogue.names import ProvinceNames
from warehouse.catalogue.rows import (
    Alias,
    Bilingual,
    CalendarEntry,
    Channel,
    Characteristic,
    Item,
    Milestone,
    Option,
    Province,
    PublishedResult,
    Region,
    Settings,
    Tile,
)
from warehouse.errors import CatalogueError

SHIPPED = Path(__file__).parent
Row = TypeVar("Row", bound=Struct)


class InstrumentHeader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of instrument.yaml: the document, what is assumption, and labels of what has no row in items.csv."""

    title: Bilingual
    document: Bilingual
    date: dt.date | None = None
    notes: Bilingual | None = None
    families: dict[str, Bilingual] = {}
    overall: Bilingual = Bilingual("Chỉ số hài lòng chung", "Overall satisfaction index")
    all_channels: Bilingual = Bilingual("Tất cả các kênh", "All channels")
    local_channels: Bilingual = Bilingual("Các kênh tại địa phương", "Local channels")


class GeographyHeader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of geography.yaml."""

    title: Bilingual
    nation: Bilingual
    document: Bilingual
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: str | None = None


@dataclass(frozen=True)
class Instrument:
    """A questionnaire: its items, their options, the channels that ask them, and the calendar of the plan."""

    name: str
    header: InstrumentHeader
    items: tuple[Item, ...]
    options: tuple[Option, ...]
    channels: tuple[Channel, ...]
    calendar: tuple[CalendarEntry, ...]

    @property
    def title(self) -> Bilingual:
        """The title in both languages."""
        return self.header.title

    @cached_property
    def answered(self) -> tuple[Item, ...]:
        """The items that a form can answer, in the order of the catalogue."""
        return tuple(item for item in self.items if item.scale is not None)

    def asks(self, channel: Channel, item: Item) -> bool:
        """Tell whether forms of `channel` are asked `item`."""
        return bool({"everyone", channel.channel, channel.service_group} & set(item.asked_of))


@dataclass(frozen=True)
class Geography:
    """A list of provinces and their regions as it stood in a period."""

    name: str
    header: GeographyHeader
    regions: tuple[Region, ...]
    provinces: tuple[Province, ...]
    aliases: tuple[Alias, ...]
    tiles: tuple[Tile, ...]

    @property
    def successor(self) -> str | None:
        """The geography to which surveys of this one are carried; None for the one in force."""
        return self.header.successor

    @cached_property
    def names(self) -> ProvinceNames:
        """All spellings of the provinces."""
        spellings = [(alias.alias, alias.province_code) for alias in self.aliases]
        for province in self.provinces:
            spellings += [
                (province.label_vi, province.province_code),
                (province.label_en, province.province_code),
            ]
        return ProvinceNames(
            spellings, (province.province_code for province in self.provinces), self.name
        )

    def resolve(self, text: str) -> str:
        """Return the province code that `text` stands for; see `ProvinceNames.resolve`."""
        return self.names.resolve(text)


@dataclass(frozen=True)
class Catalogue:
    """Everything the program knows about surveys that is not an answer."""

    instruments: Mapping[str, Instrument]
    geographies: Mapping[str, Geography]
    milestones: tuple[Milestone, ...]
    published_results: tuple[PublishedResult, ...]
    characteristics: tuple[Characteristic, ...]
    settings: Settings
    hash: str


def read_catalogue(overlay: Path | None = None, archived: Path | None = None) -> Catalogue:
    """Return the shipped catalogue with the folder `overlay` laid over it.

    Args:
        archived: a folder that an archive brought, laid between the two.

    Raises:
        CatalogueError: files are missing or wrong; the message lists every fault with file, row and column.
    """
    overlays = [folder for folder in (archived, overlay) if folder is not None]
    if overlay is not None and not overlay.is_dir():
        raise CatalogueError(
            "The catalogue cannot be read", [f"{overlay}: there is no such folder"]
        )
    files = CatalogueFiles([SHIPPED, *overlays])
    catalogue = Catalogue(
        instruments=_instruments(files),
        geographies=_geographies(files),
        milestones=_overlaid(files, "milestones.csv", Milestone, lambda row: row.year),
        published_results=_overlaid(
            files, "published_results.csv", PublishedResult, lambda row: row.result
        ),
        characteristics=_overlaid(
            files,
            "characteristics.csv",
            Characteristic,
            lambda row: (row.characteristic, row.value),
        ),
        settings=_settings(files),
        hash=_hash(files),
    )
    if not files.faults:
        validation.check(catalogue, files)
    if files.faults:
        raise CatalogueError("The catalogue cannot be read", files.faults)
    return catalogue


def _hash(files: CatalogueFiles) -> str:
    # Called last in the constructor above, when every file has been read.
    digest = hashlib.sha256()
    for name, content in sorted(files.read.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _folders(files: CatalogueFiles, kind: str) -> dict[str, Path]:
    """Map each name below `kind` to the last root that holds it: a user's folder replaces the shipped one whole."""
    return {
        folder.name: root
        for root in files.roots
        for folder in sorted((root / kind).glob("*"))
        if folder.is_dir()
    }


def _instruments(files: CatalogueFiles) -> dict[str, Instrument]:
    found = {}
    for name, root in _folders(files, "instruments").items():
        at = f"instruments/{name}"
        header = files.record(
            f"{at}/instrument.yaml", files.mapping(root, f"{at}/instrument.yaml"), InstrumentHeader
        )
        rows = (
            tuple(files.rows(root, f"{at}/items.csv", Item)),
            tuple(files.rows(root, f"{at}/options.csv", Option, required=False)),
            tuple(files.rows(root, f"{at}/channels.csv", Channel)),
            tuple(files.rows(root, f"{at}/calendar.csv", CalendarEntry, required=False)),
        )
        if header is not None:
            found[name] = Instrument(name, header, *rows)
    return found


def _geographies(files: CatalogueFiles) -> dict[str, Geography]:
    found = {}
    for name, root in _folders(files, "geographies").items():
        at = f"geographies/{name}"
        header = files.record(
            f"{at}/geography.yaml", files.mapping(root, f"{at}/geography.yaml"), GeographyHeader
        )
        rows = (
            tuple(files.rows(root, f"{at}/regions.csv", Region)),
            tuple(files.rows(root, f"{at}/provinces.csv", Province)),
            tuple(files.rows(root, f"{at}/aliases.csv", Alias, required=False)),
            tuple(files.rows(root, f"{at}/tiles.csv", Tile, required=False)),
        )
        if header is not None:
            found[name] = Geography(name, header, *rows)
    return found


def _overlaid(
    files: CatalogueFiles, name: str, kind: type[Row], key: Callable[[Row], Hashable]
) -> tuple[Row, ...]:
    rows: dict[Hashable, Row] = {}
    for root in files.roots:
        for row in files.rows(root, name, kind, required=root == files.roots[0]):
            rows[key(row)] = row
    return tuple(rows.values())


def _settings(files: CatalogueFiles) -> Settings:
    merged: dict[str, object] = {}
    for root in files.roots:
        merged |= files.mapping(root, "settings.yaml")
    settings = files.record("settings.yaml", merged, Settings)
    if (
        settings is None
    ):  # reported with the other faults; a value is needed to go on and find those
        raise CatalogueError("The catalogue cannot be read", files.faults)
    return settings
