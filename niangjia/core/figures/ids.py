"""Ascending ids as few bytes: differences in variable length, deflated; 500,000 ids of one table take some 100 KB."""

import zlib
from collections.abc import Iterable, Sequence


def packed(ids: Sequence[int]) -> bytes:
    """``ids`` must be ascending and positive."""
    out = bytearray()
    before = 0
    for one in ids:
        step, before = one - before, one
        while step > 0x7F:
            out.append(step & 0x7F | 0x80)
            step >>= 7
        out.append(step)
    return zlib.compress(bytes(out))


def unpacked(blob: bytes) -> list[int]:
    return list(_running(zlib.decompress(blob)))


def _running(data: Iterable[int]) -> Iterable[int]:
    total = step = shift = 0
    for byte in data:
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            total += step
            yield total
            step = shift = 0
