"""A worker's own pages of mutual aid: what covers me, what was paid and why, joining as a retired person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from niangjia.base.calendar import today
from niangjia.core.access.gate import OWN, page
from niangjia.core.access.queries import own
from niangjia.core.cases.queries import flow_of, own_cases
from niangjia.core.faces.fields import show_refusal
from niangjia.core.law.queries import calendar
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid.enums import SettlementState
from niangjia.work.mutual_aid.forms import JoinForm
from niangjia.work.mutual_aid.models import Enrolment, Plan, Settlement
from niangjia.work.mutual_aid.plan.words import in_words
from niangjia.work.mutual_aid.sheet import sheet_of

SHOWN = 24
REFUSALS = (SettlementState.REFUSED, SettlementState.NOT_COVERED, SettlementState.OUT_OF_SCOPE)
STANDS = (SettlementState.PAID, SettlementState.ELSEWHERE)


@dataclass(frozen=True)
class Cover:
    """One policy as its owner reads it: what it is called, from when it pays, how many days are left, its rule in words."""

    enrolment: Enrolment
    title: str
    pays_from: date
    days_left: int
    words: list[tuple[str, str]]

    @property
    def waits(self) -> bool:
        """Whether the premium is in, but the first day on which it pays is still to come."""
        return self.enrolment.state == "effective" and self.pays_from > today()


def cover(enrolment: Enrolment) -> Cover:
    """The policy with what its rule makes of it."""
    rule = enrolment.plan.declared
    pays_from = rule.covers_from(enrolment.effective_from, late=enrolment.late, continuous=enrolment.continuous)
    return Cover(enrolment, _(rule.title), pays_from, (enrolment.effective_to - today()).days + 1, in_words(rule))


def me(request: Any) -> Person:
    """Who looks; somebody whose record was merged or closed since signing in has no page."""
    living = own(request.actor.person_id, Person.objects.filter(merged_into__isnull=True, deceased_on__isnull=True))
    person = living.first()
    if person is None:
        raise Http404(_("你的档案有变动，请重新登录。"))
    return person


def joinable(person: Person) -> Plan | None:
    """The plan that this person may join alone today, if there is one."""
    return next((plan for plan in queries.current_plans() if queries.may_join_alone(person, plan, today())), None)


@page(OWN, face="worker")
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """My cover in plain words, and every settlement with what mutual aid made of it."""
    person = me(request)
    living = own(person.pk, Enrolment.objects.filter(state__in=queries.LIVING, effective_to__gte=today()).select_related("plan"))
    newest = own(person.pk, Settlement.objects.select_related("enrolment__plan").order_by("-settled_on", "-arrival"))
    settled = list(newest[:SHOWN])
    days = calendar()
    context = {
        "matters": [(case, flow_of(case).state(case.state)) for case in own_cases(person.pk).filter(line="mutual_aid", closed_on__isnull=True)],
        "covers": [cover(one) for one in living.order_by("plan__code")], "asks": living.filter(consent_on__isnull=True).exists(), "settled": [(one, sheet_of(one), queries.appealable_until(one, days) if one.state in REFUSALS else None) for one in settled], "joinable": joinable(person),
        "total": sum(one.paid + one.paid_elsewhere for one in settled if one.state in STANDS), "back_url": "/m/",
    }  # fmt: skip
    return render(request, "mutual_aid/worker/mine.html", context)


@page(OWN, face="worker")
@never_cache
def agree(request: Any) -> HttpResponse:
    """The separate consent of somebody whom the union enrolled; only asked for where it was not given."""
    if request.method == "POST" and actions.consent(me(request), by=request.actor):
        messages.success(request, _("记下了：你同意把住院结算信息用来核定互助金。"))
    return redirect("mutual_aid:mine")


@page(OWN, face="worker")
@never_cache
def join(request: Any) -> HttpResponse:
    """A retired person joins: what it grants, the fee, and the separate consent."""
    person = me(request)
    plan = joinable(person)
    if plan is None:
        raise Http404(_("现在没有可以自己参加的计划。"))
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.enrol_oneself(person, plan=plan, by=request.actor, agrees=form.cleaned_data["agrees"])
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("登记好了。请到社区或单位工会交费，交了就生效。"))
            return redirect("mutual_aid:mine")
    context = {
        "form": form, "plan": plan, "title": _(plan.declared.title), "words": in_words(plan.declared), "late": today() > plan.window_to,
        "back_url": reverse("mutual_aid:mine"),
    }  # fmt: skip
    return render(request, "mutual_aid/worker/join.html", context, status=422 if form.errors else 200)
