"""The published figures computed a second time, the slow and obvious way.

Forms read by `oracle_delivery` are counted slice by slice and the formulas of Plan 1111, part IV,
applied with exact fractions. Each view is a dictionary from its grain to a row. The tests hold the
product against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.oracle_catalogue import Catalogue, Geography
from tests.oracle_delivery import CHARACTERISTICS, TOP_SCORE, Delivery, Key, Row

VIEWS = {
    "satisfaction_index": "survey year geography geo_level geo_code channel item_level item",
    "assessment_index": "survey year geography geo_level geo_code channel item option",
    "expectation_index": "survey year geography geo_level geo_code channel item option",
    "response_funnel": "survey year geography province channel",
    "quarantine_reason": "survey year geography province channel reason",
    "respondent_profile": "survey year geography geo_level geo_code characteristic value",
}

Figures = dict[Key, dict[str, Any]]


class RefusedError(Exception):
    """More of the delivery's forms are bad than the catalogue tolerates."""


# --- everything loaded of one survey ------------------------------------------------------------


@dataclass
class Survey:
    """What counts of a survey after its deliveries, in the order they were loaded."""

    catalogue: Catalogue
    deliveries: list[Delivery] = field(default_factory=list)
    valid: dict[str, Row] = field(default_factory=dict)
    quarantined: list[tuple[Row, set[str]]] = field(default_factory=list)
    issued: dict[Key, dict[str, int | None]] = field(default_factory=dict)
    views: dict[str, Figures] = field(default_factory=dict)

    def load(self, delivery: Delivery) -> None:
        """Add a delivery, or refuse it whole."""
        if delivery.bad_share > Fraction(self.catalogue.settings["refuse_above_bad_share"]):
            raise RefusedError(delivery.survey)
        told_again = {row.form_id for row in delivery.rows if row.form_id is not None}
        self.quarantined = [q for q in self.quarantined if q[0].form_id not in told_again]
        for index, row in enumerate(delivery.rows):
            if delivery.reasons[index]:
                self.quarantined.append((row, delivery.reasons[index]))
            else:
                self.valid[str(row.form_id)] = row
        self.issued |= delivery.issued
        self.deliveries.append(delivery)

    def only(self, **people: Sequence[str]) -> Survey:
        """The same survey as if only those people had answered."""
        wanted = [(CHARACTERISTICS.index(name), set(values)) for name, values in people.items()]
        kept = {
            form_id: row
            for form_id, row in self.valid.items()
            if all(row.traits[index] in values for index, values in wanted)
        }
        return Survey(self.catalogue, self.deliveries, kept)

    @property
    def manifest(self) -> Delivery:
        return self.deliveries[-1]

    def geographies(self) -> Iterator[tuple[Geography, Mapping[str, str]]]:
        """The survey's own geography and its successors, with each province's code there."""
        geography = self.manifest.geography
        codes = {code: code for code in geography.region}
        yield geography, codes
        while geography.successor:
            codes = {old: geography.successor_code[code] for old, code in codes.items() if code}
            geography = self.catalogue.geography(geography.successor)
            yield geography, codes

    @cached_property
    def slices(self) -> dict[Key, list[Key]]:
        """For each (province, office, channel): (geography, level, code, channel) it counts in."""
        instrument = self.manifest.instrument
        slices: dict[Key, list[Key]] = {}
        for row in self.valid.values():
            cell = (row.province, row.office, row.channel)
            if cell in slices:
                continue
            channel = str(row.channel)
            places: list[tuple[str, str, str]] = []
            for geography, codes in self.geographies():
                places.append((geography.name, "nation", "vn"))
                province = codes.get(str(row.province)) if row.province else None
                if instrument.is_local(channel) and province:
                    places.append((geography.name, "region", geography.region[province]))
                    places.append((geography.name, "province", province))
                    if row.office:
                        office = f"{province}/{row.office}"
                        places.append((geography.name, "office", office))
            slices[cell] = [(*place, s) for place in places for s in instrument.slices(channel)]
        return slices

    def pooled(self, of_each_form: Iterable[Any]) -> dict[Key, Counter[Any]]:
        """How many forms gave each value, in every slice: counts add up, nothing is averaged."""
        cells = ((row.province, row.office, row.channel) for row in self.valid.values())
        counts = Counter(zip(cells, of_each_form, strict=True))
        pooled: dict[Key, Counter[Any]] = defaultdict(Counter)
        for (cell, value), n in counts.items():
            if value is not None:
                for key in self.slices[cell]:
                    pooled[key][value] += n
        return pooled

    @cached_property
    def n_forms(self) -> dict[Key, int]:
        everyone = self.pooled(True for _ in self.valid)
        return {key: counts[True] for key, counts in everyone.items()}

    @cached_property
    def answers(self) -> dict[Key, dict[str, Counter[Any]]]:
        """Slice, question: how many people gave each answer; questions nobody answered are out."""
        answers: dict[Key, dict[str, Counter[Any]]] = defaultdict(dict)
        questions = self.manifest.instrument.questions
        for index, item in enumerate(questions):
            for key, counts in self.pooled(r.cells[index] for r in self.valid.values()).items():
                answers[key][item] = counts
        return answers

    # --- the views ------------------------------------------------------------------------------

    def satisfaction_index(self) -> Figures:
        """Plan 1111, part IV, 2.2."""
        instrument = self.manifest.instrument
        figures: Figures = {}
        for place, answered in self.answers.items():
            geography, geo_level, geo_code, channel = place
            grain = (self.manifest.survey, self.manifest.year, geography, geo_level, geo_code)
            channels = instrument.channels_of(channel, geo_level)
            indices: dict[str, Fraction] = {}
            n_answers: dict[str, int] = {}
            for criterion in instrument.criteria:
                if criterion not in answered:
                    continue
                scale = instrument.rows[criterion]["scale"]
                interval = interval_figures(scale, answered[criterion])
                indices[criterion] = interval["index_pct"]
                n_answers[criterion] = interval["n_answers"]
                figures[(*grain, channel, "criterion", criterion)] = {
                    "n_forms": self.n_forms[place],
                    **interval,
                    "satisfied_pct": satisfied_pct(scale, answered[criterion]),
                    "n_criteria": 1,
                    "n_criteria_defined": 1,
                }
            for (item_level, item), below in instrument.averages.items():
                measured = [criterion for criterion in below if criterion in indices]
                if not measured:
                    continue
                figures[(*grain, channel, item_level, item)] = {
                    "n_forms": self.n_forms[place],
                    "n_answers": sum(n_answers[criterion] for criterion in measured),
                    **dict.fromkeys(("n1", "n2", "n3", "n4", "n5", "mean_score")),
                    "index_pct": sum((indices[c] for c in measured), Fraction()) / len(measured),
                    "satisfied_pct": None,
                    "n_criteria": len(measured),
                    "n_criteria_defined": sum(
                        any(instrument.asks(c, criterion) for c in channels) for criterion in below
                    ),
                }
        return figures

    def assessment_index(self) -> Figures:
        """Plan 1111, part IV, 2.1."""
        return self._questions("assessment")

    def expectation_index(self) -> Figures:
        """Plan 1111, part IV, 2.3."""
        return self._questions("expectation")

    def _questions(self, level: str) -> Figures:
        instrument = self.manifest.instrument
        figures: Figures = {}
        for place, answered in self.answers.items():
            grain = (self.manifest.survey, self.manifest.year, *place)
            for item, counts in answered.items():
                if instrument.rows[item]["level"] != level:
                    continue
                n_forms = {"n_forms": self.n_forms[place]}
                scale = instrument.rows[item]["scale"]
                if scale in TOP_SCORE:
                    interval = interval_figures(scale, counts)
                    figures[(*grain, item, None)] = n_forms | {"n_chosen": None} | interval
                    continue
                for option in instrument.options[item]:
                    nominal = nominal_figures(option, counts)
                    figures[(*grain, item, option)] = n_forms | nominal
        return figures

    def response_funnel(self) -> Figures:
        """returned = valid + quarantined; missing = issued - returned where issued is known."""
        valid = Counter((r.province_shown, r.channel_shown) for r in self.valid.values())
        bad = Counter((r.province_shown, r.channel_shown) for r, _ in self.quarantined)
        issued: dict[Key, dict[str, int | None]] = {}
        for (province, channel, _day), counts in self.issued.items():
            total = issued.setdefault(
                (province, channel), dict.fromkeys(("planned", "reserve", "issued"))
            )
            for name, n in counts.items():
                if n is not None:
                    total[name] = (total[name] or 0) + n
        grain = (self.manifest.survey, self.manifest.year, self.manifest.geography.name)
        figures: Figures = {}
        for key in {*valid, *bad, *issued}:
            sent = issued.get(key, dict.fromkeys(("planned", "reserve", "issued")))
            returned = valid[key] + bad[key]
            figures[(*grain, *key)] = {
                **sent,
                "returned": returned,
                "valid": valid[key],
                "quarantined": bad[key],
                "missing": None if sent["issued"] is None else sent["issued"] - returned,
            }
        return figures

    def quarantine_reason(self) -> Figures:
        """A form counts under each of its reasons."""
        grain = (self.manifest.survey, self.manifest.year, self.manifest.geography.name)
        counts = Counter(
            (*grain, row.province_shown, row.channel_shown, reason)
            for row, reasons in self.quarantined
            for reason in reasons
        )
        return {key: {"n_forms": n} for key, n in counts.items()}

    def respondent_profile(self) -> Figures:
        """Forms and share of those who said it, over all channels of the place."""
        figures: Figures = {}
        for index, characteristic in enumerate(CHARACTERISTICS):
            said = self.pooled(row.traits[index] for row in self.valid.values())
            for (geography, geo_level, geo_code, channel), counts in said.items():
                if channel != "all":
                    continue
                grain = (self.manifest.survey, self.manifest.year, geography, geo_level, geo_code)
                for value, n in counts.items():
                    figures[(*grain, characteristic, value)] = {
                        "n_forms": n,
                        "share_pct": Fraction(n, counts.total()) * 100,
                    }
        return figures

    def view(self, name: str) -> Figures:
        """A published view, computed once; one synthetic delivery makes the survey synthetic."""
        if name not in self.views:
            figures: Figures = getattr(self, name)()
            for row in figures.values():
                row["synthetic"] = any(delivery.synthetic for delivery in self.deliveries)
            self.views[name] = figures
        return self.views[name]


