"""Sealed bytes on disk: a file is a row of frames, each sealed for its place, so that none can be cut, moved or swapped unseen.

Layout: 4 bytes magic, 16 bytes random name of the file, frames of 1 MiB of content each (the last one shorter, perhaps empty).
Content never lies on disk in clear, not even while it is being received.
"""

import hashlib
import io
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from niangjia.base.sealing import HEAD, TAG, SealBroken, seal_bytes, unseal_bytes

MAGIC = b"NJF1"
NAME = 16
FRAME = 1 << 20
SEALED_FRAME = FRAME + HEAD + TAG
FIRST_FRAME = len(MAGIC) + NAME


def folder() -> Path:
    """Where sealed files lie."""
    return settings.NIANGJIA_HOME / "files"


def place_of(sha256: str) -> Path:
    """Where the content with this hash lies."""
    return folder() / sha256[:2] / sha256


def kept_files() -> list[Path]:
    """Every kept file; not those being received."""
    return [path for path in sorted(folder().glob("??/*")) if path.is_file()]


def key_of(path: Path) -> int:
    """The number of the key that its first frame lies under."""
    with path.open("rb") as file:
        return file.read(FIRST_FRAME + 2)[-1]


@dataclass(frozen=True)
class Kept:
    """Content that was written: its hash, its size in bytes, its first bytes, and where it lies for now."""

    sha256: str
    size: int
    head: bytes
    path: Path

    def settle(self) -> Path:
        """Move it to the place named by its content; equal content is kept once."""
        place = place_of(self.sha256)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.replace(place)
        return place

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


class Writer:
    """Takes bytes in any portions and writes sealed frames into a new file under ``incoming``."""

    def __init__(self) -> None:
        incoming = folder() / "incoming"
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._name = secrets.token_bytes(NAME)
        self.path = incoming / self._name.hex()
        self._out = self.path.open("wb")
        self._out.write(MAGIC + self._name)
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._frames = 0
        self._head = b""
        self.size = 0

    def write(self, portion: bytes) -> None:
        if len(self._head) < 4096:
            self._head = (self._head + portion)[:4096]
        self._hash.update(portion)
        self.size += len(portion)
        self._waiting += portion
        while len(self._waiting) >= FRAME:
            self._seal(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]

    def close(self) -> Kept:
        """Seal what waits as the last frame, and make sure that all of it is on disk."""
        self._seal(bytes(self._waiting), last=True)
        self._out.close()
        return Kept(self._hash.hexdigest(), self.size, self._head, self.path)

    def abandon(self) -> None:
        self._out.close()
        self.path.unlink(missing_ok=True)

    def _seal(self, content: bytes, *, last: bool) -> None:
        self._out.write(seal_bytes(content, _bound(self._name, self._frames, last=last)))
        self._frames += 1


class Reader(io.RawIOBase):
    """A kept file opened for reading, seekable; a frame that was altered or lost raises SealBroken."""

    def __init__(self, path: Path) -> None:
        self._in = path.open("rb")
        head = self._in.read(FIRST_FRAME)
        if len(head) < FIRST_FRAME or head[:4] != MAGIC:
            raise SealBroken("这个文件不是封存的文件，或已损坏。")
        self._name = head[4:]
        sealed = path.stat().st_size - FIRST_FRAME
        self._frames = max(1, -(-sealed // SEALED_FRAME))
        self.size = sealed - self._frames * (HEAD + TAG)
        self._position = 0
        self._open: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        number, start = divmod(self._position, FRAME)
        if self._position >= self.size or number >= self._frames:
            return 0
        portion = self._frame(number)[start : start + len(buffer)]
        buffer[: len(portion)] = portion
        self._position += len(portion)
        return len(portion)

    def close(self) -> None:
        self._in.close()
        self._open = (-1, b"")
        super().close()

    def _frame(self, number: int) -> bytes:
        if self._open[0] != number:
            self._in.seek(FIRST_FRAME + number * SEALED_FRAME)
            last = number == self._frames - 1
            self._open = (number, unseal_bytes(self._in.read(SEALED_FRAME), _bound(self._name, number, last=last)))
        return self._open[1]


def keep(portions: Iterable[bytes]) -> Kept:
    """Write content portion by portion; nothing is left behind if reading it fails."""
    writer = Writer()
    try:
        for portion in portions:
            writer.write(portion)
    except BaseException:
        writer.abandon()
        raise
    return writer.close()


def _bound(name: bytes, frame: int, *, last: bool) -> str:
    return f"file.{name.hex()}.{frame}{'.end' if last else ''}"
