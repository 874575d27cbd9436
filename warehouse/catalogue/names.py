"""Province spellings: from what people write to the two-digit code of a geography."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from warehouse.errors import HailongError

# "BHXH tỉnh Hà Nam", "TP. Huế", "Thành phố Cần Thơ", "T. Sơn La": what stands before a name and is not part of it.
_PREFIX = re.compile(
    r"^(?:bhxh|bao hiem xa hoi)?\s*(?:thanh\s?pho|tinh|t\s?p(?=[\s.])|tp|t(?=[\s.]))?[\s.]*(?=\S)"
)
_DAMAGE = re.compile(r"<u\+([0-9a-f]{4,6})>")


class UnknownProvince(HailongError):
    """A text that is no spelling of a province of the declared geography."""


class AmbiguousProvince(HailongError):
    """A text that fits more than one province of the declared geography."""


def fold(text: str) -> str:
    """Return `text` in lower case without marks, with each run of blanks as one space.

    đ becomes d, and so does the eth that stands in its place in old files: no decomposition reaches them.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d").replace("ð", "d")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(plain.split())


def name_key(text: str) -> str:
    """Return what two spellings of one province have in common: letters and digits, without prefix."""
    written = _DAMAGE.sub(lambda code: chr(int(code.group(1), 16)), text.casefold())
    folded = fold(written)
    return re.sub(r"[^a-z0-9\ufffd]", "", _PREFIX.sub("", folded))


class ProvinceNames:
    """The spellings of one geography's provinces.

    Args:
        spellings: pairs of a spelling and the province code that it stands for.
        codes: the codes of the geography.
        geography: its name, for messages.
    """

    def __init__(
        self, spellings: Iterable[tuple[str, str]], codes: Iterable[str], geography: str
    ) -> None:
        self.geography = geography
        self._codes = frozenset(codes)
        self._by_key: dict[str, set[str]] = {}
        for spelling, code in spellings:
            for key in {name_key(spelling), re.sub(r"[^a-z0-9]", "", fold(spelling))}:
                self._by_key.setdefault(key, set()).add(code)

    def resolve(self, text: str) -> str:
        """Return the province code that `text` stands for, a code or any known spelling.

        Raises:
            UnknownProvince: nothing of this geography is written so.
            AmbiguousProvince: it fits several provinces.
        """
        found = self._candidates(text)
        if len(found) > 1:
            raise AmbiguousProvince(
                f"province {text!r} fits {', '.join(sorted(found))} of {self.geography}; write the two-digit code"
            )
        if not found:
            raise UnknownProvince(f"province {text!r} is no code or name of {self.geography}")
        return next(iter(found))

    def _candidates(self, text: str) -> set[str]:
        written = text.strip()
        if number := re.fullmatch(r"(\d+)(?:\.0+)?", written):
            digits = number[1]
            return {code for code in self._codes if code == digits.zfill(len(code))}
        if written in self._codes:
            return {written}
        key = name_key(written)
        if key in self._by_key:
            return self._by_key[key]
        if "\ufffd" in key:  # a letter lost in a wrong conversion may be any one letter, or a mark
            pattern = re.compile(key.replace("\ufffd", "[a-z]?"))
            return {
                code
                for known, codes in self._by_key.items()
                if pattern.fullmatch(known)
                for code in codes
            }
        return set()
