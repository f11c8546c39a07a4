"""Messages to persons and accounts (消息), with an outbox for those that leave the house; what receivers do not want there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from niangjia.base.sealing import unseal
from niangjia.core.notices.enums import Channel, Kind, State

ADDRESS, TEXT = "notices_notice.phone", "notices_notice.text"
"""Associated data of the sealed columns; the first keeps its old name, under which messages lie sealed already."""


class Notice(models.Model):
    """One message to one person, one account of the staff, or one phone. Its text and address lie sealed.

    ``once`` names what it tells: the same thing is told to the same receiver one time only. ``not_before``: it waits for the end of the
    quiet hours. The texts of sign-in codes are erased after a day.
    """

    scope_path = "org__lft"
    own_path = "person"
    named_path = "user"
    personal: ClassVar[set[str]] = {"address_sealed", "text_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"address_sealed": ADDRESS, "text_sealed": TEXT}

    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收件人")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收件账号")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发件工会")
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    title = models.CharField("标题", max_length=60, blank=True)
    url = models.CharField("去哪里看", max_length=120, blank=True)
    subject = models.CharField("对象", max_length=60, blank=True)
    once = models.CharField("说的是哪件事", max_length=80, blank=True)
    address_sealed = models.BinaryField(null=True)
    text_sealed = models.BinaryField(null=True)
    state = models.CharField("状态", max_length=7, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("发送次数", default=0)
    fault = models.CharField("没发出去的原因", max_length=120, blank=True)
    made_at = models.DateTimeField("时间")
    not_before = models.DateTimeField("不早于", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    read_at = models.DateTimeField("看过时间", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel="app") & (Q(person__isnull=False) | Q(user__isnull=False))
                | ~Q(channel="app") & Q(address_sealed__isnull=False),
                name="notices_notice_has_receiver",
            ),
            models.UniqueConstraint(
                fields=["once", "channel", "person", "user"], condition=~Q(once=""), nulls_distinct=False, name="notices_notice_told_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-made_at"], name="notices_notice_person"),
            models.Index(fields=["user", "-made_at"], name="notices_notice_user", condition=Q(user__isnull=False)),
            models.Index(fields=["-made_at"], name="notices_notice_made"),
        ]

    @property
    def address(self) -> str:
        """Phone, e-mail address or account elsewhere in clear; never shown but masked."""
        return unseal(bytes(self.address_sealed), ADDRESS) if self.address_sealed else ""

    @property
    def text(self) -> str:
        return unseal(bytes(self.text_sealed), TEXT) if self.text_sealed else ""


class OptOut(models.Model):
    """A kind of message that a person or an account does not want by a channel outside the platform (不接收)."""

    unscoped_because = "read before a message goes out, whoever sends it"
    personal: ClassVar[set[str]] = set()

    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    since = models.DateTimeField("何时起", auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, user__isnull=True) | Q(person__isnull=True, user__isnull=False),
                name="notices_optout_of_somebody",
            ),
            models.UniqueConstraint(fields=["person", "user", "kind", "channel"], nulls_distinct=False, name="notices_optout_once"),
        ]
