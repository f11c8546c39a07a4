"""What a worker sees of the own record, and what somebody sees who scans the card."""

from datetime import date, timedelta

import pytest
from django.test import Client

from niangjia.core.access import actions as access
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.tests.factories import a_district, a_person, a_town, a_union, acting
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions, card
from niangjia.core.people.actions import give_account
from niangjia.core.people.models import Person
from niangjia.core.tasks.models import Task
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.usefixtures("seeing_all")
PHONE = "13900002210"
PAGES = ["/m/", "/m/card/", "/m/me/", "/m/me/correct/", "/m/looks/", "/m/messages/"]


@pytest.fixture
def union() -> Organisation:
    return a_union(a_town(a_district()))


def client_of(person: Person) -> Client:
    """A phone on which this person is signed in."""
    client = Client()
    client.force_login(give_account(person=person, by=SYSTEM), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["person"] = person.pk
    session.save()
    return client


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_every_page_wants_a_sign_in() -> None:
    for address in PAGES:
        assert Client().get(address).url == f"/m/sign-in/?next={address}"


@pytest.mark.parametrize("member", [True, False])
def test_every_page_opens_for_a_member_and_for_somebody_who_is_none(union: Organisation, member: bool) -> None:
    client = client_of(a_person(union, member=member))
    for address in PAGES:
        seen(client, address)


def test_no_page_writes_when_it_is_read(union: Organisation) -> None:
    client = client_of(a_person(union))
    before = Event.objects.count()
    for address in PAGES:
        seen(client, address)
    assert Event.objects.count() == before


def test_home_says_what_concerns_me(union: Organisation) -> None:
    member = a_person(union)
    assert "会籍有效" in seen(client_of(member), "/m/")
    assert "还没有入会" in seen(client_of(a_person(union, name="罗明", phone="13700000001", member=False)), "/m/")
    actions.change_standing(member, standing="retained", by=SYSTEM, on=date(2023, 12, 1))
    assert "会籍保留着" in seen(client_of(member), "/m/")


def test_home_shows_no_dead_entry(union: Organisation) -> None:
    client = client_of(a_person(union))
    page = seen(client, "/m/")
    links = {part.split('"')[0] for part in page.split('href="')[1:]}
    inside = [link for link in links if link.startswith("/") and not link.startswith("/static")]
    assert {client.get(link).status_code for link in inside} == {200}
    assert "tel:0574-55550100" in links


def test_my_numbers_are_masked_until_i_tap_and_that_is_no_look(union: Organisation) -> None:
    client = client_of(a_person(union))
    assert PHONE not in seen(client, "/m/me/")
    assert PHONE in client.post("/m/me/").content.decode()
    assert not Event.objects.filter(verb="people.unmask").exists()


def test_i_see_who_looked_by_department_and_reason_but_not_by_name(union: Organisation) -> None:
    person = a_person(union)
    assert "没有人看过" in seen(client_of(person), "/m/looks/")
    actions.unmask(
        person, field="phone", reason="核对补助转账户名", by=acting("town_officer", Organisation.objects.get(short_name="东柳街道"))
    )
    page = seen(client_of(person), "/m/looks/")
    assert "核对补助转账户名" in page and "组织部" in page
    assert "沈慧" not in page
    assert "有人看过你的资料" in seen(client_of(person), "/m/")


def test_asking_for_a_correction_makes_one_task_for_the_union(union: Organisation) -> None:
    person = a_person(union)
    client = client_of(person)
    for _ in range(2):
        assert client.post("/m/me/correct/", {"wrong": ["phone", "employer"]}).url == "/m/me/"
    task = Task.objects.get()
    assert (task.title, task.org_id, task.due_on) == (f"会员 {person.code} 请求更正：手机号、工作单位", union.pk, date(2024, 1, 2))
    assert "点一下哪里不对" in client.post("/m/me/correct/", {}).content.decode()


def test_the_card_proves_membership_to_whoever_scans_it(union: Organisation) -> None:
    person = a_person(union)
    page = seen(client_of(person), "/m/card/")
    assert "何小川" in page and "<svg" in page
    shown = seen(Client(), f"/c/{card.token_for(person)}")
    assert "有效会员" in shown and "何*川" in shown and union.name in shown
    assert "何小川" not in shown and person.code not in shown


def test_a_card_is_no_proof_when_stale_forged_or_after_leaving(union: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    person = a_person(union)
    token = card.token_for(person)
    assert "不能用了" in seen(Client(), "/c/forged")
    assert "不能用了" in seen(Client(), f"/c/{token[:40]}{'A' if token[40] != 'A' else 'B'}{token[41:]}")
    actions.end_membership(person, end_reason="withdrawn", by=SYSTEM, on=date(2023, 12, 17))
    assert "现在不是有效会员" in seen(Client(), f"/c/{token}")
    real = card.now
    monkeypatch.setattr(card, "now", lambda: real() + timedelta(minutes=16))
    assert "不能用了" in seen(Client(), f"/c/{token}")


def test_somebody_who_died_since_signing_in_has_no_page(union: Organisation) -> None:
    person = a_person(union)
    client = client_of(person)
    actions.record_death(person, on=date(2023, 12, 1), by=SYSTEM)
    assert client.get("/m/").status_code == 404


def test_a_worker_sees_nothing_of_another_person(union: Organisation) -> None:
    me, other = a_person(union), a_person(union, name="罗明", phone="13700000001")
    client = client_of(me)
    assert client.get(f"/desk/people/{other.code}/").status_code in (403, 404)
    for address in PAGES:
        assert "罗明" not in seen(client, address)


def test_worker_pages_are_english_when_chosen_and_the_desk_never(union: Organisation) -> None:
    client = client_of(a_person(union))
    assert client.post("/language", {"language": "en", "next": "/m/"}).url == "/m/"
    page = seen(client, "/m/me/")
    assert 'lang="en"' in page
    officer = acting("dept_officer", Organisation.objects.get(short_name="区总"), "gw0777")
    desk = Client()
    desk.force_login(access.User.objects.get(pk=officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    desk.cookies["django_language"] = "en"
    assert "角色表" in seen(desk, "/desk/roles/")


def test_large_text_is_remembered(union: Organisation) -> None:
    client = client_of(a_person(union))
    client.post("/text-size", {"size": "elder", "next": "/m/"})
    assert 'class="elder"' in seen(client, "/m/")


LONG = "阿卜杜热合曼·买买提依明·阿布都外力·吐尔逊"
"""Twenty-two characters with middle dots."""


@pytest.mark.parametrize(("name", "masked"), [(LONG, "阿**"), ("𬱖㛃", "𬱖*"), ("𠮷野暘", "𠮷*暘"), ("Ω罗", "Ω**")])
def test_every_page_carries_long_names_and_rare_characters(union: Organisation, name: str, masked: str) -> None:
    person = a_person(union, name=name)
    client = client_of(person)
    for address in PAGES:
        seen(client, address)
    assert name in seen(client, "/m/") and name in seen(client, "/m/card/") and name in seen(client, "/m/me/")
    assert masked in seen(Client(), f"/c/{card.token_for(person)}")


def test_a_name_that_old_phones_cannot_draw_is_also_spelled(union: Organisation) -> None:
    assert "读音 jiyeyang" in seen(client_of(a_person(union, name="𠮷野暘")), "/m/card/")
    assert "读音" not in seen(client_of(a_person(union, name="何小川", phone="13700000001")), "/m/card/")


def test_two_writings_of_a_name_stand_side_by_side(union: Organisation) -> None:
    person = a_person(union, name="王旸")
    actions.change_details(person, former_name="王暘", by=SYSTEM)
    page = seen(client_of(person), "/m/me/")
    assert "王旸" in page and "王暘" in page and "曾用名" in page


def test_many_looks_are_folded_but_all_there(union: Organisation) -> None:
    person = a_person(union)
    officer = acting("town_officer", Organisation.objects.get(short_name="东柳街道"))
    for number in range(12):
        actions.unmask(person, field="phone", reason=f"核对第{number}次转账", by=officer)
    page = seen(client_of(person), "/m/looks/")
    assert "一共 12 次" in page and "再早的 2 次" in page
    assert all(f"核对第{number}次转账" in page for number in range(12))


def test_a_worker_who_strays_to_the_desk_is_led_back(union: Organisation) -> None:
    answer = client_of(a_person(union)).get("/desk/people/")
    page = answer.content.decode()
    assert answer.status_code == 403 and "这一页是给工会干部的" in page and 'href="/m/"' in page


def test_nobody_signed_in_sees_the_bar_of_a_worker(union: Organisation) -> None:
    for address in ("/", "/m/sign-in/", f"/u/{union.code}/", "/c/nothing", "/accounts/login/"):
        assert "bar4" not in seen(Client(), address)
