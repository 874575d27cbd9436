"""Reads of the published views, remembered for as long as their snapshot is the current one.

Everything here returns columns of a view as they stand; rows are picked, sorted, counted and labelled, an
index is never added, averaged or subtracted.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard.format import Language
from warehouse import Snapshot, open_snapshot
from warehouse.store import Store

WAREHOUSE_VARIABLE = "HAILONG_WAREHOUSE"
DEFAULT_WAREHOUSE = Path("data") / "warehouse"

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]


def warehouse_folder() -> Path:
    """The warehouse that is served: the environment's, else the one below the current folder."""
    return Path(os.environ.get(WAREHOUSE_VARIABLE) or DEFAULT_WAREHOUSE)


@dataclass(frozen=True)
class Source:
    """One snapshot, read through a cache in the language of the page."""

    snapshot: Snapshot
    language: Language

    def read(
        self, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """Rows of `view` in the order of its key, `columns` of them or all.

        Each column named in `equals` must have its value, or one of its values.
        """
        chosen = tuple(columns) if columns is not None else None
        return _read(self.snapshot, self.snapshot.id, view, chosen, tuple(sorted(equals.items())))

    def filtered(
        self,
        view: str,
        people: Mapping[str, str],
        columns: Sequence[str] | None = None,
        **equals: Value,
    ) -> pl.DataFrame:
        """`read`, recomputed from the forms of the people who have each characteristic in `people`.

        The first reading takes up to half a second; ask only for the slices that are shown.
        """
        chosen = tuple(columns) if columns is not None else None
        who, where = tuple(sorted(people.items())), tuple(sorted(equals.items()))
        return _filtered(self.snapshot, self.snapshot.id, view, who, chosen, where)

    def first(
        self, n: int, view: str, columns: Sequence[str] | None = None, **equals: Value
    ) -> pl.DataFrame:
        """The first `n` rows of `read`: of a view that may have as many rows as there are forms."""
        chosen = tuple(columns) if columns is not None else None
        return _read(
            self.snapshot, self.snapshot.id, view, chosen, tuple(sorted(equals.items())), n
        )

    def holds(self, view: str) -> bool:
        """Whether the snapshot has the view: one that an older version built may lack it."""
        return _holds(self.snapshot, self.snapshot.id, view)

    def labelled(self, view: str, columns: Sequence[str], **equals: Value) -> pl.DataFrame:
        """`read`, with the label in the page's language as the column `label`."""
        label = f"label_{self.language}"
        return self.read(view, [*columns, label], **equals).rename({label: "label"})


def open_source(folder: Path, language: Language) -> Source:
    """The snapshot that serves in the warehouse `folder`, opened once and shared by all sessions.

    Raises:
        warehouse.NoSnapshot: nothing has been loaded there.
        warehouse.HailongError: the folder cannot be read.
    """
    return Source(_opened(folder, Store(folder).current()), language)


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(folder: Path, snapshot_id: str | None) -> Snapshot:
    return open_snapshot(folder, snapshot_id)


# Frames are never changed in place, so one copy serves every session: `cache_data` would pickle and
# unpickle it on each rerun. The snapshot's id is part of the key; a new load is a new id.
@st.cache_resource(max_entries=2048, show_spinner=False)
def _read(
    _snapshot: Snapshot,
    snapshot_id: str,  # noqa: ARG001 - part of the key, see above
    view: str,
    columns: tuple[str, ...] | None,
    equals: tuple[tuple[str, Value], ...],
    first: int | None = None,
) -> pl.DataFrame:
    if first is not None:
        return _snapshot.first(first, view, columns, **dict(equals))
    return _snapshot.read(view, columns, **dict(equals))


@st.cache_resource(max_entries=1024, show_spinner=False)
def _filtered(
    _snapshot: Snapshot,
    snapshot_id: str,  # noqa: ARG001 - part of the key, see above
    view: str,
    people: tuple[tuple[str, str], ...],
    columns: tuple[str, ...] | None,
    equals: tuple[tuple[str, Value], ...],
) -> pl.DataFrame:
    return _snapshot.filtered(view, dict(people), columns, **dict(equals))


@st.cache_resource(max_entries=256, show_spinner=False)
def _holds(_snapshot: Snapshot, snapshot_id: str, view: str) -> bool:  # noqa: ARG001 - part of the key
    return _snapshot.holds(view)
