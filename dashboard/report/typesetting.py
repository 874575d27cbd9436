"""A report as PDF, set by Typst: A4, contents, vectors, our own type in it, open to assistive tools (PDF/UA-1)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import typst

from dashboard.report.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
    runs,
    tied,
)

HERE = Path(__file__).parent
TEMPLATE = HERE / "report.typ"
FONTS = HERE / "fonts"
PIXELS_TO_THE_INCH = 192
"""Twice what charts are drawn at: sharp on paper where a writer takes no vectors."""


def pdf(document: Document, drawn: Mapping[int, str]) -> bytes:
    """The PDF of a report.

    Args:
        drawn: the SVG of each figure by its number.
    """
    return typst.compile(
        TEMPLATE,
        font_paths=_type(),
        format="pdf",
        sys_inputs={"report": json.dumps(_plain(document, drawn))},
        pdf_standards="ua-1",
        # The same snapshot gives the same file.
        timestamp=document.made_at,
    )


def png(svg: str, width: int, height: int) -> bytes:
    """An SVG as a picture of points, at `PIXELS_TO_THE_INCH`, in our own type.

    Args:
        width: pixels of the SVG, at 96 to the inch.
        height: the same.
    """
    page = (
        f"#set page(width: {width * 0.75}pt, height: {height * 0.75}pt, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return typst.compile(
        page.encode(),
        font_paths=_type(),
        format="png",
        ppi=PIXELS_TO_THE_INCH,
        sys_inputs={"svg": svg},
    )


@cache
def _type() -> typst.Fonts:
    """The fonts of the house and no others: a report looks alike wherever it is made."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _plain(document: Document, drawn: Mapping[int, str]) -> dict[str, Any]:
    """What the template prints."""
    return {
        "language": document.language,
        "series": document.series,
        "title": document.title,
        "subtitle": document.subtitle,
        "mark": document.mark,
        "mark_explained": document.mark_explained,
        "running": document.running,
        "particulars": document.particulars,
        "words": asdict(document.words),
        "blocks": [
            # What leads to a table or a chart does not stay behind at the foot of a page.
            _block(block, drawn) | {"leads": isinstance(following, Table | Figure)}
            for block, following in zip_longest(document.blocks, document.blocks[1:])
        ],
    }


def _block(block: Block, drawn: Mapping[int, str]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", **asdict(block)}
        case Paragraph(text, kind):
            return {"kind": "paragraph", "style": kind, "runs": _runs(text)}
        case Bullets(entries):
            return {"kind": "bullets", "entries": [_runs(entry) for entry in entries]}
        case Facts(facts):
            return {"kind": "facts", "facts": [asdict(fact) for fact in facts]}
        case Figure(number, caption, _, alt, note):
            svg = drawn[number]
            said = {"number": number, "caption": caption, "alt": alt, "note": note}
            return {"kind": "figure", "svg": svg, **said}
        case Table():
            heads = [asdict(column) | {"head": tied(column.head)} for column in block.columns]
            return {"kind": "table", **asdict(block), "columns": heads}


def _runs(text: str) -> list[dict[str, Any]]:
    return [{"text": piece, "bold": bold} for piece, bold in runs(text)]
