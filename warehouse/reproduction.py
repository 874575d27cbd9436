"""SQL that anybody can run on a snapshot's file to get the digits of a printed index, once more and in plain sight.

The statements spell the formulas out instead of calling the macros that made the views, so that running one is a
second computation and not a look at the first. `printed` is rounded as the pages round: half up, on decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.quoting import identifier, literal

VIEWS = {"assessment": "assessment_index", "expectation": "expectation_index"}
CRITERION = "criterion"
SEVERAL = "nominal_multi"
_LINE = 96


@dataclass(frozen=True)
class Slice:
    """The forms that a figure counts.

    Attributes:
        channel: the slice of channels, as in the views.
        form_channels: the single channels whose forms are in it.
        form_provinces: codes in the survey's own geography; None where forms of every place count, or of none.
    """

    survey: str
    instrument: str
    geography: str
    geo_level: str
    geo_code: str
    channel: str
    form_channels: tuple[str, ...]
    form_provinces: tuple[str, ...] | None


@dataclass(frozen=True)
class Item:
    """What is asked about: a question with its scale, or a heading with the criteria that it averages."""

    item: str
    item_level: str
    scale: str | None
    scale_points: int | None
    criteria: tuple[str, ...] = ()


def from_counts(of: Slice, item: Item) -> str:
    """Return the statement that computes an index from the counts of the published views.

    It gives one row with the column `printed`; of a nominal item one row an option.
    """
    if item.item_level in VIEWS:
        return _question_from_counts(of, item)
    if item.item_level == CRITERION:
        return f"""SELECT
    {_counts(item)},
    {_points(item)} AS sum_points,
    {item.scale_points} * n_answers AS most_points,
    {_printed("100 * sum_points / most_points")}
FROM satisfaction_index
WHERE
    {_slice(of)}
    AND item_level = 'criterion' AND item = {literal(item.item)};"""
    return f"""SELECT
    count(*) AS n_criteria,
    sum(criterion_pct) AS sum_pct,
    {_printed("sum_pct / n_criteria")}
FROM (
    SELECT
        100 * (1 * n1 + 2 * n2 + 3 * n3 + 4 * n4 + 5 * coalesce(n5, 0))
        / (item.scale_points * n_answers) AS criterion_pct
    FROM satisfaction_index
    INNER JOIN item ON satisfaction_index.item = item.item AND item.instrument = {literal(of.instrument)}
    WHERE
        {_slice(of, indent=8)}
        AND satisfaction_index.item_level = 'criterion'
        AND satisfaction_index.item IN (
            SELECT criterion FROM item_ancestor
            WHERE instrument = {literal(of.instrument)}
                AND item_level = {literal(item.item_level)} AND item = {literal(item.item)}
        )
);"""


def from_forms(of: Slice, item: Item) -> str:
    """Return the statement that computes an index from the single forms; its rows are those of `from_counts`."""
    if item.scale_points is None and item.item_level in VIEWS:
        return _options_from_forms(of, item)
    if item.scale_points is not None:
        n = ",\n    ".join(
            f"count(*) FILTER (WHERE score = {point}) AS n{point}"
            for point in range(1, item.scale_points + 1)
        )
        return f"""SELECT
    {n},
    sum(score) AS sum_points,
    {item.scale_points} * count(score) AS most_points,
    {_printed("100 * sum_points / most_points")}
FROM (
    SELECT {_column(of, item.item)} AS score
    FROM form
    WHERE
        {_people(of)}
);"""
    return f"""SELECT
    count(*) AS n_criteria,
    sum(criterion_pct) AS sum_pct,
    {_printed("sum_pct / n_criteria")}
FROM (
    SELECT 100 * sum(score) / (any_value(item.scale_points) * count(score)) AS criterion_pct
    FROM (
        UNPIVOT (
            SELECT
                {_listed([_column(of, criterion) for criterion in item.criteria], 16)}
            FROM form
            WHERE
                {_people(of, indent=16)}
        )
        ON columns(*) INTO NAME answered VALUE score
    )
    INNER JOIN item ON answered = item.instrument || '/' || item.item
    GROUP BY answered
);"""


def _question_from_counts(of: Slice, item: Item) -> str:
    view, own = VIEWS[item.item_level], f"item = {literal(item.item)}"
    if item.scale_points is None:
        return f"""SELECT
    option,
    n_chosen,
    n_answers,
    {_printed("100 * n_chosen / n_answers")}
FROM {view}
WHERE
    {_slice(of)}
    AND {own}
ORDER BY option;"""
    return f"""SELECT
    {_counts(item)},
    {_points(item)} AS sum_points,
    {item.scale_points} * n_answers AS most_points,
    {_printed("100 * sum_points / most_points")}
FROM {view}
WHERE
    {_slice(of)}
    AND {own};"""


def _options_from_forms(of: Slice, item: Item) -> str:
    several = item.scale == SEVERAL
    column = _column(of, item.item + ("[]" if several else "[1]"))
    chosen = "list_contains(answer, option)" if several else "answer = option"
    return f"""SELECT
    option,
    count(*) FILTER (WHERE {chosen}) AS n_chosen,
    count(answer) AS n_answers,
    {_printed("100 * n_chosen / n_answers")}
FROM item_option
CROSS JOIN (
    SELECT {column} AS answer
    FROM form
    WHERE
        {_people(of)}
)
WHERE instrument = {literal(of.instrument)} AND item = {literal(item.item)}
GROUP BY option
ORDER BY option;"""


def _printed(formula: str) -> str:
    return f"round(({formula})::DECIMAL(18, 9), 2) AS printed"


def _counts(item: Item) -> str:
    return ", ".join(f"n{point}" for point in range(1, (item.scale_points or 0) + 1))


def _points(item: Item) -> str:
    return " + ".join(f"{point} * n{point}" for point in range(1, (item.scale_points or 0) + 1))


def _column(of: Slice, item: str) -> str:
    return identifier(f"{of.instrument}/{item}")


def _slice(of: Slice, indent: int = 4) -> str:
    """Return the condition that picks the rows of a slice in a view."""
    return (
        f"survey = {literal(of.survey)} AND geography = {literal(of.geography)}\n{' ' * indent}"
        f"AND geo_level = {literal(of.geo_level)} AND geo_code = {literal(of.geo_code)}"
        f" AND channel = {literal(of.channel)}"
    )


def _people(of: Slice, indent: int = 8) -> str:
    """Return the condition that picks the forms of a slice."""
    terms = [
        f"survey = {literal(of.survey)}",
        f"channel IN ({_codes(of.form_channels, indent)})",
    ]
    if of.form_provinces is not None:
        terms.append(f"province IN ({_codes(of.form_provinces, indent)})")
    return f"\n{' ' * indent}AND ".join(terms)


def _codes(codes: Sequence[str], indent: int) -> str:
    """Return codes for a list in brackets: on its line where they fit, else below it."""
    written = ", ".join(literal(code) for code in codes)
    if indent + len(written) <= _LINE - len("AND province IN ()"):
        return written
    inner = " " * (indent + 4)
    lines = _listed([literal(code) for code in codes], indent + 4)
    return f"\n{inner}{lines}\n{' ' * indent}"


def _listed(terms: Sequence[str], indent: int) -> str:
    """Return the terms with commas between, on lines of a width that can be read."""
    lines = [""]
    for term in terms:
        if lines[-1] and indent + len(lines[-1]) + len(term) > _LINE:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + term + ","
    return f"\n{' ' * indent}".join(lines).removesuffix(",")
