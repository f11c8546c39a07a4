"""The figures of disputes (劳动争议): received, mediated, money obtained and in hand, clocks past their day."""

from functools import partial
from typing import Any

from django.db.models import Count, DateField, F, Func, IntegerField, Q, Sum
from django.urls import reverse

from niangjia.core.cases.models import Case, Clock, StepTaken
from niangjia.core.cases.queries import flow_of
from niangjia.core.faces.listing import Column
from niangjia.core.figures.figure import Figure, Label, Median, Share, Split
from niangjia.core.law.terms import RIGHTS
from niangjia.core.orgs.enums import Industry
from niangjia.work.rights.enums import Channel, Ground
from niangjia.work.rights.models import Receipt, Settlement

VERSION = "2023-1"
COUNTED = "本区劳动争议统计口径"
BY_CHANNEL = Split("channel", "来源", "channel", dict(Channel.choices))
BY_INDUSTRY = Split("industry", "行业", "employer__industry", dict(Industry.choices))
"""Which trades the disputes come from (热点行业)."""
BY_GROUND = Split("ground", "依据", "ground", dict(Ground.choices))
TALKED = (Ground.AGREEMENT, Ground.ORAL)
DISPUTES = Q(line="rights", flow="dispute", merged_into__isnull=True)
OF_DISPUTES = Q(case__line="rights", case__flow="dispute")
OF_MONEY = Q(case__line="rights", case__flow__in=("dispute", "aid"))
"""Papers and receipts hang on the dispute, also where it is aided; on the matter of aid only where there is no dispute: once."""
ACCEPTED = DISPUTES & Q(pk__in=StepTaken.objects.filter(step="accept").values("case"))
DAYS_TAKEN = Func(F("closed_on"), F("opened_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())
LATE_SINCE = Func(F("due_on"), template="(%(expressions)s + 1)", output_field=DateField())


def _case_link(case: Case) -> str:
    return reverse("cases:detail", args=[case.code])


def _row_link(row: Any) -> str:
    return _case_link(row.case)


CASE_ROWS: dict[str, Any] = {
    "of": Case,
    "org": "org",
    "permission": "rights.view",
    "personal": True,
    "related": ("org",),
    "order": "-opened_on",
    "columns": (
        Column("code", "案号", lambda case: case.code, url=_case_link, order="code"),
        Column("state", "状态", lambda case: flow_of(case).state(case.state).title),
        Column("org", "承办单位", lambda case: case.org.short_name),
        Column("channel", "来源", lambda case: Channel(case.channel).label if case.channel in Channel.values else ""),
        Column("opened", "收到", lambda case: case.opened_on, order="opened_on"),
        Column("closed", "办结", lambda case: case.closed_on, order="closed_on"),
    ),
}
OF_CASE: dict[str, Any] = {
    "org": "case__org",
    "permission": "rights.view",
    "personal": True,
    "related": ("case", "case__org"),
}
PAPER_ROWS: dict[str, Any] = OF_CASE | {
    "of": Settlement,
    "on": "effective_on",
    "order": "-effective_on",
    "splits": (BY_GROUND,),
    "columns": (
        Column("code", "案号", lambda row: row.case.code, url=_row_link),
        Column("ground", "依据", lambda row: row.get_ground_display()),
        Column("effective", "生效日期", lambda row: row.effective_on, order="effective_on"),
        Column("amount", "金额（元）", lambda row: row.amount, order="amount", numeric=True),
        Column("org", "承办单位", lambda row: row.case.org.short_name),
    ),
}

FIGURES = (
    Figure(
        code="rights.mediated_disputes",
        title="调解纠纷",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间达成调解协议或者口头和解的劳动争议，一件案子算一件。",
        excludes="调解不成、撤回、转办、不予受理的；仲裁、法院的调解书",
        dated="协议生效之日；口头和解为付清之日",
        where=OF_DISPUTES & Q(ground__in=TALKED),
        measure=partial(Count, "case", distinct=True),
        **PAPER_ROWS,
    ),
    Figure(
        code="rights.recovered_money",
        title="为职工挽回经济损失",
        short="挽回损失",
        unit="元",
        version=VERSION,
        article=COUNTED,
        definition="职工凭这段时间生效的调解协议、裁决、判决应得的钱。一件案子先后几份文书的，只算现行有效的一份；既调解又援助的，只算一次。",
        excludes="已被后一份文书取代的；没有支持的请求",
        dated="文书生效之日（裁决、判决为送达之日）",
        where=OF_MONEY & Q(replaced_on__isnull=True),
        measure=partial(Sum, "amount"),
        **PAPER_ROWS,
    ),
    Figure(
        code="rights.received_money",
        title="实际到手的钱",
        short="到手",
        unit="元",
        version=VERSION,
        article=COUNTED,
        definition="这段时间有凭证、已到职工手里的钱。",
        excludes="登记错了已冲销的",
        dated="到账日期",
        of=Receipt,
        where=OF_MONEY & Q(reversed_on__isnull=True),
        on="on",
        measure=partial(Sum, "amount"),
        order="-on",
        columns=(
            Column("code", "案号", lambda row: row.case.code, url=_row_link),
            Column("on", "到账", lambda row: row.on, order="on"),
            Column("amount", "金额（元）", lambda row: row.amount, order="amount", numeric=True),
            Column("org", "承办单位", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
    Figure(
        code="rights.received_disputes",
        title="收到劳动争议",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间收到的求助和移送，登记了就算，不论后来受理没有。",
        excludes="并案并走的",
        dated="收到日期",
        where=DISPUTES,
        on="opened_on",
        splits=(BY_CHANNEL, BY_INDUSTRY),
        **CASE_ROWS,
    ),
    Figure(
        code="rights.open_disputes",
        title="在办劳动争议",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这一天收到了、还没有办结的劳动争议。",
        dated="收到之日起算，办结之日起不算",
        where=DISPUTES,
        since=F("opened_on"),
        until=F("closed_on"),
        splits=(BY_CHANNEL,),
        **CASE_ROWS,
    ),
    Figure(
        code="rights.ended_mediations",
        title="调解有结果的纠纷",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间调解有了结果的：谈成的和没谈成的都算，一件案子算一件。",
        excludes="撤回、转办、不予受理的",
        dated="达成协议、口头和解或者调解不成之日",
        of=StepTaken,
        where=OF_DISPUTES & Q(step__in=("agree", "oral", "fail")),
        on="on",
        measure=partial(Count, "case", distinct=True),
        order="-on",
        columns=(
            Column("code", "案号", lambda row: row.case.code, url=_row_link),
            Column("step", "结果", lambda row: row.title),
            Column("on", "日期", lambda row: row.on, order="on"),
            Column("org", "承办单位", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
    Figure(
        code="rights.accepted_disputes",
        title="受理劳动争议",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间收到并受理了的。",
        excludes="转办、不予受理、撤回在受理以前的；并案并走的",
        dated="收到日期",
        where=ACCEPTED,
        on="opened_on",
        splits=(BY_CHANNEL, BY_INDUSTRY),
        **CASE_ROWS,
    ),
    Figure(
        code="rights.handled_disputes",
        title="其中已办结",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间收到并受理了的里面，已经办结的。",
        dated="收到日期",
        where=ACCEPTED & Q(closed_on__isnull=False),
        on="opened_on",
        **CASE_ROWS,
    ),
    Share(
        code="rights.handling_share",
        title="调处率",
        unit="%",
        version=VERSION,
        definition="受理了的里面已经办结的。",
        part="rights.handled_disputes",
        whole="rights.accepted_disputes",
    ),
    Figure(
        code="rights.days_to_end",
        title="办结用的天数合计",
        unit="天",
        version=VERSION,
        article=COUNTED,
        definition="这段时间办结的劳动争议，从收到到办结各用几天，加起来。",
        excludes="并案并走的",
        dated="办结之日",
        where=DISPUTES & Q(closed_on__isnull=False),
        on="closed_on",
        measure=partial(Sum, DAYS_TAKEN),
        **CASE_ROWS,
    ),
    Figure(
        code="rights.ended_disputes",
        title="办结劳动争议",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间办结的劳动争议。",
        excludes="并案并走的",
        dated="办结之日",
        where=DISPUTES & Q(closed_on__isnull=False),
        on="closed_on",
        **CASE_ROWS,
    ),
    Figure(
        code="rights.days_to_end_median",
        title="办结天数中位数",
        unit="天",
        version=VERSION,
        article=COUNTED,
        definition="这段时间办结的劳动争议，从收到到办结的天数，按长短排，取中间的一件。",
        excludes="并案并走的",
        dated="办结之日",
        where=DISPUTES & Q(closed_on__isnull=False),
        on="closed_on",
        measure=partial(Median, DAYS_TAKEN),
        **CASE_ROWS,
    ),
    Share(
        code="rights.days_on_average",
        title="平均办结天数",
        unit="天",
        version=VERSION,
        definition="办结用的天数合计除以办结的件数。",
        part="rights.days_to_end",
        whole="rights.ended_disputes",
    ),
    Share(
        code="rights.success_share",
        title="调解成功率",
        unit="%",
        version=VERSION,
        definition="谈成的除以有结果的。",
        part="rights.mediated_disputes",
        whole="rights.ended_mediations",
    ),
    Figure(
        code="rights.overdue_clocks",
        title="逾期的期限",
        unit="个",
        version=VERSION,
        article=COUNTED,
        definition="这一天已经过了届满日、还没有办的法定期限，一个期限算一个。",
        excludes="中止的、不再计算的；起诉、上诉、申请确认这些可以不行使的权利",
        dated="届满次日起算，办结之日起不算",
        of=Clock,
        where=OF_DISPUTES & Q(due_on__isnull=False, paused_on__isnull=True) & ~Q(term__in=RIGHTS),
        since=LATE_SINCE,
        until=F("settled_on"),
        order="due_on",
        columns=(
            Column("code", "案号", lambda row: row.case.code, url=_row_link),
            Column("title", "期限", lambda row: row.title),
            Column("article", "依据", lambda row: row.article),
            Column("due", "届满", lambda row: row.due_on, order="due_on"),
            Column("org", "承办单位", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
    Label(
        code="rights.joint_bodies",
        title="调裁诉联动单位",
        unit="家",
        version=VERSION,
        definition="社会治理中心里一起办劳动争议的单位。",
        items=("社会治理中心", "人力资源和社会保障局", "人民法院", "总工会"),
    ),
)
