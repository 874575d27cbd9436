"""A delivery folder: its files are found, their columns are named as the contract names them, and a plan is made."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from ingest.manifest import NAME, Manifest, read_manifest
from ingest.naming import Namer
from ingest.refusal import Refusal
from ingest.sidetables import read_indicators, read_issued
from warehouse.catalogue import Catalogue
from warehouse.extract import Extracts, UnreadableParquet
from warehouse.plan import Column, DeliveryPlan, ParquetFile

RECORDED_COLUMNS = dict.fromkeys(("delivery", "file", "form_id", "province", "channel"), "text")
RECORDED_COLUMNS |= {"row": "integer", "reasons": "list"}
SurveyFacts = dict[str, dict[str, object]]
_PLACES = {".": "forms", "issued": "issued", "indicators": "indicators", "quarantine": "quarantine"}
_LOOKS_PARQUET = re.compile(r"\.(parquet|parq|pq)$", re.IGNORECASE)
_SHOWN = 5


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
    refusal = Refusal(folder)
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
    refusal: Refusal,
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
    namer = Namer(manifest, instrument, catalogue.settings.personal_columns, refusal)
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


def _found(folder: Path, refusal: Refusal) -> dict[str, list[Path]]:
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
    plan: DeliveryPlan, refused: Container[tuple[str, str]], extracts: Extracts, refusal: Refusal
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


def _recorded(folder: Path, path: Path, extracts: Extracts, refusal: Refusal) -> ParquetFile | None:
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


def _check_nature(manifest: Manifest, surveys: SurveyFacts, refusal: Refusal) -> None:
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
    folder: Path, path: Path, extracts: Extracts, refusal: Refusal
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
    namer: Namer,
    catalogue: Catalogue,
    extracts: Extracts,
    refusal: Refusal,
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
