"""What of the chosen survey is hidden to protect people; the views of the snapshot hide it themselves."""

import streamlit as st

from dashboard.context import Context
from dashboard.data import Value
from dashboard.reference import Place
from dashboard.selection import OVERALL


def limit(context: Context) -> int:
    """Below how many forms a group of people is hidden; 0 hides none."""
    return context.source.snapshot.disclosure.below


def disclosure_section(context: Context) -> None:
    """What is hidden to protect people, how it looks, and why it cannot be worked out."""
    below = limit(context)
    if below == 0:
        st.markdown(context.texts("method.disclosure_none"))
        return
    st.markdown(context.texts("method.disclosure_text", below=context.format.count(below)))


def is_hidden(context: Context, place: Place, channel: str, item: str | None = None) -> bool:
    """Whether the index of a place in a channel, of the chosen item or another, is hidden."""
    where = _slice(context) | {"channel": channel, "item": item or context.selection.item}
    return bool(context.source.hidden("satisfaction_index", "item", **where, **place.key))


def hidden_provinces(context: Context) -> set[str]:
    """Codes of the provinces of the area whose chosen index is hidden."""
    selection = context.selection
    where = _slice(context) | {"channel": selection.channel, "item": selection.item}
    found = context.source.hidden("satisfaction_index", "geo_code", geo_level="province", **where)
    area = context.reference.places(context.survey, "province").items()
    return {
        code
        for code, place in area
        if code in found and selection.region in (None, place.region_code)
    }


def hidden_channels(context: Context, place: Place) -> set[str]:
    """Codes of the single channels of a place that are hidden whole."""
    single = context.reference.channels(context.survey).filter(channel_kind="channel")["channel"]
    where = _slice(context) | {"channel": tuple(single), "item": OVERALL}
    return context.source.hidden("satisfaction_index", "channel", **where, **place.key)


def _slice(context: Context) -> dict[str, Value]:
    return {"survey": context.survey.survey, "geography": context.survey.geography}
