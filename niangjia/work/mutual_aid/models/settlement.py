"""A settlement of the health insurance as it was received, matched to an enrolment, and what mutual aid grants for it."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.work.mutual_aid.enums import SettlementState

CERTNO, DIAGNOSIS = "mutual_aid_settlement.certno", "mutual_aid_settlement.diagnosis"
"""Associated data of the sealed columns."""

WAITING = ("unmatched", "parked", "not_covered", "manual_review", "clawback_open", "offset_next")
"""States in which a settlement waits for somebody or something: only those are looked for by their state."""


def money(title: str) -> models.DecimalField:
    """A column of the national record, absent where it was not sent."""
    return models.DecimalField(title, max_digits=16, decimal_places=2, null=True, blank=True)


class Settlement(models.Model):
    """One settlement (医保结算), in the national field names, in its newest version; the key is hospital and settlement number.

    ``org`` is the enrolment's, or the district's own until somebody is found. What need not be known is not kept: sex, nation, the
    account's balance; the diagnosis only where a plan asks for it. ``arrival`` is the order of coming, by which a year's bands fill.
    ``posted`` is what the books hold as owed for it; while it stands in a payment batch (``paying``) it is not reckoned anew.
    """

    scope_path = "org__lft"
    own_path = "person"
    personal: ClassVar[set[str]] = {"certno_sealed", "certno_index", "diagnosis_sealed"}
    sealed_as: ClassVar[dict[str, str]] = {"certno_sealed": CERTNO, "diagnosis_sealed": DIAGNOSIS}

    code = models.CharField("结算编码", max_length=30)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", db_index=False, verbose_name="哪家工会的人")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="settlements")
    enrolment = models.ForeignKey("mutual_aid.Enrolment", models.PROTECT, null=True, blank=True, related_name="settlements", db_index=False)
    certno_sealed = models.BinaryField(null=True)
    certno_index = models.BinaryField(null=True)
    diagnosis_sealed = models.BinaryField(null=True)
    fixmedins_code = models.CharField("定点机构", max_length=30)
    fixmedins_name = models.CharField("医院", max_length=80, blank=True)
    setl_id = models.CharField("结算ID", max_length=40)
    mdtrt_id = models.CharField("就诊ID", max_length=40, blank=True)
    med_type = models.CharField("医疗类别", max_length=6)
    insutype = models.CharField("险种", max_length=6, blank=True)
    psn_type = models.CharField("人员类别", max_length=6, blank=True)
    settled_on = models.DateField("结算日期")
    days = models.PositiveSmallIntegerField("住院天数", default=0)
    medfee_sumamt = money("总费用")
    fulamt_ownpay_amt = money("全自费")
    overlmt_selfpay = money("超限价")
    preselfpay_amt = money("先行自付")
    inscp_scp_amt = money("政策范围内")
    act_pay_dedc = money("起付线")
    hifp_pay = money("统筹基金")
    pool_prop_selfpay = models.DecimalField("统筹支付比例", max_digits=5, decimal_places=4, null=True, blank=True)
    cvlserv_pay = money("公务员补助")
    hifob_pay = money("大额")
    maf_pay = money("医疗救助")
    hosp_part_amt = money("医院负担")
    fund_pay_sumamt = money("基金支付合计")
    psn_part_amt = money("个人负担")
    acct_pay = money("个人账户")
    psn_cash_pay = money("个人现金")
    acct_mulaid_pay = money("账户共济")
    arrival = models.BigIntegerField("到达次序")
    version = models.PositiveSmallIntegerField("第几版", default=1)
    state = models.CharField("状态", max_length=14, choices=SettlementState.choices, default=SettlementState.RECEIVED)
    reason = models.CharField("为什么", max_length=200, blank=True)
    burden = models.DecimalField("计入的个人负担", max_digits=16, decimal_places=2, default=0)
    had_first = models.BooleanField("给过首次住院补助", default=False)
    benefit = models.DecimalField("互助金", max_digits=16, decimal_places=2, default=0)
    due = models.DecimalField("应付（抵扣以后）", max_digits=16, decimal_places=2, default=0)
    paid = models.DecimalField("已付", max_digits=16, decimal_places=2, default=0)
    paid_elsewhere = models.DecimalField("医院一站式已扣", max_digits=16, decimal_places=2, default=0)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", db_index=False, verbose_name="重新结算的是哪笔"
    )
    by_hand = models.BooleanField("经人核定", default=False)
    received_at = models.DateTimeField("收到时间")
    approved_on = models.DateField("核定日期", null=True, blank=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)
    batch = models.CharField("批次", max_length=40, blank=True)
    posted = models.DecimalField("已记账", max_digits=16, decimal_places=2, default=0)
    postings = models.PositiveSmallIntegerField("记过几次账", default=0)
    paying = models.CharField("在哪个付款批次", max_length=30, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="mutual_aid_settlement_code"),
            models.UniqueConstraint(fields=["fixmedins_code", "setl_id"], name="mutual_aid_settlement_key"),
            models.CheckConstraint(condition=Q(benefit__gte=0, due__gte=0, paid__gte=0), name="mutual_aid_settlement_not_negative"),
            models.CheckConstraint(
                condition=~Q(state__in=["auto_approved", "paid"]) | Q(enrolment__isnull=False, person__isnull=False),
                name="mutual_aid_settlement_pays_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["enrolment", "arrival"], name="mutual_aid_settlement_year"),
            models.Index(
                fields=["state", "settled_on"],
                name="mutual_aid_settlement_state",
                condition=Q(state__in=WAITING),
            ),
            models.Index(fields=["certno_index"], name="mutual_aid_settlement_certno"),
            models.Index(fields=["org", "settled_on"], name="mutual_aid_settlement_org"),
        ]

    @property
    def certno(self) -> str:
        """The identity number in clear: never shown but masked."""
        return unseal(bytes(self.certno_sealed), CERTNO) if self.certno_sealed else ""

    @property
    def subject(self) -> str:
        return f"settlement:{self.pk}"


class SettlementVersion(models.Model):
    """What another delivery of the same settlement changed (结算版本); append-only."""

    scope_path = "settlement__org__lft"
    behind = "settlement"
    personal: ClassVar[set[str]] = set()

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    changes = models.JSONField("改了什么")
    received_at = models.DateTimeField()
    batch = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["settlement", "version"], name="mutual_aid_settlementversion_once")]


class Intake(models.Model):
    """One file of settlements that was taken in (结算文件): the same bytes are taken once. ``said`` is the control total that came with it.

    ``refusals`` are row and reason, without anything personal. ``body`` is the bureau, ``plan`` the one whose one-stop payments it
    lists, ``signed_by`` the key that signed its control file or message.
    """

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="哪家工会收的")
    name = models.CharField("文件名", max_length=120, blank=True)
    digest = models.CharField("文件摘要", max_length=64, unique=True)
    rows = models.PositiveIntegerField("行数")
    refused = models.PositiveIntegerField("退回行数", default=0)
    totals = models.JSONField("文件合计", encoder=DjangoJSONEncoder)
    said = models.JSONField("控制总额", encoder=DjangoJSONEncoder, null=True)
    states = models.JSONField("结果")
    refusals = models.JSONField("退回原因")
    received_at = models.DateTimeField("收到时间")
    by = models.CharField("接收", max_length=60)
    body = models.ForeignKey("orgs.PartnerBody", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="哪家医保")
    plan = models.ForeignKey("mutual_aid.Plan", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="一站式清单的计划")
    signed_by = models.CharField("签名密钥", max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(rows__gte=F("refused")), name="mutual_aid_intake_refused_of_rows")]

    @property
    def by_interface(self) -> bool:
        return self.by.startswith("partner:")

    @property
    def way(self) -> str:
        """How it came: 接口, 签名文件 or 文件; of a one-stop list also that it is one."""
        came = "接口" if self.by_interface else "签名文件" if self.signed_by else "文件"
        return f"{came}（一站式清单）" if self.plan_id else came

    @property
    def subject(self) -> str:
        return f"intake:{self.pk}"
