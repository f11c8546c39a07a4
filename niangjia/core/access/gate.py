"""The declaration every page carries: on which face it is and which permission opens it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from niangjia.core.access.request import Request
from niangjia.core.access.rules import require

PUBLIC, SIGNED_IN, OWN = "public", "signed_in", "own"
"""Besides the permissions of roles.py: anybody; any account; the worker's own pages."""

View = Callable[..., HttpResponseBase]


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
        def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission != PUBLIC:
                if not request.user.is_authenticated or (permission == OWN and request.actor.person_id is None):
                    return redirect_to_login(
                        request.get_full_path(), resolve_url("worker_sign_in" if face == "worker" else "staff_sign_in")
                    )
                if permission != OWN and (step := pending_step(request)):
                    return redirect(step)
                if permission not in (SIGNED_IN, OWN):
                    require(request.actor, permission)
            return view(request, *args, **kwargs)

        gate.page = Page(face, permission)  # type: ignore[attr-defined]
        return gate

    return close


def pending_step(request: Any) -> str:
    """What staff must do before anything else: choose an own password, set up a second factor. Until then they hold no post."""
    user, session = request.user, request.session
    if not user.is_staff or "person" in session:
        return ""
    if user.password_is_temporary:
        return "account_change_password"
    if settings.SECOND_FACTOR and not session.get("second_factor"):
        if not is_mfa_enabled(user):
            return "mfa_activate_totp"
        session["second_factor"] = True
    return ""
