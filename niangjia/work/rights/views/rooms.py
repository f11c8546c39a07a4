"""Shared rooms: the day at a glance, booking, giving back; days on duty of all bodies."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import chinese_date, parse_date, today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import DayField, show_refusal
from niangjia.core.faces.shapes import Link
from niangjia.core.orgs.forms import OrgCodeField
from niangjia.core.orgs.models import Organisation
from niangjia.work.rights import actions, joint
from niangjia.work.rights.models import Booking, JointDuty, Room
from niangjia.work.rights.models.rooms import HALVES
from niangjia.work.rights.views.joint import UNION, tabs

WEEK = 7


def _day(request: Request) -> date:
    return parse_date(request.GET.get("on", "")) or today()


def _days(on: date, name: str) -> list[Link]:
    """The day before, today, the day after."""
    days = {"前一天": on - timedelta(days=1), "今天": today(), "后一天": on + timedelta(days=1)}
    return [
        Link(title, f"{reverse(f'rights:{name}')}?on={day.isoformat()}", active=title == "今天" and day == on)
        for title, day in days.items()
    ]


@page("rights.joint")
def rooms(request: Request) -> HttpResponse:
    """Every shared room on one day."""
    on = _day(request)
    mine = {request.actor.actor_key}
    context = {
        "tabs": tabs("rooms"), "on": on, "days": _days(on, "rooms"), "rows": joint.bookings_on(on), "mine": mine, "keeps": request.actor.may("cases.manage"),
        "may_add": request.actor.scope.low is not None, "is_past": on < today(),
    }  # fmt: skip
    return render(request, "rights/joint/rooms.html", context)


class RoomForm(forms.Form):
    """A room that the bodies share."""

    name = forms.CharField(label="名称", max_length=60, help_text="例如 第一调解室")
    place = forms.CharField(label="地点", max_length=80)
    seats = forms.IntegerField(label="座位", min_value=1, max_value=200, initial=6)
    org = OrgCodeField(label="管理单位", help_text="编码或全称")


class BookForm(forms.Form):
    """Which room, when, what for."""

    room = forms.ChoiceField(label="房间")
    on = DayField(label="哪天")
    start = forms.TimeField(label="从", help_text="例如 14:00")
    end = forms.TimeField(label="到", help_text="例如 15:30")
    purpose = forms.CharField(label="用途", max_length=60, initial="调解会")
    case = forms.CharField(label="案号", required=False, max_length=30)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found = Room.objects.filter(closed_on__isnull=True).order_by("name")
        self.fields["room"].choices = [(room.code, f"{room.name}（{room.place}，{room.seats} 座）") for room in found]  # type: ignore[attr-defined]


@page("rights.joint")
def book(request: Request) -> HttpResponse:
    """Take a room."""
    initial = {"on": _day(request), "case": request.GET.get("case", ""), "room": request.GET.get("room", "")}
    form = BookForm(request.POST or None, initial=initial)
    return confirmed(
        request,
        form,
        lambda data: _booked(request, data),
        done=lambda row: f"订好了：{row.room.name} {chinese_date(row.on)} {row.start:%H:%M}—{row.end:%H:%M}。",
        to=lambda row: f"{reverse('rights:rooms')}?on={row.on.isoformat()}",
        heading="订房间",
        what="这个时段归你用，别人订不了",
        to_how_many="1 间",
        undo="可以取消",
        action="订",
        back_url=reverse("rights:rooms"),
    )


def _booked(request: Request, said: dict[str, Any]) -> Booking:
    code = said.pop("case").strip()
    case = readable(request.actor).filter(code=code).first() if code else None
    if code and case is None:
        raise ValidationError({"case": f"找不到案号 {code}，或者你看不到。"})
    return actions.book_room(Room.objects.get(code=said.pop("room")), case=case, by=request.actor, **said)


@page("rights.joint")
@require_POST
def cancel(request: Request) -> HttpResponse:
    """Give a room back: the booking of a room that begins at a time of a day."""
    said = {name: request.POST.get(name, "") for name in ("room", "on", "start")}
    on = parse_date(said["on"]) or today()
    begins = [
        one
        for one in Booking.objects.filter(room__code=said["room"], on=on, cancelled_on__isnull=True)
        if f"{one.start:%H:%M}" == said["start"]
    ]
    if not begins:
        raise Http404
    row = begins[0]
    try:
        actions.cancel_booking(row, by=request.actor)
    except ValidationError as refusal:
        messages.error(request, "；".join(refusal.messages))
    else:
        messages.success(request, "已取消，别人可以订了。")
    return redirect(f"{reverse('rights:rooms')}?on={row.on.isoformat()}")


@page("rights.joint")
def add_room(request: Request) -> HttpResponse:
    """A new shared room."""
    if request.actor.scope.low is None:
        raise Http404
    own = Organisation.objects.filter(pk=request.actor.org_id).values_list("name", flat=True).first()  # type: ignore[misc]
    form = RoomForm(request.POST or None, initial={"org": own})
    return confirmed(
        request,
        form,
        lambda data: actions.add_room(by=request.actor, **data),
        done="房间登记好了。",
        to="rights:rooms",
        heading="登记共享房间",
        what="几家都能订",
        to_how_many="1 间",
        undo="可以停用",
        action="登记",
        back_url=reverse("rights:rooms"),
    )


class DutyForm(forms.Form):
    """Who is on duty when, for which body."""

    on = DayField(label="哪天")
    half = forms.ChoiceField(label="时段", choices=HALVES)
    body = forms.ChoiceField(label="单位")
    name = forms.CharField(label="谁值班", max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = [(UNION, joint.OURS), *((body.code, body.name) for body in joint.bodies())]  # type: ignore[attr-defined]

    def clean_body(self) -> Any:
        return next((body for body in joint.bodies() if body.code == self.cleaned_data["body"]), None)


@page("rights.joint")
def duty(request: Request) -> HttpResponse:
    """Who of which body is on duty in the week of a day; turns are put in and taken away here."""
    on = _day(request)
    form = DutyForm(request.POST if request.POST.get("what") == "add" else None, initial={"on": on})
    if request.method == "POST" and request.POST.get("what") == "remove":
        actions.take_off_duty(_turn(request), by=request.actor)
        return redirect(f"{reverse('rights:duty')}?on={on.isoformat()}")
    if request.method == "POST" and form.is_valid() and _put(request, form):
        return redirect(f"{reverse('rights:duty')}?on={form.cleaned_data['on'].isoformat()}")
    monday = on - timedelta(days=on.weekday())
    week = [monday + timedelta(days=number) for number in range(WEEK)]
    rows = JointDuty.objects.filter(on__range=(week[0], week[-1])).order_by("on", "half", "id")
    names = {body.pk: body.name for body in joint.bodies()}
    table = [
        (
            day,
            [
                (title, [(row, names.get(row.body_id or 0, joint.OURS)) for row in rows if row.on == day and row.half == half])
                for half, title in HALVES
            ],
        )
        for day in week
    ]
    context = {"tabs": tabs("duty"), "table": table, "form": form, "on": on, "weeks": _weeks(monday)}
    return render(request, "rights/joint/duty.html", context, status=422 if form.errors else 200)


def _turn(request: Request) -> JointDuty:
    """The turn that a day, a half and a name point to."""
    day = parse_date(request.POST.get("on", "")) or today()
    found = JointDuty.objects.filter(on=day, half=request.POST.get("half", ""), name=request.POST.get("name", "")).first()
    if found is None:
        raise Http404
    return found


def _weeks(monday: date) -> list[Link]:
    here = today() - timedelta(days=today().weekday())
    weeks = {"上一周": monday - timedelta(days=WEEK), "本周": here, "下一周": monday + timedelta(days=WEEK)}
    return [Link(title, f"?on={day.isoformat()}", active=title == "本周" and day == monday) for title, day in weeks.items()]


def _put(request: Request, form: forms.Form) -> bool:
    with_org = Organisation.objects.filter(pk=request.actor.org_id).first()  # type: ignore[misc]
    org = with_org or (own.answering_org if (own := joint.body_of(request.actor.user_id)) else None)
    if org is None:
        raise Http404
    try:
        actions.put_on_duty(org=org, by=request.actor, **form.cleaned_data)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, "排好了。")
    return True
