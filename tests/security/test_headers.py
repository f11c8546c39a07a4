"""What every answer carries, what no answer and no log line carries, and what a database may do for a page."""

import importlib
import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from niangjia.config import middleware
from niangjia.config.middleware import ActorMiddleware
from niangjia.core.access.actor import SYSTEM
from niangjia.core.people.actions import give_account
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
ID, PHONE, NAME = "330203199001010014", "13900004417", "欧阳思齐"


def reader(world: World) -> Client:
    client = Client()
    client.force_login(world.officer(world.here))
    return client


def test_every_answer_forbids_foreign_scripts_frames_and_guesses(client: Client) -> None:
    for address in ("/", "/accounts/login/", "/m/sign-in/", "/nowhere", "/healthz"):
        said = client.get(address).headers
        policy = dict(part.strip().partition(" ")[::2] for part in said["Content-Security-Policy"].split(";"))
        assert "unsafe" not in said["Content-Security-Policy"] and policy["default-src"] == "'none'"
        assert (policy["script-src"], policy["style-src"], policy["frame-ancestors"]) == ("'self'", "'self'", "'none'")
        assert (policy["form-action"], policy["base-uri"]) == ("'self'", "'none'")
        assert (said["X-Frame-Options"], said["X-Content-Type-Options"], said["Referrer-Policy"]) == ("DENY", "nosniff", "same-origin")
        assert "camera=()" in said["Permissions-Policy"] and said["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_template_writes_a_style_where_the_policy_would_drop_it() -> None:
    allowed = {"figures/report_file.html"}  # a file to keep, opened without a server
    for name, file in house.templates().items():
        assert name in allowed or not re.search(r"\sstyle=|<style", file.read_text()), name


def test_behind_https_cookies_and_browsers_are_bound_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from niangjia.config import settings as module

    before = dict(vars(module))
    try:
        monkeypatch.setenv("NIANGJIA_HTTPS", "1")
        strict = importlib.reload(module)
        assert strict.SESSION_COOKIE_SECURE and strict.CSRF_COOKIE_SECURE and strict.SECURE_HSTS_SECONDS >= 31536000
        assert strict.SECURE_SSL_REDIRECT and not strict.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN
        assert strict.SESSION_COOKIE_HTTPONLY and strict.SESSION_COOKIE_SAMESITE == "Lax"
    finally:
        vars(module).clear()
        vars(module).update(before)


def test_with_a_partner_its_sign_in_page_may_be_reached(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"weixin": {}, "openid_connect": {"APPS": [{"settings": {"server_url": "https://id.example.cn/x"}}]}}
    policy = middleware.ContentPolicyMiddleware(lambda request: HttpResponse()).policy
    assert "form-action 'self' https://id.example.cn https://open.weixin.qq.com;" in policy


def test_a_page_of_somebody_signed_in_is_kept_nowhere() -> None:
    world = World()
    client = reader(world)
    said = client.get(f"/desk/people/{world.person.code}/")
    assert said.status_code == 200 and "no-store" in said["Cache-Control"]


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """Every line of every logger, with tracebacks."""
    said = io.StringIO()
    handler, root = logging.StreamHandler(said), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_page_leaves_a_number_or_a_name_in_log_address_session_or_cache(everything_logged: io.StringIO) -> None:
    world = World()
    person = world.new_person(name=NAME, id_number=ID, phone=PHONE)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    everything_logged.truncate(0)
    client, addresses = reader(world), []
    worker = Client()
    worker.force_login(give_account(person=person, by=SYSTEM))
    kept = worker.session
    kept["person"] = person.pk
    kept.save()
    client.raise_request_exception = False
    for text in (ID, PHONE, NAME):
        addresses += _followed(client, "post", "/desk/search", {"q": text})
    for page in [page for page in house.addresses() if page.page and not page.arguments and page.page.face in {"desk", "board", "worker"}]:
        visitor = worker if page.page.face == "worker" else client
        addresses += _followed(visitor, "get", reverse(page.name), {})
    for action, posted in {
        "unmask/id_number/": {"reason": "核对入会材料"},
        "change/": {"name": NAME, "phone": PHONE, "id_number": ID},
    }.items():
        addresses += _followed(client, "post", f"/desk/people/{person.code}/{action}", posted)
    upload = SimpleUploadedFile(f"{NAME}.csv", f"姓名,证件号码,手机\n{NAME},{ID},{PHONE}\n".encode())
    addresses += _followed(client, "post", "/desk/imports/new", {"file": upload, "sheet": "members"})
    sessions = " ".join(str(row.get_decoded()) for row in Session.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM access_cache AS t")
        cached = str(cursor.fetchone()[0])
    for secret in (ID, PHONE, NAME):
        for where, text in {
            "log": everything_logged.getvalue(),
            "address": " ".join(addresses),
            "session": sessions,
            "cache": cached,
        }.items():
            assert secret not in text, f"{secret} in {where}"


def _followed(client: Client, method: str, address: str, posted: dict[str, Any]) -> list[str]:
    answer = getattr(client, method)(address, posted)
    return [address, answer.headers.get("Location", ""), answer.headers.get("HX-Push-Url", "")]


def test_a_fault_says_a_reference_and_nothing_else(everything_logged: io.StringIO, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.security.broken_addresses"
    client = Client(raise_request_exception=False)
    answer = client.post("/broken", {"phone": PHONE, "password": "Secret-Word-1"})
    page = answer.content.decode()
    assert answer.status_code == 500 and re.search(r"E-\d{4}-\d{4}", page) and "Traceback" not in page
    assert PHONE not in page + everything_logged.getvalue() and "Secret-Word-1" not in everything_logged.getvalue()


@pytest.mark.parametrize(("statement", "said"), [("SELECT pg_sleep(20)", "statement timeout")])
def test_a_page_that_takes_too_long_is_ended_by_the_database(settings: Any, statement: str, said: str) -> None:
    settings.PAGE_STATEMENT_SECONDS = 1

    def view(request: object) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        return HttpResponse()

    with pytest.raises(OperationalError, match=said):
        _through_the_middleware(view)


def _through_the_middleware(view: Any, method: str = "get") -> None:
    request: Any = getattr(RequestFactory(), method)("/")
    request.user = type("Anonymous", (), {"is_authenticated": False})()
    request.session = {}
    ActorMiddleware(lambda request: HttpResponse()).process_view(request, view, (), {})


def test_the_cache_survives_a_flood() -> None:
    cache.set("throttle", [1.0], 60)
    for number in range(400):
        cache.set(f"flood{number}", 1, 60)
    assert cache.get("throttle") == [1.0]
