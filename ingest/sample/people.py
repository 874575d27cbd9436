"""Who fills in the forms: where, when, how, and what they say about themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from ingest.sample.figures import SurveyPlan
from ingest.sample.forms import NONE, Flags, Floats, Generator, Ints, allocate, draw
from ingest.sample.places import Places
from warehouse.catalogue import Instrument

# Shares of the values in this order. The 2020 report gives the totals (sex, age, education, occupation, income);
# how they differ by channel is invented.
MODE = ("paper", "online", "face_to_face", "phone")
RESPONDENT_TYPE = ("individual", "organisation")
POLICY_FIELD = ("bhxh", "bhtn", "bhyt")
SEX = ("male", "female")
AGE_GROUP = ("18-30", "31-55", "over_55")
EDUCATION = ("lower_secondary", "upper_secondary", "college_or_higher")
OCCUPATION = ("self_employed", "enterprise", "public_sector", "retired", "other")
INCOME_BAND = ("under_12m", "12m_17m", "17m_and_over")
VENUE = ("province_office", "local_office", "public_centre")

Shares = Mapping[str, Sequence[float]]
_MODE_BY_CHANNEL: Shares = {
    "one_stop": (0.34, 0.18, 0.44, 0.04),
    "development_agent": (0.38, 0.08, 0.44, 0.10),
    "payment_agent": (0.36, 0.04, 0.42, 0.18),
    "public_portal": (0.00, 0.86, 0.00, 0.14),
    "health_facility": (0.30, 0.12, 0.58, 0.00),
    "": (0.00, 0.72, 0.00, 0.28),
}
_TYPE_BY_CHANNEL: Shares = {
    "one_stop": (0.86, 0.14),
    "public_portal": (0.66, 0.34),
    "health_facility": (1.0, 0.0),
    "payment_agent": (1.0, 0.0),
    "": (0.94, 0.06),
}
_FIELD_BY_CHANNEL: Shares = {
    "one_stop": (0.55, 0.17, 0.28),
    "development_agent": (0.44, 0.00, 0.56),
    "payment_agent": (0.92, 0.08, 0.00),
    "public_portal": (0.60, 0.20, 0.20),
    "health_facility": (0.00, 0.00, 1.00),
    "": (0.45, 0.17, 0.38),
}
_AGE_BY_CHANNEL: Shares = {
    "one_stop": (0.30, 0.61, 0.09),
    "development_agent": (0.18, 0.55, 0.27),
    "payment_agent": (0.02, 0.14, 0.84),
    "public_portal": (0.42, 0.54, 0.04),
    "health_facility": (0.24, 0.48, 0.28),
    "": (0.38, 0.54, 0.08),
}
_EDUCATION_BY_AGE: Shares = {
    "18-30": (0.12, 0.27, 0.61),
    "31-55": (0.27, 0.24, 0.49),
    "over_55": (0.46, 0.26, 0.28),
}
_OCCUPATION_BY_AGE: Shares = {
    "18-30": (0.36, 0.47, 0.07, 0.00, 0.10),
    "31-55": (0.43, 0.42, 0.08, 0.01, 0.06),
    "over_55": (0.27, 0.04, 0.02, 0.61, 0.06),
}
_INCOME_BY_EDUCATION: Shares = {
    "lower_secondary": (0.71, 0.18, 0.11),
    "upper_secondary": (0.55, 0.22, 0.23),
    "college_or_higher": (0.31, 0.20, 0.49),
}
_FEMALE = 0.65
_SILENT = 0.015  # leave a question about themselves empty
_SUPPORT_WITHOUT_PROVINCE = 0.45
_SIZE_EXPONENT = 0.6  # small places are over-sampled, else they would say nothing

PROFILE = (
    "respondent_type",
    "policy_field",
    "sex",
    "age_group",
    "education",
    "occupation",
    "income_band",
)
WORDS: Mapping[str, Sequence[str]] = {
    "mode": MODE,
    "respondent_type": RESPONDENT_TYPE,
    "policy_field": POLICY_FIELD,
    "sex": SEX,
    "age_group": AGE_GROUP,
    "education": EDUCATION,
    "occupation": OCCUPATION,
    "income_band": INCOME_BAND,
    "venue": VENUE,
}


def draw_sample(
    rng: Generator, plan: SurveyPlan, places: Places, instrument: Instrument
) -> dict[str, Ints]:
    """Return where each form belongs: columns `channel` and `province`, local forms first, sorted by province.

    There are as many forms as the plan has valid ones and ones to be broken, repeats apart: those are copies.
    """
    total = plan.n_valid + sum(plan.faults.values()) - plan.faults.get("duplicate_form", 0)
    shares = np.array([plan.channels.get(channel.channel, 0.0) for channel in instrument.channels])
    per_channel = allocate(total, shares)
    local = np.flatnonzero([channel.is_local for channel in instrument.channels])
    size = places.inhabitants**_SIZE_EXPONENT * (places.pace if plan.is_running else 1.0)
    mix = rng.lognormal(0.0, 0.12, (len(size), len(local))) * shares[local]
    counts = allocate(int(per_channel[local].sum()), size[:, None] * mix)
    channel = np.repeat(np.tile(local, len(size)), counts.ravel())
    province = np.repeat(np.arange(len(size)), counts.sum(axis=1))
    support = np.repeat(
        np.arange(len(shares)), np.where(np.isin(np.arange(len(shares)), local), 0, per_channel)
    )
    home = draw(rng, np.broadcast_to(places.inhabitants, (len(support), len(size))))
    home[rng.random(len(support)) < _SUPPORT_WITHOUT_PROVINCE] = NONE
    return {
        "channel": np.concatenate([channel, support]),
        "province": np.concatenate([province, home]),
    }


def draw_offices(
    rng: Generator, sample: Mapping[str, Ints], places: Places, one_stop: int
) -> dict[str, Ints]:
    """Return `office` (position in its province) and `venue`; both empty but for one-stop forms."""
    at = np.flatnonzero(sample["channel"] == one_stop)
    office = np.full(len(sample["channel"]), NONE, dtype=np.int64)
    office[at] = draw(rng, places.office_share[sample["province"][at]])
    venue = np.select([office == 0, office == 1, office > 1], [0, 2, 1], NONE).astype(np.int64)
    return {"office": office, "venue": venue}


def draw_people(
    rng: Generator, sample: Mapping[str, Ints], instrument: Instrument
) -> dict[str, Ints]:
    """Return `mode` and the columns of PROFILE for the forms of `sample`."""
    channels = [channel.channel for channel in instrument.channels]
    channel = sample["channel"]
    people = {
        "mode": _drawn(rng, _MODE_BY_CHANNEL, channels, channel),
        "respondent_type": _drawn(rng, _TYPE_BY_CHANNEL, channels, channel),
        "policy_field": _drawn(rng, _FIELD_BY_CHANNEL, channels, channel),
        "sex": (rng.random(len(channel)) < _FEMALE).astype(np.int64),
        "age_group": _drawn(rng, _AGE_BY_CHANNEL, channels, channel),
    }
    people["education"] = _drawn(rng, _EDUCATION_BY_AGE, AGE_GROUP, people["age_group"])
    people["occupation"] = _drawn(rng, _OCCUPATION_BY_AGE, AGE_GROUP, people["age_group"])
    people["occupation"][people["respondent_type"] == 1] = OCCUPATION.index("enterprise")
    people["income_band"] = _drawn(rng, _INCOME_BY_EDUCATION, EDUCATION, people["education"])
    for name in PROFILE[2:]:
        people[name][rng.random(len(channel)) < _SILENT] = NONE
    return people


def draw_days(rng: Generator, plan: SurveyPlan, online: Flags) -> Ints:
    """Return the day of each form since the fieldwork began: weekdays, and for `online` forms any day."""
    start = plan.fieldwork[0]
    days = [start + timedelta(days=n) for n in range((plan.until - start).days + 1)]
    weekday = np.array([day.weekday() < 5 for day in days])
    ramp = np.minimum(1.0, 0.35 + 0.13 * np.arange(len(days)))  # slow to begin with
    shares = np.stack([ramp * weekday, ramp * np.where(weekday, 1.0, 0.45)])
    return draw(rng, shares[online.astype(np.int64)])


def _drawn(rng: Generator, shares: Shares, names: Sequence[str], given: Ints) -> Ints:
    """Draw by the shares of what is given; names without shares of their own take those of ``""``."""
    table: Floats = np.array([shares[name if name in shares else ""] for name in names])
    return draw(rng, table[given])
