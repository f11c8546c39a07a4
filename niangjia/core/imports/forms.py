"""Forms of the import pages."""

from typing import Any

from django import forms

from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.imports.sheets import sheets
from niangjia.core.orgs.models import Organisation

OFFERED = 300
"""Organisations offered while typing; any other is named by its code."""


class UploadForm(forms.Form):
    """Which sheet, whose, and the file."""

    sheet = forms.ChoiceField(label="是什么表")
    org = forms.CharField(
        label="归到哪里", help_text="表里有多家工会的，填它们共同的上级；只有一家的，填这家工会，表里可以没有工会这一列。", max_length=120
    )
    file = forms.FileField(
        label="文件", help_text=".xlsx、.xls 或 .csv，最大 200 MB。原样交来就行：标题、合计行、说明页会自己跳过。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv", "class": "drop"}),
        error_messages={"required": "请选一个文件，或把文件拖进来。", "empty": "这个文件是空的：请确认保存后再上传。"},
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._orgs = visible(actor, Organisation.objects.filter(ended_on__isnull=True), "orgs.view").order_by("lft")
        allowed = [sheet for sheet in sheets().values() if actor.may(sheet.permission)]
        self.fields["sheet"].choices = [(sheet.code, sheet.title) for sheet in allowed]  # type: ignore[attr-defined]
        self.fields["org"].widget.attrs["list"] = "orgs-offered"

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Code and name of organisations to choose from while typing."""
        return list(self._orgs.values_list("code", "name")[:OFFERED])

    def clean_org(self) -> Organisation:
        """The organisation meant, by code or by its full or short name."""
        said = self.cleaned_data["org"].strip()
        for found in (self._orgs.filter(code=said.split(" ")[0]), self._orgs.filter(name=said), self._orgs.filter(short_name=said)):
            if org := found.first():
                return org
        raise forms.ValidationError("在您管的范围里没有这个组织：请从列表里选，或填工会编码。")


class ReturnForm(forms.Form):
    """Why a batch goes back."""

    reason = forms.CharField(label="退回的原因", max_length=200, help_text="提交的人照着改，例如：第 3 张表的工会填错了。")
