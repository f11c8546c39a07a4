"""One organisation as far as the reader's post reaches."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.orgs.models import Organisation


def address(org: Organisation) -> str:
    """The page of an organisation."""
    return reverse("orgs:detail", args=[org.code])


def seen(request: Request, code: str) -> Organisation:
    """The organisation with this code if the reader's post reaches it; else 404."""
    return get_object_or_404(visible(request.actor, Organisation.objects.select_related("parent", "merged_into"), "orgs.view"), code=code)
