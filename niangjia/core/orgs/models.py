"""Unions and federations in one tree with its history; employers and partner bodies beside it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.core.orgs.enums import DuesMode, EndReason, Industry, Kind, LegalStatus, Nature, PartnerKind, Route, Scale


class Organisation(models.Model):
    """A union or federation (工会组织); ``lft``..``rgt`` is its interval in today's tree, a cache of Placement."""

    scope_path = "lft"
    personal: ClassVar[set[str]] = {"contact_person", "contact_phone"}

    code = models.CharField("工会编码", max_length=20, unique=True)
    name = models.CharField("工会名称", max_length=120, db_collation="C")
    short_name = models.CharField("简称", max_length=60)
    name_key = models.CharField(max_length=120, db_collation="C")
    pinyin = models.CharField(max_length=400, db_collation="C")
    initials = models.CharField(max_length=120, db_collation="C")
    kind = models.PositiveSmallIntegerField("组织类型", choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级工会")
    lft = models.IntegerField()
    rgt = models.IntegerField()

    division = models.CharField("所在地行政区划", max_length=12, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)

    founded_on = models.DateField("建会日期")
    approval_number = models.CharField("批复文号", max_length=60, blank=True)
    approver = models.CharField("批准机关", max_length=60, blank=True)
    route = models.CharField("建会方式", max_length=3, choices=Route.choices, blank=True)
    new_form_on = models.DateField("认定新就业形态之日", null=True, blank=True)
    new_economy_on = models.DateField("认定新经济之日", null=True, blank=True)
    new_field_on = models.DateField("认定新领域之日", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=10, choices=EndReason.choices, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入")

    legal_status = models.CharField("法人状态", max_length=10, choices=LegalStatus.choices, default=LegalStatus.NONE)
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    certificate_number = models.CharField("法人证书编号", max_length=40, blank=True)
    certificate_valid_to = models.DateField("法人证书有效期至", null=True, blank=True)
    dues_mode = models.CharField("经费收缴方式", max_length=6, choices=DuesMode.choices, blank=True)
    has_own_account = models.BooleanField("独立账户", default=False)

    staff_total = models.PositiveIntegerField("职工人数", null=True, blank=True)
    staff_female = models.PositiveIntegerField("女职工", null=True, blank=True)
    staff_migrant = models.PositiveIntegerField("农民工", null=True, blank=True)
    staff_as_of = models.DateField("职工人数截至", null=True, blank=True)
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "lft"], name="orgs_organisation_place"),
            models.CheckConstraint(condition=Q(lft__lte=F("rgt")), name="orgs_organisation_interval"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("founded_on")),
                name="orgs_organisation_ends_after_founding",
                violation_error_message="终止日期不能早于建会日期",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="orgs_organisation_end_has_reason",
                violation_error_message="终止要写明原因",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lft"], name="orgs_organisation_lft"),
            models.Index(fields=["name_key"], name="orgs_organisation_name"),
            models.Index(fields=["initials"], name="orgs_organisation_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_grassroots(self) -> bool:
        """Whether members belong to it directly (基层工会)."""
        return self.kind in (Kind.SINGLE, Kind.JOINT, Kind.ORGANISER)


class Placement(models.Model):
    """Under which parent an organisation stood from when to when: the truth of the tree (隶属沿革)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.ForeignKey(Organisation, models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org"], condition=Q(valid_to__isnull=True), name="orgs_placement_one_today"),
            models.UniqueConstraint(fields=["org", "valid_from"], name="orgs_placement_one_a_day"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="orgs_placement_forward"),
        ]


class OrgName(models.Model):
    """What an organisation was called from when to when (更名沿革)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.ForeignKey(Organisation, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=120)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org"], condition=Q(valid_to__isnull=True), name="orgs_orgname_one_today"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="orgs_orgname_forward"),
        ]


class Term(models.Model):
    """A term of office of a union committee, three or five years (任期；工会法第十六条)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.ForeignKey(Organisation, models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField("届次")
    years = models.PositiveSmallIntegerField("每届年数")
    elected_on = models.DateField("选举日期")
    valid_from = models.DateField("任期起")
    valid_to = models.DateField("任期届满日")
    extended_to = models.DateField("延期至", null=True, blank=True)
    approval_number = models.CharField("批复文号", max_length=60, blank=True)
    ended_on = models.DateField("实际结束（换届当选日）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org", "number"], name="orgs_term_number"),
            models.CheckConstraint(
                condition=Q(years__in=[3, 5]), name="orgs_term_years", violation_error_message="每届任期三年或五年（工会法第十六条）"
            ),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="orgs_term_forward"),
        ]
        indexes: ClassVar = [models.Index(fields=["valid_to"], name="orgs_term_due", condition=Q(ended_on__isnull=True))]


class Employer(models.Model):
    """An employer (用人单位): company, institution, organ; may have no union yet."""

    scope_path = "answering_org__lft"
    personal: ClassVar[set[str]] = set()

    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    name = models.CharField("单位名称", max_length=120, db_collation="C")
    name_key = models.CharField(max_length=120, db_collation="C", db_index=True)
    nature = models.PositiveSmallIntegerField("单位性质", choices=Nature.choices)
    registration_type = models.CharField("登记注册类型", max_length=3, blank=True)
    industry = models.CharField("行业门类", max_length=1, choices=Industry.choices, blank=True)
    scale = models.PositiveSmallIntegerField("规模", choices=Scale.choices, null=True, blank=True)
    is_platform = models.BooleanField("平台企业或其合作单位", default=False)
    address = models.CharField("地址", max_length=120, blank=True)
    staff_total = models.PositiveIntegerField("职工人数", null=True, blank=True)
    answering_org = models.ForeignKey(Organisation, models.PROTECT, related_name="employers", verbose_name="归口工会")
    ended_on = models.DateField("注销日期", null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Coverage(models.Model):
    """Which employers a union covers, from when to when (涵盖单位)."""

    scope_path = "union__lft"
    personal: ClassVar[set[str]] = set()

    union = models.ForeignKey(Organisation, models.PROTECT, related_name="coverages")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="coverages")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["union", "employer"], condition=Q(valid_to__isnull=True), name="orgs_coverage_open"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="orgs_coverage_forward"),
        ]


class PartnerBody(models.Model):
    """A body beside the unions with which they work: court, bureau, bank, hospital (合作单位)."""

    scope_path = "answering_org__lft"
    personal: ClassVar[set[str]] = {"contact_person", "contact_phone"}

    code = models.CharField("编码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类别", max_length=20, choices=PartnerKind.choices)
    answering_org = models.ForeignKey(Organisation, models.PROTECT, related_name="partners", verbose_name="对接工会")
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number given out for a module, organisation and year; locked last in a transaction (编号)."""

    unscoped_because = "numbers given out carry no facts about anyone"
    personal: ClassVar[set[str]] = set()

    module = models.CharField(max_length=10)
    division = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["module", "division", "year"], name="orgs_counter_key")]
