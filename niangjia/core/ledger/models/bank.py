"""What the bank says of a fund's account: statements, their lines, and which legs of the books they are."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.core.ledger.enums import Matched
from niangjia.core.ledger.models.books import Fund, Leg

COUNTERPARTY = "ledger_bankline.counterparty"
"""Associated data of the sealed column."""


class BankStatement(models.Model):
    """A file of what moved on a fund's bank account between two days (银行流水), with the balances before and after."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="statements")
    start = models.DateField("起")
    end = models.DateField("止（含）")
    opening = models.DecimalField("期初余额", max_digits=16, decimal_places=2)
    closing = models.DecimalField("期末余额", max_digits=16, decimal_places=2)
    rows = models.PositiveIntegerField("行数")
    fresh = models.PositiveIntegerField("新收的行数")
    sha256 = models.CharField("文件指纹", max_length=64)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    by = models.CharField("收进来的人", max_length=60)
    taken_at = models.DateTimeField("收进来的时间")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund", "sha256"], name="ledger_bankstatement_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="ledger_bankstatement_forward"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        return f"statement:{self.pk}"


class BankMatch(models.Model):
    """Lines of the bank and legs of the books that are the same money (勾对): their sums are equal, held by the database."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="matches")
    how = models.CharField("怎样勾对的", max_length=6, choices=Matched.choices)
    by = models.CharField("勾对", max_length=60)
    at = models.DateTimeField("勾对时间")

    @property
    def subject(self) -> str:
        return f"match:{self.pk}"


class BankLine(models.Model):
    """One line of a bank's statement (流水明细): ``amount`` in yuan, in above zero, out below.

    ``number`` is the bank's own number of it, ``key`` what makes it the same line in another file, ``row`` its row in the file.
    """

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = {"counterparty_sealed", "remark"}
    sealed_as: ClassVar[dict[str, str]] = {"counterparty_sealed": COUNTERPARTY}

    code = models.CharField("编码", max_length=24, unique=True, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="bank_lines", db_index=False)
    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField("文件里第几行")
    key = models.CharField("同一笔的标识", max_length=64)
    on = models.DateField("日期")
    amount = models.DecimalField("金额（收正付负）", max_digits=16, decimal_places=2)
    counterparty_sealed = models.BinaryField("对方户名", null=True)
    remark = models.CharField("摘要", max_length=120, blank=True)
    number = models.CharField("银行流水号", max_length=60, blank=True)
    match = models.ForeignKey(BankMatch, models.PROTECT, null=True, related_name="lines")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund", "key"], name="ledger_bankline_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_bankline_not_nothing"),
        ]
        indexes: ClassVar = [models.Index(fields=["fund", "on"], name="ledger_bankline_day")]

    @property
    def counterparty(self) -> str:
        """The other party's name in clear: to be masked on pages."""
        return unseal(bytes(self.counterparty_sealed), COUNTERPARTY) if self.counterparty_sealed else ""

    @property
    def subject(self) -> str:
        return f"bankline:{self.pk}"


class MatchedLeg(models.Model):
    """A leg of the books that a match holds; a leg is in one match at most (legs themselves never change)."""

    scope_path = "match__fund__org__lft"
    behind = "match"
    personal: ClassVar[set[str]] = set()

    match = models.ForeignKey(BankMatch, models.CASCADE, related_name="legs")
    leg = models.OneToOneField(Leg, models.PROTECT, related_name="matched")
