"""A union ends together with the people in it: one verb, one transaction, nobody left behind."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs import queries as tree
from niangjia.core.orgs.enums import Nature
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions, queries
from niangjia.core.people.enums import EndReason
from niangjia.core.people.models import Membership, Officer, Person
from niangjia.core.people.tests.factories import officer_of
from niangjia.core.trail.queries import events_about
from tests.world import World

ENDS = date(2023, 6, 1)


@pytest.fixture
def world(seeing_all: None) -> World:
    return World()


def with_people(world: World) -> tuple[Organisation, Person, Person]:
    """A union with two members, one of them its chair, and a covered employer."""
    chair, member = world.new_person(name="沈慧"), world.new_person(name="何静川")
    actions.elect_officer(org=world.union, person=chair, post="chair", elected_on=date(2020, 1, 10), by=SYSTEM)
    mill = orgs.add_employer(name="望湖纺织厂", nature=Nature.PRIVATE, answering_org=world.union, by=SYSTEM)
    orgs.cover(world.union, employer=mill, by=SYSTEM, on=date(2020, 1, 1))
    return world.union, chair, member


def now(union: Organisation) -> Organisation:
    return tree.by_id(union.pk)


def assert_sound() -> None:
    assert [check for check in (*queries.checks(), *tree.checks()) if not check.ok] == []


@pytest.mark.django_db
def test_a_merger_takes_members_officers_and_employers_along(world: World) -> None:
    union, chair, member = with_people(world)
    into = world.new_union()
    actions.merge_unions(union, into=into, by=SYSTEM, on=ENDS)
    for person in (chair, member):
        old, new = person.memberships.order_by("during")
        assert (old.until, old.end_reason, new.union_id, new.during.lower) == (ENDS, EndReason.TRANSFERRED, into.pk, ENDS)
        assert Person.objects.get(pk=person.pk).home_org_id == into.pk
    assert Officer.objects.get(org=union).valid_to == ENDS
    assert "people.step_down" in [step.event.verb for step in queries.history(chair)]
    assert (now(union).ended_on, now(union).merged_into_id) == (ENDS, into.pk)
    assert [coverage.employer.name for coverage in into.coverages.filter(valid_to=None)] == ["望湖纺织厂"]
    assert_sound()


@pytest.mark.django_db
def test_dissolving_ends_memberships_or_hands_members_over(world: World) -> None:
    union, _, member = with_people(world)
    actions.dissolve_union(union, by=SYSTEM, on=ENDS, reason="单位注销")
    assert set(Membership.objects.filter(union=union).values_list("until", "end_reason")) == {(ENDS, EndReason.CLOSED)}
    assert queries.open_span(member) is None
    second, other = world.new_union(), world.new_union()
    guest = actions.register_person(home_org=second, name="林静", by=SYSTEM, on=date(2021, 1, 1))
    actions.admit(guest, union=second, by=SYSTEM, on=date(2021, 1, 1))
    actions.dissolve_union(second, to=other, by=SYSTEM, on=ENDS)
    assert queries.open_span(guest).union_id == other.pk  # type: ignore[union-attr]
    assert_sound()


@pytest.mark.django_db
def test_what_cannot_be_carried_out_whole_is_not_begun(world: World) -> None:
    union, chair, _ = with_people(world)
    late = world.new_union()
    newcomer = actions.register_person(home_org=union, name="周岚", by=SYSTEM, on=date(2023, 7, 1))
    actions.admit(newcomer, union=union, by=SYSTEM, on=date(2023, 7, 1))
    refusals = [
        (lambda: actions.merge_unions(union, into=late, by=SYSTEM, on=ENDS), "变更日期要在这一段会籍开始之后"),
        (lambda: actions.merge_unions(union, into=union, by=SYSTEM), "不能转给它自己"),
        (lambda: actions.dissolve_union(union, to=world.here, by=SYSTEM), "不直接管会员"),
        (lambda: actions.dissolve_union(union, by=SYSTEM, on=date(2030, 1, 1)), "还没有到"),
    ]
    for end, said in refusals:
        with pytest.raises(ValidationError, match=said):
            end()
    actions.elect_officer(org=union, person=chair, post="committee", elected_on=date(2023, 12, 18), by=SYSTEM)
    with pytest.raises(ValidationError, match="才当选委员"):
        actions.dissolve_union(union, by=SYSTEM, on=date(2023, 12, 1))
    assert now(union).ended_on is None
    assert Membership.objects.filter(union=union, until=None).count() == 3
    assert Officer.objects.filter(org=union, valid_to=None).count() == 2


@pytest.mark.django_db
def test_a_neighbour_town_ends_nothing_here(world: World) -> None:
    union, _, _ = with_people(world)
    with pytest.raises(Refused, match="管辖范围"):
        actions.dissolve_union(union, by=officer_of(world.elsewhere), on=ENDS)


@pytest.mark.django_db
def test_the_desk_says_how_many_and_then_does_it_in_one_step(world: World, client: Client) -> None:
    union, _, member = with_people(world)
    into = world.new_union()
    client.force_login(world.officer(world.here))
    page = client.get(f"/desk/orgs/{union.code}/do/merge/").content.decode()
    assert "会员 2 名，在任干部 1 人，涵盖单位 1 家" in page
    refused = client.post(f"/desk/orgs/{union.code}/do/merge/", {"on": "2019-05-07", "into": into.code})
    assert refused.status_code == 422
    done = client.post(f"/desk/orgs/{union.code}/do/merge/", {"on": ENDS.isoformat(), "into": into.code})
    assert done.status_code == 302
    assert queries.open_span(member).union_id == into.pk  # type: ignore[union-attr]
    assert {"orgs.merge", "people.step_down"} <= {event.verb for event in events_about(f"org:{union.pk}")}
    assert client.post(f"/desk/orgs/{into.code}/do/dissolve/", {"on": "2023-07-01", "reason": "单位注销"}).status_code == 302
    assert queries.open_span(member) is None
    assert_sound()


@pytest.mark.django_db
def test_an_election_on_a_day_to_come_is_refused_on_the_page(world: World, client: Client) -> None:
    union = world.union
    client.force_login(world.officer(world.here))
    answer = client.post(f"/desk/orgs/{union.code}/do/start-term/", {"on": "2030-01-01", "years": "3"})
    assert answer.status_code == 422
    assert "还没有到" in answer.content.decode()
