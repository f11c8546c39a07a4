"""What a person asks for by hand, what they object to, what is owed back, and what a second person looks at before money goes out."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.base.chinese import mask_bank
from niangjia.base.sealing import unseal
from niangjia.work.mutual_aid.enums import AppealReason, Forwarded, Kinship, LookKind, LookState, Sort

ILLNESS, PAYEE_ACCOUNT = "mutual_aid_claim.illness", "mutual_aid_claim.payee_account"
DRAFT, NUMBER = "mutual_aid_claimdraft.answers", "mutual_aid_draw.number"
"""Associated data of the sealed columns."""


class ClaimDraft(models.Model):
    """Answers of a claim that is not sent yet (申请草稿): sealed, one a person, kept thirty days."""

    unscoped_because = "belongs to nobody's subtree until it is sent; read by its person's key only"
    personal: ClassVar[set[str]] = {"answers_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"answers_sealed": DRAFT}

    person = models.OneToOneField("people.Person", models.CASCADE, related_name="claim_draft")
    answers_sealed = models.BinaryField()
    changed_at = models.DateTimeField(auto_now=True)


class Claim(models.Model):
    """A claim by hand (手工申请): a stay in a hospital that sends nothing, or a sum for an illness (一次性给付).

    ``person`` is who was ill; ``proxy`` claims for them. The amounts are the invoice's, in yuan; the officer adds from the fee list what
    the rule needs. ``settlement`` is what became of it when it was granted. The illness lies sealed here and nowhere else. ``payee_*``
    is who is paid where that is not the register's account: somebody's family after a death, or a card the register does not know yet.
    """

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"illness_sealed", "payee_name", "payee_account_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"illness_sealed": ILLNESS, "payee_account_sealed": PAYEE_ACCOUNT}

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="mutual_aid_claim")
    sort = models.CharField("申请什么", max_length=5, choices=Sort.choices, default=Sort.STAY)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="mutual_aid_claims")
    enrolment = models.ForeignKey("mutual_aid.Enrolment", models.PROTECT, null=True, blank=True, related_name="claims")
    settlement = models.OneToOneField("mutual_aid.Settlement", models.PROTECT, null=True, blank=True, related_name="claim")
    hospital = models.CharField("医院", max_length=80, blank=True)
    admitted_on = models.DateField("入院日期", null=True, blank=True)
    left_on = models.DateField("出院日期", null=True, blank=True)
    total = models.DecimalField("总费用", max_digits=16, decimal_places=2, null=True, blank=True)
    fund = models.DecimalField("医保支付", max_digits=16, decimal_places=2, null=True, blank=True)
    cash = models.DecimalField("自己付的现金", max_digits=16, decimal_places=2, null=True, blank=True)
    illness_sealed = models.BinaryField("病种", null=True)
    diagnosed_on = models.DateField("确诊日期", null=True, blank=True)
    proxy = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代办人")
    kinship = models.CharField("代办人是本人的", max_length=8, choices=Kinship.choices, blank=True)
    payee_name = models.CharField("收款人", max_length=60, blank=True)
    payee_account_sealed = models.BinaryField("收款账户", null=True)
    missing = models.CharField("还要补什么", max_length=200, blank=True)
    pool_number = models.CharField("资金池所在工会的答复文号", max_length=60, blank=True)
    pool_amount = models.DecimalField("资金池给付", max_digits=16, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sort="lump") | Q(admitted_on__isnull=False, left_on__gte=F("admitted_on"), total__isnull=False),
                name="mutual_aid_claim_stay_is_whole",
                violation_error_message="出院日期不能早于入院日期",
            ),
            models.CheckConstraint(
                condition=Q(sort="stay") | Q(enrolment__isnull=False, diagnosed_on__isnull=False), name="mutual_aid_claim_lump_is_whole"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "left_on"], name="mutual_aid_claim_person")]

    @property
    def illness(self) -> str:
        """The illness in clear: for reckoning, and for whoever gave a reason."""
        return unseal(bytes(self.illness_sealed), ILLNESS) if self.illness_sealed else ""

    @property
    def payee_account(self) -> str:
        """The account in clear, for the payment."""
        return unseal(bytes(self.payee_account_sealed), PAYEE_ACCOUNT) if self.payee_account_sealed else ""

    @property
    def masked_account(self) -> str:
        return mask_bank(self.payee_account) if self.payee_account_sealed else ""

    @property
    def days(self) -> int:
        """Days in hospital, one where both days are the same."""
        return max(1, (self.left_on - self.admitted_on).days) if self.left_on and self.admitted_on else 0


class Appeal(models.Model):
    """An objection to what was decided, reckoned or asked back (申诉). What was said lies in the sealed note of the case's first step."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="mutual_aid_appeal")
    settlement = models.ForeignKey("mutual_aid.Settlement", models.PROTECT, null=True, blank=True, related_name="appeals")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="appeals")
    reason = models.CharField("申诉理由", max_length=9, choices=AppealReason.choices)
    against = models.CharField("对什么不服", max_length=60)
    late = models.BooleanField("过了申诉期", default=False)
    forwarded_to = models.CharField("转给谁", max_length=10, choices=Forwarded.choices, blank=True)
    forwarded_on = models.DateField("转出日期", null=True, blank=True)
    forward_number = models.CharField("去函文号", max_length=60, blank=True)
    reply_number = models.CharField("对方答复文号", max_length=60, blank=True)
    replied_on = models.DateField("对方答复日期", null=True, blank=True)
    answer = models.CharField("答复", max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settlement__isnull=False) | Q(claim__isnull=False) | Q(reason="mine"), name="mutual_aid_appeal_about_something"
            )
        ]


