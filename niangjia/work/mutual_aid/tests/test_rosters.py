"""A unit's roster by workbook: each row is judged before anything is kept, enrolled by the verb of the desk, and taken back until it is billed."""

from datetime import date
from typing import Any

import pytest

from niangjia.core.access.actor import SYSTEM
from niangjia.core.imports.actions import receive, submit, undo
from niangjia.core.imports.enums import Decision, State
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.imports.report import marked_workbook
from niangjia.core.imports.tests.factories import said, worked
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Enrolment, Plan
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.tests.factories import make_plan
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
HEADINGS = ("单位名称", "姓名", "身份证号", "计划", "份数")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def plan(world: World) -> Plan:
    """A plan whose window is open on the tests' day."""
    assert world.union
    return make_plan()


def roster(*rows: tuple[Any, ...]) -> bytes:
    return "\n".join(",".join(str(cell) for cell in row) for row in (HEADINGS, *rows)).encode()


def line(person: Person, home: Organisation, **changed: Any) -> tuple[Any, ...]:
    right = {"union": home.name, "name": person.name, "certno": person.id_number, "plan": "P1-2023", "shares": 1}
    return tuple((right | changed).values())


def checked(world: World, *rows: tuple[Any, ...], name: str = "参保名单.csv") -> Batch:
    batch = receive(sheet="enrolments", data=roster(*rows), name=name, org=world.district, by=SYSTEM, queue=False).batch
    return worked(batch)


def applied(batch: Batch) -> Batch:
    submit(batch=batch, by=SYSTEM, queue=False)
    return worked(batch)


def member(world: World, **facts: Any) -> Person:
    return world.new_person(id_number=id_number(), **facts)


def test_a_roster_is_previewed_applied_and_the_same_file_changes_nothing(world: World, plan: Plan) -> None:
    persons = [member(world) for _ in range(3)]
    batch = checked(world, *(line(one, world.union) for one in persons))
    assert (batch.state, batch.new, batch.refused) == (State.CHECKED, 3, 0) and not Enrolment.objects.exists()
    done = applied(batch)
    assert done.state == State.APPLIED
    assert set(Enrolment.objects.values_list("person_id", "plan_id", "state", "batch")) == {
        (one.pk, plan.pk, "entered", batch.code) for one in persons
    }
    again = checked(world, *(line(one, world.union) for one in reversed(persons)), name="同一份.csv")
    assert (again.new, again.same) == (0, 3)


def test_the_plan_is_named_by_its_code_its_title_or_without_its_year(world: World, plan: Plan) -> None:
    words = ("P1", "p1-2023", plan.title, f"{plan.title}2023")
    batch = checked(world, *(line(member(world), world.union, plan=word) for word in words))
    assert (batch.new, said(batch)) == (4, [])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"plan": "P9"}, "没有这个计划"), ({"name": "王二"}, "另一个姓名"), ({"certno": id_number()}, "会员登记里没有这个证件号"), ({"shares": 9}, "份数不在"),
        ({"union": "没有的工会"}, "工会"), ({"certno": "330212"}, "18 位"),
    ],
)  # fmt: skip
def test_each_row_that_may_not_be_enrolled_goes_back_with_its_reason(world: World, plan: Plan, changed: dict[str, Any], why: str) -> None:
    good, bad = member(world), member(world)
    batch = checked(world, line(good, world.union), line(bad, world.union, **changed))
    assert (batch.new, batch.refused) == (1, 1) and why in "；".join(said(batch)), said(batch)
    with marked_workbook(batch) as file:
        assert file.read(2) == b"PK"
    assert applied(batch).state == State.APPLIED and Enrolment.objects.get().person == good


def test_whoever_is_retired_is_not_enrolled_among_those_in_service(world: World, plan: Plan) -> None:
    batch = checked(world, line(member(world, employment_status=4), world.union))
    assert "已经退休" in said(batch)[0]


def test_somebody_named_twice_is_a_double_and_in_two_plans_is_not(world: World, plan: Plan) -> None:
    make_plan(SHIPPED["P3"])
    one = member(world)
    batch = checked(world, line(one, world.union), line(one, world.union), line(one, world.union, plan="P3-2023"))
    assert (batch.new, batch.duplicates) == (2, 1)
    applied(batch)
    assert sorted(Enrolment.objects.values_list("plan__code", flat=True)) == ["P1", "P3"]


def test_a_plan_whose_window_has_not_opened_takes_nobody(world: World, plan: Plan) -> None:
    make_plan(SHIPPED["P3"], year="2024")
    batch = checked(world, line(member(world), world.union, plan="P3-2024"))
    assert batch.refused == 1 and said(batch)


def test_between_preview_and_apply_somebody_was_enrolled_at_the_desk(world: World, plan: Plan) -> None:
    one, other = member(world), member(world)
    batch = checked(world, line(one, world.union), line(other, world.union))
    actions.enrol(one, plan=plan, org=world.union, by=SYSTEM, on=date(2023, 12, 18))
    done = applied(batch)
    assert done.state == State.APPLIED and Enrolment.objects.filter(person=one).count() == 1
    refused = BatchRow.objects.filter(batch=done, decision=Decision.REFUSED)
    assert refused.count() + BatchRow.objects.filter(batch=done, decision=Decision.SAME).count() == 1


def test_a_roster_is_undone_but_for_whoever_was_billed_meanwhile(world: World, plan: Plan) -> None:
    persons = [member(world) for _ in range(2)]
    batch = applied(checked(world, *(line(one, world.union) for one in persons)))
    undo(batch=batch, by=SYSTEM, reason="名单交错了", queue=False)
    worked(batch)
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"dropped"}
    second = applied(checked(world, *(line(one, world.union) for one in persons), name="重交.csv"))
    actions.bill_unit(plan, org=world.union, insured=2, by=SYSTEM, on=date(2023, 12, 18))
    undo(batch=second, by=SYSTEM, reason="名单又交错了", queue=False)
    done = worked(second)
    assert Enrolment.objects.filter(state="entered").count() == 2 and done.state in (State.UNDONE, State.APPLIED)
