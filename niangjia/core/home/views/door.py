"""The entrance: who are you?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from niangjia.core.access.gate import PUBLIC, page


@page(PUBLIC, face="site")
def door(request: HttpRequest) -> HttpResponse:
    """Worker, staff or leader."""
    return render(request, "home/door.html", {"address": request.build_absolute_uri("/")})
