"""What officers fill in about the exchange."""

from typing import Any

from django import forms

from niangjia.core.cases.forms import ReasonForm
from niangjia.core.exchange.enums import Transport
from niangjia.core.exchange.models import Partner
from niangjia.core.faces.fields import DayField
from niangjia.core.orgs.models import PartnerBody


class ChangeForm(forms.Form):
    """How messages travel to a partner."""

    transport = forms.ChoiceField(label="往来方式", choices=Transport.choices, help_text="三种方式效力一样")
    endpoint = forms.CharField(label="接口地址", required=False, max_length=200, help_text="用接口往来的写，以 https:// 开头")
    address = forms.CharField(label="寄送地址", required=False, max_length=120, help_text="用公函往来的写")
    contact = forms.CharField(label="联系电话", required=False, max_length=60, help_text="办公电话，不写个人手机")


class PartnerForm(ChangeForm):
    """A body that takes part from now on."""

    body = forms.ModelChoiceField(label="合作单位", queryset=PartnerBody.objects.none())
    on = DayField(label="从哪天起", help_text="这天以前的步骤不发往来件")
    field_order = ("body", "transport", "endpoint", "address", "contact", "on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        bodies = PartnerBody.objects.exclude(pk__in=Partner.objects.values("body")).order_by("name")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """From which day on nothing is exchanged with a partner."""

    valid_to = DayField(label="从哪天起停止", help_text="这天起不再发，也不再收")


class KeyForm(forms.Form):
    """A partner's public key."""

    key_id = forms.CharField(label="密钥名", max_length=60, help_text="对方签名里写的 keyid，例如 court-2023")
    public = forms.CharField(
        label="公钥", max_length=800, widget=forms.Textarea(attrs={"rows": 4}), help_text="Ed25519：32 字节的 base64，或 PEM"
    )
    valid_from = DayField(label="启用日")
    valid_to = DayField(label="停用日（不含）", required=False, help_text="没有约定就空着")


class ReadForm(ReasonForm):
    """Why the whole message is read."""
