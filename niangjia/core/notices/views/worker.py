"""The worker's message box."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from niangjia.base.paging import Page
from niangjia.core.access.gate import OWN, page
from niangjia.core.notices import actions
from niangjia.core.notices.queries import messages_of


@page(OWN, face="worker")
@never_cache
def box(request: Any) -> HttpResponse:
    """My messages; one button marks all as read."""
    if request.method == "POST":
        actions.mark_read(person_id=request.actor.person_id)
        return redirect("notices:messages")
    found = Page.of(request, messages_of(request.actor.person_id))
    return render(request, "notices/worker/messages.html", {"page": found, "place": "messages"})
