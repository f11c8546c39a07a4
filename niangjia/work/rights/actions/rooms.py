"""Shared rooms, their bookings, days on duty (共享场所)."""

from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Organisation, PartnerBody
from niangjia.core.trail.actions import record
from niangjia.work.rights.models import Booking, JointDuty, Room
from niangjia.work.rights.models.rooms import span_of

MAY = "rights.joint"


@transaction.atomic
def add_room(*, org: Organisation, name: str, place: str, seats: int, by: Actor, on: date | None = None) -> Room:
    """A room that the bodies share."""
    require(by, MAY, org)
    with elevated("add_room: the room may belong above the actor"):
        row = Room(code=f"SH-{take_codes('room', 0):04d}", org=org, name=clean_text(name), place=clean_text(place), seats=seats)
        row.full_clean()
        row.save()
        record("rights.add_room", subject=f"room:{row.pk}", by=by, org=org.pk, on=on, name=row.name)
    return row


@transaction.atomic
def book_room(room: Room, *, on: date, start: time, end: time, purpose: str, by: Actor, case: Case | None = None) -> Booking:
    """Take a room for a time. Two bookings never overlap: the database refuses, whoever comes second reads why."""
    require(by, MAY)
    if on < today():
        refuse(f"{chinese_date(on)}已经过去，请订今天或以后的。", "on")
    if room.closed_on:
        refuse("这个房间停用了。", "room")
    if end <= start:
        refuse("结束要晚于开始。", "end")
    row = Booking(
        room=room, on=on, start=start, end=end, span=span_of(room.pk, on, start, end), case=case, purpose=clean_text(purpose)[:60],
        by=by.actor_key, by_name=by.name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        taken = Booking.objects.filter(room=room, on=on, cancelled_on__isnull=True, start__lt=end, end__gt=start).order_by("start").first()
        when = f"{taken.start:%H:%M}—{taken.end:%H:%M} {taken.by_name}" if taken else ""
        raise ValidationError({"start": f"这个时段已经有人订了：{when}。换个时间，或换个房间。"}) from None
    record("rights.book_room", subject=f"room:{room.pk}", by=by, org=room.org_id, on=on, booking=row.pk, start=f"{start:%H:%M}")
    return row


@transaction.atomic
def cancel_booking(booking: Booking, *, by: Actor) -> None:
    """Whoever booked gives the room back; so may those who keep the rooms."""
    require(by, MAY)
    if booking.by != by.actor_key and not by.may("cases.manage"):
        raise Refused(f"这是{booking.by_name}订的，请他取消。")
    if booking.cancelled_on:
        refuse("已经取消了。")
    Booking.objects.filter(pk=booking.pk).update(cancelled_on=today())
    record("rights.cancel_booking", subject=f"room:{booking.room_id}", by=by, on=booking.on, booking=booking.pk)


@transaction.atomic
def put_on_duty(
    *, org: Organisation, on: date, half: str, name: str, by: Actor, body: PartnerBody | None = None, user: User | None = None
) -> JointDuty:
    """Somebody of a body is on duty on a half day; one of each body at a time."""
    require(by, MAY)
    with elevated("put_on_duty: the roster belongs to the convenor"):
        row = JointDuty(org=org, on=on, half=half, body=body, user=user, name=clean_text(name)[:40])
        row.full_clean()
        row.save()
        record("rights.put_on_duty", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, half=half, body=body.code if body else "")
    return row


@transaction.atomic
def take_off_duty(duty: JointDuty, *, by: Actor) -> None:
    """A turn of duty that was entered wrongly, or falls away."""
    require(by, MAY)
    record("rights.take_off_duty", subject=f"org:{duty.org_id}", by=by, org=duty.org_id, on=duty.on, half=duty.half)
    JointDuty.objects.filter(pk=duty.pk).delete()
