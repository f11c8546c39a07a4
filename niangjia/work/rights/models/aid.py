"""Legal aid by the union: the application and its decision, whom it was given to, what was done and what is paid for it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from niangjia.base.rowsecurity import NAMED_ONLY
from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import AidForm, AidResult, Exempt, Kind, MandateState, Verdict
from niangjia.work.rights.models.helpers import Helper

MEANS, AID_FACTS, REPORT, LAWYERS_NOTE = (
    "rights_legalaid.means",
    "rights_legalaid.facts",
    "rights_legalaid.report",
    "rights_lawyernote.text",
)
"""Associated data of the sealed columns."""


class LegalAid(models.Model):
    """The line's facts of a case of legal aid (法律援助). ``matter`` is the dispute it serves: money is counted there, once."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"means_sealed", "facts_sealed", "report_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"means_sealed": MEANS, "facts_sealed": AID_FACTS, "report_sealed": REPORT}

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="aid")
    matter = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="aids", verbose_name="为哪件争议")
    kinds = ArrayField(models.CharField(max_length=3, choices=Kind.choices), verbose_name="争议类型")
    forms = ArrayField(models.CharField(max_length=8, choices=AidForm.choices), verbose_name="援助形式")
    means_sealed = models.BinaryField("经济状况说明", null=True)
    facts_sealed = models.BinaryField("事情经过", null=True)
    exempt = ArrayField(models.CharField(max_length=10, choices=Exempt.choices), verbose_name="免予核查", default=list, blank=True)
    exempt_reasons = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    headcount = models.PositiveIntegerField("涉及人数", default=1)
    limitation_on = models.DateField("仲裁时效届满", null=True, blank=True)
    missing = models.CharField("要补的材料", max_length=300, blank=True)
    told_missing_on = models.DateField("一次告知之日", null=True, blank=True)
    complete_on = models.DateField("材料补齐之日", null=True, blank=True)
    verdict = models.CharField("决定", max_length=8, choices=Verdict.choices, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    state_body = models.CharField("转给", max_length=80, blank=True)
    state_number = models.CharField("对方案号", max_length=60, blank=True)
    ended_on = models.DateField("援助事项办结", null=True, blank=True)
    result = models.CharField("结果", max_length=8, choices=AidResult.choices, blank=True)
    report_sealed = models.BinaryField("结案报告", null=True)
    reported_on = models.DateField("报告归档", null=True, blank=True)
    sampled_on = models.DateField("抽中评查之日", null=True, blank=True)
    sample_seed = models.CharField("抽查种子", max_length=40, blank=True)
    grade = models.PositiveSmallIntegerField("评查得分（1–5）", null=True, blank=True)
    satisfied = models.PositiveSmallIntegerField("满意度（1–5）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kinds=[]), name="rights_legalaid_has_kind", violation_error_message="请至少选一种争议"),
            models.CheckConstraint(condition=~Q(forms=[]), name="rights_legalaid_has_form", violation_error_message="请至少选一种援助形式"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_on__isnull=True) | (~Q(verdict="") & Q(decided_on__isnull=False)),
                name="rights_legalaid_decision_has_day",
            ),
            models.CheckConstraint(
                condition=Q(satisfied__isnull=True) | Q(satisfied__range=(1, 5)), name="rights_legalaid_satisfied_in_range"
            ),
            models.CheckConstraint(condition=Q(grade__isnull=True) | Q(grade__range=(1, 5)), name="rights_legalaid_grade_in_range"),
        ]
        indexes: ClassVar = [models.Index(fields=["decided_on"], name="rights_legalaid_decided")]

    @property
    def means(self) -> str:
        return unseal(bytes(self.means_sealed), MEANS) if self.means_sealed else ""

    @property
    def facts(self) -> str:
        return unseal(bytes(self.facts_sealed), AID_FACTS) if self.facts_sealed else ""

    @property
    def report(self) -> str:
        return unseal(bytes(self.report_sealed), REPORT) if self.report_sealed else ""


