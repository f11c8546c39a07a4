"""Forms: a deadline, a limitation, a notice on holidays, a local rate."""

from typing import Any

from django import forms

from niangjia.base.calendar import parse_date
from niangjia.base.chinese import clean_text
from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.core.law.actions import Arranged
from niangjia.core.law.enums import Checked, RateKind
from niangjia.core.law.limitation import CLAIMS, ClockEvent, EventType
from niangjia.core.law.reckoning import BadPeriod
from niangjia.core.law.terms import by_theme

EVENTS = 4
KINDS_OF_EVENT = [
    ("", "没有"),
    (EventType.INTERRUPTION.value, "中断：主张权利、投诉、对方同意"),
    (EventType.SUSPENSION.value, "中止：不可抗力等"),
]
WORDS = {"休": False, "放假": False, "班": True, "上班": True}


class DueForm(forms.Form):
    """From which day which term runs."""

    term = forms.ChoiceField(label="期限")
    start = DayField(label="起算的那一天", help_text="收到申请、收到裁决书等的当天；写 2023年12月18日 或 20231218")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["term"].choices = [  # type: ignore[attr-defined]
            (one.code, f"{theme}：{one.title}（{one.current.length}）") for theme, terms in by_theme().items() for one in terms
        ]


class LimitationForm(forms.Form):
    """A claim, its days, and up to four events of the clock."""

    claim = forms.ChoiceField(label="请求", choices=list(CLAIMS.items()))
    known_on = DayField(label="知道权利被侵害的日子", required=False, help_text="工资、加班费不用填")
    relation_end = DayField(label="离职的日子", required=False, help_text="还在职就空着")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for at in range(1, EVENTS + 1):
            self.fields[f"type_{at}"] = forms.ChoiceField(label="中断还是中止", choices=KINDS_OF_EVENT, required=False)
            self.fields[f"what_{at}"] = forms.CharField(label="什么事", max_length=60, required=False)
            self.fields[f"from_{at}"] = DayField(label="起", required=False)
            self.fields[f"to_{at}"] = DayField(label="止", required=False, help_text="一天的事、还没结束的，空着")

    def clean(self) -> dict[str, Any]:
        """Adds ``events``."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["events"] = []
        for at in range(1, EVENTS + 1):
            kind, start = said.get(f"type_{at}"), said.get(f"from_{at}")
            if not kind:
                continue
            if start is None:
                self.add_error(f"from_{at}", "请写明从哪天起")
                continue
            try:
                what = said.get(f"what_{at}") or dict(KINDS_OF_EVENT)[kind].partition("：")[0]
                said["events"].append(ClockEvent(EventType(kind), what, start, said.get(f"to_{at}")))
            except BadPeriod:
                self.add_error(f"to_{at}", "止不能早于起")
        return said


class NoticeForm(forms.Form):
    """A notice on holidays, its days one a line."""

    year = forms.IntegerField(label="年份", min_value=2004, max_value=2100)
    title = forms.CharField(label="文件", max_length=120, help_text="例如：国务院办公厅关于 2027 年部分节假日安排的通知")
    number = forms.CharField(label="文号", max_length=60, required=False)
    issued_on = DayField(label="发文日期")
    whole_year = forms.BooleanField(label="这份文件排定全年", required=False, initial=True, help_text="只改几天的更正，不勾")
    days = forms.CharField(
        label="日子",
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="一行一天：日期、休或班、节日。例如 2027-02-05 休 春节；2027-02-14 班 春节",
    )

    def clean_days(self) -> list[Arranged]:
        """Each line read; the first that cannot be is named."""
        found = []
        for at, line in enumerate(self.cleaned_data["days"].splitlines(), 1):
            parts = clean_text(line).split()
            if not parts:
                continue
            day = parse_date(parts[0])
            if day is None or len(parts) < 2 or parts[1] not in WORDS:
                raise forms.ValidationError(f"第 {at} 行看不懂，写成“2027-02-05 休 春节”")
            found.append(Arranged(day, WORDS[parts[1]], " ".join(parts[2:])[:40]))
        return found


class RateForm(forms.Form):
    """An amount with its document."""

    kind = forms.ChoiceField(label="标准", choices=RateKind.choices)
    area = forms.CharField(label="地区", max_length=40, help_text="例如：宁波市、浙江省")
    tier = forms.CharField(label="档次", max_length=20, required=False, help_text="最低工资分档的写档次，例如：第一档")
    valid_from = DayField(label="从哪天起用")
    amount = MoneyField(label="数额")
    unit = forms.ChoiceField(label="单位", choices=[(unit, unit) for unit in ("元/月", "元/小时", "元/年")])
    source = forms.CharField(label="来源", max_length=200, help_text="哪个机关的哪份文件，文号")
    status = forms.ChoiceField(
        label="核对", choices=Checked.choices, initial=Checked.UNVERIFIED, help_text="看过文件原文，才选“已核对原文”"
    )


class VoidForm(forms.Form):
    """Why something no longer holds."""

    reason = forms.CharField(label="作废理由", max_length=200, help_text="例如：文号抄错，重新录入")
