"""What was approved is owed in the books, paid once by the bank's return, and owed back when the insurance takes the stay back."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import Refused
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.layouts import BACK
from niangjia.core.ledger.models import Account, Entry, Fund, PaymentBatch
from niangjia.core.ledger.queries import balance, checks
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number, officer_of
from niangjia.work.mutual_aid.actions import (
    confirm_totals,
    make_payments,
    note_repaid,
    post_settlements,
    take_settlements,
    write_off,
)  # fmt: skip
from niangjia.work.mutual_aid.models import Intake, Settlement
from niangjia.work.mutual_aid.tests.factories import back, enrol, file_of, make_plan, stay
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def fund(world: World) -> Fund:
    return ledger.open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM, on=date(2023, 1, 1))


@pytest.fixture
def person(world: World, fund: Fund) -> Person:
    made = world.new_person(id_number=id_number(), bank_account="6217000000000001")
    enrol(made, make_plan(pool=fund))
    return made


def acting(world: World, role: str) -> Actor:
    return under(grants_in_force(world.officer(world.district, role=role)).get())


def take(*rows: dict[str, str]) -> None:
    take_settlements(data=file_of(*rows), by=SYSTEM, said={"count": len(rows)})


def sent(world: World, fund: Fund) -> PaymentBatch:
    """A batch of everything approved, at the bank."""
    made = make_payments(fund, by=acting(world, "accountant"))
    assert made.batch
    ledger.freeze(made.batch, by=acting(world, "accountant"))
    frozen = PaymentBatch.objects.get(pk=made.batch.pk)
    ledger.check_batch(frozen, total=frozen.total, count=frozen.count, by=acting(world, "cashier_checker"))
    with override_settings(RESOLUTION_ABOVE=Decimal(10**9)):
        ledger.approve(frozen, by=acting(world, "district_leader"))
    return ledger.send_to_bank(frozen, by=acting(world, "accountant"))


def returned(batch: PaymentBatch, world: World, *, fault: str = "") -> None:
    """The bank's return: everything paid, or nothing with this fault."""
    rows = [
        f"{batch.code},{line.number},{line.amount},{'失败' if fault else '成功'},{fault},20231218"
        for line in batch.lines.order_by("number")
    ]
    data = "\n".join([",".join(BACK), *rows, f"{batch.code},合计,{batch.total},,,"]).encode()
    ledger.read_return(batch, data=data, by=acting(world, "accountant"))


def account(fund: Fund, code: str) -> Decimal:
    return balance(fund, Account.objects.get(code=code))


def standing() -> dict[str, tuple[str, str, str]]:
    return {one.setl_id: (one.state, str(one.due), str(one.paid)) for one in Settlement.objects.order_by("arrival")}


def test_what_is_approved_is_owed_then_paid_once(world: World, fund: Fund, person: Person) -> None:
    take(stay(person.id_number), stay(person.id_number, "S2", "3000"))
    assert post_settlements(fund, by=SYSTEM) == 2 and post_settlements(fund, by=SYSTEM) == 0
    assert (account(fund, "231"), account(fund, "225")) == (Decimal("3400.00"), Decimal("-3400.00"))
    batch = sent(world, fund)
    assert (batch.count, batch.total) == (2, Decimal("3400.00"))
    assert make_payments(fund, by=SYSTEM).batch is None, "what stands in a batch goes into no other"
    returned(batch, world)
    assert standing() == {"S1": ("paid", "1000.00", "1000.00"), "S2": ("paid", "2400.00", "2400.00")}
    assert (account(fund, "225"), account(fund, "102")) == (Decimal("0.00"), Decimal("-3400.00"))
    assert make_payments(fund, by=SYSTEM).batch is None
    assert Settlement.objects.get(setl_id="S1").paid_on == date(2023, 12, 18)
    assert all(check.ok for check in checks())


def test_a_settlement_taken_back_is_posted_in_red_and_kept_back_from_the_new_one(world: World, fund: Fund, person: Person) -> None:
    take(stay(person.id_number))
    returned(sent(world, fund), world)
    take(back(person.id_number), stay(person.id_number, "S2", "3000", mdtrt_id="M-S1"))
    assert standing() == {"S1": ("offset_next", "0.00", "1000.00"), "S2": ("auto_approved", "1600.00", "0.00")}
    batch = sent(world, fund)
    assert batch.total == Decimal("1600.00")
    returned(batch, world)
    assert standing() == {"S1": ("offset_next", "0.00", "0.00"), "S2": ("paid", "1600.00", "2600.00")}
    assert (account(fund, "231"), account(fund, "225"), account(fund, "102")) == (Decimal("2600.00"), Decimal("0.00"), Decimal("-2600.00"))
    assert [entry.text for entry in Entry.objects.filter(about=Settlement.objects.get(setl_id="S1").subject).order_by("pk")] == [
        "医疗互助给付核定", "医疗互助给付", "医疗互助给付冲回",
    ]  # fmt: skip


