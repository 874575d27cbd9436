"""One item among people and among places, each against the same criteria at the same channels."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboard import comparisons, disclosure
from dashboard.address import write_address
from dashboard.appendix import appended
from dashboard.channels import spread
from dashboard.charts.groups import Group, grouped, row_of
from dashboard.charts.rows import Target
from dashboard.choices import choose
from dashboard.comparisons import Level
from dashboard.context import Context
from dashboard.drawing import draw, open_profile
from dashboard.indices import Standing
from dashboard.notices import lacking
from dashboard.reference import LOCAL_CHANNELS
from dashboard.selection import EVERY_CHANNEL
from dashboard.tables import Column, verdict_rows
from warehouse.masking import UNRELIABLE_BELOW

# What people are compared by, and the key of its name.
BY = {
    "sex": "people.sex",
    "age_group": "people.age_group",
    "education": "people.education",
    "occupation": "people.occupation",
    "income_band": "people.income_band",
    "respondent_type": "people.respondent_type",
}
REASONS = {
    "hidden": "people.hidden",
    "no_forms": "people.no_forms",
    "no_answers": "people.no_answers",
}
LEVELS = {"region": "people.regions", "province": "people.provinces"}


def people_and_places(context: Context, standing: Standing) -> None:
    """The item and the channel that the reader chooses, by people and by places."""
    texts, place = context.texts, context.place
    st.subheader(texts("people.title"))
    channels = comparisons.within(context, place)
    left, middle, right = st.columns([0.44, 0.31, 0.25])
    with middle:
        default = context.selection.channel
        channel = choose(context, "within", "people.within", channels, default, kind="list")
    items = comparisons.items(context, place, channel)
    if not items:
        st.caption(texts("channels.none", item=context.item_label))
        return
    with left:
        wish = context.selection.item
        first = wish if wish in items else next(iter(items))
        item = choose(context, "item", "people.item", items, first, kind="list")
    offered = comparisons.characteristics(context, place)
    options = {name: texts(BY[name]) for name in offered}
    with right:
        by = choose(context, "by", "people.by", options, offered[0], kind="list") if offered else ""
    if not _measured(context, channel, item):
        return
    target = [Target(standing.goal_pct, _named(context, standing))]
    mine, theirs = st.columns(2, gap="large")
    with mine:
        st.markdown(f"##### {texts('people.by_people', place=place.label)}")
        if by:
            title = texts("people.chart", item=items[item], by=options[by])
            _people(context, channel, item, (by, title), target)
        else:
            st.caption(texts("people.nothing_stated"))
    with theirs:
        _places(context, channel, item, items[item], target)


def _named(context: Context, standing: Standing) -> str:
    return context.texts("chart.milestone", value=context.format.milestone(standing.goal_pct))


def _measured(context: Context, channel: str, item: str) -> bool:
    """Whether this survey measured the item; if not, which one last did, and the way there."""
    surveys = comparisons.measured_in(context, context.place, channel, item)
    if context.survey.survey in surveys:
        return True
    reference, texts = context.reference, context.texts
    last = reference.surveys[surveys[0]].year
    why = texts("people.not_measured", year=context.survey.year, last=last)
    lacking(texts, "not_measured", why)
    for survey in surveys:
        address = context.selection.but(survey=survey).to_address()
        st.page_link(
            "views/factors.py",
            label=texts("filter.year", year=reference.surveys[survey].year),
            query_params={**address, "within": channel, "item": item},
        )
    return False


def _people(
    context: Context, channel: str, item: str, by: tuple[str, str], target: Sequence[Target]
) -> None:
    """The item among the people of the place, by a characteristic: its name, and what the chart is called."""
    texts, (characteristic, title) = context.texts, by
    with st.spinner(texts("people.computing")):
        rows = comparisons.people(context, context.place, channel, characteristic, item)
    st.caption(_alike_note(context, channel, rows))
    below = context.format.count(disclosure.limit(context))
    reasons = {name: texts(key, below=below) for name, key in REASONS.items()}
    drawn = [row_of(row, reasons.get(row["reason"], "")) for row in rows.iter_rows(named=True)]
    picture = grouped([Group(drawn)], target, context.style, chosen=EVERY_CHANNEL)
    draw(picture, "people", title, tabled=True)
    groups = rows[1:].filter(pl.col("index_pct").is_not_null())
    if groups.height > 1 and groups["n_criteria"].n_unique() == 1:
        st.caption(spread(context, groups, texts(BY[characteristic])))
    st.caption(texts("people.intervals"))
    _few(context, groups)
    _table(context, rows, "people_table", title)


def _alike_note(context: Context, channel: str, rows: pl.DataFrame) -> str:
    """Whether the groups answered the same thing: over several channels they did not."""
    texts = context.texts
    measured = rows["n_criteria"].drop_nulls()
    if measured.n_unique() > 1:
        return texts("people.other_criteria", low=measured.min(), high=measured.max())
    members = comparisons.measured_members(context, context.place, channel)
    if len(members) > 1:
        return texts("people.mixed", n=len(members), channel=context.channel_labels[channel])
    return texts("people.same_channel", channel=context.channel_labels[channel])


def _few(context: Context, rows: pl.DataFrame) -> None:
    """Which rows rest on few answers: shown, but they may be anything."""
    few = rows.filter(pl.col("n_answers") < UNRELIABLE_BELOW)["label"].to_list()
    if few:
        named = "; ".join(few)
        st.caption(context.texts("people.few", n=UNRELIABLE_BELOW, groups=named))


def _places(
    context: Context, channel: str, item: str, label: str, target: Sequence[Target]
) -> None:
    """The item in the regions or provinces inside the area; a click leads on."""
    texts, selection = context.texts, context.selection
    st.markdown(f"##### {texts('people.by_place')}")
    if not context.is_local(channel) and channel not in (EVERY_CHANNEL, LOCAL_CHANNELS):
        st.caption(texts("notice.central_channels"))
        return
    levels = {name: texts(key) for name, key in LEVELS.items()}
    # Of a province, those that share its region.
    geo_level, region = "province", selection.region or context.place.region_code
    if region is None:
        geo_level = choose(context, "level", "people.level", levels, "region")
    shared = LOCAL_CHANNELS if channel == EVERY_CHANNEL else channel
    rows = comparisons.places(context, Level(geo_level, region, shared), channel, item)
    if rows.is_empty():
        st.caption(texts("people.no_places"))
        return
    unlike = rows["n_criteria"].n_unique() > 1
    key = "people.places_unlike" if unlike else "people.places_alike"
    st.caption(texts(key, channel=context.channel_labels[shared]))
    title = texts("people.chart", item=label, by=levels[geo_level])
    drawn = [row_of(row) for row in rows.iter_rows(named=True)]
    chosen = selection.province or selection.region
    picture = grouped([Group(drawn)], target, context.style, chosen=chosen)
    picked = draw(picture, f"places_{geo_level}", title, pick=True, tabled=True)
    st.caption(texts("people.places_intervals"))
    _few(context, rows)
    _table(context, rows, "places_table", title)
    if picked:
        _open(context, picked)


def _open(context: Context, picked: str) -> None:
    """Lead from a place to what is inside it: a province to its profile, a region to its provinces."""
    survey, reference = context.survey, context.reference
    if picked in reference.places(survey, "province"):
        open_profile(context, picked)
    elif picked in reference.places(survey, "region") and picked != context.selection.region:
        write_address(context.selection.but(region=picked, province=None))
        st.rerun()


def _table(context: Context, rows: pl.DataFrame, key: str, alt: str) -> None:
    texts, form = context.texts, context.format
    columns = [
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("label", texts("column.who"), width=230),
        Column("interval", texts("column.interval"), texts("column.interval_help"), width=108),
        Column("n_criteria", texts("column.criteria"), write=form.count),
        Column("n_answers", texts("column.answers"), write=form.count),
        Column("n_forms", texts("column.forms"), write=form.count),
    ]
    appended(context, verdict_rows(context, rows), columns, key, alt)
