"""Staff sign in: locks, second factor, first password; what the trail and the session keep of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings

from niangjia.base.calendar import now
from niangjia.base.sealing import unseal
from niangjia.config.signin import SECRET
from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import FailedSignIn, Grant, User
from niangjia.core.access.queries import explain
from niangjia.core.access.rules import Refused
from niangjia.core.access.tests.factories import PASSWORD, a_district, a_person, a_post, a_town, a_union, an_account
from niangjia.core.people.actions import give_account
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


def second_step(client: Client, digits: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": digits})


def wrong(secret: str) -> str:
    return "000000" if digits_now(secret) != "000000" else "111111"


def test_wrong_second_steps_lock_longer_each_time_and_are_in_the_trail(client: Client, officer: User) -> None:
    sign_in(client)
    secret = activate(client)
    other = Client()
    sign_in(other)
    for _ in range(5):
        answer = second_step(other, wrong(secret))
    assert "第二步连错多次" in answer.content.decode()
    assert "第二步连错多次" in second_step(other, digits_now(secret)).content.decode()
    assert Event.objects.filter(verb="access.fail_second_step").count() == 4
    first = FailedSignIn.objects.get()
    assert timedelta(minutes=9) < first.locked_until - now() <= timedelta(minutes=10)
    FailedSignIn.objects.update(locked_until=now() - timedelta(seconds=1))
    for _ in range(5):
        second_step(other, wrong(secret))
    assert timedelta(minutes=19) < FailedSignIn.objects.get().locked_until - now() <= timedelta(minutes=20)


def test_digits_of_an_authenticator_are_good_once(client: Client, officer: User) -> None:
    sign_in(client)
    secret = activate(client)
    first, second = Client(), Client()
    for stranger in (first, second):
        sign_in(stranger)
    digits = digits_now(secret)
    assert second_step(first, digits).status_code == 302
    assert second_step(second, digits).status_code == 200


def test_a_recovery_code_signs_in_once(client: Client, officer: User) -> None:
    sign_in(client)
    activate(client)
    code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    first, second = Client(), Client()
    for stranger in (first, second):
        sign_in(stranger)
    assert second_step(first, code).status_code == 302
    assert second_step(second, code).status_code == 200
    kept = Authenticator.objects.get(type="recovery_codes").data
    assert code not in str(kept) and len(kept["seed"]) > 60


def test_changes_of_the_second_factor_are_in_the_trail(client: Client, officer: User, django_capture_on_commit_callbacks: Any) -> None:
    sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        activate(client)
    client.post("/accounts/2fa/totp/deactivate/")
    verbs = list(Event.objects.filter(subject=f"user:{officer.pk}").order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["access.add_totp", "access.remove_totp"]


def test_the_security_administrator_resets_a_lost_second_factor_with_a_reason(client: Client, officer: User) -> None:
    sign_in(client)
    activate(client)
    administrator = an_account("aq0001", name="钱红")
    a_post(administrator, "secadmin", Grant.objects.get(role="dept_officer").org)
    theirs = Client()
    sign_in(theirs, "aq0001")
    address = f"/desk/accounts/{officer.code}/second-factor/"
    assert theirs.post(address, {"reason": ""}).status_code == 200 and Authenticator.objects.exists()
    assert theirs.post(address, {"reason": "手机丢失，当面核对身份证"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get("/desk/roles/").status_code == 302
    assert Event.objects.get(verb="access.reset_second_factor").reason == "手机丢失，当面核对身份证"
    assert sign_in(Client()).url == "/desk/"


def test_nobody_resets_the_own_second_factor_by_the_administrators_door(officer: User) -> None:
    with pytest.raises(ValidationError, match="另一位安全管理员"):
        actions.reset_second_factor(user=officer, by=replace(SYSTEM, user_id=officer.pk), reason="丢了")
    with pytest.raises(Refused):
        actions.reset_second_factor(user=officer, by=actions.oneself(an_account("gw0002")), reason="丢了")


def test_signing_out_elsewhere_leaves_this_device_only(client: Client, officer: User) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    assert client.post("/desk/sign-out-elsewhere/").url == "/accounts/2fa/"
    assert client.get("/desk/roles/").status_code == 200
    assert other.get("/desk/roles/").status_code == 302
    assert Event.objects.filter(verb="access.end_sessions").count() == 1


def test_a_changed_password_ends_the_other_sessions(client: Client, officer: User) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    fresh = "River-Bridge-77"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert client.get("/desk/roles/").status_code == 200
    assert other.get("/desk/roles/").status_code == 302


def test_signing_in_takes_a_new_session_key(client: Client, officer: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


@pytest.mark.parametrize("password", ["short-1", "password123", "gw0412gw0412", "1234567890"])
def test_weak_passwords_are_refused(client: Client, officer: User, password: str) -> None:
    sign_in(client)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_throttles_hold_against_a_flood_of_addresses_and_keep_no_address_in_clear(client: Client, officer: User) -> None:
    for _ in range(30):
        client.post(LOGIN, {"login": f"nobody{_}", "password": "x"}, REMOTE_ADDR="203.0.113.7")
    answer = client.post(LOGIN, {"login": "gw0412", "password": PASSWORD}, REMOTE_ADDR="203.0.113.7")
    assert answer.status_code == 200 and "user" not in client.session
    assert sign_in(Client()).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM access_cache")
        keys = " ".join(key for (key,) in cursor.fetchall())
    assert keys and "203.0.113" not in keys and "nobody" not in keys and "gw0412" not in keys


def test_a_deputy_of_a_closed_account_holds_nothing(client: Client) -> None:
    district, leader, clerk = a_district(), an_account("ld0001"), an_account()
    a_post(clerk, "leader_office", district, acting_for=leader)
    sign_in(client)
    assert client.get("/board/").status_code == 200
    actions.close_account(user=leader, by=SYSTEM, reason="离任")
    assert client.get("/board/").status_code == 403
    assert "随之失效" in explain(clerk, "board.view")[0].text


def test_a_worker_is_led_away_from_the_pages_of_staffs_second_factor(client: Client, officer: User) -> None:
    person = a_person(a_union(a_town(Grant.objects.get().org)))
    user = give_account(person=person, by=SYSTEM)
    client.force_login(user)
    session = client.session
    session["person"] = person.pk
    session.save()
    for address in ("/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert client.get(address).url == "/m/"
