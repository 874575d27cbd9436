"""What the reader has chosen: one frozen value that mirrors the address of the page.

The address is the only door. Widgets show what it says and, when moved, write to it; nothing else keeps
a choice. So a bookmark opens the same figures, and the browser's back and forward buttons work.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import streamlit as st

from dashboard.format import Language
from dashboard.texts import LANGUAGES

EVERY_CHANNEL = "all"
OVERALL = "overall"


@dataclass(frozen=True)
class Selection:
    """The shared filters. None stands for "not narrowed" (or, for the survey, "the default one")."""

    survey: str | None = None
    region: str | None = None
    province: str | None = None
    channel: str = EVERY_CHANNEL
    family: str | None = None
    lang: Language = "vi"

    @classmethod
    def from_address(cls, parameters: Mapping[str, str]) -> "Selection":
        """Read the parameters of an address; unknown ones are left alone, empty ones are absent."""
        given = {
            field.name: parameters[field.name]
            for field in fields(cls)
            if parameters.get(field.name)
        }
        if given.get("lang") not in LANGUAGES:
            given.pop("lang", None)
        return cls(**given)  # type: ignore[arg-type]  # the one literal was checked above

    def to_address(self) -> dict[str, str]:
        """The parameters that name this selection; what is at its default is left out."""
        start = asdict(Selection())
        return {name: value for name, value in asdict(self).items() if value != start[name]}

    def but(self, **changes: Any) -> "Selection":
        """This selection with some choices changed."""
        return replace(self, **changes)

    @property
    def item(self) -> str:
        """The item whose index the pages speak of: a factor family, or the overall index."""
        return self.family or OVERALL


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


_HERE = "here"


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


def where(page: str) -> tuple[str, dict[str, str]]:
    """The page and the parameters of its address: what changes when the reader moves on."""
    return page, st.query_params.to_dict()
