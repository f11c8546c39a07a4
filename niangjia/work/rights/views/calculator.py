"""The rights calculator: on the phone for everybody, nothing kept; at the desk with every input, and from a case into its claims."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.base.calendar import today
from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable, with_names
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Link
from niangjia.work.rights import actions, reckoning
from niangjia.work.rights.asking import with_reckoned
from niangjia.work.rights.calculator.sheet import BadFacts
from niangjia.work.rights.happenings import HAPPENINGS, Happening
from niangjia.work.rights.reckoning import SORTS, Reckoned
from niangjia.work.rights.sheets import SHEETS
from niangjia.work.rights.views.draft import COOKIE, hold


@page(PUBLIC, face="worker")
def choose(request: Request) -> HttpResponse:
    """What happened."""
    back_url = "/m/" if request.actor.person_id else "/"
    return render(request, "rights/worker/calculate.html", {"happenings": HAPPENINGS, "back_url": back_url})


@page(PUBLIC, face="worker")
@never_cache
def reckon(request: Request, what: str) -> HttpResponse:
    """The few questions of what happened; answered by a post, so that nothing stands in an address and nothing is kept."""
    happening = _happening(what)
    form = happening.form(request.POST if request.method == "POST" else None)
    found = _found(form, happening.reckon) if request.method == "POST" else None
    context = {"what": what, "happening": happening, "form": form, "back_url": reverse("rights:calculate")}
    if found is None:
        return render(request, "rights/worker/reckon.html", context, status=422 if form.errors else 200)
    unread = reckoning.local(form.cleaned_data.get("last_day_worked") or today()).unread if found.sort == "severance" else []
    hidden = [field.as_hidden() for field in form]
    return render(
        request, "rights/worker/reckoned.html", context | {"found": found, "hidden": hidden, "unread_rates": unread, "on": today()}
    )


@page(PUBLIC, face="worker")
@require_POST
def take(request: Request, what: str) -> HttpResponse:
    """Carry the sums into the draft of a request for help; from here on it is kept, sealed, as every draft."""
    happening = _happening(what)
    form = happening.form(request.POST)
    found = _found(form, happening.reckon)
    if found is None:
        return redirect("rights:reckon", what=what)
    said = form.cleaned_data
    facts = {"entry_on": said.get("entry_date"), "left_on": said.get("last_day_worked"), "monthly_wage": said.get("wage")}
    answers = with_reckoned(actions.draft_of(request.COOKIES.get(COOKIE, "")), what, found.as_json(), facts)
    return hold(request, answers, redirect("rights:ask"))


def _happening(what: str) -> Happening:
    if what not in HAPPENINGS:
        raise Http404
    return HAPPENINGS[what]


def _found(form: forms.Form, reckon_with: Any) -> Reckoned | None:
    """The answer, or None where a question is not answered rightly; what the calculator refuses is said on top of the form."""
    if not form.is_valid():
        return None
    try:
        return reckon_with(form.cleaned_data)
    except BadFacts as refusal:
        chinese, _, english = str(refusal).removesuffix(")").partition(" (")
        form.add_error(None, english if (get_language() or "").startswith("en") else chinese)
        return None


@page("rights.view")
@never_cache
def desk(request: Request, sort: str = "severance", code: str = "") -> HttpResponse:
    """The calculators with every input, each answer by a post; opened from a case, its facts stand filled in and its claims may be written."""
    if sort not in SORTS:
        raise Http404
    case = with_names([get_object_or_404(readable(request.actor), code=code, line="rights")])[0] if code else None
    sheet = SHEETS[sort]
    form = sheet.form(request.POST if request.method == "POST" else None, initial=sheet.known(case) if case else sheet.known(None))
    found = _found(form, sheet.reckon) if request.method == "POST" else None
    if case and found and "take" in request.POST and _taken(request, case, found, form):
        return redirect("cases:detail", code=code)
    context = {
        "form": form, "found": found, "case": case, "sort": sort, "title": SORTS[sort], "tabs": _tabs(sort, code),
        "may_take": case is not None and case.is_open and request.actor.may("rights.mediate"), "hidden": [one.as_hidden() for one in form] if found else [],
    }  # fmt: skip
    return render(request, "rights/calculator.html", context, status=422 if form.errors else 200)


def _tabs(sort: str, code: str) -> list[Link]:
    names = {
        name: reverse("rights:calculator-of", args=[code, name]) if code else reverse("rights:calculator-sort", args=[name])
        for name in SORTS
    }
    return [Link(SORTS[name], url, active=name == sort) for name, url in names.items()]


def _taken(request: Request, case: Case, found: Reckoned, form: forms.Form) -> bool:
    try:
        row = actions.take_over(case, sheet=found.as_json(), by=request.actor)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, f"已写成诉求，合计 {row.total:,} 元，计算过程附在案件里。")
    return True
