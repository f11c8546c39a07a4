"""What officers add to a paper that the register does not know."""

from datetime import timedelta
from typing import Any

from django import forms

from niangjia.base.calendar import chinese_date, today
from niangjia.core.cases.forms import StepForm
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of
from niangjia.core.faces.fields import DayField
from niangjia.work.rights.enums import Channel
from niangjia.work.rights.papers.common import step_fact


class HandOverForm(StepForm):
    """To whom the matter goes, why, and by when an answer is hoped for."""

    to = forms.CharField(label="转给哪个单位", max_length=80, help_text="写全称，印在主送栏")
    why = forms.CharField(label="转办理由", max_length=200)
    answer_by = DayField(label="请在哪天前回复", required=False, help_text="没有约定的空着")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.case:
            self.initial.setdefault("to", step_fact(self.case, "refer", "to"))
            self.initial.setdefault("why", step_fact(self.case, "refer", "why"))


class MinutesForm(StepForm):
    """Which meeting, and who kept the record."""

    session = forms.ChoiceField(label="哪一次调解会")
    clerk = forms.CharField(label="记录人", required=False, max_length=40)
    present = forms.CharField(label="到场的其他人", required=False, max_length=120)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = self.case.sessions.order_by("-on", "-id") if self.case else ()
        self.fields["session"].choices = [(str(place), f"{chinese_date(row.on)} {row.place}") for place, row in enumerate(rows)]  # type: ignore[attr-defined]


class AgreementForm(StepForm):
    """What the agreement says besides its sums."""

    facts = forms.CharField(
        label="主要事实和各方责任", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="空着的，印登记的事情经过；也没有的，留横线手写",
    )  # fmt: skip
    way = forms.CharField(label="怎样付", required=False, max_length=120, help_text="例如 银行转账到申请人本人账户；空着留横线")
    breach = forms.CharField(label="不按时付怎么办", required=False, max_length=200, help_text="双方说好的话；没有约定就空着，不印")


class CourtForm(StepForm):
    """To which court."""

    court = forms.CharField(label="哪家人民法院", required=False, max_length=80, help_text="空着留横线")


class BodyForm(StepForm):
    """To which arbitration commission, with which witnesses."""

    body = forms.CharField(label="哪个仲裁委员会", required=False, max_length=80, help_text="空着留横线")
    witnesses = forms.CharField(label="证人姓名和住所", required=False, max_length=200, help_text="没有证人就空着")


class PowerForm(StepForm):
    """Who acts for the worker, how far."""

    agent = forms.CharField(label="受委托人", max_length=60, help_text="姓名和单位，例如 王敏，某律师事务所")
    stage = forms.ChoiceField(
        label="办到哪一步",
        choices=[("调解", "调解"), ("劳动仲裁", "劳动仲裁"), ("一审", "一审"), ("二审", "二审"), ("强制执行", "强制执行")],
    )
    special = forms.BooleanField(label="特别授权", required=False, help_text="可以代为承认、放弃、变更请求，和解，上诉；不勾的是一般代理")


class VisitForm(StepForm):
    """What was asked after the end, and what was said."""

    way = forms.ChoiceField(label="怎样回访", choices=[("电话", "电话"), ("上门", "上门"), ("微信", "微信"), ("到窗口", "到窗口")])
    said = forms.CharField(
        label="本人怎么说", required=False, max_length=800, widget=forms.Textarea(attrs={"rows": 4}), help_text="空着留横线"
    )
    more = forms.CharField(label="还要办什么", required=False, max_length=200)


class AnswerForm(StepForm):
    """The answer to where the matter came from."""

    channel = forms.CharField(label="答复给", max_length=60)
    result = forms.CharField(label="办理结果", max_length=600, widget=forms.Textarea(attrs={"rows": 4}))
    told = forms.CharField(label="怎样告知本人", required=False, max_length=120, help_text="例如 12 月 18 日电话告知，本人认可；空着留横线")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.case and self.case.channel in Channel.values:
            self.initial.setdefault("channel", Channel(self.case.channel).label)
        if self.case:
            self.initial.setdefault("result", result_of(self.case))


class DunForm(StepForm):
    """By when the employer is asked to pay."""

    pay_by = DayField(label="请在哪天前付清")
    account = forms.CharField(label="收款方式", required=False, max_length=120, help_text="空着印“按原约定的方式”")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("pay_by", today() + timedelta(days=7))


def result_of(case: Case) -> str:
    """How the case stands, in one sentence."""
    state = flow_of(case).state(case.state).title
    ended = f"，{chinese_date(case.closed_on)}办结" if case.closed_on else ""
    return f"目前状态：{state}{ended}。"
