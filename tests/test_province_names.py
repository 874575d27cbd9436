"""Spellings of province names: the right code or a refusal with a reason, never another province."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle_catalogue import SHIPPED, Geography, table
from warehouse.catalogue import AmbiguousProvince, UnknownProvince, read_catalogue
from warehouse.catalogue.names import ProvinceNames
from warehouse.errors import HailongError

# Names under which the file of real spellings lists provinces that the official list writes otherwise.
OFFICIAL_NAMES = {
    "Thừa Thiên-Huế": "Thừa Thiên Huế",
    "Bà Rịa-Vũng Tàu": "Bà Rịa - Vũng Tàu",
    "TP. Hồ Chí Minh": "Hồ Chí Minh",
}
GEOGRAPHIES = ("vn-63", "vn-34")
LABELS = {
    name: {
        row["province_code"]: unicodedata.normalize("NFC", row["label_vi"])
        for row in table(SHIPPED / "geographies" / name / "provinces.csv")
    }
    for name in GEOGRAPHIES
}
ALIASES = {name: Geography(SHIPPED / "geographies" / name).codes for name in GEOGRAPHIES}
CASES = [
    (geography, code, label)
    for geography in GEOGRAPHIES
    for code, label in LABELS[geography].items()
]
PREFIXES = {
    "city": ("", "TP. ", "TP ", "TP.", "Tp. ", "Thành phố ", "THÀNH PHỐ ", "BHXH TP. "),
    "province": ("", "Tỉnh ", "tỉnh ", "TỈNH ", "T. ", "BHXH tỉnh ", "BHXH Tỉnh "),
}
# The tone of oa, oe, uy at the end of a word stands on the first vowel in the old style.
OLD_TONE = re.compile("([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])(?![a-z])", re.IGNORECASE)

catalogue = read_catalogue()


def resolve(geography: str, text: str) -> str:
    return catalogue.geographies[geography].resolve(text)


def new_tone_style(label: str) -> str:
    """The label with the tone on the second vowel (Hòa to Hoà)."""
    letters = unicodedata.normalize("NFD", label)
    return unicodedata.normalize("NFC", OLD_TONE.sub(r"\1\3\2", letters))


def without_marks(label: str) -> str:
    letters = unicodedata.normalize("NFD", label).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.mark.parametrize("geography", GEOGRAPHIES)
def test_there_are_as_many_provinces_as_the_law_says(geography: str) -> None:
    assert len(LABELS[geography]) == int(geography.removeprefix("vn-"))
    assert len(set(LABELS[geography].values())) == len(LABELS[geography])


@pytest.mark.parametrize(("geography", "code", "label"), CASES)
def test_every_usual_way_of_writing_a_name(geography: str, code: str, label: str) -> None:
    (kind,) = (
        row["kind"]
        for row in table(SHIPPED / "geographies" / geography / "provinces.csv")
        if row["province_code"] == code
    )
    names = {
        label,
        new_tone_style(label),
        without_marks(label),
        without_marks(label).replace(" ", ""),
    }
    for name, prefix in itertools.product(names, PREFIXES[kind]):
        for written in (prefix + name, (prefix + name).upper(), prefix + name.lower()):
            for form in ("NFC", "NFD", "NFKC", "NFKD"):
                text = unicodedata.normalize(form, written)
                for spelling in (text, f"  {text}\u00a0", text.replace(" ", "\u00a0")):
                    assert resolve(geography, spelling) == code, repr(spelling)


@pytest.mark.parametrize(("geography", "code", "label"), CASES)
def test_a_code_is_a_code(geography: str, code: str, label: str) -> None:
    assert resolve(geography, code) == resolve(geography, f" {code} ") == code


def test_codes_of_a_country_of_ones_own_may_be_longer_or_have_letters() -> None:
    names = ProvinceNames([("Đảo Đá", "101"), ("Đảo Cát", "B2")], ["101", "B2", "007"], "isles")
    for text, code in {
        "101": "101",
        "101.0": "101",
        " B2 ": "B2",
        "7": "007",
        "Đảo Cát": "B2",
    }.items():
        assert names.resolve(text) == code, text
    for text in ("1", "01", "0101", "B", "b 3"):
        with pytest.raises(UnknownProvince):
            names.resolve(text)


@pytest.mark.parametrize("geography", GEOGRAPHIES)
def test_a_code_of_the_other_list_is_unknown(geography: str) -> None:
    (other,) = set(GEOGRAPHIES) - {geography}
    for code in set(LABELS[other]) - set(LABELS[geography]):
        with pytest.raises(UnknownProvince):
            resolve(geography, code)


def test_a_merged_province_is_unknown_among_the_34() -> None:
    gone = set(LABELS["vn-63"].values()) - set(LABELS["vn-34"].values()) - {"Thừa Thiên Huế"}
    assert len(gone) == 63 - 34
    for name in gone:
        with pytest.raises(UnknownProvince) as refusal:
            resolve("vn-34", name)
        assert name in str(refusal.value)


def test_the_same_name_has_the_code_of_its_own_list() -> None:
    assert (resolve("vn-63", "Tây Ninh"), resolve("vn-34", "Tây Ninh")) == ("72", "80")
    assert (resolve("vn-63", "An Giang"), resolve("vn-34", "An Giang")) == ("89", "91")
    assert (resolve("vn-63", "Quảng Trị"), resolve("vn-34", "Quảng Trị")) == ("45", "44")


@pytest.mark.parametrize("geography", GEOGRAPHIES)
@pytest.mark.parametrize(
    "text",
    [
        "Hà Tây", "Hà Bắc", "Ha Tay", "Sông Bé", "Minh Hải", "Nghệ Tĩnh", "Bình Trị Thiên",
        "Xứ Lạ", "Hà", "Quảng", "Bình", "Tỉnh", "TP.", "Thành phố", "BHXH tỉnh", "-", "?", "00", "99",
        "100", "1.5", "-1", "Hà Nội, Hải Phòng", "Hà Nội / Hải Phòng", "Hanoi Hilton", "Việt Nam", "vn",
        "Miền Bắc", "Nam", "Giang", "Tra Vinh Long", "\ufffd", "\ufffd\ufffd\ufffd\ufffd", "\ufffd NINH",
        "<U+1EAE>", "B\ufffdNH",
    ],
)  # fmt: skip
def test_what_is_no_province_is_refused_with_a_reason(geography: str, text: str) -> None:
    with pytest.raises((UnknownProvince, AmbiguousProvince)) as refusal:
        resolve(geography, text)
    assert isinstance(refusal.value, HailongError)
    assert geography in str(refusal.value)
    assert str(refusal.value).count("\n") == 0


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\t"])
def test_nothing_is_no_province(text: str) -> None:
    with pytest.raises(UnknownProvince):
        resolve("vn-34", text)


@pytest.mark.parametrize(
    ("geography", "text"),
    [
        ("vn-63", "\ufffd Giang"),  # Hà Giang, An Giang, ...
        ("vn-63", "H\ufffdi D\ufffdng"),
        ("vn-63", "B\ufffdc Nin\ufffd"),
        ("vn-63", "Qu\ufffdng N\ufffdm"),
        ("vn-63", "H\ufffd \ufffdam"),
    ],
)
def test_a_damaged_name_is_never_taken_for_another(geography: str, text: str) -> None:
    """A lost letter may be any: what is left must fit one name only, letter for letter."""
    fitting = {
        code
        for code, label in LABELS[geography].items()
        if fits(text.replace(" ", ""), without_marks(label).replace(" ", "").lower())
    }
    try:
        assert {resolve(geography, text)} == fitting
    except (UnknownProvince, AmbiguousProvince):
        assert len(fitting) != 1


def fits(damaged: str, name: str) -> bool:
    """Whether a name may have been written so, each lost sign having been a letter, a mark or none."""
    damaged = without_marks(damaged).lower()
    if not damaged:
        return not name
    if damaged[0] == "\ufffd":
        return fits(damaged[1:], name) or (bool(name) and fits(damaged[1:], name[1:]))
    return bool(name) and damaged[0] == name[0] and fits(damaged[1:], name[1:])


@given(case=st.sampled_from(CASES), data=st.data())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_marks_case_and_blanks_do_not_matter(
    case: tuple[str, str, str], data: st.DataObject
) -> None:
    """Any letter may have lost its mark or its capital, any blank may be another or a dash."""
    geography, code, label = case
    written = ""
    for letter in unicodedata.normalize("NFD", label):
        if unicodedata.combining(letter):
            written += data.draw(st.sampled_from([letter, letter, letter, ""]))
        elif letter.isspace():
            written += data.draw(
                st.sampled_from([" ", "\u00a0", "  ", "-", " - ", "\u2013", "\u2011"])
            )
        else:
            written += data.draw(st.sampled_from([letter, letter.upper(), letter.lower()]))
    assert resolve(geography, data.draw(st.sampled_from([written, f" {written}\n"]))) == code


@given(case=st.sampled_from(CASES), data=st.data())
@settings(max_examples=600, deadline=None, derandomize=True)
def test_a_slip_of_the_pen_never_makes_another_province(
    case: tuple[str, str, str], data: st.DataObject
) -> None:
    """A letter lost, added or changed: refused, or the text does end in the name it resolves to."""
    geography, _, label = case
    place = data.draw(st.integers(0, len(label)))
    slip = data.draw(st.sampled_from(["", *"aăbcdđehiklmnoprtuvxy .-"]))
    written = label[:place] + slip + label[place + data.draw(st.integers(0, 2)) :]
    try:
        code = resolve(geography, written)
    except (UnknownProvince, AmbiguousProvince):
        return
    spelt = "".join(filter(str.isalpha, without_marks(written).lower()))
    named = "".join(filter(str.isalpha, without_marks(LABELS[geography][code]).lower()))
    assert spelt.endswith(named) or code in ALIASES[geography].get(spelt, ())


@pytest.mark.external_data
def test_no_real_spelling_resolves_to_another_province(realdata: Path) -> None:
    codes = {label: code for code, label in LABELS["vn-63"].items()}
    spellings = realdata / "vietnam_province_names" / "variants.csv"
    with spellings.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 773
    wrong, refused = [], []
    for row in rows:
        expected = codes[OFFICIAL_NAMES.get(row["canonical_vi"], row["canonical_vi"])]
        try:
            found = resolve("vn-63", row["raw_name"])
        except (UnknownProvince, AmbiguousProvince) as refusal:
            refused.append((row["raw_name"], str(refusal)))
        else:
            if found != expected:
                wrong.append((row["raw_name"], found, row["canonical_vi"]))
    assert wrong == []
    # A name with all its letters is always understood; "H NAM" has lost one without a trace.
    whole = {name for name, _ in refused if "\ufffd" not in name and "<U+" not in name}
    assert whole <= {"H NAM"}
    assert len(refused) <= len(rows) // 20, refused
    assert all("vn-63" in reason for _, reason in refused)
