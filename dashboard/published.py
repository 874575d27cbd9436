"""The parts of the page on announced figures: what was announced, against what is computed of the same thing."""

import polars as pl
import streamlit as st

from dashboard import announcements
from dashboard.announcements import AGREES, CALIBRATED, DIFFERS, KINDS, NOT_COMPUTED
from dashboard.charts.agreement import Compared, agreement
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.facts import Fact
from dashboard.notices import lacking
from dashboard.provenance import snapshot_line
from dashboard.search import search_box
from dashboard.selection import Selection
from dashboard.tables import Column, table

LIST_ROWS = 20
EVERY = ""
MARKS = {AGREES: "●", DIFFERS: "■", NOT_COMPUTED: "–"}
WORDS = {
    AGREES: "published.agrees",
    DIFFERS: "published.differs",
    NOT_COMPUTED: "published.not_computed",
}
KIND_NAMES = {
    "index": "published.kind_index",
    "criterion": "published.kind_criterion",
    "expectation": "published.kind_expectation",
    "people": "published.kind_people",
    "forms": "published.kind_forms",
}
REASONS = {
    CALIBRATED: "published.reason_calibrated",
    "agrees": "published.reason_agrees",
    "synthetic_differs": "published.reason_synthetic_differs",
    "differs": "published.reason_differs",
    "printed_agrees": "published.reason_printed_agrees",
    "printed_differs": "published.reason_printed_differs",
    "several_choice": "published.reason_several_choice",
    "not_computed": "published.reason_not_computed",
    "other_instrument": "published.reason_other_instrument",
    "not_loaded": "published.reason_not_loaded",
}
METHODS = {
    "satisfied_share": "published.method_satisfied_share",
    "likert_mean": "published.method_likert_mean",
    "likert_mean_assumed": "published.method_likert_mean_assumed",
    "derived": "published.method_derived",
    "share": "published.method_share",
    "count": "published.method_count",
    "listed_order": "published.method_listed_order",
}
UNITS = {
    "percent": "published.percent",
    "point": "published.points",
    "form": "published.forms",
    "province": "published.provinces",
    "region": "published.regions",
    "site": "published.sites",
    "rank": "published.rank",
}
PERCENT = ("percent", "point")
"""Units of figures whose difference is in points."""


