"""Partner bodies that take part in the exchange, their keys and ours, every message out and in, and every attempt at one."""

import json
from datetime import date
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from niangjia.base.calendar import today
from niangjia.base.sealing import unseal
from niangjia.core.exchange.enums import INCOMING, OUTGOING, TO_LOOK_AT, Direction, State, Transport, Way

BODY, RECEIPT, PRIVATE = "exchange_message.body", "exchange_message.receipt", "exchange_ownkey.private"
"""Associated data of the sealed columns."""


class Partner(models.Model):
    """A partner body as a side of the exchange (往来单位): how messages travel to it, from when to when."""

    unscoped_because = "every officer may know which public bodies take part; the row names no person"
    personal: ClassVar[set[str]] = set()

    body = models.OneToOneField("orgs.PartnerBody", models.PROTECT, related_name="exchange", verbose_name="合作单位")
    code = models.CharField("编码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类别", max_length=20)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="对接工会")
    transport = models.CharField("往来方式", max_length=5, choices=Transport.choices)
    endpoint = models.URLField("接口地址", max_length=200, blank=True)
    address = models.CharField("寄送地址", max_length=120, blank=True)
    contact = models.CharField("联系电话", max_length=60, blank=True, help_text="办公电话，不写个人手机")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(transport="api") | ~Q(endpoint=""),
                name="exchange_partner_api_has_endpoint",
                violation_error_message="用接口往来的，要写接口地址",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="exchange_partner_forward",
                violation_error_message="止日要在起日之后",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"partner:{self.pk}"

    @property
    def in_force(self) -> bool:
        day = today()
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class PartnerKey(models.Model):
    """A partner's public key (对方公钥), in force once a second person confirmed it, until its last day or its revocation."""

    unscoped_because = "a public key is public"
    personal: ClassVar[set[str]] = set()

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="keys")
    key_id = models.CharField("密钥名", max_length=60, unique=True)
    public = models.CharField("公钥", max_length=60)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)
    entered_by = models.CharField("登记人", max_length=60)
    entered_by_name = models.CharField("登记人", max_length=60)
    confirmed_by = models.CharField("核对人", max_length=60, blank=True)
    confirmed_on = models.DateField("核对日期", null=True, blank=True)
    revoked_on = models.DateField("停用日期", null=True, blank=True)
    revoked_because = models.CharField("停用理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | ~Q(confirmed_by="") & ~Q(confirmed_by=F("entered_by")),
                name="exchange_partnerkey_two_persons",
                violation_error_message="登记和核对要两个人",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | ~Q(revoked_because=""), name="exchange_partnerkey_revoked_has_reason"
            ),
        ]

    @property
    def fingerprint(self) -> str:
        """What two persons compare by telephone: the beginning of the key's hash, in fours."""
        import hashlib

        digits = hashlib.sha256(self.public.encode()).hexdigest()[:24].upper()
        return " ".join(digits[place : place + 4] for place in range(0, 24, 4))

    @property
    def standing(self) -> str:
        """待核对, 在用, 未到期, 已到期 or 已停用."""
        day = today()
        if self.revoked_on:
            return "已停用"
        if not self.confirmed_on:
            return "待核对"
        if self.valid_to and self.valid_to <= day:
            return "已到期"
        return "在用" if self.valid_from <= day else "未到启用日"


