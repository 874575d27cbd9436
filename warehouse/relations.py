"""The relations of a snapshot: what each one is made from, its grain, and whether it is published."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from warehouse.quoting import identifier, literal

# In the order in which they can be made. Each stands in sql/NAME.sql as one SELECT over those before it.
DERIVED = (
    "item_ancestor",
    "channel_member",
    "geography_path",
    "province_path",
    "defined_criterion",
    "form_count",
    "item_count",
    "choice_count",
    "cell_slice",
    "slice_form",
    "slice_item",
    "slice_choice",
    "place",
    "previous_survey",
    "survey_target",
    "satisfaction_index",
    "answer_index",
    "assessment_index",
    "expectation_index",
    "province_difference",
    "rank_set",
    "cell_item",
    "index_change",
    "pace",
    "predecessor",
    "weighted_count",
    "weighted_index",
    "province_ranking",
    "target_gap",
    "target_cell",
    "place_comparison",
    "province_funnel",
    "shortfall",
    "better_peer",
    "comparability",
    "response_funnel",
    "quarantine_reason",
    "quarantined_form",
    "fieldwork_day",
    "fieldwork_slice",
    "fieldwork_curve",
    "fieldwork_progress",
    "respondent_profile",
    "administrative_figure",
    "published_result",
)
# What the checks add once everything else is there: each in order, and of them those that are kept and published.
ASSESSMENT = (
    "form_pattern",
    "pattern_credibility",
    "twin_credibility",
    "burst_day",
    "peer_credibility",
    "fieldwork_credibility",
    "credibility_form",
)
ASSESSED = ("fieldwork_credibility", "credibility_form")
# Cheap to compute for the rows asked for, and as many as the indices: kept as a view.
AS_VIEW = frozenset(
    {
        "target_gap",
        "place_comparison",
        "province_funnel",
        "shortfall",
        "better_peer",
        "pace",
        "predecessor",
        "assessment_index",
        "expectation_index",
        "quarantined_form",
        "fieldwork_curve",
    }
)
# Counts and indices that depend on whose forms are counted: these are what a filter recomputes.
# The ranking and the gaps need the design of everybody and are not offered for some of the people.
FILTERED = (
    "form_count",
    "item_count",
    "choice_count",
    "cell_slice",
    "slice_form",
    "slice_item",
    "slice_choice",
    "satisfaction_index",
    "answer_index",
    "assessment_index",
    "expectation_index",
    "respondent_profile",
)

# The temporary table of sampling errors that a filtered query reads in place of `index_error`.
FILTERED_ERROR = "filtered_error"


@dataclass(frozen=True)
class View:
    """A published relation: one row per `key`; `columns` in the order of the view."""

    name: str
    key: tuple[str, ...]
    comment: str


PUBLISHED = {
    view.name: view
    for view in (
        View(
            "satisfaction_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Satisfaction indices at every level of the hierarchy, place and channel"
            " (Plan 1111/KH-BHXH, IV.2.2); a level above criterion is the mean of its criterion indices.",
        ),
        View(
            "assessment_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item", "option"),
            "Indices of people's assessments (Plan 1111/KH-BHXH, IV.2.1); nominal items have a row an option.",
        ),
        View(
            "expectation_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item", "option"),
            "Indices of needs and expectations (Plan 1111/KH-BHXH, IV.2.3).",
        ),
        View(
            "province_ranking",
            ("survey", "geography", "province"),
            "Provinces by overall index, beside the index on the criteria that every ranked province measured.",
        ),
        View(
            "target_gap",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Target minus index for the milestone in force, the one ahead and the goal (Resolution 28-NQ/TW).",
        ),
        View(
            "province_difference",
            ("survey", "geography", "province", "other_province"),
            "Differences of the overall indices of two provinces, and whether the sample tells them apart.",
        ),
        View(
            "index_change",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Change since the previous survey: as published, like for like, and its exact parts scope, mix and real.",
        ),
        View(
            "pace",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Pace towards the goal, seen and needed, where two years measured the same; and when it would be reached.",
        ),
        View(
            "predecessor",
            ("survey", "geography", "province", "predecessor", "item_level", "item"),
            "Indices of the provinces that were merged into one, beside that of their pooled respondents.",
        ),
        View(
            "weighted_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Indices in which people count by their sampling weight, for surveys that deliver weights; not official.",
        ),
        View(
            "place_comparison",
            ("survey", "geography", "province", "channel", "item_level", "item", "reference_level"),
            "Provinces against their region and the nation over the same channels, with standard error and p-value.",
        ),
        View(
            "province_funnel",
            ("survey", "geography", "province", "channel", "item_level", "item"),
            "Provinces by number of forms, with the limits that chance alone would keep them within.",
        ),
        View(
            "target_cell",
            ("survey", "geography", "geo_level", "geo_code", "target_year"),
            "Cells (criterion x province) that surely meet a target, surely miss it, or cannot be told.",
        ),
        View(
            "shortfall",
            ("survey", "geography", "geo_level", "geo_code", "item", "channel"),
            "What each criterion carries of the distance to the goal at each channel, and what it takes.",
        ),
        View(
            "better_peer",
            ("survey", "geography", "province", "item", "other_province"),
            "Provinces that are surely better than a province on the same criterion.",
        ),
        View(
            "comparability",
            ("survey", "other_survey", "geography"),
            "Which surveys can be compared, on what, and why not.",
        ),
        View(
            "response_funnel",
            ("survey", "province", "channel"),
            "Forms planned, issued, returned, valid, quarantined and missing, in the survey's own geography.",
        ),
        View(
            "quarantine_reason",
            ("survey", "province", "channel", "reason"),
            "Quarantined forms by the rule they broke; a form counts under each of its reasons.",
        ),
        View(
            "quarantined_form",
            ("survey", "delivery", "file", "row"),
            "Every quarantined form: where it stands in its delivery, and every reason.",
        ),
        View(
            "fieldwork_day",
            ("survey", "province", "channel", "office", "date"),
            "Forms planned, issued, returned and valid by day, in the survey's own geography"
            " (Decision 681/QĐ-BHXH, article 8).",
        ),
        View(
            "fieldwork_curve",
            ("survey", "geography", "geo_level", "geo_code", "channel", "date"),
            "Forms planned, issued and valid on each day and up to it, in every place and channel.",
        ),
        View(
            "fieldwork_progress",
            ("survey", "geography", "geo_level", "geo_code", "channel"),
            "How far the fieldwork of each place and channel is, what is left to do and at what pace.",
        ),
        View(
            "respondent_profile",
            ("survey", "geography", "geo_level", "geo_code", "characteristic", "value"),
            "Who answered: valid forms by characteristic, and their share of the forms that state it.",
        ),
        View(
            "administrative_figure",
            ("survey", "province", "item", "breakdown", "reference_year"),
            "Administrative figures (Plan 1111/KH-BHXH, Appendix I, 2.1.d), never averaged into an index.",
        ),
        View(
            "published_result",
            ("result",),
            "Officially announced figures as printed, beside the mean of the printed criteria below each.",
        ),
        View("data_check", ("snapshot", "check"), "Outcome of every check of this snapshot."),
        View(
            "failed_row",
            ("snapshot", "check", "survey", "file", "row", "form_id", "key"),
            "Every row that broke a rule of data_check, with its place in the delivery where it is a form.",
        ),
        View(
            "fieldwork_credibility",
            ("survey", "province", "office", "channel", "indicator", "subject"),
            "Signs that forms were not filled in by the people asked; they warn and drop nobody.",
        ),
        View(
            "credibility_form",
            ("survey", "indicator", "delivery", "file", "row"),
            "The forms behind every sign in fieldwork_credibility; they stay in all figures.",
        ),
        View("survey", ("survey",), "The loaded surveys."),
        View(
            "place",
            ("geography", "geo_level", "geo_code"),
            "Places of every geography, with labels.",
        ),
        View(
            "item",
            ("instrument", "item_level", "item"),
            "Items and headings of every instrument, with labels.",
        ),
        View(
            "item_option",
            ("instrument", "item", "option"),
            "Options of nominal items, with labels.",
        ),
        View(
            "channel", ("instrument", "channel"), "Channels and pooled channel slices, with labels."
        ),
        View("milestone", ("year",), "Targets for the satisfaction index (Resolution 28-NQ/TW)."),
        View(
            "characteristic",
            ("characteristic", "value"),
            "Values of respondents' characteristics, with labels.",
        ),
        View(
            "calendar",
            ("instrument", "year", "channel", "venue"),
            "What the plan surveys in which year.",
        ),
        View("instrument", ("instrument",), "The instruments, with their documents."),
        View(
            "geography",
            ("geography",),
            "The lists of provinces, with the period in which each is in force.",
        ),
        View(
            "source_file",
            ("survey", "delivery", "file"),
            "The files that this snapshot was made from.",
        ),
        View(
            "snapshot_info",
            ("snapshot",),
            "Identity of this snapshot: catalogue and code that made it.",
        ),
    )
}


@cache
def text(name: str) -> str:
    """Return the SELECT of a derived relation, without its header."""
    written = resources.files("sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return re.sub(r"^--.*\n", "", written, flags=re.MULTILINE).strip()


def header(name: str) -> dict[str, str]:
    """Return the header of a relation's file: what, grain, clause and, where there is one, why."""
    written = resources.files("sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return dict(re.findall(r"^-- (what|grain|clause|why): +(.*)$", written, flags=re.MULTILINE))


def macros() -> list[str]:
    """Return the statements that define the formulas."""
    folder = resources.files("sql").joinpath("macro")
    return [
        file.read_text(encoding="utf-8") for file in sorted(folder.iterdir(), key=lambda f: f.name)
    ]


def checks() -> dict[str, str]:
    """Map the name of each rule to its file: a header, and the SELECT of the rows that break it."""
    return _folder("check")


def facts() -> dict[str, str]:
    """Map the name of each aggregate that the rules share to its SELECT, in the order of their names."""
    return _folder("fact")


def _folder(name: str) -> dict[str, str]:
    folder = resources.files("sql").joinpath(name)
    return {
        file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
        for file in sorted(folder.iterdir(), key=lambda f: f.name)
        if file.name.endswith(".sql")
    }


@cache
def column_comments() -> dict[str, str]:
    """Map each column name of the published views to its comment; the same name means the same everywhere."""
    written = resources.files("sql").joinpath("columns.csv").read_text(encoding="utf-8")
    return {row["column"]: row["comment"] for row in csv.DictReader(written.splitlines())}


def statements() -> list[tuple[str, str]]:
    """Return (name, statement) for each derived relation, in order."""
    return [
        (name, f"CREATE {'VIEW' if name in AS_VIEW else 'TABLE'} {name} AS {text(name)}")
        for name in DERIVED
    ]


def assessment_statements() -> list[str]:
    """Return the statements that assess the fieldwork, in order; what is not published is temporary."""
    return [
        f"CREATE {'' if name in ASSESSED else 'TEMP '}TABLE {name} AS {text(name)}"
        for name in ASSESSMENT
    ]


def comment_statements(view: str, columns: list[str], is_view: bool) -> list[str]:
    """Return the statements that put the comments of a published relation and its columns into the database."""
    kind = "VIEW" if is_view else "TABLE"
    known = column_comments()
    return [f"COMMENT ON {kind} {view} IS {literal(PUBLISHED[view].comment)}"] + [
        f"COMMENT ON COLUMN {view}.{identifier(column)} IS {literal(known[column])}"
        for column in columns
    ]


def filtered_query(view: str, condition: str) -> str:
    """Return `view` recomputed from the forms that meet `condition`, by the very texts that made the snapshot."""
    upto = FILTERED[: FILTERED.index(view)]
    ctes = [
        f"form AS (SELECT * FROM main.form WHERE {condition})",
        f"index_error AS (SELECT * FROM {FILTERED_ERROR})",
    ]
    ctes += [f"{name} AS ({text(name)})" for name in upto]
    return f"WITH {', '.join(ctes)} {_as_subquery(view)}"


def _as_subquery(view: str) -> str:
    return f"SELECT * FROM ({text(view)}) AS filtered"
