"""A warehouse folder: snapshot files, the pointer to the one that serves, the lock, and what depends on time.

WAREHOUSE/current                   the identity of the snapshot that serves
WAREHOUSE/snapshots/ID.duckdb       one file a snapshot, never changed once published
WAREHOUSE/snapshots/ID.json         when it was built, and what came of its checks each time they were run
WAREHOUSE/snapshots/ID.building     a candidate that a load is writing
WAREHOUSE/releases.jsonl            what was released and withdrawn, a line each (see warehouse/ledger.py)
WAREHOUSE/failed_row.csv            every row that broke a rule in the last load that was stopped by its checks
WAREHOUSE/lock                      held by the load under way; freed when its process dies
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.errors import NoSnapshot, UnknownSnapshot, WarehouseBusy, WarehouseUnusable

if TYPE_CHECKING:
    from warehouse.checking import CheckResult

_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Entry:
    """A snapshot that the warehouse folder holds."""

    snapshot: str
    built_at: datetime
    is_current: bool
    n_bytes: int
    surveys: dict[str, int]


class Store:
    """The files of one warehouse folder.

    Args:
        folder: the warehouse folder; it need not exist before the first load.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshots = folder / "snapshots"
        self.pointer = folder / "current"
        self.failed_rows = folder / "failed_row.csv"

    def current(self) -> str | None:
        """Return the identity of the snapshot that serves, or None before the first load.

        Raises:
            WarehouseUnusable: the pointer names no snapshot that is there.
        """
        try:
            named = self.pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as wrong:
            raise WarehouseUnusable(f"{self.pointer} cannot be read ({wrong})") from wrong
        if not _ID.fullmatch(named) or not self.path(named).is_file():
            raise WarehouseUnusable(
                f"{self.pointer} names the snapshot {named!r}, which is not there; choose another with hailong rollback"
            )
        return named

    def path(self, snapshot: str) -> Path:
        """Return the database file of a snapshot."""
        return self.snapshots / f"{snapshot}.duckdb"

    def existing(self, snapshot: str | None = None) -> Path:
        """Return the database file of `snapshot`, or of the one that serves.

        Raises:
            NoSnapshot: nothing was loaded yet.
            UnknownSnapshot: there is no such snapshot.
        """
        wanted = snapshot or self.current()
        if wanted is None:
            raise self.empty()
        if not _ID.fullmatch(wanted) or not self.path(wanted).is_file():
            raise UnknownSnapshot(
                f"{self.folder} holds no snapshot {wanted!r}; hailong snapshots lists them"
            )
        return self.path(wanted)

    def empty(self) -> NoSnapshot:
        """Return the error that says that nothing was loaded yet, and how to load."""
        return NoSnapshot(
            f"{self.folder} holds no data yet; load a delivery with hailong load DELIVERY"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder, making the folder where needed and clearing what a dead load left.

        Raises:
            WarehouseBusy: another process holds it.
            WarehouseUnusable: the folder cannot be made or written.
        """
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / "lock").open("w")
        except OSError as wrong:
            raise WarehouseUnusable(
                f"{self.folder} cannot be written ({wrong.strerror})"
            ) from wrong
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as busy:
                raise WarehouseBusy(
                    f"another load is writing to {self.folder}; try again when it has ended"
                ) from busy
            self.clear()
            yield

    def clear(self) -> None:
        """Delete what a load wrote and did not publish; the lock must be held."""
        for leftover in self.snapshots.glob("*.building*"):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()

    def candidate(self, snapshot: str) -> Path:
        """Return the file into which a load writes the snapshot before it is published."""
        return self.snapshots / f"{snapshot}.building"

    def publish(
        self, snapshot: str, surveys: dict[str, int], checks: Sequence[CheckResult] = ()
    ) -> None:
        """Make the candidate the snapshot that serves, in one atomic step; the lock must be held.

        The candidate must be closed and checked. A process killed before the last line leaves the old one serving.
        """
        candidate = self.candidate(snapshot)
        _sync(candidate)
        now = datetime.now(UTC).isoformat()
        notes = {
            "snapshot": snapshot,
            "built_at": now,
            "n_bytes": candidate.stat().st_size,
            "surveys": surveys,
            "checks_run": [_run_of_checks(now, checks)] if checks else [],
        }
        published = self.path(snapshot)
        # Notes of one file never stand beside another of the same name: it may be a few free blocks shorter.
        published.with_suffix(".json").unlink(missing_ok=True)
        candidate.rename(published)
        write_whole(published.with_suffix(".json"), json.dumps(notes, indent=1))
        _sync(self.snapshots)
        self.point_to(snapshot)
        self.failed_rows.unlink(missing_ok=True)

    def note_checks(self, snapshot: str, checks: Sequence[CheckResult]) -> None:
        """Add a run of the checks, with its time, to the notes beside a snapshot; the lock must be held.

        Raises:
            WarehouseUnusable: the notes cannot be written.
        """
        path = self.path(snapshot).with_suffix(".json")
        built_at, surveys = self._notes(self.path(snapshot))
        notes = read_notes(self.path(snapshot)) | {
            "snapshot": snapshot,
            "built_at": built_at.isoformat(),
            "surveys": surveys,
            "checks_run": [
                *self.checks_run(snapshot),
                _run_of_checks(datetime.now(UTC).isoformat(), checks),
            ],
        }
        try:
            write_whole(path, json.dumps(notes, indent=1))
        except OSError as wrong:
            raise WarehouseUnusable(f"{path} cannot be written ({wrong.strerror})") from wrong

    def checks_run(self, snapshot: str) -> list[dict[str, Any]]:
        """Return the runs of the checks of a snapshot, the oldest first: each with `at`, `worst` and `checks`."""
        return list(read_notes(self.path(snapshot)).get("checks_run", []))

    def point_to(self, snapshot: str) -> None:
        """Let `snapshot` serve; the lock must be held.

        Raises:
            UnknownSnapshot: there is no such snapshot.
        """
        self.existing(snapshot)
        write_whole(self.pointer, snapshot + "\n")

    def entries(self) -> list[Entry]:
        """Return the snapshots, the newest first."""
        try:
            serving = self.current()
        except WarehouseUnusable:
            serving = None  # the list is what helps to mend a damaged pointer
        entries = []
        for path in self.snapshots.glob("*.duckdb"):
            built_at, surveys = self._notes(path)
            entries.append(
                Entry(
                    snapshot=path.stem,
                    built_at=built_at,
                    is_current=path.stem == serving,
                    n_bytes=path.stat().st_size,
                    surveys=surveys,
                )
            )
        return sorted(entries, key=lambda entry: (entry.built_at, entry.snapshot), reverse=True)

    def built_at(self, snapshot: str) -> datetime:
        """Return when a snapshot was built."""
        return self._notes(self.path(snapshot))[0]

    @staticmethod
    def _notes(path: Path) -> tuple[datetime, dict[str, int]]:
        """Return when a snapshot was built and its valid forms; the file's own time where the notes are lost."""
        notes = read_notes(path)
        try:
            return datetime.fromisoformat(notes["built_at"]), dict(notes["surveys"])
        except (ValueError, KeyError):
            return datetime.fromtimestamp(path.stat().st_mtime, UTC), {}

    def previous(self) -> str:
        """Return the snapshot built before the one that serves.

        Raises:
            NoSnapshot: nothing was loaded yet.
            UnknownSnapshot: there is none older.
        """
        entries = self.entries()
        if not entries:
            raise self.empty()
        serving = next((number for number, entry in enumerate(entries) if entry.is_current), None)
        if serving is None or serving + 1 >= len(entries):
            raise UnknownSnapshot(f"{self.folder} holds no snapshot older than the one that serves")
        return entries[serving + 1].snapshot

    def prune(self, keep: int, released: Collection[str] = ()) -> list[str]:
        """Delete all but the `keep` newest snapshots, never the one that serves nor one that was released.

        Return what was deleted.
        """
        deleted = []
        for entry in self.entries()[keep:]:
            if not entry.is_current and entry.snapshot not in released:
                self.path(entry.snapshot).unlink()
                self.path(entry.snapshot).with_suffix(".json").unlink(missing_ok=True)
                deleted.append(entry.snapshot)
        return deleted


def _run_of_checks(at: str, checks: Sequence[CheckResult]) -> dict[str, object]:
    """Return one run of the checks as it stands in the notes: its time, its worst outcome, and every outcome."""
    outcomes = {one.outcome for one in checks}
    worst = next((name for name in ("fail", "warn", "pass") if name in outcomes), "empty")
    return {"at": at, "worst": worst, "checks": [asdict(one) for one in checks]}


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one atomic step."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync(path.parent)


def opened(path: Path, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open a snapshot's database file for reading, within `memory_limit` where one is given.

    Raises:
        WarehouseUnusable: the file is damaged.
    """
    config: dict[str, str | bool | int | float | list[str]] = {}
    if memory_limit:
        config["memory_limit"] = memory_limit
    try:
        con = duckdb.connect(str(path), read_only=True, config=config)
        con.execute("FROM snapshot_info").fetchone()
        row = con.execute("SELECT block_size * used_blocks FROM pragma_database_size()").fetchone()
    except duckdb.Error as wrong:
        raise _damaged(path) from wrong
    # Cut off, some of it can be read, not all. Without notes only used blocks that lack can be told: DuckDB itself cuts
    # free ones off the end.
    published = read_notes(path) if path.suffix == ".duckdb" else {}
    whole = published.get("n_bytes") or (row or (0,))[0]
    if path.stat().st_size < whole:
        con.close()
        raise _damaged(path)
    return con


def read_notes(path: Path) -> dict[str, Any]:
    """Return the notes beside a database file; none where they are lost."""
    try:
        notes = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def _damaged(path: Path) -> WarehouseUnusable:
    return WarehouseUnusable(
        f"snapshot {path.stem} cannot be read: its file is damaged; hailong snapshots lists others, hailong rollback"
        " lets one of them serve"
    )
