"""The table of sampling errors beside the indices, and what else is made from the same answers."""

from __future__ import annotations

import duckdb
import numpy as np

from warehouse.importance import FactorMoments
from warehouse.likeness import LikeForLike, Measured
from warehouse.linearisation import Errors, errors
from warehouse.moments import Floats, Moments
from warehouse.quoting import literal
from warehouse.sampling import Domain as Domain  # noqa: PLC0414 whose errors: part of the question
from warehouse.sampling import Sampling

_KEYS = """
    survey VARCHAR, geography VARCHAR, geo_level VARCHAR, geo_code VARCHAR, channel VARCHAR,
    item_level VARCHAR, item VARCHAR
"""
_COLUMNS = f"{_KEYS}, se_pct DOUBLE, se_srs_pct DOUBLE"
# Made from everybody's answers only, while they are at hand.
_BESIDE = {
    "index_covariance": f"{_KEYS}, reference_level VARCHAR, reference_code VARCHAR, covariance DOUBLE",
    "like_for_like_error": f"{_KEYS}, common_se_pct DOUBLE, common_previous_se_pct DOUBLE",
    "factor_moment": """
        survey VARCHAR, province VARCHAR, channel VARCHAR, item VARCHAR, n_forms BIGINT, n_people BIGINT,
        xy DOUBLE, xx DOUBLE, yy DOUBLE,
        xy_xy DOUBLE, xy_xx DOUBLE, xy_yy DOUBLE, xx_xx DOUBLE, xx_yy DOUBLE, yy_yy DOUBLE
    """,
}


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
    design, and under simple random sampling of as many forms). The lasting table of everybody has three beside it:
    `index_covariance`, the covariance of each province's indices with those of its region and of the nation over the
    same channels; `like_for_like_error`, the errors of the indices on what two surveys have in common, where that is
    not all; `factor_moment`, what the importance of factors is computed from.

    Args:
        con: a connection whose snapshot or candidate holds `form`, `cell_slice` and `item_ancestor`, for the lasting
            table also `previous_survey` and the paths of provinces.
        table: name of the table to create, or to replace.
        domain: whose answers count; everybody's by default.
        temporary: the table lives as long as the connection; so it can be made beside a snapshot.
        weighted: each form counts by its weight; the domain must leave out those without.
    """
    chosen = domain or Domain()
    kind = "TEMP TABLE" if temporary else "TABLE"
    con.execute(f"CREATE OR REPLACE {kind} {table} ({_COLUMNS})")
    surveys = con.execute(
        f"SELECT survey, instrument FROM survey"
        f" SEMI JOIN (SELECT survey FROM main.cell_slice WHERE {chosen.slices}) AS slice USING (survey)"
        f" SEMI JOIN (SELECT survey FROM main.form WHERE {chosen.people}) AS person USING (survey)"
        " ORDER BY year, survey",
        chosen.used(chosen.slices, chosen.people),
    ).fetchall()
    if domain is None:
        _add_everybody(con, table, surveys)
        return
    for survey, instrument in surveys:
        sampling = Sampling(con, survey, instrument, chosen)
        moments = Moments(sampling.design, sampling.channels)
        for cell, answers, weight in sampling.batches(weighted):
            moments.add(cell, answers, weight)
        _add_errors(con, table, survey, errors(moments, sampling.slices))


def _add_everybody(
    con: duckdb.DuckDBPyConnection, table: str, surveys: list[tuple[str, str]]
) -> None:
    """Add everybody's errors, and all that is made from the same answers, survey by survey."""
    for name, columns in _BESIDE.items():
        con.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
    like_for_like = LikeForLike(con)
    for survey, instrument in surveys:
        sampling = Sampling(con, survey, instrument, Domain(), by_venue=True)
        moments, factors = Moments(sampling.design, sampling.channels), FactorMoments(sampling)
        for cell, answers, _ in sampling.batches():
            moments.add(cell, answers)
            factors.add(cell, answers)
        found = errors(moments, sampling.slices, _references(con))
        _add_errors(con, table, survey, found)
        _add_covariances(con, survey, found)
        factors.write(con)
        like_for_like.write(Measured(sampling, moments))


def _add_errors(con: duckdb.DuckDBPyConnection, table: str, survey: str, found: Errors) -> None:
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
        FROM error_found INNER JOIN design_slice USING (slice) INNER JOIN design_level USING (level)
    """)
    con.unregister("error_found")


def _add_covariances(con: duckdb.DuckDBPyConnection, survey: str, found: Errors) -> None:
    if not found.covariance:
        return
    own, reference = np.array(list(found.covariance), dtype=np.int64).T
    values: Floats = np.vstack(list(found.covariance.values()))
    row, level = np.nonzero(~np.isnan(values))
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
            {literal(survey)} AS survey, own.* EXCLUDE (slice), design_level.* EXCLUDE (level),
            whole.geo_level AS reference_level, whole.geo_code AS reference_code, covariance
        FROM covariance_found
        INNER JOIN design_slice AS own ON covariance_found.slice = own.slice
        INNER JOIN design_slice AS whole ON covariance_found.reference = whole.slice
        INNER JOIN design_level USING (level)
    """)
    con.unregister("covariance_found")


def _references(con: duckdb.DuckDBPyConnection) -> dict[int, list[int]]:
    """Return, for each province and local channel slice, its region and the nation over the same channels."""
    found: dict[int, list[int]] = {}
    for own, whole in con.execute("""
        SELECT own.slice, whole.slice
        FROM design_slice AS own
        INNER JOIN province
            ON own.geography = province.geography AND own.geo_code = province.province_code
        INNER JOIN design_slice AS whole
            ON own.geography = whole.geography AND own.channel = whole.channel
            AND (whole.geo_level = 'nation' OR whole.geo_level = 'region' AND province.region_code = whole.geo_code)
        WHERE own.geo_level = 'province' AND own.channel <> 'all'
        ORDER BY ALL
    """).fetchall():
        found.setdefault(own, []).append(whole)
    return found
