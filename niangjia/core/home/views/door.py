"""The entrance: who are you?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse

from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.line import NavItem, worker_entries


@page(PUBLIC, face="site")
def door(request: HttpRequest) -> HttpResponse:
    """Worker, staff or leader; and what nobody needs an account for."""
    return render(request, "home/door.html", {"address": request.build_absolute_uri("/"), "entries": _open_entries()})


def _open_entries() -> list[NavItem]:
    """What the lines offer to workers on pages that are open to everybody."""
    entries = ((item, resolve(reverse(item.url_name)).func) for item in worker_entries())
    return [item for item, view in entries if getattr(getattr(view, "page", None), "permission", "") == PUBLIC]
