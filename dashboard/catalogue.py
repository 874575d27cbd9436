"""What the page on the method asks of the snapshot's catalogue: items, scales, channels, calendar, documents.

Rows are picked, joined with labels, sorted and counted; every figure is a column of a view.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.selection import OVERALL

CRITERION = "criterion"
# Levels from the whole to the single question; what an instrument of the user's own adds comes before the criteria.
LEVELS = (OVERALL, "content", "service_group", "factor", CRITERION, "family")
BESIDE = ("assessment", "expectation", "administrative")
LAW = "law"
EVERYONE = "everyone"


@dataclass(frozen=True)
class Instrument:
    """A questionnaire with its document and what is assumed in it."""

    instrument: str
    title: str
    document: str
    notes: str | None


def instruments(context: Context) -> dict[str, Instrument]:
    """The instruments of the catalogue by name, that of the shown survey first."""
    language, own = context.source.language, context.survey.instrument
    frame = context.source.read("instrument").sort(pl.col("instrument") != own, "instrument")
    rows = frame.iter_rows(named=True)
    return {
        row["instrument"]: Instrument(
            row["instrument"],
            row[f"title_{language}"],
            row[f"document_{language}"],
            row[f"notes_{language}"],
        )
        for row in rows
    }


def items(context: Context, instrument: str) -> pl.DataFrame:
    """Every item and heading in the instrument's order.

    Columns: item, item_level, parent, family, scale, scale_points, asked_of, conditional, experience, adverse,
    status, clause, label, and depth (headings above it; families stand beside the tree).
    """
    columns = (
        "item item_level parent family scale scale_points asked_of conditional experience adverse"
        " status clause sort"
    )
    frame = context.source.labelled("item", columns.split(), instrument=instrument).sort("sort")
    parents = dict(frame.select("item", "parent").iter_rows())
    depths = [_depth(item, parents) for item in frame["item"]]
    return frame.with_columns(depth=pl.Series(depths, dtype=pl.Int64)).drop("sort")


def _depth(item: str, parents: dict[str, str | None]) -> int:
    parent = parents.get(item)
    return 1 + _depth(parent, parents) if parent else 0


def levels(rows: pl.DataFrame) -> pl.DataFrame:
    """Levels with how many items each has, of `items`: item_level, n, n_law, n_assumed; the whole first."""
    own = rows["item_level"].unique(maintain_order=True).to_list()
    others = [level for level in own if level not in LEVELS and level not in BESIDE]
    order = [*LEVELS[:4], *others, *LEVELS[4:], *BESIDE]
    counted = rows.group_by("item_level").agg(
        n=pl.len(),
        n_law=(pl.col("status") == LAW).sum(),
        n_assumed=(pl.col("status") != LAW).sum(),
    )
    place = {level: n for n, level in enumerate(order)}
    return counted.sort(pl.col("item_level").replace_strict(place, return_dtype=pl.Int64))


def scales(rows: pl.DataFrame) -> dict[str, int]:
    """How many items are answered on each scale, of `items`."""
    counted = rows.filter(pl.col("scale").is_not_null()).group_by("scale").len()
    return dict(counted.sort("scale").iter_rows())


def marked_criteria(rows: pl.DataFrame, mark: str) -> list[str]:
    """Codes of the criteria that are `conditional` or presuppose an `experience`, of `items`."""
    return rows.filter((pl.col("item_level") == CRITERION) & pl.col(mark))["item"].to_list()


def channels(context: Context, instrument: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The single channels: channel, label, owner, is_local, group, n_asked (criteria that its forms are asked).

    Args:
        rows: `items` of the instrument.
    """
    language = context.source.language
    owner = f"owner_{language}"
    frame = context.source.labelled(
        "channel",
        ["channel", "channel_kind", "service_group", "is_local", owner, "sort"],
        instrument=instrument,
    ).sort("sort")
    groups = dict(
        frame.filter(channel_kind="service_group").select("service_group", "label").iter_rows()
    )
    single = frame.filter(channel_kind="channel")
    asked = [
        n_asked(rows, [(channel, group)])
        for channel, group in single.select("channel", "service_group").iter_rows()
    ]
    return single.with_columns(
        n_asked=pl.Series(asked, dtype=pl.Int64),
        group=pl.col("service_group").replace_strict(groups, default=None, return_dtype=pl.String),
    ).rename({owner: "owner"})


def n_asked(rows: pl.DataFrame, some: Sequence[tuple[str, str | None]]) -> int:
    """How many criteria the forms of some channels, each with its service group, are asked, of `items`."""
    asking = {EVERYONE} | {code for pair in some for code in pair if code}
    criteria = rows.filter(item_level=CRITERION)["asked_of"].to_list()
    return sum(bool(asking & set(asked_of)) for asked_of in criteria)


