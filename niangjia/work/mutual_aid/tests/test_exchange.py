"""Settlements as signed messages: every transaction, refused rows by place, once however often sent, and what is not taken at all."""

import json
from decimal import Decimal
from typing import Any

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.tests.factories import ADDRESS, Bureau, bureau, court, said
from niangjia.core.orgs.enums import PartnerKind
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.exchange import MOST
from niangjia.work.mutual_aid.models import Intake, Settlement
from niangjia.work.mutual_aid.tests.factories import file_of, stay
from niangjia.work.mutual_aid.tests.ground import Ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
KIND = "mutual_aid.settlements"


@pytest.fixture
def ground() -> Ground:
    return Ground()


@pytest.fixture
def insurance(ground: Ground) -> Bureau:
    return bureau(ground, PartnerKind.HEALTH_INSURANCE, "望湖区医疗保障局")


def item(certno: str, setl_id: str = "S1", infno: str = "2304", **fields: Any) -> dict[str, Any]:
    """One answer of the national platform."""
    info = {name: value for name, value in stay(certno, setl_id, **fields).items() if name not in ("fixmedins_code", "refd_setl_flag")}
    detail = [{"fund_pay_type": "310100", "fund_payamt": "1000.00"}]
    return {"infno": infno, "fixmedins_code": "H1", "fixmedins_name": "望湖医院", "setlinfo": info, "setldetail": detail}


def back(certno: str, setl_id: str, infno: str, **fields: Any) -> dict[str, Any]:
    """What takes a settlement back: the numbers that such an answer carries."""
    return {"infno": infno, "fixmedins_code": "H1", "setlinfo": {"setl_id": setl_id, "certno": certno} | fields}


def facts(*items: dict[str, Any], plan: str = "", **control: Any) -> dict[str, Any]:
    return {"plan": plan, "control": {"count": len(items)} | control, "settlements": list(items)}


