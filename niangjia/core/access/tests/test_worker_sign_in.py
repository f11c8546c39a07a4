"""A worker signs in with a phone: good path, every refusal, and that no phone is left lying about."""

import logging
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings

from niangjia.base.calendar import now
from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import SignInCode, User
from niangjia.core.access.tests.factories import a_district, a_person, a_town, a_union
from niangjia.core.notices.models import Notice
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import record_death
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.usefixtures("seeing_all")
PHONE = "13900002210"


@pytest.fixture
def union() -> Organisation:
    return a_union(a_town(a_district()))


def ask(client: Client, phone: str = PHONE, **more: str) -> Any:
    return client.post("/m/sign-in/", {"phone": phone} | more)


def digits_sent() -> str:
    found = re.search(r"\d{6}", Notice.objects.latest("pk").text)
    assert found
    return found[0]


def answer(client: Client, digits: str | None = None) -> Any:
    return client.post("/m/sign-in/code/", {"digits": digits or digits_sent()})


def wrong_digits() -> str:
    return "000000" if digits_sent() != "000000" else "111111"


def later(**span: int) -> None:
    """Let time pass for the throttles."""
    for row in SignInCode.objects.all():
        SignInCode.objects.filter(pk=row.pk).update(made_at=row.made_at - timedelta(**span))


def test_a_member_signs_in_with_six_digits(client: Client, union: Organisation) -> None:
    person = a_person(union)
    assert ask(client, "139 0000 2210").url == "/m/sign-in/code/"
    assert answer(client).url == "/m/"
    assert client.session["person"] == person.pk
    person.refresh_from_db()
    assert (person.user.is_staff, person.user.has_usable_password()) == (False, False)
    event = Event.objects.get(verb="access.sign_in")
    assert (event.actor, event.org_id) == (f"user:{person.user_id}", union.pk)


def test_the_second_time_it_is_the_same_account_for_thirty_days(client: Client, union: Organisation) -> None:
    a_person(union)
    for _ in range(2):
        ask(client)
        answer(client)
        client.post("/m/sign-out/")
        later(minutes=2)
    ask(client)
    answer(client)
    assert User.objects.filter(is_staff=False).count() == 1
    assert timedelta(days=29) < max(Session.objects.values_list("expire_date", flat=True)) - now() <= timedelta(days=30)


def test_afterwards_one_lands_where_one_wanted_to_go_but_never_outside(client: Client, union: Organisation) -> None:
    a_person(union)
    assert client.get("/m/sign-out/").url == "/m/sign-in/?next=/m/sign-out/"
    ask(client, next="/m/card/")
    assert answer(client).url == "/m/card/"
    other = Client()
    later(minutes=2)
    ask(other, next="https://elsewhere.example/m/")
    assert answer(other).url == "/m/"


def test_known_and_unknown_phones_get_the_same_answer(union: Organisation) -> None:
    a_person(union)
    known, unknown = ask(Client()), ask(Client(), "13900009999")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    pages = []
    for phone in ("13700000001", PHONE):
        later(minutes=2)
        client = Client()
        ask(client, phone)
        page = client.get("/m/sign-in/code/").content.decode()
        pages.append(re.sub(r"\d{6}|value=\"[^\"]+\"|\"X-CSRFToken\": \"[^\"]+\"", "", page))
    assert pages[0] == pages[1]


def test_the_owner_of_an_unknown_phone_is_told_where_to_join(client: Client) -> None:
    ask(client, "13900009999")
    assert answer(client).url == "/m/sign-in/who/"
    assert "街道总工会" in client.get("/m/sign-in/who/").content.decode()
    assert client.get("/m/sign-out/").status_code == 302


def test_two_persons_on_one_phone_choose(client: Client, union: Organisation) -> None:
    a_person(union)
    sister = a_person(union, name="何小云")
    ask(client)
    assert answer(client).url == "/m/sign-in/who/"
    page = client.get("/m/sign-in/who/").content.decode()
    assert "何小川" in page and "何小云" in page
    stranger = a_person(union, name="罗明", phone="13700000001")
    assert client.post("/m/sign-in/who/", {"person": stranger.code}).status_code == 200
    assert client.post("/m/sign-in/who/", {"person": sister.code}).url == "/m/"
    assert client.session["person"] == sister.pk


