"""What is filled in about books and payments."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from niangjia.core.faces.fields import DayField, FilesField, MoneyField
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Account, Earmark, Fund
from niangjia.core.orgs.forms import OrgCodeField


class FundForm(forms.Form):
    """Books of their own."""

    code = forms.CharField(label="编码", max_length=20, help_text="简短、不重，例如 JF2023")
    title = forms.CharField(label="名称", max_length=60)
    org = OrgCodeField(label="哪家工会的", help_text="编码或全称")
    source = forms.ChoiceField(label="资金来源", choices=Source.choices)
    purpose = forms.CharField(label="用途", max_length=120, required=False)
    on = DayField(label="建账日期")


class EntryForm(forms.Form):
    """One entry of two legs, as most are: what is debited, what is credited."""

    debit = forms.ModelChoiceField(label="借方科目", queryset=Account.objects.none())
    credit = forms.ModelChoiceField(label="贷方科目", queryset=Account.objects.none())
    amount = MoneyField(label="金额")
    text = forms.CharField(label="摘要", max_length=120)
    earmark = forms.ModelChoiceField(label="专项", queryset=Earmark.objects.none(), required=False)
    on = DayField(label="记账日期")

    def __init__(self, *args: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("debit", "credit"):
            self.fields[name].queryset = Account.objects.filter(closed_on__isnull=True)  # type: ignore[attr-defined]
        self.fields["earmark"].queryset = Earmark.objects.filter(fund=fund)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("debit") and data.get("debit") == data.get("credit"):
            self.add_error("credit", "借方和贷方不能是同一个科目")
        return data


class ReverseForm(forms.Form):
    """Why an entry is taken back, on which open day."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")
    on = DayField(label="冲销日期")


class CloseForm(forms.Form):
    """Up to which month's end."""

    up_to = DayField(label="结到哪一天", help_text="写月末那一天，例如 20231130")


class CheckForm(forms.Form):
    """What the checker counted."""

    count = forms.IntegerField(label="你核出的笔数", min_value=1)
    total = MoneyField(label="你核出的总额")


class ApproveForm(forms.Form):
    """The resolution behind the payment."""

    resolution = forms.CharField(label="依据的会议决议", max_length=80, required=False, help_text="例如 2023年第12次主席办公会")


class DropForm(forms.Form):
    """Why a batch is given up."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")


class ReturnForm(forms.Form):
    """The bank's return file."""

    file = FilesField(label="回盘文件", accept=".csv,.txt", help_text="银行给的，原样上传")


class PayForm(forms.Form):
    """From which books payments go out; ``funds`` are those within reach."""

    fund = forms.ModelChoiceField(label="从哪本账付", queryset=Fund.objects.none())

    def __init__(self, *args: Any, funds: QuerySet[Fund], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"] = forms.ModelChoiceField(label="从哪本账付", queryset=funds, initial=funds.first())
