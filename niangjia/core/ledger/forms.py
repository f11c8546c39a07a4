"""What is filled in about books and payments."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from niangjia.core.faces.fields import DayField, FilesField, MoneyField
from niangjia.core.ledger.actions import Planned
from niangjia.core.ledger.enums import CommitmentState, Nature, Source
from niangjia.core.ledger.models import Account, Commitment, Earmark, Fund
from niangjia.core.ledger.queries import Use
from niangjia.core.orgs.forms import OrgCodeField


class FundForm(forms.Form):
    """Books of their own."""

    code = forms.CharField(label="编码", max_length=20, help_text="简短、不重，例如 JF2023")
    title = forms.CharField(label="名称", max_length=60)
    org = OrgCodeField(label="哪家工会的", help_text="编码或全称")
    source = forms.ChoiceField(label="资金来源", choices=Source.choices)
    purpose = forms.CharField(label="用途", max_length=120, required=False)
    on = DayField(label="建账日期")
    is_budgeted = forms.BooleanField(
        label="支出须有预算", required=False, initial=True, help_text="代收代转、互助金这类不是本级支出的，不选"
    )


class EntryForm(forms.Form):
    """One entry of two legs, as most are: what is debited, what is credited."""

    debit = forms.ModelChoiceField(label="借方科目", queryset=Account.objects.none())
    credit = forms.ModelChoiceField(label="贷方科目", queryset=Account.objects.none())
    amount = MoneyField(label="金额")
    text = forms.CharField(label="摘要", max_length=120)
    earmark = forms.ModelChoiceField(label="专项", queryset=Earmark.objects.none(), required=False)
    commitment = forms.ModelChoiceField(label="用哪一笔承诺", queryset=Commitment.objects.none(), required=False)
    on = DayField(label="记账日期")

    def __init__(self, *args: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("debit", "credit"):
            self.fields[name].queryset = Account.objects.filter(closed_on__isnull=True)  # type: ignore[attr-defined]
        self.fields["earmark"].queryset = Earmark.objects.filter(fund=fund)  # type: ignore[attr-defined]
        promised = Commitment.objects.filter(fund=fund, state=CommitmentState.OPEN).select_related("account", "earmark")
        self.fields["commitment"].queryset = promised  # type: ignore[attr-defined]
        if not fund.is_budgeted:
            del self.fields["commitment"]

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


class OnlyAsk(forms.Form):
    """Nothing to fill in: only to be confirmed."""


class ReleaseForm(forms.Form):
    """Why the rest of a commitment is let go."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")
    on = DayField(label="释放日期")


class CommitmentForm(forms.Form):
    """What was promised out of which account."""

    account = forms.ModelChoiceField(label="支出科目", queryset=Account.objects.none())
    earmark = forms.ModelChoiceField(label="专项", queryset=Earmark.objects.none(), required=False)
    amount = MoneyField(label="金额")
    text = forms.CharField(label="事由", max_length=120, help_text="例如 2023年职工运动会场地合同")
    on = DayField(label="签订日期")

    def __init__(self, *args: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["account"].queryset = expense_accounts()  # type: ignore[attr-defined]
        self.fields["earmark"].queryset = Earmark.objects.filter(fund=fund)  # type: ignore[attr-defined]


def expense_accounts() -> Any:
    """Accounts of the chart that are expenses and in use."""
    return Account.objects.filter(nature=Nature.EXPENSE, closed_on__isnull=True).order_by("code")


SPARE_ROWS = 2
"""Rows of earmarks that a budget's form offers beyond those that are there."""


class BudgetForm(forms.Form):
    """A whole budget: an amount for each expense account, and rows for earmarks of an account. Empty is no budget."""

    def __init__(self, *args: Any, fund: Fund, uses: list[Use], **options: Any) -> None:
        super().__init__(*args, **options)
        general = {use.account.pk: use.amount for use in uses if use.line and not use.earmark}
        for account in expense_accounts():
            self.fields[f"account_{account.pk}"] = MoneyField(
                label=str(account), required=False, zero=True, initial=general.get(account.pk)
            )
        marked = [use for use in uses if use.line and use.earmark]
        self._rows = len(marked) + SPARE_ROWS if Earmark.objects.filter(fund=fund).exists() else 0
        for number in range(self._rows):
            use = marked[number] if number < len(marked) else None
            self.fields |= self._row(number, fund, use)
        self.fields["resolution"] = forms.CharField(label="依据的会议决议", max_length=80, help_text="例如 2023年第1次委员会会议")
        self.fields["note"] = forms.CharField(label="说明", max_length=120, required=False, help_text="调整预算的，写明为什么")

    @staticmethod
    def _row(number: int, fund: Fund, use: Use | None) -> dict[str, forms.Field]:
        return {
            f"of_{number}": forms.ModelChoiceField(
                label=f"专项预算{number + 1}：科目", queryset=expense_accounts(), required=False, initial=use.account if use else None
            ),
            f"mark_{number}": forms.ModelChoiceField(
                label="专项", queryset=Earmark.objects.filter(fund=fund), required=False, initial=use.earmark if use else None
            ),
            f"sum_{number}": MoneyField(label="金额", required=False, zero=True, initial=use.amount if use else None),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(self._rows):
            said = [data.get(f"{name}_{number}") for name in ("of", "mark", "sum")]
            if any(one not in (None, "") for one in said) and not all(one not in (None, "") for one in said):
                self.add_error(f"sum_{number}", "科目、专项、金额要一起写，或者都空着")
        return data

    def planned(self) -> list[Planned]:
        """The lines that were filled in."""
        data = self.cleaned_data
        accounts = {account.pk: account for account in expense_accounts()}
        general = [Planned(accounts[pk], data[f"account_{pk}"]) for pk in accounts if data.get(f"account_{pk}") is not None]
        rows = [number for number in range(self._rows) if data.get(f"of_{number}") and data.get(f"sum_{number}") is not None]
        return general + [Planned(data[f"of_{number}"], data[f"sum_{number}"], data[f"mark_{number}"]) for number in rows]


class StatementForm(forms.Form):
    """A bank's statement; balances only where the file does not hold them line by line."""

    file = FilesField(label="流水文件", accept=".csv,.xlsx,.xls", help_text="网银导出的原样上传，CSV 或 Excel")
    opening = MoneyField(label="期初余额", required=False, zero=True, help_text="文件里有余额列的不用填")
    closing = MoneyField(label="期末余额", required=False, zero=True, help_text="文件里有余额列的不用填")
    start = DayField(label="从哪一天", required=False, help_text="不填就从第一笔那天算")
    end = DayField(label="到哪一天", required=False, help_text="不填就到最后一笔那天")


class DayForm(forms.Form):
    """As of which day."""

    on = DayField(label="截至")
