"""The rota of lawyers on duty: arranged, made into days month by month, swapped, called off (值班)."""

from datetime import date, time

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from niangjia.base.calendar import chinese_date, chinese_day, month_end, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.rules import check_reason, refuse
from niangjia.core.law.queries import calendar
from niangjia.core.notices import actions as notices
from niangjia.core.notices.enums import Kind as NoticeKind
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record
from niangjia.work.rights.consulting import workdays_of
from niangjia.work.rights.enums import ConsultationState, DutyState
from niangjia.work.rights.helping import on_roster
from niangjia.work.rights.models import Consultation, Duty, Helper, Rota

ROSTER = "rights.aid"


@transaction.atomic
def set_rota(
    *, org: Organisation, place: str, weekday: int, starts_at: time, ends_at: time, helper: Helper, by: Actor, valid_from: date,
    substitute: Helper | None = None, minutes: int = 30, valid_to: date | None = None,
) -> Rota:  # fmt: skip
    """Somebody is on duty at a place every week on one weekday. Raises ValidationError."""
    require(by, ROSTER, org)
    with elevated("set_rota: the roster is the district's"):
        for one in filter(None, (helper, substitute)):
            if not on_roster(valid_from).filter(pk=one.pk).exists():
                refuse(f"{one.name}在{chinese_date(valid_from)}不在名册里。", "helper")
        rota = Rota(
            org=org, place=clean_text(place), weekday=weekday, starts_at=starts_at, ends_at=ends_at, helper=helper, substitute=substitute,
            minutes=minutes, valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
        rota.full_clean()
        rota.save()
        record("rights.set_rota", subject=f"rota:{rota.pk}", by=by, org=org.pk, on=valid_from, helper=helper.subject, weekday=weekday)
    return rota


@transaction.atomic
def end_rota(rota: Rota, *, on: date, by: Actor, reason: str) -> int:
    """The arrangement ends; its days from then on that nobody booked are called off. Returns how many."""
    require(by, ROSTER, rota.org)
    reason = check_reason(reason)
    with elevated("end_rota: days of the arrangement"):
        Rota.objects.filter(pk=rota.pk).update(valid_to=max(on, rota.valid_from))
        free = Duty.objects.filter(rota=rota, on__gte=on, state=DutyState.PLANNED).exclude(
            pk__in=Consultation.objects.filter(state=ConsultationState.BOOKED, duty__isnull=False).values("duty")
        )
        gone = free.update(state=DutyState.CANCELLED, reason=reason)
        record("rights.end_rota", subject=f"rota:{rota.pk}", by=by, org=rota.org_id, on=on, reason=reason, days=gone)
    return gone


@transaction.atomic
def make_month(*, org: Organisation, month: date, by: Actor) -> int:
    """Make the days on duty of a month below ``org`` from its arrangements; holidays are left out, days already made stay as they are.

    Where the one on duty is no longer on the roster that day, the substitute takes it. Returns how many were made.
    """
    require(by, ROSTER, org)
    first, last, days = month.replace(day=1), month_end(month), calendar()
    with elevated("make_month: arrangements of the organisation's whole subtree"):
        rotas = Rota.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=first), valid_from__lte=last, org__lft__range=(org.lft, org.rgt)
        )
        rotas = rotas.select_related("org", "helper", "substitute").order_by("id")
        made: set[tuple[int | None, date]] = set(Duty.objects.filter(rota__in=rotas, on__range=(first, last)).values_list("rota", "on"))
        busy = set(Duty.objects.filter(on__range=(first, last), state=DutyState.PLANNED).values_list("helper", "on", "starts_at"))
        rows = [duty for rota in rotas for day in workdays_of(rota, month, days) if (duty := _made(rota, day, made, busy))]
        first_code = take_codes("duty", first.year, len(rows)) if rows else 0
        for number, duty in enumerate(rows):
            duty.code = f"ZB-{settings.DIVISION}-{first.year}-{first_code + number:05d}"
        Duty.objects.bulk_create(rows)
        record("rights.make_month", subject=f"org:{org.pk}", by=by, org=org.pk, on=first, made=len(rows))
    return len(rows)


