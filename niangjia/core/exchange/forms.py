"""What officers fill in about the exchange."""

from typing import Any

from django import forms
from ninja import Schema

from niangjia.core.cases.forms import ReasonForm
from niangjia.core.exchange.enums import Transport
from niangjia.core.exchange.models import Partner
from niangjia.core.faces.fields import DayField, MoneyField
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


class PostForm(forms.Form):
    """How a letter went out."""

    how = forms.CharField(label="怎样寄出", max_length=80, help_text="例如 EMS 1234567890、机要、当面送到窗口")
    on = DayField(label="寄出日期")


class ParcelForm(forms.Form):
    """For whom everything that waits is put into one file."""

    partner = forms.ModelChoiceField(label="发给", queryset=Partner.objects.none(), to_field_name="code")
    kind = forms.ChoiceField(label="格式", choices=(("csv", "CSV（UTF-8）"), ("xlsx", "Excel")))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["partner"].queryset = Partner.objects.filter(transport=Transport.FILE).order_by("name")  # type: ignore[attr-defined]


class ParcelReceiptForm(forms.Form):
    """That the partner has the file."""

    number = forms.CharField(
        label="回执号，或谁确认的", max_length=60, help_text="例如 收件回执 2023-118，或 仲裁院立案庭 12月18日电话确认"
    )


class LetterForm(forms.Form):
    """A letter that came: its number and day, what it says (fields of its kind), its scan."""

    their_number = forms.CharField(label="来函文号", max_length=60)
    said_on = DayField(label="这一步的日期", help_text="受理、送达、裁定的那一天：期限从这天起算")
    scan = forms.FileField(label="扫描件", help_text="PDF、JPG、PNG", widget=forms.ClearableFileInput(attrs={"accept": "image/*,.pdf"}))

    def __init__(self, *args: Any, schema: type[Schema], **options: Any) -> None:
        super().__init__(*args, **options)
        self.facts = list(schema.model_fields)
        required = set(schema.model_json_schema().get("required", ()))
        for name, said in schema.model_json_schema().get("properties", {}).items():
            self.fields[name] = _field(said, name in required)
        self.order_fields(["their_number", "said_on", *self.facts, "scan"])

    @property
    def said(self) -> dict[str, Any]:
        """The facts as the schema takes them; what was left empty is not said."""
        return {name: self.cleaned_data[name] for name in self.facts if self.cleaned_data.get(name) not in (None, "")}


def _field(said: dict[str, Any], required: bool) -> forms.Field:
    """A field for a fact by its JSON schema."""
    label = said.get("title", "")
    if said.get("type") == "boolean":
        return forms.BooleanField(label=label, required=False)
    if said.get("format") == "date":
        return DayField(label=label, required=required)
    if "anyOf" in said:
        return MoneyField(label=label, required=required, zero=True)
    return forms.CharField(label=label, required=required, max_length=said.get("maxLength", 200))
