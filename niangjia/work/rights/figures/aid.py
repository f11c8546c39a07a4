"""The figures of legal aid (法律援助): granted, decided in time, sent on to the state's legal aid."""

from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from niangjia.core.cases.models import Clock
from niangjia.core.faces.listing import Column
from niangjia.core.figures.figure import Figure, Share, Split
from niangjia.work.rights.enums import AidForm, AskedHow, ConsultationState, DutyState, Kind, NextStep, UnionSays, Verdict
from niangjia.work.rights.figures.disputes import COUNTED, OF_CASE, VERSION
from niangjia.work.rights.models import Consultation, Dismissal, Duty, LegalAid, Supervision

GIVEN = (Verdict.GRANTED, Verdict.URGENT)
DECIDED = Q(case__flow="aid", term="legal_aid.decide", state="met")
BY_VERDICT = Split("verdict", "决定", "verdict", dict(Verdict.choices))


def _link(row: Any) -> str:
    return reverse("cases:detail", args=[row.case.code])


AID_ROWS: dict[str, Any] = OF_CASE | {
    "of": LegalAid,
    "on": "decided_on",
    "order": "-decided_on",
    "splits": (BY_VERDICT,),
    "columns": (
        Column("code", "案号", lambda row: row.case.code, url=_link),
        Column("kinds", "争议", lambda row: "、".join(Kind(kind).label for kind in row.kinds)),
        Column("forms", "援助形式", lambda row: "、".join(AidForm(form).label for form in row.forms)),
        Column("decided", "决定日期", lambda row: row.decided_on, order="decided_on"),
        Column("org", "受理单位", lambda row: row.case.org.short_name),
    ),
}

FIGURES = (
    Figure(
        code="rights.legal_aid_cases",
        title="法律援助",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间工会决定给予的法律援助，先行援助也算。",
        excludes="不予援助的；转给国家法律援助机构、由他们受理的",
        dated="决定之日",
        where=Q(verdict__in=GIVEN),
        **AID_ROWS,
    ),
    Figure(
        code="rights.aid_to_state",
        title="转国家法律援助",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间工会转给国家法律援助机构的申请。",
        excludes="对方没有受理、退回工会决定的",
        dated="转出之日",
        where=Q(verdict=Verdict.STATE),
        **AID_ROWS,
    ),
    Figure(
        code="rights.aid_decisions",
        title="法律援助决定",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间对法律援助申请作出决定的：给予、不予、转办都算。",
        dated="决定之日",
        of=Clock,
        where=DECIDED,
        on="settled_on",
        order="-settled_on",
        columns=(
            Column("code", "案号", lambda row: row.case.code, url=_link),
            Column("due", "届满", lambda row: row.due_on, order="due_on"),
            Column("settled", "决定", lambda row: row.settled_on, order="settled_on"),
            Column("org", "受理单位", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
    Figure(
        code="rights.aid_in_time",
        title="按期决定的法律援助",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="其中在七日期限以内决定的（法律援助法第四十三条；2021年以前按浙江省条例七个工作日）。",
        dated="决定之日",
        of=Clock,
        where=DECIDED & Q(settled_on__lte=F("due_on")),
        on="settled_on",
        order="-settled_on",
        columns=(
            Column("code", "案号", lambda row: row.case.code, url=_link),
            Column("due", "届满", lambda row: row.due_on, order="due_on"),
            Column("settled", "决定", lambda row: row.settled_on, order="settled_on"),
            Column("org", "受理单位", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
    Share(
        code="rights.aid_in_time_share",
        title="法律援助按期决定率",
        unit="%",
        version=VERSION,
        definition="按期决定的除以全部决定的。",
        part="rights.aid_in_time",
        whole="rights.aid_decisions",
    ),
    Figure(
        code="rights.consultations",
        title="法律咨询",
        unit="次",
        version=VERSION,
        article=COUNTED,
        definition="这段时间律师、窗口接待了的咨询，一次算一次。",
        excludes="预约了没有来的、取消的",
        dated="接待之日",
        of=Consultation,
        where=Q(state=ConsultationState.HELD),
        on="on",
        org="org",
        permission="rights.view",
        personal=True,
        related=("org",),
        order="-on",
        splits=(Split("how", "方式", "how", dict(AskedHow.choices)), Split("next", "下一步", "next_step", dict(NextStep.choices))),
        columns=(
            Column("code", "编号", lambda row: row.code),
            Column("on", "日期", lambda row: row.on, order="on"),
            Column("kind", "问什么", lambda row: row.get_kind_display()),
            Column("how", "方式", lambda row: row.get_how_display()),
            Column("org", "窗口", lambda row: row.org.short_name),
        ),
    ),
    Figure(
        code="rights.duty_times",
        title="律师值班",
        unit="场",
        version=VERSION,
        article=COUNTED,
        definition="这段时间排了、没有取消的律师值班，一个窗口一个时段算一场。",
        excludes="取消的",
        dated="值班之日",
        of=Duty,
        where=Q(state=DutyState.PLANNED),
        on="on",
        org="org",
        permission="rights.view",
        related=("org",),
        order="-on",
        columns=(
            Column("on", "日期", lambda row: row.on, order="on"),
            Column("place", "地点", lambda row: row.place),
            Column("starts", "开始", lambda row: f"{row.starts_at:%H:%M}"),
            Column("org", "窗口", lambda row: row.org.short_name),
        ),
    ),
    Figure(
        code="rights.dismissals_answered",
        title="答复解除通知",
        unit="件",
        version=VERSION,
        article=COUNTED,
        definition="这段时间工会对单位解除合同的通知作出书面答复的（劳动合同法第四十三条）。",
        dated="答复之日",
        of=Dismissal,
        on="answered_on",
        order="-answered_on",
        splits=(Split("says", "工会意见", "says", dict(UnionSays.choices)),),
        columns=(
            Column("code", "编号", lambda row: row.case.code, url=_link),
            Column("says", "工会意见", lambda row: row.get_says_display()),
            Column("answered", "答复", lambda row: row.answered_on, order="answered_on"),
            Column("org", "工会", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
    Figure(
        code="rights.supervision_letters",
        title="工会劳动法律监督意见书",
        short="监督意见书",
        unit="份",
        version=VERSION,
        article=COUNTED,
        definition="这段时间工会向单位签发的劳动法律监督意见书。",
        dated="签发之日",
        of=Supervision,
        on="opinion_on",
        order="-opinion_on",
        columns=(
            Column("code", "编号", lambda row: row.case.code, url=_link),
            Column("number", "文号", lambda row: row.opinion_number),
            Column("signed", "签发", lambda row: row.opinion_on, order="opinion_on"),
            Column("org", "工会", lambda row: row.case.org.short_name),
        ),
        **OF_CASE,
    ),
)
