"""Messages to persons (消息), with an outbox for those that leave the house."""

from typing import ClassVar

from django.db import models

from niangjia.base.sealing import unseal
from niangjia.core.notices.enums import Channel, Kind, State

PHONE, TEXT = "notices_notice.phone", "notices_notice.text"
"""Associated data of the sealed columns."""


class Notice(models.Model):
    """One message to one person or phone. Its text and phone lie sealed; the texts of sign-in codes are erased after a day."""

    scope_path = "org__lft"
    own_path = "person"
    personal: ClassVar[set[str]] = {"phone_sealed", "text_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"phone_sealed": PHONE, "text_sealed": TEXT}

    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收件人")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发件工会")
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    channel = models.CharField("渠道", max_length=4, choices=Channel.choices)
    title = models.CharField("标题", max_length=60, blank=True)
    url = models.CharField("去哪里看", max_length=120, blank=True)
    subject = models.CharField("对象", max_length=60, blank=True)
    phone_sealed = models.BinaryField(null=True)
    text_sealed = models.BinaryField(null=True)
    state = models.CharField("状态", max_length=6, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("发送次数", default=0)
    fault = models.CharField("没发出去的原因", max_length=120, blank=True)
    made_at = models.DateTimeField("时间")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    read_at = models.DateTimeField("看过时间", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(channel="app", person__isnull=False) | models.Q(channel="sms", phone_sealed__isnull=False),
                name="notices_notice_has_receiver",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-made_at"], name="notices_notice_person"),
            models.Index(fields=["-made_at"], name="notices_notice_made"),
        ]

    @property
    def phone(self) -> str:
        """The phone in clear; never shown but masked."""
        return unseal(bytes(self.phone_sealed), PHONE) if self.phone_sealed else ""

    @property
    def text(self) -> str:
        return unseal(bytes(self.text_sealed), TEXT) if self.text_sealed else ""
