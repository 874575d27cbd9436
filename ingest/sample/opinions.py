"""What people answer: a latent opinion for each person and item, cut into the options of the scale.

An opinion is the sum of what the item, the place, the office and the kind of person bring, of what all answers
of one person have in common, of what their answers on one factor have in common, and of chance. The order of
families, items and channels follows the shares published for 2020; their sizes are invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ingest.sample import people
from ingest.sample.forms import NO_ANSWER, NONE, Flags, Floats, Generator, Ints, Scores, Singles
from ingest.sample.places import Places
from warehouse.catalogue import Instrument

# Borders between the options, in latent units.
CUTS: Mapping[str, Sequence[float]] = {
    "likert5": (-3.15, -2.45, -1.50, -0.12),
    "interval4": (-2.05, -1.10, 0.35),
}
# How far the items of a family, factor or code lie from the rest; the effects of all that apply are added.
ITEM_EFFECT: Mapping[str, float] = {
    "access": -0.08, "procedures": 0.10, "staff": 0.10, "result": 0.34, "support": -0.12, "feedback": -0.42,
    "2.1.a": 0.02, "2.1.b": -0.36, "2.1.c": 0.08, "2.1.c.2": -0.10,
    "2.2.a.1.3": -0.20, "2.2.a.2.2": -0.14, "2.2.a.2.6": 0.08, "2.2.a.3.3": 0.08, "2.2.a.4.3": -1.30,
    "2.2.b.1": -0.12, "2.2.b.1.2": -0.12, "2.2.b.1.3": -0.26, "2.2.b.3.3": -1.25, "2.2.b.4.2": -0.22,
    "2.2.b.4.3": -0.20, "2.2.b.4.4": 0.20,
    "2.2.c": -0.10, "2.2.c.1.3": -0.28, "2.2.c.3.3": -0.14,
    "2.2.d.1.2": -0.46, "2.2.d.2": 0.08, "2.2.d.3.1": -0.42, "2.2.d.3.4": 0.12,
    "1.3": -0.15, "1.7": 0.10, "3.5": -0.20, "3.6": -0.30, "3.8": 0.22, "3.9": 0.34, "3.11": 0.22, "3.12": 0.10,
}  # fmt: skip
CHANNEL_EFFECT: Mapping[str, float] = {
    "one_stop": 0.08, "development_agent": 0.02, "payment_agent": 0.06, "public_portal": -0.14,
    "health_facility": -0.10, "support_hotline": 0.06, "support_fanpage": 0.02, "support_zalo": 0.08,
    "support_email": -0.20, "support_website": -0.34,
}  # fmt: skip
# By the values of WORDS, in their order.
PEOPLE_EFFECT: Mapping[str, Sequence[float]] = {
    "mode": (0.02, -0.08, 0.03, 0.00),
    "respondent_type": (0.0, -0.06),
    "policy_field": (0.0, -0.09, 0.0),
    "sex": (-0.02, 0.01),
    "age_group": (-0.07, 0.0, 0.10),
    "education": (0.08, 0.02, -0.05),
    "occupation": (0.0, -0.02, 0.02, 0.05, 0.0),
    "income_band": (0.03, 0.0, -0.05),
}
# Shares of the options of single-choice items; even where none are given.
NOMINAL: Mapping[str, Sequence[float]] = {
    "1.4": (0.14, 0.58, 0.28),
    "1.5": (0.925, 0.052, 0.017, 0.006),
    "1.6": (0.985, 0.015),
}
# Shares of the channels of information, and what the young add to them; even where there are other options.
SEVERAL = (0.40, 0.31, 0.45, 0.50, 0.21, 0.28, 0.27, 0.05)
SEVERAL_YOUNG = (-0.16, 0.02, 0.12, 0.20, -0.08, 0.02, -0.04, 0.0)
# Share of the people who have met with what an item is about; of the other experience items as below.
EXPERIENCE: Mapping[str, float] = {"2.1.c.1": 0.86, "2.1.c.2": 0.46, "2.1.c.3": 0.92}
_EXPERIENCED = 0.55
_LATE = 0.10  # had their result late

_COMMON, _FACTOR, _CHANCE = 0.80, 0.34, 0.74
_UNWAVERING = 0.12  # people who answer nearly alike throughout
# How strongly an item follows the common opinion of a person.
_LOADING: Mapping[str, float] = {"criterion": 1.0, "assessment": 0.45, "expectation": -0.12}


@dataclass
class Block:
    """The ordinal items that are asked of the same forms.

    Attributes:
        rows: (row,) the forms.
        columns: (column,) positions of the items among the items of the forms.
        cuts: borders between the options.
        opinion: (row, column) latent.
        answered: (row, column) whether there is an answer.
    """

    rows: Ints
    columns: Ints
    cuts: Sequence[float]
    opinion: Singles
    answered: Flags

    def scores(self, lift: Floats) -> Scores:
        """Return the options chosen (row, column) when the opinions of form i are raised by `lift[i]`."""
        raised = self.opinion + lift[self.rows].astype(np.float32)[:, None]
        chosen = np.ones(raised.shape, dtype=np.int8)
        for cut in self.cuts:
            chosen += raised > np.float32(cut)
        chosen[~self.answered] = NO_ANSWER
        return chosen


@dataclass(frozen=True)
class Items:
    """What the generator needs to know of the items that are answered by one option, by position.

    The criteria stand first, so that their answers are a slice of all; else the order is the instrument's.

    Attributes:
        codes, levels, scales, factors: one entry an item; the factor is the heading above.
        effect, silence: (item,) latent units, and the share of the people who leave it out.
        experience: (item,) share who have met with it, 1 where everybody has.
        conditional: (item,) whether it is asked only of those whose result came late.
        asked: (channel, item)
    """

    codes: tuple[str, ...]
    levels: tuple[str, ...]
    scales: tuple[str, ...]
    factors: tuple[str, ...]
    effect: Floats
    silence: Floats
    experience: Floats
    conditional: Flags
    asked: Flags

    @property
    def n_criteria(self) -> int:
        """How many of the items are criteria."""
        return self.levels.count("criterion")


def read_items(instrument: Instrument, seed: int) -> Items:
    """Return the items of `instrument` that are answered by one option."""
    items = sorted(
        (item for item in instrument.answered if item.scale != "nominal_multi"),
        key=lambda item: item.level != "criterion",
    )
    above = {item.item: item for item in instrument.items}

    def effect(code: str | None) -> float:
        if code is None:
            return 0.0
        heading = above[code]
        own = ITEM_EFFECT.get(code, 0.0) + ITEM_EFFECT.get(heading.family or "", 0.0)
        return own + effect(heading.parent)

    return Items(
        codes=tuple(item.item for item in items),
        levels=tuple(item.level for item in items),
        scales=tuple(str(item.scale) for item in items),
        factors=tuple(item.parent or item.level for item in items),
        effect=np.array([effect(item.item) for item in items]),
        silence=np.random.default_rng([seed, 2]).uniform(0.010, 0.032, len(items)),
        experience=np.array(
            [EXPERIENCE.get(item.item, _EXPERIENCED) if item.experience else 1.0 for item in items]
        ),
        conditional=np.array([item.conditional for item in items]),
        asked=np.array(
            [[instrument.asks(channel, item) for item in items] for channel in instrument.channels]
        ),
    )


def people_effect(codes: Mapping[str, Ints], places: Places, instrument: Instrument) -> Floats:
    """Return what channel, office and kind of person add to every opinion of a form, in latent units."""
    effect = np.array([CHANNEL_EFFECT.get(channel.channel, 0.0) for channel in instrument.channels])
    total: Floats = effect[codes["channel"]]
    for name, by_value in PEOPLE_EFFECT.items():
        total = total + np.array([*by_value, 0.0])[codes[name]]  # the last is for NONE
    served = np.flatnonzero(codes["office"] != NONE)
    total[served] += places.office_character[codes["province"][served], codes["office"][served]]
    return total


def draw_blocks(
    rng: Generator,
    items: Items,
    codes: Mapping[str, Ints],
    leaning: Floats,
    mood: Floats,
    places: Places,
) -> list[Block]:
    """Return the opinions on all ordinal items.

    Args:
        codes: columns `channel` and `province` of the forms.
        leaning: (form,) what the kind of person and the office add.
        mood: (form,) what the answers of one person have in common, standard normal.
    """
    wavering = np.where(rng.random(len(mood)) < _UNWAVERING, 0.12, 1.0)
    carelessness = rng.lognormal(-0.18, 0.6, len(mood))
    late = rng.random(len(mood)) < _LATE
    blocks = []
    patterns: dict[tuple[str, str, bytes], list[int]] = {}
    for at, scale in enumerate(items.scales):
        if scale in CUTS:
            key = (items.levels[at], scale, items.asked[:, at].tobytes())
            patterns.setdefault(key, []).append(at)
    for (level, scale, _), positions in patterns.items():
        columns = np.array(positions)
        rows = np.flatnonzero(items.asked[:, columns[0]][codes["channel"]])
        by_factor, chance = _noise(rng, items, rows, columns)
        common = _LOADING.get(level, 1.0) * (leaning[rows] + _COMMON * mood[rows])
        opinion = _FACTOR * by_factor + _CHANCE * chance
        opinion *= wavering[rows].astype(np.float32)[:, None]
        opinion += common.astype(np.float32)[:, None] + items.effect[columns].astype(np.float32)
        placed = codes["province"][rows]
        at_home = np.flatnonzero(placed != NONE)
        opinion[at_home] += places.character[placed[at_home]][:, columns]
        answered = _answered(rng, items, rows, columns, carelessness, late)
        blocks.append(Block(rows, columns, CUTS[scale], opinion, answered))
    return blocks


def _noise(rng: Generator, items: Items, rows: Ints, columns: Ints) -> tuple[Singles, Singles]:
    """Standard normal noise: one value a person and factor, and one a person and item, both (row, column)."""
    _, of_column = np.unique([items.factors[column] for column in columns], return_inverse=True)
    by_factor = rng.standard_normal((len(rows), int(of_column.max()) + 1), dtype=np.float32)
    return by_factor[:, of_column], rng.standard_normal((len(rows), len(columns)), dtype=np.float32)


def _answered(
    rng: Generator, items: Items, rows: Ints, columns: Ints, carelessness: Floats, late: Flags
) -> Flags:
    """Who answers what: not those without the experience, not those served in time, not the careless."""
    answered: Flags = (
        rng.random((len(rows), len(columns)), dtype=np.float32)
        >= items.silence[columns] * carelessness[rows][:, None]
    )
    met: dict[str, Floats] = {}  # who has had their say has met with all items on it
    for at, column in enumerate(columns):
        if items.conditional[column]:
            answered[:, at] &= late[rows]
        if items.experience[column] < 1.0:
            code = items.codes[column]
            key = code if code in EXPERIENCE else items.factors[column]
            if key not in met:
                met[key] = rng.random(len(rows))
            answered[:, at] &= met[key] < items.experience[column]
    return answered


def draw_nominal(
    rng: Generator, code: str, n_options: int, adverse: bool, mood: Floats, uneasiness: Floats
) -> Scores:
    """Draw the answers to a single-choice item (form,); adverse options go with ill humour and uneasy places."""
    shares = np.array(NOMINAL.get(code, np.full(n_options, 1.0 / n_options)))[:n_options]
    follows = 0.5 if adverse else 0.0
    normal = NormalDist(0.0, float(np.hypot(1.0, follows)))
    cuts = [normal.inv_cdf(float(share)) for share in np.cumsum(shares / shares.sum())[:-1]]
    leaning = rng.standard_normal(len(mood)) - follows * mood + (uneasiness if adverse else 0.0)
    chosen = (1 + np.searchsorted(cuts, leaning)).astype(np.int8)
    chosen[rng.random(len(mood)) < 0.02] = NO_ANSWER
    return chosen


def draw_several(rng: Generator, n_options: int, young: Flags) -> Flags:
    """Draw the answers to a several-choice item (form, option); the young follow other media."""
    known = n_options == len(SEVERAL)
    share = np.array(SEVERAL) if known else np.full(n_options, 0.3)
    extra = np.array(SEVERAL_YOUNG) if known else np.zeros(n_options)
    chosen: Flags = rng.random((len(young), n_options)) < share + np.where(
        young[:, None], extra, 0.0
    )
    silent = rng.random(len(young)) < 0.02
    none = ~chosen.any(axis=1)
    chosen[none, 0] = True
    chosen[silent] = False
    return chosen


YOUNG = people.AGE_GROUP.index("18-30")
