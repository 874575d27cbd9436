"""The catalogue of texts: every sentence the dashboard says, in both languages, in `language/*.yaml`.

A text is `key: {vi: …, en: …}`; `{name}` is filled in by the code, and both languages speak of the same names.
Labels of surveys, places, channels and items are data and come from the warehouse, not from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import yaml

from dashboard.format import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
_FOLDER = Path(__file__).with_name("language")


class TextError(KeyError):
    """A text is missing, or one of its two languages, or a value it speaks of."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Texts:
    """The texts of one language: `texts("ranking.title", best="Hà Nội")`."""

    language: Language
    _by_key: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with `values` put in.

        Raises:
            TextError: no such key, or a `{name}` of the text was given no value.
        """
        try:
            text = self._by_key[key]
        except KeyError:
            raise TextError(
                f"No file of {_FOLDER.name}/ has the text {key!r}: add it in both languages."
            ) from None
        try:
            return text.format(**values)
        except KeyError as missing:
            raise TextError(f"The text {key!r} needs a value for {missing}.") from None


def read_catalogue(folder: Path = _FOLDER) -> dict[str, dict[Language, str]]:
    """All texts by key and language.

    Raises:
        TextError: a key stands twice or lacks a language, or its languages speak of different values.
    """
    catalogue: dict[str, dict[Language, str]] = {}
    for file in sorted(folder.glob("*.yaml")):
        for key, by_language in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            _check(f"{file.name}: the text {key!r}", by_language)
            if key in catalogue:
                raise TextError(f"{file.name}: the text {key!r} stands in another file too.")
            catalogue[key] = by_language
    return catalogue


def _check(text: str, by_language: object) -> None:
    if not isinstance(by_language, dict) or set(by_language) != set(LANGUAGES):
        raise TextError(f"{text} needs exactly the languages vi and en.")
    if len({placeholders(written) for written in by_language.values()}) > 1:
        raise TextError(f"{text} speaks of different values in its languages.")


def placeholders(text: str) -> frozenset[str]:
    """Names of the values that a text speaks of."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@cache
def texts_in(language: Language) -> Texts:
    """The texts in one language."""
    return Texts(language, {key: by[language] for key, by in read_catalogue().items()})


def verbatim(text: str) -> str:
    """What an address holds, as Markdown that shows it and makes nothing of it: no picture, and no link elsewhere."""
    return f"`{text.replace('`', chr(39))}`"
