"""Forms of signing in, accounts and posts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.access.queries import accounts, visible
from niangjia.core.access.roles import PERMISSIONS, choices
from niangjia.core.faces.fields import DayField, PhoneField
from niangjia.core.orgs.models import Organisation

CANDIDATES = 5


class PhoneForm(forms.Form):
    phone = PhoneField(label=_("手机号"), help_text=_("用入会时登记的号码"))


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label=_("验证码"),
        help_text=_("短信里的 6 位数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )

    def clean_digits(self) -> str:
        return "".join(clean_text(self.cleaned_data["digits"]).split())


class OrgField(forms.CharField):
    """An organisation by its code or name, among those that ``queryset`` shows; set ``queryset`` in the form."""

    queryset: Any = None

    def clean(self, value: Any) -> Any:
        text = clean_text(super().clean(value))
        if not text:
            return None
        found = list(self.queryset.filter(code=text)[:1]) or list(self.queryset.filter(name=text)[:2])
        found = found or list(self.queryset.filter(name__contains=text, ended_on__isnull=True).order_by("lft")[: CANDIDATES + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError("你管的范围里没有这家工会。写工会编码，或工会全称。")
        names = "、".join(f"{org.name}（{org.code}）" for org in found[:CANDIDATES])
        raise ValidationError(f"有几家都对得上，请写编码：{names}{'……' if len(found) > CANDIDATES else ''}")


class AccountForm(forms.Form):
    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,40}$", label="账号", help_text="3 到 40 个字母、数字，例如工号 zg0412",
        error_messages={"invalid": "账号只用字母、数字和 . _ -，3 到 40 位"},
    )  # fmt: skip
    name = forms.CharField(label="姓名", max_length=60)
    department = forms.CharField(label="部门", help_text="留痕里写的就是它，例如 组织部", max_length=60, required=False)


class GrantForm(forms.Form):
    """A post for one account: role, organisation, dates, on whose behalf."""

    role = forms.ChoiceField(label="角色", choices=[("", "请选"), *choices()], help_text="每个角色能做什么，见角色表")
    org = OrgField(label="管哪里", help_text="工会编码或名称；连同它下面的都管")
    valid_from = DayField(label="起")
    valid_to = DayField(label="止（含）", help_text="到期自动失效；长期就空着", required=False)
    acting_for = forms.ModelChoiceField(
        User.objects.none(), label="代谁办理", help_text="代领导办理时选领导；留痕记两个人", required=False, to_field_name="code"
    )
    note = forms.CharField(label="依据", help_text="文件号或谁批准", max_length=120, required=False)

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["valid_from"].initial = today()
        self.fields["org"].queryset = visible(actor, Organisation.objects.all(), "access.grant")  # type: ignore[attr-defined]
        self.fields["acting_for"].queryset = accounts(actor)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", help_text="写进留痕，例如 调离、到龄退休", max_length=120)


class WhyForm(forms.Form):
    code = forms.CharField(label="工会编码或会员编号", help_text="空着就只看岗位本身", max_length=20, required=False)
    permission = forms.ChoiceField(label="想做什么", choices=list(PERMISSIONS.items()))
