"""The figures of mutual aid: policies counted one by one, what came in, what was paid, how fast and by whom."""

from functools import partial
from typing import Any

from django.db.models import Count, DateField, F, Func, IntegerField, Q, Sum
from django.urls import reverse

from niangjia.base.chinese import mask_name
from niangjia.core.faces.listing import Column
from niangjia.core.figures.figure import Figure, Rank, Share, Split
from niangjia.work.mutual_aid.enums import BillState, EnrolmentState, SettlementState, Via
from niangjia.work.mutual_aid.models import Bill, Enrolment, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED

VERSION = "2023-1"
GUIDE = "2023 年宁波市职工医疗互助保障参保指南（转载件，待核）"
PER_MEMBER = "organising.members"
EFFECTIVE = Q(state=EnrolmentState.EFFECTIVE)
PAYS = Q(state__in=(SettlementState.PAID, SettlementState.ELSEWHERE))
DECIDED = Q(state__in=(SettlementState.APPROVED, SettlementState.PAID))
DAYS_TO_PAY = Func(F("paid_on"), F("settled_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())

BY_PLAN = Split("plan", "计划", "plan__code", {code: rule.title for code, rule in SHIPPED.items()})
BY_VIA = Split("via", "参保途径", "via", dict(Via.choices))
BY_CONTINUOUS = Split("continuous", "连续参保", "continuous", {True: "连续参保", False: "首次或中断后参保"})

ENROLMENT_ROWS: dict[str, Any] = {
    "of": Enrolment,
    "org": "org",
    "permission": "mutual_aid.view",
    "personal": True,
    "related": ("person", "org", "plan"),
    "columns": (
        Column("code", "会员编号", lambda row: row.person.code, url=lambda row: reverse("people:detail", args=[row.person.code])),
        Column("name", "姓名", lambda row: mask_name(row.person.name)),
        Column("plan", "计划", lambda row: str(row.plan)),
        Column("union", "参保工会", lambda row: row.org.short_name or row.org.name),
        Column("from", "生效日", lambda row: row.effective_from, order="effective_from"),
        Column("fee", "费用（元）", lambda row: row.fee, numeric=True),
    ),
}
BILL_ROWS: dict[str, Any] = {
    "of": Bill,
    "org": "org",
    "permission": "mutual_aid.view",
    "related": ("org", "plan"),
    "columns": (
        Column("code", "账单", lambda bill: bill.code, order="code"),
        Column("plan", "计划", lambda bill: str(bill.plan)),
        Column("union", "工会", lambda bill: bill.org.short_name or bill.org.name),
        Column("heads", "人次", lambda bill: bill.headcount, numeric=True),
        Column("amount", "金额（元）", lambda bill: bill.amount, numeric=True),
        Column("paid_on", "缴费日期", lambda bill: bill.paid_on, order="paid_on"),
    ),
}
SETTLEMENT_ROWS: dict[str, Any] = {
    "of": Settlement,
    "org": "org",
    "permission": "mutual_aid.view",
    "personal": True,
    "related": ("person", "org"),
    "columns": (
        Column("code", "结算编码", lambda row: row.code, order="code"),
        Column("name", "姓名", lambda row: mask_name(row.person.name) if row.person else ""),
        Column("union", "工会", lambda row: row.org.short_name or row.org.name),
        Column("settled_on", "医保结算日", lambda row: row.settled_on, order="settled_on"),
        Column("benefit", "互助金（元）", lambda row: row.benefit, numeric=True),
        Column("paid_on", "付款日", lambda row: row.paid_on, order="paid_on"),
    ),
}

FIGURES = (
    Figure(
        code="mutual_aid.enrolments",
        title="医疗互助参保人次",
        short="互助参保",
        unit="人次",
        version=VERSION,
        article=GUIDE,
        per=PER_MEMBER,
        definition="这段时间生效的参保，一个人在一个计划的一个保障年度算一人次；同一个人参加两个计划算两人次。",
        excludes="已录入、还没有缴费的；撤回的；退费的",
        dated="保障生效之日",
        where=EFFECTIVE,
        on="effective_from",
        splits=(BY_PLAN, BY_VIA, BY_CONTINUOUS),
        **ENROLMENT_ROWS,
    ),
    Figure(
        code="mutual_aid.persons",
        title="参加过医疗互助的人",
        short="参保的人",
        unit="人",
        version=VERSION,
        article=GUIDE,
        definition="这段时间有参保生效的人，参加几个计划、几个年度都只算一人。",
        excludes="已录入、还没有缴费的；撤回的；退费的",
        dated="保障生效之日",
        where=EFFECTIVE,
        on="effective_from",
        measure=partial(Count, "person", distinct=True),
        **ENROLMENT_ROWS,
    ),
    Figure(
        code="mutual_aid.covered",
        title="在保的人",
        unit="人",
        version=VERSION,
        article=GUIDE,
        definition="这一天至少有一个计划在保障期里的人，一人算一人。等待期里的也算。",
        excludes="退费的",
        dated="生效日起算，届满日的次日起不算",
        where=EFFECTIVE,
        since=F("effective_from"),
        until=Func(F("effective_to"), template="(%(expressions)s + 1)", output_field=DateField()),
        measure=partial(Count, "person", distinct=True),
        **ENROLMENT_ROWS,
    ),
    Share(
        code="mutual_aid.coverage",
        title="医疗互助覆盖率",
        short="覆盖率",
        unit="%",
        version=VERSION,
        definition="在保的人除以实名制会员。退休人员参保而不是会员的，也在分子里。",
        part="mutual_aid.covered",
        whole="organising.members",
    ),
    Figure(
        code="mutual_aid.income",
        title="互助费收入",
        unit="元",
        version=VERSION,
        article=GUIDE,
        definition="这段时间缴来的账单金额之和，减去这些账单后来退的费。",
        dated="缴费之日",
        where=Q(state=BillState.PAID),
        on="paid_on",
        measure=partial(Sum, F("amount") - F("refunded")),
        splits=(BY_PLAN,),
        **BILL_ROWS,
    ),
    Figure(
        code="mutual_aid.payout",
        title="互助金给付",
        unit="元",
        version=VERSION,
        article=GUIDE,
        definition="这段时间付给职工的互助金之和，出院时医院一站式已扣的也算。",
        excludes="已冲正、待收回的",
        dated="付款之日",
        where=PAYS,
        on="paid_on",
        measure=partial(Sum, F("paid") + F("paid_elsewhere")),
        **SETTLEMENT_ROWS,
    ),
    Figure(
        code="mutual_aid.payees",
        title="得到互助金的人",
        unit="人",
        version=VERSION,
        article=GUIDE,
        definition="这段时间至少付过一笔互助金的人，一人算一人。",
        excludes="已冲正、待收回的",
        dated="付款之日",
        where=PAYS,
        on="paid_on",
        measure=partial(Count, "person", distinct=True),
        **SETTLEMENT_ROWS,
    ),
    Share(
        code="mutual_aid.payout_ratio",
        title="赔付率",
        unit="%",
        version=VERSION,
        definition="同一段时间的互助金给付除以互助费收入。",
        part="mutual_aid.payout",
        whole="mutual_aid.income",
    ),
    Figure(
        code="mutual_aid.paid_settlements",
        title="已付的结算",
        unit="笔",
        version=VERSION,
        article=GUIDE,
        definition="这段时间付出的医保结算，一笔算一笔。",
        dated="付款之日",
        where=PAYS,
        on="paid_on",
        **SETTLEMENT_ROWS,
    ),
    Figure(
        code="mutual_aid.waited_days",
        title="从医保结算到付款的天数合计",
        unit="天",
        version=VERSION,
        article=GUIDE,
        definition="这段时间付出的结算，从医保结算到付款的天数之和。只用于算平均天数。",
        dated="付款之日",
        where=PAYS,
        on="paid_on",
        measure=partial(Sum, DAYS_TO_PAY),
        **SETTLEMENT_ROWS,
    ),
    Share(
        code="mutual_aid.days_to_pay",
        title="从医保结算到付款平均天数",
        short="平均几天到账",
        unit="天",
        version=VERSION,
        definition="已付的结算，从医保结算到付款平均几天。",
        part="mutual_aid.waited_days",
        whole="mutual_aid.paid_settlements",
    ),
    Figure(
        code="mutual_aid.decided",
        title="核定给付的结算",
        unit="笔",
        version=VERSION,
        article=GUIDE,
        definition="这段时间核定给付的医保结算，一笔算一笔。",
        excludes="一站式已付、只收清单的；核定不付的",
        dated="核定之日",
        where=DECIDED,
        on="approved_on",
        **SETTLEMENT_ROWS,
    ),
    Figure(
        code="mutual_aid.decided_without_staff",
        title="免申自动核定的结算",
        unit="笔",
        version=VERSION,
        article=GUIDE,
        definition="核定给付的结算中，没有填表、没有经人核对，按规则自动核定的。",
        dated="核定之日",
        where=DECIDED & Q(by_hand=False),
        on="approved_on",
        **SETTLEMENT_ROWS,
    ),
    Share(
        code="mutual_aid.share_without_staff",
        title="免申即享比例",
        unit="%",
        version=VERSION,
        definition="免申自动核定的结算除以核定给付的结算。",
        part="mutual_aid.decided_without_staff",
        whole="mutual_aid.decided",
    ),
    Rank(
        code="mutual_aid.city_first_enrolment_years",
        title="参保数连续几年全市第一",
        unit="年",
        version=VERSION,
        definition="按市总工会的通报登记。名次一个区算不出来，只能凭文件录入，由第二个人签核。",
        dated="通报所说的截至日",
    ),
    Rank(
        code="mutual_aid.city_first_growth_years",
        title="参保增长数连续几年全市第一",
        unit="年",
        version=VERSION,
        definition="按市总工会的通报登记。名次一个区算不出来，只能凭文件录入，由第二个人签核。",
        dated="通报所说的截至日",
    ),
)

HEADLINE = ("mutual_aid.enrolments",)
"""What the report puts first."""

PROSE = (
    """把医疗互助办成职工看得见的保障，单位统一参保，退休人员在手机上自己参保。五年来累计参保{mutual_aid.enrolments}，
    参加过的职工{mutual_aid.persons}[，参保数连续{mutual_aid.city_first_enrolment_years}、增长数连续{mutual_aid.city_first_growth_years}位居全市第一]。""",
    """医保结算直接核定，职工不用填表、不用拍发票：付给职工{mutual_aid.payees}、互助金{mutual_aid.payout}
    [，平均{mutual_aid.days_to_pay}到账][，不经人手自动核定的占{mutual_aid.share_without_staff}]。""",
)
"""The article's account of this line; {figure code} is a number, a [stretch] falls away where its figure has none."""
