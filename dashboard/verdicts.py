"""How a verdict against a target reads: a mark, a word and a colour that all say the same."""

from typing import Literal

from dashboard.texts import Texts
from dashboard.theme import Palette

Verdict = Literal["met", "undetermined", "not_met"]

MET: Verdict = "met"
MARKS: dict[str, str] = {"met": "●", "undetermined": "◇", "not_met": "■"}
SYMBOLS: dict[str, str] = {"met": "circle", "undetermined": "diamond-open", "not_met": "square"}
"""The marks as Plotly calls them."""
WORDS = {
    "met": "verdict.met",
    "undetermined": "verdict.undetermined",
    "not_met": "verdict.not_met",
}


def marked(texts: Texts, verdict: str | None) -> str | None:
    """Mark and word of a verdict: `● đạt`; None where there is none."""
    return None if verdict is None else f"{MARKS[verdict]} {texts(WORDS[verdict])}"


def colour(palette: Palette, verdict: str | None) -> str:
    """The colour of a verdict's mark; what has none is as quiet as what cannot be told."""
    return {"met": palette.met, "not_met": palette.missed}.get(verdict or "", palette.undetermined)


def text_colours(texts: Texts, palette: Palette) -> dict[str, str]:
    """The colour of each verdict in running text, by its mark and word; grey dark enough to read."""
    by_verdict = {"met": palette.met, "undetermined": palette.muted, "not_met": palette.missed}
    return {str(marked(texts, verdict)): shade for verdict, shade in by_verdict.items()}


def legend(texts: Texts) -> str:
    """What the three marks mean, on one line."""
    return " · ".join(str(marked(texts, verdict)) for verdict in MARKS)
