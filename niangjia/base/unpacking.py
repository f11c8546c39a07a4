"""Looks into a file before a reader may: what it is by its bytes, and whether unpacking it is safe.

An .xlsx is a zip of XML. The reader keeps a rectangle of cells from the first to the last one, so that two cells far apart cost as
much memory as all between them; what the file declares of itself is not believed, every part is unpacked once and counted.
"""

import re
import zipfile
from typing import IO

MEGABYTE = 1 << 20
MOST_BYTES = 200 * MEGABYTE
MOST_UNPACKED = 2048 * MEGABYTE
MOST_PARTS = 5000
SUSPICIOUS_SIZE = 20 * MEGABYTE
HIGHEST_RATIO = 250
MOST_CELLS = 16_000_000
WIDEST = 200
CHUNK = MEGABYTE
LONGEST_REFERENCE = 24

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WIDTHS = (26, 52, 104, WIDEST, 16_384)
BEYOND = [
    re.compile(rb"r=[\"'](?:" + columns + rb")\d")
    for columns in (rb"[A-Z]{2,3}", rb"[B-Z][A-Z]|[A-Z]{3}", rb"[D-Z][A-Z]|[A-Z]{3}", rb"G[S-Z]|[H-Z][A-Z]|[A-Z]{3}")
]
"""Cell references beyond columns Z, AZ, CZ and GR."""
UNPLACED = re.compile(rb"<c(?:>| (?!r=))")
ROW = re.compile(rb"<(?:\w+:)?row [^>]*?\br=[\"'](\d+)")
FAR_CELL = re.compile(rb"r=[\"'][A-Z]{1,3}(\d{6,})[\"']")
CELL = b"<c "

KNOWN_STARTS = {
    b"%PDF": "PDF 文件", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"GIF8": "图片", b"RIFF": "图片",
    b"Rar!": "RAR 压缩包", b"7z\xbc\xaf": "7z 压缩包", b"\x1f\x8b": "压缩包", b"{\\rtf": "RTF 文档",
}  # fmt: skip
SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"


class UnreadableFile(Exception):
    """A file that cannot be read as a workbook; the message says what it is and how to mend it, in Chinese."""


def kind_of(file: IO[bytes]) -> str:
    """xlsx, xls or text, by content; refuses everything else."""
    file.seek(0)
    start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile("这个文件是空的：请确认保存后再上传。")
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(OLE):
        return _kind_of_ole(file)
    for magic, what in KNOWN_STARTS.items():
        if start.startswith(magic):
            raise UnreadableFile(f"这是{what}，不是表格：请上传 .xlsx、.xls 或 .csv。")
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|head|meta)", start, re.IGNORECASE):
        raise UnreadableFile(f"这其实是网页或 XML，只是名字像表格：{SAVE_AS}")
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("认不出这个文件：请上传 .xlsx、.xls 或 .csv。")
    return "text"


def _kind_of_ole(file: IO[bytes]) -> str:
    file.seek(0)
    content = file.read(MOST_BYTES)
    if any(name.encode("utf-16-le") in content for name in ("EncryptedPackage", "EncryptionInfo")):
        raise UnreadableFile("这个工作簿设了打开密码：请去掉密码另存后再上传。")
    if "WordDocument".encode("utf-16-le") in content:
        raise UnreadableFile("这是 Word 文档，不是表格：请把表格复制到 Excel 后另存为 .xlsx。")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnreadableFile(f"认不出这个文件：{SAVE_AS}")
    return "xls"


def check_archive(file: IO[bytes], limit: int) -> None:
    """Refuse an .xlsx that is none, is broken or hostile, or holds more than ``limit`` rows."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_directory(parts)
            _check_parts(archive, parts, limit)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise UnreadableFile(f"工作簿已损坏，打不开：{SAVE_AS}") from error


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("压缩包设了密码：请去掉密码另存后再上传。")
    if any(name.startswith("word/") for name in names):
        raise UnreadableFile("这是 Word 文档，不是表格：请把表格复制到 Excel 后另存为 .xlsx。")
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableFile("这是演示文稿，不是表格：请上传 .xlsx、.xls 或 .csv。")
    if "[Content_Types].xml" not in names or not any(name.lower().startswith("xl/workbook") for name in names):
        raise UnreadableFile("这是压缩包，不是表格：请解压后上传里面的 .xlsx、.xls 或 .csv。")
    bloated = any(part.file_size > SUSPICIOUS_SIZE and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1) for part in parts)
    if bloated or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFile(f"工作簿解开后大得不正常，没有读取：{SAVE_AS}")


def _check_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], limit: int) -> None:
    total = rows = 0
    for part in parts:
        extent = _Extent() if part.filename.lower().startswith("xl/worksheets/") else None
        tail = b""
        with archive.open(part) as unpacked:
            while piece := unpacked.read(CHUNK):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise UnreadableFile(f"工作簿解开后大得不正常，没有读取：{SAVE_AS}")
                if extent:
                    extent.take_in(tail + piece)
                    tail = piece[-LONGEST_REFERENCE:]
        if extent:
            rows += extent.rows
            _check_extent(extent, rows, limit)


def _check_extent(extent: "_Extent", rows: int, limit: int) -> None:
    if rows > limit:
        raise UnreadableFile(too_many_rows(limit))
    if extent.cells > MOST_CELLS or extent.rows * extent.width > 4 * MOST_CELLS:
        raise UnreadableFile("表格太大，或有内容落在很远的行列（常因整列设了格式）：请只复制有用的部分到新表，或拆成几份，或另存为 CSV。")


class _Extent:
    """How far one sheet's cells reach; ``width`` is an upper bound. Pieces overlap a little, so that no reference is cut."""

    def __init__(self) -> None:
        self.rows = 0
        self.cells = 0
        self._class = 0

    @property
    def width(self) -> int:
        return WIDTHS[self._class]

    def take_in(self, piece: bytes) -> None:
        self.cells += piece.count(CELL)
        while self._class < len(BEYOND) and BEYOND[self._class].search(piece):
            self._class += 1
        if self._class < len(BEYOND) - 1 and UNPLACED.search(piece):
            self._class = len(BEYOND) - 1
        numbers = {*ROW.findall(piece), *FAR_CELL.findall(piece)}
        self.rows = max(self.rows, *map(int, numbers)) if numbers else self.rows


def too_many_rows(limit: int) -> str:
    return f"超过 {limit:,} 行：请按单位或年份拆成几份，分别上传。"
