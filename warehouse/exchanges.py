"""Choosing the exchanges of `warehouse.suppression`, so that every slice of too few people is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from warehouse.suppression import CHANNEL, Counts, Exchange, Mask, Members, Nest, People, Slice

Boxes = dict[int, set[int]]
"""What an exchange takes from each axis but the units."""


def exchanges(people: People, below: int) -> list[Exchange]:
    """Choose the exchanges that hide every slice of 1 to `below` - 1 forms, or that all but so few belong to.

    From the fewest dimensions to the most and from the widest place to the narrowest: what one exchange hides needs
    none of its own. A combination of two dimensions that nobody is in counts as few, since an empty one gives away
    its neighbours; an empty value of one characteristic hides nobody.

    Args:
        people: the forms of a survey.
        below: the limit.
    """
    found: list[Exchange] = []
    root = Nest((people.everywhere,))
    axes = range(CHANNEL, people.counts.ndim)
    for size in range(len(axes) + 1):
        for table in combinations(axes, size):
            for nest in (root, *people.nests):
                for place in nest.children:
                    _Search(people, below, table, nest, place, found).run()
    for table in (table for size in range(len(axes)) for table in combinations(axes[1:], size)):
        for place in (place for nest in (root, *people.nests) for place in nest.children):
            found += _groups_of_few(people, below, table, place, found)
    return found


def _groups_of_few(
    people: People, below: int, table: tuple[int, ...], place: Members, found: list[Exchange]
) -> Iterator[Exchange]:
    """Give what hides groups of channels that are still shown with too few people."""
    for group in people.groups:
        cells = people.table(place, (CHANNEL, *table))[sorted(group)].sum(axis=0)
        few = (cells > 0) & (cells < below) & people.stated(table, cells.shape)
        for cell in np.argwhere(few).tolist():
            values = {axis: frozenset({i}) for axis, i in zip(table, cell, strict=True)}
            asked = Slice(place, group, values)
            if not any(exchange.hides(asked, people.served) for exchange in found):
                yield _breakdown(people, table) or Exchange(place, group, values, alone=True)


def _breakdown(people: People, table: Sequence[int]) -> Exchange | None:
    """Return what hides a breakdown by characteristics wherever it is asked for; None where there is none to hide.

    Whoever tells nobody apart still sees everything: what is hidden here needs no slice of theirs to be hidden.
    """
    values = {
        axis: frozenset(range(people.counts.shape[axis])) for axis in table if axis != CHANNEL
    }
    return Exchange(None, None, values) if values else None


@dataclass
class _Search:
    """The search for what hides the few of one place in one table; `found` grows."""

    people: People
    below: int
    table: tuple[int, ...]
    nest: Nest
    place: Members
    found: list[Exchange]

    def run(self) -> None:
        """Add exchanges until no cell of too few people is left."""
        cells = self.people.table(self.place, self.table)
        hidden = np.zeros(cells.shape, dtype=bool)
        for exchange in self.found:
            self._hide(exchange, hidden)
        while few := self._few(cells, hidden):
            # One channel at a time: an exchange needs units that have all its channels.
            if CHANNEL in self.table:
                few = [cell for cell in few if cell[0] == few[0][0]]
            boxes = {axis: {cell[at] for cell in few} for at, axis in enumerate(self.table)}
            between = self._between_places(boxes)
            if between is not None and between.hides(self._slice(few[0]), self.people.served):
                exchange = between
            else:
                exchange = self._last_resort(few[0])
            self.found.append(exchange)
            self._hide(exchange, hidden)

    def _last_resort(self, cell: Sequence[int]) -> Exchange:
        """Return what hides a cell that no two places or channels can exchange people in."""
        by_people = _breakdown(self.people, self.table)
        if by_people is not None and by_people.hides(self._slice(cell), self.people.served):
            return by_people
        boxes = {axis: {cell[at]} for at, axis in enumerate(self.table)}
        return self._exchange(self.place, boxes, alone=True)

    def _hide(self, exchange: Exchange, hidden: Mask) -> None:
        """Mark the cells that an exchange hides."""
        if not set(exchange.values) <= set(self.table):
            return
        box = [sorted(exchange.values.get(axis, range(n))) for axis, n in self._sizes()]
        if CHANNEL not in self.table:
            if exchange.hides(self._slice([of[0] for of in box]), self.people.served):
                hidden[np.ix_(*box)] = True
            return
        for channel in range(hidden.shape[0]):
            cell = [channel, *(of[0] for of in box[1:])]
            if exchange.hides(self._slice(cell), self.people.served):
                hidden[np.ix_([channel], *box[1:])] = True

    def _sizes(self) -> list[tuple[int, int]]:
        return [(axis, self.people.counts.shape[axis]) for axis in self.table]

    def _few(self, cells: Counts, hidden: Mask) -> list[tuple[int, ...]]:
        """Return the shown cells of too few people, or that leave too few when they are taken from a shown line."""
        few = (cells > 0) & (cells < self.below)
        if len(self.table) > 1:
            inhabited = np.ones(cells.shape, dtype=bool)
            for at in range(cells.ndim):
                inhabited &= cells.sum(axis=at, keepdims=True) > 0
            few |= (cells == 0) & inhabited & (self.below > 0)
        stated = self.people.stated(self.table, cells.shape)
        for at in range(cells.ndim):
            rest = cells.sum(axis=at, keepdims=True) - cells
            few |= (cells > 0) & (rest > 0) & (rest < self.below)
            unseen = (hidden | ~stated) * cells
            left = unseen.sum(axis=at, keepdims=True)
            among = (unseen * stated).sum(axis=at, keepdims=True)
            shown = np.where(hidden | ~stated | (cells == 0), np.iinfo(np.int64).max, cells)
            least = (shown == shown.min(axis=at, keepdims=True)) & (shown < np.iinfo(np.int64).max)
            few |= (among > 0) & (left < self.below) & least
        found = np.argwhere(few & stated & ~hidden)
        return [tuple(cell) for cell in found.tolist()]

    def _slice(self, cell: Sequence[int]) -> Slice:
        at = dict(zip(self.table, cell, strict=True))
        every = frozenset(range(self.people.counts.shape[CHANNEL]))
        return Slice(
            self.place,
            frozenset({at[CHANNEL]}) if CHANNEL in at else every,
            {axis: frozenset({i}) for axis, i in at.items() if axis != CHANNEL},
        )

    def _between_places(self, boxes: Boxes) -> Exchange | None:
        """Extend the boxes, and find places to exchange people with; None where there is nobody to exchange."""
        if not self._grow(boxes, [self.place]):
            return None
        if len(self.nest.children) == 1:
            return self._exchange(None, boxes)
        together = [self.place]
        for other in sorted(self.nest.children, key=lambda place: self._cost(place, boxes)):
            if other == self.place or not self._can_exchange(other, boxes):
                continue
            if self._grow(boxes, [*together, other]):
                together.append(other)
                if self._line(together, boxes).min(initial=self.below) >= self.below:
                    break
        if len(together) == 1:
            if CHANNEL in self.table:
                return self._exchange(None, boxes)
            apart = [place for place in self.nest.children if place != self.place]
            if not apart:
                return None
            nearest = min(apart, key=lambda place: self._cost(place, boxes))
            return self._exchange(self.place | nearest, boxes, across=True)
        return self._exchange(frozenset().union(*together), boxes)

    def _exchange(
        self, units: Members | None, boxes: Boxes, alone: bool = False, across: bool = False
    ) -> Exchange:
        channels = frozenset(boxes[CHANNEL]) if CHANNEL in boxes else None
        if units is not None and channels is not None and not alone:
            units = frozenset(self._having(units, boxes))
        values = {axis: frozenset(box) for axis, box in boxes.items() if axis != CHANNEL}
        return Exchange(units, channels, values, alone, across)

    def _having(self, place: Members, boxes: Boxes) -> set[int]:
        """Return the units of a place that have all the channels of the box."""
        wanted = boxes.get(CHANNEL, set())
        return {unit for unit in place if self.people.served[unit] >= wanted}

    def _can_exchange(self, other: Members, boxes: Boxes) -> bool:
        if CHANNEL in self.table:
            return bool(self._having(other, boxes))
        served = self.people.served
        return not _union(served, other).isdisjoint(_union(served, self.place))

    def _cost(self, other: Members, boxes: Boxes) -> tuple[bool, int, int, list[int]]:
        """Return by what a place is preferred: its channels, the places kept whole, and how few people it hides."""
        served = self.people.served
        parted = sum(
            self.place.isdisjoint(place) != other.isdisjoint(place)
            for nest in self.people.nests
            for place in nest.children
        )
        return (
            _union(served, other) != _union(served, self.place),
            parted,
            int(self._line([other], boxes).sum()),
            sorted(other),
        )

    def _line(self, places: Sequence[Members], boxes: Boxes) -> Counts:
        """Return the forms of places together in the cells of the boxes."""
        units = frozenset().union(*places)
        cells: Counts = self.people.table(units, self.table)[
            np.ix_(*(sorted(boxes[axis]) for axis in self.table))
        ]
        return cells

    def _grow(self, boxes: Boxes, places: Sequence[Members]) -> bool:
        """Add to each axis until it has two members and no line of the box has too few people in any of the places.

        A line of a few would be a slice: that of several values, or what is left of a shown one.
        """
        grown = True
        while grown:
            grown = False
            for axis in self.table:
                if self._is_enough(axis, boxes, places):
                    continue
                added = self._next(axis, boxes, places)
                if added is not None:
                    boxes[axis].add(added)
                    grown = True
        return all(len(boxes[axis]) > 1 for axis in self.table)

    def _is_enough(self, axis: int, boxes: Boxes, places: Sequence[Members]) -> bool:
        if len(boxes[axis]) < 2:
            return False
        at = self.table.index(axis)
        others = [slice(None) if one == axis else sorted(boxes[one]) for one in self.table]
        for place in places:
            cells = self.people.table(place, self.table)
            for position, chosen in enumerate(others):
                if not isinstance(chosen, slice):
                    cells = np.take(cells, chosen, axis=position)
            line = np.take(cells, sorted(boxes[axis]), axis=at).sum(axis=at)
            if (line < np.minimum(self.below, cells.sum(axis=at))).any():
                return False
        return True

    def _next(self, axis: int, boxes: Boxes, places: Sequence[Members]) -> int | None:
        """Return the member that hides the fewest people among those that are enough, else the largest."""
        inhabited = self.people.table(self.people.everywhere, [axis])
        sizes = self.people.table(self.place, [axis])
        left = [
            one
            for one in np.flatnonzero(inhabited).tolist()
            if one not in boxes[axis] and self._may_add(axis, one, boxes, places)
        ]
        if not left:
            return None
        for one in sorted(left, key=lambda one: (self._widest(axis, one, boxes), sizes[one], one)):
            if sizes[one] > 0 and self._is_enough(
                axis, boxes | {axis: boxes[axis] | {one}}, places
            ):
                return int(one)
        return int(max(left, key=lambda one: (sizes[one], -one)))

    def _may_add(self, axis: int, one: int, boxes: Boxes, places: Sequence[Members]) -> bool:
        if axis != CHANNEL:
            return True
        wider = {CHANNEL: boxes[CHANNEL] | {one}}
        return all(self._having(place, wider) for place in places)

    def _widest(self, axis: int, one: int, boxes: Boxes) -> int:
        """Return how many channels the smallest group has that holds the box and one more: that group stays shown."""
        if axis != CHANNEL:
            return 0
        wider = boxes[CHANNEL] | {one}
        sizes = [len(group) for group in self.people.groups if group >= wider]
        return min(sizes, default=self.people.counts.shape[CHANNEL])


def _union(served: Sequence[Members], units: Members) -> Members:
    return frozenset().union(*(served[unit] for unit in units))
