"""The desk's pages of unions: what may be done there, what an ended one shows, the list's filters, the text for the group."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs import actions
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions as people
from niangjia.core.people.queries import members_below
from tests.world import World

pytestmark = pytest.mark.django_db
TODAY = date(2023, 12, 18)


@pytest.fixture
def world() -> World:
    return World()


def signed_in(world: World, org: Organisation, role: str = "town_officer") -> Client:
    client = Client()
    client.force_login(world.officer(org, role))
    return client


def page(client: Client, org: Organisation, query: str = "") -> str:
    return client.get(reverse("orgs:detail", args=[org.code]) + query).content.decode()


def with_term(org: Organisation, elected_on: date, years: int = 3) -> None:
    with elevated("test: a term"):
        actions.start_term(org, years=years, elected_on=elected_on, by=SYSTEM)


def test_an_officer_finds_every_verb_on_the_page_and_a_reader_none(world: World) -> None:
    links = [reverse("orgs:do", args=[world.union.code, verb]) for verb in ("facts", "rename", "found", "move", "dissolve")]
    shown = page(signed_in(world, world.here), world.union)
    assert [link for link in links if link not in shown] == []
    read = page(signed_in(world, world.here, "auditor"), world.union)
    assert [link for link in links if link in read] == []


def test_a_past_day_is_only_looked_at(world: World) -> None:
    past = page(signed_in(world, world.here), world.union, "?on=2020-05-01")
    assert "这里看的是 2020年5月1日" in past
    assert reverse("orgs:do", args=[world.union.code, "facts"]) not in past


def test_the_name_of_that_day_stands_on_top(world: World) -> None:
    with elevated("test: another name"):
        actions.rename(world.union, name="新光纺织厂工会", short_name="新光", by=SYSTEM, on=date(2022, 1, 1))
    past = page(signed_in(world, world.here), world.union, "?on=2021-01-01")
    assert "<title>第" in past
    assert "现在叫“新光纺织厂工会”" in past


def test_a_committee_past_its_term_goes_on_and_the_page_says_so(world: World) -> None:
    with_term(world.union, date(2020, 3, 1))
    shown = page(signed_in(world, world.here), world.union)
    assert "任期已满还没有登记换届" in shown
    assert "逾期" in shown


def test_an_ended_union_has_no_clock_no_vacancies_and_no_verbs(world: World) -> None:
    union = world.new_union()
    with_term(union, date(2023, 3, 1))
    with elevated("test: the end"):
        actions.dissolve(union, by=SYSTEM, on=date(2023, 6, 1), reason="单位注销")
    shown = page(signed_in(world, world.here), union)
    assert "2023年6月1日撤销" in shown
    assert not [word for word in ("还剩", "空缺：", "登记换届结果", "转发", "变更登记") if word in shown]


def test_members_left_in_an_ended_union_are_not_forgotten(world: World) -> None:
    assert world.person
    with elevated("test: an end that a register from elsewhere brought along"):
        Organisation.objects.filter(pk=world.union.pk).update(ended_on=date(2023, 6, 1), end_reason="dissolved")
    assert "还有 1 名会员没有安排" in page(signed_in(world, world.here), world.union)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=alive", True), ("state=ended", False), ("term=none", True), ("term=overdue", False), ("founded_from=2019-05-06", True),
        ("founded_from=2019-05-07", False), ("founded_to=2019-05-06", True), ("founded_from=2019-01-01&founded_to=2019-12-31", True),
        ("founded_from=nonsense", True), ("kind=10", True), ("kind=11", False),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_state_term_kind_and_days(world: World, query: str, found: bool) -> None:
    shown = signed_in(world, world.union.parent).get(f"{reverse('orgs:list')}?{query}").content.decode()
    assert (reverse("orgs:detail", args=[world.union.code]) in shown) is found


def test_the_list_tells_members_and_the_end_of_the_term_and_so_does_its_export(world: World) -> None:
    assert world.person
    with_term(world.union, date(2020, 3, 1))
    client = signed_in(world, world.here)
    assert "2023年2月28日，逾期" in client.get(reverse("orgs:list")).content.decode()
    lines = b"".join(client.get(reverse("orgs:list") + "?format=csv&columns=name,members,term").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert lines.splitlines() == ["工会,会员,任期到", f"{world.union.name},1,2023年2月28日，逾期"]


def test_members_below_count_those_of_lower_unions_too(world: World) -> None:
    assert world.person
    world.new_person()
    other = world.new_union()
    with elevated("test: the whole register"):
        counted = members_below([world.here.pk, world.union.pk, other.pk], TODAY)
    assert counted == {world.here.pk: 2, world.union.pk: 2, other.pk: 0}


def test_the_text_for_the_group_names_unions_and_days_but_no_person(world: World) -> None:
    with_term(world.union, date(2020, 3, 1))
    with elevated("test: a chair"):
        people.elect_officer(person=world.person, org=world.union, post="chair", elected_on=date(2020, 3, 1), by=SYSTEM)
    client = signed_in(world, world.here)
    said = client.post(reverse("orgs:remind"), {"pick": [world.union.code]}).content.decode()
    assert f"{world.union.name}：任期 2023年2月28日届满，已逾期" in said
    assert world.person.name not in said


def test_the_text_for_the_group_reaches_no_union_of_another_town(world: World) -> None:
    said = signed_in(world, world.elsewhere).post(reverse("orgs:remind"), {"pick": [world.union.code]}).content.decode()
    assert world.union.name not in said
    assert "一家也没有选" in said


def test_a_long_level_of_the_tree_is_cut_with_the_way_to_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("niangjia.core.orgs.views.desk.BRANCHES_SHOWN", 2)
    unions = [world.new_union() for _ in range(4)]
    shown = page(signed_in(world, world.here), unions[3])
    assert "还有 1 家，到名册里看" in shown
    assert f"?state=alive&amp;below={world.here.code}" in shown
    rest = signed_in(world, world.here).get(reverse("orgs:list") + f"?below={world.here.code}").content.decode()
    assert all(union.name in rest for union in unions)
