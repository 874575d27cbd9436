"""The words of the field: read by the page on the method, and written as docs/GLOSSARY.md.

`python -m dashboard.glossary > docs/GLOSSARY.md` writes the document anew.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from dashboard.format import Language

_FILE = Path(__file__).with_name("glossary.yaml")
_HEADER = """# Glossary

The words of the field as the program uses them: in files, columns, pages and code. Where our word differs from that of
Plan 1111/KH-BHXH (16 April 2026), the line says so. Codes of values stand in `code`. They are kept, with their meaning
in Vietnamese, in [dashboard/glossary.yaml](../dashboard/glossary.yaml), from which this file is written.
"""


@dataclass(frozen=True)
class Term:
    """A word in both languages and what it means, in both."""

    vi: str
    en: str
    meaning: Mapping[Language, str]


@dataclass(frozen=True)
class Section:
    """Words that belong together."""

    title: Mapping[Language, str]
    terms: tuple[Term, ...]


@cache
def sections() -> tuple[Section, ...]:
    """The glossary in its order."""
    written = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Section(section["title"], tuple(Term(**term) for term in section["terms"]))
        for section in written
    )


def document() -> str:
    """The glossary as a Markdown document."""
    parts = [_HEADER]
    for section in sections():
        rows = [f"| {term.vi} | {term.en} | {term.meaning['en']} |" for term in section.terms]
        head = ["| Tiếng Việt | English | Meaning |", "|---|---|---|"]
        parts.append("\n".join([f"## {section.title['en']}", "", *head, *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(document())
