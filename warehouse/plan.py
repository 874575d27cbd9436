"""What a delivery holds and how its columns are read: made by `ingest`, carried out by `warehouse.build`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse.catalogue import Geography, Instrument

REQUIRED_COLUMNS = ("form_id", "channel")
TEXT_COLUMNS = (
    "office",
    "venue",
    "mode",
    "respondent_type",
    "policy_field",
    "sex",
    "age_group",
    "education",
    "occupation",
    "income_band",
    "comment",
)
PEOPLE = tuple(name for name in TEXT_COLUMNS if name not in {"comment", "office"})
"""What respondents are told apart by."""
MOST_SURVEYS = 3
"""Whose answers are kept at hand to compare groups of people: a million forms are some 100 MB."""
FORM_COLUMNS = (*REQUIRED_COLUMNS, "province", *TEXT_COLUMNS, "collected_on", "weight")


@dataclass(frozen=True)
class Survey:
    """The survey that a delivery is a part of, as its manifest names it."""

    survey: str
    year: int
    instrument: str
    geography: str
    synthetic: bool
    title_vi: str
    title_en: str
    fieldwork_from: date | None
    fieldwork_to: date | None
    transactions_from: date | None
    transactions_to: date | None


@dataclass(frozen=True)
class Column:
    """A column of a Parquet file.

    `kind` is one of integer, float, text, date, boolean, list, empty (all null, of no type) and other; `element` is
    the kind of a list's elements; `is_wide` tells that a whole number may have nine digits and more.
    """

    source: str
    kind: str
    element: str | None = None
    is_wide: bool = False


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file of a delivery.

    Attributes:
        path: where it is.
        name: its path below the delivery folder, for messages and provenance.
        sha256: of its bytes, hexadecimal.
        n_rows: its rows.
        columns: its columns by the contract's name; columns that the manifest ignores are left out.
    """

    path: Path
    name: str
    sha256: str
    n_rows: int
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Issued:
    """Forms issued, planned and held in reserve for a province and channel, on a day or in all."""

    province: str
    channel: str
    date: date | None
    planned: int | None
    reserve: int | None
    issued: int | None


@dataclass(frozen=True)
class Indicator:
    """An administrative figure of a province."""

    province: str
    item: str
    breakdown: str
    unit: str
    reference_year: int
    value: float


@dataclass(frozen=True)
class DeliveryPlan:
    """A delivery whose manifest and columns were found in order.

    Attributes:
        delivery: hexadecimal hash of the manifest and all files, the identity of the delivery.
        values: for a contract column, what each written value stands for, both as text.
        missing_codes: codes of items that stand for no answer, as text.
        quarantine: forms that were set aside when they were first loaded, as they were recorded then.
    """

    folder: Path
    delivery: str
    survey: Survey
    instrument: Instrument
    geography: Geography
    forms: tuple[ParquetFile, ...]
    issued: tuple[ParquetFile, ...]
    indicators: tuple[ParquetFile, ...]
    issued_rows: tuple[Issued, ...]
    indicator_rows: tuple[Indicator, ...]
    values: Mapping[str, Mapping[str, str]]
    missing_codes: tuple[str, ...]
    quarantine: tuple[ParquetFile, ...] = ()
