"""A delivery folder: its files are found, their columns are named as the contract names them, and a plan is made."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

from ingest.manifest import NAME, Manifest, read_manifest
from ingest.sidetables import read_indicators, read_issued
from warehouse.catalogue import Catalogue, Instrument
from warehouse.catalogue.names import fold
from warehouse.extract import Extracts, UnreadableParquet
from warehouse.plan import FORM_COLUMNS, REQUIRED_COLUMNS, Column, DeliveryPlan, ParquetFile

ISSUED_COLUMNS = ("province", "channel", "issued", "planned", "reserve", "date")
INDICATOR_COLUMNS = ("province", "item", "breakdown", "unit", "reference_year", "value")
RECORDED_COLUMNS = dict.fromkeys(("delivery", "file", "form_id", "province", "channel"), "text")
RECORDED_COLUMNS |= {"row": "integer", "reasons": "list"}
SurveyFacts = dict[str, dict[str, object]]
_TEXT_KINDS = {"text", "integer", "float"}
_PLACES = {".": "forms", "issued": "issued", "indicators": "indicators", "quarantine": "quarantine"}
_LOOKS_PARQUET = re.compile(r"\.(parquet|parq|pq)$", re.IGNORECASE)
_SHOWN = 5


class _Refusal:
    """Collects the faults of one delivery; each names the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []

    def add(self, file: str, sentence: str) -> None:
        self.faults.append(f"{file}: {sentence}")

    def unreadable(self, wrong: OSError) -> None:
        path = Path(wrong.filename or self.folder)
        name = path.relative_to(self.folder).as_posix() if path != self.folder else str(path)
        self.add(name, f"it cannot be read ({wrong.strerror}); check its name and rights")


def plan_delivery(
    folder: Path, catalogue: Catalogue, extracts: Extracts, surveys: SurveyFacts
) -> tuple[DeliveryPlan | None, list[str]]:
    """Return the plan of the delivery in `folder`, and every fault found in it.

    Faults are one sentence each, naming folder, file and column. Where there are some, the plan is for judging the
    values of the forms only, and None where these cannot be judged. Nothing is loaded or changed.

    Args:
        folder: the delivery.
        catalogue: the catalogue to read it with.
        extracts: looks into its files.
        surveys: year, instrument and geography of the surveys known so far; a new one is added.
    """
    refusal = _Refusal(folder)
    try:
        plan = _plan(folder, catalogue, extracts, surveys, refusal)
    except OSError as wrong:
        refusal.unreadable(wrong)
        plan = None
    named = folder.name or str(folder)
    return plan, [f"{named}: {fault}" for fault in refusal.faults]


def _plan(
    folder: Path,
    catalogue: Catalogue,
    extracts: Extracts,
    surveys: SurveyFacts,
    refusal: _Refusal,
) -> DeliveryPlan | None:
    if not folder.is_dir():
        refusal.add(str(folder), "there is no such folder")
        return None
    manifest = read_manifest(folder, catalogue, refusal.faults)
    groups = _found(folder, refusal)
    if manifest is not None:
        _check_nature(manifest, surveys, refusal)
    if manifest is None or not (manifest.survey.instrument and manifest.survey.geography):
        for path in (path for paths in groups.values() for path in paths):
            _described(folder, path, extracts, refusal)
        return None
    instrument = catalogue.instruments[manifest.survey.instrument]
    geography = catalogue.geographies[manifest.survey.geography]
    namer = _Namer(manifest, instrument, catalogue.settings.personal_columns, refusal)
    files = {
        kind: tuple(
            file
            for path in groups[kind]
            if (file := _file(folder, path, kind, namer, catalogue, extracts, refusal))
        )
        for kind in ("forms", "issued", "indicators")
    }
    recorded = tuple(
        file
        for path in groups["quarantine"]
        if (file := _recorded(folder, path, extracts, refusal))
    )
    namer.check_manifest(files)
    rows = {
        kind: [file for file in files[kind] if file.name not in namer.unsound]
        for kind in ("issued", "indicators")
    }
    of = instrument, geography
    plan = DeliveryPlan(
        folder=folder,
        delivery=_delivery_hash(folder / manifest.file, [*chain(*files.values()), *recorded]),
        survey=manifest.survey,
        instrument=instrument,
        geography=geography,
        forms=files["forms"],
        issued=files["issued"],
        indicators=files["indicators"],
        issued_rows=read_issued(rows["issued"], manifest.values, of, extracts, refusal.faults),
        indicator_rows=read_indicators(
            rows["indicators"], manifest.values, of, extracts, refusal.faults
        ),
        values=manifest.values,
        missing_codes=manifest.missing_codes,
        quarantine=recorded,
    )
    if len(plan.forms) < len(groups["forms"]) or not plan.forms:
        return None
    if not sum(file.n_rows for file in plan.forms):
        refusal.add("*.parquet", "the files hold no forms")
        return None
    if namer.unsound.isdisjoint(file.name for file in plan.forms):
        return plan
    _check_provinces(plan, namer.refused, extracts, refusal)
    return None


