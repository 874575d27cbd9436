"""Deliveries written for tests: ordinary ones, and awkward ones on purpose."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from warehouse.catalogue import Catalogue, read_catalogue

Form = dict[str, Any]


def manifest(survey: str = "vss-2025", year: Any = 2025, **changes: Any) -> dict[str, Any]:
    """A complete manifest; a change to None leaves the key out."""
    told: dict[str, Any] = {
        "survey": survey,
        "year": year,
        "instrument": "vss-1111",
        "geography": "vn-63" if isinstance(year, int) and 2008 < year < 2025 else "vn-34",
        "synthetic": True,
        "title": {"vi": f"Khảo sát {survey}", "en": f"Survey {survey}"},
        "fieldwork": {"from": f"{year}-09-10", "to": f"{year}-10-31"},
    }
    return {key: value for key, value in (told | changes).items() if value is not None}


def forms(n: int, first: int = 1, **columns: Any) -> list[Form]:
    """`n` faultless forms of Hà Nội's one-stop shop, all satisfied, with `columns` on each."""
    ordinary: Form = {
        "province": "01",
        "channel": "one_stop",
        "2.1.a.1": 4,
        "2.2.a.1.1": 4,
    }
    return [
        {"form_id": f"F{number:05}", **ordinary, **columns} for number in range(first, first + n)
    ]


def spoilt(good: Sequence[Form], *bad: Form) -> list[Form]:
    """The good forms followed by copies of the first with the given columns, ids of their own."""
    copies = [
        {**good[0], "form_id": f"B{number:05}", **columns} for number, columns in enumerate(bad, 1)
    ]
    return [*good, *copies]


def as_table(rows: Iterable[Form], types: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """Rows as an Arrow table: columns in order of first appearance, absent cells null."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        columns[name] = pa.array(values, type=(types or {}).get(name), from_pandas=False)
    return pa.table(columns)


def write_forms(
    path: Path, rows: Iterable[Form], types: Mapping[str, pa.DataType] | None = None
) -> Path:
    """One Parquet file of forms."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(as_table(rows, types), path)
    return path


def write_delivery(
    folder: Path,
    files: Iterable[Form] | Mapping[str, Iterable[Form]],
    told: Mapping[str, Any] | str | None = None,
    *,
    types: Mapping[str, pa.DataType] | None = None,
    issued: Iterable[Form] = (),
    indicators: Iterable[Form] = (),
) -> Path:
    """A delivery folder.

    Args:
        folder: where; it is made if need be.
        files: rows of one file, or of several by name.
        told: the manifest as values, or as text written as it stands; by default an ordinary one.
        types: Arrow types of columns where those that the values suggest are not wanted.
        issued: rows of the issued counts, if any.
        indicators: rows of the administrative figures, if any.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = manifest() if told is None else told
    text = told if isinstance(told, str) else yaml.safe_dump(dict(told), allow_unicode=True)
    (folder / "survey.yaml").write_text(text, encoding="utf-8")
    by_name = files if isinstance(files, Mapping) else {"forms.parquet": files}
    for name, rows in by_name.items():
        write_forms(folder / name, rows, types)
    if issued:
        write_forms(folder / "issued" / "issued.parquet", issued, types)
    if indicators:
        write_forms(folder / "indicators" / "indicators.parquet", indicators)
    return folder


def write_settings(folder: Path, **settings: Any) -> Path:
    """A catalogue folder that changes nothing but settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


@cache
def nothing_hidden() -> Catalogue:
    """The shipped catalogue with no limit of forms: surveys of a few made-up forms show all their figures."""
    with tempfile.TemporaryDirectory() as folder:
        return read_catalogue(write_settings(Path(folder), suppress_below_forms=0))
