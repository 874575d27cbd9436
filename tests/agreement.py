"""Product against oracle: every row of every view both ways, every figure to 1e-9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.oracle import VIEWS, Figures, Survey
from warehouse import Snapshot

TOLERANCE = 1e-9
OF_SOME_PEOPLE = (
    "satisfaction_index",
    "assessment_index",
    "expectation_index",
    "respondent_profile",
)
FIGURES = {
    "n_forms",
    "n_answers",
    "n1",
    "n2",
    "n3",
    "n4",
    "n5",
    "mean_score",
    "index_pct",
    "share_pct",
}
GRAINS = {**VIEWS, "province_ranking": "survey geography province"}


def published(
    snapshot: Snapshot, view: str, people: Mapping[str, Any] | None = None, **equals: Any
) -> Figures:
    """The rows of a published view as the oracle gives them; a grain that is not unique fails.

    With `people`, the view recomputed from the forms of those people.
    """
    grain = GRAINS[view].split()
    frame = (
        snapshot.filtered(view, people=people, **equals)
        if people
        else snapshot.read(view, **equals)
    )
    figures: Figures = {}
    for row in frame.iter_rows(named=True):
        key = tuple(row.pop(name) for name in grain)
        assert key not in figures, f"{view}: two rows for {key}"
        figures[key] = row
    return figures


def same(found: Any, expected: Any) -> bool:
    """Whether a figure is the expected one: counts exactly, quotients within the tolerance."""
    if isinstance(expected, Fraction):
        return found is not None and abs(float(expected) - found) <= TOLERANCE
    return type(found) is type(expected) and bool(found == expected)


def differences(found: Figures, expected: Mapping[tuple[Any, ...], dict[str, Any]]) -> list[str]:
    """One sentence a missing row, a row too many, a missing column, or another figure.

    Columns that the oracle does not compute (errors of sampling) have proofs of their own. Hidden rows
    must be empty; which rows are hidden has proofs of its own too, in `test_disclosure`.
    """
    hidden = {key for key, row in found.items() if row.get("suppressed")}
    # The shares of a characteristic with a hidden value are hidden too: they would tell how many stated it.
    without_share = {key[:-1] for key in hidden}
    told = [f"missing {key}" for key in expected.keys() - found.keys()]
    told += [f"too many {key}" for key in found.keys() - expected.keys() - hidden]
    told += [
        f"{key} is hidden and has {name}"
        for key in expected.keys() & hidden
        for name in expected[key].keys() & FIGURES
        if found[key][name] is not None
    ]
    for key in (expected.keys() & found.keys()) - hidden:
        if lacking := expected[key].keys() - found[key].keys():
            told.append(f"{key} lacks {', '.join(sorted(lacking))}")
            continue
        told += [
            f"{key} {name}: {found[key][name]!r}, expected {value!r}"
            for name, value in expected[key].items()
            if not same(found[key][name], value)
            and not (name == "share_pct" and found[key][name] is None and key[:-1] in without_share)
        ]
    return told


def differences_among(
    snapshot: Snapshot, surveys: Iterable[Survey], **people: Sequence[str]
) -> list[str]:
    """The same comparison of every view that can be recomputed for some of the people."""
    told = []
    surveys = list(surveys)
    names = [survey.manifest.survey for survey in surveys]
    for view in OF_SOME_PEOPLE:
        expected: Figures = {}
        for survey in surveys:
            expected |= survey.only(**people).view(view)
        chosen = {name: of[0] if len(of) == 1 else of for name, of in people.items()}
        told += differences(published(snapshot, view, chosen, survey=names), expected)
    return sorted(told)[:20]


def agree(snapshot: Snapshot, surveys: Iterable[Survey]) -> None:
    """Fail where the product publishes otherwise than the oracle computes, and say where."""
    surveys = list(surveys)
    told = []
    for view in VIEWS:
        expected: Figures = {}
        for survey in surveys:
            expected |= survey.view(view)
        names = [survey.manifest.survey for survey in surveys]
        wrong = differences(published(snapshot, view, survey=names), expected)
        told += [f"{view}: {sentence}" for sentence in sorted(wrong)[:10]]
    assert not told, "\n".join(["product and oracle disagree:", *told])
