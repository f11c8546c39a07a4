"""The desk's pages of a dispute: the good path, the stranger, and each refusal."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.models import Case
from niangjia.work.rights import actions
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture
def world() -> World:
    return World()


def client_of(world: World, org: Any, role: str = "town_officer") -> Client:
    client = Client()
    client.force_login(world.officer(org, role))
    return client


def test_a_dispute_is_received_at_the_window_and_led_to_money_in_hand(world: World) -> None:
    client = client_of(world, world.here)
    answers = {
        "applicants": world.person.code, "respondent": "迅帆配送", "kinds": ["D02"], "claims": "D02 2023年10月工资 7,120",
        "channel": "12345", "outside_number": "YZ20231101", "org": world.here.code, "left_on": "2023-10-31", "on": "2023-11-06",
        "outside_labour_relation": "unknown",
    }  # fmt: skip
    response = client.post("/desk/rights/new", answers)
    assert response.status_code == 302, response.content.decode()
    page = response.headers["Location"]
    shown = client.get(page).content.decode()
    assert "7,120.00" in shown
    assert "调解仲裁法第二十七条" in shown
    for step, facts in (
        ("accept", {"mediated_by": "桃源调解室", "on": "20231108"}),
        ("agree", {"amount": "7000", "plan": "2023-11-20 7000", "on": "20231115"}),
        ("receive", {"amount": "7000", "proof_note": "回单 0628", "on": "20231120"}),
        ("complete", {"on": "20231121"}),
    ):
        seen = client.get(f"{page}step/{step}/")
        assert seen.status_code == 200, step
        with elevated("test"):
            case = Case.objects.get()
        done = client.post(f"{page}step/{step}/", facts | {"seen": case.steps_taken})
        assert done.status_code == 302, done.content.decode()
    assert "已履行" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"applicants": "330212000000"}, "找不到这些编号"),
        ({"claims": "十月工资"}, "看不懂"),
        ({"on": "2023-12-19"}, "还没有到"),
        ({"kinds": []}, "哪种争议"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(world: World, wrong: dict[str, Any], said: str) -> None:
    answers = {
        "applicants": world.person.code, "respondent": "迅帆配送", "kinds": ["D02"], "channel": "window", "org": world.here.code,
        "on": "2023-11-06", "outside_labour_relation": "unknown",
    } | wrong  # fmt: skip
    response = client_of(world, world.here).post("/desk/rights/new", answers)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_stranger_finds_neither_case_nor_evidence_nor_receipt(world: World) -> None:
    case = new_dispute(world)
    actions.add_evidence(case, files=[SimpleUploadedFile("工资条.png", PNG)], by=SYSTEM)
    stranger = client_of(world, world.elsewhere)
    for address in (f"/desk/cases/{case.code}/", f"/desk/rights/{case.code}/evidence/1", f"/desk/rights/{case.code}/receipts/1/reverse"):
        assert stranger.get(address).status_code == 404


def test_evidence_is_downloaded_as_a_file_of_its_own_kind(world: World) -> None:
    case = new_dispute(world)
    actions.add_evidence(case, files=[SimpleUploadedFile("工资条.png", PNG)], by=SYSTEM)
    answer = client_of(world, world.here).get(f"/desk/rights/{case.code}/evidence/1")
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_chair_of_a_grassroots_union_does_not_learn_of_it(world: World) -> None:
    case = new_dispute(world)
    chair = client_of(world, world.union, "grassroots_chair")
    assert chair.get(f"/desk/cases/{case.code}/").status_code == 404
    assert case.title not in chair.get("/desk/cases/").content.decode()


def test_a_receipt_entered_wrongly_is_taken_back_on_its_page(world: World) -> None:
    case = new_dispute(world)
    officer = acting(world.officer(world.here))
    actions.receive(case, amount=Decimal("100.00"), on=case.opened_on, proof_note="收条", by=officer)
    client = client_of(world, world.here)
    assert client.post(f"/desk/rights/{case.code}/receipts/1/reverse", {"reason": "登记错了人"}).status_code == 302
    assert client.get(f"/desk/rights/{case.code}/receipts/1/reverse").status_code == 404
    assert "已冲销：登记错了人" in client.get(f"/desk/cases/{case.code}/").content.decode()
