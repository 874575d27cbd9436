"""How the oracle reads the catalogue: its CSV and YAML files, as they are written."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).resolve().parent.parent / "warehouse" / "catalogue"


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a catalogue file as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def plain_yaml(path: Path) -> Any:
    """A YAML file with every scalar as the text that stands there (3.10 stays 3.10)."""
    return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)


def letters(name: str) -> str:
    """A place name without marks, case, blanks, dashes and administrative prefix."""
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    bare = bare.casefold().replace("đ", "d").strip()
    bare = re.sub(r"^bhxh\s+", "", bare)
    bare = re.sub(r"^(tinh\s|thanh\s+pho\s|tp[.\s]|t\.)\s*", "", bare)
    return re.sub(r"[^a-z]", "", bare)


class Geography:
    """Provinces of one vintage: region and successor of each code, codes by name."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.successor: str = plain_yaml(folder / "geography.yaml").get("successor") or ""
        provinces = table(folder / "provinces.csv")
        self.region = {row["province_code"]: row["region_code"] for row in provinces}
        self.successor_code = {row["province_code"]: row["successor_code"] for row in provinces}
        self.codes: dict[str, set[str]] = defaultdict(set)
        for row in provinces:
            for label in (row["label_vi"], row["label_en"]):
                self.codes[letters(label)].add(row["province_code"])
        if (folder / "aliases.csv").exists():
            for row in table(folder / "aliases.csv"):
                self.codes[letters(row["alias"])].add(row["province_code"])

    def codes_of(self, text: str) -> set[str]:
        """The provinces a text may mean: one when it is clear, none when it is unknown."""
        return {text} if text in self.region else self.codes.get(letters(text), set())


class Instrument:
    """Items and channels of one questionnaire."""

    def __init__(self, folder: Path) -> None:
        self.rows = {row["item"]: row for row in table(folder / "items.csv")}
        self.channels = {row["channel"]: row for row in table(folder / "channels.csv")}
        self.options: dict[str, list[int]] = defaultdict(list)
        for row in table(folder / "options.csv") if (folder / "options.csv").exists() else []:
            self.options[row["item"]].append(int(row["option"]))
        self.questions = [item for item, row in self.rows.items() if row["scale"]]
        self.criteria = [item for item, row in self.rows.items() if row["level"] == "criterion"]

    def is_local(self, channel: str) -> bool:
        return self.channels[channel]["is_local"] == "true"

    def group(self, channel: str) -> str:
        return self.channels[channel]["service_group"]

    def asks(self, channel: str, item: str) -> bool:
        """Whether a form of the channel may answer the item."""
        asked_of = self.rows[item]["asked_of"].split()
        return "everyone" in asked_of or channel in asked_of or self.group(channel) in asked_of

    def channels_of(self, slice_channel: str, geo_level: str) -> set[str]:
        """The channels a slice speaks of; below the nation only local ones are left."""
        return {
            channel
            for channel in self.channels
            if slice_channel in self.slices(channel)
            and (geo_level == "nation" or self.is_local(channel))
        }

    def slices(self, channel: str) -> list[str]:
        """Values of the key `channel` under which a form of the channel counts."""
        slices = ["all", channel]
        if self.group(channel):
            slices.append(self.group(channel))
        if self.is_local(channel):
            slices.append("local")
        return slices

    @cached_property
    def averages(self) -> dict[tuple[str, str], list[str]]:
        """(item level, item) of everything above the criteria, with the criteria it averages."""
        below: dict[tuple[str, str], list[str]] = defaultdict(list)
        for criterion in self.criteria:
            families = []
            item = criterion
            while item:
                row = self.rows[item]
                families.append(row["family"])
                if item != criterion:
                    below[row["level"], item].append(criterion)
                item = row["parent"]
            family = next(filter(None, families), "")
            if family:
                below["family", family].append(criterion)
            below["overall", "overall"].append(criterion)
        return dict(below)


class Catalogue:
    """The shipped catalogue with a folder of the user's laid over it."""

    def __init__(self, overlay: Path | None = None, shipped: Path = SHIPPED) -> None:
        self.folders = [shipped] if overlay is None else [overlay, shipped]
        self.settings: dict[str, Any] = {}
        for folder in reversed(self.folders):
            if (folder / "settings.yaml").exists():
                self.settings |= plain_yaml(folder / "settings.yaml")
        self._geographies: dict[str, Geography] = {}
        self._instruments: dict[str, Instrument] = {}

    def _folder(self, kind: str, name: str) -> Path:
        return next(f / kind / name for f in self.folders if (f / kind / name).is_dir())

    def geography(self, name: str) -> Geography:
        if name not in self._geographies:
            self._geographies[name] = Geography(self._folder("geographies", name))
        return self._geographies[name]

    def instrument(self, name: str) -> Instrument:
        if name not in self._instruments:
            self._instruments[name] = Instrument(self._folder("instruments", name))
        return self._instruments[name]
