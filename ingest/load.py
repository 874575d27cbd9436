"""Loading: deliveries are planned, a candidate is built and checked, and only then published."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import expectations
from ingest.agenda import agenda, changed, distinct, lacking
from ingest.delivery import SurveyFacts, plan_delivery
from warehouse import assessment, build, checking, publication
from warehouse.candidate import precision
from warehouse.catalogue import Catalogue
from warehouse.checking import CheckResult
from warehouse.errors import CheckFailed, DeliveryRefused
from warehouse.extract import Extracts
from warehouse.intake import Intake
from warehouse.ledger import Ledger
from warehouse.origin import Loaded, held_by
from warehouse.plan import DeliveryPlan
from warehouse.store import Store

Progress = Callable[[str, int], None]
# Judges a closed database file within a limit of memory; a gate gives one for the time of a load.
Judge = Callable[[Path, str], list[CheckResult]]
Gate = Callable[[], AbstractContextManager[Judge]]


def _invariants() -> AbstractContextManager[Judge]:
    return nullcontext(checking.run)


GATES: dict[str, Gate] = {
    # Every rule, by Great Expectations.
    "full": expectations.started,
    # The rules that stop publication, by SQL alone: for tests of everything else.
    "invariants": _invariants,
}


def chosen_gate() -> str:
    """Return the name of the gate that the environment's HAILONG_GATE asks for, by default the full one."""
    named = os.environ.get("HAILONG_GATE")
    return named if named in GATES else "full"


@dataclass(frozen=True)
class LoadSummary:
    """What a load did, or would do.

    Attributes:
        snapshot: identity of the snapshot that serves after the load (in a dry run: that would).
        is_new: False where the same files were loaded already and nothing changed.
        dry_run: nothing was published.
        intakes: one for each delivery that was not loaded before.
        already_loaded: folders whose very files are part of the snapshot.
        same_files: pairs of a folder and an earlier one of the same command that holds the very same files.
        computed_again: why a snapshot was computed anew of what was loaded before; empty where it was not, or where
            nothing but the deliveries is new.
        read_otherwise: surveys of such folders of which some deliveries were read by another catalogue or version, and
            stay as they were judged then, since not all deliveries of the survey were given again.
        checks: outcomes of the checks, empty where nothing was built.
        check_seconds: what the checks took after the build, waiting for their library included.
        deleted: older snapshots that were deleted to keep the number in the settings.
        released: older snapshots beyond that number that were kept because they were released.
    """

    snapshot: str
    is_new: bool
    dry_run: bool
    intakes: tuple[Intake, ...] = ()
    already_loaded: tuple[str, ...] = ()
    same_files: tuple[tuple[str, str], ...] = ()
    computed_again: str = ""
    read_otherwise: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    check_seconds: float = 0.0
    deleted: tuple[str, ...] = field(default=())
    released: tuple[str, ...] = field(default=())


