"""The trail: chained, append-only, complete for bulk writes, and told apart from a tampered one."""

import pytest
from django.db import InternalError, connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.trail.actions import record, record_bulk
from niangjia.core.trail.models import Event, Touch
from niangjia.core.trail.queries import checks, events_about, looks_at

pytestmark = pytest.mark.django_db


def failing() -> list[str]:
    return [check.name for check in checks() if not check.ok]


def record_three() -> None:
    for number in range(3):
        record("orgs.rename", subject=f"org:{number}", by=SYSTEM, before="旧", after="新")


def test_an_untouched_trail_passes_every_check() -> None:
    with elevated("test"):
        record_three()
        assert Event.objects.count() == 3
        assert failing() == []


def test_an_event_cannot_be_changed_or_deleted() -> None:
    with elevated("test"):
        record_three()
        for statement in ("UPDATE trail_event SET verb = 'x'", "DELETE FROM trail_event", "UPDATE trail_payload SET body = '{}'"):
            with pytest.raises(InternalError, match="只许追加"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_bulk_event_shows_on_every_row_it_touched() -> None:
    touches = "SELECT 'person:' || n, NULL::jsonb, jsonb_build_object('name', n) FROM generate_series(1, 500) AS n"
    with elevated("test"):
        event = record_bulk("people.enrol_many", touches=touches, subject="batch:DR-1", by=SYSTEM, batch="DR-1", new=500)
        assert [seen.pk for seen in events_about("person:77")] == [event]
        assert Touch.objects.get(subject="person:77").after == {"name": 77}
        assert failing() == []


def test_a_look_is_found_by_the_one_looked_at() -> None:
    with elevated("test"):
        record("people.unmask", subject="person:5", by=SYSTEM, reason="核对转账户名", field="phone")
        record("people.change_details", subject="person:5", by=SYSTEM)
        assert [look.reason for look in looks_at("person:5")] == ["核对转账户名"]


def test_events_outside_the_readers_scope_are_hidden_by_the_database() -> None:
    with elevated("test"):
        record_three()
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("tampering", "seen_by"),
    [
        ("UPDATE trail_event SET verb = 'orgs.found' WHERE id = (SELECT min(id) FROM trail_event)", "trail.chains"),
        ("DELETE FROM trail_event WHERE id = (SELECT max(id) FROM trail_event)", "trail.heads"),
        ("UPDATE trail_payload SET body = '{}'", "trail.payloads"),
        ("UPDATE trail_touch SET after = '{}'", "trail.touches"),
    ],
)
def test_tampering_below_the_application_is_seen(tampering: str, seen_by: str) -> None:
    with elevated("test"):
        record_three()
        touches = "SELECT 'person:1', NULL::jsonb, '{\"a\": 1}'::jsonb"
        record_bulk("people.enrol_many", touches=touches, subject="batch:1", by=SYSTEM)
        with connection.cursor() as cursor:
            for table in ("trail_event", "trail_payload", "trail_touch"):
                cursor.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM {table}")  # shadows the real one in this session
            cursor.execute(tampering)
        assert seen_by in failing()
