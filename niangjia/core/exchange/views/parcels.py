"""The desk's pages of parcels: what waits as one file, taking it away, its control file, its receipt."""

from django.contrib import messages as notes
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import chinese_date
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.exchange import actions
from niangjia.core.exchange.forms import ParcelForm, ParcelReceiptForm
from niangjia.core.exchange.models import Parcel
from niangjia.core.exchange.views.tones import tone
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.files.queries import open_file

WORK = "exchange.work"


def address(parcel: Parcel) -> str:
    """The page of a parcel."""
    return reverse("exchange:parcel", args=[parcel.code])


def _seen(request: Request) -> QuerySet[Parcel]:
    return visible(request.actor, Parcel.objects.select_related("partner", "org", "file"), WORK)


COLUMNS = (
    Column("code", "包号", lambda one: one.code, url=address, order="id"),
    Column("partner", "发给", lambda one: one.partner.name),
    Column("rows", "行数", lambda one: one.rows, numeric=True),
    Column("total", "金额合计", lambda one: one.total, numeric=True),
    Column("org", "打包的工会", lambda one: one.org.short_name),
    Column("made", "时间", lambda one: one.made_at.date(), order="made_at"),
)


@page(WORK)
def parcel_list(request: Request) -> HttpResponseBase:
    """Every parcel within the post, the newest first."""
    listing = Listing(
        request, _seen(request), COLUMNS, title="数据包", unit="个", order="-id", may_export=True,
        search=lambda rows, q: rows.filter(code__icontains=q), search_hint="包号",
        empty=Empty("还没有数据包", "用文件往来的单位，等着发的件在这里打成一个表。"),
    )  # fmt: skip
    return listing.file() or render(request, "exchange/parcels.html", {"list": listing})


@page(WORK)
def new(request: Request) -> HttpResponse:
    """Put what waits for a partner into one file."""
    form = ParcelForm(request.POST or None)
    return confirmed(
        request,
        form,
        lambda data: actions.make_parcel(by=request.actor, **data),
        done=lambda parcel: f"已打包，{parcel.rows} 件。",
        to=address,
        heading="打数据包",
        what="等着发给它的件装进一个表，附控制文件（行数、合计、SHA-256、本方签名）；打包就算发出",
        to_how_many="你范围内等着发的",
        undo="不能拆包；对方没收到，可以再取一次",
        action="打包",
        back_url=reverse("exchange:parcels"),
    )


@page(WORK)
def detail(request: Request, code: str) -> HttpResponse:
    """One parcel: its control sums, its messages, taking it away, its receipt."""
    parcel = get_object_or_404(_seen(request), code=code)
    form = ParcelReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        settled = actions.note_parcel_receipt(parcel, by=request.actor, **form.cleaned_data)
        notes.success(request, f"回执已登记，{settled} 件记为对方已收。")
        return redirect(address(parcel))
    facts = [
        Fact("发给", parcel.partner.name), Fact("行数", parcel.rows), Fact("金额合计", f"{parcel.total} 元"), Fact("打包", chinese_date(parcel.made_at.date())),
        Fact("SHA-256", parcel.sha256),
    ]  # fmt: skip
    rows = [(one, tone(one)) for one in parcel.messages.select_related("case").order_by("id")]
    crumbs = [Link("往来", reverse("exchange:list")), Link("数据包", reverse("exchange:parcels")), Link(parcel.code)]
    context = {"parcel": parcel, "facts": facts, "rows": rows, "form": form, "crumbs": crumbs}
    return render(request, "exchange/parcel.html", context, status=422 if form.errors else 200)


@page(WORK)
@require_POST
def take(request: Request, code: str) -> FileResponse:
    """The file itself; it holds persons in clear, so taking it leaves a trail."""
    parcel = get_object_or_404(_seen(request), code=code)
    actions.take_out(parcel, by=request.actor)
    return FileResponse(open_file(parcel.file), as_attachment=True, filename=parcel.file.name, content_type=parcel.file.media_type)


@page(WORK)
def control(request: Request, code: str) -> HttpResponse:
    """The control file."""
    parcel = get_object_or_404(_seen(request), code=code)
    headers = {"Content-Disposition": f'attachment; filename="{parcel.code}.json"'}
    return HttpResponse(parcel.control, content_type="application/json", headers=headers)
