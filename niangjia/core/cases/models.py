"""One table of cases for every line of work; its parties, clocks, steps, and the accounts that work on it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.core.cases.enums import ClockState, Duty, Part, Risk
from niangjia.core.files.media import title as media_title

NOTE = "cases_steptaken.note"
"""Associated data of the sealed column."""


class Case(models.Model):
    """One matter of one line of work (案件), in one state of its flow, under the organisation that answers.

    ``persons`` are those it is about, who see it as their own; ``accounts`` those who work on it, wherever they stand. A sealed case is
    read by these only. ``due_on`` is the nearest running clock, kept by the verbs of clocks.
    """

    scope_path = "scope"
    own_path = "persons"
    named_path = "accounts"
    sealed_path = "sealed"
    personal: ClassVar[set[str]] = {"title"}

    code = models.CharField("案号", max_length=30, unique=True)
    line = models.CharField("业务条线", max_length=30)
    flow = models.CharField("流程", max_length=30)
    title = models.CharField("案由", max_length=160)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="cases", db_constraint=False, db_index=False)
    scope = models.IntegerField()
    state = models.CharField("状态", max_length=30)
    state_since = models.DateField("进入本状态")
    opened_on = models.DateField("收到日期")
    channel = models.CharField("来源", max_length=20, blank=True)
    outside_number = models.CharField("来源单号", max_length=60, blank=True)
    risk = models.CharField("风险", max_length=5, choices=Risk.choices, default=Risk.PLAIN)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="申请人")
    employer = models.ForeignKey("orgs.Employer", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="对方单位")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人")
    persons = ArrayField(models.BigIntegerField(), default=list)
    accounts = ArrayField(models.BigIntegerField(), default=list)
    sealed = models.BooleanField("密办", default=False)
    sealed_because = models.CharField("密办理由", max_length=120, blank=True)
    came_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="由来")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入")
    due_on = models.DateField("最近期限", null=True, blank=True)
    outcome = models.CharField("结果", max_length=30, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    steps_taken = models.PositiveIntegerField("已办步数", default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="cases_case_closes_after_opening",
                violation_error_message="办结日期不能早于收到日期",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(due_on__isnull=True),
                name="cases_case_closed_has_no_clock",
                violation_error_message="办结的案件没有在走的期限",
            ),
            models.CheckConstraint(condition=Q(sealed=False) | ~Q(sealed_because=""), name="cases_case_sealed_has_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope", "due_on"], name="cases_case_open", condition=Q(closed_on__isnull=True)),
            models.Index(fields=["scope", "line", "opened_on"], name="cases_case_line"),
            models.Index(fields=["holder", "due_on"], name="cases_case_holder", condition=Q(closed_on__isnull=True)),
            models.Index(fields=["outside_number"], name="cases_case_outside", condition=~Q(outside_number="")),
            GinIndex(fields=["persons"], name="cases_case_persons", fastupdate=False),
            GinIndex(fields=["accounts"], name="cases_case_accounts", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"case:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class Party(models.Model):
    """Somebody in a case: a person of the register, an employer, or another body by its name (当事人). ``name_key`` is what it is found by."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"name", "name_key"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    part = models.CharField("地位", max_length=10, choices=Part.choices)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    employer = models.ForeignKey("orgs.Employer", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("名称", max_length=120, blank=True)
    name_key = models.CharField(max_length=120, blank=True, db_collation="C")
    represents = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="agents", verbose_name="代理谁")
    note = models.CharField("说明", max_length=120, blank=True)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(employer__isnull=False) | ~Q(name=""),
                name="cases_party_is_somebody",
                violation_error_message="当事人要写明是谁",
            ),
            models.UniqueConstraint(
                fields=["case", "part", "person"],
                condition=Q(person__isnull=False, until__isnull=True),
                name="cases_party_person_once",
                violation_error_message="这个人已经在本案当事人里",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["name_key"], name="cases_party_name", condition=~Q(name_key=""))]

    @property
    def called(self) -> str:
        """The name to show."""
        return self.person.name if self.person else self.employer.name if self.employer else self.name


