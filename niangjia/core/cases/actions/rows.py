"""The rows that several verbs write: locking a case, its reading lists, one step of its history."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from niangjia.base.calendar import now
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.cases.enums import ClockState
from niangjia.core.cases.models import NOTE, Assignment, Case, Clock, Party, StepTaken


def lock(case: Case) -> None:
    """Hold the case until the end of the transaction and read it anew: two verbs about one case follow one another."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)))


def renew_due(case: Case) -> None:
    """The nearest running clock stands on the case."""
    nearest = Clock.objects.filter(case=case, state=ClockState.RUNNING).aggregate(day=Min("due_on"))["day"]
    case.due_on = None if case.closed_on else nearest
    Case.objects.filter(pk=case.pk).update(due_on=case.due_on)


def renew_due_many(cases: QuerySet[Any]) -> None:
    """The same for every case of ``cases``, open ones only; set-based."""
    running = Clock.objects.filter(case=OuterRef("pk"), state=ClockState.RUNNING).order_by("due_on").values("due_on")[:1]
    Case.objects.filter(pk__in=cases, closed_on__isnull=True).update(due_on=Subquery(running))


def renew_readers(case: Case) -> None:
    """Who reads the case wherever they stand: the persons it is about, the accounts at work on it."""
    persons = Party.objects.filter(case=case, person__isnull=False, part__in=["applicant", "speaker"], until__isnull=True)
    case.persons = sorted(set(persons.values_list("person", flat=True)))
    case.accounts = sorted(set(Assignment.objects.filter(case=case, valid_to__isnull=True).values_list("user", flat=True)))
    Case.objects.filter(pk=case.pk).update(persons=case.persons, accounts=case.accounts)


def renew_readers_many(cases: Sequence[int]) -> None:
    """The accounts at work on many cases; one statement. Persons do not change with those who work."""
    accounts = Assignment.objects.filter(case=OuterRef("pk"), valid_to__isnull=True).order_by().values("case")
    ids = ArrayAgg("user", distinct=True, order_by="user", default=Value([], ArrayField(BigIntegerField())))
    found = Subquery(accounts.annotate(ids=ids).values("ids"))
    Case.objects.filter(pk__in=cases).update(accounts=Coalesce(found, Value([], ArrayField(BigIntegerField()))))


def write_step(
    case: Case, *, step: str, title: str, source: str, by: Actor, on: date, note: str = "", facts: dict[str, Any] | None = None,
    for_worker: bool = True, number: int | None = None,
) -> StepTaken:  # fmt: skip
    """Append one step to the history; the case must be locked. ``number`` is one that the caller took and saved already."""
    if number is None:
        case.steps_taken += 1
        Case.objects.filter(pk=case.pk).update(steps_taken=case.steps_taken)
    return StepTaken.objects.create(
        case=case, number=number or case.steps_taken, step=step, title=title, source=source, target=case.state, on=on, at=now(), by=by.actor_key,
        by_name=by.name, post=by.post_title, note_sealed=seal(note, NOTE) if note else None, facts=facts or {}, for_worker=for_worker,
    )  # fmt: skip