# --- the formulas -------------------------------------------------------------------------------


def interval_figures(scale: str, counts: Mapping[int, int]) -> dict[str, Any]:
    """(1 n1 + 2 n2 + ... ) / (top (n1 + n2 + ...)) x 100, the top being 4 or 5."""
    top = TOP_SCORE[scale]
    n_answers = sum(counts.values())
    points = sum(score * n for score, n in counts.items())
    return {
        "n_answers": n_answers,
        **{f"n{score}": counts.get(score, 0) if score <= top else None for score in range(1, 6)},
        "mean_score": Fraction(points, n_answers),
        "index_pct": Fraction(points, top * n_answers) * 100,
    }


def nominal_figures(option: int, counts: Mapping[Any, int]) -> dict[str, Any]:
    """a / b x 100: those who chose the option, of those who answered the question."""
    answered = sum(counts.values())
    chosen = sum(
        n
        for choice, n in counts.items()
        if option in (choice if isinstance(choice, tuple) else (choice,))
    )
    return {
        "n_answers": answered,
        "n_chosen": chosen,
        **dict.fromkeys(("n1", "n2", "n3", "n4", "n5", "mean_score")),
        "index_pct": Fraction(chosen, answered) * 100,
    }


def satisfied_pct(scale: str, counts: Mapping[int, int]) -> Fraction | None:
    """The share who chose "satisfied" or "very satisfied": 4 or 5, where the scale has them."""
    if scale != "likert5":
        return None
    return Fraction(counts.get(4, 0) + counts.get(5, 0), sum(counts.values())) * 100


def surveys_of(folders: Iterable[Path], catalogue: Catalogue) -> dict[str, Survey]:
    """Load deliveries in order, all or none, and give the surveys by name."""
    surveys: dict[str, Survey] = {}
    for folder in folders:
        delivery = Delivery(folder, catalogue)
        surveys.setdefault(delivery.survey, Survey(catalogue)).load(delivery)
    return surveys
