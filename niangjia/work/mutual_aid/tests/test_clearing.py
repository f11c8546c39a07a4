"""One-stop payments are checked against our own rule, cleared with the bureau by two persons, and no stay is paid by both ways."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.models import Account, Fund, Leg
from niangjia.core.ledger.queries import balance, checks
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.enums import LineDecision
from niangjia.work.mutual_aid.models import Clearing, ClearingLine, Plan, Settlement
from niangjia.work.mutual_aid.tests import ids
from niangjia.work.mutual_aid.tests.factories import back, enrol, file_of, make_plan, stay
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
SECOND = replace(SYSTEM, actor_key="system:second", name="系统（核对）")
SEPTEMBER, OCTOBER = date(2023, 9, 1), date(2023, 10, 1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    return ledger.open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))


@pytest.fixture
def plan(fund: Fund) -> Plan:
    return make_plan(pool=fund, mode="one_stop")


@pytest.fixture
def person(world: World, plan: Plan) -> Person:
    made = world.new_person(id_number=id_number(), bank_account="6217000000000001")
    enrol(made, plan)
    return made


def deducted(certno: str, setl_id: str = "S1", amount: str = "1000.00", **fields: str) -> dict[str, str]:
    """A stay of which the hospital paid mutual aid at discharge; the rule grants 1,000.00 for the first."""
    return stay(certno, setl_id, mutual_aid_pay=amount, **fields)


def listed(plan: Plan, *rows: dict[str, str]) -> actions.Sums:
    """A list of one-stop payments is taken in; the sums of September's clearing."""
    actions.take_settlements(data=file_of(*rows), plan=plan, by=SYSTEM)
    return actions.sums_of(month(SEPTEMBER))


def month(first: date) -> Clearing:
    return Clearing.objects.get(month=first)


def compared(first: date = SEPTEMBER) -> Clearing:
    """Compared with a sheet of the bureau that says just what its list says."""
    held = month(first)
    sums = actions.sums_of(held)
    return actions.compare_clearing(held, said_count=sums.count, said_amount=sums.theirs, by=SYSTEM)


def kinds(first: date = SEPTEMBER) -> dict[str, tuple[str, str, str]]:
    return {line.setl_id: (line.kind, str(line.theirs), str(line.ours)) for line in ClearingLine.objects.filter(clearing__month=first)}


def decide(setl_id: str, decision: str) -> ClearingLine:
    line = ClearingLine.objects.get(setl_id=setl_id, clearing__state="differences")
    return actions.decide_line(line, decision=decision, reason="和医保核过了", by=SYSTEM)


def standing() -> dict[str, tuple[str, str, str]]:
    return {one.setl_id: (one.state, str(one.paid), str(one.paid_elsewhere)) for one in Settlement.objects.order_by("arrival")}


def account(fund: Fund, code: str) -> Decimal:
    return balance(fund, Account.objects.get(code=code))


def test_a_month_without_differences_is_agreed_by_a_second_person_and_posted_once(fund: Fund, plan: Plan, person: Person) -> None:
    sums = listed(plan, deducted(person.id_number), deducted(person.id_number, "S2", "2400.00", hifp_pay="3000"))
    assert (sums.count, sums.theirs) == (2, Decimal("3400.00"))
    held = compared()
    assert {kind for kind, _, _ in kinds().values()} == {"same"} and held.state == "differences"
    with pytest.raises(ValidationError, match="核对和确认要两个人"):
        actions.agree_clearing(held, by=SYSTEM)
    with pytest.raises(ValidationError, match="办不了"):
        actions.transfer_clearing(held, reference="回单 1 号", by=SYSTEM)
    agreed = actions.agree_clearing(held, by=SECOND)
    done = actions.transfer_clearing(agreed, reference="回单 1 号", by=SYSTEM)
    assert done.state == "transferred" and done.entry is not None
    assert (account(fund, "231"), account(fund, "102")) == (Decimal("3400.00"), Decimal("-3400.00"))
    assert Leg.objects.filter(entry=done.entry, person=person).count() == 2, "the fund opens down to the person"
    with pytest.raises(ValidationError, match="办不了"):
        actions.transfer_clearing(done, reference="回单 1 号", by=SYSTEM)
    assert actions.post_settlements(fund, by=SYSTEM) == 0 and all(check.ok for check in checks()), "nothing else is owed for it"
    assert Settlement.objects.get(setl_id="S1").paid_on == SEPTEMBER, "paid on the day of discharge"


def test_a_pool_of_the_city_keeps_the_statement_only(world: World) -> None:
    plan = make_plan(mode="one_stop")
    made = world.new_person(id_number=id_number())
    enrol(made, plan)
    listed(plan, deducted(made.id_number))
    done = actions.transfer_clearing(actions.agree_clearing(compared(), by=SECOND), reference="市总拨付 9 号", by=SYSTEM)
    assert done.state == "transferred" and done.entry is None


