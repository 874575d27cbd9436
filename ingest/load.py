"""Loading: deliveries are planned, a candidate is built and checked, and only then published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.delivery import SurveyFacts, plan_delivery
from warehouse import build, checking
from warehouse.catalogue import Catalogue
from warehouse.checking import CheckResult
from warehouse.codeversion import code_version
from warehouse.errors import DeliveryRefused
from warehouse.extract import Extracts
from warehouse.intake import Intake
from warehouse.plan import DeliveryPlan
from warehouse.store import Store

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class LoadSummary:
    """What a load did, or would do.

    Attributes:
        snapshot: identity of the snapshot that serves after the load (in a dry run: that would).
        is_new: False where the same files were loaded already and nothing changed.
        dry_run: nothing was published.
        intakes: one for each delivery that was not loaded before.
        already_loaded: folders whose very files are part of the snapshot.
        checks: outcomes of the checks, empty where nothing was built.
        deleted: older snapshots that were deleted to keep the number in the settings.
    """

    snapshot: str
    is_new: bool
    dry_run: bool
    intakes: tuple[Intake, ...] = ()
    already_loaded: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    deleted: tuple[str, ...] = field(default=())


def load_deliveries(
    folders: Sequence[Path],
    warehouse: Path,
    catalogue: Catalogue,
    dry_run: bool = False,
    report: Progress | None = None,
) -> LoadSummary:
    """Load delivery folders into a warehouse, all or none.

    Args:
        folders: delivery folders; a later one corrects an earlier one of the same survey.
        warehouse: the warehouse folder, made where it is not there.
        catalogue: the catalogue to read and compute with.
        dry_run: do everything but publish.
        report: called with a word on each step done and the rows it did.

    Raises:
        DeliveryRefused: a delivery is unacceptable; one message lists everything wrong in all of them.
        CheckFailed: the candidate broke a check; the old snapshot serves on.
        WarehouseBusy: another load is under way.
        WarehouseUnusable: the warehouse folder cannot be written.
    """
    progress = report or (lambda step, rows: None)
    store = Store(warehouse)
    with _place_to_build(store, dry_run) as folder:
        current = store.current()
        loaded = build.loaded(store.path(current)) if current else build.Loaded()
        plans, faults = _plans(folders, catalogue, dict(loaded.surveys), progress)
        if faults:
            # The values too, where the columns are in order, so that one message tells everything.
            raise DeliveryRefused(
                "Nothing was loaded", faults + _faults_within(plans, folder, catalogue)
            )
        new = [plan for plan in plans if plan.delivery not in loaded.deliveries]
        known = tuple(plan.folder.name for plan in plans if plan.delivery in loaded.deliveries)
        origin = _origin([*loaded.deliveries, *(plan.delivery for plan in new)], catalogue)
        if origin.snapshot == current:
            return LoadSummary(current, is_new=False, dry_run=dry_run, already_loaded=known)
        candidate = folder / f"{origin.snapshot}.building"
        old = store.path(current) if current else None
        built = build.build(candidate, old, new, catalogue, origin, progress)
        checks = checking.run(candidate)
        checking.gate(checks)
        checking.record(candidate, origin.snapshot, checks)
        progress("checks", len(checks))
        deleted: list[str] = []
        if not dry_run:
            store.publish(origin.snapshot, built.surveys)
            deleted = store.prune(catalogue.settings.keep_snapshots)
    return LoadSummary(
        snapshot=origin.snapshot,
        is_new=True,
        dry_run=dry_run,
        intakes=tuple(built.intakes),
        already_loaded=known,
        checks=tuple(checks),
        deleted=tuple(deleted),
    )


@contextmanager
def _place_to_build(store: Store, dry_run: bool) -> Iterator[Path]:
    """Give the folder for the candidate: the locked warehouse, or for a dry run one that is gone afterwards."""
    if dry_run:
        with TemporaryDirectory(prefix="hailong-dry-run-") as folder:
            yield Path(folder)
        return
    with store.locked():
        try:
            yield store.snapshots
        finally:
            store.clear()


def _plans(
    folders: Sequence[Path], catalogue: Catalogue, surveys: SurveyFacts, progress: Progress
) -> tuple[list[DeliveryPlan], list[str]]:
    """Plan each folder; the same files named twice are one delivery."""
    extracts = Extracts()
    plans: dict[str, DeliveryPlan] = {}
    faults: list[str] = []
    for folder in folders:
        plan, wrong = plan_delivery(folder, catalogue, extracts, surveys)
        faults += wrong
        if plan is not None:
            plans.setdefault(plan.delivery, plan)
        progress(folder.name, 0)
    return list(plans.values()), faults


def _faults_within(plans: Sequence[DeliveryPlan], folder: Path, catalogue: Catalogue) -> list[str]:
    """Return the faults of the values of deliveries whose files are in order, when others are refused already."""
    if not plans:
        return []
    origin = build.Origin("", "", "")
    try:
        build.build(
            folder / "faults.building", None, plans, catalogue, origin, lambda step, rows: None
        )
    except DeliveryRefused as refused:
        return list(refused.faults)
    return []


def _origin(deliveries: Sequence[str], catalogue: Catalogue) -> build.Origin:
    digest = hashlib.sha256("\n".join([*deliveries, catalogue.hash, code_version()]).encode())
    return build.Origin(digest.hexdigest()[:12], catalogue.hash, code_version())
