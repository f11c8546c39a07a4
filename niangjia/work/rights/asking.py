"""The four questions of the phone page: what is asked, and what the answers mean for a dispute."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.core.faces.fields import DayField, FilesField, MoneyField
from niangjia.core.orgs.models import Organisation
from niangjia.work.rights.actions import Asked, Facts
from niangjia.work.rights.enums import Kind

TROUBLES = (
    (Kind.WAGES, _("工资没发、少发|按月的工资、跑单的钱")),
    (Kind.OVERTIME, _("加班费没给|国庆、春节上班的也算")),
    (Kind.SEVERANCE, _("让我走，没给补偿|被辞退、被逼走、停了派单")),
    (Kind.DEPOSIT, _("乱扣钱、押金不退|罚款、装备押金、培训费")),
    (Kind.INJURY, _("受了伤，没赔|路上摔了、送货时被撞")),
    (Kind.NEW_FORM, _("平台扣罚、封号|差评、超时、停单")),
    (Kind.DOUBLE_WAGE, _("没签合同|干了一个月以上")),
    (Kind.LEAVE, _("年假没休，也没给钱")),
    (Kind.INSURANCE, _("没交社保|养老、医保、工伤")),
    (Kind.OTHER, _("都不是，我说给你听")),
)
TROUBLE_OF: dict[str, str] = {Kind.UNLAWFUL: Kind.SEVERANCE}
"""Which trouble of the list a kind falls under, where it is not one itself."""
RELATIONS = (
    ("contract", _("签了合同|劳动合同、用工合同")),
    ("none", _("没签，给人干活|有人管、按月发钱")),
    ("free", _("自己接单|多劳多得，谁家都能接")),
    ("unsure", _("说不清")),
)


class WhomForm(forms.Form):
    """Whom it is about, and where one works."""

    respondent = forms.CharField(label=_("和谁的事？"), max_length=80, help_text=_("公司名、招牌、平台名都行"))
    town = forms.ChoiceField(label=_("在哪里上班？"), help_text=_("那边的街道总工会来帮你"))

    def __init__(self, *args: Any, towns: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["town"].choices = [("", _("请选")), *towns]  # type: ignore[attr-defined]


class WhatForm(forms.Form):
    """What is wrong."""

    kinds = forms.MultipleChoiceField(
        label=_("出了什么事？"), choices=TROUBLES, widget=forms.CheckboxSelectMultiple, help_text=_("可以选几样。记不全，先选最要紧的。")
    )


class WhenForm(forms.Form):
    """Since when, and how much."""

    relation = forms.ChoiceField(label=_("你们怎么约定的？"), choices=RELATIONS, widget=forms.RadioSelect)
    left_on = DayField(label=_("哪天不干的？"), required=False, help_text=_("还在干就空着"))
    amount = MoneyField(label=_("大概欠多少？"), required=False, help_text=_("说不准就空着"))


class TellForm(forms.Form):
    """In one's own words."""

    told = forms.CharField(
        label=_("说给你听"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("用键盘上的话筒说也行。哪天、谁、说了什么。"),
    )  # fmt: skip
    over_age = forms.BooleanField(label=_("我过了退休年龄"), required=False)
    sealed = forms.BooleanField(
        label=_("只让专人知道"), required=False, help_text=_("被骚扰、怕报复时勾上：只有指定的人看得到，单位和别的干部都看不到。")
    )


STEPS = (WhomForm, WhatForm, WhenForm, TellForm)


class SendForm(forms.Form):
    """Photos, and the last word."""

    photos = FilesField(
        label=_("照片、截图"), required=False, accept="image/*,.pdf", help_text=_("工资条、聊天、排班。最多 20 张，没有也能交。")
    )


def understood(answers: dict[str, Any], on: date) -> dict[str, Any]:
    """The answers as `ask` takes them, without the person: kinds, respondent, claims, facts."""
    kinds = [kind for kind in answers.get("kinds", []) if kind in Kind.values]
    left_on = date.fromisoformat(answers["left_on"]) if answers.get("left_on") else None
    amount = Decimal(answers["amount"]) if answers.get("amount") else None
    entry_on = date.fromisoformat(answers["entry_on"]) if answers.get("entry_on") else None
    wage = Decimal(answers["monthly_wage"]) if answers.get("monthly_wage") else None
    facts = Facts(
        entry_on=entry_on if not left_on or not entry_on or entry_on <= left_on else None, monthly_wage=wage, left_on=left_on, known_on=left_on, told=answers.get("told", ""), over_age=bool(answers.get("over_age")),
        outside_labour_relation={"free": True, "contract": False, "none": False}.get(answers.get("relation", "")),
        injured=Kind.INJURY in kinds, fined=Kind.NEW_FORM in kinds and Kind.INJURY not in kinds,
    )  # fmt: skip
    claims = [one for kind in kinds for one in _claims(answers, kind, amount if len(kinds) == 1 else None)]
    kinds = list(dict.fromkeys(one.kind for one in claims))
    return {
        "kinds": kinds,
        "respondent": answers.get("respondent", ""),
        "claims": claims,
        "facts": facts,
        "sealed": bool(answers.get("sealed")),
    }


def _claims(answers: dict[str, Any], trouble: str, amount: Decimal | None) -> list[Asked]:
    """What is claimed under one trouble: the sums reckoned before, else the trouble itself with what one thinks is owed."""
    sums = {(one["kind"], one["item"]): one for one in sums_of(answers) if TROUBLE_OF.get(one["kind"], one["kind"]) == trouble}
    if not sums:
        return [Asked(trouble, Kind(trouble).label, amount)]
    return [Asked(one["kind"], one["item"], Decimal(one["amount"]), one["basis"]) for one in sums.values()]


def sums_of(answers: dict[str, Any]) -> list[dict[str, str]]:
    """The sums of every worksheet taken along, the later ones last."""
    return [one for reckoned in answers.get("reckoned", {}).values() for one in reckoned["sums"]]


def with_reckoned(answers: dict[str, Any], what: str, reckoned: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """The draft's answers with a worksheet taken along: its sums are ticked among the troubles, its facts are known."""
    taken = answers | {"reckoned": answers.get("reckoned", {}) | {what: reckoned}}
    ticked = [TROUBLE_OF.get(one["kind"], one["kind"]) for one in reckoned["sums"]]
    taken["kinds"] = list(dict.fromkeys([*answers.get("kinds", []), *map(str, ticked)]))
    return taken | {name: str(value) for name, value in facts.items() if value is not None}


def towns() -> list[tuple[str, str]]:
    """Towns and streets a person may name, code and name; call it elevated."""
    from niangjia.core.orgs.enums import Kind as OrgKind

    found = Organisation.objects.filter(kind__in=(OrgKind.TOWN, OrgKind.ZONE), ended_on__isnull=True).order_by("pinyin")
    return list(found.values_list("code", "short_name"))
