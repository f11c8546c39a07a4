"""A plan of one policy year: its rule as data, who holds the pool, how it pays, when one may join."""

from functools import cached_property
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from niangjia.work.mutual_aid.enums import Mode
from niangjia.work.mutual_aid.plan.rule import Rule, rule_of


class Plan(models.Model):
    """A plan in one policy year (互助计划). ``pool`` is the fund that pays where this instance holds the pool; else ``pool_owner`` does.

    In a plan of somebody else's pool the district enrols, collects and forwards, explains and takes appeals, and pays nothing itself.
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

    @cached_property
    def declared(self) -> Rule:
        """The rule as it reckons."""
        return rule_of(self.rule)
