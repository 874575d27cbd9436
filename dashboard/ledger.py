"""The parts of the page of releases: the ledger, the difference of two snapshots; and the banner of an opened one."""

import tempfile
from functools import partial
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard import releases
from dashboard.choices import choose, read_choice
from dashboard.context import Context
from dashboard.downloads import column_title, title
from dashboard.facts import Fact
from dashboard.notices import lacking
from dashboard.provenance import local_time
from dashboard.releases import Shelf
from dashboard.tables import Column, drawn, table
from warehouse.difference import Difference
from warehouse.ledger import Release

OVERVIEW, RELEASES = "views/overview.py", "views/releases.py"
STATUSES = {
    "final": "releases.final",
    "provisional": "releases.provisional",
    "withdrawn": "releases.withdrawn",
}
MARKS = {"final": "●", "provisional": "◇", "withdrawn": "○"}
REASONS = {
    "new_forms": "releases.new_forms",
    "corrected_forms": "releases.corrected_forms",
    "removed_forms": "releases.removed_forms",
    "other_files": "releases.other_files",
    "catalogue": "releases.catalogue",
    "code": "releases.code",
    "unexplained": "releases.unexplained",
}
STATES = {
    "changed": "releases.changed",
    "added": "releases.added",
    "removed": "releases.removed",
}
ROWS, FEW_ROWS = 12, 7


def banner(context: Context) -> None:
    """Another snapshot than the one that serves is shown: which, and the way back to the current data."""
    if context.selection.release is None:
        return
    texts, snapshot = context.texts, context.source.snapshot
    release = snapshot.release
    with st.container(key="release_banner", border=True):
        if release is None:
            st.markdown(texts("releases.shown_snapshot", snapshot=snapshot.id))
        else:
            told = {
                "release": release.release,
                "status": texts(STATUSES[release.status]),
                "time": local_time(context, release.marked_at),
                "snapshot": snapshot.id,
            }
            st.markdown(texts("releases.shown", **told))
            if release.withdrawn_at:
                st.markdown(texts("releases.shown_withdrawn", reason=_plain(release.reason)))
            elif release.note:
                st.caption(_plain(release.note))
        back = context.selection.but(release=None, survey=None).to_address()
        with st.container(horizontal=True):
            st.page_link(OVERVIEW, label=texts("releases.back"), query_params=back)
            st.page_link(
                RELEASES,
                label=texts("releases.ledger"),
                query_params=context.selection.to_address(),
            )


