"""What pages pick out of a survey's whole view at hand is what the database gives."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard import serve
from dashboard.data import Kept, Source, Value, is_whole, open_source, whole
from dashboard.reference import reference_of
from dashboard.serve import read_ahead
from tests.loading import serving_warehouse
from warehouse import Snapshot
from warehouse.errors import UsageError
from warehouse.published import PUBLISHED
from warehouse.store import Store

SLICE: dict[str, Value] = {"survey": "vss-2025", "geography": "vn-34"}
VIEWS = [view for view in PUBLISHED if is_whole(view)]


@pytest.fixture
def source(sample_warehouse: Path) -> Source:
    return open_source(sample_warehouse, "vi")


def asked(source: Source, view: str) -> list[dict[str, Value]]:
    """Questions of many kinds to a view: a place, none there, some channels, several surveys, all of one."""
    rows = whole(source.snapshot, view, "vss-2025", "vn-34")
    columns = rows.rows.columns
    found: list[dict[str, Value]] = [SLICE, SLICE | {"survey": ("vss-2025", "vss-2024")}]
    places = list(rows.runs)[::40]
    found += [SLICE | dict(zip(rows.place, place, strict=True)) for place in places]
    if rows.place:
        found.append(SLICE | dict.fromkeys(rows.place, "nowhere"))
    if "channel" in columns:
        found.append(SLICE | {"channel": ("all", "2.2.b", "nowhere")})
    if {"geo_level", "item"} <= set(columns):
        found.append(SLICE | {"geo_level": "province", "item": "2.2.a.1.1"})
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_picked_is_what_is_read(source: Source, view: str) -> None:
    for equals in asked(source, view):
        # Some views are summed as they are read: the last bit depends on what is asked for.
        assert_frame_equal(
            source.read(view, None, **equals),
            source.snapshot.read(view, None, **equals),
            rel_tol=1e-12,
        )


def test_hidden_figures_are_left_out_where_only_shown_ones_are_wanted(source: Source) -> None:
    shown = Source(source.snapshot, "vi", shown_only=True)
    equals = SLICE | {"geo_level": "office"}
    every = source.read("respondent_profile", ["suppressed", "n_forms"], **equals)
    kept = shown.read("respondent_profile", ["n_forms"], **equals)
    assert kept.columns == ["n_forms"]
    assert 0 < kept.height == every.filter(pl.col("suppressed").is_null()).height < every.height
    assert shown.read("respondent_profile", ["suppressed"], **equals).height == every.height


def test_a_column_that_is_not_there_is_named(source: Source) -> None:
    with pytest.raises(UsageError, match="satisfaction_index has no column 'colour'"):
        source.read("satisfaction_index", ["colour"], **SLICE)
    with pytest.raises(UsageError, match="satisfaction_index has no column 'colour'"):
        source.read("satisfaction_index", ["item"], colour="red", **SLICE)


def test_the_server_reads_ahead_what_pages_ask_for(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_ahead(sample_warehouse)
    source = open_source(sample_warehouse, "en")
    with monkeypatch.context() as patch:
        patch.setattr(Snapshot, "read", refused)
        for survey in ("vss-2024", "vss-2025", "vss-2026"):
            for view in VIEWS:
                source.read(view, None, survey=survey, geography="vn-34")


def test_reading_ahead_goes_on_after_a_snapshot_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each snapshot is read once; what is wrong with one is told in the log."""
    serving = iter([None, "first", "first", "second", "second"])
    tried: list[Path] = []

    def current(_: Store) -> str | None:
        try:
            return next(serving)
        except StopIteration:
            raise KeyboardInterrupt from None

    def stumble(warehouse: Path) -> None:
        tried.append(warehouse)
        if len(tried) == 1:
            raise OSError("a bad block")

    monkeypatch.setattr(serve, "AHEAD_SECONDS", 0)
    monkeypatch.setattr(serve, "read_ahead", stumble)
    monkeypatch.setattr(Store, "current", current)
    with pytest.raises(KeyboardInterrupt):
        serve._keep_ahead(tmp_path)
    assert tried == [tmp_path, tmp_path]
    (told,) = [one for one in caplog.records if "could not be read ahead" in one.message]
    assert "first" in told.message


def refused(*arguments: object, **named: object) -> None:
    raise AssertionError("the database was asked")


def test_a_snapshot_that_no_longer_serves_is_let_go(sample_warehouse: Path, tmp_path: Path) -> None:
    """With all that was read of it: memory does not grow with every load."""
    source = open_source(sample_warehouse, "vi")
    reference_of(source).surveys  # noqa: B018 - it is kept with the snapshot, and holds it
    source.read("satisfaction_index", None, **SLICE)
    before = weakref.ref(source.snapshot)
    del source
    open_source(serving_warehouse(tmp_path), "vi")
    gc.collect()
    assert before() is None


def test_what_is_kept_is_never_more_than_may_be_however_many_ask() -> None:
    kept = Kept(50)

    def ask(first: int) -> None:
        for n in range(first, first + 4000):
            assert kept.once(n, lambda n=n: n) == n  # type: ignore[misc]

    with ThreadPoolExecutor(6) as readers:
        list(readers.map(ask, range(0, 600, 100)))
    assert len(kept) == 50
