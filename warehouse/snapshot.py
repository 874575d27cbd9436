"""Reading a published snapshot: rows of its views, as they stand or recomputed for some of the people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb

from warehouse import masking, relations
from warehouse.catalogue import read_catalogue
from warehouse.codeversion import code_version
from warehouse.conditions import (
    Value,
    can_be,
    condition,
    counted_columns,
    domain,
    one_value_each,
    values,
)
from warehouse.copying import copied
from warehouse.errors import HailongError, OlderSnapshot, UsageError
from warehouse.frames import frame
from warehouse.ledger import Release
from warehouse.plan import PEOPLE
from warehouse.quoting import identifier
from warehouse.store import opened
from warehouse.supposition import CONSEQUENCES, Supposition, supposed_query

if TYPE_CHECKING:
    import polars as pl

    from warehouse.disclosure import Disclosure
    from warehouse.groups import Groups


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
        # What those who read it remember of it, by a name of theirs; it goes when the snapshot does.
        self.memo: dict[str, Any] = {}

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
        own = self._own_columns(view)
        return own | masking.added(view, own)

    @cached_property
    def _hidden_depths(self) -> frozenset[int] | None:
        """Of how many parts the keys of hidden slices are; None where an older version left hiding to the reader."""
        if "hidden_slice" not in self._tables():
            return None
        rows = self._con.cursor().execute(masking.STORED).fetchall()
        return masking.depths(key for (key,) in rows)

    def _tables(self) -> set[str]:
        rows = self._con.cursor().execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        )
        return {name for (name,) in rows.fetchall()}

    def _own_columns(self, view: str) -> dict[str, str]:
        if view not in self._columns:
            try:
                rows = self._con.cursor().execute(f"DESCRIBE main.{view}").fetchall()
            except duckdb.CatalogException as wrong:
                raise self._older(f"has no view {view!r}") from wrong
            self._columns[view] = {name: sql_type for name, sql_type, *_ in rows}
        return self._columns[view]

    @cached_property
    def disclosure(self) -> Disclosure:
        """Which slices of people are hidden, by the limit that the snapshot was built with."""
        # Brings numpy, which most readings do without: what is hidden for everybody stands in the snapshot.
        from warehouse.disclosure import Disclosure

        if self.holds("settings"):
            sql = "SELECT suppress_below_forms FROM settings"
            (below,) = self._con.cursor().execute(sql).fetchone() or (0,)
        else:  # older than the table
            below = read_catalogue().settings.suppress_below_forms
        return Disclosure(self._con, below)

    @cached_property
    def _groups(self) -> Groups:
        from warehouse.groups import Groups

        return Groups(self._con, self.disclosure)

    def _hidden(
        self, view: str, where: Mapping[str, Value], people: Mapping[str, Value]
    ) -> list[str]:
        """Return the keys of the hidden slices that rows of a view may stand in."""
        if not masking.places(view) or self.disclosure.below == 0:
            return []
        who = one_value_each(people)
        asked = values(where["survey"]) if "survey" in where else self.disclosure.surveys()
        with self._as_built():
            return sorted(self.disclosure.hidden(who, asked, view == "respondent_profile"))

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
        return view in relations.PUBLISHED and view in self._tables()

    def comments(self, view: str) -> dict[str, str]:
        """Map the columns of a published view to what each means."""
        rows = (
            self._con.cursor()
            .execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?"
                " ORDER BY column_index",
                [view],
            )
            .fetchall()
        )
        return dict(rows) | {
            name: relations.column_comments()[name]
            for name in masking.added(view, self._own_columns(view))
        }

    def query(
        self,
        view: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Value] | None = None,
        people: Mapping[str, Value] | None = None,
    ) -> tuple[str, dict[str, Value]]:
        """Return the SQL and the parameters that give rows of `view` in the order of its key.

        The figures of slices of too few people are empty and the column `suppressed` says why; the rows stay.

        Args:
            view: a published view.
            columns: the columns wanted; all by default.
            where: values that columns must equal; a list means any of them, None an empty value.
            people: one value for each of at most two characteristics of the respondents; the view is then
                recomputed from their forms. Where nothing is ever hidden, any number of both.

        Raises:
            UsageError: the view, a column or a characteristic does not exist, or so many characteristics at once
                leave too few people.
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
        # Of what says which row it is, the condition stands inside: emptying figures is left to the rows wanted.
        fixed = {n: v for n, v in (where or {}).items() if not masking.is_figure(view, n)}
        figures = {n: v for n, v in (where or {}).items() if n not in fixed}
        rows = condition(fixed, parameters, known)
        source = self._masked(view, rows, where or {}, people or {}, parameters)
        kept = condition(figures, parameters, known)
        order = ", ".join(
            f"{identifier(name)} NULLS FIRST" for name in relations.PUBLISHED[view].key
        )
        shown = ", ".join(identifier(name) for name in wanted)
        return f"SELECT {shown} FROM {source} WHERE {kept} ORDER BY {order}", parameters

    def _masked(
        self,
        view: str,
        rows: str,
        where: Mapping[str, Value],
        people: Mapping[str, Value],
        parameters: dict[str, Value],
    ) -> str:
        """Return some rows of the view, recomputed for some of the people, with hidden slices emptied."""
        own = self._own_columns(view)
        source = f"main.{view}"
        if self._hidden_depths is not None and not people:
            keys = masking.STORED if masking.concerns(view, self._hidden_depths) else None
        elif hidden := self._hidden(view, where, people):
            keys, parameters[masking.PARAMETER] = masking.GIVEN, hidden
        else:
            keys = None
        if people:
            who, slices, surveys = domain(people, where, parameters)
            counted = "*"
            if view == "satisfaction_index":
                counted = counted_columns(self._con.cursor(), slices, parameters)
            source = f"({relations.filtered_query(view, who, slices, surveys, counted)})"
            if keys:
                source = f"({masking.with_hidden_rows(view, source)})"
        return f"({masking.masked(view, f'(SELECT * FROM {source} WHERE {rows})', own, keys)})"

    def read(
        self, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """Return rows of a published view as a frame, in the order of its key; see `query`."""
        return frame(self._con.cursor(), *self.query(view, columns, equals))

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
            who, slices, _ = domain(people, equals, named)
            counted = Domain(people=who, slices=slices, parameters=named)
        else:  # no column of the other views depends on the errors
            counted = Domain(slices="false")
        with self._as_built():
            create_error_table(cursor, relations.FILTERED_ERROR, counted, temporary=True)
            return frame(cursor, sql, parameters)

    def satisfaction_by(self, characteristic: str, **asked: str) -> pl.DataFrame:
        """Return the satisfaction indices of each group of people in a slice; see `Groups.satisfaction`.

        Args:
            asked: survey, geography, geo_level, geo_code and channel of the slice, all five.

        Raises:
            UsageError: there is no such characteristic, or the slice is of an office.
        """
        with self._as_built():
            return self._groups.satisfaction(characteristic, asked)

    def what_if(self, supposition: Supposition) -> dict[str, pl.DataFrame]:
        """Return what would follow if one item of a place were higher: arithmetic, no forecast.

        One row an index above the criteria in `what_if_index`, and two rows of counts of cells, as measured and with
        the lift, in `what_if_cell`; none where nothing was measured.
        """
        with self._as_built():
            concerned = masking.concerns("satisfaction_index", self._hidden_depths or frozenset())
            sql = supposed_query(masking.STORED if concerned else None)
            if self.disclosure.hides(supposition.slice):
                sql = f"SELECT * FROM ({sql}) WHERE false"
            rows = frame(self._con.cursor(), sql, supposition.parameters)
            return {name: rows.select(name).drop_nulls().unnest(name) for name in CONSEQUENCES}

    def can_equal(self, view: str, column: str, value: str) -> bool:
        """Tell whether the text `value` reads as a value of the column's type."""
        return can_be(self._con.cursor(), self.columns(view)[column], value)

    def copy(
        self,
        sql: str,
        parameters: Mapping[str, Value],
        target: str,
        progress: Callable[[float], None] | None = None,
    ) -> int:
        """Stream the rows of a query made by `query` into a file; return how many.

        Args:
            progress: told, while it is written, what share of the work is done.
        """
        return copied(self._con.cursor(), f"COPY ({sql}) TO {target}", dict(parameters), progress)

    def rows(self, sql: str, parameters: Mapping[str, Value]) -> duckdb.DuckDBPyConnection:
        """Run a query made by `query` on a cursor of its own, to fetch from in batches."""
        return self._con.cursor().execute(sql, dict(parameters))