def calendar(context: Context, instrument: str) -> pl.DataFrame:
    """What is surveyed in which year: channel, label (with its venue), and a column a year: yes, no or unknown."""
    frame = context.source.read(
        "calendar", ["year", "channel", "venue", "surveyed"], instrument=instrument
    )
    if frame.is_empty():
        return frame
    labels = context.source.labelled("channel", ["channel", "sort"], instrument=instrument)
    venues = context.source.labelled("characteristic", ["value"], characteristic="venue")
    frame = frame.join(labels, on="channel").join(
        venues.rename({"value": "venue", "label": "at"}), on="venue", how="left"
    )
    named = pl.concat_str("label", pl.lit(": "), "at")
    frame = frame.with_columns(
        label=pl.coalesce(named, "label"), venue=pl.col("venue").fill_null("")
    )
    wide = frame.pivot(on="year", index=["channel", "venue", "label", "sort"], values="surveyed")
    years = sorted((name for name in wide.columns if name.isdigit()), key=int)
    return wide.sort("sort", "label").select("channel", "label", *years)


def calendar_clauses(context: Context, instrument: str) -> dict[int, list[str]]:
    """Where the calendar of each year stands, in the order of the rows; each place once."""
    frame = context.source.read("calendar", ["year", "clause"], instrument=instrument)
    places: dict[int, list[str]] = {}
    for year, clause in frame.iter_rows():
        known = places.setdefault(year, [])
        if clause not in known:
            known.append(clause)
    return dict(sorted(places.items()))


def pairs(context: Context) -> pl.DataFrame:
    """The register of comparability in the shown geography, the latest first, with the nation's overall change.

    Columns: those of `comparability`, and change_pct, change_se_pct, like_for_like_pct, real_pct, mix_pct,
    scope_pct of `index_change` where the other survey is the one before (else null).
    """
    geography = context.survey.geography
    frame = context.source.read("comparability", geography=geography)
    parts = "survey previous_survey change_pct change_se_pct like_for_like_pct real_pct mix_pct scope_pct"
    changes = context.source.read(
        "index_change",
        parts.split(),
        geography=geography,
        geo_level="nation",
        channel="all",
        item=OVERALL,
    ).rename({"previous_survey": "other_survey"})
    frame = frame.join(changes, on=["survey", "other_survey"], how="left")
    return frame.sort("year", "other_year", "survey", "other_survey", descending=True)


def in_common(context: Context, row: dict[str, str | None]) -> list[str]:
    """Labels of the channels, with the venues of each, that both surveys of a pair measured."""
    labels = dict(
        context.source.labelled("channel", ["channel"], instrument=context.survey.instrument)
        .select("channel", "label")
        .iter_rows()
    )
    venues = dict(
        context.source.labelled("characteristic", ["value"], characteristic="venue")
        .select("value", "label")
        .iter_rows()
    )
    at: dict[str, list[str]] = {}
    for code in (row["channels_common"] or "").split():
        channel, _, venue = code.partition("/")
        at.setdefault(channel, []).extend([venues.get(venue, venue)] if venue else [])
    return [
        labels.get(channel, channel) + (f" ({', '.join(places)})" if places else "")
        for channel, places in at.items()
    ]


def effects(context: Context) -> pl.DataFrame:
    """What the design makes of the errors of the chosen place and channel, a row an index above the criteria.

    Columns: item, item_level, label, index_pct, se_pct, design_effect, weighted_index_pct, weighted_se_pct,
    weighted_design_effect (null where the survey has no weights).
    """
    survey = context.survey
    keys = {
        "survey": survey.survey,
        "geography": survey.geography,
        "channel": context.selection.channel,
        **context.place.key,
    }
    columns = ["item", "item_level", "index_pct", "se_pct", "design_effect"]
    frame = context.source.read("satisfaction_index", columns, **keys)
    weights = ["item", "weighted_index_pct", "weighted_se_pct", "weighted_design_effect"]
    weighted = context.source.read("weighted_index", weights, **keys)
    labels = context.source.labelled("item", ["item", "sort"], instrument=survey.instrument)
    frame = frame.filter(pl.col("item_level") != CRITERION)
    return frame.join(labels, on="item").join(weighted, on="item", how="left").sort("sort")


def values(context: Context) -> pl.DataFrame:
    """The values of respondents' characteristics: characteristic, value, label, clause."""
    columns = ["characteristic", "value", "clause", "sort"]
    return context.source.labelled("characteristic", columns).sort("characteristic", "sort")


def options(context: Context, instrument: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The options of the nominal items: item, option, label, status, question (label of the item)."""
    columns = ["item", "option", "status", "sort"]
    frame = context.source.labelled("item_option", columns, instrument=instrument)
    questions = rows.select("item", question="label")
    return frame.join(questions, on="item").sort("item", "sort")


def documents(context: Context) -> list[str]:
    """The documents that the catalogue cites, each once: instruments, milestones, published results."""
    language = context.source.language
    milestones = context.source.read("milestone").sort("year")[f"document_{language}"]
    announced = context.source.read("published_result", ["document"])["document"]
    named = [one.document for one in instruments(context).values()]
    return list(dict.fromkeys([*named, *milestones, *sorted(set(announced))]))
