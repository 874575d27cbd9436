"""Groups of people counted in one pass against the views recomputed for one group at a time."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingest.load import load_deliveries
from tests.deliveries import forms, manifest, write_delivery
from warehouse import Snapshot, open_current
from warehouse.catalogue import read_catalogue
from warehouse.errors import UsageError

SLICES = [
    ("vss-2025", "province", "42", "all"),
    ("vss-2025", "province", "48", "2.2.a"),
    ("vss-2024", "province", "48", "local"),
    ("vss-2026", "region", "BTB", "all"),
    ("vss-2025", "nation", "vn", "2.2.b"),
    ("vss-2024", "province", "12", "payment_agent"),  # nobody aged 18 to 30
    ("vss-2024", "province", "01", "health_facility"),  # no organisation
]


@pytest.fixture
def snapshot(sample_warehouse: Path) -> Snapshot:
    return open_current(sample_warehouse)


def asked(survey: str, level: str, code: str, channel: str) -> dict[str, str]:
    return {
        "survey": survey,
        "geography": "vn-34",
        "geo_level": level,
        "geo_code": code,
        "channel": channel,
    }


def stated(snapshot: Snapshot, survey: str, characteristic: str) -> set[str]:
    """What anybody of a survey stated of a characteristic, whether it is shown or not."""
    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        found = con.execute(
            f"SELECT DISTINCT {characteristic} FROM form WHERE survey = ?", [survey]
        )
        return {value for (value,) in found.fetchall() if value is not None}


@pytest.mark.parametrize(
    "characteristic", ["sex", "age_group", "education", "respondent_type", "venue"]
)
@pytest.mark.parametrize("where", SLICES, ids="-".join)
def test_every_group_as_if_it_were_asked_alone(
    snapshot: Snapshot, where: tuple[str, str, str, str], characteristic: str
) -> None:
    slices = asked(*where)
    told = snapshot.satisfaction_by(characteristic, **slices)
    values = stated(snapshot, where[0], characteristic)
    assert set(told["value"]) <= values
    assert len(values) > 1
    for value in sorted(values):
        group = told.filter(value=value)
        alone = snapshot.filtered("satisfaction_index", {characteristic: value}, None, **slices)
        if group.is_empty():
            assert alone["suppressed"].null_count() == alone.height, "told as empty, and hidden"
            assert alone["index_pct"].null_count() == alone.height
            continue
        if group["item"].has_nulls():
            assert group.height == 1
            assert alone["index_pct"].null_count() == alone.height
            continue
        gone = set(alone.filter(pl.col("suppressed").is_not_null())["item"])
        assert gone <= set(group.filter(pl.col("suppressed").is_not_null())["item"])
        group, alone = (rows.filter(pl.col("suppressed").is_null()) for rows in (group, alone))
        columns = [name for name in alone.columns if name in group.columns]
        columns = [name for name in columns if name not in ("geo_code", "suppressed")]
        # The same sums in another order: the last bit of an error may differ, no count and no index does.
        exact = [name for name in columns if not name.startswith(("se_", "ci_", "design"))]
        assert_frame_equal(group.select(exact), alone.select(exact), check_exact=True)
        assert_frame_equal(group.select(columns), alone.select(columns), rel_tol=1e-9)


def test_a_place_without_forms_has_no_groups(snapshot: Snapshot) -> None:
    nowhere = asked("vss-2025", "province", "nowhere", "all")
    assert snapshot.satisfaction_by("sex", **nowhere).is_empty()
    never = asked("vss-1999", "nation", "vn", "all")
    assert snapshot.satisfaction_by("sex", **never).is_empty()


def test_what_is_no_characteristic_or_no_place_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError, match="in provinces and above, not in offices"):
        snapshot.satisfaction_by("sex", **asked("vss-2025", "office", "any", "all"))
    with pytest.raises(UsageError, match="no characteristic 'comment'; there are venue, mode"):
        snapshot.satisfaction_by("comment", **asked(*SLICES[0]))


def test_a_group_of_few_is_hidden(tmp_path: Path) -> None:
    people = forms(30, sex="female") + forms(25, 31, sex="male") + forms(5, 61, sex="other")
    folder = write_delivery(tmp_path / "wave", people, manifest())
    load_deliveries([folder], tmp_path / "warehouse", read_catalogue())
    snapshot = open_current(tmp_path / "warehouse")
    told = snapshot.satisfaction_by("sex", **asked("vss-2025", "province", "01", "one_stop"))
    hidden = told.filter(told["suppressed"].is_not_null())
    # One group more: the hidden one would follow from the others and everybody.
    assert sorted(hidden["value"]) == ["male", "other"]
    assert hidden.drop("value", "suppressed").null_count().row(0) == (2,) * (told.width - 2)
    assert told.filter(value="female", item="overall")["n_forms"].to_list() == [30]
