"""Doing something to an organisation: one page for every verb, each a row in a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Link
from niangjia.core.orgs import actions, queries
from niangjia.core.orgs import forms as asked
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.views.reach import address, seen
from niangjia.core.people import actions as people
from niangjia.core.people.enums import COUNTED_STANDINGS

Facts = dict[str, Any]


def _with_those_below(org: Organisation) -> str:
    below = queries.subtree(org).filter(ended_on=None).exclude(pk=org.pk).count()
    return f"{org.name}" + (f"，连同下级 {below} 家" if below else "")


@dataclass(frozen=True)
class Doable:
    """A verb as an officer meets it: its words, the right it wants, its form, what it starts from and what it calls."""

    title: str
    icon: str
    permission: str
    form: type[forms.Form]
    act: Callable[[Organisation, Actor, Facts], Any]
    what: str
    undo: str
    button: str
    initial: Callable[[Organisation], Facts] = lambda org: {}
    dangerous: bool = False
    concerns: Callable[[Organisation], str] = _with_those_below


def _facts_of(org: Organisation) -> Facts:
    return {name: getattr(org, name) for name in asked.FactsForm.base_fields if name != "on"}


def _news_of(org: Organisation) -> Facts:
    return {"new_form": org.new_form_on, "new_economy": org.new_economy_on, "new_field": org.new_field_on}


def _certificate_of(org: Organisation) -> Facts:
    return {"credit_code": org.credit_code, "certificate_number": org.certificate_number, "valid_to": org.certificate_valid_to}


def _start_term(org: Organisation, by: Actor, facts: Facts) -> Any:
    return actions.start_term(org, elected_on=facts["on"], by=by, **facts)


def _found(org: Organisation, by: Actor, facts: Facts) -> Any:
    years, on = facts.pop("years"), facts["on"]
    return actions.found_union(parent=org, founded_on=on, term=actions.NewTerm(years=years, elected_on=on), by=by, **facts)


def _with_its_people(org: Organisation) -> str:
    """Who would be touched by the end of a union: the preview of merging and dissolving."""
    counted = org.memberships.filter(during__upper_inf=True, standing__in=COUNTED_STANDINGS).count()
    others = org.memberships.filter(during__upper_inf=True).count() - counted
    officers = org.officers.filter(valid_to=None).count()
    employers = org.coverages.filter(valid_to=None).count()
    retained = f"（另有保留会籍 {others} 名）" if others else ""
    return f"{org.name}：会员 {counted} 名{retained}，在任干部 {officers} 人，涵盖单位 {employers} 家"


DOABLES = {
    "facts": Doable(
        "变更登记", "edit", "orgs.change", asked.FactsForm, lambda org, by, facts: actions.change_facts(org, by=by, **facts),
        "改这家工会的登记事项，旧值留在留痕里", "可以再改回来", "保存变更", _facts_of,
    ),
    "start-term": Doable(
        "登记换届结果", "users-group", "orgs.change", asked.StartTermForm, _start_term,
        "新一届任期从选举当日起算，上一届同时结束", "登记错了请改正后重新登记", "登记新一届",
    ),
    "extend-term": Doable(
        "延期换届", "calendar-plus", "orgs.change", asked.ExtendTermForm, lambda org, by, facts: actions.extend_term(org, by=by, **facts),
        "本届任期延长，到新的届满日", "延期只有一次", "登记延期",
    ),
    "news": Doable(
        "三新认定", "sparkles", "orgs.change", asked.NewsForm, lambda org, by, facts: actions.recognise(org, by=by, **facts),
        "勾选的从这一天起计入三新，去掉的不再计入", "可以再改回来", "保存认定", _news_of,
    ),
    "legal-person": Doable(
        "法人登记", "certificate", "orgs.change", asked.LegalPersonForm,
        lambda org, by, facts: actions.register_legal_person(org, by=by, **facts),
        "登记法人资格证书和信用代码", "可以变更登记", "登记法人",
        _certificate_of,
    ),
    "rename": Doable(
        "更名", "forms", "orgs.change", asked.RenameForm, lambda org, by, facts: actions.rename(org, by=by, **facts),
        "从这一天起叫新名称，旧名称留在沿革里，按旧名称也能找到", "可以再更名", "更名",
        lambda org: {"name": org.name, "short_name": org.short_name},
    ),
    "found": Doable(
        "在下面建一家工会", "building-community", "orgs.change", asked.FoundForm, _found,
        "在它下面新建一家工会，登记批复和第一届任期", "没有会员时可以撤销", "建会登记",
    ),
    "move": Doable(
        "调整隶属", "arrows-move", "orgs.move", asked.MoveForm, lambda org, by, facts: actions.move(org, by=by, **facts),
        "连同下级工会和会员一起，转到新的上级下面；过去的数据仍按当时的隶属统计", "可以再调回来", "调整隶属", dangerous=True,
    ),
    "merge": Doable(
        "合并到别家", "git-merge", "orgs.move", asked.MergeForm, lambda org, by, facts: people.merge_unions(org, by=by, **facts),
        "会员从这一天起转到那家工会，会籍不断档；干部离任，涵盖单位归那家工会，这家工会终止", "合并后不能拆开，只能重新建会", "合并",
        dangerous=True, concerns=_with_its_people,
    ),
    "dissolve": Doable(
        "撤销", "ban", "orgs.move", asked.DissolveForm, lambda org, by, facts: people.dissolve_union(org, by=by, **facts),
        "这家工会从这一天起终止，不再计入家数；会员转到所填的工会，没有填的会籍终止；干部离任。还有下级的，先调整下级才能撤销",
        "撤销后不能恢复，只能重新建会", "撤销这家工会", dangerous=True, concerns=_with_its_people,
    ),
}  # fmt: skip


def doable_links(request: Request, org: Organisation) -> list[Link]:
    """What the reader may do to this organisation, as links of its menu."""
    if org.ended_on:
        return []
    allowed = ((key, doable) for key, doable in DOABLES.items() if request.actor.may(doable.permission))
    return [Link(doable.title, reverse("orgs:do", args=[org.code, key]), icon=doable.icon) for key, doable in allowed]


@page("orgs.change")
def do(request: Request, code: str, verb: str) -> HttpResponse:
    """Ask for the facts of one verb, say what will happen to how many, and do it."""
    org, doable = seen(request, code), DOABLES.get(verb)
    if doable is None:
        raise Http404
    require(request.actor, doable.permission, org)
    form = doable.form(request.POST or None, initial={"on": today(), **doable.initial(org)})
    if request.method == "POST" and form.is_valid() and _done(request, doable, org, form):
        messages.success(request, f"{doable.title}：已办好，记入留痕。")
        return redirect(address(org))
    context = {
        "org": org,
        "form": form,
        "heading": f"{doable.title}：{org.name}",
        "what": doable.what,
        "to_how_many": doable.concerns(org),
        "undo": doable.undo,
        "action": doable.button,
        "dangerous": doable.dangerous,
        "back_url": address(org),
    }
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _done(request: Request, doable: Doable, org: Organisation, form: forms.Form) -> bool:
    """Call the verb; what the facts do not allow is shown in the form."""
    try:
        doable.act(org, request.actor, dict(form.cleaned_data))
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True
