"""The method in words, formulas and lists: hierarchy, scales, rules, law and assumption, what the sample can tell."""

import polars as pl
import streamlit as st

from dashboard import catalogue, formulas
from dashboard.catalogue import CRITERION, LAW, Instrument
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.facts import Fact
from dashboard.notices import lacking
from dashboard.provenance import snapshot_line
from dashboard.search import found, search_box
from dashboard.selection import OVERALL
from dashboard.tables import Column, table
from dashboard.verdicts import legend

ITEM_ROWS = 22
INDENT, CONDITIONAL, EXPERIENCE, ADVERSE = "\N{EM SPACE}", " \N{DAGGER}", " *", " \N{DOUBLE DAGGER}"
# Names of levels; what an instrument of the user's own adds is shown as it calls it.
LEVELS = {
    "overall": "level.overall",
    "content": "level.content",
    "service_group": "level.service_group",
    "factor": "level.factor",
    "criterion": "level.criterion",
    "family": "level.family",
    "assessment": "level.assessment",
    "expectation": "level.expectation",
    "administrative": "level.administrative",
}
HOW = {
    "overall": "method.level_overall",
    "criterion": "method.level_criterion",
    "assessment": "method.level_own",
    "expectation": "method.level_own",
    "administrative": "method.level_own",
}
SCALES = {
    "likert5": "method.scale_likert",
    "interval4": "method.scale_interval",
    "nominal": "method.scale_nominal",
    "nominal_multi": "method.scale_several",
}
EVERYTHING = "all"


def headline(context: Context, rows: pl.DataFrame) -> str:
    """What the overall index is, in one sentence."""
    n = rows.filter(item_level=CRITERION).height
    return context.texts("method.headline", n=context.format.count(n))


def method_caption(context: Context) -> None:
    """The lines under the title: synthetic or real, survey, snapshot and checks, and what the filters do here."""
    texts, survey = context.texts, context.survey
    st.caption(f"**{context.origin}** · {texts('caption.survey', year=survey.year)}")
    snapshot_line(context)
    st.caption(texts("method.scope"))


def method_facts(context: Context, rows: pl.DataFrame, channels: pl.DataFrame) -> list[Fact]:
    """How many criteria, how much of the instrument is law, its channels, what can be compared."""
    texts, form, pairs = context.texts, context.format, catalogue.pairs(context)
    local = channels.filter("is_local").select("channel", "service_group").rows()
    n_law = rows.filter(status=LAW).height
    n_assumed = form.count(rows.height - n_law)
    n_central = form.count(channels.filter(~pl.col("is_local")).height)
    verdicts = pairs["is_comparable"].to_list()
    n_alike = form.count(verdicts.count("like_for_like_only"))
    n_local = form.count(catalogue.n_asked(rows, local))
    return [
        Fact(
            texts("method.fact_criteria"),
            form.count(rows.filter(item_level=CRITERION).height),
            texts("method.fact_local", n=n_local),
        ),
        Fact(
            texts("method.fact_law"),
            f"{form.count(n_law)} / {form.count(rows.height)}",
            texts("method.fact_assumed", n=n_assumed),
        ),
        Fact(
            texts("method.fact_channels"),
            form.count(channels.height),
            texts("method.fact_central", n=n_central),
        ),
        Fact(
            texts("method.fact_pairs"),
            f"{form.count(verdicts.count('comparable'))} / {form.count(len(verdicts))}",
            texts("method.fact_alike", n=n_alike),
        ),
    ]


def hierarchy_section(context: Context, instrument: str, rows: pl.DataFrame) -> None:
    """The levels with how many items each has, and every item, part by part or searched for."""
    texts, form = context.texts, context.format
    levels = catalogue.levels(rows)
    lines = []
    for level, n, n_law, n_assumed in levels.iter_rows():
        how = texts(HOW.get(level, "method.level_mean"))
        status = [texts("method.law")] if n_law else []
        status += [texts("method.assumption")] if n_assumed else []
        lines.append((level_name(context, level), form.count(n), how, ", ".join(status)))
    heads = ["column.level", "method.count", "method.how", "method.status"]
    frame = pl.DataFrame(lines, schema=[texts(head) for head in heads], orient="row")
    st.table(frame, border="horizontal", hide_index=True, alt=texts("method.hierarchy"))
    st.caption(texts("method.hierarchy_words"))
    _items(context, instrument, rows)


