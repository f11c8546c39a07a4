"""Asking for help on the phone: four questions, kept at each, sent by somebody nobody knows, with a photo."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niangjia.base.calendar import now
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.models import Case
from niangjia.core.notices.models import Notice
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.models import Draft, Evidence
from niangjia.work.rights.tests.factories import new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db
PHONE = "13900001234"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture
def world() -> World:
    return World()


def answer_all(client: Client, world: World) -> None:
    """The four questions, as a rider answers them."""
    steps = (
        {"respondent": "迅帆配送", "town": world.here.code},
        {"kinds": ["D02"]},
        {"relation": "free", "left_on": "20231205", "amount": "7,120"},
        {"told": "站长说平台没钱"},
    )
    for number, answers in enumerate(steps, 1):
        response = client.post(f"/m/rights/ask/{number}/", answers)
        assert response.status_code == 302, response.content.decode()


def sign_in(client: Client, phone: str = PHONE) -> None:
    client.post("/m/sign-in/", {"phone": phone, "next": "/m/rights/send/"})
    with elevated("test: the message"):
        digits = re.search(r"\d{6}", Notice.objects.latest("pk").text)
    assert digits
    client.post("/m/sign-in/code/", {"digits": digits[0]})


def test_somebody_nobody_knows_is_helped_without_joining(client: Client, world: World) -> None:
    answer_all(client, world)
    sign_in(client)
    assert client.post("/m/sign-in/who/", {"name": "何小川"}).headers["Location"] == "/m/rights/send/"
    page = client.get("/m/rights/send/").content.decode()
    assert "迅帆配送" in page
    assert "工资没发、少发" in page
    sent = client.post("/m/rights/send/", {"photos": [SimpleUploadedFile("工资条.png", PNG)]})
    with elevated("test"):
        case, person = Case.objects.get(), Person.objects.get(name="何小川")
        assert sent.headers["Location"] == f"/m/cases/{case.code}/"
        assert (case.org, case.person, case.channel) == (world.here, person, "phone")
        assert (case.dispute.path, case.dispute.facts) == ("civil", "站长说平台没钱")
        assert person.home_org == world.here, "the street received them"
        assert [(one.number, one.file.media_type) for one in Evidence.objects.all()] == [(1, "image/png")]
        assert not Draft.objects.exists()
    assert "我们收到了" in client.get(f"/m/cases/{case.code}/").content.decode()
    assert case.code in client.get("/m/cases/").content.decode() or "迅帆配送" in client.get("/m/cases/").content.decode()


def test_going_back_loses_nothing_and_the_draft_lies_sealed(client: Client, world: World) -> None:
    answer_all(client, world)
    assert 'value="迅帆配送"' in client.get("/m/rights/ask/1/").content.decode()
    assert "checked" in client.get("/m/rights/ask/2/").content.decode()
    assert "站长".encode() not in bytes(Draft.objects.get().answers_sealed)


def test_another_phone_does_not_see_the_draft(client: Client, world: World) -> None:
    answer_all(client, world)
    assert "迅帆配送" not in Client().get("/m/rights/ask/1/").content.decode()


def test_a_question_left_open_is_asked_again(client: Client, world: World) -> None:
    response = client.post("/m/rights/ask/2/", {})
    assert response.status_code == 422
    assert not Draft.objects.exists()


def test_sending_wants_a_signed_in_person_and_answers(client: Client, world: World) -> None:
    assert world.here.code
    assert "/m/sign-in/" in client.get("/m/rights/send/").headers["Location"]
    sign_in(client)
    client.post("/m/sign-in/who/", {"name": "何小川"})
    assert client.get("/m/rights/send/").headers["Location"] == "/m/rights/ask/"


def test_a_program_is_no_photo_and_nothing_is_sent(client: Client, world: World) -> None:
    answer_all(client, world)
    sign_in(client)
    client.post("/m/sign-in/who/", {"name": "何小川"})
    with pytest.raises(ValidationError, match="是程序，这里只收PDF 文件、图片"):
        actions.add_evidence(new_dispute(world), files=[SimpleUploadedFile("a.png", b"MZ" + b"\x00" * 64)], by=SYSTEM)
    with elevated("test"):
        assert not Evidence.objects.exists()


def test_somebody_else_s_case_is_not_found(client: Client, world: World) -> None:
    case = new_dispute(world)
    sign_in(client)
    client.post("/m/sign-in/who/", {"name": "江一帆"})
    assert client.get(f"/m/cases/{case.code}/").status_code == 404


def test_drafts_nobody_touched_for_thirty_days_are_forgotten(client: Client, world: World) -> None:
    answer_all(client, world)
    assert actions.forget_old_drafts() == 0
    Draft.objects.update(changed_at=now() - timedelta(days=31))
    assert actions.forget_old_drafts() == 1
