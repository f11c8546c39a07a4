"""The trail: chained, append-only, complete for bulk writes, and told apart from a tampered one."""

import pytest
from django.db import DatabaseError, connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.trail.actions import record, record_bulk
from niangjia.core.trail.models import Event, Payload, Touch
from niangjia.core.trail.queries import checks, events_about, facts_of, looks_at

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
            with pytest.raises(DatabaseError, match="只许追加"), transaction.atomic(), connection.cursor() as cursor:
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


def test_a_bulk_event_says_a_digest_of_its_touches() -> None:
    touches = "SELECT 'person:' || n, NULL::jsonb, to_jsonb(n) FROM generate_series(1, 3) AS n"
    with elevated("test"):
        event = Event.objects.select_related("payload").get(
            pk=record_bulk("people.end_many", touches=touches, subject="register", by=SYSTEM)
        )
        nothing = record_bulk("people.end_many", touches=f"{touches} WHERE false", subject="register", by=SYSTEM)
        assert facts_of(event)["rows"] == 3
        assert facts_of(event)["touches"] != facts_of(Event.objects.get(pk=nothing))["touches"]


def test_erased_contents_are_counted_and_break_nothing() -> None:
    with elevated("test"):
        record_three()
        Payload.objects.filter(event__subject="org:1").delete()
        assert failing() == []
        assert "1 条内容已按期限删除" in next(check.detail for check in checks() if check.name == "trail.payloads")
