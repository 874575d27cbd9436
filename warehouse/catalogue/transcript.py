"""The part of the catalogue that a survey was judged by, written out again from its snapshot in the catalogue's format.

A snapshot holds the catalogue as tables; an archive needs it as files, so that a version whose own catalogue says
something else by then still finds the questions as they were asked. Where a row stood in its document is kept for
items, options and calendar; of channels and places the snapshot does not hold it, and the row names the archive.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from warehouse.catalogue.reader import Catalogue, Geography, Instrument
from warehouse.catalogue.rows import Item

if TYPE_CHECKING:
    from warehouse.snapshot import Snapshot

_INSTRUMENT = {
    "items": """
        SELECT item, item_level AS level, parent, family, scale, array_to_string(asked_of, ' ') AS asked_of,
            conditional, experience, adverse, label_vi, label_en, status, clause
        FROM item WHERE instrument = $name AND item_level NOT IN ('family', 'overall') ORDER BY sort
    """,
    "options": """
        SELECT item, option, label_vi, label_en, status, clause
        FROM item_option WHERE instrument = $name ORDER BY item, option
    """,
    "channels": """
        SELECT channel, service_group, is_local, owner, label_vi, label_en, owner_vi, owner_en, sort - 100 AS sort,
            'archived' AS status, $origin AS clause
        FROM channel WHERE instrument = $name AND channel_kind = 'channel' ORDER BY sort, channel
    """,
    "calendar": """
        SELECT year, channel, venue, surveyed, clause
        FROM calendar WHERE instrument = $name ORDER BY year, channel, venue NULLS FIRST
    """,
}
_GEOGRAPHY = {
    "regions": """
        SELECT region_code, label_vi, label_en, sort, $origin AS clause
        FROM region WHERE geography = $name ORDER BY sort, region_code
    """,
    "provinces": """
        SELECT province_code, label_vi, label_en, kind, region_code, successor_code, sort, $origin AS clause
        FROM province WHERE geography = $name ORDER BY sort, province_code
    """,
    "tiles": "SELECT province_code, row, col FROM tile WHERE geography = $name ORDER BY province_code",
}


def write_catalogue(
    snapshot: Snapshot, instrument: str, geographies: Sequence[str], folder: Path
) -> None:
    """Write an instrument and geographies of a snapshot as a catalogue folder that can be laid over another."""
    origin = f"snapshot {snapshot.id}"
    at = folder / "instruments" / instrument
    _write_tables(snapshot, _INSTRUMENT, instrument, origin, at)
    _write_yaml(at / "instrument.yaml", _instrument_header(snapshot, instrument))
    for geography in geographies:
        at = folder / "geographies" / geography
        _write_tables(snapshot, _GEOGRAPHY, geography, origin, at)
        _write_yaml(at / "geography.yaml", _geography_header(snapshot, geography, origin))


def _write_tables(
    snapshot: Snapshot, queries: Mapping[str, str], name: str, origin: str, folder: Path
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for table, query in queries.items():
        given = {"name": name} | ({"origin": origin} if "$origin" in query else {})
        found = snapshot.rows(query, given)
        heads = [column[0] for column in found.description or ()]
        rows = found.fetchall()
        if not rows and table != "items":
            continue
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            written = csv.writer(file, lineterminator="\n")
            written.writerow(heads)
            written.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _write_yaml(path: Path, document: Mapping[str, object]) -> None:
    # Every scalar as text: the catalogue's reader takes them as they are written.
    path.write_text(
        yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )


def _labels(snapshot: Snapshot, query: str, **given: str) -> dict[str, dict[str, str]]:
    return {code: {"vi": vi, "en": en} for code, vi, en in snapshot.rows(query, given).fetchall()}


def _instrument_header(snapshot: Snapshot, name: str) -> dict[str, object]:
    (title_vi, title_en, document_vi, document_en, notes_vi, notes_en) = snapshot.rows(
        "SELECT title_vi, title_en, document_vi, document_en, notes_vi, notes_en FROM instrument"
        " WHERE instrument = $name",
        {"name": name},
    ).fetchall()[0]
    pooled = _labels(
        snapshot,
        "SELECT channel, label_vi, label_en FROM channel WHERE instrument = $name AND channel IN ('all', 'local')",
        name=name,
    )
    headings = _labels(
        snapshot,
        "SELECT item, label_vi, label_en FROM item WHERE instrument = $name AND item_level IN ('family', 'overall')",
        name=name,
    )
    header: dict[str, object] = {
        "title": {"vi": title_vi, "en": title_en},
        "document": {"vi": document_vi, "en": document_en},
        "overall": headings.pop("overall"),
        "families": headings,
        "all_channels": pooled["all"],
        "local_channels": pooled["local"],
    }
    if notes_vi:
        header["notes"] = {"vi": notes_vi, "en": notes_en}
    return {key: value for key, value in header.items() if value}


def _geography_header(snapshot: Snapshot, name: str, origin: str) -> dict[str, object]:
    (vi, en, nation_vi, nation_en, valid_from, valid_to, successor) = snapshot.rows(
        "SELECT label_vi, label_en, nation_vi, nation_en, valid_from, valid_to, successor FROM geography"
        " WHERE geography = $name",
        {"name": name},
    ).fetchall()[0]
    header = {
        "title": {"vi": vi, "en": en},
        "nation": {"vi": nation_vi, "en": nation_en},
        "document": {"vi": origin, "en": origin},
        "valid_from": valid_from and valid_from.isoformat(),
        "valid_to": valid_to and valid_to.isoformat(),
        "successor": successor,
    }
    return {key: value for key, value in header.items() if value is not None}


def disagreements(ours: Catalogue, archived: Catalogue, instrument: str) -> list[str]:
    """Return what decides a figure and is not the same in two catalogues, a sentence each.

    Args:
        ours: the catalogue at hand.
        archived: the one that an archive brought.
        instrument: the instrument of the archive; its geographies are all those of `archived` that differ.
    """
    found = []
    mine = ours.instruments.get(instrument)
    if mine is None or _asked(mine) != _asked(archived.instruments[instrument]):
        found.append(f"the instrument {instrument} is not the one that the survey was asked with")
    for name, geography in archived.geographies.items():
        known = ours.geographies.get(name)
        if known is None or _places(known) != _places(geography):
            found.append(f"the geography {name} has other provinces or regions")
    return found


def _asked(instrument: Instrument) -> tuple[object, ...]:
    """Return what of an instrument decides a figure; labels and clauses do not."""
    by_code = {item.item: item for item in instrument.items}

    def family(item: Item) -> str | None:
        above = by_code.get(item.parent or "")
        return item.family or (family(above) if above else None)

    items = [
        (
            *(item.item, item.level, item.parent, family(item), item.scale),
            *(frozenset(item.asked_of), item.conditional, item.experience, item.adverse),
        )
        for item in instrument.items
    ]
    options = sorted((option.item, option.option) for option in instrument.options)
    channels = sorted(
        (channel.channel, channel.service_group or "", channel.is_local)
        for channel in instrument.channels
    )
    return items, options, channels


def _places(geography: Geography) -> tuple[object, ...]:
    provinces = sorted(
        (province.province_code, province.region_code, province.successor_code or "")
        for province in geography.provinces
    )
    return (
        provinces,
        sorted(region.region_code for region in geography.regions),
        geography.successor,
    )
