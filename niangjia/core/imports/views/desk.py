"""The desk's pages of an import: the list, a new file, and one batch from its columns to its undo."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.paging import Page
from niangjia.base.tables import XLSX_TYPE, xlsx_file
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Column, Filter, Listing
from niangjia.core.faces.shapes import Link
from niangjia.core.files.queries import FileGone
from niangjia.core.imports import actions
from niangjia.core.imports.enums import RUNNING, State
from niangjia.core.imports.forms import ReturnForm, UploadForm
from niangjia.core.imports.models import Batch
from niangjia.core.imports.queries import batches, rows
from niangjia.core.imports.report import marked_workbook
from niangjia.core.imports.rules import may_approve
from niangjia.core.imports.sheets import Sheet, sheets
from niangjia.core.imports.views.card import BatchCard
from niangjia.core.orgs.models import Organisation

TONES = {
    State.CHECKED: "info", State.WAITING: "notice", State.APPLIED: "ok", State.FAILED: "late", State.REFUSED: "late", State.RETURNED: "notice",
}  # fmt: skip


def address(batch: Batch) -> str:
    """The page of a batch."""
    return reverse("imports:batch", args=[batch.code])


def seen(request: Request, code: str) -> Batch:
    """The batch with this code if the reader's post reaches it; else 404."""
    return get_object_or_404(batches(request.actor), code=code)


def _title(batch: Batch) -> str:
    return sheets()[batch.sheet].title if batch.sheet in sheets() else batch.sheet


COLUMNS = (
    Column("file", "文件", lambda batch: batch.file.name, url=address),
    Column("sheet", "表", _title),
    Column("org", "归到", lambda batch: batch.org.short_name),
    Column("state", "状态", lambda batch: batch.get_state_display(), tone=lambda batch: TONES.get(batch.state, "line")),
    Column("rows", "行数", lambda batch: batch.rows, order="rows", numeric=True),
    Column("new", "新增", lambda batch: batch.new, order="new", numeric=True),
    Column("changed", "变更", lambda batch: batch.changed, order="changed", numeric=True),
    Column("refused", "退回", lambda batch: batch.refused + batch.duplicates, order="refused", numeric=True),
    Column("by", "提交人", lambda batch: batch.submitted_by.name if batch.submitted_by else "系统"),
    Column("at", "交来", lambda batch: batch.received_at.astimezone().strftime("%Y-%m-%d %H:%M"), order="id"),
    Column("code", "批次编号", lambda batch: batch.code, optional=True),
)


def _of_state(found: QuerySet[Batch], state: str) -> QuerySet[Batch]:
    return found.filter(state__in=RUNNING) if state == "running" else found.filter(state=state)


def _filters() -> tuple[Filter, ...]:
    states = [("running", "正在处理"), *((state.value, state.label) for state in State if state not in RUNNING)]
    kinds = [(sheet.code, sheet.title) for sheet in sheets().values()]
    return Filter("state", "状态", states, _of_state), Filter("sheet", "表", kinds, lambda found, sheet: found.filter(sheet=sheet))


@page("imports.view")
def batch_list(request: Request) -> HttpResponseBase:
    """Every batch the reader's post reaches, newest first."""
    listing = Listing(request, batches(request.actor), COLUMNS, title="导入批次", unit="批", filters=_filters(), order="-id")
    return render(request, "imports/list.html", {"list": listing, "may_submit": request.actor.may("imports.submit")})


@page("imports.submit")
def new(request: Request) -> HttpResponse:
    """Hand a file in; the same bytes lead to the earlier batch."""
    own = Organisation.objects.filter(pk=request.actor.org_id).values_list("name", flat=True).first() or ""  # type: ignore[misc]
    chosen = request.GET.get("sheet", "")
    form = UploadForm(request.POST or None, request.FILES or None, actor=request.actor, initial={"org": own, "sheet": chosen})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if getattr(data["file"], "too_large", False):
                raise ValidationError(f"文件超过 {settings.IMPORT_MAX_BYTES >> 20} MB：请拆成几份，分别上传。")
            received = actions.receive(sheet=data["sheet"], data=data["file"], name=data["file"].name, org=data["org"], by=request.actor)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            if received.again:
                messages.info(request, f"同一份文件已经交过，这就是那一批（{received.batch.code}）。没有另立一批。")
            return redirect(address(received.batch))
    return render(
        request, "imports/new.html", {"form": form, "sheets": [sheet for sheet in sheets().values() if request.actor.may(sheet.permission)]}
    )


