"""What a page says where figures are missing: what is missing, why, and what to do."""

import shlex
import zlib
from datetime import date
from typing import Literal

import streamlit as st

from dashboard import disclosure
from dashboard.context import Context
from dashboard.data import warehouse_folder
from dashboard.indices import Standing, extent, standing, surveys_with
from dashboard.provenance import local_time, snapshot_line
from dashboard.reference import LOCAL_CHANNELS, Place
from dashboard.selection import EVERY_CHANNEL
from dashboard.texts import Texts, verbatim

Lack = Literal["not_measured", "not_asked", "not_comparable", "hidden", "nothing"]
"""Why a figure is missing: this survey left it out; nobody is asked it here; it cannot be set beside another; it is
hidden to protect people; no row answers what was chosen."""
_LACKS: dict[Lack, tuple[str, str]] = {
    "not_measured": ("lack.not_measured", ":material/event_busy:"),
    "not_asked": ("lack.not_asked", ":material/block:"),
    "not_comparable": ("lack.not_comparable", ":material/compare_arrows:"),
    "hidden": ("lack.hidden", ":material/visibility_off:"),
    "nothing": ("lack.nothing", ":material/search_off:"),
}


def lacking(texts: Texts, lack: Lack, why: str) -> None:
    """A figure is missing, or must not be read beside another: which of the cases it is, and why.

    Each case has a heading, a sign and a look of its own (page.css).
    """
    heading, sign = _LACKS[lack]
    with st.container(key=f"lack_{lack}_{zlib.crc32(why.encode())}"):
        st.info(why, title=texts(heading), icon=sign)


def empty_warehouse(texts: Texts) -> None:
    """Nothing is loaded: say so and give the commands that load something."""
    folder = shlex.quote(str(warehouse_folder()))
    st.title(texts("empty.title"))
    st.markdown(texts("empty.body", folder=folder))
    st.code(f"hailong sample samples\nhailong load samples/* --warehouse {folder}", language=None)
    st.markdown(texts("empty.own"))
    st.code(f"hailong load DELIVERY --warehouse {folder}", language=None)
    st.caption(texts("empty.reload"))


def refused_values(context: Context) -> None:
    """The address names something that is not there: it was left out, and that is said."""
    if context.refused:
        st.info(context.texts("notice.refused", values=", ".join(map(verbatim, context.refused))))


def no_answers(context: Context, place: Place, page: str) -> None:
    """A place or channel without any answer in this survey: why, and links to surveys that have it.

    Args:
        page: name of the page that says so, to be opened on the other surveys.
    """
    texts, channel = context.texts, context.selection.channel
    label = context.channel_labels[channel]
    if disclosure.is_hidden(context, place, channel):
        hidden_whole(context, place)
        return
    missing = texts("notice.no_answers", place=place.label, channel=label, year=context.survey.year)
    surveys = surveys_with(context, place)[::-1]
    central = place.geo_level != "nation" and not context.is_local(channel)
    last = context.reference.surveys[surveys[0]].year if surveys else None
    others = texts("notice.surveys_with", year=last) if surveys else texts("notice.never")
    lacking(texts, "not_asked" if central else "not_measured", f"{missing} {others}")
    for survey in surveys:
        address = context.selection.but(survey=survey).to_address()
        year = context.reference.surveys[survey].year
        st.page_link(
            f"views/{page}.py", label=texts("filter.year", year=year), query_params=address
        )
    if central:
        st.caption(texts("notice.central_channels"))


def hidden_whole(context: Context, place: Place) -> None:
    """The figures of a place in the chosen channel are hidden: too few people answered, or it would tell on others."""
    said = {"place": place.label, "channel": context.channel_labels[context.selection.channel]}
    below = context.format.count(disclosure.limit(context))
    why = context.texts("notice.hidden", year=context.survey.year, below=below, **said)
    lacking(context.texts, "hidden", why)


def _hidden_parts(context: Context, place: Place) -> None:
    """What of the page is hidden by name: provinces of the area, channels of the place."""
    channels = disclosure.hidden_channels(context, place)
    names = [
        label
        for code, label in context.channel_labels.items()
        if code in channels and context.selection.channel == EVERY_CHANNEL
    ]
    if place.geo_level != "province":
        provinces = context.reference.places(context.survey, "province")
        hidden = disclosure.hidden_provinces(context)
        names += [known.label for code, known in provinces.items() if code in hidden]
    if names:
        below = context.format.count(disclosure.limit(context))
        told = context.texts("notice.hidden_parts", names=", ".join(names), below=below)
        st.caption(f":material/visibility_off: {told}")


