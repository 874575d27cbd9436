"""What differs between two snapshots: every published figure that is another one now, and why.

Both are opened for reading beside each other, and all of it is computed in SQL: `sql/release_reason.sql` says why the
figures of a survey differ, `sql/release_difference.sql` which.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb

from warehouse import relations
from warehouse.errors import NotWritten, OlderSnapshot
from warehouse.export import Form, guarded
from warehouse.ledger import Ledger, Release
from warehouse.published import PUBLISHED
from warehouse.quoting import identifier, literal
from warehouse.snapshot import Snapshot
from warehouse.store import Store

if TYPE_CHECKING:
    import polars as pl

# The figures compared, the first of each view being what a row is about.
FIGURES = {
    "satisfaction_index": (
        "index_pct",
        "ci_low_pct",
        "ci_high_pct",
        "satisfied_pct",
        "n_forms",
        "n_answers",
        "n_criteria",
    ),
    "assessment_index": ("index_pct", "n_answers"),
    "expectation_index": ("index_pct", "n_answers"),
    "province_ranking": ("rank", "rank_common"),
    "response_funnel": ("returned", "issued", "valid", "quarantined", "missing"),
}
KEY = ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item", "option")
COLUMNS = (
    *("view", *KEY, "figure", "state", "old_value", "new_value", "difference"),
    *("old_suppressed", "new_suppressed", "reasons"),
)
_NUMBERS = frozenset({"old_value", "new_value", "difference"})
# The country first, and of the rest what moved most.
_TOP = (
    "(state = 'changed') DESC, position > 1, (geo_level = 'nation' AND item_level = 'overall') DESC NULLS LAST,"
    " (item_level = 'overall') DESC NULLS LAST, abs(difference) DESC NULLS LAST, view DESC, "
    + ", ".join(KEY)
)
_SHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class Side:
    """One of the two snapshots that are compared, and the release that it was named by, if it was."""

    snapshot: str
    release: Release | None
    catalogue_hash: str
    code_version: str

    @property
    def name(self) -> str:
        """The release and its status with the snapshot, or the snapshot alone."""
        if self.release is None:
            return self.snapshot
        return f"{self.release.release} ({self.release.status}, {self.snapshot})"


@dataclass(frozen=True)
class Reason:
    """Why figures of a survey differ.

    `new_forms`, `corrected_forms` and `removed_forms` with their number; `other_files` where nothing but numbers
    issued, administrative figures or quarantined forms came; `catalogue`; `code`.
    """

    survey: str
    reason: str
    n: int | None


@dataclass(frozen=True)
class Tally:
    """How many figures of a view changed, or how many of its rows were added or removed (then `figure` is empty)."""

    view: str
    figure: str
    state: str
    n: int


class Difference:
    """The difference of two snapshots, held in memory until it is closed; it may be shared between threads.

    Attributes:
        lacking: what one of them does not have and therefore was not compared, a sentence each.
    """

    def __init__(self, store: Store, old: str, new: str) -> None:
        ledger = Ledger(store)
        self._con = duckdb.connect()
        self.lacking: list[str] = []
        sides = {}
        for side, name in (("old", old), ("new", new)):
            snapshot, release = ledger.resolve(name)
            sides[side] = Snapshot(store.existing(snapshot), None, release)
        try:
            self._old, self._new = (self._attached(side, one) for side, one in sides.items())
            self._compare(sides)
        finally:
            for one in sides.values():
                one.close()

    @property
    def old(self) -> Side:
        """The snapshot compared with."""
        return self._old

    @property
    def new(self) -> Side:
        """The snapshot compared."""
        return self._new

    def close(self) -> None:
        """Let go of both files."""
        self._con.close()

    def _attached(self, side: str, snapshot: Snapshot) -> Side:
        self._con.execute(f"ATTACH {literal(str(snapshot.path))} AS {side}_snapshot (READ_ONLY)")
        made = snapshot.read("snapshot_info").row(0, named=True)
        return Side(
            snapshot.id, snapshot.release, str(made["catalogue_hash"]), str(made["code_version"])
        )

    def _columns(self, side: str, table: str) -> list[str]:
        rows = self._con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = ? ORDER BY column_index",
            [f"{side}_snapshot", table],
        ).fetchall()
        return [name for (name,) in rows]

    def _compare(self, sides: Mapping[str, Snapshot]) -> None:
        had, has = set(self._columns("old", "form")), self._columns("new", "form")
        shared = [name for name in has if name in had - {"delivery", "file", "row", "comment"}]
        answers = ", ".join(map(identifier, shared))
        for side in ("old", "new"):
            self._con.execute(f"""
                CREATE VIEW {side}_form AS
                SELECT survey, form_id, hash({answers}) AS answers FROM {side}_snapshot.form;
                CREATE VIEW {side}_source_file AS FROM {side}_snapshot.source_file;
                CREATE VIEW {side}_snapshot_info AS FROM {side}_snapshot.snapshot_info;
            """)
        self._con.execute(f"CREATE TABLE survey_reason AS {relations.text('release_reason')}")
        taken = {view: found for view in FIGURES if (found := self._take(view, sides))}
        if not taken:
            raise OlderSnapshot(
                f"snapshots {self.old.snapshot} and {self.new.snapshot} have no view in common to compare"
            )
        for side, other in (("old", "new"), ("new", "old")):
            queries = [_figures(view, figures, side, other) for view, figures in taken.items()]
            self._con.execute(f"CREATE TABLE {side}_figure AS {' UNION ALL '.join(queries)}")
        self._con.execute(f"CREATE TABLE difference AS {relations.text('release_difference')}")
        for side in ("old", "new"):  # what is asked later stands in `difference`; the rest can go
            for view in taken:
                self._con.execute(f"DROP TABLE {side}_{view}")
            self._con.execute(f"""
                DROP TABLE {side}_figure;
                DROP VIEW {side}_form;
                DROP VIEW {side}_source_file;
                DROP VIEW {side}_snapshot_info;
                DETACH {side}_snapshot;
            """)

    def _take(self, view: str, sides: Mapping[str, Snapshot]) -> list[str]:
        """Read a view of both snapshots as it is published, small groups hidden; return the figures that both have.

        It is empty where one of them has no such view, or not its key.
        """
        key, figures = PUBLISHED[view].key, FIGURES[view]
        had, has = (list(one.columns(view)) if one.holds(view) else [] for one in sides.values())
        self._note_lacking(view, had, has)
        shared = [name for name in figures if name in had and name in has]
        if figures[0] not in shared or not {*key} <= {*had} & {*has}:
            return []
        hidden = ["suppressed"] if "suppressed" in had and "suppressed" in has else []
        for side, one in sides.items():
            sql, parameters = one.query(view, [*key, *shared, *hidden])
            self._con.execute(f"USE {side}_snapshot")
            taken = sql if hidden else f"SELECT *, NULL::VARCHAR AS suppressed FROM ({sql})"
            self._con.execute(f"CREATE TABLE memory.main.{side}_{view} AS {taken}", parameters)
            self._con.execute("USE memory")
        return shared

    def _note_lacking(self, view: str, had: list[str], has: list[str]) -> None:
        for side, columns in ((self._old, had), (self._new, has)):
            wanted = [*PUBLISHED[view].key, *FIGURES[view]]
            missing = [name for name in wanted if name not in columns] if columns else [view]
            if missing:
                what = view if missing == [view] else f"{', '.join(missing)} of {view}"
                self.lacking.append(f"snapshot {side.snapshot} has no {what}: not compared")

    def reasons(self) -> list[Reason]:
        """Return why the figures of each survey differ."""
        rows = self._rows("SELECT survey, reason, n FROM survey_reason ORDER BY survey, position")
        return [Reason(*row) for row in rows]

    def tallies(self) -> list[Tally]:
        """Return how many figures changed and how many rows were added and removed, by view."""
        rows = self._rows("""
            SELECT view, CASE WHEN state = 'changed' THEN figure ELSE '' END AS figure, state, count(*)
            FROM difference GROUP BY ALL ORDER BY view DESC, state DESC, figure
        """)
        return [Tally(*row) for row in rows]

    def surveys(self, view: str) -> list[str]:
        """Return the surveys of which rows of a view differ."""
        query = (
            f"SELECT DISTINCT survey FROM difference WHERE view = {literal(view)} ORDER BY survey"
        )
        return [survey for (survey,) in self._rows(query)]

    def count(self) -> int:
        """Return how many rows the whole difference has."""
        return int(self._rows("SELECT count(*) FROM difference")[0][0])

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._con.cursor().execute(query).fetchall()

    def top(self, n: int, **equals: str | Sequence[str]) -> pl.DataFrame:
        """Return `n` rows: changes before what came and went, the country's overall index first, then the largest.

        Args:
            equals: values that columns must have, or one of them.
        """
        given = {name: [one] if isinstance(one, str) else list(one) for name, one in equals.items()}
        terms = [f"list_contains(${name}::VARCHAR[], {identifier(name)})" for name in given]
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM difference WHERE {' AND '.join(terms) or 'true'}"
            f" ORDER BY {_TOP} LIMIT {int(n)}"
        )
        return cast("pl.DataFrame", self._con.cursor().sql(query, params=given).pl())

    def write(self, form: Form, out: Path) -> int:
        """Write every row to a file, in the order of view and key; return how many.

        Raises:
            NotWritten: the file cannot be written, or the rows do not fit a sheet.
        """
        order = f"ORDER BY view DESC, {', '.join(KEY)}, position"
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=out.parent, prefix=".difference-") as folder:
                new = Path(folder) / out.name
                if form == "xlsx":
                    self._write_workbook(
                        f"SELECT {', '.join(COLUMNS)} FROM difference {order}", new
                    )
                else:
                    self._copy(form, order, new)
                new.replace(out)
        except OSError as wrong:
            raise NotWritten(f"{out} cannot be written ({wrong.strerror})") from wrong
        return self.count()

    def _copy(self, form: Form, order: str, path: Path) -> None:
        if form == "parquet":
            told = {"old": self.old.name, "new": self.new.name}
            known = ", ".join(f"{name}: {literal(value)}" for name, value in told.items())
            options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{known}}}"
            query = f"SELECT {', '.join(COLUMNS)} FROM difference {order}"
            self._con.cursor().execute(f"COPY ({query}) TO {literal(str(path))} ({options})")
            return
        safe = ", ".join(
            name if name in _NUMBERS else f"{guarded(name)} AS {identifier(name)}"
            for name in COLUMNS
        )
        bare = path.with_suffix(".bare")
        query = f"SELECT {safe} FROM (SELECT * FROM difference {order})"
        self._con.cursor().execute(
            f"COPY ({query}) TO {literal(str(bare))} (FORMAT csv, HEADER true)"
        )
        with bare.open("rb") as read, path.open("wb") as written:
            written.write(b"\xef\xbb\xbf")
            shutil.copyfileobj(read, written)

    def _write_workbook(self, query: str, path: Path) -> None:
        from warehouse.workbook import write_table  # noqa: PLC0415 only this format needs it

        if self.count() > _SHEET_ROWS:
            raise NotWritten(
                f"{path.name}: a sheet holds {_SHEET_ROWS} rows, and there are {self.count()}; choose csv"
            )
        reasons = [
            (one.survey, one.reason if one.n is None else f"{one.reason}: {one.n}")
            for one in self.reasons()
        ]
        notes = [
            ("Bản cũ / Old", self.old.name),
            ("Bản mới / New", self.new.name),
            *reasons,
            *(("Không so sánh / Not compared", sentence) for sentence in self.lacking),
        ]
        write_table(path, COLUMNS, _NUMBERS, self._rows(query), notes)


def _figures(view: str, figures: Sequence[str], side: str, other: str) -> str:
    """Return the query of the rows of a view that the other snapshot does not have just so, a row a figure."""
    key = PUBLISHED[view].key
    listed = ", ".join(
        f"{{'figure': {literal(name)}, 'position': {position}, 'value': {identifier(name)}::DOUBLE}}"
        for position, name in enumerate(figures, start=1)
    )
    values = {name: f"coalesce({identifier(name)}::VARCHAR, '')" for name in key}
    if "province" in key:
        values |= {"geo_level": "'province'", "geo_code": values["province"]}
    named = ", ".join(f"{values.get(name, literal(''))} AS {identifier(name)}" for name in KEY)
    return (
        f"SELECT {literal(view)} AS view, {named}, one.figure, one.position, one.value AS figure_value, suppressed,"
        f" true AS is_there FROM (SELECT *, unnest([{listed}]) AS one"
        f" FROM (FROM {side}_{view} EXCEPT FROM {other}_{view}))"
    )
