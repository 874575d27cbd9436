"""From the forms that were sent out to those that count."""

import plotly.graph_objects as go

from dashboard.theme import CHART_FONT_SIZE, LABEL_GAP, Style, figure

ROW_HEIGHT = 34
LABEL_WIDTH = 110


def funnel(stages: list[tuple[str, int]], style: Style) -> go.Figure:
    """Bars from zero, one a stage, the last one strong: (label, number of forms) in order."""
    form, palette = style.format, style.palette
    drawn = figure(palette, ROW_HEIGHT * len(stages) + 12)
    rows = list(range(len(stages)))
    most = max((count for _, count in stages), default=0)
    drawn.add_bar(
        orientation="h",
        y=rows,
        x=[count for _, count in stages],
        width=0.62,
        marker={"color": [palette.soft] * (len(stages) - 1) + [palette.data]},
        text=[f"<b>{form.count(count)}</b>" for _, count in stages],
        textposition="outside",
        textfont={"size": CHART_FONT_SIZE, "color": palette.ink},
        cliponaxis=False,
        hoverinfo="skip",
    )
    drawn.update_yaxes(
        range=[len(stages) - 0.4, -0.6],
        tickvals=rows,
        ticktext=[label for label, _ in stages],
        showgrid=False,
        **LABEL_GAP,
    )
    drawn.update_xaxes(range=[0, (most or 1) * 1.22], visible=False)
    drawn.update_layout(margin={"l": LABEL_WIDTH, "r": 4, "t": 4, "b": 4})
    return drawn
