"""Unions watch that labour law is kept: who watches, and each matter from complaint to correction (浙江省工会劳动法律监督条例)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import WatchPost, WatchRefusal, WatchTopic

COMPLAINT, FOUND, ANSWERED = "rights_supervision.complaint", "rights_supervision.found", "rights_supervision.answered"
"""Associated data of the sealed columns."""


class Supervisor(models.Model):
    """Somebody who watches for a union, from day to day, with a card (工会劳动法律监督员)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="supervisors", verbose_name="工会")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="谁")
    post = models.CharField("职务", max_length=6, choices=WatchPost.choices)
    card = models.CharField("监督员证号", max_length=30)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(valid_to__isnull=True), name="rights_supervisor_card", violation_error_message="这个证号已经有人用"
            ),
            models.UniqueConstraint(
                fields=["org", "person"], condition=Q(valid_to__isnull=True), name="rights_supervisor_once", violation_error_message="这个人已经是本工会的监督员"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rights_supervisor_forward"
            ),
        ]  # fmt: skip


class Supervision(models.Model):
    """The line's facts of a matter of union supervision (工会劳动法律监督)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"complaint_sealed", "found_sealed", "answered_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"complaint_sealed": COMPLAINT, "found_sealed": FOUND, "answered_sealed": ANSWERED}

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="supervision")
    topics = ArrayField(models.CharField(max_length=10, choices=WatchTopic.choices), verbose_name="监督事项")
    complaint_sealed = models.BinaryField("投诉内容", null=True, blank=True)
    refused_because = models.CharField("不予受理的理由", max_length=8, choices=WatchRefusal.choices, blank=True)
    cards = ArrayField(models.CharField(max_length=30), verbose_name="调查人员证号", default=list, blank=True)
    investigated_on = models.DateField("调查日期", null=True, blank=True)
    found_sealed = models.BinaryField("查明的事实", null=True, blank=True)
    breaks = models.CharField("违反哪一条", max_length=200, blank=True)
    demands = models.CharField("要求改正什么", max_length=300, blank=True)
    opinion_number = models.CharField("意见书文号", max_length=60, blank=True)
    opinion_on = models.DateField("意见书签发", null=True, blank=True)
    served_on = models.DateField("意见书送达", null=True, blank=True)
    replied_on = models.DateField("单位答复", null=True, blank=True)
    answered_sealed = models.BinaryField("单位怎么答", null=True, blank=True)
    corrected_on = models.DateField("改正之日", null=True, blank=True)
    proposed_on = models.DateField("建议书发出", null=True, blank=True)
    proposal_number = models.CharField("建议书文号", max_length=60, blank=True)
    proposed_to = models.CharField("建议书发给", max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(topics=[]), name="rights_supervision_has_topic", violation_error_message="请至少选一件监督事项"),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | Q(served_on__gte=F("opinion_on")), name="rights_supervision_served_after_signing",
                violation_error_message="送达不能早于签发",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["opinion_on"], name="rights_supervision_opinion")]

    @property
    def complaint(self) -> str:
        return unseal(bytes(self.complaint_sealed), COMPLAINT) if self.complaint_sealed else ""

    @property
    def found(self) -> str:
        return unseal(bytes(self.found_sealed), FOUND) if self.found_sealed else ""

    @property
    def answered(self) -> str:
        return unseal(bytes(self.answered_sealed), ANSWERED) if self.answered_sealed else ""
