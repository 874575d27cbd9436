"""What the indices of an instrument are made of: its criteria, and the levels above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from warehouse.moments import Floats

Level = tuple[str, str]
"""Item level and item."""


@dataclass(frozen=True)
class Hierarchy:
    """The hierarchy of an instrument.

    Attributes:
        criteria: their items, in the order of the instrument.
        points: (criteria,) highest point of each.
        levels: all of them, ascending, a criterion's own too.
        above: each criterion with each level that its index enters.
    """

    criteria: list[str]
    points: Floats
    levels: list[Level]
    above: list[tuple[str, Level]]

    def membership(self, levels: Sequence[Level]) -> Floats:
        """Return (criteria, levels): 1 where a criterion is part of a level."""
        row = {item: at for at, item in enumerate(self.criteria)}
        column = {level: at for at, level in enumerate(levels)}
        found = np.zeros((len(row), len(column)))
        for criterion, level in self.above:
            if level in column:
                found[row[criterion], column[level]] = 1
        return found


def hierarchy(con: duckdb.DuckDBPyConnection, instrument: str) -> Hierarchy:
    """Return the hierarchy of an instrument of a snapshot or candidate."""
    criteria = con.execute(
        "SELECT item, scale_points FROM item WHERE instrument = ? AND item_level = 'criterion' ORDER BY sort",
        [instrument],
    ).fetchall()
    rows = con.execute(
        "SELECT criterion, item_level, item FROM item_ancestor WHERE instrument = ?", [instrument]
    ).fetchall()
    above = [(criterion, (level, item)) for criterion, level, item in rows]
    return Hierarchy(
        [item for item, _ in criteria],
        np.array([points for _, points in criteria], dtype=np.float64),
        sorted({level for _, level in above}),
        above,
    )
