"""Numbers and dates as a Vietnamese or an English reader writes them.

Rounding is half up on decimals, the way the official results are rounded: 89.495 becomes 89.50. Binary
rounding of the same number would give 89.49, and Babel's own rounding is half to even.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, format_datetime
from babel.numbers import get_decimal_symbol, get_group_symbol

Language = Literal["vi", "en"]

ABSENT = "–"
MINUS = "\N{MINUS SIGN}"

_DATE_PATTERN: dict[Language, str] = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_TIME_PATTERN: dict[Language, str] = {"vi": "dd/MM/yyyy HH:mm", "en": "d MMM yyyy HH:mm"}
# Sums of doubles stray by about 1e-13; nine decimals bring a tie back to being one.
_NOISE = Decimal(1).scaleb(-9)


def half_up(value: float | Decimal, digits: int) -> Decimal:
    """`value` rounded half up (away from zero) to `digits` decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if exact.as_tuple().exponent not in ("n", "N", "F"):
        exact = exact.quantize(_NOISE, rounding=ROUND_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@lru_cache
def _separators(language: Language) -> dict[int, str]:
    """What stands for Python's own separators of thousands and decimals."""
    return str.maketrans({",": get_group_symbol(language), ".": get_decimal_symbol(language)})


# A page writes some thousands of figures, and the grid of cells three times as many.
@lru_cache(maxsize=65536)
def _written(value: float | int, digits: int, plus: str, language: Language) -> str:
    if math.isnan(value):
        return ABSENT
    rounded = half_up(value, digits)
    sign = MINUS if rounded < 0 else plus if rounded > 0 else ""
    return sign + f"{abs(rounded):,}".translate(_separators(language))


@dataclass(frozen=True)
class Format:
    """Figures in one language. An absent figure (None) is a dash, never a zero."""

    language: Language

    def index(self, value: float | None) -> str:
        """An index, a milestone or a share on the scale 0-100: `89,50`."""
        return self._signed(value, digits=2, plus="")

    def exact(self, value: float | None) -> str:
        """A figure on the way to a printed one, to six decimals: `6.265,003542`."""
        return self._signed(value, digits=6, plus="")

    def printed(self, value: float | None, decimals: int, signed: bool = False) -> str:
        """A figure to as many decimals as its document prints: `81,4`; `signed`, a difference of two: `+0,1`."""
        return self._signed(value, digits=decimals, plus="+" if signed else "")

    def change(self, value: float | None) -> str:
        """A difference in points with its sign: `+2,03`. Nothing is added to what rounds to zero."""
        return self._signed(value, digits=2, plus="+")

    def interval(self, low: float | None, high: float | None) -> str:
        """From where to where an index may lie: `89,42–89,58`."""
        return ABSENT if low is None or high is None else f"{self.index(low)}–{self.index(high)}"

    def rank(self, rank: int, low: int | None, high: int | None) -> str:
        """A rank with the ranks that are possible: `5 (3–11)`, `34 (34)` where no other is."""
        if low is None or high is None:
            return self.count(rank)
        possible = self.count(low) if low == high else f"{self.count(low)}–{self.count(high)}"
        return f"{self.count(rank)} ({possible})"

    def with_error(self, change: float | None, error: float | None) -> str:
        """A difference in points with its standard error: `+2,03 (0,06)`."""
        return self.change(change) + ("" if error is None else f" ({self.index(error)})")

    def probability(self, value: float | None) -> str:
        """A p-value to three decimals: `p = 0,012`; below the last of them `p < 0,001`."""
        if value is None:
            return ABSENT
        least = 0.001
        if value < least:
            return f"p < {self._signed(least, digits=3, plus='')}"
        return f"p = {self._signed(value, digits=3, plus='')}"

    def distance(self, value: float | None) -> str:
        """A difference in points where the words around it say which way: `0,50`."""
        return ABSENT if value is None else self.index(abs(value))

    def share(self, value: float | None) -> str:
        """A share of people in percent: `92,41 %`, in English `92.41%`."""
        if value is None:
            return ABSENT
        return self.index(value) + (" %" if self.language == "vi" else "%")

    def count(self, value: int | None) -> str:
        """A number of forms, answers or places: `84.448`."""
        return self._signed(value, digits=0, plus="")

    def milestone(self, value: float | None) -> str:
        """A target as it is spoken of: `90`, or `87,5` if it is not whole."""
        if value is None:
            return ABSENT
        return self._signed(value, digits=0 if value == int(value) else 1, plus="")

    def pace(self, value: float | None) -> str:
        """A number of forms a day: `949,6`."""
        return self._signed(value, digits=1, plus="")

    def date(self, value: date | None) -> str:
        """A day: `05/09/2025`, in English `5 Sep 2025`."""
        if value is None:
            return ABSENT
        return format_date(value, format=_DATE_PATTERN[self.language], locale=self.language)

    def time(self, value: datetime | None) -> str:
        """A moment to the minute, in the time zone it carries: `05/09/2025 14:30`."""
        if value is None:
            return ABSENT
        return format_datetime(value, format=_TIME_PATTERN[self.language], locale=self.language)

    @property
    def day_ticks(self) -> str:
        """A day on an axis, as Plotly writes it: `05/09`, in English `5 Sep`."""
        return "%d/%m" if self.language == "vi" else "%-d %b"

    @property
    def separators(self) -> str:
        """Decimal and thousands separator as Plotly wants them."""
        return ",." if self.language == "vi" else ".,"

    def _signed(self, value: float | int | None, digits: int, plus: str) -> str:
        return ABSENT if value is None else _written(value, digits, plus, self.language)


Formatter = Callable[[float | None], str] | Callable[[int | None], str]
"""How one column of a table is written."""
