"""What kind of value a column of a published view holds, by which a spreadsheet and a page write it."""

from __future__ import annotations

from typing import Literal

Measure = Literal["text", "flag", "date", "label", "count", "points", "score", "probability"]

# Whole numbers that name something: no thousands are set apart in a year or a rank.
_NAMES = frozenset(
    {"option", "point", "row", "position", "rank", "band", "sort", "decimals", "scale_points"}
)
_NAME_ENDS = ("year", "_row", "_col", "rank", "_low", "_high", "_common", "_groups")
_WHOLE = frozenset(
    f"{sign}{size}"
    for sign in ("", "U")
    for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_OTHERS: dict[str, Measure] = {"BOOLEAN": "flag", "DATE": "date"}
_PROBABILITIES = frozenset({"p_value", "p_adjusted", "change_p_value", "like_for_like_p_value"})
_INDICES = frozenset({"value_pct", "satisfied_pct", "share_pct", "pooled_pct", "other_pct"})


def measure_of(column: str, sql_type: str) -> Measure:
    """Return what a column holds.

    `label` is a number that names (a year, a rank), `count` one that counts; `points` are indices, shares and
    differences on the scale 0-100, `score` any other real number.
    """
    if sql_type in _WHOLE:
        counted = column.startswith("n_") or not (column in _NAMES or column.endswith(_NAME_ENDS))
        return "count" if counted else "label"
    if sql_type != "DOUBLE":
        return _OTHERS.get(sql_type, "text")
    if column in _PROBABILITIES:
        return "probability"
    if column.startswith("reached_year"):
        return "label"
    return "points" if column.endswith("_pct") else "score"


def is_index(column: str) -> bool:
    """Tell whether a column holds an index or a share, 0-100, that a bar from zero can show."""
    return column.endswith("index_pct") or column in _INDICES