def _items(context: Context, instrument: str, rows: pl.DataFrame) -> None:
    texts = context.texts
    tops = rows.filter(pl.col("parent").is_null() & (pl.col("depth") == 0))
    parts = {EVERYTHING: texts("method.part_all")}
    parts |= {
        item: f"{item} {label}"
        for item, level, label in tops.select("item", "item_level", "label").iter_rows()
        if level not in ("family", OVERALL, "assessment", "expectation")
    }
    parts |= {
        level: level_name(context, level)
        for level in ("assessment", "expectation")
        if level in tops["item_level"]
    }
    chosen = choose(context, "part", "method.part", parts, EVERYTHING)
    query = search_box(context, "item", "method.find_item", "method.item_example")
    shown = found(_within(rows, chosen), query, ["item", "label"])
    if shown.is_empty():
        lacking(texts, "nothing", texts("method.nothing_found", query=query))
        return
    scales = {scale: texts(key) for scale, key in SCALES.items()}
    status = {True: texts("method.law"), False: texts("method.assumption")}
    labels = _asked_labels(context, instrument)
    shown = shown.with_columns(
        named=pl.lit(INDENT).repeat_by("depth").list.join("") + named(),
        level=pl.Series([level_name(context, level) for level in shown["item_level"]]),
        scale=pl.col("scale").replace_strict(
            scales, default=pl.col("scale"), return_dtype=pl.String
        ),
        status=pl.Series([status[one == LAW] for one in shown["status"]]),
        asked=pl.col("asked_of")
        .list.eval(
            pl.element().replace_strict(labels, default=pl.element(), return_dtype=pl.String)
        )
        .list.join(", "),
    )
    columns = [
        Column("named", texts("column.item"), width=340),
        Column("level", texts("column.level"), width=110),
        Column("scale", texts("method.scale"), width=140),
        Column("asked", texts("method.asked_of"), width=150),
        Column("status", texts("method.status"), width=100),
        Column("clause", texts("method.clause"), width=330),
    ]
    table(shown, columns, "items", texts("method.hierarchy"), rows_shown=ITEM_ROWS)


def _within(rows: pl.DataFrame, part: str) -> pl.DataFrame:
    """Items of one part: a level, or a heading with all below it."""
    if part == EVERYTHING:
        return rows
    if part in rows["item_level"]:
        return rows.filter(item_level=part)
    inside = {part}
    for item, parent in rows.select("item", "parent").iter_rows():
        if parent in inside:
            inside.add(item)
    return rows.filter(pl.col("item").is_in(sorted(inside)))


def _asked_labels(context: Context, instrument: str) -> dict[str, str]:
    """Whom an item can be asked of: everyone, a service group or a channel, by code."""
    frame = context.source.labelled("channel", ["channel"], instrument=instrument)
    labels = dict(frame.select("channel", "label").iter_rows())
    return labels | {catalogue.EVERYONE: context.texts("method.everyone")}


def named() -> pl.Expr:
    """Code and label of an item with its marks; what is not in the tree has no code of its own."""
    marks = (
        pl.when("conditional").then(pl.lit(CONDITIONAL)).when("experience").then(pl.lit(EXPERIENCE))
    ).otherwise(pl.lit(""))
    adverse = pl.when("adverse").then(pl.lit(ADVERSE)).otherwise(pl.lit(""))
    coded = pl.concat_str(pl.col("item"), pl.lit(" "), pl.col("label"), marks, adverse)
    return pl.when(pl.col("item_level").is_in([OVERALL, "family"])).then("label").otherwise(coded)


def level_name(context: Context, level: str) -> str:
    """What a level is called."""
    return context.texts(LEVELS[level]) if level in LEVELS else level


