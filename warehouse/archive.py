"""One file that keeps a survey: what was delivered, accepted, quarantined, checked and computed, with hashes.

Decision 681/QĐ-BHXH, article 8, step 5 has the survey kept at the office. The archive therefore holds the accepted
forms, one row a person, as no export does: it is for the office's own archive and is not to be published. Free-text
comments are not in it.

    archive.json        format and version, survey, snapshot, what it was made with
    README.txt          what this is and how it is opened
    delivery/           the accepted forms as a delivery that any version can load (docs/delivery.md)
    catalogue/          the instrument and the lists of provinces, in the catalogue's format (docs/catalogue.md)
    provenance/         the files that were delivered with their hashes; where each form stood; every quarantined form
    tables/             the published views of this survey
    reports/            the reports, where they were made
    SHA256SUMS          the hash of every other member

A zip of which members, order and times follow from the snapshot alone: the same snapshot gives the same bytes (reports
apart).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from warehouse.archive_content import FORMAT, HEADER, VERSION, Progress, write_content
from warehouse.errors import ArchiveRefused, NotWritten, UsageError
from warehouse.snapshot import Snapshot

SUMS = "SHA256SUMS"
_PLAIN = {".json", ".txt", ".yaml", ".csv", ""}
# The earliest time that a zip can say: when it was packed is no fact of the survey.
_NEVER = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Archived:
    """What an archive says of itself (`archive.json`)."""

    survey: str
    year: int
    instrument: str
    snapshot: str
    release: str | None
    code_version: str
    n_forms: int
    n_quarantined: int


def file_name(snapshot: Snapshot, survey: str) -> str:
    """Return the name of the archive: survey, release if it is one, snapshot."""
    return f"{survey}_{snapshot.label}.zip"


def write_archive(
    snapshot: Snapshot,
    survey: str,
    out: Path,
    progress: Progress,
    reports: Callable[[Path], None] | None = None,
) -> str:
    """Write the archive of a survey to `out` in one step: a failure leaves what was there; return its sha256.

    Args:
        progress: called with the name of each part that is done.
        reports: writes the reports into a folder, where they can be made.

    Raises:
        UsageError: the snapshot has no such survey.
        NotWritten: the file cannot be written.
    """
    known = snapshot.read("survey", ["survey"])["survey"].to_list()
    if survey not in known:
        raise UsageError(f"there is no survey {survey!r}; the surveys are {', '.join(known)}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".archive-") as temporary:
            folder = Path(temporary) / "content"
            write_content(snapshot, survey, folder, progress)
            if reports is not None:
                (folder / "reports").mkdir()
                reports(folder / "reports")
            packed = Path(temporary) / "packed"
            _pack(folder, packed)
            digest = _sha256(packed)
            packed.replace(out)
    except OSError as wrong:
        raise NotWritten(f"{out} cannot be written ({wrong.strerror})") from wrong
    progress(out.name, 0)
    return digest


def _pack(folder: Path, packed: Path) -> None:
    """Write the hashes and pack every file, in the order of their names."""
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    sums = "".join(f"{_sha256(folder / name)}  {name}\n" for name in names)
    (folder / SUMS).write_text(sums, encoding="utf-8")
    with zipfile.ZipFile(packed, "w") as archive:
        for name in [*names, SUMS]:
            info = zipfile.ZipInfo(name, _NEVER)
            info.external_attr = 0o644 << 16
            if PurePosixPath(name).suffix in _PLAIN:
                info.compress_type = zipfile.ZIP_DEFLATED
            with (
                (folder / name).open("rb") as read,
                archive.open(info, "w", force_zip64=True) as to,
            ):
                shutil.copyfileobj(read, to, _CHUNK)
    with packed.open("rb") as written:
        os.fsync(written.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(path: Path, folder: Path) -> Archived:
    """Verify an archive and unpack it into `folder`; return what it says of itself.

    Raises:
        ArchiveRefused: it is no archive, of a newer format, or a member is missing, added or not what was packed; the
            message names the member.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            header = _header(archive, path)
            sums = _sums(archive, path)
            for name, expected in sums.items():
                if _extracted(archive, name, folder / name) != expected:
                    raise ArchiveRefused(
                        f"{path.name}: {name} is not what was archived: its hash is another"
                    )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as wrong:
        raise ArchiveRefused(f"{path.name} is no whole archive ({wrong})") from wrong
    except OSError as wrong:
        raise ArchiveRefused(f"{path} cannot be read ({wrong.strerror})") from wrong
    try:
        return msgspec.convert(header, Archived)
    except msgspec.ValidationError as wrong:
        raise ArchiveRefused(f"{path.name}: {HEADER} is not what was archived ({wrong})") from wrong


def _header(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        header = json.loads(archive.read(HEADER))
        form, version = header["format"], int(header["format_version"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise ArchiveRefused(
            f"{path.name} is no archive of a survey: it has no {HEADER} of ours"
        ) from wrong
    if form != FORMAT:
        raise ArchiveRefused(f"{path.name} is no archive of a survey: its format is {form!r}")
    if version > VERSION:
        raise ArchiveRefused(
            f"{path.name} is of format {version}, and this version of the program reads up to {VERSION}; open it with"
            " a newer one"
        )
    return dict(header)


def _sums(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    """Return the hash of each member, which must be exactly those that are listed, with names that stay inside."""
    members = archive.namelist()
    if SUMS not in members:
        raise ArchiveRefused(f"{path.name}: {SUMS} is missing")
    sums = {}
    for line in archive.read(SUMS).decode("utf-8", "replace").splitlines():
        found = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        if found is None:
            raise ArchiveRefused(f"{path.name}: {SUMS} is not what was archived")
        sums[found[2]] = found[1]
    for name in sorted({*members, *sums} - {SUMS}):
        if name not in sums:
            raise ArchiveRefused(f"{path.name}: {name} is no part of the archive")
        if name not in members:
            raise ArchiveRefused(f"{path.name}: {name} is missing")
        parts = PurePosixPath(name).parts
        if ".." in parts or name.startswith("/") or "\\" in name or ":" in parts[0]:
            raise ArchiveRefused(f"{path.name}: {name} would be written outside its folder")
    if len(members) != len(set(members)):
        raise ArchiveRefused(f"{path.name}: a member stands twice")
    return sums


def _extracted(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    """Write a member to a file and return its hash; a member whose own checksum is wrong has none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with archive.open(name) as read, target.open("wb") as written:
            while chunk := read.read(_CHUNK):
                digest.update(chunk)
                written.write(chunk)
    except (zipfile.BadZipFile, EOFError, ValueError):
        return ""
    return digest.hexdigest()