def test_each_difference_is_named_and_decided_before_the_month_is_agreed(world: World, fund: Fund, plan: Plan, person: Person) -> None:
    late = world.new_person(id_number=id_number())
    enrol(late, plan, effective_from=date(2023, 12, 1))
    listed(
        plan, deducted(person.id_number), deducted(person.id_number, "S2", "2000.00", hifp_pay="3000"), deducted(id_number(), "S3"),
        deducted(late.id_number, "S4", "500.00"), deducted(person.id_number, "S5", "80.00", med_type="9901"),
        deducted(person.id_number, "S6", "70.00", medfee_sumamt="9", fund_pay_sumamt="1", psn_part_amt="1"),
    )  # fmt: skip
    held = compared()
    assert kinds() == {
        "S1": ("same", "1000.00", "1000.00"), "S2": ("other", "2000.00", "2400.00"), "S3": ("unknown", "1000.00", "0.00"),
        "S4": ("not_covered", "500.00", "0.00"), "S5": ("parked", "80.00", "0.00"), "S6": ("review", "70.00", "0.00"),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="还有 5 处差异"):
        actions.agree_clearing(held, by=SECOND)
    with pytest.raises(ValidationError, match="理由"):
        actions.decide_line(ClearingLine.objects.get(setl_id="S2"), decision=LineDecision.ACCEPT, reason="行", by=SYSTEM)
    with pytest.raises(ValidationError, match="不能定为"):
        decide("S3", LineDecision.CLAWBACK)
    for setl_id, decision in (("S2", "accept"), ("S3", "correct"), ("S4", "clawback"), ("S5", "correct"), ("S6", "correct")):
        decide(setl_id, decision)
    agreed = actions.agree_clearing(held, by=SECOND)
    assert actions.sums_of(agreed).cleared == Decimal("3500.00"), "1,000 + 2,000 accepted + 500 to come back; the rest is not transferred"
    assert standing()["S4"] == ("clawback_open", "500.00", "500.00")
    actions.transfer_clearing(agreed, reference="回单 2 号", by=SYSTEM)
    assert (account(fund, "231"), account(fund, "225"), account(fund, "102")) == tuple(map(Decimal, ("3000.00", "500.00", "-3500.00")))
    actions.note_repaid(Settlement.objects.get(setl_id="S4"), by=SYSTEM)
    assert (account(fund, "225"), account(fund, "102")) == (Decimal("0.00"), Decimal("-3000.00"))


def test_what_was_not_transferred_comes_again_when_the_bureau_corrects_it(fund: Fund, plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number, amount="1200.00"))
    held = compared()
    decide("S1", "correct")
    actions.agree_clearing(held, by=SECOND)
    assert actions.sums_of(held).cleared == Decimal("1000.00")
    listed(plan, deducted(person.id_number, amount="1000.00"), deducted(person.id_number, "S2", "800.00", setl_time="2023-10-02"))
    assert kinds(OCTOBER) == {"S2": ("unchecked", "800.00", "0.00")}, "nothing is left of the one that was corrected"


def test_a_stay_taken_back_after_its_month_is_a_line_below_nothing(fund: Fund, plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number))
    actions.transfer_clearing(actions.agree_clearing(compared(), by=SECOND), reference="回单 1 号", by=SYSTEM)
    listed(plan, back(person.id_number, setl_time="2023-10-08", mutual_aid_pay="-1000.00"))
    compared(OCTOBER)
    assert kinds(OCTOBER) == {"S1": ("same", "-1000.00", "-1000.00")}
    actions.transfer_clearing(actions.agree_clearing(month(OCTOBER), by=SECOND), reference="回单 2 号", by=SYSTEM)
    assert (account(fund, "231"), account(fund, "102")) == (Decimal("0.00"), Decimal("0.00"))


def test_the_same_list_again_and_one_that_repeats_a_line_change_nothing(plan: Plan, person: Person) -> None:
    first = listed(plan, deducted(person.id_number))
    assert listed(plan, deducted(person.id_number)) == first
    more = listed(plan, deducted(person.id_number), deducted(person.id_number, "S2", "800.00"))
    assert (more.count, more.theirs) == (2, Decimal("1800.00"))


def test_half_a_list_is_no_clearing(plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number))
    with pytest.raises(ValidationError, match=r"清算单 2 笔 1,800\.00 元，收到的清单 1 笔 1,000\.00 元"):
        actions.compare_clearing(month(SEPTEMBER), said_count=2, said_amount=Decimal("1800.00"), by=SYSTEM)


def test_a_line_that_comes_later_asks_for_comparing_again(plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number))
    compared()
    listed(plan, deducted(person.id_number, "S2", "800.00"))
    assert month(SEPTEMBER).state == "draft"


def test_a_file_that_is_no_list_goes_into_no_clearing(plan: Plan, person: Person) -> None:
    with pytest.raises(ValidationError, match="mutual_aid_pay"):
        actions.take_settlements(data=file_of(stay(person.id_number)), plan=plan, by=SYSTEM)
    with pytest.raises(ValidationError, match="不是一站式结算的计划"):
        actions.take_settlements(data=file_of(deducted(person.id_number)), plan=make_plan(year="2022"), by=SYSTEM)
    assert not Settlement.objects.exists()


