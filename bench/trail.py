"""Many writers of the trail at once: 64 chains beside one chain, and beside rows without any chain.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.trail

Each writer commits for itself; half a transaction's time passes between its event and its commit, as in a real action.
"""

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

from bench.measure import table
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.trail import actions
from niangjia.core.trail.queries import checks

WRITERS = 16
SECONDS = 5.0
REST = 0.005
ONE_CHAIN = actions._INSERT.format(which="WHERE chain = 0 FOR UPDATE")
NO_CHAIN = """INSERT INTO trail_payload (event_id, salt, body) VALUES (-nextval(pg_get_serial_sequence('trail_event', 'id')), 'x', '{}')"""


def in_the_trail() -> None:
    actions.record("bench.write", subject="bench:1", by=SYSTEM)


def without_chain() -> None:
    with connection.cursor() as cursor:
        cursor.execute(NO_CHAIN)


def rate(write: Callable[[], None]) -> float:
    """Transactions a second of all writers together."""
    until, counts = time.monotonic() + SECONDS, [0] * WRITERS

    def writer(number: int) -> None:
        with elevated("bench: the connection is made before the clock starts"):
            pass
        while time.monotonic() < until:
            with transaction.atomic():
                write()
                time.sleep(REST)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def main() -> None:
    """Print the table."""
    limit = rate(without_chain)
    ours = rate(in_the_trail)
    kept, actions._FREE_HEAD = actions._FREE_HEAD, ONE_CHAIN
    try:
        single = rate(in_the_trail)
    finally:
        actions._FREE_HEAD = kept
    rows = [
        ("64 chains, a free one for each transaction", f"{ours:,.0f}", "1.00×"),
        ("peer: one chain for all", f"{single:,.0f}", f"{ours / single:.1f}×"),
        ("limit: one plain row, no event, no chain", f"{limit:,.0f}", f"{ours / limit:.2f}×"),
    ]
    table(f"{WRITERS} writers, {REST * 1000:.0f} ms between event and commit", ("transactions/s", "ours is"), rows)
    with elevated("bench: the chains recomputed"):
        print("; ".join(f"{'✓' if check.ok else '✗'} {check.name}: {check.detail}" for check in checks()), "\n")


if __name__ == "__main__":
    main()
