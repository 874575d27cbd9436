"""Cell suppression: which slices of people are hidden so that none of a few can be had from what is shown.

People of one survey are counted in a table of atoms: unit (a province of the survey's own list, or the centre) x
channel x the values of at most two characteristics. A slice is a set of units times a set of channels times sets of
values. What hides slices is a list of exchanges, each of them a proof: take from every dimension of an exchange two
members, and move people around the corners of that box. No total that holds both members of some dimension, or neither,
changes. So every slice that parts an exchange in all of its dimensions is hidden, and all others are shown: moving the
people leaves whatever is shown as it is and changes what is hidden, which therefore is no linear combination of the
shown. This holds for any exchanges; `warehouse.exchanges` chooses them so that every
slice of too few people is parted by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Members = frozenset[int]
CHANNEL = 1
"""The axis of the channels; before it stands the axis of the units, after it one for each characteristic."""


@dataclass(frozen=True)
class Nest:
    """A place and the places that it falls into, each as its units."""

    children: tuple[Members, ...]


@dataclass(frozen=True)
class People:
    """The forms of one survey, counted.

    Attributes:
        counts: forms by unit, channel and the values of each characteristic.
        nests: places with the places inside them, the widest first; the units of a nest's children are apart.
        not_stated: for each characteristic the position of "not stated"; it is nobody's slice.
        groups: sets of channels that are slices too.
    """

    counts: Counts
    nests: tuple[Nest, ...]
    not_stated: tuple[int | None, ...] = ()
    groups: tuple[Members, ...] = ()
    served: tuple[Members, ...] = field(init=False)
    """The channels that each unit has forms of; everybody knows them."""

    def __post_init__(self) -> None:
        """Look up what each unit is served by."""
        by_channel = self.counts.reshape(*self.counts.shape[:2], -1).sum(axis=2)
        served = tuple(frozenset(np.flatnonzero(row).tolist()) for row in by_channel)
        object.__setattr__(self, "served", served)

    @property
    def everywhere(self) -> Members:
        """All units."""
        return frozenset(range(self.counts.shape[0]))

    def table(self, units: Set[int], axes: Sequence[int]) -> Counts:
        """Return the forms of some units over some of the axes."""
        others = tuple(axis for axis in range(1, self.counts.ndim) if axis not in axes)
        whole: Counts = self.counts[sorted(units)].sum(axis=(0, *others))
        return whole

    def stated(self, axes: Sequence[int], shape: tuple[int, ...]) -> Mask:
        """Return which cells of a table over some axes are slices: "not stated" is nobody's."""
        stated = np.ones(shape, dtype=bool)
        for at, axis in enumerate(axes):
            absent = None if axis == CHANNEL else self.not_stated[axis - CHANNEL - 1]
            if absent is not None:
                np.moveaxis(stated, at, 0)[absent] = False
        return stated


def parts(members: Set[int], box: Set[int]) -> bool:
    """Tell whether a set holds some members of a box and lacks others."""
    return 0 < len(members & box) < len(box)


@dataclass(frozen=True)
class Slice:
    """A set of units, of channels, and of the values asked for on some axes."""

    units: Members
    channels: Members
    values: Mapping[int, Members] = field(default_factory=dict)


@dataclass(frozen=True)
class Exchange:
    """Between which units, channels and values people could be exchanged unseen; None: it has no such dimension.

    Attributes:
        alone: no two units could exchange people: whatever touches the box is hidden.
        across: the units share no channel, so a slice must hold all forms of both or none.
    """

    units: Members | None
    channels: Members | None
    values: Mapping[int, Members]
    alone: bool = False
    across: bool = False

    def hides(self, asked: Slice, served: Sequence[Members]) -> bool:
        """Tell whether a slice parts the exchange in each of its dimensions."""
        if self.alone:
            return self._touches(asked, served)
        if not all(
            axis in asked.values and parts(asked.values[axis], box)
            for axis, box in self.values.items()
        ):
            return False
        if self.units is None:
            return self.channels is None or any(
                parts(asked.channels, self.channels & served[unit]) for unit in asked.units
            )
        if self.channels is not None:
            return parts(asked.channels, self.channels) and parts(asked.units, self.units)
        return self._parts_units(asked, served)

    def _parts_units(self, asked: Slice, served: Sequence[Members]) -> bool:
        units = self.units or frozenset()
        if self.across:
            whole = {unit for unit in asked.units if served[unit] <= asked.channels}
            some = {unit for unit in asked.units if served[unit] & asked.channels}
            return not (units <= whole or units.isdisjoint(some))
        return any(
            parts(asked.units, {unit for unit in units if channel in served[unit]})
            for channel in asked.channels
        )

    def _touches(self, asked: Slice, served: Sequence[Members]) -> bool:
        return any(
            not served[unit].isdisjoint(asked.channels & (self.channels or asked.channels))
            for unit in asked.units & (self.units or asked.units)
        ) and all(
            axis not in asked.values or not asked.values[axis].isdisjoint(box)
            for axis, box in self.values.items()
        )
