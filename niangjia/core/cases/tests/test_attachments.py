"""Files put to a case: kept sealed, downloaded by readers of the case, taken back with a reason; what is no paper is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused
from niangjia.core.cases import actions
from niangjia.core.cases.models import Attachment, Case
from niangjia.core.files.actions import take_upload
from niangjia.core.files.models import StoredFile
from niangjia.core.people.actions import give_account
from tests.world import World

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 award"
WORK = "cases.work"


def upload(name: str = "裁决书.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer_user(world: World) -> User:
    return world.officer(world.here)


def test_a_file_is_put_to_a_case_and_comes_back_the_same(officer_user: User, case: Case) -> None:
    client = client_of(officer_user)
    client.post(reverse("cases:do", args=[case.code, "attach"]), {"attachments": [upload(), upload("工资条.png", b"\x89PNG\r\n\x1a\n1")]})
    page = client.get(reverse("cases:detail", args=[case.code])).content.decode()
    assert "裁决书.pdf" in page and "工资条.png" in page
    answer = client.get(reverse("cases:file", args=[case.code, 1]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment") and "裁决" not in answer.headers["Content-Disposition"]
    assert "裁决书.pdf" in client.get(reverse("cases:files", args=[case.code])).content.decode()


def test_files_come_with_a_step_and_stand_or_fall_with_it(officer_user: User, case: Case) -> None:
    client, address = client_of(officer_user), reverse("cases:step", args=[case.code, "talk"])
    refused = client.post(address, {"on": "20231108", "place": "二楼", "attachments": [upload("病毒.pdf", b"MZ\x90")]})
    assert refused.status_code == 422 and "“病毒.pdf”是程序，这里只收" in refused.content.decode()
    with elevated("test"):
        case.refresh_from_db()
        assert case.steps_taken == 1 and not case.attachments.exists()
    client.post(address, {"on": "20231108", "place": "二楼", "attachments": [upload()]})
    with elevated("test"):
        made = case.attachments.get()
    assert (made.step, made.title, made.for_worker) == (2, "开始商量", True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.pdf", b"", "是空的"), ("页.html", b"<script>", "这里只收"), ("宏.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel"),
        ("包.zip", b"PK\x03\x04", "压缩包"),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_by_its_content_whatever_its_name(
    case: Case, officer: Actor, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        actions.attach(case, files=[upload(), upload(name, content)], by=officer, permission=WORK)
    with elevated("test"):
        assert not case.attachments.exists() and not StoredFile.objects.exists()


def test_what_is_too_large_is_refused(case: Case, officer: Actor, world: World) -> None:
    with pytest.raises(ValidationError, match="超过 1 MB"), elevated("test"):
        take_upload(
            upload(content=PDF + b"0" * (1 << 20)), org=world.here, by=SYSTEM, subject="x", taken={"application/pdf"}, most_bytes=1 << 20,
            field="files",
        )  # fmt: skip
    huge = upload()
    huge.too_large = True  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="太大了，没有收下"):
        actions.attach(case, files=[huge], by=officer, permission=WORK)


def test_twenty_at_a_time(case: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="一次最多 20 份"):
        actions.attach(case, files=[upload() for _ in range(21)], by=officer, permission=WORK)


def test_a_file_is_taken_back_with_a_reason_and_stays_kept(officer_user: User, case: Case, officer: Actor) -> None:
    actions.attach(case, files=[upload()], by=officer, permission=WORK, for_worker=True)
    client, address = client_of(officer_user), reverse("cases:withdraw", args=[case.code, 1])
    assert client.post(address, {"reason": "错"}).status_code == 422
    client.post(address, {"reason": "传到别人的案子里了"})
    assert "裁决书.pdf" not in client.get(reverse("cases:detail", args=[case.code])).content.decode()
    assert client.get(address).status_code == 404
    with elevated("test"):
        kept = Attachment.objects.get()
        with pytest.raises(ValidationError, match="已经撤下"):
            actions.withdraw(kept, by=SYSTEM, permission=WORK, reason="再撤一次看看")
    assert kept.withdrawn_because == "传到别人的案子里了"


def test_a_stranger_gets_and_puts_nothing(world: World, case: Case, officer: Actor, stranger: Actor) -> None:
    actions.attach(case, files=[upload()], by=officer, permission=WORK)
    elsewhere = client_of(world.officer(world.elsewhere))
    for name, arguments in (("files", []), ("file", [1]), ("withdraw", [1])):
        assert elsewhere.get(reverse(f"cases:{name}", args=[case.code, *arguments])).status_code == 404
    with pytest.raises(Refused):
        actions.attach(case, files=[upload()], by=stranger, permission=WORK)


def test_a_closed_case_takes_no_file(case: Case, officer: Actor) -> None:
    with elevated("test"):
        Case.objects.filter(pk=case.pk).update(closed_on=case.opened_on, due_on=None)
    with pytest.raises(ValidationError, match="已经办结"):
        actions.attach(case, files=[upload()], by=officer, permission=WORK)


def test_the_worker_takes_what_was_put_there_for_them_and_a_lawyer_named_on_the_case_all(world: World, case: Case, officer: Actor) -> None:
    actions.attach(case, files=[upload()], by=officer, permission=WORK, for_worker=True)
    actions.attach(case, files=[upload("内部.pdf", PDF + b"2")], by=officer, permission=WORK)
    me = signed_in_worker(world)
    assert "裁决书.pdf" in me.get(reverse("cases:own", args=[case.code])).content.decode()
    assert b"".join(me.get(reverse("cases:own-file", args=[case.code, 1])).streaming_content) == PDF
    assert me.get(reverse("cases:own-file", args=[case.code, 2])).status_code == 404
    lawyer = world.officer(world.elsewhere, role="lawyer")
    with elevated("test"):
        actions.assign(case, user=lawyer, duty="lawyer", by=SYSTEM, permission="cases.manage")
    assert b"".join(client_of(lawyer).get(reverse("cases:file", args=[case.code, 2])).streaming_content) == PDF + b"2"


def signed_in_worker(world: World) -> Client:
    """The case's person on their phone."""
    with elevated("test"):
        user = give_account(person=world.person, by=SYSTEM)
    client = client_of(user)
    session = client.session
    session["person"] = world.person.pk
    session.save()
    return client
