"""The desk opens with what is due."""

from django.http import HttpResponse
from django.shortcuts import render

from niangjia.base.calendar import today
from niangjia.core.access.gate import SIGNED_IN, page
from niangjia.core.access.request import Request
from niangjia.core.faces.shapes import Link
from niangjia.core.home.inbox import CASES, TASKS, TERMS, asked, grouped, waiting

KINDS = {CASES: "案件", TASKS: "待办", TERMS: "换届"}
MINE = "mine"


@page(SIGNED_IN)
def inbox(request: Request) -> HttpResponse:
    """/desk/: what waits for the reader under the present post, by deadline; every staff account may open it."""
    day, chosen = today(), request.GET.get("kind", "")
    everything, mine = waiting(request.actor, day), asked(request.actor)
    items = mine if chosen == MINE else [item for item in everything if item.kind == chosen] if chosen in KINDS else everything
    chips = [Link("等我办", "?", len(everything), active=chosen not in (*KINDS, MINE))]
    chips += [
        Link(title, f"?kind={kind}", sum(item.kind == kind for item in everything), active=kind == chosen) for kind, title in KINDS.items()
    ]
    chips.append(Link("我发起的", f"?kind={MINE}", len(mine), active=chosen == MINE))
    soon = next((item for item in items if item.due_on and item.due_on >= day), None)
    context = {
        "groups": grouped(items, day),
        "chips": chips,
        "items": len(items),
        "mine": chosen == MINE,
        "late": sum(bool(item.due_on and item.due_on < day) for item in items),
        "now": sum(item.due_on == day for item in items),
        "soon": soon,
        "may_pick": any(item.pick for item in items),
    }
    return render(request, "home/inbox.html", context)