class OwnKey(models.Model):
    """Our own key pair (本方密钥); the private part lies sealed. The newest one signs, the others stay to be checked against."""

    unscoped_because = "the public part is public, the private part lies sealed and is read by the signing verb only"
    personal: ClassVar[set[str]] = {"private_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"private_sealed": PRIVATE}

    key_id = models.CharField("密钥名", max_length=60, unique=True)
    public = models.CharField("公钥", max_length=60)
    private_sealed = models.BinaryField("私钥")
    valid_from = models.DateField("起")


class Parcel(models.Model):
    """Messages to one partner as one file with its control file (数据包): rows, sum, SHA-256, our signature over them."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("包号", max_length=30, unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="parcels", verbose_name="往来单位")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="打包的工会")
    rows = models.PositiveIntegerField("行数")
    total = models.DecimalField("金额合计", max_digits=16, decimal_places=2)
    sha256 = models.CharField("文件摘要", max_length=64)
    control = models.TextField("控制文件")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    made_at = models.DateTimeField("时间")
    made_by = models.CharField("谁打的包", max_length=60)

    def __str__(self) -> str:
        return self.code


class Message(models.Model):
    """One message to or from a partner (往来件): by interface, file or letter. What it says lies sealed.

    ``key`` is the idempotency key, unique for partner and direction. ``envelope`` is what a signature covers besides the body, so that
    it can be checked again at any time. ``due_on`` is the day by which the other side (of one we sent) or we (of one we received) must
    answer.
    """

    scope_path = "org__lft"
    behind = "case"
    personal: ClassVar[set[str]] = {"body_sealed", "receipt_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"body_sealed": BODY, "receipt_sealed": RECEIPT}

    number = models.CharField("往来号", max_length=30, unique=True)
    direction = models.CharField("方向", max_length=3, choices=Direction.choices)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="messages", verbose_name="往来单位")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="承办工会")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="案件")
    kind = models.CharField("种类", max_length=40)
    key = models.CharField("幂等键", max_length=80)
    their_number = models.CharField("对方单号", max_length=60, blank=True)
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by", verbose_name="答复哪一件")
    body_sealed = models.BinaryField("内容")
    body_hash = models.CharField("内容摘要", max_length=64)
    envelope = models.JSONField("签名信封", default=dict)
    transport = models.CharField("往来方式", max_length=5, choices=Transport.choices)
    state = models.CharField("状态", max_length=8, choices=State.choices)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次发送", null=True, blank=True)
    receipt_sealed = models.BinaryField("回执", null=True)
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="数据包")
    letter = models.CharField("函号", max_length=60, blank=True)
    scan = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    receipt_number = models.CharField("回执号", max_length=60, blank=True)
    fault = models.CharField("原因", max_length=200, blank=True)
    made_at = models.DateTimeField("时间")
    made_on = models.DateField("日期")
    due_on = models.DateField("答复期限", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "direction", "key"], name="exchange_message_once", violation_error_message="这一件已经有了"
            ),
            models.CheckConstraint(
                condition=Q(direction="out", state__in=[one.value for one in OUTGOING])
                | Q(direction="in", state__in=[one.value for one in INCOMING]),
                name="exchange_message_state_of_direction",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "dead", "refused"]) | ~Q(fault=""), name="exchange_message_fault_is_said"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="exchange_message_waiting", condition=Q(state="queued")),
            models.Index(fields=["org"], name="exchange_message_to_look_at", condition=Q(state__in=[one.value for one in TO_LOOK_AT])),
            models.Index(fields=["case", "id"], name="exchange_message_of_case"),
            models.Index(fields=["-made_at"], name="exchange_message_made"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"message:{self.pk}"

    @property
    def raw(self) -> bytes:
        """The body byte for byte, as it was signed."""
        return unseal(bytes(self.body_sealed), BODY).encode()

    @property
    def body(self) -> dict[str, Any]:
        """The body as data."""
        return json.loads(self.raw)

    @property
    def said_on(self) -> date:
        """The day the message speaks of."""
        return date.fromisoformat(self.body["on"])

    @property
    def receipt_text(self) -> str:
        """The receipt word for word: ours for one received, theirs for one sent; empty while there is none."""
        return unseal(bytes(self.receipt_sealed), RECEIPT) if self.receipt_sealed else ""

    @property
    def receipt(self) -> dict[str, Any]:
        """The receipt as data."""
        return json.loads(self.receipt_text or "{}")


class Attempt(models.Model):
    """One attempt at a message (往来记录); append-only."""

    scope_path = "message__org__lft"
    behind = "message"
    personal: ClassVar[set[str]] = set()

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    way = models.CharField("做什么", max_length=7, choices=Way.choices)
    at = models.DateTimeField("时间")
    by = models.CharField("谁", max_length=60)
    status = models.PositiveSmallIntegerField("应答码", null=True)
    outcome = models.CharField("结果", max_length=200)
    facts = models.JSONField("要素", default=dict, encoder=DjangoJSONEncoder)
