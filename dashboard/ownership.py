"""The channels of a place, factor by factor, and who owns each."""

import streamlit as st

from dashboard import comparisons, matrix
from dashboard.address import write_address
from dashboard.charts import matrix as chart
from dashboard.charts.matrix import BETWEEN, Matrix
from dashboard.context import Context
from dashboard.families import gaps_note, matrix_table
from dashboard.indices import Standing
from dashboard.matrix import overlapping
from dashboard.picking import draw_picking
from dashboard.selection import EVERY_CHANNEL
from dashboard.verdicts import legend


def ownership_section(context: Context, standing: Standing) -> None:
    """A matrix of factors by channel, with the weakest cell and its owner; a click narrows the profile to it."""
    texts, place, selection = context.texts, context.place, context.selection
    shown = matrix.across_channels(context, place)
    if not shown:
        return
    st.subheader(texts("profile.matrix"))
    goal = context.format.milestone(standing.goal_pct)
    st.caption(texts("profile.matrix_help", goal=goal, marks=legend(texts)))
    owners = comparisons.owners_of(context, [key for one in shown for key in one.columns])
    st.caption(texts("profile.owners", owners=_owned(context, owners)))
    # Channels at the place stand first; those run from the centre have other criteria and a matrix of their own.
    keys = [("channels_here", "channels_here_table"), ("channels_centre", "channels_centre_table")]
    for one, (key, table_key) in zip(shown, keys, strict=False):
        st.caption(_weakest(context, one, owners))
        draw_picking(
            chart.matrix(one, context.style, selection.family, selection.channel),
            key,
            texts("profile.matrix"),
            lambda picked: follow(context, picked),
            one.leading,
        )
        gaps_note(context, one)
        matrix_table(context, one, table_key, texts("profile.matrix_table"))
    if place.geo_level != "nation":
        st.caption(texts("notice.central_channels"))


def _owned(context: Context, owners: dict[str, str]) -> str:
    """Which channels who runs; those that carry their owner's name are not named twice."""
    by_owner: dict[str, list[str]] = {}
    for channel, owner in owners.items():
        by_owner.setdefault(owner, []).append(context.channel_labels[channel])
    return "; ".join(
        f"**{owner}**" if names == [owner] else f"**{owner}** ({', '.join(names)})"
        for owner, names in by_owner.items()
    )


def _weakest(context: Context, shown: Matrix, owners: dict[str, str]) -> str:
    """The lowest cell, who owns its channel, and how many cells the sample may not tell from it."""
    texts, low = context.texts, shown.measured[0]
    sentence = texts(
        "profile.matrix_weakest",
        factor=shown.rows[low.row],
        channel=shown.columns[low.column],
        index=context.format.index(low.index_pct),
        owner=owners.get(low.column, ""),
    )
    n = overlapping(low, shown)
    return sentence + (texts("profile.matrix_overlap", n=n) if n else "")


def follow(context: Context, picked: str) -> None:
    """Narrow the profile to a channel and, where the row is one, to a factor family; a second click lets go."""
    item, _, channel = picked.partition(BETWEEN)
    family = item if item in context.reference.families(context.survey) else None
    selection = context.selection
    if (selection.family, selection.channel) == (family, channel):
        write_address(selection.but(family=None, channel=EVERY_CHANNEL))
    else:
        write_address(selection.but(family=family, channel=channel))
