"""The desk's page of a case's evidence: what there is, in which order, what it proves; and the bundle to hand in."""

from typing import Any

from django import forms
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
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import reaches, readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import FilesField, show_refusal
from niangjia.core.faces.shapes import Link
from niangjia.core.papers.queries import drafted, kinds
from niangjia.core.papers.views.files import handed_out
from niangjia.work.rights import actions
from niangjia.work.rights.actions.evidence import right_of
from niangjia.work.rights.bundle import bound, volumes
from niangjia.work.rights.forms import ReverseForm
from niangjia.work.rights.queries import evidence_of

ACCEPT = "image/jpeg,image/png,.jpg,.jpeg,.png,.pdf"


class AddForm(forms.Form):
    """Files to add, or an original of which there is only the paper."""

    photos = FilesField(label="照片或 PDF", required=False, accept=ACCEPT, help_text="可以一次选几份，一份最多 20 MB；页数自己数")
    title = forms.CharField(label="或者：只有纸质原件的，写名称", required=False, max_length=80)
    pages = forms.IntegerField(label="原件页数", required=False, min_value=1, max_value=500)


class DescribeForm(forms.Form):
    """What a piece is called and what it proves."""

    title = forms.CharField(label="名称", max_length=80, help_text="例如 2023年10月工资条")
    proves = forms.CharField(label="证明什么", required=False, max_length=120, help_text="例如 月工资 7120 元，10 月没有发")


def case_of(request: Request, code: str) -> Case:
    """The dispute with this code if the reader may read it; else 404."""
    return get_object_or_404(readable(request.actor), code=code, line="rights")


def _may_work(request: Request, case: Case) -> bool:
    return case.is_open and request.actor.may(right_of(request.actor)) and reaches(request.actor, case)


@page("cases.view")
@never_cache
def listing(request: Request, code: str) -> HttpResponse:
    """All the evidence of a case; files are added here."""
    case = case_of(request, code)
    form = AddForm(request.POST, request.FILES) if request.method == "POST" else AddForm()
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, case, form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("rights:evidence-list", code=code)
    rows, page_number = [], 1
    for piece in evidence_of(case):
        rows.append((piece, page_number, page_number + piece.pages - 1))
        page_number += piece.pages
    context = {
        "case": case, "rows": rows, "total": page_number - 1, "form": form, "may_work": _may_work(request, case), "volumes": volumes([piece for piece, _, _ in rows]),
        "removed": list(case.evidence.filter(removed_on__isnull=False).order_by("removed_on", "id")), "last": len(rows), "crumbs": crumbs(case, "证据"),
    }  # fmt: skip
    return render(request, "rights/evidence.html", context, status=422 if form.errors else 200)


def crumbs(case: Case, title: str) -> list[Link]:
    return [Link("案件", reverse("cases:list")), Link(case.code, reverse("cases:detail", args=[case.code])), Link(title)]


def _add(request: Request, case: Case, data: dict[str, Any]) -> None:
    if not _may_work(request, case):
        raise ValidationError("这个岗位不能往这件案子里加证据，或者案子已经办结。")
    if not data["photos"] and not data["title"]:
        raise ValidationError({"photos": "请选文件，或者写明纸质原件的名称和页数。"})
    if data["photos"]:
        made = actions.add_evidence(case, files=data["photos"], by=request.actor)
        messages.success(request, f"加了 {len(made)} 份，共 {sum(one.pages for one in made)} 页。写明名称和证明什么，目录才有用。")
    if data["title"]:
        actions.list_original(case, title=data["title"], pages=data["pages"] or 1, by=request.actor)
        messages.success(request, f"“{data['title']}”列进目录，原件另附。")


@page("cases.work")
def describe(request: Request, code: str, number: int) -> HttpResponse:
    """Name a piece and say what it proves."""
    case = case_of(request, code)
    piece = get_object_or_404(case.evidence, number=number, removed_on__isnull=True)
    form = DescribeForm(request.POST or None, initial={"title": piece.title, "proves": piece.proves})
    return confirmed(
        request,
        form,
        lambda data: actions.describe_evidence(case, number=number, by=request.actor, **data),
        done="",
        to=lambda _: redirect("rights:evidence-list", code=code),
        heading=f"证据 {number}",
        what="改目录里的名称和证明对象，文件不变",
        to_how_many=f"1 份，{piece.pages} 页",
        undo="随时可以再改",
        action="保存",
        back_url=reverse("rights:evidence-list", args=[code]),
    )


@page("cases.work")
@require_POST
def move(request: Request, code: str, number: int) -> HttpResponse:
    """Put a piece one place up or down, or at a place that is typed."""
    case = case_of(request, code)
    to = request.POST.get("to", "")
    try:
        actions.move_evidence(case, number=number, to=int(to) if to.isdecimal() and len(to) < 4 else number, by=request.actor)
    except ValidationError as refusal:
        messages.error(request, "；".join(refusal.messages))
    return redirect("rights:evidence-list", code=code)


@page("cases.work")
def remove(request: Request, code: str, number: int) -> HttpResponse:
    """Take a piece out of the list, with the reason."""
    case = case_of(request, code)
    piece = get_object_or_404(case.evidence, number=number, removed_on__isnull=True)
    form = ReverseForm(request.POST or None)
    form.fields["reason"].help_text = "至少 4 个字，例如 和第 2 份重复"
    return confirmed(
        request,
        form,
        lambda data: actions.remove_evidence(case, number=number, reason=data["reason"], by=request.actor),
        done="已撤下，后面的依次往前排。",
        to=lambda _: redirect("rights:evidence-list", code=code),
        heading=f"撤下证据 {number}：{piece.title}",
        what="不再列入目录和证据册，文件留着可查，后面的依次往前排",
        to_how_many="1 份",
        undo="不能撤销，可以重新上传",
        action="撤下",
        dangerous=True,
        back_url=reverse("rights:evidence-list", args=[code]),
    )


@page("cases.view")
def volume(request: Request, code: str, number: int) -> HttpResponse:
    """One volume of the bundle: the list in front of the first, every page numbered."""
    case = case_of(request, code)
    found = volumes(evidence_of(case))
    if not 0 < number <= len(found):
        raise Http404
    front = drafted(case, kinds()["rights-evidence"], by=request.actor, on=today(), facts={}, number="") if number == 1 else None
    name = f"{code}证据" if len(found) == 1 else f"{code}证据第{number}册"
    return handed_out(bound(found[number - 1], front), "pdf", name)
