"""Budgets of a fund's year in versions, and what was promised out of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from niangjia.core.ledger.enums import BudgetState, CommitmentState
from niangjia.core.ledger.models.books import Account, Earmark, Fund


class Budget(models.Model):
    """What a fund may spend in a year, as a resolution decided it (预算). A change is the next version; earlier ones stay.

    Entered by one person and approved by another, held apart by the database; of the approved ones the last version holds.
    """

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="budgets", db_index=False)
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("第几版")
    state = models.CharField("状态", max_length=8, choices=BudgetState.choices, default=BudgetState.ENTERED)
    resolution = models.CharField("依据的会议决议", max_length=80)
    note = models.CharField("说明", max_length=120, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编制人")
    entered_at = models.DateTimeField("编制时间")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    approved_at = models.DateTimeField("审定时间", null=True)
    refused_because = models.CharField("退回理由", max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["fund", "-year", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund", "year", "version"], name="ledger_budget_version"),
            models.UniqueConstraint(
                fields=["fund", "year"],
                condition=Q(state="entered"),
                name="ledger_budget_one_waits",
                violation_error_message="这一年已经有一版预算等着审定",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("entered_by")),
                name="ledger_budget_approved_by_another",
                violation_error_message="审定要由编制人以外的人办",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="ledger_budget_holds_approved",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refused_because=""), name="ledger_budget_refused_has_reason"),
            models.CheckConstraint(condition=~Q(resolution=""), name="ledger_budget_has_resolution"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年预算第{self.version}版"

    @property
    def subject(self) -> str:
        return f"budget:{self.pk}"


class BudgetLine(models.Model):
    """One line of a budget (预算明细): for an expense account, perhaps for one earmark of it. Never changed."""

    scope_path = "budget__fund__org__lft"
    behind = "budget"
    personal: ClassVar[set[str]] = set()

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, verbose_name="科目")
    earmark = models.ForeignKey(Earmark, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="专项")
    amount = models.DecimalField("预算（元）", max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["budget", "account", "earmark"], nulls_distinct=False, name="ledger_budgetline_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="ledger_budgetline_not_negative"),
        ]


class Commitment(models.Model):
    """Money promised out of a budget and not spent yet (承诺), by a contract say: it is kept free until postings use it or it is released.

    ``on`` is the day it was made; its year's budget keeps it. What is used is what its entries posted to its account.
    """

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="commitments", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, verbose_name="支出科目")
    earmark = models.ForeignKey(Earmark, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="专项")
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    text = models.CharField("事由", max_length=120)
    about = models.CharField("关于", max_length=60, blank=True)
    on = models.DateField("签订日期")
    state = models.CharField("状态", max_length=8, choices=CommitmentState.choices, default=CommitmentState.OPEN)
    by = models.CharField("登记", max_length=60)
    made_at = models.DateTimeField("登记时间")
    released_on = models.DateField("释放日期", null=True, blank=True)
    reason = models.CharField("释放理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_commitment_positive"),
            models.CheckConstraint(
                condition=~Q(state="released") | (~Q(reason="") & Q(released_on__isnull=False)), name="ledger_commitment_release_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["fund", "on"], name="ledger_commitment_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def subject(self) -> str:
        return f"commitment:{self.pk}"
