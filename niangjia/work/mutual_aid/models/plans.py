"""A plan of one policy year: its rule as data, who holds the pool, how it pays, when one may join; later versions of the rule."""

from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from niangjia.work.mutual_aid.enums import Mode, PlanState
from niangjia.work.mutual_aid.plan.rule import Rule, rule_of

TWO_PERSONS = Q(state=PlanState.DRAFT) | Q(made_by__isnull=True) | (Q(published_by__isnull=False) & ~Q(published_by=F("made_by")))
"""Who wrote a draft does not publish it; what the system itself set up has no author."""


class Plan(models.Model):
    """A plan in one policy year (互助计划). ``pool`` is the fund that pays where this instance holds the pool; else ``pool_owner`` does.

    In a plan of somebody else's pool the district enrols, collects and forwards, explains and takes appeals, and pays nothing itself.
    ``rule`` is the newest published one; where it was changed within the year, `PlanVersion` says from which day each holds.
    """

    unscoped_because = "plans are the same for everybody and open to all"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("计划", max_length=12)
    policy_year = models.CharField("保障年度", max_length=9)
    title = models.CharField("名称", max_length=60)
    rule = models.JSONField("规则", encoder=DjangoJSONEncoder)
    mode = models.CharField("给付方式", max_length=10, choices=Mode.choices)
    pool_owner = models.CharField("资金池归谁", max_length=60, default="宁波市总工会")
    pool = models.ForeignKey("ledger.Fund", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="由哪本账给付")
    collects = models.ForeignKey("ledger.Fund", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代收记哪本账")
    window_from = models.DateField("参保窗口起")
    window_to = models.DateField("参保窗口止")
    effective_from = models.DateField("保障期起")
    effective_to = models.DateField("保障期止")
    is_example = models.BooleanField("示例，须按当年文件核对", default=False)
    version = models.PositiveSmallIntegerField("规则版次", default=1)
    state = models.CharField("状态", max_length=9, choices=PlanState.choices, default=PlanState.PUBLISHED)
    document_number = models.CharField("文号", max_length=60, blank=True)
    document_url = models.URLField("文件网址", max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="起草人")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    published_on = models.DateField("发布日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "policy_year"], name="mutual_aid_plan_once", violation_error_message="这个年度已有这个计划"
            ),
            models.CheckConstraint(
                condition=Q(window_to__gte=F("window_from"), effective_to__gt=F("effective_from")),
                name="mutual_aid_plan_forward",
                violation_error_message="窗口和保障期的止日不能早于起日",
            ),
            models.CheckConstraint(
                condition=TWO_PERSONS, name="mutual_aid_plan_published_by_another", violation_error_message="起草的人不能自己发布"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.policy_year}"

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"plan:{self.pk}"

    @property
    def slug(self) -> str:
        """How an address names it: P1-2023."""
        return f"{self.code}-{self.policy_year}"

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT

    @cached_property
    def declared(self) -> Rule:
        """The newest rule as it reckons."""
        return rule_of(self.rule)

    @cached_property
    def stretches(self) -> list[tuple[Rule, date, date]]:
        """Each published rule with the first and the last day of settling on which it reckons; without gaps, the oldest first."""
        known = sorted((one for one in self.versions.all() if one.state == PlanState.PUBLISHED), key=lambda one: one.from_on)
        if not known:
            return [(self.declared, date.min, date.max)]
        begins = [date.min, *(one.from_on for one in known[1:])]
        ends = [*(day - timedelta(days=1) for day in begins[1:]), date.max]
        return [(one.declared, begin, end) for one, begin, end in zip(known, begins, ends, strict=True)]

    def declared_on(self, day: date) -> Rule:
        """The rule by which a stay settled on this day is reckoned."""
        return next(rule for rule, begin, end in self.stretches if begin <= day <= end)


class PlanVersion(models.Model):
    """A version of a plan's rule (规则版次): from which day of settling it holds, why, by whom; the first one is how the plan began.

    There is one only where a published plan was changed; a stay is reckoned by the version of the day it was settled.
    """

    unscoped_because = "plans are the same for everybody and open to all"
    personal: ClassVar[set[str]] = set()

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField("第几版")
    rule = models.JSONField("规则", encoder=DjangoJSONEncoder)
    from_on = models.DateField("哪天起结算的按这一版")
    reason = models.CharField("为什么改", max_length=120)
    state = models.CharField("状态", max_length=9, choices=PlanState.choices, default=PlanState.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="起草人")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    published_on = models.DateField("发布日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "version"], name="mutual_aid_planversion_once"),
            models.UniqueConstraint(fields=["plan", "from_on"], name="mutual_aid_planversion_day_once"),
            models.UniqueConstraint(fields=["plan"], condition=Q(state=PlanState.DRAFT), name="mutual_aid_planversion_one_draft"),
            models.CheckConstraint(
                condition=TWO_PERSONS, name="mutual_aid_planversion_published_by_another", violation_error_message="起草的人不能自己发布"
            ),
        ]

    @cached_property
    def declared(self) -> Rule:
        """The rule as it reckons."""
        return rule_of(self.rule)
