"""The pages of scans: a pile handed in, its progress, what is placed by hand; the stranger; one scan on a paper's own page."""

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.papers.actions import issue, receive_pile, work_on_pile
from niangjia.core.papers.models import IssuedPaper, ScanPile
from niangjia.core.papers.tests.test_pages import client_of
from niangjia.core.papers.tests.test_scans import fresh, pdf, pile_of, upload
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = {"why": "核实工资"}


@pytest.fixture
def paper(case: Case, officer: Actor) -> IssuedPaper:
    return issue(case, kind="test-letter", by=officer, facts=WHY)


def the_pile() -> ScanPile:
    with elevated("test"):
        return ScanPile.objects.select_related("org").latest("id")


def test_a_pile_is_handed_in_read_and_the_rest_placed_by_hand(world: World, paper: IssuedPaper) -> None:
    client = client_of(world, world.here)
    assert "还没有交过扫描件" in client.get("/desk/scans/").content.decode()
    content = pile_of((pdf(paper), 0, 180), (None, 0, 0), (None, 0, 0))
    done = client.post("/desk/scans/new", {"sheets": [upload(content)]})
    assert done.status_code == 302, done.content.decode()
    page = done.headers["Location"]
    assert "正在识别" in client.get(page).content.decode()
    assert "HX-Refresh" not in client.get(f"{page}progress").headers
    work_on_pile(code=the_pile().code)
    assert client.get(f"{page}progress").headers["HX-Refresh"] == "true"
    said = client.get(page).content.decode()
    assert paper.number in said
    assert "2 页，勾选后归到一份文书" in said
    assert client.get(f"{page}2.png").content.startswith(b"\x89PNG")
    assert client.get(f"{page}1.png").status_code == 404, "a filed page is seen with its paper only"
    assert client.post(f"{page}pages", {"pick": ["2"], "paper": "没有〔2023〕1号"}).status_code == 422
    assert client.post(f"{page}pages", {"pick": [], "paper": paper.number}).status_code == 422
    assert client.post(f"{page}pages", {"pick": ["2"], "paper": paper.number}).status_code == 302
    assert client.post(f"{page}pages", {"pick": ["3"], "what": "drop"}).status_code == 302
    assert "还没有归的" not in client.get(page).content.decode()
    again = client.post("/desk/scans/new", {"sheets": [upload(content)]})
    assert again.headers["Location"] == page
    assert the_pile().code not in client.get("/desk/scans/?state=open").content.decode()


def test_what_is_no_scan_is_said_beside_the_field(world: World, case: Case) -> None:
    refused = client_of(world, world.here).post("/desk/scans/new", {"sheets": [SimpleUploadedFile("a.exe", b"MZ\x00\x00")]})
    assert refused.status_code == 422
    assert "只收 PDF、JPG、PNG" in refused.content.decode()


def test_a_stranger_sees_no_pile(world: World, paper: IssuedPaper, officer: Actor) -> None:
    pile = receive_pile(files=[upload(pile_of((None, 0, 0)))], org=world.here, by=officer, queue=False).pile
    work_on_pile(code=pile.code)
    client = client_of(world, world.elsewhere)
    for path in ("", "progress", "1.png"):
        assert client.get(f"/desk/scans/{pile.code}/{path}").status_code == 404, path
    assert client.post(f"/desk/scans/{pile.code}/pages", {"pick": ["1"], "what": "drop"}).status_code == 404
    assert client_of(world, world.here, "auditor").get("/desk/scans/").status_code == 403


def test_pages_of_a_case_the_reader_may_not_see_are_counted_and_not_named(world: World, paper: IssuedPaper, officer: Actor) -> None:
    pile = receive_pile(files=[upload(pile_of((pdf(paper), 0, 0)))], org=world.here, by=officer, queue=False).pile
    work_on_pile(code=pile.code)
    with elevated("test"):
        Case.objects.filter(pk=paper.case_id).update(sealed=True, sealed_because="怕报复")
    said = client_of(world, world.here).get(f"/desk/scans/{pile.code}/").content.decode()
    assert "另有 1 页归到你看不到的案子" in said
    assert paper.number not in said


def test_one_scan_is_filed_on_the_papers_own_page(world: World, case: Case, paper: IssuedPaper) -> None:
    client = client_of(world, world.here)
    page = f"/desk/cases/{case.code}/papers/1/"
    assert client.get(f"{page}scan.pdf").status_code == 404
    assert client.post(f"{page}scan", {"file": upload(b"hello", "a.txt")}).status_code == 422
    assert client.post(f"{page}scan", {"file": upload(pile_of((None, 0, 0)))}).status_code == 302
    assert fresh(paper).returned_on
    assert "已归档扫描件" in client.get(page).content.decode()
    assert len(pypdfium2.PdfDocument(client.get(f"{page}scan.pdf").content)) == 1
    assert client_of(world, world.elsewhere).post(f"{page}scan", {"file": upload(pile_of((None, 0, 0)))}).status_code == 404


def test_the_word_of_the_numbers_is_set_for_the_own_organisation(world: World, case: Case, officer: Actor) -> None:
    client = client_of(world, world.here)
    assert "桃源街道工" in client.get("/desk/papers/head").content.decode()
    assert client.post("/desk/papers/head", {"name": "桃源街道总工会", "word": "桃工"}).status_code == 302
    assert issue(case, kind="test-letter", by=officer, facts=WHY).number == "桃工说〔2023〕1号"
    assert client_of(world, world.here, "lawyer").get("/desk/papers/head").status_code == 403
