"""Without the separate consent a settlement is held; the consent sends it on by itself."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Settlement
from niangjia.work.mutual_aid.tests.factories import back, stay
from niangjia.work.mutual_aid.tests.ground import Ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@pytest.fixture
def ground() -> Ground:
    return Ground()


@pytest.fixture
def person(ground: Ground) -> Person:
    """Covered, but never asked for the separate consent."""
    return ground.covered(consent_on=None)


def states() -> list[tuple[str, str, str]]:
    return [(one.setl_id, one.state, str(one.due)) for one in Settlement.objects.order_by("arrival")]


def test_it_is_held_and_paid_after_the_consent(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number), stay(person.id_number, "S2", "3000"))
    assert states() == [("S1", "held", "0.00"), ("S2", "held", "0.00")]
    assert actions.make_payments(ground.fund, by=SYSTEM).batch is None
    assert actions.post_settlements(ground.fund, by=SYSTEM) == 0, "the books owe nothing yet"
    assert actions.look_again(by=SYSTEM) == 0
    actions.consent(person, by=ground.phone(person))
    assert states() == [("S1", "auto_approved", "1000.00"), ("S2", "auto_approved", "2400.00")]
    ground.paid()
    assert [one.paid for one in Settlement.objects.order_by("arrival")] == [Decimal(1000), Decimal(2400)]


def test_what_is_held_fills_the_bands_and_may_be_taken_back(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number))
    ground.take(stay(person.id_number, "S2"), back(person.id_number))
    assert states() == [("S1", "cancelled", "0.00"), ("S2", "held", "0.00")]
    assert Settlement.objects.get(setl_id="S2").benefit == Decimal(1000)
    ground.take(stay(person.id_number, "S2", "3000"))
    assert Settlement.objects.get(setl_id="S2").state == "held"


def test_a_person_at_a_desk_does_not_stand_in_for_the_consent(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number, medfee_sumamt="9000", fund_pay_sumamt="1", psn_part_amt="1"))
    one = Settlement.objects.get()
    assert one.state == "manual_review"
    with pytest.raises(ValidationError, match="单独同意"):
        actions.decide(one, approved=True, reason="看过了没问题", by=ground.acting())


def test_a_claim_by_hand_is_its_own_consent(ground: Ground, person: Person) -> None:
    assert ground.granted(ground.claimed(person)).state == "auto_approved"
    ground.paid()


def test_what_the_hospital_deducted_is_not_held(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number, mutual_aid_pay="1000"))
    assert Settlement.objects.get().state == "paid_elsewhere"
