"""Membership of one person: joining, moving, changing standing or form, leaving (会籍). Spans follow one another without overlap."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.enums import EmploymentForm, EndReason, JoinWay, Standing
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.rules import (
    check_after_start,
    check_day,
    check_living,
    check_may_join,
    check_receiving,
    lock,
    open_span_of,
    refuse,
)
from niangjia.core.trail.actions import record

CARRIED = ("union", "scope", "standing", "form", "through_platform", "joined_on", "join_way", "group", "card_number", "transferring_to",
           "transfer_asked_on", "transfer_asked_by_receiver")  # fmt: skip
"""What a span hands to the next one unless it is what changed."""
NOT_ASKED: dict[str, Any] = {"transferring_to": None, "transfer_asked_on": None, "transfer_asked_by_receiver": False}
LEAVES = (EndReason.WITHDRAWN, EndReason.DEEMED, EndReason.EXPELLED, EndReason.LEFT, EndReason.CLOSED)


@transaction.atomic
def admit(
    person: Person,
    *,
    union: Organisation,
    by: Actor,
    on: date | None = None,
    join_way: int = JoinWay.PAPER,
    form: str = EmploymentForm.STANDARD,
    through_platform: bool = False,
    standing: str = Standing.FULL,
    group: str = "",
    card_number: str = "",
) -> Membership:
    """Approve joining, or joining again: membership counts from that day ."""
    require(by, "people.change", union)
    on = on or today()
    with elevated("admit: whether the person belongs to another union"):
        lock(person)
        check_may_join(person, union, on)
        last = person.memberships.order_by("-until").first()
        if last and last.until and last.until > on:
            refuse("上一段会籍还没有结束，入会日期要在它之后。", "on")
        span = Membership.objects.create(
            person=person, union=union, scope=union.lft, during=DateRange(on, None), previous_until=last.until if last else None,
            joined_on=on, standing=standing, form=form, through_platform=through_platform, join_way=join_way, group=group,
            card_number=card_number,
        )  # fmt: skip
        _bring_home(person, union)
        record("people.admit", subject=person.subject, by=by, org=union.pk, on=on, union=union.code, again=last is not None)
    return span


@transaction.atomic
def transfer(person: Person, *, to: Organisation, by: Actor, on: date | None = None, reason: str = "") -> Membership:
    """Move a member to another union: one span ends, the next begins the same day. The actor manages one of the two unions."""
    with elevated("transfer: one of the two unions lies outside the actor's subtree"):
        lock(person)
        span = open_span_of(person)
        require(by, "people.change", to if reaches(by, to) else span.union)
        on = on or today()
        check_day(on)
        check_living(person)
        check_receiving(to, on)
        if span.union_id == to.pk:
            refuse(f"{person.name}已经在{to.name}。", "to")
        changes = {"union": to, "scope": to.lft, "joined_on": on, "join_way": JoinWay.TRANSFER, "group": "", **NOT_ASKED}
        following = _continue(span, on, EndReason.TRANSFERRED, changes)
        _bring_home(person, to)
        facts = {"before": span.union.code, "after": to.code}
        record("people.transfer", subject=person.subject, by=by, org=to.pk, on=on, reason=reason, **facts)
    return following


@transaction.atomic
def change_standing(person: Person, *, standing: str, by: Actor, on: date | None = None, reason: str = "") -> Membership:
    """Retain membership, let it float, or take it up again (保留会籍、挂靠、恢复)."""
    return _alter(person, {"standing": standing}, EndReason.STANDING, "people.change_standing", by, on, reason)


@transaction.atomic
def change_form(
    person: Person, *, form: str, by: Actor, on: date | None = None, through_platform: bool = False, reason: str = ""
) -> Membership:
    """Another form of employment from a day on (就业形态变更)."""
    return _alter(person, {"form": form, "through_platform": through_platform}, EndReason.FORM, "people.change_form", by, on, reason)


@transaction.atomic
def end_membership(person: Person, *, end_reason: str, by: Actor, on: date | None = None, reason: str = "") -> Membership:
    """Withdrawal, deemed withdrawal, expulsion or leaving the district; ``end_reason`` one of LEAVES."""
    if end_reason not in LEAVES:
        refuse("请选择退会的原因。", "end_reason")
    on = on or today()
    with elevated("end_membership: the open span decides the union"):
        lock(person)
        span = open_span_of(person)
        require(by, "people.change", span.union)
        check_day(on)
        check_after_start(span, on)
        _end(span, on, end_reason)
        record("people.end_membership", subject=person.subject, by=by, org=span.union_id, on=on, reason=reason, kind=end_reason)
    return span


@transaction.atomic
def record_death(person: Person, *, on: date, by: Actor) -> Person:
    """The person died: an open membership and the posts held end that day; the record stays (个人信息保护法第四十九条)."""
    require(by, "people.change", person.home_org)
    check_day(on, "去世日期")
    with elevated("record_death: the open span may be elsewhere"):
        lock(person)
        check_living(person)
        span = person.memberships.select_for_update().filter(until__isnull=True).first()
        if span:
            check_after_start(span, on)
            _end(span, on, EndReason.DECEASED)
        person.deceased_on = on
        person.save(update_fields=["deceased_on", "changed_at"])
        person.offices.filter(valid_to=None, valid_from__lt=on).update(valid_to=on)
        record("people.record_death", subject=person.subject, by=by, org=person.home_org_id, on=on)
    return person


def reaches(by: Actor, org: Organisation) -> bool:
    """Whether the organisation lies in the subtree of the actor's post."""
    low, high = by.scope.low, by.scope.high
    return low is not None and high is not None and low <= org.lft <= high


def _alter(person: Person, changes: dict[str, Any], end_reason: str, verb: str, by: Actor, on: date | None, reason: str) -> Membership:
    """End the open span and go on with something changed."""
    on = on or today()
    with elevated("a change of membership: the open span decides the union"):
        lock(person)
        span = open_span_of(person)
        require(by, "people.change", span.union)
        check_day(on)
        check_living(person)
        before = {name: getattr(span, name) for name in changes}
        if before == changes:
            refuse("和现在一样，不用变更。")
        following = _continue(span, on, end_reason, changes)
        record(verb, subject=person.subject, by=by, org=span.union_id, on=on, reason=reason, before=before, after=changes)
    return following


def _continue(span: Membership, on: date, end_reason: str, changes: dict[str, Any]) -> Membership:
    """End a span and begin the next the same day, carrying over what did not change."""
    check_after_start(span, on)
    carried = {name: getattr(span, name) for name in CARRIED}
    _end(span, on, end_reason)
    return Membership.objects.create(person_id=span.person_id, during=DateRange(on, None), previous_until=on, **carried | changes)


def _end(span: Membership, on: date, end_reason: str) -> None:
    span.during = DateRange(span.during.lower, on)
    span.end_reason = end_reason
    for name, value in NOT_ASKED.items():
        setattr(span, name, value)
    span.save(update_fields=["during", "end_reason", *NOT_ASKED])


def _bring_home(person: Person, union: Organisation) -> None:
    person.home_org, person.scope = union, union.lft
    person.save(update_fields=["home_org", "scope", "changed_at"])
