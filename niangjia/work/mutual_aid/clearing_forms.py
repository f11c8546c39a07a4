"""What is filled in about what a bureau says: its headings, codes, totals of a day, and the month's clearing."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet

from niangjia.core.faces.fields import DayField, FilesField, MoneyField
from niangjia.core.orgs.models import PartnerBody
from niangjia.work.mutual_aid.enums import CodeField, DayDecision
from niangjia.work.mutual_aid.forms import TotalsForm
from niangjia.work.mutual_aid.intake import HEADINGS

NONE = ("", "不用这一列")


class BodyField(forms.ModelChoiceField):
    """One of the health-insurance bureaus within reach."""

    def __init__(self, bodies: QuerySet[PartnerBody], **options: Any) -> None:
        super().__init__(queryset=bodies, **({"label": "哪家医保", "initial": bodies.first()} | options))


class DayForm(TotalsForm):
    """What a bureau says of one day."""

    day = DayField(label="哪一天的结算")
    benefit = MoneyField(label="互助支付（元）", required=False, zero=True, help_text="一站式已扣的；没有就空着")

    def __init__(self, *args: Any, bodies: QuerySet[PartnerBody], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {"body": BodyField(bodies), "day": self.fields.pop("day")} | self.fields


class DayFileForm(forms.Form):
    """A bureau's list of settlements in force."""

    file = FilesField(label="对账明细", accept=".csv,.xlsx", help_text="一行一笔有效结算；一个文件可以有许多天")

    def __init__(self, *args: Any, bodies: QuerySet[PartnerBody], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {"body": BodyField(bodies)} | self.fields


class DifferenceForm(forms.Form):
    """What is done about a day's difference."""

    decision = forms.ChoiceField(label="怎么办", choices=DayDecision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字，例如 医保电话核实，少传一笔")


class LineForm(forms.Form):
    """What is done about a difference of a clearing; ``may`` are the decisions that fit it."""

    decision = forms.ChoiceField(label="怎么办", widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")

    def __init__(self, *args: Any, may: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["decision"].choices = may  # type: ignore[attr-defined]


class CompareForm(forms.Form):
    """The bureau's own sheet of the month."""

    said_count = forms.IntegerField(label="医保清算单：笔数", min_value=0)
    said_amount = MoneyField(label="医保清算单：金额（元）", zero=True)
    statement = forms.CharField(label="医保清算单号", max_length=40, required=False)


class TransferForm(forms.Form):
    """By which paper it went."""

    reference = forms.CharField(label="银行回单号或拨付文号", max_length=60)


class CodeForm(forms.Form):
    """What a bureau's own code means."""

    field = forms.ChoiceField(label="哪一项", choices=CodeField.choices)
    code = forms.CharField(label="医保送来的代码", max_length=6)
    means = forms.CharField(label="等于国标的哪个代码", max_length=6, required=False, help_text="例如 21 普通住院；空着就是不在互助范围")
    source = forms.CharField(label="依据", max_length=120, help_text="哪份编码表、哪天；至少 4 个字")


class HeadingsFileForm(forms.Form):
    """A file of a bureau, for its headings alone."""

    file = FilesField(label="医保的文件", accept=".csv,.xlsx", help_text="只看列名，不收里面的结算")


class HeadingsForm(forms.Form):
    """For each heading of a bureau the national name it stands for."""

    in_fen = forms.BooleanField(label="金额以分为单位", required=False)

    def __init__(self, *args: Any, headings: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.headings = list(headings)
        choices = [NONE, *((name, f"{titles[0]}（{name}）") for name, titles in HEADINGS.items())]
        for number, (heading, name) in enumerate(headings.items()):
            self.fields[f"h{number}"] = forms.ChoiceField(label=heading, choices=choices, initial=name, required=False)

    def chosen(self) -> dict[str, str]:
        """Heading → national name, empty for none of ours."""
        return dict(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for number, heading in enumerate(self.headings):
            yield heading, self.cleaned_data[f"h{number}"]
