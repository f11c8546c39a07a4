"""Doing something about a case besides its steps: one page for every verb, each a row in a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.cases import actions, queries
from niangjia.core.cases import forms as asked
from niangjia.core.cases.models import Case
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Link

Facts = dict[str, Any]
MANAGE = "cases.manage"


@dataclass(frozen=True)
class Doable:
    """A verb as an officer meets it: its words, the right it wants, its form and what it calls."""

    title: str
    icon: str
    permission: str
    form: Callable[..., forms.Form]
    act: Callable[[Case, Actor, Facts], Any]
    what: str
    undo: str
    when: Callable[[Case], bool] = lambda case: case.is_open
    dangerous: bool = False


def _merge(case: Case, by: Actor, facts: Facts) -> Any:
    codes = facts["others"].replace("、", " ").replace("，", " ").replace(",", " ").split()
    others = list(queries.readable(by).filter(code__in=codes))
    if missing := set(codes) - {other.code for other in others}:
        raise ValidationError({"others": f"找不到这些案号，或者你看不到：{'、'.join(sorted(missing))}"})
    return actions.merge(case, others=others, by=by, permission=MANAGE, reason=facts["reason"])


def _split(case: Case, by: Actor, facts: Facts) -> Any:
    codes = set(facts["persons"].replace("、", " ").replace("，", " ").replace(",", " ").split())
    found = {party.person.code: party.person for party in queries.parties_of(case) if party.person and party.until is None}
    if missing := codes - set(found):
        raise ValidationError({"persons": f"这些编号不在本案里：{'、'.join(sorted(missing))}"})
    return actions.split(case, persons=[found[code] for code in sorted(codes)], by=by, permission=MANAGE, reason=facts["reason"])


def _settle(agreed: bool) -> Callable[[Case, Actor, Facts], Any]:
    def act(case: Case, by: Actor, facts: Facts) -> Any:
        for clock in queries.running(case).filter(proposed_on__isnull=False):
            actions.settle_term(case, term=clock.term, agreed=agreed, by=by, permission=MANAGE)

    return act


def _has_proposal(case: Case) -> bool:
    return queries.running(case).filter(proposed_on__isnull=False).exists()


DOABLES = {
    "assign": Doable(
        "交办", "user-share", MANAGE, asked.AssignForm,
        lambda case, by, facts: actions.assign(case, by=by, permission=MANAGE, **facts),
        "他会在收件箱看到这件案子；换承办人的，原承办人不再承办", "可以再交给别人",
    ),
    "release": Doable(
        "不再承办", "user-minus", MANAGE, asked.ReleaseForm,
        lambda case, by, facts: actions.release(case, by=by, permission=MANAGE, **facts),
        "他不再办这件案子，也不再因分工看到它", "可以再交办",
    ),
    "note": Doable(
        "记一笔", "pencil", "cases.work", asked.NoteForm,
        lambda case, by, facts: actions.note(case, by=by, permission="cases.work", **facts),
        "写进经过，不改变状态和期限", "写下就不能删，可以再记一笔更正",
    ),
    "attach": Doable(
        "添附件", "paperclip", "cases.work", asked.AttachForm,
        lambda case, by, facts: actions.attach(case, files=facts.pop("attachments"), by=by, permission="cases.work", **facts),
        "文件存进本案；看得到案子的人都能下载", "传错了可以撤下，写明理由",
    ),
    "term": Doable(
        "改期限", "calendar-event", "cases.work", asked.TermForm,
        lambda case, by, facts: actions.propose_term(case, by=by, permission="cases.work", **facts),
        "提出改期，写明理由；另一位有权的同事审定以前，期限不变", "审定以前可以再提一次",
        when=lambda case: case.is_open and queries.running(case).exists(),
    ),
    "agree-term": Doable(
        "同意改期限", "calendar-check", MANAGE, forms.Form, _settle(True), "期限改为申请的那一天", "可以再申请改", when=_has_proposal,
    ),
    "refuse-term": Doable(
        "不同意改期限", "calendar-x", MANAGE, forms.Form, _settle(False), "期限不变，申请作罢", "可以再申请", when=_has_proposal,
    ),
    "merge": Doable(
        "并案", "git-merge", MANAGE, asked.MergeForm, _merge,
        "那几件并到这一件里办，它们的期限不再计算；当事人在这一件里看进展", "并案不能撤销，可以再分案", dangerous=True,
    ),
    "split": Doable(
        "分案", "git-branch", MANAGE, asked.SplitForm, _split,
        "这些人各成一件新案，从头走流程；本案由其余的人继续", "分出去的可以再并案", when=lambda case: case.is_open and len(case.persons) > 1,
    ),
    "seal": Doable(
        "密办", "lock", MANAGE, asked.SealForm, lambda case, by, facts: actions.seal_case(case, by=by, permission=MANAGE, **facts),
        "只有指定的人、承办的人和当事人看得到；列表、搜索、数据里都不露名字", "可以解除密办", when=lambda case: case.is_open and not case.sealed,
    ),
    "unseal": Doable(
        "解除密办", "lock-open", MANAGE, asked.ReasonForm,
        lambda case, by, facts: actions.unseal_case(case, by=by, permission=MANAGE, **facts),
        "承办单位的人又都看得到", "可以再密办", when=lambda case: case.sealed,
    ),
}  # fmt: skip


def doable_links(actor: Actor, case: Case) -> list[Link]:
    """What the reader may do about this case now, as links of the page's menu."""
    if not queries.reaches(actor, case):
        return []
    offered = ((key, doable) for key, doable in DOABLES.items() if actor.may(doable.permission) and doable.when(case))
    return [Link(doable.title, reverse("cases:do", args=[case.code, key]), icon=doable.icon) for key, doable in offered]


@page("cases.view")
def do(request: Request, code: str, verb: str) -> HttpResponse:
    """Ask for the facts of one verb, say what will happen, and do it."""
    case = get_object_or_404(queries.readable(request.actor), code=code)
    doable = DOABLES.get(verb)
    if doable is None or not doable.when(case):
        raise Http404
    require(request.actor, doable.permission)
    form = _form(request, doable, case)
    if request.method == "POST" and form.is_valid():
        try:
            doable.act(case, request.actor, dict(form.cleaned_data))
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{doable.title}：已办好，记入留痕。")
            here = queries.readable(request.actor).filter(pk=case.pk).exists()
            return redirect(reverse("cases:detail", args=[case.code]) if here else reverse("cases:list"))
    context = {
        "form": form, "heading": f"{doable.title}：{case.code}", "what": doable.what, "to_how_many": f"1 件：{case.title}",
        "undo": doable.undo, "action": doable.title, "dangerous": doable.dangerous, "back_url": reverse("cases:detail", args=[case.code]),
    }  # fmt: skip
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _form(request: Request, doable: Doable, case: Case) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if doable.form is asked.TermForm:
        return asked.TermForm(data, terms=[(clock.term, clock.title) for clock in queries.running(case)])
    return doable.form(data, request.FILES if data is not None else None)
