"""Sampling errors of the indices by Taylor linearisation over respondents, under the stratified design.

An index of level L in slice D is the mean over its criteria c of 100/k_c · Y_c/N_c, with Y_c the sum of the answers
of the respondents in D, N_c their number and k_c the highest point. Its linearised variable is, for respondent i,

    z_i = Σ_c u_c · (y_ic - a_ic · Y_c/N_c),   u_c = 100 / (k_c · C_L · N_c),

with a_ic = 1 where i answered c, else 0, and z_i = 0 outside D (domain estimation). With strata h of n_h forms drawn
with replacement, the variance is Σ_h n_h/(n_h - 1) · Σ_i (z_i - z̄_h)²; a stratum of one form adds zero.

That is a quadratic form in the moments Σ x_i x_i' of the vectors x_i = (a_i, y_i), which add up over cells of the
design as counts do: each cell's moments are computed once, and any slice's errors follow from sums of them, with the
covariance between criteria that the same people answered. This is the one place where Python computes on answers: a
matrix is needed, and the formula above is not one of the official indices. References: Särndal, Swensson and Wretman,
Model Assisted Survey Sampling, 5.5-5.7; Lumley, Complex Surveys, 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.moments import BLAS, Flags, Floats, Ints, Moments, Pools

# A millionth of a point, squared: one deviating answer among six million gives more, rounding gives less.
NOUGHT = 1e-12
# Slices taken at once: few enough that their matrices stay in the processor's cache.
TOGETHER = 64


@dataclass(frozen=True)
class Errors:
    """Variances of the indices of some slices, NaN where nobody answered; (slices, levels) each.

    Attributes:
        variance: under the design.
        variance_srs: as if the forms of the slice were a simple random sample drawn with replacement.
        covariance: (levels,) between a slice and one that holds it, by their numbers.
    """

    variance: Floats
    variance_srs: Floats
    covariance: Mapping[tuple[int, int], Floats]


@dataclass(frozen=True)
class _Slices:
    """What the linearised variables of some slices are made of; (slices, criteria) and (slices, levels).

    Attributes:
        cells: numbers of the cells of each.
        mean: mean answer of each criterion, counted from its highest point; 0 where nobody answered.
        unit: index points that one point of one person's answer makes: 100 / (points · people).
        n_criteria: criteria measured.
        srs: what the variance of a simple random sample is scaled by.
    """

    cells: list[Ints]
    mean: Floats
    unit: Floats
    n_criteria: Floats
    srs: Floats


def errors(
    moments: Moments,
    slices: Sequence[Ints],
    references: Mapping[int, Sequence[int]] | None = None,
    counted: Sequence[Flags] | None = None,
) -> Errors:
    """Return the variances of the indices of every level in every slice.

    Args:
        moments: of every cell of the survey.
        slices: the numbers of the cells of each slice, ascending.
        references: for some slices, the slices that hold all their cells, to take covariances with.
        counted: (criteria,) for each slice, the criteria that its indices are the means of; all by default.
    """
    # A place's local channels are all its channels, a portal is its whole group: each set of cells once.
    keys = [
        (cells.tobytes(), counted[number].tobytes() if counted else b"")
        for number, cells in enumerate(slices)
    ]
    first = {key: number for number, key in reversed(list(enumerate(keys)))}
    own = sorted(first.values())
    place = {keys[number]: row for row, number in enumerate(own)}
    row = np.array([place[key] for key in keys], dtype=np.int64)
    wanted = {
        (int(row[number]), int(row[other]))
        for number, others in (references or {}).items()
        for other in others
    }
    distinct = _prepared(
        moments,
        [slices[number] for number in own],
        [counted[number] for number in own] if counted else None,
    )
    # The matrices are small: threads of the linear algebra library would wait for each other more than work.
    with BLAS.limit(limits=1, user_api="blas"):
        variance, srs, shared = _variances(moments, distinct, sorted(wanted))
    none = np.full(variance.shape[1], np.nan)
    return Errors(
        variance[row],
        srs[row],
        {
            (number, other): shared.get((int(row[number]), int(row[other])), none)
            for number, others in (references or {}).items()
            for other in others
        },
    )


def _prepared(moments: Moments, slices: Sequence[Ints], counted: Sequence[Flags] | None) -> _Slices:
    design = moments.design
    totals = np.zeros((len(slices), moments.totals.shape[1]))
    forms, weight = np.zeros(len(slices)), np.zeros(len(slices))
    for number, cells in enumerate(slices):
        several = len(cells) != 1
        totals[number] = moments.totals[cells].sum(axis=0) if several else moments.totals[cells[0]]
        forms[number] = moments.n_forms[cells].sum()
        weight[number] = moments.weight[cells].sum()
    people, points = np.split(totals, 2, axis=1)
    measured = people > 0
    if counted:
        measured &= np.stack(counted)
    unit = np.divide(100.0, design.points * people, out=np.zeros_like(people), where=measured)
    below = np.divide(points, people, out=np.zeros_like(people), where=measured)
    below -= np.where(measured, design.points, 0)
    srs = np.divide(weight, forms - 1, out=np.zeros_like(weight), where=forms > 1)
    return _Slices(list(slices), below, unit, measured @ design.membership, srs)


def _variances(
    moments: Moments, slices: _Slices, wanted: list[tuple[int, int]]
) -> tuple[Floats, Floats, dict[tuple[int, int], Floats]]:
    membership = moments.design.membership
    shape = (len(slices.cells), membership.shape[1])
    variance, srs = np.full(shape, np.nan), np.full(shape, np.nan)
    shared: dict[tuple[int, int], Floats] = {}
    references: dict[int, list[int]] = {}
    for number, other in wanted:
        references.setdefault(number, []).append(other)
    for numbers, asked, scatter in _batches(moments.pools, slices.cells):
        members = membership[asked]
        own = _Side.of(slices, numbers, asked)
        both = _level_sums(_between(scatter, own, own), members) / own.n_criteria[:, None] ** 2
        variance[numbers] = _settled(both[:, 0])
        srs[numbers] = _settled(slices.srs[numbers, None] * both[:, 1])
        pairs = [
            (place, whole)
            for place, number in enumerate(numbers.tolist())
            for whole in references.get(number, ())
        ]
        if pairs:
            at, wholes = np.array(pairs, dtype=np.int64).T
            left, right = _Side.of(slices, numbers[at], asked), _Side.of(slices, wholes, asked)
            sums = _level_sums(_between(scatter[at, :1], left, right), members)[:, 0]
            sums /= left.n_criteria * right.n_criteria
            shared |= {
                (int(numbers[place]), whole): row
                for (place, whole), row in zip(pairs, sums, strict=True)
            }
    return variance, srs, shared


@dataclass(frozen=True)
class _Side:
    """One side of a covariance: (slices, asked) and, NaN where nothing was measured, (slices, levels)."""

    mean: Floats
    unit: Floats
    n_criteria: Floats

    @classmethod
    def of(cls, slices: _Slices, numbers: Ints, asked: Ints) -> _Side:
        n_criteria = slices.n_criteria[numbers]
        block = np.ix_(numbers, asked)
        return cls(
            slices.mean[block], slices.unit[block], np.where(n_criteria > 0, n_criteria, np.nan)
        )


def _batches(pools: Pools, slices: Sequence[Ints]) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield numbers of slices, the criteria asked in them, and their scatter (slices, 2, 2 · asked, 2 · asked)."""
    pieces = pools.pieces(slices)
    alike: dict[tuple[int, ...], list[int]] = {}
    for number, piece in enumerate(pieces):
        alike.setdefault(piece.kinds, []).append(number)
    for kinds, numbers in alike.items():
        none: Ints = np.empty(0, dtype=np.int64)
        asked = np.unique(np.concatenate([none, *(pools.kinds[kind].asked for kind in kinds)]))
        if len(asked) == 0:
            continue
        for start in range(0, len(numbers), TOGETHER):
            some = np.array(numbers[start : start + TOGETHER])
            parts = [pieces[number] for number in some]
            if len(kinds) == 1:
                yield some, asked, pools.scatter(parts, kinds[0])
                continue
            scatter = np.zeros((len(some), 2, 2 * len(asked), 2 * len(asked)))
            for kind in kinds:
                own = np.searchsorted(asked, pools.kinds[kind].asked)
                rows = np.concatenate([own, own + len(asked)])
                scatter[:, :, rows[:, None], rows] += pools.scatter(parts, kind)
            yield some, asked, scatter


