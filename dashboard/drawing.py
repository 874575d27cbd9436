"""Putting charts on a page, each with what it shows as a table, and the way from a province to its profile."""

from html import escape

import plotly.graph_objects as go
import streamlit as st

from dashboard.address import read_address
from dashboard.charts.readout import readout
from dashboard.charts.rows import Target
from dashboard.context import Context
from dashboard.files import file_stem
from dashboard.indices import Standing
from dashboard.texts import texts_in
from dashboard.theme import chart_config

PROFILE = "views/profile.py"
# `st.switch_page` writes the new address into the browser's history twice, first beside the name of the page that
# is left: the way back would lead to that page as if the province had been chosen there. A link writes it once.
FOLLOW = """<script>
(function follow() {
  const link = document.querySelector(".st-key-link_out_of_sight a");
  link ? link.click() : requestAnimationFrame(follow);
})();
</script>"""


def draw(
    figure: go.Figure,
    key: str,
    alt: str,
    pick: bool = False,
    tabled: bool = False,
    pictured: bool = True,
) -> str | None:
    """Draw a chart; the `customdata` of the point that the reader picked, if `pick` lets him.

    What the chart shows is offered below it as a table, which is made when the reader opens it.

    Args:
        tabled: the page has a table of the same figures already.
        pictured: it is offered as a picture; not where names that it cannot do without stand beside it.
    """
    picked = _chart(figure, key, alt, pick, pictured)
    if not tabled:
        label = texts_in(read_address().lang)("chart.as_table")
        folded = st.expander(label, key=f"read_{key}", type="compact", on_change="rerun")
        if folded.open:
            folded.html(_table(readout(figure), alt))
    return picked


def _chart(figure: go.Figure, key: str, alt: str, pick: bool, pictured: bool) -> str | None:
    config = chart_config(file_stem(key), alt, texts_in(read_address().lang)("downloads.image"))
    if not pictured:
        config |= {"displayModeBar": False}
    if not pick:
        st.plotly_chart(figure, key=key, alt=alt, theme=None, config=config)
        return None
    event = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        theme=None,
        config=config,
        on_select="rerun",
        selection_mode="points",
    )
    picked = [point["customdata"] for point in event["selection"]["points"] if point["customdata"]]
    if not picked:
        return None
    first = picked[0]
    return str(first[0] if isinstance(first, list | tuple) else first)


def _table(rows: list[list[str]], alt: str) -> str:
    """Rows of a chart as a table that a screen reader walks through; what a row is of stands in its head."""
    width = max((len(row) for row in rows), default=0)
    lines = []
    for head, *rest in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        empty = "<td></td>" * (width - 1 - len(rest))
        lines.append(f'<tr><th scope="row">{escape(head)}</th>{cells}{empty}</tr>')
    body = "".join(lines)
    return (
        f'<div class="readout" role="region" tabindex="0" aria-label="{escape(alt)}">'
        f'<table aria-label="{escape(alt)}"><tbody>{body}</tbody></table></div>'
    )


def open_profile(context: Context, province: str) -> None:
    """Go to the profile of a province; everything else that was chosen stays, and back leads to where one was."""
    selection = context.selection.but(province=province)
    label = context.reference.places(context.survey, "province")[province].label
    with st.container(key="link_out_of_sight"):
        st.page_link(PROFILE, label=label, query_params=selection.to_address())
    st.html(FOLLOW, unsafe_allow_javascript=True)


def targets(context: Context, standing: Standing) -> list[Target]:
    """The milestone in force and the goal, for charts with a scale; one line where they are the same."""
    form, texts = context.format, context.texts
    values = {standing.milestone_in_force_pct, standing.goal_pct} - {None}
    return [
        Target(value, texts("chart.milestone", value=form.milestone(value)))
        for value in sorted(value for value in values if value is not None)
    ]
