"""From forms issued to forms that count, with the reasons why some do not."""

import polars as pl
import streamlit as st

from dashboard.charts import funnel as chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.reference import LOCAL_CHANNELS
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL

STAGES = {
    "issued": "funnel.issued",
    "missing": "funnel.missing",
    "returned": "funnel.returned",
    "quarantined": "funnel.quarantined",
    "valid": "funnel.valid",
}
REASONS = {
    "no_form_id": "reason.no_form_id",
    "unknown_province": "reason.unknown_province",
    "ambiguous_province": "reason.ambiguous_province",
    "missing_province": "reason.missing_province",
    "unknown_channel": "reason.unknown_channel",
    "missing_channel": "reason.missing_channel",
    "score_out_of_scale": "reason.score_out_of_scale",
    "unreadable_score": "reason.unreadable_score",
    "not_asked": "reason.not_asked",
    "unreadable_value": "reason.unreadable_value",
    "duplicate_form": "reason.duplicate_form",
    "conflicting_form": "reason.conflicting_form",
}


def section(context: Context, counts: dict[str, int] | None) -> None:
    """The response funnel of the chosen region and channel, and why forms were quarantined."""
    texts, form = context.texts, context.format
    st.subheader(texts("overview.funnel"))
    if counts is None:
        st.caption(texts("funnel.other_geography"))
        return
    stages = [(texts(STAGES[name]), counts[name]) for name in STAGES if name in counts]
    draw(chart.funnel(stages, context.style), "funnel", texts("overview.funnel"))
    if "issued" not in counts:
        st.caption(texts("funnel.issue_unknown"))
    reasons = quarantine(context)
    if reasons.is_empty():
        return
    listed = ", ".join(
        f"{texts(REASONS[reason]) if reason in REASONS else reason} ({form.count(n)})"
        for reason, n in reasons.iter_rows()
    )
    st.caption(texts("funnel.reasons", reasons=listed))


def funnel(context: Context) -> dict[str, int] | None:
    """Forms issued, missing, returned, quarantined and valid in the chosen region and channel.

    Issued and missing are left out where the issue of some channel is not known. None if nothing is known
    of the region: the funnel stands in the survey's own geography, and an older one has other regions.
    """
    frame = _area_and_channel(
        context,
        context.source.read("response_funnel", survey=context.survey.survey),
    )
    if frame.is_empty():
        return None
    counts = {name: int(frame[name].sum()) for name in ("returned", "quarantined", "valid")}
    # Nobody issued forms to a province that cannot be read: such rows have no valid form.
    if frame.filter(pl.col("valid") > 0)["issued"].has_nulls():
        return counts
    issued = int(frame["issued"].sum())
    return {"issued": issued, "missing": issued - counts["returned"], **counts}


def quarantine(context: Context) -> pl.DataFrame:
    """Reasons for quarantine and how many forms have each: reason, n_forms; the most frequent first."""
    frame = _area_and_channel(
        context, context.source.read("quarantine_reason", survey=context.survey.survey)
    )
    counted = frame.group_by("reason").agg(pl.col("n_forms").sum())
    return counted.sort(["n_forms", "reason"], descending=[True, False])


def _area_and_channel(context: Context, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of the chosen region and channel in a view of single provinces and channels."""
    channel, region = context.selection.channel, context.selection.region
    if region and channel == EVERY_CHANNEL:
        # Support channels serve the whole country: their forms count for no region.
        channel = LOCAL_CHANNELS
    if channel != EVERY_CHANNEL:
        members = single_channels(context, channel)["channel"]
        frame = frame.filter(pl.col("channel").is_in(members.to_list()))
    if region:
        places = context.reference.places(context.survey, "province").values()
        inside = [place.geo_code for place in places if place.region_code == region]
        frame = frame.filter(
            (pl.col("geography") == context.survey.geography) & pl.col("province").is_in(inside)
        )
    return frame
