"""Opening and finishing to-dos. Their rights and their trail are those of the action that calls: a to-do only points to it."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.tasks.enums import Kind
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
) -> Task:
    """Let something wait for whoever holds ``permission`` over ``org``, for one account only, or for all but one (``not_by``).

    One open to-do of a kind about one subject: opening it again renews its words.
    """
    words = {
        "title": title, "org": org, "url": url, "permission": permission, "assigned_to_id": assigned_to, "not_by_id": not_by,
        "due_on": due_on, "opened_by": by.actor_key,
    }  # fmt: skip
    with elevated("tasks: the to-do waits for somebody else, perhaps above the one who opens it"):
        task, _ = Task.objects.update_or_create(kind=kind, subject=subject, done_on=None, defaults=words)
    return task


@transaction.atomic
def ask_correction(*, person: Person, wrong: Sequence[str], by: Actor, on: date | None = None) -> Task:
    """A person says which parts of the own record are wrong (个人信息保护法第四十六条); the union answers within 15 days."""
    on = on or today()
    task = open_task(
        kind=Kind.CORRECT_PERSON, title=f"会员 {person.code} 请求更正：{'、'.join(wrong)}", org=person.home_org, subject=person.subject,
        url=reverse("people:detail", args=[person.code]), permission="people.change", by=by, due_on=on + timedelta(days=CORRECTION_DAYS),
    )  # fmt: skip
    record("people.ask_correction", subject=person.subject, by=by, org=person.home_org_id, on=on, wrong=list(wrong))
    return task


@transaction.atomic
def finish_task(*, kind: str, subject: str, outcome: str, by: Actor, on: date | None = None) -> int:
    """Close the open to-do of this kind about this subject, if there is one. Returns how many were closed."""
    with elevated("tasks: the one who did it may stand elsewhere than the one who asked"):
        return Task.objects.filter(kind=kind, subject=subject, done_on__isnull=True).update(
            done_on=on or today(), outcome=outcome, done_by=by.actor_key
        )
