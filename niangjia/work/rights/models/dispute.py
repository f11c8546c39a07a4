"""The facts of a labour dispute: what it is about, what is claimed, who met when, before which body it went."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import Forum, Kind, Path

FACTS, MINUTES = "rights_dispute.facts", "rights_session.minutes"
"""Associated data of the sealed columns."""


class Dispute(models.Model):
    """The line's facts of a case (劳动争议): kinds, the employment, when the right was known to be hurt, limitation."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"facts_sealed", "workplace", "monthly_wage"}
    sealed_as: ClassVar[dict[str, str]] = {"facts_sealed": FACTS}

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="dispute")
    kinds = ArrayField(models.CharField(max_length=3, choices=Kind.choices), verbose_name="争议类型")
    path = models.CharField("路径", max_length=10, choices=Path.choices, default=Path.LABOUR)
    path_reasons = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    facts_sealed = models.BinaryField("事情经过", null=True)
    workplace = models.CharField("上班地点", max_length=120, blank=True)
    entry_on = models.DateField("入职日期", null=True, blank=True)
    left_on = models.DateField("离职日期", null=True, blank=True)
    monthly_wage = models.DecimalField("月工资", max_digits=16, decimal_places=2, null=True, blank=True)
    known_on = models.DateField("知道权利被侵害之日", null=True, blank=True)
    limitation_on = models.DateField("仲裁时效届满", null=True, blank=True)
    headcount = models.PositiveIntegerField("涉及人数", default=1)
    is_new_form = models.BooleanField("新就业形态", default=False)
    is_migrant = models.BooleanField("农民工", default=False)
    mediated_by = models.CharField("调解组织", max_length=80, blank=True)
    satisfied = models.PositiveSmallIntegerField("满意度（1–5）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kinds=[]), name="rights_dispute_has_kind", violation_error_message="请至少选一种争议"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(entry_on__isnull=True) | Q(left_on__gte=F("entry_on")),
                name="rights_dispute_left_after_entry",
                violation_error_message="离职日期不能早于入职日期",
            ),
            models.CheckConstraint(
                condition=Q(satisfied__isnull=True) | Q(satisfied__range=(1, 5)), name="rights_dispute_satisfied_in_range"
            ),
        ]

    @property
    def facts(self) -> str:
        return unseal(bytes(self.facts_sealed), FACTS) if self.facts_sealed else ""


class Claim(models.Model):
    """One item that one worker asks for, and what came of it (诉求)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"claimed", "agreed"}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="claims")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁的")
    kind = models.CharField("类型", max_length=3, choices=Kind.choices)
    item = models.CharField("请求", max_length=80)
    basis = models.CharField("依据", max_length=120, blank=True)
    claimed = models.DecimalField("主张", max_digits=16, decimal_places=2, null=True, blank=True)
    agreed = models.DecimalField("说定", max_digits=16, decimal_places=2, null=True, blank=True)
    made_on = models.DateField("提出日期")
    reckoning = models.ForeignKey("Reckoning", models.PROTECT, null=True, blank=True, related_name="claims", verbose_name="计算过程")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(claimed__isnull=True) | Q(claimed__gt=0),
                name="rights_claim_positive",
                violation_error_message="主张的金额要大于 0",
            ),
            models.CheckConstraint(condition=Q(agreed__isnull=True) | Q(agreed__gte=0), name="rights_claim_agreed_not_negative"),
        ]


class Session(models.Model):
    """A meeting of both sides with the mediator (调解会)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"minutes_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"minutes_sealed": MINUTES}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="sessions")
    on = models.DateField("日期")
    time = models.TimeField("时间", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    both_came = models.BooleanField("双方到会", null=True, blank=True)
    minutes_sealed = models.BinaryField("调解笔录", null=True)

    @property
    def minutes(self) -> str:
        return unseal(bytes(self.minutes_sealed), MINUTES) if self.minutes_sealed else ""


class Proceeding(models.Model):
    """A dispute before another body: arbitration, court, confirmation, enforcement (程序)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="proceedings")
    forum = models.CharField("程序", max_length=10, choices=Forum.choices)
    body = models.ForeignKey("orgs.PartnerBody", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受理机构")
    body_name = models.CharField("受理机构", max_length=80, blank=True)
    number = models.CharField("案号", max_length=60, blank=True)
    filed_on = models.DateField("提交日期")
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    hearing_on = models.DateField("开庭日期", null=True, blank=True)
    decided_on = models.DateField("裁决、判决日期", null=True, blank=True)
    served_on = models.DateField("送达日期", null=True, blank=True)
    is_final = models.BooleanField("终局裁决", null=True, blank=True)
    result = models.CharField("结果", max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("filed_on")),
                name="rights_proceeding_accepted_after_filing",
                violation_error_message="受理日期不能早于提交日期",
            ),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | Q(decided_on__isnull=False, served_on__gte=F("decided_on")),
                name="rights_proceeding_served_after_decision",
                violation_error_message="送达日期不能早于裁决、判决日期",
            ),
        ]
