"""Sums of answers and of their products over the respondents: what every sampling error is made from.

They add up over cells of the design as counts do. Each cell's are computed once; those of a stratum, and of the strata
of one kind in a place, are summed once and serve every slice that holds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

# Kept: to look for the libraries takes longer than a small survey's errors.
BLAS = ThreadpoolController()

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

    Args:
        design: of the survey.
        kind: (cells,) a number for cells whose respondents were asked the same criteria, such as those of a channel;
            only those criteria are kept. One kind by default. The cells of a stratum are of one kind.

    Attributes:
        n_forms: (cells,) respondents.
        weight: (cells,) sum of their weights.
        totals: (cells, 2 · criteria) people who answered each criterion, and the sum of their points.
    """

    def __init__(self, design: Design, kind: Ints | None = None) -> None:
        self.design = design
        n_cells, criteria = len(design.stratum), len(design.points)
        self.kind = np.zeros(n_cells, dtype=np.int64) if kind is None else kind
        self.n_forms = np.zeros(n_cells, dtype=np.int64)
        self.weight = np.zeros(n_cells)
        self.totals = np.zeros((n_cells, 2 * criteria))
        self._blocks: list[Block] = []

    def add(
        self, cell: Ints, answers: NDArray[np.uint8] | Floats, weight: Floats | None = None
    ) -> None:
        """Take in the respondents of whole cells.

        Args:
            cell: (forms,) number of the cell of each form, ascending.
            answers: (forms, criteria) points answered, 0 where there is no answer.
            weight: (forms,) sampling weights; None where every form counts one.
        """
        kind = self.kind[cell]
        # The matrices are small: threads of the linear algebra library would wait for each other more than work.
        with BLAS.limit(limits=1, user_api="blas"):
            for one in np.unique(kind):
                rows = np.flatnonzero(kind == one)
                self._add_kind(
                    int(one), cell[rows], answers[rows], None if weight is None else weight[rows]
                )

    def _add_kind(
        self, kind: int, cell: Ints, answers: NDArray[np.uint8] | Floats, weight: Floats | None
    ) -> None:
        asked = np.flatnonzero(answers.any(axis=0))
        top = self.design.points[asked]
        cells, starts = np.unique(cell, return_index=True)
        block = Block(
            kind,
            cells,
            asked,
            sums=np.empty((len(cells), 2 * len(asked))),
            products=np.empty((len(cells), 1 if weight is None else 2, *[2 * len(asked)] * 2)),
        )
        for row, (start, end) in enumerate(pairwise([*starts.tolist(), len(cell)])):
            given = answers[start:end, asked]
            x = np.empty((end - start, 2 * len(asked)))
            np.greater(given, 0, out=x[:, : len(asked)])
            np.subtract(given, top * x[:, : len(asked)], out=x[:, len(asked) :])
            weighted = x if weight is None else x * weight[start:end, None]
            block.sums[row] = weighted.sum(axis=0)
            block.products[row, 0] = weighted.T @ weighted
            if weight is not None:
                # Each weight once and not squared: what a simple random sample would see.
                block.products[row, 1] = x.T @ weighted
        self._blocks.append(block)
        people, below = np.split(block.sums, 2, axis=1)
        self.totals[np.ix_(cells, asked)] = people
        self.totals[np.ix_(cells, asked + len(self.design.points))] = below + top * people
        self.n_forms[cells] = np.diff(starts, append=len(cell))
        self.weight[cells] = (
            self.n_forms[cells] if weight is None else np.add.reduceat(weight, starts)
        )

    @cached_property
    def pools(self) -> Pools:
        """The scatter of any cells; to be asked for when all respondents are in."""
        kinds = sorted({block.kind for block in self._blocks})
        own = [[block for block in self._blocks if block.kind == kind] for kind in kinds]
        return Pools(self, [_joined(blocks) for blocks in own])

    def asked(self, cells: Ints) -> Flags:
        """Return (criteria,) whether anybody in these cells answered each criterion."""
        people = self.totals[cells, : len(self.design.points)]
        return np.asarray((people > 0).any(axis=0))


@dataclass(frozen=True)
class Block:
    """Cells of one kind.

    Attributes:
        kind: its number.
        cells: (cells,) numbers, ascending.
        asked: (asked,) numbers of the criteria that anybody in them answered.
        sums: (cells, 2 · asked) of x.
        products: (cells, 1 or 2, 2 · asked, 2 · asked) of x x'; with weights, then with each weight once.
    """

    kind: int
    cells: Ints
    asked: Ints
    sums: Floats
    products: Floats


def _joined(blocks: Sequence[Block]) -> Block:
    """Return blocks of one kind as one; criteria that only some of them asked are nought in the others."""
    if len(blocks) == 1:
        return blocks[0]
    asked = np.unique(np.concatenate([block.asked for block in blocks]))
    sums, products = [], []
    for block in blocks:
        own = np.searchsorted(asked, block.asked)
        rows = np.concatenate([own, own + len(asked)])
        sums.append(np.zeros((len(block.cells), 2 * len(asked))))
        sums[-1][:, rows] = block.sums
        products.append(np.zeros((*block.products.shape[:2], *[2 * len(asked)] * 2)))
        products[-1][:, :, rows[:, None], rows] = block.products
    cells = np.concatenate([block.cells for block in blocks])
    order = np.argsort(cells)
    return Block(
        blocks[0].kind,
        cells[order],
        asked,
        np.concatenate(sums)[order],
        np.concatenate(products)[order],
    )


