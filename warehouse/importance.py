"""Sums from which the importance of factors follows: how a person's view of a factor goes with the rest.

For respondent i of stratum h, x is the mean of the answers to the criteria of a factor and y that of all the other
criteria answered, each as a share of the highest point, less their means over the stratum: people are compared with
others at the same channel of the same province. The correlation of x and y over a slice and its linearised variance
(sql/factor_importance.sql) need the sums of xy, xx and yy and of their products by stratum; these add up as counts do.
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.moments import Floats, Ints
from warehouse.quoting import literal
from warehouse.sampling import Sampling

_LEVEL = "factor"
_TOGETHER = 4_096
_PRODUCTS = ("xy_xy", "xy_xx", "xy_yy", "xx_xx", "xx_yy", "yy_yy")
_OF = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


class FactorMoments:
    """Collects the sums of one survey, batch by batch, by stratum and factor."""

    def __init__(self, sampling: Sampling) -> None:
        self._survey = sampling.survey
        self._factors = [level for level in sampling.hierarchy.levels if level[0] == _LEVEL]
        self._membership = sampling.hierarchy.membership(self._factors)
        self._points = sampling.design.points
        self._stratum = sampling.design.stratum
        self._channel = sampling.channels
        self._found: list[tuple[Ints, Ints, Floats]] = []

    def add(self, cell: Ints, answers: NDArray[np.uint8]) -> None:
        """Take in respondents of whole strata; see `Moments.add`."""
        stratum, channel = self._stratum[cell], self._channel[cell]
        for one in np.unique(channel):
            rows = np.flatnonzero(channel == one)
            numbers, starts = np.unique(stratum[rows], return_index=True)
            # So many people at once, in whole strata, that their scores stay in the processor's cache.
            batch = starts // _TOGETHER
            for some in np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(batch)) + 1):
                ends = np.append(starts, len(rows))
                self._add_strata(
                    numbers[some],
                    starts[some] - starts[some[0]],
                    answers[rows[starts[some[0]] : ends[some[-1] + 1]]],
                )

    def _add_strata(self, numbers: Ints, starts: Ints, answers: NDArray[np.uint8]) -> None:
        """Take in strata of one channel, whose people were asked the same: what others are asked is left out."""
        asked = np.flatnonzero(answers.any(axis=0))
        factors = np.flatnonzero(self._membership[asked].any(axis=0))
        if len(factors) > 0:
            shares = (answers[:, asked] / self._points[asked]).T
            members = self._membership[np.ix_(asked, factors)].T
            self._found.append((numbers, factors, _sums(starts, shares, members)))

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Write a row of `factor_moment` for each stratum and factor; `design_cell` is that of the survey."""
        rows = [
            (np.repeat(numbers, len(factors)), np.tile(factors, len(numbers)), sums)
            for numbers, factors, sums in self._found
        ]
        if not rows:
            return
        values = np.vstack([sums for _, _, sums in rows])
        kept = values[:, 0] > 0
        names = ("n_people", "xy", "xx", "yy", *_PRODUCTS)
        items = np.array([item for _, item in self._factors], dtype=object)
        con.register(
            "moment_found",
            {
                "stratum": np.concatenate([numbers for numbers, _, _ in rows])[kept],
                "item": items[np.concatenate([factors for _, factors, _ in rows])][kept],
                **{name: values[kept, column] for column, name in enumerate(names)},
            },
        )
        con.execute(f"""
            INSERT INTO factor_moment BY NAME
            SELECT {literal(self._survey)} AS survey, design.* EXCLUDE (stratum), moment_found.* EXCLUDE (stratum)
            FROM moment_found
            INNER JOIN (
                SELECT stratum, province, channel, sum(n_forms) AS n_forms FROM design_cell GROUP BY ALL
            ) AS design USING (stratum)
        """)
        con.unregister("moment_found")


def _sums(starts: Ints, shares: Floats, members: Floats) -> Floats:
    """Return (strata · factors, 10): people, sums of xy, xx, yy and of their products.

    Args:
        starts: (strata,) the first person of each.
        shares: (asked, people) answers as a share of the highest point, 0 where there is none.
        members: (factors, asked) 1 where a criterion is part of a factor.
    """
    answered = (shares > 0).astype(np.float64)
    n_own, own = members @ answered, members @ shares
    n_rest, rest = answered.sum(axis=0) - n_own, shares.sum(axis=0) - own
    both = (n_own > 0) & (n_rest > 0)
    people = np.add.reduceat(both.astype(np.float64), starts, axis=1)
    sizes = np.diff(starts, append=shares.shape[1])

    def deviation(points: Floats, n: Floats) -> Floats:
        score = np.divide(points, n, out=np.zeros_like(points), where=both)
        total = np.add.reduceat(score, starts, axis=1)
        mean = np.divide(total, people, out=np.zeros_like(total), where=people > 0)
        score -= np.repeat(mean, sizes, axis=1)
        score *= both
        return score

    x, y = deviation(own, n_own), deviation(rest, n_rest)
    first = [x * y, x * x, y * y]
    each = [*first, *(first[left] * first[right] for left, right in _OF)]
    summed = [people, *(np.add.reduceat(values, starts, axis=1) for values in each)]
    return np.stack(summed, axis=2).transpose(1, 0, 2).reshape(-1, len(summed))
