"""The questions of «which way do I go», one a screen, and the letter to a platform."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.base.calendar import chinese_date, today
from niangjia.core.faces.fields import DayField, MoneyField
from niangjia.work.rights import ways
from niangjia.work.rights.enums import Kind

Words = Any
"""Text, or text translated when it is shown."""
KIND_OF = {
    ways.INJURED: Kind.INJURY, ways.FINED: Kind.NEW_FORM, ways.UNPAID: Kind.WAGES, ways.INSURANCE: Kind.INSURANCE, ways.GRADE: Kind.INJURY,
    ways.OTHER: Kind.OTHER,
}  # fmt: skip
RELATION_OF = {ways.ORDERS: "free", ways.CONTRACT: "contract", ways.UNKNOWN: "unsure"}


@dataclass(frozen=True)
class Question:
    """One question: its name, words, choices, and whether it is asked after what was said so far."""

    name: str
    words: Words
    choices: tuple[tuple[str, Words], ...]
    asked: Callable[[dict[str, str]], bool] = lambda said: True


def _is_labour_or_platform(said: dict[str, str]) -> bool:
    return said.get("trouble") not in (ways.INSURANCE, ways.GRADE)


def _rides(said: dict[str, str]) -> bool:
    return _is_labour_or_platform(said) and said.get("work") in (ways.ORDERS, ways.STATION, ways.UNKNOWN) and said.get("age") == "no"


QUESTIONS = (
    Question(
        "trouble", _("出了什么事？"),
        (
            (ways.INJURED, _("受伤了|路上摔了、被撞、干活受伤")), (ways.FINED, _("平台扣钱、封号、降价")), (ways.UNPAID, _("钱没给、少给")),
            (ways.INSURANCE, _("社保、公积金办不下来|找经办机构办的")), (ways.GRADE, _("不服伤残等级、职业病鉴定")), (ways.OTHER, _("别的")),
        ),
    ),
    Question(
        "work", _("你给谁干活？"),
        (
            (ways.ORDERS, _("在平台自己接单|想接就接，谁家都能接")), (ways.STATION, _("跟站点、车队干|有站长管")),
            (ways.CONTRACT, _("在公司上班|有合同，或按月发工资")), (ways.FAMILY, _("在一户人家里|保姆、护工")),
            (ways.HELPER, _("跟师傅当学徒、帮工")), (ways.FARM, _("给农户干活")), (ways.UNKNOWN, _("说不清")),
        ),
        _is_labour_or_platform,
    ),
    Question(
        "age", _("过了退休年龄吗？"), (("no", _("没有")), ("over", _("过了|领不领养老金都算"))),
        lambda said: _is_labour_or_platform(said) and said.get("work") not in (ways.FAMILY, ways.HELPER, ways.FARM),
    ),
    Question(
        "managed", _("有人管你几点上班吗？"),
        (("yes", _("有|排班、考勤、不接单要罚")), ("no", _("没有|上不上线自己定")), ("unsure", _("说不清"))), _rides,
    ),
    Question(
        "when", _("哪天受的伤？"),
        (("new", _("2025 年 8 月 21 日以后")), ("old", _("更早"))),
        lambda said: _rides(said) and said.get("trouble") == ways.INJURED and today() >= ways.COVER_FROM,
    ),
)  # fmt: skip


class AnswerForm(forms.Form):
    """One question's choices as big buttons."""

    def __init__(self, *args: Any, question: Question, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[question.name] = forms.ChoiceField(label=question.words, choices=question.choices, widget=forms.RadioSelect)


def answers_in(posted: Any) -> dict[str, str]:
    """What was answered so far: in the order of the questions, only what is asked after the answers before it."""
    said: dict[str, str] = {}
    for question in QUESTIONS:
        if question.asked(said) and posted.get(question.name, "") in dict(question.choices):
            said[question.name] = posted[question.name]
    return said


def next_question(said: dict[str, str]) -> Question | None:
    """The first question that is asked and not answered; None when all are."""
    return next((question for question in QUESTIONS if question.asked(said) and question.name not in said), None)


def situation(said: dict[str, str]) -> ways.Situation:
    """The answers as facts."""
    managed = {"yes": True, "no": False}.get(said.get("managed", ""))
    day = {"new": ways.COVER_FROM, "old": date.min}.get(said.get("when", ""))
    return ways.Situation(said["trouble"], said.get("work", ways.UNKNOWN), managed, said.get("age") == "over", day)


def as_draft(said: dict[str, str]) -> dict[str, Any]:
    """The answers as the four questions of asking for help know them."""
    return {
        "kinds": [str(KIND_OF[said["trouble"]])], "relation": RELATION_OF.get(said.get("work", ""), "none"), "over_age": said.get("age") == "over"
    }  # fmt: skip


class LetterForm(forms.Form):
    """What a platform is asked to take back."""

    platform = forms.CharField(label=_("哪个平台？"), max_length=40)
    what = forms.ChoiceField(
        label=_("平台做了什么？"),
        choices=(("fine", _("扣了钱")), ("ban", _("封号、停单")), ("price", _("降了单价"))),
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("哪天？"))
    amount = MoneyField(label=_("扣了多少？"), required=False)
    why = forms.CharField(
        label=_("为什么不对？"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("哪一单、怎么回事")
    )


DID = {"fine": "扣罚", "ban": "封停账号、停止派单", "price": "降低配送单价"}


def letter(said: dict[str, Any]) -> str:
    """The letter, ready to be sent: in Chinese, the platform's language; the name is left to be written by hand."""
    money = f"，金额 {said['amount']:,} 元" if said.get("amount") else ""
    return (
        f"{said['platform']}：\n\n我是你平台的配送员（姓名、注册账号：　　　　　　）。{chinese_date(said['on'])}，平台对我{DID[said['what']]}{money}。"
        f"我认为不对，理由如下：\n\n{said['why'].strip()}\n\n请平台：\n一、写明依据哪一条规则、哪一单、哪些证据；\n"
        "二、复核并撤销，退还扣款或恢复账号、单价；\n三、把结果书面回复我。\n\n随信附上订单截图、轨迹、聊天记录。\n"
        "如果没有答复，我会请工会出面协商，并向有关部门反映。\n\n"
        f"申诉人（签名）：　　　　　　\n联系电话：　　　　　　\n{chinese_date(today())}"
    )
