"""The register of papers that went out (发文登记): every paper of the cases the reader may read."""

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import Link
from niangjia.core.papers import queries
from niangjia.core.papers.models import IssuedPaper


def address(paper: IssuedPaper) -> str:
    return reverse("papers:detail", args=[paper.case.code, paper.ordinal])


def _stand(paper: IssuedPaper) -> str:
    if paper.voided_on:
        return "已作废"
    if paper.slip_back:
        return "回执已回"
    return "已归档扫描件" if paper.returned_on else "有效"


def _kind(paper: IssuedPaper) -> str:
    found = queries.kind_of(paper)
    return found.title if found else paper.title


TONES = {"已作废": "late", "回执已回": "ok", "已归档扫描件": "ok", "有效": "info"}
COLUMNS = (
    Column("number", "文号", lambda paper: paper.number or "（无文号）", url=address, order="number"),
    Column("title", "文书", lambda paper: paper.title),
    Column("day", "日期", lambda paper: paper.issued_on, order="issued_on"),
    Column("issuer", "发文机关", lambda paper: paper.issuer),
    Column("case", "案号", lambda paper: paper.case.code, url=lambda paper: reverse("cases:detail", args=[paper.case.code])),
    Column("stand", "情况", _stand, tone=lambda paper: TONES[_stand(paper)]),
    Column("back", "扫描归档", lambda paper: paper.returned_on, order="returned_on"),
    Column("kind", "种类", _kind, optional=True),
    Column("void", "作废日期", lambda paper: paper.voided_on, optional=True),
)


def _of_stand(found: QuerySet[IssuedPaper], stand: str) -> QuerySet[IssuedPaper]:
    match stand:
        case "force":
            return found.filter(voided_on__isnull=True)
        case "out":
            return found.filter(voided_on__isnull=True, returned_on__isnull=True)
        case "back":
            return found.filter(returned_on__isnull=False)
        case _:
            return found.filter(voided_on__isnull=False)


def _filters() -> list[Filter]:
    stands = (("force", "有效"), ("out", "还没扫回"), ("back", "已扫回"), ("void", "已作废"))
    titles = [(kind.name, kind.title) for kind in queries.kinds().values()]
    return [Filter("stand", "情况", stands, _of_stand), Filter("kind", "种类", titles, lambda found, kind: found.filter(kind=kind))]


VIEWS = (Link("全部", "?"), Link("还没扫回", "?stand=out"), Link("已作废", "?stand=void"))


@page("cases.view")
def register(request: Request) -> HttpResponseBase:
    """Every paper the reader may read, the newest first; searched by number, title or case."""
    empty = Empty("还没有出过文书", "在案件页的“文书”里出：受理通知、笔录、协议、函。", reverse("cases:list"), "去案件")
    listing = Listing(
        request, queries.readable_papers(request.actor), COLUMNS, title="发文登记", unit="份", filters=_filters(),
        search=queries.papers_found, search_hint="文号、标题、案号", order="-issued_on", days=(Days("day", "日期", "issued_on"),), views=VIEWS,
        may_export=request.actor.may("cases.export"), row_key=lambda paper: f"{paper.case.code}/{paper.ordinal}", empty=empty,
    )  # fmt: skip
    return listing.file() or render(request, "papers/register.html", {"list": listing, "may_scan": request.actor.may(queries.SCAN)})
