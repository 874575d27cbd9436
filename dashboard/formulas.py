"""The formulas as they are typeset, in general and with the numbers of a figure in them (LaTeX, no Streamlit)."""

from collections.abc import Mapping
from typing import Any

from dashboard.format import Format

_HALF = 3
"""Terms of a sum on one line: more would not fit a phone."""

CRITERION = r"I = \frac{1\,n_1 + 2\,n_2 + 3\,n_3 + 4\,n_4 + 5\,n_5}{5\,(n_1 + n_2 + n_3 + n_4 + n_5)} \times 100"
INTERVAL = r"I = \frac{1\,n_1 + 2\,n_2 + 3\,n_3 + 4\,n_4}{4\,(n_1 + n_2 + n_3 + n_4)} \times 100"
NOMINAL = r"I = \frac{a}{b} \times 100"
MEAN = r"\bar I = \frac{I_1 + I_2 + \dots + I_k}{k}"
LINEARISED = r"z_i = \sum_{c} \frac{100}{k_c\,C\,N_c}\left(y_{ic} - a_{ic}\,\frac{Y_c}{N_c}\right)"
VARIANCE = r"s^2 = \sum_{h} \frac{n_h}{n_h - 1} \sum_{i \in h} \left(z_i - \bar z_h\right)^2"
EFFECTIVE = r"m = \frac{(I - L)(100 - I)}{s^2}, \qquad p = \frac{I - L}{100 - L}"
SCORE = (
    r"L + (100 - L)\,\frac{p + \frac{z^2}{2m} \pm z \sqrt{\frac{p(1 - p)}{m} + \frac{z^2}{4m^2}}}"
    r"{1 + \frac{z^2}{m}}"
)
DESIGN_EFFECT = r"d = \frac{s^2}{s_0^2}"
# The space at the end: the stroke of a root reaches a little beyond what it stands over.
APART = r"|I_a - I_b| > \frac{q}{\sqrt 2} \sqrt{s_a^2 + s_b^2}\;"
CHANGE = r"I_t - I_{t-1} = R + M + S"
BY_POINTS = {5: CRITERION, 4: INTERVAL}


def number(written: str) -> str:
    """A number as the page writes it, in LaTeX: its comma is no punctuation."""
    return written.replace(",", "{,}").replace("\N{MINUS SIGN}", "-")


def filled_scale(form: Format, row: Mapping[str, Any], points: int) -> str:
    """The formula of an interval scale with the counts of a figure, as far as the two numbers it divides.

    Args:
        row: n1 to n5, n_answers, and sum_points and most_points where the figure's view has them.
        points: highest point of the scale.
    """
    terms = [
        rf"{point} \cdot {number(form.count(row[f'n{point}']))}" for point in range(1, points + 1)
    ]
    lines = [" + ".join(terms[:_HALF]), " + ".join(terms[_HALF:])]
    upper = rf"\begin{{gathered}} {lines[0]} \\ {{}} + {lines[1]} \end{{gathered}}"
    return (
        rf"I = \frac{{{upper}}}{{{points} \cdot {number(form.count(row['n_answers']))}}} \times 100"
    )


def result(form: Format, row: Mapping[str, Any]) -> str:
    """The two numbers that a figure divides, the quotient to six decimals, and the printed digits."""
    if row.get("most_points") is not None:
        over = _over(form.count(row["sum_points"]), form.count(row["most_points"]))
        divided = rf"{over} \times 100 ="
    elif row.get("sum_pct") is not None:
        divided = _over(form.exact(row["sum_pct"]), form.count(row["n_criteria"])) + " ="
    else:
        divided = ""
    exact, shown = number(form.exact(row["index_pct"])), number(form.index(row["index_pct"]))
    return rf"I = {divided} {exact} \approx \mathbf{{{shown}}}"


def _over(upper: str, lower: str) -> str:
    return rf"\frac{{{number(upper)}}}{{{number(lower)}}}"
