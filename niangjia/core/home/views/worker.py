"""The worker's first page: what concerns this person today, the card, and whom to ring."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from niangjia.base.calendar import now
from niangjia.core.access.gate import OWN, page
from niangjia.core.cases.queries import own_cases
from niangjia.core.line import worker_entries
from niangjia.core.people.queries import looks
from niangjia.core.people.views.worker import me
from niangjia.core.tasks.queries import report_of

LATELY = timedelta(days=30)


@page(OWN, face="worker")
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """/m/"""
    mine = me(request)
    lately = [look for look in looks(mine.person) if look.at > now() - LATELY]
    context = {
        "entries": worker_entries(), "open_cases": own_cases(mine.person.pk).filter(closed_on__isnull=True).count(), "me": mine, "greeting": _greeting(now().hour), "looks_lately": len(lately), "report": report_of(mine.person), "place": "home",
    }  # fmt: skip
    return render(request, "home/worker/home.html", context)


def _greeting(hour: int) -> str:
    if hour < 5:
        return _("夜里好")
    if hour < 11:
        return _("早上好")
    if hour < 14:
        return _("中午好")
    return _("下午好") if hour < 18 else _("晚上好")
