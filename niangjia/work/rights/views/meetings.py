"""Joint meetings: the list of hard cases, what was decided about each, what follows."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import DayField, show_refusal
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.orgs.forms import OrgCodeField
from niangjia.core.orgs.models import Organisation
from niangjia.work.rights import actions, joint
from niangjia.work.rights.models import Meeting, MeetingItem
from niangjia.work.rights.views.joint import tabs

COLUMNS = (
    Column("on", "日期", lambda row: row.on, url=lambda row: reverse("rights:meeting", args=[row.code]), order="on"),
    Column("org", "召集单位", lambda row: row.org.short_name),
    Column("place", "地点", lambda row: row.place),
    Column("cases", "案件", lambda row: row.cases, numeric=True),
    Column("held", "开过没有", lambda row: "已开" if row.held_on else "还没有开", tone=lambda row: "ok" if row.held_on else ""),
)


@page("rights.joint")
def meetings(request: Request) -> HttpResponseBase:
    """Every joint meeting the reader may see."""
    number = Count("items", filter=Q(items__dropped_on__isnull=True))
    rows = visible(request.actor, Meeting.objects.select_related("org"), "rights.joint").annotate(cases=number)
    stands = [("no", "还没有开"), ("yes", "已开")]
    listing = Listing(
        request, rows, COLUMNS, title="联席会议", unit="次", order="-on", may_export=True,
        filters=[Filter("held", "开过没有", stands, lambda found, held: found.filter(held_on__isnull=held == "no"))],
        empty=Empty("还没有联席会议", "定了日子，难案名单按规则自动列出来：过期的、60 天以上的、集体的、办结又来的。"),
    )  # fmt: skip
    context = {"list": listing, "tabs": tabs("meetings"), "may_call": request.actor.scope.low is not None}
    return listing.file() or render(request, "rights/joint/meetings.html", context)


class CallForm(forms.Form):
    """When and where, by whom called."""

    on = DayField(label="哪天开")
    place = forms.CharField(label="地点", max_length=80)
    org = OrgCodeField(label="召集单位", help_text="编码或全称；名单从它辖下的案件里列")


@page("rights.joint")
def call(request: Request) -> HttpResponse:
    """Call a meeting; its list fills itself."""
    own = Organisation.objects.filter(pk=request.actor.org_id).values_list("name", flat=True).first()  # type: ignore[misc]
    form = CallForm(request.POST or None, initial={"on": today(), "org": own})
    return confirmed(
        request,
        form,
        lambda data: actions.call_meeting(by=request.actor, **data),
        done=lambda row: f"名单列好了，{row.items.count()} 件。可以添、可以撤。",
        to=lambda row: redirect("rights:meeting", code=row.code),
        heading="召集联席会议",
        what="按规则列出难案名单：过期的、集体的、60 天以上的、办结又来的",
        to_how_many="1 次会议",
        undo="开会以前名单可以改",
        action="列名单",
        back_url=reverse("rights:meetings"),
    )


def _meeting(request: Request, code: str) -> Meeting:
    rows = visible(request.actor, Meeting.objects.select_related("org"), "rights.joint")
    return get_object_or_404(rows, code=code)


class PickForm(forms.Form):
    """A case by its number."""

    case = forms.CharField(label="再添一件", max_length=30, help_text="案号")


@page("rights.joint")
def meeting(request: Request, code: str) -> HttpResponse:
    """The list of one meeting: why each case is on it, what was decided; printed for the table."""
    row = _meeting(request, code)
    form = PickForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = readable(request.actor).filter(code=form.cleaned_data["case"].strip(), line="rights").first()
        if case is None:
            form.add_error("case", "找不到这个案号，或者你看不到。")
        else:
            try:
                actions.put_on_list(row, case=case, by=request.actor)
            except ValidationError as refusal:
                show_refusal(form, refusal)
            else:
                return redirect("rights:meeting", code=code)
    context = {"meeting": row, "items": joint.items_of(row), "form": form, "day": today(), "tabs": tabs("meetings")}
    return render(request, "rights/joint/meeting.html", context, status=422 if form.errors else 200)


def _item(request: Request, code: str, number: int) -> MeetingItem:
    rows = MeetingItem.objects.filter(meeting=_meeting(request, code), number=number, dropped_on__isnull=True)
    return get_object_or_404(rows.select_related("meeting__org", "case__org"))


class DecideForm(forms.Form):
    """What was said, decided, and what follows."""

    minutes = forms.CharField(label="讨论", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 5}))
    decision = forms.CharField(label="决定", max_length=200)
    follow_up = forms.CharField(label="后续谁办什么", required=False, max_length=120)
    follow_up_on = DayField(label="哪天以前", required=False)


@page("rights.joint")
def decide(request: Request, code: str, number: int) -> HttpResponse:
    """What the meeting decided about one case."""
    item = _item(request, code, number)
    initial = {name: getattr(item, name) for name in ("minutes", "decision", "follow_up", "follow_up_on")}
    form = DecideForm(request.POST or None, initial=initial)
    return confirmed(
        request,
        form,
        lambda data: actions.decide_item(item, by=request.actor, **data),
        done=f"第 {number} 件记好了。",
        to=lambda _: redirect("rights:meeting", code=code),
        heading=f"第 {number} 件：{item.case.code}",
        what="记入会议；有后续的，承办单位收到待办",
        to_how_many=f"1 件：{item.case.title}",
        undo="可以再改，留痕都在",
        action="记下",
        back_url=reverse("rights:meeting", args=[code]),
    )


@page("rights.joint")
@require_POST
def drop(request: Request, code: str, number: int) -> HttpResponse:
    """Take a case off the list before the meeting."""
    try:
        actions.take_off_list(_item(request, code, number), by=request.actor)
    except ValidationError as refusal:
        messages.error(request, "；".join(refusal.messages))
    return redirect("rights:meeting", code=code)


class DoneForm(forms.Form):
    """How it went."""

    words = forms.CharField(label="办得怎样", max_length=200, help_text="例如 12月20日约双方谈了，单位同意分两期付")


@page("rights.mediate")
def followed(request: Request, code: str) -> HttpResponse:
    """What a meeting asked for about a case is done; the nearest first."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights", flow="dispute")
    waiting = joint.follow_ups(case)
    if not waiting:
        raise Http404
    item, form = waiting[0], DoneForm(request.POST or None)
    return confirmed(
        request,
        form,
        lambda data: actions.follow_up_done(item, by=request.actor, **data),
        done="记下了，待办已办。",
        to=lambda _: redirect("cases:detail", code=code),
        heading=f"后续办好：{code}",
        what=f"{item.meeting.on:%Y年%-m月%-d日}联席会议定的：{item.follow_up}",
        to_how_many=f"1 件：{case.title}",
        undo="不能撤销，可以再记一笔",
        action="办好了",
        back_url=reverse("cases:detail", args=[code]),
    )
