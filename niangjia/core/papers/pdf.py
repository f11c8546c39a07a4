"""Papers as PDF, set by typst: tagged (PDF/UA-1), the fonts embedded, what people wrote passed as data and never as markup."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock, RLock
from typing import Any, cast

import pypdfium2
import segno
import typst

from niangjia.core.papers.fonts import MISSING, font_files, missing
from niangjia.core.papers.paper import Gap, Paper, Slip, as_json, gap_lines, signature_lines

TEMPLATE = Path(__file__).parent / "data" / "paper.typ"
CODES = 3
"""Pages whose codes are drawn at once; a longer paper is set a second time."""
_alone, pdfium_alone = Lock(), RLock()
"""The second is held by whoever reads or writes a PDF: PDFium knows no threads, the web server has several."""


def pdf_of(paper: Paper, *, watermark: str = "") -> bytes:
    """The paper as PDF. ``watermark`` is said in the footer (a paper no longer in force)."""
    said = _prepared(paper, watermark)
    document = _set(said, paper, CODES)
    pages = page_count(document)
    return _set(said, paper, pages) if pages > CODES and paper.qr else document


def page_count(document: bytes) -> int:
    """Pages of a PDF."""
    with pdfium_alone:
        read = pypdfium2.PdfDocument(document)
        try:
            return len(read)
        finally:
            read.close()


def merged(documents: list[bytes]) -> bytes:
    """Several PDFs as one, in their order."""
    with pdfium_alone:
        whole = pypdfium2.PdfDocument.new()
        for document in documents:
            part = pypdfium2.PdfDocument(document)
            whole.import_pages(part)
            part.close()
        return written(whole)


def written(document: pypdfium2.PdfDocument) -> bytes:
    """The bytes of an open document, which is closed."""
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def _set(said: dict[str, Any], paper: Paper, pages: int) -> bytes:
    numbers = range(1, pages + 1) if paper.qr else ()
    inputs = {
        "paper": json.dumps(said, ensure_ascii=False),
        "codes": json.dumps([_code(f"{paper.qr}#{page}") for page in numbers]),
        "slips": json.dumps([_code(f"{paper.qr}#{page}r") for page in numbers if has_slip(paper)]),
    }
    with setting():
        return cast("bytes", compiler(TEMPLATE).compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1"))


@contextmanager
def setting() -> Iterator[None]:
    """One paper at a time: the typesetter keeps what it read of the fonts between two papers."""
    with _alone:
        yield


@cache
def compiler(template: Path) -> typst.Compiler:
    """The typesetter of one template; our fonts alone, so that a paper looks the same on every machine."""
    return typst.Compiler(str(template), font_paths=[str(file.parent) for file in font_files()], ignore_system_fonts=True)


def _code(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _prepared(paper: Paper, watermark: str) -> dict[str, Any]:
    """The structure as the template reads it: signatures and gaps as lines; characters without a glyph replaced, and said."""
    said = as_json(paper)
    said["signatures"] = [{"seal": one.seal, "lines": list(signature_lines(one))} for one in paper.signatures]
    said["blocks"] = _blocks(said["blocks"])
    said["footer"] = f"{watermark}　{paper.footer}" if watermark else paper.footer
    lost = missing(json.dumps(said, ensure_ascii=False))
    if lost:
        named = "、".join(f"U+{ord(one):04X}" for one in lost)
        said = json.loads(json.dumps(said, ensure_ascii=False).translate({ord(one): MISSING for one in lost}))
        said["notes"] = [*said["notes"], f"注：{MISSING} 处的字字库里没有（{named}），请核对证件后手写补上。"]
    return said


def _blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_lines(one) for one in blocks]


def _lines(block: dict[str, Any]) -> dict[str, Any]:
    if block["block"] == "gap":
        return block | {"lines": gap_lines(Gap(block["label"], block["lines"]))}
    return block | {"blocks": _blocks(block["blocks"])} if block["block"] == "slip" else block


def has_slip(paper: Paper) -> bool:
    """Whether the other side sends a page back."""
    return any(isinstance(one, Slip) for one in paper.blocks)
