"""Staff sign in: locks, second factor, first password; what the trail and the session keep of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from niangjia.base.calendar import now
from niangjia.base.sealing import unseal
from niangjia.config.signin import SECRET
from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import FailedSignIn, Grant, User
from niangjia.core.access.tests.factories import PASSWORD, a_district, a_post, an_account
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.usefixtures("seeing_all")
LOGIN = "/accounts/login/"


def sign_in(client: Client, username: str = "gw0412", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def activate(client: Client) -> str:
    """Set up an authenticator as a page would: the password once more, then its digits; gives its secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret: str = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": digits_now(secret)})
    return secret


def digits_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def officer() -> User:
    user = an_account()
    a_post(user, "dept_officer", a_district())
    return user


def test_the_right_password_opens_the_desk(client: Client, officer: User) -> None:
    assert sign_in(client).url == "/desk/"
    assert Event.objects.filter(verb="access.sign_in", actor=f"user:{officer.pk}").count() == 1


def test_a_leader_lands_on_the_board(client: Client) -> None:
    a_post(an_account(), "district_leader", a_district())
    assert sign_in(client).url == "/board/"


def test_the_page_looks_like_the_house_and_speaks_english_when_asked(client: Client) -> None:
    assert "工会干部登录" in client.get(LOGIN).content.decode()
    assert "English" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("username", ["gw0412", "nobody-here"])
def test_five_wrong_passwords_lock_a_name_known_or_not(client: Client, officer: User, username: str) -> None:
    for _ in range(5):
        answer = sign_in(client, username, "wrong-password-1")
    assert "锁到" in answer.content.decode()
    assert "锁到" in sign_in(Client(), username).content.decode()
    assert Event.objects.filter(verb="access.lock").count() == (username == "gw0412")


def test_a_lock_ends_by_itself(client: Client, officer: User) -> None:
    for _ in range(5):
        sign_in(client, password="wrong-password-1")
    FailedSignIn.objects.update(locked_until=now() - timedelta(seconds=1))
    assert sign_in(client).status_code == 302
    assert not FailedSignIn.objects.exists()


def test_a_closed_account_cannot_sign_in_and_an_open_session_ends(client: Client, officer: User) -> None:
    sign_in(client)
    assert client.get("/desk/why/").status_code == 200
    actions.close_account(user=officer, by=SYSTEM, reason="退休")
    assert client.get("/desk/why/").status_code == 302
    assert sign_in(Client()).status_code == 302 and Event.objects.filter(verb="access.sign_in").count() == 1


def test_a_first_password_has_to_be_changed_before_anything_else(client: Client) -> None:
    user = an_account(temporary=True)
    a_post(user, "dept_officer", a_district())
    sign_in(client)
    assert client.get("/desk/roles/").url == "/accounts/password/change/"
    fresh = "River-Bridge-77"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    user.refresh_from_db()
    assert (user.password_is_temporary, user.check_password(fresh)) == (False, True)
    assert client.get("/desk/roles/").status_code == 200


def test_outside_the_demo_a_second_factor_is_required_and_then_asked_for(client: Client, officer: User) -> None:
    with override_settings(SECOND_FACTOR=True):
        sign_in(client)
        assert client.get("/desk/roles/").url == "/accounts/2fa/totp/activate/"
        activate(client)
        assert client.get("/desk/roles/").status_code == 200
        stranger = Client()
        assert sign_in(stranger).url == "/accounts/2fa/authenticate/"
        assert stranger.get("/desk/roles/").url.startswith(LOGIN)


def test_the_secret_of_a_second_factor_lies_sealed(client: Client, officer: User) -> None:
    sign_in(client)
    secret = activate(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert kept != secret
    assert unseal(bytes.fromhex(kept), SECRET) == secret


def test_signing_out_is_an_event(client: Client, officer: User) -> None:
    sign_in(client)
    client.post("/accounts/logout/")
    assert Event.objects.filter(verb="access.sign_out").count() == 1
    assert client.get("/desk/roles/").status_code == 302


def test_nobody_signs_up(client: Client) -> None:
    for address in ("/accounts/signup/", "/accounts/password/set/", "/accounts/password/reset/", "/accounts/email/"):
        assert client.get(address).status_code == 404


def test_a_staff_session_lasts_a_working_day(client: Client, officer: User) -> None:
    sign_in(client)
    left = Session.objects.get().expire_date - now()
    assert timedelta(hours=7, minutes=55) < left <= timedelta(hours=8)


def test_a_post_that_lapses_gives_nothing_from_the_next_request_on(client: Client, officer: User) -> None:
    a_post(officer, "auditor", Grant.objects.get().org)
    sign_in(client)
    post = Grant.objects.get(role="dept_officer")
    client.post("/desk/post", {"post": post.pk})
    assert client.get("/desk/roles/").context["actor"].grant_id == post.pk
    Grant.objects.filter(pk=post.pk).update(valid_to=date(2023, 12, 17))
    assert client.get("/desk/roles/").context["actor"].role == "auditor"
    assert client.post("/desk/post", {"post": post.pk}).status_code == 403
