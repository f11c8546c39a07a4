"""Photos and pictures as PDF pages, and PDF pages as pictures; nothing is laid on disk."""

import base64
import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pypdfium2

from niangjia.core.papers.pdf import compiler, setting

TEMPLATE = Path(__file__).parent / "data" / "picture.typ"
MOST_PIXELS = 60_000_000
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
TAIL = 1 << 16
TURNED = {3: 180, 6: 90, 8: 270}
"""Orientation in a camera's EXIF block, as degrees clockwise."""


class BadPicture(Exception):
    """A picture that cannot be read; the message says why, in Chinese."""


@dataclass(frozen=True)
class Size:
    """Pixels as they lie in the file, and the degrees by which a camera says they are turned."""

    width: int
    height: int
    turn: int = 0


def size_of(content: bytes, kind: str) -> Size:
    """The size of a JPEG or PNG by its headers. Raises BadPicture for what is none, or has more than sixty million points."""
    try:
        size = _png_size(content) if kind == PNG else _jpeg_size(content)
    except (struct.error, IndexError, ValueError) as error:
        raise BadPicture("这张照片坏了，打不开。请重新拍、重新扫。") from error
    if (b"IEND" if kind == PNG else b"\xff\xd9") not in content[-TAIL:]:
        raise BadPicture("这张照片没有传完整，后半截没有了。请重新传。")
    if not 0 < size.width * size.height <= MOST_PIXELS:
        raise BadPicture("这张照片太大（超过六千万像素）。请缩小一点再传。")
    return size


def picture_page(content: bytes, kind: str, *, title: str, caption: str = "") -> bytes:
    """The picture on one A4 page as PDF, upright, under its caption."""
    size = size_of(content, kind)
    inputs = {"picture": json.dumps({"title": title, "caption": caption}, ensure_ascii=False), "drawing": _drawing(content, kind, size)}
    with setting():
        try:
            return cast("bytes", compiler(TEMPLATE).compile(format="pdf", sys_inputs=inputs))
        except RuntimeError as error:
            raise BadPicture("这张照片坏了，打不开。请重新拍、重新扫。") from error


def _drawing(content: bytes, kind: str, size: Size) -> str:
    """An SVG that holds the picture, turned as the camera says."""
    width, height = (size.height, size.width) if size.turn in (90, 270) else (size.width, size.height)
    moved = {
        0: "",
        90: f"translate({width} 0) rotate(90)",
        180: f"translate({width} {height}) rotate(180)",
        270: f"translate(0 {height}) rotate(270)",
    }
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{size.width}" height="{size.height}" transform="{moved[size.turn]}" '
        f'href="data:{kind};base64,{base64.b64encode(content).decode()}"/></svg>'
    )


def _png_size(content: bytes) -> Size:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        raise ValueError("no PNG")
    return Size(*struct.unpack_from(">II", content, 16))


def _jpeg_size(content: bytes) -> Size:
    """Walk the segments until the frame; the camera's orientation comes before it."""
    at, turn = 2, 0
    while True:
        mark, code = content[at], content[at + 1]
        if mark != 0xFF:
            raise ValueError("no JPEG")
        length = struct.unpack_from(">H", content, at + 2)[0]
        if code == 0xE1 and content[at + 4 : at + 10] == b"Exif\0\0":
            turn = _orientation(content[at + 10 : at + 2 + length])
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Size(width, height, turn)
        at += 2 + length


def _orientation(block: bytes) -> int:
    """Tag 0x0112 of the first directory of a TIFF block."""
    order = "<" if block[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", block, 4)[0]
    for number in range(struct.unpack_from(f"{order}H", block, start)[0]):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", block, start + 2 + 12 * number)
        if tag == 0x0112:
            return TURNED.get(value, 0)
    return 0


def grey(page: pypdfium2.PdfPage, *, most: int) -> Any:
    """The page as a grey bitmap whose longer side has ``most`` points."""
    longest = max(page.get_size()) or 1.0
    return page.render(scale=most / longest, grayscale=True)


def png_of(bitmap: Any) -> bytes:
    """A grey bitmap as PNG."""
    raw = bytes(bitmap.buffer)
    rows = b"".join(b"\0" + raw[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    header = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
