"""A bar on stderr for each step of a long build."""

import sys
import time
from types import TracebackType

WIDTH = 28


class Bar:
    """One step with a known number of parts; without a terminal only its last line is printed."""

    def __init__(self, title: str, total: int) -> None:
        self.title, self.total, self.done = title, max(total, 1), 0
        self.started = self.shown = time.monotonic()

    def __enter__(self) -> "Bar":
        self._show()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.done = self.total
        self._show(end="\n")

    def add(self, n: int = 1) -> None:
        """So many parts more are done."""
        self.done += n
        if time.monotonic() - self.shown > 0.2:
            self._show()

    def _show(self, end: str = "") -> None:
        self.shown = time.monotonic()
        if not end and not sys.stderr.isatty():
            return
        full = WIDTH * min(self.done, self.total) // self.total
        bar = "█" * full + "·" * (WIDTH - full)
        wide = sum(2 if ord(sign) > 0xFF else 1 for sign in self.title)
        text = f"\r{self.title}{' ' * max(20 - wide, 1)}{bar} {self.done:>7,}/{self.total:,}  {self.shown - self.started:5.1f}s"
        print(text, end=end, file=sys.stderr, flush=True)
