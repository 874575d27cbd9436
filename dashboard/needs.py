"""The parts of the page on assessments and needs: charts and tables of what `assessments` answers."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboard import assessments
from dashboard.adverse import adverse_fact, watch_fact
from dashboard.appendix import appended
from dashboard.assessments import HARMLESS, SEVERAL_CHOICES, Adverse
from dashboard.charts.comparison import Compared
from dashboard.charts.distribution import distribution
from dashboard.charts.scores import scores
from dashboard.charts.shares import Option, shares
from dashboard.choices import read_choice
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.facts import Fact
from dashboard.reference import NATION, Place
from dashboard.tables import Column

# Symbol and size of the place itself, and of what it is held against.
OWN_MARK = ("circle", 11)
AGAINST = {"region": ("triangle-up-open", 9), "nation": ("line-ns", 14)}
SIGNS = {"circle": "●", "triangle-up-open": "△", "line-ns": "|"}


Others = Sequence[tuple[Place, pl.DataFrame]]
"""The places that a place is held against, with their indices."""


def headline(context: Context, place: Place, rows: pl.DataFrame) -> str:
    """What people of a place want most; that the sample cannot tell it from the next, where so."""
    texts = context.texts
    wishes = assessments.scored(rows, assessments.EXPECTATION)
    if wishes.is_empty():
        return texts("page.needs")
    first = wishes.row(0, named=True)
    name = texts("finding.nation") if place.geo_code == NATION else place.label
    told = {
        "place": name,
        "need": first["label"],
        "index": context.format.index(first["index_pct"]),
    }
    close = wishes.slice(1).filter(pl.col("ci_high_pct") >= first["ci_low_pct"])
    if close.is_empty():
        return texts("needs.finding", **told)
    return texts("needs.finding_untold", others=context.format.count(close.height), **told)


def scope(context: Context, rows: pl.DataFrame) -> list[str]:
    """What the figures are of: place, channel, how many answered at most, confidence."""
    texts = context.texts
    channel = context.channel_labels[assessments.channel_of(context, context.place)]
    most = context.format.count(rows["n_answers"].max())  # type: ignore[arg-type]  # counts are whole
    return [
        context.place.label,
        channel,
        texts("needs.answers", n=most),
        texts("caption.confidence"),
    ]


def assumption_note(context: Context) -> None:
    """What of the questions is an assumption, and which filters do not reach this page."""
    texts = context.texts
    notes = []
    if "assumption" in assessments.items(context)["status"].to_list():
        notes.append(texts("needs.assumption"))
    if context.selection.family:
        notes.append(texts("needs.no_families", family=context.item_label))
    if notes:
        st.caption(" ".join(notes))


def facts_of(context: Context, rows: pl.DataFrame, found: list[Adverse]) -> list[Fact]:
    """What happens that should not, where, and what is judged lowest."""
    shown: list[Fact | None] = [adverse_fact(context, one) for one in found[:2]]
    if found:
        chosen = read_choice("watch")
        watched = next((one for one in found if one.item == chosen), found[0])
        shown.append(watch_fact(context, watched.item, watched.label))
    shown.append(lowest_fact(context, rows))
    return [fact for fact in shown if fact is not None]


def lowest_fact(context: Context, rows: pl.DataFrame) -> Fact | None:
    """The assessment with the lowest index."""
    judged = assessments.scored(rows, assessments.ASSESSMENT)
    if judged.is_empty():
        return None
    texts, form = context.texts, context.format
    row = judged.row(-1, named=True)
    ends = form.index(row["ci_low_pct"]), form.index(row["ci_high_pct"])
    interval = texts("fact.interval", low=ends[0], high=ends[1])
    return Fact(texts("needs.lowest"), form.index(row["index_pct"]), row["label"], interval)


def scored_section(
    context: Context, rows: pl.DataFrame, others: Others, level: str, title: str
) -> None:
    """The items of one part on the interval scale: their indices against region and nation, and how people spread."""
    texts, place = context.texts, context.place
    own = assessments.scored(rows, level)
    if own.is_empty():
        st.caption(texts("needs.not_asked"))
        return
    named = list(own.select("item", "label").iter_rows())
    mine = Compared(place.label, *OWN_MARK, own)
    against = [
        Compared(other.label, *AGAINST[other.geo_level], assessments.scored(found, level))
        for other, found in others
    ]
    signs = " · ".join(f"{SIGNS[one.symbol]} {one.label}" for one in [mine, *against])
    left, right = st.columns(2, gap="large")
    with left:
        points = int(own["scale_points"].max())  # type: ignore[arg-type]  # points are whole
        ends = {"low": context.format.milestone(100 / points), "points": points}
        st.caption(texts("needs.index_help", places=signs, **ends))
        drawn = scores(named, mine, against, context.style)
        draw(drawn, f"{level}_index", title, tabled=True)
    with right:
        st.caption(texts("needs.spread_help"))
        spread = assessments.distribution(context, place, assessments.channel_of(context, place))
        shown = [(label, spread[item]) for item, label in named]
        drawn = distribution(shown, _points(context, spread, own), context.style)
        draw(drawn, f"{level}_spread", texts("needs.spread", what=title), tabled=True)
    _scored_table(context, own, spread, title)


def _points(context: Context, spread: dict[str, list[float]], own: pl.DataFrame) -> list[str]:
    """Names of the points of the longest scale of some items."""
    longest = max(len(spread[item]) for item in own["item"])
    return [context.texts("needs.point", n=n + 1) for n in range(longest)]


def _scored_table(
    context: Context, own: pl.DataFrame, spread: dict[str, list[float]], title: str
) -> None:
    """Indices and shares in figures."""
    texts, form = context.texts, context.format
    points = _points(context, spread, own)
    ends = own.select("ci_low_pct", "ci_high_pct").iter_rows()
    shown = own.with_columns(
        interval=pl.Series([form.interval(*pair) for pair in ends], dtype=pl.String),
        named=pl.format("{} {}", "item", "label"),
        **{
            point: pl.Series(
                [dict(enumerate(spread[item])).get(n) for item in own["item"]], dtype=pl.Float64
            )
            for n, point in enumerate(points)
        },
    )
    columns = [
        Column("index_pct", texts("column.index"), texts("needs.scale_help"), form.index),
        Column("named", texts("column.item"), width=360),
        Column("ci_low_pct", texts("column.interval"), written="interval", width=116),
        *(Column(point, point, write=form.share, width=92) for point in points),
        Column("n_answers", texts("column.answers"), write=form.count),
    ]
    appended(context, shown, columns, f"{own['item_level'][0]}_table", title)


def options_section(context: Context, rows: pl.DataFrame, others: Others) -> None:
    """The nominal items: shares of the people who answered; several choices apart, they add up to over 100."""
    texts = context.texts
    chosen = assessments.options(context, rows)
    if chosen.is_empty():
        st.caption(texts("needs.not_asked"))
        return
    nation = next((found for other, found in others if other.geo_code == NATION), None)
    left, right = st.columns(2, gap="large")
    stroke = "" if nation is None else " " + texts("needs.stroke")
    several = pl.col("scale") == SEVERAL_CHOICES
    for side, part, title, note in (
        (left, chosen.filter(several), texts("needs.several"), texts("needs.several_help")),
        (right, chosen.filter(~several), texts("needs.one"), texts("needs.one_help")),
    ):
        if part.is_empty():
            continue
        with side:
            st.markdown(f"##### {title}")
            st.caption(note + stroke)
            drawn = shares(_questions(part, nation), texts("needs.nation"), context.style)
            draw(drawn, f"options_{part['scale'][0]}", title, tabled=True)
    _options_table(context, chosen)


def _questions(part: pl.DataFrame, nation: pl.DataFrame | None) -> list[tuple[str, list[Option]]]:
    """The options of each item, beside the shares of the nation where the place is not the nation."""
    known = (
        {}
        if nation is None
        else {
            (item, option): share
            for item, option, share in nation.select("item", "option", "index_pct").iter_rows()
        }
    )
    questions: dict[str, list[Option]] = {}
    for row in part.iter_rows(named=True):
        option = Option(
            label=row["option_label"],
            share_pct=row["index_pct"],
            ci_low_pct=row["ci_low_pct"],
            ci_high_pct=row["ci_high_pct"],
            reference_pct=known.get((row["item"], row["option"])),
            is_bad=row["adverse"] and row["option"] != HARMLESS,
        )
        questions.setdefault(f"{row['item']} {row['label']}", []).append(option)
    return list(questions.items())


def _options_table(context: Context, chosen: pl.DataFrame) -> None:
    """Shares and intervals of all options in figures."""
    texts, form = context.texts, context.format
    ends = chosen.select("ci_low_pct", "ci_high_pct").iter_rows()
    shown = chosen.with_columns(
        interval=pl.Series([form.interval(*pair) for pair in ends], dtype=pl.String),
        named=pl.format("{} {}", "item", "label"),
    )
    columns = [
        Column("index_pct", texts("needs.share"), texts("needs.share_help"), form.share),
        Column("option_label", texts("needs.option"), width=270),
        Column("named", texts("column.item"), width=330),
        Column("ci_low_pct", texts("column.interval"), written="interval", width=116),
        Column("n_answers", texts("column.answers"), write=form.count),
    ]
    appended(context, shown, columns, "options_table", texts("needs.options"))
