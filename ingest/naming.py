"""The columns of a delivery's files by the names of the contract; what has none is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from ingest.manifest import NAME, Manifest
from ingest.refusal import Refusal
from warehouse.catalogue import Instrument
from warehouse.catalogue.names import fold
from warehouse.plan import FORM_COLUMNS, REQUIRED_COLUMNS, Column, ParquetFile

ISSUED_COLUMNS = ("province", "channel", "issued", "planned", "reserve", "date")
INDICATOR_COLUMNS = ("province", "item", "breakdown", "unit", "reference_year", "value")
_TEXT_KINDS = {"text", "integer", "float"}


class Namer:
    """Gives the columns of files the contract's names and refuses what has none.

    Attributes:
        refused: pairs of a file and a column of the contract that stands in it and cannot be read.
        unsound: files whose rows cannot be judged, since a column that every row needs is missing or refused.
    """

    def __init__(
        self, manifest: Manifest, instrument: Instrument, personal: Iterable[str], refusal: Refusal
    ) -> None:
        self.manifest = manifest
        self.items = {item.item: item for item in instrument.answered}
        self.personal = frozenset(personal)
        self.refusal = refusal
        self.refused: set[tuple[str, str]] = set()
        self.unsound: set[str] = set()
        self.known = {
            "forms": (*FORM_COLUMNS, *self.items),
            "issued": ISSUED_COLUMNS,
            "indicators": INDICATOR_COLUMNS,
        }
        self.required = {
            "forms": REQUIRED_COLUMNS,
            "issued": ("channel", "issued"),
            "indicators": ("province", "item", "value", "reference_year"),
        }

    def ignores(self, column: Column) -> bool:
        """Tell whether the manifest leaves a column out."""
        return _written(column) in self.manifest.ignore

    def named(self, file: str, columns: list[Column], kind: str) -> dict[str, Column]:
        """Return the columns of a file by the contract's names."""
        found: dict[str, Column] = {}
        sources = {_written(column) for column in columns}
        for column in columns:
            name = self.manifest.columns.get(_written(column), _written(column))
            if _plain(column.source) in self.personal:
                self.refusal.add(
                    file, f"column {column.source!r} is personal data by its name; remove it"
                )
            elif name not in self.known[kind]:
                self._refuse_unknown(file, column.source, name, kind, sources)
            elif "empty" in {column.kind, column.element}:
                continue
            elif name in found:
                self.refused.add((file, name))
                self.refusal.add(
                    file,
                    f"columns {found[name].source!r} and {column.source!r} both stand for {name!r}; map one only",
                )
            elif problem := self._wrong_type(name, column, kind):
                self.refused.add((file, name))
                self.refusal.add(file, f"column {column.source!r} {problem}")
            else:
                found[name] = column
        self._require(file, sources, kind)
        return {name: column for name, column in found.items() if (file, name) not in self.refused}

    def _require(self, file: str, sources: set[str], kind: str) -> None:
        present = {self.manifest.columns.get(source, source) for source in sources}
        for name in self.required[kind]:
            if name not in present:
                self.unsound.add(file)
                self.refusal.add(
                    file, f"the required column {name!r} is missing; {self._remedy(name, sources)}"
                )
        if any((file, name) in self.refused for name in {*self.required[kind], "province"}):
            self.unsound.add(file)

    def _remedy(self, name: str, sources: set[str]) -> str:
        """Return what to do about a missing column: correct its mapping where there is one."""
        for source, meant in self.manifest.columns.items():
            if meant == name:
                return (
                    f"columns: maps {source!r} to it, which is no column of the file; nearest is"
                    f" {_nearest(source, sources)!r}"
                )
        return "add it or map it under columns:"

    def _refuse_unknown(
        self, file: str, source: str, name: str, kind: str, sources: set[str]
    ) -> None:
        what = f"column {source!r}" if source == name else f"column {source!r}, mapped to {name!r},"
        # A mapping of a column that is not there was likely meant for the one that is.
        unused = [written for written in self.manifest.columns if written not in sources]
        nearest = _near(source, unused, cutoff=0.8)
        remedy = (
            f"nearest is {nearest!r}, which columns: maps to {self.manifest.columns[nearest]!r} and the file does not"
            " have; correct it"
            if nearest
            else f"nearest is {_nearest(name, self.known[kind])!r}; map it under columns: or list it under ignore:"
        )
        self.refusal.add(file, f"{what} is unknown, {remedy}")

    def _wrong_type(self, name: str, column: Column, kind: str) -> str | None:
        item = self.items.get(name) if kind == "forms" else None
        is_day = name in {"collected_on", "date"}
        allowed = {"date", "text"} if is_day else set(_TEXT_KINDS)
        if not is_day and name in self.manifest.values:
            allowed.add("boolean")  # matched as true and false
        if item and item.scale == "nominal_multi":
            if column.kind == "list" and column.element in allowed:
                return None
            return (
                f"must be a list of integers, as {name} takes several choices, and is {column.kind}"
            )
        if column.kind in allowed:
            return None
        return f"({name}) is {column.kind}, which cannot be read here; deliver {' or '.join(sorted(allowed))}"

    def check_manifest(self, files: dict[str, tuple[ParquetFile, ...]]) -> None:
        """Refuse manifest entries that concern no column, and forms without a single item."""
        every = {name for known in self.known.values() for name in known}
        for source, name in self.manifest.columns.items():
            if name not in every:
                self.refusal.add(
                    NAME,
                    f"columns: {source!r} is mapped to {name!r}, which is unknown; nearest is"
                    f" {_nearest(name, every)!r}",
                )
        for name in sorted(set(self.manifest.values) - every):
            self.refusal.add(
                NAME,
                f"values: {name!r} is no column of the contract; nearest is {_nearest(name, every)!r}",
            )
        answered = {name for file in files["forms"] for name in file.columns}
        answered |= {name for _, name in self.refused}
        if files["forms"] and answered.isdisjoint(self.items):
            self.refusal.add(
                "*.parquet",
                f"no column is an item of the instrument, such as {next(iter(self.items))!r}",
            )


def _written(column: Column) -> str:
    """Return the name of a column as the manifest and the contract write it."""
    return unicodedata.normalize("NFC", column.source).strip()


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")


def _near(name: str, known: Iterable[str], cutoff: float) -> str | None:
    """Return the name in `known` that is written most like `name`, if any is as like as `cutoff`, from 0 to 1."""
    by_plain = {_plain(one): one for one in sorted(known)}
    near = get_close_matches(_plain(name), by_plain, n=1, cutoff=cutoff)
    return by_plain[near[0]] if near else None


def _nearest(name: str, known: Iterable[str]) -> str:
    return _near(name, known, cutoff=0) or ""
