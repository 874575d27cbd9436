"""The address of the page: what the reader chose is read from it, and written to it by what is moved.

Only here do the pages learn where they are; what they ask (`context`, `indices`, ...) knows no browser, so that reports
ask the same.
"""

from dataclasses import fields, replace

import streamlit as st

from dashboard.context import Context
from dashboard.data import Source, open_source, warehouse_folder
from dashboard.format import Format
from dashboard.reference import reference_of
from dashboard.selection import Selection
from dashboard.texts import texts_in
from dashboard.theme import Style, palette
from warehouse.errors import UnknownRelease, UnknownSnapshot


def read_address() -> Selection:
    """The selection that the address of this rerun names."""
    return Selection.from_address(st.query_params.to_dict())


def write_address(selection: Selection) -> None:
    """Put the selection into the address; the browser keeps the one before in its history.

    Parameters of the page's own stay (see `dashboard.choices`).
    """
    shared = {field.name for field in fields(Selection)}
    own = {name: v for name, v in st.query_params.to_dict().items() if name not in shared}
    st.query_params.from_dict({**selection.to_address(), **own})
    wrote_address()


_HERE = "here"


def wrote_address() -> None:
    """Remember what a moved widget wrote to the address: the next one moved in the same rerun finds it unmoved."""
    if before := st.session_state.get(_HERE):
        st.session_state[_HERE] = where(before[0])


def keep_address(page: str) -> None:
    """Put what a link to the page that it stands on asked for into the address.

    The browser is sent on to another page with its address; on the same page, Streamlit tells only the script.
    What the browser came to by itself (a first visit, back and forward) is there already.

    Args:
        page: name of the page that runs.
    """
    now, before = where(page), st.session_state.get(_HERE)
    if before and before[0] == page and before != now:
        st.query_params.from_dict(now[1])
    st.session_state[_HERE] = now


_SELECTION = "selection"


def keep_selection(selection: Selection) -> None:
    """Remember what this rerun shows: the survey too where the address names none."""
    st.session_state[_SELECTION] = selection


def kept_selection() -> Selection:
    """What this rerun shows."""
    return st.session_state[_SELECTION]  # type: ignore[no-any-return]  # put there by `keep_selection`


def browser_moved() -> bool:
    """Whether this rerun was asked for by the browser going back or forward; for what a moved widget calls.

    Who goes back before the browser has drawn all of a page sends along what its widgets said on the page before: to
    Streamlit that looks as if the reader had moved them. A reader who moves one does not move the address with it.
    """
    before = st.session_state.get(_HERE)
    return before is not None and before[1] != st.query_params.to_dict()


def where(page: str) -> tuple[str, dict[str, str]]:
    """The page and the parameters of its address: what changes when the reader moves on."""
    return page, st.query_params.to_dict()


def current(latest: bool = False) -> Context:
    """The context of this rerun.

    Args:
        latest: where the address names no survey, open on the latest one even if it is under way.

    Raises:
        warehouse.NoSnapshot: nothing has been loaded.
    """
    wish = read_address()
    source, unknown = opened(wish)
    source = replace(source, shown_only=True)
    reference = reference_of(source)
    selection, refused = reference.admit(wish.but(release=None) if unknown else wish, latest)
    return Context(
        source=source,
        selection=selection,
        refused=(*unknown, *refused),
        reference=reference,
        style=Style(texts_in(wish.lang), Format(wish.lang), palette(st.context.theme.type)),
    )


def opened(wish: Selection) -> tuple[Source, tuple[str, ...]]:
    """The snapshot that the address asks for, else the one that serves; and what it asked for that is not there.

    Raises:
        warehouse.NoSnapshot: nothing has been loaded.
    """
    folder = warehouse_folder()
    if wish.release:
        try:
            return open_source(folder, wish.lang, wish.release), ()
        except (UnknownRelease, UnknownSnapshot):
            return open_source(folder, wish.lang), (wish.release,)
    return open_source(folder, wish.lang), ()
