"""The desk's pages of dismissal notices and of union supervision: lists, registering, who watches."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of, found, readable, with_names
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber
from niangjia.core.orgs.models import Coverage, Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights.actions import dismissal as notices
from niangjia.work.rights.actions import supervision as watching
from niangjia.work.rights.enums import UnionSays
from niangjia.work.rights.flow.supervision import STATES
from niangjia.work.rights.models.supervision import Supervisor
from niangjia.work.rights.roster_forms import EndForm
from niangjia.work.rights.views.asking import employer_or_name
from niangjia.work.rights.watch_forms import ComplainForm, NoticeForm, SupervisorForm

SEE, ANSWER, WATCH = "rights.dismissals", "rights.dismiss", "rights.supervise"


def _case_url(case: Case) -> str:
    return reverse("cases:detail", args=[case.code])


NOTICE_COLUMNS = (
    Column("code", "编号", lambda case: case.code, url=_case_url, order="code"),
    Column("title", "事由", lambda case: case.title),
    Column("state", "状态", lambda case: flow_of(case).state(case.state).title),
    Column("says", "工会意见", lambda case: case.dismissal.get_says_display() if case.dismissal.says else ""),
    Column("planned", "拟解除", lambda case: case.dismissal.planned_on, order="dismissal__planned_on"),
    Column("opened", "收到", lambda case: case.opened_on, order="opened_on"),
    Column("org", "工会", lambda case: case.org.short_name),
)


@page(SEE)
def dismissals(request: Request) -> HttpResponseBase:
    """Employers' notices within reach; those not answered first."""
    rows = readable(request.actor).filter(line="rights", flow="dismissal").select_related("dismissal", "org")
    filters = [
        Filter(
            "stand",
            "进度",
            (("open", "还没办完"), ("closed", "已办结")),
            lambda rows, said: rows.filter(closed_on__isnull=said == "open"),
            default="open",
        ),
        Filter("says", "工会意见", UnionSays.choices, lambda rows, said: rows.filter(dismissal__says=said)),
    ]
    listing = Listing(
        request, rows, NOTICE_COLUMNS, title="解除通知", unit="件", filters=filters, search=found, search_hint="编号、姓名、单位", order="opened_on",
        may_export=request.actor.may("cases.export"), discreet=True, prepare=with_names,
        empty=Empty("没有收到通知", "单位要解除谁的合同，先告诉工会，登记在这里。", reverse("rights:dismissal-new"), "登记通知"),
    )  # fmt: skip
    if request.method == "POST":
        return redirect(reverse("rights:dismissals") + listing.asked)
    return listing.file() or render(request, "rights/dismissals.html", {"list": listing, "may": request.actor.may(ANSWER)})


@page(ANSWER)
def take_notice(request: Request) -> HttpResponse:
    """The employer told the union: one short form, filled in on the phone."""
    org = Organisation.objects.filter(pk=request.actor.org_id or 0).first()
    only = _only_employer(org)
    form = NoticeForm(request.POST or None, initial={"org": org.name if org else "", "on": today(), "employer": only.name if only else ""})
    return confirmed(
        request, form, lambda data: _noticed(request, data), done=lambda case: f"已登记，编号 {case.code}。接着研究、答复单位。", to=_case_url,
        heading="登记解除通知", what="记下单位哪天、为什么要解除谁；工会研究以后书面答复", to_how_many="1 件", undo="登记了不能删，可以办结说明", action="登记",
        back_url=reverse("rights:dismissals"),
    )  # fmt: skip


def _only_employer(org: Organisation | None) -> Employer | None:
    """The employer of a union that covers one alone."""
    if org is None:
        return None
    rows = list(Coverage.objects.filter(union=org, valid_to__isnull=True).select_related("employer")[:2])
    return rows[0].employer if len(rows) == 1 else None


def _noticed(request: Request, data: dict[str, Any]) -> Case:
    said = data.pop("worker").strip()
    people = visible(request.actor, Person.objects.filter(merged_into__isnull=True), "people.view")
    named = list(people.filter(code=said)[:1]) or list(people.filter(name=said)[:2])
    if len(named) > 1:
        raise ValidationError({"worker": "有几个人同名，请填会员编号。"})
    employer, name = employer_or_name(data.pop("employer"))
    return notices.take_notice(
        by=request.actor, person=named[0] if named else None, worker="" if named else said, employer=employer, employer_name=name, **data
    )  # fmt: skip


