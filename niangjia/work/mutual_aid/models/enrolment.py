"""Who takes part in a plan of a policy year, and the bill of the unit that enrolled them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.work.mutual_aid.enums import BillState, EnrolmentState, Via


class Forwarding(models.Model):
    """Premiums handed on to the owner of the pool with the list of their bills (汇缴)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("汇缴单号", max_length=30, unique=True)
    plan = models.ForeignKey("mutual_aid.Plan", models.PROTECT, related_name="forwardings")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="由谁汇缴")
    bills_count = models.PositiveIntegerField("账单数")
    headcount = models.PositiveIntegerField("人次")
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    forwarded_on = models.DateField("汇缴日期")
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, related_name="+", verbose_name="凭证")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="mutual_aid_forwarding_positive")]

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"forwarding:{self.pk}"


class Bill(models.Model):
    """What a unit owes for those it enrolled in a plan (参保账单), and when it paid."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("账单号", max_length=30, unique=True)
    plan = models.ForeignKey("mutual_aid.Plan", models.PROTECT, related_name="bills")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="mutual_aid_bills", verbose_name="哪家工会")
    headcount = models.PositiveIntegerField("人数")
    insured = models.PositiveIntegerField("本单位参加职工医保人数", null=True, blank=True)
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    issued_on = models.DateField("出账日期")
    paid_on = models.DateField("缴费日期", null=True, blank=True)
    receipt = models.CharField("收据号", max_length=40, blank=True)
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证")
    state = models.CharField("状态", max_length=9, choices=BillState.choices, default=BillState.OPEN)
    note = models.CharField("说明", max_length=120, blank=True)
    forwarding = models.ForeignKey(Forwarding, models.PROTECT, null=True, blank=True, related_name="bills", verbose_name="汇缴单")
    refunded = models.DecimalField("已退费", max_digits=16, decimal_places=2, default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(state="paid") | Q(paid_on__isnull=False), name="mutual_aid_bill_paid_has_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="mutual_aid_bill_not_negative"),
            models.CheckConstraint(condition=Q(refunded__gte=0, refunded__lte=F("amount")), name="mutual_aid_bill_refunds_what_was_paid"),
            models.UniqueConstraint(
                fields=["plan", "org"],
                condition=Q(state="open"),
                name="mutual_aid_bill_one_open",
                violation_error_message="这家工会在这个计划里还有一张没有缴的账单",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "org"], name="mutual_aid_bill_of")]

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"bill:{self.pk}"


class Enrolment(models.Model):
    """One person in one plan for one policy year (参保一人次). ``org`` is the union that enrolled them; it stays when they move on."""

    scope_path = "org__lft"
    own_path = "person"
    personal: ClassVar[set[str]] = set()

    plan = models.ForeignKey("mutual_aid.Plan", models.PROTECT, related_name="enrolments", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="enrolments", db_index=False)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", db_index=False, verbose_name="参保工会")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="enrolments")
    via = models.CharField("途径", max_length=9, choices=Via.choices, default=Via.UNIT)
    shares = models.PositiveSmallIntegerField("份数", default=1)
    fee = models.DecimalField("费用", max_digits=9, decimal_places=2)
    enrolled_on = models.DateField("参保日期")
    effective_from = models.DateField("生效日")
    effective_to = models.DateField("届满日")
    late = models.BooleanField("窗口期以外", default=False)
    continuous = models.BooleanField("连续参保", default=False)
    consent_on = models.DateField("单独同意使用医保结算信息之日", null=True, blank=True)
    state = models.CharField("状态", max_length=9, choices=EnrolmentState.choices, default=EnrolmentState.ENTERED)
    ended_on = models.DateField("退费、撤回日期", null=True, blank=True)
    ended_because = models.CharField("退费、撤回理由", max_length=120, blank=True)
    batch = models.CharField("导入批次", max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "plan"],
                condition=Q(state__in=["entered", "effective"]),
                name="mutual_aid_enrolment_once",
                violation_error_message="这个人已经参加了这个计划",
            ),
            models.CheckConstraint(condition=Q(effective_to__gt=F("effective_from")), name="mutual_aid_enrolment_forward"),
            models.CheckConstraint(condition=Q(shares__gte=1), name="mutual_aid_enrolment_has_share"),
            models.CheckConstraint(
                condition=~Q(state__in=["refunded", "dropped"]) | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
                name="mutual_aid_enrolment_end_has_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", "plan"], name="mutual_aid_enrolment_org"),
            models.Index(fields=["plan", "effective_from"], name="mutual_aid_enrolment_from"),
        ]
