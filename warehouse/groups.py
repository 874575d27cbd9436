"""The satisfaction indices among the people of one slice, by what they stated of one characteristic.

All groups are counted in one pass over the answers, which are kept at hand, and stand where places stand: so the text
of the view makes indices of their counts as it does of everybody's. `Snapshot.filtered` gives the same of any view, one
group at a time and some ten times as slowly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse import relations
from warehouse.conditions import SLICE_KEYS
from warehouse.disclosure import Disclosure
from warehouse.errors import UsageError
from warehouse.frames import frame
from warehouse.hierarchy import Hierarchy, hierarchy
from warehouse.linearisation import errors
from warehouse.masking import REASON
from warehouse.moments import Design, Ints, Moments
from warehouse.plan import MOST_SURVEYS, PEOPLE
from warehouse.quoting import identifier

POINTS = 5
"""The highest point of any scale of a criterion."""
STRATUM = ("province", "channel")
COUNTED = ("slice_form", "slice_item", "index_error")
"""The relations that the view is made of and that are counted here."""


@dataclass(frozen=True)
class Respondents:
    """Everybody of a survey, sorted by the stratum.

    Attributes:
        hierarchy: of the survey's instrument.
        strata: (province, channel) of each stratum, ascending.
        stratum: (forms,) its number, ascending.
        answers: (forms, criteria) points answered, 0 where there is no answer.
        stated: for each characteristic what people state, ascending, and (forms,) its number, -1 where nothing.
    """

    hierarchy: Hierarchy
    strata: list[tuple[str, str]]
    stratum: Ints
    answers: NDArray[np.uint8]
    stated: Mapping[str, tuple[list[str], NDArray[np.int16]]]


@dataclass(frozen=True)
class People:
    """The respondents of a slice who stated a characteristic, sorted by their cell: stratum x group.

    Attributes:
        hierarchy: of the survey's instrument.
        values: what the groups stated.
        cell: (forms,) stratum · groups + group, ascending.
        answers: (forms, criteria) points answered, 0 where there is no answer.
        stratum_size: (strata,) forms in each stratum, those without the characteristic too.
        channel: (strata,) a number for the channel of each.
    """

    hierarchy: Hierarchy
    values: list[str]
    cell: Ints
    answers: NDArray[np.uint8]
    stratum_size: Ints
    channel: Ints


class Groups:
    """The groups of people of a snapshot.

    Args:
        con: a connection to its database file.
        disclosure: which groups are hidden.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, disclosure: Disclosure) -> None:
        self._con, self._disclosure = con, disclosure
        self._read = lru_cache(MOST_SURVEYS)(lambda survey: respondents(con.cursor(), survey))

    def satisfaction(self, characteristic: str, asked: Mapping[str, str]) -> pl.DataFrame:
        """Return the rows of `satisfaction_index` of each group of people in a slice above the office.

        Columns: value (what the group stated) and those of the view but `unreliable`, with the value for the code of
        the place. A group that is hidden has one row with nothing but `suppressed`, an item that is hidden in a group
        that is not one with the item beside it.

        Args:
            characteristic: a column of the table `form`.
            asked: survey, geography, geo_level, geo_code and channel of the slice.

        Raises:
            UsageError: there is no such characteristic, or the slice is of an office.
        """
        if asked["geo_level"] == "office":
            raise UsageError("groups of people are compared in provinces and above, not in offices")
        cursor = self._con.cursor()
        everybody = self._read(asked["survey"])
        if characteristic not in everybody.stated:
            known = ", ".join(everybody.stated)
            raise UsageError(f"there is no characteristic {characteristic!r}; there are {known}")
        people = _people(cursor, everybody, characteristic, asked)
        _register(cursor, asked, people)
        ctes = ", ".join(f"{name} AS (SELECT * FROM group_{name})" for name in COUNTED)
        key = ", ".join(relations.PUBLISHED["satisfaction_index"].key)
        text = relations.text("satisfaction_index")
        rows = frame(
            cursor, f"WITH {ctes} SELECT geo_code AS value, * FROM ({text}) AS found ORDER BY {key}"
        )
        slices, hides = [asked[name] for name in SLICE_KEYS], self._disclosure.hides
        # Of those too that nobody here stated: told as empty, they would let the hidden ones beside them be worked out.
        stated, _ = everybody.stated[characteristic]
        hidden = [value for value in stated if hides(slices, {characteristic: value})]
        told: list[tuple[str, str | None]] = [(value, None) for value in hidden]
        for value in set(stated) - set(hidden):
            items = self._disclosure.hidden_items(slices, {characteristic: value})
            told += [(value, item) for item in sorted(items)]
        keys = {"value": pl.String(), "item": pl.String()}
        lacking = pl.DataFrame(told, schema=keys, orient="row")
        shown = rows.filter(~pl.col("value").is_in(hidden)).join(lacking, on=list(keys), how="anti")
        lacking = lacking.with_columns(suppressed=pl.lit(REASON))
        return pl.concat([shown, lacking], how="diagonal")


