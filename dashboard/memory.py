"""What takes longer to make than to show is made once for all sessions that look at the same."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard.context import Context

Made = TypeVar("Made")


def remembered(context: Context, name: str, make: Callable[[], Made], *choices: str) -> Made:
    """What `make` made of the same snapshot, selection, language, theme and choices; it must never be changed.

    Args:
        name: of what is made; no other part of the dashboard uses it.
        choices: the page's own choices that it depends on.
    """
    palette = context.style.palette
    key = repr((name, context.source.snapshot.id, context.selection, palette.page, choices))
    made: Made = _made(make, key)
    return made


@st.cache_resource(max_entries=64, show_spinner=False)
def _made(_make: Callable[[], Made], key: str) -> Made:  # noqa: ARG001 - a new key is a new making
    return _make()
