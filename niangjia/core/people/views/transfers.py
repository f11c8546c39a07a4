"""Transfers between unions of two sides: what waits for an answer, calling somebody in, answering."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.core.orgs.forms import OnForm
from niangjia.core.people import actions
from niangjia.core.people.forms import CallInForm, ReasonOfTransferForm
from niangjia.core.people.queries import SILENT_DAYS, Asked, person_by_number, transfers_at


@page("people.change")
def transfers(request: Request) -> HttpResponse:
    """Every transfer under way out of or into the reader's unions."""
    scope = request.actor.scope
    return render(request, "people/transfers.html", {"asked": transfers_at(scope.low, scope.high), "days": SILENT_DAYS})


@page("people.change")
def call_in(request: Request) -> HttpResponse:
    """Ask for a member of another union who told number and name."""
    form = CallInForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid() and _called(request, form):
        messages.success(request, f"已向原工会提出转会；{SILENT_DAYS} 天没有答复的自动接转。")
        return redirect("people:transfers")
    what = f"告诉原工会；原工会确认的那天转过来，{SILENT_DAYS} 天不答复自动接转。不是会员的请直接登记入会"
    return _ask(request, form, heading="接收外来会员", what=what, to_how_many="1 人", undo="原工会确认以前可以撤回", action="提出转会")


def _called(request: Request, form: CallInForm) -> bool:
    facts = form.cleaned_data
    person = person_by_number(facts["id_number"], facts["name"])
    if person is None:
        form.add_error("id_number", "没有这个姓名和证件号的会员：请核对；登记里没有的，请直接登记入会。")
        return False
    return _done(form, lambda: actions.ask_transfer(person, to=facts["to"], by=request.actor, on=facts["on"]))


@page("people.change")
def answer(request: Request, number: int, verb: str) -> HttpResponse:
    """Confirm a transfer that waits for this side, or call off one of either side."""
    asked = _asked(request, number)
    if verb == "drop":
        return _drop(request, asked)
    if verb != "confirm" or not asked.ours_to_answer:
        raise Http404
    form = OnForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        if _done(form, lambda: actions.confirm_transfer(asked.span, by=request.actor, on=on)):
            messages.success(request, "转会办好了，会籍不断档。")
            return redirect("people:transfers")
    what = f"从“{asked.span.union.name}”转到“{asked.to}”"
    return _ask(
        request, form, heading="确认转会", what=what, to_how_many=f"1 人：{asked.span.person.name}", undo="可以再转回来", action="确认转会"
    )


def _drop(request: Request, asked: Asked) -> HttpResponse:
    form = ReasonOfTransferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(form, lambda: actions.drop_transfer(asked.span, by=request.actor, reason=reason)):
            messages.success(request, "这次转会不办了，会籍没有变。")
            return redirect("people:transfers")
    who = f"1 人：{asked.span.person.name}"
    return _ask(
        request, form, heading="不办这次转会", what="会籍留在原工会，原因对方看得到", to_how_many=who, undo="可以重新提出", action="不办了"
    )


def _ask(request: Request, form: forms.Form, **words: Any) -> HttpResponse:
    context = {"form": form, "dangerous": False, "back_url": reverse("people:transfers"), **words}
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _asked(request: Request, number: int) -> Asked:
    scope = request.actor.scope
    found = next((one for one in transfers_at(scope.low, scope.high) if one.span.pk == number), None)
    if found is None:
        raise Http404
    return found


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    try:
        act()
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True
