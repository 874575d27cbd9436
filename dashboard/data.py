"""Reads of the published views, remembered for as long as their snapshot is the current one.

Everything here returns columns of a view as they stand; rows are picked, sorted, counted and labelled, an
index is never added, averaged or subtracted.
"""

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import polars as pl

from dashboard.format import Language
from warehouse import Snapshot, open_release, open_snapshot
from warehouse.ledger import Ledger, Release
from warehouse.masking import SUPPRESSED, is_figure
from warehouse.published import PUBLISHED
from warehouse.store import Store

WAREHOUSE_VARIABLE = "HAILONG_WAREHOUSE"
DEFAULT_WAREHOUSE = Path("data") / "warehouse"

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]
Made = TypeVar("Made")
MOST_KEPT = 4096
# Every view of six surveys, some 220 MB.
MOST_WHOLE = 160
# Of these one row is asked for, or the days of one place; whole they are long or slow to make.
NEVER_WHOLE = ("index_formula", "fieldwork_curve")


def warehouse_folder() -> Path:
    """The warehouse that is served: the environment's, else the one below the current folder."""
    return Path(os.environ.get(WAREHOUSE_VARIABLE) or DEFAULT_WAREHOUSE)


@dataclass(frozen=True)
class Source:
    """One snapshot, read through a cache in the language of the page."""

    snapshot: Snapshot
    language: Language
    shown_only: bool = False
    """Whether rows whose figures are hidden to protect people are left out by `read`: a page says of them that they
    are hidden, and else has nothing to draw. Asked for `suppressed`, or for no figure, it gives them all the same."""

    def read(
        self, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """Rows of `view` in the order of its key, `columns` of them or all.

        Each column named in `equals` must have its value, or one of its values.
        """
        chosen = _tuple(columns)
        key = ("read", view, chosen, tuple(sorted(equals.items())))
        opened = self.shown_only and self._leaves_out(view, chosen)
        return self.once(key, lambda: _read(self.snapshot, view, chosen, equals, opened))

    def hides(self, view: str) -> bool:
        """Whether figures of the view may be hidden, so that it tells of each row in `suppressed`."""
        return self.once(("hides", view), lambda: SUPPRESSED in self.snapshot.columns(view))

    def hidden(self, view: str, column: str, **equals: Value) -> set[str]:
        """The values of a column in the rows of `view` whose figures are hidden."""
        if not self.hides(view):
            return set()
        rows = self.read(view, [column, SUPPRESSED], **equals)
        return set(rows.filter(pl.col(SUPPRESSED).is_not_null())[column])

    def _leaves_out(self, view: str, columns: tuple[str, ...] | None) -> bool:
        """Whether figures that may be hidden are asked for, and not whether they are."""
        if not self.hides(view):
            return False
        if columns is None:
            return True
        return SUPPRESSED not in columns and any(is_figure(view, name) for name in columns)

    def satisfaction_by(self, characteristic: str, **asked: str) -> pl.DataFrame:
        """The satisfaction indices of each group of people in a slice; see `Snapshot.satisfaction_by`."""
        key = ("satisfaction_by", characteristic, tuple(sorted(asked.items())))
        return self.once(key, lambda: self.snapshot.satisfaction_by(characteristic, **asked))

    def first(
        self, n: int, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """The first `n` rows of `read`: of a view that may have as many rows as there are forms."""
        chosen = _tuple(columns)
        key = ("first", n, view, chosen, tuple(sorted(equals.items())))
        return self.once(key, lambda: self.snapshot.first(n, view, chosen, **equals))

    def holds(self, view: str) -> bool:
        """Whether the snapshot has the view: one that an older version built may lack it."""
        return self.once(("holds", view), lambda: self.snapshot.holds(view))

    def labelled(self, view: str, columns: Sequence[str], **equals: Value) -> pl.DataFrame:
        """`read`, with the label in the page's language as the column `label`."""
        label = f"label_{self.language}"
        chosen = [*columns, label]
        key = ("labelled", view, tuple(chosen), tuple(sorted(equals.items())))
        return self.once(key, lambda: self.read(view, chosen, **equals).rename({label: "label"}))

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` made of this snapshot under `key`, for all sessions; it must never be changed.

        Args:
            key: says everything that the thing depends on, the language too if it does.
        """
        things, _ = _kept_of(self.snapshot)
        made: Made = things.once((self.shown_only, key), make)
        return made


class Kept:
    """What was made, by what it was made from; what was asked for the longest ago goes first.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._made: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self._made)

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` made under `key`; two who ask at once for what is not there yet both make it."""
        with self._lock:
            if key in self._made:
                self._made[key] = self._made.pop(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._most:
                del self._made[next(iter(self._made))]
        return made


def _kept_of(snapshot: Snapshot) -> tuple[Kept, Kept]:
    """What pages made of a snapshot, and the rows of its views that are read whole.

    Not in Streamlit's cache: that one takes longer to work out its key than a page may take for all its readings.
    """
    kept: tuple[Kept, Kept] | None = snapshot.memo.get(__name__)
    return kept or snapshot.memo.setdefault(__name__, (Kept(MOST_KEPT), Kept(MOST_WHOLE)))


def is_whole(view: str) -> bool:
    """Whether a survey's rows of a view in a geography are read whole: they do not grow with the forms."""
    return PUBLISHED[view].key[:2] == ("survey", "geography") and view not in NEVER_WHOLE


@dataclass(frozen=True)
class Whole:
    """A survey's rows of a view in a geography, with all columns, in the order of the key.

    A page asks for dozens of handfuls of rows, and the database takes some milliseconds to plan each; to pick them out
    of what is at hand takes a tenth of that.
    """

    rows: pl.DataFrame
    place: tuple[str, ...]
    """The columns that say of which place a row is; none if the view has no such."""
    runs: Mapping[tuple[Value, ...], tuple[int, int]]
    """Where the rows of each place start and how many they are: they stand together."""

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Whole":
        """The rows with the runs of their places."""
        level = [name for name in ("geo_level", "geo_code") if name in rows.columns]
        place = tuple(level or [name for name in ("province",) if name in rows.columns])
        if not place:
            return cls(rows, (), {})
        lengths = rows.group_by(place, maintain_order=True).len().rows()
        starts = accumulate((n for *_, n in lengths), initial=0)
        runs = {tuple(key): (at, n) for at, (*key, n) in zip(starts, lengths, strict=False)}
        return cls(rows, place, runs)

    def having(self, equals: Mapping[str, Value], opened: bool) -> pl.DataFrame:
        """The rows whose columns have the value, or one of the values, that each must equal.

        Args:
            opened: only those whose figures are not hidden.
        """
        rows, rest = self.rows, dict(equals)
        place = tuple(rest.get(name, ()) for name in self.place)
        if place and all(isinstance(value, str) for value in place):
            rows = rows.slice(*self.runs.get(place, (0, 0)))
            for name in self.place:
                del rest[name]
        chosen = [
            pl.col(name).is_in(value) if isinstance(value, tuple) else pl.col(name) == value
            for name, value in rest.items()
        ]
        if opened:
            chosen.append(pl.col(SUPPRESSED).is_null())
        return rows.filter(*chosen) if chosen else rows


def whole(snapshot: Snapshot, view: str, survey: str, geography: str) -> Whole:
    """A survey's rows of a view that `is_whole`."""
    _, wholes = _kept_of(snapshot)
    made: Whole = wholes.once(
        (view, survey, geography),
        lambda: Whole.of(snapshot.read(view, None, survey=survey, geography=geography)),
    )
    return made


def _read(
    snapshot: Snapshot,
    view: str,
    columns: tuple[str, ...] | None,
    equals: Mapping[str, Value],
    opened: bool,
) -> pl.DataFrame:
    """`Snapshot.read`, picked out of the whole where one survey or several are asked for in one geography.

    Args:
        opened: only the rows whose figures are not hidden.
    """
    rows = _picked(snapshot, view, equals, {*(columns or ())}, opened)
    if rows is None:  # or something is wrong with the question, and the snapshot says what
        wanted = (*columns, SUPPRESSED) if columns is not None and opened else columns
        rows = snapshot.read(view, wanted, **equals)
        if opened:
            rows = rows.filter(pl.col(SUPPRESSED).is_null())
    return rows if columns is None else rows[list(columns)]


def _picked(
    snapshot: Snapshot, view: str, equals: Mapping[str, Value], columns: set[str], opened: bool
) -> pl.DataFrame | None:
    surveys, geography = equals.get("survey"), equals.get("geography")
    if surveys is None or not isinstance(geography, str):
        return None
    if view not in PUBLISHED or not is_whole(view):
        return None
    asked = sorted(set(map(str, surveys))) if isinstance(surveys, tuple) else [str(surveys)]
    wholes = [whole(snapshot, view, survey, geography) for survey in asked]
    rest = {name: value for name, value in equals.items() if name not in ("survey", "geography")}
    if not wholes or not {*columns, *rest} <= set(wholes[0].rows.columns):
        return None
    found = [one.having(rest, opened) for one in wholes]
    return found[0] if len(found) == 1 else pl.concat(found)


def _tuple(columns: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if columns is None else tuple(columns)


def open_source(folder: Path, language: Language, release: str | None = None) -> Source:
    """A snapshot of the warehouse `folder`, opened once and shared by all sessions.

    Args:
        release: a release or a snapshot; by default the snapshot that serves.

    Raises:
        warehouse.NoSnapshot: nothing has been loaded there.
        warehouse.HailongError: the folder cannot be read, or there is no such release.
    """
    store = Store(folder)
    if release is None:
        return Source(_opened(folder, store.current()), language)
    return Source(_released(folder, release, Ledger(store).resolve(release)), language)


@lru_cache(maxsize=1)
def _opened(folder: Path, snapshot_id: str | None) -> Snapshot:
    return open_snapshot(folder, snapshot_id)


@lru_cache(maxsize=2)
def _released(folder: Path, release: str, _stands: tuple[str, Release | None]) -> Snapshot:
    # What the name stands for now is part of the key: it may become final, or be withdrawn, while it is open.
    return open_release(folder, release)
