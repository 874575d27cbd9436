"""Changes, ranks, comparisons, targets and shortfalls: by hand on small surveys, as identities on any."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from ingest.load import load_deliveries
from tests.deliveries import Form, forms, manifest, nothing_hidden, write_delivery
from tests.surveys import Extract, waves
from warehouse import Snapshot, open_current
from warehouse.errors import DeliveryRefused
from warehouse.simultaneous import range_critical

PLACE = ["survey", "geography", "geo_level", "geo_code"]


def _loaded(folder: Path, deliveries: list[Path]) -> Snapshot:
    load_deliveries(deliveries, folder / "warehouse", nothing_hidden())
    return open_current(folder / "warehouse")


# --- change -------------------------------------------------------------------------------------


def _wave(folder: Path, year: int, answers: dict[str, tuple[int, int]]) -> Path:
    """A survey of Hà Nội in which each channel's forms all give one answer: channel -> (forms, score)."""
    rows: list[Form] = []
    for channel, (n, score) in answers.items():
        item = {"public_portal": "2.2.b.1.1"}.get(channel, "2.2.a.1.1")
        told = {"2.2.a.1.1": None, "2.1.a.1": score, item: score}
        rows += forms(n, first=len(rows), channel=channel, **told)
    return write_delivery(folder / str(year), rows, manifest(f"vss-{year}", year))


def _change(snapshot: Snapshot, **where: Any) -> dict[str, Any]:
    return snapshot.read("index_change", geography="vn-34", **where).row(0, named=True)


def test_real_and_mix_by_hand(tmp_path: Path) -> None:
    """One-stop 40 forms at 4, agents 60 at 2; then 70 at 5 and 30 at 2: what is real, what is mix."""
    snapshot = _loaded(
        tmp_path,
        [
            _wave(tmp_path, 2025, {"one_stop": (40, 4), "development_agent": (60, 2)}),
            _wave(tmp_path, 2026, {"one_stop": (70, 5), "development_agent": (30, 2)}),
        ],
    )
    change = _change(snapshot, geo_level="province", geo_code="01", channel="all", item="2.1.a.1")
    assert change["change_pct"] == pytest.approx(
        20 * ((70 * 5 + 30 * 2) / 100 - (40 * 4 + 60 * 2) / 100)
    )
    assert change["real_pct"] == pytest.approx(
        20 * ((0.4 + 0.7) / 2 * (5 - 4) + (0.6 + 0.3) / 2 * (2 - 2))
    )
    assert change["mix_pct"] == pytest.approx(
        20 * ((4 + 5) / 2 * (0.7 - 0.4) + (2 + 2) / 2 * (0.3 - 0.6))
    )
    assert change["scope_pct"] == pytest.approx(0, abs=1e-9)


def test_another_channel_is_scope(tmp_path: Path) -> None:
    """Group a at the one-stop office, then at agents: equal codes, and nothing in common."""
    snapshot = _loaded(
        tmp_path,
        [
            _wave(tmp_path, 2025, {"one_stop": (50, 5), "public_portal": (50, 3)}),
            _wave(tmp_path, 2026, {"payment_agent": (50, 4), "public_portal": (50, 4)}),
        ],
    )
    overall = _change(snapshot, geo_level="nation", channel="all", item="overall")
    assert overall["channels_common"] == "public_portal"
    assert overall["n_criteria_common"] == 2  # 2.1.a.1 at the portal, and 2.2.b.1.1
    assert overall["like_for_like_pct"] == pytest.approx(20 * (4 - 3))
    assert overall["change_pct"] == pytest.approx(
        np.mean([80, 80, 80]) - np.mean([(100 + 60) / 2, 100, 60])
    )
    assert overall["scope_pct"] == pytest.approx(overall["change_pct"] - 20)
    group = _change(snapshot, geo_level="nation", channel="all", item="2.2.a.1.1")
    assert group["n_criteria_common"] == 0
    assert group["like_for_like_pct"] is None
    register = snapshot.read("comparability", survey="vss-2026", geography="vn-34").row(
        0, named=True
    )
    assert register["is_comparable"] == "like_for_like_only"
    assert "channels" in register["reasons_against"]


# --- ranks --------------------------------------------------------------------------------------


def test_tukeys_range() -> None:
    """Published points of the studentised range at 95 %, infinite degrees of freedom: 3.314, 4.474, 5.012."""
    for n, point in ((3, 3.314), (10, 4.474), (20, 5.012)):
        assert range_critical(n) * 2**0.5 == pytest.approx(point, abs=6e-4)


