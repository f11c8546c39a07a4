"""Questions about duty and consultations: who is there when, which times are free, what waits for whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from niangjia.base.calendar import month_end
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.law.workdays import Calendar, days_between
from niangjia.work.rights.enums import ConsultationState, DutyState
from niangjia.work.rights.helping import on_roster
from niangjia.work.rights.models import Consultation, Duty, Rota

DAYS_AHEAD = 14
"""How far ahead a worker may book."""
TAKEN = (ConsultationState.BOOKED, ConsultationState.HELD)


def rotas_on(day: date) -> QuerySet[Rota]:
    """Arrangements in force on a day."""
    return Rota.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def planned(first: date, last: date) -> QuerySet[Duty]:
    """Times on duty from day to day that were not called off."""
    rows = Duty.objects.filter(on__range=(first, last), state=DutyState.PLANNED)
    return rows.select_related("helper", "org").order_by("on", "starts_at", "place")


def slots(duty: Duty) -> list[time]:
    """The times at which somebody may be seen."""
    found, at, end = [], datetime.combine(duty.on, duty.starts_at), datetime.combine(duty.on, duty.ends_at)
    step = timedelta(minutes=duty.minutes)
    while at + step <= end:
        found.append(at.time())
        at += step
    return found


def free_slots(duty: Duty) -> list[time]:
    """Those nobody took; call it elevated where the reader does not see others' bookings."""
    taken = set(duty.consultations.filter(state__in=TAKEN).values_list("at", flat=True))
    return [at for at in slots(duty) if at not in taken]


@dataclass(frozen=True)
class Gap:
    """A time on duty that nobody covers: when, where, and why."""

    on: date
    place: str
    words: str
    org_id: int


def workdays_of(rota: Rota, month: date, days: Calendar) -> Iterator[date]:
    """The working days of a month on which an arrangement calls for somebody; holidays are left out."""
    for day in days_between(month.replace(day=1), month_end(month)):
        if (
            day.weekday() == rota.weekday
            and rota.valid_from <= day
            and (rota.valid_to is None or day < rota.valid_to)
            and days.is_workday(day)
        ):
            yield day


def gaps(actor: Actor, month: date, days: Calendar) -> list[Gap]:
    """What a month lacks: days not made yet, called off without another, or held by somebody no longer on the roster."""
    first, last = month.replace(day=1), month_end(month)
    rotas = visible(actor, Rota.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), valid_from__lte=last), "rights.aid")
    duties = list(visible(actor, Duty.objects.filter(on__range=(first, last)), "rights.aid").order_by("on"))
    there = {(duty.place, duty.on, duty.starts_at) for duty in duties if duty.state == DutyState.PLANNED}
    made = {(duty.rota_id, duty.on) for duty in duties}
    found = []
    for rota in rotas:
        for day in workdays_of(rota, month, days):
            if (rota.place, day, rota.starts_at) not in there:
                words = "取消了，没有人替" if (rota.pk, day) in made else "还没有排"
                found.append(Gap(day, rota.place, f"{rota.starts_at:%H:%M} {words}", rota.org_id))
    ended = {duty.helper_id for duty in duties} - set(on_roster(last).values_list("pk", flat=True))
    found += [
        Gap(duty.on, duty.place, f"{duty.starts_at:%H:%M} 值班的人已结束聘任", duty.org_id)
        for duty in duties
        if duty.helper_id in ended and duty.state == DutyState.PLANNED
    ]
    return sorted(found, key=lambda gap: (gap.on, gap.place))


def consultations_of(actor: Actor) -> QuerySet[Consultation]:
    """Those an officer may read, and those in the hands of the lawyer's own account."""
    mine = Q(account=actor.user_id) if actor.user_id else Q(pk__in=[])
    if actor.may("rights.aid") and actor.scope.low is not None:
        mine |= Q(org__lft__range=(actor.scope.low, actor.scope.high))
    return Consultation.objects.filter(mine)


def own_consultations(person_id: int | None) -> QuerySet[Consultation]:
    """A person's own, the newest first."""
    return Consultation.objects.filter(person=person_id).order_by("-on", "-at", "-id") if person_id else Consultation.objects.none()


def to_remind(tomorrow: date) -> Sequence[Consultation]:
    """Bookings of a day that nobody was reminded of; call it elevated."""
    rows = Consultation.objects.filter(state=ConsultationState.BOOKED, on=tomorrow, person__isnull=False, reminded_on__isnull=True)
    return list(rows.select_related("person", "duty"))


def consultations_so_far() -> int:
    """How many there ever were; call it elevated."""
    return Consultation.objects.count()
