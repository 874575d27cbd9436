"""What the published views and their columns mean, in Vietnamese and in English."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from warehouse.published import PUBLISHED
from warehouse.relations import column_comments


@dataclass(frozen=True)
class Meaning:
    """A name and what it stands for."""

    title_vi: str
    vi: str
    en: str


def view_meaning(view: str) -> Meaning:
    """Return what a published view holds."""
    english = PUBLISHED[view].comment
    title, meaning = _vietnamese().get(("view", view), (view, english))
    return Meaning(title, meaning, english)


def column_meaning(column: str) -> Meaning:
    """Return what a column of the published views holds; the same name means the same everywhere."""
    english = column_comments()[column]
    title, meaning = _vietnamese().get(("column", column), (column, english))
    return Meaning(title, meaning, english)


@cache
def _vietnamese() -> dict[tuple[str, str], tuple[str, str]]:
    written = resources.files("sql").joinpath("vietnamese.csv").read_text(encoding="utf-8")
    return {
        (row["kind"], row["name"]): (row["title"], row["meaning"])
        for row in csv.DictReader(written.splitlines())
    }
