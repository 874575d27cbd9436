"""Loading: deliveries are planned, a candidate is built and checked, and only then published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.delivery import plan_delivery
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
    with store.locked():
        current = store.current()
        loaded = build.loaded(store.path(current)) if current else build.Loaded()
        plans, faults = _plans(folders, catalogue, progress)
        faults += _contradictions(plans, loaded.surveys)
        if faults:
            # Read the values too where the columns were in order, so that one message tells everything.
            raise DeliveryRefused("Nothing was loaded", faults + _faults_within(plans, store, catalogue))
        new = [plan for plan in plans if plan.delivery not in loaded.deliveries]
        known = tuple(plan.folder.name for plan in plans if plan.delivery in loaded.deliveries)
        origin = _origin([*loaded.deliveries, *(plan.delivery for plan in new)], catalogue)
        if origin.snapshot == current:
            return LoadSummary(current, is_new=False, dry_run=dry_run, already_loaded=known)
        candidate = store.candidate(origin.snapshot)
        try:
            built = build.build(
                candidate, store.path(current) if current else None, new, catalogue, origin, progress
            )
            checks = checking.run(candidate)
            checking.gate(checks)
            checking.record(candidate, origin.snapshot, checks)
            progress("checks", len(checks))
            deleted: list[str] = []
            if not dry_run:
                store.publish(origin.snapshot, built.surveys)
                deleted = store.prune(catalogue.settings.keep_snapshots)
        finally:
            store.clear()
    return LoadSummary(
        snapshot=origin.snapshot,
        is_new=True,
        dry_run=dry_run,
        intakes=tuple(built.intakes),
        already_loaded=known,
        checks=tuple(checks),
        deleted=tuple(deleted),
    )


def _plans(
    folders: Sequence[Path], catalogue: Catalogue, progress: Progress
) -> tuple[list[DeliveryPlan], list[str]]:
    """Plan each folder; the same files named twice are one delivery."""
    extracts = Extracts()
    plans: dict[str, DeliveryPlan] = {}
    faults: list[str] = []
    for folder in folders:
        plan, wrong = plan_delivery(folder, catalogue, extracts)
        faults += wrong
        if plan is not None:
            plans.setdefault(plan.delivery, plan)
        progress(folder.name, 0)
    return list(plans.values()), faults


def _contradictions(plans: Sequence[DeliveryPlan], surveys: dict[str, dict[str, object]]) -> list[str]:
    """Return where a delivery names another year, instrument or geography than its survey has."""
    known = {name: dict(facts) for name, facts in surveys.items()}
    faults = []
    for plan in plans:
        stated = {
            "year": plan.survey.year,
            "instrument": plan.survey.instrument,
            "geography": plan.survey.geography,
        }
        held = known.setdefault(plan.survey.survey, stated)
        faults += [
            f"{plan.folder.name}: survey.yaml: {key}: {value!r}, but the survey {plan.survey.survey} was loaded with"
            f" {held[key]!r}; name another survey or correct the manifest"
            for key, value in stated.items()
            if held[key] != value
        ]
    return faults


def _faults_within(plans: Sequence[DeliveryPlan], store: Store, catalogue: Catalogue) -> list[str]:
    """Return the faults of the values of deliveries whose files are in order, when others are refused already."""
    if not plans:
        return []
    candidate = store.candidate("faults")
    try:
        build.build(candidate, None, plans, catalogue, build.Origin("", "", ""), lambda step, rows: None)
    except DeliveryRefused as refused:
        return list(refused.faults)
    finally:
        store.clear()
    return []


def _origin(deliveries: Sequence[str], catalogue: Catalogue) -> build.Origin:
    digest = hashlib.sha256("\n".join([*deliveries, catalogue.hash, code_version()]).encode())
    return build.Origin(digest.hexdigest()[:12], catalogue.hash, code_version())
