"""The files put to a case: their list, one as a download, taking one back."""

from pathlib import PurePath

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.cases import actions, queries
from niangjia.core.cases.forms import ReasonForm
from niangjia.core.cases.models import Attachment, Case
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.files.queries import FileGone, open_file


def served(attachment: Attachment) -> HttpResponseBase:
    """The content as a download, never shown inside a page of ours; the name says the case, not whose it is."""
    queries.with_files([attachment])
    try:
        content = open_file(attachment.file)
    except FileGone as gone:
        return HttpResponse(str(gone), status=410, content_type="text/plain; charset=utf-8")
    ending = PurePath(attachment.file.name).suffix[:6]
    name = f"{attachment.case.code}-{attachment.number:03d}{ending}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=attachment.file.media_type)


def _address(attachment: Attachment) -> str:
    return reverse("cases:file", args=[attachment.case.code, attachment.number])


COLUMNS = (
    Column("number", "序号", lambda one: one.number, order="number", numeric=True),
    Column("title", "名称", lambda one: one.title, url=_address),
    Column("kind", "类型", lambda one: one.kind),
    Column("size", "大小（KB）", lambda one: max(1, one.file.size >> 10), numeric=True),
    Column("received", "收到", lambda one: one.received_on, order="received_on"),
    Column("by", "经办人", lambda one: one.by_name),
    Column("seen", "本人可见", lambda one: "是" if one.for_worker else "否"),
    Column("withdrawn", "撤下", lambda one: one.withdrawn_because, optional=True),
)
FILTERS = (Filter("gone", "撤下的", (("yes", "只看撤下的"),), lambda rows, _: rows.filter(withdrawn_on__isnull=False)),)


def seen(request: Request, code: str) -> Case:
    return get_object_or_404(queries.readable(request.actor), code=code)


@page("cases.view")
def attachments(request: Request, code: str) -> HttpResponseBase:
    """Every file of a case."""
    case = seen(request, code)
    listing = Listing(
        request, case.attachments.select_related("case"), COLUMNS, title=f"附件：{case.code}", unit="份", filters=FILTERS, order="-number",
        search=lambda rows, q: rows.filter(title__icontains=q), search_hint="名称", row_key=lambda one: str(one.number), prepare=queries.with_files,
        empty=Empty("还没有附件", "在案件页“更多”里添，或者办一步时一起传。", reverse("cases:do", args=[case.code, "attach"]), "添附件"),
    )  # fmt: skip
    return listing.file() or render(request, "cases/attachments.html", {"list": listing, "case": case})


@page("cases.view")
def attachment(request: Request, code: str, number: int) -> HttpResponseBase:
    """One file as a download; whoever may read the case may read it."""
    rows = Attachment.objects.filter(case=seen(request, code)).select_related("case")
    return served(get_object_or_404(rows, number=number))


@page("cases.work")
def withdraw(request: Request, code: str, number: int) -> HttpResponse:
    """Take a file back that does not belong here."""
    case = seen(request, code)
    found, form = get_object_or_404(queries.attachments_of(case), number=number), ReasonForm(request.POST or None)
    return confirmed(
        request,
        form,
        lambda data: actions.withdraw(found, by=request.actor, permission="cases.work", reason=data["reason"]),
        done="已撤下，本人也看不到了。",
        to=lambda _: redirect("cases:detail", code=code),
        heading=f"撤下附件：{found.title}",
        what="案件页和本人手机上都不再显示；文件留着可查",
        to_how_many="1 份",
        undo="不能恢复，可以再传一次",
        action="撤下",
        dangerous=True,
        back_url=reverse("cases:detail", args=[code]),
    )
