"""Sums of answers and of their products over the respondents: what every sampling error is made from.

They add up over cells of the design as counts do. Each cell's are computed once; those of a stratum, and of the strata
of one kind in a place, are summed once and serve every slice that holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """Where the respondents of a survey stand in its design, and what the indices are made of.

    Attributes:
        stratum: (cells,) number of the stratum of each cell; the cells of a stratum are numbered one after another.
        stratum_size: (strata,) forms in each stratum, those outside the domain too.
        points: (criteria,) highest point of each criterion.
        membership: (criteria, levels) 1 where a criterion enters the index of a level.
    """

    stratum: Ints
    stratum_size: Ints
    points: Floats
    membership: Floats


class Moments:
    """Sums over the respondents of each cell, and of x x' with x = (answered, points below the highest) by criterion.

    Answers are mostly near the highest point: counted from there, what cancels in a variance is small.

    Attributes:
        n_forms: (cells,) respondents.
        weight: (cells,) sum of their weights.
        totals: (cells, 2 · criteria) people who answered each criterion, and the sum of their points.
    """

    def __init__(self, design: Design) -> None:
        self.design = design
        n_cells, criteria = len(design.stratum), len(design.points)
        self.n_forms = np.zeros(n_cells, dtype=np.int64)
        self.weight = np.zeros(n_cells)
        self.totals = np.zeros((n_cells, 2 * criteria))
        self._sums = np.zeros((n_cells, 2 * criteria))
        self._asked: list[Ints] = [np.empty(0, dtype=np.int64)] * n_cells
        # Beside it the same with each respondent's weight once and not squared: what a simple random sample would see.
        self._products: list[Floats] = [np.empty((2, 0, 0))] * n_cells

    def add(
        self, cell: Ints, answers: NDArray[np.uint8] | Floats, weight: Floats | None = None
    ) -> None:
        """Take in the respondents of whole cells.

        Args:
            cell: (forms,) number of the cell of each form, ascending.
            answers: (forms, criteria) points answered, 0 where there is no answer.
            weight: (forms,) sampling weights; None where every form counts one.
        """
        numbers, starts = np.unique(cell, return_index=True)
        bounds = np.append(starts, len(cell))
        # The matrices are small: threads of the linear algebra library would wait for each other more than work.
        with threadpool_limits(1, user_api="blas"):
            for number, start, end in zip(numbers, bounds[:-1], bounds[1:], strict=True):
                self._add_cell(
                    number, answers[start:end], None if weight is None else weight[start:end]
                )

    def _add_cell(
        self, number: int, answers: NDArray[np.uint8] | Floats, weight: Floats | None
    ) -> None:
        # A form answers few of the criteria of an instrument: only the block of those is kept.
        asked = np.flatnonzero(answers.any(axis=0))
        top = self.design.points[asked]
        x = np.empty((len(answers), 2 * len(asked)))
        answered, below = x[:, : len(asked)], x[:, len(asked) :]
        given = answers[:, asked]
        np.greater(given, 0, out=answered)
        np.subtract(given, top * answered, out=below)
        weighted = x if weight is None else x * weight[:, None]
        columns = np.concatenate([asked, asked + len(self.design.points)])
        self._sums[number, columns] = total = weighted.sum(axis=0)
        total[len(asked) :] += top * total[: len(asked)]
        self.totals[number, columns] = total
        self.n_forms[number] = len(x)
        self.weight[number] = len(x) if weight is None else weight.sum()
        self._asked[number] = asked
        product = weighted.T @ weighted
        self._products[number] = (
            np.broadcast_to(product, (2, *product.shape))
            if weight is None
            else np.stack([product, x.T @ weighted])
        )

    def scatter(self, cells: Ints, asked: Ints) -> Floats:
        """Return (2, 2 · asked, 2 · asked): Σ x x' over cells of one stratum, and in all.

        The first is taken about the mean of the stratum and scaled for the variance.

        Args:
            cells: numbers of cells of one stratum.
            asked: the criteria wanted, among them all that anybody in these cells answered.
        """
        found: Floats
        if len(cells) == 1 and len(self._asked[cells[0]]) == len(asked):
            found = self._products[cells[0]].copy()
        else:
            place = np.searchsorted(asked, np.concatenate([self._asked[cell] for cell in cells]))
            found = np.zeros((2, 2 * len(asked), 2 * len(asked)))
            start = 0
            for cell in cells:
                end = start + len(self._asked[cell])
                rows = np.concatenate([place[start:end], place[start:end] + len(asked)])
                found[:, rows[:, None], rows] += self._products[cell]
                start = end
        n = self.design.stratum_size[self.design.stratum[cells[0]]]
        columns = np.concatenate([asked, asked + len(self.design.points)])
        total = self._sums[np.ix_(cells, columns)].sum(axis=0)
        found[0] -= np.outer(total / n, total)
        found[0] *= n / (n - 1) if n > 1 else 0.0
        return found

    @cached_property
    def pools(self) -> Pools:
        """The scatter of any cells; to be asked for when all respondents are in."""
        return Pools(self)

    def asked(self, cells: Ints) -> Flags:
        """Return (criteria,) whether anybody in these cells answered each criterion."""
        people = self.totals[cells, : len(self.design.points)]
        return np.asarray((people > 0).any(axis=0))


@dataclass(frozen=True)
class Kind:
    """Strata whose respondents were asked the same criteria, such as those of one channel.

    Attributes:
        asked: (asked,) numbers of the criteria.
        scatter: (strata, 2, 2 · asked, 2 · asked) of whole strata; see `Moments.scatter`.
    """

    asked: Ints
    scatter: Floats


@dataclass(frozen=True)
class Piece:
    """What a slice is made of: rows of whole strata by kind, and cells of strata that it holds in part."""

    strata: Sequence[tuple[int, Ints]]
    parts: Sequence[tuple[int, Ints]]

    @property
    def kinds(self) -> tuple[int, ...]:
        """The numbers of the kinds, ascending."""
        return tuple(sorted({kind for kind, _ in [*self.strata, *self.parts]}))


class Pools:
    """The scatter of any set of cells, by kind of stratum; what several slices share is summed once."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments
        stratum = moments.design.stratum
        filled = np.flatnonzero(moments.n_forms)
        self._live = np.bincount(stratum[filled], minlength=len(moments.design.stratum_size))
        members = {int(h): filled[stratum[filled] == h] for h in np.unique(stratum[filled])}
        self._kind = np.full(len(self._live), -1)
        self._row = np.full(len(self._live), -1)
        self.kinds: list[Kind] = []
        for asked, strata in _kinds({h: moments.asked(cells) for h, cells in members.items()}):
            self._kind[strata], self._row[strata] = len(self.kinds), np.arange(len(strata))
            whole = [moments.scatter(members[h], asked) for h in strata]
            self.kinds.append(Kind(asked, np.stack(whole)))
        self._known: dict[tuple[int, bytes], Floats] = {}

    def pieces(self, slices: Sequence[Ints]) -> list[Piece]:
        """Return of which kinds each slice is, and of which strata of each kind, whole or in part."""
        sizes = np.array([len(cells) for cells in slices], dtype=np.int64)
        cells = np.concatenate([*slices, np.empty(0, dtype=np.int64)])
        owner = np.repeat(np.arange(len(slices)), sizes)
        filled = self._moments.n_forms[cells] > 0
        cells, owner = cells[filled], owner[filled]
        stratum = self._moments.design.stratum[cells]
        starts = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(stratum, prepend=-1))
        counts = np.diff(starts, append=len(cells))
        whole = counts == self._live[stratum[starts]]
        kind, row = self._kind[stratum[starts]], self._row[stratum[starts]]
        bounds = np.searchsorted(owner[starts], np.arange(len(slices) + 1))
        found = []
        for low, high in pairwise(bounds.tolist()):
            parts = [
                (int(kind[at]), cells[starts[at] : starts[at] + counts[at]])
                for at in (low + np.flatnonzero(~whole[low:high]))
            ]
            held = kind[low:high][whole[low:high]]
            rows = row[low:high][whole[low:high]]
            kinds = sorted(set(held.tolist()))
            strata = [(one, rows if len(kinds) == 1 else rows[held == one]) for one in kinds]
            found.append(Piece(strata, parts))
        return found

    def scatter(self, piece: Piece) -> dict[int, Floats]:
        """Map the number of each kind in a slice to its scatter; see `Moments.scatter`."""
        found = {kind: self._whole(kind, rows) for kind, rows in piece.strata}
        for kind, cells in piece.parts:
            part = self._moments.scatter(cells, self.kinds[kind].asked)
            found[kind] = found[kind] + part if kind in found else part
        return found

    def _whole(self, kind: int, rows: Ints) -> Floats:
        if len(rows) == 1:
            return np.asarray(self.kinds[kind].scatter[rows[0]])
        key = (kind, rows.tobytes())
        if key not in self._known:
            self._known[key] = self.kinds[kind].scatter[rows].sum(axis=0)
        return self._known[key]


def _kinds(asked: dict[int, Flags]) -> Iterator[tuple[Ints, Sequence[int]]]:
    """Sort strata by what was asked there; one in which nobody answered some of it goes with the others."""
    sets: dict[bytes, list[int]] = {}
    for stratum, flags in asked.items():
        sets.setdefault(flags.tobytes(), []).append(stratum)
    kept: list[tuple[Flags, list[int]]] = []
    flagged = ((np.frombuffer(key, dtype=np.bool_), strata) for key, strata in sets.items())
    for flags, strata in sorted(flagged, key=lambda one: -int(one[0].sum())):
        for wider, together in kept:
            if not (flags & ~wider).any():
                together.extend(strata)
                break
        else:
            kept.append((flags, strata))
    for flags, strata in kept:
        yield np.flatnonzero(flags), sorted(strata)
