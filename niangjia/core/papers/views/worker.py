"""A worker's own papers, and what the code on a paper opens for anybody."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from niangjia.core.access.gate import OWN, PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.cases.views.worker import mine
from niangjia.core.papers import queries
from niangjia.core.papers.views.files import written


@page(OWN, face="worker")
@never_cache
def own(request: Request, code: str, number: int) -> HttpResponse:
    """A paper meant for the person whom the case is about, as PDF."""
    paper = get_object_or_404(queries.papers_of(mine(request, code)).filter(for_worker=True), ordinal=number)
    return written(paper, "pdf", clear=True)


@page(PUBLIC, face="worker")
@never_cache
def verify(request: Request, token: str) -> HttpResponse:
    """Whether a paper is genuine and in force: its kind (a title may name somebody), number, issuer and day."""
    paper = queries.genuine(token)
    if paper is None:
        raise Http404
    kind = queries.kind_of(paper)
    return render(request, "papers/worker/verify.html", {"paper": paper, "kind": kind.title if kind else ""})
