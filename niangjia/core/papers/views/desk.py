"""The desk's pages of papers: making one, looking at it, handing it out, voiding it, many at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.cases.forms import StepForm
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable, with_names
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.shapes import Link
from niangjia.core.files.queries import open_file
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers import actions, queries, rules
from niangjia.core.papers.forms import HeadForm, KindForm, ScanForm, VoidForm
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.views.files import TYPES, handed_out, masked, shown, together, written

MOST_AT_ONCE = 200
"""Papers of one bulk."""
UNMASK = "people.unmask"
"""Without this right, copies carry masked numbers."""


def case_of(request: Request, code: str) -> Case:
    """The case with this code if the reader may read it; else 404."""
    return with_names([get_object_or_404(readable(request.actor), code=code)])[0]


def paper_in(case: Case, number: int) -> IssuedPaper:
    """The paper of this case that has this number in it; else 404."""
    found = queries.paper_in(case, number)
    if found is None:
        raise Http404
    return found


def crumbs(case: Case, title: str) -> list[Link]:
    return [Link("案件", reverse("cases:list")), Link(case.code, reverse("cases:detail", args=[case.code])), Link(title)]


def _makable(request: Request, case: Case, kind: str) -> PaperKind:
    found = next((one for one in queries.makable(request.actor, case) if one.name == kind), None)
    if found is None:
        raise Http404
    return found


@page("cases.view")
@never_cache
def new(request: Request, code: str, kind: str) -> HttpResponse:
    """Fill in what a paper wants, look at it as it will be, and issue it."""
    case = case_of(request, code)
    made = _makable(request, case, kind)
    form = _plain_form(made, request.POST or None, case)
    preview, why = None, "先填左边，再点“重看样子”。"
    if not form.is_bound or form.is_valid():
        preview, why = _preview(request, case, made, form)
    if request.method == "POST" and form.is_valid() and preview and request.POST.get("what") == "issue":
        facts = dict(form.cleaned_data)
        try:
            issued = actions.issue(case, kind=kind, by=request.actor, on=facts.pop("on"), facts=facts)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已出“{issued}”。打印、盖章、签字后，可以扫描归档。")
            return redirect("papers:detail", code=code, number=issued.ordinal)
    context = {
        "case": case, "kind": made, "form": form, "paper": shown(preview) if preview else None, "crumbs": crumbs(case, f"出{made.title}"),
        "why": why,
        "back_url": reverse("cases:detail", args=[code]),
    }  # fmt: skip
    return render(request, "papers/new.html", context, status=422 if form.errors else 200)


def _preview(request: Request, case: Case, made: PaperKind, form: Any) -> tuple[Any, str]:
    """The paper as it would be; where facts are wanting, none, and why."""
    known = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    facts = dict(form.cleaned_data) if form.is_bound else {name: value for name, value in known.items() if value is not None}
    on = facts.pop("on", None) or today()
    try:
        rules.check_may_issue(case, made, on)
        return queries.drafted(case, made, by=request.actor, on=on, facts=facts), ""
    except ValidationError as refusal:
        if form.is_bound:
            show_refusal(form, refusal)
        return None, "；".join(refusal.messages)


@page("cases.view")
@never_cache
def detail(request: Request, code: str, number: int) -> HttpResponse:
    """One paper that was issued: what it says, its copies, what came back."""
    case = case_of(request, code)
    issued = paper_in(case, number)
    kind = queries.kind_of(issued)
    offers = list(kind.offers(issued, request.actor)) if kind and kind.offers and issued.voided_on is None else []
    context = {
        "case": case, "issued": issued, "paper": shown(masked(queries.paper_of(issued))), "crumbs": crumbs(case, issued.title), "offers": offers,
        "may_void": issued.voided_on is None and rules.may_change(request.actor, issued), "verify_url": queries.address_of(issued.token),
        "may_file": _may_file(request, issued),
    }  # fmt: skip
    return render(request, "papers/detail.html", context)


@page("cases.view")
def file(request: Request, code: str, number: int, ending: str) -> HttpResponse:
    """A copy of the paper as PDF or .docx."""
    if ending not in TYPES:
        raise Http404
    return written(paper_in(case_of(request, code), number), ending, clear=request.actor.may(UNMASK))


@page("cases.view")
def scan(request: Request, code: str, number: int) -> HttpResponse:
    """The scan that came back, as a download."""
    issued = paper_in(case_of(request, code), number)
    if issued.scan is None:
        raise Http404
    with open_file(issued.scan) as content:
        return handed_out(content.read(), "pdf", f"{issued.title}{issued.number or issued.ordinal}扫描件")


@page("cases.view")
def file_scan(request: Request, code: str, number: int) -> HttpResponse:
    """File the scan of this one paper."""
    case = case_of(request, code)
    issued = paper_in(case, number)
    if not _may_file(request, issued):
        raise Http404
    form = ScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.file_scan(issued, form.cleaned_data["file"], request.actor)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"“{issued}”的扫描件已归档。")
            return redirect("papers:detail", code=code, number=number)
    context = {"form": form, "case": case, "issued": issued, "crumbs": crumbs(case, f"归档扫描件：{issued.title}")}
    return render(request, "papers/file_scan.html", context, status=422 if form.errors else 200)


def _may_file(request: Request, issued: IssuedPaper) -> bool:
    return issued.voided_on is None and (request.actor.may(queries.SCAN) or rules.may_change(request.actor, issued))


@page("papers.head")
def head(request: Request) -> HttpResponse:
    """What stands at the head of this post's papers, and the word of their numbers."""
    org = get_object_or_404(Organisation, pk=request.actor.org_id)
    name, word = queries.head_of(org)
    form = HeadForm(request.POST or None, initial={"name": name, "word": word})
    return confirmed(
        request,
        form,
        lambda data: actions.set_head(org=org, by=request.actor, **data),
        done=lambda _: f"以后的文号是“{form.cleaned_data['word']}维〔{today().year}〕…号”的样子。",
        to="papers:scans" if request.actor.may(queries.SCAN) else "cases:list",
        heading=f"发文机关和代字：{org.short_name}",
        what="以后出的文书用这个文头和代字编号；已经出的不变",
        to_how_many=org.name,
        undo="随时可以再改；换了代字，从 1 号起",
        action="用这个",
        back_url=reverse("cases:list"),
    )


