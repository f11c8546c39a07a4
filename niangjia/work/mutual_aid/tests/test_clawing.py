"""A paid stay that was taken back opens a case in the same transaction: told, repaid, kept back, or given up by two persons."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import waiting_on
from niangjia.core.ledger.models import Account
from niangjia.core.ledger.queries import balance, checks
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Clawback, Settlement
from niangjia.work.mutual_aid.tests.factories import back, stay
from niangjia.work.mutual_aid.tests.ground import Ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@pytest.fixture
def case(ground: Ground, person: Person) -> Case:
    """What is owed back of a stay of 3,000 yuan."""
    ground.take(stay(person.id_number, burden="3000"))
    ground.paid()
    ground.take(back(person.id_number, burden="3000"))
    return Case.objects.get(flow="clawback")


def told(ground: Ground, case: Case) -> Case:
    advance(case, "notify", by=ground.acting())
    return case


def test_the_case_opens_with_the_reversal_and_its_clock_runs(ground: Ground, person: Person, case: Case) -> None:
    found = Clawback.objects.get()
    assert (found.amount, found.rest, case.org, case.persons) == (Decimal(2600), Decimal(2600), ground.district, [person.pk])
    clock = case.clocks.get()
    assert (clock.title, clock.due_on) == ("告知本人要收回", date(2023, 12, 21)) and clock.status == "unverified"
    assert waiting_on(ground.acting()).get() == case, "it stands in the inbox"
    actions.look_again(by=SYSTEM)
    ground.take(stay(ground.covered().id_number, "S9"))
    assert Clawback.objects.count() == 1, "and is opened once"


def test_it_is_repaid_in_parts_and_the_books_agree(ground: Ground, case: Case) -> None:
    told(ground, case)
    assert case.clocks.get(state="running").due_on == date(2024, 1, 17)
    with pytest.raises(Refused):
        advance(case, "repaid", by=ground.acting())
    accountant = ground.acting("accountant")
    with pytest.raises(ValidationError, match="全部"):
        advance(case, "part", by=accountant, amount=Decimal(2600))
    advance(case, "part", by=accountant, amount=Decimal(600))
    assert (Clawback.objects.get().rest, Settlement.objects.get().paid) == (Decimal(2000), Decimal(2000))
    advance(case, "repaid", by=accountant)
    case.refresh_from_db()
    assert case.state == "repaid" and Clawback.objects.get().rest == 0 and Settlement.objects.get().state == "repaid"
    actions.post_settlements(ground.fund, by=SYSTEM)
    assert balance(ground.fund, Account.objects.get(code="102")) == balance(ground.fund, Account.objects.get(code="225")) == 0
    assert all(check.ok for check in checks())


def test_the_new_settlement_of_the_stay_bears_it_and_the_case_ends(ground: Ground, person: Person, case: Case) -> None:
    ground.take(stay(person.id_number, "S2", "12000", mdtrt_id="M-S1"))
    ground.paid()
    case.refresh_from_db()
    found = Clawback.objects.get()
    assert (case.state, found.offset, found.rest) == ("offset", Decimal(2600), 0)


def test_a_smaller_one_bears_a_part_and_the_rest_stays_owed(ground: Ground, person: Person, case: Case) -> None:
    told(ground, case)
    ground.take(stay(person.id_number, "S2", mdtrt_id="M-S1"))
    made = actions.make_payments(ground.fund, by=ground.acting("accountant"))
    assert made.batch is None and made.settled_by_offset == 1
    case.refresh_from_db()
    found = Clawback.objects.get()
    assert (case.state, found.offset, found.rest) == ("notified", Decimal(1000), Decimal(1600))
    assert case.steps.latest("number").for_worker


def test_another_person_s_money_never_bears_it(ground: Ground, case: Case) -> None:
    ground.take(stay(ground.covered().id_number, "S9", mdtrt_id="M-S1"))
    ground.paid()
    assert Clawback.objects.get().rest == Decimal(2600) and Settlement.objects.get(setl_id="S9").paid == Decimal(1000)


def test_it_is_given_up_by_a_decision_that_two_persons_carry_out(ground: Ground, case: Case) -> None:
    told(ground, case)
    with pytest.raises(ValidationError, match="决议"):
        advance(case, "propose", by=ground.acting(), resolution=" ")
    advance(case, "propose", by=ground.acting(), resolution="主席办公会纪要〔2023〕9号")
    with pytest.raises(Refused):
        advance(case, "write_off", by=ground.acting(number=2))
    advance(case, "write_off", by=ground.acting("district_leader"))
    case.refresh_from_db()
    assert case.state == "written_off" and Clawback.objects.get().written_off == Decimal(2600)
    actions.post_settlements(ground.fund, by=SYSTEM)
    assert balance(ground.fund, Account.objects.get(code="231")) == Decimal(2600), "the fund bears it"


def test_who_proposed_does_not_approve(ground: Ground, case: Case) -> None:
    told(ground, case)
    leader = ground.acting("district_leader")
    advance(case, "propose", by=SYSTEM, resolution="主席办公会纪要〔2023〕9号")
    with pytest.raises(Refused, match="另一个人批"):
        advance(case, "write_off", by=SYSTEM)
    advance(case, "not_written_off", by=leader, reason="先再联系本人")
    case.refresh_from_db()
    assert case.state == "notified"


def test_a_stay_taken_back_while_the_bank_pays_is_asked_back_too(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number))
    batch = ground.sent()
    ground.take(back(person.id_number))
    assert not Clawback.objects.exists()
    ground.returned(batch)
    assert Clawback.objects.get().rest == Decimal(1000)


def test_strangers_and_other_towns_do_not_see_it(ground: Ground, case: Case) -> None:
    from niangjia.core.cases.queries import readable

    assert readable(ground.acting("accountant")).exists() and readable(ground.acting()).exists()
    from niangjia.core.access.actor import under
    from niangjia.core.access.queries import grants_in_force

    town = under(grants_in_force(ground.officer(ground.elsewhere)).get())
    assert not readable(town).exists()
