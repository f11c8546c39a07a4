"""The desk's pages of scans: the piles, handing one in, what became of its pages."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.files.queries import FileGone, open_file
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers import actions, queries, scans
from niangjia.core.papers.enums import PageState, PileState
from niangjia.core.papers.forms import FileByHandForm, PileForm
from niangjia.core.papers.models import IssuedPaper, ScanPage, ScanPile

TONES = {PileState.READING: "info", PileState.DONE: "ok", PileState.FAILED: "late"}
OPEN = (PageState.UNKNOWN, PageState.FOREIGN)


def address(pile: ScanPile) -> str:
    return reverse("papers:pile", args=[pile.code])


def seen(request: Request, code: str) -> ScanPile:
    """The pile with this code if the reader's post reaches it; else 404."""
    return get_object_or_404(queries.piles(request.actor), code=code)


COLUMNS = (
    Column("code", "编号", lambda pile: pile.code, url=address, order="code"),
    Column("day", "收到", lambda pile: pile.received_on, order="received_on"),
    Column("state", "状态", lambda pile: pile.get_state_display(), tone=lambda pile: TONES.get(pile.state, "line")),
    Column("pages", "页数", lambda pile: pile.pages, order="pages", numeric=True),
    Column("read", "已读", lambda pile: pile.read, numeric=True),
    Column("by", "交来的人", lambda pile: pile.user.name if pile.user else "系统"),
    Column("org", "归到", lambda pile: pile.org.short_name, optional=True),
)


def _of_state(found: QuerySet[ScanPile], state: str) -> QuerySet[ScanPile]:
    if state == "open":
        return found.filter(pk__in=ScanPage.objects.filter(state__in=OPEN).values("pile"))
    return found.filter(state=state)


def _filters() -> list[Filter]:
    return [Filter("state", "状态", (("open", "有没归的页"), *PileState.choices), _of_state)]


@page("papers.scan")
def pile_list(request: Request) -> HttpResponseBase:
    """Every pile the reader's post reaches, the newest first."""
    empty = Empty(
        "还没有交过扫描件", "把盖好章、签好字的文书一叠扫进来，会按页上的码自己归档。", reverse("papers:scans-new"), "交一叠扫描件"
    )
    listing = Listing(
        request, queries.piles(request.actor), COLUMNS, title="扫描件", unit="叠", filters=_filters(), order="-id", empty=empty,
        search=lambda found, q: found.filter(code__icontains=q.strip()), search_hint="编号",
    )  # fmt: skip
    return listing.file() or render(request, "papers/piles.html", {"list": listing, "may_head": request.actor.may("papers.head")})


@page("papers.scan")
def new(request: Request) -> HttpResponse:
    """Hand a pile in; the same files lead to the earlier one."""
    form = PileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        org = get_object_or_404(Organisation, pk=request.actor.org_id)
        try:
            received = actions.receive_pile(files=form.cleaned_data["sheets"], org=org, by=request.actor)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            if received.again:
                messages.info(request, "同样的扫描件已经交过，这就是那一叠，没有再归一遍。")
            return redirect(address(received.pile))
    return render(request, "papers/pile_new.html", {"form": form}, status=422 if form.errors else 200)


@page("papers.scan")
@never_cache
def pile(request: Request, code: str) -> HttpResponse:
    """One pile: how far it is, which papers got their scan, which pages wait for somebody."""
    found = seen(request, code)
    return render(request, "papers/pile.html", _context(request, found) | {"form": FileByHandForm()})


def _context(request: Request, found: ScanPile) -> dict[str, Any]:
    rows = list(ScanPage.objects.filter(pile=found).order_by("number"))
    readable = IssuedPaper.objects.filter(pk__in=[row.paper_id for row in rows if row.paper_id]).select_related("case")
    papers = {paper.pk: paper for paper in readable}
    filed: dict[int, list[ScanPage]] = {}
    for row in rows:
        if row.state in (PageState.FILED, PageState.AGAIN) and row.paper_id in papers:
            filed.setdefault(row.paper_id, []).append(row)
    hidden = sum(1 for row in rows if row.state in (PageState.FILED, PageState.AGAIN) and row.paper_id not in papers)
    return {
        "pile": found, "filed": [(papers[key], pages) for key, pages in filed.items()], "open": [row for row in rows if row.state in OPEN],
        "dropped": sum(1 for row in rows if row.state == PageState.DROPPED), "hidden": hidden, "tone": TONES[PileState(found.state)],
    }  # fmt: skip


@page("papers.scan")
@never_cache
def progress(request: Request, code: str) -> HttpResponse:
    """How far the job is, for the page to ask again; when it is done the whole page is asked for anew."""
    found = seen(request, code)
    response = render(request, "papers/pile_progress.html", {"pile": found})
    if found.state != PileState.READING:
        response["HX-Refresh"] = "true"
    return response


@page("papers.scan")
@require_POST
def again(request: Request, code: str) -> HttpResponse:
    """Go on with a pile that stopped."""
    found = seen(request, code)
    actions.try_pile_again(found, by=request.actor)
    messages.success(request, "接着归档。")
    return redirect(address(found))


@page("papers.scan")
@require_POST
def pages(request: Request, code: str) -> HttpResponse:
    """The ticked pages go to the paper named, or away."""
    found = seen(request, code)
    numbers = [int(one) for one in request.POST.getlist("pick") if one.isdecimal()]
    form = FileByHandForm(request.POST)
    try:
        if request.POST.get("what") == "drop":
            dropped = actions.drop_pages(found, numbers=numbers, by=request.actor)
            messages.success(request, f"{dropped} 页不再列出。原件还在这一叠里。")
            return redirect(address(found))
        if form.is_valid():
            _file(request, found, numbers, form)
            return redirect(address(found))
    except ValidationError as refusal:
        show_refusal(form, refusal)
    return render(request, "papers/pile.html", _context(request, found) | {"form": form}, status=422)


def _file(request: Request, found: ScanPile, numbers: list[int], form: FileByHandForm) -> None:
    paper = queries.named(request.actor, form.cleaned_data["paper"])
    if paper is None:
        raise ValidationError({"paper": "没有这份文书，或者它已经作废、你看不到。核对文号，或写案号加份次。"})
    actions.file_by_hand(found, numbers=numbers, paper=paper, by=request.actor)
    messages.success(request, f"已归到“{paper}”。")


@page("papers.scan")
@never_cache
def picture(request: Request, code: str, number: int) -> HttpResponse:
    """A page nobody could place yet, as a small picture; filed ones are seen with their paper only."""
    row = get_object_or_404(ScanPage.objects.select_related("file"), pile=seen(request, code), number=number, state__in=OPEN)
    try:
        with open_file(row.file) as file, scans.opened(file.read(), row.file.media_type) as document:
            content = scans.picture_of(document, row.place, row.turn)
    except (FileGone, scans.Unreadable):
        raise Http404 from None
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "no-store"})
