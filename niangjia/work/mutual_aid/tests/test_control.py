"""Control files beside batch files: whose they are, whether they fit, and what is wrong with those that do not."""

import hashlib
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from niangjia.base import signing
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange import actions as exchange
from niangjia.core.exchange.actions.parcels import signed_part
from niangjia.core.exchange.tests.factories import BEGAN, SECOND, Bureau, bureau, court
from niangjia.core.orgs.enums import PartnerKind
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.control import LARGEST, Controlled, NotTheFile, controlled
from niangjia.work.mutual_aid.models import Intake
from niangjia.work.mutual_aid.tests.factories import file_of, stay
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
DATA = file_of(stay("000330199001010011", medfee_sumamt="5000.10"), stay("000330199001010011", "S2", medfee_sumamt="0.90"))


@pytest.fixture
def insurance() -> Bureau:
    return bureau(World(), PartnerKind.HEALTH_INSURANCE, "望湖区医疗保障局")


def signed(by: signing.KeyPair, data: bytes = DATA, **changes: Any) -> bytes:
    """A control file as a bureau writes it; a change of None leaves the field out."""
    said = {"rows": 2, "medfee": "5001.00", "sha256": hashlib.sha256(data).hexdigest(), "key_id": by.key_id} | changes
    said = {name: value for name, value in said.items() if value is not None}
    return json.dumps(said | {"signature": signing.sign_bytes(signed_part(said), by)}, ensure_ascii=False).encode()


def taken(control: bytes, data: bytes = DATA, **facts: Any) -> Controlled:
    return controlled(control, data, **facts)


def test_a_signed_control_file_names_its_bureau_key_and_totals(insurance: Bureau) -> None:
    found = taken(signed(insurance.keys))
    assert (found.partner, found.key_id) == (insurance.partner, insurance.keys.key_id)
    assert found.said == {"count": "2", "medfee": "5001.00"}
    outcome = actions.take_settlements(data=DATA, by=SYSTEM, said=found.said, body=insurance.partner.body, signed_by=found.key_id)
    kept = Intake.objects.get(code=outcome.code)
    assert (kept.signed_by, kept.body, kept.said) == (insurance.keys.key_id, insurance.partner.body, found.said)


def test_a_file_with_another_digest_is_not_the_file(insurance: Bureau) -> None:
    with pytest.raises(NotTheFile, match="SHA-256 不符"):
        taken(signed(insurance.keys), DATA + b"\n")


@pytest.mark.parametrize(
    ("change", "wrong"), [({"rows": 3}, "笔数：控制总额 3，文件里 2"), ({"medfee": "5000.99"}, "总费用：控制总额 5000.99")]
)
def test_sums_that_differ_are_named_though_the_signature_is_right(insurance: Bureau, change: dict[str, Any], wrong: str) -> None:
    found = taken(signed(insurance.keys, **change))
    with pytest.raises(ValidationError, match=wrong):
        actions.take_settlements(data=DATA, by=SYSTEM, said=found.said)
    assert not Intake.objects.exists()


def test_rows_and_count_that_contradict_each_other_are_refused(insurance: Bureau) -> None:
    with pytest.raises(NotTheFile, match="rows"):
        taken(signed(insurance.keys, rows=3, count=2))


def test_one_without_signature_counts_only_where_none_is_asked_for() -> None:
    control = b'\xef\xbb\xbf{"count": 2, "cash": null, "fund": ""}'
    assert taken(control, must_be_signed=False) == Controlled({"count": "2"}, None, "")
    with pytest.raises(NotTheFile, match="没有签名"):
        taken(control)


def test_a_key_nobody_registered_is_no_signature(insurance: Bureau) -> None:
    with pytest.raises(NotTheFile, match="没有登记"):
        taken(signed(signing.KeyPair("nobody-2023", signing.new_private_key())))


def test_a_key_that_waits_for_the_second_person_signs_nothing_yet(insurance: Bureau) -> None:
    new = signing.KeyPair("ybj-2024", signing.new_private_key())
    key = exchange.enter_key(insurance.partner, key_id=new.key_id, public=new.public, by=SYSTEM, on=BEGAN)
    with pytest.raises(NotTheFile, match="没有核对"):
        taken(signed(new))
    exchange.confirm_key(key, by=SECOND)
    assert taken(signed(new)).key_id == "ybj-2024"
    exchange.revoke_key(key, by=SYSTEM, reason="密钥换新")
    with pytest.raises(NotTheFile):
        taken(signed(new))


def test_the_court_signs_no_settlements() -> None:
    with pytest.raises(NotTheFile, match="不是医保局的"):
        taken(signed(court(World()).keys))


def test_a_total_changed_after_signing_is_noticed(insurance: Bureau) -> None:
    with pytest.raises(NotTheFile, match="改过"):
        taken(signed(insurance.keys).replace(b"5001.00", b"5002.00"))


def test_a_signature_over_no_digest_belongs_to_no_file(insurance: Bureau) -> None:
    with pytest.raises(NotTheFile, match="没有写 SHA-256"):
        taken(signed(insurance.keys, sha256=None))


@pytest.mark.parametrize("signature", ["", "?", "AAAA", 7, None, ["x"]])
def test_what_is_no_signature_is_refused_in_words(insurance: Bureau, signature: Any) -> None:
    said = json.loads(signed(insurance.keys)) | {"signature": signature}
    with pytest.raises(NotTheFile):
        taken(json.dumps(said).encode())


def test_a_text_that_no_column_holds_is_refused_also_under_a_known_key(insurance: Bureau) -> None:
    said = json.loads(signed(insurance.keys)) | {"note": "\ud800"}
    with pytest.raises(NotTheFile, match="不是 JSON"):
        taken(json.dumps(said).encode())


@pytest.mark.parametrize(
    "control",
    [
        b"", b"\xff\xfe", b"[1]", b"{", b"[" * 50_000, b'{"count":2,"note":"\\ud800","signature":"x","key_id":"a"}',
        b'{"count":2,"signature":"x","key_id":"\\u0000"}', b" " * (LARGEST + 1),
    ],
)  # fmt: skip
def test_what_is_no_control_file_is_refused_in_words(control: bytes) -> None:
    with pytest.raises(NotTheFile):
        taken(control)
