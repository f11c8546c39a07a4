"""Doing something about a person: one page for every verb, each a row in a table; registering somebody new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Link
from niangjia.core.orgs.forms import OnForm
from niangjia.core.people import actions
from niangjia.core.people import forms as asked
from niangjia.core.people.enums import Standing
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.queries import SILENT_DAYS
from niangjia.core.people.views.card import PersonCard
from niangjia.core.people.views.reach import address, seen

Facts = dict[str, Any]
MOST_PICKED = 200
MEMBER, RETAINED, STRANGER, OFFICER, ANYBODY = "member", "retained", "stranger", "officer", "anybody"
"""For whom a verb is offered: counted member, retained member, nobody's member, holder of a post, everybody living."""


@dataclass(frozen=True)
class Doable:
    """A verb as an officer meets it: its words, the right it wants, for whom it is, its form and what it calls."""

    title: str
    icon: str
    permission: str
    whom: str
    form: Callable[..., forms.Form]
    act: Callable[[Person, Actor, Facts], Any]
    what: str
    undo: str
    button: str
    initial: Callable[[Person], Facts] = lambda person: {}
    dangerous: bool = False


def _details_of(person: Person) -> Facts:
    sealed = ("on", "id_number", "phone", "bank_account")
    return {name: getattr(person, name) for name in asked.DetailsForm.base_fields if name not in sealed}


def _form_of(person: Person) -> Facts:
    span = person.memberships.filter(until__isnull=True).first()
    return {"form": span.form, "through_platform": span.through_platform} if span else {}


def _leave_office(person: Person, by: Actor, facts: Facts) -> Any:
    return actions.end_office(facts["officer"], on=facts["on"], by=by)


DOABLES = {
    "details": Doable(
        "改资料", "edit", "people.change", ANYBODY, asked.DetailsForm,
        lambda one, by, facts: actions.change_details(one, by=by, **facts),
        "改这个人的登记事项，旧值留在留痕里；证件号、手机空着就不改", "可以再改回来", "保存资料", _details_of,
    ),
    "transfer": Doable(
        "转会", "arrows-exchange", "people.change", MEMBER, asked.TransferForm,
        lambda one, by, facts: actions.transfer(one, by=by, **facts),
        "从这一天起是新工会的会员，原工会的会籍同日终止，不断档", "可以再转回来", "转会",
    ),
    "ask-transfer": Doable(
        "转出到管辖外", "arrow-right", "people.change", MEMBER, asked.AskTransferForm,
        lambda one, by, facts: actions.ask_transfer(one, by=by, **facts),
        f"先告诉接收的工会，对方确认的那天转过去；对方 {SILENT_DAYS} 天不答复，自动接转。在这以前会籍不变", "对方确认以前可以撤回", "提出转会",
    ),
    "form": Doable(
        "就业形态变更", "moped", "people.change", MEMBER, asked.FormOfWorkForm,
        lambda one, by, facts: actions.change_form(one, by=by, **facts),
        "从这一天起按新的就业形态统计，以前的不变", "可以再变更", "变更就业形态", _form_of,
    ),
    "retain": Doable(
        "保留会籍", "player-pause", "people.change", MEMBER, OnForm,
        lambda one, by, facts: actions.change_standing(one, standing=Standing.RETAINED, by=by, **facts),
        "下岗、待业等保留会籍，不再计入实名制会员", "可以恢复会籍", "保留会籍",
    ),
    "float": Doable(
        "会籍挂靠", "anchor", "people.change", MEMBER, OnForm,
        lambda one, by, facts: actions.change_standing(one, standing=Standing.FLOATING, by=by, **facts),
        "失业或单位没有工会的，会籍由居住地的工会挂着，仍计入实名制会员", "可以恢复在册", "登记挂靠",
    ),
    "restore": Doable(
        "恢复会籍", "player-play", "people.change", RETAINED, OnForm,
        lambda one, by, facts: actions.change_standing(one, standing=Standing.FULL, by=by, **facts),
        "从这一天起重新计入实名制会员", "可以再保留", "恢复会籍",
    ),
    "admit": Doable(
        "入会", "user-plus", "people.change", STRANGER, asked.AdmitForm, lambda one, by, facts: actions.admit(one, by=by, **facts),
        "从批准这一天起是会员，会籍从这一天起算", "登记错了可以办退会", "批准入会",
    ),
    "office": Doable(
        "任职", "award", "orgs.change", ANYBODY, asked.OfficeForm,
        lambda one, by, facts: actions.elect_officer(person=one, by=by, **facts),
        "登记选举结果；选的是主席的，原主席同日离任", "可以办离任", "登记任职",
    ),
    "leave-office": Doable(
        "离任", "user-minus", "orgs.change", OFFICER, asked.LeaveOfficeForm, _leave_office,
        "从这一天起不再担任这个职务，任职经历留着", "可以重新登记任职", "登记离任",
    ),
    "end": Doable(
        "退会", "ban", "people.change", MEMBER, asked.EndForm, lambda one, by, facts: actions.end_membership(one, by=by, **facts),
        "会籍从这一天起终止，档案和经历都留着", "可以重新入会，会籍重新起算", "办理退会", dangerous=True,
    ),
    "death": Doable(
        "登记去世", "flower", "people.change", ANYBODY, OnForm, lambda one, by, facts: actions.record_death(one, by=by, **facts),
        "会籍从这一天起终止；档案只作保存，不再办事", "不能撤销，请先核对", "登记去世", dangerous=True,
    ),
}  # fmt: skip


