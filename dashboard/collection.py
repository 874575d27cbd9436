"""How well a place collected its own forms: how many came back and were valid, and what should be looked at."""

import polars as pl
import streamlit as st

from dashboard import credibility, response
from dashboard.context import Context
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL


def collected(context: Context) -> dict[str, int | None] | None:
    """Forms issued, returned, valid, quarantined and missing at the place and channel; None if nothing is known.

    Issued and missing are None where the issue is not known.
    """
    survey, place = context.survey, context.place
    frame = context.source.read(
        "fieldwork_progress",
        ["issued", "returned", "valid", "quarantined", "missing"],
        survey=survey.survey,
        geography=survey.geography,
        channel=context.selection.channel,
        **place.key,
    )
    return None if frame.is_empty() else frame.row(0, named=True)


def reasons(context: Context) -> pl.DataFrame:
    """Why forms of the place were quarantined: reason, n_forms, the most frequent first.

    The view stands in the survey's own geography: empty for a province or region that it does not have.
    """
    if context.place.geo_level != "province":
        return response.quarantine(context)
    frame = context.source.read(
        "quarantine_reason",
        ["channel", "reason", "n_forms"],
        survey=context.survey.survey,
        geography=context.survey.geography,
        province=context.place.geo_code,
    )
    if context.selection.channel != EVERY_CHANNEL:
        members = single_channels(context, context.selection.channel)["channel"].to_list()
        frame = frame.filter(pl.col("channel").is_in(members))
    counted = frame.group_by("reason").agg(pl.col("n_forms").sum())
    return counted.sort(["n_forms", "reason"], descending=[True, False])


def collection_section(context: Context) -> None:
    """The forms of the place and the signs that warn, in two lines, with the way to the pages that say more."""
    texts, form = context.texts, context.format
    counts = collected(context)
    if counts is None:
        return
    st.subheader(texts("collection.title"))
    numbers = {name: form.count(n) for name, n in counts.items()}
    known = counts["issued"] is not None
    said = texts("collection.counts" if known else "collection.counts_alone", **numbers)
    why = ", ".join(
        f"{texts(response.REASONS[reason]) if reason in response.REASONS else reason} ({form.count(n)})"
        for reason, n in reasons(context).iter_rows()
    )
    st.markdown(f"{said} {texts('collection.reasons', reasons=why)}" if why else said)
    st.markdown(_signs(context))
    address = context.selection.to_address()
    with st.container(horizontal=True):
        for page, key in (("fieldwork", "page.fieldwork"), ("quality", "page.quality")):
            label = texts("collection.more", page=texts(key))
            st.page_link(f"views/{page}.py", label=label, query_params=address)


def _signs(context: Context) -> str:
    """How many of the signs of untrue forms were found, of how many slices looked at."""
    texts, form = context.texts, context.format
    found = credibility.indicators(context)
    if found.is_empty():
        return texts("collection.no_look")
    looked, flagged = int(found["n_slices"].sum()), int(found["n_signs"].sum())
    if not flagged:
        return texts("collection.no_sign", n=form.count(looked))
    rows = found.filter(pl.col("n_signs") > 0).select("label", "n_signs").iter_rows()
    named = "; ".join(f"{label} ({form.count(n)})" for label, n in rows)
    return texts("collection.signs", n=form.count(flagged), of=form.count(looked), named=named)
