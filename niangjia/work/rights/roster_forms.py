"""What officers fill in about the roster, ties, rates, reviews, and an application at the window."""

from typing import Any

from django import forms

from niangjia.core.cases.forms import AccountField
from niangjia.core.faces.fields import BankField, DayField, MoneyField, PhoneField
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.enums import Kind as OrgKind
from niangjia.core.orgs.forms import OrgCodeField
from niangjia.core.orgs.models import Organisation
from niangjia.work.rights.aid_forms import SHOWN_BY_PAPERS
from niangjia.work.rights.enums import AidForm, Channel, HelperKind, Kind, Language, TieSide


def town_choices() -> list[tuple[int, str]]:
    """Towns and zones within the reader's rows."""
    found = Organisation.objects.filter(kind__in=(OrgKind.TOWN, OrgKind.ZONE), ended_on__isnull=True).order_by("pinyin")
    return list(found.values_list("pk", "short_name"))


class HelperForm(forms.Form):
    """Somebody on the roster."""

    name = forms.CharField(label="姓名", max_length=40)
    kind = forms.ChoiceField(label="类别", choices=HelperKind.choices)
    firm = forms.CharField(label="所在机构", max_length=120, help_text="律所、调委会、仲裁院的全称；按机构查利害关系")
    licence = forms.CharField(label="执业证号", max_length=40, required=False, help_text="律师必填")
    phone = PhoneField(label="电话", required=False, help_text="封存，只给承办的人和当事人联系用")
    account = AccountField(label="账号", required=False, help_text="有账号的，自己接受指派、写报告；没有的由窗口登记")
    fields_of_work = forms.MultipleChoiceField(label="擅长", choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple)
    towns = forms.TypedMultipleChoiceField(
        label="服务的镇街", coerce=int, required=False, widget=forms.CheckboxSelectMultiple, help_text="不选就是全区"
    )
    languages = forms.MultipleChoiceField(label="语言、方言", choices=Language.choices, required=False, widget=forms.CheckboxSelectMultiple)
    capacity = forms.IntegerField(label="同时最多办几件", min_value=1, max_value=50, initial=5)
    published = forms.BooleanField(label="向社会公布", required=False, initial=True)
    payee = forms.CharField(label="收补贴的户名", max_length=120, required=False, help_text="空着就是所在机构")
    bank = forms.CharField(label="开户行", max_length=80, required=False)
    account_number = BankField(label="收补贴的账号", required=False, help_text="封存，只写进银行文件；已有的不改就空着")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["towns"].choices = town_choices()  # type: ignore[attr-defined]


class EnlistForm(HelperForm):
    """Somebody new on the roster."""

    org = OrgCodeField(label="列入哪家工会的名册", help_text="编码或全称")
    valid_from = DayField(label="聘任起")


class FileForm(forms.Form):
    """A workbook of helpers."""

    org = OrgCodeField(label="列入哪家工会的名册", help_text="编码或全称")
    file = forms.FileField(
        label="表格", help_text="XLSX、XLS 或 CSV，一行一人；表头随便写：姓名、类别、所在机构、执业证号、电话、擅长、语言"
    )


class EndForm(forms.Form):
    """Since when no longer on the roster, and why."""

    on = DayField(label="从哪天起")
    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")


class TieForm(forms.Form):
    """Whom somebody is tied to."""

    side = forms.ChoiceField(label="关系", choices=TieSide.choices)
    employer = forms.CharField(label="单位", max_length=120, help_text="全称或统一社会信用代码")
    source = forms.CharField(label="怎么知道的", max_length=120, help_text="例如 本人申报、委托合同")
    since = DayField(label="从哪天起")
    until = DayField(label="到哪天止", required=False, help_text="空着就是现在还有")
    of_firm = forms.BooleanField(label="全所回避", required=False, initial=True)


class RateForm(forms.Form):
    """What one stage is paid from a day on."""

    form = forms.ChoiceField(label="环节", choices=AidForm.choices)
    amount = MoneyField(label="每件多少元", zero=True)
    valid_from = DayField(label="从哪天起")
    source = forms.CharField(label="依据", max_length=200, help_text="文件名和文号")
    fund = forms.ModelChoiceField(
        label="从哪本账付", queryset=Fund.objects.none(), required=False, help_text="审批时自动记账；不从本区的账付就空着"
    )
    checked = forms.BooleanField(label="已核对文件原文", required=False, help_text="没核对的，页面上标“待核”")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].queryset = Fund.objects.filter(closed_on__isnull=True).order_by("code")  # type: ignore[attr-defined]


class DrawForm(forms.Form):
    """How many, by which seed."""

    number = forms.IntegerField(label="抽几件", min_value=1, max_value=200)
    seed = forms.CharField(label="种子", max_length=40, help_text="事先公布的一串字，例如当天开奖号；同一颗种子谁都能重抽一遍核对")


class ApplyForm(forms.Form):
    """An application at the window, without a dispute."""

    applicants = forms.CharField(label="谁申请", max_length=600, help_text="会员编号，几个人用空格隔开")
    respondent = forms.CharField(label="对方单位", max_length=120, help_text="全称或统一社会信用代码；说不清的写招牌、平台名")
    kinds = forms.MultipleChoiceField(label="哪种争议", choices=Kind.choices, widget=forms.CheckboxSelectMultiple)
    forms_of_aid = forms.MultipleChoiceField(label="要哪种援助", choices=AidForm.choices, widget=forms.CheckboxSelectMultiple)
    exempt = forms.MultipleChoiceField(label="有材料证明属于", choices=SHOWN_BY_PAPERS, required=False, widget=forms.CheckboxSelectMultiple)
    means = forms.CharField(label="经济状况说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    told = forms.CharField(label="事情经过", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    limitation_on = DayField(label="时效哪天届满", required=False, help_text="知道的才填；七天以内可以先行援助")
    channel = forms.ChoiceField(
        label="从哪里来", choices=[choice for choice in Channel.choices if choice[0] not in ("split", "line", "phone")]
    )
    org = OrgCodeField(label="由哪家工会受理", help_text="编码或全称")
    on = DayField(label="收到日期")


class NoteForm(forms.Form):
    """A lawyer's own note."""

    text = forms.CharField(label="手记", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}), help_text="写下就只有你能读")
