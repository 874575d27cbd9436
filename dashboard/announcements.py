"""What the pages ask about officially announced figures, one question a function.

Every figure in the answers is a column of `published_result` or `published_comparison`. Rows are picked, labelled,
sorted and counted.
"""

from dataclasses import dataclass

import polars as pl

from dashboard.context import Context
from dashboard.search import found

AGREES, DIFFERS, NOT_COMPUTED = "agrees", "differs", "not_computed"
CALIBRATED = "calibrated"
# Announced figures by what they are of, in the order shown.
KINDS = {
    "index": ("overall", "content", "service_group"),
    "criterion": ("criterion",),
    "expectation": ("expectation",),
    "people": ("characteristic",),
    "forms": ("response_funnel", "survey_design"),
}
MEASURES = ("index", "change", "count", "rank", "share", "forms")
"""In the order shown."""
SEARCHED = ("label_vi", "label_en", "place", "item", "clause", "document", "published", "note")
"""What a search looks at: names in both languages, so that either finds the figure."""


@dataclass(frozen=True)
class Tally:
    """How many announced figures there are, and how many of those computed again agree."""

    n_figures: int
    n_compared: int
    n_agree: int
    n_calibrated: int

    @property
    def n_differ(self) -> int:
        """Computed figures that differ at the printed precision."""
        return self.n_compared - self.n_agree


def figures(context: Context) -> pl.DataFrame:
    """Every announced figure, the latest year first, beside what is computed of the same thing.

    Columns: result, survey, year, kind (of KINDS), item_level, item, measure, unit, method, label, label_vi, label_en,
    place, clause, document, document_date, note, decimals, published_value, computed_value, printed_value, difference,
    computed_from, reason_code, standing (agrees, differs, not_computed), published (as printed).
    """
    source, form = context.source, context.format
    note = f"note_{source.language}"
    columns = "result instrument method label_vi label_en clause document document_date".split()
    announced = source.read("published_result", [*columns, note]).rename({note: "note"})
    announced = announced.with_columns(label=pl.col(f"label_{source.language}"))
    frame = source.read("published_comparison").join(announced, on="result")
    frame = frame.join(_places(context), on=["geography", "geo_level", "geo_code"], how="left")
    order = source.read("item", ["instrument", "item", "item_level", "sort"])
    frame = frame.join(order, on=["instrument", "item", "item_level"], how="left")
    kinds = {level: kind for kind, levels in KINDS.items() for level in levels}
    standing = (
        pl.when(pl.col("difference").is_null())
        .then(pl.lit(NOT_COMPUTED))
        .when(pl.col("difference") == 0)
        .then(pl.lit(AGREES))
        .otherwise(pl.lit(DIFFERS))
    )
    printed = [
        form.printed(value, decimals)
        for value, decimals in frame.select("published_value", "decimals").iter_rows()
    ]
    frame = frame.with_columns(
        kind=pl.col("item_level").replace_strict(kinds, default="index", return_dtype=pl.String),
        standing=standing,
        published=pl.Series(printed, dtype=pl.String),
    )
    return frame.sort(
        pl.col("year") * -1,
        _rank("kind", list(KINDS)),
        _rank("item_level", ["overall", "content", "service_group"]),
        _rank("geo_level", ["nation", "province", "region"]),
        _rank("measure", list(MEASURES)),
        "sort",
        pl.when(measure="rank").then("published_value"),
        nulls_last=True,
        maintain_order=True,
    )


def _rank(column: str, order: list[str]) -> pl.Expr:
    ranks = {name: n for n, name in enumerate(order)}
    return pl.col(column).replace_strict(ranks, default=len(order), return_dtype=pl.Int64)


def _places(context: Context) -> pl.DataFrame:
    columns = ["geography", "geo_level", "geo_code"]
    return context.source.labelled("place", columns).rename({"label": "place"})


def picked(rows: pl.DataFrame, year: str, kind: str, query: str) -> pl.DataFrame:
    """Of `figures`, those of a year and a kind (all where empty) that match a search."""
    if year:
        rows = rows.filter(pl.col("year").cast(pl.String) == year)
    if kind:
        rows = rows.filter(kind=kind)
    return found(rows, query, SEARCHED) if query else rows


def compared(rows: pl.DataFrame) -> pl.DataFrame:
    """Of `figures`, those that were computed again."""
    return rows.filter(pl.col("standing") != NOT_COMPUTED)


def tally(rows: pl.DataFrame) -> Tally:
    """How `figures` come out."""
    again = compared(rows)
    return Tally(
        n_figures=rows["result"].n_unique(),
        n_compared=again.height,
        n_agree=again.filter(standing=AGREES).height,
        n_calibrated=again.filter(reason_code=CALIBRATED).height,
    )


def farthest(rows: pl.DataFrame) -> dict[str, object] | None:
    """Of `figures`, the one that is farthest from what was announced; None if none differs."""
    off = rows.filter(standing=DIFFERS).sort(pl.col("difference").abs(), descending=True)
    return None if off.is_empty() else off.row(0, named=True)