@dataclass(frozen=True)
class Piece:
    """What a slice is made of: rows of whole strata by kind, and rows of the cells of strata that it holds in part."""

    strata: Sequence[tuple[int, Ints]]
    parts: Sequence[tuple[int, Ints]]

    @property
    def kinds(self) -> tuple[int, ...]:
        """The places of the kinds, ascending."""
        return tuple(sorted({kind for kind, _ in [*self.strata, *self.parts]}))


class Pools:
    """The scatter of any set of cells, by kind of stratum; what several slices share is summed once.

    A scatter is (2, 2 · asked, 2 · asked): Σ x x' about the means of the strata, scaled for the variance; and in all.
    """

    def __init__(self, moments: Moments, kinds: Sequence[Block]) -> None:
        self._moments, self.kinds = moments, kinds
        n_cells, n_strata = len(moments.design.stratum), len(moments.design.stratum_size)
        self._kind, self._row = np.full(n_cells, -1), np.full(n_cells, -1)
        self._stratum_row = np.full(n_strata, -1)
        self._live = np.zeros(n_strata, dtype=np.int64)
        self._strata: list[Floats] = []
        for place, block in enumerate(kinds):
            self._kind[block.cells], self._row[block.cells] = place, np.arange(len(block.cells))
            strata, starts = np.unique(moments.design.stratum[block.cells], return_index=True)
            self._stratum_row[strata] = np.arange(len(strata))
            self._live[strata] = np.diff(starts, append=len(block.cells))
            several = len(strata) < len(block.cells)
            sums = np.add.reduceat(block.sums, starts) if several else block.sums
            products = np.add.reduceat(block.products, starts) if several else block.products
            self._strata.append(self._scattered(strata, sums, products))
        self._known: dict[tuple[int, bytes], Floats] = {}

    def _scattered(self, strata: Ints, sums: Floats, products: Floats) -> Floats:
        """Return (strata, 2, 2 · asked, 2 · asked) from the sums over parts of strata, or over all of them."""
        n = self._moments.design.stratum_size[strata]
        scale = np.divide(n, n - 1, out=np.zeros(len(n)), where=n > 1)
        found = np.empty((len(strata), 2, *products.shape[2:]))
        np.multiply((sums / -n[:, None])[:, :, None], sums[:, None, :], out=found[:, 0])
        found[:, 0] += products[:, 0]
        found[:, 0] *= scale[:, None, None]
        found[:, 1] = products[:, -1]
        return found

    def pieces(self, slices: Sequence[Ints]) -> list[Piece]:
        """Return of which kinds each slice is, and of which strata of each kind, whole or in part."""
        sizes = np.array([len(cells) for cells in slices], dtype=np.int64)
        cells = np.concatenate([*slices, np.empty(0, dtype=np.int64)])
        owner = np.repeat(np.arange(len(slices)), sizes)
        filled = self._kind[cells] >= 0
        cells, owner = cells[filled], owner[filled]
        stratum = self._moments.design.stratum[cells]
        starts = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(stratum, prepend=-1))
        counts = np.diff(starts, append=len(cells))
        whole = counts == self._live[stratum[starts]]
        kind, row = self._kind[cells[starts]], self._stratum_row[stratum[starts]]
        bounds = np.searchsorted(owner[starts], np.arange(len(slices) + 1))
        found = []
        for low, high in pairwise(bounds.tolist()):
            parts = [
                (int(kind[at]), self._row[cells[starts[at] : starts[at] + counts[at]]])
                for at in (low + np.flatnonzero(~whole[low:high]))
            ]
            held = kind[low:high][whole[low:high]]
            rows = row[low:high][whole[low:high]]
            kinds = sorted(set(held.tolist()))
            strata = [(one, rows if len(kinds) == 1 else rows[held == one]) for one in kinds]
            found.append(Piece(strata, parts))
        return found

    def scatter(self, pieces: Sequence[Piece], kind: int) -> Floats:
        """Return (slices, 2, 2 · asked, 2 · asked): what slices hold of a kind."""
        asked = len(self.kinds[kind].asked)
        found = np.zeros((len(pieces), 2, 2 * asked, 2 * asked))
        for place, piece in enumerate(pieces):
            for one, rows in piece.strata:
                if one == kind:
                    found[place] = self._whole(kind, rows)
        owner = [
            place for place, piece in enumerate(pieces) for one, _ in piece.parts if one == kind
        ]
        parts = [rows for piece in pieces for one, rows in piece.parts if one == kind]
        if parts:
            for place, part in zip(owner, self._partial(kind, parts), strict=True):
                found[place] += part
        return found

    def _partial(self, kind: int, parts: Sequence[Ints]) -> Floats:
        """Return (parts, 2, 2 · asked, 2 · asked) of strata of which only some cells are held."""
        block = self.kinds[kind]
        rows = np.concatenate(parts)
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        sums, products = block.sums[rows], block.products[rows]
        if len(rows) > len(parts):
            sums, products = np.add.reduceat(sums, starts), np.add.reduceat(products, starts)
        return self._scattered(
            self._moments.design.stratum[block.cells[rows[starts]]], sums, products
        )

    def _whole(self, kind: int, rows: Ints) -> Floats:
        if len(rows) == 1:
            return np.asarray(self._strata[kind][rows[0]])
        key = (kind, rows.tobytes())
        if key not in self._known:
            self._known[key] = self._strata[kind][rows].sum(axis=0)
        return self._known[key]
