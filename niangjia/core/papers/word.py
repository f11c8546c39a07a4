"""Papers as .docx, written by python-docx in the same order and look as the PDF, for those who have to change a word."""

import io
from typing import Any

import segno
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from niangjia.core.papers.paper import (
    Facts,
    Gap,
    Heading,
    Items,
    PageBreak,
    Paper,
    Signature,
    Slip,
    Table,
    Text,
    gap_lines,
    signature_lines,
)

BODY, HEAD, TITLE = "仿宋", "黑体", "宋体"
"""What Word and WPS have on every Chinese machine; elsewhere they take the next serif or sans."""
RED = RGBColor(0xC4, 0x16, 0x1C)
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
SHEET, MARGIN_LEFT, MARGIN_RIGHT = (Mm(210), Mm(297)), Mm(28), Mm(26)


def docx_of(paper: Paper, *, watermark: str = "") -> bytes:
    """The paper as .docx; ``watermark`` is said in the footer."""
    written = _Writer(paper, watermark)
    written.head()
    for block in paper.blocks:
        if not isinstance(block, Slip):
            written.block(block)
    for signature in paper.signatures:
        written.signature(signature)
    for note in paper.notes:
        written.line(note, size=9)
    for block in paper.blocks:
        if isinstance(block, Slip):
            written.slip(block)
    return written.finished()


class _Writer:
    """One document being written."""

    def __init__(self, paper: Paper, watermark: str) -> None:
        self.paper, self.watermark = paper, watermark
        self.size = 12 if paper.dense else 15
        self.document = Document()
        self.document.core_properties.title, self.document.core_properties.author = paper.title, paper.issuer
        self.document.core_properties.language = "zh-CN"
        style: Any = self.document.styles["Normal"]
        style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(0), 1.5
        self._section(self.document.sections[0], self.paper.qr and f"{paper.qr}#")

    def head(self) -> None:
        """The issuer in red over a line, the number, the title, whom it is to."""
        paper = self.paper
        if not paper.plain:
            top = self.line(paper.issuer, align=CENTRE, size=26, font=TITLE, bold=True)
            top.runs[0].font.color.rgb = RED
            _underline(top)
        if paper.number:
            self.line(paper.number, align=RIGHT)
        title = self.document.add_heading(level=1)
        title.alignment, title.paragraph_format.space_before, title.paragraph_format.space_after = CENTRE, Pt(12), Pt(12)
        self._run(title, paper.title, 22, TITLE, bold=False).font.color.rgb = RGBColor(0, 0, 0)
        if paper.addressee:
            self.line(f"{paper.addressee}：")

    def block(self, block: Any) -> None:
        """One block in the manner of its kind."""
        match block:
            case Heading(text):
                self.line(text, font=HEAD, bold=True)
            case Text(text, flush, centred):
                self.line(text, indent=not (flush or centred), align=CENTRE if centred else LEFT)
            case Items(items):
                for number, item in enumerate(items, 1):
                    self.line(f"{number}. {item}", indent=True)
            case Facts(rows, pairs):
                self._facts(rows, pairs)
            case Table():
                self._table(block)
            case Gap():
                for text in gap_lines(block):
                    self.line(text)
            case PageBreak():
                self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def signature(self, one: Signature) -> None:
        """An organisation's name and day to the right; by hand, a line and a day."""
        who, day = signature_lines(one)
        if one.seal:
            for number, text in enumerate((who, day)):
                line = self.line(text, align=RIGHT)
                line.paragraph_format.right_indent = Pt(self.size * 4)
                line.paragraph_format.space_before = Pt(0 if number else self.size * 1.5)
            return
        line = self.line(f"{who}\t{day}")
        line.paragraph_format.left_indent, line.paragraph_format.space_before = Pt(self.size * 2), Pt(self.size)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(115))

    def slip(self, slip: Slip) -> None:
        """The return slip in a section of its own, whose code says what it is."""
        self._section(self.document.add_section(WD_SECTION.NEW_PAGE), self.paper.qr and f"{self.paper.qr}#r")
        self.line(slip.title, align=CENTRE, size=20, font=TITLE)
        for block in slip.blocks:
            self.block(block)

    def line(self, text: str, *, align: Any = LEFT, size: float = 0, font: str = BODY, bold: bool = False, indent: bool = False) -> Any:
        """A paragraph of one run."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(self.size * 2)
        self._run(paragraph, text, size or self.size, font, bold=bold)
        return paragraph

    def finished(self) -> bytes:
        """The bytes of the document."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _run(self, paragraph: Any, text: str, size: float, font: str, *, bold: bool) -> Any:
        run = paragraph.add_run(text)
        run.font.size, run.font.name, run.font.bold = Pt(size), "Times New Roman" if font == BODY else font, bold
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        return run

    def _facts(self, rows: Any, pairs: bool) -> None:
        """Label and value side by side, one or two to a line."""
        wide = 2 if pairs else 1
        table = self.document.add_table(0, 2 * wide, style="Table Grid")
        for start in range(0, len(rows), wide):
            cells = table.add_row().cells
            for place, (label, value) in enumerate(rows[start : start + wide]):
                first, second = cells[2 * place], cells[2 * place + 1]
                first.width, second.width = Mm(28 if pairs else 36), Mm(50 if pairs else 120)
                self._run(first.paragraphs[0], label, self.size, HEAD, bold=True)
                self._run(second.paragraphs[0], value, self.size, BODY, bold=False)

    def _table(self, block: Table) -> None:
        table = self.document.add_table(1, len(block.columns), style="Table Grid")
        shares = block.widths or [1] * len(block.columns)
        small = 10.5 if self.paper.dense else 12
        _repeat(table.rows[0])
        for row in block.rows:
            self._cells(table.add_row().cells, row, block, small, BODY, shares)
        self._cells(table.rows[0].cells, block.columns, block, small, HEAD, shares)

    def _cells(self, cells: Any, words: Any, block: Table, size: float, font: str, shares: Any) -> None:
        for number, (cell, text) in enumerate(zip(cells, words, strict=True)):
            cell.width = Mm(156 * shares[number] / sum(shares))
            paragraph = cell.paragraphs[0]
            paragraph.alignment = RIGHT if number in block.numeric else LEFT
            self._run(paragraph, text, size, font, bold=font == HEAD)

    def _section(self, section: Any, address: str) -> None:
        """A4 with its margins, and the footer: the code, what the paper is, page x of y."""
        section.page_width, section.page_height = SHEET
        section.left_margin, section.right_margin = MARGIN_LEFT, MARGIN_RIGHT
        section.top_margin, section.bottom_margin = Mm(25 if self.paper.dense else 30), Mm(34)
        footer = section.footer
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        if address:
            line.add_run().add_picture(io.BytesIO(_code(address)), width=Mm(17))
        self._run(
            line, f" {self.watermark}　{self.paper.footer}　第" if self.watermark else f" {self.paper.footer}　第", 9, BODY, bold=False
        )
        _field(line, "PAGE")
        self._run(line, "页　共", 9, BODY, bold=False)
        _field(line, "NUMPAGES")
        self._run(line, "页", 9, BODY, bold=False)


def _code(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return out.getvalue()


def _field(paragraph: Any, name: str) -> None:
    """A field that Word fills in: the page, the number of pages."""
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _underline(paragraph: Any) -> None:
    """The red double line below the issuer's name."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "18"), ("space", "4"), ("color", "C4161C")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._element.get_or_add_pPr().append(borders)


def _repeat(row: Any) -> None:
    """The heading of a table stands on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
