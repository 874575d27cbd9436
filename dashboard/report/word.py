"""A report as Word: styles, real tables whose heads repeat, contents, captions and page numbers as fields; editable."""

import io
from collections.abc import Mapping

import docx as python_docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from dashboard.report import wordparts
from dashboard.report.document import (
    Align,
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
from dashboard.report.pictures import WIDTH
from dashboard.report.typesetting import png
from dashboard.report.wordparts import colour
from dashboard.theme import LIGHT

TYPE_AREA = Mm(170)
MARGIN = Mm(20)
_VERDICTS = {"●": LIGHT.met, "◇": LIGHT.muted, "■": LIGHT.missed}
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
SMALL = Pt(8.5)


def docx(document: Document, drawn: Mapping[int, str]) -> bytes:
    """The Word file of a report.

    Args:
        drawn: the SVG of each figure by its number; it is put in as a picture of points, which Word takes everywhere.
    """
    word = python_docx.Document()
    wordparts.dress(word, document.language)
    word.core_properties.title = document.title
    word.core_properties.subject = document.running
    word.core_properties.author = document.series
    word.core_properties.language = document.language
    if document.made_at:
        # The same snapshot gives the same file.
        word.core_properties.created = word.core_properties.modified = document.made_at
    _page(word, document)
    _cover(word, document)
    _contents(word, document)
    for block in document.blocks:
        _write(word, document, block, drawn)
    written = io.BytesIO()
    word.save(written)
    return wordparts.with_type(written.getvalue())


def _page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Mm(27), Mm(22)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    # The template's header has a stop in the middle, where a short line would end at the mark.
    word.styles["Header"].paragraph_format.tab_stops.clear_all()
    head.paragraph_format.tab_stops.add_tab_stop(TYPE_AREA, WD_TAB_ALIGNMENT.RIGHT)
    _run(head, document.running, size=Pt(7.5), shade=LIGHT.muted)
    if document.mark:
        _run(head, f"\t{document.mark}", bold=True, size=Pt(7.5), shade=LIGHT.missed)
    wordparts.rule_below(head, LIGHT.line)
    foot = section.footer.paragraphs[0]
    foot.alignment = _ALIGN["right"]
    _run(foot, f"{document.words.page} ", size=Pt(7.5), shade=LIGHT.muted)
    wordparts.field(foot, "PAGE", "1", Pt(7.5))
    _run(foot, f" {document.words.of_pages} ", size=Pt(7.5), shade=LIGHT.muted)
    wordparts.field(foot, "NUMPAGES", "1", Pt(7.5))


def _cover(word: WordDocument, document: Document) -> None:
    series = word.add_paragraph()
    series.paragraph_format.space_before = Pt(60)
    _run(series, document.series, bold=True, size=Pt(11), shade=LIGHT.data)
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    if document.mark:
        box = word.add_table(rows=1, cols=1)
        (cell,) = box.rows[0].cells
        wordparts.shade(cell, LIGHT.panel)
        _run(cell.paragraphs[0], document.mark, bold=True, shade=LIGHT.missed)
        cell.add_paragraph(document.mark_explained)
        word.add_paragraph()
    lines = word.add_table(rows=0, cols=2)
    for name, value in document.particulars:
        left, right = lines.add_row().cells
        left.width, right.width = Mm(48), Mm(122)
        _run(left.paragraphs[0], name, shade=LIGHT.muted)
        _run(right.paragraphs[0], value)
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(word: WordDocument, document: Document) -> None:
    """The contents as a field that Word fills with page numbers; until then it has the headings."""
    word.add_paragraph(document.words.contents, style="TOC Heading")
    shown = [block for block in document.blocks if isinstance(block, Heading) and block.level < 3]
    wordparts.contents(word, [(block.text, block.level) for block in shown])


def _write(word: WordDocument, document: Document, block: Block, drawn: Mapping[int, str]) -> None:
    match block:
        case Heading(text, level, new_page):
            heading = word.add_heading(text, level)
            heading.paragraph_format.page_break_before = new_page
        case Paragraph(text, kind):
            styles = {"body": "Normal", "lead": "Intense Quote", "note": "Note"}
            _pieces(word.add_paragraph(style=styles[kind]), text)
        case Bullets(entries):
            for entry in entries:
                _pieces(word.add_paragraph(style="List Bullet"), entry)
        case Facts():
            _facts(word, block)
        case Table():
            _table(word, document, block)
        case Figure():
            _figure(word, document, block, drawn[block.number])


def _facts(word: WordDocument, block: Facts) -> None:
    table = word.add_table(rows=1, cols=len(block.facts))
    for cell, fact in zip(table.rows[0].cells, block.facts, strict=True):
        wordparts.shade(cell, LIGHT.panel)
        _run(cell.paragraphs[0], fact.label, size=Pt(8), shade=LIGHT.muted)
        _run(cell.add_paragraph(), fact.value, bold=True, size=Pt(17))
        for line in fact.lines:
            _run(cell.add_paragraph(), line, size=Pt(8), shade=_VERDICTS.get(line[:1], LIGHT.ink))
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_after = Pt(2)
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(word: WordDocument, document: Document, block: Table) -> None:
    _caption(word, document.words.table, block.number, block.caption)
    table = word.add_table(rows=1, cols=len(block.columns))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    whole = sum(column.width for column in block.columns)
    widths = [Emu(int(TYPE_AREA * column.width / whole)) for column in block.columns]
    wordparts.frame(table, widths, block.caption)
    for cell, column, width in zip(table.rows[0].cells, block.columns, widths, strict=True):
        cell.width = width
        _cell(cell, tied(column.head), column.align, bold=True)
    wordparts.repeat(table.rows[0])
    for row in block.rows:
        added = table.add_row()
        wordparts.keep_whole(added)
        cells = added.cells
        if row.kind == "group":
            merged = cells[0].merge(cells[-1])
            wordparts.shade(merged, LIGHT.panel)
            _cell(merged, row.cells[0], "left", bold=True)
            merged.paragraphs[0].paragraph_format.keep_with_next = True
            continue
        for cell, said, column, width in zip(cells, row.cells, block.columns, widths, strict=True):
            cell.width = width
            _cell(cell, said, column.align, bold=row.kind == "total")
    note = word.add_paragraph(style="Note")
    _pieces(note, block.note)


def _cell(cell: _Cell, text: str, align: Align, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    wordparts.as_cell(paragraph)
    paragraph.alignment = _ALIGN[align]
    _run(paragraph, text, bold=bold, size=SMALL, shade=_VERDICTS.get(text[:1], LIGHT.ink))


def _figure(word: WordDocument, document: Document, block: Figure, svg: str) -> None:
    _caption(word, document.words.figure, block.number, block.caption)
    picture = word.add_paragraph()
    picture.paragraph_format.keep_with_next = bool(block.note)
    points = io.BytesIO(png(svg, WIDTH, int(block.chart.layout.height)))
    shape = picture.add_run().add_picture(points, width=TYPE_AREA)
    wordparts.describe(shape, block.caption, block.alt)
    if block.note:
        _pieces(word.add_paragraph(style="Note"), block.note)


def _caption(word: WordDocument, kind: str, number: int, text: str) -> None:
    """`Bảng 3. …`; the number is a field, so that it stays right when something is put in before it."""
    caption = word.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    caption.add_run(f"{kind} ")
    wordparts.field(caption, f"SEQ {kind.replace(' ', '_')} \\* ARABIC", str(number))
    caption.add_run(f". {text}")


def _pieces(paragraph: WordParagraph, text: str) -> None:
    for piece, bold in runs(text):
        paragraph.add_run(piece).bold = bold or None


def _run(
    paragraph: WordParagraph,
    text: str,
    *,
    bold: bool = False,
    size: Pt | None = None,
    shade: str = LIGHT.ink,
) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    run.font.color.rgb = RGBColor(*colour(shade))
    if size is not None:
        run.font.size = size
