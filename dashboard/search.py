"""Finding Vietnamese text by what is typed without marks: `dak lak` finds Đắk Lắk."""

import unicodedata
from collections.abc import Iterable

import polars as pl
import streamlit as st

from dashboard.choices import read_choice, write_choice
from dashboard.context import Context


def fold(text: str) -> str:
    """The text in small letters without marks of tone or letter, đ as d; anything else parts words.

    Composed and decomposed spellings, and both places of a tone mark (hòa, hoà), fold alike.
    """
    parted = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = (letter for letter in parted if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())


def matches(query: str, *texts: str | None) -> bool:
    """Whether every word of the query begins a word of the texts; an empty query matches everything."""
    held = f" {fold(' '.join(text for text in texts if text))}"
    return all(f" {word}" in held for word in fold(query).split())


def found(frame: pl.DataFrame, query: str, columns: Iterable[str]) -> pl.DataFrame:
    """The rows of which the `columns` together match the query."""
    hits = [matches(query, *row) for row in frame.select(list(columns)).iter_rows()]
    return frame.filter(pl.Series(hits, dtype=pl.Boolean))


def search_box(context: Context, name: str, label: str, example: str = "search.example") -> str:
    """A box to type a search into; what the address says, else empty.

    Args:
        name: the parameter of the address, which no other choice of the page has.
        label: key of the text that names the box.
        example: key of the text that shows what can be typed.
    """
    st.session_state[name] = read_choice(name)
    st.text_input(
        context.texts(label),
        key=name,
        placeholder=context.texts(example),
        on_change=_keep,
        args=(name, context.selection.survey),
    )
    return str(st.session_state[name])


def _keep(name: str, survey: str | None) -> None:
    write_choice(name, str(st.session_state[name]).strip(), survey)
