"""CSV by blocks of some megabytes, each read as columns: ten times the speed of going row by row."""

import codecs
import io
from collections.abc import Callable, Iterator
from typing import IO

import polars as pl

BLOCK = 4 << 20
NEWLINE, QUOTE = b"\n", b'"'
BLANK_LINES = (b"\n\n", b"\n\r\n")


class Irregular(Exception):
    """A block that has to be read row by row: blank lines, other line ends, quotes out of order."""


def frames(opened: Callable[[], IO[bytes]], encoding: str, separator: str, width: int, size: int) -> Iterator[pl.DataFrame]:
    """Frames of up to ``size`` rows: row (number of the record from 1), c1 … c``width`` (text, null where empty).

    Rows without any text are left out but counted. Raises Irregular before the first frame of a block it cannot read.
    """
    first = 1
    for block in _blocks(opened, encoding):
        frame = _columns(block, separator, width).with_row_index("row", offset=first)
        first += len(frame)
        frame = frame.with_columns(pl.col("row").cast(pl.Int64))
        kept = frame.filter(pl.any_horizontal(pl.exclude("row").str.strip_chars().str.len_chars() > 0))
        slices = -(-len(kept) // size)
        yield from kept.iter_slices(-(-len(kept) // max(slices, 1))) if slices else ()


def _columns(block: bytes, separator: str, width: int) -> pl.DataFrame:
    if block.startswith((b"\n", b"\r")) or any(blank in block for blank in BLANK_LINES):
        raise Irregular
    schema = {f"c{number}": pl.String for number in range(1, width + 1)}
    try:
        frame = pl.read_csv(io.BytesIO(block), has_header=False, schema=schema, separator=separator, truncate_ragged_lines=True)
    except pl.exceptions.PolarsError as error:
        raise Irregular from error
    return frame.with_columns(pl.all().replace("", None))


def _blocks(opened: Callable[[], IO[bytes]], encoding: str) -> Iterator[bytes]:
    """UTF-8, each block ending where a record ends."""
    decoder = None if encoding == "utf-8-sig" else codecs.getincrementaldecoder(encoding)()
    with opened() as file:
        if decoder is None and file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        rest = b""
        while piece := file.read(BLOCK):
            rest += piece if decoder is None else decoder.decode(piece).encode()
            end = _end_of_record(rest)
            if end:
                yield rest[:end]
                rest = rest[end:]
        if rest.strip():
            yield rest


def _end_of_record(text: bytes) -> int:
    """Behind the last line end that is outside quotes, 0 if there is none: there the quotes before it are even in number."""
    end = text.rfind(NEWLINE) + 1
    inside = text.count(QUOTE, 0, end) % 2
    while end and inside:
        before = text.rfind(NEWLINE, 0, end - 1) + 1
        inside ^= text.count(QUOTE, before, end) % 2
        end = before
    return end
