"""The evidence of a case as one file to hand in: the list in front, every page numbered on; split into volumes where it grows large."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import cos, pi, sin

import pypdfium2
import pypdfium2.raw as pdfium

from niangjia.core.files.queries import FileGone, open_file
from niangjia.core.papers import scans
from niangjia.core.papers.paper import Paper, Text
from niangjia.core.papers.pdf import pdf_of, pdfium_alone, written
from niangjia.core.papers.pictures import PDF, BadPicture, picture_page
from niangjia.work.rights.models import Evidence

VOLUME = 60 * 1024 * 1024
"""Bytes of the files in one volume: what is held in memory at a time is some three times that."""
SIZE = 10.0
"""Points of the page number."""


@dataclass(frozen=True)
class Volume:
    """Pieces that stand in one file, and the page with which it begins."""

    pieces: Sequence[Evidence]
    first_page: int

    @property
    def pages(self) -> int:
        return sum(piece.pages for piece in self.pieces)

    @property
    def last_page(self) -> int:
        return self.first_page + self.pages - 1


def volumes(pieces: Sequence[Evidence]) -> list[Volume]:
    """The pieces in their order, cut where a volume would grow beyond its size."""
    found: list[Volume] = []
    current: list[Evidence] = []
    first, size = 1, 0
    for piece in pieces:
        weight = piece.file.size if piece.file else 0
        if current and size + weight > VOLUME:
            found.append(Volume(tuple(current), first))
            first, current, size = found[-1].last_page + 1, [], 0
        current.append(piece)
        size += weight
    return [*found, Volume(tuple(current), first)] if current else found


def bound(volume: Volume, contents: Paper | None) -> bytes:
    """One volume as PDF, the list of evidence in front of it where ``contents`` is given."""
    with pdfium_alone:
        return _bound(volume, contents)


def _bound(volume: Volume, contents: Paper | None) -> bytes:
    whole = pypdfium2.PdfDocument.new()
    if contents:
        with closing(pypdfium2.PdfDocument(pdf_of(contents))) as front:
            whole.import_pages(front)
    number = volume.first_page
    for piece in volume.pieces:
        start = len(whole)
        for content in _content(piece, number):
            with closing(pypdfium2.PdfDocument(content)) as part:
                whole.import_pages(part)
        if piece.file is not None:
            for place in range(start, len(whole)):
                _stamp(whole, place, number + place - start)
        number += piece.pages
    return written(whole)


def _content(piece: Evidence, number: int) -> Iterator[bytes]:
    """The pages of a piece; a sheet that says so where there is only the original, or the file cannot be opened."""
    caption = f"证据{piece.number}　{piece.title}"
    if piece.file is None:
        yield _sheet(piece, number, "只有原件，另附")
        return
    try:
        with open_file(piece.file) as file:
            content = file.read()
        if piece.file.media_type == PDF:
            scans.pages_in(content, PDF)
            yield content
        else:
            yield picture_page(content, piece.file.media_type, title=piece.title, caption=caption)
    except (FileGone, BadPicture, scans.Unreadable) as error:
        yield _sheet(piece, number, f"文件打不开：{error}")


def _sheet(piece: Evidence, number: int, why: str) -> bytes:
    last = number + piece.pages - 1
    pages = f"第{number}页" if piece.pages == 1 else f"第{number}—{last}页"
    blocks = (Text(f"{piece.title}（{piece.pages}页，{pages}）", centred=True), Text(why, centred=True))
    return pdf_of(Paper("", f"证据{piece.number}", "", "", "", piece.received_on, blocks, plain=True))


def _stamp(document: pypdfium2.PdfDocument, place: int, number: int) -> None:
    """The running number below the middle of the page, upright for the reader however the page is turned."""
    page = document[place]
    width = page.get_width()
    turn = page.get_rotation()
    across, up = (width / 2 - SIZE * len(str(number)) * 0.3, 12.0)
    left, bottom, right, top = page.get_mediabox()
    x, y = {
        0: (left + across, bottom + up), 90: (right - up, bottom + across), 180: (right - across, top - up), 270: (left + up, top - across)
    }[turn]  # fmt: skip
    text = pdfium.FPDFPageObj_NewTextObj(document, b"Helvetica", SIZE)
    said = f"{number}\0".encode("utf-16-le")
    pdfium.FPDFText_SetText(text, (pdfium.FPDF_WCHAR * (len(said) // 2)).from_buffer_copy(said))
    angle = turn * pi / 180
    pdfium.FPDFPageObj_Transform(text, cos(angle), sin(angle), -sin(angle), cos(angle), x, y)
    pdfium.FPDFPage_InsertObject(page, text)
    pdfium.FPDFPage_GenerateContent(page)
    page.close()
