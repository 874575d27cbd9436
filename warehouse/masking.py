"""Where the slices stand in each published view, and the SQL that empties the figures of hidden ones.

It is the last step of every reading: what the views compute with is whole, so that sums and rankings are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from warehouse.published import PUBLISHED
from warehouse.quoting import identifier, literal

REASON = "few_forms"
SEPARATOR = "\x1f"
"""Stands between the parts of a hidden slice's key."""
ANY_CHANNEL = "*"
"""Stands in a key for "some channel of the place is hidden"."""
SHARE = ("", "share")
"""Stands in a key for "the shares of the characteristic"; of two parts, so that no key of an item is as long."""
SUPPRESSED = "suppressed"
UNRELIABLE = "unreliable"
UNRELIABLE_BELOW = 30
"""An index that fewer answers stand behind is shown and flagged; an empty one would break the official sums."""
ADDED = {SUPPRESSED: "VARCHAR", UNRELIABLE: "BOOLEAN"}
SCHEMA = "published"
"""Holds each published view as it leaves the warehouse; the schema `main` holds what they are computed with."""
PARAMETER = "hidden"
_PARTS = 5
"""Survey, geography, level, code and channel."""
GIVEN = f"SELECT unnest(${PARAMETER}::VARCHAR[])"
"""The keys of hidden slices, as a parameter of a query for some of the people."""
STORED = "SELECT slice FROM main.hidden_slice"
"""The same for everybody, as the snapshot holds them."""

# How far the fieldwork is, which forms broke a rule, and what offices count: Decision 681/QĐ-BHXH, article 8, asks for
# the forms by province and channel whatever their number. They tell nothing that anybody answered.
NO_ANSWERS = frozenset(
    {
        "response_funnel",
        "quarantine_reason",
        "quarantined_form",
        "fieldwork_day",
        "fieldwork_curve",
        "fieldwork_progress",
        "credibility_form",
        "administrative_figure",
    }
)
# What says which row it is, beside the key: it stays in a hidden row.
_KEPT = frozenset(
    {
        "year",
        "previous_survey",
        "previous_year",
        "item_level",
        "instrument",
        "synthetic",
        "previous_synthetic",
    }
    | {"region_code", "reference_code", "target_pct", "geography"}
)


@dataclass(frozen=True)
class _At:
    """Where a row's figures come from: SQL for the parts of a slice's key, and the columns concerned (empty: all)."""

    level: str
    code: str
    channel: str
    survey: str = "survey"
    geography: str = "geography"
    more: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()

    def is_hidden(self, keys: str) -> str:
        parts = (self.survey, self.geography, self.level, self.code, self.channel, *self.more)
        return f"concat_ws({literal(SEPARATOR)}, {', '.join(parts)}) IN ({keys})"


def _previous(columns: Sequence[str] = ()) -> _At:
    return _At(
        "geo_level", "geo_code", "channel", survey="previous_survey", columns=frozenset(columns)
    )


_NATION = ("'nation'", "'vn'")
_OTHER_PROVINCE = _At("'province'", "other_province", "'all'")
_SHARES = frozenset({"contribution_pct", "share_pct"})
_FURTHER: dict[str, tuple[_At, ...]] = {
    "adverse_change": (_previous(),),
    "adverse_comparison": (_At(*_NATION, "channel"),),
    "better_peer": (_OTHER_PROVINCE,),
    "index_change": (_previous(),),
    "pace": (_previous(),),
    "place_comparison": (_At("reference_level", "reference_code", "channel"),),
    "predecessor": (
        _At(
            "'province'",
            "predecessor",
            "'all'",
            geography="(SELECT own.geography FROM main.survey AS own WHERE own.survey = read.survey)",
        ),
    ),
    "province_difference": (_OTHER_PROVINCE,),
    "province_funnel": (_At(*_NATION, "channel"),),
    "province_ranking": (
        _At(
            "'province'",
            "province",
            "'all'",
            survey="previous_survey",
            columns=frozenset({"change_pct", "change_se_pct", "like_for_like_pct"}),
        ),
    ),
    "published_comparison": (
        _At(
            "geo_level",
            "geo_code",
            "'all'",
            columns=frozenset({"computed_value", "printed_value", "difference"}),
        ),
    ),
    "respondent_profile": (
        _At("geo_level", "geo_code", "'all'", more=("characteristic", '"value"')),
        # Shares are of those who stated the characteristic: how many they are less the shown is the hidden.
        _At(
            "geo_level",
            "geo_code",
            "'all'",
            more=("characteristic", *map(literal, SHARE)),
            columns=frozenset({"share_pct"}),
        ),
    ),
    # A part of a whole whose other parts are shown would give away the one that is not.
    "shortfall": (_At("geo_level", "geo_code", literal(ANY_CHANNEL), columns=_SHARES),),
    "shortfall_channel": (_At("geo_level", "geo_code", literal(ANY_CHANNEL), columns=_SHARES),),
    "shortfall_criterion": (_At("geo_level", "geo_code", literal(ANY_CHANNEL)),),
    "similar_province": (_OTHER_PROVINCE,),
    "target_gap": (_previous(("previous_n_criteria", "change_pct", "pace_seen_pct")),),
    "fieldwork_credibility": (
        _At(
            "CASE WHEN office = '' THEN 'province' ELSE 'office' END",
            "CASE WHEN office = '' THEN province ELSE province || '/' || office END",
            "channel",
            # That there is a sign is told, as whoever runs the fieldwork must know; what people answered is not.
            columns=frozenset({"observed_pct", "expected_pct", "threshold_pct", "n_flagged"}),
        ),
    ),
}