def test_rank_sets_hold_what_the_sample_says(sample_warehouse: Path) -> None:
    """Each set holds the rank, and leaves out just the provinces that are surely better or worse."""
    snapshot = open_current(sample_warehouse)
    ranking = snapshot.read("province_ranking", survey="vss-2025", geography="vn-34").sort("rank")
    assert ranking.height == 34
    critical = range_critical(34)
    for row in ranking.iter_rows(named=True):
        gap = (ranking["index_pct"] - row["index_pct"]) / (
            ranking["se_pct"] ** 2 + row["se_pct"] ** 2
        ).sqrt()
        assert row["rank_low"] == 1 + (gap > critical).sum()
        assert row["rank_high"] == 34 - (gap < -critical).sum()
        assert row["rank_low"] <= row["rank"] <= row["rank_high"]
    assert ranking["band"].is_sorted()
    assert (ranking["rank_low"] < ranking["rank_high"]).any()
    heads = ranking.group_by("band", maintain_order=True).first()
    apart = heads["index_pct"].to_numpy()[:-1] - heads["index_pct"].to_numpy()[1:]
    reach = np.sqrt(heads["se_pct"].to_numpy()[:-1] ** 2 + heads["se_pct"].to_numpy()[1:] ** 2)
    assert (apart > critical * reach).all()


# --- comparisons --------------------------------------------------------------------------------


def test_a_part_against_its_whole(sample_warehouse: Path) -> None:
    """The error of province minus nation, from single respondents: they share the province's people."""
    snapshot = open_current(sample_warehouse)
    item = "2.1.a.1"
    rows = snapshot.rows(
        f"SELECT province, channel, \"vss-1111/{item}\" FROM form WHERE survey = 'vss-2025'", {}
    ).fetchall()
    province = np.array([row[0] for row in rows])
    channel = np.array([row[1] for row in rows])
    score = np.array([row[2] or 0 for row in rows], dtype=float)
    local = ~np.char.startswith(channel.astype(str), "support")
    z = np.zeros(len(rows))
    for sign, chosen in ((1, local & (province == "42")), (-1, local)):
        given = chosen & (score > 0)
        z[given] += sign * 20 / given.sum() * (score[given] - score[given].mean())
    variance = 0.0
    stratum = np.char.add(np.char.add(province.astype(str), "/"), channel.astype(str))
    for name in np.unique(stratum):
        values = z[stratum == name]
        if len(values) > 1:
            variance += len(values) * values.var(ddof=1)
    found = snapshot.read(
        "place_comparison",
        survey="vss-2025",
        province="42",
        channel="local",
        item=item,
        reference_level="nation",
    ).row(0, named=True)
    assert found["se_pct"] == pytest.approx(variance**0.5, rel=1e-9)
    assert found["difference_pct"] == pytest.approx(found["index_pct"] - found["reference_pct"])


def test_holm_over_the_provinces(sample_warehouse: Path) -> None:
    """The adjusted p-values are Holm's, over the 34 provinces of one item."""
    snapshot = open_current(sample_warehouse)
    rows = snapshot.read(
        "place_comparison",
        survey="vss-2025",
        channel="local",
        item="2.2.a.5.3",
        reference_level="nation",
    ).sort("p_value")
    assert rows.height == 34
    expected, highest = [], 0.0
    for place, p in enumerate(rows["p_value"]):
        highest = max(highest, min(1.0, (34 - place) * p))
        expected.append(highest)
    assert rows["p_adjusted"].to_list() == pytest.approx(expected)


# --- identities on any survey -------------------------------------------------------------------


def _parts_make_wholes(snapshot: Snapshot) -> int:
    """Check every identity of the statistics and return how many rows were compared."""
    change = snapshot.read("index_change")
    parts = change.filter(pl.col("like_for_like_pct").is_not_null())
    apart = parts["change_pct"] - parts["scope_pct"] - parts["mix_pct"] - parts["real_pct"]
    assert (apart.abs() < 1e-9).all()
    assert (change["n_criteria_common"] <= change["n_criteria"]).all()

    shortfall = snapshot.read("shortfall")
    gap = (
        snapshot.read("target_gap", channel="local", item_level="overall")
        .filter(pl.col("geo_level") != "office")
        .select(*PLACE, "gap_goal_pct")
    )
    summed = shortfall.group_by(PLACE).agg(
        pl.col("contribution_pct").sum(), pl.col("share_pct").sum()
    )
    joined = gap.join(summed, on=PLACE, how="full", coalesce=True)
    assert joined["gap_goal_pct"].null_count() == joined["contribution_pct"].null_count() == 0
    assert ((joined["gap_goal_pct"] - joined["contribution_pct"]).abs() < 1e-9).all()
    behind = joined.filter(pl.col("gap_goal_pct") > 1e-6)
    assert ((behind["share_pct"] - 100).abs() < 1e-6).all()

    _parts_of_the_shortfall_add_up(snapshot, shortfall)
    assert (change["like_for_like_se_pct"].is_null() == change["like_for_like_pct"].is_null()).all()

    cells = snapshot.read("target_cell")
    counted = (
        cells["n_met"] + cells["n_undetermined"] + cells["n_not_met"] + cells["n_not_measured"]
    )
    assert (counted == cells["n_cells"]).all()
    assert (cells["n_not_measured"] >= 0).all()

    ranking = snapshot.read("province_ranking")
    assert (ranking["rank_low"] <= ranking["rank_high"]).all()
    assert (ranking["rank_high"] <= ranking["n_ranked"]).all()
    return change.height + shortfall.height + cells.height + ranking.height


