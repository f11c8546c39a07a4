"""Those who help workers in disputes, whom they are tied to, and what is paid for which stage."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.work.rights.enums import AidForm, HelperKind, Kind, Language, TieSide

HELPER_NAME, HELPER_PHONE, HELPER_ACCOUNT = "rights_helper.name", "rights_helper.phone", "rights_helper.account_number"
"""Associated data of the sealed columns."""


class Helper(models.Model):
    """Somebody on the roster of mediators, arbitrators and lawyers (名册；浙江调解仲裁条例第九条: published outside enterprises).

    ``towns`` are ids of organisations where they serve, empty for the whole district; ``capacity`` is how many open mandates they take.
    """

    scope_path = "org__lft"
    named_path = "account"
    personal: ClassVar[set[str]] = {"name_sealed", "name_index", "phone_sealed", "licence", "payee", "bank", "account_number_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {
        "name_sealed": HELPER_NAME,
        "phone_sealed": HELPER_PHONE,
        "account_number_sealed": HELPER_ACCOUNT,
    }

    code = models.CharField("编号", max_length=20, unique=True)
    kind = models.CharField("类别", max_length=8, choices=HelperKind.choices)
    name_sealed = models.BinaryField("姓名")
    name_index = models.BinaryField()
    phone_sealed = models.BinaryField("电话", null=True, blank=True)
    firm = models.CharField("所在机构", max_length=120)
    firm_key = models.CharField(max_length=120, db_collation="C")
    licence = models.CharField("执业证号", max_length=40, blank=True)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="helpers", verbose_name="列入哪家工会的名册")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="helpers", verbose_name="账号"
    )
    fields = ArrayField(models.CharField(max_length=3, choices=Kind.choices), verbose_name="擅长", default=list, blank=True)
    towns = ArrayField(models.BigIntegerField(), verbose_name="服务的镇街", default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=4, choices=Language.choices), verbose_name="语言", default=list, blank=True)
    capacity = models.PositiveSmallIntegerField("同时最多办几件", default=5)
    published = models.BooleanField("向社会公布", default=True)
    payee = models.CharField("收款户名", max_length=120, blank=True)
    bank = models.CharField("开户行", max_length=80, blank=True)
    account_number_sealed = models.BinaryField("收款账号", null=True, blank=True)
    last_offered_on = models.DateField("最近一次指派", null=True, blank=True)
    valid_from = models.DateField("聘任起")
    valid_to = models.DateField("聘任止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="rights_helper_forward",
                violation_error_message="聘任的止日要在起日之后",
            ),
            models.CheckConstraint(
                condition=~Q(kind="lawyer") | ~Q(licence=""),
                name="rights_helper_lawyer_has_licence",
                violation_error_message="律师要写执业证号",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(valid_to__isnull=True, account__isnull=False),
                name="rights_helper_one_per_account",
                violation_error_message="这个账号已经在名册里",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_index"], name="rights_helper_name"),
            models.Index(fields=["firm_key"], name="rights_helper_firm"),
        ]

    @property
    def name(self) -> str:
        return unseal(bytes(self.name_sealed), HELPER_NAME)

    @property
    def phone(self) -> str:
        return unseal(bytes(self.phone_sealed), HELPER_PHONE) if self.phone_sealed else ""

    @property
    def account_number(self) -> str:
        """The bank account that fees go to, in clear: for the bank's file; empty where none is known."""
        return unseal(bytes(self.account_number_sealed), HELPER_ACCOUNT) if self.account_number_sealed else ""

    @property
    def paid_to(self) -> str:
        """Whose account it is: the firm's, unless another is named."""
        return self.payee or self.firm

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"helper:{self.pk}"

    @property
    def is_lawyer(self) -> bool:
        return self.kind == HelperKind.LAWYER


class Tie(models.Model):
    """Somebody on the roster, or the whole firm, is tied to an employer (利害关系), as they declared it or as became known."""

    scope_path = "helper__org__lft"
    behind = "helper"
    personal: ClassVar[set[str]] = set()

    helper = models.ForeignKey(Helper, models.PROTECT, related_name="ties")
    side = models.CharField("关系", max_length=8, choices=TieSide.choices)
    employer = models.ForeignKey("orgs.Employer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    employer_name = models.CharField("单位名称", max_length=120)
    employer_key = models.CharField(max_length=120, db_collation="C")
    of_firm = models.BooleanField("全所回避", default=True)
    source = models.CharField("怎么知道的", max_length=120)
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="rights_tie_forward",
                violation_error_message="止日要在起日之后",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["employer_key"], name="rights_tie_employer")]


class FeeRate(models.Model):
    """What is paid for one stage of legal aid from a day on (援助补贴标准); a district's own notice, so never more than configuration."""

    unscoped_because = "the same amount for everybody"
    personal: ClassVar[set[str]] = set()

    form = models.CharField("环节", max_length=8, choices=AidForm.choices)
    valid_from = models.DateField("起")
    amount = models.DecimalField("每件（元）", max_digits=10, decimal_places=2)
    source = models.CharField("依据", max_length=200)
    fund = models.ForeignKey("ledger.Fund", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="从哪本账付")
    checked = models.BooleanField("已核对文件原文", default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["form", "valid_from"], name="rights_feerate_one_a_day", violation_error_message="这个环节这一天已有标准"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="rights_feerate_not_negative"),
        ]


class FeedToken(models.Model):
    """The secret in the address of a lawyer's calendar (日历订阅); kept as a hash, revoked at any time."""

    scope_path = "helper__org__lft"
    behind = "helper"
    personal: ClassVar[set[str]] = set()

    helper = models.ForeignKey(Helper, models.PROTECT, related_name="feeds")
    token_hash = models.BinaryField(unique=True)
    made_on = models.DateField("起")
    revoked_on = models.DateField("作废", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper"], condition=Q(revoked_on__isnull=True), name="rights_feedtoken_one"),
        ]
