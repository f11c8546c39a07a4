"""The desk's pages of duty: the month with its gaps, arrangements, swaps; and the consultations."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.calendar import add_months, chinese_date, chinese_day, month_end, today
from niangjia.base.scope import elevated
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.law.queries import calendar
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.consulting import consultations_of, gaps, rotas_on
from niangjia.work.rights.duty_forms import AnswerForm, GoOnForm, MonthForm, RotaForm, SwapForm, TakeInForm
from niangjia.work.rights.enums import ConsultationState, Kind, NextStep
from niangjia.work.rights.models import Consultation, Duty, Rota
from niangjia.work.rights.roster_forms import EndForm
from niangjia.work.rights.views.asking import employer_or_name

ROSTER, WORK = "rights.aid", "rights.aid_work"


def _own_org(request: Request) -> str:
    return Organisation.objects.filter(pk=request.actor.org_id or 0).values_list("name", flat=True).first() or ""


def _month(request: Request) -> date:
    """The month asked for as «2024-01», else this one."""
    said = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{said}-01")
    except ValueError:
        return today().replace(day=1)


@page(ROSTER)
def duty(request: Request) -> HttpResponse:
    """A month of duty: who is where when, what is not covered, and the arrangements behind it."""
    month = _month(request)
    rows = visible(request.actor, Duty.objects.filter(on__range=(month, month_end(month))), ROSTER)
    past = rows.filter(on__lt=today()).count() if month == today().replace(day=1) and "all" not in request.GET else 0
    rows = rows.filter(on__gte=today()) if past else rows
    context = {
        "month": month, "past": past, "rows": list(rows.select_related("helper", "org", "stands_in_for").order_by("on", "starts_at", "place")), "gaps": gaps(request.actor, month, calendar()),
        "rotas": list(visible(request.actor, rotas_on(today()), ROSTER).select_related("helper", "substitute", "org").order_by("weekday", "starts_at")),
        "months": [Link(f"{one:%Y年%-m月}", f"?month={one:%Y-%m}", active=one == month) for one in (add_months(month, step) for step in (-1, 0, 1))],
    }  # fmt: skip
    return render(request, "rights/duty.html", context)


@page(ROSTER)
def make_month(request: Request) -> HttpResponse:
    """Make the days of a month."""
    org = get_object_or_404(Organisation, pk=request.actor.org_id or 0)
    form = MonthForm(request.POST or None, initial={"month": f"{add_months(today(), 1):%Y-%m}"})
    return confirmed(
        request, form, lambda data: actions.make_month(org=org, by=request.actor, month=data["month"]), done=lambda made: f"排好了，{made} 场。",
        to=lambda _: f"{reverse('rights:duty')}?month={form.cleaned_data['month']:%Y-%m}", heading="按月排班",
        what="按每周的安排排出这个月，法定节假日不排；已经排过、换过的不动；职工马上能约", to_how_many=f"{org.short_name}和下级的窗口",
        undo="每一场可以换人、取消", action="排班", back_url=reverse("rights:rota"),
    )  # fmt: skip


@page(ROSTER)
def set_rota(request: Request) -> HttpResponse:
    """Somebody is on duty every week."""
    form = RotaForm(request.POST or None, initial={"org": _own_org(request), "valid_from": today()})
    return confirmed(
        request, form, lambda data: actions.set_rota(by=request.actor, **data), done=lambda _: "已安排，按月排班时排出日子。",
        to=lambda _: reverse("rights:rota"), heading="安排值班", what="每周这一天有人值班；要再“按月排班”才排出日子", to_how_many="1 条", undo="随时可以停",
        action="安排", back_url=reverse("rights:rota"),
    )  # fmt: skip


@page(ROSTER)
def end_rota(request: Request, rota: int) -> HttpResponse:
    """An arrangement ends."""
    found = get_object_or_404(visible(request.actor, Rota.objects.select_related("org", "helper"), ROSTER), pk=rota)
    return confirmed(
        request, EndForm(request.POST or None, initial={"on": today()}), lambda data: actions.end_rota(found, by=request.actor, **data),
        done=lambda gone: f"已停，取消了以后没有人约的 {gone} 场。", to=lambda _: reverse("rights:rota"),
        heading=f"停止安排：{found.place} 周{'一二三四五六日'[found.weekday]}", what="从这天起不再排；以后没有人约的场次取消，有人约的留着逐场处理",
        to_how_many="1 条", undo="可以重新安排", action="停止", dangerous=True, back_url=reverse("rights:rota"),
    )  # fmt: skip


def _one(request: Request, code: str) -> Duty:
    return get_object_or_404(visible(request.actor, Duty.objects.select_related("org", "helper"), ROSTER), code=code)


@page(ROSTER)
def swap(request: Request, duty: str) -> HttpResponse:
    """Somebody else takes a time on duty."""
    found = _one(request, duty)
    back = f"{reverse('rights:duty')}?month={found.on:%Y-%m}"
    return confirmed(
        request, SwapForm(request.POST or None, day=found.on), lambda data: actions.change_duty(found, by=request.actor, **data),
        done=lambda _: "已换班。", to=lambda _: back, heading=f"换班：{chinese_day(found.on)} {found.place}", what="这一场由他值，约好的人也由他接待",
        to_how_many="1 场", undo="可以再换回来", action="换班", back_url=back,
    )  # fmt: skip


@page(ROSTER)
def call_off(request: Request, duty: str) -> HttpResponse:
    """A time on duty is called off."""
    found = _one(request, duty)
    back = f"{reverse('rights:duty')}?month={found.on:%Y-%m}"
    booked = found.consultations.filter(state=ConsultationState.BOOKED).count()
    form = SwapForm(request.POST or None, day=found.on)
    del form.fields["helper"]
    return confirmed(
        request, form, lambda data: actions.cancel_duty(found, by=request.actor, **data), done=lambda n: f"已取消，通知了 {n} 位约好的人。",
        to=lambda _: back, heading=f"取消值班：{chinese_day(found.on)} {found.place}", what="这一场不值了，约好的人收到通知，请他们重新约",
        to_how_many=f"1 场，{booked} 人约了", undo="不能恢复，可以重新排", action="取消这一场", dangerous=True, back_url=back,
    )  # fmt: skip


def _consultation_url(row: Consultation) -> str:
    return reverse("rights:consultation", args=[row.code])


CONSULTATION_COLUMNS = (
    Column("code", "编号", lambda row: row.code, url=_consultation_url, order="code"),
    Column("on", "日期", lambda row: row.on, order="on"),
    Column("at", "时间", lambda row: f"{row.at:%H:%M}" if row.at else ""),
    Column("kind", "问什么", lambda row: row.get_kind_display(), order="kind"),
    Column("how", "方式", lambda row: row.get_how_display(), order="how"),
    Column("state", "状态", lambda row: row.get_state_display(), tone=lambda row: {"booked": "info", "held": "ok"}.get(row.state, "grey")),
    Column("next", "下一步", lambda row: row.get_next_step_display() if row.next_step else ""),
    Column("org", "窗口", lambda row: row.org.short_name),
    Column("minutes", "分钟", lambda row: row.minutes, order="minutes", numeric=True, optional=True),
    Column("satisfied", "满意度", lambda row: row.satisfied, order="satisfied", numeric=True, optional=True),
)


def _found_words(rows: QuerySet[Consultation], q: str) -> QuerySet[Consultation]:
    return rows.filter(code__iexact=q) | rows.filter(employer_name__startswith=q)


@page(WORK)
def consultations(request: Request) -> HttpResponseBase:
    """Consultations within reach, those to come first."""
    filters = [
        Filter("state", "状态", ConsultationState.choices, lambda rows, state: rows.filter(state=state)),
        Filter("kind", "问什么", Kind.choices, lambda rows, kind: rows.filter(kind=kind)),
        Filter("next", "下一步", NextStep.choices, lambda rows, step: rows.filter(next_step=step), more=True),
    ]
    listing = Listing(
        request, consultations_of(request.actor).select_related("org"), CONSULTATION_COLUMNS, title="法律咨询", unit="次", filters=filters,
        search=_found_words, search_hint="编号、涉及单位", order="-on", days=[Days("on", "日期", "on")], may_export=request.actor.may(ROSTER),
        views=[Link("全部", "?"), Link("已预约", "?state=booked"), Link("转了案件", "?next=aid")],
        empty=Empty("还没有咨询", "职工在手机上约，或者到窗口、打电话来，都记在这里。", reverse("rights:take-in"), "登记一次咨询"),
    )  # fmt: skip
    return listing.file() or render(request, "rights/consultations.html", {"list": listing})


@page(WORK)
def take_in(request: Request) -> HttpResponse:
    """Somebody walked in or called."""
    form = TakeInForm(request.POST or None, initial={"org": _own_org(request), "on": today()})
    return confirmed(
        request, form, lambda data: _taken_in(request, data), done=lambda row: f"已登记，编号 {row.code}。", to=_consultation_url, heading="登记咨询",
        what="记一次咨询；留了姓名的，可以转成争议、法律援助", to_how_many="1 次", undo="登记了不能删，写错再登记一次说明", action="登记",
        back_url=reverse("rights:consultations"),
    )  # fmt: skip


def _taken_in(request: Request, data: dict[str, Any]) -> Consultation:
    person = None
    if code := data.pop("person").strip():
        person = visible(request.actor, Person.objects.filter(code=code), "people.view").first()
        if person is None:
            raise ValidationError({"person": "找不到这个编号，或者不在管辖范围内。不留姓名就空着。"})
    employer, name = employer_or_name(data.pop("employer"))
    said = actions.Said(data.pop("answer"), data.pop("minutes"), data.pop("next_step"))
    return actions.take_in(by=request.actor, person=person, employer=employer, employer_name=name, said=said, **data)


def seen(request: Request, code: str) -> Consultation:
    """The consultation if the reader may read it; else 404."""
    return get_object_or_404(consultations_of(request.actor).select_related("org", "duty"), code=code)


@page(WORK)
def consultation(request: Request, consult: str) -> HttpResponse:
    """One consultation: who asked what, what was answered, what follows."""
    row = seen(request, consult)
    with elevated("consultation: the names in a consultation that the reader may read"):
        row = Consultation.objects.select_related("org", "duty", "helper", "person", "employer", "became").get(pk=row.pk)
        facts = [
            Fact("日期", f"{chinese_date(row.on)}{f' {row.at:%H:%M}' if row.at else ''}"), Fact("窗口", row.duty.place if row.duty else row.org.short_name),
            Fact("谁来问", row.person.name if row.person else "没有留姓名"), Fact("哪一方", row.get_asked_by_display()), Fact("方式", row.get_how_display()),
            Fact("问什么", row.get_kind_display()), Fact("接待", row.helper.name if row.helper else "—"),
            Fact("涉及单位", row.employer.name if row.employer else row.employer_name or "—"),
        ]  # fmt: skip
    open_case = row.became if row.became and readable(request.actor).filter(pk=row.became.pk).exists() else None
    context = {
        "row": row, "facts": facts, "case": open_case, "may_open": request.actor.may("rights.register") and row.person is not None,
        "crumbs": [Link("法律咨询", reverse("rights:consultations")), Link(row.code)],
    }  # fmt: skip
    return render(request, "rights/consultation.html", context)


@page(WORK)
def answer(request: Request, consult: str) -> HttpResponse:
    """A booked consultation was held."""
    row = seen(request, consult)
    return confirmed(
        request, AnswerForm(request.POST or None), lambda data: actions.hold(row, said=actions.Said(**data), by=request.actor),
        done=lambda _: "已登记。", to=lambda _: _consultation_url(row), heading=f"登记接待：{row.code}", what="记下答复；本人能看到状态，可以评价",
        to_how_many="1 次", undo="登记了不能改", action="登记", back_url=_consultation_url(row),
    )  # fmt: skip


@page(WORK)
def give_up(request: Request, consult: str, how: str) -> HttpResponse:
    """Nobody came, or the booking is cancelled."""
    row, missed = seen(request, consult), how == "missed"
    act = (
        (lambda _: actions.miss(row, by=request.actor))
        if missed
        else (lambda _: actions.cancel_consultation(row, by=request.actor, reason="窗口取消"))
    )
    return confirmed(
        request, forms.Form(request.POST if request.method == "POST" else None), act, done=lambda _: "已登记。", to=lambda _: _consultation_url(row),
        heading=f"{'没有来' if missed else '取消预约'}：{row.code}", what="时间让出来", to_how_many="1 次", undo="不能改回", action="登记",
        back_url=_consultation_url(row),
    )  # fmt: skip


@page("rights.register")
def go_on(request: Request, consult: str, how: str) -> HttpResponse:
    """The matter goes on as a dispute or as legal aid."""
    row = seen(request, consult)
    act = actions.go_on_as_aid if how == "aid" else actions.go_on_as_dispute
    title = "转法律援助" if how == "aid" else "转劳动争议"
    return confirmed(
        request, GoOnForm(request.POST or None), lambda data: act(row, by=request.actor, **data), done=lambda case: f"已立案，案号 {case.code}。",
        to=lambda case: reverse("cases:detail", args=[case.code]), heading=f"{title}：{row.code}", what="姓名、争议类型、单位、问题都带过去",
        to_how_many="1 件", undo="立案了可以撤回", action=title, back_url=_consultation_url(row),
    )  # fmt: skip
