"""Opening and finishing to-dos. Their rights and their trail are those of the action that calls: a to-do only points to it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind as NoticeKind
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import change_details
from niangjia.core.people.enums import CORRECTABLE
from niangjia.core.people.models import Person
from niangjia.core.people.rules import check_reason
from niangjia.core.tasks.enums import CORRECTED, NOT_CORRECTED, PERSON_GONE, Kind
from niangjia.core.tasks.models import Task
from niangjia.core.trail.actions import record

CORRECTION_DAYS = 15


@transaction.atomic
def open_task(
    *,
    kind: str,
    title: str,
    org: Organisation,
    subject: str,
    url: str,
    permission: str,
    by: Actor,
    assigned_to: int | None = None,
    not_by: int | None = None,
    due_on: date | None = None,
    details: Mapping[str, Any] | None = None,
) -> Task:
    """Let something wait for whoever holds ``permission`` over ``org``, for one account only, or for all but one (``not_by``).

    One open to-do of a kind about one subject: opening it again renews its words.
    """
    words = {
        "title": title, "org": org, "url": url, "permission": permission, "assigned_to_id": assigned_to, "not_by_id": not_by,
        "due_on": due_on, "opened_by": by.actor_key, "details": dict(details or {}),
    }  # fmt: skip
    with elevated("tasks: the to-do waits for somebody else, perhaps above the one who opens it"):
        task, _ = Task.objects.update_or_create(kind=kind, subject=subject, done_on=None, defaults=words)
    return task


@transaction.atomic
def ask_correction(*, person: Person, wrong: Sequence[str], by: Actor, on: date | None = None) -> Task:
    """A person says which parts of the own record are wrong (个人信息保护法第四十六条); the union answers within 15 days.

    ``wrong``: keys of CORRECTABLE. Saying it again while it waits renews what is wrong, not the day by which it is answered.
    """
    on = on or today()
    parts = [key for key in CORRECTABLE if key in wrong]
    waiting = Task.objects.filter(kind=Kind.CORRECT_PERSON, subject=person.subject, done_on__isnull=True)
    with elevated("tasks: one's own report, which waits for the union"):
        asked_before = waiting.values_list("due_on", flat=True).first()
    task = open_task(
        kind=Kind.CORRECT_PERSON, title=f"会员 {person.code} 请求更正：{'、'.join(CORRECTABLE[key] for key in parts)}",
        org=person.home_org, subject=person.subject, url=reverse("people:correction", args=[person.code]), permission="people.change",
        by=by, due_on=asked_before or on + timedelta(days=CORRECTION_DAYS), details={"wrong": parts, "on": on.isoformat()},
    )  # fmt: skip
    record("people.ask_correction", subject=person.subject, by=by, org=person.home_org_id, on=on, wrong=[CORRECTABLE[key] for key in parts])
    return task


@transaction.atomic
def accept_correction(person: Person, *, by: Actor, facts: Mapping[str, Any], note: str = "", on: date | None = None) -> None:
    """Correct what the person reported, close the report and tell them. ``facts`` as `change_details` takes them.

    Without a changed fact ``note`` says what was done instead (a transfer, say); the person reads it.
    """
    require(by, "people.change", person.home_org)
    task, note, before = _open_correction(person), note.strip(), person.changed_at
    person = change_details(person, by=by, on=on, **facts) if facts else person
    changed = [CORRECTABLE[key] for key in CORRECTABLE if key in facts] if person.changed_at != before else []
    if not changed and not note:
        raise ValidationError("没有改动任何一项。在别处改了的，写一句怎么办的；不用改的，在下面选“不改”。")
    record("people.accept_correction", subject=person.subject, by=by, org=person.home_org_id, on=on, reason=note)
    lines = [_("工会核对过了，改了这些："), *changed] if changed else [_("工会核对过了。")]
    _close_correction(task, person, CORRECTED, [*lines, note], by, on)


@transaction.atomic
def refuse_correction(person: Person, *, by: Actor, reason: str, on: date | None = None) -> None:
    """The record is right as it stands: close the report and tell the person why."""
    require(by, "people.change", person.home_org)
    task, reason = _open_correction(person), check_reason(reason)
    record("people.refuse_correction", subject=person.subject, by=by, org=person.home_org_id, on=on, reason=reason)
    _close_correction(task, person, NOT_CORRECTED, [_("工会核对过了，这次没有改。"), _("理由："), reason], by, on)


@transaction.atomic
def follow_persons() -> int:
    """Reports wait where the person is now: they move on after a transfer, pass to the surviving record, end with a death."""
    with elevated("tasks: reports of everybody follow their persons"), connection.cursor() as cursor:
        cursor.execute(_REPORTS_OF_THE_GONE, {"kind": Kind.CORRECT_PERSON, "day": today(), "outcome": PERSON_GONE})
        ended = cursor.rowcount
        cursor.execute(_REPORTS_ASTRAY, {"kind": Kind.CORRECT_PERSON})
        return ended + cursor.rowcount


_REPORTS_OF_THE_GONE = """UPDATE tasks_task AS task SET done_on = %(day)s, outcome = %(outcome)s, done_by = 'system'
FROM people_person AS person WHERE task.kind = %(kind)s AND task.done_on IS NULL AND task.subject = 'person:' || person.id
    AND (person.deceased_on IS NOT NULL OR person.merged_into_id IS NOT NULL AND EXISTS (
        SELECT FROM tasks_task AS other WHERE other.kind = task.kind AND other.done_on IS NULL
            AND other.subject = 'person:' || person.merged_into_id))"""
_REPORTS_ASTRAY = """UPDATE tasks_task AS task SET org_id = living.home_org_id, subject = 'person:' || living.id,
    url = replace(task.url, person.code, living.code)
FROM people_person AS person JOIN people_person AS living ON living.id = coalesce(person.merged_into_id, person.id)
WHERE task.kind = %(kind)s AND task.done_on IS NULL AND task.subject = 'person:' || person.id
    AND (task.org_id <> living.home_org_id OR living.id <> person.id)"""


def _open_correction(person: Person) -> Task:
    """The report that waits, locked; refused where a colleague was faster."""
    with elevated("tasks: the report of somebody whom the post reaches"):
        waiting = Task.objects.select_for_update().filter(kind=Kind.CORRECT_PERSON, subject=person.subject, done_on__isnull=True)
        task = waiting.first()
    if task is None:
        raise ValidationError("这件事已经办结，不用再办。")
    return task


def _close_correction(task: Task, person: Person, outcome: str, lines: Sequence[str], by: Actor, on: date | None) -> None:
    finish_task(kind=task.kind, subject=task.subject, outcome=outcome, by=by, on=on)
    text = "\n".join(line for line in lines if line)
    tell(person=person, title=outcome, text=text, kind=NoticeKind.MESSAGE, by=by, url=reverse("people:me"))


@transaction.atomic
def finish_task(*, kind: str, subject: str, outcome: str, by: Actor, on: date | None = None) -> int:
    """Close the open to-do of this kind about this subject, if there is one. Returns how many were closed."""
    with elevated("tasks: the one who did it may stand elsewhere than the one who asked"):
        return Task.objects.filter(kind=kind, subject=subject, done_on__isnull=True).update(
            done_on=on or today(), outcome=outcome, done_by=by.actor_key
        )
