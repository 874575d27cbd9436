"""Which provinces are surely below the milestone in force, and which moved: in words, each name a link to its profile.

Changes are those of `index_change` on what both surveys measured; every figure is a column of the view.
"""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard.context import Context
from dashboard.drawing import PROFILE
from dashboard.indices import Standing
from dashboard.inference import LEVEL
from dashboard.notices import lacking, older_snapshot

RANKING = "views/ranking.py"
NAMED = 6
"""Provinces named as below the milestone; the ranking has the others."""
MOST = 4
"""Provinces named for each direction."""
_CHANGES = (
    "geo_code previous_year like_for_like_pct like_for_like_se_pct like_for_like_p_value"
    " n_criteria_common channels_common"
).split()


@dataclass(frozen=True)
class Movers:
    """The provinces of the area against the survey before, on what both measured."""

    previous_year: int
    rows: pl.DataFrame
    """key, label and the columns of the view; only provinces with something in common."""
    n_apart: int
    """Provinces of which the two surveys have nothing in common."""

    @property
    def risen(self) -> pl.DataFrame:
        """Those that surely rose, the most first."""
        return self._told(pl.col("like_for_like_pct") > 0, descending=True)

    @property
    def fallen(self) -> pl.DataFrame:
        """Those that surely fell, the most first."""
        return self._told(pl.col("like_for_like_pct") < 0, descending=False)

    def _told(self, direction: pl.Expr, descending: bool) -> pl.DataFrame:
        told = self.rows.filter(pl.col("like_for_like_p_value") < LEVEL, direction)
        return told.sort(["like_for_like_pct", "key"], descending=[descending, False])


def movers(context: Context) -> Movers | None:
    """The changes of the chosen item and channel; None without a survey before, or without their errors."""
    survey = context.survey
    frame = context.source.read(
        "index_change",
        survey=survey.survey,
        geography=survey.geography,
        geo_level="province",
        channel=context.selection.channel,
        item=context.selection.item,
    )
    if frame.is_empty() or not set(_CHANGES) <= set(frame.columns):
        return None
    labels = {
        code: place.label
        for code, place in context.reference.places(survey, "province").items()
        if context.selection.region in (None, place.region_code)
    }
    rows = frame.select(_CHANGES).filter(pl.col("geo_code").is_in(list(labels)))
    rows = rows.rename({"geo_code": "key"}).with_columns(
        label=pl.col("key").replace_strict(labels, return_dtype=pl.String)
    )
    known = rows.filter(pl.col("like_for_like_pct").is_not_null())
    return Movers(int(frame["previous_year"][0]), known, rows.height - known.height)


def below_section(
    context: Context, standing: Standing, provinces: pl.DataFrame, moved: Movers | None
) -> None:
    """Who is surely below the milestone in force and whether it gets better, and of whom it cannot be told."""
    texts, milestone = context.texts, standing.milestone_in_force_pct
    if milestone is None or provinces.is_empty():
        return
    value = context.format.milestone(milestone)
    below = provinces.filter(verdict_in_force="not_met").reverse()
    if below.is_empty():
        st.markdown(texts("below.nobody", milestone=value))
    else:
        _named(context, "below_surely", texts("below.surely", milestone=value), below, moved)
    untold = provinces.filter(verdict_in_force="undetermined").reverse()
    if not untold.is_empty():
        _named(context, "below_untold", texts("below.untold", milestone=value), untold)


def _named(
    context: Context, key: str, said: str, rows: pl.DataFrame, moved: Movers | None = None
) -> None:
    """A line of names, the lowest first; each with its index and, if `moved` is given, how it moved."""
    form, address = context.format, context.selection.to_address()
    with st.container(horizontal=True, key=key, gap="xsmall", vertical_alignment="center"):
        st.markdown(said, width="content")
        for code, label, index in rows.head(NAMED).select("key", "label", "index_pct").iter_rows():
            named = f"{label} **{form.index(index)}**{_change(context, code, moved)}"
            to = context.selection.but(province=code).to_address()
            st.page_link(PROFILE, label=named, query_params=to)
        if rows.height > NAMED:
            more = context.texts("below.more", n=form.count(rows.height - NAMED))
            st.page_link(RANKING, label=more, query_params=address)


def _change(context: Context, province: str, moved: Movers | None) -> str:
    """How a province moved, in words; empty where that is not known."""
    own = moved.rows.filter(key=province) if moved else pl.DataFrame()
    if moved is None or own.is_empty():
        return ""
    change, p_value = own.select("like_for_like_pct", "like_for_like_p_value").row(0)
    form, year = context.format, moved.previous_year
    if p_value is None or p_value >= LEVEL:
        return ", " + context.texts("below.level")
    key = "below.rose" if change > 0 else "below.fell"
    return ", " + context.texts(key, points=form.distance(change), year=year)


def movers_section(context: Context, standing: Standing, moved: Movers | None) -> None:
    """The provinces that surely rose and fell most, like for like; or why the years cannot be compared."""
    texts, year = context.texts, context.survey.year
    if standing.previous_survey is None:
        st.subheader(texts("movers.title_first"))
        st.caption(texts("movers.first", year=year))
        return
    previous = context.reference.surveys[standing.previous_survey].year
    st.subheader(texts("movers.title", year=previous))
    if moved is None:
        older_snapshot(context)
        return
    if moved.rows.is_empty():
        why = texts("movers.not_comparable", year=year, previous=previous)
        lacking(texts, "not_comparable", why)
        return
    st.caption(_basis(context, standing, moved))
    up, down = st.columns(2, gap="medium")
    for side, heading, none, rows in (
        (up, "movers.up", "movers.none_up", moved.risen),
        (down, "movers.down", "movers.none_down", moved.fallen),
    ):
        with side:
            st.markdown(f"**{texts(heading, n=context.format.count(rows.height))}**")
            if rows.is_empty():
                st.caption(texts(none))
            else:
                _list(context, heading.replace(".", "_"), rows)
    untold = moved.rows.height - moved.risen.height - moved.fallen.height
    if untold:
        st.caption(texts("movers.untold", n=context.format.count(untold)))


def _list(context: Context, key: str, rows: pl.DataFrame) -> None:
    form = context.format
    columns = "key", "label", "like_for_like_pct", "like_for_like_se_pct"
    with st.container(key=key, gap=None):
        for code, label, change, error in rows.head(MOST).select(columns).iter_rows():
            st.page_link(
                PROFILE,
                label=f"{label} **{form.with_error(change, error)}**",
                width="stretch",
                query_params=context.selection.but(province=code).to_address(),
            )


def _basis(context: Context, standing: Standing, moved: Movers) -> str:
    """On what the years are compared: everything, or the part that both measured."""
    texts, form = context.texts, context.format
    if standing.like_for_like and not moved.n_apart:
        return texts("movers.help")
    counts = moved.rows["n_criteria_common"]
    low, high = int(counts.min()), int(counts.max())  # type: ignore[arg-type]  # counts are whole
    labels = context.channel_labels
    codes = dict.fromkeys(" ".join(moved.rows["channels_common"].drop_nulls()).split())
    return texts(
        "movers.part",
        n=form.count(low) if low == high else f"{form.count(low)}–{form.count(high)}",
        channels=", ".join(labels.get(code, code) for code in codes),
        year=context.survey.year,
        previous=moved.previous_year,
    )