def load_deliveries(
    folders: Sequence[Path],
    warehouse: Path,
    catalogue: Catalogue,
    dry_run: bool = False,
    report: Progress | None = None,
    gate: str | None = None,
) -> LoadSummary:
    """Load delivery folders into a warehouse, all or none.

    Args:
        folders: delivery folders; a later one corrects an earlier one of the same survey.
        warehouse: the warehouse folder, made where it is not there.
        catalogue: the catalogue to read and compute with.
        dry_run: do everything but publish.
        report: called with a word on each step done and the rows it did.
        gate: one of GATES; by default `chosen_gate()`.

    Raises:
        DeliveryRefused: a delivery is unacceptable; one message lists everything wrong in all of them.
        CheckFailed: the candidate broke a check; the old snapshot serves on.
        ChecksNotRun: a check could not be run; the old snapshot serves on.
        WarehouseBusy: another load is under way.
        WarehouseUnusable: the warehouse folder cannot be written.
    """
    progress = report or (lambda step, rows: None)
    Thread(target=precision).start()
    ledger = Ledger(store := Store(warehouse))
    with _place_to_build(store, dry_run) as folder:
        ledger.read()  # a damaged one is told before anything is built: what it names must not be deleted
        current = store.current()
        loaded = held_by(store.path(current)) if current else Loaded()
        planned, faults = _plans(folders, catalogue, dict(loaded.surveys), progress)
        plans, same = distinct(planned)
        _refuse(lacking(loaded, catalogue) + faults, plans, folder, catalogue)
        work = agenda(plans, loaded, catalogue)
        if work.origin.snapshot == current:
            return LoadSummary(
                current, False, dry_run, already_loaded=work.known_folders, same_files=same
            )
        again = changed(warehouse, current, work.origin) if current else ""
        candidate = folder / f"{work.origin.snapshot}.building"
        old = store.path(current) if current else None
        with GATES[gate or chosen_gate()]() as judge:
            built = build.build(
                candidate, old, work.new, catalogue, work.origin, progress, work.anew
            )
            checks, seconds = _judged(candidate, catalogue, judge)
        checking.record(candidate, work.origin.snapshot, checks)
        _pass(checks, candidate, None if dry_run else store)
        progress("checks", len(checks))
        publication.publish_views(candidate, catalogue)
        if not dry_run:
            store.publish(work.origin.snapshot, built.surveys, checks)
        deleted, released = _tidy(ledger, 0 if dry_run else catalogue.settings.keep_snapshots)
    return LoadSummary(
        snapshot=work.origin.snapshot,
        is_new=True,
        dry_run=dry_run,
        intakes=tuple(built.intakes),
        already_loaded=work.known_folders,
        same_files=same,
        computed_again=again,
        read_otherwise=work.read_otherwise,
        checks=tuple(checks),
        check_seconds=seconds,
        deleted=deleted,
        released=released,
    )


def _judged(candidate: Path, catalogue: Catalogue, judge: Judge) -> tuple[list[CheckResult], float]:
    """Assess and judge the closed candidate; return the outcomes and the seconds it took."""
    began = time.monotonic()
    assessment.assess(candidate, catalogue)
    checks = judge(candidate, catalogue.settings.memory_limit)
    return checks, time.monotonic() - began


def _refuse(
    faults: Sequence[str], plans: Sequence[DeliveryPlan], folder: Path, catalogue: Catalogue
) -> None:
    """Refuse deliveries with faults; of the values too, where they can be judged, so that one message tells all."""
    if faults:
        within = build.faults_within(folder / "faults.building", plans, catalogue)
        raise DeliveryRefused("Nothing was loaded", [*faults, *within])


def _tidy(ledger: Ledger, keep: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete old snapshots; return them, and those that are kept for no other reason than that they were released.

    Args:
        keep: how many are kept; 0 deletes none.
    """
    if keep == 0:
        return (), ()
    store, released = ledger.store, ledger.snapshots()
    deleted = store.prune(keep, released)
    old = store.entries()[keep:]
    return tuple(deleted), tuple(one.snapshot for one in old if one.snapshot in released)


def _pass(checks: Sequence[CheckResult], candidate: Path, store: Store | None) -> None:
    """Let the candidate pass if it kept its rules; else list every row concerned in the warehouse folder."""
    try:
        checking.gate(checks)
    except CheckFailed as failed:
        if store is None:
            raise
        checking.write_failed(candidate, store.failed_rows)
        raise CheckFailed(
            f"{failed.heading}; every row concerned stands in {store.failed_rows}", failed.faults
        ) from None


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
    """Plan each folder; return the plans there are, and the faults of all."""
    extracts = Extracts()
    plans: list[DeliveryPlan] = []
    faults: list[str] = []
    for folder in folders:
        plan, wrong = plan_delivery(folder, catalogue, extracts, surveys)
        faults += wrong
        if plan is not None:
            plans.append(plan)
        progress(folder.name, 0)
    return plans, faults