def test_a_smaller_settlement_is_paid_by_offset_alone_and_the_rest_is_repaid(world: World, fund: Fund, person: Person) -> None:
    take(stay(person.id_number, burden="3000"))
    returned(sent(world, fund), world)
    take(back(person.id_number, burden="3000"), stay(person.id_number, "S2", mdtrt_id="M-S1"))
    made = make_payments(fund, by=SYSTEM)
    assert made.batch is None and made.settled_by_offset == 1
    assert standing() == {"S1": ("clawback_open", "0.00", "1600.00"), "S2": ("paid", "0.00", "1000.00")}
    note_repaid(Settlement.objects.get(setl_id="S1"), by=SYSTEM)
    assert standing()["S1"] == ("repaid", "0.00", "0.00")
    assert (account(fund, "225"), account(fund, "102")) == (Decimal("0.00"), Decimal("-1000.00"))
    with pytest.raises(ValidationError, match="没有要收回的钱"):
        note_repaid(Settlement.objects.get(setl_id="S1"), by=SYSTEM)


def test_what_is_written_off_names_the_decision(world: World, fund: Fund, person: Person) -> None:
    take(stay(person.id_number))
    returned(sent(world, fund), world)
    take(back(person.id_number))
    one = Settlement.objects.get(setl_id="S1")
    with pytest.raises(ValidationError, match="集体决定"):
        write_off(one, resolution=" ", by=SYSTEM)
    write_off(one, resolution="主席办公会纪要〔2023〕9号", by=SYSTEM)
    post_settlements(fund, by=SYSTEM)
    assert (account(fund, "225"), account(fund, "231")) == (Decimal("0.00"), Decimal("1000.00")), "the fund bears it"


def test_a_stay_taken_back_while_the_bank_pays_is_owed_back(world: World, fund: Fund, person: Person) -> None:
    take(stay(person.id_number))
    batch = sent(world, fund)
    take(back(person.id_number))
    assert standing()["S1"][0] == "cancelled"
    returned(batch, world)
    assert standing()["S1"] == ("clawback_open", "0.00", "1000.00")
    post_settlements(fund, by=SYSTEM)
    assert account(fund, "225") == Decimal("1000.00"), "the person owes it"


def test_what_the_bank_refused_or_a_dropped_batch_held_goes_into_the_next(world: World, fund: Fund, person: Person) -> None:
    take(stay(person.id_number))
    returned(sent(world, fund), world, fault="账号户名不符")
    assert standing()["S1"] == ("auto_approved", "1000.00", "0.00")
    again = make_payments(fund, by=SYSTEM).batch
    assert again
    ledger.drop_batch(again, reason="编错了批次", by=SYSTEM)
    third = make_payments(fund, by=SYSTEM).batch
    assert third and third.code != again.code and third.lines.count() == 1


def test_nobody_is_paid_before_the_totals_agree_with_the_bureau(world: World, fund: Fund, person: Person) -> None:
    take_settlements(data=file_of(stay(person.id_number)), by=SYSTEM)
    with pytest.raises(ValidationError, match="还没有和医保核对控制总额"):
        make_payments(fund, by=SYSTEM)
    intake = Intake.objects.get()
    with pytest.raises(ValidationError, match="个人现金：控制总额 1，文件里 99999"):
        confirm_totals(intake, said={"count": 1, "cash": "1"}, by=SYSTEM)
    confirm_totals(intake, said={"count": 1, "cash": "99999"}, by=SYSTEM)
    assert make_payments(fund, by=SYSTEM).batch


def test_somebody_without_a_bank_account_is_named_not_lost(world: World, fund: Fund) -> None:
    poor = world.new_person(id_number=id_number())
    enrol(poor, make_plan(pool=fund))
    take(stay(poor.id_number))
    made = make_payments(fund, by=SYSTEM)
    assert made.batch is None and [one.person for one in made.without_account] == [poor]
    assert standing()["S1"] == ("auto_approved", "1000.00", "0.00")


def test_in_a_pool_of_the_city_nothing_is_paid_here(world: World, fund: Fund) -> None:
    covered = world.new_person(id_number=id_number(), bank_account="6217000000000001")
    enrol(covered, make_plan())
    take(stay(covered.id_number))
    assert standing()["S1"][0] == "auto_approved" and make_payments(fund, by=SYSTEM).batch is None
    assert not Entry.objects.exists()


def test_somebody_without_the_right_makes_no_payments(world: World, fund: Fund) -> None:
    with pytest.raises(Refused):
        make_payments(fund, by=officer_of(world.district))
    with pytest.raises(Refused):
        post_settlements(fund, by=officer_of(world.district))