class Mandate(models.Model):
    """A matter of legal aid offered to a lawyer (指派): accepted by a day, with its scope and end, or refused with the reason."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="mandates")
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="mandates")
    state = models.CharField("状态", max_length=8, choices=MandateState.choices, default=MandateState.OFFERED)
    offered_on = models.DateField("指派日期")
    answer_by = models.DateField("最晚答复")
    why_chosen = models.CharField("为什么选他", max_length=300, blank=True)
    scope = models.CharField("代理权限", max_length=200, blank=True)
    accepted_on = models.DateField("接受日期", null=True, blank=True)
    ended_on = models.DateField("结束日期", null=True, blank=True)
    reason = models.CharField("没有接受、更换的理由", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["offered", "accepted"]),
                name="rights_mandate_one_at_a_time",
                violation_error_message="这件援助已经指派",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "changed"]) | ~Q(reason=""), name="rights_mandate_refusal_has_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["helper", "state"], name="rights_mandate_helper")]


class Effort(models.Model):
    """Hours of work on a matter of legal aid (工时): how long, on which day, what in a few words."""

    scope_path = "mandate__case__scope"
    behind = "mandate"
    personal: ClassVar[set[str]] = set()

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="efforts")
    on = models.DateField("日期")
    hours = models.DecimalField("小时", max_digits=5, decimal_places=1)
    what = models.CharField("做了什么", max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24),
                name="rights_effort_hours",
                violation_error_message="工时要大于 0，一天不超过 24 小时",
            ),
        ]


class Fee(models.Model):
    """What is due to a lawyer for one stage of one mandate (援助补贴), by the rate of the day on which aid was granted.

    ``entry`` posts it as owed when it is approved, in the fund that the rate names; ``paying`` is the batch it stands in.
    """

    scope_path = "mandate__case__scope"
    behind = "mandate"
    personal: ClassVar[set[str]] = set()

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="fees")
    form = models.CharField("环节", max_length=8, choices=AidForm.choices)
    amount = models.DecimalField("金额", max_digits=10, decimal_places=2)
    basis = models.CharField("依据", max_length=200)
    month = models.DateField("发放月份（当月一日）")
    reckoned_by = models.CharField("核算", max_length=60)
    approved_on = models.DateField("审批日期", null=True, blank=True)
    approved_by = models.CharField("审批", max_length=60, blank=True)
    fund = models.ForeignKey("ledger.Fund", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="从哪本账付")
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭证")
    paying = models.CharField("付款批次", max_length=30, blank=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(paid_on__isnull=True) | Q(entry__isnull=False), name="rights_fee_paid_from_the_books"),
            models.UniqueConstraint(
                fields=["mandate", "form"], name="rights_fee_one_a_stage", violation_error_message="这个环节已经核过补贴"
            ),
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True) | Q(reckoned_by="system") | ~Q(approved_by=models.F("reckoned_by")),
                name="rights_fee_two_persons",
                violation_error_message="核算和审批要两个人",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["month"], name="rights_fee_month")]

    @property
    def standing(self) -> str:
        """How far the money has come, in words."""
        if self.paid_on:
            return f"{self.paid_on:%Y-%m-%d} 付"
        if self.paying:
            return f"在批次 {self.paying}"
        return "待付" if self.entry_id else "—"


class LawyerNote(models.Model):
    """The lawyer's own note about a matter (律师手记): read by nobody but the account that wrote it, no post, no leader, no job."""

    scope_path = NAMED_ONLY
    named_path = "account"
    personal: ClassVar[set[str]] = {"text_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"text_sealed": LAWYERS_NOTE}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField("日期")
    text_sealed = models.BinaryField("内容")

    @property
    def text(self) -> str:
        return unseal(bytes(self.text_sealed), LAWYERS_NOTE)
