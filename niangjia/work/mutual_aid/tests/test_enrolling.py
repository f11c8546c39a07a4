"""Enrolling from the register: the same refusals for one and for many, windows, continuity, bills, premiums in the books, refunds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under, worker
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.figures import queries as figures
from niangjia.core.figures.figure import get
from niangjia.core.figures.report import in_words
from niangjia.core.figures.survey import Window
from niangjia.core.ledger.actions import open_fund
from niangjia.core.ledger.models import Account, Entry, Fund
from niangjia.core.ledger.queries import balance, checks
from niangjia.core.people.models import Person
from niangjia.core.trail.models import Touch
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Bill, Enrolment, Plan
from tests.world import World

pytestmark = pytest.mark.django_db
IN_WINDOW, LATE = date(2023, 6, 5), date(2023, 9, 1)
ROSTER = "SELECT id, home_org_id, 1, NULL::date FROM people_person WHERE id = ANY(%(ids)s)"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    return open_fund(code="HZ", title="代收医疗互助费", org=world.district, source="held", by=SYSTEM, on=date(2022, 1, 1))


def plan(code: str = "P1", year: int = 2023, fund: Fund | None = None) -> Plan:
    window, period = (date(year, 5, 27), date(year, 6, 30)), (date(year, 5, 1), date(year + 1, 4, 30))
    return actions.open_plan(code=code, policy_year=str(year), window=window, period=period, collects=fund, by=SYSTEM)


def person_with(world: World, **facts: Any) -> Person:
    """A member of whom the register knows this much."""
    made = world.new_person()
    with elevated("test: facts of a person"):
        Person.objects.filter(pk=made.pk).update(**facts)
        return Person.objects.select_related("home_org").get(pk=made.pk)


def many(of: Plan, *persons: Person, **facts: Any) -> actions.Enrolled:
    said: dict[str, Any] = {"by": SYSTEM, "on": IN_WINDOW} | facts
    return actions.enrol_many(of, rows=ROSTER, params={"ids": [person.pk for person in persons]}, **said)


def officer(world: World, org: Any, role: str = "town_officer") -> Actor:
    with elevated("test: a post"):
        return under(grants_in_force(world.officer(org, role)).get())


def enrolment(person: Person, of: Plan) -> Enrolment:
    with elevated("test: an enrolment"):
        return Enrolment.objects.filter(person=person, plan=of).select_related("org", "plan", "bill", "person").latest("pk")


def test_a_roster_is_enrolled_at_once_and_its_trail_tells_of_every_union(world: World) -> None:
    p1, persons = plan(), [world.new_person() for _ in range(3)]
    assert many(p1, *persons).enrolled == 3
    one = enrolment(persons[0], p1)
    assert (one.state, one.fee, one.effective_from, one.effective_to) == ("entered", Decimal("60.00"), date(2023, 5, 1), date(2024, 4, 30))
    assert not one.late and not one.continuous
    with elevated("test: the trail"):
        assert Touch.objects.get(subject=f"org:{world.union.pk}", after__has_key="persons").after["enrolled"] == 3


@pytest.mark.parametrize(
    ("facts", "code", "why"),
    [
        ({"employment_status": 4}, "P1", "已经退休"),
        ({"employment_status": 1}, "P2", "不是退休"),
        ({"sex": 1}, "P4", "只收女职工"),
    ],
)
def test_whom_a_plan_does_not_take_is_refused_alone_and_in_a_roster(world: World, facts: dict[str, Any], code: str, why: str) -> None:
    of, person, good = plan(code), person_with(world, **facts), person_with(world, employment_status=4 if code == "P2" else 1, sex=2)
    with pytest.raises(ValidationError, match=why):
        actions.enrol(person, plan=of, org=world.union, by=SYSTEM, on=IN_WINDOW)
    with pytest.raises(ValidationError, match=f"{person.code}.*{why}"):
        many(of, person, good)
    left = many(of, person, good, leave_out=True)
    assert left.enrolled == 1 and [(one.person_id, why in one.why) for one in left.left] == [(person.pk, True)]


def test_nobody_is_enrolled_twice_or_by_a_union_they_do_not_belong_to(world: World) -> None:
    p1, person, other = plan(), world.person, world.new_union()
    actions.enrol(person, plan=p1, org=world.union, by=SYSTEM, on=IN_WINDOW)
    with pytest.raises(ValidationError, match="已经参加了这个计划"):
        many(p1, person)
    with pytest.raises(ValidationError, match="不是这家工会的会员"):
        actions.enrol(world.new_person(), plan=p1, org=other, by=SYSTEM, on=IN_WINDOW)
    twice = ROSTER + " UNION ALL " + ROSTER
    with pytest.raises(ValidationError, match="出现了两次"):
        actions.enrol_many(p1, rows=twice, params={"ids": [world.new_person().pk]}, by=SYSTEM, on=IN_WINDOW)


def test_before_the_window_and_after_the_year_nobody_is_taken(world: World) -> None:
    for year, on, why in ((2023, date(2023, 5, 26), "才开"), (2022, date(2023, 4, 30), "不能参保"), (2023, date(2023, 12, 19), "还没有到")):
        with pytest.raises(ValidationError, match=why):
            many(plan(year=year, code="P1" if on.month != 12 else "P3"), world.person, on=on)


def test_who_comes_late_begins_the_day_after(world: World) -> None:
    p1 = plan()
    many(p1, world.person, on=LATE)
    one = enrolment(world.person, p1)
    assert one.late and one.effective_from == date(2023, 9, 2) and one.effective_to == date(2024, 4, 30)


def test_who_was_covered_up_to_the_eve_continues_also_from_work_into_retirement(world: World, fund: Fund) -> None:
    before, after = plan(year=2022, fund=fund), plan("P2", fund=fund)
    person = world.person
    many(before, person, on=date(2022, 6, 1))
    with elevated("test: the year's bill is paid"):
        actions.bill_many(before, by=SYSTEM, on=date(2022, 6, 30))
        actions.pay_bills(before, by=SYSTEM, on=date(2022, 6, 30))
        Person.objects.filter(pk=person.pk).update(employment_status=4)
    many(after, person)
    assert enrolment(person, after).continuous


def test_a_town_enrols_its_own_only(world: World) -> None:
    p1, person = plan(), world.person
    with pytest.raises(Refused):
        many(p1, person, by=officer(world, world.elsewhere))
    with pytest.raises(Refused):
        actions.enrol(person, plan=p1, org=world.union, by=officer(world, world.elsewhere), on=IN_WINDOW)
    with pytest.raises(Refused, match="没有“办医疗互助参保”"):
        many(p1, person, by=officer(world, world.here, "auditor"))
    assert many(p1, person, by=officer(world, world.here)).enrolled == 1


def test_a_retired_person_enrols_by_telephone_and_agrees(world: World) -> None:
    p2, person = plan("P2"), person_with(world, employment_status=4)
    me = worker(world.officer(world.here), person.pk)
    with pytest.raises(ValidationError, match="请先读过"):
        actions.enrol_oneself(person, plan=p2, by=me, on=IN_WINDOW)
    made = actions.enrol_oneself(person, plan=p2, by=me, on=IN_WINDOW, agrees=True)
    assert made.via == "phone" and made.consent_on == IN_WINDOW and made.fee == Decimal("130.00")
    with pytest.raises(Refused):
        actions.enrol_oneself(person_with(world, employment_status=4), plan=p2, by=me, on=IN_WINDOW, agrees=True)
    with pytest.raises(ValidationError, match="单位统一参保"):
        actions.enrol_oneself(person, plan=plan(), by=me, on=IN_WINDOW, agrees=True)


def test_a_unit_pays_what_its_bill_says_and_everybody_on_it_is_covered(world: World, fund: Fund) -> None:
    p1, persons = plan(fund=fund), [world.new_person() for _ in range(2)]
    many(p1, *persons)
    bill = actions.bill_unit(p1, org=world.union, insured=2, by=officer(world, world.here), on=IN_WINDOW)
    assert (bill.headcount, bill.amount, bill.state) == (2, Decimal("120.00"), "open")
    with pytest.raises(Refused):
        actions.pay_bill(bill, by=officer(world, world.here), on=date(2023, 6, 9))
    paid = actions.pay_bill(bill, by=officer(world, world.district, "accountant"), on=date(2023, 6, 9))
    assert paid.state == "paid" and paid.receipt.startswith("SJ-")
    with elevated("test: the books"):
        assert enrolment(persons[0], p1).state == "effective"
        assert Entry.objects.get(pk=paid.entry_id).on == date(2023, 6, 9)
        assert balance(fund, Account.objects.get(code="231"), date(2023, 6, 9)) == Decimal("-120.00")
        assert all(check.ok for check in checks())
    with pytest.raises(ValidationError, match="不是待缴"):
        actions.pay_bill(bill, by=SYSTEM, on=date(2023, 6, 10))


@pytest.mark.parametrize(("insured", "short"), [(3, False), (4, True), (10, True), (11, True)])
def test_too_few_of_a_unit_are_billed_only_with_a_reason(world: World, fund: Fund, insured: int, short: bool) -> None:
    p1 = plan(fund=fund)
    many(p1, *(world.new_person() for _ in range(3)))
    if short:
        with pytest.raises(ValidationError, match=f"参加职工医保 {insured} 人"):
            actions.bill_unit(p1, org=world.union, insured=insured, by=SYSTEM, on=IN_WINDOW)
    note = "其余人员在外省参加职工医保" if short else ""
    assert actions.bill_unit(p1, org=world.union, insured=insured, note=note, by=SYSTEM, on=IN_WINDOW).note == note


def test_before_the_bill_one_is_taken_back_and_a_bill_before_it_is_paid(world: World, fund: Fund) -> None:
    p1, person = plan(fund=fund), world.person
    one = actions.enrol(person, plan=p1, org=world.union, by=SYSTEM, on=IN_WINDOW)
    bill = actions.bill_unit(p1, org=world.union, insured=1, by=SYSTEM, on=IN_WINDOW)
    with pytest.raises(ValidationError, match="已经出了账单"):
        actions.withdraw(one, by=SYSTEM, reason="参加的是居民医保")
    actions.cancel_bill(bill, by=SYSTEM, reason="人数有变，重新出")
    actions.withdraw(one, by=SYSTEM, reason="参加的是居民医保", on=IN_WINDOW)
    assert enrolment(person, p1).state == "dropped"
    assert many(p1, person).enrolled == 1


def test_a_wrong_person_is_refunded_and_premiums_are_handed_on_without_it(world: World, fund: Fund) -> None:
    p1, persons = plan(fund=fund), [world.new_person() for _ in range(3)]
    many(p1, *persons)
    bill = actions.bill_unit(p1, org=world.union, insured=3, by=SYSTEM, on=IN_WINDOW)
    actions.pay_bill(bill, by=SYSTEM, on=IN_WINDOW)
    actions.refund(enrolment(persons[0], p1), by=SYSTEM, reason="参加的是居民医保，单位已说明", on=date(2023, 6, 20))
    handed = actions.forward(p1, by=SYSTEM, on=date(2023, 7, 3))
    assert (handed.amount, handed.bills_count) == (Decimal("120.00"), 1)
    with elevated("test: the books"):
        assert balance(fund, Account.objects.get(code="231"), date(2023, 7, 3)) == 0
        assert Bill.objects.get().refunded == Decimal("60.00")
    with pytest.raises(ValidationError, match="没有要汇缴的"):
        actions.forward(p1, by=SYSTEM, on=date(2023, 7, 4))
    with pytest.raises(ValidationError, match="只有已生效的"):
        actions.refund(enrolment(persons[0], p1), by=SYSTEM, reason="参加的是居民医保")


def test_how_long_a_place_was_held_is_told_in_years_and_a_place_as_a_place() -> None:
    said = {
        code: in_words(figures.Reading(get(code), value, IN_WINDOW, IN_WINDOW, is_entered=True))
        for code, value in (("mutual_aid.city_first_growth_years", 5), ("organising.city_rank_new_form", 1))
    }
    assert said == {"mutual_aid.city_first_growth_years": "5年▲", "organising.city_rank_new_form": "第一▲"}


BY_HAND = {
    "mutual_aid.enrolments": """SELECT count(*) FROM mutual_aid_enrolment WHERE state = 'effective'
        AND effective_from BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.persons": """SELECT count(DISTINCT person_id) FROM mutual_aid_enrolment WHERE state = 'effective'
        AND effective_from BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.covered": """SELECT count(DISTINCT person_id) FROM mutual_aid_enrolment WHERE state = 'effective'
        AND %(day)s BETWEEN effective_from AND effective_to""",
    "mutual_aid.income": """SELECT sum(amount - refunded) FROM mutual_aid_bill WHERE state = 'paid'
        AND paid_on BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.payout": """SELECT coalesce(sum(paid + paid_elsewhere), 0) FROM mutual_aid_settlement
        WHERE state IN ('paid', 'paid_elsewhere') AND paid_on BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.payees": """SELECT count(DISTINCT person_id) FROM mutual_aid_settlement
        WHERE state IN ('paid', 'paid_elsewhere') AND paid_on BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.paid_settlements": """SELECT count(*) FROM mutual_aid_settlement
        WHERE state IN ('paid', 'paid_elsewhere') AND paid_on BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.waited_days": """SELECT coalesce(sum(paid_on - settled_on), 0) FROM mutual_aid_settlement
        WHERE state IN ('paid', 'paid_elsewhere') AND paid_on BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.decided": """SELECT count(*) FROM mutual_aid_settlement WHERE state IN ('auto_approved', 'paid')
        AND approved_on BETWEEN %(start)s AND %(day)s""",
    "mutual_aid.decided_without_staff": """SELECT count(*) FROM mutual_aid_settlement WHERE state IN ('auto_approved', 'paid')
        AND NOT by_hand AND approved_on BETWEEN %(start)s AND %(day)s""",
}


def settlement(one: Enrolment, number: int, **facts: Any) -> None:
    """A row as a settlement leaves it; how it came there is tested where settlements are made."""
    from niangjia.base.calendar import now
    from niangjia.work.mutual_aid.models import Settlement

    said: dict[str, Any] = {
        "code": f"T{number}", "org": one.org, "person": one.person, "enrolment": one, "fixmedins_code": "H1", "setl_id": f"S{number}",
        "med_type": "21", "settled_on": date(2023, 9, 1), "arrival": number, "received_at": now(),
    }  # fmt: skip
    with elevated("test: a settlement"):
        Settlement.objects.create(**said | facts)


def test_every_figure_counts_what_a_count_by_hand_counts(world: World, fund: Fund, seeing_all: None) -> None:
    p1, p4 = plan(fund=fund), plan("P4", fund=fund)
    persons = [person_with(world, sex=2) for _ in range(4)]
    many(p1, *persons)
    many(p4, *persons[:2])
    many(plan(year=2022, fund=fund), persons[0], on=date(2022, 6, 1))
    for one, day in ((p1, IN_WINDOW), (p4, date(2023, 6, 9))):
        actions.bill_many(one, by=SYSTEM, on=day)
        actions.pay_bills(one, by=SYSTEM, on=day)
    actions.refund(enrolment(persons[3], p1), by=SYSTEM, reason="参加的是居民医保")
    paid = {"state": "paid", "benefit": "800", "paid": "800", "approved_on": date(2023, 9, 3), "paid_on": date(2023, 9, 5)}
    settlement(enrolment(persons[0], p1), 1, **paid)
    settlement(enrolment(persons[0], p1), 2, **paid | {"by_hand": True, "paid_on": date(2023, 9, 9), "paid": "300"})
    settlement(enrolment(persons[1], p1), 3, state="auto_approved", approved_on=date(2023, 9, 3))
    settlement(enrolment(persons[1], p1), 4, state="paid_elsewhere", paid_elsewhere="120.50", paid_on=date(2023, 9, 1))
    settlement(enrolment(persons[2], p1), 5, state="cancelled")
    start, day = date(2018, 12, 19), date(2023, 12, 18)
    about = figures.survey(SYSTEM, None, Window(day, start, day))
    said = {code: figures.read(get(code), about).value for code in BY_HAND}
    with connection.cursor() as cursor:
        counted = {}
        for code, statement in BY_HAND.items():
            cursor.execute(statement, {"start": start, "day": day})
            counted[code] = cursor.fetchone()[0]
    assert said == counted
    assert said["mutual_aid.enrolments"] == 5 and said["mutual_aid.persons"] == 3 and said["mutual_aid.payout"] == Decimal("1220.50")
    shares = {code: figures.read(get(f"mutual_aid.{code}"), about).value for code in ("days_to_pay", "share_without_staff", "coverage")}
    assert shares["share_without_staff"] and shares["coverage"] == Decimal("0.75")
    assert round(float(shares["days_to_pay"] or 0), 1) == 4.0