def outcome(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content.decode()
    return dict(said(answer)["outcome"])


def state(setl_id: str = "S1") -> str:
    return str(Settlement.objects.get(setl_id=setl_id).state)


@pytest.mark.parametrize("infno", ["2304", "2207"])
def test_a_settlement_of_the_ward_or_the_clinic_is_reckoned(ground: Ground, insurance: Bureau, infno: str) -> None:
    med_type = "21" if infno == "2304" else "11"
    sent = item(ground.covered().id_number, infno=infno, med_type=med_type)
    told = outcome(insurance.send(KIND, facts(sent, cash="99999")))
    kept = Settlement.objects.get(setl_id="S1")
    expected = {"2304": "auto_approved", "2207": kept.state}[infno]
    assert told["states"] == {expected: 1} and (told["rows"], told["refusals"], told["known"]) == (1, [], False)
    assert (kept.fixmedins_name, kept.med_type, told["benefit"]) == ("望湖医院", med_type, str(kept.benefit))
    intake = Intake.objects.get(code=told["intake"])
    assert (intake.signed_by, intake.body, intake.plan) == (insurance.keys.key_id, insurance.partner.body, None)
    assert intake.said and Decimal(intake.said["cash"]) == 99999 and intake.name.startswith("接口 ")


@pytest.mark.parametrize(("first", "then"), [("2207", "2208"), ("2304", "2305"), ("2304", "2601")])
def test_what_is_revoked_or_reversed_is_cancelled(ground: Ground, insurance: Bureau, first: str, then: str) -> None:
    number = ground.covered().id_number
    insurance.send(KIND, facts(item(number, infno=first)))
    assert state() == "auto_approved"
    told = outcome(insurance.send(KIND, facts(back(number, "S1", then))))
    assert (state(), told["states"], told["benefit"]) == ("cancelled", {"cancelled": 1}, "0.00")


def test_a_reversal_under_its_own_number_names_the_one_it_takes_back(ground: Ground, insurance: Bureau) -> None:
    number = ground.covered().id_number
    insurance.send(KIND, facts(item(number)))
    outcome(insurance.send(KIND, facts(back(number, "R1", "2601", orig_setl_id="S1", medfee_sumamt="-9000.00"))))
    assert state() == "cancelled"


def test_a_settlement_and_its_revocation_in_one_message_cancel_each_other(ground: Ground, insurance: Bureau) -> None:
    number = ground.covered().id_number
    outcome(insurance.send(KIND, facts(item(number), back(number, "S1", "2305"), item(number, "S2"))))
    assert (state(), state("S2")) == ("cancelled", "auto_approved")


def test_the_receipt_lists_refused_ones_by_their_place_and_the_rest_is_taken(ground: Ground, insurance: Bureau) -> None:
    number = ground.covered().id_number
    told = outcome(insurance.send(KIND, facts(item(number, setl_time="昨天"), item(number, "S2"), item(number, "S3", hifp_pay="一千"))))
    assert [one["row"] for one in told["refusals"]] == [1, 3] and "不是日期" in told["refusals"][0]["reason"]
    assert told["states"] == {"auto_approved": 1} and Settlement.objects.get().setl_id == "S2"


def test_the_same_message_again_is_answered_and_taken_once(ground: Ground, insurance: Bureau) -> None:
    request = insurance.signed(insurance.body(KIND, facts(item(ground.covered().id_number))))
    first, again = insurance.post(request), insurance.post(request)
    assert said(first) == said(again) and again.status_code == 200
    assert (Intake.objects.count(), Settlement.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_the_same_settlements_under_another_key_are_known(ground: Ground, insurance: Bureau) -> None:
    sent = facts(item(ground.covered().id_number))
    first, again = outcome(insurance.send(KIND, sent)), outcome(insurance.send(KIND, sent))
    assert (first["intake"], again["known"]) == (again["intake"], True)
    assert Settlement.objects.get().version == 1


def test_a_key_used_for_another_message_is_refused(ground: Ground, insurance: Bureau) -> None:
    number = ground.covered().id_number
    insurance.send(KIND, facts(item(number)), key="theirs-once-only")
    assert insurance.send(KIND, facts(item(number, "S2")), key="theirs-once-only").status_code == 409
    assert Settlement.objects.get().setl_id == "S1"


def test_an_altered_or_unsigned_message_leaves_nothing(ground: Ground, insurance: Bureau) -> None:
    request = insurance.signed(insurance.body(KIND, facts(item(ground.covered().id_number))))
    request.body = request.body.replace(b'"hifp_pay":"1000"', b'"hifp_pay":"9000"')
    assert insurance.post(request).status_code == 401
    plain = insurance.body(KIND, facts(item("000330199001010011")))
    answer = insurance.client.post(ADDRESS, plain, content_type="application/json", headers={"Idempotency-Key": "theirs-unsigned"})
    assert answer.status_code == 401
    assert not Message.objects.exists() and not Intake.objects.exists()


def test_another_kind_of_body_sends_no_settlements(ground: Ground, insurance: Bureau) -> None:
    answer = court(ground).send(KIND, facts(item(ground.covered().id_number)))
    assert (answer.status_code, said(answer)["reason"]["code"]) == (422, "not_yours")
    assert not Intake.objects.exists()


def test_a_plan_nobody_knows_is_named_in_the_receipt(ground: Ground, insurance: Bureau) -> None:
    answer = insurance.send(KIND, facts(item(ground.covered().id_number), plan="P9-2023"))
    assert answer.status_code == 422 and "没有“P9-2023”这个计划" in said(answer)["reason"]["zh"]
    assert not Settlement.objects.exists()


@pytest.mark.parametrize(("control", "wrong"), [({"count": 2}, "笔数：控制总额 2，文件里 1"), ({"medfee": "1"}, "总费用：控制总额 1")])
def test_totals_that_differ_keep_the_whole_message_out(ground: Ground, insurance: Bureau, control: dict[str, Any], wrong: str) -> None:
    answer = insurance.send(KIND, facts(item(ground.covered().id_number), **control))
    assert answer.status_code == 422 and wrong in said(answer)["reason"]["zh"]
    assert not Settlement.objects.exists() and not Intake.objects.exists()


def test_more_than_a_message_holds_is_refused_and_so_is_none(insurance: Bureau) -> None:
    least = {"infno": "2305", "fixmedins_code": "H1", "setlinfo": {"setl_id": "S"}}
    for many in (MOST + 1, 0):
        answer = insurance.send(KIND, facts(*[least] * many))
        assert (answer.status_code, said(answer)["reason"]["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    "change", [{"infno": "2206"}, {"fixmedins_code": ""}, {"setlinfo": {"setl_id": ["S1"]}}, {"patient": "多出来的"}, {"setlinfo": None}]
)
def test_an_item_not_as_described_names_its_place_only(ground: Ground, insurance: Bureau, change: dict[str, Any]) -> None:
    answer = insurance.send(KIND, facts(item(ground.covered().id_number) | change))
    assert answer.status_code == 422 and "settlements.0." in said(answer)["reason"]["zh"] and "多出来的" not in answer.content.decode()


def test_fields_of_the_settlement_that_are_not_asked_for_are_dropped(ground: Ground, insurance: Bureau) -> None:
    sent = item(ground.covered().id_number)
    sent["setlinfo"] |= {"psn_name": "何静川", "brdy": "1990-01-01", "naty": "01", "balc": Decimal("12.50"), "gend": 1}
    outcome(insurance.send(KIND, facts(sent)))
    kept = Settlement.objects.get()
    assert "何静川" not in json.dumps([str(getattr(kept, field.attname)) for field in kept._meta.concrete_fields], ensure_ascii=False)


def test_a_bureau_whose_files_are_in_fen_still_sends_yuan_by_interface(ground: Ground, insurance: Bureau) -> None:
    number = ground.covered().id_number
    body = insurance.partner.body
    actions.choose_headings(body, headings={"单据": "setl_id", "setl_id": "mdtrt_id"}, in_fen=True, by=SYSTEM)
    outcome(insurance.send(KIND, facts(item(number, hifp_pay="1000"), cash="99999")))
    kept = Settlement.objects.get()
    assert (kept.setl_id, kept.hifp_pay, kept.benefit) == ("S1", Decimal("1000.00"), Decimal("1000.00"))


def test_the_same_by_file_and_by_message_comes_to_the_same(ground: Ground, insurance: Bureau) -> None:
    one, two = ground.covered(), ground.covered()
    actions.take_settlements(data=file_of(stay(one.id_number, "F1", burden="3000.50")), by=SYSTEM)
    insurance.send(KIND, facts(item(two.id_number, "I1", burden=3000.5)))  # a number, not a text
    by_file, by_message = (Settlement.objects.get(setl_id=name) for name in ("F1", "I1"))
    assert (by_file.benefit, by_file.state, by_file.hifp_pay) == (by_message.benefit, by_message.state, by_message.hifp_pay)


def test_what_a_message_says_lies_sealed_and_its_page_shows_no_number(ground: Ground, insurance: Bureau) -> None:
    number = ground.covered().id_number
    insurance.send(KIND, facts(item(number)))
    message = Message.objects.get()
    assert number.encode() not in bytes(message.body_sealed) + bytes(message.receipt_sealed or b"")
    with elevated("test"):
        user = ground.officer(ground.district, role="service_centre")
    insurance.client.force_login(user)
    page = insurance.client.get(f"/desk/exchange/{message.number}/")
    assert page.status_code in (200, 403) and number not in page.content.decode()
