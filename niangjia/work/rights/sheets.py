"""The desk's calculators: every input the command line takes, and what a case already knows of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from niangjia.base.calendar import today
from niangjia.core.cases.models import Case
from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.work.rights import reckoning
from niangjia.work.rights.calculator.leave import LeaveFacts
from niangjia.work.rights.calculator.overtime import OvertimeFacts
from niangjia.work.rights.calculator.reasons import REASONS
from niangjia.work.rights.calculator.severance import AT_ENTRY, MOST_PRIOR_YEARS, NEVER, Facts
from niangjia.work.rights.enums import Kind
from niangjia.work.rights.happenings import LATER, HoursField
from niangjia.work.rights.models import Dispute
from niangjia.work.rights.reckoning import Reckoned

ZERO, MOST_WAGES = Decimal(0), 12
TIMES = re.compile(r"^(?P<sum>[\d,.]+)[×xX*](?P<times>\d{1,2})$")
CONTRACTS = ((AT_ENTRY, "入职就签了"), (LATER, "后来才签（写明哪天）"), (NEVER, "一直没签"), ("unsure", "不清楚，不算二倍工资"))


class WagesField(forms.CharField):
    """Sums one after another, or «6850×12»; cleans to a tuple of amounts."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> tuple[Decimal, ...]:
        words = re.split(r"[\s、；;]+", super().clean(value).strip())
        found = tuple(amount for word in words if word for amount in self._sums(word))
        if len(found) > MOST_WAGES:
            raise forms.ValidationError(f"最多 {MOST_WAGES} 个月，写了 {len(found)} 个")
        return found

    def _sums(self, word: str) -> list[Decimal]:
        repeated = TIMES.match(word)
        said, times = (repeated["sum"], int(repeated["times"])) if repeated else (word, 1)
        try:
            amount = Decimal(said.replace(",", "").removesuffix("元"))
        except InvalidOperation:
            raise forms.ValidationError(f"看不懂“{word}”。写成 6850 6900 7020，或者 6850×12") from None
        if not amount.is_finite() or amount < 0:
            raise forms.ValidationError(f"“{word}”不是工资数额")
        return [amount] * times


class SeveranceSheet(forms.Form):
    """Why and when it ended, and every wage that counts."""

    reason = forms.ChoiceField(label="离职原因", choices=[(key, one.title) for key, one in REASONS.items()])
    entry_date = DayField(label="入职日期")
    last_day_worked = DayField(label="最后工作日", required=False, help_text="还在职就空着")
    merged_prior_years = forms.DecimalField(
        label="合并的原单位年限", required=False, min_value=0, max_value=MOST_PRIOR_YEARS, help_text="非因本人原因安排过来的，年"
    )
    wages_last_12_months = WagesField(label="最近 12 个月应得工资", required=False, help_text="税前，含奖金、津贴；逐月写，或写 6850×12")
    last_month_wage = MoneyField(label="上一个月工资", required=False, help_text="算代通知金用")
    city_average_month = MoneyField(label="本市上年度职工月平均工资", required=False, help_text="三倍封顶用；地方标准里有的已填好")
    minimum_wage = MoneyField(label="当地最低工资", required=False, help_text="下限用；地方标准里有的已填好")
    contract = forms.ChoiceField(label="书面劳动合同", choices=CONTRACTS, initial="unsure")
    signed_on = DayField(label="合同订立日期", required=False, help_text="后来才签的写明")
    double_wage_month_wages = WagesField(label="没签合同各月的工资", required=False, help_text="从入职第二个月起逐月写，最多 11 个月")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("contract") == LATER and not data.get("signed_on") and "signed_on" not in self.errors:
            self.add_error("signed_on", "写明哪天订立的合同")
        if not data.get("last_day_worked") and data.get("reason") != "still_employed" and "last_day_worked" not in self.errors:
            self.add_error("last_day_worked", "写明最后工作日；还在职的，离职原因选“还在职”")
        return data


class OvertimeSheet(forms.Form):
    """Hours of each kind at one wage."""

    monthly_wage = MoneyField(label="月工资", help_text="正常工作时间的工资")
    working_days = HoursField(label="工作日延长（小时）")
    rest_days = HoursField(label="休息日没有补休（小时）")
    holidays = HoursField(label="法定休假日（小时）")
    paid = MoneyField(label="已付加班费", required=False, zero=True)
    on = DayField(label="按哪天的规定", required=False, help_text="空着按今天")


