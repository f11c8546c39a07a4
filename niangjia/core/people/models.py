"""Persons, their memberships and the offices they hold; identity numbers, phones and bank accounts lie sealed."""

from typing import ClassVar, cast

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Expression, F, Func, Q

from niangjia.base import chinese
from niangjia.base.sealing import unseal
from niangjia.core.people.enums import (
    NEW_FORM,
    NEW_FORM_BY_PLATFORM,
    Education,
    EmploymentForm,
    EmploymentStatus,
    EndReason,
    Household,
    IdType,
    JoinWay,
    Political,
    Post,
    Relation,
    Sex,
    SkillLevel,
    Standing,
    TitleLevel,
)

ID_NUMBER, PHONE, BANK_ACCOUNT = "people_person.id_number", "people_person.phone", "people_person.bank_account"
"""Associated data of the sealed columns: a value moved to another column does not open."""


class Person(models.Model):
    """One living person, member or not (职工). ``home_org`` is the union of the open membership, else the street that received them."""

    scope_path = "scope"
    own_path = "id"
    personal: ClassVar[set[str]] = {
        "name", "former_name", "name_key", "pinyin", "initials", "id_sealed", "id_index", "phone_sealed", "phone_index", "bank_sealed",
        "bank_index", "birth", "household_place", "address",
    }  # fmt: skip

    sealed_as: ClassVar[dict[str, str]] = {"id_sealed": ID_NUMBER, "phone_sealed": PHONE, "bank_sealed": BANK_ACCOUNT}

    code = models.CharField("会员编号", max_length=20, db_collation="C")
    name = models.CharField("姓名", max_length=60, db_collation="C")
    former_name = models.CharField("曾用名", max_length=60, blank=True)
    name_key = models.CharField(max_length=60, db_collation="C")
    pinyin = models.CharField(max_length=400, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C")
    id_type = models.PositiveSmallIntegerField("证件类型", choices=IdType.choices, default=IdType.RESIDENT)
    id_sealed = models.BinaryField("证件号", null=True)
    id_index = models.BinaryField(null=True)
    birth = models.DateField("出生日期", null=True)
    sex = models.PositiveSmallIntegerField("性别", choices=Sex.choices, default=Sex.UNKNOWN)
    phone_sealed = models.BinaryField("手机", null=True)
    phone_index = models.BinaryField(null=True)
    phone_verified_at = models.DateTimeField("手机验证时间", null=True, blank=True)
    bank_sealed = models.BinaryField("银行账户", null=True)
    bank_index = models.BinaryField(null=True)

    ethnic = models.PositiveSmallIntegerField("民族", null=True, blank=True)
    political = models.PositiveSmallIntegerField("政治面貌", choices=Political.choices, null=True, blank=True)
    education = models.PositiveSmallIntegerField("学历", choices=Education.choices, null=True, blank=True)
    degree = models.PositiveSmallIntegerField("学位", null=True, blank=True)
    household = models.PositiveSmallIntegerField("户籍类型", choices=Household.choices, null=True, blank=True)
    household_place = models.CharField("户籍地", max_length=60, blank=True)
    skill_level = models.PositiveSmallIntegerField("职业技能等级", choices=SkillLevel.choices, default=SkillLevel.NONE)
    skill_trade = models.CharField("职业（工种）", max_length=40, blank=True)
    title_level = models.PositiveSmallIntegerField("专业技术职称", choices=TitleLevel.choices, default=TitleLevel.NONE)
    job = models.CharField("岗位", max_length=40, blank=True)
    address = models.CharField("联系地址", max_length=120, blank=True)
    employment_status = models.PositiveSmallIntegerField("就业状况", choices=EmploymentStatus.choices, default=EmploymentStatus.AT_WORK)
    relation = models.PositiveSmallIntegerField("用工关系", choices=Relation.choices, null=True, blank=True)
    employer = models.ForeignKey(
        "orgs.Employer", models.PROTECT, null=True, blank=True, related_name="people", db_index=False, verbose_name="工作单位"
    )
    platform = models.CharField("平台企业", max_length=60, blank=True)

    # The composite key (home_org, scope) of CopyScope refers to the organisation, and the index on scope finds its rows: look up by scope.
    home_org = models.ForeignKey(
        "orgs.Organisation", models.PROTECT, related_name="people", db_constraint=False, db_index=False, verbose_name="所属工会"
    )
    scope = models.IntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="persons", db_index=False)
    deceased_on = models.DateField("去世日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False, verbose_name="并入"
    )
    consent_version = models.CharField("同意书版本", max_length=20, blank=True)
    consent_on = models.DateField("同意日期", null=True, blank=True)
    source = models.CharField("来源", max_length=60, blank=True)
    registered_on = models.DateField("登记日期")
    changed_at = models.DateTimeField(auto_now=True, db_default=Func(function="statement_timestamp", template="%(function)s()"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="people_person_code"),
            models.UniqueConstraint(fields=["user"], condition=Q(user__isnull=False), name="people_person_one_per_user"),
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(merged_into__isnull=True),
                name="people_person_one_per_number",
                violation_error_message="这个证件号已经登记过，一个人只有一份档案",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["phone_index"], name="people_person_phone"),
            models.Index(fields=["name_key", "scope"], name="people_person_name"),
            models.Index(fields=["pinyin", "scope"], name="people_person_pinyin"),
            models.Index(fields=["initials", "scope"], name="people_person_initials"),
            models.Index(fields=["scope", "id"], name="people_person_scope"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number(self) -> str:
        """The identity number in clear: show it only after an unmask event."""
        return unseal(bytes(self.id_sealed), ID_NUMBER) if self.id_sealed else ""

    @property
    def phone(self) -> str:
        """The phone number in clear: show it only after an unmask event."""
        return unseal(bytes(self.phone_sealed), PHONE) if self.phone_sealed else ""

    @property
    def bank_account(self) -> str:
        """The bank account in clear: show it only after an unmask event."""
        return unseal(bytes(self.bank_sealed), BANK_ACCOUNT) if self.bank_sealed else ""

    @property
    def masked_id_number(self) -> str:
        return chinese.mask_id(self.id_number)

    @property
    def masked_phone(self) -> str:
        return chinese.mask_phone(self.phone)

    @property
    def masked_bank_account(self) -> str:
        return chinese.mask_bank(self.bank_account)

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"person:{self.pk}"


class Membership(models.Model):
    """A span of membership under one union, one standing and one form of employment (会籍).

    A stay in a union is a chain of adjacent spans with the same ``joined_on``; exactly one row covers each day of membership, so any
    count is a count of rows. ``during`` is ``[from, to)``; the open one is unbounded above. The spans of a person form a chain that the
    database holds without overlap: each names the end of the one before it (``previous_until``, NULL for the first), that end exists, has
    one successor only, and is not after the successor's first day.
    """

    scope_path = "scope"
    own_path = "person"
    personal: ClassVar[set[str]] = {"card_number"}

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", db_index=False)
    union = models.ForeignKey(
        "orgs.Organisation", models.PROTECT, related_name="memberships", db_constraint=False, db_index=False, verbose_name="工会"
    )
    scope = models.IntegerField()
    during = DateRangeField("起止")
    until = models.GeneratedField(
        expression=Func(F("during"), function="upper"), output_field=models.DateField("止（不含）", null=True), db_persist=True
    )
    previous_until = models.DateField("上一段的止日", null=True, blank=True)
    standing = models.CharField("会籍状态", max_length=8, choices=Standing.choices, default=Standing.FULL)
    form = models.CharField("就业形态", max_length=3, choices=EmploymentForm.choices, default=EmploymentForm.STANDARD)
    through_platform = models.BooleanField("通过平台就业", default=False)
    is_new_form = models.GeneratedField(
        expression=cast("Expression", Q(form__in=NEW_FORM) | Q(form__in=NEW_FORM_BY_PLATFORM, through_platform=True)),
        output_field=models.BooleanField("新就业形态"),
        db_persist=True,
    )
    joined_on = models.DateField("入会日期")
    join_way = models.PositiveSmallIntegerField("入会方式", choices=JoinWay.choices)
    group = models.CharField("工会小组", max_length=40, blank=True)
    card_number = models.CharField("会员卡号", max_length=20, blank=True)
    transferring_to = models.ForeignKey(
        "orgs.Organisation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="转往"
    )
    transfer_asked_on = models.DateField("提出转会之日", null=True, blank=True)
    transfer_asked_by_receiver = models.BooleanField("由接收方提出转会", default=False, db_default=False)
    end_reason = models.CharField("终止原因", max_length=12, choices=EndReason.choices, blank=True)
    batch = models.CharField("导入批次", max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "until"],
                nulls_distinct=False,
                name="people_membership_one_open",
                violation_error_message="这个人已经有一个在册会籍",
            ),
            models.UniqueConstraint(
                fields=["person", "previous_until"],
                nulls_distinct=False,
                name="people_membership_one_after_another",
                violation_error_message="同一个人同一天只能有一个会籍",
            ),
            models.CheckConstraint(
                condition=Q(previous_until__isnull=True) | Q(during__startswith__gte=F("previous_until")),
                name="people_membership_no_overlap",
                violation_error_message="新的会籍不能早于上一段的止日",
            ),
            models.CheckConstraint(condition=Q(during__isempty=False, during__lower_inf=False), name="people_membership_has_days"),
            models.CheckConstraint(
                condition=Q(during__upper_inf=True, end_reason="") | (Q(during__upper_inf=False) & ~Q(end_reason="")),
                name="people_membership_end_has_reason",
                violation_error_message="会籍终止要写明原因",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope", "union"], name="people_membership_scope"),
            models.Index(fields=["transferring_to"], name="people_membership_leaving", condition=Q(transferring_to__isnull=False)),
            models.Index(fields=["card_number"], name="people_membership_card", condition=~Q(card_number="")),
        ]


class Officer(models.Model):
    """A post somebody holds in a union committee, from when to when (工会干部)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="officers", verbose_name="工会")
    person = models.ForeignKey(Person, models.PROTECT, related_name="offices", verbose_name="姓名")
    term = models.ForeignKey("orgs.Term", models.PROTECT, null=True, blank=True, related_name="officers")
    post = models.CharField("职务", max_length=12, choices=Post.choices)
    full_time = models.BooleanField("专职", default=False)
    elected_on = models.DateField("当选日期")
    by_election = models.BooleanField("补选", default=False)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["org"],
                condition=Q(post="chair", valid_to__isnull=True),
                name="people_officer_one_chair",
                violation_error_message="这家工会已有在任主席",
            ),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="people_officer_forward"),
        ]
