"""Looking beyond the mask: one number in clear, a certificate on paper; both against a reason, both leave a trace."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.people import actions
from niangjia.core.people.enums import LOOKED_AT
from niangjia.core.people.forms import CertificateForm, ReasonForm
from niangjia.core.people.models import Person
from niangjia.core.people.views.card import PersonCard
from niangjia.core.people.views.reach import address, seen


@page("people.unmask")
def unmask(request: Request, code: str, field: str) -> HttpResponse:
    """Show one number in clear, once, against a reason that the person will see."""
    person = seen(request, code)
    if field not in actions.SEALED:
        raise Http404
    require(request.actor, "people.unmask", person.home_org)
    form, shown = ReasonForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            shown = actions.unmask(person, field=field, reason=form.cleaned_data["reason"], by=request.actor)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {"person": person, "form": form, "what": LOOKED_AT[field], "shown": shown, "back_url": address(person)}
    response = render(request, "people/unmask.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@page("people.view")
def certificate(request: Request, code: str) -> HttpResponse:
    """The certificate of membership, printed against a reason; with the whole number only for whoever may look at it."""
    person = seen(request, code)
    card = PersonCard(person, request.actor, today())
    form, printing = CertificateForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        printing = _noted(request, person, form)
    context = {"person": person, "card": card, "form": form, "printing": printing, "back_url": address(person)}
    context["number"] = _number_on_paper(person, form) if printing else person.masked_id_number
    response = render(request, "people/certificate.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _noted(request: Request, person: Person, form: CertificateForm) -> bool:
    """Leave the trace first; without it nothing is printed."""
    reason, by = form.cleaned_data["reason"], request.actor
    try:
        if form.cleaned_data["whole"]:
            actions.unmask(person, field="id_number", reason=reason, by=by)
        actions.note_print(person, what="certificate", reason=reason, by=by)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _number_on_paper(person: Person, form: CertificateForm) -> str:
    return person.id_number if form.cleaned_data["whole"] else person.masked_id_number
