"""Which characters the fonts of papers can print: read from the fonts' own tables, so that a missing one is said and never a box."""

import struct
from functools import cache
from pathlib import Path

from django.conf import settings

SERIF = ("noto-serif-sc", "400Regular", "NotoSerifSC_400Regular.ttf")
SANS = ("noto-sans-sc", "700Bold", "NotoSansSC_700Bold.ttf")
MISSING = "〓"
"""The printers' mark for a character that is not in the case."""


def font_files() -> list[Path]:
    """The two files that papers are set in."""
    return [settings.NODE_MODULES / "@expo-google-fonts" / Path(*one) for one in (SERIF, SANS)]


@cache
def covered() -> frozenset[int]:
    """Code points that either font has."""
    return frozenset().union(*(_code_points(file.read_bytes()) for file in font_files()))


def missing(text: str) -> list[str]:
    """The characters of a text that no font of ours has, in their order, each once."""
    known = covered()
    return list(dict.fromkeys(one for one in text if ord(one) not in known and not one.isspace()))


def _code_points(font: bytes) -> set[int]:
    """What the font's cmap table names (OpenType, formats 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    start = next(offset for tag, _, offset, _ in (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables)) if tag == b"cmap")
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">HHI", font, start + 4 + 8 * number)[2]
        match struct.unpack_from(">H", font, at)[0]:
            case 12:
                found |= _groups(font, at)
            case 4:
                found |= _segments(font, at)
    return found


def _groups(font: bytes, at: int) -> set[int]:
    number = struct.unpack_from(">I", font, at + 12)[0]
    groups = (struct.unpack_from(">III", font, at + 16 + 12 * n) for n in range(number))
    return {point for first, last, _ in groups for point in range(first, last + 1)}


def _segments(font: bytes, at: int) -> set[int]:
    number = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{number}H", font, at + 14)
    starts = struct.unpack_from(f">{number}H", font, at + 16 + 2 * number)
    return {point for first, last in zip(starts, ends, strict=True) for point in range(first, last + 1) if point != 0xFFFF}
