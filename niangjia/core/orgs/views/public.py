"""What anybody may see of a union when its address is passed on: name, where, whom to call."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from niangjia.base.scope import elevated
from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.orgs.models import Organisation


@page(PUBLIC, face="worker")
def card(request: Request, code: str) -> HttpResponse:
    """The public card of a living union; no personal data, no numbers."""
    with elevated("orgs.public: name, address and office telephone of a union are open to everybody"):
        org = get_object_or_404(Organisation.objects.select_related("parent"), code=code, ended_on=None)
    return render(request, "orgs/public.html", {"org": org})
