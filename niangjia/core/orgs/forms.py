"""What officers fill in about an organisation; each form says which verb it is for."""

from typing import Any

from django import forms

from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.faces.fields import DayField
from niangjia.core.orgs.enums import DuesMode, Kind, Route
from niangjia.core.orgs.models import Employer, Organisation


class OnForm(forms.Form):
    """Any change happens on a day and for a reason that stands in the trail."""

    on = DayField(label="哪一天", help_text="批复或会议的日子，例如 2023年12月5日")


class FactsForm(OnForm):
    """Facts that have no verb of their own."""

    short_name = forms.CharField(label="简称", max_length=60)
    address = forms.CharField(label="地址", max_length=120, required=False)
    dues_mode = forms.ChoiceField(label="经费收缴方式", choices=[("", "没有登记"), *DuesMode.choices], required=False)
    has_own_account = forms.BooleanField(label="有独立账户", required=False)
    staff_total = forms.IntegerField(label="职工人数", min_value=0, required=False)
    staff_female = forms.IntegerField(label="其中女职工", min_value=0, required=False)
    staff_migrant = forms.IntegerField(label="其中农民工", min_value=0, required=False)
    contact_person = forms.CharField(label="联系人", max_length=40, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=30, required=False, help_text="会印在给职工看的页面上，请填办公电话")


class RenameForm(OnForm):
    name = forms.CharField(label="新的全称", max_length=120, help_text="全称以“工会委员会”或“工会联合会”结尾")
    short_name = forms.CharField(label="新的简称", max_length=60)


class OrgCodeField(forms.CharField):
    """An organisation by its code or full name, as far as the reader's rows reach; cleans to an Organisation (None where left empty)."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text and not self.required:
            return None
        org = Organisation.objects.filter(code=text).first() or Organisation.objects.filter(name=text).first()
        if org is None:
            raise forms.ValidationError(f"找不到“{text}”。填工会编码或全称；不在管辖范围内的，请上级工会办理。")
        return org


class AnyOrgField(OrgCodeField):
    """An organisation of the whole district, by its exact code or full name: both stand on its public card."""

    def clean(self, value: Any) -> Any:
        with elevated("orgs: code and name of a union are open to everybody"):
            return super().clean(value)


class EmployerField(forms.CharField):
    """An employer by its credit code or full name, as far as the reader's rows reach; cleans to an Employer or None."""

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, Employer) else value

    def clean(self, value: Any) -> Employer | None:
        text = clean_text(super().clean(value))
        if not text:
            return None
        found = Employer.objects.filter(credit_code=text.upper()).first() or Employer.objects.filter(name=text, ended_on=None).first()
        if found is None:
            raise forms.ValidationError(f"找不到“{text}”。填统一社会信用代码或全称；没有登记过的单位，先导入或请上级工会登记。")
        return found


class MoveForm(OnForm):
    parent = OrgCodeField(label="新的上级工会", help_text="填编码或全称")


class MergeForm(OnForm):
    into = OrgCodeField(label="并入哪家工会", help_text="填编码或全称；会员一起转过去")


class DissolveForm(OnForm):
    reason = forms.CharField(label="撤销原因", max_length=120, help_text="例如：单位注销，批复同意撤销")
    to = OrgCodeField(label="会员转到哪家工会", required=False, help_text="填编码或全称；空着的，会员的会籍因工会撤销而终止")


class StartTermForm(OnForm):
    years = forms.TypedChoiceField(label="每届几年", coerce=int, choices=[(3, "三年"), (5, "五年")])
    approval_number = forms.CharField(label="批复文号", max_length=60, required=False)


class ExtendTermForm(OnForm):
    to = DayField(label="延到哪一天", help_text="最多六个月，只能延一次")


class LegalPersonForm(OnForm):
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18, help_text="18 位，以 81 开头")
    certificate_number = forms.CharField(label="法人证书编号", max_length=40)
    valid_to = DayField(label="证书有效期至")


class NewsForm(OnForm):
    new_form = forms.BooleanField(label="新就业形态", required=False)
    new_economy = forms.BooleanField(label="新经济", required=False)
    new_field = forms.BooleanField(label="新领域", required=False)


class FoundForm(OnForm):
    """Founding a union below an organisation (建会登记)."""

    name = forms.CharField(label="工会全称", max_length=120)
    short_name = forms.CharField(label="简称", max_length=60)
    kind = forms.TypedChoiceField(label="组织类型", coerce=int, choices=[(kind.value, kind.label) for kind in Kind if kind < Kind.TOWN])
    route = forms.ChoiceField(label="建会方式（四建）", choices=Route.choices)
    approval_number = forms.CharField(label="批复文号", max_length=60)
    years = forms.TypedChoiceField(label="每届几年", coerce=int, choices=[(3, "三年"), (5, "五年")])
    staff_total = forms.IntegerField(label="职工人数", min_value=0, required=False)
    new_form = forms.BooleanField(label="新就业形态", required=False)
    new_economy = forms.BooleanField(label="新经济", required=False)
    new_field = forms.BooleanField(label="新领域", required=False)
