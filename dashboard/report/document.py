"""What a report is made of, whatever it is written as: blocks in their order, texts and figures as they are printed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import plotly.graph_objects as go

from dashboard.format import Language

Align = Literal["left", "right", "center"]
RowKind = Literal["plain", "group", "total"]


@dataclass(frozen=True)
class Heading:
    """A heading; its number is part of its text."""

    text: str
    level: int
    """1: one of the parts that Decision 681/QĐ-BHXH asks for; 2: a section; 3: below it."""
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text; what stands between two pairs of asterisks is bold."""

    text: str
    kind: Literal["body", "lead", "note"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list; each entry is running text."""

    entries: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, and its share of the width."""

    head: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Row:
    """A row of a table. A row of the kind `group` has one cell, which heads those below it."""

    cells: tuple[str, ...]
    kind: RowKind = "plain"


@dataclass(frozen=True)
class Table:
    """A table with its number and caption; the head is repeated on each page."""

    number: int
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart with its number and caption, and what it shows for those who cannot see it."""

    number: int
    caption: str
    chart: go.Figure
    alt: str
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """A figure that is printed large, with what it is of and what goes with it."""

    label: str
    value: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Facts side by side."""

    facts: tuple[Fact, ...]


Block = Heading | Paragraph | Bullets | Table | Figure | Facts


@dataclass(frozen=True)
class Words:
    """What the writers themselves say, in the language of the report."""

    contents: str
    table: str
    figure: str
    page: str
    of_pages: str


@dataclass(frozen=True)
class Document:
    """A whole report."""

    language: Language
    stem: str
    """Name of its files, without the ending."""
    series: str
    """What stands above the title on the cover."""
    title: str
    subtitle: str
    mark: str
    """On the cover and on every page where the data are synthetic; else empty."""
    mark_explained: str
    running: str
    """On every page: survey and snapshot."""
    particulars: tuple[tuple[str, str], ...]
    """The lines on the cover: what, and which."""
    blocks: tuple[Block, ...]
    words: Words
    made_at: datetime | None = None
    """When its snapshot was built."""

    @property
    def figures(self) -> list[Figure]:
        """The charts, in their order."""
        return [block for block in self.blocks if isinstance(block, Figure)]


def runs(text: str) -> list[tuple[str, bool]]:
    """Running text as pieces, each with whether it is bold."""
    return [(piece, n % 2 == 1) for n, piece in enumerate(tied(text).split("**")) if piece]


def tied(text: str) -> str:
    """A text in which a sign of percent stays with its number."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


_ROMAN = ("I", "II", "III", "IV", "V")


@dataclass
class Draft:
    """A report being written: numbers headings, tables and figures as they come."""

    blocks: list[Block] = field(default_factory=list)
    _parts: int = 0
    _sections: int = 0
    _tables: int = 0
    _figures: int = 0

    def part(self, text: str, new_page: bool = True) -> None:
        """Begin a part: I., II., III."""
        self._parts, self._sections = self._parts + 1, 0
        self.blocks.append(Heading(f"{_ROMAN[self._parts - 1]}. {text}", 1, new_page))

    def unnumbered(self, text: str) -> None:
        """Begin what stands before or behind the parts."""
        self.blocks.append(Heading(text, 1, new_page=True))

    def section(self, text: str) -> None:
        """Begin a section: 1., 2., 3. within its part."""
        self._sections += 1
        self.blocks.append(Heading(f"{self._sections}. {text}", 2))

    def say(self, *sentences: str) -> None:
        """A paragraph of some sentences; empty ones are left out, and nothing is said where all are."""
        if text := " ".join(sentence for sentence in sentences if sentence):
            self.blocks.append(Paragraph(text))

    def lead(self, text: str) -> None:
        """The finding that a section begins with."""
        self.blocks.append(Paragraph(text, "lead"))

    def note(self, text: str) -> None:
        """A small remark."""
        self.blocks.append(Paragraph(text, "note"))

    def list(self, entries: Sequence[str]) -> None:
        """A list, unless it is empty."""
        if entries:
            self.blocks.append(Bullets(tuple(entries)))

    def facts(self, facts: Sequence[Fact]) -> None:
        """Facts side by side."""
        self.blocks.append(Facts(tuple(facts)))

    def table(
        self, caption: str, columns: Sequence[Column], rows: Sequence[Row], note: str = ""
    ) -> None:
        """A table, unless it has no rows."""
        if rows:
            self._tables += 1
            self.blocks.append(Table(self._tables, caption, tuple(columns), tuple(rows), note))

    def figure(self, caption: str, chart: go.Figure, alt: str, note: str = "") -> None:
        """A chart."""
        self._figures += 1
        self.blocks.append(Figure(self._figures, caption, chart, alt, note))
