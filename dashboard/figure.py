"""What stands behind one printed index: its counts, its formula's numbers, its errors, its files, its SQL.

Every figure in the answers is a column of a view. Rows are picked, joined with labels and sorted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.context import Context
from dashboard.reference import Place
from dashboard.scope import single_channels
from dashboard.selection import OVERALL
from warehouse import reproduction
from warehouse.reproduction import Slice

CRITERION = "criterion"
# Items that stand beside the satisfaction indices, and the views of their figures.
QUESTIONS = {"assessment": "assessment_index", "expectation": "expectation_index"}
ERRORS = ("se_pct", "ci_low_pct", "ci_high_pct")
_LEVELS_FIRST = (OVERALL, "family")


@dataclass(frozen=True)
class Figure:
    """One index of a slice with everything that it is made of."""

    place: Place
    channel: str
    item: str
    item_level: str
    label: str
    clause: str | None
    scale: str | None
    scale_points: int | None
    """Highest point of the scale; None for a heading and for a nominal item."""
    conditional: bool
    experience: bool
    row: Mapping[str, Any]
    """The columns of the figure's row in its view, in `index_formula` and in `target_gap`; of a nominal item
    those that all its options share."""
    options: pl.DataFrame
    """Of a nominal item its options: option, label, n_chosen, n_answers, index_pct, and se_pct, ci_low_pct,
    ci_high_pct; else empty."""

    @property
    def index_pct(self) -> float | None:
        """The index as its view has it; None for a nominal item, which has one an option."""
        found: float | None = self.row.get("index_pct")
        return found

    @property
    def is_mean(self) -> bool:
        """Whether it is a mean of criterion indices."""
        return self.item_level != CRITERION and self.item_level not in QUESTIONS


def printed(context: Context, place: Place, channel: str, item: str) -> float | None:
    """The index of an item, to be named on the way to its explanation; None without one."""
    keys = _keys(context, place, channel)
    frame = context.source.read("satisfaction_index", ["index_pct"], item=item, **keys)
    return None if frame.is_empty() else frame["index_pct"][0]


def items(context: Context) -> pl.DataFrame:
    """The items and headings of the survey's instrument, with their labels."""
    columns = "item item_level parent family scale scale_points asked_of conditional experience clause sort"
    return context.source.labelled("item", columns.split(), instrument=context.survey.instrument)


def explicable(context: Context, place: Place, channel: str) -> dict[str, str]:
    """Items that have a figure in the slice, by code, with code and label: overall and families come first."""
    keys = _keys(context, place, channel)
    measured = set(context.source.read("satisfaction_index", ["item"], **keys)["item"])
    for view in QUESTIONS.values():
        measured |= set(context.source.read(view, ["item"], **keys)["item"])
    rows = items(context).filter(pl.col("item").is_in(sorted(measured)))
    order = {level: n for n, level in enumerate(_LEVELS_FIRST)}
    first = pl.col("item_level").replace_strict(order, default=len(order), return_dtype=pl.Int8)
    rows = rows.sort(first, "sort")
    return {row["item"]: named(row) for row in rows.iter_rows(named=True)}


def named(row: Mapping[str, Any]) -> str:
    """Code and label of an item; families and the overall index have no code of their own."""
    label = str(row["label"])
    return label if row["item_level"] in _LEVELS_FIRST else f"{row['item']} {label}"


def figure(context: Context, place: Place, channel: str, item: str) -> Figure | None:
    """The figure of an item in a slice; None where the instrument or the slice does not have it."""
    known = items(context).filter(item=item)
    if known.is_empty():
        return None
    about = known.row(0, named=True)
    keys = _keys(context, place, channel)
    view = QUESTIONS.get(about["item_level"], "satisfaction_index")
    rows = context.source.read(view, item=item, **keys)
    if rows.is_empty():
        return None
    row, options = rows.row(0, named=True), pl.DataFrame()
    if about["item_level"] in QUESTIONS:
        errors = context.source.read("answer_interval", ["option", *ERRORS], item=item, **keys)
        if about["scale_points"] is None:
            options = _options(context, rows.join(errors, on="option"))
            row["index_pct"] = None
        else:
            row |= errors.row(0, named=True)
    else:
        for other in ("index_formula", "target_gap"):
            row |= context.source.read(other, item=item, **keys).row(0, named=True)
    return Figure(
        place=place,
        channel=channel,
        row=row,
        options=options,
        **{
            name: about[name]
            for name in "item item_level label clause scale scale_points conditional experience".split()
        },
    )


