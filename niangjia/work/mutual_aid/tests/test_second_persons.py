"""Large sums, sums for illnesses and a drawn sample wait for a second person; the drawing can be done again by anybody."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.people.models import Person
from niangjia.core.trail.models import Event
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Claim, Draw, Enrolment, Look, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.rules import is_drawn
from niangjia.work.mutual_aid.sheet import sheet_of
from niangjia.work.mutual_aid.tests.factories import enrol, make_plan, stay
from niangjia.work.mutual_aid.tests.ground import Ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@override_settings(MUTUAL_AID_SECOND_ABOVE=Decimal(900))
def test_a_large_sum_waits_for_a_second_person_and_is_then_paid(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number), stay(person.id_number, "S2"))
    made = actions.make_payments(ground.fund, by=ground.acting("accountant"))
    assert made.batch and made.batch.lines.count() == 1 and [one.setl_id for one in made.to_look] == ["S1"]
    look = Look.objects.get()
    assert (look.kind, look.benefit) == ("above", Decimal(1000))
    with pytest.raises(Refused):
        actions.look(look, passes=True, words="金额核对无误", by=ground.acting("accountant"))
    actions.look(look, passes=True, words="金额核对无误", by=ground.acting())
    with pytest.raises(ValidationError, match="复核过了"):
        actions.look(look, passes=True, words="再来一次好了", by=ground.acting())
    again = actions.make_payments(ground.fund, by=ground.acting("accountant"))
    assert again.batch and again.batch.lines.get().amount == Decimal(1000) and Look.objects.count() == 1


@override_settings(MUTUAL_AID_SECOND_ABOVE=Decimal(900))
def test_who_decided_does_not_look_a_second_time(ground: Ground, person: Person) -> None:
    ground.granted(ground.claimed(person))
    assert actions.make_payments(ground.fund, by=ground.acting("accountant")).batch is None
    with pytest.raises(Refused, match="另一个人"):
        actions.look(Look.objects.get(), passes=True, words="金额核对无误", by=ground.acting())
    actions.look(Look.objects.get(), passes=True, words="金额核对无误", by=ground.acting(number=2))
    assert actions.make_payments(ground.fund, by=ground.acting("accountant")).batch


@override_settings(MUTUAL_AID_SECOND_ABOVE=Decimal(900))
def test_another_sum_is_looked_at_anew_and_a_stopped_one_goes_before_a_person(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number))
    actions.make_payments(ground.fund, by=ground.acting("accountant"))
    actions.look(Look.objects.get(), passes=True, words="金额核对无误", by=ground.acting())
    ground.take(stay(person.id_number, burden="3000"))
    assert actions.make_payments(ground.fund, by=ground.acting("accountant")).batch is None
    actions.look(Look.objects.get(state="open"), passes=False, words="住院天数可疑", by=ground.acting())
    one = Settlement.objects.get()
    assert one.state == "manual_review" and "住院天数可疑" in one.reason
    actions.look_again(by=SYSTEM)
    one.refresh_from_db()
    assert one.state == "manual_review", "nothing lets it go by itself"


@override_settings(MUTUAL_AID_SAMPLE=Decimal("0.5"))
def test_the_sample_is_drawn_by_a_number_whose_digest_was_published_before(ground: Ground) -> None:
    draw = actions.publish_draw(ground.fund, by=ground.acting("accountant"))
    assert draw.number == "", "the number stays secret until it is used"
    assert actions.publish_draw(ground.fund, by=ground.acting("accountant")) == draw
    for _ in range(12):
        ground.take(stay(ground.covered().id_number, f"S{_}"))
    made = actions.make_payments(ground.fund, by=ground.acting("accountant"))
    used = Draw.objects.get(pk=draw.pk)
    assert hashlib.sha256(used.number.encode()).hexdigest() == used.digest == draw.digest
    drawn = {code for code in used.codes if is_drawn(used.number, code, used.share)}
    assert len(used.codes) == 12 and drawn == {one.code for one in made.to_look}
    assert set(Look.objects.values_list("settlement__code", "kind")) == {(code, "sample") for code in drawn}
    assert Draw.objects.filter(drawn_at__isnull=True).get().digest != draw.digest, "the next is published already"
    assert (made.batch.lines.count() if made.batch else 0) + len(drawn) == 12


def test_without_a_published_number_nothing_is_drawn(ground: Ground, person: Person) -> None:
    ground.take(stay(person.id_number))
    assert actions.make_payments(ground.fund, by=ground.acting("accountant")).batch and not Look.objects.exists()


# -- Sums for illnesses ---------------------------------------------------------------------------------------------------------


def policy(ground: Ground, person: Person, code: str = "P3", **facts: object) -> Enrolment:
    plan = make_plan(SHIPPED[code], pool=ground.fund)
    return enrol(person, plan, **({"effective_from": date(2023, 5, 1), "shares": 2} | facts))


def found(held: Enrolment, illness: str = "恶性肿瘤", on: date = date(2023, 10, 8)) -> actions.Diagnosed:
    return actions.Diagnosed(held, illness, on)


def claimed(ground: Ground, person: Person, said: actions.Diagnosed) -> Case:
    return actions.claim_lump(person, found=said, by=ground.phone(person))


def test_an_illness_grants_its_sum_for_each_share_after_two_persons_looked(ground: Ground, person: Person) -> None:
    case = claimed(ground, person, found(policy(ground, person)))
    advance(case, "grant", by=ground.acting(), reason="病理报告核对过")
    one = Settlement.objects.get()
    assert (one.benefit, one.state) == (Decimal(20000), "auto_approved") and Look.objects.get().kind == "lump"
    assert sheet_of(one)[-1] == "每份 10,000.00 元 × 2 份：20,000.00 元。" and "恶性肿瘤" not in "".join(sheet_of(one))
    assert actions.make_payments(ground.fund, by=ground.acting("accountant")).batch is None
    with pytest.raises(Refused, match="另一个人"):
        actions.look(Look.objects.get(), passes=True, words="材料都在", by=ground.acting())
    actions.look(Look.objects.get(), passes=True, words="材料都在", by=ground.acting(number=2))
    ground.paid()
    one.refresh_from_db()
    assert (one.state, one.paid) == ("paid", Decimal(20000))


@pytest.mark.parametrize(
    ("illness", "on", "said"),
    [
        ("感冒", date(2023, 10, 8), "不在计划的名单里"),
        ("恶性肿瘤", date(2023, 5, 1) + timedelta(days=89), "还在等待期里：2023年7月30日起才作数"),
    ],
)
def test_what_the_plan_does_not_grant_is_refused_with_the_reason(ground: Ground, person: Person, illness: str, on: date, said: str) -> None:
    case = claimed(ground, person, found(policy(ground, person), illness, on))
    with pytest.raises(ValidationError, match=said):
        advance(case, "grant", by=ground.acting(), reason="材料核对过")


def test_the_first_day_after_waiting_grants(ground: Ground, person: Person) -> None:
    case = claimed(ground, person, found(policy(ground, person), on=date(2023, 7, 30)))
    advance(case, "grant", by=ground.acting(), reason="材料核对过")


def test_a_policy_grants_its_sum_once(ground: Ground, person: Person) -> None:
    held = policy(ground, person)
    advance(claimed(ground, person, found(held)), "grant", by=ground.acting(), reason="材料核对过")
    case = claimed(ground, person, found(held, "尿毒症"))
    with pytest.raises(ValidationError, match="已经给付过一次"):
        advance(case, "grant", by=ground.acting(), reason="材料核对过")


def test_one_open_claim_a_policy_and_only_for_the_own_one(ground: Ground, person: Person) -> None:
    held = policy(ground, person)
    claimed(ground, person, found(held))
    with pytest.raises(ValidationError, match="有一份申请在办"):
        claimed(ground, person, found(held))
    other = ground.covered()
    with pytest.raises(ValidationError, match="不给一次性的钱"):
        claimed(ground, other, found(held))


def test_the_illness_lies_sealed_and_is_read_against_a_reason_the_person_sees(ground: Ground, person: Person) -> None:
    case = claimed(ground, person, found(policy(ground, person)))
    claim = Claim.objects.get(case=case)
    assert "肿瘤".encode() not in bytes(claim.illness_sealed or b"") and "肿瘤" not in case.title
    with pytest.raises(ValidationError, match="理由"):
        actions.see_illness(claim, reason=" ", by=ground.acting())
    with pytest.raises(Refused):
        actions.see_illness(claim, reason="想知道", by=ground.acting("grassroots_chair"))
    assert actions.see_illness(claim, reason="核对诊断证明", by=ground.acting()) == "恶性肿瘤"
    assert Event.objects.filter(verb="people.unmask", subject=person.subject).count() == 1
