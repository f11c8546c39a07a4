"""Rooms that the bodies share, their bookings, and days on duty (共享场所)."""

from datetime import date, time
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import F, Q

ROOM_LENGTH = 10**9
"""Minutes that one room takes on the line of all rooms: some 1,900 years."""
FIRST_DAY = date(2000, 1, 1)
HALVES = (("am", "上午"), ("pm", "下午"))


def span_of(room: int, on: date, start: time, end: time) -> NumericRange:
    """The minutes of a booking on one line on which all rooms lie one behind another: overlaps are seen without any extension."""
    day = room * ROOM_LENGTH + (on - FIRST_DAY).days * 24 * 60
    return NumericRange(day + start.hour * 60 + start.minute, day + end.hour * 60 + end.minute)


class Room(models.Model):
    """A room shared by the bodies (共享调解室)."""

    unscoped_because = "shared by several bodies, whose accounts have no subtree"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=20, unique=True)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="管理单位")
    name = models.CharField("名称", max_length=60)
    place = models.CharField("地点", max_length=80)
    seats = models.PositiveSmallIntegerField("座位", default=6)
    closed_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org", "name"], name="rights_room_name", violation_error_message="已有同名的房间")
        ]

    def __str__(self) -> str:
        return self.name


class Booking(models.Model):
    """A room taken for a time on one day; two never overlap."""

    unscoped_because = "shared by several bodies, whose accounts have no subtree"
    personal: ClassVar[set[str]] = {"by_name"}

    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings")
    on = models.DateField("日期")
    start = models.TimeField("从")
    end = models.TimeField("到")
    span = BigIntegerRangeField("占用")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name="案件")
    purpose = models.CharField("用途", max_length=60)
    by = models.CharField("谁订的", max_length=60)
    by_name = models.CharField("订房人", max_length=60)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="rights_booking_forward", violation_error_message="结束要晚于开始"
            ),
            ExclusionConstraint(
                name="rights_booking_no_overlap",
                expressions=[("span", "&&")],
                condition=Q(cancelled_on__isnull=True),
                violation_error_message="这个时段已经有人订了",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["on"], name="rights_booking_day")]


class JointDuty(models.Model):
    """Who of which body is on duty in the centre on a half day (联合值班)."""

    unscoped_because = "shared by several bodies, whose accounts have no subtree"
    personal: ClassVar[set[str]] = {"name"}

    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="排班单位")
    on = models.DateField("日期")
    half = models.CharField("时段", max_length=2, choices=HALVES)
    body = models.ForeignKey("orgs.PartnerBody", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号")
    name = models.CharField("姓名", max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["org", "on", "half", "body"], name="rights_jointduty_once", nulls_distinct=False,
                violation_error_message="这家单位这个时段已经排了人",
            ),
        ]  # fmt: skip
