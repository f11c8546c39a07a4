"""The desk's pages of cases: the list, many at once, what may be done besides steps, leave; the stranger and each refusal."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.cases import actions
from niangjia.core.cases.models import Absence, Case
from niangjia.core.cases.tests.conftest import open_one
from tests.world import World

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer_user(world: World) -> User:
    return world.officer(world.here)


@pytest.fixture
def client(officer_user: User) -> Client:
    return client_of(officer_user)


def now(case: Case) -> Case:
    with elevated("test"):
        case.refresh_from_db()
    return case


def do(client: Client, case: Case, verb: str, facts: dict[str, Any]) -> str:
    """Post a verb's form and give the page it leads to, or the refused page itself."""
    answer = client.post(reverse("cases:do", args=[case.code, verb]), facts, follow=True)
    return answer.content.decode()


def test_the_list_shows_what_is_open_and_finds_by_number_and_name(client: Client, case: Case) -> None:
    address = reverse("cases:list")
    assert case.code in client.get(address).content.decode()
    for words in (case.code, "何静川"):
        assert case.code in client.post(address, {"q": words}, follow=True).content.decode()
    assert case.code not in client.post(address, {"q": "没有这个人"}, follow=True).content.decode()
    assert case.code not in client.get(address, {"stand": "closed"}).content.decode()


def test_a_search_for_a_name_leaves_no_name_in_the_address(client: Client, case: Case) -> None:
    answer = client.post(reverse("cases:list"), {"q": "何静川"})
    assert "何静川" not in answer.headers["Location"]
    assert "%E4" not in answer.headers["Location"]


def test_many_cases_take_a_step_together_after_its_form(client: Client, world: World, case: Case) -> None:
    other, address = open_one(world), reverse("cases:bulk", args=["talk"])
    asked = client.post(address, {"pick": [case.code, other.code]}).content.decode()
    assert "开始商量 2 件" in asked
    done = client.post(address, {"pick": [case.code, other.code], "on": "20231108", "place": "二楼"}, follow=True)
    assert "办好 2 件" in done.content.decode()
    assert [now(one).state for one in (case, other)] == ["talking", "talking"]


def test_nothing_ticked_is_said(client: Client) -> None:
    answer = client.post(reverse("cases:bulk", args=["talk"]), {}, follow=True)
    assert "先在列表里勾选" in answer.content.decode()


def test_a_stranger_finds_no_page_of_a_case(world: World, case: Case) -> None:
    stranger = client_of(world.officer(world.elsewhere))
    for name, arguments in (("detail", []), ("step", ["talk"]), ("do", ["note"])):
        assert stranger.get(reverse(f"cases:{name}", args=[case.code, *arguments])).status_code == 404
    assert case.code not in stranger.get(reverse("cases:list")).content.decode()


def test_a_case_is_given_to_a_colleague_by_name_or_account(client: Client, world: World, case: Case) -> None:
    colleague = world.officer(world.here)
    do(client, case, "assign", {"user": colleague.username, "duty": "holder"})
    assert now(case).holder == colleague
    assert "没有这个账号" in do(client, case, "assign", {"user": "nobody", "duty": "holder"})
    assert "已经由" in do(client, case, "assign", {"user": colleague.username, "duty": "holder"})


def test_a_changed_deadline_waits_for_a_second_person(client: Client, world: World, case: Case) -> None:
    actions.advance(case, "talk", by=SYSTEM, on=case.opened_on)
    do(client, case, "term", {"term": "mediation.end", "due_on": "20231220", "reason": "双方书面同意"})
    page = client.get(reverse("cases:detail", args=[case.code])).content.decode()
    assert "等另一位同事审定" in page
    assert client.post(reverse("cases:do", args=[case.code, "agree-term"])).status_code == 403, "not the one who asked"
    do(client_of(world.officer(world.here)), case, "agree-term", {})
    assert str(now(case).due_on) == "2023-12-20"


def test_sealing_hides_the_case_from_its_own_town_at_once(client: Client, world: World, case: Case) -> None:
    named = world.officer(world.here)
    do(client, case, "seal", {"readers": named.username, "reason": "性骚扰投诉"})
    address = reverse("cases:detail", args=[case.code])
    assert client.get(address).status_code == 404
    assert "密办" in client_of(named).get(address).content.decode()


def test_a_note_is_kept_and_an_empty_one_refused(client: Client, case: Case) -> None:
    assert "电话约周三再谈" in do(client, case, "note", {"text": "电话约周三再谈"})
    answer = client.post(reverse("cases:do", args=[case.code, "note"]), {"text": ""})
    assert answer.status_code == 422


def test_unknown_numbers_are_named_when_cases_are_joined(client: Client, case: Case) -> None:
    assert "找不到这些案号" in do(client, case, "merge", {"others": "SS-330212-2023-99999", "reason": "同一单位同一诉求"})


def test_leave_is_said_and_taken_back(client: Client, officer_user: User, world: World, case: Case) -> None:
    colleague, address = world.officer(world.here), reverse("cases:leave")
    client.post(address, {"what": "go", "deputy": colleague.username, "first_day": "20231218", "last_day": "20231220"})
    assert Absence.objects.get(user=officer_user).deputy == colleague
    refused = client.post(address, {"what": "go", "deputy": colleague.username, "first_day": "20231220", "last_day": "20231219"})
    assert refused.status_code == 422
    client.post(address, {"what": "back"})
    assert Absence.objects.get(user=officer_user).ended_on is not None
