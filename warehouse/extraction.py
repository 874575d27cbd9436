"""Which rows and columns of a published view leave the warehouse, and what there is to know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.errors import UsageError
from warehouse.published import PUBLISHED
from warehouse.quoting import identifier
from warehouse.snapshot import Snapshot

_FORM = "form_id"


@dataclass(frozen=True)
class Extraction:
    """Rows of a view, in the order of its key.

    Attributes:
        where: values by column; a column must have one of them, None being an empty value.
        columns: the columns wanted, in order; all if None.
    """

    view: str
    where: Mapping[str, Sequence[object]] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None

    def query(self, snapshot: Snapshot) -> tuple[str, dict[str, object]]:
        """Return the SQL and its parameters; see `Snapshot.query`.

        Raises:
            UsageError: the view or a column does not exist.
        """
        return snapshot.query(self.view, self.columns, self.where)

    def types(self, snapshot: Snapshot) -> dict[str, str]:
        """Map the columns wanted, in order, to their SQL types."""
        known = snapshot.columns(self.view)
        return {name: known[name] for name in self.columns or known}

    def count(self, snapshot: Snapshot) -> int:
        """Return the number of rows."""
        sql, parameters = snapshot.query(self.view, PUBLISHED[self.view].key[:1], self.where)
        found = snapshot.rows(f"SELECT count(*) FROM ({sql})", parameters).fetchone()
        return int(found[0]) if found else 0

    def distinct(self, snapshot: Snapshot, column: str) -> list[object]:
        """Return the values of a column of the view in these rows, sorted; none where the view has no such column."""
        if column not in snapshot.columns(self.view):
            return []
        sql, parameters = snapshot.query(self.view, [column], self.where)
        rows = snapshot.rows(f"SELECT DISTINCT * FROM ({sql}) ORDER BY 1", parameters).fetchall()
        return [value for (value,) in rows if value is not None]


def values(
    snapshot: Snapshot, view: str, columns: Sequence[str], survey: str | None = None
) -> dict[str, list[str]]:
    """Return the values of some columns of a view as texts, each sorted and without empty ones.

    Args:
        survey: where the view has surveys, of this one only.
    """
    known = snapshot.columns(view)
    if not columns:
        return {}
    where = {"survey": [survey]} if survey and "survey" in known else {}
    sql, parameters = snapshot.query(view, columns, where)
    each = ", ".join(
        f"list_sort(list(DISTINCT {name}) FILTER (WHERE {name} IS NOT NULL))::VARCHAR[]"
        for name in map(identifier, columns)
    )
    row = snapshot.rows(f"SELECT {each} FROM ({sql})", parameters).fetchone() or ()
    return {name: list(found or []) for name, found in zip(columns, row, strict=False)}


def lists_forms(snapshot: Snapshot, view: str) -> bool:
    """Tell whether a row of the view is about one form: such lists are for those who keep the data."""
    return _FORM in snapshot.columns(view)


def parsed_columns(snapshot: Snapshot, view: str, told: Sequence[str]) -> tuple[str, ...] | None:
    """Return the columns that NAME,NAME texts name, each once; None (all of them) without any text.

    Raises:
        UsageError: the view or a column does not exist, or a text names none.
    """
    if not told:
        return None
    known = snapshot.columns(view)
    names = [name.strip() for text in told for name in text.split(",")]
    for name in names:
        if name not in known:
            raise UsageError(f"{view} has no column {name!r}; its columns are {', '.join(known)}")
    return tuple(dict.fromkeys(names))


def parsed_conditions(
    snapshot: Snapshot, view: str, conditions: Sequence[str]
) -> dict[str, list[object]]:
    """Return COLUMN=VALUE conditions as values by column; the same column twice means either value.

    Raises:
        UsageError: the view or a column does not exist, or a condition has no `=`.
    """
    known = snapshot.columns(view)
    parsed: dict[str, list[object]] = {}
    for condition in conditions:
        column, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"--where {condition!r} must be written COLUMN=VALUE")
        if column not in known:
            raise UsageError(f"{view} has no column {column!r}; its columns are {', '.join(known)}")
        if not snapshot.can_equal(view, column, value):
            raise UsageError(
                f"--where {condition!r}: {column} is {known[column]}, and {value!r} is none"
            )
        parsed.setdefault(column, []).append(None if value == "" else value)
    return parsed
