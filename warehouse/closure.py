"""What is hidden of a survey: its forms counted for `warehouse.suppression`, place by place and office by office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb
import numpy as np

from warehouse.exchanges import exchanges
from warehouse.quoting import identifier
from warehouse.suppression import CHANNEL, Counts, Exchange, Mask, Members, Nest, People, Slice

Place = tuple[str, str, str]
"""Geography, level and code."""


@dataclass(frozen=True)
class Design:
    """What a survey's slices are made of, whoever is counted.

    Attributes:
        units: the provinces of the survey's own list that have forms of local channels, then the centre.
        channels: the channels that forms came through.
        members: the channels of each channel slice.
        places: the units of each place but offices.
        offices: each office slice with the unit and the name of the offices in it.
        slices: place and channel of every slice with forms.
    """

    survey: str
    units: tuple[str, ...]
    channels: tuple[str, ...]
    members: Mapping[str, Members]
    places: Mapping[Place, Members]
    offices: Mapping[Place, tuple[tuple[int, str], ...]]
    slices: tuple[tuple[Place, str], ...]

    def nests(self) -> tuple[Nest, ...]:
        """Return the places inside each other, the widest first."""
        centre = frozenset({len(self.units) - 1})
        local = frozenset(range(len(self.units) - 1))
        found = [Nest((local, centre))]
        for geography in dict.fromkeys(place[0] for place in self.places):
            regions = self._of(geography, "region")
            found.append(Nest(regions))
            provinces = self._of(geography, "province")
            found += [Nest(tuple(one for one in provinces if one <= region)) for region in regions]
        return tuple(Nest(tuple(one for one in nest.children if one)) for nest in found)

    def _of(self, geography: str, level: str) -> tuple[Members, ...]:
        return tuple(
            units for place, units in self.places.items() if place[:2] == (geography, level)
        )


@dataclass(frozen=True)
class Offices:
    """The named offices: forms by office, channel and the values of each characteristic; theirs and their province's.

    Attributes:
        at: where each office stands, by its unit and name.
    """

    at: Mapping[tuple[int, str], int]
    counts: Counts
    province: Counts

    def small(self, below: int, not_stated: Sequence[int | None]) -> Mask:
        """Tell which offices have a slice of a few, or one that leaves a few of its province or of a line."""
        small = np.zeros(self.counts.shape[0], dtype=bool)
        axes = range(1, self.counts.ndim)
        for table in (table for size in range(len(axes) + 1) for table in combinations(axes, size)):
            summed = tuple(axis for axis in axes if axis not in table)
            own = self.counts.sum(axis=summed, keepdims=True)
            rest = [self.province.sum(axis=summed, keepdims=True) - own]
            rest += [own.sum(axis=axis, keepdims=True) - own for axis in table if axis > CHANNEL]
            few = (own > 0) & (own < below)
            for left in rest:
                few |= (own > 0) & (left > 0) & (left < below)
            for axis, absent in enumerate(not_stated, start=CHANNEL + 1):
                if absent is not None and axis in table:
                    np.moveaxis(few, axis, 0)[absent] = False
            small |= few.any(axis=tuple(axes))
        return small

    def is_province(self, office: int, channels: Members) -> bool:
        """Tell whether an office is all of its province at each of some channels."""
        others = self.province[office] - self.counts[office]
        return not others[sorted(channels)].any()


@dataclass(frozen=True)
class Closure:
    """What is hidden of a survey when people are told apart by some characteristics."""

    design: Design
    people: People
    values: tuple[tuple[str | None, ...], ...]
    found: tuple[Exchange, ...]
    offices: Offices
    shut: Members
    """The units whose offices are hidden."""

    def hidden(self, chosen: Sequence[str], only: str | None = None) -> Iterator[tuple[Place, str]]:
        """Give place and channel of the slices that are hidden for people of the chosen values.

        Args:
            chosen: the value of each characteristic.
            only: the one channel slice asked for; by default all.
        """
        if not self.found and not self.shut:
            return
        at = {
            CHANNEL + 1 + i: frozenset({self.values[i].index(value)})
            for i, value in enumerate(chosen)
            if value in self.values[i]
        }
        for place, channel in self.design.slices:
            if only not in (None, channel):
                continue
            members = self.design.members[channel]
            if place in self.design.offices:
                hides = self._hides_office(self.design.offices[place], members, at)
            else:
                hides = self._hides(Slice(self.design.places[place], members, at))
            if hides:
                yield place, channel

    def _hides(self, asked: Slice) -> bool:
        return any(exchange.hides(asked, self.people.served) for exchange in self.found)

    def _hides_office(
        self, parts: Sequence[tuple[int, str]], members: Members, at: Mapping[int, Members]
    ) -> bool:
        if not any(unit in self.shut for unit, _ in parts):
            return False
        if len(parts) > 1:
            return True
        office = self.offices.at[parts[0]]
        of_channel = self.offices.counts[office].reshape(len(self.design.channels), -1).sum(axis=1)
        served = frozenset(np.flatnonzero(of_channel).tolist()) & members
        # The only office of the province at these channels is the province there.
        return not self.offices.is_province(office, served) or self._hides(
            Slice(frozenset({parts[0][0]}), served, at)
        )


def read_design(con: duckdb.DuckDBPyConnection, survey: str) -> Design:
    """Read what the slices of a survey are made of."""
    rows = con.execute(
        "SELECT DISTINCT form_channel, channel FROM cell_slice WHERE survey = ?"
        " AND geo_level = 'nation' ORDER BY ALL",
        [survey],
    ).fetchall()
    channels = tuple(sorted({own for own, _ in rows}))
    members = {
        channel: frozenset(channels.index(own) for own, of in rows if of == channel)
        for channel in sorted({of for _, of in rows})
    }
    rows = con.execute(
        "SELECT DISTINCT geography, geo_level, geo_code, province, office FROM cell_slice"
        " WHERE survey = ? AND geo_level <> 'nation' ORDER BY ALL",
        [survey],
    ).fetchall()
    units = (*sorted({province for *_, province, _ in rows}), "")
    places: dict[Place, set[int]] = {}
    offices: dict[Place, dict[tuple[int, str], None]] = {}
    for geography, level, code, province, office in rows:
        place = (geography, level, code)
        if level == "office":
            offices.setdefault(place, {})[units.index(province), office] = None
        else:
            places.setdefault(place, set()).add(units.index(province))
    slices = con.execute(
        "SELECT geography, geo_level, geo_code, channel FROM slice_form WHERE survey = ? ORDER BY ALL",
        [survey],
    ).fetchall()
    for geography, level, code, _ in slices:
        if level == "nation":
            places.setdefault((geography, level, code), set(range(len(units))))
    return Design(
        survey,
        units,
        channels,
        members,
        {place: frozenset(inside) for place, inside in places.items()},
        {place: tuple(inside) for place, inside in offices.items()},
        tuple(((geography, level, code), channel) for geography, level, code, channel in slices),
    )


def close(
    con: duckdb.DuckDBPyConnection,
    design: Design,
    characteristics: tuple[str, ...],
    below: int,
) -> Closure:
    """Find what is hidden of a survey when people are told apart by some characteristics.

    Args:
        con: a connection to the database file.
        design: what the survey's slices are made of.
        characteristics: columns of the forms.
        below: a slice of fewer forms is hidden.
    """
    told_apart = "".join(f", {identifier(name)}" for name in characteristics)
    rows = con.execute(
        f"""
        SELECT
            CASE WHEN form_channel.is_local THEN province ELSE '' END AS unit,
            CASE WHEN form_channel.is_local THEN coalesce(office, '') ELSE '' END AS office_name,
            form.channel,
            count(*) AS n_forms
            {told_apart}
        FROM form
        INNER JOIN survey ON form.survey = survey.survey
        INNER JOIN form_channel
            ON survey.instrument = form_channel.instrument AND form.channel = form_channel.channel
        WHERE form.survey = ?
        GROUP BY ALL
        ORDER BY ALL
        """,
        [design.survey],
    ).fetchall()
    values = tuple(
        tuple(sorted({row[4 + i] for row in rows}, key=lambda value: (value is None, value)))
        for i in range(len(characteristics))
    )
    shape = (len(design.channels), *(len(stated) for stated in values))
    counts = np.zeros((len(design.units), *shape), dtype=np.int64)
    named = sorted({(row[0], row[1]) for row in rows if row[1]})
    at_office = {(design.units.index(unit), office): i for i, (unit, office) in enumerate(named)}
    of_office = np.zeros((len(named), *shape), dtype=np.int64)
    for unit, office, channel, n_forms, *stated in rows:
        of = design.units.index(unit)
        at = (design.channels.index(channel), *(values[i].index(v) for i, v in enumerate(stated)))
        counts[(of, *at)] += n_forms
        if office:
            of_office[(at_office[of, office], *at)] += n_forms
    not_stated = tuple(stated.index(None) if None in stated else None for stated in values)
    groups = tuple(group for group in design.members.values() if len(group) > 1)
    people = People(counts, design.nests(), not_stated, groups)
    found = tuple(exchanges(people, below))
    offices = Offices(at_office, of_office, counts[[unit for unit, _ in at_office]])
    small = offices.small(below, not_stated)
    shut = {unit for (unit, _), i in at_office.items() if small[i]}
    for unit in {unit for unit, _ in at_office} - shut:
        mine = [i for (of, _), i in at_office.items() if of == unit]
        elsewhere = (counts[unit] - of_office[mine].sum(axis=0)).reshape(shape[0], -1).sum(axis=1)
        # People of no named office can be exchanged without any office being touched.
        free = frozenset(np.flatnonzero(elsewhere).tolist())
        needed = [
            exchange.channels or people.served[unit]
            for exchange in found
            if unit in (exchange.units or people.everywhere)
        ]
        if not all(channels <= free for channels in needed):
            shut.add(unit)
    return Closure(design, people, values, found, offices, frozenset(shut))
