"""Collective disputes: what each worker claims and gets (集体争议)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Share(models.Model):
    """One worker's part of a collective case: claimed, agreed. What was received is counted from the receipts (每人一行)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"claimed", "agreed"}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="shares")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="谁")
    claimed = models.DecimalField("主张", max_digits=16, decimal_places=2, null=True, blank=True)
    agreed = models.DecimalField("说定", max_digits=16, decimal_places=2, null=True, blank=True)
    stays_out = models.BooleanField("没有签，另行主张", default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person"], name="rights_share_once", violation_error_message="这个人已有一行"),
            models.CheckConstraint(
                condition=Q(claimed__isnull=True) | Q(claimed__gt=0),
                name="rights_share_claimed",
                violation_error_message="主张的金额要大于 0",
            ),
            models.CheckConstraint(condition=Q(agreed__isnull=True) | Q(agreed__gte=0), name="rights_share_agreed_not_negative"),
            models.CheckConstraint(condition=Q(stays_out=False) | Q(agreed__isnull=True), name="rights_share_outside_has_no_agreed"),
        ]
