"""Bad forms, so that the quarantine has something to show: each broken for a stated reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.sample.forms import NO_ANSWER, NONE, NOT_ASKED, Forms, Generator, Ints
from ingest.sample.opinions import Items

# What people wrote: provinces that no longer exist, codes that nobody has, a channel outside the plan.
UNKNOWN_PROVINCES = ("Hà Tây", "99", "Minh Hải", "03")
UNKNOWN_CHANNELS = ("kiosk", "mobile_app")
_WRONG_SCORES = (0, 6, 7, 45)  # none is a missing code
REPEAT = "duplicate_form"


def break_forms(rng: Generator, forms: Forms, items: Items, faults: Mapping[str, int]) -> Ints:
    """Break the forms that are not valid, for the reasons in `faults`.

    Returns:
        The rows to deliver (row,): every form once, and some valid ones a second time.
    """
    breakers = Breaker(rng, forms, items).by_reason()
    free = rng.permutation(np.flatnonzero(~forms.valid))
    for reasons, n_forms in faults.items():
        if reasons != REPEAT:
            rows, free = free[:n_forms], free[n_forms:]
            for reason in reasons.split("+"):
                breakers[reason](rows)
    repeats = rng.choice(np.flatnonzero(forms.valid), faults.get(REPEAT, 0), replace=False)
    return np.sort(np.concatenate([np.arange(len(forms)), repeats]), kind="stable")


@dataclass(frozen=True)
class Breaker:
    """Breaks forms: a method a reason, each given the rows (row,) to break."""

    rng: Generator
    forms: Forms
    items: Items

    def by_reason(self) -> Mapping[str, Callable[[Ints], None]]:
        """The methods by the reason that the load will give."""
        return {
            "score_out_of_scale": self.write_wrong_score,
            "not_asked": self.answer_what_was_not_asked,
            "unknown_province": self.write_unknown_province,
            "missing_province": self.empty_province,
            "unknown_channel": self.write_unknown_channel,
            "missing_channel": self.empty_channel,
            "no_form_id": self.empty_form_id,
            "conflicting_form": self.contradict,
        }

    def write_wrong_score(self, rows: Ints) -> None:
        """Put a score outside the scale into one answer."""
        for row in rows:
            self.forms.scores[row, self._answered(row)] = self.rng.choice(_WRONG_SCORES)

    def answer_what_was_not_asked(self, rows: Ints) -> None:
        """Answer two criteria of another service group."""
        for row in rows:
            foreign = np.flatnonzero(self.forms.scores[row, : self.items.n_criteria] == NOT_ASKED)
            self.forms.scores[row, self.rng.choice(foreign, 2, replace=False)] = 4

    def write_unknown_province(self, rows: Ints) -> None:
        """Name a province that is none."""
        self._write_word("province", UNKNOWN_PROVINCES, rows)

    def empty_province(self, rows: Ints) -> None:
        """Leave the province empty."""
        self.forms.codes["province"][rows] = NONE

    def write_unknown_channel(self, rows: Ints) -> None:
        """Name a channel that is none."""
        self._keep_common_answers(rows)
        self._write_word("channel", UNKNOWN_CHANNELS, rows)

    def empty_channel(self, rows: Ints) -> None:
        """Leave the channel empty."""
        self._keep_common_answers(rows)
        self.forms.codes["channel"][rows] = NONE

    def empty_form_id(self, rows: Ints) -> None:
        """Leave the form id empty."""
        self.forms.number[rows] = NONE

    def contradict(self, rows: Ints) -> None:
        """Make pairs of the same form that differ in one answer."""
        half = len(rows) // 2
        self.forms.copy_rows(rows[:half], rows[half:])
        for row in rows[half:]:
            column = self._answered(row)
            score = self.forms.scores[row, column]
            self.forms.scores[row, column] = score - 1 if score > 1 else NO_ANSWER

    def _answered(self, row: np.int64) -> int:
        """The column of a criterion that the form answered."""
        answered = self.forms.scores[row, : self.items.n_criteria] > 0
        return int(self.rng.choice(np.flatnonzero(answered)))

    def _keep_common_answers(self, rows: Ints) -> None:
        """Empty what only some channels ask: of a channel that nobody knows nothing more can be told."""
        of_some = np.flatnonzero(~self.items.asked.all(axis=0))
        self.forms.scores[np.ix_(rows, of_some)] = NOT_ASKED

    def _write_word(self, column: str, texts: Sequence[str], rows: Ints) -> None:
        words = self.forms.words[column]
        words += [text for text in texts if text not in words]
        positions = [words.index(text) for text in texts]
        self.forms.codes[column][rows] = self.rng.choice(positions, len(rows))
