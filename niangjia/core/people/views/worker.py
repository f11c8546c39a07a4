"""A worker's own pages: the card and its check, my data, who looked at it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from niangjia.base import chinese
from niangjia.base.calendar import now
from niangjia.base.scope import elevated
from niangjia.core.access.gate import OWN, PUBLIC, page
from niangjia.core.access.queries import own
from niangjia.core.orgs.queries import telephone_of
from niangjia.core.people.card import LIFE, person_of, token_for
from niangjia.core.people.enums import COUNTED_STANDINGS
from niangjia.core.people.forms import CorrectionForm
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.queries import looks, open_span, stays
from niangjia.core.tasks.actions import ask_correction
from niangjia.core.tasks.queries import report_of


@dataclass(frozen=True)
class Me:
    """The one who is signed in, with the open membership and the union that answers for them."""

    person: Person
    span: Membership | None

    @property
    def is_valid(self) -> bool:
        """Whether the card is good today."""
        return self.span is not None and self.span.standing in COUNTED_STANDINGS

    @property
    def union(self) -> Any:
        """The union of the membership, else the body that received the person."""
        return self.span.union if self.span else self.person.home_org

    @property
    def telephone(self) -> str:
        """Of the union, else of the federation above it, else the national hotline of the unions."""
        return telephone_of(self.union)

    @property
    def reading(self) -> str:
        """How the name is read, where a phone's fonts may lack a character of it: 𬭚 shows as an empty box, "yuan" does not."""
        return self.person.pinyin if chinese.has_rare_character(self.person.name) else ""


def me(request: Any) -> Me:
    """Who looks; somebody whose record was merged or closed since signing in has no page."""
    with elevated("worker: one's own record with the names of the unions it speaks of"):
        living = own(request.actor.person_id, Person.objects.filter(merged_into__isnull=True, deceased_on__isnull=True))
        person = living.select_related("home_org__parent", "employer").first()
        if person is None:
            raise Http404(_("你的档案有变动，请重新登录。"))
        span = person.memberships.filter(until__isnull=True).select_related("union__parent", "transferring_to").first()
        return Me(person, span)


@page(OWN, face="worker")
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """The membership card with a code that lives for some minutes."""
    mine = me(request)
    address = request.build_absolute_uri(reverse("people:card_check", args=[token_for(mine.person)]))
    context = {"me": mine, "address": address, "minutes": int(LIFE.total_seconds() // 60), "place": "card"}
    return render(request, "people/worker/card.html", context)


@page(PUBLIC, face="worker")
@never_cache
def card_check(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody sees who scans a card: good or not, a masked name and the union, nothing else."""
    context: dict[str, Any] = {"valid": False, "known": False, "name": "", "union": "", "now": now()}
    with elevated("card: its holder shows it to somebody who has no account"):
        if person := person_of(token):
            span = open_span(person)
            valid = span is not None and span.standing in COUNTED_STANDINGS
            union = span.union.name if span else ""
            context |= {"known": True, "valid": valid, "name": chinese.mask_name(person.name), "union": union}
    return render(request, "people/worker/card_check.html", context)


@page(OWN, face="worker")
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """My data, numbers masked; a tap shows them in full to their owner, which is no look of somebody else."""
    who = me(request)
    context = {
        "me": who, "stays": stays(who.person), "in_full": request.method == "POST", "place": "me", "report": report_of(who.person),
    }  # fmt: skip
    return render(request, "people/worker/me.html", context)


@page(OWN, face="worker")
@never_cache
def correct(request: Any) -> HttpResponse:
    """Say what is wrong; the union rings back, so nothing personal is typed here."""
    who = me(request)
    form = CorrectionForm(_posted(request))
    if form.is_valid():
        ask_correction(person=who.person, wrong=form.cleaned_data["wrong"], by=request.actor)
        messages.success(request, _("告诉工会了。15 天内会有人打电话和你核对。"))
        return redirect("people:me")
    context = {"form": form, "me": who, "back_url": reverse("people:me"), "report": report_of(who.person)}
    return render(request, "people/worker/correct.html", context)


@page(OWN, face="worker")
@never_cache
def looked(request: HttpRequest) -> HttpResponse:
    """Who looked at my data in full: post, reason, time."""
    who = me(request)
    return render(request, "people/worker/looks.html", {"me": who, "looks": looks(who.person), "back_url": reverse("people:me")})


def _posted(request: Any) -> Any:
    """What was posted, also if it is empty; None on GET."""
    return request.POST if request.method == "POST" else None
