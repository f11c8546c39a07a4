"""Element questions by kind of dispute, asked once and taken by mediation, arbitration and court alike (要素式).

The questions are this district's own (待核): a body that prints another form gets its answers from the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from niangjia.base.calendar import chinese_date
from niangjia.core.cases.models import Case
from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.models import Claim, Dispute

TEXT, DAY, MONEY, YES_NO = "text", "day", "money", "yes_no"


@dataclass(frozen=True)
class Element:
    """One question: its key, words, kind of answer, for which kinds of dispute (none: all), and what a case knows already."""

    key: str
    words: str
    kind: str = TEXT
    only: tuple[str, ...] = ()
    known: Callable[[Dispute, dict[str, Claim]], Any] | None = None


def _claimed(kind: str) -> Callable[[Dispute, dict[str, Claim]], Any]:
    return lambda dispute, claims: claims[kind].claimed if kind in claims else None


ENDINGS = (Kind.SEVERANCE, Kind.UNLAWFUL, Kind.LAYOFF)
ELEMENTS = (
    Element("entry_on", "入职日期", DAY, known=lambda dispute, claims: dispute.entry_on),
    Element("left_on", "离职日期（在职的空着）", DAY, known=lambda dispute, claims: dispute.left_on),
    Element("post", "岗位、工种"),
    Element("workplace", "工作地点", known=lambda dispute, claims: dispute.workplace),
    Element("contract", "书面劳动合同：起止、份数；没有签的写明"),
    Element("wage", "月工资", MONEY, known=lambda dispute, claims: dispute.monthly_wage),
    Element("pay_day", "发薪日和发放方式"),
    Element("insured", "缴纳社会保险的起止"),
    Element("hours", "工时制度、每周工作天数"),
    Element("arrears_from", "欠薪从哪个月起", TEXT, (Kind.WAGES,)),
    Element("arrears", "欠薪总额", MONEY, (Kind.WAGES,), _claimed(Kind.WAGES)),
    Element("arrears_admitted", "单位认不认欠薪", YES_NO, (Kind.WAGES,)),
    Element("overtime_hours", "加班时数：工作日、休息日、法定休假日", TEXT, (Kind.OVERTIME,)),
    Element("overtime_proof", "加班的证据", TEXT, (Kind.OVERTIME,)),
    Element("overtime", "加班费数额", MONEY, (Kind.OVERTIME,), _claimed(Kind.OVERTIME)),
    Element("ended_by", "谁提出解除、终止，用什么方式", TEXT, ENDINGS),
    Element("ended_why", "解除、终止的理由", TEXT, ENDINGS),
    Element("union_told", "单位解除前有没有通知工会", YES_NO, ENDINGS),
    Element("average_wage", "离职前 12 个月平均工资", MONEY, ENDINGS),
    Element("compensation", "主张的补偿或赔偿", MONEY, ENDINGS, lambda dispute, claims: next((claims[kind].claimed for kind in ENDINGS if kind in claims), None)),
    Element("unsigned_from", "没有书面合同的起止", TEXT, (Kind.DOUBLE_WAGE,)),
    Element("double_wage", "二倍工资数额", MONEY, (Kind.DOUBLE_WAGE,), _claimed(Kind.DOUBLE_WAGE)),
    Element("accident_on", "受伤日期", DAY, (Kind.INJURY, Kind.NEW_FORM)),
    Element("injury_found", "工伤认定、劳动能力鉴定结论", TEXT, (Kind.INJURY,)),
    Element("medical", "医疗费", MONEY, (Kind.INJURY,)),
    Element("leave_days", "应休、已休年休假天数", TEXT, (Kind.LEAVE,)),
    Element("platform", "平台、注册账号所在站点、派单和扣罚方式", TEXT, (Kind.NEW_FORM,)),
    Element("known_on", "知道权利受侵害的日期", DAY, known=lambda dispute, claims: dispute.known_on),
    Element("agreed", "双方没有争议的事实"),
    Element("disputed", "双方有争议的事实"),
)  # fmt: skip
"""Every question, in the order of the form."""
FIELDS: dict[str, Callable[..., forms.Field]] = {
    TEXT: lambda **options: forms.CharField(max_length=300, **options), DAY: DayField, MONEY: lambda **options: MoneyField(zero=True, **options),
    YES_NO: lambda **options: forms.ChoiceField(choices=[("", "不清楚"), ("是", "是"), ("否", "否")], **options),
}  # fmt: skip


def questions_of(case: Case) -> list[Element]:
    """The questions that this case's kinds ask."""
    kinds = set(Dispute.objects.filter(case=case).values_list("kinds", flat=True).first() or [])
    return [one for one in ELEMENTS if not one.only or kinds & set(one.only)]


def known_of(case: Case) -> dict[str, Any]:
    """What the case knows already."""
    dispute = Dispute.objects.filter(case=case).first()
    if dispute is None:
        return {}
    claims = {claim.kind: claim for claim in Claim.objects.filter(case=case, claimed__isnull=False).order_by("-id")}
    found = {one.key: one.known(dispute, claims) for one in questions_of(case) if one.known}
    return {key: value for key, value in found.items() if value}


class ElementsForm(forms.Form):
    """The element form of one case."""

    def __init__(self, *args: Any, questions: list[Element], **options: Any) -> None:
        super().__init__(*args, **options)
        for one in questions:
            self.fields[one.key] = FIELDS[one.kind](label=one.words, required=False)

    def said(self) -> dict[str, str]:
        """The answers as they are kept and printed."""
        return {key: chinese_date(value) if hasattr(value, "year") else str(value) for key, value in self.cleaned_data.items() if value}
