"""Enrolling in the browser: a union with one click, bill and receipt; the stranger, and each refusal."""

import json
from argparse import Namespace

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.config.commands.plan import list_plans
from niangjia.core.access.actor import SYSTEM
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Bill, Enrolment
from niangjia.work.mutual_aid.tests.ids import ON, bill_in, plan_in
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def client_of(world: World, role: str, where: str = "here") -> Client:
    client = Client()
    client.force_login(world.officer(getattr(world, where), role=role))
    return client


def test_a_union_is_enrolled_with_one_click_billed_and_its_premium_noted(world: World) -> None:
    plan, persons = plan_in(world), [world.new_person() for _ in range(3)]
    officer, accountant = client_of(world, "town_officer"), client_of(world, "accountant", "district")
    here = [world.union.code, plan.slug]
    page = officer.get(reverse("mutual_aid:unit", args=here)).content.decode()
    assert "3 人全部参保" in page and persons[0].code in page and persons[0].name not in page
    told = officer.post(reverse("mutual_aid:enrol", args=here), {"shares": 1}, follow=True).content.decode()
    assert "录入 3 人" in told and "没有漏下的人" in told
    short = officer.post(reverse("mutual_aid:bill", args=here), {"insured": 9})
    assert short.status_code == 422 and "要有全部（9 人）参加" in short.content.decode()
    told = officer.post(reverse("mutual_aid:bill", args=here), {"insured": 3}, follow=True).content.decode()
    assert "180.00 元" in told
    with elevated("test: the bill"):
        bill = Bill.objects.get()
    paid = reverse("mutual_aid:paid", args=[bill.code])
    assert officer.post(paid, {"on": "20231218"}).status_code == 403
    assert "收据号 SJ-" in accountant.post(paid, {"on": "20231218"}, follow=True).content.decode()
    assert accountant.post(paid, {"on": "20231218"}).status_code == 422
    with elevated("test: everybody is covered"):
        assert set(Enrolment.objects.values_list("state", flat=True)) == {"effective"}


def test_a_bill_is_cancelled_with_a_reason(world: World) -> None:
    bill, officer = bill_in(world), client_of(world, "town_officer")
    address = reverse("mutual_aid:cancel", args=[bill.code])
    assert officer.post(address, {"reason": "错"}).status_code == 422
    assert "已作废" in officer.post(address, {"reason": "人数有变，重新出"}, follow=True).content.decode()


def test_a_wrong_person_is_taken_back_before_the_premium_and_refunded_by_the_accountant_afterwards(world: World) -> None:
    bill, officer, accountant = bill_in(world), client_of(world, "town_officer"), client_of(world, "accountant", "district")
    address, why = reverse("mutual_aid:end", args=[world.union.code, "P1-2023", world.person.code]), {"reason": "参加的是居民医保"}
    unit = reverse("mutual_aid:unit", args=[world.union.code, "P1-2023"])
    assert address in officer.get(unit).content.decode()
    assert "已经出了账单" in officer.post(address, why).content.decode()
    with elevated("test: the premium is in"):
        actions.pay_bill(bill, by=SYSTEM, on=ON)
    assert address not in officer.get(unit).content.decode()
    assert officer.post(address, why).status_code == 403
    assert "已退费" in accountant.post(address, why, follow=True).content.decode()
    assert accountant.get(address).status_code == 404


def test_each_town_sees_itself_and_the_middle_and_best_of_all_but_no_other_s_name(world: World) -> None:
    third = world.town("白鹤街道总工会")
    for person in (world.person, *(world.new_person() for _ in range(4))):
        actions.enrol(person, plan=plan_in(world), org=world.union, by=SYSTEM, on=ON)
    for town in (world.elsewhere, third):
        with elevated("test: a union with a member"):
            world.__dict__["here"] = town
            world.__dict__["union"] = world.new_union()
        for _ in range(5):
            world.new_person()
    page = client_of(world, "town_officer").get(reverse("mutual_aid:campaign")).content.decode()
    assert "本级 0.0%，各镇街中位 0.0%，最好 100.0%" in page
    assert "桃源街道" not in page and "竹溪街道" not in page
    district = client_of(world, "service_centre", "district").get(reverse("mutual_aid:campaign")).content.decode()
    assert "桃源街道总工会" in district and "竹溪街道总工会" in district


def test_a_chair_comes_straight_to_the_own_union(world: World) -> None:
    plan = plan_in(world)
    found = client_of(world, "grassroots_chair", "union").get(reverse("mutual_aid:campaign"))
    assert found.url == reverse("mutual_aid:unit", args=[world.union.code, plan.slug])


def test_lists_are_filtered_and_written_and_a_stranger_finds_nothing(world: World) -> None:
    bill, officer, stranger = bill_in(world), client_of(world, "town_officer"), client_of(world, "town_officer", "elsewhere")
    assert bill.code in officer.get(reverse("mutual_aid:bills"), {"state": "open", "year": "2023"}).content.decode()
    assert bill.code not in officer.get(reverse("mutual_aid:bills"), {"state": "paid"}).content.decode()
    written = b"".join(officer.get(reverse("mutual_aid:enrolments"), {"format": "csv"}).streaming_content)
    assert world.person.code.encode() in written
    assert world.person.code not in stranger.get(reverse("mutual_aid:enrolments")).content.decode()
    assert stranger.get(reverse("mutual_aid:unit", args=[world.union.code, "P1-2023"])).status_code == 404
    assert stranger.post(reverse("mutual_aid:cancel", args=[bill.code]), {"reason": "人数有变"}).status_code == 404


def test_a_plan_says_its_rule_in_plain_words_and_that_it_is_an_example(world: World) -> None:
    plan_in(world)
    page = client_of(world, "auditor", "district").get(reverse("mutual_aid:plan", args=["P1-2023"])).content.decode()
    assert "3,000 元以内的补 80%" in page and "示例规则，待核" in page and "至少 80% 参加" in page
    assert client_of(world, "auditor", "district").get(reverse("mutual_aid:plan", args=["P9-2023"])).status_code == 404


def test_premiums_are_handed_on_by_the_accountant_alone(world: World) -> None:
    bill, accountant = bill_in(world), client_of(world, "accountant", "district")
    with elevated("test: the premium is in"):
        actions.pay_bill(bill, by=SYSTEM, on=ON)
    address = reverse("mutual_aid:forward", args=["P1-2023"])
    assert client_of(world, "service_centre", "district").post(address, {"on": "20231218"}).status_code == 403
    assert "汇缴单 HJ-" in accountant.post(address, {"on": "20231218"}, follow=True).content.decode()
    assert accountant.post(address, {"on": "20231218"}).status_code == 422


def test_the_plans_are_listed_on_the_command_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    plan_in(world)
    for as_json in (False, True):
        list_plans(Namespace(json=as_json))
    text, machine = capsys.readouterr().out.split("\n", 1)
    assert "P1-2023" in text and "60 元/份" in text and "示例，待核" in text
    assert json.loads(machine)[0] | {"title": ""} == {
        "plan": "P1-2023", "title": "", "fee": 60, "window": ["2023-05-27", "2023-06-30"], "period": ["2023-05-01", "2024-04-30"],
        "mode": "afterwards", "pool_owner": "宁波市总工会", "version": 1, "example": True,
    }  # fmt: skip
