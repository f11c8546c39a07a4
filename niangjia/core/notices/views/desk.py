"""The desk's message box, and the outbox: what was sent, what waits, what failed. Texts of the outbox are shown in the demo only."""

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
from niangjia.core.access.actions import set_email
from niangjia.core.access.gate import SIGNED_IN, page
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.notices import actions, rules
from niangjia.core.notices.enums import Channel, Kind, State
from niangjia.core.notices.forms import StaffWantedForm
from niangjia.core.notices.models import Notice
from niangjia.core.notices.queries import messages_to, refused_by
from niangjia.core.notices.queries import outbox as in_outbox

TONES = {State.QUEUED: "notice", State.SENDING: "notice", State.SENT: "ok", State.FAILED: "late", State.UNSURE: "late"}
OUTSIDE = [choice for choice in Channel.choices if choice[0] != Channel.APP]
AGAIN = (State.FAILED, State.UNSURE)


def masked(notice: Notice) -> str:
    """Where a message goes, as an officer may see it."""
    address = notice.address
    if notice.channel == Channel.SMS:
        return mask_phone(address)
    return f"{address[:2]}…{address[address.find('@') :] if '@' in address else ''}" if address else ""


COLUMNS = (
    Column("made", "时间", lambda notice: notice.made_at.astimezone().strftime("%Y-%m-%d %H:%M"), order="made_at"),
    Column("channel", "渠道", lambda notice: notice.get_channel_display()),
    Column("kind", "种类", lambda notice: notice.get_kind_display()),
    Column("address", "发到哪里", masked),
    Column("text", "内容", lambda notice: notice.text if settings.DEMO else notice.title),
    Column("org", "发件工会", lambda notice: notice.org.short_name if notice.org else "", optional=True),
    Column("state", "状态", lambda notice: notice.get_state_display(), tone=lambda notice: TONES[State(notice.state)]),
    Column("attempts", "发了几次", lambda notice: notice.attempts, numeric=True, optional=True),
    Column("fault", "原因", lambda notice: notice.fault),
)
FILTERS = (
    Filter("state", "状态", State.choices, lambda rows, value: rows.filter(state=value)),
    Filter("channel", "渠道", OUTSIDE, lambda rows, value: rows.filter(channel=value)),
    Filter("kind", "种类", Kind.choices, lambda rows, value: rows.filter(kind=value)),
)


@page("notices.outbox")
@never_cache
def outbox(request: Any) -> HttpResponse:
    """What went out of the house, newest first."""
    with elevated("outbox: in the demo also codes, which belong to no union; else narrowed by in_outbox"):
        rows = in_outbox(request.actor)
        listing = Listing(
            request, rows, COLUMNS, title="发件箱", filters=FILTERS, order="-made_at", row_key=lambda notice: str(notice.pk),
            empty=Empty("发件箱是空的", "有人要登录验证码，或者工会发通知，会出现在这里。"),
        )  # fmt: skip
        stuck = list(rows.filter(state__in=AGAIN)[:20])
        context = {"list": listing, "stuck": [(notice, masked(notice)) for notice in stuck], "demo_texts": settings.DEMO}
        return render(request, "notices/outbox.html", context)


@page("notices.outbox")
@require_POST
def resend(request: Any) -> HttpResponse:
    """Try one again that failed or is in doubt; which one stands in the form, not in the address."""
    number = request.POST.get("notice", "")
    with elevated("outbox: narrowed by in_outbox"):
        notice = get_object_or_404(in_outbox(request.actor), pk=int(number) if number.isdecimal() else 0, state__in=AGAIN)
    actions.resend(notice=notice, by=request.actor)
    messages.success(request, "已重新排队发送")
    return redirect("notices:outbox")


@page(SIGNED_IN)
@never_cache
def box(request: Any) -> HttpResponse:
    """The messages to me at the desk; one button marks all as read."""
    if request.method == "POST":
        actions.mark_read(user_id=request.user.pk)
        return redirect("notices:desk-messages")
    found = Page.of(request, messages_to(request.user.pk))
    return render(request, "notices/box.html", {"page": found, "may_choose": bool(rules.kinds_offered())})


@page(SIGNED_IN)
@never_cache
def wanted(request: Any) -> HttpResponse:
    """What I want to be told outside the platform, too, and where."""
    data = request.POST if request.method == "POST" else None
    form = StaffWantedForm(data, refused=refused_by(user_id=request.user.pk), initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        actions.choose(wanted=form.wanted, offered=form.offered, user_id=request.user.pk)
        if form.cleaned_data["email"] != request.user.email:
            set_email(user=request.user, email=form.cleaned_data["email"], by=request.actor)
        messages.success(request, "已记下。平台里的消息照常都有。")
        return redirect("notices:desk-messages")
    return render(request, "notices/wanted.html", {"form": form, "may_choose": bool(form.offered)})
