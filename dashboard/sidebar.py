"""The sidebar: language, pages, the filters that all pages share, and where the figures come from."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.address import browser_moved, read_address, write_address
from dashboard.context import Context
from dashboard.directory import find_box
from dashboard.provenance import provenance
from dashboard.selection import EVERY_CHANNEL
from dashboard.texts import LANGUAGES, Texts

# The option of a filter that is not narrowed; None would be drawn as an empty box.
ANY = ""
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


def sidebar(
    context: Context, pages: Mapping[str, Sequence[StreamlitPage]], here: StreamlitPage
) -> None:
    """Draw the sidebar. Its widgets show the address and write to it: see `dashboard.selection`.

    Args:
        pages: by the name of their group, in order.
        here: the page that runs.
    """
    texts = context.texts
    with st.sidebar:
        st.markdown(f"#### {texts('app.name')}")
        st.caption(texts("app.subtitle"))
        language_switch(texts)
        find_box(context, [page for members in pages.values() for page in members], here)
        # Pages open on different surveys by default: a link names the one that the reader chose, if any.
        named = read_address().survey == context.selection.survey
        chosen = context.selection if named else context.selection.but(survey=None)
        with st.container(key="pages"):
            for group, members in pages.items():
                st.caption(group)
                for page in members:
                    st.page_link(page, query_params=chosen.to_address())
        _filters(context)
        st.divider()
        provenance(context)


def language_switch(texts: Texts) -> None:
    """The switch between the languages, set to that of `texts`."""
    st.session_state["lang"] = texts.language
    st.segmented_control(
        texts("filter.language"),
        LANGUAGES,
        format_func=LANGUAGE_NAMES.__getitem__,
        key="lang",
        required=True,
        label_visibility="collapsed",
        on_change=_move,
        args=("lang",),
    )


def _filters(context: Context) -> None:
    reference, survey, texts = context.reference, context.survey, context.texts
    years = [known.year for known in reference.surveys.values()]
    surveys = {
        name: texts("filter.year", year=known.year)
        + (f" · {known.title}" if years.count(known.year) > 1 else "")
        for name, known in reference.surveys.items()
    }
    regions = {code: place.label for code, place in reference.places(survey, "region").items()}
    provinces = {
        code: place.label
        for code, place in reference.places(survey, "province").items()
        if context.selection.region in (None, place.region_code)
    }
    labels = context.channel_choices
    channels = {EVERY_CHANNEL: labels[EVERY_CHANNEL], **labels}
    _choice(context, "survey", "filter.survey", surveys)
    _choice(context, "region", "filter.region", {ANY: texts("filter.nation"), **regions})
    _choice(context, "province", "filter.province", {ANY: texts("filter.any"), **provinces})
    _choice(context, "channel", "filter.channel", channels)
    families = {ANY: texts("filter.any"), **reference.families(survey)}
    _choice(context, "family", "filter.family", families)


def _choice(context: Context, name: str, label: str, options: Mapping[str, str]) -> None:
    """One filter. The address is put into the widget before it is drawn, so back and forward reach it."""
    st.session_state[name] = getattr(context.selection, name) or ANY
    st.selectbox(
        context.texts(label),
        list(options),
        format_func=lambda option: options.get(option, option),
        key=name,
        on_change=_move,
        args=(name, context.selection.survey),
    )


def _move(name: str, survey: str | None = None) -> None:
    """Write a moved filter to the address; a new region lets go of the province.

    The survey is named from then on: a bookmark must open on the same figures when a later one has
    been loaded.
    """
    if browser_moved():
        return
    selection = read_address()
    selection = selection.but(survey=selection.survey or survey)
    selection = selection.but(**{name: st.session_state[name] or None})
    write_address(selection.but(province=None) if name == "region" else selection)