def places(view: str) -> tuple[_At, ...]:
    """Return where the slices of a view's rows stand; none where the view tells nothing of people."""
    key = PUBLISHED[view].key
    if view in NO_ANSWERS:
        return ()
    channel = "channel" if "channel" in key else "'all'"
    own: tuple[_At, ...] = ()
    if {"survey", "geo_level", "geo_code"} <= set(key):
        own = (_At("geo_level", "geo_code", channel),)
    elif {"survey", "geography", "province"} <= set(key):
        own = (_At("'province'", "province", channel),)
    found = own + _FURTHER.get(view, ())
    if "item" in key:
        # What only people of a hidden slice are asked tells of that slice, whatever the channel of the row.
        found += tuple(replace(at, more=("item",)) for at in found if not at.more)
    return found


def added(view: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Map the columns that reading adds to a view of `columns` to their SQL types."""
    if not places(view):
        return {}
    has_answers = "n_answers" in columns and "index_pct" in columns
    return {name: kind for name, kind in ADDED.items() if name == SUPPRESSED or has_answers}


def depths(slices: Iterable[str]) -> frozenset[int]:
    """Return of how many parts the keys of hidden slices are."""
    return frozenset(one.count(SEPARATOR) + 1 for one in slices)


def concerns(view: str, hidden: Set[int]) -> bool:
    """Tell whether hidden slices whose keys have so many parts could hide a row of a view."""
    return any(_PARTS + len(at.more) in hidden for at in places(view))


def is_figure(view: str, column: str) -> bool:
    """Tell whether hiding a row empties a column, so that only what is shown of it may be asked for."""
    fixed = column in PUBLISHED[view].key or column in _KEPT
    return not fixed or any(column in at.columns for at in places(view))


def row_is_hidden(view: str, keys: str) -> str:
    """Return SQL that tells whether the whole row of a view is hidden; `keys` is GIVEN or STORED."""
    found = [at.is_hidden(keys) for at in places(view) if not at.columns]
    return f"({' OR '.join(found)})" if found else "false"


def with_hidden_rows(view: str, source: str) -> str:
    """Return SQL for the rows of a recomputed view, with a row for all that it has of each hidden slice.

    Which rows a hidden slice has when recomputed would tell where nobody is; so it has those that everybody gives it.
    """
    hidden = row_is_hidden(view, GIVEN)
    return (
        f"SELECT * FROM {source} AS read WHERE NOT {hidden}"
        f" UNION ALL BY NAME SELECT * FROM main.{view} AS read WHERE {hidden}"
    )


def masked(view: str, source: str, columns: Mapping[str, str], keys: str | None) -> str:
    """Return SQL for the rows of `source` with the columns that reading adds, figures of hidden slices emptied.

    Args:
        view: a published view.
        source: the view, or a subquery that gives its columns.
        columns: the view's own columns.
        keys: GIVEN, STORED, or None where nothing is hidden.
    """
    new = added(view, columns)
    whole = row_is_hidden(view, keys) if keys else "false"
    shown = [_shown(view, name, whole, keys) for name in columns]
    if SUPPRESSED in new:
        shown.append(f"CASE WHEN {whole} THEN {literal(REASON)} END AS {SUPPRESSED}")
    if UNRELIABLE in new:
        few = f"coalesce(n_answers < {UNRELIABLE_BELOW}, false)"
        shown.append(f"CASE WHEN NOT {whole} THEN {few} END AS {UNRELIABLE}")
    return f"SELECT {', '.join(shown)} FROM {source} AS read"


def _shown(view: str, name: str, whole: str, keys: str | None) -> str:
    column = identifier(name)
    hidden = [at.is_hidden(keys) for at in places(view) if keys and name in at.columns]
    if name not in PUBLISHED[view].key and name not in _KEPT and whole != "false":
        hidden.append(whole)
    return (
        f"CASE WHEN NOT ({' OR '.join(hidden)}) THEN {column} END AS {column}" if hidden else column
    )
