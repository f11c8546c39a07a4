"""The two calculators at the desk: until when a term runs, and until when arbitration may be applied for."""

from django.http import HttpResponse
from django.shortcuts import render

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.law import limitation as clock
from niangjia.core.law import queries, reckoning
from niangjia.core.law.forms import EVENTS, DueForm, LimitationForm
from niangjia.core.law.term import NotInForce
from niangjia.core.law.views.desk import tabs

ALERTS = {
    "expired": ("已过", "late"),
    "urgent": ("7 日以内", "late"),
    "month": ("30 日以内", "notice"),
    "two_months": ("60 日以内", "notice"),
}


@page("law.view")
def due(request: Request) -> HttpResponse:
    """Ask by GET, so that an answer can be passed on as an address."""
    form = DueForm(request.GET if "start" in request.GET else None, initial={"start": today(), "term": request.GET.get("term", "")})
    found, refused = None, ""
    if form.is_bound and form.is_valid():
        try:
            found = reckoning.due(form.cleaned_data["term"], form.cleaned_data["start"], queries.calendar())
        except (NotInForce, reckoning.BadPeriod) as error:
            refused = str(error).partition(" (")[0]
    return render(request, "law/due.html", {"tabs": tabs("due"), "form": form, "found": found, "refused": refused})


@page("law.view")
def limitation(request: Request) -> HttpResponse:
    """The limitation of one claim, as a risk, with its steps."""
    form = LimitationForm(request.GET if "claim" in request.GET else None)
    found, refused, alert = None, "", ("", "")
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        days = {name: said[name] for name in ("claim", "known_on", "relation_end", "events")}
        try:
            found = clock.limitation(**days, calendar=queries.calendar())
            alert = ALERTS.get(found.alert(today()), ("", ""))
        except reckoning.BadPeriod as error:
            refused = str(error).partition(" (")[0]
    rows = [[form[f"{name}_{at}"] for name in ("type", "what", "from", "to")] for at in range(1, EVENTS + 1)]
    context = {"tabs": tabs("limitation"), "form": form, "rows": rows, "found": found, "refused": refused, "alert": alert}
    return render(request, "law/limitation.html", context)
