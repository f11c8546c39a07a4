"""Rosters of those who take part, by workbook: what the preview decides, what applying keeps, what goes back and why, and taking it back."""

from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.imports.actions import receive, submit, undo
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch
from niangjia.core.imports.report import marked_workbook
from niangjia.core.imports.tests.factories import csv, said, workbook, worked
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.core.trail.models import Event
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Enrolment, Plan
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.tests.factories import enrol, make_plan
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
HEADINGS = ("参保单位", "姓名", "身份证号", "险种", "份数", "同意日期")


@pytest.fixture
def world() -> World:
    world = World()
    assert world.union
    return world


@pytest.fixture
def plan(world: World) -> Plan:
    return make_plan()


def member(world: World, **facts: Any) -> Person:
    return world.new_person(**({"id_number": id_number()} | facts))


def line(person: Person, **other: Any) -> list[Any]:
    right = {
        "union": person.home_org.name,
        "name": person.name,
        "number": person.id_number,
        "plan": "P1-2023",
        "shares": "",
        "consent": "2023-06-05",
    }
    return list((right | other).values())


def checked(*rows: list[Any], org: Organisation, by: Actor = SYSTEM, headings: tuple[str, ...] = HEADINGS) -> Batch:
    received = receive(sheet="enrolments", data=csv(rows, headings), name="名单.csv", org=org, by=by, queue=False)
    return worked(received.batch)


def applied(batch: Batch, by: Actor = SYSTEM) -> Batch:
    submit(batch=batch, by=by, queue=False)
    return worked(batch)


def undone(batch: Batch) -> Batch:
    undo(batch=batch, by=SYSTEM, queue=False)
    return worked(batch)


def counts(batch: Batch) -> tuple[int, ...]:
    return batch.new, batch.same, batch.changed, batch.duplicates, batch.refused


def test_the_preview_tells_new_same_double_and_refused_and_writes_nothing(world: World, plan: Plan) -> None:
    new, here, stranger = member(world), member(world), id_number()
    enrol(here, plan)
    rows = [line(new), line(here), line(new, consent="2023-06-06"), line(new, number=stranger)]
    batch = checked(*rows, org=world.district)
    assert counts(batch) == (1, 1, 0, 1, 1), said(batch)
    assert said(batch)[-1] == "会员登记里没有这个证件号，请先办入会"
    assert (batch.state, Enrolment.objects.count()) == (State.CHECKED, 1)


def test_applied_each_person_is_enrolled_once_through_the_union_of_the_row(world: World, plan: Plan) -> None:
    one, two = member(world), member(world)
    batch = applied(checked(line(one, shares="1"), line(two, plan="P1", consent=""), org=world.district))
    assert batch.state == State.APPLIED and counts(batch) == (2, 0, 0, 0, 0), said(batch)
    kept = {row.person_id: row for row in Enrolment.objects.all()}
    assert {row.state for row in kept.values()} == {"entered"} and {row.batch for row in kept.values()} == {batch.code}
    assert (kept[one.pk].org_id, kept[one.pk].shares, kept[one.pk].consent_on) == (world.union.pk, 1, date(2023, 6, 5))
    assert kept[two.pk].consent_on is None
    assert Event.objects.filter(verb="mutual_aid.enrol_many").count() == 1
    again = checked(line(two, plan="P1", consent=""), line(one, shares="1"), org=world.district)
    assert counts(again) == (0, 2, 0, 0, 0), "the same roster in another order is the same"


def test_a_workbook_of_one_union_needs_no_column_of_unions(world: World, plan: Plan) -> None:
    person = member(world)
    data = workbook({"名单": [["参保名单"], HEADINGS[1:4], [person.name, person.id_number, f"{plan.title}2023"]]})
    batch = worked(receive(sheet="enrolments", data=data, name="名单.xlsx", org=world.union, by=SYSTEM, queue=False).batch)
    assert counts(applied(batch)) == (1, 0, 0, 0, 0), said(batch)
    assert Enrolment.objects.get().org_id == world.union.pk


def test_a_person_in_two_plans_is_two_rows(world: World, plan: Plan) -> None:
    make_plan(replace(SHIPPED["P1"], code="P7", title="另一个计划"))
    person = member(world)
    batch = applied(checked(line(person), line(person, plan="P7-2023"), org=world.district))
    assert counts(batch) == (2, 0, 0, 0, 0), said(batch)
    assert {row.plan.code for row in Enrolment.objects.all()} == {"P1", "P7"}
    assert undone(batch).left_alone == 0 and not Enrolment.objects.exclude(state="dropped").exists()


