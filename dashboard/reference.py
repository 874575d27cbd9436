"""What can be chosen: surveys, places, channels and factor families, with their labels."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from dashboard.data import Made, Source
from dashboard.selection import EVERY_CHANNEL, OVERALL, Selection

NATION = "vn"
LOCAL_CHANNELS = "local"


@dataclass(frozen=True)
class Survey:
    """One wave, and the geography under which its figures are shown (the current one)."""

    survey: str
    year: int
    instrument: str
    geography: str
    synthetic: bool
    title: str
    fieldwork_from: date | None
    fieldwork_to: date | None
    n_forms: int


@dataclass(frozen=True)
class Place:
    """The nation, a region or a province."""

    geo_level: str
    geo_code: str
    label: str
    region_code: str | None

    @property
    def key(self) -> dict[str, str]:
        """The columns that pick this place's rows in a view."""
        return {"geo_level": self.geo_level, "geo_code": self.geo_code}


@dataclass(frozen=True)
class Reference:
    """The choices of one snapshot in one language; made once for all sessions (see `reference_of`)."""

    source: Source

    @cached_property
    def surveys(self) -> dict[str, Survey]:
        """Loaded surveys by name, the latest first."""
        language = self.source.language
        frame = self.source.read("survey").sort("year", "survey", descending=True)
        return {
            row["survey"]: Survey(
                survey=row["survey"],
                year=row["year"],
                instrument=row["instrument"],
                geography=self._current(row["geography"]),
                synthetic=row["synthetic"],
                title=row[f"title_{language}"],
                fieldwork_from=row["fieldwork_from"],
                fieldwork_to=row["fieldwork_to"],
                n_forms=row["n_forms"],
            )
            for row in frame.iter_rows(named=True)
        }

    @cached_property
    def default_survey(self) -> Survey:
        """The latest survey in which every local service group of its instrument was measured.

        A wave whose fieldwork is under way, or that the plan gives fewer channels, would open the
        dashboard on a figure over other criteria than the year before. If no survey is complete,
        the latest.
        """
        surveys = list(self.surveys.values())
        for survey in surveys:
            groups = self.channels(survey).filter(is_local=True, channel_kind="service_group")[
                "channel"
            ]
            if set(groups) <= set(self.measured_channels(survey)):
                return survey
        return surveys[0]

    @cached_property
    def latest_survey(self) -> Survey:
        """The latest survey, finished or under way."""
        return next(iter(self.surveys.values()))

    def comparable(self, survey: Survey) -> dict[str, Survey]:
        """Surveys of the same instrument and shown geography, itself among them."""
        return {
            name: other
            for name, other in self.surveys.items()
            if (other.instrument, other.geography) == (survey.instrument, survey.geography)
        }

    def places(self, survey: Survey, geo_level: str) -> dict[str, Place]:
        """Places of one level by code, in the order of the catalogue."""
        return self._once(("places", survey, geo_level), lambda: self._places(survey, geo_level))

    def _places(self, survey: Survey, geo_level: str) -> dict[str, Place]:
        frame = self.source.labelled(
            "place",
            ["geo_level", "geo_code", "region_code", "sort"],
            geography=survey.geography,
            geo_level=geo_level,
        ).sort("sort")
        rows = frame.drop("sort").iter_rows(named=True)
        return {row["geo_code"]: Place(**row) for row in rows}

    def place(self, survey: Survey, selection: Selection) -> Place:
        """The narrowest place chosen: province, else region, else the nation."""
        if selection.province:
            return self.places(survey, "province")[selection.province]
        if selection.region:
            return self.places(survey, "region")[selection.region]
        return self.nation(survey)

    def nation(self, survey: Survey) -> Place:
        """The whole country."""
        return self.places(survey, "nation")[NATION]

    def channels(self, survey: Survey) -> pl.DataFrame:
        """Channels, groups of channels, `local` and `all` of the survey's instrument."""
        columns = ["channel", "channel_kind", "service_group", "is_local", "sort"]
        return self._once(
            ("channels", survey),
            lambda: self.source.labelled("channel", columns, instrument=survey.instrument).sort(
                "sort"
            ),
        )

    def measured_channels(self, survey: Survey) -> list[str]:
        """Channels (and groups, `local`, `all`) that have any answer in the survey."""
        frame = self.source.read(
            "satisfaction_index",
            ["channel"],
            survey=survey.survey,
            geography=survey.geography,
            geo_level="nation",
            item_level=OVERALL,
        )
        return frame["channel"].to_list()

    def families(self, survey: Survey) -> dict[str, str]:
        """Factor families by name, with their labels."""
        return self._once(("families", survey), lambda: self._families(survey))

    def _families(self, survey: Survey) -> dict[str, str]:
        frame = self.source.labelled(
            "item", ["item", "sort"], instrument=survey.instrument, item_level="family"
        ).sort("sort")
        return dict(zip(frame["item"], frame["label"], strict=True))

    def _once(self, key: tuple[Hashable, ...], make: Callable[[], Made]) -> Made:
        """What `make` made, once a snapshot and language."""
        return self.source.once(("reference", self.source.language, *key), make)

    def admit(
        self, selection: Selection, latest: bool = False
    ) -> tuple[Selection, tuple[str, ...]]:
        """The selection with its survey filled in and everything unknown taken out.

        The survey that is filled in is the default one, or the `latest` even if it is under way.

        Returns the selection and the values that were refused, to be named on the page. A province
        outside the chosen region wins over the region: it is the narrower wish.
        """
        start = self.latest_survey if latest else self.default_survey
        survey = self.surveys.get(selection.survey or "", start)
        provinces = self.places(survey, "province")
        known = {
            "survey": set(self.surveys),
            "region": set(self.places(survey, "region")),
            "province": set(provinces),
            "channel": set(self.channels(survey)["channel"]),
            "family": set(self.families(survey)),
        }
        chosen = {name: getattr(selection, name) for name in known}
        refused = {name: v for name, v in chosen.items() if v is not None and v not in known[name]}
        changes = {name: EVERY_CHANNEL if name == "channel" else None for name in refused}
        admitted = selection.but(**changes).but(survey=survey.survey)
        if admitted.province and admitted.region:
            admitted = admitted.but(region=provinces[admitted.province].region_code)
        return admitted, tuple(str(value) for value in refused.values())

    def _current(self, geography: str) -> str:
        """The geography that surveys of `geography` are carried to: the one without successors."""
        frame = self.source.read("place", ["geography", "geo_level", "successor_code"])
        retired = set(frame.filter(pl.col("successor_code").is_not_null())["geography"])
        if geography not in retired:
            return geography
        current = sorted(set(frame["geography"]) - retired)
        carried = self.source.read("satisfaction_index", ["geography"], item_level=OVERALL)
        return next((name for name in current if name in set(carried["geography"])), geography)


def reference_of(source: Source) -> Reference:
    """The choices of a snapshot in the language of the page, made once for all sessions."""
    return source.once(("reference", source.language), lambda: Reference(source))
