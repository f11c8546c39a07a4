"""Working a report of wrong data: correct it, or say why not; either way the person is told."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.people.forms import AcceptForm, RefuseForm
from niangjia.core.people.models import Person
from niangjia.core.people.views.card import PersonCard
from niangjia.core.people.views.change import doable_links, show_refusal
from niangjia.core.people.views.reach import address, seen
from niangjia.core.tasks.actions import accept_correction, refuse_correction
from niangjia.core.tasks.queries import Report, report_of

REFUSE = "refuse"
ELSEWHERE = {"union": ("transfer", "admit", "restore"), "other": ("details", "form"), "employer": ("details",)}
"""Parts that other verbs correct, and which."""


@page("people.change")
def work(request: Request, code: str) -> HttpResponse:
    """What was reported, what the register says, the right values; refusing stands below, folded."""
    person = seen(request, code)
    require(request.actor, "people.change", person.home_org)
    report = report_of(person)
    if report is None or report.done_on:
        return render(request, "people/correction.html", {"person": person, "report": report, "back_url": address(person)})
    refusing = request.POST.get("decision") == REFUSE
    accept = AcceptForm(None if refusing else request.POST or None, wrong=report.wrong)
    refuse = RefuseForm(request.POST if refusing else None)
    if request.method == "POST" and _worked(request, person, accept, refuse, refusing=refusing):
        messages.success(request, "已办结，结果已经告诉本人。")
        return redirect(reverse("home:inbox"))
    context = {
        "person": person, "report": report, "accept": accept, "refuse": refuse, "refusing": refusing, "facts": _facts(person, report),
        "elsewhere": _elsewhere(request, person, report), "back_url": address(person),
    }  # fmt: skip
    return render(request, "people/correction.html", context, status=422 if accept.errors or refuse.errors else 200)


def _worked(request: Request, person: Person, accept: AcceptForm, refuse: RefuseForm, *, refusing: bool) -> bool:
    form = refuse if refusing else accept
    if not form.is_valid():
        return False
    try:
        if refusing:
            refuse_correction(person, by=request.actor, reason=refuse.cleaned_data["reason"])
        else:
            accept_correction(person, by=request.actor, facts=accept.facts, note=accept.cleaned_data["note"])
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _facts(person: Person, report: Report) -> list[Fact]:
    """What the register says of the parts that were reported, numbers masked."""
    span = person.memberships.filter(until__isnull=True).select_related("union").first()
    said = {
        "name": person.name,
        "id_number": person.masked_id_number,
        "phone": person.masked_phone,
        "bank_account": person.masked_bank_account,
        "employer": person.employer.name if person.employer else person.platform,
        "union": f"{span.union.name}，{span.joined_on:%Y-%m-%d} 入会" if span else "没有会籍",
    }
    pairs = zip(report.wrong, report.titles, strict=True)
    return [Fact(f"登记的{title}", said[key]) for key, title in pairs if key in said]


def _elsewhere(request: Request, person: Person, report: Report) -> list[Link]:
    verbs = {verb for key in report.wrong for verb in ELSEWHERE.get(key, ())}
    links = doable_links(request.actor, PersonCard(person, request.actor, today()))
    return [link for link in links if link.url.rstrip("/").rpartition("/")[2] in verbs]
