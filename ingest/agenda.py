"""What a load has to do: which deliveries are read, of which surveys anew, and the identity of what comes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse import open_snapshot
from warehouse.catalogue import Catalogue
from warehouse.codeversion import code_version
from warehouse.origin import Loaded, Origin
from warehouse.plan import DeliveryPlan


@dataclass(frozen=True)
class Agenda:
    """What a load has to do.

    Attributes:
        new: the deliveries that are read, those of surveys read anew first and in the order in which they came.
        anew: surveys of which all deliveries were given, and one was read by another catalogue or version before.
        known_folders: folders whose very files are part of the snapshot and are not read again.
        read_otherwise: surveys of these of which a delivery was read by another catalogue or version.
        origin: the identity of what is made.
    """

    new: list[DeliveryPlan]
    anew: Collection[str]
    known_folders: tuple[str, ...]
    read_otherwise: tuple[str, ...]
    origin: Origin


def agenda(plans: Sequence[DeliveryPlan], loaded: Loaded, catalogue: Catalogue) -> Agenda:
    """Return what is to be done with the deliveries given, each once, where others are loaded already."""
    made_by = Origin("", catalogue.hash, code_version())
    given = {plan.delivery for plan in plans}
    otherwise = loaded.read_otherwise(made_by.reader)
    anew = {survey for survey, deliveries in otherwise.items() if deliveries <= given}
    order = {delivery: number for number, delivery in enumerate(loaded.deliveries)}
    new = sorted(
        (plan for plan in plans if plan.delivery not in order or plan.survey.survey in anew),
        key=lambda plan: order.get(plan.delivery, len(order)),
    )
    known = [plan for plan in plans if plan not in new]
    read = [
        f"{delivery} {read_by}"
        for delivery, (survey, read_by) in loaded.deliveries.items()
        if survey not in anew
    ] + [f"{plan.delivery} {made_by.reader}" for plan in new]
    digest = hashlib.sha256(
        "\n".join([*read, made_by.catalogue_hash, made_by.code_version]).encode()
    )
    return Agenda(
        new=new,
        anew=anew,
        known_folders=tuple(plan.folder.name for plan in known),
        read_otherwise=tuple(sorted({plan.survey.survey for plan in known} & set(otherwise))),
        origin=Origin(digest.hexdigest()[:12], made_by.catalogue_hash, made_by.code_version),
    )


def distinct(
    plans: Sequence[DeliveryPlan],
) -> tuple[list[DeliveryPlan], tuple[tuple[str, str], ...]]:
    """Return each delivery once, and pairs of a folder and an earlier one of the very same files."""
    first: dict[str, DeliveryPlan] = {}
    for plan in plans:
        first.setdefault(plan.delivery, plan)
    same = (
        (str(plan.folder), str(first[plan.delivery].folder))
        for plan in plans
        if first[plan.delivery] is not plan
    )
    return list(first.values()), tuple(same)


def lacking(loaded: Loaded, catalogue: Catalogue) -> list[str]:
    """Return the faults of a catalogue without the instrument or geography of a survey that is loaded."""
    known = {"instrument": catalogue.instruments, "geography": catalogue.geographies}
    return [
        f"{survey}: this loaded survey has the {kind} {facts[kind]!r}, which this catalogue lacks; name the folder that"
        " it was loaded with under --catalogue"
        for survey, facts in sorted(loaded.surveys.items())
        for kind, names in known.items()
        if facts[kind] not in names
    ]


def changed(warehouse: Path, current: str, origin: Origin) -> str:
    """Return what, beside the deliveries, is another than what the current snapshot was made with."""
    snapshot = open_snapshot(warehouse, current)
    made = snapshot.read("snapshot_info").row(0, named=True)
    snapshot.close()
    pairs = {
        "the catalogue": made["catalogue_hash"] != origin.catalogue_hash,
        "the program": made["code_version"] != origin.code_version,
    }
    changed = [name for name, is_other in pairs.items() if is_other]
    return f"{' and '.join(changed)} changed" if changed else ""
