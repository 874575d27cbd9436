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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# A millionth of a point, squared: one deviating answer among six million gives more, rounding gives less.
NOUGHT = 1e-12


@dataclass(frozen=True)
class Design:
    """Where the respondents of a survey stand in its design, and what the indices are made of.

    Attributes:
        stratum: (cells,) number of the stratum of each cell.
        stratum_size: (strata,) forms in each stratum, those outside the domain too.
        points: (criteria,) highest point of each criterion.
        membership: (criteria, levels) 1 where a criterion enters the index of a level.
    """

    stratum: Ints
    stratum_size: Ints
    points: Floats
    membership: Floats


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


class Moments:
    """Sums of x and of x x' over the respondents of each cell, with x = (answered, points) by criterion."""

    def __init__(self, design: Design) -> None:
        self.design = design
        n_cells, criteria = len(design.stratum), len(design.points)
        self.n_forms = np.zeros(n_cells, dtype=np.int64)
        self.totals = np.zeros((n_cells, 2 * criteria))
        self.asked: list[Ints] = [np.empty(0, dtype=np.int64)] * n_cells
        self.products: list[Floats] = [np.empty((0, 0))] * n_cells
        # The same with each respondent's weight once and not squared: what a simple random sample would see.
        self.once: list[Floats] = [np.empty((0, 0))] * n_cells
        self.weight = np.zeros(n_cells)

    def add(
        self, cell: Ints, answers: NDArray[np.uint8] | Floats, weight: Floats | None = None
    ) -> None:
        """Take in the respondents of whole cells.

        Args:
            cell: (forms,) number of the cell of each form, ascending.
            answers: (forms, criteria) points answered, 0 where there is no answer.
            weight: (forms,) sampling weights; None where every form counts one.
        """
        for number in np.unique(cell):
            rows = slice(*np.searchsorted(cell, [number, number + 1]))
            # A form answers few of the criteria of an instrument: only the block of those is kept.
            asked = np.flatnonzero(answers[rows].any(axis=0))
            points = answers[rows][:, asked].astype(np.float64)
            x = np.hstack([(points > 0).astype(np.float64), points])
            weighted = x if weight is None else x * weight[rows, None]
            columns = np.concatenate([asked, asked + answers.shape[1]])
            self.n_forms[number] = len(x)
            self.weight[number] = len(x) if weight is None else weight[rows].sum()
            self.asked[number] = columns
            self.totals[number, columns] = weighted.sum(axis=0)
            self.products[number] = weighted.T @ weighted
            self.once[number] = self.products[number] if weight is None else x.T @ weighted

    def scatter(self, cells: Ints, asked: Ints) -> tuple[Floats, Floats]:
        """Return Σ x x' over the cells of a slice, within strata (scaled for the variance) and in all.

        Args:
            cells: numbers of the cells.
            asked: the elements of x that anybody in the slice answered; the others are left out.
        """
        place = np.full(self.totals.shape[1], -1)
        place[asked] = np.arange(len(asked))
        within, whole = np.zeros((len(asked), len(asked))), np.zeros((len(asked), len(asked)))
        cells = cells[self.n_forms[cells] > 0]
        strata = self.design.stratum[cells]
        for stratum in np.unique(strata):
            members = cells[strata == stratum]
            n = self.design.stratum_size[stratum]
            scale = n / (n - 1) if n > 1 else 0.0
            total = self.totals[members][:, asked].sum(axis=0)
            within -= scale / n * np.outer(total, total)
            for cell in members:
                block = np.ix_(place[self.asked[cell]], place[self.asked[cell]])
                within[block] += scale * self.products[cell]
                whole[block] += self.once[cell]
        return within, whole


def weights_of_criteria(totals: Floats, design: Design) -> Floats:
    """Return (2 · criteria, levels): what multiplies x in the linearised variable of each level of a slice.

    Args:
        totals: (2 · criteria,) people who answered and sum of their answers, by criterion.
        design: points and membership of the criteria.
    """
    people, points = np.split(totals, 2)
    measured = people > 0
    members = design.membership * measured[:, None]
    n_criteria = members.sum(axis=0)
    per_answer = np.divide(100.0, design.points * people, out=np.zeros_like(people), where=measured)
    mean = np.divide(points, people, out=np.zeros_like(people), where=measured)
    shares = np.divide(members, n_criteria, out=np.zeros_like(members), where=n_criteria > 0)
    u = per_answer[:, None] * shares
    return np.vstack([-mean[:, None] * u, u])


def errors(
    moments: Moments, slices: Sequence[Ints], references: Mapping[int, Sequence[int]] | None = None
) -> Errors:
    """Return the variances of the indices of every level in every slice.

    Args:
        moments: of every cell of the survey.
        slices: the numbers of the cells of each slice.
        references: for some slices, the slices that hold all their cells, to take covariances with.
    """
    design, levels = moments.design, moments.design.membership.shape[1]
    variance, srs = np.full((len(slices), levels), np.nan), np.full((len(slices), levels), np.nan)
    covariance: dict[tuple[int, int], Floats] = {}
    wholes: dict[int, Floats] = {}

    def weights(number: int) -> Floats:
        return weights_of_criteria(moments.totals[slices[number]].sum(axis=0), design)

    known: dict[bytes, int] = {}
    # The matrices are small: threads of the linear algebra library would wait for each other more than work.
    with threadpool_limits(1, user_api="blas"):
        for number, cells in enumerate(slices):
            twin = known.setdefault(cells.tobytes(), number)
            wanted = (references or {}).get(number, ())
            if twin < number and not wanted:
                # A place's local channels are all its channels, a portal is its whole group.
                variance[number], srs[number] = variance[twin], srs[twin]
                continue
            u = weights(number)
            measured = u.any(axis=0)
            asked = np.flatnonzero(u.any(axis=1))
            within, whole = moments.scatter(cells, asked)
            n = moments.n_forms[cells].sum()
            scale = moments.weight[cells].sum() / (n - 1) if n > 1 else 0.0
            v = u[np.ix_(asked, np.flatnonzero(measured))]
            spread = within @ v
            variance[number, measured] = _settled((spread * v).sum(axis=0))
            srs[number, measured] = _settled(scale * ((whole @ v) * v).sum(axis=0))
            for reference in wanted:
                if reference not in wholes:
                    wholes[reference] = weights(reference)
                shared = np.full(levels, np.nan)
                shared[measured] = (
                    spread * wholes[reference][np.ix_(asked, np.flatnonzero(measured))]
                ).sum(axis=0)
                covariance[number, reference] = shared
    return Errors(variance, srs, covariance)


def _settled(variance: Floats) -> Floats:
    """Return nought where rounding is all there is: where every answer agrees, terms cancel to about 1e-14."""
    return np.where(variance < NOUGHT, 0.0, variance)
