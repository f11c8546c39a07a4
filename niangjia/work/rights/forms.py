"""What officers fill in at each step of a dispute."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.base.calendar import parse_date
from niangjia.core.cases.forms import StepForm
from niangjia.core.exchange.queries import names_of
from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.forms import OrgCodeField
from niangjia.work.rights.enums import Channel, Ground, Kind, Outcome, Path

REFERRED_TO = (PartnerKind.INSPECTION, PartnerKind.LEGAL_AID, PartnerKind.LABOUR_BUREAU, PartnerKind.GOVERNANCE_CENTRE)
"""Kinds of bodies to which a matter may be referred."""
PLAN_LINE = re.compile(r"[，,;；\s]+")


class AcceptForm(StepForm):
    """Which body mediates."""

    mediated_by = forms.CharField(label="调解组织", max_length=80, help_text="例如 明楼街道劳动争议调解室")


class ReferForm(StepForm):
    """Where the matter belongs, and why; a body that takes part in the exchange hears of it at once."""

    to = forms.CharField(label="转到哪里", max_length=80)
    why = forms.CharField(label="理由", max_length=200, help_text="本人会看到")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if names := names_of(REFERRED_TO):
            self.fields["to"].help_text = f"写 {'、'.join(names)}，就同时发往来件；写别处的，只登记"


class TakenOverForm(StepForm):
    """Under which number the other body has it; some say none."""

    number = forms.CharField(label="对方编号", max_length=60, required=False, help_text="对方没有给编号就空着")


class SentBackForm(StepForm):
    """Why the other body does not take it."""

    why = forms.CharField(label="对方为什么不接", max_length=200, help_text="本人会看到")


class RefuseForm(StepForm):
    """Why the matter is not taken."""

    why = forms.CharField(label="理由和去处", max_length=200, help_text="写明不属于哪一种，可以找谁；本人会看到")


class PlanForm(StepForm):
    """A meeting to come."""

    meets_on = DayField(label="哪天开调解会")
    at = forms.TimeField(label="几点", required=False, help_text="例如 14:00")
    place = forms.CharField(label="地点", max_length=80)


class SessionForm(StepForm):
    """What came of a meeting."""

    both_came = forms.BooleanField(label="双方都到会", required=False)
    minutes = forms.CharField(label="调解笔录", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class ExtendForm(StepForm):
    """Both sides want more time."""

    until = DayField(label="双方同意延到")
    why = forms.CharField(label="理由", max_length=200)


class PlanField(forms.CharField):
    """Days and amounts, one a line: «2023-12-29 7120». Cleans to a list of (day, amount)."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[tuple[date, Decimal]]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return [self._line(number, line) for number, line in enumerate(lines, 1)]

    def _line(self, number: int, line: str) -> tuple[date, Decimal]:
        day, _, amount = line.partition(" ") if " " in line else PLAN_LINE.sub(" ", line, count=1).partition(" ")
        try:
            found, sum_ = parse_date(day), Decimal(amount.replace(",", "").replace("元", "").strip())
        except InvalidOperation:
            found = None
        if found is None:
            raise forms.ValidationError(f"第 {number} 行看不懂：“{line}”。写成 2023-12-29 7120.00")
        return found, sum_


