"""Who answered, and the administration's own figures of the year before beside the indices."""

import polars as pl
import streamlit as st

from dashboard import assessments
from dashboard.appendix import appended
from dashboard.charts.shares import Option, shares
from dashboard.choices import choose
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.reference import NATION
from dashboard.tables import Column, table

LIST_ROWS = 22
PERCENT = "%"
TRAITS = {
    "respondent_type": "needs.trait_respondent_type",
    "sex": "needs.trait_sex",
    "age_group": "needs.trait_age_group",
    "education": "needs.trait_education",
    "occupation": "needs.trait_occupation",
    "income_band": "needs.trait_income_band",
    "policy_field": "needs.trait_policy_field",
    "mode": "needs.trait_mode",
    "venue": "needs.trait_venue",
}


def respondents_section(context: Context) -> None:
    """The profile of the respondents of the place, beside that of the nation."""
    texts, form, place = context.texts, context.format, context.place
    rows = assessments.respondents(context, place)
    st.subheader(texts("needs.respondents"))
    st.caption(texts("needs.respondents_help", place=place.label))
    if rows.is_empty():
        st.caption(texts("needs.nothing_stated"))
        return
    names = {trait: texts(key) for trait, key in TRAITS.items()}
    order = {trait: n for n, trait in enumerate(names)}
    shown = rows.with_columns(
        trait=pl.col("characteristic").replace(names),
        place=pl.col("characteristic").replace_strict(order, default=len(order)),
    ).sort("place", maintain_order=True)
    questions = _questions(shown, beside=place.geo_code != NATION)
    half = -(-len(questions) // 2)
    title = texts("needs.respondents")
    for n, side in enumerate(st.columns(2, gap="large")):
        if part := questions[n * half : (n + 1) * half]:
            with side:
                drawn = shares(part, texts("needs.nation"), context.style)
                draw(drawn, f"respondents_{n}", title, tabled=True)
    columns = [
        Column("share_pct", place.label, texts("needs.stated_help"), form.share, width=120),
        Column("label", texts("needs.value"), width=300),
        Column("trait", texts("needs.trait"), width=190),
        Column("n_forms", texts("column.forms"), write=form.count),
    ]
    if place.geo_code != NATION:
        columns.append(Column("nation_share_pct", texts("needs.nation"), write=form.share))
    appended(context, shown, columns, "respondents", title)


def _questions(rows: pl.DataFrame, beside: bool) -> list[tuple[str, list[Option]]]:
    """The values of each characteristic; `beside` those of the nation."""
    questions: dict[str, list[Option]] = {}
    columns = rows.select("trait", "label", "share_pct", "is_hidden", "nation_share_pct")
    for trait, label, share, is_hidden, nation in columns.iter_rows():
        # Whom nobody here stated to be are none in a hundred.
        own = None if is_hidden else share or 0.0
        option = Option(label, own, nation if beside else None)
        questions.setdefault(trait, []).append(option)
    return list(questions.items())


def figures_section(context: Context) -> None:
    """The administrative figures: of one province all, of more of them one at a time; beside the index."""
    texts, place = context.texts, context.place
    title = texts("needs.figures")
    st.subheader(title)
    rows = assessments.figures(context, place)
    if rows.is_empty():
        st.caption(texts("needs.no_figures", year=context.survey.year))
        return
    content = rows["content"][0]
    former = rows["geography"][0] != context.survey.geography
    note = " " + texts("needs.former") if former else ""
    st.caption(texts("needs.figures_help", content=content) + note)
    if rows["province"].n_unique() == 1:
        index = context.format.index(rows["index_pct"][0])
        st.markdown(texts("needs.beside", content=content, place=rows["province"][0], index=index))
    elif place.geo_level != "province":
        rows = _one_figure(context, rows)
    amounts = [
        context.format.index(value) if unit == PERCENT else context.format.count(value)
        for value, unit in rows.select("value", "unit").iter_rows()
    ]
    shown = rows.with_columns(amount=pl.Series(amounts, dtype=pl.String))
    table(shown, _columns(context, shown), "figures_table", title, rows_shown=LIST_ROWS)


def _one_figure(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """The figure that the reader chose, in every province."""
    named = rows.select("key", "label", "breakdown").iter_rows()
    labels = {key: f"{label} · {part}" for key, label, part in named}
    first = next(iter(labels))
    return rows.filter(key=choose(context, "figure", "needs.figure", labels, first, kind="list"))


def _columns(context: Context, rows: pl.DataFrame) -> list[Column]:
    """Columns of the figures, those apart that are the same in all rows."""
    texts, form = context.texts, context.format
    one_place, one_figure = (rows[name].n_unique() == 1 for name in ("province", "key"))
    if one_figure:
        percent = rows["unit"][0] == PERCENT
        heading = texts("needs.amount_in", unit=rows["unit"][0])
        amounts = [Column("value", heading, write=form.share if percent else form.count)]
    else:
        # Of different units: written out, for sorting people among percentages means nothing.
        amounts = [
            Column("amount", texts("needs.amount"), width=110),
            Column("unit", texts("needs.unit"), width=64),
            Column("breakdown", texts("needs.breakdown"), width=270),
            Column("label", texts("needs.figure"), width=330),
        ]
    year = Column("reference_year", texts("needs.reference_year"), write=str, width=72)
    if one_place:
        return [*amounts, year]
    return [
        Column("province", texts("column.province"), width=140),
        *amounts,
        Column("index_pct", texts("needs.content_index"), texts("needs.content_help"), form.index),
        year,
    ]
