"""Reading a published snapshot: rows of its views, as they stand or recomputed for some of the people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from warehouse import relations
from warehouse.codeversion import code_version
from warehouse.errors import HailongError, OlderSnapshot, UsageError
from warehouse.ledger import Ledger, Release
from warehouse.plan import TEXT_COLUMNS
from warehouse.quoting import identifier
from warehouse.store import Store, opened
from warehouse.supposition import Consequence, Supposition, supposed_query

if TYPE_CHECKING:
    import polars as pl

Value = object
SLICE_KEYS = ("survey", "geography", "geo_level", "geo_code", "channel")
PEOPLE = tuple(name for name in TEXT_COLUMNS if name not in {"comment", "office"})


class Snapshot:
    """A published snapshot, open for reading; it may be shared between threads.

    Args:
        path: its database file.
        built_at: when it was built.
        release: the release that it is opened as, where it is opened as one.
    """

    def __init__(
        self, path: Path, built_at: datetime | None = None, release: Release | None = None
    ) -> None:
        self.id = path.stem
        self.path = path
        self.built_at = built_at
        self.release = release
        self._con = opened(path)
        self._columns: dict[str, dict[str, str]] = {}

    @property
    def label(self) -> str:
        """What it is called in the names of files: its identity, after release and status where it is opened as one."""
        if self.release is None:
            return self.id
        return f"{self.release.release}-{self.release.status}_{self.id}"

    def close(self) -> None:
        """Close the database file."""
        self._con.close()

    def columns(self, view: str) -> dict[str, str]:
        """Map the columns of a published view, in order, to their SQL types.

        Raises:
            UsageError: there is no such view.
            OlderSnapshot: an older version built the snapshot, which had no such view.
        """
        if view not in relations.PUBLISHED:
            raise UsageError(
                f"there is no view {view!r}; the views are {', '.join(sorted(relations.PUBLISHED))}"
            )
        if view not in self._columns:
            try:
                rows = self._con.cursor().execute(f"DESCRIBE {view}").fetchall()
            except duckdb.CatalogException as wrong:
                raise self._older(f"has no view {view!r}") from wrong
            self._columns[view] = {name: sql_type for name, sql_type, *_ in rows}
        return self._columns[view]

    def _without(self, view: str, name: str) -> HailongError:
        if name in relations.column_comments() and self.is_older:
            return self._older(f"has no column {name!r} in {view}")
        known = ", ".join(self.columns(view))
        return UsageError(f"{view} has no column {name!r}; its columns are {known}")

    @cached_property
    def is_older(self) -> bool:
        """Whether another version of the code built it: its views may differ from those of this one."""
        row = self._con.cursor().execute("SELECT code_version FROM snapshot_info").fetchone()
        return row is None or row[0] != code_version()

    @contextmanager
    def _as_built(self) -> Iterator[None]:
        """Say so where the formulas of today ask an older snapshot for what it has not."""
        try:
            yield
        except (duckdb.CatalogException, duckdb.BinderException) as wrong:
            if not self.is_older:
                raise
            raise self._older("does not hold what these formulas need") from wrong

    def _older(self, lack: str) -> OlderSnapshot:
        return OlderSnapshot(
            f"snapshot {self.id} {lack}: another version of the program built it; load its deliveries again, or read it"
            " with that version"
        )

    def holds(self, view: str) -> bool:
        """Tell whether the snapshot has a published view: one that an older version built may lack it."""
        if view not in relations.PUBLISHED:
            return False
        found = "SELECT 1 FROM information_schema.tables WHERE table_name = ?"
        return self._con.cursor().execute(found, [view]).fetchone() is not None

    def comments(self, view: str) -> dict[str, str]:
        """Map the columns of a published view to what each means."""
        rows = (
            self._con.cursor()
            .execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
                [view],
            )
            .fetchall()
        )
        return dict(rows)

    def query(
        self,
        view: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Value] | None = None,
        people: Mapping[str, Value] | None = None,
    ) -> tuple[str, dict[str, Value]]:
        """Return the SQL and the parameters that give rows of `view` in the order of its key.

        Args:
            view: a published view.
            columns: the columns wanted; all by default.
            where: values that columns must equal; a list means any of them, None an empty value.
            people: the same over the respondents' characteristics; the view is then recomputed from their forms.

        Raises:
            UsageError: the view, a column or a characteristic does not exist.
        """
        known = self.columns(view)
        wanted = list(columns) if columns is not None else list(known)
        for name in [*wanted, *(where or {})]:
            if name not in known:
                raise self._without(view, name)
        for name in people or {}:
            if name not in PEOPLE:
                raise UsageError(
                    f"there is no characteristic {name!r}; there are {', '.join(PEOPLE)}"
                )
        if people and view not in relations.FILTERED:
            raise UsageError(f"{view} does not depend on who answered and cannot be filtered by it")
        parameters: dict[str, Value] = {}
        source = view
        if people:
            who, slices, surveys = _domain(people, where or {}, parameters)
            counted = self._counted(slices, parameters) if view == "satisfaction_index" else "*"
            source = f"({relations.filtered_query(view, who, slices, surveys, counted)})"
        condition = _condition(where or {}, parameters, known)
        order = ", ".join(
            f"{identifier(name)} NULLS FIRST" for name in relations.PUBLISHED[view].key
        )
        shown = ", ".join(identifier(name) for name in wanted)
        return f"SELECT {shown} FROM {source} WHERE {condition} ORDER BY {order}", parameters

    def _counted(self, slices: str, parameters: Mapping[str, Value]) -> str:
        """Return the columns of the forms that make the indices of some slices: the cell, and the criteria answered.

        The counting finds its columns by their names, and asks for one of each kind.
        """
        cursor = self._con.cursor()
        rows = cursor.execute(
            f"""
            SELECT DISTINCT survey.instrument || '/' || answered.item
            FROM (SELECT survey, item FROM satisfaction_index WHERE item_level = 'criterion' AND {slices}) AS answered
            INNER JOIN survey USING (survey)
            """,
            {name: value for name, value in parameters.items() if f"${name}::" in slices},
        ).fetchall()
        names = [name for name, *_ in cursor.execute("DESCRIBE main.form").fetchall()]
        interval = [name for name in names if "/" in name and not name.endswith("]")]
        nominal = [name for name in names if name.endswith("]")]
        chosen = sorted(name for (name,) in rows) or interval[:1]
        return ", ".join(
            ["survey, province, office, channel, venue", *map(identifier, [*chosen, *nominal[:1]])]
        )

    def read(
        self, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """Return rows of a published view as a frame, in the order of its key; see `query`."""
        return _frame(self._con.cursor(), *self.query(view, columns, equals))

    def first(
        self, n: int, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """Return the first `n` rows of `read`."""
        sql, parameters = self.query(view, columns, equals)
        found = self._con.cursor().sql(f"{sql} LIMIT {int(n)}", params=dict(parameters))
        return cast("pl.DataFrame", found.pl())

    def filtered(
        self,
        view: str,
        people: Mapping[str, Value],
        columns: Sequence[str] | None = None,
        **equals: Value,
    ) -> pl.DataFrame:
        """Return rows of a view recomputed from the forms of some of the people, by the same formulas.

        Their sampling errors are those of a domain: the design stays that of all forms.
        """
        # Brings numpy, which reading a snapshot does not need.
        from warehouse.precision import Domain, create_error_table

        cursor = self._con.cursor()
        sql, parameters = self.query(view, columns, equals, people)
        if view == "satisfaction_index":
            named: dict[str, Value] = {}
            who, slices, _ = _domain(people, equals, named)
            domain = Domain(people=who, slices=slices, parameters=named)
        else:  # no column of the other views depends on the errors
            domain = Domain(slices="false")
        with self._as_built():
            create_error_table(cursor, relations.FILTERED_ERROR, domain, temporary=True)
            return _frame(cursor, sql, parameters)

    def what_if(self, consequence: Consequence, supposition: Supposition) -> pl.DataFrame:
        """Return what would follow if one item of a place were higher: arithmetic, no forecast.

        One row an index above the criteria (`what_if_index`), or two rows of counts of cells, as measured
        and with the lift (`what_if_cell`); none where nothing was measured.
        """
        with self._as_built():
            return _frame(self._con.cursor(), supposed_query(consequence), supposition.parameters)

    def can_equal(self, view: str, column: str, value: str) -> bool:
        """Tell whether the text `value` reads as a value of the column's type."""
        row = (
            self._con.cursor()
            .execute(f"SELECT TRY_CAST(? AS {self.columns(view)[column]})", [value])
            .fetchone()
        )
        return value == "" or bool(row and row[0] is not None)

    def copy(self, sql: str, parameters: Mapping[str, Value], target: str) -> int:
        """Stream the rows of a query made by `query` into a file; return how many."""
        row = self._con.cursor().execute(f"COPY ({sql}) TO {target}", dict(parameters)).fetchone()
        return int(row[0]) if row else 0

    def rows(self, sql: str, parameters: Mapping[str, Value]) -> duckdb.DuckDBPyConnection:
        """Run a query made by `query` on a cursor of its own, to fetch from in batches."""
        return self._con.cursor().execute(sql, dict(parameters))