class Clock(models.Model):
    """A statutory term running in a case (期限): from which event, until when, by which article."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    term = models.CharField("期限代码", max_length=60)
    title = models.CharField("期限", max_length=60)
    article = models.CharField("依据", max_length=200)
    status = models.CharField("条文核对", max_length=10)
    binds = models.CharField("约束谁", max_length=40, blank=True)
    starts_on = models.DateField("起算日")
    due_on = models.DateField("届满日", null=True)
    provisional = models.BooleanField("暂按周末推算", default=False)
    state = models.CharField("状态", max_length=7, choices=ClockState.choices, default=ClockState.RUNNING)
    settled_on = models.DateField("办结或停算之日", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    paused_on = models.DateField("中止之日", null=True, blank=True)
    proposed_on = models.DateField("拟改为", null=True, blank=True)
    proposed_because = models.CharField("改期理由", max_length=200, blank=True)
    proposed_by = models.CharField("提出人", max_length=60, blank=True)
    lapsed_on = models.DateField("届满未办之日", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "term"],
                condition=Q(state__in=["running", "paused"]),
                name="cases_clock_one_running",
                violation_error_message="这个期限已经在走",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], settled_on__isnull=True)
                | Q(state__in=["met", "void"], settled_on__isnull=False),
                name="cases_clock_settled_has_day",
            ),
            models.CheckConstraint(condition=~Q(state="void") | ~Q(reason=""), name="cases_clock_void_has_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["due_on", "case"], name="cases_clock_due", condition=Q(state="running"))]

    @property
    def subject(self) -> str:
        return f"clock:{self.pk}"


class StepTaken(models.Model):
    """A step somebody took in a case (办理经过); append-only. The note lies sealed."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"note_sealed", "by_name"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField("第几步")
    step = models.CharField("步骤", max_length=40)
    title = models.CharField("步骤名称", max_length=60)
    source = models.CharField(max_length=30, blank=True)
    target = models.CharField(max_length=30)
    on = models.DateField("日期")
    at = models.DateTimeField("记入时间")
    by = models.CharField("经办", max_length=60)
    by_name = models.CharField("经办人", max_length=60)
    post = models.CharField("岗位", max_length=120, blank=True)
    note_sealed = models.BinaryField("说明", null=True)
    facts = models.JSONField("要素", default=dict, encoder=DjangoJSONEncoder)
    for_worker = models.BooleanField("本人可见", default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="cases_steptaken_number")]

    @property
    def note(self) -> str:
        return unseal(bytes(self.note_sealed), NOTE) if self.note_sealed else ""


class Attachment(models.Model):
    """A file put to a case (附件): what another body sent, a scan, a photo. One taken back is still kept, with its reason."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"title"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    number = models.PositiveIntegerField("序号")
    title = models.CharField("名称", max_length=80)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    step = models.PositiveIntegerField("随哪一步", null=True, blank=True)
    received_on = models.DateField("收到日期")
    by = models.CharField("经办", max_length=60)
    by_name = models.CharField("经办人", max_length=60)
    for_worker = models.BooleanField("本人可见", default=False)
    withdrawn_on = models.DateField("撤下日期", null=True, blank=True)
    withdrawn_because = models.CharField("撤下理由", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="cases_attachment_number"),
            models.CheckConstraint(condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_because=""), name="cases_attachment_reason"),
        ]

    @property
    def kind(self) -> str:
        """What people call this type of file."""
        return media_title(self.file.media_type)


class Assignment(models.Model):
    """An account that works on a case, from when to when (承办)."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = set()

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    duty = models.CharField("分工", max_length=10, choices=Duty.choices)
    stands_in_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "user", "duty"],
                condition=Q(valid_to__isnull=True),
                name="cases_assignment_once",
                violation_error_message="这个人已经在办这件案子",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(duty="holder", valid_to__isnull=True),
                name="cases_assignment_one_holder",
                violation_error_message="一件案子同时只有一位承办人",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user"], name="cases_assignment_user", condition=Q(valid_to__isnull=True))]


class Absence(models.Model):
    """An account away from day to day, and who stands in (请假托付)."""

    unscoped_because = "an account belongs to nobody's subtree; read to find out who stands in"
    personal: ClassVar[set[str]] = set()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    first_day = models.DateField("起")
    last_day = models.DateField("止（含）")
    ended_on = models.DateField("提前销假", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="cases_absence_forward",
                violation_error_message="请假的止日不能早于起日",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("deputy")),
                name="cases_absence_by_another",
                violation_error_message="不能托付给自己",
            ),
        ]