@page("imports.submit")
def template(request: Request, code: str) -> FileResponse:
    """An empty workbook with a sheet's headings and one example row that the import skips."""
    if not (sheet := sheets().get(code)):
        raise Http404("没有这种表")
    file = xlsx_file([_heading(column.title, column.essential) for column in sheet.columns], [_example(sheet)], sheet.title)
    return FileResponse(file, as_attachment=True, filename=f"{sheet.title}模板.xlsx", content_type=XLSX_TYPE)


def _heading(title: str, essential: bool) -> str:
    return f"{title}（必填）" if essential else title


def _example(sheet: Sheet) -> list[str]:
    first, *others = sheet.columns
    return [f"示例：{first.example}", *(column.example for column in others)]


@page("imports.view")
def batch(request: Request, code: str) -> HttpResponse:
    """One batch: where it is, what its rows come to, and what can be done with it now."""
    found = seen(request, code)
    decision = request.GET.get("show", "")
    shown = Page.of(request, rows(found, decision), size=20)
    card = BatchCard(found, request.actor, decision)
    names = dict(
        visible(request.actor, Organisation.objects.all(), "orgs.view")
        .filter(pk__in=card.union_ids(shown.rows))
        .values_list("id", "short_name")
    )
    context = {"batch": found, "card": card, "page": shown, "preview": card.preview(names).rows(shown.rows), "doubts": card.doubts(names)}
    return render(request, "imports/batch.html", context)


@page("imports.view")
def progress(request: Request, code: str) -> HttpResponse:
    """How far the job is, for the page to ask again; when it is done the whole page is asked for anew."""
    found = seen(request, code)
    response = render(request, "imports/progress.html", {"batch": found, "card": BatchCard(found, request.actor, "")})
    if found.state not in RUNNING:
        response["HX-Refresh"] = "true"
    return response


@page("imports.submit")
@require_POST
def columns(request: Request, code: str) -> HttpResponse:
    """Which column each heading is, as the officer says; the file is checked again."""
    headings = request.POST.getlist("heading")
    mapping = dict(zip(headings, request.POST.getlist("column"), strict=False))
    return _do(
        request, code, "按您指定的列重新检查。", lambda found: actions.settle_columns(batch=found, mapping=mapping, by=request.actor)
    )


@page("imports.submit")
@require_POST
def unions(request: Request, code: str) -> HttpResponse:
    """«就是它»: which union a name means; the file is checked again."""
    chosen = request.POST.get("union", "")
    org = get_object_or_404(visible(request.actor, Organisation.objects.all(), "orgs.view"), pk=int(chosen) if chosen.isdecimal() else 0)
    answer = {request.POST.get("said", ""): org.pk}
    return _do(
        request,
        code,
        f"记住了：就是“{org.short_name}”。正在重新检查。",
        lambda found: actions.settle_unions(batch=found, answers=answer, by=request.actor),
    )


@page("imports.submit")
@require_POST
def submit(request: Request, code: str) -> HttpResponse:
    """Apply the batch, or send it to a second person."""
    return _do(request, code, "", lambda found: actions.submit(batch=found, by=request.actor))


@page("imports.approve")
@require_POST
def approve(request: Request, code: str) -> HttpResponse:
    """The second person lets it be applied."""
    return _do(request, code, "已批准，正在写进登记。", lambda found: actions.approve(batch=found, by=request.actor))


