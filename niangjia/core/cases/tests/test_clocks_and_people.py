"""Clocks changed by two persons, paused, lapsed; leave, sealing, joining and splitting."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused
from niangjia.core.cases import actions, queries
from niangjia.core.cases.enums import Duty
from niangjia.core.cases.models import Case, Clock
from niangjia.core.cases.tests.conftest import OPENED, acting, open_one
from niangjia.core.cases.tests.flow import FLOW
from niangjia.core.notices.models import Notice
from niangjia.core.tasks.models import Task
from niangjia.core.tasks.queries import waiting_for
from niangjia.core.trail.queries import touches_of
from tests.world import World

TALKED = date(2023, 11, 8)
pytestmark = pytest.mark.django_db
MANAGE = "cases.manage"


@pytest.fixture
def talking(case: Case, officer: Actor) -> Case:
    actions.advance(case, "talk", by=officer, on=TALKED)
    return case


def test_a_clock_is_changed_only_when_a_second_person_agrees(talking: Case, officer: Actor, world: World) -> None:
    with elevated("test"):
        before = talking.clocks.get().due_on
    actions.propose_term(
        talking, term="mediation.end", due_on=before + timedelta(days=9), by=officer, permission="cases.work", reason="双方书面同意延期"
    )
    with elevated("test"):
        assert talking.clocks.get().due_on == before
    with pytest.raises(Refused, match="两个人"):
        actions.settle_term(talking, term="mediation.end", agreed=True, by=officer, permission=MANAGE)
    actions.settle_term(talking, term="mediation.end", agreed=True, by=acting(world.officer(world.here)), permission=MANAGE)
    with elevated("test"):
        talking.refresh_from_db()
        assert talking.due_on == talking.clocks.get().due_on == before + timedelta(days=9)


def test_a_step_that_meets_a_clock_ends_the_question_whether_to_change_it(talking: Case, officer: Actor) -> None:
    actions.propose_term(
        talking, term="mediation.end", due_on=date(2023, 12, 30), by=officer, permission="cases.work", reason="对方要求延期"
    )
    actions.advance(talking, "agree", by=officer, on=date(2023, 11, 10))
    with elevated("test"):
        clock = talking.clocks.get()
        assert clock.state == "met"
        assert not Task.objects.filter(subject=clock.subject, done_on__isnull=True).exists()


def test_a_proposal_may_be_refused(talking: Case, officer: Actor, world: World) -> None:
    actions.propose_term(
        talking, term="mediation.end", due_on=date(2023, 12, 30), by=officer, permission="cases.work", reason="对方要求延期"
    )
    actions.settle_term(talking, term="mediation.end", agreed=False, by=acting(world.officer(world.here)), permission=MANAGE)
    with elevated("test"):
        clock = talking.clocks.get()
    assert clock.proposed_on is None
    assert clock.due_on != date(2023, 12, 30)


def test_typing_a_day_over_needs_a_reason(talking: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="理由"):
        actions.propose_term(talking, term="mediation.end", due_on=date(2023, 12, 1), by=officer, permission="cases.work", reason="  ")


def test_a_paused_clock_goes_on_with_the_days_it_stood_still(talking: Case, officer: Actor) -> None:
    with elevated("test"):
        before = talking.clocks.get().due_on
    actions.pause_term(talking, term="mediation.end", by=officer, on=date(2023, 11, 10), reason="当事人住院")
    with elevated("test"):
        talking.refresh_from_db()
    assert talking.due_on is None
    clock = actions.resume_term(talking, term="mediation.end", by=officer, on=date(2023, 11, 20))
    assert clock.due_on >= before + timedelta(days=10)


def test_what_ran_out_is_marked_once_with_its_trail(talking: Case) -> None:
    later = today() + timedelta(days=30)
    assert actions.lapse_overdue(by=SYSTEM, on=later) == 1
    assert actions.lapse_overdue(by=SYSTEM, on=later) == 0
    with elevated("test"):
        assert Clock.objects.get(case=talking).lapsed_on == later
        assert any(touch.after["term"] == "mediation.end" for touch in touches_of(talking.subject))


def test_a_right_nobody_used_is_gone_and_makes_nobody_late(talking: Case) -> None:
    actions.start_term(talking, term="sue.after_award", since=TALKED, by=SYSTEM)
    actions.meet_term(talking, term="mediation.end", by=SYSTEM, on=TALKED)
    assert actions.lapse_overdue(by=SYSTEM, on=today()) == 1
    with elevated("test"):
        talking.refresh_from_db()
        clock = Clock.objects.get(term="sue.after_award")
    assert (clock.state, clock.lapsed_on, clock.reason) == ("void", None, "期限届满，没有行使")
    assert talking.due_on is None


def test_cases_of_somebody_away_wait_for_the_deputy_too(case: Case, world: World) -> None:
    holder, deputy = world.officer(world.here), world.officer(world.elsewhere)
    actions.assign(case, user=holder, duty=Duty.HOLDER, by=SYSTEM, permission=MANAGE, on=OPENED)
    standing_in = acting(deputy)
    with scoped(standing_in.scope):
        assert not queries.waiting_on(standing_in)
    actions.go_on_leave(user=holder, deputy=deputy, first_day=today(), last_day=today() + timedelta(days=3), by=acting(holder))
    with scoped(standing_in.scope):
        assert [one.code for one in queries.waiting_on(standing_in)] == [case.code]
    actions.come_back(user=holder, by=acting(holder))
    with scoped(standing_in.scope):
        assert not queries.waiting_on(standing_in)


def test_nobody_takes_leave_for_somebody_else(world: World, officer: Actor) -> None:
    holder, deputy = world.officer(world.here), world.officer(world.here)
    with pytest.raises(Refused):
        actions.go_on_leave(
            user=holder, deputy=deputy, first_day=today(), last_day=today(), by=acting(world.officer(world.union, "auditor"))
        )


def test_a_new_holder_takes_over(case: Case, world: World) -> None:
    first, second = world.officer(world.here), world.officer(world.here)
    actions.assign(case, user=first, duty=Duty.HOLDER, by=SYSTEM, permission=MANAGE, on=OPENED)
    actions.assign(case, user=second, duty=Duty.HOLDER, by=SYSTEM, permission=MANAGE, on=TALKED)
    with elevated("test"):
        case.refresh_from_db()
    assert case.holder == second
    assert case.accounts == [second.pk]


def test_a_sealed_case_is_read_by_those_named_and_the_person_only(case: Case, officer: Actor, world: World) -> None:
    named = world.officer(world.here)
    actions.seal_case(case, readers=[named], by=SYSTEM, permission=MANAGE, reason="性骚扰投诉")
    with scoped(officer.scope):
        assert not Case.objects.exists(), "row security hides it from its own town"
        assert not Clock.objects.exists()
        assert not queries.readable(officer)
    with scoped(acting(named).scope):
        assert Case.objects.get() == case
    with pytest.raises(Refused):
        actions.advance(case, "talk", by=officer, on=TALKED)
    actions.advance(case, "talk", by=acting(named), on=TALKED)


def test_cases_against_one_employer_go_on_as_one(world: World) -> None:
    with elevated("test"):
        other = world.new_person(name="江一帆")
    first, second = open_one(world), open_one(world, applicants=[other])
    assert actions.merge(first, others=[second], by=SYSTEM, permission=MANAGE, reason="同一单位同一诉求") == 1
    with elevated("test"):
        first.refresh_from_db()
        second = Case.objects.select_related("merged_into").get(pk=second.pk)
    assert sorted(first.persons) == sorted([world.person.pk, other.pk])
    assert (second.merged_into, second.outcome, second.closed_on) == (first, "merged", today())
    with pytest.raises(ValidationError, match="已并入 SS-330212-2023-00001"):
        actions.advance(second, "talk", by=SYSTEM, on=today())
    with elevated("test"):
        assert queries.own_case(other.pk, second.code) == first


def test_cases_of_different_kinds_or_employers_are_not_joined(world: World) -> None:
    first, second = open_one(world), open_one(world)
    actions.seal_case(second, readers=[world.officer(world.here)], by=SYSTEM, permission=MANAGE, reason="怕报复的投诉")
    with pytest.raises(ValidationError, match="密办"):
        actions.merge(first, others=[second], by=SYSTEM, permission=MANAGE, reason="同一单位同一诉求")
    with pytest.raises(ValidationError, match="自己"):
        actions.merge(first, others=[first], by=SYSTEM, permission=MANAGE, reason="同一单位同一诉求")


def test_persons_are_taken_out_into_cases_of_their_own(world: World) -> None:
    with elevated("test"):
        people = [world.new_person(name=f"张{letter}") for letter in "甲乙丙"]
    case = open_one(world, applicants=people)
    made = actions.split(case, persons=people[:1], by=SYSTEM, permission=MANAGE, reason="一人另行协商")
    with elevated("test"):
        case.refresh_from_db()
    assert [one.persons for one in made] == [[people[0].pk]]
    assert case.persons == sorted(person.pk for person in people[1:])
    assert case.person_id == people[1].pk
    assert made[0].came_from == case
    with pytest.raises(ValidationError, match="不能是全部"):
        actions.split(case, persons=people[1:], by=SYSTEM, permission=MANAGE, reason="全都分出去")


def test_a_case_is_handed_to_another_flow_with_its_people(case: Case) -> None:
    new = actions.hand_over(case, to_line=FLOW.line, to_flow=FLOW.name, by=SYSTEM, permission=MANAGE, reason="另有一项诉求")
    with elevated("test"):
        case.refresh_from_db()
    assert (new.persons, new.came_from, new.outside_number) == (case.persons, case, case.code)


def boxes(**whose: Any) -> list[str]:
    with elevated("test"):
        return [notice.text for notice in Notice.objects.filter(channel="app", **whose).order_by("pk")]


def test_the_holder_hears_of_a_duty_before_and_after_its_last_day_once_each(talking: Case, officer: Actor, world: World) -> None:
    user = User.objects.get(pk=officer.user_id)
    actions.assign(talking, user=user, duty=Duty.HOLDER, by=officer, permission=MANAGE)
    with elevated("test"):
        last = talking.clocks.get().due_on
    for day in (last - timedelta(days=3), last - timedelta(days=2), last, last):
        actions.remind(on=day)
    assert boxes(user=user) == ["你承办的案子里，三天内届满 1 个。"] * 2
    late = last + timedelta(days=1)
    actions.lapse_overdue(by=SYSTEM, on=late)
    actions.remind(on=late)
    actions.remind(on=late)
    assert boxes(user=user)[2:] == ["你承办的案子里，逾期 1 个。", "你管的范围里，有 1 个法定期限过了还没有办。"]


def test_a_leader_elsewhere_and_a_sealed_case_hear_nothing(talking: Case, officer: Actor, stranger: Actor) -> None:
    with elevated("test"):
        late = talking.clocks.get().due_on + timedelta(days=1)
    user = User.objects.get(pk=officer.user_id)
    actions.seal_case(talking, readers=[user], by=officer, permission=MANAGE, reason="骚扰投诉，怕报复")
    actions.lapse_overdue(by=SYSTEM, on=late)
    actions.remind(on=late)
    assert boxes(user__isnull=False) == []


def test_the_worker_hears_of_a_right_before_it_is_gone(case: Case, world: World) -> None:
    with elevated("test"):
        clock = actions.start_term(case, term="sue.after_award", since=OPENED, by=SYSTEM)
    for ahead in (8, 7, 7, 3, 1, 0):
        actions.remind(on=clock.due_on - timedelta(days=ahead))
    told = boxes(person=world.person)
    assert len(told) == 3
    assert all(chinese_date(clock.due_on) in text for text in told)


def test_a_case_given_to_somebody_is_told_to_them_and_taken_by_oneself_is_not(case: Case, officer: Actor, world: World) -> None:
    colleague = world.officer(world.here)
    actions.assign(case, user=colleague, duty=Duty.HOLDER, by=officer, permission=MANAGE)
    assert boxes(user=colleague) == [f"{case.code} {case.title}，由{officer.name}交给你办。"]
    actions.assign(case, user=User.objects.get(pk=officer.user_id), duty=Duty.HOLDER, by=officer, permission=MANAGE)
    assert boxes(user=officer.user_id) == []


def test_a_proposal_waits_in_the_inbox_of_others_until_it_is_settled_or_pointless(talking: Case, officer: Actor, world: World) -> None:
    second = acting(world.officer(world.here))
    asked = {"term": "mediation.end", "due_on": date(2023, 12, 30), "by": officer, "permission": "cases.work", "reason": "对方要求延期"}
    actions.propose_term(talking, **asked)
    with elevated("test"):
        assert [task.kind for task in waiting_for(second)] == ["cases.agree_term"]
        assert not waiting_for(officer)
    actions.settle_term(talking, term="mediation.end", agreed=False, by=second, permission=MANAGE)
    with elevated("test"):
        assert not waiting_for(second)
    actions.propose_term(talking, **asked)
    actions.void_term(talking, term="mediation.end", by=SYSTEM, on=TALKED, reason="双方都撤回了")
    with elevated("test"):
        assert not waiting_for(second)
