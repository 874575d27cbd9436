"""Putting charts on a page, and the way from a province on a chart or a table to its profile."""

import plotly.graph_objects as go
import streamlit as st

from dashboard.charts.rows import Target
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.theme import CHART_CONFIG

PROFILE = "views/profile.py"


def draw(figure: go.Figure, key: str, alt: str, pick: bool = False) -> str | None:
    """Draw a chart; the `customdata` of the point that the reader picked, if `pick` lets him."""
    if not pick:
        st.plotly_chart(figure, key=key, alt=alt, theme=None, config=CHART_CONFIG)
        return None
    event = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        theme=None,
        config=CHART_CONFIG,
        on_select="rerun",
        selection_mode="points",
    )
    picked = [point["customdata"] for point in event["selection"]["points"] if point["customdata"]]
    if not picked:
        return None
    first = picked[0]
    return str(first[0] if isinstance(first, list | tuple) else first)


def open_profile(context: Context, province: str) -> None:
    """Go to the profile of a province; everything else that was chosen stays."""
    selection = context.selection.but(province=province)
    st.switch_page(PROFILE, query_params=selection.to_address())


def targets(context: Context, standing: Standing) -> list[Target]:
    """The milestone in force and the goal, for charts with a scale; one line where they are the same."""
    form, texts = context.format, context.texts
    values = {standing.milestone_in_force_pct, standing.goal_pct} - {None}
    return [
        Target(value, texts("chart.milestone", value=form.milestone(value)))
        for value in sorted(value for value in values if value is not None)
    ]