def _plain(text: str) -> str:
    """A text that somebody typed, with nothing in it that Markdown would take for its own."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|$~:" else sign for sign in text)


def headline(context: Context, shelf: Shelf, found: Difference | None) -> str:
    """Whether the data that serve are what was released last, in one sentence."""
    texts, latest = context.texts, shelf.latest
    if latest is None:
        return texts("releases.none")
    told = {"release": latest.release, "status": texts(STATUSES[latest.status])}
    if latest.snapshot == shelf.serving:
        return texts("releases.serves", **told)
    if (
        found is None
        or found.new.snapshot != shelf.serving
        or found.old.snapshot != latest.snapshot
    ):
        return texts("releases.differs", **told)
    n = context.format.count(releases.n_changed(found))
    return texts("releases.differs_in", n=n, **told)


def release_facts(context: Context, shelf: Shelf) -> list[Fact]:
    """Releases that stand, by status, those withdrawn, and the snapshots that are there."""
    texts, count = context.texts, context.format.count
    statuses = [one.status for one in shelf.standing]
    withdrawn = len(shelf.releases) - len(statuses)
    return [
        Fact(texts("releases.n_final"), count(statuses.count("final"))),
        Fact(texts("releases.n_provisional"), count(statuses.count("provisional"))),
        Fact(texts("releases.n_withdrawn"), count(withdrawn)),
        Fact(texts("releases.n_snapshots"), count(len(shelf.entries))),
    ]


def ledger_section(context: Context, shelf: Shelf) -> None:
    """Every line of the ledger, the latest first; the releases that can be opened below it."""
    texts = context.texts
    st.caption(texts("releases.ledger_help"))
    if not shelf.lines:
        lacking(texts, "nothing", texts("releases.nothing"))
        st.code("hailong release mark --id ID --status provisional", language=None)
        return
    forms = {entry.snapshot: sum(entry.surveys.values()) for entry in shelf.entries}
    rows = pl.DataFrame(
        [
            {
                "status": _status(context, line.status if line.event == "mark" else "withdrawn"),
                "release": line.release,
                "at": local_time(context, line.at),
                "snapshot": line.snapshot,
                "n_forms": forms.get(line.snapshot),
                "note": line.note,
            }
            for line in shelf.lines[::-1]
        ],
        schema_overrides={"n_forms": pl.Int64},
    )
    columns = [
        Column("status", texts("column.status_of_release"), width=150),
        Column("release", texts("column.release"), width=170),
        Column("at", texts("column.at"), width=150),
        Column("snapshot", texts("column.snapshot"), width=120),
        Column("n_forms", texts("fact.valid_forms"), write=context.format.count),
        Column("note", texts("column.note"), width=360),
    ]
    table(rows, columns, "releases", texts("releases.ledger"), ROWS)
    held = {entry.snapshot for entry in shelf.entries}
    with st.container(horizontal=True, key="releases_open"):
        for one in shelf.releases:
            if one.snapshot in held:
                address = context.selection.but(release=one.release, survey=None).to_address()
                label = texts("releases.open", release=one.release, mark=MARKS[_now(one)])
                st.page_link(OVERVIEW, label=label, query_params=address)


def _now(release: Release) -> str:
    return "withdrawn" if release.withdrawn_at else release.status


def _status(context: Context, status: str) -> str:
    return f"{MARKS[status]} {context.texts(STATUSES[status])}"


def chosen_pair(context: Context, shelf: Shelf) -> tuple[str, str]:
    """Choose the two that are compared, the older first."""
    options = {name: _named(context, shelf, name) for name in shelf.named()}
    left, right = st.columns(2)
    with left:
        old = choose(context, "old", "releases.old", options, shelf.earlier, kind="list")
    with right:
        new = choose(context, "new", "releases.new", options, shelf.serving, kind="list")
    return old, new


def _named(context: Context, shelf: Shelf, name: str) -> str:
    """A release with its status, or a snapshot with its time; and whether it serves."""
    texts = context.texts
    stands = next((one for one in shelf.standing if one.release == name), None)
    snapshot = stands.snapshot if stands else name
    entry = next(entry for entry in shelf.entries if entry.snapshot == snapshot)
    parts = [name]
    if stands:
        parts += [_status(context, stands.status), snapshot]
    else:
        parts += [texts("badge.built", time=local_time(context, entry.built_at))]
    if entry.is_current:
        parts.append(texts("releases.current"))
    return " · ".join(parts)


def difference_section(context: Context, found: Difference) -> None:
    """Why figures differ, how many, which indices of the chosen place, and the file of all."""
    texts, form = context.texts, context.format
    for sentence in found.lacking:
        st.caption(sentence)
    if not found.count():
        lacking(texts, "nothing", texts("releases.no_difference"))
        return
    left, right = st.columns([0.5, 0.5], gap="medium")
    with left:
        _reasons(context, found)
    with right:
        _tallies(context, found)
    st.subheader(texts("releases.indices"))
    parts = [
        texts("caption.survey", year=context.survey.year),
        context.place.label,
        context.channel_labels[context.selection.channel],
    ]
    if context.selection.family:
        parts.append(context.item_label)
    rows = releases.changes(context, found)
    st.caption(texts("releases.narrowed", chosen=" · ".join(parts)))
    if rows.is_empty():
        lacking(texts, "nothing", texts("releases.no_index"))
        _other_surveys(context, found)
    else:
        columns = [
            Column("label", texts("column.criterion"), width=250, pinned=True),
            Column("old_value", texts("column.old"), written="old", width=88),
            Column("new_value", texts("column.new"), written="new", width=88),
            Column(
                "difference",
                texts("column.difference"),
                texts("releases.difference_help"),
                form.change,
                width=92,
            ),
            Column("state", texts("column.what"), width=92),
            Column("reasons", texts("column.reason"), width=385),
        ]
        table(_written(context, rows), columns, "changes", texts("releases.indices"), ROWS)
    _file(context, found)


def _other_surveys(context: Context, found: Difference) -> None:
    """Links to the surveys of which indices differ, if the one shown is none of them."""
    differing = found.surveys(releases.INDEX[0])
    if context.survey.survey in differing:
        return
    for survey in differing:
        known = context.reference.surveys.get(survey)
        if known:
            label = context.texts("releases.other_survey", year=known.year)
            address = context.selection.but(survey=survey).to_address()
            pair = {name: value for name in ("old", "new") if (value := read_choice(name))}
            st.page_link(RELEASES, label=label, query_params=address | pair)


def _written(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their texts; a value that is hidden says so."""
    texts, form = context.texts, context.format

    def figures(side: str) -> pl.Series:
        pairs = rows.select(f"{side}_value", f"{side}_suppressed").iter_rows()
        written = [texts("releases.hidden") if why else form.index(value) for value, why in pairs]
        return pl.Series(written, dtype=pl.String)

    said = {reason: texts(key) for reason, key in REASONS.items()}
    told = ["; ".join(said[one] for one in reasons.split()) for reasons in rows["reasons"]]
    states = {state: texts(key) for state, key in STATES.items()}
    return rows.with_columns(
        old=figures("old"),
        new=figures("new"),
        reasons=pl.Series(told, dtype=pl.String),
        state=pl.col("state").replace_strict(states, return_dtype=pl.String),
    )


