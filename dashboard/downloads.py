"""What can be taken away: which rows of which view the reader's choices pick, under which name, in which file."""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard.context import Context
from dashboard.format import Formatter
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL
from dashboard.tables import Column
from warehouse import Snapshot
from warehouse.export import Decimal, Form, export_view
from warehouse.extraction import Extraction, lists_forms, values
from warehouse.meaning import Meaning, column_meaning, view_meaning
from warehouse.measure import Measure, measure_of
from warehouse.published import PUBLISHED

SHARED = ("survey", "place", "channel", "family")
"""The filters of the sidebar; region and province together are a place."""
MOST_OPTIONS = 40
PREVIEW_ROWS = 20
LONG: dict[Form, int] = {"xlsx": 20_000, "csv": 500_000, "parquet": 500_000}
"""Rows from which on a file takes seconds: it is made before it is offered, with a bar."""
MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_PLACES = ("geo_code", "province")
_NOT_OFFERED = frozenset({"survey", "geo_code", "province", "item", "snapshot"})
_Conditions = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Shelf:
    """One view with the values by which it can be narrowed, over the survey shown or over all."""

    context: Context
    view: str
    every_survey: bool = False

    @cached_property
    def columns(self) -> dict[str, str]:
        """The columns of the view with their SQL types."""
        return self.context.source.snapshot.columns(self.view)

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """The values of the columns that tell rows apart."""
        key = {*PUBLISHED[self.view].key, "channel", "geography", "item", *_PLACES}
        asked = tuple(name for name in self.columns if name in key - {"survey", "form_id"})
        source = self.context.source.snapshot
        survey = None if self.every_survey else self.context.survey.survey
        return _values(source, source.id, self.view, asked, survey)

    @cached_property
    def shared(self) -> dict[str, _Conditions]:
        """What each filter of the sidebar picks in this view, by filter; those that say nothing to it are absent."""
        found = {
            "survey": self._of_survey(),
            "place": self._of_place(),
            "channel": self._of_channel(),
            "family": self._of_family(),
        }
        return {name: conditions for name, conditions in found.items() if conditions}

    def refused(self) -> list[str]:
        """The filters of the sidebar that are set and that this view cannot follow."""
        selection = self.context.selection
        wished = {
            "place": bool(selection.province or selection.region),
            "channel": selection.channel != EVERY_CHANNEL,
            "family": selection.family is not None,
        }
        return [name for name, wish in wished.items() if wish and name not in self.shared]

    def offered(self, bound: Mapping[str, object]) -> list[str]:
        """The columns whose values the reader may pick on the page: few values, and not picked by the sidebar."""
        key = ["geography", *PUBLISHED[self.view].key, "channel"]
        names = [name for name in dict.fromkeys(key) if name not in _NOT_OFFERED | set(bound)]
        return [name for name in names if 1 < len(self.values.get(name, [])) <= MOST_OPTIONS]

    def default(self, column: str) -> list[str]:
        """The values picked where the reader has picked none: today's provinces; else all values."""
        shown = self.context.survey.geography
        return [shown] if column == "geography" and shown in self.values[column] else []

    def _of_survey(self) -> _Conditions:
        named = self.context.survey.survey
        return {"survey": (named,)} if "survey" in self.columns else {}

    def _of_place(self) -> _Conditions:
        context, column = self.context, next((n for n in _PLACES if n in self.columns), None)
        if column is None or not (context.selection.province or context.selection.region):
            return {}
        codes, geography = set(context.provinces_inside), context.survey.geography
        found = self.values.get("geography", [])
        if found and geography not in found:
            codes, geography = self._predecessors(codes), found[0]
        if context.selection.province is None:
            codes.add(context.place.geo_code)
        inside = [code for code in self.values[column] if code.partition("/")[0] in codes]
        conditions: _Conditions = {column: tuple(inside)}
        return conditions | ({"geography": (geography,)} if found else {})

    def _predecessors(self, codes: set[str]) -> set[str]:
        """The provinces that became part of these, by their codes in the lists before."""
        places = self.context.source.read(
            "place", ["geo_code", "successor_code"], geo_level="province"
        )
        return set(places.filter(pl.col("successor_code").is_in(list(codes)))["geo_code"])

    def _of_channel(self) -> _Conditions:
        chosen, found = self.context.selection.channel, self.values.get("channel", [])
        if chosen in found:
            return {"channel": (chosen,)}
        if not found or chosen == EVERY_CHANNEL:
            return {}
        members = set(single_channels(self.context, chosen)["channel"]) & set(found)
        return {"channel": tuple(sorted(members))} if members else {}

    def _of_family(self) -> _Conditions:
        family, found = self.context.selection.family, self.values.get("item", [])
        if family is None:
            return {}
        rows = self.context.source.read(
            "item", ["item", "family"], instrument=self.context.survey.instrument
        )
        members = {family, *rows.filter(pl.col("family") == family)["item"]} & set(found)
        return {"item": tuple(sorted(members))} if members else {}


