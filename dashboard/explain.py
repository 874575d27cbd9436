"""The panel that explains a printed index: formula and numbers, what is sure, where it comes from, and its SQL.

A page offers it by one line below its facts, `panel(context, place, channel)`, which other things to press may share;
whether it is open, and on what, stands in the address: `explain=<item code>`.
"""

from collections.abc import Callable, Mapping
from functools import partial

import polars as pl
import streamlit as st

from dashboard import disclosure, evidence, figure
from dashboard.choices import read_choice, write_choice
from dashboard.context import Context
from dashboard.format import ABSENT
from dashboard.notices import hidden_whole, lacking, older_snapshot
from dashboard.reference import Place
from dashboard.search import fold, matches
from dashboard.texts import verbatim

EXPLAIN = "explain"
MOST_FOUND = 6
_FIND = "explain_find"
_MOVE, _CAME = "explanation_move", "explanation_came"
"""A table far below opened the panel, so the page moves up to it; how often that was."""
STYLE = """<style>
.st-key-explanation { scroll-margin-top: 4rem; }
.st-key-explanation [data-testid="stTable"] table { table-layout: fixed; width: 100%; }
.st-key-explanation [data-testid="stTable"] td { overflow-wrap: anywhere; white-space: normal; }
.st-key-explanation [data-testid="stTable"] td:first-child { width: 42%; }
.st-key-explanation [data-testid="stTable"] code {
  font-size: 0.86rem; color: inherit; background: none; padding: 0; white-space: normal; word-break: break-all;
}
.st-key-explanation .katex-display { margin: 0.4rem 0; padding: 0.25rem 0; overflow-x: auto; overflow-y: hidden; }
@media print { .st-key-explain_close, .st-key-explain { display: none; } }
</style>"""


def panel(
    context: Context,
    place: Place,
    channel: str,
    question: str | None = None,
    beside: Callable[[], None] | None = None,
) -> None:
    """The button that opens the explanation of the index that a page speaks of, or the open panel.

    Args:
        place: whose index it is.
        channel: over which channels.
        question: the assessment or need to open on, on a page that speaks of those.
        beside: draws what stands in the line of the button.
    """
    chosen = read_choice(EXPLAIN)
    with st.container(horizontal=True, key="line_of_buttons", gap="medium"):
        if not chosen:
            _open(context, place, channel, question)
        if beside:
            beside()
    if not chosen:
        return
    with st.container(border=True, key="explanation"):
        st.html(STYLE)
        _scroll()
        if not all(map(context.source.holds, ("index_formula", "answer_interval"))):
            older_snapshot(context)
            _close(context)
            return
        _panel(context, place, channel, chosen)


def _open(context: Context, place: Place, channel: str, question: str | None) -> None:
    item, label = question, context.texts("explain.any")
    if item is None:
        item = context.selection.item
        index = context.format.index(figure.printed(context, place, channel, item))
        if index == ABSENT:
            return
        label = context.texts("explain.why", index=index)
    st.button(
        label,
        key="explain_open",
        type="tertiary",
        on_click=write_choice,
        args=(EXPLAIN, item, context.survey.survey),
    )


def open_at(items: list[str], survey: str, row: int) -> None:
    """Open the panel on the item of a row that the reader picked in a table far below."""
    write_choice(EXPLAIN, items[row], survey)
    st.session_state[_CAME] = st.session_state.get(_CAME, 0) + 1
    st.session_state[_MOVE] = True


def picking(context: Context, rows: pl.DataFrame) -> Callable[[int], None]:
    """What a table whose rows have an `item` calls when the reader picks one: it is explained."""
    return partial(open_at, rows["item"].to_list(), context.survey.survey)


def _scroll() -> None:
    """Move the page up to the panel; the number makes it another script, so that it runs again."""
    if st.session_state.pop(_MOVE, False):
        st.html(
            "<script>document.querySelector('.st-key-explanation')"
            f".scrollIntoView({{block: 'start'}}); /* {st.session_state[_CAME]} */</script>",
            unsafe_allow_javascript=True,
        )


def _panel(context: Context, place: Place, channel: str, chosen: str) -> None:
    texts = context.texts
    shown = figure.figure(context, place, channel, chosen)
    index = context.format.index(shown.index_pct if shown else None)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        title = "explain.why" if index != ABSENT else "explain.title"
        st.markdown(f"### {texts(title, index=index)}")
        _close(context)
    _select(context, place, channel, chosen)
    if shown is None and disclosure.is_hidden(context, place, channel, chosen):
        hidden_whole(context, place)
        return
    if shown is None:
        values = {"item": verbatim(chosen), "place": place.label, "year": context.survey.year}
        why = texts("explain.nothing", channel=context.channel_labels[channel], **values)
        lacking(texts, "nothing", why)
        return
    st.caption(evidence.what(context, shown))
    left, right = st.columns(2, gap="large")
    with left:
        evidence.formula_section(context, shown)
    with right:
        evidence.sureness_section(context, shown)
    if shown.is_mean:
        rows = figure.averaged(context, shown)
        evidence.criteria_section(context, rows, picking(context, rows))
    evidence.origin_section(context)
    evidence.sql_section(context, shown)


def _close(context: Context) -> None:
    st.button(
        context.texts("explain.close"),
        key="explain_close",
        type="tertiary",
        on_click=write_choice,
        args=(EXPLAIN, "", context.survey.survey),
    )


def _find(context: Context, options: Mapping[str, str]) -> None:
    """What is typed finds items with marks or without, which Streamlit's list does not; a press explains one."""
    texts, survey = context.texts, context.survey.survey
    with st.container(key="explain_found", gap=None):
        query = st.text_input(
            texts("explain.find"),
            key=_FIND,
            type="search",
            live=True,
            placeholder=texts("explain.find_example"),
        )
        if not fold(query or ""):
            return
        found = [item for item, label in options.items() if matches(str(query), label, item)]
        for item in found[:MOST_FOUND]:
            st.button(
                options[item],
                key=f"explain_to_{item}",
                type="tertiary",
                on_click=_go,
                args=(item, survey),
            )
        if not found:
            st.caption(texts("find.nothing", query=query))
        if len(found) > MOST_FOUND:
            st.caption(texts("find.more", n=context.format.count(len(found) - MOST_FOUND)))


def _go(item: str, survey: str) -> None:
    st.session_state[_FIND] = ""
    write_choice(EXPLAIN, item, survey)


def _select(context: Context, place: Place, channel: str, chosen: str) -> None:
    """The items that have a figure here; the one in the address is among them even if it has none."""
    options = {chosen: chosen} | figure.explicable(context, place, channel)
    st.session_state[EXPLAIN] = chosen
    survey = context.survey.survey
    listed, typed = st.columns(2, gap="large")
    with listed:
        st.selectbox(
            context.texts("explain.item"),
            list(options),
            format_func=lambda option: options.get(option, option),
            key=EXPLAIN,
            on_change=lambda: write_choice(EXPLAIN, str(st.session_state[EXPLAIN]), survey),
        )
    with typed:
        _find(context, options)