def _found(folder: Path, refusal: _Refusal) -> dict[str, list[Path]]:
    """Return the Parquet files of each kind; one that stands where none is read, or is a folder, is a fault.

    What is hidden, by a leading dot or underscore, is left out.
    """
    found: dict[str, list[Path]] = {kind: [] for kind in _PLACES.values()}
    strays: list[str] = []
    for place, folders, files in os.walk(folder, onerror=refusal.unreadable, followlinks=True):
        below = Path(place).relative_to(folder)
        spark = [name for name in folders if _LOOKS_PARQUET.search(name)]
        for name in spark:
            refusal.add(
                (below / name).as_posix(),
                "it is a folder, as Spark and others write one table; move the Parquet files inside it to where it"
                " stands",
            )
        folders[:] = [
            name
            for name in folders
            if not name.startswith((".", "_"))
            and name not in spark
            and not Path(place).resolve().is_relative_to((Path(place) / name).resolve())
        ]
        for name in files:
            if name.startswith((".", "_")) or not _LOOKS_PARQUET.search(name):
                continue
            kind = _PLACES.get(below.as_posix())
            if kind and name.lower().endswith(".parquet"):
                found[kind].append(folder / below / name)
            else:
                strays.append((below / name).as_posix())
    for name in sorted(strays)[:_SHOWN]:
        refusal.add(
            name,
            "the file would not be read: forms stand in the delivery folder itself, other tables in issued/ and"
            " indicators/, and their names end in .parquet; move or rename it, or take it out",
        )
    if len(strays) > _SHOWN:
        refusal.add(".", f"{len(strays) - _SHOWN} more files stand where none is read")
    if not (found["forms"] or strays or refusal.faults):
        refusal.add("*.parquet", "the delivery has no Parquet file of forms")
    return {kind: sorted(paths) for kind, paths in found.items()}


def _check_provinces(
    plan: DeliveryPlan, refused: Container[tuple[str, str]], extracts: Extracts, refusal: _Refusal
) -> None:
    """Refuse a file without provinces that has a local form: the build says so of those whose values it can judge."""
    local = {channel.channel for channel in plan.instrument.channels if channel.is_local}
    for file in plan.forms:
        channel = file.columns.get("channel")
        if channel is None or "province" in file.columns or (file.name, "province") in refused:
            continue
        looked_at = replace(file, columns={"channel": channel})
        try:
            rows = extracts.text_rows(looked_at, plan.values)
            found = next((row for row in rows if row[1]["channel"] in local), None)
        except UnreadableParquet as wrong:
            refusal.add(file.name, str(wrong))
            continue
        if found:
            refusal.add(
                file.name,
                f"column 'province' is missing, and row {found[0]} is a form of the local channel"
                f" {found[1]['channel']!r}; give each such form its province",
            )


def _recorded(
    folder: Path, path: Path, extracts: Extracts, refusal: _Refusal
) -> ParquetFile | None:
    """Return a file of forms that were quarantined before; only what an archive writes is one."""
    described = _described(folder, path, extracts, refusal)
    if described is None:
        return None
    name = path.relative_to(folder).as_posix()
    columns = {column.source: column for column in described[0]}
    kinds = {source: column.kind for source, column in columns.items()}
    if kinds != RECORDED_COLUMNS:
        expected = ", ".join(f"{column} ({kind})" for column, kind in RECORDED_COLUMNS.items())
        refusal.add(name, f"recorded quarantine has the columns {expected}, as an archive has it")
        return None
    return ParquetFile(path, name, _sha256(path), described[1], columns)


def _check_nature(manifest: Manifest, surveys: SurveyFacts, refusal: _Refusal) -> None:
    """Refuse another year, instrument or geography than the survey of that name has, as far as they are known."""
    survey = manifest.survey
    if not survey.survey:
        return
    held = surveys.setdefault(survey.survey, {})
    for key, value in {
        "year": survey.year,
        "instrument": survey.instrument,
        "geography": survey.geography,
    }.items():
        if value and held.setdefault(key, value) != value:
            refusal.add(
                NAME,
                f"{key}: {value!r}, but the survey {survey.survey} was loaded with {held[key]!r}; name another"
                " survey or correct the manifest",
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _delivery_hash(manifest: Path, files: Iterable[ParquetFile]) -> str:
    """Return what identifies a delivery wherever its folder stands: manifest, file names and contents."""
    digest = hashlib.sha256(manifest.read_bytes())
    for file in files:
        digest.update(f"\0{file.name}\0{file.sha256}".encode())
    return digest.hexdigest()


def _described(
    folder: Path, path: Path, extracts: Extracts, refusal: _Refusal
) -> tuple[list[Column], int] | None:
    try:
        path.open("rb").close()  # DuckDB does not tell a file without rights from a damaged one
        return extracts.describe(path)
    except OSError as wrong:
        refusal.unreadable(wrong)
    except UnreadableParquet as wrong:
        refusal.add(path.relative_to(folder).as_posix(), str(wrong))
    return None


def _file(
    folder: Path,
    path: Path,
    kind: str,
    namer: _Namer,
    catalogue: Catalogue,
    extracts: Extracts,
    refusal: _Refusal,
) -> ParquetFile | None:
    described = _described(folder, path, extracts, refusal)
    if described is None:
        return None
    name = path.relative_to(folder).as_posix()
    # What is ignored is never read, and so not looked into either.
    columns = [column for column in described[0] if not namer.ignores(column)]
    named = namer.named(name, columns, kind)
    share = catalogue.settings.refuse_above_personal_share
    try:
        personal = extracts.personal_columns(path, columns, share)
    except UnreadableParquet as wrong:
        refusal.add(name, str(wrong))
        return None
    for column, what in personal:
        refusal.add(
            name,
            f"column {column!r} holds personal data: more than {100 * share:g} % of its values are each a {what};"
            " remove or pseudonymise it",
        )
    return ParquetFile(path, name, _sha256(path), described[1], named)


class _Namer:
    """Gives the columns of files the contract's names and refuses what has none.

    Attributes:
        refused: pairs of a file and a column of the contract that stands in it and cannot be read.
        unsound: files whose rows cannot be judged, since a column that every row needs is missing or refused.
    """

    def __init__(
        self, manifest: Manifest, instrument: Instrument, personal: Iterable[str], refusal: _Refusal
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
