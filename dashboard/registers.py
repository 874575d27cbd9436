"""The registers of the page on the method: design effects, comparability, calendar, values, glossary, sources."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import catalogue
from dashboard.catalogue import Instrument
from dashboard.context import Context
from dashboard.evidence import COMPARABLE
from dashboard.glossary import sections
from dashboard.notices import lacking
from dashboard.search import matches, search_box
from dashboard.tables import Column, table

EFFECT_ROWS = 12
STYLE = """<style>
.stMain [data-testid="stMarkdownContainer"] li code { font-size: 0.88em; color: inherit; }
</style>"""
PLANNED = {"yes": "●", "no": "○", "unknown": "?"}
MARKS = {"comparable": "●", "like_for_like_only": "◇", "not_comparable": "■"}
DIFFERENCES = {
    "instrument": "difference.instrument",
    "criteria": "difference.criteria",
    "channels": "difference.channels",
    "mode": "difference.mode",
    "geography": "difference.geography",
}
CHARACTERISTICS = {
    "venue": "characteristic.venue",
    "mode": "characteristic.mode",
    "respondent_type": "characteristic.respondent_type",
    "policy_field": "characteristic.policy_field",
    "sex": "characteristic.sex",
    "age_group": "characteristic.age_group",
    "education": "characteristic.education",
    "occupation": "characteristic.occupation",
    "income_band": "characteristic.income_band",
}


def effects_section(context: Context) -> None:
    """The design effects of the chosen place and channel, and weighted indices where the survey has weights."""
    texts, form = context.texts, context.format
    rows = catalogue.effects(context)
    slice_of = {
        "place": context.place.label,
        "channel": context.channel_labels[context.selection.channel],
        "year": context.survey.year,
    }
    known = rows.filter(pl.col("design_effect").is_not_null()).sort("design_effect")
    if known.is_empty():
        lacking(texts, "nothing", texts("method.no_effects", **slice_of))
        return
    low, high = known.row(0, named=True), known.row(-1, named=True)
    st.markdown(
        texts(
            "method.effects_words",
            high=form.index(high["design_effect"]),
            high_item=_name(high),
            low=form.index(low["design_effect"]),
            low_item=_name(low),
            **slice_of,
        )
    )
    rows = rows.with_columns(
        named=pl.Series([_name(row) for row in rows.iter_rows(named=True)], dtype=pl.String)
    )
    weighted = rows["weighted_index_pct"].is_not_null().any()
    columns = [
        Column("design_effect", texts("explain.design_effect"), write=form.index, width=110),
        Column("named", texts("column.item"), width=300),
        Column("index_pct", texts("column.index"), write=form.index),
        Column("se_pct", texts("explain.error"), write=form.exact, width=120),
    ]
    if weighted:
        columns += [
            Column("weighted_index_pct", texts("method.weighted_index"), write=form.index),
            Column("weighted_se_pct", texts("method.weighted_error"), write=form.exact, width=140),
            Column("weighted_design_effect", texts("method.weighted_effect"), write=form.index),
        ]
    table(rows, columns, "effects", texts("method.effects"), rows_shown=EFFECT_ROWS)
    if not weighted:
        st.caption(texts("method.no_weights"))


def _name(row: dict[str, Any]) -> str:
    own_code = row["item_level"] not in ("overall", "family")
    return f"{row['item']} {row['label']}" if own_code else str(row["label"])


def comparability_section(context: Context) -> None:
    """Every pair of loaded surveys: whether it can be compared, on what, why not, and what the change is made of."""
    texts, pairs = context.texts, catalogue.pairs(context)
    if pairs.is_empty():
        st.caption(texts("method.no_pairs"))
        return
    marks = " · ".join(f"{MARKS[kind]} {texts(key)}" for kind, key in COMPARABLE.items())
    st.caption(texts("method.pairs_words", marks=marks))
    for row in pairs.iter_rows(named=True):
        verdict = f"{MARKS[row['is_comparable']]} {texts(COMPARABLE[row['is_comparable']])}"
        head = texts("method.pair", year=row["year"], other=row["other_year"], verdict=verdict)
        lines = "\n".join(f"- {line}" for line in _pair(context, row))
        st.markdown(f"{head}\n{lines}")


def _pair(context: Context, row: dict[str, Any]) -> list[str]:
    texts, form = context.texts, context.format
    reasons = [texts(DIFFERENCES[code]) for code in (row["reasons_against"] or "").split()]
    lines = [
        texts("method.pair_reasons", reasons=", ".join(reasons))
        if reasons
        else texts("method.pair_same")
    ]
    if row["n_criteria_common"]:
        channels = ", ".join(catalogue.in_common(context, row)) or "–"
        n = form.count(row["n_criteria_common"])
        lines.append(texts("method.pair_common", n=n, channels=channels))
    else:
        lines.append(texts("method.pair_nothing"))
    if row["like_for_like_pct"] is not None:
        lines.append(
            texts(
                "method.pair_change",
                change=form.with_error(row["change_pct"], row["change_se_pct"]),
                alike=form.change(row["like_for_like_pct"]),
                real=form.change(row["real_pct"]),
                mix=form.change(row["mix_pct"]),
                scope=form.change(row["scope_pct"]),
            )
        )
    return lines


def calendar_section(context: Context, instrument: str, channels: pl.DataFrame) -> None:
    """The channels with their owners and criteria, and what is surveyed in which year.

    Args:
        channels: `catalogue.channels` of the instrument.
    """
    texts, form = context.texts, context.format
    counts_for = {True: texts("method.local"), False: texts("method.central")}
    shown = channels.select(
        pl.col("label").alias(texts("column.channel")),
        pl.col("group").fill_null("–").alias(texts("method.group")),
        pl.col("owner").alias(texts("column.owner")),
        pl.Series(texts("method.counts_for"), [counts_for[one] for one in channels["is_local"]]),
        pl.Series(texts("method.fact_criteria"), [form.count(n) for n in channels["n_asked"]]),
    )
    _static(shown, texts("column.channel"))
    wide = catalogue.calendar(context, instrument)
    if wide.is_empty():
        st.caption(texts("method.no_calendar"))
        return
    st.markdown(texts("method.calendar_words"))
    years = wide.columns[2:]
    marked = wide.select(
        pl.col("label").alias(texts("column.channel")),
        *(pl.col(year).replace_strict(PLANNED, default="–").alias(year) for year in years),
    )
    _static(marked, texts("method.calendar"))
    places = catalogue.calendar_clauses(context, instrument)
    st.caption("  \n".join(f"{year}: {'; '.join(clauses)}" for year, clauses in places.items()))


def values_section(context: Context, instrument: str, rows: pl.DataFrame) -> None:
    """The values of respondents' characteristics, and the options of nominal questions, a line each."""
    texts = context.texts
    values = catalogue.values(context)
    lines = []
    for (name,), own in values.group_by(["characteristic"], maintain_order=True):
        code = str(name)
        label = texts(CHARACTERISTICS[code]) if code in CHARACTERISTICS else code
        clauses = "; ".join(dict.fromkeys(own["clause"]))
        lines.append((label, " · ".join(own["label"]), clauses))
    heads = ["method.characteristic", "method.value_labels", "method.clause"]
    frame = pl.DataFrame(lines, schema=[texts(head) for head in heads], orient="row")
    _static(frame, texts("method.values"))
    options = catalogue.options(context, instrument, rows)
    if options.is_empty():
        return
    status = {True: texts("method.law"), False: texts("method.assumption")}
    lines = []
    for (item, question), own in options.group_by(["item", "question"], maintain_order=True):
        listed = " · ".join(f"{n} {label}" for n, label in own.select("option", "label").rows())
        is_law = bool((own["status"] == catalogue.LAW).all())
        lines.append((f"{item} {question}", listed, status[is_law]))
    heads = ["method.question", "method.option_labels", "method.status"]
    frame = pl.DataFrame(lines, schema=[texts(head) for head in heads], orient="row")
    _static(frame, texts("method.question"))


