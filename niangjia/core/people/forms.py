"""What officers fill in about people; each form says which verb it is for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.core.faces.fields import BankField, DayField, IdNumberField, PhoneField
from niangjia.core.orgs.forms import AnyOrgField, EmployerField, OnForm, OrgCodeField
from niangjia.core.people.enums import (
    ETHNIC,
    Education,
    EmploymentForm,
    EmploymentStatus,
    EndReason,
    Household,
    JoinWay,
    Political,
    Post,
    Relation,
    SkillLevel,
    TitleLevel,
)
from niangjia.core.people.models import Officer, Person

UNSAID = ("", "没有登记")


class ReasonForm(forms.Form):
    """Why somebody looks; the person reads it."""

    reason = forms.CharField(label="理由", max_length=100, help_text="至少 4 个字，例如“核对转账户名”；本人在手机上看得到")


class CertificateForm(ReasonForm):
    """Printing a certificate."""

    whole = forms.BooleanField(label="印完整证件号", required=False, help_text="要有查看完整号码的权限")


class ExportForm(ReasonForm):
    """Taking a list out."""

    kind = forms.ChoiceField(label="文件", choices=[("xlsx", "表格 XLSX"), ("csv", "文本 CSV")])


def _chosen(label: str, choices: Any, **options: Any) -> forms.TypedChoiceField:
    """A code that may be left unsaid; cleans to an int or None."""
    return forms.TypedChoiceField(label=label, choices=[UNSAID, *choices], coerce=int, empty_value=None, required=False, **options)


class DetailsForm(OnForm):
    """Facts of a person; a number left empty stays as it is."""

    name = forms.CharField(label="姓名", max_length=60)
    id_number = IdNumberField(label="证件号", required=False, help_text="不改就空着；18 位，空格、全角都认")
    phone = PhoneField(label="手机", required=False, help_text="不改就空着")
    bank_account = BankField(label="银行账户", required=False, help_text="不改就空着")
    former_name = forms.CharField(label="曾用名", max_length=60, required=False)
    ethnic = _chosen("民族", ETHNIC.items())
    political = _chosen("政治面貌", Political.choices)
    education = _chosen("学历", Education.choices)
    household = _chosen("户籍类型", Household.choices)
    household_place = forms.CharField(label="户籍地", max_length=60, required=False)
    skill_level = forms.TypedChoiceField(label="职业技能等级", choices=SkillLevel.choices, coerce=int)
    skill_trade = forms.CharField(label="职业（工种）", max_length=40, required=False)
    title_level = forms.TypedChoiceField(label="专业技术职称", choices=TitleLevel.choices, coerce=int)
    employment_status = forms.TypedChoiceField(label="就业状况", choices=EmploymentStatus.choices, coerce=int)
    relation = _chosen("用工关系", Relation.choices)
    job = forms.CharField(label="岗位", max_length=40, required=False)
    platform = forms.CharField(label="平台企业", max_length=60, required=False)
    address = forms.CharField(label="联系地址", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """Numbers that were not typed are not changed."""
        facts = super().clean() or {}
        return {name: value for name, value in facts.items() if value or name not in ("id_number", "phone", "bank_account")}


class TransferForm(OnForm):
    to = OrgCodeField(label="转到哪家工会", help_text="填工会编码或全称")


class AskTransferForm(OnForm):
    """A member goes to a union beyond the reach of this post."""

    to = AnyOrgField(label="转到哪家工会", help_text="填工会编码或全称，全区的都可以；对方确认后转过去")


class CallInForm(OnForm):
    """Somebody from elsewhere wants to come: the number and name that they told."""

    name = forms.CharField(label="姓名", max_length=60, help_text="和身份证上一样")
    id_number = IdNumberField(label="身份证号", help_text="本人出示的证件上的号码")
    to = OrgCodeField(label="转到哪家工会", help_text="填工会编码或全称")


class ReasonOfTransferForm(forms.Form):
    """Why a transfer is called off; the other side reads it."""

    reason = forms.CharField(label="原因", max_length=100, help_text="至少 4 个字，对方看得到，例如“本人不转了”")


class FormOfWorkForm(OnForm):
    form = forms.ChoiceField(label="就业形态", choices=EmploymentForm.choices)
    through_platform = forms.BooleanField(label="通过平台就业", required=False, help_text="家政、护理、房产中介通过平台接单的勾上")


class EndForm(OnForm):
    end_reason = forms.ChoiceField(
        label="怎么退的",
        choices=[(reason.value, reason.label) for reason in (EndReason.WITHDRAWN, EndReason.DEEMED, EndReason.EXPELLED, EndReason.LEFT)],
    )
    reason = forms.CharField(label="说明", max_length=100, help_text="例如：本人书面申请退会")


class AdmitForm(OnForm):
    """Joining, the first time or again."""

    union = OrgCodeField(label="加入哪家工会", help_text="填工会编码或全称")
    join_way = forms.TypedChoiceField(label="入会方式", choices=JoinWay.choices, coerce=int)
    form = forms.ChoiceField(label="就业形态", choices=EmploymentForm.choices)
    through_platform = forms.BooleanField(label="通过平台就业", required=False)
    group = forms.CharField(label="工会小组", max_length=40, required=False)
    card_number = forms.CharField(label="会员卡号", max_length=20, required=False)


class RegisterForm(AdmitForm):
    """A new person and, at once, their membership."""

    name = forms.CharField(label="姓名", max_length=60, help_text="和身份证上一样")
    id_number = IdNumberField(label="身份证号", help_text="18 位，空格、全角都认")
    phone = PhoneField(label="手机", help_text="11 位，用来收消息和登录")
    household = _chosen("户籍类型", Household.choices)
    household_place = forms.CharField(label="户籍地", max_length=60, required=False)
    skill_level = forms.TypedChoiceField(label="职业技能等级", choices=SkillLevel.choices, coerce=int, initial=SkillLevel.NONE)
    job = forms.CharField(label="岗位", max_length=40, required=False)

    field_order = ("name", "id_number", "phone", "union", "on", "join_way", "form", "through_platform")


class OfficeForm(forms.Form):
    """Election to a post."""

    org = OrgCodeField(label="哪家工会", help_text="填工会编码或全称")
    post = forms.ChoiceField(label="职务", choices=Post.choices)
    elected_on = DayField(label="当选日期")
    full_time = forms.BooleanField(label="专职", required=False)
    by_election = forms.BooleanField(label="补选", required=False)


class LeaveOfficeForm(OnForm):
    """Which of the posts held ends."""

    officer = forms.ModelChoiceField(label="哪个职务", queryset=Officer.objects.none(), empty_label=None)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["officer"]
        field.queryset = person.offices.filter(valid_to__isnull=True).select_related("org")
        field.label_from_instance = lambda officer: f"{officer.org.name} {officer.get_post_display()}"


class MergeForm(ReasonForm):
    """Which record stays; the other one leads to it."""

    keep = forms.ChoiceField(label="保留哪一份", widget=forms.RadioSelect)


class CorrectionForm(forms.Form):
    """Which parts of one's own record are wrong; the right ones are told by telephone."""

    wrong = forms.MultipleChoiceField(
        label=_("可以点几样"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("name", _("姓名")),
            ("id_number", _("证件号")),
            ("phone", _("手机号")),
            ("bank_account", _("银行卡")),
            ("employer", _("工作单位")),
            ("union", _("所属工会、入会日期")),
            ("other", _("别的")),
        ],
        error_messages={"required": _("点一下哪里不对")},
    )


class AcceptForm(forms.Form):
    """Working a report of wrong data: the right values of what was reported, or what was done instead. Ask for ``wrong`` parts only."""

    name = forms.CharField(label="姓名", max_length=60, required=False, help_text="和身份证上一样；两种写法以证件为准")
    id_number = IdNumberField(label="证件号", required=False, help_text="18 位，空格、全角都认")
    phone = PhoneField(label="手机", required=False)
    bank_account = BankField(label="银行卡", required=False)
    employer = EmployerField(label="工作单位", required=False, help_text="填统一社会信用代码或全称")
    note = forms.CharField(
        label="另外怎么办的", max_length=100, required=False, help_text="转会、改别的资料等在别处办的，写一句；本人看得到"
    )

    def __init__(self, *args: Any, wrong: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - set(wrong) - {"note"}:
            del self.fields[name]

    @property
    def facts(self) -> dict[str, Any]:
        """The values that were filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value and name != "note"}


class RefuseForm(forms.Form):
    """The record is right as it stands."""

    reason = forms.CharField(label="不改的理由", max_length=100, help_text="至少 4 个字，本人看得到，例如“和身份证一致，不用改”")
