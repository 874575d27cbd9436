"""Fit the answers to the published indices: first by raising all opinions of a place, then answer by answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ingest.sample.forms import NONE, Flags, Floats, Generator, Ints, Scores
from ingest.sample.opinions import Block

_STEPS = 4
_SLOPE = 9.0  # index points that one latent unit brings, to begin with
TOP = 5


def fill(scores: Scores, block: Block, lift: Floats) -> None:
    """Write the answers of `block` into `scores` (form, item)."""
    scores[np.ix_(block.rows, block.columns)] = block.scores(lift)


def tally(scores: Scores, place: Ints, n_places: int) -> tuple[Floats, Ints]:
    """Return the sum of the scores and the number of answers (place, criterion).

    Args:
        scores: (form, criterion), below 1 where there is no answer.
        place: (form,) position of the place, NONE for forms that belong to none.
    """
    here = np.flatnonzero(place != NONE)
    sums = np.zeros((n_places, scores.shape[1]))
    counts = np.zeros((n_places, scores.shape[1]), dtype=np.int64)
    for column in range(scores.shape[1]):
        score = scores[here, column]
        given = score > 0
        at = place[here[given]]
        sums[:, column] = np.bincount(at, score[given], n_places)
        counts[:, column] = np.bincount(at, minlength=n_places)
    return sums, counts


def overall_index(sums: Floats, counts: Ints) -> Floats:
    """Return the overall index (place,), 20-100, from sums and counts (place, criterion).

    Plan 1111, part IV.2.2: the arithmetic mean of the indices of all criteria that anybody answered, each the
    sum of its scores over five times the number of its answers.
    """
    answered = counts > 0
    criterion = 100.0 * sums / (TOP * np.maximum(counts, 1))
    overall: Floats = np.where(answered, criterion, 0.0).sum(axis=1) / answered.sum(axis=1)
    return overall


def solve(index_at: Callable[[Floats], Floats], target: Floats) -> Floats:
    """Return the lift at which `index_at(lift)` comes near `target`, by secants, element by element."""
    lift = np.zeros(len(target))
    slope = np.full(len(target), _SLOPE)
    seen = index_at(lift)
    for _ in range(_STEPS):
        change = (target - seen) / slope
        before, seen = seen, index_at(lift + change)
        lift = lift + change
        moved = np.abs(change) > 1e-3
        slope = np.where(moved, (seen - before) / np.where(moved, change, 1.0), slope)
        slope = np.clip(slope, 1.0, 40.0)
    return lift


def nudge(
    rng: Generator, scores: Scores, rows: Ints, columns: Ints, counts: Ints, gap: float
) -> None:
    """Raise (or lower) an overall index by `gap` points: answers of `rows` to `columns` move by one step each.

    Every criterion is moved by as much, the ones with few answers first; what rounding leaves over is passed on,
    so that in the end less than one step of the criterion with the most answers is missing.

    Args:
        scores: (form, criterion), changed in place.
        rows, columns: the answers that may be moved.
        counts: (criterion,) answers to each criterion in the slice whose index it is.
    """
    n_criteria = int((counts > 0).sum())
    usable = columns[counts[columns] > 0]
    direction = 1 if gap > 0 else -1
    carried = 0.0
    for column in usable[np.argsort(counts[usable], kind="stable")]:
        step = 100.0 / (TOP * counts[column] * n_criteria)
        carried += abs(gap) / len(usable)
        score = scores[rows, column]
        last = TOP if direction > 0 else 1
        movable = rows[(score > 0) & (score != last)]
        n_moved = min(int(carried / step), len(movable))
        carried -= n_moved * step
        scores[rng.choice(movable, n_moved, replace=False), column] += direction


def fit_places(
    rng: Generator, scores: Scores, blocks: list[Block], place: Ints, local: Flags, target: Floats
) -> Floats:
    """Fit the index of every place to `target` (place,); return the lift (place,) that came nearest.

    Args:
        scores: (form, criterion), filled in place.
        place: (form,) NONE for forms that do not count; every form of `local` has one.
    """

    def index_at(lift: Floats) -> Floats:
        for block in blocks:
            fill(scores, block, np.append(lift, 0.0)[place])
        return overall_index(*tally(scores, counted, len(target)))

    counted = np.where(local, place, NONE)
    lift = solve(index_at, target)
    sums, counts = tally(scores, counted, len(target))
    gaps = target - overall_index(sums, counts)
    columns = np.arange(scores.shape[1])
    for at, gap in enumerate(gaps):
        nudge(rng, scores, np.flatnonzero(counted == at), columns, counts[at], float(gap))
    return lift


def fit_nation(
    rng: Generator, scores: Scores, blocks: list[Block], local: Flags, valid: Flags, target: float
) -> float:
    """Fit the index of the nation to `target` by the forms that are not `local`; return their lift."""
    rows = np.flatnonzero(~local & valid)
    nation = np.where(valid, 0, NONE)
    rest_sums, rest_counts = tally(scores, np.where(local, nation, NONE), 1)
    central = np.full(len(rows), 0)

    def index_at(lift: Floats) -> Floats:
        _fill_rows(scores, blocks, rows, float(lift[0]))
        sums, counts = tally(scores[rows], central, 1)
        return overall_index(rest_sums + sums, rest_counts + counts)

    lift = solve(index_at, np.array([target]))
    sums, counts = tally(scores, nation, 1)
    own = np.flatnonzero((rest_counts[0] == 0) & (counts[0] > 0))
    nudge(rng, scores, rows, own, counts[0], target - float(overall_index(sums, counts)[0]))
    return float(lift[0])


def _fill_rows(scores: Scores, blocks: list[Block], rows: Ints, lift: float) -> None:
    for block in blocks:
        among = np.flatnonzero(np.isin(block.rows, rows))
        if len(among):
            part = Block(
                block.rows[among],
                block.columns,
                block.cuts,
                block.opinion[among],
                block.answered[among],
            )
            fill(scores, part, np.full(len(scores), lift))
