"""A supposed lift of one item in one place: what it would make of the indices above it and of the cells."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from warehouse import masking, relations

CONSEQUENCES = ("what_if_index", "what_if_cell")
"""The relations that say what would follow: `sql/what_if_index.sql` and `sql/what_if_cell.sql` say what they hold."""


@dataclass(frozen=True)
class Supposition:
    """What is supposed: every criterion below `item` higher, by points or by people who move up a step.

    Ours, on Plan 1111/KH-BHXH, IV.2.2; see `sql/lifted_criterion.sql`.
    """

    survey: str
    geography: str
    geo_level: str
    geo_code: str
    channel: str
    item: str
    """A criterion, or any level above: a factor, a service group, a content, a family, `overall`."""
    points: float
    """Points on the scale of the index, 0-100."""
    people: float
    """Of a hundred who answered, how many answer one step higher."""
    target_pct: float
    """The index against which the cells are held."""

    @property
    def slice(self) -> tuple[str, str, str, str, str]:
        """The slice that it is about."""
        return (self.survey, self.geography, self.geo_level, self.geo_code, self.channel)

    @property
    def parameters(self) -> dict[str, object]:
        """The values that the text of `supposed_query` is bound to."""
        return asdict(self)


def supposed_query(keys: str | None) -> str:
    """Return the SQL of all consequences: its parameters are the fields of a `Supposition`.

    Each row is of one of them: the column of its name holds it, the others are empty. They rest on the same criteria,
    and to plan them together takes half as long.

    Args:
        keys: SQL for the keys of hidden slices, which are not counted: the supposition can be put so that they alone
            change; None where nothing is hidden.
    """
    types = {"float": "DOUBLE", "str": "VARCHAR"}
    given = ", ".join(
        f"${field.name}::{types[str(field.type)]} AS {field.name}" for field in fields(Supposition)
    )
    each = " UNION ALL BY NAME ".join(
        f"SELECT {name} FROM ({relations.text(name)}) AS {name}" for name in CONSEQUENCES
    )
    measured = "satisfaction_index"
    hidden = masking.row_is_hidden(measured, keys) if keys else "false"
    return (
        f"WITH supposition AS (SELECT {given}),"
        f" {measured} AS (SELECT * FROM main.{measured} AS read WHERE NOT {hidden}),"
        f" lifted_criterion AS ({relations.text('lifted_criterion')})"
        f" SELECT * FROM ({each}) AS consequence ORDER BY ALL"
    )
