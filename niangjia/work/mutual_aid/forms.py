"""What is filled in about enrolling and premiums, files of settlements, and what they pay."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from niangjia.core.faces.fields import DayField, FilesField
from niangjia.core.orgs.models import PartnerBody
from niangjia.work.mutual_aid.enums import Mode
from niangjia.work.mutual_aid.models import Plan

TOTALS = ("count", "medfee", "fund", "cash")


class AmountField(forms.DecimalField):
    """A total in yuan that may be missing."""

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, max_digits=16, decimal_places=2, min_value=0, required=False)


class EnrolForm(forms.Form):
    """Everybody of a union who is missing: shares, and the day of the separate consent where all of them gave it."""

    shares = forms.IntegerField(label="每人几份", min_value=1, initial=1)
    consent_on = DayField(
        label="本人单独同意使用医保结算信息的日期", required=False, help_text="名单上的人都签过同意书的才填；没有签的，可以本人在手机上同意"
    )

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        most = plan.declared.shares
        self.fields["shares"] = forms.IntegerField(label="每人几份", min_value=1, max_value=most, initial=1, help_text=f"最多 {most} 份")


class BillForm(forms.Form):
    """How many of the unit's staff have the employees' insurance, and why fewer than asked may take part."""

    insured = forms.IntegerField(label="本单位参加职工医保的人数", min_value=1, help_text="按最近一次职工医保缴费名单")
    note = forms.CharField(label="参加比例不够时，为什么可以少", max_length=120, required=False)


class PaidForm(forms.Form):
    """On which day the premium came in."""

    on = DayField(label="到账日期", help_text="按银行回单")


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")


class ForwardForm(forms.Form):
    """On which day the premiums are handed on."""

    on = DayField(label="汇缴日期", help_text="按银行回单")


class JoinForm(forms.Form):
    """The separate consent of somebody who joins by telephone (PIPL article 29: for sensitive data asked for by itself)."""

    agrees = forms.BooleanField(
        label=_("我同意：医保局把我住院的结算信息给工会，只用来核定互助金"),
        error_messages={"required": _("请先读过，再同意；不同意也可以找工会办。")},
    )


class SettlementsForm(forms.Form):
    """A file of the health insurance, and its control file or the control totals that came with it."""

    file = FilesField(label="结算文件", accept=".csv,.xlsx,.xls", help_text="医保导出的 CSV 或工作簿，国标字段名或中文列名都认")
    control_file = FilesField(
        label="控制文件",
        accept=".json",
        required=False,
        help_text="医保随文件给的 JSON：笔数、合计、SHA-256、签名；有它就不用填下面的控制总额",
    )
    count = forms.IntegerField(
        label="控制总额：笔数", min_value=1, required=False, help_text="医保给的；没有的可以以后补，补齐核对一致才能付款"
    )
    medfee = AmountField(label="控制总额：总费用（元）")
    fund = AmountField(label="控制总额：基金支付（元）")
    cash = AmountField(label="控制总额：个人现金（元）")
    plan = forms.ModelChoiceField(
        label="一站式清单：哪个计划",
        queryset=Plan.objects.none(),
        required=False,
        help_text="出院时已经扣了互助金的清单才选；一般结算文件空着",
    )
    body = forms.ModelChoiceField(
        label="哪家医保", queryset=PartnerBody.objects.none(), required=False, help_text="按它的列名认列，和它的日对账比"
    )

    def __init__(self, *args: Any, bodies: QuerySet[PartnerBody], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["plan"].queryset = Plan.objects.filter(mode=Mode.ONE_STOP).order_by("-policy_year", "code")  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def said(self) -> dict[str, str] | None:
        """The totals that were filled in; None where none was."""
        filled = {name: str(value) for name in TOTALS if (value := self.cleaned_data.get(name)) is not None}
        return filled or None


class SameFileForm(forms.Form):
    """The file of settlements once more."""

    file = FilesField(label="原来的结算文件", accept=".csv,.xlsx,.xls", help_text="本系统不留结算文件，请再选一次收下的那个")


class TotalsForm(forms.Form):
    """The bureau's control totals for a file."""

    count = forms.IntegerField(label="笔数", min_value=1)
    medfee = AmountField(label="总费用（元）")
    fund = AmountField(label="基金支付（元）")
    cash = AmountField(label="个人现金（元）")

    def said(self) -> dict[str, str]:
        return {name: str(value) for name in TOTALS if (value := self.cleaned_data.get(name)) is not None}
