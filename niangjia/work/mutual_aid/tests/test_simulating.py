"""A simulation: the unchanged rule comes to exactly what was granted, a changed one to what it would have granted one by one; groups stay hidden."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.ledger.actions import open_fund
from niangjia.core.orgs.queries import root
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.work.mutual_aid import actions, jobs
from niangjia.work.mutual_aid.actions.replaying import replay
from niangjia.work.mutual_aid.enums import COUNTED, SettlementState
from niangjia.work.mutual_aid.models import Enrolment, Plan, Settlement, Simulation
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.plan.impact import FEWEST_PERSONS, Group, months_of, next_year, veiled
from niangjia.work.mutual_aid.plan.rule import BURDEN, PER_YEAR, Band, Daily, Rule, document_of
from niangjia.work.mutual_aid.queries import unfinished_simulations
from niangjia.work.mutual_aid.sheet import _facts
from niangjia.work.mutual_aid.simulation_forms import ASSUMED
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.test_plans import actor
from niangjia.work.mutual_aid.tests.test_same_meaning import BY_THE_YEAR, NEXT_FILE, PAY, pay_all, stays
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
NUMBERS = [id_number() for _ in range(3)]
OTHER = replace(
    SHIPPED["P1"], bands=(Band(Decimal(2000), Decimal("0.7"), Decimal("0.6")), Band(None, Decimal("0.333333"))), band_basis=PER_YEAR,
    first_stay=Decimal(300), cap_year=Decimal(3000), daily=Daily(Decimal("20.50"), 1, 9),
)  # fmt: skip


@pytest.fixture
def world() -> World:
    return World()


def one_by_one(plan: Plan, rule: Rule) -> Decimal:
    """What a rule comes to for the stays as they stand, one after another in Python; only where nothing was taken back."""
    sums = Decimal(0)
    for enrolment in Enrolment.objects.filter(plan=plan):
        used = granted = days = Decimal(0)
        had_first = False
        for one in Settlement.objects.filter(enrolment=enrolment, state__in=COUNTED).order_by("arrival"):
            before = {"used": used, "granted": granted, "days_used": days, "had_first": Decimal(had_first)}
            known = rule.reckon(_facts(one, enrolment) | before)
            used, granted, days = used + known.get(BURDEN, Decimal(0)), granted + known["benefit"], days + one.days
            had_first = had_first or known.get("first_stay", Decimal(0)) > 0
            if one.state != SettlementState.REVIEW:
                sums += known["benefit"]
    return sums


def simulated(plan: Plan, rule: Rule) -> dict[str, Any]:
    district = root()
    assert district is not None
    return replay(Plan.objects.get(pk=plan.pk), rule, ASSUMED, root=district)


def granted() -> Decimal:
    return sum(Settlement.objects.filter(state__in=set(COUNTED) - {SettlementState.REVIEW}).values_list("benefit", flat=True), Decimal(0))


EVENTS = st.lists(
    st.one_of(st.tuples(st.sampled_from(NUMBERS), stays()), st.tuples(st.sampled_from(NUMBERS), stays()), st.sampled_from([PAY, NEXT_FILE])),
    min_size=2, max_size=14,
)  # fmt: skip


def happens(events: list[Any], fund: int, *, taken_back: bool) -> None:
    for number, (marks, group) in enumerate(groupby(events, key=lambda event: event in (PAY, NEXT_FILE))):
        told = list(group)
        if not marks:
            rows = [row | {"certno": certno, "setl_id": f"{certno[-4:]}-{row['setl_id']}", "file": str(number)} for certno, row in told]
            if not taken_back:
                rows = [row for row in rows if row["refd_setl_flag"] == "0" and row["vali_flag"] == "1"]
            if rows:
                actions.take_settlements(data=file_of(*rows), by=SYSTEM)
        elif PAY in told:
            pay_all(fund)


@pytest.fixture(params=[SHIPPED["P1"], BY_THE_YEAR], ids=["as shipped", "by the year"])
def ground(request: pytest.FixtureRequest, world: World) -> tuple[Plan, int]:
    fund = open_fund(code="HZ", title="医疗互助金", org=world.district, source="mutual_aid", by=SYSTEM, on=date(2023, 1, 1))
    plan, before = make_plan(request.param, pool=fund), make_plan(request.param, year="2022", pool=fund)
    for at, number in enumerate(NUMBERS):
        person = world.new_person(id_number=number)
        enrol(person, plan)
        if at == 0:
            enrol(person, before)
    return plan, fund.pk


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=EVENTS)
def test_the_unchanged_rule_comes_to_exactly_what_was_granted_whatever_happened(ground: tuple[Plan, int], events: list[Any]) -> None:
    plan, fund = ground
    with transaction.atomic():
        happens(events, fund, taken_back=True)
        found = simulated(plan, plan.declared)
        assert Decimal(found["before"]) == Decimal(found["after"]) == granted()
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=EVENTS)
def test_a_changed_rule_comes_to_what_it_comes_to_one_by_one_where_nothing_was_taken_back(
    ground: tuple[Plan, int], events: list[Any]
) -> None:
    plan, fund = ground
    paid_last = [event for event in events if event != PAY]
    with transaction.atomic():
        happens(paid_last, fund, taken_back=False)
        found = simulated(plan, OTHER)
        assert found["fixed"] == 0 and Decimal(found["before"]) == granted()
        assert Decimal(found["after"]) == one_by_one(plan, replace(OTHER, code=plan.code))
        transaction.set_rollback(True)


@pytest.fixture
def year(world: World) -> Plan:
    """Twelve persons of two towns, each with a stay; the first with two."""
    plan = make_plan()
    rows = []
    for at in range(12):
        if at == 8:
            world.__dict__["here"] = world.elsewhere
            world.__dict__["union"] = world.new_union()
        person = world.new_person(id_number=id_number(date(1960 + 3 * at, 5, 1)))
        enrol(person, plan)
        rows.append(stay(person.id_number, f"S{at}", str(1000 * (at + 1))))
    actions.take_settlements(data=file_of(*rows, stay(rows[0]["certno"], "again", "500")), by=SYSTEM)
    return plan


def test_several_stays_of_one_person_fill_the_year_s_bands_in_their_order(year: Plan) -> None:
    rule = replace(SHIPPED["P1"], band_basis=PER_YEAR, bands=(Band(Decimal(1200), Decimal("0.8")), Band(None, Decimal("0.1"))))
    one = Settlement.objects.get(setl_id="again").enrolment
    assert one is not None
    Settlement.objects.exclude(enrolment=one).update(state="refused", benefit=0, burden=0, had_first=False)
    assert Decimal(simulated(year, rule)["after"]) == Decimal("1000.00") + Decimal("160.00") + Decimal("30.00")


def test_a_stay_that_can_no_longer_be_told_keeps_what_it_was_granted(year: Plan) -> None:
    Settlement.objects.filter(setl_id="S3").update(benefit=Decimal("123.45"))
    found = simulated(year, replace(SHIPPED["P1"], first_stay=Decimal(0)))
    assert found["fixed"] == 1
    assert Decimal(found["before"]) - Decimal(found["after"]) == 11 * 200, "of twelve first stays one is left as it was"


def test_next_year_s_fund_is_told_with_its_assumptions(year: Plan) -> None:
    rule = replace(SHIPPED["P1"], fee=Decimal(80))
    district = root()
    assert district is not None
    found = replay(year, rule, {"enrolments": Decimal(50), "costs": Decimal(10)}, root=district)["fund"]
    assert (found["shares"], found["days_told"], found["days"], found["as_of"]) == (12, 232, 366, "2023-12-18")
    assert (found["old"]["premiums"], found["new"]["premiums"]) == ("1080.00", "1440.00")
    sums = (granted() * 366 / 232 * Decimal("1.5") * Decimal("1.1")).quantize(Decimal("0.01"))
    assert Decimal(found["new"]["payouts"]) == sums


def test_a_year_that_is_over_is_not_made_longer_and_a_fund_without_premiums_has_no_ratio() -> None:
    begins, ends = date(2023, 5, 1), date(2024, 4, 30)
    assert months_of(begins, ends, date(2025, 1, 1)) == (366, 366) and months_of(begins, ends, date(2023, 4, 1)) == (1, 366)
    told = next_year(Decimal(0), 10, Decimal(100), (366, 366), ASSUMED)
    assert told["ratio"] is None and told["left"] == "-100.00"


# -- Few persons are never told of ----------------------------------------------------------------------------------------------


@st.composite
def groups(draw: st.DrawFn) -> list[Group]:
    made = []
    for at in range(draw(st.integers(1, 7))):
        winners, losers, others = (draw(st.integers(0, 12)) for _ in range(3))
        made.append(Group(f"G{at}", winners + losers + others, winners, Decimal(winners * 10), losers, Decimal(losers * 7)))
    return [group for group in made if group.persons]


@given(said=groups())
def test_no_group_under_five_is_told_of_nor_can_be_found_from_the_sum(said: list[Group]) -> None:
    made = veiled(said)
    shown, hidden = [one for one in made if not one.veil], [one for one in made if one.veil]
    assert not any(one.must_hide for one in shown)
    assert len(hidden) != 1 or len(made) == 1
    if shown and hidden:
        for name in ("persons", "winners", "losers"):
            assert not 0 < sum(getattr(one, name) for one in hidden) < FEWEST_PERSONS
    for one in hidden:
        document = one.document()
        assert set(document) == {"title", "persons", "veil"} and document["persons"] in (None, one.persons)
        assert document["persons"] is None or document["persons"] >= FEWEST_PERSONS


def test_the_result_holds_no_small_group_at_all(year: Plan) -> None:
    found = simulated(year, replace(SHIPPED["P1"], first_stay=Decimal(300)))
    towns = {row["title"]: row for row in found["by_town"]}
    assert [row["veil"] for row in towns.values()] == [True, True], "four persons of one town, and so the other"
    assert found["whole"]["winners"] == 12 and found["whole"]["losers"] == 0 and found["whole"]["gained"] == "1200.00"
    assert all(row["veil"] or row["persons"] >= 5 for row in (*found["by_age"], *found["by_burden"]))


# -- The run --------------------------------------------------------------------------------------------------------------------


def ask(world: World, plan: Plan, rule: Rule = OTHER) -> Simulation:
    return actions.simulate(plan, rule=rule, assumed=ASSUMED, title="改一改", by=actor(world), queue=False)


def test_a_run_is_worked_on_once_and_kept_with_who_when_and_how_long(world: World, year: Plan) -> None:
    made = ask(world, year)
    assert unfinished_simulations() == [made.code]
    assert actions.work_on(code=made.code)
    done = Simulation.objects.get()
    assert (done.state, done.done, done.total) == ("done", 5, 5) and done.seconds is not None and done.made_by_id
    assert done.result["stays"] == 13 and unfinished_simulations() == []
    kept = done.result
    actions.work_on(code=made.code)
    assert Simulation.objects.get().result == kept, "what is done is not done again"


def test_the_job_takes_up_what_a_killed_process_left(world: World, year: Plan) -> None:
    made = ask(world, year)
    Simulation.objects.update(state="running", done=2, total=9)
    jobs.resume(0)
    assert Simulation.objects.get(code=made.code).state == "done"


def test_a_stopped_run_ends_before_its_next_step_and_keeps_nothing(world: World, year: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    from niangjia.work.mutual_aid.actions import simulating

    made, steps = ask(world, year), simulating._step

    def stops_meanwhile(found: Simulation, left: Any) -> bool:
        more = steps(found, left)
        if Simulation.objects.get().done == 2:
            actions.stop_simulation(found, by=actor(world))
        return more

    monkeypatch.setattr(simulating, "_step", stops_meanwhile)
    assert actions.work_on(code=made.code)
    stopped = Simulation.objects.get()
    assert (stopped.state, stopped.done, stopped.result) == ("stopped", 2, None)
    with pytest.raises(ValidationError, match="不在算"):
        actions.stop_simulation(stopped, by=actor(world))


def test_a_fault_is_kept_on_the_run_in_words(world: World, year: Plan) -> None:
    made = ask(world, year)
    Simulation.objects.update(assumed={"enrolments": "nonsense", "costs": "0"})
    with pytest.raises(ArithmeticError):
        actions.work_on(code=made.code)
    failed = Simulation.objects.get()
    assert failed.state == "failed" and "没有算成" in failed.message


def test_somebody_without_the_right_and_a_draft_are_refused(world: World, year: Plan) -> None:
    with pytest.raises(Refused):
        actions.simulate(year, rule=OTHER, assumed=ASSUMED, title="试", by=officer_of(world.here), queue=False)
    Plan.objects.update(state="draft", made_by=None)
    year.refresh_from_db()
    with pytest.raises(ValidationError, match="只有已发布"):
        ask(world, year)


def test_each_stretch_of_a_year_keeps_its_own_version_but_for_what_is_changed(world: World, year: Plan) -> None:
    writer, second = actor(world), actor(world)
    more = replace(SHIPPED["P1"], bands=(Band(Decimal(3000), Decimal("0.9")), Band(None, Decimal("0.2"))))
    actions.write_version(year, rule=more, from_on=date(2024, 1, 1), reason="补充通知", by=writer)
    changed = actions.publish_version(year, by=second)
    certno = Settlement.objects.get(setl_id="S1").enrolment.person.id_number  # type: ignore[union-attr]
    actions.take_settlements(data=file_of(stay(certno, "late", setl_time="2024-01-05 10:00:00")), by=SYSTEM)
    same = simulated(changed, changed.declared)
    assert same["fixed"] == 0 and same["before"] == same["after"]
    capped = simulated(changed, replace(changed.declared, cap_stay=Decimal(100)))
    assert Decimal(capped["after"]) == 14 * 100
    assert document_of(changed.declared) == document_of(more)
