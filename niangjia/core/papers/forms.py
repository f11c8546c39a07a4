"""What officers fill in about papers; a kind's own form derives from `core.cases.forms.StepForm`."""

from collections.abc import Sequence
from typing import Any

from django import forms

from niangjia.core.faces.fields import FilesField


class KindForm(forms.Form):
    """Which kind of paper, of those that many cases may get together."""

    kind = forms.ChoiceField(label="出哪一种", widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(offered)  # type: ignore[attr-defined]


class VoidForm(forms.Form):
    """Why a paper is no longer in force."""

    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字，例如 金额写错，另出一份")


class HeadForm(forms.Form):
    """What stands at the head of papers."""

    name = forms.CharField(label="发文机关", max_length=60, help_text="印在文头，例如 望湖区总工会")
    word = forms.CharField(label="发文代字", max_length=20, help_text="文号开头，例如 望工，印成 望工维〔2023〕1号")


ACCEPTED = ".pdf,.jpg,.jpeg,.png,image/jpeg,image/png,application/pdf"


class PileForm(forms.Form):
    """A pile of scans."""

    sheets = FilesField(
        label="扫描件", accept=ACCEPTED, help_text="PDF 或照片，可以一次选很多。次序、正反、横竖都不要紧，页上的码朝哪边都认。"
    )


class ScanForm(forms.Form):
    """The scan of one paper."""

    file = forms.FileField(
        label="扫描件", widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}), error_messages={"required": "请选一个文件。"}
    )


class FileByHandForm(forms.Form):
    """To which paper the ticked pages belong."""

    paper = forms.CharField(label="归到哪份文书", max_length=80, help_text="文号，或案号加份次，例如 LD-330212-2023-00042/2")
