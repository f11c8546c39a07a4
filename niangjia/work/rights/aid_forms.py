"""What officers, lawyers and workers fill in at each step of legal aid."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.base.chinese import mask_name
from niangjia.base.scope import elevated
from niangjia.core.cases.forms import StepForm
from niangjia.work.rights import actions
from niangjia.work.rights.aiding import matter_of, report_of, scope_reasons
from niangjia.work.rights.enums import AidForm, AidResult, Exempt, Ground
from niangjia.work.rights.forms import MoneyForm
from niangjia.work.rights.models import Helper, LegalAid

WHERE_TO_OBJECT = "收到后向区总工会申诉，也可以另向区司法局所属的法律援助中心申请"
SHOWN_BY_PAPERS = [choice for choice in Exempt.choices if choice[0] in (Exempt.RELIEF, Exempt.NO_INCOME)]
SCORES = [(5, _("很好")), (4, _("好")), (3, _("一般")), (2, _("不好")), (1, _("很不好"))]


class AskAidForm(StepForm):
    """An application from a dispute: only what the dispute does not know."""

    forms_of_aid = forms.MultipleChoiceField(
        label="要哪种援助", choices=AidForm.choices, widget=forms.CheckboxSelectMultiple, initial=[AidForm.ARBITRATION]
    )
    means = forms.CharField(
        label="经济状况说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="农民工讨薪、工伤的不用写"
    )
    exempt = forms.MultipleChoiceField(label="有材料证明属于", choices=SHOWN_BY_PAPERS, required=False, widget=forms.CheckboxSelectMultiple)


class WorkerAskAidForm(StepForm):
    """The worker's own application: one tap where nothing more is to be said."""

    means = forms.CharField(
        label=_("家里的经济情况"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("农民工讨薪、受工伤的，不用写")
    )  # fmt: skip


class PapersForm(StepForm):
    """Everything that is missing, said at once."""

    missing = forms.CharField(label="要补哪些材料", max_length=300, help_text="一次说全，本人会看到；说过以后不能再要别的")


class GrantForm(StepForm):
    """The decision to give aid, in which form, why means are not checked."""

    forms_of_aid = forms.MultipleChoiceField(label="援助形式", choices=AidForm.choices, widget=forms.CheckboxSelectMultiple)
    exempt = forms.MultipleChoiceField(label="有材料证明属于", choices=SHOWN_BY_PAPERS, required=False, widget=forms.CheckboxSelectMultiple)
    means = forms.CharField(label="经济状况核查", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label="理由", max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        aid = LegalAid.objects.filter(case=self.case).first()
        if aid:
            self.initial.setdefault("forms_of_aid", aid.forms)
            self.initial.setdefault("reason", "；".join((*scope_reasons(aid.kinds), *aid.exempt_reasons)))
            self.fields["means"].help_text = (
                f"免予核查：{'；'.join(aid.exempt_reasons)}" if aid.exempt_reasons else "没有免予核查的情形，要写核查结果"
            )


class UrgentForm(GrantForm):
    """Aid given first, papers made up later."""

    preservation = forms.BooleanField(label="需要立即申请财产保全、证据保全", required=False)


class RefuseAidForm(StepForm):
    """Why no aid is given, and where to object: both in writing."""

    reason = forms.CharField(label="理由", max_length=150, help_text="书面告知本人")
    where = forms.CharField(label="不服的怎么办", max_length=120, initial=WHERE_TO_OBJECT)


class ReferStateForm(StepForm):
    """To which body of the state's legal aid, and why."""

    body = forms.CharField(label="转给", max_length=80, initial="鄞州区法律援助中心")
    reason = forms.CharField(label="理由", max_length=200)


class StateAnswerForm(StepForm):
    """What the state's legal aid answered."""

    taken = forms.TypedChoiceField(
        label="对方答复", choices=[("yes", "受理了"), ("no", "没有受理，由工会决定")], coerce=lambda said: said == "yes"
    )
    number = forms.CharField(label="对方案号", max_length=60, required=False)


class HelperField(forms.ModelChoiceField):
    """One lawyer of the roster, with load and conflicts; barred ones are shown but cannot be chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Helper.objects.none(), to_field_name="code", widget=forms.RadioSelect, **options)


class OfferForm(StepForm):
    """Whom to give the matter to: the one whose turn it is stands first."""

    helper = HelperField(label="指派给", help_text="按擅长、镇街、手上件数和轮到的先后排；利害关系在全部历史里查过")
    although = forms.CharField(
        label="仍要指派的理由", required=False, max_length=120, help_text="手上满了、有要看清的关系时才写；应当回避的不能指派"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.proposals = actions.proposals(self.case) if self.case else []
        open_ones = [one for one in self.proposals if not one.barred]
        field: Any = self.fields["helper"]
        field.queryset = Helper.objects.filter(pk__in=[one.helper.pk for one in open_ones])
        field.choices = [(one.helper.code, f"{one.helper.name} {one.helper.firm}|{one.why}{_warned(one)}") for one in open_ones[:12]]
        if open_ones:
            self.initial.setdefault("helper", open_ones[0].helper.code)
        barred = [f"{mask_name(one.helper.name)}：{one.against[0].text}" for one in self.proposals if one.barred]
        if barred:
            self.fields["helper"].help_text += f"。要回避的：{'；'.join(barred[:6])}"


def _warned(one: Any) -> str:
    said = [conflict.text for conflict in one.against] + (["已满"] if one.full else [])
    return f"。注意：{'；'.join(said)}" if said else ""


class AcceptMandateForm(StepForm):
    """The lawyer takes the matter."""

    scope = forms.CharField(label="代理权限", max_length=200, initial="一般代理：代为申请、陈述、举证、调解")


class WhyForm(StepForm):
    """The reason."""

    reason = forms.CharField(label="理由", max_length=200, help_text="至少 4 个字")


class EffortForm(StepForm):
    """Hours of a day."""

    hours = forms.DecimalField(label="小时", min_value=Decimal("0.1"), max_value=Decimal(24), max_digits=4, decimal_places=1)
    what = forms.CharField(label="做了什么", max_length=60, help_text="例如 会见、写申请书、开庭；不要写别人的隐私")


class ObtainedForm(MoneyForm):
    """A paper that brings money; counted in the dispute where there is one."""

    ground = forms.ChoiceField(label="文书", choices=Ground.choices)

    def __init__(self, *args: Any, case: Any = None, **options: Any) -> None:
        with elevated("aid: the dispute behind the matter, which the reader of the matter may read"):
            super().__init__(*args, case=matter_of(case) if case else None, **options)


class FinishForm(StepForm):
    """What came of it."""

    result = forms.ChoiceField(label="结果", choices=AidResult.choices)


class OpposingForm(StepForm):
    """Who acts for the other side."""

    name = forms.CharField(label="对方代理人、律所", max_length=120, help_text="写全称；以后指派律师时据此回避")


class ReportForm(StepForm):
    """The closing report as the facts tell it, to be read through; the lawyer may add something."""

    remark = forms.CharField(label="补充", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.case:
            with elevated("aid: the dispute behind the matter, which the reader of the matter may read"):
                self.fields["remark"].help_text = "归档的报告这样写（改错请改案件）：" + "　".join(report_of(self.case).text.splitlines())


class ReviewForm(StepForm):
    """How good the work was."""

    grade = forms.TypedChoiceField(label="评查", choices=SCORES, coerce=int)
    opinion = forms.CharField(label="意见", required=False, max_length=200)


class ContentForm(StepForm):
    """What the worker thinks of the aid."""

    satisfied = forms.TypedChoiceField(label=_("律师帮得怎样"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