def _between(scatter: Floats, left: _Side, right: _Side) -> Floats:
    """Return (slices, n, asked, asked): covariances of the criterion indices.

    Args:
        scatter: (slices, n, 2 · asked, 2 · asked).
        left, right: what the criteria of the rows and of the columns are taken about and scaled by.
    """
    a = left.mean.shape[1]
    row, column = left.mean[:, None, :, None], right.mean[:, None, None, :]
    found = scatter[:, :, a:, a:] - row * scatter[:, :, :a, a:]
    found -= column * (scatter[:, :, a:, :a] - row * scatter[:, :, :a, :a])
    found *= left.unit[:, None, :, None] * right.unit[:, None, None, :]
    return found


def _level_sums(covariance: Floats, members: Floats) -> Floats:
    """Return (slices, n, levels): sums of the covariances between all criteria of each level."""
    size = members.sum(axis=0)
    found = np.zeros((*covariance.shape[:2], len(size)))
    # Most levels are one criterion: its variance, with no need to multiply.
    single, several = np.flatnonzero(size == 1), np.flatnonzero(size > 1)
    criterion = members[:, single].argmax(axis=0)
    found[:, :, single] = covariance[:, :, criterion, criterion]
    if len(several) > 0:
        chosen = np.ascontiguousarray(members[:, several])
        summed = covariance.reshape(-1, len(members)) @ chosen
        summed = summed.reshape(*covariance.shape[:3], -1)
        summed *= chosen
        found[:, :, several] = summed.sum(axis=2)
    return found


def _settled(variance: Floats) -> Floats:
    """Return nought where rounding is all there is: where every answer agrees, terms cancel to about 1e-14."""
    return np.where(variance < NOUGHT, 0.0, variance)
