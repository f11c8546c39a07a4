"""Payment batches and their lines."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.core.ledger.enums import BatchState, LineState
from niangjia.core.ledger.models.books import Account, Entry, Fund
from niangjia.core.ledger.models.budgets import Commitment

PAYEE, BANK_NUMBER = "ledger_paymentline.payee", "ledger_paymentline.number"
"""Associated data of the sealed columns."""


class PaymentBatch(models.Model):
    """Payments that leave a fund together (付款批次): made, checked and approved by three persons, sent as a file, settled by the return.

    From freezing on its lines, number and total are fast; the database holds the three apart and lets the state only go forward.
    """

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("批次号", max_length=30, unique=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="payment_batches")
    title = models.CharField("付什么", max_length=80)
    state = models.CharField("状态", max_length=8, choices=BatchState.choices, default=BatchState.DRAFT)
    count = models.PositiveIntegerField("笔数", default=0)
    total = models.DecimalField("控制总额", max_digits=16, decimal_places=2, default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="编制人")
    made_at = models.DateTimeField("编制时间")
    frozen_at = models.DateTimeField("锁定时间", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="复核人")
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    resolution = models.CharField("依据的决议", max_length=80, blank=True)
    bank_file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="银行文件")
    sent_at = models.DateTimeField("出文件时间", null=True, blank=True)
    return_file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="回盘文件")
    settled_at = models.DateTimeField("回盘时间", null=True, blank=True)
    dropped_because = models.CharField("作废理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
                name="ledger_paymentbatch_checked_by_another",
                violation_error_message="复核要由编制人以外的人办",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | (~Q(approved_by=F("made_by")) & ~Q(approved_by=F("checked_by"))),
                name="ledger_paymentbatch_approved_by_a_third",
                violation_error_message="批准要由编制人、复核人以外的人办",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "sent", "settled"]) | Q(approved_at__isnull=False, checked_at__isnull=False),
                name="ledger_paymentbatch_goes_out_approved",
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(dropped_because=""), name="ledger_paymentbatch_drop_reason"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        return f"payments:{self.pk}"


class PaymentLine(models.Model):
    """One payment (付款明细): to whom, how much, for what. ``key`` names the debt: it stands in one living line only, so it is paid once."""

    scope_path = "fund__org__lft"
    behind = "fund"
    personal: ClassVar[set[str]] = {"payee_sealed", "number_sealed", "bank"}
    sealed_as: ClassVar[dict[str, str]] = {"payee_sealed": PAYEE, "number_sealed": BANK_NUMBER}

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="lines", db_index=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField("序号")
    key = models.CharField("付的是哪一笔", max_length=80)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    payee_sealed = models.BinaryField("户名")
    number_sealed = models.BinaryField("账号")
    bank = models.CharField("开户行", max_length=80, blank=True)
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    owed = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, verbose_name="应付科目")
    about = models.CharField("关于", max_length=60, blank=True)
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, related_name="payments", db_index=False, verbose_name="用的承诺")
    state = models.CharField("状态", max_length=7, choices=LineState.choices, default=LineState.WAITING)
    fault = models.CharField("没付出去的原因", max_length=120, blank=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="payment", verbose_name="凭证")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="ledger_paymentline_number"),
            models.UniqueConstraint(
                fields=["fund", "key"],
                condition=Q(state__in=["waiting", "paid"]),
                name="ledger_paymentline_paid_once",
                violation_error_message="这一笔已经在别的批次里",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_paymentline_positive"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, entry__isnull=False) | ~Q(state="paid") & Q(entry__isnull=True),
                name="ledger_paymentline_paid_has_entry",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(fault=""), name="ledger_paymentline_failed_has_fault"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], name="ledger_paymentline_person", condition=Q(person__isnull=False)),
            models.Index(fields=["commitment"], name="ledger_paymentline_commitment", condition=Q(commitment__isnull=False)),
        ]

    @property
    def payee(self) -> str:
        return unseal(bytes(self.payee_sealed), PAYEE)

    @property
    def account_number(self) -> str:
        """The bank account in clear: for the bank's file, else masked."""
        return unseal(bytes(self.number_sealed), BANK_NUMBER)
