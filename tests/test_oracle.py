"""The oracle itself, against arithmetic written out by hand as Plan 1111 (part IV) prints it.

The product is not called here: what these tests prove is that the yardstick is straight.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.deliveries import Form, forms, manifest, spoilt, write_delivery, write_settings
from tests.oracle import Figures, RefusedError, Survey, surveys_of
from tests.oracle_catalogue import Catalogue

pytestmark = pytest.mark.filterwarnings("error")


def survey(
    folder: Path, *deliveries: list[Form], issued: list[Form] | None = None, **told: Any
) -> Survey:
    """A survey of one or more deliveries, none of them too bad to take."""
    catalogue = Catalogue(write_settings(folder / "catalogue", refuse_above_bad_share=1))
    folders = [
        write_delivery(folder / f"d{number}", rows, manifest(**told), issued=issued or ())
        for number, rows in enumerate(deliveries)
    ]
    (loaded,) = surveys_of(folders, catalogue).values()
    return loaded


def answered(item: str, *scores: Any, **columns: Any) -> list[Form]:
    """One form a score, which is the answer to `item`."""
    return [
        {"form_id": f"{item}-{number}", "province": "01", "channel": "one_stop", item: score}
        | columns
        for number, score in enumerate(scores)
    ]


def row(figures: Figures, *key: Any) -> dict[str, Any]:
    return figures["vss-2025", 2025, "vn-34", *key]


CHANNELS = (
    "one_stop",
    "development_agent",
    "payment_agent",
    "public_portal",
    "health_facility",
    "support_hotline",
    "support_fanpage",
    "support_zalo",
    "support_email",
    "support_website",
)
NATION = ("nation", "vn", "all")


class TestCriterion:
    """IV.2.2: (1c + 2d + 3e + 4g + 5h) / (5 (c + d + e + g + h)) x 100."""

    def test_as_the_plan_prints_it(self, tmp_path: Path) -> None:
        loaded = survey(tmp_path, answered("2.1.a.1", 1, 2, 2, 3, 3, 3, 4, 5, 5, 5))
        found = row(loaded.satisfaction_index(), *NATION, "criterion", "2.1.a.1")
        c, d, e, g, h = 1, 2, 3, 1, 3
        expected = Fraction(1 * c + 2 * d + 3 * e + 4 * g + 5 * h, 5 * (c + d + e + g + h)) * 100
        assert found["index_pct"] == expected == 66
        assert found["mean_score"] == Fraction(1 + 2 + 2 + 3 + 3 + 3 + 4 + 5 + 5 + 5, 10)
        assert found["satisfied_pct"] == Fraction(1 + 3, 10) * 100
        assert [found[f"n{score}"] for score in range(1, 6)] == [c, d, e, g, h]
        assert (found["n_forms"], found["n_answers"]) == (10, 10)
        assert (found["n_criteria"], found["n_criteria_defined"]) == (1, 1)

    @pytest.mark.parametrize(("score", "index"), [(1, 20), (2, 40), (3, 60), (4, 80), (5, 100)])
    def test_runs_from_20_to_100_and_satisfied_is_80(
        self, tmp_path: Path, score: int, index: int
    ) -> None:
        loaded = survey(tmp_path, answered("2.2.a.1.1", score, score, score))
        found = row(loaded.satisfaction_index(), *NATION, "criterion", "2.2.a.1.1")
        assert found["index_pct"] == index

    def test_no_answer_and_missing_codes_are_out_of_the_denominator(self, tmp_path: Path) -> None:
        rows = answered("2.1.a.1", 5, 4, None, float("nan"), 9.0, 0.0)
        loaded = survey(tmp_path, rows, missing_codes=[0, 9])
        found = row(loaded.satisfaction_index(), *NATION, "criterion", "2.1.a.1")
        assert found["index_pct"] == Fraction(5 + 4, 5 * 2) * 100
        assert (found["n_forms"], found["n_answers"]) == (6, 2)

    def test_a_criterion_nobody_answered_has_no_row(self, tmp_path: Path) -> None:
        rows = [form | {"2.1.a.2": None} for form in answered("2.1.a.1", 3, 4)]
        items = {key[-1] for key in survey(tmp_path, rows).satisfaction_index()}
        assert items == {"2.1.a.1", "2.1.a", "2.1", "overall"}


class TestAverages:
    """Factor, content and overall are the mean of the criterion indices below, nothing else."""

    def test_mean_of_criteria_not_of_factors_and_not_of_answers(self, tmp_path: Path) -> None:
        rows = [
            *answered("2.1.a.1", 5),
            *answered("2.1.b.1", 1, 1, 1, 1, 1, 1),
            *answered("2.1.b.2", 2),
            *answered("2.2.a.5.1", 4, 3),
        ]
        figures = survey(tmp_path, rows).satisfaction_index()
        a1, b1, b2 = Fraction(100), Fraction(20), Fraction(40)
        feedback = Fraction(4 + 3, 5 * 2) * 100
        assert row(figures, *NATION, "factor", "2.1.b")["index_pct"] == (b1 + b2) / 2
        assert row(figures, *NATION, "content", "2.1")["index_pct"] == (a1 + b1 + b2) / 3
        assert row(figures, *NATION, "service_group", "2.2.a")["index_pct"] == feedback
        assert row(figures, *NATION, "family", "feedback")["index_pct"] == feedback
        overall = row(figures, *NATION, "overall", "overall")
        assert overall["index_pct"] == (a1 + b1 + b2 + feedback) / 4
        assert overall["n_answers"] == 1 + 6 + 1 + 2
        assert (overall["n_criteria"], overall["n_criteria_defined"]) == (4, 70)
        assert overall["mean_score"] is overall["satisfied_pct"] is overall["n3"] is None

    def test_a_family_averages_the_factor_across_service_groups(self, tmp_path: Path) -> None:
        rows = [
            *answered("2.2.a.1.1", 5),
            *answered("2.2.b.1.2", 4, channel="public_portal"),
            *answered("2.2.c.1.3", 3, channel="health_facility"),
            *answered("2.2.d.1.1", 1, channel="support_email", province=None),
        ]
        figures = survey(tmp_path, rows).satisfaction_index()
        nation = row(figures, *NATION, "family", "access")
        assert nation["index_pct"] == Fraction(100 + 80 + 60 + 20, 4)
        assert (nation["n_criteria"], nation["n_criteria_defined"]) == (4, 3 + 3 + 3 + 3)
        local = row(figures, "nation", "vn", "local", "family", "access")
        assert local["index_pct"] == Fraction(100 + 80 + 60, 3)
        assert (local["n_criteria"], local["n_criteria_defined"]) == (3, 3 + 3 + 3)

    def test_places_pool_people_they_do_not_average_provinces(self, tmp_path: Path) -> None:
        rows = [
            *answered("2.1.a.1", 5, 5, 5, province="01"),
            *[form | {"form_id": "hp", "province": "31"} for form in answered("2.1.a.1", 1)],
        ]
        figures = survey(tmp_path, rows).satisfaction_index()
        pooled = Fraction(5 + 5 + 5 + 1, 5 * 4) * 100
        assert pooled != Fraction(100 + 20, 2)
        for place in (NATION, ("region", "DBSH", "all")):
            assert row(figures, *place, "overall", "overall")["index_pct"] == pooled
        assert row(figures, "province", "31", "local", "overall", "overall")["index_pct"] == 20


class TestOtherScales:
    """IV.2.1 and IV.2.3."""

    @pytest.mark.parametrize("item", ["1.1", "1.3", "1.7", "1.8"])
    def test_interval_assessments_have_four_points(self, tmp_path: Path, item: str) -> None:
        figures = survey(tmp_path, answered(item, 1, 2, 2, 4)).assessment_index()
        found = row(figures, *NATION, item, None)
        c, d, e, g = 1, 2, 0, 1
        assert found["index_pct"] == Fraction(c + 2 * d + 3 * e + 4 * g, 4 * (c + d + e + g)) * 100
        assert [found[f"n{score}"] for score in range(1, 5)] == [c, d, e, g]
        assert found["n_chosen"] is None

    @pytest.mark.parametrize("item", [f"3.{number}" for number in range(1, 13)])
    def test_expectations_run_from_25_to_100(self, tmp_path: Path, item: str) -> None:
        figures = survey(tmp_path, answered(item, 1, 1)).expectation_index()
        assert row(figures, *NATION, item, None)["index_pct"] == 25
        assert len(figures) == len(("nation", "region", "province")) * len(
            ("all", "local", "2.2.a", "one_stop")
        )

    def test_one_choice_shares_add_to_100(self, tmp_path: Path) -> None:
        figures = survey(tmp_path, answered("1.5", 1, 1, 3, None)).assessment_index()
        shares = [row(figures, *NATION, "1.5", option)["index_pct"] for option in (1, 2, 3, 4)]
        assert shares == [Fraction(2, 3) * 100, 0, Fraction(1, 3) * 100, 0]
        assert row(figures, *NATION, "1.5", 2)["n_chosen"] == 0
        assert row(figures, *NATION, "1.5", 2)["n_answers"] == 3

    def test_several_choices_count_people_not_ticks(self, tmp_path: Path) -> None:
        rows = answered("1.2", [1, 2], [2], [2, 8, 8], [], None)
        figures = survey(tmp_path, rows).assessment_index()
        people = 3
        shares = {option: row(figures, *NATION, "1.2", option) for option in range(1, 9)}
        assert shares[1]["index_pct"] == Fraction(1, people) * 100
        assert shares[2]["index_pct"] == Fraction(3, people) * 100
        assert shares[8]["index_pct"] == Fraction(1, people) * 100
        assert shares[3]["index_pct"] == 0
        assert {found["n_answers"] for found in shares.values()} == {people}


class TestSlices:
    def test_support_forms_count_in_national_slices_only(self, tmp_path: Path) -> None:
        rows = [
            *answered("2.1.a.1", 5),
            *answered("2.1.a.2", 1, channel="support_zalo", province="01", office="CS1"),
            *answered("2.2.d.1.1", 3, channel="support_hotline", province=None),
        ]
        figures = survey(tmp_path, rows).satisfaction_index()
        places = {key[3:6] for key in figures if key[-1] == "overall"}
        assert places == {
            ("nation", "vn", "all"),
            ("nation", "vn", "local"),
            ("nation", "vn", "one_stop"),
            ("nation", "vn", "2.2.a"),
            ("nation", "vn", "2.2.d"),
            ("nation", "vn", "support_zalo"),
            ("nation", "vn", "support_hotline"),
            *(("region", "DBSH", channel) for channel in ("all", "local", "one_stop", "2.2.a")),
            *(("province", "01", channel) for channel in ("all", "local", "one_stop", "2.2.a")),
        }
        whole = row(figures, *NATION, "content", "2.1")
        assert (whole["n_forms"], whole["index_pct"]) == (3, Fraction(100 + 20, 2))
        assert row(figures, "nation", "vn", "local", "content", "2.1")["index_pct"] == 100
        support = row(figures, "nation", "vn", "2.2.d", "overall", "overall")
        assert (support["n_forms"], support["index_pct"]) == (2, Fraction(20 + 60, 2))

    @pytest.mark.parametrize(
        ("channel", "place", "defined"),
        [
            ("all", "nation", 70),
            ("local", "nation", 58),
            ("2.2.a", "nation", 7 + 18),
            ("2.2.b", "nation", 7 + 19),
            ("2.2.c", "nation", 7 + 14),
            ("2.2.d", "nation", 7 + 12),
            ("one_stop", "nation", 25),
            ("development_agent", "nation", 25),
            ("payment_agent", "nation", 25),
            ("public_portal", "nation", 26),
            ("health_facility", "nation", 21),
            ("support_zalo", "nation", 19),
            ("all", "province", 58),
            ("local", "province", 58),
            ("one_stop", "province", 25),
            ("all", "region", 58),
            ("all", "office", 58),
        ],
    )
    def test_criteria_defined(self, tmp_path: Path, channel: str, place: str, defined: int) -> None:
        rows = [
            {"form_id": f"c{number}", "province": "01", "office": "CS1", "channel": c, "2.1.a.1": 4}
            for number, c in enumerate(CHANNELS)
        ]
        code = {"nation": "vn", "region": "DBSH", "province": "01", "office": "01/CS1"}[place]
        found = row(
            survey(tmp_path, rows).satisfaction_index(), place, code, channel, "overall", "overall"
        )
        assert (found["n_criteria"], found["n_criteria_defined"]) == (1, defined)

    def test_an_office_exists_where_a_form_names_one(self, tmp_path: Path) -> None:
        rows = [*answered("2.1.a.1", 5, 3, office="CS1"), *answered("2.1.a.2", 1)]
        figures = survey(tmp_path, rows).satisfaction_index()
        assert {key[4] for key in figures if key[3] == "office"} == {"01/CS1"}
        found = row(figures, "office", "01/CS1", "one_stop", "criterion", "2.1.a.1")
        assert (found["n_forms"], found["index_pct"]) == (2, Fraction(5 + 3, 5 * 2) * 100)


class TestCarriedGeography:
    def test_predecessors_are_pooled_under_their_successor(self, tmp_path: Path) -> None:
        rows = [
            *answered("2.1.a.1", 5, 5, 5, province="Hà Giang", office="X"),
            *[
                f | {"form_id": "tq", "province": "Tuyên Quang"}
                for f in answered("2.1.a.1", 1, office="X")
            ],
        ]
        loaded = survey(tmp_path, rows, survey="vss-2024", year=2024)
        figures = loaded.satisfaction_index()

        def index(geography: str, *place: str) -> Any:
            return figures["vss-2024", 2024, geography, *place, "all", "overall", "overall"][
                "index_pct"
            ]

        assert index("vn-63", "province", "02") == 100
        assert index("vn-63", "province", "08") == 20
        assert index("vn-63", "office", "02/X") == 100
        assert index("vn-34", "province", "08") == Fraction(5 * 3 + 1, 5 * 4) * 100 == 80
        assert index("vn-34", "office", "08/X") == 80
        assert index("vn-63", "nation", "vn") == index("vn-34", "nation", "vn") == 80
        assert {key[4] for key in figures if key[2:4] == ("vn-34", "province")} == {"08"}

    @pytest.mark.parametrize(
        ("old", "new", "region"),
        [
            ("24", "24", "DBSH"),  # Bắc Giang, now part of Bắc Ninh
            ("27", "24", "DBSH"),  # Bắc Ninh
            ("15", "15", "TDMNPB"),  # Yên Bái, now part of Lào Cai
            ("10", "15", "TDMNPB"),  # Lào Cai
            ("44", "44", "BTB"),  # Quảng Bình, now part of Quảng Trị
            ("52", "52", "DHNTBTN"),  # Bình Định, now part of Gia Lai
            ("72", "80", "DNB"),  # Tây Ninh
            ("80", "80", "DNB"),  # Long An, now part of Tây Ninh
            ("87", "82", "DBSCL"),  # Đồng Tháp
            ("91", "91", "DBSCL"),  # Kiên Giang, now part of An Giang
            ("17", "25", "TDMNPB"),  # Hòa Bình, now part of Phú Thọ
            ("26", "25", "TDMNPB"),  # Vĩnh Phúc, from another region
            ("62", "51", "DHNTBTN"),  # Kon Tum, now part of Quảng Ngãi
        ],
    )
    def test_the_same_code_may_be_another_province(
        self, tmp_path: Path, old: str, new: str, region: str
    ) -> None:
        rows = answered("2.1.a.1", 4, province=old)
        figures = survey(tmp_path, rows, survey="vss-2024", year=2024).satisfaction_index()
        carried = {key[3:5] for key in figures if key[2] == "vn-34"}
        assert carried == {("nation", "vn"), ("region", region), ("province", new)}

    def test_a_survey_of_the_34_has_no_rows_under_the_63(self, tmp_path: Path) -> None:
        figures = survey(tmp_path, answered("2.1.a.1", 4)).satisfaction_index()
        assert {key[2] for key in figures} == {"vn-34"}


class TestBadForms:
    def reasons(self, tmp_path: Path, **columns: Any) -> set[str]:
        bad = spoilt(forms(3), columns)
        loaded = survey(tmp_path, bad)
        assert len(loaded.valid) == 3
        return {key[-1] for key in loaded.quarantine_reason()}

    @pytest.mark.parametrize(
        ("columns", "reasons"),
        [
            ({"2.1.a.1": 0}, {"score_out_of_scale"}),
            ({"2.1.a.1": 6}, {"score_out_of_scale"}),
            ({"1.1": 5}, {"score_out_of_scale"}),
            ({"1.5": 5}, {"score_out_of_scale"}),
            ({"1.2": [1, 9]}, {"score_out_of_scale"}),
            ({"province": "Xứ Lạ"}, {"unknown_province"}),
            ({"province": None}, {"missing_province"}),
            ({"channel": "carrier_pigeon"}, {"unknown_channel"}),
            ({"2.2.b.1.1": 4}, {"not_asked"}),
            ({"2.2.b.1.1": 6}, {"not_asked", "score_out_of_scale"}),
            ({"form_id": None}, {"no_form_id"}),
            ({"form_id": None, "province": "Xứ Lạ", "1.1": 7},
             {"no_form_id", "unknown_province", "score_out_of_scale"}),
        ],
    )  # fmt: skip
    def test_every_reason_is_told(
        self, tmp_path: Path, columns: dict[str, Any], reasons: set[str]
    ) -> None:
        assert self.reasons(tmp_path, **columns) == reasons

    def test_identical_repeats_keep_one(self, tmp_path: Path) -> None:
        loaded = survey(tmp_path, [*forms(3), *forms(1), *forms(1)])
        grain = ("vss-2025", 2025, "vn-34", "01", "one_stop")
        assert loaded.quarantine_reason() == {(*grain, "duplicate_form"): {"n_forms": 2}}
        funnel = loaded.response_funnel()[grain]
        assert (funnel["returned"], funnel["valid"], funnel["quarantined"]) == (5, 3, 2)

    def test_conflicting_repeats_keep_none(self, tmp_path: Path) -> None:
        loaded = survey(tmp_path, [*forms(3), forms(1)[0] | {"2.1.a.1": 1}])
        assert sorted(loaded.valid) == ["F00002", "F00003"]
        assert [reasons for _, reasons in loaded.quarantined] == [{"conflicting_form"}] * 2

    def test_a_delivery_is_refused_above_the_share(self, tmp_path: Path) -> None:
        catalogue = Catalogue(write_settings(tmp_path / "catalogue", refuse_above_bad_share=0.05))
        good = forms(19)
        at_the_limit = write_delivery(tmp_path / "a", spoilt(good, {"2.1.a.1": 6}))
        above = write_delivery(tmp_path / "b", spoilt(good[1:], {"2.1.a.1": 6}))
        assert len(surveys_of([at_the_limit], catalogue)["vss-2025"].valid) == 19
        with pytest.raises(RefusedError):
            surveys_of([above], catalogue)


class TestCorrections:
    def test_the_later_valid_form_wins(self, tmp_path: Path) -> None:
        later = [forms(1)[0] | {"2.1.a.1": 1, "province": "31"}]
        loaded = survey(tmp_path, forms(2), later)
        figures = loaded.satisfaction_index()
        assert row(figures, "province", "31", "all", "criterion", "2.1.a.1")["index_pct"] == 20
        assert row(figures, "province", "01", "all", "criterion", "2.1.a.1")["n_forms"] == 1

    def test_a_bad_correction_leaves_the_old_one(self, tmp_path: Path) -> None:
        loaded = survey(tmp_path, forms(2), [forms(1)[0] | {"2.1.a.1": 7}])
        assert sorted(loaded.valid) == ["F00001", "F00002"]
        assert [r.form_id for r, _ in loaded.quarantined] == ["F00001"]
        funnel = loaded.response_funnel()["vss-2025", 2025, "vn-34", "01", "one_stop"]
        assert (funnel["returned"], funnel["valid"], funnel["quarantined"]) == (3, 2, 1)

    def test_a_valid_form_resolves_an_earlier_quarantined_one(self, tmp_path: Path) -> None:
        loaded = survey(
            tmp_path, spoilt(forms(2), {"2.1.a.1": 7}), spoilt(forms(1), {"2.1.a.1": 3})
        )
        assert sorted(loaded.valid) == ["B00001", "F00001", "F00002"]
        assert loaded.quarantined == []

    def test_a_later_bad_version_replaces_the_earlier(self, tmp_path: Path) -> None:
        loaded = survey(
            tmp_path, spoilt(forms(2), {"2.1.a.1": 7}), spoilt(forms(1), {"province": "Xứ Lạ"})
        )
        assert [reasons for _, reasons in loaded.quarantined] == [{"unknown_province"}]


class TestFunnelAndProfile:
    def test_missing_is_issued_less_returned_where_issued_is_known(self, tmp_path: Path) -> None:
        issued = [
            {"province": "01", "channel": "one_stop", "issued": 10, "planned": 12, "reserve": 2},
            {"province": "31", "channel": "public_portal", "issued": 7, "planned": 8, "reserve": 1},
        ]
        rows = [*forms(3), *forms(1, first=9, channel="payment_agent")]
        funnel = survey(tmp_path, rows, issued=issued).response_funnel()
        assert row(funnel, "01", "one_stop") == {
            "planned": 12, "reserve": 2, "issued": 10,
            "returned": 3, "valid": 3, "quarantined": 0, "missing": 10 - 3,
        }  # fmt: skip
        assert row(funnel, "31", "public_portal")["missing"] == 7
        assert row(funnel, "01", "payment_agent")["missing"] is None
        assert len(funnel) == 3

    def test_days_are_added_up(self, tmp_path: Path) -> None:
        issued = [
            {"province": "01", "channel": "one_stop", "issued": n, "date": day}
            for n, day in ((4, date(2025, 9, 10)), (5, date(2025, 9, 11)))
        ]
        funnel = survey(tmp_path, forms(3), issued=issued).response_funnel()
        assert row(funnel, "01", "one_stop")["issued"] == 4 + 5

    def test_forms_of_no_place_and_of_an_unknown_one(self, tmp_path: Path) -> None:
        rows = spoilt(
            forms(3),
            {"channel": "support_zalo", "province": None, "2.2.a.1.1": None},
            {"province": "Xứ Lạ"},
            {"province": None},
        )
        funnel = survey(tmp_path, rows).response_funnel()
        assert row(funnel, "none", "support_zalo")["valid"] == 1
        assert row(funnel, "none", "one_stop")["quarantined"] == 1
        assert row(funnel, "unknown", "one_stop")["quarantined"] == 1

    def test_shares_are_of_those_who_said_it(self, tmp_path: Path) -> None:
        rows = [
            *forms(1, sex="female"),
            *forms(2, first=2, sex="male"),
            *forms(4, first=4, sex=None),
        ]
        profile = survey(tmp_path, rows).respondent_profile()
        assert row(profile, "nation", "vn", "sex", "female") == {
            "n_forms": 1,
            "share_pct": Fraction(1, 3) * 100,
        }
        assert row(profile, "province", "01", "sex", "male")["n_forms"] == 2