def _made(rota: Rota, day: date, made: set[tuple[int | None, date]], busy: set[tuple[int, date, time]]) -> Duty | None:
    """The day on duty of one arrangement; None where it is made already or nobody is free."""
    helper = _there(rota, day, busy)
    if helper is None or (rota.pk, day) in made:
        return None
    busy.add((helper.pk, day, rota.starts_at))
    facts = {"org": rota.org, "place": rota.place, "starts_at": rota.starts_at, "ends_at": rota.ends_at, "minutes": rota.minutes}
    stands_in_for = rota.helper if helper.pk != rota.helper_id else None
    return Duty(rota=rota, on=day, helper=helper, account_id=helper.account_id, stands_in_for=stands_in_for, **facts)


def _there(rota: Rota, day: date, busy: set[tuple[int, date, time]]) -> Helper | None:
    """The one on duty, or the substitute where the first one's term on the roster is over or who is elsewhere."""
    for helper in filter(None, (rota.helper, rota.substitute)):
        holds = helper.valid_from <= day and (helper.valid_to is None or day < helper.valid_to)
        if holds and (helper.pk, day, rota.starts_at) not in busy:
            return helper
    return None


@transaction.atomic
def change_duty(duty: Duty, *, helper: Helper, by: Actor, reason: str) -> Duty:
    """Somebody else takes this time on duty; those who booked are told."""
    require(by, ROSTER, duty.org)
    reason = check_reason(reason)
    with elevated("change_duty: bookings of the day"):
        duty = Duty.objects.select_for_update(of=("self",)).select_related("helper", "org").get(pk=duty.pk)
        _check_open(duty)
        if not on_roster(duty.on).filter(pk=helper.pk).exists():
            refuse(f"{helper.name}那天不在名册里。", "helper")
        duty.stands_in_for = None if duty.stands_in_for_id == helper.pk else (duty.stands_in_for or duty.helper)
        duty.helper, duty.account_id, duty.reason = helper, helper.account_id, reason
        duty.full_clean()
        duty.save()
        booked = Consultation.objects.filter(duty=duty, state=ConsultationState.BOOKED)
        booked.update(helper=helper, account=helper.account_id)
        record("rights.change_duty", subject=duty.subject, by=by, org=duty.org_id, on=duty.on, reason=reason, helper=helper.subject)
    return duty


@transaction.atomic
def cancel_duty(duty: Duty, *, by: Actor, reason: str) -> int:
    """This time on duty is called off; bookings are cancelled and their persons told. Returns how many bookings."""
    require(by, ROSTER, duty.org)
    reason = check_reason(reason)
    with elevated("cancel_duty: bookings of the day"):
        duty = Duty.objects.select_for_update(of=("self",)).select_related("org").get(pk=duty.pk)
        _check_open(duty)
        duty.state, duty.reason = DutyState.CANCELLED, reason
        duty.save(update_fields=["state", "reason"])
        booked = list(Consultation.objects.filter(duty=duty, state=ConsultationState.BOOKED).select_related("person"))
        Consultation.objects.filter(pk__in=[one.pk for one in booked]).update(state=ConsultationState.CANCELLED, reason=reason)
        for one in booked:
            if one.person:
                notices.tell(
                    person=one.person, title="律师值班取消了", text=f"{chinese_day(duty.on)}{duty.place}的律师值班取消了，请重新约时间。",
                    kind=NoticeKind.MESSAGE, by=by, url="/m/lawyers/",
                )  # fmt: skip
        record("rights.cancel_duty", subject=duty.subject, by=by, org=duty.org_id, on=duty.on, reason=reason, bookings=len(booked))
    return len(booked)


def _check_open(duty: Duty) -> None:
    if duty.state == DutyState.CANCELLED:
        refuse("这一场已经取消。")
    if duty.on < today():
        refuse("这一场已经过去，不能再改。")
