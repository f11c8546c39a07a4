"""The desk's pages of rights besides the case page: receiving a dispute, taking a wrong receipt back."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.listing import Column, Empty, Listing
from niangjia.core.faces.shapes import Link
from niangjia.core.files.queries import open_file
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.enums import Channel
from niangjia.work.rights.forms import AnsweredForm, RegisterForm, ReverseForm
from niangjia.work.rights.joint import HOT, hot_employers
from niangjia.work.rights.queries import disputes_against, evidence_of, receipts_of, same_order
from niangjia.work.rights.views.joint import tabs

A_YEAR = timedelta(days=365)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
EMPLOYMENT = (
    "entry_on", "left_on", "known_on", "monthly_wage", "workplace", "told", "outside_labour_relation", "over_age", "injured", "fined"
)  # fmt: skip


@page("rights.register")
def register(request: Request) -> HttpResponse:
    """Receive a dispute at a window, by telephone, or from another body."""
    own = Organisation.objects.filter(pk=request.actor.org_id).values_list("name", flat=True).first() or ""  # type: ignore[misc]
    form = RegisterForm(request.POST or None, initial={"org": own, "on": today(), "applicants": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid():
        try:
            case = _received(request, form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已登记，案号 {case.code}。")
            if (number := disputes_against(case.employer, today() - A_YEAR)) >= HOT:
                messages.warning(request, f"{case.employer}近 12 个月有 {number} 件争议，留意是不是集体的、要不要监督。")
            return redirect("cases:detail", code=case.code)
    earlier = same_order(form.data.get("channel", ""), form.data.get("outside_number", "")) if form.errors else None
    shown = readable(request.actor).filter(pk=earlier.pk) if earlier else []
    context = {
        "listed": [Link(f"{case.code}　{case.title}", reverse("cases:detail", args=[case.code])) for case in shown],
        "form": form, "heading": "登记劳动争议", "what": "建一件案子，算出仲裁时效；本人在手机上看得到进展", "to_how_many": "1 件",
        "undo": "登记错了可以撤回，不能删除", "action": "登记", "back_url": reverse("cases:list"),
    }  # fmt: skip
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _received(request: Request, data: dict[str, Any]) -> Case:
    """The case; ValidationError where the same order was received before and nobody said that it is another matter."""
    earlier = same_order(data["channel"], data["outside_number"])
    if earlier and not data["again"]:
        raise ValidationError(
            {"outside_number": f"这个单号已经登记过：{earlier.code}，{earlier.title}。同一件事请在那一件里办；真是另一件的，勾“另立一件”。"}
        )
    case = actions.ask(by=request.actor, **_asked(request, data))
    actions.promise_reply(case, by=request.actor, due_on=data["reply_due_on"])
    return case


def _asked(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    """The form's answers as the verb takes them; ValidationError beside the field that names nobody."""
    codes = data["applicants"].replace("、", " ").replace("，", " ").split()
    known = {person.code: person for person in visible(request.actor, Person.objects.filter(code__in=codes), "people.view")}
    if missing := [code for code in codes if code not in known]:
        raise ValidationError({"applicants": f"找不到这些编号，或者不在管辖范围内：{'、'.join(missing)}"})
    said = data["respondent"].strip()
    employer = Employer.objects.filter(credit_code=said.upper()).first() or Employer.objects.filter(name=said, ended_on=None).first()
    return {
        "applicants": [known[code] for code in codes], "kinds": data["kinds"], "org": data["org"], "channel": data["channel"],
        "on": data["on"], "employer": employer, "respondent": "" if employer else said, "outside_number": data["outside_number"], "sealed": data["sealed"],
        "claims": [actions.Asked(kind, item, amount) for kind, item, amount in data["claims"]],
        "facts": actions.Facts(**{name: data[name] for name in EMPLOYMENT}),
    }  # fmt: skip


@page("rights.mediate")
def answered(request: Request, code: str) -> HttpResponse:
    """Whoever sent the matter has its answer."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights", flow="dispute")
    form = AnsweredForm(request.POST or None)
    return confirmed(
        request,
        form,
        lambda data: actions.answer_channel(case, by=request.actor, **data),
        done="答复记下了，这个期限已办。",
        to=lambda _: redirect("cases:detail", code=code),
        heading=f"答复来件：{code}",
        what="来件的答复期限算已办；案件照常办",
        to_how_many=f"1 件：{Channel(case.channel).label} {case.outside_number}",
        undo="不能撤销，可以再记一笔",
        action="已答复",
        back_url=reverse("cases:detail", args=[code]),
    )


HOT_COLUMNS = (
    Column("name", "单位", lambda row: row.name),
    Column("disputes", "近 12 个月争议", lambda row: row.disputes, numeric=True, order="disputes"),
)


@page("rights.view")
def hot(request: Request) -> HttpResponseBase:
    """Employers with several disputes within a year: where to look for a collective matter, or to supervise."""
    listing = Listing(
        request, hot_employers(today() - A_YEAR), HOT_COLUMNS, title="热点单位", unit="家", order="-disputes", may_export=True,
        row_key=lambda row: str(row.pk), search=lambda rows, q: rows.filter(name__startswith=q), search_hint="单位名称",
        empty=Empty("没有热点单位", f"近 12 个月 {HOT} 件以上的单位列在这里。"),
    )  # fmt: skip
    return listing.file() or render(request, "rights/joint/hot.html", {"list": listing, "tabs": tabs("hot")})


@page("rights.mediate")
def reverse_receipt(request: Request, code: str, number: int) -> HttpResponse:
    """Take a receipt back that was entered wrongly; ``number`` counts those in force from 1."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights")
    rows = list(receipts_of(case))
    if not 0 < number <= len(rows):
        raise Http404
    row, form = rows[number - 1], ReverseForm(request.POST or None)
    return confirmed(
        request,
        form,
        lambda data: actions.reverse_receipt(row, by=request.actor, reason=data["reason"]),
        done="已冲销，不再计入到手的钱。",
        to=lambda _: redirect("cases:detail", code=code),
        heading=f"冲销到账：{case.code}",
        what="这一笔不再计入到手的钱，留着可查",
        to_how_many=f"1 笔：{row.amount} 元",
        undo="不能撤销，可以重新登记",
        action="冲销",
        dangerous=True,
        back_url=reverse("cases:detail", args=[code]),
    )


@page("cases.view")
def evidence(request: Request, code: str, number: int) -> FileResponse:
    """One piece of evidence as a download; whoever may read the case may read it."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights")
    stored = next((one.file for one in evidence_of(case) if one.number == number), None)
    if stored is None:
        raise Http404
    name = f"{code}-{number:02d}.{ENDINGS.get(stored.media_type, 'bin')}"
    return FileResponse(open_file(stored), as_attachment=True, filename=name, content_type=stored.media_type)