@page(WATCH)
def overview(request: Request) -> HttpResponse:
    """Where matters of supervision stand, and who watches."""
    rows = readable(request.actor).filter(line="rights", flow="supervision").values("state").annotate(n=Count("pk"))
    counted = {row["state"]: row["n"] for row in rows}
    numbers = [
        BigNumber(state.title, counted.get(state.key, 0), "件", url=f"{reverse('cases:list')}?kind=rights.supervision&state={key}")
        for state in STATES
        if not state.final and state.key != "heard" and (key := state.key)
    ]
    who = (
        visible(request.actor, Supervisor.objects.filter(valid_to__isnull=True), WATCH)
        .select_related("person", "org")
        .order_by("org__lft", "id")
    )
    return render(request, "rights/watch.html", {"numbers": numbers, "rows": list(who[:500])})


def _own(request: Request) -> str:
    return Organisation.objects.filter(pk=request.actor.org_id or 0).values_list("name", flat=True).first() or ""


@page(WATCH)
def complain(request: Request) -> HttpResponse:
    """A complaint to the union's supervision."""
    form = ComplainForm(request.POST or None, initial={"org": _own(request), "on": today()})
    return confirmed(
        request, form, lambda data: _complained(request, data), done=lambda case: f"已登记，编号 {case.code}。", to=_case_url, heading="登记投诉",
        what="五个工作日内答复受不受理（条例第十七条）；留名的人在手机上看进展", to_how_many="1 件", undo="登记了不能删，可以不予受理", action="登记",
        back_url=reverse("rights:watch"),
    )  # fmt: skip


def _persons(request: Request, said: str) -> list[Person]:
    codes = said.replace("、", " ").replace("，", " ").split()
    known = {person.code: person for person in visible(request.actor, Person.objects.filter(code__in=codes), "people.view")}
    if missing := [code for code in codes if code not in known]:
        raise ValidationError({"persons": f"找不到这些编号，或者不在管辖范围内：{'、'.join(missing)}"})
    return [known[code] for code in codes]


def _complained(request: Request, data: dict[str, Any]) -> Case:
    persons = _persons(request, data.pop("persons"))
    employer, name = employer_or_name(data.pop("employer"))
    return watching.complain(by=request.actor, persons=persons, employer=employer, employer_name=name, **data)


@page(WATCH)
def name_supervisor(request: Request) -> HttpResponse:
    """Somebody watches for a union."""
    form = SupervisorForm(request.POST or None, initial={"org": _own(request), "valid_from": today()})

    def act(data: dict[str, Any]) -> Any:
        person = visible(request.actor, Person.objects.filter(code=data.pop("person").strip()), "people.view").first()
        if person is None:
            raise ValidationError({"person": "找不到这个编号，或者不在管辖范围内。"})
        return watching.name_supervisor(person=person, by=request.actor, **data)

    return confirmed(
        request, form, act, done=lambda _: "已登记。", to=lambda _: reverse("rights:watch"), heading="登记监督员", what="凭证号参加调查",
        to_how_many="1 人", undo="可以登记不再担任", action="登记", back_url=reverse("rights:watch"),
    )  # fmt: skip


@page(WATCH)
def end_supervisor(request: Request, card: str) -> HttpResponse:
    """Somebody no longer watches."""
    row = get_object_or_404(
        visible(request.actor, Supervisor.objects.filter(valid_to__isnull=True).select_related("org"), WATCH), card=card
    )
    return confirmed(
        request, EndForm(request.POST or None, initial={"on": today()}), lambda data: watching.end_supervisor(row, by=request.actor, **data),
        done=lambda _: "已登记。", to=lambda _: reverse("rights:watch"), heading=f"不再担任监督员：{row.card}", what="从这天起证号无效",
        to_how_many="1 人", undo="可以重新登记", action="登记", dangerous=True, back_url=reverse("rights:watch"),
    )  # fmt: skip
