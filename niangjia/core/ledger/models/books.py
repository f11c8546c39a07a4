"""Books: funds, the chart of accounts, entries whose legs balance, closed periods, and balances kept in split rows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.core.ledger.enums import DEBIT_NATURES, Nature, Source


class Fund(models.Model):
    """Money kept apart for a purpose (资金), with books of its own: every entry lies in one fund and balances there."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编码", max_length=20, unique=True)
    title = models.CharField("名称", max_length=60)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="funds", verbose_name="哪家工会的")
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    purpose = models.CharField("用途", max_length=120, blank=True)
    is_budgeted = models.BooleanField("支出须有预算", default=True)
    opened_on = models.DateField("建账日期")
    closed_on = models.DateField("销账日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="ledger_fund_forward",
                violation_error_message="销账日期不能早于建账日期",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"fund:{self.pk}"


class Account(models.Model):
    """An account of the chart (会计科目), in an edition; ``parent`` is the account it details. Codes not read in the regulation say so."""

    unscoped_because = "the chart of accounts is the same for every union"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("科目编码", max_length=12, unique=True)
    title = models.CharField("科目名称", max_length=60)
    nature = models.CharField("类别", max_length=9, choices=Nature.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="details", verbose_name="上级科目")
    source = models.CharField("依据", max_length=120)
    is_verified = models.BooleanField("已核对原文", default=False)
    closed_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_debit(self) -> bool:
        """Whether its balance stands on the debit side."""
        return self.nature in DEBIT_NATURES


class Earmark(models.Model):
    """A purpose within a fund (专项): what is posted under it is counted by itself."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="earmarks")
    code = models.CharField("编码", max_length=20)
    title = models.CharField("专项", max_length=60)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["fund", "code"], name="ledger_earmark_once")]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """One posting (凭证): on a day, for a reason, once by its key. Never changed: a wrong one is reversed by a red one (红字冲销).

    ``about`` is what it concerns, as the trail names it; ``commitment`` the one that its expense uses up. ``transaction`` is the database's own number: legs may be written with their
    entry only. ``code`` is made up by the database, for addresses.
    """

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("凭证编码", max_length=24, unique=True, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="entries", db_index=False)
    on = models.DateField("记账日期")
    key = models.CharField("唯一标识", max_length=80)
    text = models.CharField("摘要", max_length=120)
    about = models.CharField("关于", max_length=60, blank=True)
    commitment = models.ForeignKey(
        "ledger.Commitment", models.PROTECT, null=True, related_name="entries", db_index=False, verbose_name="用的承诺"
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="冲销哪张")
    reason = models.CharField("冲销理由", max_length=120, blank=True)
    by = models.CharField("记账", max_length=60)
    made_at = models.DateTimeField("记入时间")
    transaction = models.BigIntegerField(editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund", "key"], name="ledger_entry_once"),
            models.CheckConstraint(condition=Q(reverses__isnull=True) | ~Q(reason=""), name="ledger_entry_reversal_has_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["fund", "on"], name="ledger_entry_day"),
            models.Index(fields=["about"], name="ledger_entry_about", condition=~Q(about="")),
            models.Index(fields=["commitment"], name="ledger_entry_commitment", condition=Q(commitment__isnull=False)),
        ]

    @property
    def subject(self) -> str:
        return f"entry:{self.pk}"


class Leg(models.Model):
    """One line of an entry (分录): debit above zero, credit below. Fund and day are those of the entry."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="legs")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField("记账日期")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    earmark = models.ForeignKey(Earmark, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    amount = models.DecimalField("金额（借正贷负）", max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount=0), name="ledger_leg_not_nothing")]
        indexes: ClassVar = [
            models.Index(fields=["fund", "account", "on"], name="ledger_leg_account"),
            models.Index(fields=["person"], name="ledger_leg_person", condition=Q(person__isnull=False)),
        ]


class Closing(models.Model):
    """Everything up to a day is closed (结账): no entry of that day or before is taken any more."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="closings")
    up_to = models.DateField("结到哪一天")
    closed_at = models.DateTimeField("结账时间")
    by = models.CharField("结账人", max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["fund", "up_to"], name="ledger_closing_once")]


class VoucherNumber(models.Model):
    """The number an entry got when its month was closed (凭证号): month by month, without a gap, in the order of days."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="voucher")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    number = models.PositiveIntegerField("号")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["fund", "year", "month", "number"], name="ledger_vouchernumber_once")]


class Tally(models.Model):
    """What was posted to an account in a month (科目汇总), split into slots so that no row is hot; kept by the trigger of legs."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    earmark = models.ForeignKey(Earmark, models.PROTECT, null=True, related_name="+", db_index=False)
    month = models.DateField()
    slot = models.PositiveSmallIntegerField()
    debit = models.DecimalField(max_digits=18, decimal_places=2)
    credit = models.DecimalField(max_digits=18, decimal_places=2)
    legs = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund", "account", "earmark", "month", "slot"], nulls_distinct=False, name="ledger_tally_cell"),
        ]


class Slot(models.Model):
    """A slot of the tallies; the transaction that posts holds one of them to its end."""

    unscoped_because = "says nothing: a number to be locked"
    personal: ClassVar[set[str]] = set()

    number = models.PositiveSmallIntegerField(primary_key=True)
