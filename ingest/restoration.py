"""Opening an archive: its accepted forms are loaded again, by the current version, into a warehouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.load import LoadSummary, load_deliveries
from warehouse.archive import Archived, unpack
from warehouse.catalogue import Catalogue, read_catalogue
from warehouse.catalogue.transcript import disagreements
from warehouse.errors import ArchiveRefused
from warehouse.origin import held_by
from warehouse.store import Store


@dataclass(frozen=True)
class Restored:
    """What came of an archive.

    Attributes:
        archived: what the archive says of itself.
        summary: what the load of its delivery did, or would do.
        other_catalogue: where the catalogue at hand asks otherwise and that of the archive was used, how, a sentence
            each.
    """

    archived: Archived
    summary: LoadSummary
    other_catalogue: tuple[str, ...]


def restore(
    archive: Path,
    warehouse: Path,
    overlay: Path | None = None,
    dry_run: bool = False,
    report: Callable[[str, int], None] | None = None,
) -> Restored:
    """Rebuild a survey from its archive in `warehouse`, beside other surveys or in a warehouse of its own.

    Formulas and limits are those of this version; the questions are those of the archive. Where the catalogue has other
    ones under the same name, the archive's are used in a warehouse that is still empty, and refused in one that holds
    surveys: they would be computed anew by them.

    Raises:
        ArchiveRefused: the archive is not whole, or cannot be opened in this warehouse.
        DeliveryRefused, CheckFailed, ...: as `load_deliveries`.
    """
    store = Store(warehouse)
    current = store.current()
    surveys = held_by(store.path(current)).surveys if current else {}
    with TemporaryDirectory(prefix="hailong-archive-") as temporary:
        folder = Path(temporary)
        told = unpack(archive, folder)
        if told.survey in surveys:
            raise ArchiveRefused(
                f"{warehouse} holds the survey {told.survey} already; open the archive in another warehouse"
            )
        known, differing = _catalogue(folder / "catalogue", told, overlay)
        if differing and current:
            listed = "; ".join(differing)
            raise ArchiveRefused(
                f"{archive.name} cannot be opened beside other surveys: {listed}; open it in a warehouse of its own"
            )
        # The folder's name is what the load calls the delivery.
        delivery = (folder / "delivery").rename(folder / told.survey)
        summary = load_deliveries([delivery], warehouse, known, dry_run=dry_run, report=report)
    return Restored(told, summary, tuple(differing))


def _catalogue(archived: Path, told: Archived, overlay: Path | None) -> tuple[Catalogue, list[str]]:
    """Return the catalogue to load with, and in what the one at hand is another than the archive's."""
    ours, theirs = read_catalogue(overlay), read_catalogue(archived=archived)
    differing = disagreements(ours, theirs, told.instrument)
    return (theirs if differing else ours), differing
