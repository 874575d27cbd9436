"""Where the figures come from: the snapshot, its time and what its checks found, on every page."""

from datetime import datetime, timedelta, timezone

import streamlit as st

from dashboard.checks import MARKS, Verdict, verdict
from dashboard.context import Context
from dashboard.selection import EVERY_CHANNEL

QUALITY = "views/quality.py"
VIETNAM = timezone(timedelta(hours=7))
# Streamlit's own names of the theme's colours.
_COLOURS = {"pass": "green", "warn": "gray", "fail": "red", "empty": "gray"}


def provenance(context: Context) -> None:
    """Synthetic or real, snapshot, time, checks: the foot of the sidebar."""
    texts, snapshot = context.texts, context.source.snapshot
    with st.container(key="badge"):
        if context.survey.synthetic:
            st.badge(texts("badge.synthetic"), color="gray")
        lines = [texts("badge.snapshot", id=_named(context))]
        if snapshot.built_at:
            lines.append(texts("badge.built", time=local_time(context, snapshot.built_at)))
        st.caption("  \n".join(lines))
        _link(context, said(context, verdict(context.source)))


def snapshot_line(context: Context) -> None:
    """The same in one line beside the figures of a page; it leads to the page of the checks."""
    snapshot = context.source.snapshot
    parts = [said(context, verdict(context.source))]
    parts.append(context.texts("badge.snapshot", id=_named(context)))
    if snapshot.built_at:
        parts.append(local_time(context, snapshot.built_at))
    with st.container(key="provenance"):
        _link(context, " · ".join(parts))


def picture_note(context: Context) -> str:
    """What the figures of the page are of, as it stands in each picture of a chart that is taken away."""
    texts, survey = context.texts, context.survey
    parts = [
        context.origin,
        texts("caption.survey", year=survey.year),
        context.place.label,
    ]
    if context.selection.channel != EVERY_CHANNEL:
        parts.append(context.channel_labels[context.selection.channel])
    if context.selection.family:
        parts.append(context.item_label)
    parts.append(texts("badge.snapshot", id=_named(context)))
    return " · ".join([*parts, texts("app.name")])


def _named(context: Context) -> str:
    """The snapshot, and the release that it is opened as, if it is opened as one."""
    snapshot = context.source.snapshot
    return f"{snapshot.id} ({snapshot.release.release})" if snapshot.release else snapshot.id


def said(context: Context, found: Verdict) -> str:
    """The worst outcome with its mark, in the words and the colour of its meaning."""
    form = context.format
    counts = {"n": form.count(found.n_checks)}
    if found.outcome == "fail":
        words = context.texts("badge.fail", failed=form.count(found.n_fail), **counts)
    elif found.outcome == "warn":
        words = context.texts("badge.warn", warned=form.count(found.n_warn), **counts)
    elif found.outcome == "pass":
        words = context.texts("badge.pass", n=form.count(found.n_pass))
    else:
        words = context.texts("badge.unchecked")
    return f":{_COLOURS[found.outcome]}[{MARKS[found.outcome]}] {words}"


def local_time(context: Context, moment: datetime) -> str:
    """A moment as a clock in Viet Nam shows it."""
    return context.format.time(moment.astimezone(VIETNAM))


def _link(context: Context, label: str) -> None:
    st.page_link(QUALITY, label=label, query_params=context.selection.to_address())
