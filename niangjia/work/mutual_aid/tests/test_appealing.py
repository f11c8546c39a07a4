"""An appeal is received from the person, answered by another than who decided, and changes what the rule allows."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.people.actions import change_details
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.actions import Objection
from niangjia.work.mutual_aid.models import Appeal, Claim, Enrolment, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.tests.factories import enrol, make_plan, stay
from niangjia.work.mutual_aid.tests.ground import Ground, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
BREACH = {"medfee_sumamt": "9000", "fund_pay_sumamt": "1", "psn_part_amt": "1"}


def objected(ground: Ground, person: Person, one: Settlement, reason: str = "in_scope", **facts: object) -> Case:
    said = Objection(reason=reason, text="我的发票是对的", settlement=one)
    return actions.appeal(person, objection=said, by=ground.phone(person), **facts)


def refused(ground: Ground, person: Person) -> Settlement:
    """A settlement that the first officer refused."""
    ground.take(stay(person.id_number, **BREACH))
    return actions.decide(Settlement.objects.get(), approved=False, reason="三项对不上", by=ground.acting())


def test_who_decided_does_not_answer_and_another_changes_it_by_the_rule(ground: Ground, person: Person) -> None:
    one = refused(ground, person)
    case = objected(ground, person, one, files=[photo()])
    assert case.clocks.get().title == "答复申诉" and case.attachments.get().title == "申诉材料"
    assert Appeal.objects.get().against == "结算 S1：核定不付" and not Appeal.objects.get().late
    with pytest.raises(Refused, match="另一个人答复"):
        advance(case, "change", by=ground.acting(), answer="重新核过，该付给你")
    advance(case, "change", by=ground.acting(number=2), answer="重新核过，该付给你")
    one.refresh_from_db()
    assert (one.state, one.benefit, one.by_hand) == ("auto_approved", Decimal(1000), True)
    case.refresh_from_db()
    assert case.state == "changed" and Appeal.objects.get().answer == "重新核过，该付给你"


def test_an_appeal_that_does_not_hold_is_answered_in_plain_words(ground: Ground, person: Person) -> None:
    case = objected(ground, person, refused(ground, person))
    advance(case, "uphold", by=ground.acting(number=2), answer="发票上的三项加不起来，请医院重新开一张再来")
    case.refresh_from_db()
    assert case.state == "upheld" and case.clocks.get().state == "met"


def test_what_the_rule_still_does_not_grant_is_not_changed_by_an_answer(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number, setl_time="2023-04-01"))
    case = objected(ground, person, Settlement.objects.get(), "covered")
    with pytest.raises(ValidationError, match="还是“不在保障期”"):
        advance(case, "change", by=ground.acting(), answer="改过来了给你")
    Enrolment.objects.update(effective_from=date(2023, 4, 1))
    advance(case, "change", by=ground.acting(), answer="参保日期补正了，该付给你")
    assert Settlement.objects.get().benefit == Decimal(1000)


def test_a_stay_that_was_never_shown_is_found_once_the_number_is_mended(ground: Ground, person: Person) -> None:
    number = id_number()
    ground.take(stay(number))
    lost = Settlement.objects.get()
    assert lost.state == "unmatched"
    with pytest.raises(ValidationError, match="哪家医院"):
        actions.appeal(person, objection=Objection("mine"), by=ground.phone(person))
    case = actions.appeal(person, objection=Objection("mine", "九月一号在外地医院出院"), by=ground.phone(person))
    with pytest.raises(ValidationError, match="请填结算编码"):
        advance(case, "change", by=ground.acting(), answer="找到了，是你的")
    change_details(person, id_number=number, by=SYSTEM)
    advance(case, "change", by=ground.acting(), answer="找到了，是你的", settlement=lost.code)
    lost.refresh_from_db()
    assert (lost.person, lost.benefit) == (person, Decimal(1000))


def test_an_answer_never_gives_one_person_s_stay_to_another(ground: Ground, person: Person) -> None:
    other = ground.covered()
    ground.take(stay(other.id_number))
    case = actions.appeal(person, objection=Objection("mine", "九月一号在外地医院出院"), by=ground.phone(person))
    with pytest.raises(ValidationError, match="另一个人"):
        advance(case, "change", by=ground.acting(), answer="找到了，是你的", settlement=Settlement.objects.get().code)


def test_what_is_paid_changes_only_by_the_insurance(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number))
    ground.paid()
    case = objected(ground, person, Settlement.objects.get(), "amount")
    with pytest.raises(ValidationError, match="转出"):
        advance(case, "change", by=ground.acting(), answer="金额改过来了")
    advance(case, "forward", by=ground.acting(), to="insurance", number="鄞工互〔2023〕9号")
    ground.take(stay(person.id_number, refd_setl_flag="1"), stay(person.id_number, "S2", "2000", mdtrt_id="M-S1"))
    advance(case, "reply", by=ground.acting(), number="医保函〔2023〕1号")
    advance(case, "change", by=ground.acting(), answer="医保重新结算了，多的会补给你")
    assert Appeal.objects.get().reply_number == "医保函〔2023〕1号"


def test_in_a_city_pool_its_owner_answers_first(ground: Ground) -> None:
    covered = ground.new_person(id_number=id_number())
    enrol(covered, make_plan(SHIPPED["P2"]))
    ground.take(stay(covered.id_number))
    case = objected(ground, covered, Settlement.objects.get(), "amount")
    with pytest.raises(ValidationError, match="由宁波市总工会给付：请先转出"):
        advance(case, "uphold", by=ground.acting(), answer="市里算的没有错")
    advance(case, "forward", by=ground.acting(), to="pool", number="鄞工互〔2023〕9号")
    advance(case, "reply", by=ground.acting(), number="甬互〔2023〕3号")
    advance(case, "uphold", by=ground.acting(), answer="市里重新看过，没有算错")
    case.refresh_from_db()
    assert case.state == "upheld"


def test_a_refused_claim_is_taken_up_anew(ground: Ground, person: Person) -> None:
    old = ground.claimed(person)
    advance(old, "refuse", by=ground.acting(), reason="发票看不清楚")
    said = Objection("other", "重新拍了一张", claim=Claim.objects.get())
    case = actions.appeal(person, objection=said, by=ground.phone(person))
    with pytest.raises(Refused, match="另一个人答复"):
        advance(case, "change", by=ground.acting(), answer="重新办一次好了")
    advance(case, "change", by=ground.acting(number=2), answer="重新办一次好了")
    again = Case.objects.get(came_from=case)
    assert again.state == "submitted" and Claim.objects.count() == 2
    ground.granted(again, by=ground.acting(number=2))


def test_one_appeal_at_a_time_and_late_ones_are_received_too(ground: Ground, person: Person) -> None:
    one = refused(ground, person)
    Settlement.objects.update(approved_on=date(2023, 8, 1), received_at="2023-08-01T00:00Z")
    one.refresh_from_db()
    objected(ground, person, one)
    assert Appeal.objects.get().late
    with pytest.raises(ValidationError, match="已经在申诉"):
        objected(ground, person, one)


def test_nobody_objects_to_what_is_another_s(ground: Ground, person: Person) -> None:
    one, other = refused(ground, person), ground.new_person(name="郑若云")
    for about, by in ((other, ground.phone(other)), (person, ground.phone(other)), (person, ground.acting("town_officer"))):
        with pytest.raises(Refused):
            actions.appeal(about, objection=Objection("amount", "少给了钱", settlement=one), by=by)
