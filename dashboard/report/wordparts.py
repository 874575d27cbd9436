"""What python-docx has no words for: fields, heads that repeat, colours of cells, type inside the file."""

import io
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Emu, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from dashboard.format import Language
from dashboard.theme import LIGHT

FAMILY = "Be Vietnam Pro"
CELL = "Cell"
"""Name and identity of the style of cells."""
FONTS = Path(__file__).with_name("fonts")
_LOCALES: dict[Language, str] = {"vi": "vi-VN", "en": "en-GB"}
_SCRAMBLED = 32
"""Bytes at the start of an embedded font that ECMA-376 (part 4, 10.2) has scrambled with its key."""
_SCRAMBLED_FONT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_PARTS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def colour(code: str) -> tuple[int, int, int]:
    """Red, green and blue of `#RRGGBB`."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def element(name: str, **attributes: object) -> Any:
    """An element of WordprocessingML: `element("w:shd", val="clear")`."""
    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), str(value))
    return made


def dress(word: WordDocument, language: Language) -> None:
    """Give the styles of the template the type and the colours of the house, and the language of the report."""
    styles = word.styles
    looks = {
        "Normal": (10, False, LIGHT.ink, 0, 6),
        "Title": (26, True, LIGHT.ink, 20, 4),
        "Subtitle": (12, False, LIGHT.muted, 0, 24),
        "Heading 1": (15, True, LIGHT.data, 0, 10),
        "Heading 2": (11.5, True, LIGHT.ink, 16, 6),
        "Heading 3": (10, True, LIGHT.ink, 10, 4),
        "Caption": (9, True, LIGHT.ink, 10, 4),
        "List Bullet": (10, False, LIGHT.ink, 0, 5),
        "Intense Quote": (10.5, False, LIGHT.ink, 6, 8),
        "TOC Heading": (15, True, LIGHT.data, 0, 10),
        "Note": (8, False, LIGHT.muted, 3, 8),
        CELL: (8.5, False, LIGHT.ink, 1, 1),
        "TOC 1": (10, True, LIGHT.ink, 6, 2),
        "TOC 2": (10, False, LIGHT.ink, 0, 2),
    }
    for name, (size, bold, shade_, before, after) in looks.items():
        if name not in styles:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        style = styles[name]
        if not isinstance(style, ParagraphStyle):
            raise TypeError(f"{name} is no style of paragraphs")
        style.font.name, style.font.size = FAMILY, Pt(size)
        style.font.bold, style.font.italic = bold, False
        style.font.color.rgb = RGBColor(*colour(shade_))
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FAMILY)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    for name in ("Title", "Intense Quote"):
        _undecorated(styles[name].element)
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    locale = _LOCALES[language]
    defaults.append(element("w:lang", val=locale, eastAsia=locale, bidi="ar-SA"))


def _undecorated(style: Any) -> None:
    """A style without the rules and indents that the template draws around it; a lead has a bar at its left."""
    properties = style.get_or_add_pPr()
    for name in ("w:pBdr", "w:ind"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    if style.get(qn("w:styleId")) == "IntenseQuote":
        rules = element("w:pBdr")
        rules.append(element("w:left", val="single", sz=18, space=8, color=LIGHT.data[1:]))
        properties.insert_element_before(
            rules, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )


def field(paragraph: Paragraph, code: str, shown: str, size: Pt | None = None) -> None:
    """A field, and what stands for it until Word works it out."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if size is not None:
            run.font.size = size
            run.font.color.rgb = RGBColor(*colour(LIGHT.muted))
        if kind == "code":
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {code} "
            run._r.append(text)  # noqa: SLF001 - python-docx has no fields
        elif kind != "shown":
            run._r.append(element("w:fldChar", fldCharType=kind))  # noqa: SLF001 - the same


def contents(word: WordDocument, headings: Sequence[tuple[str, int]]) -> None:
    """A table of contents of two levels: a field that is worked out when the file is opened or printed."""
    lines = [word.add_paragraph(text, style=f"TOC {level}") for text, level in headings]
    if not lines:
        return
    begin, code, separate = (OxmlElement("w:r") for _ in range(3))
    begin.append(element("w:fldChar", fldCharType="begin", dirty="true"))
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = ' TOC \\o "1-2" \\h \\z \\u '
    code.append(text)
    separate.append(element("w:fldChar", fldCharType="separate"))
    first = lines[0].runs[0]._r  # noqa: SLF001 - the field begins before the first line
    for part in (begin, code, separate):
        first.addprevious(part)
    end = OxmlElement("w:r")
    end.append(element("w:fldChar", fldCharType="end"))
    lines[-1]._p.append(end)  # noqa: SLF001 - and ends behind the last


