"""The lawyer's desk: today's people, matters in hand, hearings, duty, fees; and the calendar by subscription."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from icalendar import Calendar, Event

from niangjia.base.calendar import SHANGHAI, now, today
from niangjia.base.scope import elevated
from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of, waiting_on, with_names
from niangjia.work.rights import actions
from niangjia.work.rights.enums import ConsultationState, DutyState, MandateState
from niangjia.work.rights.helping import helper_of
from niangjia.work.rights.models import Consultation, Duty, Fee, FeedToken, Helper, Mandate, Proceeding

AHEAD = timedelta(days=30)
PAST = timedelta(days=60)


@page("rights.lawyer")
def desk(request: Request) -> HttpResponse:
    """What waits for this lawyer today and in the coming weeks."""
    return _shown(request)


def _shown(request: Request, address: str = "") -> HttpResponse:
    """The desk, with the calendar's new address where one was just made."""
    user, day = request.actor.user_id, today()
    helper = helper_of(user)
    cases = with_names(waiting_on(request.actor, day)[:100])
    coming = Consultation.objects.filter(account=user, state=ConsultationState.BOOKED, on__range=(day, day + AHEAD)).select_related("duty")
    context: dict[str, Any] = {
        "helper": helper, "cases": [(case, flow_of(case).state(case.state).title) for case in cases],
        "today": [one for one in coming.order_by("on", "at") if one.on == day], "later": [one for one in coming.order_by("on", "at") if one.on > day],
        "duties": list(Duty.objects.filter(account=user, state=DutyState.PLANNED, on__range=(day, day + AHEAD)).order_by("on", "starts_at")),
        "hearings": _hearings(user), "fees": _fees(helper), "feed": FeedToken.objects.filter(helper=helper, revoked_on__isnull=True).exists(),
        "address": address,
    }  # fmt: skip
    return render(request, "rights/lawyer.html", context)


def _hearings(user: int | None) -> list[Proceeding]:
    """Hearings to come in the matters that name this account."""
    if user is None:
        return []
    mine = Case.objects.filter(accounts__contains=[user]).values("pk")
    rows = Proceeding.objects.filter(case__in=mine, hearing_on__gte=today()).select_related("case")
    return list(rows.order_by("hearing_on"))


def _fees(helper: Helper | None) -> list[Fee]:
    if helper is None:
        return []
    with elevated("lawyer: one's own fees"):
        rows = Fee.objects.filter(mandate__in=Mandate.objects.filter(helper=helper, state=MandateState.ENDED))
        return list(rows.select_related("mandate__case").order_by("-month", "-id")[:12])


@page("rights.lawyer")
@require_POST
def feed(request: Request) -> HttpResponse:
    """A new secret address of the calendar, or none any more."""
    helper = helper_of(request.actor.user_id)
    if helper is None:
        raise Http404
    if request.POST.get("what") == "stop":
        actions.revoke_feed(helper, by=request.actor)
        messages.success(request, "已停止订阅，原来的地址打不开了。")
        return redirect("rights:lawyer")
    token = actions.renew_feed(helper, by=request.actor)
    return _shown(request, request.build_absolute_uri(reverse("rights:calendar", args=[token])))


@page(PUBLIC, face="site")
@never_cache
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Duty and hearings as iCalendar for whoever holds the secret; no name of any person stands in it."""
    with elevated("calendar: whoever holds the secret is the lawyer"):
        found = FeedToken.objects.filter(token_hash=actions.feed_hash(token), revoked_on__isnull=True).select_related("helper").first()
        if found is None:
            raise Http404
        book = _book(found.helper)
    return HttpResponse(book.to_ical(), content_type="text/calendar; charset=utf-8")


def _book(helper: Helper) -> Calendar:
    book, since = Calendar(), today() - PAST
    book.add("prodid", "-//niangjia//rights//ZH")
    book.add("version", "2.0")
    book.add("x-wr-calname", "值班和开庭")
    for duty in Duty.objects.filter(helper=helper, state=DutyState.PLANNED, on__gte=since).order_by("on"):
        booked = duty.consultations.filter(state=ConsultationState.BOOKED).count()
        start, end = (datetime.combine(duty.on, at, tzinfo=SHANGHAI) for at in (duty.starts_at, duty.ends_at))
        _add(book, f"{duty.code}@niangjia", f"值班 {duty.place}", start, end, duty.place, f"已约 {booked} 人")
    for one in _hearings(helper.account_id):
        _add(book, f"hearing-{one.pk}@niangjia", f"开庭 {one.case.code}", one.hearing_on, None, one.body_name, one.get_forum_display())
    return book


def _add(book: Calendar, uid: str, title: str, start: Any, end: Any, place: str, note: str) -> None:
    event = Event()
    facts = {"uid": uid, "summary": title, "dtstart": start, "dtend": end, "location": place, "description": note, "dtstamp": now()}
    for name, value in facts.items():
        if value:
            event.add(name, value)
    book.add_component(event)
