"""The desk's pages of people: filters, moving the ticked ones, merged codes, a chair past the term."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions, queries
from niangjia.core.people.models import Membership, Person
from niangjia.core.trail.models import Event
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


def detail(client: Client, person: Person) -> str:
    return client.get(reverse("people:detail", args=[person.code]), follow=True).content.decode()


def chair(world: World, elected_on: date = date(2020, 3, 1)) -> None:
    with elevated("test: a chair"):
        term = orgs.start_term(world.union, years=3, elected_on=elected_on, by=SYSTEM)
        actions.elect_officer(person=world.person, org=world.union, post="chair", elected_on=elected_on, by=SYSTEM)
        world.person.offices.update(term=term)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("state=never", False), ("state=transferring", False), ("joined_from=2019-05-07", True), ("joined_from=2019-05-08", False),
        ("joined_to=2019-05-06", False), ("registered_from=2019-05-06&registered_to=2019-05-06", True), ("office=any", False), ("gap=birth", True),
        ("gap=id_index", True), ("political=1", False), ("way=1", True), ("way=5", False),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_every_filter(world: World, query: str, found: bool) -> None:
    assert world.person
    shown = signed_in(world, world.here).get(f"{reverse('people:list')}?{query}").content.decode()
    assert (reverse("people:detail", args=[world.person.code]) in shown) is found


def test_office_holders_are_found_by_their_post(world: World) -> None:
    chair(world)
    client = signed_in(world, world.here)
    link = reverse("people:detail", args=[world.person.code])
    assert link in client.get(reverse("people:list") + "?office=chair").content.decode()
    assert link not in client.get(reverse("people:list") + "?office=women_chair").content.decode()


def test_posted_days_stand_in_the_address_and_the_name_does_not(world: World) -> None:
    posted = {"q": "何静川", "joined_from": "2019年5月1日", "joined_to": "not a day", "state": "members"}
    asked = signed_in(world, world.here).post(reverse("people:list"), posted)["Location"]
    assert "joined_from=2019-05-01" in asked
    assert "joined_to" not in asked
    assert "%E4%BD%95" not in asked


def test_the_ticked_members_move_together(world: World) -> None:
    people, to = [world.person, world.new_person(), world.new_person()], world.new_union()
    client = signed_in(world, world.here)
    picked = [person.code for person in people[:2]]
    first = client.post(reverse("people:transfer-many"), {"pick": picked}).content.decode()
    assert "2 人转会" in first
    assert all(f'value="{code}"' in first for code in picked)
    done = client.post(reverse("people:transfer-many"), {"pick": picked, "to": to.code, "on": "2023-12-01"}, follow=True)
    assert f"2 人转到{to.name}" in done.content.decode()
    with elevated("test: where they are"):
        assert [queries.open_span(person).union_id for person in people] == [to.pk, to.pk, world.union.pk]  # type: ignore[union-attr]
        assert "people.transfer_many" in [step.event.verb for step in queries.history(people[0])]


def test_nobody_moves_if_one_may_not(world: World) -> None:
    people, to = [world.person, world.new_person()], world.new_union()
    with elevated("test: one has left"):
        actions.end_membership(people[1], end_reason="withdrawn", by=SYSTEM, on=date(2022, 1, 1))
    picked = {"pick": [person.code for person in people], "to": to.code, "on": "2023-12-01"}
    refused = signed_in(world, world.here).post(reverse("people:transfer-many"), picked)
    assert refused.status_code == 422
    with elevated("test: where they are"):
        assert queries.open_span(people[0]).union_id == world.union.pk  # type: ignore[union-attr]


def test_nobody_of_another_town_can_be_ticked(world: World) -> None:
    answer = signed_in(world, world.elsewhere).post(reverse("people:transfer-many"), {"pick": [world.person.code]}, follow=True)
    assert "一个人也没有选" in answer.content.decode()


def test_the_code_of_a_merged_record_leads_to_the_one_that_stays(world: World) -> None:
    keep, drop = world.person, world.new_person(name="何静川")
    with elevated("test: one person after all"):
        actions.merge_persons(keep=keep, drop=drop, by=SYSTEM, reason="同一个人登记了两次")
    client = signed_in(world, world.here)
    assert client.get(reverse("people:detail", args=[drop.code]))["Location"] == f"/desk/people/{keep.code}/?was={drop.code}"
    shown = detail(client, drop)
    assert f"编号 {drop.code} 已经并入这一份档案" in shown
    with elevated("test: the event"):
        merge = Event.objects.get(verb="people.merge", subject=keep.subject)
    assert reverse("people:undo_merge", args=[keep.code, merge.code]) in shown


def test_a_chair_past_the_term_is_still_shown_as_chair_and_the_day_is_said(world: World) -> None:
    chair(world)
    assert f"{world.union.short_name} · 主席，任期 2023年2月28日届满" in detail(signed_in(world, world.here), world.person)


def test_somebody_moving_shows_where_to(world: World) -> None:
    to = world.new_union()
    with elevated("test: a move under way"):
        Membership.objects.filter(person=world.person, until=None).update(transferring_to=to)
    client = signed_in(world, world.here)
    assert f"转会中，等{to.short_name}接收" in detail(client, world.person)
    assert reverse("people:detail", args=[world.person.code]) in client.get(reverse("people:list") + "?state=transferring").content.decode()


def test_a_union_and_a_job_elsewhere_are_both_on_the_page(world: World) -> None:
    """Two jobs: one membership, and the posts held in two unions."""
    second = world.new_union()
    with elevated("test: two posts"):
        for org, post in ((world.union, "committee"), (second, "organiser")):
            actions.elect_officer(person=world.person, org=org, post=post, elected_on=date(2021, 1, 4), by=SYSTEM)
    shown = detail(signed_in(world, world.here), world.person)
    assert shown.count(f"{second.short_name} · ") == 1
    assert shown.count(f"{world.union.short_name} · ") == 1


def test_no_certificate_is_offered_to_whoever_is_no_member(world: World) -> None:
    with elevated("test: somebody without membership"):
        other = actions.register_person(home_org=world.union, name="未入会", by=SYSTEM, on=TODAY)
    client = signed_in(world, world.here)
    assert "会员证明" in detail(client, world.person)
    assert "会员证明" not in detail(client, other)
