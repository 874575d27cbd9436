"""The version of the code that made a snapshot: a hash of everything that decides its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_PACKAGES = ("sql", "warehouse", "ingest")
_SUFFIXES = (".py", ".sql", ".csv")


def _files(folder: Traversable, path: str) -> list[tuple[str, Traversable]]:
    found = []
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            # The catalogue has a hash of its own, and the sample generator decides no snapshot's content.
            if entry.name not in {"__pycache__", "instruments", "geographies", "sample"}:
                found += _files(entry, name)
        elif entry.name.endswith(_SUFFIXES) and not (
            path == "warehouse/catalogue" and entry.name.endswith(".csv")
        ):
            found.append((name, entry))
    return found


@cache
def code_version() -> str:
    """Return 12 hexadecimal digits that change whenever the loading code or a formula does."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for name, file in sorted(
            _files(resources.files(package), package), key=lambda pair: pair[0]
        ):
            digest.update(f"{name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
