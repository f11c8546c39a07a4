"""Forms for entering, voiding and freezing values."""

from decimal import Decimal
from typing import Any

from django import forms

from niangjia.base.chinese import clean_text
from niangjia.core.faces.fields import DayField
from niangjia.core.figures.figure import Awaited, Figure, Rank, all_figures


class FreezeForm(forms.Form):
    """To whom a value is reported."""

    purpose = forms.CharField(label="报送", max_length=120, help_text="给谁、做什么用，例如：市总工会 2023 年统计年报")


class VoidForm(forms.Form):
    """Why an entered value no longer counts."""

    reason = forms.CharField(label="作废理由", max_length=200, help_text="例如：年报第 12 页看错一行")


class EntryForm(forms.Form):
    """One value of the past with the document it stands in."""

    figure = forms.ChoiceField(label="指标")
    org = forms.CharField(label="组织编码", max_length=20, help_text="例如 33021200001；不知道编码，先在“工会组织”里查")
    value = forms.CharField(label="数值", max_length=24, help_text="按指标的单位填，只写数字；比率写小数，例如 0.9")
    period_from = DayField(label="期间起", required=False, help_text="一段时间里发生的数才填；某一天的存量空着")
    period_to = DayField(label="截至（期间止）", help_text="例如 2017年12月31日")
    document_title = forms.CharField(label="依据文件", max_length=120, help_text="例如：2017 年工会统计年报")
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    page = forms.CharField(label="页码", max_length=20, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["figure"].choices = [  # type: ignore[attr-defined]
            (figure.code, f"{figure.title}（{figure.unit}）") for figure in all_figures() if isinstance(figure, Figure | Rank | Awaited)
        ]

    def clean_value(self) -> Decimal:
        """A plain number, thousands separators and full-width digits allowed."""
        text = clean_text(self.cleaned_data["value"]).replace(",", "")
        try:
            value = Decimal(text)
        except ArithmeticError:
            raise forms.ValidationError("只写数字，例如 3956") from None
        if not value.is_finite() or value >= Decimal(10) ** 14:
            raise forms.ValidationError("这个数太大了，看看是不是多写了几位")
        return value


class SheetForm(forms.Form):
    """A workbook of years, towns and figures."""

    file = forms.FileField(label="历史数据表", help_text="Excel 或 CSV")
