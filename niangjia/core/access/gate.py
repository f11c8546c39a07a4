"""The declaration every page carries: on which face it is and which permission opens it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from niangjia.core.access.rules import require

PUBLIC, SIGNED_IN, OWN = "public", "signed_in", "own"
"""Besides the permissions of roles.py: anybody; any account; the worker's own pages."""

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Page:
    """What a view declares about itself."""

    face: str
    permission: str


def page(permission: str, *, face: str = "desk") -> Callable[[View], View]:
    """Close a view behind a permission; strangers are sent to sign in, others get 403 with the reason.

    ``face`` is worker, desk, board, report or site; ``permission`` a word of roles.py or PUBLIC, SIGNED_IN, OWN.
    """

    def close(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if permission != PUBLIC:
                if not request.user.is_authenticated or (permission == OWN and request.actor.person_id is None):  # type: ignore[attr-defined]
                    return redirect_to_login(
                        request.get_full_path(), resolve_url("worker_sign_in" if face == "worker" else "staff_sign_in")
                    )
                if permission not in (SIGNED_IN, OWN):
                    require(request.actor, permission)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        gate.page = Page(face, permission)  # type: ignore[attr-defined]
        return gate

    return close
