"""What a bureau says beside its files: how it writes them, totals of a day, codes of its own, and the month's one-stop payments (清算)."""

from decimal import Decimal
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from niangjia.work.mutual_aid.enums import ClearingState, CodeField, DayDecision, DifferenceKind, LineDecision, LineKind


class Layout(models.Model):
    """How a bureau writes its files (列名对照): heading as written → national name, empty for none of ours; chosen by hand once."""

    unscoped_because = "headings of a bureau's files name no person and no union"
    personal: ClassVar[set[str]] = set()

    body = models.OneToOneField("orgs.PartnerBody", models.PROTECT, related_name="+", verbose_name="哪家医保")
    headings = models.JSONField("列名", default=dict)
    in_fen = models.BooleanField("金额以分为单位", default=False)
    chosen_by = models.CharField("谁对的", max_length=60)
    chosen_at = models.DateTimeField("什么时候")

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"layout:{self.pk}"


class KnownCode(models.Model):
    """What a code of a bureau's own means (代码对照), by whose word; in force once a second person confirmed it.

    ``means`` is the national code, empty: outside of mutual aid.
    """

    unscoped_because = "codes of a bureau name no person and no union"
    personal: ClassVar[set[str]] = set()

    field = models.CharField("哪一项", max_length=10, choices=CodeField.choices)
    code = models.CharField("代码", max_length=6)
    means = models.CharField("等于国标代码", max_length=6, blank=True)
    source = models.CharField("依据", max_length=120)
    entered_by = models.CharField("登记人", max_length=60)
    entered_by_name = models.CharField("登记人", max_length=60)
    entered_on = models.DateField("登记日期")
    confirmed_by = models.CharField("核对人", max_length=60, blank=True)
    confirmed_by_name = models.CharField("核对人", max_length=60, blank=True)
    confirmed_on = models.DateField("核对日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["field", "code"], name="mutual_aid_knowncode_once", violation_error_message="这个代码登记过了"),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | ~Q(confirmed_by="") & ~Q(confirmed_by=F("entered_by")),
                name="mutual_aid_knowncode_two_persons",
                violation_error_message="登记和核对要两个人",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"knowncode:{self.pk}"


class DayTotal(models.Model):
    """What a bureau says of one day of settlements (日对账), and what stood here when it was last compared: both count and sums in yuan.

    Counted are settlements of that day that are in force. With ``has_lines`` the bureau named every one of them.
    """

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("对账编号", max_length=30, unique=True)
    body = models.ForeignKey("orgs.PartnerBody", models.PROTECT, related_name="+", verbose_name="哪家医保")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+")
    on = models.DateField("结算日期")
    said = models.JSONField("医保说的", encoder=DjangoJSONEncoder)
    ours = models.JSONField("我方", encoder=DjangoJSONEncoder)
    has_lines = models.BooleanField("有明细", default=False)
    said_by = models.CharField("谁登记的", max_length=60)
    said_at = models.DateTimeField("登记时间")
    compared_at = models.DateTimeField("最近核对")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["body", "on"], name="mutual_aid_daytotal_once")]

    @property
    def subject(self) -> str:
        return f"daytotal:{self.pk}"


class StatedLine(models.Model):
    """One settlement of a day as the bureau's list names it (医保对账明细)."""

    scope_path = "day__org__lft"
    behind = "day"
    personal: ClassVar[set[str]] = set()

    day = models.ForeignKey(DayTotal, models.PROTECT, related_name="stated")
    fixmedins_code = models.CharField("定点机构", max_length=30)
    setl_id = models.CharField("结算ID", max_length=40)
    medfee = models.DecimalField("总费用", max_digits=16, decimal_places=2)
    fund = models.DecimalField("基金支付", max_digits=16, decimal_places=2)
    cash = models.DecimalField("个人现金", max_digits=16, decimal_places=2)
    benefit = models.DecimalField("互助支付", max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "fixmedins_code", "setl_id"], name="mutual_aid_statedline_once")]


