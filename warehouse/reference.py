"""The catalogue as tables of a snapshot: what the SQL joins with and the dashboard labels by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb
from msgspec.structs import asdict

from warehouse.catalogue import Catalogue, Geography, Instrument
from warehouse.catalogue.rows import Item
from warehouse.catalogue.validation import SCALE_POINTS

_TABLES = {
    "geography": "geography VARCHAR, label_vi VARCHAR, label_en VARCHAR, nation_vi VARCHAR, nation_en VARCHAR,"
    " valid_from DATE, valid_to DATE, successor VARCHAR",
    "region": "geography VARCHAR, region_code VARCHAR, label_vi VARCHAR, label_en VARCHAR, sort INTEGER",
    "province": "geography VARCHAR, province_code VARCHAR, label_vi VARCHAR, label_en VARCHAR, kind VARCHAR,"
    " region_code VARCHAR, successor_code VARCHAR, sort INTEGER",
    "tile": "geography VARCHAR, province_code VARCHAR, row INTEGER, col INTEGER",
    "instrument": "instrument VARCHAR, title_vi VARCHAR, title_en VARCHAR, document_vi VARCHAR, document_en VARCHAR,"
    " notes_vi VARCHAR, notes_en VARCHAR",
    "item": "instrument VARCHAR, item VARCHAR, item_level VARCHAR, parent VARCHAR, family VARCHAR, factor VARCHAR,"
    " service_group VARCHAR, content VARCHAR, scale VARCHAR, scale_points TINYINT, asked_of VARCHAR[],"
    " conditional BOOLEAN, experience BOOLEAN, adverse BOOLEAN, label_vi VARCHAR, label_en VARCHAR, status VARCHAR,"
    " clause VARCHAR, sort INTEGER",
    "item_option": "instrument VARCHAR, item VARCHAR, option UTINYINT, label_vi VARCHAR, label_en VARCHAR,"
    " status VARCHAR, clause VARCHAR, sort INTEGER",
    "form_channel": "instrument VARCHAR, channel VARCHAR, service_group VARCHAR, is_local BOOLEAN",
    "channel": "instrument VARCHAR, channel VARCHAR, channel_kind VARCHAR, service_group VARCHAR, is_local BOOLEAN,"
    " owner VARCHAR, label_vi VARCHAR, label_en VARCHAR, owner_vi VARCHAR, owner_en VARCHAR, sort INTEGER",
    "asked": "instrument VARCHAR, channel VARCHAR, item VARCHAR",
    "calendar": "instrument VARCHAR, year INTEGER, channel VARCHAR, venue VARCHAR, surveyed VARCHAR, clause VARCHAR",
    "milestone": "year INTEGER, value_pct DOUBLE, document_vi VARCHAR, document_en VARCHAR, clause VARCHAR",
    "characteristic": "characteristic VARCHAR, value VARCHAR, label_vi VARCHAR, label_en VARCHAR, sort INTEGER,"
    " is_closed BOOLEAN, clause VARCHAR",
    "announced_result": "result VARCHAR, year INTEGER, instrument VARCHAR, geography VARCHAR, geo_level VARCHAR,"
    " geo_code VARCHAR, channel VARCHAR, item_level VARCHAR, item VARCHAR, measure VARCHAR, value_pct DOUBLE,"
    " value DOUBLE, unit VARCHAR, method VARCHAR, label_vi VARCHAR, label_en VARCHAR, document VARCHAR,"
    " document_date DATE, clause VARCHAR, note_vi VARCHAR, note_en VARCHAR",
    "settings": "suppress_below_forms INTEGER, check_min_forms INTEGER, non_response_above DOUBLE,"
    " conditional_answered_above DOUBLE, drift_above DOUBLE, returned_below_plan DOUBLE, forms_change_above DOUBLE,"
    " pattern_min_answers INTEGER, pattern_margin_pct DOUBLE, pattern_correlation_at_most DOUBLE,"
    " credibility_errors DOUBLE, outlying_margin_pct DOUBLE, burst_min_forms INTEGER, burst_times_expected DOUBLE",
}


def insert(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows given as mappings; columns that a row lacks are null."""
    if rows:
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT unnest($rows, recursive := true)",
            {"rows": [dict(row) for row in rows]},
        )


