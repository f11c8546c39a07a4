"""One's own usual filters: keeping, opening, dropping them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.core.access.gate import SIGNED_IN, page
from niangjia.core.access.request import Request
from niangjia.core.home import actions
from niangjia.core.home.queries import LISTS, kept_by

TITLES = {"people": "会员", "orgs": "工会组织", "imports": "导入", "trail": "留痕", "accounts": "账号与岗位"}


@page(SIGNED_IN)
def usual(request: Request) -> HttpResponse:
    """/desk/filters/: everything one keeps, by list."""
    kept = [(TITLES[name], name, title, url) for name, title, url in kept_by(request.actor.user_id)]
    return render(request, "home/filters.html", {"kept": kept})


@page(SIGNED_IN)
@require_POST
def keep(request: Request, name: str) -> HttpResponse:
    """Keep the filters in force; back to the list under them."""
    if name not in LISTS:
        raise Http404
    query = request.POST.get("query", "")
    try:
        kept = actions.keep_filters(list_name=name, title=request.POST.get("title", ""), query=query, by=request.actor)
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect(f"{reverse(LISTS[name])}?{query}")
    messages.success(request, f"存好了：{kept.title}。在名册上面点它就打开。")
    return redirect(f"{reverse(LISTS[name])}?{kept.query}")


@page(SIGNED_IN)
@require_POST
def drop(request: Request, name: str) -> HttpResponse:
    """Drop one of them."""
    if name not in LISTS:
        raise Http404
    title = request.POST.get("title", "")
    actions.drop_filters(list_name=name, title=title, by=request.actor)
    messages.success(request, f"删掉了：{title}。")
    return redirect("home:filters")
