"""Evidence: pages counted, put in order, described, taken out; the bundle with its list in front and its pages numbered on."""

import re

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.papers.pdf import written
from niangjia.core.papers.pictures import grey, png_of
from niangjia.work.rights import bundle
from niangjia.work.rights.actions import add_evidence, describe_evidence, list_original, move_evidence, remove_evidence
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db


def pdf(pages: int, turn: int = 0) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842).set_rotation(turn)
    return written(document)


def photo() -> bytes:
    document = pypdfium2.PdfDocument(pdf(1))
    return png_of(grey(document[0], most=300))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def case(world: World) -> Case:
    return new_dispute(world)


@pytest.fixture
def three(case: Case, officer: Actor) -> Case:
    """A contract of three pages, a photo, and a turned statement of two."""
    files = [("合同.pdf", pdf(3)), ("工资条.png", photo()), ("流水.pdf", pdf(2, 90))]
    add_evidence(case, files=[SimpleUploadedFile(name, content) for name, content in files], titles=["合同", "工资条", "流水"], by=officer)
    return case


def order(case: Case) -> list[tuple[int, str, int]]:
    with elevated("test"):
        rows = case.evidence.filter(removed_on__isnull=True).order_by("number")
        return [(row.number, row.title, row.pages) for row in rows]


def test_pages_of_a_pdf_are_counted(three: Case) -> None:
    assert order(three) == [(1, "合同", 3), (2, "工资条", 1), (3, "流水", 2)]


def test_a_pdf_that_cannot_be_opened_is_refused(case: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="坏了"):
        add_evidence(case, files=[SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")], by=officer)
    assert order(case) == []


@pytest.mark.parametrize(
    ("number", "to", "came"),
    [(3, 1, "流水 合同 工资条"), (1, 3, "工资条 流水 合同"), (2, 99, "合同 流水 工资条"), (2, 0, "工资条 合同 流水")],
)
def test_a_piece_moves_and_the_others_make_room(three: Case, officer: Actor, number: int, to: int, came: str) -> None:
    move_evidence(three, number=number, to=to, by=officer)
    assert [title for _, title, _ in order(three)] == came.split()
    assert [place for place, _, _ in order(three)] == [1, 2, 3]


def test_a_piece_is_taken_out_with_a_reason_and_the_next_takes_its_number(three: Case, officer: Actor) -> None:
    with pytest.raises(ValidationError, match="理由"):
        remove_evidence(three, number=1, reason="重", by=officer)
    remove_evidence(three, number=1, reason="和流水重复", by=officer)
    assert order(three) == [(1, "工资条", 1), (2, "流水", 2)]
    add_evidence(three, files=[SimpleUploadedFile("新.pdf", pdf(1))], titles=["新的"], by=officer)
    assert order(three)[-1] == (3, "新的", 1)
    with elevated("test"):
        assert three.evidence.get(removed_on__isnull=False).removed_because == "和流水重复"


def test_a_stranger_and_a_closed_case_change_nothing(three: Case, officer: Actor, world: World) -> None:
    stranger = acting(world.officer(world.elsewhere))
    with pytest.raises(Refused):
        move_evidence(three, number=1, to=2, by=stranger)
    with pytest.raises(Refused):
        describe_evidence(three, number=1, title="别的", proves="", by=stranger)
    with elevated("test"):
        Case.objects.filter(pk=three.pk).update(closed_on=three.opened_on, due_on=None)
    with pytest.raises(ValidationError, match="办结"):
        remove_evidence(three, number=1, reason="已经办结了", by=officer)


def words(page: pypdfium2.PdfPage) -> str:
    return re.sub(r"\s", "", page.get_textpage().get_text_range())


def test_the_bundle_has_its_list_in_front_and_numbers_its_pages_on(three: Case, officer: Actor) -> None:
    list_original(three, title="工作证", pages=2, by=officer, proves="劳动关系")
    client = Client()
    with elevated("test"):
        client.force_login(User.objects.get(pk=officer.user_id))
    answer = client.get(f"/desk/rights/{three.code}/evidence/volume-1.pdf")
    document = pypdfium2.PdfDocument(answer.content)
    said = [words(page) for page in document]
    assert "证据目录" in said[0]
    for part in ("合同", "1—3", "工资条", "流水", "5—6", "工作证", "劳动关系", "7—8", "共4份，8页"):
        assert part in said[0], part
    assert said[1:4] == ["1", "2", "3"]
    assert said[4] == "证据2工资条4"
    assert said[5:7] == ["5", "6"]
    assert "原件，另附" in said[7]
    assert len(document) == 8
    assert client.get(f"/desk/rights/{three.code}/evidence/volume-2.pdf").status_code == 404


def test_the_number_on_a_turned_page_stands_below_its_middle_for_the_reader(three: Case) -> None:
    with elevated("test"):
        pieces = list(three.evidence.select_related("file").order_by("number"))
        document = pypdfium2.PdfDocument(bundle.bound(bundle.volumes(pieces)[0], None))
    picture = document[5].render(scale=1, grayscale=True)
    rows = [bytes(picture.buffer)[y * picture.stride : y * picture.stride + picture.width] for y in range(picture.height)]
    inked = [(x, y) for y, row in enumerate(rows) for x, value in enumerate(row) if value < 128]
    assert (picture.width, picture.height) == (842, 595)
    assert all(abs(x - 421) < 12 and 595 - 26 < y < 595 - 8 for x, y in inked)
    assert inked


def test_a_large_bundle_comes_in_volumes_that_number_on(three: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "VOLUME", 10)
    with elevated("test"):
        found = bundle.volumes(list(three.evidence.select_related("file").order_by("number")))
    assert [(one.first_page, one.last_page) for one in found] == [(1, 3), (4, 4), (5, 6)]


def test_evidence_is_added_described_moved_and_removed_on_its_page(world: World, case: Case) -> None:
    client = Client()
    client.force_login(world.officer(world.here))
    page = f"/desk/rights/{case.code}/evidence/"
    assert "还没有证据" in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"photos": [SimpleUploadedFile("a.pdf", pdf(2)), SimpleUploadedFile("b.png", photo())]}).status_code == 302
    assert client.post(page, {"title": "工作证", "pages": "2"}).status_code == 302
    assert client.post(f"{page}1/describe", {"title": "劳动合同", "proves": "约定月工资 7120 元"}).status_code == 302
    assert client.post(f"{page}1/move", {"to": "2"}).status_code == 302
    assert client.post(f"{page}1/remove", {"reason": "拍糊了，重拍"}).status_code == 302
    shown = client.get(page).content.decode()
    for part in ("劳动合同", "约定月工资 7120 元", "工作证（原件）", "拍糊了，重拍", "共 2 份，4 页"):
        assert part in shown, part
    assert order(case) == [(1, "劳动合同", 2), (2, "工作证", 2)]


