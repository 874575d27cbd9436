"""The catalogue of texts: every sentence the dashboard says, in both languages, in `texts.yaml`.

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
_FILE = Path(__file__).with_name("texts.yaml")


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
            raise TextError(f"texts.yaml has no text {key!r}: add it in both languages.") from None
        try:
            return text.format(**values)
        except KeyError as missing:
            raise TextError(f"The text {key!r} needs a value for {missing}.") from None


def read_catalogue(file: Path = _FILE) -> dict[str, dict[Language, str]]:
    """All texts by key and language.

    Raises:
        TextError: a key lacks a language, or its languages speak of different values.
    """
    catalogue: dict[str, dict[Language, str]] = {}
    for key, by_language in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        if not isinstance(by_language, dict) or set(by_language) != set(LANGUAGES):
            raise TextError(f"{file.name}: the text {key!r} needs exactly the languages vi and en.")
        names = {language: placeholders(text) for language, text in by_language.items()}
        if names["vi"] != names["en"]:
            raise TextError(f"{file.name}: the languages of {key!r} speak of different values.")
        catalogue[key] = by_language
    return catalogue


def placeholders(text: str) -> frozenset[str]:
    """Names of the values that a text speaks of."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@cache
def texts_in(language: Language) -> Texts:
    """The texts in one language."""
    return Texts(language, {key: by[language] for key, by in read_catalogue().items()})
