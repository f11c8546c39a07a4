"""Reading the trail: what happened to a record, who looked at it, and whether the chains still hold."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from niangjia.core.trail.models import HASHED, Event, Payload, Touch

LOOKS = ("people.unmask", "people.export", "people.print")
"""Verbs that mean somebody looked at unmasked data (看过)."""


@dataclass(frozen=True)
class Check:
    """One line of `niangjia verify`: what was checked, whether it holds, and what was found."""

    name: str
    ok: bool
    detail: str


def by_code(events: QuerySet[Event], code: str) -> QuerySet[Event]:
    """The event with this place in the trail ("26-7"), or none."""
    chain, _, sequence = code.partition("-")
    if not (chain.isdecimal() and sequence.isdecimal() and len(chain) < 3 and len(sequence) < 19):
        return events.none()
    return events.filter(chain=int(chain), sequence=int(sequence))


def events_about(subject: str) -> QuerySet[Event]:
    """Everything done to one record, newest first: its own events and the bulk events that touched it."""
    touched = Touch.objects.filter(event=OuterRef("pk"), subject=subject)
    return Event.objects.filter(Q(subject=subject) | Exists(touched)).order_by("-at", "-id")


def touches_of(subject: str) -> QuerySet[Touch]:
    """The bulk changes of one record with their before and after, newest first."""
    return Touch.objects.filter(subject=subject).select_related("event").order_by("-id")


def looks_at(subject: str) -> QuerySet[Event]:
    """Who looked at the unmasked data of a record, newest first."""
    return Event.objects.filter(subject=subject, verb__in=LOOKS).order_by("-at")


def facts_of(event: Event) -> dict[str, Any]:
    """What an event says in full; empty where its payload was erased by retention. Select ``payload`` with the event."""
    try:
        return dict(json.loads(event.payload.body))
    except Payload.DoesNotExist:
        return {}


def checks() -> list[Check]:
    """Recompute every chain, payload and bulk digest of the trail; call it elevated."""
    return [_chains(), _heads(), _payloads(), _touches()]


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def _chains() -> Check:
    broken = _count(
        f"""SELECT count(*) FROM (
            SELECT hash <> {HASHED} OR previous IS DISTINCT FROM coalesce(lag(hash) OVER place, previous)
                OR sequence <> coalesce(lag(sequence) OVER place, 0) + 1 AS wrong
            FROM trail_event WINDOW place AS (PARTITION BY chain ORDER BY sequence)) AS seen WHERE wrong"""
    )
    return Check("trail.chains", broken == 0, f"{_count('SELECT count(*) FROM trail_event')} 条事件，{broken} 条对不上")


def _heads() -> Check:
    """A cut tail is seen here: the head knows more than the events that are left."""
    astray = _count(
        """SELECT count(*) FROM trail_head AS head
        LEFT JOIN LATERAL (SELECT sequence, hash FROM trail_event WHERE chain = head.chain ORDER BY sequence DESC LIMIT 1) AS last ON true
        WHERE head.sequence <> coalesce(last.sequence, 0) OR (last.hash IS NOT NULL AND last.hash <> head.hash)"""
    )
    return Check("trail.heads", astray == 0, f"64 条链，{astray} 条链尾对不上")


def _payloads() -> Check:
    wrong = _count(
        """SELECT count(*) FROM trail_event AS event JOIN trail_payload AS payload ON payload.event_id = event.id
        WHERE event.payload_hash <> sha256(payload.salt || convert_to(payload.body, 'UTF8'))"""
    )
    erased = _count("SELECT count(*) FROM trail_event WHERE NOT EXISTS (SELECT FROM trail_payload WHERE event_id = trail_event.id)")
    return Check("trail.payloads", wrong == 0, f"{wrong} 条内容与指纹不符，{erased} 条内容已按期限删除")


def _touches() -> Check:
    """A bulk event says a digest over its touches; any changed or missing one shows."""
    wrong = _count(
        """SELECT count(*) FROM (
            SELECT event_id, body::jsonb ->> 'touches' AS said FROM trail_payload WHERE body LIKE '%"touches":%') AS bulk
        WHERE said IS DISTINCT FROM touches_digest(event_id)"""
    )
    return Check("trail.touches", wrong == 0, f"{wrong} 批的逐行记录对不上")
