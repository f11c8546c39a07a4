"""Money of a dispute: by which paper it was obtained, when it is due, and what reached the worker."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.work.rights.enums import Ground


class Settlement(models.Model):
    """An effective paper by which workers obtain money (协议、裁决、判决). A later one in the same case takes its place."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="settlements")
    ground = models.CharField("依据", max_length=12, choices=Ground.choices)
    effective_on = models.DateField("生效日期")
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    number = models.CharField("文号", max_length=60, blank=True)
    confirmed_on = models.DateField("司法确认、审查确认之日", null=True, blank=True)
    replaced_on = models.DateField("被取代之日", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="rights_settlement_not_negative"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(replaced_on__isnull=True),
                name="rights_settlement_one_in_force",
                violation_error_message="这件案子已有生效的文书",
            ),
        ]


class Instalment(models.Model):
    """What is to be paid by which day (分期)."""

    scope_path = "settlement__case__scope"
    behind = "settlement"
    personal: ClassVar[set[str]] = set()

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="instalments")
    due_on = models.DateField("付款日")
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    late_on = models.DateField("提醒逾期之日", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="rights_instalment_positive", violation_error_message="每期金额要大于 0"
            ),
            models.UniqueConstraint(fields=["settlement", "due_on"], name="rights_instalment_one_a_day"),
        ]


class Receipt(models.Model):
    """Money that reached the worker, with its proof (到账). A wrong one is reversed, never deleted."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"amount"}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="receipts")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁收到")
    on = models.DateField("到账日期")
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证")
    proof_note = models.CharField("凭证说明", max_length=120)
    confirmed_on = models.DateField("本人确认之日", null=True, blank=True)
    reversed_on = models.DateField("冲销日期", null=True, blank=True)
    reversed_because = models.CharField("冲销理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="rights_receipt_positive", violation_error_message="到账金额要大于 0"),
            models.CheckConstraint(
                condition=Q(reversed_on__isnull=True) | (Q(reversed_on__gte=F("on")) & ~Q(reversed_because="")),
                name="rights_receipt_reversal_has_reason",
            ),
        ]