@page("cases.view")
def void(request: Request, code: str, number: int) -> HttpResponse:
    """Void a paper, with the reason."""
    case = case_of(request, code)
    issued, form = paper_in(case, number), VoidForm(request.POST or None)
    if issued.voided_on or not rules.may_change(request.actor, issued):
        raise Http404
    return confirmed(
        request,
        form,
        lambda data: actions.void_paper(issued, by=request.actor, reason=data["reason"]),
        done=f"“{issued}”已作废，扫码会看到“已作废”。",
        to=lambda _: redirect("papers:detail", code=code, number=number),
        heading=f"作废：{issued}",
        what="这份文书不再有效，扫码会看到“已作废”；文号不再用，内容留着可查",
        to_how_many=f"1 份：{issued.title}",
        undo="不能撤销，可以另出一份",
        action="作废",
        dangerous=True,
        back_url=reverse("papers:detail", args=[code, number]),
    )


@page("cases.view")
@require_POST
def bulk(request: Request) -> HttpResponse:
    """One kind of paper for the cases ticked in the list: which kind, its facts, then what was issued and what was not, and why."""
    codes = request.POST.getlist("pick")[:MOST_AT_ONCE]
    cases = with_names(readable(request.actor).filter(code__in=codes).order_by("code"))
    found = (kind for case in cases for kind in queries.makable(request.actor, case) if kind.form is None or kind.bulk)
    offered = {kind.name: kind for kind in found}
    kind = offered.get(request.POST.get("kind", ""))
    if not cases or not offered:
        messages.error(request, "先勾选案件。勾选的案件里，现在没有能成批出的文书。")
        return redirect("cases:list")
    context: dict[str, Any] = {"cases": cases, "kind": kind, "back_url": reverse("cases:list")}
    if kind is None:
        context["form"] = KindForm(offered=[(one.name, one.title) for one in offered.values()])
    else:
        form = _plain_form(kind, request.POST if "on" in request.POST else None)
        context["form"] = form
        if form.is_valid():
            facts = dict(form.cleaned_data)
            context["came"] = actions.issue_many(cases, kind=kind.name, by=request.actor, on=facts.pop("on"), facts=facts)
    return render(request, "papers/bulk.html", context)


def _plain_form(kind: PaperKind, data: Any, case: Case | None = None) -> Any:
    """The form of a kind: its own facts and the day, nothing else of a step."""
    form = (kind.form or StepForm)(data, case=case, initial={"on": today()})
    for name in set(StepForm.base_fields) - {"on"}:
        form.fields.pop(name, None)
    form.fields["on"].label, form.fields["on"].help_text = "出文日期", "印在落款处"
    return form


@page("cases.view")
@require_POST
def pack(request: Request) -> HttpResponse:
    """Papers of several cases as one PDF to print."""
    wanted = [one.rpartition("/") for one in request.POST.getlist("paper")[:MOST_AT_ONCE]]
    cases = {case.code: case for case in readable(request.actor).filter(code__in=[code for code, _, _ in wanted])}
    papers = [paper_in(cases[code], int(number)) for code, _, number in wanted if code in cases and number.isdecimal()]
    if not papers:
        raise Http404
    return together(papers, f"文书{len(papers)}份", clear=request.actor.may(UNMASK))
