"""Disclosure control of a snapshot: the slices of people that are hidden wherever its views are read.

A slice is a place x a channel x at most two characteristics of people. `warehouse.suppression` says what hides it and
proves that it cannot be had from what is shown. Offices are shown together or not at all: in every province where one
of them is too small at some channel, or which takes part in hiding something itself, all are hidden.
Plan 1111/KH-BHXH knows no limit of its own; `suppress_below_forms` of the settings is the one in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import duckdb

from warehouse.closure import Closure, Design, Place, close, read_design
from warehouse.errors import UsageError
from warehouse.masking import ANY_CHANNEL, SEPARATOR, SHARE

MOST_CHARACTERISTICS = 2
WHOLE = "all"

_ASKED_OF = """
    SELECT item_ancestor.item, list(DISTINCT asked.of ORDER BY asked.of)
    FROM survey
    INNER JOIN item_ancestor ON survey.instrument = item_ancestor.instrument
    INNER JOIN (SELECT instrument, item, unnest(asked_of) AS of FROM item) AS asked
        ON item_ancestor.instrument = asked.instrument AND item_ancestor.criterion = asked.item
    WHERE survey.survey = ? AND item_ancestor.item_level NOT IN ('overall', 'content') AND asked.of <> 'everyone'
    GROUP BY item_ancestor.item
