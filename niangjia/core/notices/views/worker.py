"""The worker's message box."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from niangjia.base.paging import Page
from niangjia.core.access.gate import OWN, page
from niangjia.core.notices import actions, rules
from niangjia.core.notices.forms import WantedForm
from niangjia.core.notices.models import Notice
from niangjia.core.notices.queries import messages_of, refused_by


@dataclass(frozen=True)
class Letter:
    """A message as the reader's language has it: a line that the catalogue knows is translated, names and reasons stay."""

    title: str
    lines: list[str]
    at: datetime
    url: str
    is_new: bool


@page(OWN, face="worker")
@never_cache
def box(request: Any) -> HttpResponse:
    """My messages; one button marks all as read."""
    if request.method == "POST":
        actions.mark_read(person_id=request.actor.person_id)
        return redirect("notices:messages")
    found = Page.of(request, messages_of(request.actor.person_id))
    letters = [_letter(notice) for notice in found]
    context = {"page": found, "letters": letters, "place": "messages", "may_choose": bool(rules.kinds_offered())}
    return render(request, "notices/worker/messages.html", context)


@page(OWN, face="worker")
@never_cache
def wanted(request: Any) -> HttpResponse:
    """What I want to be told outside the platform, too."""
    person = request.actor.person_id
    form = WantedForm(request.POST if request.method == "POST" else None, refused=refused_by(person))
    if request.method == "POST" and form.is_valid():
        actions.choose(wanted=form.wanted, offered=form.offered, person_id=person)
        messages.success(request, gettext("记下了。这里的消息照常都有。"))
        return redirect("notices:messages")
    context = {"form": form, "place": "messages", "back_url": reverse("notices:messages")}
    return render(request, "notices/worker/wanted.html", context)


def _letter(notice: Notice) -> Letter:
    lines = [gettext(line) for line in notice.text.splitlines() if line.strip()]
    return Letter(gettext(notice.title) if notice.title else "", lines, notice.made_at, notice.url, notice.read_at is None)
