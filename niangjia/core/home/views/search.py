"""The search box on top of every desk page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.core.access.gate import SIGNED_IN, page
from niangjia.core.access.request import Request
from niangjia.core.faces.discreet import conceal, reveal
from niangjia.core.home.finding import find, only_hit


@page(SIGNED_IN)
def search(request: Request) -> HttpResponse:
    """/desk/search: the words are posted, for they are names and numbers; sealed they stand in the address. One hit opens at once."""
    if request.method == "POST":
        return redirect(f"{reverse('home:search')}?find={conceal(request.POST.get('q', ''))}")
    q = reveal(request.GET.get("find", ""))
    found = find(request.actor, q)
    if address := only_hit(found):
        return redirect(address)
    return render(request, "home/search.html", {"q": q, "search_text": q, "found": found})
