"""The ledger of releases: which snapshot was given out under which name, provisional or final, and what became of it.

It is `releases.jsonl` in the warehouse folder: one JSON object a line, the oldest first, never changed and never taken
away. Each line carries the hash of the one before, so that a line that was changed afterwards is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from warehouse.errors import ReleaseRefused, UnknownRelease, UsageError, WarehouseUnusable
from warehouse.store import Store, write_whole

Status = Literal["provisional", "final"]
STATUSES: tuple[Status, ...] = ("provisional", "final")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SNAPSHOT = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Line:
    """One line of the ledger.

    Attributes:
        event: `mark` or `withdraw`.
        status: as marked; of a withdrawal, what was withdrawn.
        note: what was said with it; of a withdrawal, its reason.
    """

    at: datetime
    event: Literal["mark", "withdraw"]
    release: str
    snapshot: str
    status: Status
    note: str


@dataclass(frozen=True)
class Release:
    """What the ledger says of a release now.

    Attributes:
        note: what was said when it was marked last.
        withdrawn_at: when it was withdrawn; None while it stands.
        reason: why it was withdrawn.
    """

    release: str
    snapshot: str
    status: Status
    marked_at: datetime
    note: str = ""
    withdrawn_at: datetime | None = None
    reason: str = ""


class Ledger:
    """The releases of a warehouse.

    Args:
        store: its folder; writing needs its lock.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.path = store.folder / "releases.jsonl"

    def read(self) -> list[Line]:
        """Return every line, the oldest first.

        Raises:
            WarehouseUnusable: the file cannot be read, or is not as it was written.
        """
        try:
            written = _split(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as wrong:
            raise WarehouseUnusable(f"{self.path} cannot be read ({wrong})") from wrong
        lines, before = [], ""
        for number, text in enumerate(written, start=1):
            try:
                told = json.loads(text)
                found = _line(told)
            except (ValueError, KeyError, TypeError) as wrong:
                raise self._damaged(number) from wrong
            if told.get("before") != before:
                raise self._damaged(number)
            lines.append(found)
            before = _hash(text)
        return lines

    def _damaged(self, number: int) -> WarehouseUnusable:
        return WarehouseUnusable(
            f"{self.path}: line {number} is not as it was written, or the one before it was changed; put the file back"
            " from a copy"
        )

    def releases(self) -> list[Release]:
        """Return what stands of each release, the one marked last first."""
        found: dict[str, Release] = {}
        for line in self.read():
            if line.event == "mark":
                found.pop(line.release, None)
                found[line.release] = Release(
                    line.release, line.snapshot, line.status, line.at, line.note
                )
            else:
                found[line.release] = replace(
                    found[line.release], withdrawn_at=line.at, reason=line.note
                )
        return list(found.values())[::-1]

    def snapshots(self) -> frozenset[str]:
        """Return the snapshots that were ever released: none of them is deleted, a withdrawn one neither."""
        return frozenset(line.snapshot for line in self.read())

    def release(self, name: str) -> Release:
        """Return what the ledger says of the release `name`.

        Raises:
            UnknownRelease: there is none.
        """
        known = {one.release: one for one in self.releases()}
        if name not in known:
            raise UnknownRelease(
                f"{self.store.folder} holds no release {name!r}; hailong release list shows them"
            )
        return known[name]

    def resolve(self, name: str) -> tuple[str, Release | None]:
        """Return the snapshot that `name` stands for, and its release where `name` is one.

        Raises:
            UnknownSnapshot, UnknownRelease: there is no such snapshot or release.
        """
        if _SNAPSHOT.fullmatch(name):
            return self.store.existing(name).stem, None
        found = self.release(name)
        return self.store.existing(found.snapshot).stem, found

    def mark(self, snapshot: str, release: str, status: Status, note: str = "") -> bool:
        """Record that `snapshot` is given out as `release`; the lock must be held.

        A release stands for one snapshot. A provisional one may become final; nothing else of one that stands can
        be changed before it is withdrawn.

        Returns:
            False where that is recorded already, and nothing was written.

        Raises:
            UsageError: the name cannot be one.
            UnknownSnapshot: there is no such snapshot.
            ReleaseRefused: the name stands for something else.
        """
        if not _NAME.fullmatch(release) or _SNAPSHOT.fullmatch(release):
            raise UsageError(
                f"{release!r} cannot name a release: letters without marks, digits, dot, dash and underscore, at most"
                " 64, and not the form of a snapshot's identity"
            )
        self.store.existing(snapshot)
        stands = {one.release: one for one in self.releases() if one.withdrawn_at is None}
        held = stands.get(release)
        if held and (held.snapshot, held.status) == (snapshot, status):
            return False
        if held and (held.snapshot != snapshot or held.status == "final"):
            raise ReleaseRefused(
                f"the release {release} is the {held.status} snapshot {held.snapshot}; choose another --id, or withdraw"
                f' it first: hailong release withdraw {release} --reason "..."'
            )
        self._append(Line(datetime.now(UTC), "mark", release, snapshot, status, note))
        return True

    def withdraw(self, release: str, reason: str) -> Release:
        """Record that a release stands no more, and why; the lock must be held. Its snapshot is kept.

        Raises:
            UnknownRelease: there is none of that name.
            UsageError: no reason is given.
            ReleaseRefused: it is withdrawn already.
        """
        held = self.release(release)
        if not reason.strip():
            raise UsageError("a release is withdrawn for a reason: --reason TEXT")
        if held.withdrawn_at is not None:
            raise ReleaseRefused(f"the release {release} is withdrawn already: {held.reason}")
        now = datetime.now(UTC)
        self._append(Line(now, "withdraw", release, held.snapshot, held.status, reason))
        return self.release(release)

    def _append(self, line: Line) -> None:
        """Add a line in one atomic step: the file is there with it or without it, never with half of it."""
        self.read()
        before = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        last = _split(before)[-1:]
        told = {
            "at": line.at.isoformat(),
            "event": line.event,
            "release": line.release,
            "snapshot": line.snapshot,
            "status": line.status,
            "note": line.note,
            "before": _hash(last[0]) if last else "",
        }
        try:
            write_whole(self.path, before + json.dumps(told, ensure_ascii=False) + "\n")
        except OSError as wrong:
            raise WarehouseUnusable(f"{self.path} cannot be written ({wrong.strerror})") from wrong


def _line(told: dict[str, Any]) -> Line:
    if told["event"] not in {"mark", "withdraw"} or told["status"] not in STATUSES:
        raise ValueError(told["event"])
    return Line(
        at=datetime.fromisoformat(told["at"]),
        event=told["event"],
        release=str(told["release"]),
        snapshot=str(told["snapshot"]),
        status=told["status"],
        note=str(told["note"]),
    )


def _split(text: str) -> list[str]:
    # Not splitlines(): a note may hold signs that it takes for the end of a line.
    return text.removesuffix("\n").split("\n") if text else []


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def standing(releases: Sequence[Release], snapshot: str) -> list[Release]:
    """Return the releases of a snapshot that are not withdrawn."""
    return [one for one in releases if one.snapshot == snapshot and one.withdrawn_at is None]