def _parts_of_the_shortfall_add_up(snapshot: Snapshot, shortfall: pl.DataFrame) -> None:
    """Criteria and channels carry the gap each way, and what they carry is the sum of their cells."""
    for view, part in (("shortfall_criterion", "item"), ("shortfall_channel", "channel")):
        rows = snapshot.read(view)
        cells = shortfall.group_by([*PLACE, part]).agg(
            pl.col("contribution_pct").sum().alias("cells_pct"),
            pl.col("n_answers").sum().alias("cells_answers"),
            pl.col("n_steps").sum().alias("cells_steps"),
            pl.len().alias("n_cells"),
        )
        both = rows.join(cells, on=[*PLACE, part], how="full", coalesce=True)
        assert both["contribution_pct"].null_count() == both["cells_pct"].null_count() == 0
        assert ((both["contribution_pct"] - both["cells_pct"]).abs() < 1e-9).all()
        assert (both["n_answers"] == both["cells_answers"]).all()
        if view == "shortfall_channel":
            assert (both["n_steps"] == both["cells_steps"]).all()
            assert (both["n_criteria"] == both["n_cells"]).all()
        else:  # a channel above the goal makes up for one below it
            assert (both["n_steps"] <= both["cells_steps"]).all()
        behind = rows.filter(pl.col("share_pct").is_not_null()).group_by(PLACE)
        summed = behind.agg(pl.col("share_pct").sum(), pl.col("contribution_pct").sum())
        far = summed.filter(pl.col("contribution_pct") > 1e-6)
        assert ((far["share_pct"] - 100).abs() < 1e-6).all()


def test_people_to_move_by_hand(tmp_path: Path) -> None:
    """2.1.a.1: 10 people at 4 one-stop (80), 10 at 5 at the portal (100): together 90, and nobody has to move."""
    at_office = forms(10, **{"2.1.a.1": 4, "2.2.a.1.1": 4})
    portal: dict[str, Any] = {"2.1.a.1": 5, "2.2.a.1.1": None, "2.2.b.1.1": 3}
    at_portal = forms(10, first=11, channel="public_portal", **portal)
    folder = write_delivery(tmp_path / "d", [*at_office, *at_portal], manifest())
    snapshot = _loaded(tmp_path, [folder])
    where = {"geo_level": "province"}
    by_item = {row["item"]: row for row in snapshot.read("shortfall_criterion", **where).to_dicts()}
    # 4.5 points of 10 people are 45: five of those at 4 move up; of those at 3, 15 steps are missing.
    assert {item: row["n_steps"] for item, row in by_item.items()} == {
        "2.1.a.1": 0,
        "2.2.a.1.1": 5,
        "2.2.b.1.1": 15,
    }
    gap = 90 - (90 + 80 + 60) / 3
    assert by_item["2.2.b.1.1"]["contribution_pct"] == pytest.approx((90 - 60) / 3)
    assert by_item["2.2.b.1.1"]["share_pct"] == pytest.approx((90 - 60) / 3 / gap * 100)
    assert by_item["2.1.a.1"]["heaviest_channel"] == "one_stop"
    by_channel = {
        row["channel"]: row for row in snapshot.read("shortfall_channel", **where).to_dicts()
    }
    office = by_channel["one_stop"]
    assert (office["n_criteria"], office["n_criteria_below"], office["n_steps"]) == (2, 2, 5 + 5)
    assert office["index_pct"] == pytest.approx(80)
    assert office["contribution_pct"] == pytest.approx(((90 - 80) / 2 + (90 - 80)) / 3)
    portal_row = by_channel["public_portal"]
    assert (portal_row["n_criteria_below"], portal_row["n_steps"]) == (1, 15)
    assert portal_row["contribution_pct"] == pytest.approx(((90 - 100) / 2 + (90 - 60)) / 3)


def test_parts_make_wholes_on_the_sample(sample_warehouse: Path) -> None:
    assert _parts_make_wholes(open_current(sample_warehouse)) > 30_000


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(extracts=waves())
def test_parts_make_wholes_on_any_survey(extracts: list[Extract]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        deliveries = [extract.write(folder / str(n)) for n, extract in enumerate(extracts)]
        try:
            snapshot = _loaded(folder, deliveries)
        except DeliveryRefused:
            return
        _parts_make_wholes(snapshot)
