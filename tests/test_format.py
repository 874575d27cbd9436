"""Numbers, dates and texts: half up on decimals, written as each language writes them."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.format import ABSENT, Format, half_up
from dashboard.texts import LANGUAGES, TextError, read_catalogue, texts_in
from tests.checkout import ROOT, texts

VI, EN = Format("vi"), Format("en")
HUNDREDTHS = st.integers(-20_000, 20_000)


# --- rounding -----------------------------------------------------------------------------------


@given(HUNDREDTHS, st.integers(-4_999, 4_999))
def test_rounds_to_the_nearest(hundredths: int, rest: int) -> None:
    """Whatever is less than half a hundredth away is dropped."""
    value = Decimal(hundredths) / 100 + Decimal(rest) / 1_000_000
    assert half_up(float(value), 2) == Decimal(hundredths) / 100


@given(HUNDREDTHS)
def test_a_tie_goes_up(hundredths: int) -> None:
    """Away from zero, whatever binary makes of the number: 89.495 is 89.50."""
    tie = Decimal(hundredths) / 100
    tie += Decimal("0.005") if hundredths >= 0 else Decimal("-0.005")
    away = Decimal("0.005") if hundredths >= 0 else Decimal("-0.005")
    assert half_up(float(tie), 2) == tie + away


@given(HUNDREDTHS, st.integers(-9, 9))
def test_noise_of_sums_does_not_break_a_tie(hundredths: int, noise: int) -> None:
    tie = Decimal(abs(hundredths)) / 100 + Decimal("0.005")
    assert half_up(float(tie) + noise * 1e-13, 2) == tie + Decimal("0.005")


# --- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (89.5, "89,50", "89.50"),
        (89.495, "89,50", "89.50"),
        (89.4949, "89,49", "89.49"),
        (2.675, "2,68", "2.68"),
        (0.125, "0,13", "0.13"),
        (100.0, "100,00", "100.00"),
        (-0.004, "0,00", "0.00"),
        (None, ABSENT, ABSENT),
        (float("nan"), ABSENT, ABSENT),
    ],
)
def test_an_index(value: float | None, vietnamese: str, english: str) -> None:
    assert (VI.index(value), EN.index(value)) == (vietnamese, english)


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (2.03, "+2,03", "+2.03"),
        (-0.386, "\u22120,39", "\u22120.39"),
        (0.004, "0,00", "0.00"),
        (None, ABSENT, ABSENT),
    ],
)
def test_a_change_has_a_sign(value: float | None, vietnamese: str, english: str) -> None:
    assert (VI.change(value), EN.change(value)) == (vietnamese, english)


def test_counts_shares_and_milestones() -> None:
    assert (VI.count(84448), EN.count(84448)) == ("84.448", "84,448")
    assert (VI.count(1777469), EN.count(0)) == ("1.777.469", "0")
    assert (VI.share(92.405), EN.share(92.405)) == ("92,41 %", "92.41%")
    assert (VI.milestone(90.0), VI.milestone(87.5), EN.milestone(87.5)) == ("90", "87,5", "87.5")
    assert (VI.distance(-4.5), EN.distance(0.5)) == ("4,50", "0.50")


def test_days_and_moments() -> None:
    day = date(2025, 9, 5)
    assert (VI.date(day), EN.date(day)) == ("05/09/2025", "5 Sep 2025")
    moment = datetime(2025, 9, 5, 7, 4, tzinfo=UTC)
    assert (VI.time(moment), EN.time(moment)) == ("05/09/2025 07:04", "5 Sep 2025 07:04")
    assert (VI.date(None), EN.time(None)) == (ABSENT, ABSENT)


# --- texts --------------------------------------------------------------------------------------

KEY = re.compile(r"[a-z]+\.[a-z_]+")


def spoken() -> set[str]:
    """Every constant of the dashboard's code that has the form of a text's key."""
    return {
        node.value
        for path, text in texts().items()
        if path.parts[0] == "dashboard" and path.suffix == ".py"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if KEY.fullmatch(node.value)
    }


def test_every_text_is_spoken_and_nothing_else() -> None:
    catalogue = set(read_catalogue())
    sections = {key.partition(".")[0] for key in catalogue}
    asked = {key for key in spoken() if key.partition(".")[0] in sections}
    asked -= {path.name for path in (ROOT / "dashboard").rglob("*")}
    assert asked == catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, by in read_catalogue().items() if not str(by[language]).strip()] == []  # type: ignore[index]


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(TextError, match="overview"):
        texts_in("vi")("overview.nothing")


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(TextError, match="needs a value"):
        texts_in("en")("filter.year")


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("a.b: {vi: một}", "exactly the languages"),
        ("a.b: một", "exactly the languages"),
        ("a.b: {vi: 'năm {year}', en: year}", "different values"),
    ],
)
def test_a_lame_catalogue_is_refused(tmp_path: Path, written: str, complaint: str) -> None:
    (tmp_path / "page.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(TextError, match=complaint):
        read_catalogue(tmp_path)


def test_a_text_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("a.b: {vi: một, en: one}", encoding="utf-8")
    with pytest.raises(TextError, match="another file"):
        read_catalogue(tmp_path)


def test_ranks_intervals_and_probabilities() -> None:
    assert Format("vi").interval(89.418, 89.581) == "89,42–89,58"
    assert Format("vi").interval(None, None) == "–"
    assert Format("vi").rank(5, 3, 11) == "5 (3–11)"
    assert Format("vi").rank(34, 34, 34) == "34 (34)"
    assert Format("en").rank(2, None, None) == "2"
    assert Format("en").with_error(2.03, 0.061) == "+2.03 (0.06)"
    assert Format("en").with_error(2.03, None) == "+2.03"
    assert Format("vi").probability(0.0123) == "p = 0,012"
    assert Format("en").probability(1e-9) == "p < 0.001"
    assert Format("en").probability(None) == "–"
