"""Charts whose points narrow the page that they stand on."""

from collections.abc import Callable, Collection

import plotly.graph_objects as go
import streamlit as st

from dashboard.address import read_address
from dashboard.files import file_stem
from dashboard.texts import texts_in
from dashboard.theme import chart_config


def draw_picking(
    figure: go.Figure,
    key: str,
    alt: str,
    on_pick: Callable[[str], None],
    leading: Collection[str] | None = None,
) -> None:
    """Draw a chart that hands the `customdata` of a picked point to `on_pick`, once for each click.

    The pick is answered when it is made: what is picked stays picked on a chart that stays on the page, and
    would otherwise be followed again on every rerun, whatever the reader chose since.

    Args:
        leading: the points that lead somewhere; all of them if None.
    """
    config = chart_config(file_stem(key), alt, texts_in(read_address().lang)("downloads.image"))
    st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        theme=None,
        config=config,
        on_select=lambda: _answer(key, on_pick, leading),
        selection_mode="points",
    )


def _answer(key: str, on_pick: Callable[[str], None], leading: Collection[str] | None) -> None:
    points = st.session_state[key]["selection"]["points"]
    picked = [point["customdata"] for point in points if point.get("customdata")]
    if not picked:
        return
    first = str(picked[0][0] if isinstance(picked[0], list | tuple) else picked[0])
    if leading is None or first in leading:
        on_pick(first)
