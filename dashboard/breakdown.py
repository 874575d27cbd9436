"""The parts of a profile: against region and nation, the weakest criteria, the tree of levels."""

import polars as pl
import streamlit as st

from dashboard import indices, inference, priorities
from dashboard.charts.comparison import Compared, comparison
from dashboard.context import Context
from dashboard.drawing import draw, targets
from dashboard.explain import picking
from dashboard.indices import Standing
from dashboard.selection import EVERY_CHANNEL, OVERALL
from dashboard.tables import Column, table, verdict_columns, verdict_rows

WEAKEST = 10
TREE_ROWS = 20
# Few answers are no fault of these criteria.
CONDITIONAL, EXPERIENCE = " \N{DAGGER}", " *"
INDENT = "\N{EM SPACE}"
# Names of the levels; those that an instrument of the user's own adds are shown as it calls them.
LEVELS = {
    "overall": "level.overall",
    "content": "level.content",
    "service_group": "level.service_group",
    "factor": "level.factor",
    "criterion": "level.criterion",
}
# Symbol and size of the place itself, and of what it is held against.
OWN_MARK = ("circle", 12)
MARKS = {"region": ("triangle-up-open", 9), "nation": ("line-ns", 14)}
SIGNS = {"circle": "●", "triangle-up-open": "△", "line-ns": "|"}
COMPARED_LEVELS = ("overall", "content", "service_group", "family")


def weakest_section(context: Context, tree: pl.DataFrame, standing: Standing) -> None:
    """The criteria with the lowest indices: verdict, who is surely better, who owns the channels."""
    texts, form = context.texts, context.format
    owners = indices.owners(context)
    everyone = texts("profile.owner_everyone")
    rows = tree.filter(item_level="criterion").sort("index_pct", "item").head(WEAKEST)
    rows = verdict_rows(context, rows).with_columns(
        owner=pl.col("service_group").map_elements(
            lambda group: owners.get(group, everyone), return_dtype=pl.String, skip_nulls=False
        ),
        criterion=_named(),
    )
    # Peers are compared over all channels of a place.
    compared = context.place.geo_level == "province" and context.selection.channel == EVERY_CHANNEL
    if compared:
        peers = inference.peers(context, rows["item"].to_list())
        rows = rows.with_columns(peers=pl.col("item").replace_strict(peers, return_dtype=pl.String))
    takes = compared and context.source.holds("shortfall_criterion")
    if takes:
        # The first lines of the page name three of them; here is what each carries.
        carried = priorities.carried(context, context.place)
        rows = rows.join(carried, on="item", how="left", maintain_order="left")
    better = Column("peers", texts("column.peers"), texts("column.peers_help"), width=215)
    st.caption(texts("profile.weakest_help") + " " + _marks(context))
    # The index comes first: on a phone the rest is a swipe away.
    columns = [
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("criterion", texts("column.criterion"), width=340),
        *verdict_columns(context, standing),
        *(_takes(context, standing, rows) if takes else []),
        *([better] if compared else []),
        Column("owner", texts("column.owner"), texts("column.owner_help"), width=190),
        Column("gap_goal_pct", texts("column.gap"), texts("column.gap_help"), form.change),
        Column("n_answers", texts("column.answers"), write=form.count),
    ]
    picked = picking(context, rows)
    table(rows, columns, "weakest", texts("profile.weakest"), on_pick=picked)


def _takes(context: Context, standing: Standing, rows: pl.DataFrame) -> list[Column]:
    """What a criterion carries of the distance to the goal, if there is one, and how many steps it takes."""
    texts, form = context.texts, context.format
    goal = form.milestone(standing.goal_pct)
    share = Column("share_pct", texts("column.share"), texts("column.share_help"), form.share)
    steps = Column(
        "n_steps", texts("column.steps"), texts("column.steps_help", goal=goal), form.count
    )
    return [share, steps] if rows["share_pct"].is_not_null().any() else [steps]