def chosen(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """The figures of the year and kind that the reader chose and that match the search."""
    texts = context.texts
    years = sorted({str(year) for year in rows["year"]}, reverse=True)
    left, middle, right = st.columns([0.3, 0.36, 0.34], gap="medium")
    with left:
        offered = {EVERY: texts("filter.any"), **{year: year for year in years}}
        year = choose(context, "year", "published.year", offered, EVERY)
    with middle:
        kinds = {kind: texts(KIND_NAMES[kind]) for kind in KINDS}
        kinds = {EVERY: texts("filter.any"), **kinds}
        kind = choose(context, "kind", "published.kind", kinds, EVERY, kind="list")
    with right:
        query = search_box(context, "q", "published.search")
    return announcements.picked(rows, year, kind, query)


def headline(context: Context, rows: pl.DataFrame) -> str:
    """How many of the figures that could be computed again agree, and that calibration made them."""
    texts, form = context.texts, context.format
    counted = announcements.tally(rows)
    years = sorted(rows["year"].unique())
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    if counted.n_compared == 0:
        return texts("published.finding_none", years=span, n=form.count(counted.n_figures))
    told = {
        "years": span,
        "agree": form.count(counted.n_agree),
        "compared": form.count(counted.n_compared),
    }
    if counted.n_calibrated == 0:
        return texts("published.finding", differ=form.count(counted.n_differ), **told)
    if counted.n_calibrated == counted.n_agree:
        return texts("published.finding_calibrated", **told)
    calibrated = form.count(counted.n_calibrated)
    return texts("published.finding_partly", calibrated=calibrated, **told)


def caption(context: Context, rows: pl.DataFrame) -> None:
    """What was computed from which surveys, synthetic or real, and that the sidebar's filters do not reach it."""
    texts, surveys = context.texts, context.reference.surveys
    loaded = sorted(rows["survey"].drop_nulls().unique(), key=lambda name: surveys[name].year)
    parts = [texts("published.caption")]
    if loaded:
        synthetic = any(surveys[name].synthetic for name in loaded)
        origin = texts("caption.synthetic") if synthetic else texts("caption.real")
        titles = ", ".join(str(surveys[name].year) for name in loaded)
        parts = [f"**{origin}**", texts("published.computed_from", years=titles), *parts]
    st.caption(" · ".join(parts))
    snapshot_line(context)
    selection = context.selection
    start = Selection()
    filters = ("region", "province", "channel", "family")
    if any(getattr(selection, name) != getattr(start, name) for name in filters):
        st.caption(context.texts("published.no_filters"))


def facts_of(context: Context, rows: pl.DataFrame) -> list[Fact]:
    """How many figures were announced, computed again, agree, and which is farthest off."""
    texts, form = context.texts, context.format
    counted = announcements.tally(rows)
    documents = form.count(rows["document"].n_unique())
    calibrated = form.count(counted.n_calibrated)
    shown = [
        Fact(
            texts("published.announced"),
            form.count(counted.n_figures),
            texts("published.of_documents", n=documents),
        ),
        Fact(
            texts("published.compared"),
            form.count(counted.n_compared),
            texts("published.rest", n=form.count(rows.height - counted.n_compared)),
        ),
        Fact(
            texts("published.same"),
            form.count(counted.n_agree),
            texts("published.by_calibration", n=calibrated),
            help=texts("published.same_help"),
        ),
    ]
    off = announcements.farthest(rows)
    if off is not None:
        value = form.printed(off["difference"], int(str(off["decimals"])), signed=True)  # type: ignore[arg-type]
        shown.append(Fact(texts("published.farthest"), value, f"{off['label']} ({off['year']})"))
    return shown


def comparison_section(context: Context, rows: pl.DataFrame) -> None:
    """The figures that were computed again: chart of the differences, reasons, and both values in figures."""
    texts = context.texts
    again = announcements.compared(rows)
    st.subheader(texts("published.comparison"))
    if again.is_empty():
        lacking(texts, "not_comparable", texts("published.nothing_compared"))
        return
    points = again.filter(pl.col("unit").is_in(PERCENT))
    left, right = st.columns([0.52, 0.48], gap="large")
    with left:
        if points.is_empty():
            st.caption(texts("published.only_counts"))
        else:
            st.caption(texts("published.chart_help"))
            title = texts("published.comparison")
            drawn = agreement(_drawn(context, points), context.style)
            draw(drawn, "agreement", title, tabled=True)
    with right:
        _reasons(context, rows)
    _comparison_table(context, again)


def _drawn(context: Context, rows: pl.DataFrame) -> list[Compared]:
    form, several = context.format, rows["year"].n_unique() > 1
    drawn = []
    for row in rows.iter_rows(named=True):
        decimals = row["decimals"]
        both = (
            form.printed(row["published_value"], decimals),
            form.printed(row["printed_value"], decimals),
        )
        change = form.printed(row["difference"], decimals, signed=True)
        drawn.append(
            Compared(
                label=f"{row['year']}: {row['label']}" if several else row["label"],
                difference=row["difference"],
                written=" → ".join(both),
                hover=f"{row['label']} ({row['year']})<br>{' → '.join(both)} ({change})",
            )
        )
    return drawn


def _reasons(context: Context, rows: pl.DataFrame) -> None:
    """Why figures agree, differ or stand alone: a line each, with how many."""
    texts, form = context.texts, context.format
    counts = dict(rows.group_by("reason_code").len().iter_rows())
    marks = dict(rows.select("reason_code", "standing").unique().iter_rows())
    st.markdown(f"##### {texts('published.reasons')}")
    lines = [
        f"- {MARKS[marks[code]]} **{form.count(counts[code])}** · {texts(key)}"
        for code, key in REASONS.items()
        if code in counts
    ]
    st.markdown("\n".join(lines))


def _comparison_table(context: Context, again: pl.DataFrame) -> None:
    texts, form, palette = context.texts, context.format, context.style.palette
    values = again.select("published_value", "printed_value", "difference", "decimals")
    written = [
        (
            form.printed(published, decimals),
            form.printed(computed, decimals),
            form.printed(difference, decimals, signed=True),
        )
        for published, computed, difference, decimals in values.iter_rows()
    ]
    shown = _described(context, again).with_columns(
        printed=pl.Series([one[1] for one in written], dtype=pl.String),
        off=pl.Series([one[2] for one in written], dtype=pl.String),
        full=pl.col("computed_value"),
    )
    colours = {
        _said(context, AGREES): palette.ink,
        _said(context, DIFFERS): palette.missed,
    }
    columns = [
        Column("published", texts("published.value"), width=104),
        Column("printed", texts("published.computed"), texts("published.computed_help"), width=88),
        Column("label", texts("published.figure"), width=250),
        Column("year", texts("published.year"), write=str, width=64),
        Column("off", texts("published.difference"), texts("published.same_help"), width=92),
        Column("said", texts("published.outcome"), width=92, colours=colours),
        Column("reason", texts("published.reason"), width=430),
        Column("clause", texts("published.clause"), width=250),
    ]
    table(shown, columns, "compared", texts("published.comparison"))


def list_section(context: Context, rows: pl.DataFrame) -> None:
    """Every figure chosen, as announced, with its document, date and place in it."""
    texts = context.texts
    st.subheader(texts("published.list"))
    st.caption(texts("published.list_help"))
    days = [context.format.date(day) for day in rows["document_date"]]
    shown = _described(context, rows).with_columns(date=pl.Series(days, dtype=pl.String))
    columns = [
        Column("published", texts("published.value"), width=104),
        Column("label", texts("published.figure"), width=270),
        Column("year", texts("published.year"), write=str, width=64),
        Column("place", texts("published.place"), width=170),
        Column("method", texts("published.method"), width=210),
        Column("said", texts("published.outcome"), width=104),
        Column("clause", texts("published.clause"), width=250),
        Column("document", texts("published.document"), width=330),
        Column("date", texts("published.date"), width=96),
        Column("note", texts("published.note"), width=430),
        Column("reason", texts("published.reason"), width=430),
    ]
    table(shown, columns, "announced", texts("published.list"), rows_shown=LIST_ROWS)


def _described(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """`figures` with what their codes mean, and values with their units."""
    texts = context.texts
    units = {unit: texts(key, n="{}") for unit, key in UNITS.items()}
    written = [
        units.get(unit, "{}").format(value)
        for value, unit in rows.select("published", "unit").iter_rows()
    ]
    reasons = {code: texts(key) for code, key in REASONS.items()}
    methods = {code: texts(key) for code, key in METHODS.items()}
    return rows.with_columns(
        published=pl.Series(written, dtype=pl.String),
        said=pl.col("standing").replace_strict({code: _said(context, code) for code in MARKS}),
        reason=pl.col("reason_code").replace(reasons),
        method=pl.col("method").replace(methods),
    )


def _said(context: Context, standing: str) -> str:
    """Mark and word of a comparison: `● trùng`."""
    return f"{MARKS[standing]} {context.texts(WORDS[standing])}"
