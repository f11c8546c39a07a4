"""Reading scanned pages: how many, what code stands on each and which way up; and making one PDF of some of them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
import zxingcpp

from niangjia.core.papers.pdf import page_count, pdfium_alone, written
from niangjia.core.papers.pictures import PDF, BadPicture, grey, picture_page, png_of
from niangjia.core.papers.queries import read_code

SHARP, SHARPER = 1800, 3000
"""Points of the longer side: some 150 and 260 dpi of an A4 page."""
SMALL = 900
QR = zxingcpp.barcode_formats_from_str("QRCode")


class Unreadable(Exception):
    """A file that gives no pages; the message says why, in Chinese."""


@dataclass(frozen=True)
class Read:
    """What a page says of itself: the paper's token (empty without a code), its page, whether the slip; degrees to turn it upright."""

    token: str
    part: int
    is_slip: bool
    turn: int
    looks: str


def pages_in(content: bytes, kind: str) -> int:
    """How many pages a PDF or picture gives. Raises Unreadable."""
    try:
        return page_count(content if kind == PDF else picture_page(content, kind, title="扫描件"))
    except (pypdfium2.PdfiumError, BadPicture) as error:
        raise Unreadable(_why(error)) from error


@contextmanager
def opened(content: bytes, kind: str) -> Iterator[pypdfium2.PdfDocument]:
    """The pages of a PDF or picture, for this thread alone. Raises Unreadable."""
    with pdfium_alone:
        try:
            document = pypdfium2.PdfDocument(content if kind == PDF else picture_page(content, kind, title="扫描件"))
        except (pypdfium2.PdfiumError, BadPicture) as error:
            raise Unreadable(_why(error)) from error
        try:
            yield document
        finally:
            document.close()


def read_page(document: pypdfium2.PdfDocument, place: int) -> Read:
    """Look for our code on a page, in any direction; once more and sharper where none is found."""
    page = document[place]
    bitmap = grey(page, most=SHARP)
    looks = hashlib.sha256(bytes(bitmap.buffer)).hexdigest()
    found = _code_on(bitmap)
    bitmap.close()
    if found is None:
        bitmap = grey(page, most=SHARPER)
        found = _code_on(bitmap)
        bitmap.close()
    page.close()
    if found is None:
        return Read("", 0, False, 0, looks)
    (token, part, is_slip), turn = found
    return Read(token, part, is_slip, turn, looks)


def _code_on(bitmap: Any) -> tuple[tuple[str, int, bool], int] | None:
    points = memoryview(bytes(bitmap.buffer)).cast("B", shape=[bitmap.height, bitmap.stride])
    for code in zxingcpp.read_barcodes(points, formats=QR):
        if said := read_code(code.text):
            return said, round(-code.orientation / 90) % 4 * 90
    return None


def picture_of(document: pypdfium2.PdfDocument, place: int, turn: int) -> bytes:
    """A page as a small PNG, upright."""
    page = document[place]
    page.set_rotation((page.get_rotation() + turn) % 360)
    bitmap = grey(page, most=SMALL)
    try:
        return png_of(bitmap)
    finally:
        bitmap.close()
        page.close()


@dataclass(frozen=True)
class Source:
    """A page to be gathered: of which file (``key``), how to get its bytes, their type, the place in it, degrees to turn."""

    key: int
    load: Callable[[], bytes]
    kind: str
    place: int
    turn: int = 0


def gathered(pages: Iterable[Source]) -> bytes:
    """One PDF of pages in their order; one file is open at a time."""
    with pdfium_alone, ExitStack() as held:
        whole = pypdfium2.PdfDocument.new()
        key, document = None, None
        for number, page in enumerate(pages):
            if key != page.key or document is None:
                held.close()
                key, document = page.key, held.enter_context(opened(page.load(), page.kind))
            whole.import_pages(document, [page.place])
            made = whole[number]
            made.set_rotation((made.get_rotation() + page.turn) % 360)
            made.close()
        return written(whole)


def _why(error: Exception) -> str:
    if isinstance(error, BadPicture):
        return str(error)
    return "这个 PDF 加了密码，请先去掉密码。" if "password" in str(error).lower() else "这个 PDF 坏了，打不开。请重新扫描。"
