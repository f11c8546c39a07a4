"""The chains where commits are real: writers at once, long transactions, and tampering by whoever owns the tables."""

import os
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import close_old_connections, connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.trail.actions import record, record_bulk
from niangjia.core.trail.models import CHAINS, Event
from niangjia.core.trail.queries import checks

SECONDS = 20


def failing() -> list[str]:
    with elevated("test"):
        return [check.name for check in checks() if not check.ok]


def write(writer: int, events: int) -> None:
    try:
        for number in range(events):
            with transaction.atomic():
                record("orgs.rename", subject=f"org:{writer}", by=SYSTEM, number=number)
    finally:
        connection.close()


def written() -> int:
    with elevated("test"):
        return Event.objects.count()


def test_eight_writers_at_once_leave_whole_chains(own_database: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8), [25] * 8, timeout=SECONDS))
    assert written() == 200
    assert failing() == []


def test_writers_do_not_wait_for_a_transaction_that_is_still_open(own_database: str) -> None:
    with transaction.atomic():
        record("orgs.move", subject="org:0", by=SYSTEM)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(1, 5), [5] * 4, timeout=SECONDS))
    assert written() == 21
    assert failing() == []


def test_a_long_transaction_holds_one_head(own_database: str) -> None:
    with transaction.atomic(), psycopg.connect(os.environ["DATABASE_URL"]) as other:
        for number in range(CHAINS + 6):
            record("orgs.rename", subject=f"org:{number}", by=SYSTEM)
        free = other.execute("SELECT count(*) FROM (SELECT FROM trail_head FOR UPDATE SKIP LOCKED) AS free").fetchone()
    assert free == (CHAINS - 1,)


def test_a_rolled_back_change_leaves_no_event(own_database: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("orgs.rename", subject="org:1", by=SYSTEM)
        raise ZeroDivisionError
    record("orgs.rename", subject="org:2", by=SYSTEM)
    assert written() == 1
    assert failing() == []


@pytest.mark.parametrize(
    ("tampering", "seen_by"),
    [
        ("UPDATE trail_event SET verb = 'orgs.found' WHERE id = (SELECT min(id) FROM trail_event)", "trail.chains"),
        ('UPDATE trail_event SET "on" = "on" - 1 WHERE id = (SELECT max(id) FROM trail_event)', "trail.chains"),
        ("DELETE FROM trail_event WHERE id = (SELECT min(id) FROM trail_event)", "trail.chains"),
        ("DELETE FROM trail_event WHERE id = (SELECT max(id) FROM trail_event)", "trail.heads"),
        ("UPDATE trail_head SET sequence = sequence - 1 WHERE sequence > 0", "trail.heads"),
        ("UPDATE trail_payload SET body = '{}'", "trail.payloads"),
        ("UPDATE trail_touch SET after = '{}'", "trail.touches"),
        ("UPDATE trail_touch SET before = after, after = NULL", "trail.touches"),
        ("DELETE FROM trail_touch", "trail.touches"),
    ],
)
def test_what_the_owner_of_the_tables_tampers_with_is_seen(own_database: str, tampering: str, seen_by: str) -> None:
    with transaction.atomic():
        for number in range(3):
            record("orgs.rename", subject=f"org:{number}", by=SYSTEM)
        touches = "SELECT 'person:1', NULL::jsonb, '{\"a\": 1}'::jsonb"
        record_bulk("people.enrol_many", touches=touches, subject="batch:1", by=SYSTEM)
    assert failing() == []
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        for table in ("trail_event", "trail_payload", "trail_touch"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(tampering)
    close_old_connections()
    assert seen_by in failing()