def _reasons(context: Context, found: Difference) -> None:
    texts, form = context.texts, context.format
    rows = pl.DataFrame(
        [
            {"survey": one.survey, "reason": texts(REASONS[one.reason]), "n": one.n}
            for one in found.reasons()
        ],
        schema={"survey": pl.String, "reason": pl.String, "n": pl.Int64},
    )
    columns = [
        Column("survey", texts("filter.survey"), width=110),
        Column("reason", texts("column.reason"), width=290),
        Column("n", texts("column.forms"), write=form.count, width=90),
    ]
    drawn(rows, columns, "release_reasons", texts("releases.reasons"), FEW_ROWS)


def _tallies(context: Context, found: Difference) -> None:
    texts, form = context.texts, context.format
    rows = pl.DataFrame(
        [
            {
                "view": title(context, tally.view),
                "figure": column_title(context, tally.figure)
                if tally.figure
                else texts("releases.rows"),
                "state": texts(STATES[tally.state]),
                "n": tally.n,
            }
            for tally in found.tallies()
        ]
    )
    columns = [
        Column("view", texts("column.view"), width=165),
        Column("figure", texts("column.figure"), width=150),
        Column("state", texts("column.what"), width=85),
        Column("n", texts("column.number"), write=form.count, width=80),
    ]
    drawn(rows, columns, "release_tallies", texts("releases.tallies"), FEW_ROWS)


def _file(context: Context, found: Difference) -> None:
    """Everything that differs, as a file; the command that writes the same."""
    texts, old, new = context.texts, found.old, found.new
    name = f"difference_{old.snapshot}_{new.snapshot}.csv"
    st.download_button(
        texts("releases.take", rows=context.format.count(found.count())),
        partial(_as_csv, found),
        name,
        "text/csv",
        key="take_difference",
        on_click="ignore",
    )
    named = [side.release.release if side.release else side.snapshot for side in (old, new)]
    st.code(f"hailong release diff {' '.join(named)} --out {name}", language=None)


def _as_csv(found: Difference) -> bytes:
    with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
        out = Path(folder) / "rows.csv"
        found.write("csv", out)
        return out.read_bytes()