def respondents(con: duckdb.DuckDBPyConnection, survey: str) -> Respondents:
    """Read everybody of a survey."""
    row = con.execute("SELECT instrument FROM survey WHERE survey = ?", [survey]).fetchone()
    instrument = str(row[0]) if row else ""
    of = hierarchy(con, instrument)
    answers = [f"{instrument}/{item}" for item in of.criteria]
    names = ", ".join(map(identifier, [*STRATUM, *PEOPLE, *answers]))
    forms = frame(con, f"SELECT {names} FROM main.form WHERE survey = $survey", {"survey": survey})
    place = pl.struct(STRATUM)
    forms = forms.with_columns(stratum=place.rank("dense") - 1).sort("stratum")
    stated = {}
    for name in PEOPLE:
        values = sorted(forms[name].drop_nulls().unique())
        number = {value: at for at, value in enumerate(values)}
        codes = forms[name].replace_strict(number, default=-1, return_dtype=pl.Int16)
        stated[name] = values, codes.to_numpy()
    return Respondents(
        of,
        forms.select(STRATUM).unique(maintain_order=True).rows(),
        forms["stratum"].cast(pl.Int64).to_numpy(),
        forms.select(answers).fill_null(0).to_numpy(order="c").astype(np.uint8, copy=False),
        stated,
    )


def _people(
    con: duckdb.DuckDBPyConnection,
    everybody: Respondents,
    characteristic: str,
    asked: Mapping[str, str],
) -> People:
    """Return the respondents of a slice."""
    slices = " AND ".join(f"{name} = ${name}" for name in asked)
    wanted = con.execute(
        f"SELECT DISTINCT province, form_channel FROM main.cell_slice WHERE {slices}", dict(asked)
    ).fetchall()
    number = {stratum: at for at, stratum in enumerate(everybody.strata)}
    strata = np.array(sorted(number[one] for one in wanted if one in number), dtype=np.int64)
    starts, ends = (np.searchsorted(everybody.stratum, strata, side) for side in ("left", "right"))
    size = ends - starts
    rows = np.repeat(starts - np.cumsum(size) + size, size) + np.arange(size.sum())
    values, codes = everybody.stated[characteristic]
    own = np.repeat(np.arange(len(strata)), size)
    stating = codes[rows] >= 0
    rows, own = rows[stating], own[stating]
    found, group = np.unique(codes[rows], return_inverse=True)
    cell = own * len(found) + group
    order = np.argsort(cell, kind="stable")
    channels = [everybody.strata[at][1] for at in strata]
    return People(
        everybody.hierarchy,
        [values[at] for at in found],
        cell[order],
        everybody.answers[rows[order]],
        size,
        np.unique(np.array(channels, dtype=np.str_), return_inverse=True)[1],
    )


def _register(con: duckdb.DuckDBPyConnection, asked: Mapping[str, str], people: People) -> None:
    """Put the counts and the standard errors of each group where the view looks for those of a place."""
    of, n_groups = people.hierarchy, len(people.values)
    group = people.cell % max(n_groups, 1)
    # (groups, criteria, points from 0), which is no answer.
    counted = np.zeros((n_groups, len(of.criteria), POINTS + 1), dtype=np.int64)
    for at in np.flatnonzero(people.answers.any(axis=0)):
        points = group * (POINTS + 1) + people.answers[:, at]
        counted[:, at] = np.bincount(points, minlength=counted[:, 0].size).reshape(n_groups, -1)
    total = counted[:, :, 1:].sum(axis=2)
    who, what = np.nonzero(total)
    forms = {"geo_code": people.values, "n_forms": np.bincount(group, minlength=n_groups)}
    items = {
        "geo_code": [people.values[at] for at in who],
        "item": [of.criteria[at] for at in what],
        "n_answers": total[who, what],
        **{f"n{point}": counted[who, what, point] for point in range(1, POINTS + 1)},
    }
    text = dict.fromkeys(("geo_code", "item_level", "item"), pl.String)
    slices = pl.DataFrame([asked], schema=[n for n in asked if n != "geo_code"])
    for name, columns in zip(COUNTED, (forms, items, _errors(people)), strict=True):
        own = {column: kind for column, kind in text.items() if column in columns}
        rows = slices.join(pl.DataFrame(columns, schema_overrides=own), how="cross")
        con.register(f"group_{name}", rows)


def _errors(people: People) -> dict[str, object]:
    """Return geo_code, item_level, item, se_pct and se_srs_pct: a group is a domain of the slice's people."""
    of, n_groups, n_strata = people.hierarchy, len(people.values), len(people.stratum_size)
    stratum = np.repeat(np.arange(n_strata), n_groups)
    design = Design(stratum, people.stratum_size, of.points, of.membership(of.levels))
    moments = Moments(design, np.repeat(people.channel, n_groups))
    moments.add(people.cell, people.answers)
    cells = [np.arange(at, n_strata * n_groups, n_groups) for at in range(n_groups)]
    found = errors(moments, cells)
    who, level = np.nonzero(~np.isnan(found.variance))
    return {
        "geo_code": [people.values[at] for at in who],
        "item_level": [of.levels[at][0] for at in level],
        "item": [of.levels[at][1] for at in level],
        "se_pct": np.sqrt(found.variance[who, level]),
        "se_srs_pct": np.sqrt(found.variance_srs[who, level]),
    }
