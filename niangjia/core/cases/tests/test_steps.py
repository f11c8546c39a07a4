"""Taking steps: order, rights, days, clocks, history."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor, worker
from niangjia.core.access.rules import Refused
from niangjia.core.cases import actions, queries
from niangjia.core.cases.models import Case, Clock, StepTaken
from niangjia.core.cases.tests.conftest import OPENED, open_one
from niangjia.core.cases.tests.flow import FLOW
from niangjia.core.notices.models import Notice
from niangjia.core.trail.models import Event
from tests.world import World

TALKED = date(2023, 11, 8)
pytestmark = pytest.mark.django_db


def test_a_case_has_a_number_of_its_flow_and_year(case: Case) -> None:
    assert case.code == "SS-330212-2023-00001"
    assert (case.state, case.state_since, case.closed_on) == ("asked", OPENED, None)


def test_numbers_follow_one_another(world: World) -> None:
    assert [open_one(world).code[-5:] for _ in range(3)] == ["00001", "00002", "00003"]


def test_a_step_changes_the_state_starts_its_clock_and_is_kept_in_the_history(case: Case, officer: Actor) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED, place="二楼", note="双方都到")
    with elevated("test"):
        case.refresh_from_db()
        clock = Clock.objects.get(case=case)
        last = StepTaken.objects.filter(case=case).latest("number")
        event = Event.objects.get(verb="cases.advance", subject=case.subject)
    assert (case.state, case.state_since) == ("talking", TALKED)
    assert (clock.term, clock.starts_on, case.due_on) == ("mediation.end", TALKED, clock.due_on)
    assert (last.title, last.source, last.target, last.note, last.facts) == ("开始商量", "asked", "talking", "双方都到", {"place": "二楼"})
    assert event.actor == officer.actor_key


def test_the_note_of_a_step_lies_sealed(case: Case, officer: Actor) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED, note="月薪六千")
    with elevated("test"):
        assert "月薪".encode() not in bytes(StepTaken.objects.latest("pk").note_sealed)


def test_the_worker_is_told(case: Case, officer: Actor, world: World) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED)
    with elevated("test"):
        assert [notice.text for notice in Notice.objects.filter(person=world.person)] == ["有人来谈了"]


def test_the_last_step_closes_the_case_and_its_clocks(case: Case, officer: Actor) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED)
    actions.advance(case, "agree", by=officer, on=date(2023, 11, 10))
    with elevated("test"):
        case.refresh_from_db()
        assert (case.closed_on, case.due_on, case.outcome) == (date(2023, 11, 10), None, "agreed")
        assert [(clock.state, clock.settled_on) for clock in case.clocks.all()] == [("met", date(2023, 11, 10))]


def test_a_clock_that_the_last_step_does_not_meet_is_no_longer_counted(case: Case, officer: Actor) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED)
    actions.advance(case, "fail", by=officer, on=date(2023, 11, 10))
    with elevated("test"):
        assert [(clock.state, clock.reason) for clock in case.clocks.all()] == [("void", "案件办结")]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2023, 12, 19), "还没有到"),
        (date(2023, 11, 5), "才收到"),
    ],
)
def test_a_step_on_an_impossible_day_is_refused(case: Case, officer: Actor, on: date, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        actions.advance(case, "talk", by=officer, on=on)


def test_a_step_cannot_be_earlier_than_the_one_before(case: Case, officer: Actor) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED)
    with pytest.raises(ValidationError, match="上一步是2023年11月8日"):
        actions.advance(case, "agree", by=officer, on=date(2023, 11, 7))


def test_a_step_out_of_order_says_what_the_case_is_now(case: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="现在是“已提出”，不能办“谈成”"):
        actions.advance(case, "agree", by=officer, on=TALKED)


def test_a_closed_case_takes_no_step(case: Case, officer: Actor) -> None:
    actions.advance(case, "talk", by=officer, on=TALKED)
    actions.advance(case, "agree", by=officer, on=TALKED)
    with pytest.raises(ValidationError, match="办结"):
        actions.advance(case, "wait", by=officer, on=TALKED)


def test_what_the_line_does_not_allow_leaves_everything_as_it_was(case: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="室内"):
        actions.advance(case, "talk", by=officer, on=TALKED, place="街上")
    with elevated("test"):
        case.refresh_from_db()
        assert (case.state, case.steps_taken, case.clocks.count()) == ("asked", 1, 0)


def test_a_second_officer_on_an_old_page_is_refused(case: Case, officer: Actor) -> None:
    seen = case.steps_taken
    actions.advance(case, "talk", by=officer, on=TALKED, seen=seen)
    with pytest.raises(ValidationError, match="别人已经办过一步"):
        actions.advance(case, "wait", by=officer, on=TALKED, seen=seen)


def test_a_stranger_cannot_take_a_step(case: Case, stranger: Actor) -> None:
    with pytest.raises(Refused, match="不在当前岗位"):
        actions.advance(case, "talk", by=stranger, on=TALKED)


def test_whoever_is_named_may_work_on_it_from_elsewhere(case: Case, stranger: Actor, world: World) -> None:
    helper = world.officer(world.elsewhere)
    actions.assign(case, user=helper, duty="mediator", by=SYSTEM, permission="cases.manage", on=OPENED)
    from niangjia.core.cases.tests.conftest import acting

    actor = acting(helper)
    actions.advance(case, "talk", by=actor, on=TALKED)
    with scoped(actor.scope):
        assert queries.readable(actor).get().state == "talking"
    with scoped(stranger.scope):
        assert not Case.objects.exists(), "row security: nobody else from there reads it"


def test_the_worker_takes_the_worker_s_step_and_no_other(case: Case, world: World) -> None:
    with elevated("test"):
        me = worker(world.officer(world.here), world.person.pk)
    with pytest.raises(Refused, match="权限"):
        actions.advance(case, "talk", by=me, on=TALKED)
    actions.advance(case, "withdraw", by=me, on=TALKED)
    with scoped(me.scope):
        assert queries.own_cases(world.person.pk).get().outcome == "withdrawn"


def test_somebody_else_is_no_applicant(case: Case, world: World) -> None:
    with elevated("test"):
        other = worker(world.officer(world.here), world.new_person(name="江一帆").pk)
    with pytest.raises(Refused, match="本人"):
        actions.advance(case, "withdraw", by=other, on=TALKED)
    with scoped(other.scope):
        assert not Case.objects.exists()


def test_many_cases_take_one_step_and_refusals_hinder_nobody(world: World, officer: Actor) -> None:
    first, second = open_one(world), open_one(world)
    actions.advance(first, "talk", by=officer, on=TALKED)
    came = actions.advance_many([first, second], "talk", by=officer, on=TALKED)
    assert [case.code for case in came.done] == [second.code]
    assert [(case.code, "不能办“开始商量”" in why) for case, why in came.refused] == [(first.code, True)]


def test_every_state_of_the_flow_can_be_reached() -> None:
    drawn = queries.drawn(FLOW)
    assert "asked --> talking : 开始商量" in drawn
    assert "talking --> talking : 再等等" in drawn


def test_the_history_cannot_be_altered(case: Case) -> None:
    from django.db import DatabaseError, transaction

    with elevated("test"), pytest.raises(DatabaseError, match="只许追加"), transaction.atomic():
        StepTaken.objects.filter(case=case).update(title="别的")