@page("imports.approve")
@require_POST
def approve_many(request: Request) -> HttpResponse:
    """Approve the ticked batches together: first shown with their numbers, then each by itself; what may not be approved is said."""
    waiting = batches(request.actor).filter(code__in=request.POST.getlist("pick"), state=State.WAITING)
    found = [batch for batch in waiting if may_approve(batch, request.actor)]
    if not found:
        messages.error(request, "没有选到能批准的批次：自己交来的，要请另一个人批准。")
        return redirect("home:inbox")
    if request.POST.get("sure"):
        return _approved(request, found)
    rows = sum(batch.new + batch.changed for batch in found)
    context = {
        "heading": f"批准 {len(found)} 批导入", "what": "批准以后就开始写进登记", "to_how_many": f"{len(found)} 批，共 {rows:,} 行",
        "undo": f"应用后 {settings.UNDO_DAYS} 天内，每一批都可以撤销", "action": f"批准 {len(found)} 批，{rows:,} 行", "back_url": reverse("home:inbox"),
        "carried": [("sure", "yes"), *(("pick", batch.code) for batch in found)],
        "listed": [
            Link(f"{batch.file.name}，{batch.org.short_name}，新增 {batch.new:,}，变更 {batch.changed:,}", address(batch)) for batch in found
        ],
    }  # fmt: skip
    return render(request, "faces/confirm.html", context)


def _approved(request: Request, found: list[Batch]) -> HttpResponse:
    done = 0
    for batch in found:
        try:
            actions.approve(batch=batch, by=request.actor)
            done += 1
        except ValidationError as refusal:
            messages.error(request, f"{batch.file.name}：{'；'.join(refusal.messages)}")
    if done:
        messages.success(request, f"批准了 {done} 批，正在写进登记。")
    return redirect("home:inbox")


@page("imports.submit")
@require_POST
def again(request: Request, code: str) -> HttpResponse:
    """Go on after a fault."""
    return _do(request, code, "从断处继续。", lambda found: actions.try_again(batch=found, by=request.actor))


@page("imports.view")
def give_back(request: Request, code: str) -> HttpResponse:
    """Return the batch, with the reason."""
    found = seen(request, code)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _do(
            request, code, "已退回。", lambda one: actions.give_back(batch=one, by=request.actor, reason=form.cleaned_data["reason"])
        )
    context = {
        "heading": "退回这一批", "what": "这一批不写进登记，提交的人会看到原因。", "to_how_many": f"{found.rows:,} 行",
        "undo": "退回后要重新上传。", "action": "退回", "back_url": address(found), "form": form,
    }  # fmt: skip
    return render(request, "faces/confirm.html", context)


@page("imports.submit")
def undo(request: Request, code: str) -> HttpResponse:
    """Take the batch back, after saying what that means."""
    found = seen(request, code)
    if request.method == "POST":
        return _do(request, code, "正在撤销。", lambda one: actions.undo(batch=one, by=request.actor))
    context = {
        "heading": "撤销这一批", "what": "这一批新增的退回原样，变更的恢复旧值；导入以后有人动过的，留着不动，列出来由你定。",
        "to_how_many": f"新增 {found.new:,}，变更 {found.changed:,}", "undo": "撤销后想再要，重新上传同一份文件即可。",
        "action": f"撤销这一批，{found.new + found.changed:,} 行退回原样",
        "back_url": address(found), "dangerous": True,
    }  # fmt: skip
    return render(request, "faces/confirm.html", context)


@page("imports.submit")
@require_POST
def refused(request: Request, code: str) -> HttpResponseBase:
    """The refused rows in a workbook, the cells marked, each with its reason; handing it out is written down."""
    found = seen(request, code)
    try:
        file = marked_workbook(found)
    except FileGone as gone:
        messages.error(request, str(gone))
        return redirect(address(found))
    actions.note_hand_back(batch=found, by=request.actor)
    return FileResponse(file, as_attachment=True, filename=f"{found.code} 要改的行.xlsx", content_type=XLSX_TYPE)


def _do(request: Request, code: str, said: str, verb: Any) -> HttpResponse:
    """Call one verb on the batch and go back to its page; what the facts do not allow is said there."""
    found = seen(request, code)
    try:
        verb(found)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        if said:
            messages.success(request, said)
    return redirect(address(found))
