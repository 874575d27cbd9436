"""All that has a name and can be gone to: places, pages, criteria; found by what is typed, with marks or without."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.address import where
from dashboard.context import Context
from dashboard.drawing import PROFILE
from dashboard.explain import EXPLAIN
from dashboard.search import fold, matches
from warehouse.catalogue import read_catalogue

NEEDS = "views/needs.py"
MOST = {"place": 6, "page": 4, "item": 6, "office": 4}
"""Entries shown of each kind, in this order."""
_BESIDE = ("assessment", "expectation", "administrative")
"""Levels of the items that stand beside the satisfaction indices, on a page of their own."""
_FIND, _FOUND_AT = "find", "find_at"


@dataclass(frozen=True)
class Entry:
    """Something that can be gone to, and how it is found."""

    kind: str
    label: str
    page: str | StreamlitPage
    address: Mapping[str, str]
    words: tuple[str | None, ...]
    code: str = ""
    within: str = ""
    """What it lies in: named by that alone, it is not meant."""

    def answers(self, query: str) -> bool:
        """Whether every word typed begins a word of it, or the query begins its code."""
        if self.within and matches(query, self.within):
            return False
        begun = query.strip().lower()
        if self.code and begun and self.code.lower().startswith(begun):
            return True
        return bool(fold(query)) and matches(query, *self.words)


def find_box(context: Context, pages: Sequence[StreamlitPage], here: StreamlitPage) -> None:
    """A box to type into, and what was found as links; it empties itself when the reader moves on.

    Args:
        pages: what can be found besides places and items.
        here: the page that runs.
    """
    now = where(here.url_path)
    if st.session_state.get(_FOUND_AT) != now:
        st.session_state[_FOUND_AT], st.session_state[_FIND] = now, ""
    _box(context, pages)


@st.fragment
def _box(context: Context, pages: Sequence[StreamlitPage]) -> None:
    texts = context.texts
    query = st.text_input(
        texts("find.label"),
        key=_FIND,
        type="search",
        live=True,
        placeholder=texts("find.example"),
        label_visibility="collapsed",
    )
    if not fold(query or ""):
        return
    shown, more = found(context, pages, str(query))
    with st.container(key="found", gap=None):
        for entry in shown:
            st.page_link(entry.page, label=entry.label, query_params=entry.address)
        if not shown:
            st.caption(texts("find.nothing", query=query))
        if more:
            st.caption(texts("find.more", n=context.format.count(more)))


def found(context: Context, pages: Sequence[StreamlitPage], query: str) -> tuple[list[Entry], int]:
    """What answers a query, at most so many of each kind, and how many more there are."""
    hits = [entry for entry in _entries(context, pages) if entry.answers(query)]
    shown = [
        entry
        for kind, most in MOST.items()
        for entry in [hit for hit in hits if hit.kind == kind][:most]
    ]
    return shown, len(hits) - len(shown)


def _entries(context: Context, pages: Sequence[StreamlitPage]) -> Iterator[Entry]:
    for page in pages:
        address = context.selection.to_address()
        yield Entry("page", page.title, page, address, (page.title, page.url_path))
    yield from _places(context)
    yield from _items(context)


def _places(context: Context) -> Iterator[Entry]:
    """Provinces by any spelling in either language, regions, and offices of provinces: each leads to a profile."""
    geography, language = context.survey.geography, context.source.language
    frame = context.source.read(
        "place", ["geo_level", "geo_code", "label_vi", "label_en"], geography=geography
    )
    provinces = dict(
        frame.filter(geo_level="province").select("geo_code", f"label_{language}").iter_rows()
    )
    order = {"province": 0, "region": 1, "office": 2}
    rows = frame.filter(pl.col("geo_level").is_in(list(order)))
    rank = pl.col("geo_level").replace_strict(order, return_dtype=pl.Int8)
    for row in rows.sort(rank, maintain_order=True).iter_rows(named=True):
        level, code, label = row["geo_level"], row["geo_code"], row[f"label_{language}"]
        own = (row["label_vi"], row["label_en"])
        if level == "region":
            selection = context.selection.but(region=code, province=None)
            yield Entry("place", label, PROFILE, selection.to_address(), own)
            continue
        province = code.partition("/")[0]
        address = context.selection.but(region=None, province=province).to_address()
        if level == "province":
            words = (*own, *_spellings(geography).get(code, ()))
            yield Entry("place", label, PROFILE, address, words)
        else:
            within = provinces.get(province, province)
            named = f"{label} · {within}"
            yield Entry("office", named, PROFILE, address, (named, *own), within=within)


def _items(context: Context) -> Iterator[Entry]:
    """Criteria and headings by code or words: each leads to the page that shows its figure, explained there."""
    language, address = context.source.language, context.selection.to_address()
    columns = ["item", "item_level", "sort", "label_vi", "label_en"]
    frame = context.source.read("item", columns, instrument=context.survey.instrument).sort("sort")
    for row in frame.iter_rows(named=True):
        item, level = row["item"], row["item_level"]
        named = row[f"label_{language}"] if level in ("overall", "family") else ""
        label = named or f"{item} {row[f'label_{language}']}"
        page = NEEDS if level in _BESIDE else PROFILE
        to = address if level == "administrative" else address | {EXPLAIN: item}
        yield Entry("item", label, page, to, (row["label_vi"], row["label_en"]), item)


@cache
def _spellings(geography: str) -> dict[str, list[str]]:
    """The shipped spellings of a geography's provinces by code; a geography of the user's own has none here."""
    known = read_catalogue().geographies.get(geography)
    spellings: dict[str, list[str]] = {}
    for alias in known.aliases if known else ():
        spellings.setdefault(alias.province_code, []).append(alias.alias)
    return spellings
