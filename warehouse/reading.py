"""SQL expressions that read the values of a delivery's columns as the contract says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.quoting import identifier, literal
from warehouse.plan import Column

# A score is kept as UTINYINT; no scale has the points 0 and 255, so these two say why an answer is bad.
UNREADABLE = 0
OUT_OF_SCALE = 255

_DATE_FORMATS = "['%d/%m/%Y', '%d-%m-%Y', '%Y/%m/%d', '%Y-%m-%d %H:%M:%S', '%d/%m/%Y %H:%M:%S']"


def as_text(column: Column) -> str:
    """Return the value as text without outer blanks; whole numbers kept as floats lose their `.0`; blank is null."""
    name = identifier(column.source)
    if column.kind == "float":
        whole = f"CASE WHEN {name} = trunc({name}) AND abs({name}) < 1e18 THEN {name}::BIGINT::VARCHAR"
        return f"{whole} WHEN NOT isnan({name}::DOUBLE) THEN {name}::VARCHAR END"
    return f"nullif(trim({name}::VARCHAR), '')"


def mapped(text: str, values: Mapping[str, str]) -> str:
    """Return the value that `text` stands for; values that are not listed pass as they stand."""
    if not values:
        return text
    cases = " ".join(f"WHEN {literal(written)} THEN {literal(meant)}" for written, meant in values.items())
    return f"CASE {text} {cases} ELSE {text} END"


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(literal(code) for code in codes)


def _whole_numbers(codes: Sequence[str]) -> list[str]:
    numbers = []
    for code in codes:
        try:
            number = float(code)
        except ValueError:
            continue
        if number == int(number):
            numbers.append(str(int(number)))
    return numbers


def _graded(number: str, points: int) -> str:
    return (
        f"CASE WHEN {number} IS NULL OR isnan({number}) THEN NULL "
        f"WHEN {number} = trunc({number}) AND {number} BETWEEN 1 AND {points} THEN {number}::UTINYINT "
        f"ELSE {OUT_OF_SCALE} END"
    )


def _text_score(text: str, points: int, missing: Sequence[str], values: Mapping[str, str]) -> str:
    codes = [*missing, *(f"{number}.0" for number in _whole_numbers(missing))]
    given = f"CASE WHEN {text} IN ({_listed(codes)}) THEN NULL ELSE {text} END" if codes else text
    meant = mapped(f"({given})", values)
    number = f"TRY_CAST({meant} AS DOUBLE)"
    return f"CASE WHEN {meant} IS NOT NULL AND {number} IS NULL THEN {UNREADABLE} ELSE {_graded(number, points)} END"


def score(column: Column, points: int, missing: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the answer to an item with points 1 to `points`: null for no answer, 0 unreadable, 255 out of scale.

    Missing codes come before every other rule; NaN and blank text are no answer.
    """
    name = identifier(column.source)
    if values or column.kind == "text":
        return f"({_text_score(as_text(column), points, missing, values)})::UTINYINT"
    codes = _whole_numbers(missing)
    no_answer = f"{name} IN ({', '.join(codes)})" if codes else "false"
    if column.kind == "integer":
        graded = f"CASE WHEN {name} BETWEEN 1 AND {points} THEN {name} ELSE {OUT_OF_SCALE} END"
        return f"(CASE WHEN {name} IS NULL OR {no_answer} THEN NULL ELSE {graded} END)::UTINYINT"
    return f"(CASE WHEN {no_answer} THEN NULL ELSE {_graded(f'{name}::DOUBLE', points)} END)::UTINYINT"


def choices(column: Column, points: int, missing: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the options of a several-choice item as a sorted list, each once; null for no answer.

    An option that is unreadable or out of range stands in the list as 0 or 255.
    """
    element = as_text(Column("element", column.element or "other")).replace('"element"', "element")
    read = f"({_text_score(element, points, missing, values)})::UTINYINT"
    kept = f"list_filter(list_transform({identifier(column.source)}, lambda element: {read}), lambda x: x IS NOT NULL)"
    return f"nullif(list_sort(list_distinct({kept})), [])"


def day(column: Column) -> str:
    """Return a date; null for none and for text that is no date."""
    if column.kind == "date":
        return f"{identifier(column.source)}::DATE"
    text = as_text(column)
    return f"coalesce(TRY_CAST({text} AS DATE), try_strptime({text}, {_DATE_FORMATS})::DATE)"


def number(column: Column) -> str:
    """Return a number; null for none, NaN and text that is no number."""
    value = f"TRY_CAST({as_text(column)} AS DOUBLE)"
    return f"CASE WHEN NOT isnan({value}) THEN {value} END"
