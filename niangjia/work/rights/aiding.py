"""Questions about legal aid: whether it falls in scope, whose means need no check, what the closing report says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from niangjia.base.calendar import chinese_date
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import COLLECTIVE
from niangjia.work.rights.enums import AidForm, AidResult, Exempt, Kind, MandateState
from niangjia.work.rights.models import Effort, Fee, FeeRate, LegalAid, Mandate
from niangjia.work.rights.queries import Money, money_of, settlement_of

URGENT_DAYS = 7
"""So near to the end of limitation aid may be given first and papers made up later (法律援助法第四十四条)."""
IN_SCOPE = {
    Kind.RELATION: "请求确认劳动关系（法律援助法第三十一条）",
    Kind.WAGES: "请求支付劳动报酬（法律援助法第三十一条）",
    Kind.OVERTIME: "请求支付劳动报酬（法律援助法第三十一条）",
    Kind.INJURY: "工伤事故人身损害赔偿（法律援助法第三十一条）",
}
WAGES_OR_INJURY = {Kind.WAGES, Kind.OVERTIME, Kind.INJURY}
UNION_SCOPE = "工会法律援助另定的范围（本会规定，条文待核）"


def in_force() -> QuerySet[Mandate]:
    """Mandates that wait for their answer or are being worked on."""
    return Mandate.objects.filter(state__in=(MandateState.OFFERED, MandateState.ACCEPTED))


def mandate_of(case: Case) -> Mandate | None:
    """The mandate in force, else the last one that was worked to its end."""
    ended = case.mandates.filter(state=MandateState.ENDED).select_related("helper__account").order_by("-id").first()
    return in_force().filter(case=case).select_related("helper__account").first() or ended


def matter_of(case: Case) -> Case:
    """Where the money of an aided matter is counted: in its dispute, or in itself where there is none."""
    aid = LegalAid.objects.filter(case=case).select_related("matter").first()
    return aid.matter if aid and aid.matter else case


def scope_reasons(kinds: Sequence[str]) -> list[str]:
    """By which rule each kind of dispute falls in the scope of legal aid."""
    return list(dict.fromkeys(IN_SCOPE.get(Kind(kind), UNION_SCOPE) for kind in kinds))


def exemptions(kinds: Sequence[str], *, is_migrant: bool, headcount: int) -> tuple[list[str], list[str]]:
    """Classes whose means are not checked, as far as the facts tell by themselves, with the reason for each (法律援助法第四十二条)."""
    found: dict[str, str] = {}
    if is_migrant and set(kinds) & WAGES_OR_INJURY:
        asked = "工伤赔偿" if Kind.INJURY in kinds else "劳动报酬"
        found[Exempt.MIGRANT] = f"户籍为农村，请求{asked}（法律援助法第四十二条）"
    if headcount >= COLLECTIVE:
        found[Exempt.COLLECTIVE] = f"{headcount} 人的集体争议（浙江省劳动人事争议调解仲裁条例第四十一条）"
    return list(found), list(found.values())


def urgent_days(aid: LegalAid, day: date) -> int | None:
    """Days left to the end of limitation; None where there is no such day."""
    return (aid.limitation_on - day).days if aid.limitation_on else None


def is_urgent(aid: LegalAid, day: date) -> bool:
    left = urgent_days(aid, day)
    return left is not None and left <= URGENT_DAYS


def rate_for(form: str, day: date) -> FeeRate | None:
    """The rate in force for a stage on a day."""
    return FeeRate.objects.filter(form=form, valid_from__lte=day).order_by("-valid_from").first()


def hours_of(mandate: Mandate) -> Decimal:
    """Hours worked under a mandate."""
    return Effort.objects.filter(mandate=mandate).aggregate(sum=Sum("hours"))["sum"] or Decimal(0)


def fees_of(case: Case) -> QuerySet[Fee]:
    """What is due or paid for a case."""
    return Fee.objects.filter(mandate__case=case).select_related("mandate").order_by("id")


@dataclass(frozen=True)
class Report:
    """The closing report as the facts tell it (结案报告): pairs of heading and words, nothing typed twice."""

    rows: Sequence[tuple[str, str]]

    @property
    def text(self) -> str:
        return "\n".join(f"{title}：{words}" for title, words in self.rows)


def report_of(case: Case, *, remark: str = "") -> Report:
    """What the closing report says by now; call it elevated, or as somebody who may read the case."""
    aid, mandate, matter = LegalAid.objects.get(case=case), mandate_of(case), matter_of(case)
    money, paper = money_of(matter), settlement_of(matter)
    rows = [
        ("受援人", f"{case.person.name if case.person else ''}{f'等 {aid.headcount} 人' if aid.headcount > 1 else ''}"),
        ("案由", "、".join(Kind(kind).label for kind in aid.kinds)),
        ("对方", case.employer.name if case.employer else "、".join(party.called for party in case.parties.filter(part="respondent"))),
        ("决定", f"{chinese_date(aid.decided_on)}{aid.get_verdict_display()}" if aid.decided_on else ""),
        ("理由", "；".join(filter(None, (aid.reason, *aid.exempt_reasons)))),
        ("援助形式", "、".join(AidForm(form).label for form in aid.forms)),
    ]
    if mandate:
        rows += [
            ("承办律师", f"{mandate.helper.name}（{mandate.helper.firm}）"),
            ("代理权限", mandate.scope),
            ("工时", f"{hours_of(mandate)} 小时"),
        ]
    rows += [
        ("办理经过", _way(case)),
        ("争议经过", _way(matter) if matter.pk != case.pk else ""),
        ("结果", AidResult(aid.result).label if aid.result else ""),
        ("文书", _paper(paper)),
        ("主张、取得、到手", _sums(money)),
        ("补贴", "；".join(f"{fee.get_form_display()} {fee.amount} 元" for fee in fees_of(case))),
        ("承办律师补充", remark),
    ]
    return Report([(title, words) for title, words in rows if words])


def _way(case: Case) -> str:
    taken = case.steps.exclude(step="note").order_by("number").values_list("on", "title")
    return "；".join(f"{chinese_date(on)}{title}" for on, title in taken)


def _paper(paper: Any) -> str:
    return f"{paper.get_ground_display()}{paper.number}，{chinese_date(paper.effective_on)}生效" if paper else ""


def _sums(money: Money) -> str:
    return f"{money.claimed:,.2f} 元、{money.agreed:,.2f} 元、{money.received:,.2f} 元"


def due_month(day: date) -> date:
    """The month in which what was reckoned on a day is paid: the next one."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def aids_so_far() -> int:
    """How many matters of legal aid there ever were; call it elevated."""
    return LegalAid.objects.count()


def disputes_for_aid() -> list[tuple[int, date, date | None]]:
    """Every dispute that was mediated or went on: id, first and last day, in the order of their numbers. Call it elevated."""
    rows = Case.objects.filter(line="rights", flow="dispute").exclude(
        state__in=("registered", "referred", "handed_over", "refused", "withdrawn")
    )
    return list(rows.order_by("code").values_list("pk", "opened_on", "closed_on"))


def dispute_by_id(pk: int) -> Case:
    """The case of a dispute; call it elevated."""
    return Case.objects.select_related("org", "employer").get(pk=pk, flow="dispute")
