"""What officers fill in about papers; a kind's own form derives from `core.cases.forms.StepForm`."""

from typing import Any

from django import forms

from niangjia.core.cases.forms import StepForm


class IssueForm(StepForm):
    """The day of a paper."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["on"].label, self.fields["on"].help_text = "出文日期", "印在落款处"
        self.fields.pop("note", None)


class VoidForm(forms.Form):
    """Why a paper is no longer in force."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字，例如 金额写错，另出一份")


class HeadForm(forms.Form):
    """What stands at the head of papers."""

    name = forms.CharField(label="发文机关", max_length=60, help_text="印在文头，例如 望湖区总工会")
    word = forms.CharField(label="发文代字", max_length=20, help_text="文号开头，例如 望工，印成 望工维〔2023〕1号")