def doable_links(actor: Actor, card: PersonCard) -> list[Link]:
    """What the reader may do about this person now, as links of the page's menu."""
    if card.person.deceased_on or card.person.merged_into_id:
        return []
    kinds = {ANYBODY, *_membership(card.span)} | ({OFFICER} if any(office.valid_to is None for office in card.offices) else set())
    offered = ((key, doable) for key, doable in DOABLES.items() if doable.whom in kinds and actor.may(doable.permission))
    return [Link(doable.title, reverse("people:do", args=[card.person.code, key]), icon=doable.icon) for key, doable in offered]


def _membership(span: Membership | None) -> tuple[str, ...]:
    """What somebody is; whoever floats is a counted member, and may take full standing up again like a retained one."""
    if span is None:
        return (STRANGER,)
    kinds = {Standing.FULL: (MEMBER,), Standing.RETAINED: (RETAINED,), Standing.FLOATING: (MEMBER, RETAINED)}
    return kinds[Standing(span.standing)]


@page("people.view")
def do(request: Request, code: str, verb: str) -> HttpResponse:
    """Ask for the facts of one verb, say what will happen, and do it."""
    person, doable = seen(request, code), DOABLES.get(verb)
    if doable is None:
        raise Http404
    require(request.actor, doable.permission)
    form = _form(request, doable, person)
    if request.method == "POST" and form.is_valid() and _done(form, lambda: doable.act(person, request.actor, dict(form.cleaned_data))):
        messages.success(request, f"{doable.title}：已办好，记入留痕。")
        return redirect(_page_after(request, person))
    context = {
        "form": form,
        "heading": f"{doable.title}：{person.name}",
        "what": doable.what,
        "to_how_many": f"1 人：{person.name}，{person.home_org.name}",
        "undo": doable.undo,
        "action": doable.button,
        "dangerous": doable.dangerous,
        "back_url": address(person),
    }
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _form(request: Request, doable: Doable, person: Person) -> forms.Form:
    named = {"person": person} if doable.form is asked.LeaveOfficeForm else {}
    return doable.form(request.POST or None, initial={"on": today(), "elected_on": today(), **doable.initial(person)}, **named)


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Call the verb; what the facts do not allow is shown in the form, beside the field where there is one."""
    try:
        act()
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True


@page("people.change")
@require_POST
def transfer_many(request: Request) -> HttpResponse:
    """Move the ticked members to one union: first asked to which, then done in one step; nobody is moved if one may not be."""
    found = visible(request.actor, Person.objects.filter(code__in=request.POST.getlist("pick")[:MOST_PICKED]), "people.view")
    persons = list(found.order_by("name_key", "id"))
    if not persons:
        messages.error(request, "一个人也没有选。在名册上勾选，再点“转会”。")
        return redirect("people:list")
    form = asked.TransferForm(request.POST if "to" in request.POST else None, initial={"on": today()})
    if form.is_bound and form.is_valid() and _done(form, lambda: _moved(persons, request.actor, form.cleaned_data)):
        messages.success(request, f"{len(persons)} 人转到{form.cleaned_data['to'].name}，每个人的经过里都有这一笔。")
        return redirect("people:list")
    context = {
        "form": form,
        "heading": f"{len(persons)} 人转会",
        "what": "从这一天起是新工会的会员，原工会的会籍同日终止，不断档；有一个人不能转，就都不办",
        "to_how_many": f"{len(persons)} 人",
        "undo": "可以再转回来",
        "action": f"把 {len(persons)} 人转会",
        "back_url": reverse("people:list"),
        "carried": [("pick", person.code) for person in persons],
        "listed": [Link(f"{person.name}，{person.code}", address(person)) for person in persons],
    }
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _moved(persons: Sequence[Person], by: Actor, facts: Facts) -> int:
    rows = "SELECT id, %s::bigint, %s::date FROM people_person WHERE id = ANY(%s)"
    params = [facts["to"].pk, facts["on"], [person.pk for person in persons]]
    return actions.transfer_many(rows=rows, params=params, by=by, on=facts["on"])


def _page_after(request: Request, person: Person) -> str:
    """The person's page; the list where a transfer took them out of the reader's reach."""
    here = visible(request.actor, Person.objects.filter(pk=person.pk), "people.view").exists()
    return address(person) if here else reverse("people:list")


@page("people.change")
def register(request: Request) -> HttpResponse:
    """Open a record for somebody new and admit them, in one step."""
    form = asked.RegisterForm(request.POST or None, initial={"on": today(), "union": request.GET.get("union", "")})
    made: list[Person] = []
    if request.method == "POST" and form.is_valid() and _done(form, lambda: made.append(_registered(request.actor, form.cleaned_data))):
        messages.success(request, f"{made[0].name}已登记，{chinese_date(form.cleaned_data['on'])}起是会员。")
        return redirect(address(made[0]))
    context = {
        "form": form,
        "heading": "登记新会员",
        "what": "建一份档案，并从批准这一天起登记会籍；已经登记过的证件号会找到原来的档案，不会建第二份",
        "to_how_many": "1 人",
        "undo": "可以改资料、转会、退会",
        "action": "登记入会",
        "back_url": reverse("people:list"),
    }
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


SPAN_FACTS = ("join_way", "form", "through_platform", "group", "card_number")


@transaction.atomic
def _registered(by: Actor, facts: Facts) -> Person:
    """Two verbs, one transaction: no record is left behind when joining is refused."""
    span = {name: facts[name] for name in SPAN_FACTS}
    own = {name: value for name, value in facts.items() if name not in (*SPAN_FACTS, "union", "on") and value is not None}
    person = actions.register_person(home_org=facts["union"], by=by, on=facts["on"], source="单个登记", **own)
    actions.admit(person, union=facts["union"], by=by, on=facts["on"], **span)
    return person
