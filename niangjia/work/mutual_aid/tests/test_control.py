"""A control file is held against its file and its signer; what it does not fit is refused whole, at the desk and on the command line."""

import base64
import hashlib
import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from niangjia.base import signing
from niangjia.config.cli import Refusal
from niangjia.config.commands import register, settle
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange import actions as exchange
from niangjia.core.exchange.actions.parcels import signed_part
from niangjia.core.exchange.tests.factories import Bureau, bureau, court
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Intake, Settlement
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.test_pages import client_of
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def insurance(world: World) -> Bureau:
    return bureau(world, PartnerKind.HEALTH_INSURANCE, "望湖区医疗保障局")


@pytest.fixture
def data(world: World) -> bytes:
    """A file of one covered stay."""
    person = world.new_person(id_number=id_number())
    enrol(person, make_plan())
    return file_of(stay(person.id_number, medfee_sumamt="3000.00"))


def control(data: bytes, by: Bureau | None = None, **said: Any) -> bytes:
    """A control file as the bureau writes it, signed where somebody signs it."""
    facts = {"rows": 1, "medfee": "3000.00", "sha256": hashlib.sha256(data).hexdigest()} | said
    if by:
        facts |= {"key_id": by.keys.key_id}
        facts["signature"] = signing.sign_bytes(signed_part(facts), by.keys)
    return json.dumps(facts, ensure_ascii=False).encode()


def take(data: bytes, said: bytes, **more: Any) -> Intake:
    return Intake.objects.get(code=actions.take_settlements(data=data, control=said, by=SYSTEM, **more).code)


def test_a_signed_control_file_names_its_bureau_and_settles_the_totals(insurance: Bureau, data: bytes) -> None:
    taken = take(data, control(data, insurance))
    assert (taken.body, taken.signed_by, taken.came) == (insurance.partner.body, insurance.keys.key_id, "签名的文件")
    assert taken.said == {"count": "1", "medfee": "3000.00"}, "so that it may be paid at once"


