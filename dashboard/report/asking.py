"""What the reports ask of the views besides the questions of the pages; every figure is a column of a view."""

from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.data import Source, Value
from dashboard.format import Format, Language
from dashboard.inference import LEVEL
from dashboard.reference import LOCAL_CHANNELS, Place, reference_of
from dashboard.selection import EVERY_CHANNEL, OVERALL, Selection
from dashboard.texts import texts_in
from dashboard.theme import LIGHT, Style
from warehouse import Snapshot
from warehouse.errors import UsageError

GAPS = "index_pct ci_low_pct ci_high_pct verdict_in_force verdict_goal n_criteria".split()


def context_of(
    snapshot: Snapshot, language: Language, survey: str | None, province: str | None
) -> Context:
    """The world as a report sees it: one survey, by default the one that the pages open on, and one place.

    Raises:
        UsageError: there is no such survey, or no such province in its list.
    """
    source = Source(snapshot, language)
    reference = reference_of(source)
    wish = Selection(survey=survey, province=province, lang=language)
    selection, refused = reference.admit(wish)
    if refused:
        known = [
            *reference.surveys,
            *reference.places(reference.surveys[selection.survey or ""], "province"),
        ]
        raise UsageError(f"there is no {' or '.join(refused)}; there are {', '.join(known)}")
    return Context(
        source, selection, (), reference, Style(texts_in(language), Format(language), LIGHT)
    )


def provinces_of(source: Source, survey: str | None) -> dict[str, Place]:
    """The provinces of a survey (by default the one that the pages open on) by code.

    Raises:
        UsageError: there is no such survey.
    """
    reference = reference_of(source)
    if survey is not None and survey not in reference.surveys:
        raise UsageError(f"there is no survey {survey!r}; there are {', '.join(reference.surveys)}")
    shown = reference.surveys.get(survey or "", reference.default_survey)
    return reference.places(shown, "province")


def keys(context: Context, channel: str) -> dict[str, Value]:
    """The columns that pick the survey and a channel."""
    survey = context.survey
    return {"survey": survey.survey, "geography": survey.geography, "channel": channel}


def one_index(context: Context, place: Place, channel: str) -> dict[str, object] | None:
    """The overall index of a place in a channel with its verdicts and forms; None without answers."""
    rows = _judged(context, channel, item=OVERALL, **place.key)
    return rows.row(0, named=True) if rows.height else None


def is_hidden(context: Context, place: Place) -> bool:
    """Whether the overall index of a place is hidden to protect those who answered."""
    row = one_index(context, place, EVERY_CHANNEL)
    return row is not None and row["index_pct"] is None


def hides_shortfall(context: Context, place: Place) -> bool:
    """Whether the share of some criterion in the distance to the goal is hidden."""
    survey = context.survey
    rows = context.source.read(
        "shortfall",
        ["contribution_pct"],
        survey=survey.survey,
        geography=survey.geography,
        **place.key,
    )
    return rows["contribution_pct"].null_count() > 0


def places(context: Context, geo_level: str, channel: str) -> pl.DataFrame:
    """The overall index of every place of a level, in the order of the catalogue; empty figures are hidden ones.

    Columns: key, label, n_forms and those of `GAPS`.
    """
    found = context.reference.places(context.survey, geo_level)
    order = {code: n for n, code in enumerate(found)}
    rows = _judged(context, channel, geo_level=geo_level, item=OVERALL)
    return (
        rows.rename({"geo_code": "key"})
        .filter(pl.col("key").is_in(list(found)))
        .with_columns(
            label=pl.col("key").replace_strict({c: p.label for c, p in found.items()}),
            order=pl.col("key").replace_strict(order),
        )
        .sort("order")
        .drop("order")
    )


def groups(context: Context, place: Place) -> pl.DataFrame:
    """The service groups that a place measured, each over its own forms: key, label, n_forms, `GAPS`."""
    known = context.reference.channels(context.survey).filter(channel_kind="service_group")
    rows = _judged(context, tuple(known["channel"]), item=OVERALL, **place.key)
    found = known.select("label", "sort", key="channel").join(
        rows.rename({"channel": "key"}), on="key"
    )
    return found.sort("sort").drop("sort")


def _judged(context: Context, channel: Value, **where: Value) -> pl.DataFrame:
    """Indices with verdicts and forms: geo_code, channel, n_forms, n_criteria_defined and `GAPS`."""
    asked = keys(context, EVERY_CHANNEL) | {"channel": channel} | where
    gaps = context.source.read("target_gap", ["geo_code", "channel", *GAPS], **asked)
    forms = context.source.read(
        "satisfaction_index", ["geo_code", "channel", "n_forms", "n_criteria_defined"], **asked
    )
    return forms.join(gaps, on=["geo_code", "channel"], how="left")


def offices(context: Context) -> pl.DataFrame:
    """The offices of the province where a form names its office: key, label, n_forms, `GAPS`; the highest first.

    Those whose figures are hidden come last.
    """
    rows = _judged(context, LOCAL_CHANNELS, geo_level="office", item=OVERALL)
    start = f"{context.place.geo_code}/"
    own = rows.filter(pl.col("geo_code").str.starts_with(start))
    return (
        own.with_columns(label=pl.col("geo_code").str.strip_prefix(start))
        .rename({"geo_code": "key"})
        .sort(["index_pct", "key"], descending=[True, False], nulls_last=True)
    )


