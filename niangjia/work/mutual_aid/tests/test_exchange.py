"""Settlements as signed messages: the same door as a file; the receipt says what became of each, and nothing is taken twice."""

from decimal import Decimal
from typing import Any

import pytest

from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange.tests.factories import Bureau, bureau, court, said
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.enums import Source
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid.exchange import MOST
from niangjia.work.mutual_aid.models import Clearing, Intake, Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, make_plan
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
KIND = "mutual_aid.settlements"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def insurance(world: World) -> Bureau:
    return bureau(world, PartnerKind.HEALTH_INSURANCE, "望湖区医疗保障局")


@pytest.fixture
def certno(world: World) -> str:
    """Somebody covered by the plan."""
    person = world.new_person(id_number=id_number())
    enrol(person, make_plan())
    return str(person.id_number)


def item(certno: str, setl_id: str = "S1", infno: str = "2304", **setlinfo: Any) -> dict[str, Any]:
    """An answer of the national platform, with more in it than we keep."""
    facts = {
        "setl_id": setl_id, "mdtrt_id": f"M-{setl_id}", "certno": certno, "med_type": "21", "insutype": "310", "psn_type": "1101",
        "setl_time": "2023-09-01 10:20:00", "medfee_sumamt": "3000.00", "hifp_pay": "1000", "pool_prop_selfpay": "0.5",
        "psn_cash_pay": "2000.00", "act_pay_dedc": "600", "gend": "1", "naty": "01", "balc": "81.20",
    }  # fmt: skip
    return {
        "infno": infno, "fixmedins_code": "H33020300123", "fixmedins_name": "望湖医院", "setlinfo": facts | setlinfo,
        "setldetail": [{"fund_pay_type": "310100", "fund_payamt": "1000.00"}],
    }  # fmt: skip


def batch(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"control": {"count": len(items)}, "settlements": list(items)} | more


def states() -> dict[str, str]:
    return dict(Settlement.objects.values_list("setl_id", "state"))


def test_a_signed_batch_is_taken_and_the_receipt_says_what_became_of_each(insurance: Bureau, certno: str) -> None:
    wrong = item(certno, "S2", medfee_sumamt="三千")
    answer = insurance.send(KIND, batch(item(certno), wrong, item(id_number(), "S3")))
    receipt = said(answer)
    assert (answer.status_code, receipt["state"]) == (200, "applied"), receipt
    outcome = receipt["outcome"]
    assert (outcome["rows"], outcome["states"], outcome["known"]) == (3, {"auto_approved": 1, "unmatched": 1}, False)
    assert [(one["row"], "总额" in one["reason"]) for one in outcome["refusals"]] == [(2, True)], "by the place in the message"
    taken = Intake.objects.get()
    assert (taken.came, taken.body, taken.signed_by) == ("接口", insurance.partner.body, insurance.keys.key_id)
    assert Settlement.objects.get(setl_id="S1").benefit == Decimal("1000.00")


def test_what_is_not_needed_is_not_kept_among_settlements(insurance: Bureau, certno: str) -> None:
    insurance.send(KIND, batch(item(certno)))
    one = Settlement.objects.get()
    assert not {"gend", "naty", "balc"} & {field.name for field in one._meta.fields}
    assert one.certno_sealed is None and one.person is not None, "the number is the person's own and stands there only"


@pytest.mark.parametrize("infno", ["2208", "2305", "2601"])
def test_each_transaction_that_takes_back_takes_back(insurance: Bureau, certno: str, infno: str) -> None:
    insurance.send(KIND, batch(item(certno)))
    back = {"infno": infno, "fixmedins_code": "H33020300123", "setlinfo": {"setl_id": "S1", "certno": certno}}
    assert said(insurance.send(KIND, batch(back)))["state"] == "applied"
    assert states() == {"S1": "cancelled"}


def test_an_outpatient_s_settlement_is_known_and_out_of_scope(insurance: Bureau, certno: str) -> None:
    insurance.send(KIND, batch(item(certno, infno="2207", med_type="11")))
    assert states() == {"S1": "out_of_scope"}


def test_the_same_message_again_has_the_same_receipt_and_is_not_taken_again(insurance: Bureau, certno: str) -> None:
    body = insurance.body(KIND, batch(item(certno)))
    first, again = (said(insurance.post(insurance.signed(body, "once-00000001"))) for _ in range(2))
    assert (again["receipt"], again["outcome"]) == (first["receipt"], first["outcome"])
    assert Settlement.objects.count() == Intake.objects.count() == 1


def test_the_same_settlements_in_another_message_change_nothing(insurance: Bureau, certno: str) -> None:
    insurance.send(KIND, batch(item(certno)))
    outcome = said(insurance.send(KIND, batch(item(certno))))["outcome"]
    assert outcome["states"] == {"auto_approved": 1} and Settlement.objects.count() == 1
    assert Settlement.objects.get().version == 1


def test_an_altered_message_and_an_unsigned_one_are_nobody_s(insurance: Bureau, certno: str) -> None:
    request = insurance.signed(insurance.body(KIND, batch(item(certno))))
    request.body = request.body.replace(b"3000.00", b"9000.00")
    assert insurance.post(request).status_code == 401
    unsigned = insurance.client.post(
        "/api/v1/exchange/messages", insurance.body(KIND, batch(item(certno))), content_type="application/json"
    )
    assert unsigned.status_code == 401
    assert not Settlement.objects.exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"plan": "P9-2023"}, "没有“P9-2023”这个计划"), ({"plan": "P1-2023"}, "不是一站式结算的计划"), ({"control": {"count": 2}}, "笔数"),
        ({"control": {"count": 1, "medfee": "2999.99"}}, "总费用"),
    ],
)  # fmt: skip
def test_a_batch_that_does_not_hold_together_is_refused_whole(insurance: Bureau, certno: str, facts: dict[str, Any], why: str) -> None:
    receipt = said(insurance.send(KIND, batch(item(certno), **facts)))
    assert receipt["state"] == "refused" and why in str(receipt["reason"]), receipt
    assert not Settlement.objects.exists() and not Intake.objects.exists()


@pytest.mark.parametrize("items", [0, MOST + 1])
def test_too_few_or_too_many_at_once_are_refused(insurance: Bureau, certno: str, items: int) -> None:
    answer = insurance.send(KIND, batch(*(item(certno, f"S{at}") for at in range(items))))
    assert answer.status_code >= 400 or said(answer)["state"] == "refused"
    assert not Settlement.objects.exists()


def test_another_kind_of_body_has_nothing_to_say_here(world: World, certno: str) -> None:
    answer = court(world).send(KIND, batch(item(certno)))
    assert answer.status_code >= 400 or said(answer)["state"] == "refused"
    assert not Settlement.objects.exists()


def test_one_stop_payments_come_as_a_message_too_and_go_into_the_clearing(world: World, insurance: Bureau) -> None:
    fund = ledger.open_fund(code="HZ", title="医疗互助金", org=world.district, source=Source.MUTUAL_AID, by=SYSTEM)
    plan = make_plan(pool=fund, mode="one_stop")
    person = world.new_person(id_number=id_number())
    enrol(person, plan)
    insurance.send(KIND, batch(item(str(person.id_number), mutual_aid_pay="1000.00"), plan="P1-2023"))
    assert states() == {"S1": "paid_elsewhere"} and Clearing.objects.get().lines.get().theirs == Decimal("1000.00")
    assert Intake.objects.get().came == "一站式清单"