"""

_Asked = tuple[str, tuple[tuple[str, str], ...]]


class Disclosure:
    """Which slices of a snapshot are hidden.

    Args:
        con: a connection to the database file.
        below: a slice of fewer forms is hidden; 0 hides nothing.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, below: int) -> None:
        self._con = con
        self._below = below
        self._designs: dict[str, Design] = {}
        self._closures: dict[tuple[str, tuple[str, ...]], Closure] = {}
        self._groups: dict[str, dict[str, set[str]]] = {}
        self._keys: dict[_Asked, frozenset[str]] = {}
        self._profile_keys: dict[_Asked, frozenset[str]] = {}

    @property
    def below(self) -> int:
        """Return below how many forms a slice is hidden; 0 hides nothing."""
        return self._below

    def surveys(self) -> list[str]:
        """Return the surveys of the snapshot."""
        rows = self._con.cursor().execute("SELECT survey FROM survey ORDER BY survey").fetchall()
        return [survey for (survey,) in rows]

    def hidden(
        self, people: Mapping[str, str], surveys: Iterable[object], of_profile: bool
    ) -> set[str]:
        """Return the keys that may hide rows of some surveys, for the people of one value of each characteristic.

        Args:
            people: the values; empty for everybody.
            surveys: the surveys that rows are wanted of; rows may compare with any other.
            of_profile: whether they are rows of the respondents' profile.
        """
        found: set[str] = set()
        wanted = set(surveys)
        for survey in self.surveys():
            found |= self.keys(survey, {})
            if survey in wanted:
                found |= (self.profile_keys if of_profile else self.keys)(survey, people)
        return found

    def keys(self, survey: str, people: Mapping[str, str]) -> frozenset[str]:
        """Return the hidden slices of a survey, for the people of one value of each characteristic named.

        Each is its survey, geography, level, code and channel, joined by SEPARATOR; in place of the channel
        stands ANY_CHANNEL too where any single channel of the place is hidden. An item follows where the place and
        channel are shown, but of a hidden service group and nobody else the item is asked.

        Raises:
            UsageError: more characteristics than MOST_CHARACTERISTICS are told apart.
        """
        asked = (survey, tuple(sorted(people.items())))
        if asked not in self._keys:
            self._keys[asked] = frozenset(self._made(survey, dict(asked[1])))
        return self._keys[asked]

    def _made(self, survey: str, people: Mapping[str, str]) -> Iterator[str]:
        if self._below == 0:
            return
        closure = self._closure(survey, tuple(people))
        hidden: dict[Place, set[str]] = {}
        for place, channel in closure.hidden(tuple(people.values())):
            hidden.setdefault(place, set()).add(channel)
            yield SEPARATOR.join((survey, *place, channel))
            if channel in closure.design.channels:
                yield SEPARATOR.join((survey, *place, ANY_CHANNEL))
        members = closure.design.members
        for place, channels in hidden.items():
            for wide in members.keys() - channels:
                inside = {channel for channel in channels if members[channel] < members[wide]}
                for item, groups in self._asked_of(survey).items():
                    if groups & inside:
                        yield SEPARATOR.join((survey, *place, wide, item))

    def _asked_of(self, survey: str) -> dict[str, set[str]]:
        """Map the items that not everybody is asked to the service groups whose people are.

        What all channels say to them is what these groups say. Overall and contents mix the groups, and stay.
        """
        if survey not in self._groups:
            rows = self._con.cursor().execute(_ASKED_OF, [survey]).fetchall()
            self._groups[survey] = {item: set(groups) for item, groups in rows}
        return self._groups[survey]

    def hides(self, asked: Sequence[str], people: Mapping[str, str] | None = None) -> bool:
        """Tell whether the slice of a survey, geography, level, code and channel is hidden.

        Args:
            people: one value of each characteristic of those who are counted; everybody by default.
        """
        slices = SEPARATOR.join(asked)
        return any(slices in self.keys(asked[0], who) for who in ({}, people or {}))

    def hidden_items(self, asked: Sequence[str], people: Mapping[str, str]) -> set[str]:
        """Return the items that are hidden in a slice that is not hidden itself; see `keys`."""
        keys = self.keys(asked[0], {}) | self.keys(asked[0], people)
        return {item for item in self._asked_of(asked[0]) if SEPARATOR.join((*asked, item)) in keys}

    def profile_keys(self, survey: str, people: Mapping[str, str]) -> frozenset[str]:
        """Return the hidden rows of the respondents' profile: the key of a slice, characteristic and value.

        The characteristic with SHARE for its value follows too: the others' shares would tell how many stated it.
        """
        found: set[str] = set()
        if self._below == 0:
            return frozenset()
        asked = (survey, tuple(sorted(people.items())))
        if asked in self._profile_keys:
            return self._profile_keys[asked]
        for characteristic, value in self._stated(survey):
            if characteristic not in people:
                keys = self._whole(survey, {**people, characteristic: value})
                for key in keys:
                    found.add(SEPARATOR.join((*key, characteristic, value)))
                    found.add(SEPARATOR.join((*key, characteristic, *SHARE)))
        self._profile_keys[asked] = frozenset(found)
        return self._profile_keys[asked]

    def _whole(self, survey: str, people: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
        """Give the hidden slices of all channels together."""
        who = dict(sorted(people.items()))
        closure = self._closure(survey, tuple(who))
        for place, channel in closure.hidden(tuple(who.values()), only=WHOLE):
            yield (survey, *place, channel)

    def _stated(self, survey: str) -> list[tuple[str, str]]:
        return cast(
            "list[tuple[str, str]]",
            self._con.cursor()
            .execute(
                "SELECT DISTINCT characteristic, value FROM respondent_profile WHERE survey = ? ORDER BY ALL",
                [survey],
            )
            .fetchall(),
        )

    def _closure(self, survey: str, characteristics: tuple[str, ...]) -> Closure:
        if len(characteristics) > MOST_CHARACTERISTICS:
            raise UsageError(
                f"people are told apart by at most {MOST_CHARACTERISTICS} characteristics at once,"
                f" not by {', '.join(characteristics)}: smaller groups are too few to be shown"
            )
        asked = (survey, characteristics)
        if asked not in self._closures:
            if survey not in self._designs:
                self._designs[survey] = read_design(self._con.cursor(), survey)
            self._closures[asked] = close(
                self._con.cursor(), self._designs[survey], characteristics, self._below
            )
        return self._closures[asked]