class DayDifference(models.Model):
    """Where a day differs (差异): the whole total, a settlement only there, only here, or with other amounts; decided by a person.

    What no longer differs, or differs otherwise, is ``gone_on``; nothing is deleted.
    """

    scope_path = "day__org__lft"
    behind = "day"
    personal: ClassVar[set[str]] = set()

    day = models.ForeignKey(DayTotal, models.PROTECT, related_name="differences")
    kind = models.CharField("差在哪里", max_length=10, choices=DifferenceKind.choices)
    fixmedins_code = models.CharField("定点机构", max_length=30, blank=True)
    setl_id = models.CharField("结算ID", max_length=40, blank=True)
    settlement = models.ForeignKey("mutual_aid.Settlement", models.PROTECT, null=True, blank=True, related_name="+")
    ours = models.JSONField("我方", null=True)
    theirs = models.JSONField("医保", null=True)
    found_on = models.DateField("发现日期")
    gone_on = models.DateField("消失日期", null=True, blank=True)
    decision = models.CharField("怎么办", max_length=5, choices=DayDecision.choices, blank=True)
    reason = models.CharField("理由", max_length=120, blank=True)
    decided_by = models.CharField("谁定的", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "fixmedins_code", "setl_id"], condition=Q(gone_on__isnull=True), name="mutual_aid_daydifference_once"
            ),
            models.CheckConstraint(
                condition=Q(decision="") | ~Q(reason="") & ~Q(decided_by="") & Q(decided_on__isnull=False),
                name="mutual_aid_daydifference_decided_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="mutual_aid_daydifference_open", condition=Q(gone_on__isnull=True))]

    @property
    def subject(self) -> str:
        return f"daydifference:{self.pk}"


class Clearing(models.Model):
    """One month of one-stop payments of a plan, cleared with the bureau that advanced them (清算单).

    ``said_`` is what the bureau's own sheet says; the sums of the lines are ``theirs`` and ``ours``, what is transferred is ``cleared``.
    """

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("清算单号", max_length=30, unique=True)
    plan = models.ForeignKey("mutual_aid.Plan", models.PROTECT, related_name="clearings", verbose_name="计划")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+")
    month = models.DateField("月份")
    state = models.CharField("状态", max_length=11, choices=ClearingState.choices, default=ClearingState.DRAFT)
    said_count = models.PositiveIntegerField("医保清算单笔数", null=True, blank=True)
    said_amount = models.DecimalField("医保清算单金额", max_digits=16, decimal_places=2, null=True, blank=True)
    statement = models.CharField("医保清算单号", max_length=40, blank=True)
    compared_by = models.CharField("核对人", max_length=60, blank=True)
    compared_by_name = models.CharField("核对人", max_length=60, blank=True)
    compared_on = models.DateField("核对日期", null=True, blank=True)
    agreed_by = models.CharField("确认人", max_length=60, blank=True)
    agreed_by_name = models.CharField("确认人", max_length=60, blank=True)
    agreed_on = models.DateField("确认日期", null=True, blank=True)
    transferred_on = models.DateField("划款日期", null=True, blank=True)
    reference = models.CharField("银行回单", max_length=60, blank=True)
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "month"], name="mutual_aid_clearing_once"),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True) | ~Q(agreed_by="") & ~Q(agreed_by=F("compared_by")),
                name="mutual_aid_clearing_two_persons",
                violation_error_message="核对和确认要两个人",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "transferred"]) | Q(agreed_on__isnull=False, said_amount__isnull=False),
                name="mutual_aid_clearing_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="transferred") | Q(transferred_on__isnull=False), name="mutual_aid_clearing_transferred_on"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.month:%Y年%m月}"

    @property
    def subject(self) -> str:
        return f"clearing:{self.pk}"


class ClearingLine(models.Model):
    """One settlement in a month's clearing: what the hospital deducted, what our rule says, and what is transferred for it.

    A correction or reversal of an earlier month is a line with the difference, below zero where money comes back.
    """

    scope_path = "clearing__org__lft"
    behind = "clearing"
    personal: ClassVar[set[str]] = set()

    clearing = models.ForeignKey(Clearing, models.PROTECT, related_name="lines")
    settlement = models.ForeignKey("mutual_aid.Settlement", models.PROTECT, null=True, blank=True, related_name="clearing_lines")
    intake = models.ForeignKey("mutual_aid.Intake", models.PROTECT, related_name="+", verbose_name="清单")
    fixmedins_code = models.CharField("定点机构", max_length=30)
    setl_id = models.CharField("结算ID", max_length=40)
    settled_on = models.DateField("结算日期")
    theirs = models.DecimalField("医保已扣", max_digits=16, decimal_places=2)
    ours = models.DecimalField("按规则应付", max_digits=16, decimal_places=2, default=0)
    cleared = models.DecimalField("清算金额", max_digits=16, decimal_places=2, default=0)
    kind = models.CharField("差异", max_length=11, choices=LineKind.choices, default=LineKind.UNCHECKED)
    decision = models.CharField("怎么办", max_length=8, choices=LineDecision.choices, blank=True)
    reason = models.CharField("理由", max_length=120, blank=True)
    decided_by = models.CharField("谁定的", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clearing", "fixmedins_code", "setl_id"], name="mutual_aid_clearingline_once"),
            models.CheckConstraint(
                condition=Q(decision="") | ~Q(reason="") & ~Q(decided_by="") & Q(decided_on__isnull=False),
                name="mutual_aid_clearingline_decided_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["fixmedins_code", "setl_id"], name="mutual_aid_clearingline_key")]

    @property
    def subject(self) -> str:
        return f"clearingline:{self.pk}"

    @property
    def difference(self) -> Decimal:
        """What they took more than our rule says."""
        return self.theirs - self.ours
