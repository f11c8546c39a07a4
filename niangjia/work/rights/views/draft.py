"""The phone's hold on its draft."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from niangjia.core.access.request import Request
from niangjia.work.rights import actions
from niangjia.work.rights.actions.drafts import DAYS_KEPT

COOKIE, KEPT = "asking", DAYS_KEPT * 24 * 3600
"""The cookie says nothing about its holder."""


def hold(request: Request, answers: Mapping[str, Any], response: HttpResponse) -> HttpResponse:
    """Keep the answers and give the phone its cookie."""
    token = actions.keep_draft(token=request.COOKIES.get(COOKIE, ""), answers=answers)
    response.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="Lax", secure=request.is_secure())
    return response
