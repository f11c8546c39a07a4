"""Asking for help on the phone: four questions, photos, sent; no membership needed."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.gate import OWN, PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.asking import STEPS, TROUBLES, SendForm, WhomForm, sums_of, towns, understood
from niangjia.work.rights.enums import Channel
from niangjia.work.rights.views.draft import COOKIE, hold


@page(PUBLIC, face="worker")
@never_cache
def ask(request: Request, number: int = 1) -> HttpResponse:
    """One question a screen; every answer is kept at once, and going back loses nothing."""
    number = min(max(number, 1), len(STEPS))
    answers = actions.draft_of(request.COOKIES.get(COOKIE, ""))
    form = _form(request, number, answers)
    if request.method == "POST" and form.is_valid():
        onward = redirect("rights:ask-step", number=number + 1) if number < len(STEPS) else redirect("rights:send")
        return hold(request, answers | _plain(form.cleaned_data), onward)
    back = reverse("rights:ask-step", args=[number - 1]) if number > 1 else "/m/" if request.actor.person_id else "/"
    context = {"form": form, "number": number, "total": len(STEPS) + 1, "saved": bool(answers), "sums": _sums(answers), "back_url": back}
    return render(request, "rights/worker/ask.html", context, status=422 if form.errors else 200)


def _form(request: Request, number: int, answers: dict[str, Any]) -> Any:
    made = STEPS[number - 1]
    options: dict[str, Any] = {"initial": _typed(answers)}
    if made is WhomForm:
        with elevated("asking: the names of towns are open to everybody"):
            options["towns"] = towns()
    return made(request.POST if request.method == "POST" else None, **options)


def _sums(answers: dict[str, Any]) -> list[dict[str, Any]]:
    return [one | {"amount": Decimal(one["amount"])} for one in sums_of(answers)]


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Answers as the draft keeps them: text, lists and truth values."""
    return {name: str(value) if isinstance(value, (date, Decimal)) else value for name, value in data.items()}


def _typed(answers: dict[str, Any]) -> dict[str, Any]:
    typed = dict(answers)
    if typed.get("left_on"):
        typed["left_on"] = date.fromisoformat(typed["left_on"])
    if typed.get("amount"):
        typed["amount"] = Decimal(typed["amount"])
    return typed


@page(OWN, face="worker")
@never_cache
def send(request: Request) -> HttpResponse:
    """See once more what was answered, add photos, and hand it to the union."""
    token = request.COOKIES.get(COOKIE, "")
    answers = actions.draft_of(token)
    if not answers.get("kinds") or not answers.get("respondent"):
        return redirect("rights:ask")
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    if request.method == "POST" and form.is_valid():
        try:
            case = _sent(request, answers, form.cleaned_data["photos"])
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            actions.forget_draft(token=token)
            response = redirect("cases:own", code=case.code)
            response.delete_cookie(COOKIE)
            return response
    kinds = [str(title).partition("|")[0] for kind, title in TROUBLES if kind in answers["kinds"]]
    context = {
        "form": form, "answers": _typed(answers), "kinds": kinds, "sums": _sums(answers), "number": len(STEPS) + 1, "total": len(STEPS) + 1,
        "back_url": reverse("rights:ask-step", args=[len(STEPS)]),
    }  # fmt: skip
    return render(request, "rights/worker/send.html", context, status=422 if form.errors else 200)


def _sent(request: Request, answers: dict[str, Any], photos: list[Any]) -> Any:
    """The case, with the photos in it."""
    with elevated("asking: the town that answers, and one's own record"):
        org = Organisation.objects.filter(code=answers.get("town", "")).first()
        person = Person.objects.select_related("home_org").get(pk=request.actor.person_id or 0)
    case = actions.ask(
        applicants=[person], org=org or person.home_org, by=request.actor, channel=Channel.PHONE, **understood(answers, today())
    )  # fmt: skip
    actions.keep_reckoning(case, sheets=list(answers.get("reckoned", {}).values()), by=request.actor)
    actions.add_evidence(case, files=photos[:20], by=request.actor)
    return case
