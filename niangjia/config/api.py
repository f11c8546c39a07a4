"""The typed API: one django-ninja object, to which every app's `api.py` adds its router; its document is `niangjia openapi`."""

from importlib.metadata import version
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import SessionAuth

from niangjia.core.access.gate import pending_step
from niangjia.core.access.rules import Refused
from niangjia.core.line import part, parts


class SignedIn(SessionAuth):
    """The same session and post as the pages; what writes needs the page's CSRF token too."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated and not pending_step(request) else None


api = NinjaAPI(title="娘家 Niangjia", version=version("niangjia"), auth=SignedIn(), urls_namespace="api", docs_url="docs")


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """No right: 403 with the reason in Chinese."""
    return api.create_response(request, {"detail": str(error)}, status=403)


@api.exception_handler(ValidationError)
def not_allowed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The facts do not allow it: 422 with the reasons in Chinese."""
    return api.create_response(request, {"detail": error.messages}, status=422)


for _config in parts():
    if _module := part(_config, "api"):
        api.add_router(f"/{_config.label}", _module.router, tags=[str(_config.verbose_name)])
