"""What is filled in about claims, appeals and claw-backs: the steps of officers, and the questions of the phone."""

from types import MappingProxyType
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from niangjia.core.cases.forms import StepForm
from niangjia.core.faces.fields import BankField, DayField, FilesField, IdNumberField, MoneyField
from niangjia.work.mutual_aid.enums import AppealReason, Forwarded, Kinship, Sort

PICTURES = "image/*,.pdf"


def _spoken(kind: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """The choices in the reader's language."""
    return [(one.value, _(str(one.label))) for one in kind]


class WhyForm(StepForm):
    """Why."""

    reason = forms.CharField(label="理由", max_length=120, min_length=4, help_text="至少 4 个字")


class TellWhyForm(StepForm):
    """Why, in words the worker reads."""

    reason = forms.CharField(label="为什么不能给", max_length=120, min_length=4, help_text="写给本人看的，用白话")


class MissingForm(StepForm):
    """What is missing."""

    missing = forms.CharField(label="还要补什么", max_length=200, help_text="写给本人看的，一样一样写清楚")


class GrantStayForm(WhyForm):
    """What the rule reads from the invoice and the fee list."""

    act_pay_dedc = MoneyField(label="起付线（元）", zero=True, help_text="医保结算单上的“起付线”，没有的填 0")
    hifp_pay = MoneyField(label="统筹基金支付（元）", zero=True, help_text="不含大额、公务员补助、医疗救助")
    inscp_scp_amt = MoneyField(label="政策范围内费用（元）", required=False)
    pool_prop_selfpay = forms.DecimalField(
        label="统筹基金支付比例",
        required=False,
        min_value=0,
        max_value=1,
        max_digits=5,
        decimal_places=4,
        help_text="例如 0.85；单上没有的空着",
    )
    cvlserv_pay = MoneyField(label="公务员补助（元）", required=False, zero=True)
    hifob_pay = MoneyField(label="大额医疗补助（元）", required=False, zero=True)
    maf_pay = MoneyField(label="医疗救助（元）", required=False, zero=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("pool_prop_selfpay") and data.get("inscp_scp_amt") is None:
            self.add_error("inscp_scp_amt", "“政策范围内费用”和“支付比例”至少填一样，才能推算个人负担")
        return data


AMOUNTS = ("act_pay_dedc", "hifp_pay", "inscp_scp_amt", "pool_prop_selfpay", "cvlserv_pay", "hifob_pay", "maf_pay")


class PayeeForm(StepForm):
    """Who of the family is paid after a death."""

    payee = forms.CharField(label="收款人姓名", max_length=60)
    kinship = forms.ChoiceField(label="是本人的", choices=Kinship.choices)
    account = BankField(label="收款人银行卡号", help_text="关系证明、继承人的书面约定放在附件里")


class NumberForm(StepForm):
    """Under which number something went out."""

    number = forms.CharField(label="去函文号", max_length=60, required=False)


class PoolAnswerForm(StepForm):
    """What the owner of the pool answered."""

    granted = forms.BooleanField(label="对方同意给付", required=False)
    amount = MoneyField(label="给付金额（元）", required=False)
    number = forms.CharField(label="答复文号", max_length=60, help_text="答复的扫描件放在附件里")
    reason = forms.CharField(label="告诉本人的话", max_length=120, min_length=4)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("granted") and not data.get("amount"):
            self.add_error("amount", "同意给付的，请填金额")
        return data


class ForwardAppealForm(NumberForm):
    """To whom an appeal goes on."""

    to = forms.ChoiceField(label="转给谁", choices=Forwarded.choices)


class ReplyForm(StepForm):
    """What came back."""

    number = forms.CharField(label="答复文号", max_length=60, help_text="答复的扫描件放在附件里")


class AnswerForm(StepForm):
    """The answer in plain words."""

    answer = forms.CharField(
        label="答复本人的话", max_length=400, min_length=4, widget=forms.Textarea(attrs={"rows": 4}), help_text="用白话写清为什么"
    )


class ChangeForm(AnswerForm):
    """The answer, and which record it is about where the person was shown none."""

    settlement = forms.CharField(
        label="哪一笔结算（编码）", max_length=30, required=False, help_text="本人没有看到那一笔的才填，在“互助给付”里查"
    )


class PartForm(StepForm):
    """How much came back."""

    amount = MoneyField(label="退回金额（元）", help_text="按银行回单")


class WriteOffForm(StepForm):
    """By which decision something is given up."""

    resolution = forms.CharField(label="会议决议的名称或文号", max_length=120, min_length=4, help_text="例如“主席办公会纪要〔2023〕9号”")


class LookForm(forms.Form):
    """What the second person says."""

    words = forms.CharField(label="意见", max_length=120, min_length=4)


class SortForm(forms.Form):
    """What is claimed, and for whom."""

    sort = forms.ChoiceField(label=_("申请什么？"), widget=forms.RadioSelect, choices=(
        (Sort.STAY, _("住了院，医院没和工会联网|外地、没刷医保卡结账的")), (Sort.LUMP, _("得了重病、女职工病|参加了重病或女职工安康保障的")),
    ))  # fmt: skip
    whose = forms.ChoiceField(
        label=_("谁病了？"), widget=forms.RadioSelect, choices=(("me", _("我自己")), ("kin", _("家里人|我替他（她）申请")))
    )


class KinForm(forms.Form):
    """Who of the family was ill."""

    name = forms.CharField(label=_("病人的名字"), max_length=60)
    number = IdNumberField(label=_("病人的身份证号"))
    kinship = forms.ChoiceField(label=_("我是病人的"), choices=_spoken(Kinship))


class StayForm(forms.Form):
    """Where, and from when to when."""

    hospital = forms.CharField(label=_("哪家医院？"), max_length=80)
    admitted_on = DayField(label=_("哪天住进去的？"))
    left_on = DayField(label=_("哪天出院的？"))


class MoneyForm(forms.Form):
    """The three sums of the invoice."""

    total = MoneyField(label=_("发票上一共多少钱？"), help_text=_("“费用总额”那一栏"))
    fund = MoneyField(label=_("医保付了多少？"), zero=True, help_text=_("“医保基金支付”那一栏，没有的填 0"))
    cash = MoneyField(label=_("自己掏了多少？"), zero=True, help_text=_("“个人现金支付”那一栏"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        total, fund, cash = (data.get(name) for name in ("total", "fund", "cash"))
        if total is not None and fund is not None and cash is not None and fund + cash > total:
            self.add_error("cash", _("医保付的加自己付的，比总数还多。照发票再看一遍。"))
        return data


class IllnessForm(forms.Form):
    """Which plan, which illness, found when. Nobody but the deciding officers reads it."""

    plan = forms.ChoiceField(label=_("参加的是哪份保障？"))
    illness = forms.ChoiceField(label=_("确诊的是？"), help_text=_("只有核定的人看得到，看了会留下记录。"))
    diagnosed_on = DayField(label=_("哪天确诊的？"))

    def __init__(self, *args: Any, plans: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lumps = {plan.slug: plan.declared.lump for plan in plans}
        illnesses = dict.fromkeys(name for lump in self.lumps.values() for name in lump.diseases)
        self.fields["plan"].choices = [(plan.slug, str(plan)) for plan in plans]  # type: ignore[attr-defined]
        self.fields["illness"].choices = [(name, gettext(name)) for name in illnesses]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lump = self.lumps.get(data.get("plan", ""))
        if lump and data.get("illness") and data["illness"] not in lump.diseases:
            self.add_error("illness", _("这份保障不包括这个病，看看是不是另一份。"))
        return data


class CardForm(forms.Form):
    """Where the money goes; asked where the register knows no account."""

    account = BankField(label=_("打到哪张银行卡？"), help_text=_("要是病人自己名下的；病人去世的，写家里收款人的卡"))


class SendForm(forms.Form):
    """Photos, and the separate consent (PIPL article 29)."""

    invoice = FilesField(label=_("发票"), accept=PICTURES)
    fees = FilesField(label=_("费用清单"), accept=PICTURES, required=False)
    summary = FilesField(label=_("出院小结"), accept=PICTURES, required=False)
    diagnosis = FilesField(label=_("诊断证明、病理报告"), accept=PICTURES)
    kin = FilesField(label=_("关系证明"), accept=PICTURES, help_text=_("户口本、结婚证、出生证都行"))
    agrees = forms.BooleanField(
        label=_("我同意：工会用这些材料核定互助金，只用在这件事上"), error_messages={"required": _("同意了才能办。")}
    )
    CALLED = MappingProxyType({"invoice": "发票", "fees": "费用清单", "summary": "出院小结", "diagnosis": "诊断证明", "kin": "关系证明"})

    def __init__(self, *args: Any, sort: str = Sort.STAY, by_kin: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        unasked = ["diagnosis"] if sort == Sort.STAY else ["invoice", "fees", "summary"]
        for name in [*unasked, *([] if by_kin else ["kin"])]:
            del self.fields[name]

    def files_by_title(self) -> dict[str, Any]:
        """What was sent, by what it shows."""
        return {title: self.cleaned_data[name] for name, title in self.CALLED.items() if self.cleaned_data.get(name)}


class SupplyForm(StepForm):
    """What was missing."""

    photos = FilesField(label=_("补的照片"), accept=PICTURES)


class AppealForm(forms.Form):
    """Why, and a photo."""

    reason = forms.ChoiceField(label=_("为什么觉得不对？"), choices=_spoken(AppealReason), widget=forms.RadioSelect)
    text = forms.CharField(label=_("说清楚一点"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    photos = FilesField(label=_("照片"), accept=PICTURES, required=False, help_text=_("有就拍，没有也能交"))
