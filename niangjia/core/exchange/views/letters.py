"""The desk's pages of letters that come: which kind it is, what it says, its scan."""

from django.contrib import messages as notes
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.exchange import actions
from niangjia.core.exchange.forms import LetterForm
from niangjia.core.exchange.kinds import Incoming, incomings
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.views.desk import address, seen
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Link


def answers_to(message: Message) -> list[Incoming]:
    """The kinds of letters that may come in answer to a message, those in their turn first."""
    if message.case is None or message.direction != "out":
        return []
    state = message.case.state
    found = [
        one for one in incomings().values()
        if not one.opens and message.partner.kind in one.sent_by and state in (*one.states, *one.waits_in)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (state not in one.states, one.answers != message.kind))


@page("exchange.work")
def reply(request: Request, number: str) -> HttpResponse:
    """Enter the letter that answers a message: first its kind, then what it says."""
    message = seen(request, number)
    offered = {one.kind: one for one in answers_to(message)}
    if not offered or message.case is None:
        raise Http404
    here = reverse("exchange:reply", args=[number])
    kind = offered.get(request.GET.get("kind", ""))
    if kind is None:
        links = [Link(one.title, f"{here}?kind={one.kind}") for one in offered.values()]
        return render(request, "exchange/reply.html", {"message": message, "links": links, "back_url": address(message)})
    form = LetterForm(request.POST or None, request.FILES or None, schema=kind.schema, initial={"said_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            came = actions.register_letter(
                partner=message.partner, kind=kind.kind, case=message.case, facts=form.said, their_number=form.cleaned_data["their_number"],
                said_on=form.cleaned_data["said_on"], scan=form.cleaned_data["scan"], answers=message, by=request.actor,
            )  # fmt: skip
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            notes.success(request, f"{kind.title}已登记：{came.get_state_display()}。")
            return redirect(address(came))
    context = {"message": message, "kind": kind, "form": form, "back_url": address(message)}
    return render(request, "exchange/reply.html", context, status=422 if form.errors else 200)