def scope_changed(context: Context, shown: Standing) -> None:
    """The survey before asked other channels or criteria: the change on it is not like for like."""
    if shown.previous_survey is None or shown.like_for_like:
        return
    texts, earlier = context.texts, context.reference.surveys[shown.previous_survey]
    years = {"year": context.survey.year, "previous": earlier.year}
    parts = []
    if shown.lost:
        parts.append(texts("notice.channels_lost", channels=", ".join(shown.lost), **years))
    if shown.gained:
        parts.append(texts("notice.channels_gained", channels=", ".join(shown.gained), **years))
    counts = {"n": shown.n_criteria, "n_previous": shown.previous_n_criteria}
    parts.append(texts("notice.criteria_averaged", **counts, **years))
    parts.append(texts("notice.not_like_for_like"))
    lacking(texts, "not_comparable", " ".join(parts))


def caption(context: Context, place: Place, *parts: str) -> None:
    """The lines under a title: synthetic or real, survey, forms, criteria, `parts`; snapshot and checks."""
    texts, form = context.texts, context.format
    shown = extent(context, place, context.selection.channel)
    counted = [
        texts("caption.forms", n=form.count(shown.n_forms)),
        texts("caption.criteria", n=shown.n_criteria, defined=shown.n_criteria_defined),
    ]
    parts = (*parts, texts("caption.confidence"))
    st.caption(" · ".join([*_wave(context), *counted, *parts]))
    snapshot_line(context)
    _hidden_parts(context, place)


def survey_caption(context: Context, *parts: str) -> None:
    """The lines under a title that speaks of no satisfaction index: the wave and `parts`; snapshot and checks."""
    st.caption(" · ".join([*_wave(context), *parts]))
    snapshot_line(context)


def fieldwork_caption(context: Context, as_of: date | None) -> None:
    """The lines under the title of the fieldwork: the wave, and the day that its figures are of."""
    parts = _wave(context)
    if context.selection.channel != EVERY_CHANNEL:
        parts.append(context.channel_labels[context.selection.channel])
    if as_of:
        parts.append(context.texts("caption.as_of", day=context.format.date(as_of)))
    st.caption(" · ".join(parts))
    snapshot_line(context)


def quality_caption(context: Context) -> None:
    """The lines under the title of the data quality: what the checks are of, and what the rest is of."""
    chosen = [context.texts("caption.survey", year=context.survey.year), context.place.label]
    if context.selection.channel != EVERY_CHANNEL:
        chosen.append(context.channel_labels[context.selection.channel])
    origin = _wave(context)[0]
    snapshot = context.source.snapshot
    parts = [origin, context.texts("badge.snapshot", id=snapshot.id)]
    if snapshot.built_at:
        parts.append(context.texts("badge.built", time=local_time(context, snapshot.built_at)))
    st.caption(" · ".join(parts))
    st.caption(context.texts("caption.quality", chosen=" · ".join(chosen)))


def wave_under_way(context: Context) -> None:
    """The survey shown is finished: the way to the latest one, if that is another."""
    latest = context.reference.latest_survey
    if latest.survey != context.survey.survey:
        st.page_link(
            "views/fieldwork.py",
            label=context.texts("fieldwork.latest", year=latest.year),
            query_params=context.selection.but(survey=latest.survey).to_address(),
        )


def without_statistics(context: Context) -> bool:
    """Whether the snapshot was built before there were intervals and verdicts; if so, that is said."""
    if context.source.holds("province_funnel") and context.source.holds("pace"):
        return False
    st.title(context.texts("app.name"))
    older_snapshot(context)
    return True


def older_snapshot(context: Context) -> None:
    """The snapshot was built before the page's views existed: what to do."""
    st.info(context.texts("notice.older_snapshot", snapshot=context.source.snapshot.id))


def _wave(context: Context) -> list[str]:
    """Synthetic or real, and the survey with its days."""
    texts, form, survey = context.texts, context.format, context.survey
    held = texts("caption.survey", year=survey.year)
    if survey.fieldwork_from and survey.fieldwork_to:
        days = form.date(survey.fieldwork_from), form.date(survey.fieldwork_to)
        held += " ({} – {})".format(*days)
    return [f"**{context.origin}**", held]


def local_channels_note(context: Context) -> None:
    """Over what the places are compared, and why the national figure is not their average."""
    index, channel = context.format.index, context.shared_channel
    nation = context.reference.nation(context.survey)
    everywhere = standing(context, nation, EVERY_CHANNEL)
    shared = standing(context, nation, channel)
    if everywhere is None or shared is None:
        return
    values = {"shared": index(shared.index_pct), "channel": context.channel_labels[channel]}
    if channel == LOCAL_CHANNELS:
        national = index(everywhere.index_pct)
        st.caption(context.texts("note.local_channels", national=national, **values))
    else:
        st.caption(context.texts("note.same_channel", **values))


def reading_note(context: Context, shown: Standing) -> None:
    """What an index at the goal means, and what its interval rests on."""
    texts, goal = context.texts, context.format.milestone(shown.goal_pct)
    with st.expander(texts("note.reading_title", goal=goal)):
        st.markdown(texts("note.reading", goal=goal))
        st.markdown(texts("note.precision"))
