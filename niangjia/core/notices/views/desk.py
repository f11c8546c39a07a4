"""The outbox: what was sent, what waits, what failed. Texts are shown in the demo only."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.base.chinese import mask_phone
from niangjia.base.paging import Page
from niangjia.base.scope import elevated
from niangjia.core.access.gate import page
from niangjia.core.notices import actions
from niangjia.core.notices.enums import State
from niangjia.core.notices.models import Notice
from niangjia.core.notices.queries import outbox as in_outbox

TONES = {State.QUEUED: "notice", State.SENT: "ok", State.FAILED: "late"}


@page("notices.outbox")
@never_cache
def outbox(request: Any) -> HttpResponse:
    """Short messages, newest first."""
    state = request.GET.get("state", "")
    with elevated("outbox: in the demo also codes, which belong to no union; else narrowed by in_outbox"):
        found = Page.of(request, in_outbox(request.actor).filter(**({"state": state} if state in State.values else {})))
        rows = [(notice, mask_phone(notice.phone), _text(notice), TONES[State(notice.state)]) for notice in found]
    context = {"page": found, "rows": rows, "state": state, "states": State.choices, "demo_texts": settings.DEMO}
    return render(request, "notices/outbox.html", context)


@page("notices.outbox")
@require_POST
def resend(request: Any) -> HttpResponse:
    """Try a failed one again; which one stands in the form, not in the address."""
    number = request.POST.get("notice", "")
    with elevated("outbox: narrowed by in_outbox"):
        notice = get_object_or_404(in_outbox(request.actor), pk=int(number) if number.isdecimal() else 0, state=State.FAILED)
    actions.resend(notice=notice, by=request.actor)
    messages.success(request, "已重新排队发送")
    return redirect("notices:outbox")


def _text(notice: Notice) -> str:
    return notice.text if settings.DEMO else ""
