"""The calculator of the phone: what happened, in plain words, and the few questions each happening asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from niangjia.base.calendar import today
from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.work.rights import reckoning
from niangjia.work.rights.calculator.double_wage import stretches
from niangjia.work.rights.calculator.leave import LeaveFacts
from niangjia.work.rights.calculator.overtime import OvertimeFacts
from niangjia.work.rights.calculator.service import service
from niangjia.work.rights.calculator.severance import AT_ENTRY, NEVER, Facts
from niangjia.work.rights.reckoning import Reckoned

ZERO, LONGEST_HOURS, MOST_YEARS = Decimal(0), Decimal(5000), Decimal(60)
LATER = "later"
DISMISSED = (
    ("illegal_termination", _("没道理，直接让我走|不讲理由、理由不成立、怀孕生病时")),
    ("mutual_employer_proposed", _("公司提出来，我也同意了|签了协议、谈好走人")),
    ("art40_pay_in_lieu", _("说我不胜任、岗位没了，马上走|没有提前 30 天通知")),
    ("art40_with_notice", _("说我不胜任、岗位没了|提前 30 天书面通知了")),
    ("art41_layoff", _("裁员|一下子让很多人走")),
    ("art39_misconduct", _("说我严重违纪|公司要拿得出证据")),
    ("art39_probation", _("试用期说我不合格|公司要拿得出证据")),
)
LEFT = (
    ("art38_employer_fault", _("公司有错，我才走|欠工资、不交社保、不安全")),
    ("resignation", _("自己不想干了")),
    ("mutual_worker_proposed", _("我先提，公司同意了")),
)
EXPIRED = (
    ("expiry_not_renewed_by_employer", _("公司不续了")),
    ("expiry_lower_terms_refused", _("条件变差了，我没续")),
    ("expiry_same_terms_refused", _("条件没变差，我没续")),
    ("task_finished", _("说好做完这个活，活做完了")),
)
CLOSED = (("dissolution", _("关门、解散、被吊销")), ("bankruptcy", _("法院宣告破产")))
SIGNED = (
    (AT_ENTRY, _("进来就签了")),
    (LATER, _("后来才签|写上哪天签的")),
    (NEVER, _("一直没签")),
    ("unsure", _("说不清")),
)


class HoursField(forms.DecimalField):
    """Hours or days, zero where left empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, min_value=0, max_value=LONGEST_HOURS, decimal_places=1, **options)

    def clean(self, value: Any) -> Decimal:
        return super().clean(value) or ZERO


