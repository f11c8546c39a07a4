"""The desk opens with what is due."""

from django.http import HttpResponse
from django.shortcuts import render

from niangjia.base.calendar import today
from niangjia.core.access.gate import SIGNED_IN, page
from niangjia.core.access.request import Request
from niangjia.core.faces.shapes import Link
from niangjia.core.home.inbox import TASKS, TERMS, grouped, waiting

KINDS = {TASKS: "待办", TERMS: "换届"}


@page(SIGNED_IN)
def inbox(request: Request) -> HttpResponse:
    """/desk/: what waits for the reader under the present post, by deadline; every staff account may open it."""
    day, chosen = today(), request.GET.get("kind", "")
    everything = waiting(request.actor, day)
    items = [item for item in everything if item.kind == chosen] if chosen in KINDS else everything
    chips = [Link("全部", "?", len(everything), active=chosen not in KINDS)]
    chips += [
        Link(title, f"?kind={kind}", sum(item.kind == kind for item in everything), active=kind == chosen) for kind, title in KINDS.items()
    ]
    context = {
        "groups": grouped(items, day),
        "chips": chips,
        "items": len(items),
        "late": sum(bool(item.due_on and item.due_on < day) for item in items),
    }
    return render(request, "home/inbox.html", context)
