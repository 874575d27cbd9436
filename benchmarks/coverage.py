"""Do intervals, rank sets and verdicts keep their promise where the truth is known? Simulated, seeded.

People of 34 provinces answer 20 criteria through a shared leaning of their own, so that the criteria hang together;
the true indices follow from the normal distribution. The intervals are those of the product's own SQL.
"""

from __future__ import annotations

import math
from collections import defaultdict

import duckdb
import numpy as np

from warehouse import relations
from warehouse.linearisation import errors
from warehouse.moments import Design, Moments
from warehouse.simultaneous import range_critical

SEED, RUNS = 1111, 300
PROVINCES, CRITERIA, TARGET = 34, 20, 90.0
LEANING, NOISE = 0.6, 0.8
THRESHOLDS = np.array([-2.4, -1.8, -1.0, 0.2])


def _true_indices(centre: np.ndarray) -> np.ndarray:
    """Return the index that each centre of the latent answer leads to, 0-100."""
    spread = math.hypot(LEANING, NOISE)
    above = np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)))
    reached = [above((centre - threshold) / spread) for threshold in THRESHOLDS]
    return np.asarray(20 * (1 + np.sum(reached, axis=0)))


def _survey(
    draw: np.random.Generator, centre: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (cell, answers) of one drawn sample; about one answer in twenty is missing."""
    cell = np.repeat(np.arange(PROVINCES), sizes)
    leaning = draw.normal(0, LEANING, len(cell))[:, None]
    latent = centre[cell] + leaning + draw.normal(0, NOISE, (len(cell), CRITERIA))
    answers = (1 + (latent[:, :, None] > THRESHOLDS).sum(axis=2)).astype(np.uint8)
    answers[draw.random(answers.shape) < 0.05] = 0
    return cell, answers


def main() -> None:
    """Print coverage by size of the cell, simultaneous coverage of the rank sets, and errors of verdicts."""
    draw = np.random.default_rng(SEED)
    con = duckdb.connect()
    for macro in relations.macros():
        con.execute(macro)
    sizes = np.unique(np.geomspace(32, 1500, PROVINCES).astype(int))
    sizes = np.resize(sizes, PROVINCES)
    centre = draw.normal(0.95, 0.25, PROVINCES)[:, None] + draw.normal(0, 0.3, CRITERIA)[None, :]
    truth = np.hstack([_true_indices(centre), _true_indices(centre).mean(axis=1)[:, None]])
    membership = np.hstack([np.eye(CRITERIA), np.ones((CRITERIA, 1))])
    design = Design(np.arange(PROVINCES), sizes, np.full(CRITERIA, 5.0), membership)
    critical = range_critical(PROVINCES)
    covered: dict[str, list[np.ndarray]] = defaultdict(list)
    wrong, sets_hold = [], []
    for _ in range(RUNS):
        cell, answers = _survey(draw, centre, sizes)
        moments = Moments(design)
        moments.add(cell, answers)
        se = np.sqrt(errors(moments, [np.array([p]) for p in range(PROVINCES)]).variance)
        people, points = np.split(moments.totals, 2, axis=1)
        index = 20 * points / people
        index = np.hstack([index, index.mean(axis=1)[:, None]])
        low, high, verdict = _judged(con, index, se, np.hstack([people, sizes[:, None]]))
        inside = (low <= truth) & (truth <= high)
        for name, chosen in (
            ("criterion, 30-99 people", sizes < 100),
            ("criterion, 100-299 people", (sizes >= 100) & (sizes < 300)),
            ("criterion, 300 and more", sizes >= 300),
        ):
            covered[name].append(inside[chosen, :CRITERIA].ravel())
        covered["criterion with a true index above 95"].append(
            inside[:, :CRITERIA][truth[:, :CRITERIA] > 95]
        )
        covered["overall index"].append(inside[:, CRITERIA])
        wrong.append(
            ((verdict == "met") & (truth < TARGET)) | ((verdict == "not_met") & (truth >= TARGET))
        )
        sets_hold.append(
            _sets_hold(index[:, CRITERIA], se[:, CRITERIA], truth[:, CRITERIA], critical)
        )
    for name, values in covered.items():
        print(
            f"95 % interval, {name}: covers {100 * np.concatenate(values).mean():.1f} % (promised: 93 to 97)"
        )
    print(
        f"rank sets of all {PROVINCES} provinces at once: hold in {100 * np.mean(sets_hold):.1f} % (at least 93)"
    )
    print(
        f"verdicts against {TARGET:g}: wrong in {100 * np.mean(wrong):.2f} % of cells (at most 2.5)"
    )
    print(f"{RUNS} samples, seed {SEED}")


def _judged(
    con: duckdb.DuckDBPyConnection, index: np.ndarray, se: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the ends of the intervals and the verdicts, by the formulas of the product."""
    con.register("cell", {"i": index.ravel(), "s": se.ravel(), "n": people.ravel()})
    found = con.execute(
        """
        SELECT low, high, verdict(low, high, $target) AS verdict FROM (
            SELECT
                score_interval_pct(i, 20, effective_people(i, 20, s, n), -normal_95()) AS low,
                score_interval_pct(i, 20, effective_people(i, 20, s, n), normal_95()) AS high
            FROM cell
        )
        """,
        {"target": TARGET},
    ).fetchnumpy()
    low, high, verdict = (
        np.asarray(found[name]).reshape(index.shape) for name in ("low", "high", "verdict")
    )
    return low, high, verdict


def _sets_hold(index: np.ndarray, se: np.ndarray, truth: np.ndarray, critical: float) -> bool:
    gap = (index[None, :] - index[:, None]) / np.hypot(se[None, :], se[:, None])
    low = 1 + (gap > critical).sum(axis=1)
    high = len(index) - (gap < -critical).sum(axis=1)
    rank = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    return bool(((low <= rank) & (rank <= high)).all())


if __name__ == "__main__":
    main()
