"""Conditions on the rows of a view and on the people whose forms count, as SQL with bound parameters."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from warehouse.errors import UsageError
from warehouse.quoting import identifier

Value = object
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT")
SLICE_KEYS = ("survey", "geography", "geo_level", "geo_code", "channel")


def domain(
    people: Mapping[str, Value], where: Mapping[str, Value], parameters: dict[str, Value]
) -> tuple[str, str, str]:
    """Return the conditions on people, slices and surveys that a filter sets, adding values to `parameters`."""
    types = dict.fromkeys(SLICE_KEYS, "VARCHAR")
    keys = {name: value for name, value in where.items() if name in SLICE_KEYS}
    survey = {name: value for name, value in keys.items() if name == "survey"}
    return (
        condition(people, parameters),
        condition(keys, parameters, types),
        condition(survey, parameters, types),
    )


def values(value: Value) -> list[Value]:
    """Return the values of a condition: one, or any of several."""
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def one_value_each(people: Mapping[str, Value]) -> dict[str, str]:
    """Return the value asked for of each characteristic.

    Raises:
        UsageError: several, or those who did not state it: no slice of people is made so.
    """
    for name, value in people.items():
        if not isinstance(value, str):
            raise UsageError(f"people are chosen by one value of {name!r}, not by {value!r}")
    return {name: str(value) for name, value in people.items()}


def condition(
    equals: Mapping[str, Value],
    parameters: dict[str, Value],
    types: Mapping[str, str] | None = None,
) -> str:
    """Return SQL for "each column equals its value, or any of its values", adding the values to `parameters`."""
    terms = []
    for name, value in equals.items():
        wanted = values(value)
        given = [one for one in wanted if one is not None]
        either = []
        if given:
            slot = f"p{len(parameters)}"
            parameters[slot] = given
            cast = f"::{types[name]}[]" if types else ""
            either.append(f"list_contains(${slot}{cast}, {identifier(name)})")
        if len(given) < len(wanted):
            either.append(f"{identifier(name)} IS NULL")
        terms.append(f"({' OR '.join(either) or 'false'})")
    return " AND ".join(terms) or "true"


def can_be(con: duckdb.DuckDBPyConnection, kind: str, text: str) -> bool:
    """Tell whether a text reads as a value of a SQL type, or as none."""
    is_value = f"TRY_CAST($text AS {kind}) IS NOT NULL"
    if kind in _WHOLE:  # a cast to a whole number rounds, and 2025.4 is no year
        is_value += f" AND coalesce(TRY_CAST($text AS DOUBLE) = TRY_CAST($text AS {kind}), true)"
    row = con.execute(f"SELECT {is_value}", {"text": text}).fetchone()
    return text == "" or bool(row and row[0])


def counted_columns(
    con: duckdb.DuckDBPyConnection, slices: str, parameters: Mapping[str, Value]
) -> str:
    """Return the columns of the forms that make the indices of some slices: the cell, and the criteria answered.

    The counting finds its columns by their names, and asks for one of each kind.
    """
    rows = con.execute(
        f"""
        SELECT DISTINCT survey.instrument || '/' || answered.item
        FROM (SELECT survey, item FROM satisfaction_index WHERE item_level = 'criterion' AND {slices}) AS answered
        INNER JOIN survey USING (survey)
        """,
        {name: value for name, value in parameters.items() if f"${name}::" in slices},
    ).fetchall()
    names = [name for name, *_ in con.execute("DESCRIBE main.form").fetchall()]
    interval = [name for name in names if "/" in name and not name.endswith("]")]
    nominal = [name for name in names if name.endswith("]")]
    chosen = sorted(name for (name,) in rows) or interval[:1]
    return ", ".join(
        ["survey, province, office, channel, venue", *map(identifier, [*chosen, *nominal[:1]])]
    )
