"""A page's own choices, which live in the address beside the shared filters.

A link to another page leaves them behind: they mean something on their page only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st

from dashboard.address import browser_moved, wrote_address
from dashboard.context import Context


def choose(
    context: Context,
    name: str,
    label: str,
    options: Mapping[str, str],
    default: str,
    kind: Literal["buttons", "list"] = "buttons",
) -> str:
    """One of a few options, by a row of buttons or a list; what the address says, else `default`.

    Args:
        name: the parameter of the address, which no other choice of the page has.
        label: key of the text that names the choice.
        options: label by value, in the order shown.
    """
    chosen = read_choice(name)
    st.session_state[name] = chosen if chosen in options else default
    widget: Callable[..., object] = st.selectbox
    more = {}
    if kind == "buttons":
        widget, more = st.segmented_control, {"required": True}
    widget(
        context.texts(label),
        list(options),
        format_func=lambda option: options.get(option, option),
        key=name,
        on_change=_keep,
        args=(name, default, context.selection.survey),
        **more,
    )
    return str(st.session_state[name])


def choose_several(
    context: Context,
    name: str,
    label: str,
    options: Mapping[str, str],
    default: Sequence[str] = (),
    kind: Literal["buttons", "list"] = "list",
    placeholder: str | None = None,
) -> list[str]:
    """Any number of options, in their order; what the address says, else `default`.

    Args:
        name: the parameter of the address, which no other choice of the page has; it holds values with commas
            between, or `*` for none where some are the default.
        label: what the choice is called, as it is written.
        placeholder: what stands where nothing is chosen.
    """
    written = read_choice(name)
    chosen = default if not written else [v for v in _split(written) if v in options]
    st.session_state[name] = [option for option in options if option in chosen]
    widget: Callable[..., object] = st.multiselect
    more: dict[str, object] = {"placeholder": placeholder}
    if kind == "buttons":
        widget, more = st.pills, {"selection_mode": "multi"}
    widget(
        label,
        list(options),
        format_func=lambda option: options.get(option, option),
        key=name,
        on_change=_keep_several,
        args=(name, tuple(default), context.selection.survey),
        **more,
    )
    return list(st.session_state[name])


def read_choice(name: str) -> str:
    """What the address says of a choice of the page's own; empty if nothing."""
    return st.query_params.get(name, "")


def write_choice(name: str, value: str, survey: str | None) -> None:
    """Put a choice into the address, or take it out if it is empty.

    The survey is named from then on: a bookmark must open on the same figures when a later one is loaded.
    """
    if survey and "survey" not in st.query_params:
        st.query_params["survey"] = survey
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    wrote_address()


def _keep(name: str, default: str, survey: str | None) -> None:
    if browser_moved():
        return
    value = str(st.session_state[name])
    write_choice(name, "" if value == default else value, survey)


def _keep_several(name: str, default: Sequence[str], survey: str | None) -> None:
    if browser_moved():
        return
    values = [str(value) for value in st.session_state[name]]
    written = "" if sorted(values) == sorted(default) else ",".join(map(_quoted, values)) or "*"
    write_choice(name, written, survey)


def _quoted(value: str) -> str:
    """A value that may stand between commas: a delivery has answers in words of its own."""
    return value.replace("%", "%25").replace(",", "%2C")


def _split(written: str) -> list[str]:
    return [one.replace("%2C", ",").replace("%25", "%") for one in written.split(",")]
