"""A claim by hand becomes a settlement by the same rule and is paid once, whatever the insurance sends before or after."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.ledger.models import Account
from niangjia.core.ledger.queries import balance
from niangjia.core.people.actions import record_death
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Claim, Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.sheet import sheet_of
from niangjia.work.mutual_aid.tests.factories import enrol, make_plan, stay
from niangjia.work.mutual_aid.tests.ground import AMOUNTS, STAY, Ground, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
SAME_DAYS = {"begntime": "2023-09-01", "endtime": "2023-09-08", "setl_time": "2023-09-08"}


def test_a_granted_claim_is_reckoned_by_the_same_rule_and_paid_by_the_ordinary_batch(ground: Ground, person: Person) -> None:
    case = ground.claimed(person, asking=actions.Asking(files={"发票": [photo()]}))
    assert case.clocks.get().due_on == date(2024, 1, 9) and "示例" in case.clocks.get().article
    assert case.attachments.get().title == "发票"
    one = ground.granted(case)
    assert (one.state, one.benefit, one.burden, one.by_hand) == ("auto_approved", Decimal(1000), Decimal(1000), True)
    assert sheet_of(one)[-1] == "互助金：1,000.00 元。"
    case.refresh_from_db()
    assert case.state == "granted" and case.closed_on
    ground.paid()
    one.refresh_from_db()
    assert (one.state, one.paid) == ("paid", Decimal(1000))
    assert actions.make_payments(ground.fund, by=SYSTEM).batch is None
    assert balance(ground.fund, Account.objects.get(code="102")) == Decimal(-1000)


def test_a_claim_fills_the_bands_and_the_first_stay_of_the_year(ground: Ground, person: Person) -> None:
    ground.granted(ground.claimed(person))
    ground.take(stay(person.id_number, setl_time="2023-11-20"))
    assert Settlement.objects.get(setl_id="S1").benefit == Decimal(800), "the first stay's sum is given already"


def test_a_record_that_comes_after_the_claim_goes_to_a_person_and_is_never_paid_too(ground: Ground, person: Person) -> None:
    ground.granted(ground.claimed(person))
    ground.paid()
    ground.take(stay(person.id_number, **SAME_DAYS))
    late = Settlement.objects.get(setl_id="S1")
    assert late.state == "manual_review" and "手工申请 BX-" in late.reason
    with pytest.raises(ValidationError, match="同一次住院已经按"):
        actions.decide(late, approved=True, reason="看过了同意", by=ground.acting())
    actions.decide(late, approved=False, reason="手工申请已付", by=ground.acting())
    assert actions.make_payments(ground.fund, by=SYSTEM).batch is None


def test_a_record_that_came_before_stops_the_claim_at_the_phone_and_at_the_desk(ground: Ground, person: Person) -> None:
    case = ground.claimed(person)
    ground.take(stay(person.id_number, **SAME_DAYS))
    with pytest.raises(ValidationError, match="已经按医保送来的 S1 核定过"):
        ground.granted(case)
    assert not Settlement.objects.filter(claim__isnull=False).exists(), "nothing is left of it"
    advance(case, "known", by=ground.acting())
    with pytest.raises(ValidationError, match="医保已经送来了"):
        ground.claimed(person)


def test_other_days_are_another_stay(ground: Ground, person: Person) -> None:
    ground.granted(ground.claimed(person))
    ground.take(stay(person.id_number, begntime="2023-10-20", endtime="2023-10-25", setl_time="2023-10-25"))
    assert Settlement.objects.get(setl_id="S1").state == "auto_approved"


def test_the_same_hospital_some_days_apart_is_looked_at_and_may_be_granted(ground: Ground, person: Person) -> None:
    ground.granted(ground.claimed(person))
    ground.take(stay(person.id_number, fixmedins_name="外地医院", begntime="2023-09-12", endtime="2023-09-15", setl_time="2023-09-15"))
    again = Settlement.objects.get(setl_id="S1")
    assert again.state == "manual_review"
    assert actions.decide(again, approved=True, reason="又住了一次院", by=ground.acting()).state == "auto_approved"


def test_what_the_hospital_deducted_already_is_not_paid_on_a_claim_and_asked_back_if_it_was(ground: Ground, person: Person) -> None:
    one = ground.granted(ground.claimed(person))
    ground.take(stay(person.id_number, mutual_aid_pay="1000", **SAME_DAYS))
    one.refresh_from_db()
    assert one.state == "cancelled" and actions.make_payments(ground.fund, by=SYSTEM).batch is None
    other = ground.covered()
    paid = ground.granted(ground.claimed(other))
    ground.paid()
    ground.take(stay(other.id_number, "S2", mutual_aid_pay="1000", **SAME_DAYS))
    paid.refresh_from_db()
    assert paid.state == "clawback_open" and paid.clawback.rest == Decimal(1000)


def test_a_record_while_the_bank_has_the_claim_in_hand_is_paid_once_and_asked_back(ground: Ground, person: Person) -> None:
    one = ground.granted(ground.claimed(person))
    batch = ground.sent()
    ground.take(stay(person.id_number, mutual_aid_pay="1000", **SAME_DAYS))
    one.refresh_from_db()
    assert (one.state, one.paying) == ("cancelled", batch.code)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(["claim", "grant", "record", "again", "pay"]))
def test_in_whatever_order_one_stay_is_paid_once_at_most(order: list[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        ground = Ground()
        person, case = ground.covered(), None
        for event in order:
            try:
                with transaction.atomic():
                    if event == "claim":
                        case = ground.claimed(person)
                    elif event == "grant" and case:
                        ground.granted(case)
                    elif event == "record":
                        ground.take(stay(person.id_number, **SAME_DAYS))
                    elif event == "again":
                        actions.look_again(by=SYSTEM)
                    elif event == "pay" and Settlement.objects.filter(state="auto_approved").exists():
                        ground.paid()
            except ValidationError:
                continue
        given = Settlement.objects.filter(state__in=["auto_approved", "paid", "paid_elsewhere"], benefit__gt=0)
        assert given.count() <= 1, [(one.setl_id, one.state) for one in given]
        transaction.set_rollback(True)


def test_two_claims_for_the_same_days_are_one(ground: Ground, person: Person) -> None:
    ground.claimed(person)
    with pytest.raises(ValidationError, match="已经申请过"):
        ground.claimed(person, replace(STAY, admitted_on=date(2023, 9, 5), left_on=date(2023, 9, 20)))


def test_what_is_missing_is_asked_for_and_the_number_stays(ground: Ground, person: Person) -> None:
    case = ground.claimed(person)
    advance(case, "ask_more", by=ground.acting(), missing="费用清单缺第二页")
    claim = Claim.objects.get(case=case)
    assert claim.missing == "费用清单缺第二页" and case.clocks.get(state="running").title == "补材料"
    advance(case, "supply", by=ground.phone(person), note="补上了")
    case.refresh_from_db()
    assert case.state == "submitted" and Claim.objects.get(case=case).missing == ""
    assert [clock.state for clock in case.clocks.order_by("pk")] == ["met", "met", "running"]
    ground.granted(case)


def test_sums_that_cannot_be_are_refused_where_they_stand(ground: Ground, person: Person) -> None:
    for wrong, said in (
        (replace(STAY, cash=Decimal("3000.01")), "比总费用还多"), (replace(STAY, left_on=date(2023, 8, 1)), "不能早于入院"),
        (replace(STAY, left_on=date(2024, 1, 1)), "还没有出院"), (replace(STAY, hospital=" "), "医院的名字"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=said):
            ground.claimed(person, wrong)
    assert not Case.objects.exists()


def test_outside_the_period_the_rule_says_why_and_nothing_is_granted(ground: Ground, person: Person) -> None:
    case = ground.claimed(person, replace(STAY, admitted_on=date(2023, 4, 1), left_on=date(2023, 4, 9)))
    with pytest.raises(ValidationError, match="结算那天没有生效的住院互助"):
        ground.granted(case)
    advance(case, "refuse", by=ground.acting(), reason="那时还没有参加")
    case.refresh_from_db()
    assert case.state == "refused" and not Settlement.objects.exists()


def test_a_city_pool_does_not_pay_from_here(ground: Ground) -> None:
    retired = ground.new_person(id_number=id_number(), employment_status=4)
    enrol(retired, make_plan(SHIPPED["P2"]))
    case = ground.claimed(retired)
    with pytest.raises(ValidationError, match="宁波市总工会给付，本级不付"):
        ground.granted(case)
    advance(case, "forward", by=ground.acting(), number="鄞工互〔2023〕8号")
    advance(case, "pool_answer", by=ground.acting(), granted=True, amount=Decimal(500), number="甬互〔2023〕9号", reason="同意给")
    case.refresh_from_db()
    assert case.state == "granted_there" and Claim.objects.get(case=case).pool_amount == Decimal(500)


def test_a_relative_claims_with_the_kinship_named_and_sees_the_case_but_is_not_paid(ground: Ground, person: Person) -> None:
    wife = ground.new_person(name="郑若云")
    asking = actions.Asking(proxy=wife, kinship="spouse", files={"关系证明": [photo("户口本.png")]})
    with pytest.raises(Refused, match="只能为自己申请"):
        actions.claim_stay(person, stay=STAY, by=ground.phone(wife))
    case = actions.claim_stay(person, stay=STAY, by=ground.phone(wife), asking=asking)
    assert set(case.persons) == {person.pk, wife.pk}
    ground.granted(case)
    made = actions.make_payments(ground.fund, by=ground.acting("accountant"))
    assert made.batch and made.batch.lines.get().payee == person.name


def test_after_a_death_the_family_named_is_paid(ground: Ground, person: Person) -> None:
    wife = ground.new_person(name="郑若云")
    record_death(person, on=date(2023, 9, 9), by=SYSTEM)
    person.refresh_from_db()
    case = actions.claim_stay(person, stay=STAY, by=ground.phone(wife), asking=actions.Asking(proxy=wife, kinship="spouse"))
    with pytest.raises(ValidationError, match="登记收款的亲属"):
        ground.granted(case)
    advance(case, "payee", by=ground.acting(), payee="郑若云", account="6217000000000099", kinship="spouse")
    ground.granted(case)
    made = actions.make_payments(ground.fund, by=ground.acting("accountant"))
    assert made.batch and (made.batch.lines.get().payee, made.batch.lines.get().account_number) == ("郑若云", "6217000000000099")


def test_a_card_that_the_register_lacks_is_kept_when_the_claim_is_granted(ground: Ground) -> None:
    poor = ground.covered(bank_account="")
    case = ground.claimed(poor, asking=actions.Asking(account="6217000000000077"))
    assert Claim.objects.get(case=case).masked_account.endswith("0077")
    ground.granted(case)
    poor.refresh_from_db()
    assert poor.bank_account == "6217000000000077"


def test_who_moved_on_is_paid_under_the_union_that_enrolled_them(ground: Ground, person: Person) -> None:
    enrolled_by = person.home_org_id
    person.home_org = ground.new_union()
    person.scope = person.home_org.lft
    person.save()
    assert ground.granted(ground.claimed(person)).org_id == enrolled_by


def test_of_two_policies_the_one_of_the_person_s_kind_pays(ground: Ground, person: Person) -> None:
    enrol(person, make_plan(SHIPPED["P2"], pool=ground.fund))
    assert ground.granted(ground.claimed(person)).enrolment.plan.code == "P1"


def test_officers_without_the_right_and_other_persons_grant_nothing(ground: Ground, person: Person) -> None:
    case = ground.claimed(person)
    for by in (ground.acting("town_officer"), ground.acting("accountant"), ground.phone(person)):
        with pytest.raises(Refused):
            advance(case, "grant", by=by, reason="想付就付了", **AMOUNTS)
    with pytest.raises(Refused):
        actions.claim_stay(person, stay=STAY, by=ground.acting("grassroots_chair"))
