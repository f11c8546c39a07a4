"""Chunks in two lanes: while one is being committed the next is prepared, and yet they commit one after another."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")
Turn = Callable[[], None]
LANES = 2


def in_order(work: Callable[[T, Turn], None], items: Iterable[T]) -> None:
    """Call ``work(item, turn)`` for every item, two at a time, each lane on a connection of its own.

    ``turn()`` waits until the item before is done; call it before taking what the others need, and commit only after it. When one item
    fails, those behind it fail at their turn; the first failure is raised. Inside a transaction there is one lane.
    """
    if connection.in_atomic_block:
        for item in items:
            work(item, lambda: None)
        return
    before: Future[None] | None = None
    with ThreadPoolExecutor(LANES) as pool:
        under_way: list[Future[None]] = []
        for item in items:
            before = pool.submit(_lane, work, item, before)
            under_way.append(before)
            if len(under_way) > LANES:
                under_way.pop(0).result()
        for future in under_way:
            future.result()


def _lane(work: Callable[[T, Turn], None], item: T, before: Future[None] | None) -> None:
    try:
        work(item, before.result if before else lambda: None)
    finally:
        connections.close_all()