def test_a_stranger_finds_no_evidence_and_an_auditor_changes_none(world: World, three: Case) -> None:
    client, reader = Client(), Client()
    client.force_login(world.officer(world.elsewhere))
    reader.force_login(world.officer(world.here, "auditor"))
    page = f"/desk/rights/{three.code}/evidence/"
    for path in ("", "1/describe", "1/remove", "volume-1.pdf"):
        assert client.get(f"{page}{path}").status_code == 404, path
    assert "加证据" not in reader.get(page).content.decode()
    assert reader.post(page, {"title": "工作证", "pages": "1"}).status_code == 422
    assert reader.post(f"{page}1/move", {"to": "2"}).status_code == 403


def test_a_lawyer_named_on_the_case_orders_the_evidence_and_makes_what_is_handed_in(world: World, three: Case) -> None:
    user = world.officer(world.elsewhere, "lawyer")
    client = Client()
    client.force_login(user)
    page = f"/desk/rights/{three.code}/evidence/"
    assert client.get(page).status_code == 404
    with elevated("test"):
        Case.objects.filter(pk=three.pk).update(accounts=[user.pk])
    assert client.get(f"{page}1").status_code == 200
    assert client.post(f"{page}3/move", {"to": "1"}).status_code == 302
    assert order(three)[0][1] == "流水"
    shown = client.get(f"/desk/cases/{three.code}/").content.decode()
    assert "劳动仲裁申请书" in shown
    assert "受理通知书" not in shown
    new = f"/desk/cases/{three.code}/papers/new/rights-attorney/"
    asked = {"agent": "王敏", "stage": "劳动仲裁", "on": "20231218", "what": "issue"}
    assert client.post(new, asked).status_code == 302
    assert client.get(f"/desk/cases/{three.code}/papers/new/rights-handover/").status_code == 404
