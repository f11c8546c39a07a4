"""The worker's pages of advice: which lawyer is where when, a time booked in three taps, one's own bookings."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.gate import OWN, PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.work.rights import actions
from niangjia.work.rights.consulting import DAYS_AHEAD, free_slots, own_consultations, planned
from niangjia.work.rights.duty_forms import BookForm, OpinionForm
from niangjia.work.rights.enums import Kind, Language
from niangjia.work.rights.helping import on_roster
from niangjia.work.rights.models import Consultation, Duty, Helper

DAYS_SHOWN = 2
"""Days of the rota shown at once; the others a tap away."""


@page(PUBLIC, face="worker")
@never_cache
def lawyers(request: Request) -> HttpResponse:
    """Who is on duty in the coming two weeks, where, and how many times are free."""
    with elevated("advice: the rota is open to everybody"):
        duties = list(planned(today(), today() + timedelta(days=DAYS_AHEAD)).filter(helper__published=True))
        rows = [(duty, len(free_slots(duty))) for duty in duties]
    by_day: dict[date, list[tuple[Duty, int]]] = {}
    for duty, free in rows:
        by_day.setdefault(duty.on, []).append((duty, free))
    days = list(by_day.items())
    context = {
        "days": days[:DAYS_SHOWN],
        "later": days[DAYS_SHOWN:],
        "back_url": "/m/" if request.actor.person_id else "/",
        "mine": bool(request.actor.person_id),
    }
    return render(request, "rights/worker/lawyers.html", context)


@page(PUBLIC, face="worker")
@never_cache
def helpers(request: Request) -> HttpResponse:
    """Mediators and lawyers as the roster is published (浙江调解仲裁条例第九条): name, body, fields, languages; no telephone."""
    with elevated("advice: the published roster is open to everybody"):
        rows = list(on_roster(today()).filter(published=True).order_by("kind", "code"))
    groups: dict[str, list[tuple[Helper, str, str]]] = {}
    for row in rows:
        fields = "、".join(Kind(kind).label.split("（")[0] for kind in row.fields)
        languages = "、".join(Language(one).label.split("（")[0] for one in row.languages if one != Language.PUTONGHUA)
        groups.setdefault(row.get_kind_display(), []).append((row, fields, languages))
    return render(request, "rights/worker/helpers.html", {"groups": list(groups.items()), "back_url": reverse("rights:lawyers")})


def _duty(code: str) -> tuple[Duty, list[Any]]:
    with elevated("advice: the rota is open to everybody"):
        found = get_object_or_404(planned(today(), today() + timedelta(days=DAYS_AHEAD)), code=code)
        return found, free_slots(found)


@page(OWN, face="worker")
@never_cache
def book(request: Request, slot: str) -> HttpResponse:
    """Pick a time and what it is about."""
    duty, free = _duty(slot)
    form = BookForm(request.POST or None, free=free)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.book(duty, by=request.actor, **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("rights:own-consultation", consult=made.code)
    context = {"form": form, "duty": duty, "free": free, "back_url": reverse("rights:lawyers")}
    return render(request, "rights/worker/book.html", context, status=422 if form.errors else 200)


@page(OWN, face="worker")
@never_cache
def mine(request: Request) -> HttpResponse:
    """My bookings and what I asked before."""
    rows = list(own_consultations(request.actor.person_id)[:50])
    return render(request, "rights/worker/consultations.html", {"rows": rows, "back_url": reverse("rights:lawyers")})


@page(OWN, face="worker")
@never_cache
def own_consultation(request: Request, consult: str) -> HttpResponse:
    """One of mine: when and where; give it back, or say how it was."""
    row = own_consultations(request.actor.person_id).filter(code=consult).first()
    if row is None:
        raise Http404
    form = OpinionForm(request.POST if request.POST.get("what") == "opinion" else None)
    if request.method == "POST":
        try:
            if _done(request, row, form):
                return redirect("rights:own-consultation", consult=consult)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    with elevated("advice: place and lawyer of one's own booking"):
        row = Consultation.objects.select_related("duty", "helper", "org", "became").get(pk=row.pk)
        context = {
            "row": row,
            "form": form,
            "lawyer": row.helper.name if row.helper and row.helper.published else "",
            "back_url": reverse("rights:mine"),
        }
        return render(request, "rights/worker/consultation.html", context, status=422 if form.errors else 200)


def _done(request: Request, row: Consultation, form: OpinionForm) -> bool:
    """Whether what was posted was done."""
    if request.POST.get("what") == "cancel":
        actions.cancel_consultation(row, by=request.actor)
        return True
    if form.is_valid():
        actions.say_how_it_was(row, satisfied=form.cleaned_data["satisfied"], by=request.actor)
        return True
    return False
