"""How far two of many indices must lie apart to differ, when all pairs are looked at together."""

from __future__ import annotations

import math

import numpy as np

from warehouse.moments import Floats

CONFIDENCE = 0.95
_GRID = np.linspace(-8.0, 8.0, 801)


def _normal_cdf(values: Floats) -> Floats:
    return np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in values])


def _range_cdf(reach: float, n: int) -> float:
    """Return the probability that n independent standard normal variables lie within `reach` of each other."""
    density = np.exp(-_GRID * _GRID / 2) / math.sqrt(2 * math.pi)
    within = _normal_cdf(_GRID) - _normal_cdf(_GRID - reach)
    step = _GRID[1] - _GRID[0]
    return float(n * (density * within ** (n - 1)).sum() * step)


def range_critical(n: int, confidence: float = CONFIDENCE) -> float:
    """Return the critical value for all pairs of `n` independent estimates: Tukey's studentised range over root two.

    With unequal errors (Kramer) the simultaneous level is at least `confidence` (Hayter, Annals of Statistics 12,
    1984).

    Args:
        n: estimates compared, two or more.
        confidence: of all pairs at once.
    """
    low, high = 0.0, 10.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (middle, high) if _range_cdf(middle, n) < confidence else (low, middle)
    return (low + high) / 2 / math.sqrt(2)
