"""The forms of a survey while they are being made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Singles: TypeAlias = NDArray[np.float32]
Scores: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]
Generator: TypeAlias = np.random.Generator

NONE = -1  # an empty text cell
NO_ANSWER = -1  # asked, not answered
NOT_ASKED = -2


@dataclass
class Forms:
    """One row a form.

    Attributes:
        words: the texts of each text column.
        codes: text columns (form,) as positions in `words`, NONE where the cell is empty.
        number: (form,) running number of the form id, NONE where it has none.
        day: (form,) days since the fieldwork began.
        items: codes of the items in `scores`.
        scores: (form, item) the options chosen, NO_ANSWER or NOT_ASKED.
        choices: several-choice items: (form, option) whether it was chosen; no option is no answer.
        valid: (form,) false for the forms that are to be broken.
        mood: (form,) what one person's answers have in common, standard normal.
    """

    words: dict[str, list[str]]
    codes: dict[str, Ints]
    number: Ints
    day: Ints
    items: tuple[str, ...]
    scores: Scores
    choices: dict[str, Flags]
    valid: Flags
    mood: Floats

    def __len__(self) -> int:
        return len(self.number)

    def copy_rows(self, source: Ints, target: Ints) -> None:
        """Overwrite the rows `target` with all that stands in the rows `source`."""
        columns = [*self.codes.values(), self.number, self.day, self.mood, *self.choices.values()]
        for column in columns:
            column[target] = column[source]
        self.scores[target] = self.scores[source]


def draw(rng: Generator, shares: Floats) -> Ints:
    """Draw one category a row by its row of `shares` (row, category)."""
    borders = np.cumsum(shares, axis=1)
    borders /= borders[:, -1:]
    drawn: Ints = (rng.random(len(shares))[:, None] > borders[:, :-1]).sum(axis=1)
    return drawn


def allocate(total: int, weights: Floats) -> Ints:
    """Split `total` in proportion to `weights`, any shape, in whole numbers: the largest remainders are rounded up."""
    exact = weights.ravel() * (total / weights.sum())
    counts = np.floor(exact).astype(np.int64)
    rest = total - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:rest]] += 1
    split: Ints = counts.reshape(weights.shape)
    return split
