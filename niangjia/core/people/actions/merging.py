"""Two records of one person become one (合并): seen beforehand, undone while nobody has touched it since."""

import copy
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Field

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.people.enums import EndReason
from niangjia.core.people.models import Membership, Officer, Person
from niangjia.core.people.rules import check_reason, refuse
from niangjia.core.trail.actions import record
from niangjia.core.trail.models import Event, Payload
from niangjia.core.trail.queries import LOOKS, events_about

FILLED = (
    "former_name", "birth", "sex", "ethnic", "political", "education", "degree", "household", "household_place", "skill_level",
    "skill_trade", "title_level", "job", "address", "relation", "employer_id", "platform", "consent_version", "consent_on",
)  # fmt: skip
"""Facts that the kept record takes from the other where it has none."""
SEALED_PAIRS = (("id_sealed", "id_index"), ("phone_sealed", "phone_index"), ("bank_sealed", "bank_index"))
SPAN_FACTS = (
    "id", "union_id", "standing", "form", "through_platform", "joined_on", "join_way", "group", "card_number", "end_reason",
    "batch",
)  # fmt: skip


@dataclass(frozen=True)
class Merge:
    """What a merge would do: spans in order, spans of the dropped record that give way where both were members, facts filled, offices."""

    keep: Person
    drop: Person
    spans: list[Membership]
    overlapping: list[Membership]
    filled: list[str]
    offices: int


def preview_merge(keep: Person, drop: Person) -> Merge:
    """What `merge_persons` would do, without doing it."""
    ours, theirs = _spans(keep), _spans(drop)
    overlapping = [span for span in theirs if any(_overlap(span, other) for other in ours)]
    staying = sorted([*ours, *(piece for span in theirs for piece in _besides(span, ours))], key=lambda span: span.during.lower)
    filled = [name for name in FILLED if not getattr(keep, name) and getattr(drop, name)]
    filled += [index for _, index in SEALED_PAIRS if not getattr(keep, index) and getattr(drop, index)]
    return Merge(keep, drop, staying, overlapping, filled, Officer.objects.filter(person=drop).count())


@transaction.atomic
def merge_persons(*, keep: Person, drop: Person, by: Actor, reason: str, on: date | None = None) -> int:
    """Merge ``drop`` into ``keep``; returns the trail event by which it can be undone."""
    require(by, "people.merge", keep.home_org)
    require(by, "people.merge", drop.home_org)
    reason = check_reason(reason)
    if keep.pk == drop.pk:
        refuse("这是同一份档案。")
    with elevated("merge_persons: spans in other unions move along"):
        locked = {row.pk: row for row in Person.objects.select_for_update(of=("self",)).filter(pk__in=[keep.pk, drop.pk]).order_by("pk")}
        keep, drop = locked[keep.pk], locked[drop.pk]
        if keep.merged_into_id or drop.merged_into_id:
            refuse("其中一份档案已经合并过，请刷新后再看。")
        if keep.id_index and drop.id_index and bytes(keep.id_index) != bytes(drop.id_index):
            refuse("两份档案的证件号不同。先核对并改正证件号，再合并。")
        if keep.deceased_on != drop.deceased_on:
            refuse("两份档案的去世日期不同。先核对并登记去世，再合并。")
        plan = preview_merge(keep, drop)
        before = {
            "spans": [_span_facts(span) for span in (*_spans(keep), *_spans(drop))],
            "offices": list(Officer.objects.filter(person=drop).values_list("pk", flat=True)),
            "home": [keep.home_org_id, drop.home_org_id],
            "users": [keep.user_id, drop.user_id],
        }
        drop.merged_into = keep
        drop.save(update_fields=["merged_into", "changed_at"])
        _fill(keep, drop, plan.filled)
        Officer.objects.filter(person=drop).update(person=keep)
        _replace_spans([keep.pk, drop.pk], [(keep.pk, _span_facts(span)) for span in plan.spans])
        _settle_home(keep, plan.spans)
        facts: dict[str, Any] = {"keep": keep.pk, "drop": drop.pk, "filled": plan.filled, "undo": before}
        event = record("people.merge", subject=keep.subject, by=by, org=keep.home_org_id, on=on, reason=reason, **facts)
        record("people.merged_away", subject=drop.subject, by=by, org=drop.home_org_id, on=on, reason=reason, into=keep.code)
    return event