def create(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Create the catalogue's tables in the candidate that `con` has open, and fill them."""
    for table, columns in _TABLES.items():
        con.execute(f"CREATE TABLE {table} ({columns})")
    for geography in catalogue.geographies.values():
        _insert_geography(con, geography)
    for instrument in catalogue.instruments.values():
        _insert_instrument(con, instrument)
    insert(con, "milestone", [asdict(row) for row in catalogue.milestones])
    insert(con, "characteristic", [asdict(row) for row in catalogue.characteristics])
    insert(con, "announced_result", _ordered(catalogue.published_results, "announced_result"))
    insert(con, "settings", _ordered([catalogue.settings], "settings"))


def _ordered(rows: Iterable[object], table: str) -> list[dict[str, object]]:
    # The first row fixes the type of each key, so every key is cast by its column's type.
    names = [column.strip().split(" ")[0] for column in _TABLES[table].split(",")]
    return [{name: getattr(row, name) for name in names} for row in rows]


def _insert_geography(con: duckdb.DuckDBPyConnection, geography: Geography) -> None:
    header = geography.header
    insert(
        con,
        "geography",
        [
            {
                "geography": geography.name,
                "label_vi": header.title.vi,
                "label_en": header.title.en,
                "nation_vi": header.nation.vi,
                "nation_en": header.nation.en,
                "valid_from": header.valid_from,
                "valid_to": header.valid_to,
                "successor": header.successor,
            }
        ],
    )
    for table, rows in (
        ("region", geography.regions),
        ("province", geography.provinces),
        ("tile", geography.tiles),
    ):
        kept = [{"geography": geography.name} | asdict(row) for row in rows]
        for row in kept:
            row.pop("clause", None)
        insert(con, table, kept)


def _insert_instrument(con: duckdb.DuckDBPyConnection, instrument: Instrument) -> None:
    name, header = instrument.name, instrument.header
    notes = header.notes
    con.execute(
        "INSERT INTO instrument VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            name,
            header.title.vi,
            header.title.en,
            header.document.vi,
            header.document.en,
            notes.vi if notes else None,
            notes.en if notes else None,
        ],
    )
    insert(con, "item", _items(instrument))
    insert(
        con,
        "item_option",
        [{"instrument": name, "sort": row.option} | asdict(row) for row in instrument.options],
    )
    insert(con, "channel", _channels(instrument))
    insert(
        con,
        "form_channel",
        [
            {
                "instrument": name,
                "channel": row.channel,
                "service_group": row.service_group,
                "is_local": row.is_local,
            }
            for row in instrument.channels
        ],
    )
    insert(
        con,
        "asked",
        [
            {"instrument": name, "channel": channel.channel, "item": item.item}
            for channel in instrument.channels
            for item in instrument.answered
            if instrument.asks(channel, item)
        ],
    )
    insert(con, "calendar", [{"instrument": name} | asdict(row) for row in instrument.calendar])


def _items(instrument: Instrument) -> list[dict[str, object]]:
    """Return the items with the headings above each, then the families and the overall index."""
    by_code = {item.item: item for item in instrument.items}

    def above(item: Item) -> list[Item]:
        chain = [item]
        while chain[-1].parent is not None:
            chain.append(by_code[chain[-1].parent])
        return chain

    rows: list[dict[str, object]] = []
    families: dict[str, None] = {}
    for sort, item in enumerate(instrument.items, start=1):
        chain = above(item)
        heading = {step.level: step.item for step in reversed(chain)}
        family = next((step.family for step in chain if step.family), None)
        if family and item.level == "criterion":
            families[family] = None
        row = asdict(item) | {
            "instrument": instrument.name,
            "item_level": item.level,
            "family": family,
            "factor": heading.get("factor"),
            "service_group": heading.get("service_group"),
            "content": heading.get("content"),
            "scale_points": SCALE_POINTS.get(item.scale or ""),
            "asked_of": list(item.asked_of),
            "sort": sort,
        }
        del row["level"]
        rows.append(row)
    headings = [("family", family, instrument.header.families.get(family)) for family in families]
    headings.append(("overall", "overall", instrument.header.overall))
    for sort, (level, code, label) in enumerate(headings, start=len(rows) + 1):
        rows.append(
            dict.fromkeys(rows[0])
            | {
                "instrument": instrument.name,
                "item": code,
                "item_level": level,
                "asked_of": [],
                "conditional": False,
                "experience": False,
                "adverse": False,
                "label_vi": label.vi if label else code,
                "label_en": label.en if label else code,
                "status": "law" if level == "overall" else "assumption",
                "clause": instrument.header.document.vi,
                "sort": 0 if level == "overall" else sort,
            }
        )
    return rows


def _channels(instrument: Instrument) -> list[dict[str, object]]:
    """Return the slices that a page can choose: all, the local channels, each service group, each channel."""
    by_code = {item.item: item for item in instrument.items}
    header = instrument.header
    groups = {row.service_group: row for row in reversed(instrument.channels) if row.service_group}
    blank = dict.fromkeys(("service_group", "is_local", "owner", "owner_vi", "owner_en"))
    rows: list[dict[str, object]] = [
        blank
        | {
            "channel": code,
            "channel_kind": code,
            "label_vi": label.vi,
            "label_en": label.en,
            "sort": sort,
        }
        for sort, (code, label) in enumerate(
            (("all", header.all_channels), ("local", header.local_channels))
        )
    ]
    for sort, code in enumerate(sorted(groups), start=2):
        rows.append(
            blank
            | {
                "channel": code,
                "channel_kind": "service_group",
                "service_group": code,
                "is_local": groups[code].is_local,
                "label_vi": by_code[code].label_vi,
                "label_en": by_code[code].label_en,
                "sort": sort,
            }
        )
    rows += [
        asdict(row) | {"channel_kind": "channel", "sort": 100 + row.sort}
        for row in instrument.channels
    ]
    for row in rows:
        row.pop("status", None)
        row.pop("clause", None)
    return [{"instrument": instrument.name} | row for row in rows]
