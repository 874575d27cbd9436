"""From forms issued to forms that count, with the reasons why some do not."""

import streamlit as st

from dashboard import indices
from dashboard.charts.funnel import funnel
from dashboard.context import Context
from dashboard.drawing import draw

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
    draw(funnel(stages, context.style), "funnel", texts("overview.funnel"))
    if "issued" not in counts:
        st.caption(texts("funnel.issue_unknown"))
    reasons = indices.quarantine(context)
    if reasons.is_empty():
        return
    listed = ", ".join(
        f"{texts(REASONS[reason]) if reason in REASONS else reason} ({form.count(n)})"
        for reason, n in reasons.iter_rows()
    )
    st.caption(texts("funnel.reasons", reasons=listed))
