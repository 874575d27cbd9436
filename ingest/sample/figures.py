"""What the synthetic surveys are calibrated to: the published figures, and invented ones that fill them out.

Published are the 2025 funnel, the national indices of 2024 and 2025 (the former as 89,50 less 2,03 points), the
lowest and highest province of 2025, and the best five. Everything else here is invented: which province is
lowest, the other provinces, the counts of 2024 and 2026, the shares of the channels, the faults in the forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# Overall index of each province over its local channels, 0-100. Most rise from 2024 to 2025, a few fall.
PROVINCES_2024: Mapping[str, float] = {
    "01": 84.69, "02": 89.81, "04": 92.61, "06": 89.49, "08": 88.51, "10": 88.27, "11": 94.12, "12": 91.25,
    "14": 89.95, "15": 88.68, "17": 88.63, "19": 89.94, "20": 88.91, "22": 94.61, "24": 89.39, "25": 88.72,
    "26": 86.75, "27": 87.36, "30": 91.77, "31": 92.15, "33": 89.85, "34": 89.54, "35": 90.53, "36": 89.48,
    "37": 90.34, "38": 92.38, "40": 88.61, "42": 94.87, "44": 89.24, "45": 89.82, "46": 90.56, "48": 87.01,
    "49": 87.37, "51": 87.13, "52": 87.51, "54": 86.08, "56": 87.01, "58": 86.55, "60": 85.90, "62": 88.33,
    "64": 86.21, "66": 86.08, "67": 86.75, "68": 85.03, "70": 84.42, "72": 87.23, "74": 82.24, "75": 84.09,
    "77": 83.95, "79": 81.31, "80": 86.50, "82": 87.91, "83": 85.73, "84": 87.80, "86": 87.65, "87": 88.82,
    "89": 88.03, "91": 87.76, "92": 86.77, "93": 85.49, "94": 87.21, "95": 84.64, "96": 84.78,
}  # fmt: skip
PROVINCES_2025: Mapping[str, float] = {
    "01": 86.92, "04": 92.18, "08": 91.35, "11": 95.12, "12": 92.87, "14": 91.02, "15": 90.46, "19": 91.77,
    "20": 92.41, "22": 95.84, "24": 90.93, "25": 90.27, "31": 94.57, "33": 91.58, "37": 92.06, "38": 94.03,
    "40": 91.21, "42": 96.76, "44": 90.74, "46": 93.12, "48": 89.68, "51": 89.23, "52": 88.94, "56": 89.41,
    "66": 87.86, "68": 88.37, "75": 86.38, "79": 84.05, "80": 88.05, "82": 89.97, "86": 89.05, "91": 87.53,
    "92": 88.66, "96": 87.19,
}  # fmt: skip

# Share of all forms; the support channels are surveyed for the whole country.
ALL_CHANNELS: Mapping[str, float] = {
    "one_stop": 0.400,
    "development_agent": 0.135,
    "payment_agent": 0.105,
    "public_portal": 0.155,
    "health_facility": 0.140,
    "support_hotline": 0.026,
    "support_fanpage": 0.009,
    "support_zalo": 0.016,
    "support_email": 0.004,
    "support_website": 0.010,
}
CHANNELS_OF_2026: Mapping[str, float] = {
    "one_stop": 0.640,
    "public_portal": 0.270,
    "support_hotline": 0.036,
    "support_fanpage": 0.012,
    "support_zalo": 0.023,
    "support_email": 0.006,
    "support_website": 0.013,
}


@dataclass(frozen=True)
class SurveyPlan:
    """A survey to be made.

    Attributes:
        until: last day of which forms have come in.
        n_valid: forms that the load accepts.
        n_issued: forms handed out; None where that follows from a day plan.
        channels: share of each channel in the forms.
        faults: forms to be quarantined by reason; reasons joined by `+` meet in one form.
        nation_pct: overall index of the nation; None where it follows from the survey before.
        province_pct: overall index of each province; None where it follows from the survey before.
    """

    survey: str
    year: int
    geography: str
    fieldwork: tuple[date, date]
    until: date
    transactions: tuple[date, date]
    n_valid: int
    n_issued: int | None
    channels: Mapping[str, float]
    faults: Mapping[str, int]
    nation_pct: float | None = None
    province_pct: Mapping[str, float] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the fieldwork is still going on."""
        return self.until < self.fieldwork[1]


PLANS = (
    SurveyPlan(
        survey="vss-2024",
        year=2024,
        geography="vn-63",
        fieldwork=(date(2024, 9, 16), date(2024, 11, 8)),
        until=date(2024, 11, 8),
        transactions=(date(2024, 3, 1), date(2024, 8, 31)),
        n_valid=81_937,
        n_issued=89_640,
        channels=ALL_CHANNELS,
        faults={
            "score_out_of_scale": 19,
            "unknown_channel": 11,
            "unknown_province": 9,
            "missing_province": 7,
            "not_asked": 6,
            "duplicate_form": 8,
            "conflicting_form": 4,
        },
        nation_pct=87.47,
        province_pct=PROVINCES_2024,
    ),
    SurveyPlan(
        survey="vss-2025",
        year=2025,
        geography="vn-34",
        fieldwork=(date(2025, 9, 10), date(2025, 10, 31)),
        until=date(2025, 10, 31),
        transactions=(date(2025, 3, 1), date(2025, 8, 31)),
        n_valid=84_448,
        n_issued=91_296,
        channels=ALL_CHANNELS,
        faults={
            "score_out_of_scale": 17,
            "not_asked": 9,
            "unknown_province": 7,
            "unknown_province+score_out_of_scale": 1,
            "missing_province": 4,
            "unknown_channel": 5,
            "missing_channel": 3,
            "no_form_id": 3,
            "duplicate_form": 5,
            "conflicting_form": 6,
        },
        nation_pct=89.50,
        province_pct=PROVINCES_2025,
    ),
    SurveyPlan(
        survey="vss-2026",
        year=2026,
        geography="vn-34",
        fieldwork=(date(2026, 8, 3), date(2026, 10, 30)),
        until=date(2026, 9, 16),
        transactions=(date(2026, 1, 1), date(2026, 6, 30)),
        n_valid=33_386,
        n_issued=None,
        channels=CHANNELS_OF_2026,
        faults={
            "score_out_of_scale": 6,
            "not_asked": 3,
            "missing_province": 2,
            "unknown_channel": 2,
            "duplicate_form": 4,
            "conflicting_form": 2,
        },
    ),
)