def shade(cell: _Cell, code: str) -> None:
    """Give a cell a ground."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx has no grounds
    properties.append(element("w:shd", val="clear", color="auto", fill=code[1:]))


def rule_below(paragraph: Paragraph, code: str) -> None:
    """A thin rule below a paragraph."""
    rules = element("w:pBdr")
    rules.append(element("w:bottom", val="single", sz=4, space=3, color=code[1:]))
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no rules
    properties.insert_element_before(rules, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def frame(table: Table, widths: Sequence[Emu], caption: str) -> None:
    """Thin rules between the rows, narrow margins in the cells, fixed widths, and what the table is about."""
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no rules of tables
    rules = element("w:tblBorders")
    for side in ("top", "bottom"):
        rules.append(element(f"w:{side}", val="single", sz=8, space=0, color=LIGHT.ink[1:]))
    rules.append(element("w:insideH", val="single", sz=4, space=0, color=LIGHT.line[1:]))
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=60, type="dxa"))
    # The schema wants them in this order.
    behind = ["w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption"]
    properties.insert_element_before(rules, *behind)
    properties.insert_element_before(margins, *behind[3:])
    properties.append(element("w:tblCaption", val=caption))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def as_cell(paragraph: Paragraph) -> None:
    """Give a paragraph the style of cells: a thousand times by its name would take a second and more."""
    paragraph._p.style = CELL  # noqa: SLF001 - the identity of a style, which python-docx sets only here


def repeat(row: _Row) -> None:
    """The row heads the table on every page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no repeated heads
    properties.append(element("w:cantSplit"))
    properties.append(element("w:tblHeader"))


def keep_whole(row: _Row) -> None:
    """The row stays on one page."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001 - the same


def describe(shape: InlineShape, title: str, alt: str) -> None:
    """Say what a picture shows, for those who cannot see it."""
    properties = shape._inline.docPr  # noqa: SLF001 - python-docx has no descriptions
    properties.set("title", title)
    properties.set("descr", alt)


def with_type(file: bytes) -> bytes:
    """A Word file with our own type inside, so that it reads alike where that is not installed."""
    read = zipfile.ZipFile(io.BytesIO(file))
    written = io.BytesIO()
    keys = {"embedRegular": ("Regular", uuid.uuid5(uuid.NAMESPACE_DNS, "Regular"))}
    keys["embedBold"] = ("Bold", uuid.uuid5(uuid.NAMESPACE_DNS, "Bold"))
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
        for info in read.infolist():
            content = read.read(info.filename)
            if info.filename == "[Content_Types].xml":
                kind = f'<Default Extension="odttf" ContentType="{_SCRAMBLED_FONT}"/>'.encode()
                content = content.replace(b"<Default ", kind + b"<Default ", 1)
            elif info.filename == "word/fontTable.xml":
                content = _font_table(content, keys)
            elif info.filename == "word/settings.xml":
                content = _embedding(content)
            out.writestr(_entry(info.filename), content)
        links = []
        for n, (name, key) in enumerate(keys.values(), start=1):
            out.writestr(_entry(f"word/fonts/font{n}.odttf"), _scrambled(name, key))
            links.append(
                f'<Relationship Id="rId{n}" Type="{_OFFICE}/font" Target="fonts/font{n}.odttf"/>'
            )
        relations = f'<Relationships xmlns="{_PARTS}">{"".join(links)}</Relationships>'
        out.writestr(_entry("word/_rels/fontTable.xml.rels"), relations)
    return written.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without the time of writing: the same report is the same file."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _font_table(content: bytes, keys: dict[str, tuple[str, uuid.UUID]]) -> bytes:
    embedded = "".join(
        f'<w:{use} xmlns:r="{_OFFICE}" r:id="rId{n}" w:fontKey="{{{str(key).upper()}}}"/>'
        for n, (use, (_, key)) in enumerate(keys.items(), start=1)
    )
    font = f'<w:font w:name="{FAMILY}"><w:charset w:val="00"/>{embedded}</w:font></w:fonts>'
    return content.replace(b"</w:fonts>", font.encode(), 1)


def _embedding(content: bytes) -> bytes:
    """The setting that says so; it stands behind the zoom and before nearly everything else."""
    start = content.index(b">", content.index(b"<w:settings")) + 1
    zoom = content.find(b"<w:zoom")
    if zoom >= 0:
        start = content.index(b">", zoom) + 1
    return content[:start] + b"<w:embedTrueTypeFonts/>" + content[start:]


def _scrambled(name: str, key: uuid.UUID) -> bytes:
    font = (FONTS / f"BeVietnamPro-{name}.ttf").read_bytes()
    pattern = bytes.fromhex(key.hex)[::-1] * 2
    head = bytes(byte ^ pattern[n] for n, byte in enumerate(font[:_SCRAMBLED]))
    return head + font[_SCRAMBLED:]