class Clawback(models.Model):
    """What is owed back of a paid settlement that was taken back (追回). ``amount`` is what was owed when it was opened, in yuan."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="mutual_aid_clawback")
    settlement = models.OneToOneField("mutual_aid.Settlement", models.PROTECT, related_name="clawback")
    amount = models.DecimalField("要收回", max_digits=16, decimal_places=2)
    notified_on = models.DateField("告知日期", null=True, blank=True)
    offset = models.DecimalField("已抵回", max_digits=16, decimal_places=2, default=0)
    repaid = models.DecimalField("已退回", max_digits=16, decimal_places=2, default=0)
    written_off = models.DecimalField("已核销", max_digits=16, decimal_places=2, default=0)
    resolution = models.CharField("核销的决议", max_length=120, blank=True)
    proposed_by = models.CharField("谁提出核销", max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="mutual_aid_clawback_positive"),
            models.CheckConstraint(
                condition=Q(amount__gte=F("offset") + F("repaid") + F("written_off")), name="mutual_aid_clawback_not_more_than_owed"
            ),
        ]

    @property
    def rest(self) -> Decimal:
        """What is still owed, in yuan."""
        return self.amount - self.offset - self.repaid - self.written_off


class Decision(models.Model):
    """Who decided a settlement, one row a decision, never changed (核定经过): whoever answers an appeal, or looks a second time, is another."""

    scope_path = "settlement__org__lft"
    behind = "settlement"
    personal: ClassVar[set[str]] = {"by_name"}

    settlement = models.ForeignKey("mutual_aid.Settlement", models.PROTECT, related_name="decisions")
    approved = models.BooleanField("核定给付")
    benefit = models.DecimalField("互助金", max_digits=16, decimal_places=2)
    reason = models.CharField("理由", max_length=200)
    on = models.DateField("日期")
    by = models.CharField("谁", max_length=60)
    by_name = models.CharField("姓名", max_length=60)
    at = models.DateTimeField(auto_now_add=True)


class Draw(models.Model):
    """A drawing of the sample (抽查): the digest of a secret number is published before, the number itself when it was used.

    Drawn is every settlement for which the first eight bytes of SHA-256 over «number:code», as a part of 2⁶⁴, lie below ``share``.
    ``codes`` are all settlements that could be drawn, so that anybody may do it again.
    """

    scope_path = "fund__org__lft"
    personal: ClassVar[set[str]] = set()
    sealed_as: ClassVar[dict[str, str]] = {"number_sealed": NUMBER}

    code = models.CharField("抽查编号", max_length=30, unique=True)
    fund = models.ForeignKey("ledger.Fund", models.PROTECT, related_name="+", verbose_name="哪本账")
    digest = models.CharField("预先公布的摘要", max_length=64, unique=True)
    number_sealed = models.BinaryField()
    share = models.DecimalField("抽查比例", max_digits=5, decimal_places=4)
    published_at = models.DateTimeField("公布时间")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    codes = models.JSONField("参加抽取的", default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fund"], condition=Q(drawn_at__isnull=True), name="mutual_aid_draw_one_waiting"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="mutual_aid_draw_share"),
        ]

    @property
    def number(self) -> str:
        """The number, once it was used; empty before."""
        return unseal(bytes(self.number_sealed), NUMBER) if self.drawn_at else ""


class Look(models.Model):
    """A second look at a settlement before it is paid (第二人复核): because of its sum, its kind, or because it was drawn.

    It holds for the ``benefit`` it saw; another sum is looked at anew.
    """

    scope_path = "settlement__org__lft"
    behind = "settlement"
    personal: ClassVar[set[str]] = {"by_name"}

    settlement = models.ForeignKey("mutual_aid.Settlement", models.PROTECT, related_name="looks")
    kind = models.CharField("为什么复核", max_length=6, choices=LookKind.choices)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="looks")
    benefit = models.DecimalField("互助金", max_digits=16, decimal_places=2)
    opened_on = models.DateField("提出日期")
    state = models.CharField("结果", max_length=7, choices=LookState.choices, default=LookState.OPEN)
    words = models.CharField("意见", max_length=200, blank=True)
    on = models.DateField("复核日期", null=True, blank=True)
    by = models.CharField("谁复核", max_length=60, blank=True)
    by_name = models.CharField("复核人", max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement"], condition=Q(state="open"), name="mutual_aid_look_one_open"),
            models.CheckConstraint(condition=Q(state="open") | ~Q(by=""), name="mutual_aid_look_by_somebody"),
        ]
        indexes: ClassVar = [models.Index(fields=["opened_on"], name="mutual_aid_look_open", condition=Q(state="open"))]