@dataclass(frozen=True)
class Table:
    """The rows and columns chosen, and the name of their file without its ending."""

    extraction: Extraction
    stem: str

    def file_name(self, form: Form) -> str:
        """What the browser calls the file."""
        return f"{self.stem}.{form}"


def views(context: Context) -> dict[str, str]:
    """The views offered, with what they are called; lists of single forms are for those who keep the data."""
    snapshot = context.source.snapshot
    return {
        view: f"{title(context, view)} – {view}"
        for view in PUBLISHED
        if context.source.holds(view) and not lists_forms(snapshot, view)
    }


def title(context: Context, view: str) -> str:
    """What a view is called in the language of the page."""
    english = context.source.language == "en"
    return view.replace("_", " ").capitalize() if english else view_meaning(view).title_vi


def column_title(context: Context, column: str) -> str:
    """What a column is called: in English by its own name."""
    return column if context.source.language == "en" else column_meaning(column).title_vi


def said(context: Context, meaning: Meaning) -> str:
    """What a view or a column holds, in the language of the page."""
    return meaning.en if context.source.language == "en" else meaning.vi


def chosen(
    shelf: Shelf, followed: Sequence[str], own: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> Table:
    """The table that the choices make.

    Args:
        followed: the filters of the sidebar that count.
        own: values picked on the page by column; none are all.
        columns: the columns picked; none are all.
    """
    where: dict[str, Sequence[object]] = {}
    for name in followed:
        where |= shelf.shared.get(name, {})
    where |= {name: tuple(picked) for name, picked in own.items() if picked}
    order = list(shelf.columns)
    where = {name: where[name] for name in order if name in where}
    wanted = tuple(name for name in order if name in columns) or None
    extraction = Extraction(shelf.view, where, wanted)
    return Table(extraction, _stem(shelf, where, "place" in followed))


def _stem(shelf: Shelf, where: Mapping[str, Sequence[object]], of_place: bool) -> str:
    """View, what it was narrowed to, snapshot; what is the default everywhere is not named."""
    context = shelf.context
    silent = {("geography", context.survey.geography), ("channel", EVERY_CHANNEL)}
    words = [shelf.view]
    for name, picked in where.items():
        if name in _PLACES and of_place:
            words.append(context.place.geo_code)
        elif name == "item":
            words.append(str(context.selection.family))
        elif len(picked) == 1 and (name, picked[0]) not in silent:
            words.append(str(picked[0]))
    words.append(context.source.snapshot.label)
    return "_".join(re.sub(r"[^\w.-]+", "-", word) for word in words)


def count(context: Context, extraction: Extraction) -> int:
    """The number of rows of an extraction."""
    snapshot = context.source.snapshot
    return _count(snapshot, snapshot.id, extraction.view, _hashable(extraction))


def first_rows(context: Context, extraction: Extraction) -> pl.DataFrame:
    """The first rows of an extraction, lists as texts."""
    where = dict(_hashable(extraction))
    frame = context.source.first(PREVIEW_ROWS, extraction.view, extraction.columns, **where)
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    return frame.with_columns(pl.col(name).list.join(", ") for name in lists)


def preview_columns(context: Context, extraction: Extraction) -> list[Column]:
    """How the columns of an extraction are written on the page; headed as in the file, explained by their meaning."""
    return [
        Column(
            name,
            name,
            said(context, column_meaning(name)),
            writers(context).get(measure_of(name, sql_type)),
        )
        for name, sql_type in extraction.types(context.source.snapshot).items()
    ]


def writers(context: Context) -> dict[Measure, Formatter]:
    """How each kind of value is written; texts and flags stand as they are."""
    form = context.format
    return {
        "date": form.date,  # type: ignore[dict-item]  # a day, where the others are numbers
        "label": "{:.0f}".format,
        "count": form.count,
        "points": form.index,
        "score": partial(form.printed, decimals=4),
        "probability": partial(form.printed, decimals=4),
    }


def made(
    snapshot: Snapshot,
    extraction: Extraction,
    form: Form,
    decimal: Decimal,
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """The file of an extraction. It is written to disk row by row; only what goes to the browser is held at once."""
    with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
        out = Path(folder) / f"table.{form}"
        export_view(snapshot, extraction, form, out, decimal, progress)
        return out.read_bytes()


def _hashable(extraction: Extraction) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(map(str, picked))) for name, picked in extraction.where.items())


@st.cache_resource(max_entries=512, show_spinner=False)
def _values(
    _snapshot: Snapshot,
    snapshot_id: str,  # noqa: ARG001 - part of the key
    view: str,
    columns: tuple[str, ...],
    survey: str | None,
) -> dict[str, list[str]]:
    return values(_snapshot, view, columns, survey)


@st.cache_resource(max_entries=512, show_spinner=False)
def _count(
    _snapshot: Snapshot,
    snapshot_id: str,  # noqa: ARG001 - part of the key
    view: str,
    where: tuple[tuple[str, tuple[str, ...]], ...],
) -> int:
    return Extraction(view, dict(where)).count(_snapshot)
