"""Sampling errors of what two surveys have in common, where that is less than all that they measured.

The like-for-like index of a place is the mean of the criteria that both surveys asked at the same channels and venues
of the same places (sql/index_change.sql): an index over fewer respondents and criteria, so its error follows from the
same moments. Two surveys are independent samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from warehouse.linearisation import errors
from warehouse.moments import Flags, Ints, Moments
from warehouse.quoting import literal
from warehouse.sampling import Sampling


class Measured:
    """What one survey measured, and where: kept until the survey after it is there.

    Attributes:
        survey: identity.
        moments: of its cells.
        slices: the numbers of the cells of each slice above the office, by its key.
    """

    def __init__(self, sampling: Sampling, moments: Moments) -> None:
        self.survey, self.moments = sampling.survey, moments
        keys = sampling.keys()
        self.number = {key: number for number, key in enumerate(keys) if key[1] != "office"}
        self.slices = {key: sampling.slices[number] for key, number in self.number.items()}
        self._places = sampling.places()
        people = moments.totals[:, : len(moments.design.points)]
        self._answered: Flags = people.sum(axis=1) > 0

    def places(self, geography: str) -> set[tuple[str, ...]]:
        """Return province, channel and venue of every cell in which anybody answered a criterion."""
        placed = self._places[geography]
        return {place for place, answered in zip(placed, self._answered, strict=True) if answered}

    def cells_in(self, geography: str, places: set[tuple[str, ...]]) -> Flags:
        """Return (cells,) whether anybody answered in a cell and it lies in one of the places."""
        inside = [place in places for place in self._places[geography]]
        return np.array(inside, dtype=np.bool_) & self._answered

    def answered(self, cells: Ints) -> Ints:
        """Return those of the cells in which anybody answered a criterion."""
        return cells[self._answered[cells]]


@dataclass(frozen=True)
class _Common:
    """Slices that two surveys share, and what both measured there."""

    number: list[int]
    cells: list[Ints]
    previous_cells: list[Ints]
    criteria: list[Flags]


class LikeForLike:
    """The surveys gone through so far, and the errors of what a survey has in common with the one before it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._pairs = con.execute(
            "SELECT survey, geography, previous_survey FROM previous_survey ORDER BY ALL"
        ).fetchall()
        self._measured: dict[str, Measured] = {}

    def write(self, later: Measured) -> None:
        """Add the rows of a survey to `like_for_like_error`; surveys come in the order of their years."""
        self._measured[later.survey] = later
        for survey, geography, previous in self._pairs:
            if survey == later.survey:
                self._write(later, self._measured[previous], geography)
        done = list(self._measured)
        self._pairs = [pair for pair in self._pairs if pair[0] not in done]
        waited_for = {previous for _, _, previous in self._pairs}
        self._measured = {name: self._measured[name] for name in done if name in waited_for}

    def _write(self, later: Measured, earlier: Measured, geography: str) -> None:
        common = _common(later, earlier, geography)
        if not common.number:
            return
        now = errors(later.moments, common.cells, counted=common.criteria).variance
        before = errors(earlier.moments, common.previous_cells, counted=common.criteria).variance
        row, level = np.nonzero(~np.isnan(now))
        self._con.register(
            "common_found",
            {
                "slice": np.array(common.number, dtype=np.int64)[row],
                "level": level,
                "common_se_pct": np.sqrt(now[row, level]),
                "common_previous_se_pct": np.sqrt(before[row, level]),
            },
        )
        self._con.execute(f"""
            INSERT INTO like_for_like_error BY NAME
            SELECT {literal(later.survey)} AS survey, * EXCLUDE (slice, level)
            FROM common_found INNER JOIN design_slice USING (slice) INNER JOIN design_level USING (level)
        """)
        self._con.unregister("common_found")


def _common(later: Measured, earlier: Measured, geography: str) -> _Common:
    """Return the slices of a geography of which both surveys measured something, but not just the same."""
    places = later.places(geography) & earlier.places(geography)
    found = _Common([], [], [], [])
    now, before = later.cells_in(geography, places), earlier.cells_in(geography, places)
    for key, cells in later.slices.items():
        previous = earlier.slices.get(key)
        if key[0] != geography or previous is None:
            continue
        own, other = cells[now[cells]], previous[before[previous]]
        own_asked, other_asked = later.moments.asked(own), earlier.moments.asked(other)
        criteria = own_asked & other_asked
        same_people = len(own) == len(later.answered(cells)) and len(other) == len(
            earlier.answered(previous)
        )
        same_criteria = bool((own_asked == other_asked).all())
        if criteria.any() and not (same_people and same_criteria):
            found.number.append(later.number[key])
            found.cells.append(own)
            found.previous_cells.append(other)
            found.criteria.append(criteria)
    return found