def test_deducted_at_discharge_it_is_not_paid_when_the_file_comes_after_it(fund: Fund, plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number))
    actions.take_settlements(data=file_of(stay(person.id_number)), said={"count": 1}, by=SYSTEM)
    assert standing() == {"S1": ("paid_elsewhere", "0.00", "1000.00")}
    assert actions.make_payments(fund, by=SYSTEM).batch is None


def test_a_file_without_that_column_leaves_deducted_what_matched_nobody_yet(world: World, fund: Fund, plan: Plan) -> None:
    made = world.new_person(id_number=id_number(), bank_account="6217000000000002")
    listed(plan, deducted(made.id_number))
    enrol(made, plan)
    actions.take_settlements(data=file_of(stay(made.id_number)), said={"count": 1}, by=SYSTEM)
    assert standing() == {"S1": ("paid_elsewhere", "0.00", "1000.00")}


def test_approved_by_the_file_and_not_paid_yet_it_yields_to_what_was_deducted(fund: Fund, plan: Plan, person: Person) -> None:
    actions.take_settlements(data=file_of(stay(person.id_number)), said={"count": 1}, by=SYSTEM)
    assert standing()["S1"][0] == "auto_approved" and actions.post_settlements(fund, by=SYSTEM) == 1
    listed(plan, deducted(person.id_number))
    assert standing() == {"S1": ("paid_elsewhere", "0.00", "1000.00")}
    compared()
    assert kinds() == {"S1": ("same", "1000.00", "1000.00")}
    assert actions.post_settlements(fund, by=SYSTEM) == 1 and account(fund, "225") == 0, "the books owe nothing any more"


def test_what_stands_in_a_payment_batch_is_not_transferred_to_the_bureau_as_well(fund: Fund, plan: Plan, person: Person) -> None:
    actions.take_settlements(data=file_of(stay(person.id_number)), said={"count": 1}, by=SYSTEM)
    assert actions.make_payments(fund, by=SYSTEM).batch is not None
    listed(plan, deducted(person.id_number))
    held = compared()
    assert kinds() == {"S1": ("double", "1000.00", "0.00")}
    with pytest.raises(ValidationError, match="不能定为"):
        decide("S1", "accept")
    decide("S1", "correct")
    assert actions.sums_of(actions.agree_clearing(held, by=SECOND)).cleared == 0


@pytest.mark.parametrize("deducted_first", [True, False])
def test_one_visit_under_two_numbers_is_paid_by_what_was_deducted(fund: Fund, plan: Plan, person: Person, deducted_first: bool) -> None:
    by_list = lambda: listed(plan, deducted(person.id_number, "A1", mdtrt_id="V"))  # noqa: E731
    by_file = lambda: actions.take_settlements(data=file_of(stay(person.id_number, "B1", mdtrt_id="V")), said={"count": 1}, by=SYSTEM)  # noqa: E731
    for arrive in (by_list, by_file) if deducted_first else (by_file, by_list):
        arrive()
    assert {one.setl_id: one.state for one in Settlement.objects.all()} == {"A1": "paid_elsewhere", "B1": "manual_review"}
    with pytest.raises(ValidationError, match="已由一站式结算付过"):
        actions.decide(Settlement.objects.get(setl_id="B1"), approved=True, reason="请照样付", by=SYSTEM)
    compared()
    assert kinds() == {"A1": ("same", "1000.00", "1000.00")}


def test_what_was_deducted_and_is_approved_by_hand_is_not_paid_by_the_bank(fund: Fund, plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number, medfee_sumamt="9", fund_pay_sumamt="1", psn_part_amt="1"))
    one = actions.decide(Settlement.objects.get(), approved=True, reason="医院已更正", by=SYSTEM)
    assert one.state == "paid_elsewhere" and actions.make_payments(fund, by=SYSTEM).batch is None


def test_an_agreed_month_may_be_opened_again_until_it_is_transferred(plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number))
    agreed = actions.agree_clearing(compared(), by=SECOND)
    again = actions.reopen_clearing(agreed, reason="医保来电更正", by=SYSTEM)
    assert again.state == "differences" and again.agreed_on is None
    actions.agree_clearing(again, by=SECOND)


def test_a_town_may_neither_compare_nor_agree_nor_transfer(world: World, plan: Plan, person: Person) -> None:
    listed(plan, deducted(person.id_number))
    stranger = officer_of(world.here)
    with pytest.raises(Refused):
        actions.compare_clearing(month(SEPTEMBER), said_count=1, said_amount=Decimal(1000), by=stranger)
    held = compared()
    for act in (
        lambda: actions.agree_clearing(held, by=stranger), lambda: actions.transfer_clearing(held, reference="回单 1 号", by=stranger),
        lambda: actions.decide_line(ClearingLine.objects.get(), decision="accept", reason="和医保核过", by=stranger),
    ):  # fmt: skip
        with pytest.raises(Refused):
            act()


def test_the_page_of_a_month_opens_with_its_lines(client: Client) -> None:
    world = World()
    code = ids.clearing(world)
    client.force_login(world.officer(world.district, role="service_centre"))
    answer = client.get(reverse("mutual_aid:clearing", args=[code]))
    assert answer.status_code == 200 and code in answer.content.decode()
