"""SQL expressions that read the values of a delivery's columns as the contract says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.plan import Column
from warehouse.quoting import identifier, literal

# An answer is kept as UTINYINT. No scale has these two points, so they say why an answer is bad; a number that is
# merely out of scale stays what it is where it fits, so that two different ones do not pass for the same form.
UNREADABLE = 254
FAR_OUT_OF_SCALE = 255
UNREADABLE_DAY = "'-infinity'::DATE"

_DATE_FORMATS = "['%d/%m/%Y', '%d-%m-%Y', '%Y/%m/%d', '%Y-%m-%d %H:%M:%S', '%d/%m/%Y %H:%M:%S']"


def as_text(column: Column) -> str:
    """Return the value as text without outer blanks; whole numbers kept as floats lose their `.0`; blank is null."""
    name = identifier(column.source)
    if column.kind == "float":
        whole = f"CASE WHEN {name} = trunc({name}) AND abs({name}) < 1e18 THEN TRY_CAST({name} AS BIGINT)::VARCHAR"
        return f"{whole} WHEN NOT isnan({name}::DOUBLE) THEN {name}::VARCHAR END"
    return f"nullif(trim({name}::VARCHAR), '')"


def mapped(text: str, values: Mapping[str, str]) -> str:
    """Return the value that `text` stands for; values that are not listed pass as they stand."""
    if not values:
        return text
    cases = " ".join(
        f"WHEN {literal(written)} THEN {literal(meant)}" for written, meant in values.items()
    )
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


def _graded(number: str) -> str:
    return (
        f"CASE WHEN {number} IS NULL OR isnan({number}) THEN NULL "
        f"WHEN {number} = trunc({number}) AND {number} BETWEEN 0 AND 253 THEN TRY_CAST({number} AS UTINYINT) "
        f"ELSE {FAR_OUT_OF_SCALE} END"
    )


def _text_score(text: str, missing: Sequence[str], values: Mapping[str, str]) -> str:
    given = f"CASE WHEN {_is_missing(text, missing)} THEN NULL ELSE {text} END" if missing else text
    meant = mapped(f"({given})", values)
    number = f"TRY_CAST({meant} AS DOUBLE)"
    return f"CASE WHEN {meant} IS NOT NULL AND {number} IS NULL THEN {UNREADABLE} ELSE {_graded(number)} END"


def _is_missing(text: str, codes: Sequence[str]) -> str:
    """Return whether a text is one of the codes, as it is written or, for a number, in any writing: 9, 09, 9.0."""
    numbers = _whole_numbers(codes)
    as_number = (
        f" OR coalesce(TRY_CAST({text} AS DOUBLE) IN ({', '.join(numbers)}), false)"
        if numbers
        else ""
    )
    return f"({text} IN ({_listed(codes)}){as_number})"


def score(column: Column, missing: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the answer to an item: null for no answer, a mark for what is unreadable or far out of scale.

    Missing codes come before every other rule; NaN and blank text are no answer.
    """
    if values or column.kind == "text":
        return f"({_text_score(as_text(column), missing, values)})::UTINYINT"
    return _number_score(identifier(column.source), column.kind, missing)


def _number_score(name: str, kind: str, missing: Sequence[str]) -> str:
    codes = _whole_numbers(missing)
    no_answer = f"WHEN {name} IN ({', '.join(codes)}) THEN NULL " if codes else ""
    if kind == "integer":
        # Null passes through; where a file's statistics rule the marks out, nothing is left to compute.
        out = f"{name} < 0 OR {name} > 253"
        return f"(CASE {no_answer}WHEN {out} THEN {FAR_OUT_OF_SCALE} ELSE {name} END)::UTINYINT"
    graded = _graded(f"{name}::DOUBLE")
    return f"({f'CASE {no_answer}ELSE {graded} END' if codes else graded})::UTINYINT"


def choices(column: Column, missing: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the options of a several-choice item as a sorted list, each once; null for no answer.

    An option that is unreadable or out of range stands in the list as its mark.
    """
    kind = column.element or "other"
    if values or kind == "text":
        element = as_text(Column("element", kind)).replace('"element"', "element")
        read = f"({_text_score(element, missing, values)})::UTINYINT"
    else:
        read = _number_score("element", kind, missing)
    name = identifier(column.source)
    # Among the distinct values of a list there is no null.
    return f"nullif(list_sort(list_distinct(list_transform({name}, lambda element: {read}))), [])"


def day(column: Column) -> str:
    """Return a date; null for none, the mark for text that is no date."""
    if column.kind == "date":
        return f"{identifier(column.source)}::DATE"
    text = as_text(column)
    read = f"coalesce(TRY_CAST({text} AS DATE), try_strptime({text}, {_DATE_FORMATS})::DATE)"
    return f"CASE WHEN {text} IS NOT NULL THEN coalesce({read}, {UNREADABLE_DAY}) END"


def weight(column: Column) -> str:
    """Return a weight; null for none, NaN for what is no number from zero up."""
    text = as_text(column)
    value = f"TRY_CAST({text} AS DOUBLE)"
    kept = f"CASE WHEN {value} >= 0 AND isfinite({value}) THEN {value} ELSE 'nan'::DOUBLE END"
    return f"CASE WHEN {text} IS NOT NULL THEN {kept} END"