class LeaveSheet(forms.Form):
    """One worker in one year."""

    year = forms.IntegerField(label="年度", min_value=2009, max_value=2100)
    cumulative_years = forms.DecimalField(label="累计工作年限", min_value=0, max_value=60, help_text="全部单位合计，年")
    monthly_wage = MoneyField(label="月工资", help_text="前 12 个月剔除加班费后的月平均")
    taken_days = HoursField(label="已休天数")
    entry_date = DayField(label="入职日期", required=False)
    last_day_worked = DayField(label="最后工作日", required=False)
    worked_12_months = forms.BooleanField(label="连续工作满 12 个月", required=False, initial=True)
    excluded = forms.BooleanField(label="有不享受年休假的情形", required=False, help_text="寒暑假、事假 20 天以上、长期病假等")
    declined_in_writing = forms.BooleanField(label="单位安排了，本人书面提出不休", required=False)


class NoticeSheet(forms.Form):
    """A month's wage in place of notice."""

    last_month_wage = MoneyField(label="上一个月工资")
    last_day_worked = DayField(label="最后工作日")
    notified_on = DayField(label="书面通知日期", required=False, help_text="没有书面通知就空着")


@dataclass(frozen=True)
class Sheet:
    """One calculator: its form, what a case (None: nobody's) already says, and how it reckons."""

    form: type[forms.Form]
    known: Callable[[Case | None], dict[str, Any]]
    reckon: Callable[[dict[str, Any]], Reckoned]


def _dispute(case: Case | None) -> Dispute | None:
    return Dispute.objects.filter(case=case).first() if case else None


def _severance_known(case: Case | None) -> dict[str, Any]:
    found, amounts = _dispute(case), reckoning.local(today()).amounts
    if found is None:
        return amounts
    kinds, wage = set(found.kinds), found.monthly_wage
    reason = "illegal_termination" if Kind.UNLAWFUL in kinds else "still_employed" if found.left_on is None else None
    return reckoning.local(found.left_on or today()).amounts | {
        "reason": reason, "entry_date": found.entry_on, "last_day_worked": found.left_on, "last_month_wage": wage,
        "wages_last_12_months": f"{wage}×12" if wage else "", "contract": NEVER if Kind.DOUBLE_WAGE in kinds else "unsure",
    }  # fmt: skip


def _overtime_known(case: Case | None) -> dict[str, Any]:
    found = _dispute(case)
    return {"monthly_wage": found.monthly_wage, "on": found.left_on} if found else {}


def _leave_known(case: Case | None) -> dict[str, Any]:
    found = _dispute(case)
    if found is None:
        return {"year": today().year}
    left = found.left_on
    return {"year": (left or today()).year, "monthly_wage": found.monthly_wage, "entry_date": found.entry_on, "last_day_worked": left}


def _notice_known(case: Case | None) -> dict[str, Any]:
    found = _dispute(case)
    return {"last_month_wage": found.monthly_wage, "last_day_worked": found.left_on} if found else {}


def _severance(data: dict[str, Any]) -> Reckoned:
    signed: str | date | None = {AT_ENTRY: AT_ENTRY, NEVER: NEVER, LATER: data["signed_on"]}.get(data["contract"])
    return reckoning.of_severance(
        Facts(
            data["reason"], data["entry_date"], data["last_day_worked"] or today(), data["merged_prior_years"] or ZERO,
            data["wages_last_12_months"], data["last_month_wage"], data["city_average_month"], data["minimum_wage"], signed,
            data["double_wage_month_wages"],
        )
    )  # fmt: skip


def _overtime(data: dict[str, Any]) -> Reckoned:
    return reckoning.of_overtime(OvertimeFacts(**{**data, "paid": data["paid"] or ZERO}))


def _leave(data: dict[str, Any]) -> Reckoned:
    return reckoning.of_leave(LeaveFacts(**data))


SHEETS = {
    "severance": Sheet(SeveranceSheet, _severance_known, _severance),
    "overtime": Sheet(OvertimeSheet, _overtime_known, _overtime),
    "annual-leave": Sheet(LeaveSheet, _leave_known, _leave),
    "notice-pay": Sheet(NoticeSheet, _notice_known, lambda data: reckoning.of_notice(**data)),
}
