"""One frozen record for each kind of row in the catalogue; the fields are the columns of its file."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Item(Struct, frozen=True, kw_only=True):
    """A question, heading or administrative figure of an instrument."""

    item: str
    level: str
    parent: str | None = None
    family: str | None = None
    scale: str | None = None
    asked_of: tuple[str, ...] = ()
    conditional: bool = False
    experience: bool = False
    adverse: bool = False
    label_vi: str
    label_en: str
    status: str
    clause: str


class Option(Struct, frozen=True, kw_only=True):
    """An option of a nominal item, coded from 1."""

    item: str
    option: int
    label_vi: str
    label_en: str
    status: str
    clause: str


class Channel(Struct, frozen=True, kw_only=True):
    """Where forms are filled in, and who answers for that place."""

    channel: str
    service_group: str | None = None
    is_local: bool
    owner: str
    label_vi: str
    label_en: str
    owner_vi: str
    owner_en: str
    sort: int
    status: str
    clause: str


class CalendarEntry(Struct, frozen=True, kw_only=True):
    """Whether the plan surveys a channel (and venue) in a year."""

    year: int
    channel: str
    venue: str | None = None
    surveyed: str
    clause: str


class Region(Struct, frozen=True, kw_only=True):
    """A socio-economic region of a geography."""

    region_code: str
    label_vi: str
    label_en: str
    sort: int
    clause: str


class Province(Struct, frozen=True, kw_only=True):
    """A province or centrally run city of a geography."""

    province_code: str
    label_vi: str
    label_en: str
    kind: str
    region_code: str
    successor_code: str | None = None
    sort: int
    clause: str


class Alias(Struct, frozen=True, kw_only=True):
    """A spelling that stands for a province."""

    alias: str
    province_code: str
    clause: str


class Tile(Struct, frozen=True, kw_only=True):
    """The place of a province on the tile map."""

    province_code: str
    row: int
    col: int


class Milestone(Struct, frozen=True, kw_only=True):
    """A target for the satisfaction index, 0-100, from its year on."""

    year: int
    value_pct: float
    document_vi: str
    document_en: str
    clause: str


class PublishedResult(Struct, frozen=True, kw_only=True):
    """A figure that was officially announced, as printed."""

    result: str
    year: int
    instrument: str | None = None
    geography: str | None = None
    geo_level: str | None = None
    geo_code: str | None = None
    channel: str | None = None
    item_level: str | None = None
    item: str | None = None
    measure: str
    value_pct: float | None = None
    value: float | None = None
    unit: str | None = None
    method: str
    label_vi: str
    label_en: str
    document: str
    document_date: date
    clause: str
    note_vi: str | None = None
    note_en: str | None = None


class Characteristic(Struct, frozen=True, kw_only=True):
    """A value of a respondent's characteristic with its labels."""

    characteristic: str
    value: str
    label_vi: str
    label_en: str
    sort: int
    is_closed: bool = False
    clause: str


class Bilingual(Struct, frozen=True):
    """A text in both languages of the product."""

    vi: str
    en: str


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits that a user may change."""

    suppress_below_forms: int
    refuse_above_bad_share: float
    refuse_above_personal_share: float
    keep_snapshots: int
    memory_limit: str
    check_min_forms: int
    non_response_above: float
    conditional_answered_above: float
    drift_above: float
    returned_below_plan: float
    forms_change_above: float
    pattern_min_answers: int
    pattern_margin_pct: float
    pattern_correlation_at_most: float
    credibility_errors: float
    outlying_margin_pct: float
    burst_min_forms: int
    burst_times_expected: float
    personal_columns: tuple[str, ...]
