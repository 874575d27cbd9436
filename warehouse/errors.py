"""Errors that people see: one sentence each, saying what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class HailongError(Exception):
    """Base of every error that the program expects; the command line prints it and exits 1."""


class Faults(HailongError):
    """Several faults found together, told in one message so that all can be mended at once.

    Args:
        heading: what was refused, in one sentence without a full stop.
        faults: one sentence each, naming file, column and row where there is one.
    """

    def __init__(self, heading: str, faults: Sequence[str]) -> None:
        self.heading = heading
        self.faults = tuple(faults)
        super().__init__("\n".join([f"{heading}:", *(f"- {fault}" for fault in self.faults)]))


class CatalogueError(Faults):
    """The catalogue's own files contradict their format or each other."""


class DeliveryRefused(Faults):
    """A delivery is refused whole; nothing was changed."""


class CheckFailed(Faults):
    """A candidate snapshot broke a check of severity `fail` and was not published."""


class ChecksNotRun(Faults):
    """A rule could not be judged: a failure of the load itself, not a rule that was broken."""


class NoSnapshot(HailongError):
    """The warehouse folder holds no published snapshot."""


class UnknownSnapshot(HailongError):
    """A snapshot was named that the warehouse folder does not hold."""


class WarehouseBusy(HailongError):
    """Another process is loading into the same warehouse folder."""


class WarehouseUnusable(HailongError):
    """The warehouse folder cannot be read or written."""


class UsageError(HailongError):
    """A view, column, value or format that does not exist; the command line exits 2."""


class NotWritten(HailongError):
    """The file of an export cannot be written."""


class UnknownRelease(HailongError):
    """A release was named that the ledger does not have."""


class ReleaseRefused(HailongError):
    """A release cannot be marked or withdrawn as asked; the ledger is as it was."""


class OlderSnapshot(HailongError):
    """What is asked for is not in a snapshot that another version of the program built."""


class ArchiveRefused(HailongError):
    """An archive is not whole, not what was packed, or of a format that this version does not read."""