@pytest.mark.parametrize(
    ("facts", "row", "reason"),
    [
        ({}, {"plan": "P9-2023"}, "没有这个计划"),
        ({}, {"plan": "P1-2024"}, "参保窗口2024年5月1日才开"),
        ({}, {"name": "林静"}, "登记里这个证件号是另一个姓名"),
        ({}, {"shares": "9"}, "份数不在计划允许的范围里"),
        ({}, {"shares": "0"}, "份数不在计划允许的范围里"),
        ({}, {"shares": "两份"}, "应为整数"),
        ({}, {"consent": "2024-01-05"}, "日"),
        ({}, {"plan": ""}, "计划没有填写"),
        ({"deceased_on": date(2023, 7, 1)}, {}, "已登记去世"),
        ({"employment_status": 4}, {}, "已经退休，不能参加在职职工的计划"),
    ],
)
def test_what_may_not_be_is_said_at_its_row(world: World, plan: Plan, facts: dict[str, Any], row: dict[str, Any], reason: str) -> None:
    make_plan(year="2024")
    person = member(world)
    if facts:
        Person.objects.filter(pk=person.pk).update(**facts)
    batch = checked(line(person, **row), org=world.district)
    assert counts(batch) == (0, 0, 0, 0, 1) and any(reason in one for one in said(batch)), said(batch)


def test_rules_of_the_plan_are_asked_of_its_own_rows_only(world: World, plan: Plan) -> None:
    make_plan(replace(SHIPPED["P1"], code="W1", sex=2, title="女职工计划"))
    make_plan(replace(SHIPPED["P1"], code="A1", oldest=40, title="青年计划"))
    man, old = member(world), member(world, id_number=id_number(date(1970, 1, 1)))
    Person.objects.filter(pk=man.pk).update(sex=1)
    rows = [line(man), line(man, plan="W1-2023"), line(old), line(old, plan="A1-2023")]
    batch = checked(*rows, org=world.district)
    assert counts(batch) == (2, 0, 0, 0, 2), said(batch)
    assert said(batch) == ["这个计划只收女职工", "年龄不在计划的范围里"]


def test_a_member_of_another_union_goes_back(world: World, plan: Plan) -> None:
    other = world.new_union()
    batch = checked(line(member(world), union=other.name), org=world.district)
    assert said(batch) == ["那一天不是这家工会的会员"]


def test_shares_do_not_change_in_mid_course(world: World) -> None:
    shared = make_plan(replace(SHIPPED["P1"], shares=3))
    person = member(world)
    enrol(person, shared, shares=1)
    assert said(checked(line(person, shares="2"), org=world.district)) == ["已经参加了这个计划，份数不同：份数不能中途改"]


def test_what_became_impossible_between_preview_and_applying_goes_back_alone(world: World, plan: Plan) -> None:
    one, two = member(world), member(world)
    batch = checked(line(one), line(two), org=world.district)
    Person.objects.filter(pk=one.pk).update(deceased_on=date(2023, 12, 1))
    batch = applied(batch)
    assert counts(batch) == (1, 0, 0, 0, 1) and said(batch) == ["已登记去世"]
    assert Enrolment.objects.get().person_id == two.pk


def test_refused_rows_come_back_as_a_marked_workbook(world: World, plan: Plan) -> None:
    person = member(world)
    batch = checked(line(person), line(person, plan="P9"), org=world.district)
    with marked_workbook(batch) as file:
        book = openpyxl.load_workbook(file)
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("没有这个计划" in text for text in cells) and "P1-2023" not in cells


def test_undone_the_roster_leaves_nobody_enrolled_and_may_come_again(world: World, plan: Plan) -> None:
    one, two = member(world), member(world)
    held = enrol(two, plan)
    batch = undone(applied(checked(line(one), line(two), org=world.district)))
    assert (batch.state, batch.left_alone) == (State.UNDONE, 0)
    assert [(row.person_id, row.state) for row in Enrolment.objects.order_by("pk")] == [(two.pk, held.state), (one.pk, "dropped")]
    assert Event.objects.filter(verb="mutual_aid.withdraw_rows").count() == 1
    again = applied(checked(line(two), line(one), org=world.district))
    assert counts(again) == (1, 1, 0, 0, 0), said(again)


def test_whoever_is_billed_stays_when_the_roster_is_undone(world: World, plan: Plan) -> None:
    one, two = member(world), member(world)
    batch = applied(checked(line(one), line(two), org=world.district))
    Enrolment.objects.filter(person=two).update(state="effective")
    batch = undone(batch)
    assert batch.left_alone == 1
    assert {row.person_id: row.state for row in Enrolment.objects.all()} == {one.pk: "dropped", two.pk: "effective"}


def test_a_chair_enrols_the_own_union_only(world: World, plan: Plan) -> None:
    other = world.new_union()
    chair = under(grants_in_force(world.officer(world.union, role="grassroots_chair")).get())
    batch = checked(line(member(world)), line(member(world), union=other.name), org=world.union, by=chair)
    assert batch.new == 1 and batch.refused == 1, said(batch)
    assert applied(batch, chair).state in (State.APPLIED, State.WAITING)


def test_nobody_without_the_right_hands_in_a_roster(world: World, plan: Plan) -> None:
    reader = under(grants_in_force(world.officer(world.district, role="district_leader")).get())
    with pytest.raises(Refused):
        checked(line(member(world)), org=world.district, by=reader)


def test_the_verbs_of_the_desk_find_what_the_roster_enrolled(world: World, plan: Plan) -> None:
    person = member(world)
    applied(checked(line(person), org=world.district))
    made = Enrolment.objects.get()
    assert actions.withdraw(made, by=SYSTEM, reason="名单填错了人").state == "dropped"