def formulas_section(context: Context, rows: pl.DataFrame) -> None:
    """The formulas of the scales in use, where each is laid down, and what a scale does."""
    texts, form, used = context.texts, context.format, catalogue.scales(rows)
    likert, interval = used.get("likert5", 0), used.get("interval4", 0)
    nominal = used.get("nominal", 0) + used.get("nominal_multi", 0)
    shown = [
        (
            formulas.CRITERION,
            texts("method.formula_criterion"),
            texts("method.formula_criterion_words", n=form.count(likert)) if likert else "",
        ),
        (formulas.MEAN, texts("method.formula_mean"), texts("method.formula_mean_words")),
        (
            formulas.INTERVAL,
            texts("method.formula_interval"),
            texts("method.formula_interval_words", n=form.count(interval)) if interval else "",
        ),
        (
            formulas.NOMINAL,
            texts("method.formula_nominal"),
            texts("method.formula_nominal_words", n=form.count(nominal)) if nominal else "",
        ),
    ]
    used_here = [one for one in shown if one[-1]]
    for pair in (used_here[:2], used_here[2:]):
        for column, (formula, name, words) in zip(st.columns(2, gap="large"), pair, strict=False):
            with column:
                st.markdown(f"**{name}**")
                st.latex(formula)
                st.caption(words)
    st.markdown(texts("method.caveats"))


def rules_section(context: Context, rows: pl.DataFrame, channels: pl.DataFrame) -> None:
    """The rules that are easy to get wrong, with what they concern in this instrument."""
    texts, form = context.texts, context.format
    local = channels.filter("is_local").select("channel", "service_group").rows()
    level = rows["item_level"].to_list()
    said = [
        texts("method.rule_pooled"),
        texts("method.rule_missing"),
        texts(
            "method.rule_measured",
            n=form.count(level.count(CRITERION)),
            local=form.count(catalogue.n_asked(rows, local)),
        ),
        *_rules_of_marks(context, rows),
    ]
    central = channels.filter(~pl.col("is_local"))["label"].to_list()
    if central:
        n = form.count(len(central))
        said.append(texts("method.rule_central", n=n, channels=", ".join(central)))
    beside = {
        "assessments": form.count(level.count("assessment")),
        "needs": form.count(level.count("expectation")),
        "figures": form.count(level.count("administrative")),
    }
    if set(level) & set(catalogue.BESIDE):
        said.append(texts("method.rule_beside", **beside))
    said += [texts("method.rule_rounding"), texts("method.rule_weights")]
    st.markdown("\n".join(f"- {rule}" for rule in said))


def _rules_of_marks(context: Context, rows: pl.DataFrame) -> list[str]:
    """Of criteria that not everybody is asked, where the instrument has any."""
    texts, form = context.texts, context.format
    conditional = catalogue.marked_criteria(rows, "conditional")
    experience = catalogue.marked_criteria(rows, "experience")
    said = []
    if conditional:
        n, items = form.count(len(conditional)), ", ".join(conditional)
        said.append(texts("method.rule_conditional", n=n, items=items))
    if experience:
        n, items = form.count(len(experience)), ", ".join(experience)
        said.append(texts("method.rule_experience", n=n, items=items))
    return said


def assumptions_section(context: Context, instrument: Instrument) -> None:
    """What the document lays down and what is ours, in the words of the instrument's file."""
    st.caption(context.texts("method.assumptions_words", document=instrument.document))
    if instrument.notes:
        st.markdown(instrument.notes)


def uncertainty_section(context: Context) -> None:
    """Errors, intervals, design effects, verdicts, ranks, comparisons and changes."""
    texts = context.texts
    st.markdown(texts("method.error"))
    st.latex(formulas.LINEARISED)
    st.latex(formulas.VARIANCE)
    st.caption(texts("method.error_words"))
    st.markdown(texts("method.interval"))
    st.latex(formulas.EFFECTIVE)
    st.latex(formulas.SCORE)
    st.caption(texts("method.interval_words"))
    st.markdown(texts("method.effect"))
    st.latex(formulas.DESIGN_EFFECT)
    st.markdown(texts("method.verdict", marks=legend(texts)))
    st.markdown(texts("method.rank"))
    st.latex(formulas.APART)
    st.caption(texts("method.rank_words"))
    st.markdown(texts("method.compare"))
    st.markdown(texts("method.change"))
    st.latex(formulas.CHANGE)
    st.caption(texts("method.change_words"))
    st.markdown(texts("note.precision"))
    st.caption(texts("method.references"))
