"""What a page says where figures are missing: what is missing, why, and what to do."""

import streamlit as st

from dashboard.context import Context
from dashboard.data import warehouse_folder
from dashboard.indices import Standing, coverage_lost, standing, surveys_with
from dashboard.reference import Place
from dashboard.selection import EVERY_CHANNEL
from dashboard.texts import Texts


def empty_warehouse(texts: Texts) -> None:
    """Nothing is loaded: say so and give the commands that load something."""
    folder = warehouse_folder()
    st.title(texts("empty.title"))
    st.markdown(texts("empty.body", folder=folder))
    st.code(f"hailong sample samples\nhailong load samples/* --warehouse {folder}", language="bash")
    st.markdown(texts("empty.own"))
    st.code(f"hailong load DELIVERY --warehouse {folder}", language="bash")
    st.caption(texts("empty.reload"))


def refused_values(context: Context) -> None:
    """The address names something that is not there: it was left out, and that is said."""
    if context.refused:
        st.warning(context.texts("notice.refused", values=", ".join(context.refused)))


def no_answers(context: Context, place: Place, channel: str) -> None:
    """A place or channel without any answer in this survey: which surveys have it."""
    texts = context.texts
    label = context.channel_labels[channel]
    years = surveys_with(context, place, channel)
    st.info(
        texts("notice.no_answers", place=place.label, channel=label, year=context.survey.year)
        + " "
        + (
            texts("notice.years_with", years=", ".join(map(str, years)))
            if years
            else texts("notice.never")
        ),
    )
    if channel not in (EVERY_CHANNEL, "local"):
        st.caption(texts("notice.central_channels"))


def scope_changed(context: Context, shown: Standing) -> None:
    """The survey before averaged other criteria: the change between them is no like-for-like change."""
    if shown.previous_survey is None or shown.like_for_like:
        return
    texts, earlier = context.texts, context.reference.surveys[shown.previous_survey]
    lost = coverage_lost(context, shown.previous_survey)
    years = {"year": context.survey.year, "previous": earlier.year}
    counts = {"n": shown.n_criteria, "n_previous": shown.previous_n_criteria}
    parts = [texts("notice.fewer_channels", channels=", ".join(lost), **years)] if lost else []
    st.warning(" ".join([*parts, texts("notice.not_like_for_like", **years, **counts)]))


def caption(context: Context, *parts: str) -> None:
    """The line under a title: synthetic or real, survey, forms."""
    texts, survey = context.texts, context.survey
    origin = texts("caption.synthetic") if survey.synthetic else texts("caption.real")
    forms = texts("caption.forms", n=context.format.count(survey.n_forms))
    st.caption(" · ".join([f"**{origin}**", survey.title, forms, *parts]))


def local_channels_note(context: Context) -> None:
    """Why the nation is compared over the local channels, with its figure over all of them."""
    nation = context.reference.nation(context.survey)
    everywhere = standing(context, nation, EVERY_CHANNEL)
    shared = standing(context, nation, context.shared_channel)
    if everywhere is None or shared is None:
        return
    index = context.format.index
    st.markdown(
        context.texts(
            "note.local_channels",
            national=index(everywhere.index_pct),
            shared=index(shared.index_pct),
            channel=context.channel_labels[context.shared_channel],
        )
    )


def reading_note(context: Context, shown: Standing) -> None:
    """What an index at the goal means, and what it does not."""
    texts, goal = context.texts, context.format.milestone(shown.goal_pct)
    with st.expander(texts("note.reading_title", goal=goal)):
        st.markdown(texts("note.reading", goal=goal))