def comparison_section(context: Context, standing: Standing) -> None:
    """The place beside its region and the nation, over channels that all of them have."""
    texts, channel = context.texts, context.shared_channel
    reference, survey, place = context.reference, context.survey, context.place
    others = []
    if place.geo_level == "province" and place.region_code:
        others.append(reference.places(survey, "region")[place.region_code])
    if place.geo_level != "nation":
        others.append(reference.nation(survey))
    own = Compared(place.label, *OWN_MARK, indices.index_of(context, place, channel))
    against = [
        Compared(one.label, *MARKS[one.geo_level], indices.index_of(context, one, channel))
        for one in others
    ]
    named = " · ".join(f"{SIGNS[one.symbol]} {one.label}" for one in [own, *against])
    st.caption(f"{named} ({context.channel_labels[channel]})")
    if place.geo_level == "province":
        _differences(context)
    items = indices.compared_items(context, own.rows, COMPARED_LEVELS)
    drawn = comparison(items, own, against, targets(context, standing), context.style)
    draw(drawn, "comparison", texts("profile.comparison"))


def _differences(context: Context) -> None:
    """A line each for region and nation: by how much the province differs, and whether the sample can tell."""
    texts, form = context.texts, context.format
    lines = []
    rows = inference.differences(context)
    for level, label, points, error, p_value in rows.iter_rows():
        other = texts("profile.nation") if level == "nation" else label
        told = p_value is not None and p_value < inference.LEVEL
        key = (
            "profile.level_with" if not told else "profile.above" if points > 0 else "profile.below"
        )
        values = {"place": other, "points": form.distance(points), "change": form.change(points)}
        sure = {"error": form.index(error), "p": form.probability(p_value)}
        lines.append(texts(key, **values, **sure))
    st.markdown("  \n".join(lines))
    st.caption(
        texts(
            "profile.differences_help", n=len(context.reference.places(context.survey, "province"))
        )
    )


def tree_section(context: Context, tree: pl.DataFrame, standing: Standing) -> None:
    """All levels in the order of the instrument, the deeper ones indented; made when the reader opens it."""
    texts, form = context.texts, context.format
    label = texts("profile.tree_open", n=form.count(tree.height))
    folded = st.expander(label, key="open_tree", type="compact", on_change="rerun")
    if not folded.open:
        return
    levels = {level: texts(key) for level, key in LEVELS.items()}
    rows = verdict_rows(context, tree).with_columns(
        named=pl.lit(INDENT).repeat_by("depth").list.join("") + _named(),
        level=pl.col("item_level").replace_strict(
            levels, default=pl.col("item_level"), return_dtype=pl.String
        ),
        criteria=pl.format("{} / {}", "n_criteria", "n_criteria_defined"),
    )
    folded.caption(texts("profile.tree_help") + " " + _marks(context))
    columns = [
        Column("index_pct", texts("column.index"), texts("column.index_help"), form.index),
        Column("named", texts("column.item"), width=390),
        Column("level", texts("column.level"), width=110),
        *verdict_columns(context, standing),
        Column("gap_goal_pct", texts("column.gap"), texts("column.gap_help"), form.change),
        Column(
            "satisfied_pct", texts("column.satisfied"), texts("column.satisfied_help"), form.share
        ),
        Column("criteria", texts("column.criteria"), texts("column.criteria_help")),
        Column("n_answers", texts("column.answers"), write=form.count),
    ]
    picked = picking(context, rows)
    with folded:
        table(rows, columns, "tree", texts("profile.tree"), rows_shown=TREE_ROWS, on_pick=picked)


def _named() -> pl.Expr:
    """Code, label and mark of an item; the overall index has no code of its own."""
    mark = (
        pl.when("conditional").then(pl.lit(CONDITIONAL)).when("experience").then(pl.lit(EXPERIENCE))
    )
    coded = pl.concat_str(pl.col("item"), pl.lit(" "), pl.col("label"), mark.otherwise(pl.lit("")))
    return pl.when(item=OVERALL).then("label").otherwise(coded)


def _marks(context: Context) -> str:
    """What the marks behind criteria mean."""
    texts = context.texts
    return texts("profile.marks", conditional=CONDITIONAL.strip(), experience=EXPERIENCE.strip())
