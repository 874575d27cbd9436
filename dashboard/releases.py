"""What the pages ask of the ledger of releases and of the difference of two snapshots: questions, without drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from dashboard.context import Context
from dashboard.data import warehouse_folder
from dashboard.selection import EVERY_CHANNEL, OVERALL
from warehouse.difference import Difference
from warehouse.ledger import Ledger, Line, Release, standing
from warehouse.store import Entry, Store

MOST_CHANGES = 500
INDEX = ("satisfaction_index", "index_pct")


@dataclass(frozen=True)
class Shelf:
    """What can be opened: the releases, the one marked last first, and the snapshots, the newest first."""

    releases: tuple[Release, ...]
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]

    @property
    def standing(self) -> list[Release]:
        """The releases that are not withdrawn."""
        return [one for one in self.releases if one.withdrawn_at is None]

    @property
    def serving(self) -> str:
        """The snapshot that serves."""
        return next((entry.snapshot for entry in self.entries if entry.is_current), "")

    @property
    def latest(self) -> Release | None:
        """The final release marked last; a provisional one where there is no final one."""
        finals = [one for one in self.standing if one.status == "final"]
        return next(iter([*finals, *self.standing]), None)

    @property
    def earlier(self) -> str:
        """What the data that serve are compared with at first: a release of another snapshot, or the one before."""
        others = [one for one in self.standing if one.snapshot != self.serving]
        finals = [one.release for one in others if one.status == "final"]
        snapshots = [entry.snapshot for entry in self.entries if not entry.is_current]
        return next(iter([*finals, *(one.release for one in others), *snapshots]), "")

    def named(self) -> list[str]:
        """Everything that can be compared: standing releases, then snapshots."""
        held = {entry.snapshot for entry in self.entries}
        named = [one.release for one in self.standing if one.snapshot in held]
        return [*named, *(entry.snapshot for entry in self.entries)]

    def of(self, snapshot: str) -> list[Release]:
        """The standing releases of a snapshot."""
        return standing(self.releases, snapshot)


def shelf() -> Shelf:
    """The ledger and the snapshots of the warehouse that is served.

    Raises:
        warehouse.HailongError: the ledger is not as it was written.
    """
    store = Store(warehouse_folder())
    ledger = Ledger(store)
    return Shelf(tuple(ledger.releases()), tuple(ledger.read()), tuple(store.entries()))


def difference(old: str, new: str) -> Difference:
    """What differs between two releases or snapshots, worked out once for all sessions; it takes seconds."""
    ledger = Ledger(Store(warehouse_folder()))
    return _difference(warehouse_folder(), ledger.resolve(old), ledger.resolve(new), old, new)


@lru_cache(maxsize=2)
def _difference(
    folder: Path,
    _old_stands: tuple[str, Release | None],
    _new_stands: tuple[str, Release | None],
    old: str,
    new: str,
) -> Difference:
    # What the names stand for now is part of the key: a release may become final while it is remembered.
    return Difference(Store(folder), old, new)


def n_changed(found: Difference) -> int:
    """How many satisfaction indices are other ones now."""
    return sum(tally.n for tally in found.tallies() if (tally.view, tally.figure) == INDEX)


def changes(context: Context, found: Difference) -> pl.DataFrame:
    """Satisfaction indices that differ, as the shared filters narrow them: the largest changes first.

    Columns: those of the difference, and label (of the item).
    """
    selection, survey = context.selection, context.survey
    wanted: dict[str, str | Sequence[str]] = {
        "view": INDEX[0],
        "figure": [INDEX[1]],
        "survey": survey.survey,
        "geography": survey.geography,
        "geo_level": context.place.geo_level,
        "geo_code": context.place.geo_code,
        "channel": selection.channel,
    }
    items = context.source.labelled("item", ["item", "family"], instrument=survey.instrument)
    if selection.family:
        below = items.filter(pl.col("family") == selection.family)["item"].to_list()
        wanted["item"] = [selection.family, *below]
    rows = found.top(MOST_CHANGES, **wanted)
    labels = dict(items.select("item", "label").iter_rows())
    named = pl.col("item").replace_strict(labels, default=pl.col("item"), return_dtype=pl.String)
    plain = pl.col("item").is_in([OVERALL, *context.reference.families(survey)])
    return rows.with_columns(
        label=pl.when(plain).then(named).otherwise(pl.concat_str("item", named, separator=" "))
    )


def is_narrowed(context: Context) -> bool:
    """Whether the shared filters ask for something else than the whole country."""
    selection = context.selection
    return (
        bool(selection.region or selection.province or selection.family)
        or selection.channel != EVERY_CHANNEL
    )
