"""What waits for whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.people.enums import CORRECTABLE
from niangjia.core.people.models import Person
from niangjia.core.tasks.enums import Kind
from niangjia.core.tasks.models import Task

SHOWN_AFTERWARDS = timedelta(days=30)


def opened_by(actor: Actor) -> QuerySet[Task]:
    """Open to-dos this actor asked of others, the oldest first."""
    asked = Task.objects.filter(opened_by=actor.actor_key, done_on__isnull=True)
    return asked.exclude(assigned_to=actor.user_id).select_related("org").order_by("opened_at")


def waiting_for(actor: Actor) -> QuerySet[Task]:
    """Open to-dos this actor may do under the present post, the nearest deadline first, those without one last."""
    low, high = actor.scope.low, actor.scope.high
    if low is None or high is None:
        return Task.objects.none()
    mine = Q(assigned_to=actor.user_id) if actor.user_id else Q(pk__in=[])
    anybody = Q(assigned_to__isnull=True, permission__in=actor.permissions)
    waiting = Task.objects.filter(mine | anybody, done_on__isnull=True, org__lft__range=(low, high))
    if actor.user_id:
        waiting = waiting.exclude(not_by=actor.user_id)
    return waiting.select_related("org").order_by(F("due_on").asc(nulls_last=True), "opened_at")


@dataclass(frozen=True)
class Report:
    """A person's report that the own record is wrong: which parts, since when, by when it is answered, how it ended ("" while open)."""

    wrong: list[str]
    on: date
    due_on: date | None
    outcome: str
    done_on: date | None

    @property
    def titles(self) -> list[str]:
        return [CORRECTABLE[key] for key in self.wrong]


def report_of(person: Person) -> Report | None:
    """The report that waits, else the last one answered within 30 days. The caller was shown the person already, or is the person."""
    lately = Q(done_on__isnull=True) | Q(done_on__gte=today() - SHOWN_AFTERWARDS)
    with elevated("tasks: the report about a record that the reader was shown already"):
        found = Task.objects.filter(lately, kind=Kind.CORRECT_PERSON, subject=person.subject)
        task = found.order_by(F("done_on").desc(nulls_first=True), "-pk").first()
    if task is None:
        return None
    wrong = [key for key in task.details.get("wrong", ()) if key in CORRECTABLE]
    on = date.fromisoformat(task.details["on"]) if "on" in task.details else task.opened_at.date()
    return Report(wrong, on, task.due_on, task.outcome if task.done_on else "", task.done_on)
