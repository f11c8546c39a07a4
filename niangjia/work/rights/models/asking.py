"""What somebody has answered so far on the phone, and what they sent along as evidence."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

DRAFT = "rights_draft.answers"
"""Associated data of the sealed column."""


class Draft(models.Model):
    """Answers of a request for help that is not sent yet (草稿): sealed, found by the cookie of the phone only, kept thirty days."""

    unscoped_because = "belongs to nobody until it is sent; found only by whoever holds its cookie"
    personal: ClassVar[set[str]] = {"answers_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"answers_sealed": DRAFT}

    token_hash = models.BinaryField(unique=True)
    answers_sealed = models.BinaryField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["changed_at"], name="rights_draft_changed")]


class Evidence(models.Model):
    """One numbered piece of evidence in a case (证据), in the order in which it is presented."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"title"}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField("编号")
    title = models.CharField("名称", max_length=80)
    proves = models.CharField("证明什么", max_length=120, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    pages = models.PositiveSmallIntegerField("页数", default=1)
    received_on = models.DateField("收到日期")
    removed_on = models.DateField("撤下日期", null=True, blank=True)
    removed_because = models.CharField("撤下理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], condition=Q(removed_on__isnull=True), name="rights_evidence_number"),
        ]
