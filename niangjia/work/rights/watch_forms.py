"""What chairs and officers fill in about dismissal notices and union supervision."""

from django import forms

from niangjia.core.cases.forms import StepForm
from niangjia.core.faces.fields import DayField
from niangjia.core.orgs.forms import OrgCodeField
from niangjia.work.rights.enums import DismissGround, Handled, UnionSays, WatchPost, WatchRefusal, WatchTopic


class NoticeForm(forms.Form):
    """The employer told the union."""

    worker = forms.CharField(label="哪位职工", max_length=60, help_text="会员编号，或姓名")
    employer = forms.CharField(label="哪家单位", max_length=120, help_text="全称；只有一家的已填好")
    ground = forms.ChoiceField(label="单位说的理由", choices=DismissGround.choices)
    stated = forms.CharField(
        label="单位怎么说", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text="抄通知书的原话"
    )
    planned_on = DayField(label="打算哪天解除")
    on = DayField(label="哪天告诉工会的")
    headcount = forms.IntegerField(label="一共几个人", min_value=1, initial=1)
    org = OrgCodeField(label="告诉哪家工会", help_text="编码或全称")


class StudyForm(StepForm):
    """The union studies the notice."""

    heard_worker = forms.BooleanField(label="听过本人的意见", required=False)
    found = forms.CharField(label="了解到的情况", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class AnswerNoticeForm(StepForm):
    """The union's answer in writing."""

    says = forms.ChoiceField(label="工会意见", choices=UnionSays.choices, widget=forms.RadioSelect)
    breaks = forms.CharField(
        label="违反哪一条", max_length=200, required=False, help_text="有异议、要求纠正的必填，例如 劳动合同法第四十二条"
    )
    opinion = forms.CharField(label="意见", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), initial="经研究，工会意见如下：")


class HandledForm(StepForm):
    """What the employer wrote back."""

    handled = forms.ChoiceField(label="单位怎么处理", choices=Handled.choices)
    words = forms.CharField(label="书面说的", max_length=300, required=False)


class ComplainForm(forms.Form):
    """A complaint to the union's supervision."""

    org = OrgCodeField(label="哪家工会受理", help_text="编码或全称")
    persons = forms.CharField(
        label="投诉人", max_length=300, required=False, help_text="会员编号，几个人用空格隔开；不愿留名、工会自己发现的空着"
    )
    employer = forms.CharField(label="哪家单位", max_length=120, help_text="全称或统一社会信用代码")
    topics = forms.MultipleChoiceField(label="什么事", choices=WatchTopic.choices, widget=forms.CheckboxSelectMultiple)
    complaint = forms.CharField(label="投诉内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    on = DayField(label="收到日期")


class NotTakenForm(StepForm):
    """Why the complaint is not taken, in writing."""

    because = forms.ChoiceField(label="理由", choices=WatchRefusal.choices)
    words = forms.CharField(label="告知书写什么", max_length=300, help_text="写明理由和可以找谁；投诉人会收到")


class HearForm(StepForm):
    """Both sides are heard."""

    heard_worker = forms.BooleanField(label="听了投诉人、职工的", required=False)
    heard_employer = forms.BooleanField(label="听了单位的", required=False)
    words = forms.CharField(label="双方怎么说", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class NegotiateForm(StepForm):
    """What came of talking with the employer."""

    settled = forms.TypedChoiceField(
        label="结果", choices=[("no", "没有谈成，继续调查"), ("yes", "单位改正了")], coerce=lambda said: said == "yes"
    )
    words = forms.CharField(label="情况", max_length=300)


class InvestigateForm(StepForm):
    """Two supervisors or more look into it."""

    cards = forms.CharField(label="监督员证号", max_length=200, help_text="两名以上，用空格隔开")
    found = forms.CharField(label="查明的事实", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def clean_cards(self) -> list[str]:
        return self.cleaned_data["cards"].replace("、", " ").replace("，", " ").replace(",", " ").split()


class OpinionForm(StepForm):
    """The opinion letter, signed by the chair or a deputy."""

    breaks = forms.CharField(label="违反哪一条", max_length=200)
    demands = forms.CharField(label="要求改正什么", max_length=300)
    number = forms.CharField(label="文号", max_length=60)
    served_on = DayField(label="送达日期", help_text="有签收、回执的那一天；十五个工作日从这天起算")


class ReplyForm(StepForm):
    """What the employer wrote back."""

    corrected = forms.TypedChoiceField(label="改正了吗", choices=[("yes", "改正了"), ("no", "没有改正")], coerce=lambda said: said == "yes")
    words = forms.CharField(label="单位怎么答", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class ProposalForm(StepForm):
    """The proposal letter to the labour authority, with the material."""

    to = forms.CharField(label="发给", max_length=80, initial="鄞州区人力资源和社会保障局")
    number = forms.CharField(label="文号", max_length=60)


class OutcomeForm(StepForm):
    """What the authority answered."""

    corrected = forms.TypedChoiceField(label="改正了吗", choices=[("yes", "改正了"), ("no", "没有改正")], coerce=lambda said: said == "yes")
    words = forms.CharField(label="处理结果", max_length=300)


class SupervisorForm(forms.Form):
    """Somebody who watches."""

    org = OrgCodeField(label="哪家工会", help_text="编码或全称")
    person = forms.CharField(label="会员编号", max_length=20)
    post = forms.ChoiceField(label="职务", choices=WatchPost.choices)
    card = forms.CharField(label="监督员证号", max_length=30)
    valid_from = DayField(label="从哪天起")