def _options(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    labels = context.source.labelled(
        "item_option", ["item", "option"], instrument=context.survey.instrument
    )
    shown = rows.select("item", "option", "n_chosen", "n_answers", "index_pct", *ERRORS)
    return shown.join(labels, on=["item", "option"], how="left").drop("item").sort("option")


def averaged(context: Context, shown: Figure) -> pl.DataFrame:
    """The criteria that an index averages, in the instrument's order.

    Columns: item, label, index_pct, n_answers, conditional, experience.
    """
    keys = _keys(context, shown.place, shown.channel)
    indices = context.source.read(
        "satisfaction_index", ["item", "index_pct", "n_answers"], item_level=CRITERION, **keys
    )
    rows = items(context).filter(pl.col("item").is_in(_below(context, shown.item)))
    frame = rows.join(indices, on="item").sort("sort")
    return frame.select("item", "label", "index_pct", "n_answers", "conditional", "experience")


def not_measured(context: Context, shown: Figure) -> list[str]:
    """Codes of the criteria below an item that are asked in the slice and that nobody answered."""
    channels = _form_channels(context, shown.place, shown.channel)
    asking = {"everyone", *channels["channel"], *channels["service_group"].drop_nulls()}
    answered = set(averaged(context, shown)["item"])
    below = set(_below(context, shown.item)) - answered
    rows = items(context).filter(pl.col("item").is_in(sorted(below))).sort("sort")
    return [row["item"] for row in rows.iter_rows(named=True) if asking & set(row["asked_of"])]


def _below(context: Context, item: str) -> list[str]:
    """Codes of the criteria that enter the index of an item."""
    rows = {row["item"]: row for row in items(context).iter_rows(named=True)}
    found = []
    for code, row in rows.items():
        if row["item_level"] != CRITERION:
            continue
        above = {OVERALL, row["family"], code}
        parent = row["parent"]
        while parent:
            above.add(parent)
            parent = rows[parent]["parent"]
        if item in above:
            found.append(code)
    return found


def weighted(context: Context, shown: Figure) -> dict[str, Any] | None:
    """The same index by sampling weights: a row of `weighted_index`; None where the survey has no weights."""
    if not shown.is_mean and shown.item_level != CRITERION:
        return None
    keys = _keys(context, shown.place, shown.channel)
    frame = context.source.read("weighted_index", item=shown.item, **keys)
    return None if frame.is_empty() else frame.row(0, named=True)


def changed(context: Context, shown: Figure) -> dict[str, Any] | None:
    """The index against the survey before: a row of `index_change`, with what `comparability` says of the two."""
    keys = _keys(context, shown.place, shown.channel)
    frame = context.source.read("index_change", item=shown.item, **keys)
    if frame.is_empty():
        return None
    row = frame.row(0, named=True)
    pair = context.source.read(
        "comparability",
        ["is_comparable", "reasons_against"],
        survey=row["survey"],
        other_survey=row["previous_survey"],
        geography=row["geography"],
    )
    return row | pair.row(0, named=True)


def files(context: Context) -> pl.DataFrame:
    """The files that the survey was made from: delivery, file, n_rows, sha256."""
    columns = ["delivery", "file", "n_rows", "sha256"]
    return context.source.read("source_file", columns, survey=context.survey.survey)


def place_in_document(context: Context, shown: Figure) -> str | None:
    """Where an item stands in its document; of the overall index the document, of a family nothing."""
    if shown.item_level == OVERALL:
        column = f"document_{context.source.language}"
        frame = context.source.read("instrument", [column], instrument=context.survey.instrument)
        return str(frame[column][0])
    return None if shown.item_level == "family" else shown.clause


def origin(context: Context) -> dict[str, Any]:
    """What made the snapshot: snapshot, catalogue_hash, code_version."""
    return context.source.read("snapshot_info").row(0, named=True)


def statements(context: Context, shown: Figure) -> tuple[str, str]:
    """SQL that gives the printed digits: from the published counts, and from the single forms."""
    channels = _form_channels(context, shown.place, shown.channel)
    of = Slice(
        survey=context.survey.survey,
        instrument=context.survey.instrument,
        geography=context.survey.geography,
        geo_level=shown.place.geo_level,
        geo_code=shown.place.geo_code,
        channel=shown.channel,
        form_channels=tuple(channels["channel"]),
        form_provinces=_form_provinces(context, shown.place),
    )
    criteria = tuple(averaged(context, shown)["item"]) if shown.is_mean else ()
    item = reproduction.Item(
        shown.item, shown.item_level, shown.scale, shown.scale_points, criteria
    )
    return reproduction.from_counts(of, item), reproduction.from_forms(of, item)


def _form_channels(context: Context, place: Place, channel: str) -> pl.DataFrame:
    """The single channels whose forms count in a slice: those run from the centre count for the nation only."""
    single = single_channels(context, channel)
    return single if place.geo_level == "nation" else single.filter("is_local")


def _form_provinces(context: Context, place: Place) -> tuple[str, ...] | None:
    """Codes, in the survey's own geography, of the provinces whose forms count in a place."""
    if place.geo_level == "nation":
        return None
    survey = context.survey
    (own,) = context.source.read("survey", ["geography"], survey=survey.survey)["geography"]
    successor = dict(
        context.source.read("geography", ["geography", "successor"])
        .select("geography", "successor")
        .iter_rows()
    )
    today = {code: code for code in _provinces(context, own)["geo_code"]}
    geography = own
    while geography != survey.geography:
        became = dict(
            _provinces(context, geography).select("geo_code", "successor_code").iter_rows()
        )
        today = {code: became[at] for code, at in today.items() if became.get(at)}
        geography = successor[geography]
    column = "geo_code" if place.geo_level == "province" else "region_code"
    inside = set(
        _provinces(context, geography).filter(pl.col(column) == place.geo_code)["geo_code"]
    )
    return tuple(sorted(code for code, at in today.items() if at in inside))


def _provinces(context: Context, geography: str) -> pl.DataFrame:
    columns = ["geo_code", "region_code", "successor_code"]
    return context.source.read("place", columns, geography=geography, geo_level="province")


def _keys(context: Context, place: Place, channel: str) -> dict[str, str]:
    """The columns that pick the rows of a slice of the shown survey."""
    survey = context.survey
    return {
        "survey": survey.survey,
        "geography": survey.geography,
        "channel": channel,
        **place.key,
    }
