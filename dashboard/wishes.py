"""What the people of a place expect, beside region and nation (part 3 of Appendix I), and its offices."""

import streamlit as st

from dashboard import assessments
from dashboard.assessments import EXPECTATION
from dashboard.charts.comparison import Compared, comparison
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.indices import Standing
from dashboard.offices import office_section, was_merged

OWN_MARK = ("circle", 11)
MARKS = {"region": ("triangle-up-open", 9), "nation": ("line-ns", 14)}
SIGNS = {"circle": "●", "triangle-up-open": "△", "line-ns": "|"}


def inside_section(context: Context, standing: Standing) -> None:
    """The offices of a province beside what its people expect; of a wider place the latter alone."""
    if context.place.geo_level != "province" or was_merged(context):
        # Without a picture of offices there is nothing to stand beside.
        office_section(context, standing)
        wish_section(context)
        return
    offices, wishes = st.columns(2, gap="large")
    with offices:
        office_section(context, standing)
    with wishes:
        wish_section(context)


def wish_section(context: Context) -> None:
    """The expectations on the scale from 1 to 4, the strongest first."""
    texts, place = context.texts, context.place
    if not context.source.holds("answer_interval"):
        return
    channel = assessments.channel_of(context, place)
    rows = assessments.scored(assessments.intervals(context, place, channel), EXPECTATION)
    if rows.is_empty():
        return
    st.subheader(texts("wishes.title"))
    own = Compared(place.label, *OWN_MARK, rows)
    others = [
        Compared(other.label, *MARKS[other.geo_level], figures)
        for other, figures in assessments.compared(context, place)
    ]
    named = " · ".join(f"{SIGNS[one.symbol]} {one.label}" for one in [own, *others])
    st.caption(f"{named} ({context.channel_labels[channel]})")
    items = list(rows.select("item", "label").iter_rows())
    draw(comparison(items, own, others, [], context.style), "wishes", texts("wishes.title"))
    st.caption(texts("wishes.help"))
