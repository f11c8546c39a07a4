"""A worker's own cases: what state they are in, what comes next, by when, and whom to call."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.gate import OWN, page
from niangjia.core.access.request import Request
from niangjia.core.cases import actions, queries
from niangjia.core.cases.enums import ClockState
from niangjia.core.cases.forms import StepForm
from niangjia.core.cases.models import Case
from niangjia.core.cases.steps import WORKER
from niangjia.core.cases.views.attachments import served
from niangjia.core.cases.views.card import card_of, chip, rail
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Happening
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers.queries import papers_of


def mine(request: Request, code: str) -> Case:
    """The reader's own case; 404 for anybody else's."""
    try:
        return queries.with_names([queries.own_case(request.actor.person_id, code)])[0]
    except Case.DoesNotExist:
        raise Http404 from None


@page(OWN, face="worker")
@never_cache
def case_list(request: Request) -> HttpResponse:
    """Every matter of mine, the open ones first."""
    cases = list(queries.own_cases(request.actor.person_id).filter(merged_into__isnull=True))
    rows = [(case, queries.flow_of(case).state(case.state)) for case in sorted(cases, key=lambda case: case.closed_on is not None)]
    return render(request, "cases/worker/list.html", {"rows": rows, "place": "cases"})


@page(OWN, face="worker")
@never_cache
def detail(request: Request, code: str) -> HttpResponse:
    """Where my matter stands, what comes next, by when, whom to call."""
    case = mine(request, code)
    card = card_of(case, request.actor)
    running = [chip(clock) for clock in queries.running(case) if clock.state == ClockState.RUNNING]
    told = [Happening(row.on, row.title) for row in case.steps.filter(for_worker=True).order_by("-number")[:30]]
    with elevated("worker: the telephone of the union that answers for one's own case"):
        org = Organisation.objects.select_related("parent").get(pk=case.org_id)
    context: dict[str, Any] = {
        "case": case, "card": card, "stages": rail(card.flow, case, card.history, plain=True), "clocks": running, "told": told, "org": org, "steps": _steps(request, case),
        "telephone": org.contact_phone or "12351", "files": queries.attachments_of(case).filter(for_worker=True), "back_url": reverse("cases:mine"),
        "papers": papers_of(case).filter(for_worker=True, voided_on__isnull=True),
    }  # fmt: skip
    return render(request, "cases/worker/detail.html", context)


def _steps(request: Request, case: Case) -> list[Any]:
    steps = queries.flow_of(case).from_state(case.state)
    return [step for step in steps if step.may == WORKER and queries.is_open_to(request.actor, case, step)]


@page(OWN, face="worker")
@never_cache
def step(request: Request, code: str, name: str) -> HttpResponse:
    """A step that the worker takes."""
    case = mine(request, code)
    taken = next((one for one in _steps(request, case) if one.name == name), None)
    if taken is None:
        raise Http404
    form = (taken.form or StepForm)(request.POST or None, request.FILES or None, case=case, initial={"on": today()})
    for field in ("on", "attachments"):
        form.fields.pop(field, None)
    if request.method == "POST" and form.is_valid() and _advanced(request, case, name, form):
        return redirect("cases:own", code=case.code)
    back_url = reverse("cases:own", args=[case.code])
    context = {"case": case, "step": taken, "form": form, "back_url": back_url}
    return render(request, "cases/worker/step.html", context, status=422 if form.errors else 200)


def _advanced(request: Request, case: Case, name: str, form: StepForm) -> bool:
    """Take the step, with the ``photos`` where its form asks for them; what the facts do not allow is shown in the form."""
    facts = dict(form.cleaned_data)
    photos = facts.pop("photos", [])
    try:
        with transaction.atomic():
            done = actions.advance(case, name, by=request.actor, **facts)
            actions.attach_to_step(done, files=photos, by=request.actor)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    return True


@page(OWN, face="worker")
@never_cache
def attachment(request: Request, code: str, number: int) -> HttpResponseBase:
    """A file of my case that I may see."""
    found = get_object_or_404(queries.attachments_of(mine(request, code)).filter(for_worker=True), number=number)
    return served(found)
