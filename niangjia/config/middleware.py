"""One transaction a request, under one actor: who asks, which rows they may read, and no writing on GET."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.middleware import AccountMiddleware
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from niangjia.base.scope import elevated, scoped
from niangjia.base.sealing import blind
from niangjia.core.access import actor as actors
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import pending_step
from niangjia.core.access.queries import grants_in_force
from niangjia.core.notices.queries import unread

READING = {"GET", "HEAD", "OPTIONS"}
WRITES_ON_GET = ("allauth.", "django.contrib.auth.", "niangjia.config.partners")
"""Views that write on GET (a sign-in page stores its state)."""
STAFF_ONLY = ("allauth.mfa.", "allauth.socialaccount.")
"""Second factors and partners' accounts belong to staff; a worker signs in by phone alone."""


class ActorMiddleware:
    """Sets ``request.actor`` and ``request.posts``, and runs the view in a transaction scoped to that actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse:
        if "\0" in request.path:
            raise Http404  # PostgreSQL holds no such text, so nothing can be there
        _ = request.user.is_authenticated  # a session that ended elsewhere is deleted here, before the transaction that only reads
        try:
            return self._answer(request, view, args, kwargs)
        except (ImmediateHttpResponse, ReauthenticationRequired) as interruption:
            # Django asks no process_exception about what is raised here.
            return AccountMiddleware(self.get_response).process_exception(request, interruption)

    def _answer(self, request: Any, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            if request.method in READING and not view.__module__.startswith(WRITES_ON_GET):
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            _limit_time()
            request.posts = _posts(request)
            request.actor = _actor(request)
            if view.__module__.startswith(STAFF_ONLY) and request.actor.person_id:
                return redirect("/m/")
            request.unread = lambda: unread(request.actor) if request.actor.user_id or request.actor.person_id else 0
            with scoped(request.actor.scope):
                response = view(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response


class LanguageMiddleware:
    """Chinese on the desk, the board and reports; elsewhere what the reader chose; over the API what the caller accepts."""

    CHINESE_ONLY = ("/desk", "/board", "/report")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            chosen = translation.get_language_from_request(request)
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = chosen in dict(settings.LANGUAGES) and not request.path.startswith(self.CHINESE_ONLY)
        with translation.override(chosen if known else settings.LANGUAGE_CODE):
            return self.get_response(request)


class ContentPolicyMiddleware:
    """Scripts and styles come from our own address only, none from within a page; forms lead to us and the partners of sign-in.

    A page of somebody signed in is kept nowhere: on a shared computer nobody leafs back to it after signing out.
    """

    POLICY = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self' {partners}; frame-ancestors 'none'"
    )
    FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = self.POLICY.format(partners=" ".join(_origins_of_partners())).replace(" ;", ";")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", self.FEATURES)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _origins_of_partners() -> list[str]:
    """Where a sign-in form may lead: browsers apply form-action to redirects too."""
    known = {"weixin": "https://open.weixin.qq.com", "dingtalk": "https://login.dingtalk.com"}
    oidc = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    addresses = [app["settings"]["server_url"] for app in oidc] + settings.PARTNER_ORIGINS
    origins = ["{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in addresses]
    return [*origins, *(origin for name, origin in known.items() if name in settings.SOCIALACCOUNT_PROVIDERS)]


def cache_key(key: str, prefix: str, version: int) -> str:
    """Under which something lies in the cache: a keyed hash, because the keys of throttles name addresses."""
    return blind(f"{prefix}:{version}:{key}", "config.cache").hex()


def _limit_time() -> None:
    """A page that takes too long, or waits for a lock, is ended by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
            [f"{settings.PAGE_STATEMENT_SECONDS}s", f"{settings.PAGE_LOCK_SECONDS}s"],
        )


def _posts(request: Any) -> Any:
    """The posts this account holds today, read once when first asked for."""

    def read() -> list[Any]:
        if not request.user.is_authenticated or pending_step(request):
            return []
        with elevated("middleware: the posts of the one who asks decide the scope"):
            return list(grants_in_force(request.user))

    return SimpleLazyObject(read)


def _actor(request: Any) -> Actor:
    if not request.user.is_authenticated:
        return actors.NOBODY
    if person_id := request.session.get("person"):
        return actors.worker(request.user, person_id)
    posts = list(request.posts)
    chosen = request.session.get("post")
    grant = next((grant for grant in posts if grant.pk == chosen), posts[0] if posts else None)
    return actors.under(grant) if grant else Actor(f"user:{request.user.pk}", request.user.name, user_id=request.user.pk)