def _frame(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Value]
) -> pl.DataFrame:
    return cast("pl.DataFrame", con.sql(sql, params=dict(parameters)).pl())


def _domain(
    people: Mapping[str, Value], where: Mapping[str, Value], parameters: dict[str, Value]
) -> tuple[str, str, str]:
    """Return the conditions on people, slices and surveys that a filter sets, adding values to `parameters`."""
    types = dict.fromkeys(SLICE_KEYS, "VARCHAR")
    keys = {name: value for name, value in where.items() if name in SLICE_KEYS}
    survey = {name: value for name, value in keys.items() if name == "survey"}
    return (
        _condition(people, parameters),
        _condition(keys, parameters, types),
        _condition(survey, parameters, types),
    )


def _condition(
    equals: Mapping[str, Value],
    parameters: dict[str, Value],
    types: Mapping[str, str] | None = None,
) -> str:
    """Return SQL for "each column equals its value, or any of its values", adding the values to `parameters`."""
    terms = []
    for name, value in equals.items():
        values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        given = [one for one in values if one is not None]
        either = []
        if given:
            slot = f"p{len(parameters)}"
            parameters[slot] = given
            cast = f"::{types[name]}[]" if types else ""
            either.append(f"list_contains(${slot}{cast}, {identifier(name)})")
        if len(given) < len(values):
            either.append(f"{identifier(name)} IS NULL")
        terms.append(f"({' OR '.join(either) or 'false'})")
    return " AND ".join(terms) or "true"


def open_snapshot(folder: Path, snapshot: str | None = None) -> Snapshot:
    """Open a snapshot of the warehouse `folder`, by default the one that serves.

    Raises:
        NoSnapshot: nothing was loaded yet.
        UnknownSnapshot: there is no such snapshot.
    """
    store = Store(folder)
    path = store.existing(snapshot)
    return Snapshot(path, store.built_at(path.stem))


def open_release(folder: Path, name: str) -> Snapshot:
    """Open the snapshot that a release of the warehouse `folder` stands for, or that `name` is the identity of.

    Raises:
        UnknownRelease, UnknownSnapshot: there is no such release or snapshot.
    """
    store = Store(folder)
    snapshot, release = Ledger(store).resolve(name)
    return Snapshot(store.existing(snapshot), store.built_at(snapshot), release)


def open_current(folder: Path) -> Snapshot:
    """Open the snapshot that serves in the warehouse `folder`; see `open_snapshot`."""
    return open_snapshot(folder)