def was_merged(context: Context) -> bool:
    """Whether the province pools several of the survey's own list: offices of one name are then several."""
    survey = context.survey
    (own,) = context.source.read("survey", ["geography"], survey=survey.survey)["geography"]
    if own == survey.geography:
        return False
    before = context.source.read(
        "place", ["successor_code"], geography=own, geo_level="province"
    ).filter(successor_code=context.place.geo_code)
    return before.height > 1


@dataclass(frozen=True)
class Moved:
    """Provinces by how they surely moved since the survey before, on what both measured."""

    previous_year: int
    risen: tuple[str, ...]
    """Labels; the most first."""
    fallen: tuple[str, ...]
    n_untold: int


def moved(context: Context) -> Moved | None:
    """Which provinces surely rose and fell; None without a survey before."""
    columns = "geo_code previous_year like_for_like_pct like_for_like_p_value".split()
    frame = context.source.read(
        "index_change", columns, item=OVERALL, geo_level="province", **keys(context, EVERY_CHANNEL)
    )
    known = frame.filter(pl.col("like_for_like_pct").is_not_null())
    if known.is_empty():
        return None
    told = known.filter(pl.col("like_for_like_p_value") < LEVEL).sort("like_for_like_pct")
    labels = {c: p.label for c, p in context.reference.places(context.survey, "province").items()}
    up, down = pl.col("like_for_like_pct") > 0, pl.col("like_for_like_pct") < 0
    return Moved(
        previous_year=int(known["previous_year"][0]),
        risen=tuple(labels[code] for code in told.filter(up).reverse()["geo_code"]),
        fallen=tuple(labels[code] for code in told.filter(down)["geo_code"]),
        n_untold=known.height - told.height,
    )


def quarantined(context: Context) -> list[tuple[str, int]]:
    """Reasons for quarantine in the whole survey and the forms that have each, the most frequent first."""
    frame = context.source.read(
        "quarantine_reason", ["reason", "n_forms"], survey=context.survey.survey
    )
    counted = frame.group_by("reason").agg(pl.col("n_forms").sum())
    return list(counted.sort(["n_forms", "reason"], descending=[True, False]).iter_rows())


def cells(context: Context) -> pl.DataFrame:
    """Criteria times provinces against each milestone: a row a target of the nation."""
    survey = context.survey
    return context.source.read(
        "target_cell",
        survey=survey.survey,
        geography=survey.geography,
        geo_level="nation",
    ).sort("target_year")


def structure(context: Context) -> pl.DataFrame:
    """The criteria of the instrument: item, content, service_group, factor, family; in its order."""
    items = context.source.labelled(
        "item",
        ["item", "item_level", "parent", "service_group", "sort"],
        instrument=context.survey.instrument,
    )
    return items.filter(item_level="criterion").sort("sort")


def heads(context: Context) -> dict[str, str]:
    """What each criterion stands below, as code and name; that of a service group's factor names the group too."""
    items = context.source.labelled(
        "item",
        ["item", "item_level", "parent", "service_group"],
        instrument=context.survey.instrument,
    )
    rows = {row["item"]: row for row in items.iter_rows(named=True)}
    found = {}
    for item, row in rows.items():
        above = rows.get(row["parent"])
        if row["item_level"] != "criterion" or above is None:
            continue
        group = rows.get(above["service_group"] or "")
        named = f"{group['label']} – " if group and group is not above else ""
        found[item] = f"{above['item']} {named}{above['label']}"
    return found


def labels_of(context: Context) -> dict[str, str]:
    """Labels of all items by code."""
    items = context.source.labelled("item", ["item"], instrument=context.survey.instrument)
    return dict(items.select("item", "label").iter_rows())


@dataclass(frozen=True)
class Origin:
    """Where the figures of a report come from."""

    catalogue_hash: str
    code_version: str
    document: str
    """The plan behind the questionnaire."""
    suppress_below: int | None
    """Below how many forms a group of people is hidden; None: a snapshot that says no limit."""
    files: tuple[tuple[str, str, int], ...]
    """File, SHA-256 and rows of every file of the survey."""


def origin(context: Context) -> Origin:
    """Where the figures of the survey come from."""
    source, survey, language = context.source, context.survey, context.source.language
    made = source.read("snapshot_info").row(0, named=True)
    (document,) = source.read("instrument", instrument=survey.instrument)[f"document_{language}"]
    files = source.read("source_file", ["file", "sha256", "n_rows"], survey=survey.survey)
    limit = None
    if source.holds("settings"):
        limit = int(source.read("settings", ["suppress_below_forms"])["suppress_below_forms"][0])
    return Origin(
        catalogue_hash=made["catalogue_hash"],
        code_version=made["code_version"],
        document=document or "",
        suppress_below=limit,
        files=tuple(files.iter_rows()),
    )
