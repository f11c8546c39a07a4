"""What officers, lawyers and workers fill in about duty and consultations."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.base.calendar import WEEKDAYS, today
from niangjia.core.faces.fields import DayField, PhoneField
from niangjia.core.orgs.forms import OrgCodeField
from niangjia.work.rights.aid_forms import SCORES
from niangjia.work.rights.asking import TROUBLES
from niangjia.work.rights.enums import AskedBy, AskedHow, Kind, NextStep
from niangjia.work.rights.helping import on_roster
from niangjia.work.rights.models import Helper


class RosterField(forms.ChoiceField):
    """Somebody on the roster today; cleans to the Helper, or to None where it may be left empty."""

    def fill(self, day: date | None = None) -> None:
        """Offer everybody on the roster of a day."""
        found = list(on_roster(day or today()).order_by("code"))
        self.found = {helper.code: helper for helper in found}
        self.choices = [("", "请选"), *((helper.code, f"{helper.name} {helper.firm}") for helper in found)]

    def clean(self, value: Any) -> Helper | None:
        said = super().clean(value)
        return self.found.get(said)


class RotaForm(forms.Form):
    """Somebody on duty every week."""

    org = OrgCodeField(label="哪家工会的窗口", help_text="编码或全称")
    place = forms.CharField(label="地点", max_length=60, help_text="例如 明楼街道职工法律服务窗口")
    weekday = forms.TypedChoiceField(label="星期", coerce=int, choices=[(number, f"周{name}") for number, name in enumerate(WEEKDAYS)])
    starts_at = forms.TimeField(label="开始", initial=time(9), help_text="例如 9:00")
    ends_at = forms.TimeField(label="结束", initial=time(11, 30))
    minutes = forms.IntegerField(label="每人几分钟", min_value=10, max_value=120, initial=30)
    helper = RosterField(label="谁值班")
    substitute = RosterField(label="替班", required=False, help_text="值班的人不在名册时由他上")
    valid_from = DayField(label="从哪天起")
    valid_to = DayField(label="到哪天止（不含）", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("helper", "substitute"):
            self.fields[name].fill()  # type: ignore[attr-defined]


class MonthForm(forms.Form):
    """Of which month the days are made."""

    month = forms.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", label="哪个月", help_text="例如 2024-01；节假日自动跳过，已经排的不动")

    def clean_month(self) -> date:
        year, number = self.cleaned_data["month"].split("-")
        return date(int(year), int(number), 1)


class SwapForm(forms.Form):
    """Who takes the time on duty instead."""

    helper = RosterField(label="换成谁")
    reason = forms.CharField(label="理由", max_length=120, help_text="至少 4 个字")

    def __init__(self, *args: Any, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["helper"].fill(day)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What came of a consultation."""

    answer = forms.CharField(
        label="答复", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}), help_text="封存，只有承办的人和本人看得到"
    )
    minutes = forms.IntegerField(label="用了几分钟", min_value=1, max_value=480, initial=30)
    next_step = forms.ChoiceField(label="下一步", choices=NextStep.choices)


class TakeInForm(forms.Form):
    """Somebody walked in or called."""

    org = OrgCodeField(label="哪家工会的窗口", help_text="编码或全称")
    how = forms.ChoiceField(label="方式", choices=[choice for choice in AskedHow.choices if choice[0] != AskedHow.BOOKED])
    person = forms.CharField(label="会员编号", max_length=20, required=False, help_text="不愿意留姓名的空着")
    asked_by = forms.ChoiceField(label="哪一方", choices=AskedBy.choices)
    kind = forms.ChoiceField(label="问什么", choices=Kind.choices)
    employer = forms.CharField(label="涉及单位", max_length=120, required=False, help_text="全称或统一社会信用代码；以后据此查利害关系")
    contact = PhoneField(label="联系电话", required=False, help_text="封存，要回电才填")
    question = forms.CharField(label="问题", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    helper = RosterField(label="谁接待", required=False)
    on = DayField(label="日期")
    answer = forms.CharField(label="答复", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    minutes = forms.IntegerField(label="用了几分钟", min_value=1, max_value=480, initial=20)
    next_step = forms.ChoiceField(label="下一步", choices=NextStep.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["helper"].fill()  # type: ignore[attr-defined]


class GoOnForm(forms.Form):
    """Against whom."""

    respondent = forms.CharField(label="对方单位", max_length=120, required=False, help_text="咨询里写了的空着")


class BookForm(forms.Form):
    """A time and what it is about: two taps."""

    at = forms.ChoiceField(label=_("几点来"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("问什么"), choices=TROUBLES, widget=forms.RadioSelect)
    question = forms.CharField(
        label=_("先说两句"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("不写也行，只有律师看得到")
    )  # fmt: skip

    def __init__(self, *args: Any, free: Sequence[time], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["at"].choices = [(f"{at:%H:%M}", f"{at:%H:%M}") for at in free]  # type: ignore[attr-defined]
        if free:
            self.initial.setdefault("at", f"{free[0]:%H:%M}")

    def clean_at(self) -> time:
        return time.fromisoformat(self.cleaned_data["at"])


class OpinionForm(forms.Form):
    """How content the person is."""

    satisfied = forms.TypedChoiceField(label=_("律师帮得怎样"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