class StayForm(forms.Form):
    """When one came and went."""

    entry_date = DayField(label=_("哪天进的公司？"), help_text=_("记不准，写大概的日子"))
    last_day_worked = DayField(label=_("最后上班是哪天？"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        came, left = data.get("entry_date"), data.get("last_day_worked")
        if came and left and left < came:
            self.add_error("last_day_worked", _("最后上班的日子早于进公司的日子"))
        for name in ("entry_date", "last_day_worked", "signed_on", "notified_on"):
            if data.get(name) and data[name] > today():
                self.add_error(name, _("这一天还没有到"))
        return data


class SignedForm(StayForm):
    """Whether and when there was a written contract."""

    contract = forms.ChoiceField(label=_("签书面合同了吗？"), choices=SIGNED, widget=forms.RadioSelect)
    signed_on = DayField(label=_("哪天签的？"), required=False, help_text=_("后来才签的才写"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("contract") == LATER and not data.get("signed_on") and "signed_on" not in self.errors:
            self.add_error("signed_on", _("写上哪天签的合同"))
        return data


class EndingForm(SignedForm):
    """How it ended, and the wage."""

    reasons: Any = ()
    reason = forms.ChoiceField(label=_("是哪一种？"), widget=forms.RadioSelect)
    wage = MoneyField(label=_("最近一年，每月平均应发多少？"), help_text=_("税前，奖金、津贴都算。不满一年，按做过的月份平均。"))
    last_month = MoneyField(label=_("最后一个月应发多少？"), required=False, help_text=_("和平均差不多，就空着"))
    field_order = ("reason", "entry_date", "last_day_worked", "wage", "last_month", "contract", "signed_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = self.reasons  # type: ignore[attr-defined]


class DismissedForm(EndingForm):
    """Dismissed."""

    reasons = DISMISSED


class LeftForm(EndingForm):
    """Left of one's own."""

    reasons = LEFT


class ExpiredForm(EndingForm):
    """The contract ran out."""

    reasons = EXPIRED


class ClosedForm(EndingForm):
    """The firm is no more."""

    reasons = CLOSED


class UnsignedForm(StayForm):
    """Work without a written contract."""

    last_day_worked = DayField(label=_("最后上班是哪天？"), required=False, help_text=_("还在干就空着"))
    signed_on = DayField(label=_("合同哪天签的？"), required=False, help_text=_("一直没签就空着"))
    wage = MoneyField(label=_("平均每月应发多少？"), help_text=_("没签合同的那些月份"))


class OvertimeForm(forms.Form):
    """Hours beyond the day's eight, on rest days, on public holidays."""

    wage = MoneyField(label=_("每月工资多少？"), help_text=_("正常上班的工资，不算加班费"))
    working_days = HoursField(label=_("平时加班，一共几小时？"), help_text=_("上班的日子，8 小时以外"))
    rest_days = HoursField(label=_("休息日加班，几小时？"), help_text=_("没有补休的"))
    holidays = HoursField(label=_("法定节假日加班，几小时？"), help_text=_("元旦、春节、清明、五一、端午、中秋、国庆"))
    paid = MoneyField(label=_("已经给了多少加班费？"), required=False, zero=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data[name] for name in ("working_days", "rest_days", "holidays")):
            self.add_error("working_days", _("至少写一种加班的小时数"))
        return data


class LeaveForm(forms.Form):
    """A year's leave."""

    year = forms.IntegerField(label=_("哪一年的年假？"), min_value=2009, max_value=2100)
    years = forms.DecimalField(
        label=_("一共工作几年了？"), min_value=0, max_value=MOST_YEARS, decimal_places=1, help_text=_("所有单位加起来")
    )
    wage = MoneyField(label=_("平均每月多少？"), help_text=_("前 12 个月平均，不算加班费"))
    taken = HoursField(label=_("已经休了几天？"))
    entry_date = DayField(label=_("哪天进的公司？"), required=False, help_text=_("这一年里新来的才写"))
    last_day_worked = DayField(label=_("最后上班是哪天？"), required=False, help_text=_("还在干就空着"))
    declined = forms.BooleanField(label=_("公司安排了，我书面说不休"), required=False)


class NoticeForm(forms.Form):
    """No notice of thirty days."""

    wage = MoneyField(label=_("最后一个月应发多少？"))
    last_day_worked = DayField(label=_("最后上班是哪天？"))
    notified_on = DayField(label=_("哪天书面通知你的？"), required=False, help_text=_("没有书面通知就空着"))


@dataclass(frozen=True)
class Happening:
    """What happened: words with a second line, its form, and how its answers are reckoned."""

    title: str | Promise
    icon: str
    form: type[forms.Form]
    reckon: Callable[[dict[str, Any]], Reckoned]

    @property
    def first(self) -> str:
        return str(self.title).partition("|")[0]

    @property
    def second(self) -> str:
        return str(self.title).partition("|")[2]


def _signed(data: dict[str, Any]) -> str | date | None:
    return {AT_ENTRY: AT_ENTRY, NEVER: NEVER, LATER: data.get("signed_on")}.get(data["contract"])


def _ending(data: dict[str, Any]) -> Reckoned:
    entry, last, signed, wage = data["entry_date"], data["last_day_worked"], _signed(data), data["wage"]
    until = min(last + timedelta(days=1), signed if isinstance(signed, date) else date.max)
    months = len(stretches(entry, until)) if signed not in (None, AT_ENTRY) else 0
    worked = min(12, max(1, service(entry, last).months))
    return reckoning.of_severance(
        Facts(
            data["reason"], entry, last, ZERO, (wage,) * worked, data.get("last_month") or wage, contract_signed=signed,
            double_wage_month_wages=(wage,) * months, **reckoning.local(last).amounts,
        )
    )  # fmt: skip


def _unsigned(data: dict[str, Any]) -> Reckoned:
    last = data.get("last_day_worked") or today()
    return reckoning.of_double_wage(entry=data["entry_date"], last_day=last, signed=data.get("signed_on"), wage=data["wage"])


def _overtime(data: dict[str, Any]) -> Reckoned:
    hours = {name: data[name] for name in ("working_days", "rest_days", "holidays")}
    return reckoning.of_overtime(OvertimeFacts(data["wage"], paid=data.get("paid") or ZERO, **hours))


def _leave(data: dict[str, Any]) -> Reckoned:
    return reckoning.of_leave(
        LeaveFacts(
            data["year"], data["years"], data["wage"], data["taken"], data.get("entry_date"), data.get("last_day_worked"),
            worked_12_months=data["years"] >= 1, declined_in_writing=data["declined"],
        )
    )  # fmt: skip


def _notice(data: dict[str, Any]) -> Reckoned:
    return reckoning.of_notice(
        last_month_wage=data["wage"], last_day_worked=data["last_day_worked"], notified_on=data.get("notified_on")
    )  # fmt: skip


HAPPENINGS = {
    "dismissed": Happening(_("被辞退了|让我走、裁员、停了我的活"), "user-minus", DismissedForm, _ending),
    "left": Happening(_("自己走的|被欠薪、没社保才走的，也有钱"), "door-exit", LeftForm, _ending),
    "expired": Happening(_("合同到期了|不续、没续"), "calendar-x", ExpiredForm, _ending),
    "closed": Happening(_("公司关门了|解散、破产"), "building-off", ClosedForm, _ending),
    "unsigned": Happening(_("没签合同|干了一个月以上"), "file-x", UnsignedForm, _unsigned),
    "overtime": Happening(_("加班没给钱|平时、周末、过节"), "clock-plus", OvertimeForm, _overtime),
    "leave": Happening(_("年假没休|没安排，也没给钱"), "beach", LeaveForm, _leave),
    "notice": Happening(_("没提前通知|今天说，今天就让走"), "bell-off", NoticeForm, _notice),
}