def glossary_section(context: Context) -> None:
    """The words of the field, in the page's language first; all of them, or those that match what is typed."""
    texts, language = context.texts, context.source.language
    query = search_box(context, "term", "method.find_term", "method.term_example")
    st.html(STYLE)
    n_found = 0
    for section in sections():
        own = [
            term
            for term in section.terms
            if not query or matches(query, term.vi, term.en, term.meaning[language])
        ]
        if not own:
            continue
        n_found += len(own)
        lines = []
        for term in own:
            first, second = (term.vi, term.en) if language == "vi" else (term.en, term.vi)
            lines.append(f"- **{first}** ({second}): {term.meaning[language]}")
        st.markdown(f"**{section.title[language]}**\n" + "\n".join(lines))
    if not n_found:
        lacking(texts, "nothing", texts("method.nothing_found", query=query))


def sources_section(context: Context, instrument: Instrument) -> None:
    """The documents that the catalogue cites, that of the chosen instrument first."""
    others = [one for one in catalogue.documents(context) if one != instrument.document]
    st.markdown("\n".join(f"- {document}" for document in [instrument.document, *others]))


def _static(frame: pl.DataFrame, alt: str) -> None:
    """A table that is written out: it wraps on a phone and prints whole."""
    st.table(frame, border="horizontal", hide_index=True, alt=alt)
