"""What changes from year to year: notices on holidays with the days they arrange, and the amounts a locality sets."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from niangjia.core.law.enums import Checked, RateKind


class HolidayNotice(models.Model):
    """A notice on holidays and make-up days (放假安排), with its document. ``whole_year``: it arranges the year, else it corrects some days."""

    unscoped_because = "the calendar is the same for everybody"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    year = models.SmallIntegerField("年份")
    title = models.CharField("文件", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("发文日期")
    whole_year = models.BooleanField("排定全年", default=True)
    entered_by = models.CharField("录入", max_length=60)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(whole_year=True, voided_on__isnull=True),
                name="law_holidaynotice_one_a_year",
                violation_error_message="这一年已经录入过全年安排；要改，请先作废原来的，或者只录更正的几天",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2004, year__lte=2100),
                name="law_holidaynotice_year",
                violation_error_message="年份要在 2004 和 2100 之间",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SpecialDay(models.Model):
    """One day that a notice arranges: off, or a working weekend (调休)."""

    unscoped_because = "the calendar is the same for everybody"
    personal: ClassVar[set[str]] = set()

    notice = models.ForeignKey(HolidayNotice, models.PROTECT, related_name="days", verbose_name="文件")
    on = models.DateField("日子")
    is_workday = models.BooleanField("上班")
    name = models.CharField("节日", max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "on"], name="law_specialday_once", violation_error_message="同一天写了两次")
        ]


class LocalRate(models.Model):
    """An amount a locality sets from a day on (地方标准), with its document: minimum wage, average wage."""

    unscoped_because = "published amounts, the same for everybody"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    kind = models.CharField("标准", max_length=20, choices=RateKind.choices)
    area = models.CharField("地区", max_length=40)
    tier = models.CharField("档次", max_length=20, blank=True)
    valid_from = models.DateField("起用日")
    amount = models.DecimalField("数额", max_digits=16, decimal_places=2)
    unit = models.CharField("单位", max_length=10, default="元/月")
    source = models.CharField("来源", max_length=200)
    status = models.CharField("核对", max_length=10, choices=Checked.choices, default=Checked.UNVERIFIED)
    entered_by = models.CharField("录入", max_length=60)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "area", "tier", "valid_from"],
                condition=Q(voided_on__isnull=True),
                name="law_localrate_once",
                violation_error_message="这个地区这一天起的这项标准已经录入过；要改，请先作废原来的",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=Decimal(0)), name="law_localrate_positive", violation_error_message="数额要大于零"
            ),
        ]

    @property
    def is_verified(self) -> bool:
        return self.status == Checked.VERIFIED
