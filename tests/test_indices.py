"""Every published index against the oracle, on awkward small surveys and on the sample deliveries."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingest.load import load_deliveries
from tests.agreement import agree, differences, differences_among, published
from tests.deliveries import forms, manifest, spoilt, write_delivery, write_settings
from tests.oracle import VIEWS, RefusedError, Survey, surveys_of
from tests.oracle_catalogue import Catalogue
from tests.oracle_ranking import printed, province_ranking
from tests.own_survey import write_catalogue
from tests.surveys import Extract, waves
from warehouse import Snapshot, candidate, open_current
from warehouse.catalogue import read_catalogue
from warehouse.errors import DeliveryRefused


def load_and_compare(
    folder: Path, overlay: Path, commands: Sequence[Sequence[Path]]
) -> dict[str, Survey]:
    """Load command by command; product and oracle refuse alike, or publish alike."""
    warehouse = folder / "warehouse"
    surveys: dict[str, Survey] = {}
    loaded: list[Path] = []
    for command in commands:
        try:
            surveys = surveys_of([*loaded, *command], Catalogue(overlay))
        except RefusedError:
            with pytest.raises(DeliveryRefused):
                load_deliveries(list(command), warehouse, read_catalogue(overlay))
            continue
        loaded += command
        load_deliveries(list(command), warehouse, read_catalogue(overlay))
        snapshot = open_current(warehouse)
        agree(snapshot, surveys.values())
        for people in ({"sex": ["female"]}, {"sex": ["female", "male"], "age_group": ["over_60"]}):
            assert differences_among(snapshot, surveys.values(), **people) == []
        ranking = province_ranking(list(surveys.values()), Catalogue(overlay))
        assert sorted(differences(published(snapshot, "province_ranking"), ranking))[:10] == []
    return surveys_of(loaded, Catalogue(overlay))


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    # Shrinking a dozen forms takes minutes; the first disagreement says enough.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    extracts=waves(), split=st.sampled_from([0, 0, 1]), share=st.sampled_from([1, 1, 1, 1, 0.25])
)
def test_awkward_surveys(extracts: list[Extract], split: int, share: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        overlay = write_settings(
            folder / "catalogue", refuse_above_bad_share=share, suppress_below_forms=0
        )
        folders = [x.write(folder / f"delivery-{n}") for n, x in enumerate(extracts)]
        commands = [command for command in (folders[:split], folders[split:]) if command]
        surveys = load_and_compare(folder, overlay, commands)
        for survey in surveys.values():
            event("some valid" if survey.valid else "none valid")
            event("some quarantined" if survey.quarantined else "none quarantined")


class TestEdges:
    """Cases that must never be missed, whatever Hypothesis happens to draw."""

    def compare(self, folder: Path, *deliveries: Any, **told: Any) -> Survey:
        overlay = write_settings(
            folder / "catalogue", refuse_above_bad_share=1, suppress_below_forms=0
        )
        folders = [
            write_delivery(folder / f"d{number}", rows, manifest(**told))
            for number, rows in enumerate(deliveries)
        ]
        (survey,) = load_and_compare(folder, overlay, [folders]).values()
        return survey

    def test_one_form_with_one_answer(self, tmp_path: Path) -> None:
        form = {"form_id": "F", "province": "01", "channel": "health_facility", "2.2.c.5.2": 1}
        survey = self.compare(tmp_path, [form])
        overall = survey.satisfaction_index()[
            "vss-2025", 2025, "vn-34", "nation", "vn", "all", "overall", "overall"
        ]
        assert (overall["index_pct"], overall["n_criteria"]) == (20, 1)

    def test_forms_without_any_answer(self, tmp_path: Path) -> None:
        silence: dict[str, Any] = {"2.1.a.1": None, "2.2.a.1.1": None}
        survey = self.compare(tmp_path, [*forms(2, **silence), *forms(1, first=9, province="31")])
        assert survey.n_forms["vn-34", "province", "01", "all"] == 2
        assert not [key for key in survey.satisfaction_index() if key[4] == "01"]

    def test_a_survey_of_support_channels_alone(self, tmp_path: Path) -> None:
        rows = [
            {"form_id": f"S{n}", "channel": "support_email", "2.2.d.1.1": n, "2.1.a.1": 6 - n}
            for n in range(1, 6)
        ]
        survey = self.compare(tmp_path, rows)
        assert {key[3] for key in survey.satisfaction_index()} == {"nation"}
        assert {key[5] for key in survey.satisfaction_index()} == {"all", "2.2.d", "support_email"}

    def test_offices_of_the_same_name_meet_in_the_merged_province(self, tmp_path: Path) -> None:
        rows = [
            {"form_id": f"{code}{n}", "province": code, "office": office, "channel": "one_stop", "2.1.a.1": n}
            for code, office in (("02", "Cơ sở 1"), ("08", "Cơ sở 1"), ("08", "Cơ sở 2"))
            for n in range(1, 5)
        ]  # fmt: skip
        rows = [row | {"form_id": f"{row['form_id']}-{row['office']}"} for row in rows]
        survey = self.compare(tmp_path, rows, survey="vss-2024", year=2024)
        assert survey.n_forms["vn-34", "office", "08/Cơ sở 1", "all"] == 4 + 4
        assert survey.n_forms["vn-63", "office", "08/Cơ sở 1", "all"] == 4

    def test_a_mean_of_criteria_that_no_float_holds(self, tmp_path: Path) -> None:
        rows = [
            {"form_id": f"F{n}", "province": "01", "channel": "one_stop"}
            | {item: 1 + (n * step) % 5 for step, item in enumerate(("2.1.a.1", "2.1.b.2", "2.2.a.3.3"), 2)}
            for n in range(7)
        ]  # fmt: skip
        self.compare(tmp_path, rows)

    def test_corrections_across_provinces_and_channels(self, tmp_path: Path) -> None:
        moved = forms(3, province="31", channel="payment_agent", **{"2.1.a.1": 1})
        self.compare(tmp_path, forms(9), moved, spoilt(forms(1), {"2.1.a.1": 0}))

    def test_two_deliveries_whose_files_are_named_alike(self, tmp_path: Path) -> None:
        bad: dict[str, Any] = {"form_id": None, "province": "Xứ Lạ"}
        survey = self.compare(tmp_path, spoilt(forms(3), bad), spoilt(forms(3, first=9), bad))
        reasons = {key[-1]: row["n_forms"] for key, row in survey.quarantine_reason().items()}
        assert reasons == {"unknown_province": 2, "no_form_id": 2}

    def test_every_bad_form_there_is(self, tmp_path: Path) -> None:
        bad: list[dict[str, Any]] = [
            {"2.1.a.1": 0}, {"2.1.a.1": 6}, {"province": "Xứ Lạ"}, {"province": None},
            {"channel": "carrier_pigeon"}, {"channel": None}, {"2.2.b.1.1": 3},
            {"form_id": None}, {"form_id": "  "}, {"form_id": "F00001", "2.1.a.1": 2},
            {"form_id": None, "province": "?", "channel": "?", "2.1.a.1": 77, "2.2.c.1.1": 2},
            {"channel": None, "province": None}, {"channel": "support_zalo", "province": None},
        ]  # fmt: skip
        rows = spoilt(forms(5), *bad)
        rows.append(dict(rows[1]))
        survey = self.compare(tmp_path, rows)
        assert len(survey.valid) == 4
        assert {key[-1] for key in survey.quarantine_reason()} == {
            "score_out_of_scale", "unknown_province", "missing_province", "unknown_channel",
            "missing_channel", "not_asked", "no_form_id", "conflicting_form", "duplicate_form",
        }  # fmt: skip


class TestOwnSurvey:
    """An instrument and a geography that the program has never seen, without a line of code."""

    def test_every_row(self, tmp_path: Path) -> None:
        overlay = write_catalogue(tmp_path / "catalogue")
        write_settings(overlay, suppress_below_forms=0)
        old = manifest("patients-2023", 2023, instrument="patients", geography="old-isles")
        new = manifest("patients-2025", 2025, instrument="patients", geography="isles")
        counter = [
            {
                "form_id": f"C{n}", "channel": "counter", "office": "A" if n % 3 else None,
                "Q1a": 1 + n % 5, "Q1b": 1 + n % 4 if n % 2 else None, "R": 5 if n > 7 else None,
                "N": 2 - n % 2, "M": [[], [1], [1, 3], None][n % 4],
            }
            for n in range(20)
        ]  # fmt: skip
        hotline = [
            {"form_id": f"H{n}", "channel": "hotline", "Q2": 1 + n % 4, "W": 4, "R": 2}
            for n in range(3)
        ]
        names = ["Đảo Ngọc", "Sand", "03"]
        before = [form | {"province": names[n % 3]} for n, form in enumerate(counter)]
        after = [form | {"province": ["01", "Pearl Sand"][n % 2]} for n, form in enumerate(counter)]
        folders = [
            write_delivery(tmp_path / "old", [*before, *hotline], old),
            write_delivery(tmp_path / "new", [*after, *hotline], new),
            write_delivery(tmp_path / "vss", forms(12), manifest()),
        ]
        surveys = load_and_compare(tmp_path, overlay, [folders[:1], folders[1:]])
        figures = surveys["patients-2023"].satisfaction_index()
        grain = ("patients-2023", 2023, "isles")
        levels = {key[-2:] for key in figures}
        assert ("chapter", "Q") in levels
        assert ("section", "Q1") in levels
        assert ("family", "comfort") in levels
        whole = figures[(*grain, "nation", "vn", "all", "overall", "overall")]
        assert (whole["n_criteria"], whole["n_criteria_defined"]) == (4, 4)
        place = figures[(*grain, "province", "02", "all", "overall", "overall")]
        assert (place["n_criteria"], place["n_criteria_defined"]) == (3, 3)


# --- the sample deliveries ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def snapshot(sample_warehouse: Path) -> Snapshot:
    """All three, loaded."""
    return open_current(sample_warehouse)


@pytest.fixture(scope="module")
def oracle(sample_deliveries: list[Path]) -> Callable[[str], Survey]:
    """A sample survey by name, read once."""
    folders = {folder.name: folder for folder in sample_deliveries}
    return cache(lambda name: surveys_of([folders[name]], Catalogue())[name])


SAMPLES = ["vss-2024", "vss-2025", "vss-2026"]


class TestSample:
    @pytest.mark.parametrize("view", list(VIEWS))
    @pytest.mark.parametrize("name", SAMPLES)
    def test_every_row_of_every_level(
        self, oracle: Callable[[str], Survey], snapshot: Snapshot, name: str, view: str
    ) -> None:
        expected = oracle(name).view(view)
        assert len(expected) > 0
        found = published(snapshot, view, survey=name)
        assert sorted(differences(found, expected))[:20] == []

    def test_the_ranking_of_the_provinces(
        self, oracle: Callable[[str], Survey], snapshot: Snapshot
    ) -> None:
        expected = province_ranking([oracle(name) for name in SAMPLES], Catalogue())
        assert len(expected) == 63 + 34 + 34 + 34
        assert sorted(differences(published(snapshot, "province_ranking"), expected))[:20] == []

    def test_the_indices_of_some_people(
        self, oracle: Callable[[str], Survey], snapshot: Snapshot
    ) -> None:
        """A filter recomputes by the same formulas; who did not say it is not among them."""
        women = oracle("vss-2026").only(sex=["female"])
        assert 0 < len(women.valid) < len(oracle("vss-2026").valid)
        assert differences_among(snapshot, [oracle("vss-2026")], sex=["female"]) == []

    @pytest.mark.parametrize("name", SAMPLES)
    def test_it_has_what_the_views_promise(
        self, oracle: Callable[[str], Survey], name: str
    ) -> None:
        """The comparison above is worth what it compared: every level, place and channel is there."""
        survey = oracle(name)
        figures = survey.view("satisfaction_index")
        before = survey.manifest.year < 2025
        assert {key[2] for key in figures} == ({"vn-63", "vn-34"} if before else {"vn-34"})
        assert {key[3] for key in figures} >= {"nation", "region", "province"}
        provinces = {key[4] for key in figures if key[2:4] == ("vn-34", "province")}
        assert len(provinces) == 34
        if before:
            assert len({key[4] for key in figures if key[2:4] == ("vn-63", "province")}) == 63
        assert {key[6] for key in figures} == {
            "criterion", "factor", "family", "service_group", "content", "overall",
        }  # fmt: skip
        channels = {key[5] for key in figures}
        assert ("health_facility" in channels) == (survey.manifest.year != 2026)
        assert {"all", "local", "one_stop", "2.2.a", "public_portal", "2.2.d"} <= channels
        assert survey.manifest.synthetic


def overall(survey: Survey, geography: str, geo_level: str) -> dict[str, Fraction]:
    """The overall index of each place of a level."""
    grain = (survey.manifest.survey, survey.manifest.year, geography, geo_level)
    return {
        key[4]: row["index_pct"]
        for key, row in survey.view("satisfaction_index").items()
        if key[:4] == grain and key[5:] == ("all", "overall", "overall")
    }


class TestPublishedFigures:
    """What the sample must reproduce at two decimals, counted by the oracle from the Parquet files."""

    @pytest.mark.parametrize(("name", "index"), [("vss-2024", "87.47"), ("vss-2025", "89.50")])
    def test_the_national_index(
        self, oracle: Callable[[str], Survey], name: str, index: str
    ) -> None:
        for geography, _ in oracle(name).geographies():
            nation = overall(oracle(name), geography.name, "nation")["vn"]
            assert printed(nation) == Decimal(index)
            assert abs(nation - Fraction(index)) <= Fraction("0.002")

    def test_the_change_shown(self, oracle: Callable[[str], Survey]) -> None:
        before, after = (overall(oracle(n), "vn-34", "nation")["vn"] for n in SAMPLES[:2])
        assert printed(after - before) == printed(after) - printed(before) == Decimal("2.03")

    def test_the_provinces_of_2025(self, oracle: Callable[[str], Survey]) -> None:
        index = overall(oracle("vss-2025"), "vn-34", "province")
        shown = {code: printed(value) for code, value in index.items()}
        assert len(shown) == 34
        assert min(shown.values()) == Decimal("84.05")
        assert max(shown.values()) == Decimal("96.76")
        assert sum(value > 85 for value in index.values()) == 33
        assert sum(value > 85 for value in shown.values()) == 33
        best = sorted(shown, key=lambda code: index[code], reverse=True)[:6]
        assert best[:5] == ["42", "22", "11", "31", "38"]
        assert len({shown[code] for code in best}) == 6

    def test_the_funnel_of_2025(self, oracle: Callable[[str], Survey]) -> None:
        rows = oracle("vss-2025").view("response_funnel").values()
        total = {
            name: sum(row[name] or 0 for row in rows)
            for name in ("issued", "returned", "valid", "quarantined")
        }
        assert total == {
            "issued": 91_296,
            "returned": 84_508,
            "valid": 84_448,
            "quarantined": 60,
        }


def test_the_number_of_threads_changes_no_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small survey is built by one thread, a large one by all: the same forms give the same figures."""
    answers = [
        form
        for n in range(60)
        for form in forms(
            50, first=1 + 50 * n, province=("01", "48", "79")[n % 3],
            **{"2.1.a.1": 1 + n % 5, "2.1.a.2": 1 + n % 4, "2.1.b.1": 1 + n % 3},
        )
    ]  # fmt: skip
    delivery = write_delivery(tmp_path / "d", answers, manifest())
    figures = []
    for few in (0, 5_000):
        monkeypatch.setattr(candidate, "_FEW_FORMS", few)
        warehouse = tmp_path / f"few-{few}"
        load_deliveries([delivery], warehouse, read_catalogue())
        read = open_current(warehouse).read("satisfaction_index")
        figures.append(read.sort("geography", "geo_level", "geo_code", "channel", "item"))
    assert figures[0].filter(pl.col("se_pct") > 0).height
    assert_frame_equal(figures[0], figures[1], check_exact=True)