@transaction.atomic
def undo_merge(*, event: Event, by: Actor, reason: str) -> Person:
    """Take a merge back while neither record was touched since; returns the record that lives again."""
    with elevated("undo_merge: both records come back as they were"):
        said = json.loads(Payload.objects.get(event=event).body)
        keep, drop = Person.objects.get(pk=said["keep"]), Person.objects.get(pk=said["drop"])
        require(by, "people.merge", keep.home_org)
        require(by, "people.merge", drop.home_org)
        reason = check_reason(reason)
        if drop.merged_into_id != keep.pk:
            refuse("这次合并已经撤销过了。")
        if events_about(keep.subject).filter(pk__gt=event.pk).exclude(verb__in=LOOKS).exists():
            refuse("合并后这份档案又办过事，不能直接撤销。请按现在的情况分别改正。")
        for name in said["filled"]:
            _empty(keep, name)
        keep.home_org_id, drop.home_org_id = said["undo"]["home"]
        keep.user_id, drop.user_id = said["undo"]["users"]
        for person in (keep, drop):
            person.scope = person.home_org.lft
        keep.save()
        drop.merged_into = None
        drop.save()
        Officer.objects.filter(pk__in=said["undo"]["offices"]).update(person=drop)
        _replace_spans([keep.pk, drop.pk], [(span["person_id"], span) for span in said["undo"]["spans"]])
        record("people.undo_merge", subject=keep.subject, by=by, org=keep.home_org_id, reason=reason, merge=event.pk, drop=drop.pk)
        record("people.undo_merge", subject=drop.subject, by=by, org=drop.home_org_id, reason=reason, merge=event.pk)
    return drop


def _spans(person: Person) -> list[Membership]:
    return list(person.memberships.select_related("union").order_by("during"))


def _overlap(one: Membership, other: Membership) -> bool:
    starts_before_end = other.until is None or one.during.lower < other.until
    return starts_before_end and (one.until is None or other.during.lower < one.until)


def _besides(span: Membership, others: list[Membership]) -> list[Membership]:
    """The pieces of a span on days that none of ``others`` (in order) covers, so that no day of membership is lost or counted twice.

    A piece that another span cuts short was a transfer into that one.
    """
    pieces, rest = [], copy.copy(span)
    for other in others:
        if not _overlap(rest, other):
            continue
        if rest.during.lower < other.during.lower:
            pieces.append(_piece(rest, rest.during.lower, other.during.lower))
            rest.pk = None
        if other.until is None or (rest.until and rest.until <= other.until):
            return pieces
        rest = _piece(rest, other.until, rest.until)
    return [*pieces, rest]


def _piece(span: Membership, start: date, end: date | None) -> Membership:
    piece = copy.copy(span)
    piece.during, piece.until = DateRange(start, end), end
    if end != span.until:
        piece.end_reason = EndReason.TRANSFERRED
    return piece


def _span_facts(span: Membership) -> dict[str, Any]:
    days = {"person_id": span.person_id, "from": span.during.lower, "to": span.until}
    return {name: getattr(span, name) for name in SPAN_FACTS} | days


def _replace_spans(persons: list[int], spans: list[tuple[int, dict[str, Any]]]) -> None:
    """Write the chains of these persons anew; ids stay."""
    Membership.objects.filter(person__in=persons).delete()
    last: dict[int, Any] = {}
    for person, facts in sorted(spans, key=lambda pair: str(pair[1]["from"])):
        kept = {name: facts[name] for name in SPAN_FACTS}
        Membership.objects.create(person_id=person, during=DateRange(facts["from"], facts["to"]), previous_until=last.get(person), **kept)
        last[person] = facts["to"]


def _fill(keep: Person, drop: Person, names: list[str]) -> None:
    for name in names:
        setattr(keep, name, getattr(drop, name))
        if name.endswith("_index"):
            sealed = name.replace("_index", "_sealed")
            setattr(keep, sealed, getattr(drop, sealed))
    if drop.user_id and not keep.user_id:
        keep.user_id = drop.user_id
        Person.objects.filter(pk=drop.pk).update(user=None)
    keep.save()


def _empty(keep: Person, name: str) -> None:
    field = Person._meta.get_field(name.removesuffix("_id") if name == "employer_id" else name)
    setattr(keep, name, None if field.null else cast("Field[Any, Any]", field).get_default())
    if name.endswith("_index"):
        setattr(keep, name.replace("_index", "_sealed"), None)


def _settle_home(keep: Person, spans: list[Membership]) -> None:
    """The kept record belongs to the union of its open span."""
    open_span = next((span for span in spans if span.until is None), None)
    if open_span and open_span.union_id != keep.home_org_id:
        keep.home_org, keep.scope = open_span.union, open_span.scope
        keep.save(update_fields=["home_org", "scope", "changed_at"])
