"""A survey as its sampling errors see it: the cells of its design, the slices they count in, answers by batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.hierarchy import hierarchy
from warehouse.moments import Design, Floats, Ints
from warehouse.quoting import identifier, literal

BATCH_FORMS = 200_000
SLICE = ("geography", "geo_level", "geo_code", "channel")


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

    def used(self, *texts: str) -> dict[str, object]:
        """Return the parameters that the texts name; the database refuses one too many."""
        return {
            name: value
            for name, value in (self.parameters or {}).items()
            if any(
                f"${name}::" in text or f"${name})" in text or f"${name}," in text for text in texts
            )
        }


class Sampling:
    """The design of one survey, numbered: cells, slices and levels from 0.

    It lives in three temporary tables of the connection, `design_cell`, `design_slice` and `design_level`, until the
    next survey takes their place.

    Args:
        by_venue: cells are told apart by office and venue in any case, not only where a slice wants an office.

    Attributes:
        hierarchy: of the survey's instrument.
        slices: the numbers of the cells of each slice, ascending.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        survey: str,
        instrument: str,
        domain: Domain,
        by_venue: bool = False,
    ) -> None:
        self.survey, self.instrument = survey, instrument
        self._by_venue = by_venue
        self._con, self._domain = con, domain
        self._of_survey = f"survey = {literal(survey)}"
        self.hierarchy = hierarchy(con, instrument)
        self._number()
        self.slices = self._slices()

    def _number(self) -> None:
        self._con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE design_slice AS
            SELECT row_number() OVER (ORDER BY {", ".join(SLICE)}) - 1 AS slice, *
            FROM (
                SELECT DISTINCT {", ".join(SLICE)} FROM main.cell_slice
                WHERE {self._of_survey} AND {self._domain.slices}
            )
            """,
            self._domain.used(self._domain.slices),
        )
        self._con.execute(f"""
            CREATE OR REPLACE TEMP TABLE design_level AS
            SELECT row_number() OVER (ORDER BY item_level, item) - 1 AS level, *
            FROM (
                SELECT DISTINCT item_level, item FROM item_ancestor
                WHERE instrument = {literal(self.instrument)}
            )
        """)
        # Offices and venues lie within a stratum: where nothing asks for them, a stratum is one cell.
        cell = "province, channel, office, venue" if self._is_fine() else "province, channel"
        self._con.execute(f"""
            CREATE OR REPLACE TEMP TABLE design_cell AS
            SELECT
                dense_rank() OVER (ORDER BY {cell}) - 1 AS cell,
                dense_rank() OVER (ORDER BY province, channel) - 1 AS stratum,
                province, channel, office, venue, n_forms
            FROM main.form_count WHERE {self._of_survey}
        """)

    def _is_fine(self) -> bool:
        if self._by_venue:
            return True
        offices = "SELECT count(*) FROM design_slice WHERE geo_level = 'office'"
        return bool((self._con.execute(offices).fetchone() or (0,))[0])

    def _slices(self) -> list[Ints]:
        pairs = self._con.execute(f"""
            SELECT DISTINCT design_slice.slice, design_cell.cell
            FROM (SELECT * FROM main.cell_slice WHERE {self._of_survey}) AS counted
            INNER JOIN design_slice USING ({", ".join(SLICE)})
            INNER JOIN design_cell
                ON counted.province = design_cell.province AND counted.form_channel = design_cell.channel
                AND counted.office = design_cell.office
            ORDER BY ALL
        """).fetchnumpy()
        starts = np.unique(pairs["slice"], return_index=True)[1]
        return (
            np.split(np.asarray(pairs["cell"], dtype=np.int64), starts[1:]) if len(starts) else []
        )

    @cached_property
    def design(self) -> Design:
        """The strata of the cells, and which criteria each level is made of."""
        cells = self._con.execute(
            "SELECT stratum, sum(n_forms) AS n_forms FROM design_cell GROUP BY stratum, cell ORDER BY cell"
        ).fetchnumpy()
        stratum = np.asarray(cells["stratum"], dtype=np.int64)
        return Design(
            stratum=stratum,
            stratum_size=np.bincount(stratum, weights=cells["n_forms"]).astype(np.int64),
            points=self.hierarchy.points,
            membership=self.hierarchy.membership(self.hierarchy.levels),
        )

    @cached_property
    def channels(self) -> Ints:
        """(cells,) a number for the channel of each cell."""
        found = self._con.execute(
            "SELECT dense_rank() OVER (ORDER BY channel) FROM design_cell GROUP BY channel, cell ORDER BY cell"
        ).fetchall()
        return np.array(found, dtype=np.int64).reshape(-1)

    def keys(self) -> list[tuple[str, ...]]:
        """Return the key of each slice: geography, geo level, geo code, channel."""
        rows = self._con.execute(
            f"SELECT {', '.join(SLICE)} FROM design_slice ORDER BY slice"
        ).fetchall()
        return [tuple(row) for row in rows]

    def places(self) -> dict[str, list[tuple[str, ...]]]:
        """Map each geography of the survey to where its cells lie: province as it is there, channel and venue.

        The sampling must have been asked for by venue.
        """
        found: dict[str, list[tuple[str, ...]]] = {}
        rows = self._con.execute(f"""
            SELECT
                geography_path.geography, coalesce(province_path.province_code, 'none'), design_cell.channel, venue
            FROM (SELECT * FROM survey WHERE {self._of_survey}) AS own
            INNER JOIN geography_path ON own.geography = geography_path.form_geography
            CROSS JOIN design_cell
            LEFT JOIN province_path
                ON own.geography = province_path.form_geography
                AND design_cell.province = province_path.form_province
                AND geography_path.geography = province_path.geography
            ORDER BY geography_path.geography, cell
        """).fetchall()
        for geography, *place in rows:
            found.setdefault(geography, []).append(tuple(place))
        return found

    def batches(
        self, weighted: bool = False
    ) -> Iterator[tuple[Ints, NDArray[np.uint8], Floats | None]]:
        """Yield cells (ascending), answers (0 where none) and weights of the people in the domain.

        They come by whole provinces, and only those that a slice wants.
        """
        wanted = np.unique(np.concatenate(self.slices)).tolist() if self.slices else []
        cells = "SELECT * FROM design_cell WHERE list_contains($wanted::BIGINT[], cell)"
        provinces = self._con.execute(
            f"""
            SELECT list(province) FROM (
                SELECT province, sum(sum(n_forms)) OVER (ORDER BY province) // {BATCH_FORMS} AS batch
                FROM ({cells}) GROUP BY province
            ) GROUP BY batch ORDER BY batch
            """,
            {"wanted": wanted},
        ).fetchall()
        answers = ", ".join(
            f"{identifier(f'{self.instrument}/{item}')} AS c{place}"
            for place, item in enumerate(self.hierarchy.criteria)
        )
        weight = "person.weight," if weighted else ""
        people = self._domain.people
        for (some,) in provinces:
            found = self._con.execute(
                f"""
                SELECT design.cell, {weight} {answers}
                FROM (SELECT * FROM main.form WHERE {self._of_survey}
                    AND list_contains($provinces, province) AND {people}) AS person
                INNER JOIN ({cells}) AS design
                    ON person.province = design.province AND person.channel = design.channel
                    AND coalesce(person.office, '') = design.office AND coalesce(person.venue, '') = design.venue
                """,
                {"provinces": some, "wanted": wanted} | self._domain.used(people),
            ).fetchnumpy()
            cell = np.asarray(found.pop("cell"), dtype=np.int64)
            weights = np.asarray(found.pop("weight"), dtype=np.float64) if weighted else None
            points = np.empty((len(self.hierarchy.criteria), len(cell)), dtype=np.uint8)
            for row, given in zip(points, found.values(), strict=True):
                # Where there is no answer the value is masked, or the column has no mask at all.
                np.multiply(np.ma.getdata(given), ~np.ma.getmaskarray(given), out=row)
            # Sorted here: the database would carry every answer through its sort.
            order = np.argsort(cell, kind="stable")
            if len(order):
                yield (
                    cell[order],
                    np.ascontiguousarray(points.T[order]),
                    None if weights is None else weights[order],
                )
