"""Receiving disputes: who may, what is refused, limitation as a risk, the way of those outside a labour relation."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, worker
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.work.rights.actions import Facts
from niangjia.work.rights.enums import Channel, Kind, Path
from niangjia.work.rights.models import Dispute
from niangjia.work.rights.tests.factories import LEFT, OPENED, acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def dispute_of(case: Case) -> Dispute:
    with elevated("test"):
        return Dispute.objects.get(case=case)


def test_a_dispute_is_a_case_with_facts_claims_and_limitation(world: World) -> None:
    case = new_dispute(world)
    dispute = dispute_of(case)
    with elevated("test"):
        claims = list(case.claims.values_list("item", "claimed"))
    assert case.code == "LD-330212-2023-00001"
    assert case.title == "何静川与迅帆配送：追索劳动报酬、经济补偿"
    assert len(claims) == 2
    assert dispute.limitation_on == date(2024, 10, 31)
    assert dispute.kinds == ["D02", "D04"]


def test_a_late_matter_is_received_all_the_same(world: World) -> None:
    case = new_dispute(world, facts=Facts(left_on=date(2021, 3, 1), known_on=date(2021, 3, 1)))
    assert dispute_of(case).limitation_on == date(2022, 3, 1)
    assert case.state == "registered"


def test_wages_have_no_last_day_while_the_relation_lasts(world: World) -> None:
    case = new_dispute(world, kinds=[Kind.WAGES], facts=Facts(known_on=date(2020, 1, 1)), claims=())
    assert dispute_of(case).limitation_on is None


def test_what_was_told_lies_sealed(world: World) -> None:
    dispute = dispute_of(new_dispute(world, facts=Facts(left_on=LEFT, told="站长扣了我两千")))
    assert dispute.facts == "站长扣了我两千"
    assert "站长".encode() not in bytes(dispute.facts_sealed)


def test_a_worker_asks_for_themselves_only(world: World) -> None:
    with elevated("test"):
        other = world.new_person(name="江一帆")
        me = worker(world.officer(world.here), world.person.pk)
    case = new_dispute(world, by=me, channel=Channel.PHONE)
    with scoped(me.scope):
        assert Case.objects.get() == case
    with pytest.raises(Refused, match="只能为自己"):
        new_dispute(world, by=me, applicants=[other])


def test_an_officer_receives_within_reach_only(world: World) -> None:
    new_dispute(world, by=acting(world.officer(world.here)))
    with pytest.raises(Refused, match="管辖范围"):
        new_dispute(world, by=acting(world.officer(world.elsewhere)))
    with pytest.raises(Refused, match="权限"):
        new_dispute(world, by=acting(world.officer(world.here, "grassroots_chair")))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"applicants": []}, "谁来求助"),
        ({"kinds": []}, "哪种争议"),
        ({"kinds": ["D55"]}, "哪种争议"),
        ({"respondent": " "}, "哪家单位"),
        ({"on": date(2023, 12, 19)}, "还没有到"),
        ({"facts": Facts(left_on=date(2023, 11, 7))}, "晚于收到日期"),
        ({"facts": Facts(entry_on=date(2023, 10, 1), left_on=date(2023, 9, 1))}, "早于入职"),
    ],
)
def test_refusals_say_how_to_mend(world: World, facts: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        new_dispute(world, **facts)


@pytest.mark.parametrize(
    ("kinds", "facts", "path"),
    [
        ([Kind.WAGES], Facts(left_on=LEFT), Path.LABOUR),
        ([Kind.NEW_FORM], Facts(injured=True, outside_labour_relation=True), Path.CIVIL),
        ([Kind.INJURY], Facts(injured=True, over_age=True), Path.SINGLE_INJURY),
        ([Kind.NEW_FORM], Facts(fined=True, outside_labour_relation=True), Path.PLATFORM),
        ([Kind.NEW_FORM], Facts(), Path.UNSURE),
        ([Kind.WAGES], Facts(outside_labour_relation=True), Path.CIVIL),
    ],
)
def test_those_outside_a_labour_relation_have_ways_of_their_own(world: World, kinds: list[str], facts: Facts, path: str) -> None:
    dispute = dispute_of(new_dispute(world, kinds=kinds, facts=facts, claims=()))
    assert dispute.path == path
    assert bool(dispute.path_reasons) == (path != Path.LABOUR)


def test_ten_with_one_claim_are_a_collective_case(world: World) -> None:
    with elevated("test"):
        people = [world.new_person(name=f"工友{number}") for number in "甲乙丙丁戊己庚辛壬癸"]
    case = new_dispute(world, applicants=people, claims=())
    assert case.risk == "high"
    assert "等 10 人" in case.title
    assert dispute_of(case).headcount == 10
    assert case.opened_on == OPENED
    assert case.came_from is None
    assert SYSTEM.may("rights.register")
