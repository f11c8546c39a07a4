"""The way of a dispute: every state reached and left, clocks by their articles, money by its papers."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from niangjia.base.scope import Scope, elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.roles import PERMISSIONS
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case, Clock
from niangjia.core.cases.steps import SAME, WORKER
from niangjia.core.law.terms import term
from niangjia.work.rights.actions import reverse_receipt
from niangjia.work.rights.flow.dispute import DISPUTE
from niangjia.work.rights.models import Receipt, Settlement
from niangjia.work.rights.queries import money_of
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db
BODY = {"body_name": "望湖区劳动人事争议仲裁委员会"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def case(world: World) -> Case:
    return new_dispute(world)


def take(case: Case, by: Actor, *steps: tuple[str, str, dict[str, Any]]) -> Case:
    """Take steps one after another: name, day in 2023 as «11-08», facts."""
    for name, day, facts in steps:
        advance(case, name, by=by, on=date.fromisoformat(f"2023-{day}"), **facts)
    return case


def clock(case: Case, code: str) -> Clock:
    with elevated("test"):
        return Clock.objects.filter(case=case, term=code).latest("id")


ACCEPT = ("accept", "11-08", {"mediated_by": "桃源街道调解室"})
AGREE = (
    "agree", "11-15",
    {"amount": Decimal("12000.00"), "plan": [(date(2023, 11, 20), Decimal("7000.00")), (date(2023, 12, 10), Decimal("5000.00"))]},
)  # fmt: skip
FAIL = ("fail", "11-20", {"outcome": "4", "why": "单位不同意"})
FILE = ("arbitrate", "11-21", BODY)
TAKEN = ("arb_accept", "11-24", {"number": "甬鄞劳仲〔2023〕0001", "simplified": False})
AWARD = (
    "award", "12-15",
    {
        "decided_on": date(2023, 12, 8), "served_on": date(2023, 12, 11), "result": "支持工资", "amount": Decimal("7120.00"),
        "is_final": True,
    },
)  # fmt: skip


# -- The table ------------------------------------------------------------------------------------------------------------------


def test_every_state_is_reached_from_the_first() -> None:
    reached, frontier = {DISPUTE.first.key}, [DISPUTE.first.key]
    while frontier:
        here = frontier.pop()
        for step in DISPUTE.from_state(here):
            for target in step.leads_to():
                if target != SAME and target not in reached:
                    reached.add(target)
                    frontier.append(target)
    assert reached == {state.key for state in DISPUTE.states}


def test_every_state_that_is_not_the_end_can_be_left_and_the_end_cannot() -> None:
    for state in DISPUTE.states:
        leaving = [step for step in DISPUTE.from_state(state.key) if step.leads_to() != (SAME,)]
        assert bool(leaving) != state.final, state.key


def test_permissions_terms_states_and_stages_exist() -> None:
    stages = {stage.key for stage in DISPUTE.stages}
    assert all(state.stage in stages for state in DISPUTE.states)
    for step in DISPUTE.steps:
        assert step.may == WORKER or step.may in PERMISSIONS
        for code in (*step.meets, *step.voids, *(start.term for start in step.starts)):
            assert term(code)
        for key in (*step.source, *step.leads_to()):
            assert key == SAME or DISPUTE.state(key)


def test_names_of_steps_are_different() -> None:
    names = [step.name for step in DISPUTE.steps]
    assert len(names) == len(set(names))


# -- Mediation ------------------------------------------------------------------------------------------------------------------


def test_mediation_ends_within_fifteen_days_of_receipt(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT)
    running = clock(case, "mediation.end")
    assert (running.starts_on, running.due_on) == (date(2023, 11, 8), date(2023, 11, 23))
    assert "调解仲裁法第十四条" in running.article


def test_both_sides_may_agree_to_go_on(case: Case, officer: Actor) -> None:
    plan = ("plan", "11-10", {"meets_on": date(2023, 11, 14), "place": "二楼"})
    take(case, officer, ACCEPT, plan, ("extend", "11-14", {"until": date(2023, 12, 2), "why": "还要对账"}))
    assert clock(case, "mediation.end").due_on == date(2023, 12, 4), "2 December is a Saturday: it rolls to Monday"
    with pytest.raises(ValidationError, match="之后"):
        take(case, officer, ("extend", "11-15", {"until": date(2023, 12, 1), "why": "再对一次"}))


def test_an_agreement_starts_thirty_days_for_confirmation_and_its_instalments(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE)
    assert clock(case, "mediation.end").state == "met"
    assert clock(case, "judicial_confirmation.apply").due_on == date(2023, 12, 15)
    with elevated("test"):
        paper = Settlement.objects.get(case=case)
        assert [(one.due_on, one.amount) for one in paper.instalments.order_by("due_on")] == AGREE[2]["plan"]
        assert money_of(case).missing == Decimal("12000.00")


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ([(date(2023, 11, 20), Decimal("11999.99"))], "对不上"),
        ([(date(2023, 11, 14), Decimal("12000.00"))], "早于生效"),
        ([], "哪天付多少"),
        ([(date(2023, 11, 20), Decimal(13000)), (date(2023, 11, 21), Decimal(-1000))], "大于 0"),
    ],
)
def test_a_plan_of_payment_that_cannot_be_is_refused_and_nothing_is_kept(case: Case, officer: Actor, plan: list[Any], said: str) -> None:
    take(case, officer, ACCEPT)
    with pytest.raises(ValidationError, match=said):
        take(case, officer, ("agree", "11-15", {"amount": Decimal("12000.00"), "plan": plan}))
    with elevated("test"):
        case.refresh_from_db()
        assert case.state == "accepted"
        assert not Settlement.objects.exists()


def test_a_case_closes_only_when_all_the_money_arrived(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE, ("receive", "11-20", {"amount": Decimal("7000.00"), "proof_note": "回单 0628"}))
    with pytest.raises(ValidationError, match="还差 5000"):
        take(case, officer, ("complete", "12-10", {}))
    take(case, officer, ("receive", "12-10", {"amount": Decimal("5000.00"), "proof_note": "回单 0701"}), ("complete", "12-11", {}))
    with elevated("test"):
        case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_on) == ("performed", "1", date(2023, 12, 11))


def test_money_is_never_more_than_the_paper_says_and_needs_a_proof(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE)
    with pytest.raises(ValidationError, match="还差 12000"):
        take(case, officer, ("receive", "11-20", {"amount": Decimal("12000.01"), "proof_note": "回单"}))
    with pytest.raises(ValidationError, match="凭证"):
        take(case, officer, ("receive", "11-20", {"amount": Decimal("1.00"), "proof_note": " "}))


def test_a_receipt_entered_wrongly_is_reversed_and_stays_to_be_seen(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE, ("receive", "11-20", {"amount": Decimal("7000.00"), "proof_note": "回单 0628"}))
    with elevated("test"):
        row = Receipt.objects.get()
    reverse_receipt(row, by=officer, reason="登记到别人的案子了")
    with elevated("test"):
        assert money_of(case).received == 0
        assert Receipt.objects.get().reversed_because == "登记到别人的案子了"
        row.refresh_from_db()
    with pytest.raises(ValidationError, match="冲销过"):
        reverse_receipt(row, by=officer, reason="再冲一次看看")


def test_breach_needs_something_overdue(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE)
    with pytest.raises(ValidationError, match="没有逾期"):
        take(case, officer, ("breach", "11-20", {}))
    take(case, officer, ("breach", "11-21", {}))
    assert clock(case, "enforcement.apply").due_on == date(2025, 11, 21)


def test_settled_by_word_and_paid_at_once_is_closed_at_once(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, ("oral", "11-10", {"amount": Decimal("7120.00"), "proof_note": "当场微信转账"}))
    with elevated("test"):
        case.refresh_from_db()
        assert (case.state, case.outcome, money_of(case).received) == ("oral", "3", Decimal("7120.00"))


# -- Arbitration and court ------------------------------------------------------------------------------------------------------


def test_arbitration_has_its_clocks(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, FAIL, FILE)
    assert clock(case, "arbitration.accept").due_on == date(2023, 11, 28), "five working days"
    take(case, officer, TAKEN)
    assert clock(case, "arbitration.serve").due_on == date(2023, 12, 1)
    assert clock(case, "arbitration.award").due_on == date(2024, 1, 8), "45 days of the calendar"
    take(case, officer, ("arb_extend", "12-01", {}))
    assert clock(case, "arbitration.award").state == "void"
    assert clock(case, "arbitration.award_extended").due_on == date(2024, 1, 23)


def test_an_award_starts_the_days_to_sue_from_its_service(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, FAIL, FILE, TAKEN, AWARD)
    assert (clock(case, "sue.after_award").starts_on, clock(case, "sue.after_award").due_on) == (date(2023, 12, 11), date(2023, 12, 26))
    assert clock(case, "set_aside.employer").due_on == date(2024, 1, 10), "a final award"


def test_an_award_that_is_not_final_starts_no_days_to_set_aside(case: Case, officer: Actor) -> None:
    name, day, facts = AWARD
    take(case, officer, ACCEPT, FAIL, FILE, TAKEN, (name, day, facts | {"is_final": False}))
    with elevated("test"):
        assert not Clock.objects.filter(case=case, term="set_aside.employer").exists()


def test_an_award_takes_the_place_of_an_agreement(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT, AGREE, ("breach", "11-21", {}), ("arbitrate", "11-22", BODY), TAKEN, AWARD)
    with elevated("test"):
        assert [(one.ground, one.replaced_on is None) for one in Settlement.objects.order_by("id")] == [
            ("agreement", False),
            ("award", True),
        ]
        assert money_of(case).agreed == Decimal("7120.00")


def test_a_decision_served_before_it_was_made_is_refused(case: Case, officer: Actor) -> None:
    name, day, facts = AWARD
    with pytest.raises(ValidationError, match="送达不能早于作出"):
        take(case, officer, ACCEPT, FAIL, FILE, TAKEN, (name, day, facts | {"served_on": date(2023, 12, 7)}))


def test_through_both_instances_to_money_in_hand(case: Case, officer: Actor) -> None:
    decision = {"decided_on": date(2023, 12, 14), "served_on": date(2023, 12, 14), "result": "维持", "amount": Decimal("100.00")}
    take(
        case, officer, ACCEPT, FAIL, FILE, TAKEN, AWARD, ("sue", "12-15", BODY), ("first_accept", "12-15", {"number": "（2023）浙0212民初1号"}),
        ("judge", "12-15", decision), ("appeal", "12-16", BODY), ("final", "12-17", decision),
        ("receive", "12-18", {"amount": Decimal("100.00"), "proof_note": "法院执行款"}), ("complete", "12-18", {}),
    )  # fmt: skip
    with elevated("test"):
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("performed", "1")
        assert not Clock.objects.filter(case=case, state="running").exists()


def test_when_all_is_done_the_worker_says_how_it_was_once_and_the_case_stays_closed(case: Case, officer: Actor, world: World) -> None:
    take(case, officer, ACCEPT, ("oral", "11-10", {"amount": Decimal("900.00"), "proof_note": "当面付清"}))
    mine = Actor("user:9", "本人", scope=Scope(person=world.person.pk), user_id=9)
    advance(case, "rate", by=mine, on=date(2023, 11, 12), satisfied=5)
    with elevated("test"):
        case.refresh_from_db()
        assert case.dispute.satisfied == 5
    assert (case.state, case.closed_on) == ("oral", date(2023, 11, 10))
    with pytest.raises(ValidationError, match="你已经说过了"):
        advance(case, "rate", by=mine, on=date(2023, 11, 13), satisfied=1)
    with pytest.raises(ValidationError, match="已于2023年11月10日办结"):
        advance(case, "plan", by=officer, on=date(2023, 11, 13), meets_on=date(2023, 11, 14), place="二楼")
