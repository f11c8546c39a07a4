"""Cases that the bodies in the governance centre handle together: who holds one since when, who belongs to which body (三方四合)."""

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import JointBasis, JointWhy

ANSWERS, DECISION = "rights_elements.answers", "rights_meetingitem.minutes"
"""Associated data of the sealed columns."""
__all__ = ["ANSWERS", "DECISION", "BodyMember", "Elements", "Holding", "Joint", "Meeting", "MeetingItem"]


class BodyMember(models.Model):
    """An account of a partner body: an arbitrator, a judge's assistant, the governance centre's clerk (协作人员)."""

    unscoped_because = "read to find out which cases an account of another body may see"
    scope_path = "body__answering_org__lft"
    personal: ClassVar[set[str]] = set()

    body = models.ForeignKey("orgs.PartnerBody", models.PROTECT, related_name="members", verbose_name="单位")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bodies", verbose_name="账号")
    is_head = models.BooleanField("负责人", default=False)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(valid_to__isnull=True),
                name="rights_bodymember_one_body",
                violation_error_message="这个账号已经属于一家协作单位",
            ),
        ]


class Joint(models.Model):
    """A case in the joint queue, and on which ground its facts may be shared (联合办理; 个人信息保护法第二十三条)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="joint")
    entered_on = models.DateField("进入队列")
    basis = models.CharField("共享依据", max_length=10, choices=JointBasis.choices)
    basis_note = models.CharField("依据说明", max_length=160)
    left_on = models.DateField("办结出列", null=True, blank=True)
    result = models.CharField("结果", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on"), result__gt=""), name="rights_joint_leaves_with_result"
            ),
        ]


class Holding(models.Model):
    """One body holding a joint case for a time (持有); ``body`` None is the union's own mediation room."""

    scope_path = "joint__case__scope"
    behind = "joint"
    personal: ClassVar[set[str]] = {"sent_by_name"}

    joint = models.ForeignKey(Joint, models.PROTECT, related_name="holdings")
    body = models.ForeignKey("orgs.PartnerBody", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁在办")
    asked = models.CharField("请办什么", max_length=160)
    sent_on = models.DateField("交出日期")
    sent_by = models.CharField("谁交出", max_length=60)
    sent_by_name = models.CharField("交出人", max_length=60)
    receipt_due_on = models.DateField("签收期限", null=True, blank=True)
    received_on = models.DateField("签收日期", null=True, blank=True)
    received_by = models.CharField("谁签收", max_length=60, blank=True)
    climbed_on = models.DateField("报两边负责人之日", null=True, blank=True)
    due_on = models.DateField("办理期限", null=True, blank=True)
    ended_on = models.DateField("交还日期", null=True, blank=True)
    result = models.CharField("办理结果", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["joint"],
                condition=Q(ended_on__isnull=True),
                name="rights_holding_one_at_a_time",
                violation_error_message="这件案子同时只能有一家在办",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("sent_on")), name="rights_holding_received_after_sent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["receipt_due_on"], name="rights_holding_receipt", condition=Q(received_on__isnull=True, ended_on__isnull=True)
            ),
        ]


class Elements(models.Model):
    """The answers to the element questions of a case, filled once and taken by every body (要素表); sealed."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"answers_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"answers_sealed": ANSWERS}

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="elements")
    answers_sealed = models.BinaryField("答案")
    filled_on = models.DateField("填写日期")
    filled_by = models.CharField("谁填", max_length=60)

    @property
    def answers(self) -> dict[str, Any]:
        return json.loads(unseal(bytes(self.answers_sealed), ANSWERS))


class Meeting(models.Model):
    """A monthly joint meeting about hard cases (联席会议)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=20, unique=True)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="召集单位")
    on = models.DateField("日期")
    place = models.CharField("地点", max_length=80)
    held_on = models.DateField("开完之日", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org", "on"], name="rights_meeting_once", violation_error_message="这一天已经排了联席会议"),
        ]

    @property
    def subject(self) -> str:
        return f"meeting:{self.pk}"


class MeetingItem(models.Model):
    """A case on the list of a joint meeting: why, what was said, decided, and what follows by when."""

    scope_path = "meeting__org__lft"
    behind = "meeting"
    personal: ClassVar[set[str]] = {"minutes_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"minutes_sealed": DECISION}

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("序号")
    why = models.CharField("为什么上会", max_length=10, choices=JointWhy.choices)
    minutes_sealed = models.BinaryField("讨论", null=True)
    decision = models.CharField("决定", max_length=200, blank=True)
    follow_up = models.CharField("后续", max_length=120, blank=True)
    follow_up_on = models.DateField("后续期限", null=True, blank=True)
    followed_on = models.DateField("后续办好之日", null=True, blank=True)
    followed = models.CharField("后续办得怎样", max_length=200, blank=True)
    dropped_on = models.DateField("撤下日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "case"], name="rights_meetingitem_once", violation_error_message="这件案子已在名单上"
            ),
        ]

    @property
    def minutes(self) -> str:
        return unseal(bytes(self.minutes_sealed), DECISION) if self.minutes_sealed else ""
