"""Lawyers on duty at windows and stations, and what workers ask them (值班律师、工惠无忧咨询)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from niangjia.base.calendar import WEEKDAYS
from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import AskedBy, AskedHow, ConsultationState, DutyState, Kind, NextStep
from niangjia.work.rights.models.helpers import Helper

QUESTION, ANSWER, CONTACT = "rights_consultation.question", "rights_consultation.answer", "rights_consultation.contact"
"""Associated data of the sealed columns."""


class Rota(models.Model):
    """Who is on duty where on which weekday, from day to day (值班安排); days on duty are made from it month by month."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="rotas", verbose_name="哪家工会的窗口")
    place = models.CharField("地点", max_length=60)
    weekday = models.PositiveSmallIntegerField("星期", choices=[(number, f"周{name}") for number, name in enumerate(WEEKDAYS)])
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")
    minutes = models.PositiveSmallIntegerField("每人几分钟", default=30)
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="rotas", verbose_name="谁值班")
    substitute = models.ForeignKey(Helper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替班")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="rights_rota_forward", violation_error_message="结束要在开始之后"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=120), name="rights_rota_minutes", violation_error_message="每人 10 到 120 分钟"
            ),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("helper")),
                name="rights_rota_another",
                violation_error_message="替班要另一个人",
            ),
        ]


class Duty(models.Model):
    """One time on duty on one day (值班)."""

    scope_path = "org__lft"
    named_path = "account"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    rota = models.ForeignKey(Rota, models.PROTECT, null=True, blank=True, related_name="duties")
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="duties")
    place = models.CharField("地点", max_length=60)
    on = models.DateField("日期")
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")
    minutes = models.PositiveSmallIntegerField("每人几分钟", default=30)
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="duties", verbose_name="谁值班")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    stands_in_for = models.ForeignKey(Helper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替谁")
    state = models.CharField("状态", max_length=7, choices=DutyState.choices, default=DutyState.PLANNED)
    reason = models.CharField("换班、取消的理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["helper", "on", "starts_at"], condition=Q(state="planned"), name="rights_duty_one_place_at_a_time",
                violation_error_message="他这个时间已经在别处值班",
            ),
            models.UniqueConstraint(
                fields=["org", "place", "on", "starts_at", "helper"], condition=Q(state="planned"), name="rights_duty_once"
            ),
            models.CheckConstraint(condition=~Q(state="off") | ~Q(reason=""), name="rights_duty_off_has_reason"),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["on"], name="rights_duty_on")]

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"duty:{self.pk}"


class Consultation(models.Model):
    """Somebody asks a lawyer for advice (咨询): booked or walked in, also without a name; question and answer lie sealed."""

    scope_path = "org__lft"
    own_path = "person"
    named_path = "account"
    personal: ClassVar[set[str]] = {"question_sealed", "answer_sealed", "contact_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"question_sealed": QUESTION, "answer_sealed": ANSWER, "contact_sealed": CONTACT}

    code = models.CharField("编号", max_length=30, unique=True)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="consultations")
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, blank=True, related_name="consultations")
    helper = models.ForeignKey(Helper, models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name="谁接待")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name="谁来问")
    asked_by = models.CharField("哪一方", max_length=8, choices=AskedBy.choices, default=AskedBy.WORKER)
    how = models.CharField("方式", max_length=6, choices=AskedHow.choices)
    on = models.DateField("日期")
    at = models.TimeField("时间", null=True, blank=True)
    kind = models.CharField("问什么", max_length=3, choices=Kind.choices)
    employer = models.ForeignKey("orgs.Employer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及单位")
    employer_name = models.CharField("涉及单位", max_length=120, blank=True)
    employer_key = models.CharField(max_length=120, blank=True, db_collation="C")
    contact_sealed = models.BinaryField("联系电话", null=True, blank=True)
    question_sealed = models.BinaryField("问题", null=True, blank=True)
    answer_sealed = models.BinaryField("答复", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("用时（分钟）", null=True, blank=True)
    next_step = models.CharField("下一步", max_length=8, choices=NextStep.choices, blank=True)
    became = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="转成")
    state = models.CharField("状态", max_length=6, choices=ConsultationState.choices)
    reason = models.CharField("取消的理由", max_length=120, blank=True)
    reminded_on = models.DateField("提醒日期", null=True, blank=True)
    satisfied = models.PositiveSmallIntegerField("满意度（1–5）", null=True, blank=True)
    made_on = models.DateField("登记日期")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["duty", "at"], condition=Q(duty__isnull=False, at__isnull=False, state__in=["booked", "held"]),
                name="rights_consultation_slot_once", violation_error_message="这个时间刚被别人约走了，请换一个",
            ),
            models.UniqueConstraint(
                fields=["duty", "person"], condition=Q(person__isnull=False, state="booked"), name="rights_consultation_person_once",
                violation_error_message="你已经约了这一场，不用再约",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(minutes__isnull=False, minutes__gt=0), name="rights_consultation_held_has_minutes",
                violation_error_message="接待了要写用了几分钟",
            ),
            models.CheckConstraint(
                condition=Q(satisfied__isnull=True) | Q(satisfied__range=(1, 5)), name="rights_consultation_satisfied_in_range"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["on", "state"], name="rights_consultation_on"),
            models.Index(fields=["person"], name="rights_consultation_person"),
        ]

    @property
    def question(self) -> str:
        return unseal(bytes(self.question_sealed), QUESTION) if self.question_sealed else ""

    @property
    def answer(self) -> str:
        return unseal(bytes(self.answer_sealed), ANSWER) if self.answer_sealed else ""

    @property
    def contact(self) -> str:
        return unseal(bytes(self.contact_sealed), CONTACT) if self.contact_sealed else ""

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"consultation:{self.pk}"
