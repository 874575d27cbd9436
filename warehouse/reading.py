"""SQL expressions that read the values of a delivery's columns as the contract says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from warehouse.plan import Column
from warehouse.quoting import identifier, literal, literals

# An answer is kept as UTINYINT. No scale has these two points, so they say why an answer is bad; a number that is
# merely out of scale stays what it is where it fits, so that two different ones do not pass for the same form.
UNREADABLE = 254
FAR_OUT_OF_SCALE = 255
UNREADABLE_DAY = "'-infinity'::DATE"

# A moment with a time zone is a day in Vietnam, wherever the machine stands: whoever reads one sets this zone.
TIME_ZONE = "SET TimeZone = 'Asia/Ho_Chi_Minh'"

DATE_FORMATS = (
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
)
"""How a day may be written, beside ISO 8601."""
# A day before or after is a slip of the pen or a filler.
YEARS = range(2000, 2101)
_DAYS = f"DATE '{YEARS[0]}-01-01' AND DATE '{YEARS[-1]}-12-31'"

# Blanks, ends of lines and two marks that take no room: those that keyboards, web pages and spreadsheets leave behind.
# Each more makes the reading slower.
_BLANKS = literal(" \t\n\v\f\r\x85\xa0\u202f\u3000\u200b\ufeff")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_EXACT = 2**53  # whole numbers from here on are not told apart as floats


def as_text(column: Column) -> str:
    """Return the value as text in NFC without outer blanks; blank is null.

    Whole numbers kept as floats lose their `.0`; a moment is its day, as YYYY-MM-DD.
    """
    name = identifier(column.source)
    if column.kind == "float":
        whole = f"CASE WHEN {name} = trunc({name}) AND abs({name}) < 1e18 THEN TRY_CAST({name} AS BIGINT)::VARCHAR"
        return f"{whole} WHEN NOT isnan({name}::DOUBLE) THEN {name}::VARCHAR END"
    if column.kind == "date":
        return f"{name}::DATE::VARCHAR"
    if column.kind != "text":
        return f"{name}::VARCHAR"
    # In this order both are done once for each distinct value that a file lists; CASE and regular expressions are not.
    return f"nullif(trim(nfc_normalize({name}::VARCHAR), {_BLANKS}), '')"


def _plain(text: str) -> str:
    """Return a text of the manifest as `as_text` gives those of the files; any blank of Unicode is one here."""
    trimmed = re.sub("^[\\s\u200b\ufeff]+|[\\s\u200b\ufeff]+$", "", text)
    return unicodedata.normalize("NFC", trimmed)


def mapped(text: str, values: Mapping[str, str]) -> str:
    """Return the value that `text` stands for, null where it stands for a blank.

    A text is matched as it is written, then as a number in any writing: 1, 1.0, 01. Values that are not listed pass
    as they stand.
    """
    meant = {_plain(written): _plain(value) for written, value in values.items()}
    if not meant:
        return text
    as_written = [(literal(written), value) for written, value in meant.items()]
    as_number = [
        (number, value) for written, value in meant.items() if (number := _number(written))
    ]
    other = text
    if as_number:
        other = f"CASE TRY_CAST({text} AS DOUBLE) {_cases(as_number)} ELSE {text} END"
    return f"CASE {text} {_cases(as_written)} ELSE {other} END"


def _cases(meant: Sequence[tuple[str, str]]) -> str:
    return " ".join(
        f"WHEN {key} THEN {literal(value) if value else 'NULL::VARCHAR'}" for key, value in meant
    )


def _number(text: str) -> str | None:
    """Return a number that is written in a manifest as a SQL number; null for what is none, or is not kept exactly."""
    if not _NUMBER.fullmatch(text) or abs(float(text)) >= _EXACT:
        return None
    return f"{float(text)!r}::DOUBLE"


def _whole_numbers(codes: Sequence[str]) -> list[str]:
    numbers = (float(code) for code in map(_plain, codes) if _number(code))
    return [str(int(number)) for number in numbers if number.is_integer()]


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
    return f"({text} IN ({literals(map(_plain, codes))}){as_number})"


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


def day(column: Column, values: Mapping[str, str]) -> str:
    """Return a date; null for none, the mark for text that is no date and for a day outside the years 2000 to 2100.

    A moment with a time zone, in a column of its own or written as text, is the day it was in `TIME_ZONE`. `values`
    match a date as YYYY-MM-DD.
    """
    if column.kind == "date" and not values:
        given = read = f"{identifier(column.source)}::DATE"
    else:
        given = mapped(as_text(column), values)
        moment = f"TRY_CAST({given} AS TIMESTAMP WITH TIME ZONE)::DATE"
        read = f"coalesce({moment}, try_strptime({given}, [{literals(DATE_FORMATS)}])::DATE)"
    return f"CASE WHEN {read} BETWEEN {_DAYS} THEN {read} WHEN {given} IS NOT NULL THEN {UNREADABLE_DAY} END"


def weight(column: Column, values: Mapping[str, str]) -> str:
    """Return a weight; null for none, NaN for what is no number from zero up."""
    text = mapped(as_text(column), values)
    value = f"TRY_CAST({text} AS DOUBLE)"
    kept = f"CASE WHEN {value} >= 0 AND isfinite({value}) THEN {value} ELSE 'nan'::DOUBLE END"
    return f"CASE WHEN {text} IS NOT NULL THEN {kept} END"
