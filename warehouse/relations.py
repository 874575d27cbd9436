"""The relations of a snapshot: what each one is made from, its grain, and whether it is published."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from warehouse.published import PUBLISHED as PUBLISHED  # noqa: PLC0414 everybody reads it from here
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
    "index_formula",
    "answer_index",
    "assessment_index",
    "expectation_index",
    "answer_cell",
    "answer_interval",
    "answer_distribution",
    "adverse_share",
    "adverse_comparison",
    "adverse_change",
    "province_difference",
    "similar_province",
    "rank_set",
    "cell_item",
    "index_change",
    "factor_importance",
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
    "shortfall_criterion",
    "shortfall_channel",
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
    "published_comparison",
    "scale_point",
    "codebook",
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
        "index_formula",
        "target_gap",
        "place_comparison",
        "province_funnel",
        "shortfall",
        "shortfall_criterion",
        "shortfall_channel",
        "better_peer",
        "pace",
        "predecessor",
        "assessment_index",
        "expectation_index",
        "answer_interval",
        "answer_distribution",
        "adverse_share",
        "adverse_comparison",
        "adverse_change",
        "published_comparison",
        "quarantined_form",
        "fieldwork_curve",
        "scale_point",
        "codebook",
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
    "answer_cell",
    "answer_interval",
    "answer_distribution",
    "adverse_share",
    "respondent_profile",
)

# Steps on the way that nothing reads once the published relations are there: dropped before they are written.
STEPS = (
    "index_error",
    "like_for_like_error",
    "factor_moment",
    "cell_item",
    "weighted_count",
    "weighted_error",
)
# The temporary table of sampling errors that a filtered query reads in place of `index_error`.
FILTERED_ERROR = "filtered_error"


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


def filtered_query(view: str, people: str, slices: str, surveys: str, columns: str = "*") -> str:
    """Return `view` recomputed from the forms of some of the people, by the very texts that made the snapshot.

    Args:
        view: one of FILTERED.
        people: condition on the forms that count.
        slices: condition on the slices wanted; the others are not computed.
        surveys: condition on the surveys wanted.
        columns: columns of the forms that the view reads; fewer are planned and counted faster.
    """
    given = {
        "form": f"SELECT {columns} FROM main.form WHERE {people} AND {surveys}"
        f" AND province IN (SELECT province FROM main.cell_slice WHERE {slices})",
        "cell_slice": f"SELECT * FROM main.cell_slice WHERE {slices}",
        "index_error": f"SELECT * FROM {FILTERED_ERROR}",
    }
    upto = [name for name in FILTERED[: FILTERED.index(view)] if name not in given]
    ctes = given | {name: text(name) for name in upto}
    return f"WITH {', '.join(f'{name} AS ({made})' for name, made in ctes.items())} {_as_subquery(view)}"


def _as_subquery(view: str) -> str:
    return f"SELECT * FROM ({text(view)}) AS filtered"