class MoneyForm(StepForm):
    """What the paper brings: in all, claim by claim, and by which day."""

    amount = MoneyField(label="总金额", zero=True, help_text="元；不涉及钱的写 0")
    plan = PlanField(label="哪天付多少", required=False, help_text="一行一期：日期 金额")
    number = forms.CharField(label="文号", required=False, max_length=60)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.claims = list(self.case.claims.order_by("id")) if self.case else []
        for claim in self.claims:
            self.fields[f"claim_{claim.pk}"] = MoneyField(
                label=f"其中：{claim.item}", zero=True, required=False, help_text=f"主张 {claim.claimed} 元" if claim.claimed else ""
            )
        self.order_fields(["amount", *(f"claim_{claim.pk}" for claim in self.claims)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["agreed"] = {claim.pk: data.pop(f"claim_{claim.pk}", None) or Decimal(0) for claim in self.claims}
        given = sum(data["agreed"].values(), Decimal(0))
        if given and data.get("amount") is not None and given != data["amount"]:
            self.add_error("amount", f"各项合计 {given} 元，和总金额对不上。")
        return data


class OralForm(MoneyForm):
    """Settled by word and paid at once."""

    proof_note = forms.CharField(label="凭什么知道已经付了", max_length=120, help_text="例如 当场微信转账，双方确认")


class FailForm(StepForm):
    """Why mediation ended."""

    outcome = forms.ChoiceField(label="怎样结束", choices=[(Outcome.FAILED, "调解不成"), (Outcome.REFUSED, "一方明确拒绝")])
    why = forms.CharField(label="情况", max_length=200)


class FileForm(StepForm):
    """Before which body it goes; the one that takes part in the exchange is offered, and hears of it at once."""

    kinds: tuple[str, ...] = (PartnerKind.COURT,)
    body_name = forms.CharField(label="提交给", max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if names := names_of(self.kinds):
            self.fields["body_name"].initial = names[0]
            self.fields["body_name"].help_text = f"写 {'、'.join(names)}，就同时发往来件；写别处的，只登记"


class ArbitrationForm(FileForm):
    """Before which commission it goes."""

    kinds = (PartnerKind.ARBITRATION,)


class NumberForm(StepForm):
    """The body's own number."""

    number = forms.CharField(label="对方案号", max_length=60)


class AcceptedForm(NumberForm):
    """Accepted by arbitration."""

    simplified = forms.BooleanField(label="适用简易程序（浙江 30 日）", required=False)


class HearingForm(StepForm):
    """The day of the hearing."""

    hearing_on = DayField(label="开庭日期")


class DecisionForm(MoneyForm):
    """An award or judgment: when made, when it reached the worker; the clocks run from service."""

    decided_on = DayField(label="作出日期")
    served_on = DayField(label="送达日期", help_text="有送达回证的那一天：上诉、起诉从这天起算")
    result = forms.CharField(label="结果", max_length=200)
    is_final = forms.BooleanField(
        label="终局裁决", required=False, help_text="小额或劳动标准（调解仲裁法第四十七条）；有一项不是终局，就不是"
    )


class ReceiveForm(StepForm):
    """Money that arrived."""

    amount = MoneyField(label="到账金额")
    proof_note = forms.CharField(label="凭证", max_length=120, help_text="银行回单号、收条，或本人电话确认的时间")


class SatisfiedForm(StepForm):
    """What the worker thinks of it."""

    satisfied = forms.TypedChoiceField(
        label=_("这件事办得怎样"), choices=[(5, _("很好")), (4, _("好")), (3, _("一般")), (2, _("不好")), (1, _("很不好"))], coerce=int,
        widget=forms.RadioSelect,
    )  # fmt: skip


class GroundForm(MoneyForm):
    """A paper of the arbitration or the court that both sides signed."""

    ground = forms.ChoiceField(label="文书", choices=[(Ground.ARBITRATION_MEDIATION, "仲裁调解书"), (Ground.COURT_MEDIATION, "法院调解书")])


class ReverseForm(forms.Form):
    """Why a receipt was wrong."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字，例如 登记到别人的案子了")


class ClaimsField(forms.CharField):
    """Items asked for, one a line: «D02 2023年10月工资 7120». Cleans to a list of (kind, item, amount or None)."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[tuple[str, str, Decimal | None]]:
        lines = [line.split() for line in super().clean(value).splitlines() if line.strip()]
        return [self._line(number, words) for number, words in enumerate(lines, 1)]

    def _line(self, number: int, words: list[str]) -> tuple[str, str, Decimal | None]:
        kind, *rest = words
        if kind.upper() not in Kind.values or not rest:
            raise forms.ValidationError(f"第 {number} 行看不懂。写成 D02 2023年10月工资 7120（代码 请求 金额，金额可以空着）")
        try:
            amount = Decimal(rest[-1].replace(",", "").removesuffix("元")) if len(rest) > 1 else None
        except InvalidOperation:
            amount = None
        item = " ".join(rest[:-1] if amount is not None else rest)
        return kind.upper(), item, amount


class RegisterForm(forms.Form):
    """A dispute received at a window, by telephone or from another body (登记劳动争议)."""

    applicants = forms.CharField(label="谁来求助", help_text="会员编号，几个人用空格隔开；没登记过的先到“会员”里登记", max_length=600)
    respondent = forms.CharField(label="对方单位", max_length=120, help_text="全称或统一社会信用代码；说不清的写招牌、平台名")
    kinds = forms.MultipleChoiceField(label="哪种争议", choices=Kind.choices, widget=forms.CheckboxSelectMultiple)
    claims = ClaimsField(label="要什么", required=False, help_text="一行一项：代码 请求 金额，例如 D02 2023年10月工资 7120")
    channel = forms.ChoiceField(
        label="从哪里来", choices=[choice for choice in Channel.choices if choice[0] not in ("split", "line", "phone")]
    )
    outside_number = forms.CharField(label="来源单号", required=False, max_length=60, help_text="12345 工单号、解纷码等")
    again = forms.BooleanField(label="同一单号也要另立一件", required=False, help_text="同一渠道、同一单号已经登记过的，先看原来那件")
    reply_due_on = DayField(label="来件写明的答复期限", required=False, help_text="工单、函件上写着哪天以前答复就填；没写就空着")
    org = OrgCodeField(label="由哪家工会承办", help_text="编码或全称")
    entry_on = DayField(label="入职日期", required=False)
    left_on = DayField(label="离职日期", required=False, help_text="还在职就空着")
    known_on = DayField(label="知道受侵害的日子", required=False, help_text="时效从这天起算；欠薪在职期间不算")
    monthly_wage = MoneyField(label="月工资", required=False)
    workplace = forms.CharField(label="上班地点", required=False, max_length=120)
    outside_labour_relation = forms.NullBooleanField(label="在劳动关系之外（自己接单、没有合同）", required=False)
    over_age = forms.BooleanField(label="已过退休年龄", required=False)
    injured = forms.BooleanField(label="受了伤", required=False)
    fined = forms.BooleanField(label="被平台扣罚、封号", required=False)
    sealed = forms.BooleanField(
        label="密办：只让专人知道", required=False, help_text="本人被骚扰、怕报复时勾上；登记以后只有密办专员、你和本人看得到"
    )
    told = forms.CharField(label="事情经过", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    on = DayField(label="收到日期")


class PathForm(forms.Form):
    """Which way the matter goes, and why."""

    path = forms.ChoiceField(label="走哪条路", choices=Path.choices)
    reason = forms.CharField(label="理由", max_length=160, help_text="至少 4 个字，例如 站点排班考勤、按月发工资，有证人")


class AnsweredForm(forms.Form):
    """What was answered to whoever sent the matter."""

    words = forms.CharField(
        label="怎么答复的", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="例如 12月8日电话答复，工单已办结"
    )
