"""What a director asks first: the weakest criteria, which channel carries them, and how many people it takes.

Every figure is a column of `shortfall_criterion`, `shortfall` or `shortfall_channel`.
"""

import polars as pl
import streamlit as st

from dashboard.context import Context
from dashboard.data import Value
from dashboard.indices import Standing
from dashboard.reference import LOCAL_CHANNELS, Place
from dashboard.scope import single_channels
from dashboard.selection import EVERY_CHANNEL
from dashboard.verdicts import MARKS

NAMED = 3


def weakest(context: Context, place: Place) -> pl.DataFrame:
    """The criteria with the lowest indices at a place over its local channels, or at the channels chosen.

    Columns: item, label, index_pct, n_answers, n_steps, channel (which carries most of what is missing), owner,
    verdict_goal. A chosen family narrows them.
    """
    key = ("weakest", context.selection, place)
    return context.source.once(key, lambda: _weakest(context, place))


def _weakest(context: Context, place: Place) -> pl.DataFrame:
    chosen = context.selection.channel
    columns = ["item", "index_pct", "n_answers", "n_steps"]
    if chosen in (EVERY_CHANNEL, LOCAL_CHANNELS):
        frame = _read(context, place, "shortfall_criterion", [*columns, "heaviest_channel"])
        frame = frame.rename({"heaviest_channel": "channel"})
        judged, keys = (LOCAL_CHANNELS,), ["item"]
    else:
        judged, keys = tuple(single_channels(context, chosen)["channel"]), ["item", "channel"]
        frame = _read(context, place, "shortfall", [*columns, "channel"], channel=judged)
    verdicts = _read(
        context, place, "target_gap", ["item", "channel", "verdict_goal"], channel=judged
    )
    items = context.source.labelled(
        "item",
        ["item", "family"],
        instrument=context.survey.instrument,
        item_level="criterion",
    )
    if context.selection.family:
        items = items.filter(family=context.selection.family)
    verdicts = verdicts.select(*keys, "verdict_goal")
    frame = frame.join(items.drop("family"), on="item").join(verdicts, on=keys, how="left")
    frame = frame.join(_owners(context), on="channel", how="left")
    frame = frame.sort("index_pct", "item", "channel")
    # Of a criterion asked at several of the channels chosen, where it is lowest.
    return frame.unique("item", keep="first", maintain_order=True).head(NAMED)


def carried(context: Context, place: Place) -> pl.DataFrame:
    """What each criterion carries over the local channels: item, share_pct of the distance to the goal, n_steps."""
    return _read(context, place, "shortfall_criterion", ["item", "share_pct", "n_steps"])


def heaviest_channel(context: Context, place: Place) -> dict[str, object] | None:
    """The row of the local channel that carries most of a place's distance to the goal; None if none does."""
    columns = ["channel", "n_criteria", "n_criteria_below", "contribution_pct", "n_steps"]
    frame = _read(context, place, "shortfall_channel", columns)
    frame = frame.filter(pl.col("contribution_pct") > 0).join(_owners(context), on="channel")
    if frame.is_empty():
        return None
    return frame.sort(["contribution_pct", "channel"], descending=[True, False]).row(0, named=True)


def priorities_section(context: Context, standing: Standing) -> None:
    """The answer in words: a line a criterion, then the channel that carries most of the distance to the goal."""
    texts, form, place = context.texts, context.format, context.place
    if not context.source.holds("shortfall_criterion"):
        return
    rows = weakest(context, place)
    if rows.is_empty():
        return
    goal = form.milestone(standing.goal_pct)
    st.subheader(texts("priorities.title", n=rows.height, goal=goal))
    if place.geo_level == "nation" and context.selection.channel == EVERY_CHANNEL:
        st.caption(texts("priorities.local"))
    st.markdown("\n".join(_line(context, n, row, goal) for n, row in enumerate(_rows(rows), 1)))
    whole = not context.selection.family and context.selection.channel in (
        EVERY_CHANNEL,
        LOCAL_CHANNELS,
    )
    heaviest = heaviest_channel(context, place) if whole else None
    if heaviest:
        st.markdown(
            texts(
                "priorities.channel",
                channel=context.channel_labels[str(heaviest["channel"])],
                owner=heaviest["owner"],
                points=form.distance(heaviest["contribution_pct"]),  # type: ignore[arg-type]
                below=heaviest["n_criteria_below"],
                n=heaviest["n_criteria"],
                goal=goal,
            )
        )
    st.caption(texts("priorities.help", goal=goal))


def _line(context: Context, number: int, row: dict[str, object], goal: str) -> str:
    """One criterion: its index with the verdict's mark, the channel and its owner, and how many people."""
    texts, form = context.texts, context.format
    named = texts(
        "priorities.criterion",
        mark=MARKS.get(str(row["verdict_goal"]), ""),
        index=form.index(row["index_pct"]),  # type: ignore[arg-type]
        item=row["item"],
        label=row["label"],
    )
    where = {"channel": context.channel_labels[str(row["channel"])], "owner": row["owner"]}
    steps, answers = int(str(row["n_steps"])), int(str(row["n_answers"]))
    if steps <= 0:
        return f"{number}. {named} {texts('priorities.there', goal=goal, **where)}"
    takes = texts(
        "priorities.people" if steps <= answers else "priorities.steps",
        n=form.count(steps),
        of=form.count(answers),
        goal=goal,
    )
    whole = context.selection.channel in (EVERY_CHANNEL, LOCAL_CHANNELS)
    missed = texts("priorities.missed" if whole else "priorities.at", **where)
    return f"{number}. {named} {missed} {takes}"


def _rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    return list(frame.iter_rows(named=True))


def _owners(context: Context) -> pl.DataFrame:
    owner = f"owner_{context.source.language}"
    frame = context.source.read("channel", ["channel", owner], instrument=context.survey.instrument)
    return frame.rename({owner: "owner"})


def _read(
    context: Context, place: Place, view: str, columns: list[str], **equals: Value
) -> pl.DataFrame:
    survey = context.survey
    where: dict[str, Value] = {"survey": survey.survey, "geography": survey.geography}
    return context.source.read(view, columns, **where, **place.key, **equals)
