"""A delivery folder: its files are found, their columns are named as the contract names them, and a plan is made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from difflib import get_close_matches
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


class _Refusal:
    """Collects the faults of one delivery; each names the delivery and the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []

    def add(self, file: str, sentence: str) -> None:
        self.faults.append(f"{file}: {sentence}")


def plan_delivery(
    folder: Path, catalogue: Catalogue, extracts: Extracts, surveys: SurveyFacts
) -> tuple[DeliveryPlan | None, list[str]]:
    """Return the plan of the delivery in `folder`, or None, and every fault found in it.

    Faults are one sentence each, naming folder, file and column. Nothing is loaded or changed.

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
        refusal.add(
            str(wrong.filename or folder),
            f"it cannot be read ({wrong.strerror}); check its name and rights",
        )
        plan = None
    named = folder.name or str(folder)
    return (None if refusal.faults else plan), [f"{named}: {fault}" for fault in refusal.faults]


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
    groups = {
        "forms": sorted(folder.glob("*.parquet")),
        "issued": sorted((folder / "issued").glob("*.parquet")),
        "indicators": sorted((folder / "indicators").glob("*.parquet")),
    }
    if not groups["forms"]:
        refusal.add("*.parquet", "the delivery has no Parquet file of forms")
    if manifest is None:
        for path in (path for paths in groups.values() for path in paths):
            _described(folder, path, extracts, refusal)
        return None
    _check_nature(manifest, surveys, refusal)
    instrument = catalogue.instruments[manifest.survey.instrument]
    geography = catalogue.geographies[manifest.survey.geography]
    namer = _Namer(manifest, instrument, catalogue.settings.personal_columns, refusal)
    files = {
        kind: tuple(
            file
            for path in paths
            if (file := _file(folder, path, kind, namer, catalogue, extracts, refusal))
        )
        for kind, paths in groups.items()
    }
    recorded = tuple(
        file
        for path in sorted((folder / "quarantine").glob("*.parquet"))
        if (file := _recorded(folder, path, extracts, refusal))
    )
    namer.check_manifest(files)
    if (
        groups["forms"]
        and len(files["forms"]) == len(groups["forms"])
        and not sum(f.n_rows for f in files["forms"])
    ):
        refusal.add("*.parquet", "the files hold no forms")
    if refusal.faults:
        return None
    return DeliveryPlan(
        folder=folder,
        delivery=_delivery_hash(
            folder, [*(file for kind in files.values() for file in kind), *recorded]
        ),
        survey=manifest.survey,
        instrument=instrument,
        geography=geography,
        forms=files["forms"],
        issued=files["issued"],
        indicators=files["indicators"],
        issued_rows=read_issued(
            files["issued"], manifest.values, instrument, geography, extracts, refusal.faults
        ),
        indicator_rows=read_indicators(
            files["indicators"], manifest.values, instrument, geography, extracts, refusal.faults
        ),
        values=manifest.values,
        missing_codes=manifest.missing_codes,
        quarantine=recorded,
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
    """Refuse another year, instrument or geography than the survey of that name has."""
    survey = manifest.survey
    stated = {
        "year": survey.year,
        "instrument": survey.instrument,
        "geography": survey.geography,
    }
    held = surveys.setdefault(survey.survey, stated)
    for key, value in stated.items():
        if held[key] != value:
            refusal.add(
                NAME,
                f"{key}: {value!r}, but the survey {survey.survey} was loaded with {held[key]!r}; name another"
                " survey or correct the manifest",
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _delivery_hash(folder: Path, files: Iterable[ParquetFile]) -> str:
    """Return what identifies a delivery wherever its folder stands: manifest, file names and contents."""
    digest = hashlib.sha256((folder / NAME).read_bytes())
    for file in files:
        digest.update(f"\0{file.name}\0{file.sha256}".encode())
    return digest.hexdigest()


def _described(
    folder: Path, path: Path, extracts: Extracts, refusal: _Refusal
) -> tuple[list[Column], int] | None:
    try:
        return extracts.describe(path)
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
    columns, n_rows = described
    name = path.relative_to(folder).as_posix()
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
    return ParquetFile(path, name, _sha256(path), n_rows, named)


class _Namer:
    """Gives the columns of files the contract's names and refuses what has none."""

    def __init__(
        self, manifest: Manifest, instrument: Instrument, personal: Iterable[str], refusal: _Refusal
    ) -> None:
        self.manifest = manifest
        self.items = {item.item: item for item in instrument.answered}
        self.personal = frozenset(personal)
        self.refusal = refusal
        self.known = {
            "forms": (*FORM_COLUMNS, *self.items),
            "issued": ISSUED_COLUMNS,
            "indicators": INDICATOR_COLUMNS,
        }
        self.required = {
            "forms": REQUIRED_COLUMNS,
            "issued": ("province", "channel", "issued"),
            "indicators": ("province", "item", "value"),
        }

    def named(self, file: str, columns: list[Column], kind: str) -> dict[str, Column]:
        """Return the columns of a file by the contract's names."""
        found: dict[str, Column] = {}
        for column in columns:
            if column.source in self.manifest.ignore:
                continue
            name = self.manifest.columns.get(column.source, column.source)
            if self._is_personal(column.source):
                self.refusal.add(
                    file, f"column {column.source!r} is personal data by its name; remove it"
                )
            elif name not in self.known[kind]:
                self._refuse_unknown(file, column.source, name, kind)
            elif "empty" in {column.kind, column.element}:
                continue
            elif name in found:
                self.refusal.add(
                    file,
                    f"columns {found[name].source!r} and {column.source!r} both stand for {name!r}; map one only",
                )
            elif problem := self._wrong_type(name, column, kind):
                self.refusal.add(file, f"column {column.source!r} {problem}")
            else:
                found[name] = column
        present = {self.manifest.columns.get(column.source, column.source) for column in columns}
        for name in self.required[kind]:
            if name not in present:
                self.refusal.add(
                    file,
                    f"the required column {name!r} is missing; add it or map it under columns:",
                )
        return found

    def _is_personal(self, source: str) -> bool:
        return re.sub(r"[^a-z0-9]+", "_", fold(source)).strip("_") in self.personal

    def _refuse_unknown(self, file: str, source: str, name: str, kind: str) -> None:
        what = f"column {source!r}" if source == name else f"column {source!r}, mapped to {name!r},"
        self.refusal.add(
            file,
            f"{what} is unknown, nearest is {_nearest(name, self.known[kind])!r}; map it under columns:"
            " or list it under ignore:",
        )

    def _wrong_type(self, name: str, column: Column, kind: str) -> str | None:
        item = self.items.get(name) if kind == "forms" else None
        if item and item.scale == "nominal_multi":
            if column.kind == "list" and column.element in _TEXT_KINDS:
                return None
            return (
                f"must be a list of integers, as {name} takes several choices, and is {column.kind}"
            )
        allowed = {"date", "text"} if name in {"collected_on", "date"} else _TEXT_KINDS
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
        if files["forms"] and not any(
            set(file.columns) & set(self.items) for file in files["forms"]
        ):
            self.refusal.add(
                "*.parquet",
                f"no column is an item of the instrument, such as {next(iter(self.items))!r}",
            )


def _nearest(name: str, known: Iterable[str]) -> str:
    return get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
