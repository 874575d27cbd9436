"""What a snapshot is made from: its identity, and the deliveries that it holds already."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.store import opened


@dataclass(frozen=True)
class Origin:
    """What a snapshot is made from; its identity is a hash of these."""

    snapshot: str
    catalogue_hash: str
    code_version: str

    @property
    def reader(self) -> str:
        """By what deliveries are read and their forms judged: 12 hexadecimal digits of catalogue and code."""
        return hashlib.sha256(f"{self.catalogue_hash} {self.code_version}".encode()).hexdigest()[
            :12
        ]


@dataclass(frozen=True)
class Loaded:
    """What a snapshot holds already.

    Attributes:
        deliveries: hashes of the accepted deliveries in order, each with the survey and by what it was read
            (`Origin.reader`; empty where the snapshot does not say).
        surveys: year, instrument and geography of each survey.
    """

    deliveries: dict[str, tuple[str, str]] = field(default_factory=dict)
    surveys: dict[str, dict[str, object]] = field(default_factory=dict)

    def read_otherwise(self, reader: str) -> dict[str, set[str]]:
        """Return the deliveries of each survey of which one was read by another catalogue or code than `reader`."""
        others = {survey for survey, read_by in self.deliveries.values() if read_by != reader}
        return {
            survey: {name for name, (of, _) in self.deliveries.items() if of == survey}
            for survey in others
        }


def held_by(path: Path) -> Loaded:
    """Return what the snapshot in the database file at `path` holds."""
    with opened(path) as con:
        columns = {name for name, *_ in con.execute("DESCRIBE source_file").fetchall()}
        reader = "read_by" if "read_by" in columns else "''"
        deliveries = con.execute(
            f"SELECT delivery, any_value(survey), any_value({reader}) FROM source_file"
            " GROUP BY delivery ORDER BY min(position)"
        ).fetchall()
        surveys = con.execute("SELECT survey, year, instrument, geography FROM survey").fetchall()
    return Loaded(
        deliveries={delivery: (survey, read_by or "") for delivery, survey, read_by in deliveries},
        surveys={
            survey: {"year": year, "instrument": instrument, "geography": geography}
            for survey, year, instrument, geography in surveys
        },
    )
