"""Small awkward surveys, made by Hypothesis and written as deliveries."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from tests.deliveries import Form, manifest, write_delivery

LOCAL = ["one_stop", "development_agent", "payment_agent", "public_portal", "health_facility"]
SUPPORT = ["support_hotline", "support_zalo", "support_website"]
GROUP = dict(zip(LOCAL, ["2.2.a", "2.2.a", "2.2.a", "2.2.b", "2.2.c"], strict=True))
# Merged ones, codes that mean another unit in the other list, and some that never changed.
PROVINCES = {
    "vn-63": {"02": "Hà Giang", "08": "Tuyên Quang", "24": "Bắc Giang", "27": "Bắc Ninh",
              "72": "Tây Ninh", "80": "Long An", "26": "Vĩnh Phúc", "01": "Hà Nội"},
    "vn-34": {"08": "Tuyên Quang", "24": "Bắc Ninh", "80": "Tây Ninh", "25": "Phú Thọ",
              "01": "Hà Nội", "46": "Huế"},
}  # fmt: skip
ITEMS = {
    "2.1.a.1": 5, "2.1.a.2": 5, "2.1.b.1": 5, "2.1.c.3": 5,
    "2.2.a.1.1": 5, "2.2.a.1.2": 5, "2.2.a.4.3": 5, "2.2.a.5.1": 5,
    "2.2.b.1.1": 5, "2.2.b.3.3": 5, "2.2.b.4.1": 5, "2.2.b.5.2": 5,
    "2.2.c.2.1": 5, "2.2.c.5.2": 5,
    "2.2.d.1.1": 5, "2.2.d.2.3": 5, "2.2.d.4.2": 5,
    "1.1": 4, "1.2": 8, "1.4": 3, "1.5": 4, "1.6": 2, "1.8": 4, "3.1": 4, "3.10": 4,
}  # fmt: skip
MISSING = (0, 9, 99)
# One office in four writings, forms of one id in two, and what is no id and no day.
OFFICE = ["Cơ sở 1", unicodedata.normalize("NFD", "Cơ sở 1"), "Cơ sở 1\u00a0", "\nCơ sở 1\t"]
NO_ID = [None, "\t", "F01\t", "\u00a0F02"]
NO_DAYS = ["infinity", "epoch", "15/09/25", "1999-12-31", "hôm qua"]


@dataclass(frozen=True)
class Extract:
    """What one delivery folder is to hold."""

    told: dict[str, Any]
    files: dict[str, list[Form]]
    types: dict[str, pa.DataType]
    issued: list[Form]

    def write(self, folder: Path) -> Path:
        return write_delivery(folder, self.files, self.told, types=self.types, issued=self.issued)


def spellings(code: str, name: str) -> list[str]:
    """Ways to write a province that no contract may misread."""
    return [
        code,
        name,
        name.upper(),
        unicodedata.normalize("NFD", name),
        f"Tỉnh {name}" if name != "Hà Nội" else "TP. Hà Nội",
        f" {name}\u00a0",
    ]


def asked(channel: str, item: str) -> bool:
    """Whether a form of the channel may answer; a channel that is unknown is asked anything."""
    if not item.startswith("2.2."):
        return True
    return item.startswith(GROUP.get(channel, "2.2.d"))


@st.composite
def answers(draw: st.DrawFn, item: str, kind: pa.DataType, has_missing_codes: bool) -> Any:
    """One cell: mostly a score, often none, now and then one that is bad."""
    top = ITEMS[item]
    nothing: list[Any] = [None, None]
    if has_missing_codes:
        nothing += MISSING
    if pa.types.is_list(kind):
        options = st.sampled_from([*range(1, top + 1)] * 4 + [0, 9, 99, top + 1])
        return draw(st.one_of(st.none(), st.lists(options, max_size=3), st.just([1, top])))
    good = [*range(1, top + 1)]
    score = draw(st.sampled_from([*good * 6, *nothing, 0, top + 1]))
    if pa.types.is_string(kind):
        ways: dict[int | None, list[str | None]] = {None: ["", " ", None], 4: ["4", "4.0", " 4 "]}
        return draw(st.sampled_from(ways.get(score, [str(score)]) * 8 + ["x"]))
    if pa.types.is_floating(kind):
        if score is None:
            return draw(st.sampled_from([None, float("nan")]))
        return draw(st.sampled_from([float(score)] * 15 + [4.5]))
    return score


@st.composite
def one_form(
    draw: st.DrawFn,
    geography: str,
    kinds: dict[str, pa.DataType],
    has_missing_codes: bool,
    channels: list[str],
) -> Form:
    """A form: usually in order, sometimes wrong in any way the contract names."""
    channel = draw(st.sampled_from(channels * 8 + ["carrier_pigeon", None]))
    code, name = draw(st.sampled_from(list(PROVINCES[geography].items())))
    province = draw(st.sampled_from(spellings(code, name) * 4 + ["Xứ Lạ", None]))
    if channel in SUPPORT:
        province = draw(st.sampled_from([None, None, province]))
    form: Form = {
        "form_id": draw(st.sampled_from([f"F{number:02}" for number in range(40)] + NO_ID)),
        "province": province,
        "channel": channel,
        "office": draw(st.sampled_from([None, "\t", "Cơ sở 2", *OFFICE])),
        "collected_on": draw(st.sampled_from(["2025-09-15", None, "15/09/2025"] * 6 + NO_DAYS)),
        "sex": draw(st.sampled_from([None, "female", "male"])),
        "age_group": draw(st.sampled_from([None, "under_30", "over_60"])),
    }
    stray = draw(st.integers(0, 19)) == 0
    for item, kind in kinds.items():
        if asked(str(channel), item) or stray:
            form[item] = draw(answers(item, kind, has_missing_codes))
        else:
            form[item] = None
    return form


@st.composite
def issued_counts(draw: st.DrawFn, geography: str) -> list[Form]:
    """Issued counts of some cells, some by day."""
    rows = []
    for code in draw(
        st.lists(st.sampled_from(list(PROVINCES[geography])), max_size=2, unique=True)
    ):
        channel = draw(st.sampled_from(LOCAL))
        n = draw(st.integers(0, 50))
        rows.append(
            {"province": code, "channel": channel, "planned": n + 3, "reserve": 3, "issued": n}
        )
    if draw(st.booleans()):
        zalo = {"channel": "support_zalo", "planned": 6, "reserve": 1, "issued": 5}
        rows.append({"province": None} | zalo)
    return rows


@st.composite
def extracts(draw: st.DrawFn, survey: str, year: int, geography: str) -> Extract:
    """One delivery: a few columns, one or two files of other types, a handful of forms."""
    items = draw(st.lists(st.sampled_from(list(ITEMS)), min_size=2, max_size=9, unique=True))
    has_missing_codes = draw(st.booleans())
    numeric = [pa.int8(), pa.int64(), pa.float64(), pa.string()]
    kinds = {
        item: pa.list_(pa.int8()) if item == "1.2" else draw(st.sampled_from(numeric))
        for item in items
    }
    channels = draw(st.sampled_from([LOCAL, [*LOCAL, *SUPPORT], LOCAL[:1], ["health_facility"]]))
    form = one_form(geography, kinds, has_missing_codes, channels)
    rows = draw(st.lists(form, min_size=1, max_size=30))
    for index in draw(st.lists(st.integers(0, len(rows) - 1), max_size=2)):
        rows.append(dict(rows[index]))
    half = len(rows) // 2
    files = {"a.parquet": rows}
    if half and draw(st.booleans()):
        files = {"b.parquet": rows[:half], "a.parquet": rows[half:]}
    told = manifest(survey, year, geography=geography, synthetic=draw(st.booleans()))
    if has_missing_codes:
        told["missing_codes"] = list(MISSING)
    text = dict.fromkeys(
        ["form_id", "province", "channel", "office", "collected_on", "sex", "age_group"],
        pa.string(),
    )
    return Extract(told, files, text | kinds, draw(issued_counts(geography)))


@st.composite
def waves(draw: st.DrawFn) -> list[Extract]:
    """Deliveries of up to three surveys, two of them under the old provinces."""
    kinds = [
        ("vss-2023", 2023, "vn-63"),
        ("vss-2024", 2024, "vn-63"),
        ("vss-2025", 2025, "vn-34"),
    ]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=4))
    synthetic = {survey: draw(st.booleans()) for survey, _, _ in kinds}
    waves = [draw(extracts(*kind)) for kind in chosen]
    for wave in waves:
        wave.told["synthetic"] = synthetic[wave.told["survey"]]
    return waves
