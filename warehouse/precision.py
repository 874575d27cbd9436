"""The table of sampling errors beside the indices: answers go in by batches, errors come out by slice and level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.linearisation import Design, Errors, Floats, Ints, Moments, errors
from warehouse.quoting import identifier, literal

BATCH_FORMS = 200_000
_COLUMNS = """
    survey VARCHAR, geography VARCHAR, geo_level VARCHAR, geo_code VARCHAR, channel VARCHAR,
    item_level VARCHAR, item VARCHAR, se_pct DOUBLE, se_srs_pct DOUBLE
"""
_COVARIANCE_COLUMNS = """
    survey VARCHAR, geography VARCHAR, geo_level VARCHAR, geo_code VARCHAR, channel VARCHAR,
    item_level VARCHAR, item VARCHAR, reference_level VARCHAR, reference_code VARCHAR, covariance DOUBLE
"""


@dataclass(frozen=True)
class Domain:
    """Whose answers count, and where: SQL conditions with their parameters.

    Attributes:
        people: condition on the table `form`.
        slices: condition on the table `cell_slice`.
    """

    people: str = "true"
    slices: str = "true"
    parameters: Mapping[str, object] | None = None


def create_error_table(
    con: duckdb.DuckDBPyConnection,
    table: str,
    domain: Domain | None = None,
    *,
    temporary: bool = False,
    weighted: bool = False,
) -> None:
    """Create the table of errors: one row for each slice and level of `cell_slice`.

    Columns: the seven keys of `satisfaction_index`, `se_pct` and `se_srs_pct` (standard errors in points under the
    design, and under simple random sampling of as many forms). The lasting table of everybody has `index_covariance`
    beside it: the covariance of each province's indices with those of its region and of the nation over the same
    channels.

    Args:
        con: a connection whose snapshot or candidate holds `form`, `form_count`, `cell_slice` and `item_ancestor`.
        table: name of the table to create, or to replace.
        domain: whose answers count; everybody's by default.
        temporary: the table lives as long as the connection; so it can be made beside a snapshot.
        weighted: each form counts by its weight; the domain must leave out those without.
    """
    chosen = domain or Domain()
    with_covariance = domain is None
    kind = "TEMP TABLE" if temporary else "TABLE"
    con.execute(f"CREATE OR REPLACE {kind} {table} ({_COLUMNS})")
    if with_covariance:
        con.execute(f"CREATE OR REPLACE TABLE index_covariance ({_COVARIANCE_COLUMNS})")
    surveys = con.execute(
        f"SELECT survey, instrument FROM survey"
        f" SEMI JOIN (SELECT survey FROM main.cell_slice WHERE {chosen.slices}) AS slice USING (survey)"
        f" SEMI JOIN (SELECT survey FROM main.form WHERE {chosen.people}) AS person USING (survey) ORDER BY survey",
        _used(chosen, chosen.slices, chosen.people),
    ).fetchall()
    for survey, instrument in surveys:
        _add_errors(con, table, survey, instrument, chosen, with_covariance, weighted)


def _used(domain: Domain, *texts: str) -> dict[str, object]:
    """Return the parameters that the texts name; the database refuses one too many."""
    return {
        name: value
        for name, value in (domain.parameters or {}).items()
        if any(f"${name}::" in text or f"${name})" in text or f"${name}," in text for text in texts)
    }


def _add_errors(
    con: duckdb.DuckDBPyConnection,
    table: str,
    survey: str,
    instrument: str,
    domain: Domain,
    with_covariance: bool,
    weighted: bool,
) -> None:
    of_survey = f"survey = {literal(survey)}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE design_cell AS
        SELECT row_number() OVER (ORDER BY province, channel, office) - 1 AS cell, *
        FROM (
            SELECT
                province, channel, office,
                dense_rank() OVER (ORDER BY province, channel) - 1 AS stratum,
                sum(n_forms) AS n_forms
            FROM (SELECT province, channel, office, n_forms FROM main.form_count WHERE {of_survey})
            GROUP BY province, channel, office
        )
    """)
    criteria = con.execute(
        f"SELECT item, scale_points FROM item WHERE instrument = {literal(instrument)}"
        " AND item_level = 'criterion' ORDER BY sort"
    ).fetchall()
    levels = con.execute(
        f"SELECT DISTINCT item_level, item FROM item_ancestor WHERE instrument = {literal(instrument)} ORDER BY ALL"
    ).fetchall()
    moments = Moments(_design(con, instrument, criteria, levels))
    columns = [f"{instrument}/{item}" for item, _ in criteria]
    for cell, weight, answers in _batches(con, columns, of_survey, domain):
        moments.add(cell, answers, weight if weighted else None)
    keys, slices = _slices(con, of_survey, domain)
    references = _references(con, keys) if with_covariance else {}
    found = errors(moments, slices, references)
    con.register(
        "level_found", {"level": np.arange(len(levels)), **_texts(levels, ("item_level", "item"))}
    )
    con.register("slice_found", {"slice": np.arange(len(keys)), **_texts(keys, _SLICE)})
    number, level = np.nonzero(~np.isnan(found.variance))
    con.register(
        "error_found",
        {
            "slice": number,
            "level": level,
            "se_pct": np.sqrt(found.variance[number, level]),
            "se_srs_pct": np.sqrt(found.variance_srs[number, level]),
        },
    )
    con.execute(f"""
        INSERT INTO {table} BY NAME
        SELECT {literal(survey)} AS survey, * EXCLUDE (slice, level)
        FROM error_found INNER JOIN slice_found USING (slice) INNER JOIN level_found USING (level)
    """)
    if found.covariance:
        _add_covariances(con, survey, found)
    for name in ("level_found", "slice_found", "error_found"):
        con.unregister(name)