def test_a_deceased_persons_phone_opens_nothing(client: Client, union: Organisation) -> None:
    record_death(a_person(union), on=date(2023, 5, 1), by=SYSTEM)
    ask(client)
    answer(client)
    assert "还没登记" in client.get("/m/sign-in/who/").content.decode()


def test_a_person_without_membership_may_sign_in(client: Client, union: Organisation) -> None:
    a_person(union, member=False)
    ask(client)
    assert answer(client).url == "/m/"


def test_a_closed_account_is_told_so(client: Client, union: Organisation) -> None:
    person = a_person(union)
    ask(client)
    answer(client)
    person.refresh_from_db()
    actions.close_account(user=person.user, by=SYSTEM, reason="本人要求")
    other = Client()
    later(minutes=2)
    ask(other)
    assert "停用" in answer(other).content.decode()


def test_wrong_digits_count_and_the_sixth_try_fails_even_if_right(client: Client, union: Organisation) -> None:
    a_person(union)
    ask(client)
    assert "还可以试 4 次" in answer(client, wrong_digits()).content.decode()
    for _ in range(4):
        answer(client, wrong_digits())
    assert "试的次数太多" in answer(client).content.decode()
    assert "person" not in client.session


def test_digits_are_good_for_ten_minutes_and_once(client: Client, union: Organisation) -> None:
    a_person(union)
    ask(client)
    later(minutes=11)
    assert "过期" in answer(client).content.decode()
    ask(client)
    code_id = SignInCode.objects.latest("pk").pk
    assert actions.try_code(code_id=code_id, typed=digits_sent())[0]
    assert not actions.try_code(code_id=code_id, typed=digits_sent())[0]


def test_digits_of_another_session_do_not_open_this_one(union: Organisation) -> None:
    a_person(union)
    mine, theirs = Client(), Client()
    ask(mine)
    ask(theirs, "13700000001")
    assert "验证码不对" in answer(mine).content.decode()


def test_a_phone_gets_one_code_a_minute_and_five_an_hour() -> None:
    actions.issue_code(phone=PHONE, address="10.0.0.1")
    with pytest.raises(ValidationError, match="过一分钟"):
        actions.issue_code(phone=PHONE, address="10.0.0.2")
    for _ in range(4):
        later(minutes=2)
        actions.issue_code(phone=PHONE, address="10.0.0.1")
    later(minutes=2)
    with pytest.raises(ValidationError, match="过一小时"):
        actions.issue_code(phone=PHONE, address="10.0.0.1")


def test_one_address_cannot_ask_for_everybody() -> None:
    with override_settings(CODES_PER_ADDRESS=3):
        for number in range(3):
            actions.issue_code(phone=f"1390000000{number}", address="10.0.0.1")
        with pytest.raises(ValidationError, match="网络"):
            actions.issue_code(phone="13900000009", address="10.0.0.1")
        actions.issue_code(phone="13900000009", address="10.0.0.2")


def test_the_throttle_is_said_on_the_page(client: Client) -> None:
    ask(client)
    assert "过一分钟" in ask(client).content.decode()


def test_old_codes_are_forgotten() -> None:
    actions.issue_code(phone=PHONE, address="10.0.0.1")
    later(hours=25)
    assert actions.forget_old_codes() == 1


def test_a_worker_sees_no_desk_page(client: Client, union: Organisation) -> None:
    a_person(union)
    ask(client)
    answer(client)
    assert client.get("/desk/accounts/").status_code == 403


@pytest.fixture
def everything_logged() -> Iterator[list[str]]:
    """Every log line of the test, at the finest level, statements of the database too."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_phone_is_left_in_sessions_addresses_logs_or_the_database_in_clear(
    client: Client, union: Organisation, everything_logged: list[str]
) -> None:
    a_person(union)
    answers = [client.get("/m/sign-in/"), ask(client), client.get("/m/sign-in/code/"), answer(client)]
    addresses = [getattr(page, "url", "") for page in answers]
    sessions = [str(row.get_decoded()) for row in Session.objects.all()]
    assert not any(PHONE in text or "139" in text for text in [*addresses, *sessions])
    assert not any(PHONE in line for line in everything_logged)
    for table in ("access_signincode", "notices_notice", "access_user", "trail_event", "trail_payload", "django_session"):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{PHONE}%"])
            assert cursor.fetchone() == (0,), table
