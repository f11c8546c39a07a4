"""What anybody may see of a union when its address is passed on: name, where, whom to call."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from niangjia.base.scope import elevated
from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.access.request import Request
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.queries import telephone_of


@page(PUBLIC, face="worker")
def card(request: Request, code: str) -> HttpResponse:
    """The public card of a union, living or not: its poster may hang for years. No personal data, no numbers."""
    with elevated("orgs.public: name, address and office telephone of a union are open to everybody"):
        org = get_object_or_404(Organisation.objects.select_related("parent__parent"), code=code)
    telephone = telephone_of(org) if org.ended_on is None or org.parent is None else telephone_of(org.parent)
    context = {
        "org": org,
        "telephone": telephone,
        "address": request.build_absolute_uri(request.path),
        "share_text": _("%(union)s：入会、求助、办事都不收钱。电话 %(telephone)s。") % {"union": org.name, "telephone": telephone},
        "back_url": "/m/" if request.actor.person_id else "",
    }
    return render(request, "orgs/public.html", context)