def _add_covariances(con: duckdb.DuckDBPyConnection, survey: str, found: Errors) -> None:
    pairs = list(found.covariance)
    values = np.vstack([found.covariance[pair] for pair in pairs])
    row, level = np.nonzero(~np.isnan(values))
    own, reference = np.array(pairs, dtype=np.int64).T
    con.register(
        "covariance_found",
        {
            "slice": own[row],
            "reference": reference[row],
            "level": level,
            "covariance": values[row, level],
        },
    )
    con.execute(f"""
        INSERT INTO index_covariance BY NAME
        SELECT
            {literal(survey)} AS survey, own.* EXCLUDE (slice), level_found.* EXCLUDE (level),
            reference.geo_level AS reference_level, reference.geo_code AS reference_code, covariance
        FROM covariance_found
        INNER JOIN slice_found AS own ON covariance_found.slice = own.slice
        INNER JOIN slice_found AS reference ON covariance_found.reference = reference.slice
        INNER JOIN level_found USING (level)
    """)
    con.unregister("covariance_found")


def _references(
    con: duckdb.DuckDBPyConnection, keys: list[tuple[str, ...]]
) -> dict[int, list[int]]:
    """Return, for each province and local channel slice, its region and the nation over the same channels."""
    number = {key: place for place, key in enumerate(keys)}
    region = {
        (geography, province): code
        for geography, province, code in con.execute(
            "SELECT geography, province_code, region_code FROM province"
        ).fetchall()
    }
    references = {}
    for key, place in number.items():
        geography, geo_level, geo_code, channel = key
        if geo_level == "province" and channel != "all":
            above = [
                (geography, "region", region[geography, geo_code], channel),
                (geography, "nation", "vn", channel),
            ]
            references[place] = [number[whole] for whole in above]
    return references


_SLICE = ("geography", "geo_level", "geo_code", "channel")


def _texts(rows: list[tuple[str, ...]], names: tuple[str, ...]) -> dict[str, object]:
    return {
        name: np.array([row[place] for row in rows], dtype=object)
        for place, name in enumerate(names)
    }


def _design(
    con: duckdb.DuckDBPyConnection,
    instrument: str,
    criteria: list[tuple[str, int]],
    levels: list[tuple[str, str]],
) -> Design:
    cells = con.execute(
        "SELECT stratum, n_forms::BIGINT AS n FROM design_cell ORDER BY cell"
    ).fetchnumpy()
    stratum = np.asarray(cells["stratum"], dtype=np.int64)
    membership = np.zeros((len(criteria), len(levels)))
    row = {item: place for place, (item, _) in enumerate(criteria)}
    column = {level: place for place, level in enumerate(levels)}
    for criterion, item_level, item in con.execute(
        "SELECT criterion, item_level, item FROM item_ancestor WHERE instrument = ?", [instrument]
    ).fetchall():
        membership[row[criterion], column[item_level, item]] = 1
    return Design(
        stratum=stratum,
        stratum_size=np.bincount(stratum, weights=np.asarray(cells["n"], dtype=np.float64)).astype(
            np.int64
        ),
        points=np.array([points for _, points in criteria], dtype=np.float64),
        membership=membership,
    )


def _batches(
    con: duckdb.DuckDBPyConnection, columns: list[str], of_survey: str, domain: Domain
) -> Iterator[tuple[Ints, Floats, NDArray[np.uint8]]]:
    """Yield cells, weights and answers of the respondents in the domain, some provinces at a time."""
    answers = ", ".join(
        f"coalesce({identifier(name)}, 0)::UTINYINT AS c{place}"
        for place, name in enumerate(columns)
    )
    provinces = con.execute(
        f"""
        SELECT list(province) FROM (
            SELECT province, sum(sum(n_forms)) OVER (ORDER BY province) // {BATCH_FORMS} AS batch
            FROM design_cell GROUP BY province
        ) GROUP BY batch ORDER BY batch
        """
    ).fetchall()
    for (some,) in provinces:
        found = con.execute(
            f"""
            SELECT design_cell.cell, coalesce(person.weight, 1) AS weight, {answers}
            FROM (SELECT * FROM main.form WHERE {of_survey} AND list_contains($provinces, province)
                AND {domain.people}) AS person
            INNER JOIN design_cell
                ON person.province = design_cell.province AND person.channel = design_cell.channel
                AND coalesce(person.office, '') = design_cell.office
            ORDER BY design_cell.cell
            """,
            {"provinces": some} | _used(domain, domain.people),
        ).fetchnumpy()
        cell = np.asarray(found.pop("cell"), dtype=np.int64)
        weight = np.asarray(found.pop("weight"), dtype=np.float64)
        if len(cell):
            yield cell, weight, np.column_stack(list(found.values()))


def _slices(
    con: duckdb.DuckDBPyConnection, of_survey: str, domain: Domain
) -> tuple[list[tuple[str, ...]], list[Ints]]:
    """Return the keys of the slices, and the numbers of the cells of each, ascending."""
    rows = con.execute(
        f"""
        SELECT geography, geo_level, geo_code, slice.channel, list(cell ORDER BY cell)
        FROM (SELECT * FROM main.cell_slice WHERE {of_survey} AND {domain.slices}) AS slice
        INNER JOIN design_cell
            ON slice.province = design_cell.province AND slice.form_channel = design_cell.channel
            AND slice.office = design_cell.office
        GROUP BY ALL
        ORDER BY ALL
        """,
        _used(domain, domain.slices),
    ).fetchall()
    return [tuple(row[:4]) for row in rows], [np.array(row[4], dtype=np.int64) for row in rows]