def test_an_unsigned_control_file_is_a_total_and_nobodys_word(data: bytes) -> None:
    taken = take(data, control(data))
    assert (taken.body, taken.signed_by, taken.came) == (None, "", "文件")


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"sha256": "0" * 64}, "SHA-256 不符"), ({"rows": 2}, "笔数：控制总额 2，文件里 1"), ({"medfee": "3000.01"}, "总费用"), ({"rows": "二"}, "不是数字")],
)  # fmt: skip
def test_a_control_file_that_says_something_else_refuses_the_file_whole(data: bytes, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        take(data, control(data, **changed))
    assert not Settlement.objects.exists() and not Intake.objects.exists()


@pytest.mark.parametrize(("text", "said"), [(b"[]", "JSON 对象"), (b"rows=1", "不是 JSON"), (b" " * 70_000, "太大")])
def test_what_is_no_control_file_is_said(data: bytes, text: bytes, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        take(data, text)


def test_a_control_file_that_was_altered_after_signing_is_refused(insurance: Bureau, data: bytes) -> None:
    altered = json.loads(control(data, insurance)) | {"cash": "0.00"}
    with pytest.raises(ValidationError, match="签名不对"):
        take(data, json.dumps(altered).encode())


def test_a_signature_covers_the_file_only_with_its_digest(insurance: Bureau, data: bytes) -> None:
    said = {"rows": 1, "key_id": insurance.keys.key_id}
    said["signature"] = signing.sign_bytes(signed_part(said), insurance.keys)
    with pytest.raises(ValidationError, match="没有写 SHA-256"):
        take(data, json.dumps(said).encode())


def test_only_a_confirmed_key_of_a_health_insurance_bureau_counts(world: World, insurance: Bureau, data: bytes) -> None:
    stranger = replace(insurance, keys=signing.KeyPair("nobody-1", signing.new_private_key()))
    unconfirmed = replace(insurance, keys=signing.KeyPair("new-1", signing.new_private_key()))
    exchange.enter_key(insurance.partner, key_id="new-1", public=unconfirmed.keys.public, by=SYSTEM)
    for signer in (stranger, unconfirmed, court(world)):
        with pytest.raises(ValidationError, match="没有登记、没有核对，或者不是医保局的"):
            take(data, control(data, signer))


def test_a_file_of_one_bureau_is_not_taken_as_anothers(world: World, insurance: Bureau, data: bytes) -> None:
    other = bureau(world, PartnerKind.HEALTH_INSURANCE, "望山区医疗保障局")
    with pytest.raises(ValidationError, match="签的，不是"):
        take(data, control(data, insurance), body=other.partner.body)


def test_the_desk_takes_the_control_file_beside_the_file(world: World, insurance: Bureau, data: bytes) -> None:
    centre = client_of(world, "service_centre", "district")
    sent = {"file": SimpleUploadedFile("结算.csv", data), "control": SimpleUploadedFile("结算.json", control(data, insurance))}
    told = centre.post(reverse("mutual_aid:take"), sent, follow=True).content.decode()
    assert "已收下 1 行" in told
    assert "签名的文件" in centre.get(reverse("mutual_aid:intakes")).content.decode()


# -- The command line ---------------------------------------------------------------------------------------------------------------


def settled(file: Path, **said: Any) -> dict[str, Any]:
    facts = {"file": file, "control": None, "body": None, "plan": None, "apply": False, "report": None, "json": True} | said
    settle.settle(Namespace(**facts))
    return {}


def test_settle_reads_a_signed_control_file_and_a_bureau_by_name(
    insurance: Bureau, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    (tmp_path / "a.json").write_bytes(control(data, insurance))
    settled(tmp_path / "a.csv", control=tmp_path / "a.json", body=insurance.partner.body.name, apply=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["applied"], said["rows"], said["states"]) == (True, 1, {"auto_approved": 1})
    assert Intake.objects.get().signed_by == insurance.keys.key_id


@pytest.mark.parametrize(
    ("said", "why"),
    [({"body": "望海区医疗保障局"}, "没有登记叫"), ({"plan": "P9-2023"}, "没有“P9-2023”"), ({"control": Path("no.json")}, "读不到文件")],
)
def test_settle_refuses_what_it_does_not_know(data: bytes, tmp_path: Path, said: dict[str, Any], why: str) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(Refusal, match=why):
        settled(tmp_path / "a.csv", **said)


def test_import_settlements_goes_through_the_same_door_and_tells_as_every_import_does(
    world: World, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(data + b"\n" + file_of(stay(id_number(), "S2", medfee_sumamt="x")).partition(b"\n")[2])
    asked = Namespace(sheet="settlements", file=file, org=None, apply=False, report=None, json=True, list=False, account=None)
    register.run_import(asked)
    tried = json.loads(capsys.readouterr().out)
    assert (tried["rows"], tried["new"], tried["refused"], tried["batch"]) == (2, 1, 1, "")
    assert tried["refusals"][0]["row"] == 3 and not Settlement.objects.exists(), "without --apply nothing is kept"
    register.run_import(Namespace(**(vars(asked) | {"apply": True})))
    kept = json.loads(capsys.readouterr().out)
    assert kept["batch"] == Intake.objects.get().code and Settlement.objects.count() == 1
    register.run_import(Namespace(**(vars(asked) | {"list": True})))
    assert "settlements" in [one["sheet"] for one in json.loads(capsys.readouterr().out)["sheets"]]


def test_a_signature_is_no_text_of_any_kind(insurance: Bureau, data: bytes) -> None:
    said = json.loads(control(data, insurance)) | {"signature": base64.b64encode(b"x" * 64).decode()}
    with pytest.raises(ValidationError, match="签名不对"):
        take(data, json.dumps(said).encode())
