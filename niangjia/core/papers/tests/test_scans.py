"""A pile of sealed papers comes back in any order, some upside down: every page finds its paper; twice changes nothing; a kill loses nothing."""

import struct
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.files.models import StoredFile
from niangjia.core.files.queries import open_file
from niangjia.core.papers import scans
from niangjia.core.papers.actions import (
    drop_pages,
    file_by_hand,
    file_scan,
    issue,
    receive_pile,
    try_pile_again,
    void_paper,
    work_on_pile,
)
from niangjia.core.papers.models import IssuedPaper, ScanPage, ScanPile
from niangjia.core.papers.pdf import pdf_of, written
from niangjia.core.papers.pictures import grey, png_of
from niangjia.core.papers.queries import kinds, paper_of
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = {"why": "核实工资"}


def pdf(paper: IssuedPaper) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf_of(paper_of(paper)))


def pile_of(*pages: tuple[pypdfium2.PdfDocument | None, int, int]) -> bytes:
    """A PDF of pages: of which paper (None: a blank sheet), which page, turned by how many degrees."""
    whole = pypdfium2.PdfDocument.new()
    for number, (document, place, turn) in enumerate(pages):
        if document is None:
            whole.new_page(595, 842)
        else:
            whole.import_pages(document, [place])
            whole[number].set_rotation(turn)
    return written(whole)


def upload(content: bytes, name: str = "扫描.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def received(world: World, by: Actor, *files: bytes) -> ScanPile:
    pile = receive_pile(files=[upload(one) for one in files], org=world.here, by=by, queue=False).pile
    assert work_on_pile(code=pile.code)
    return fresh(pile)


def fresh(row: Any) -> Any:
    with elevated("test"):
        rows = type(row).objects.all()
        return (rows.select_related("org") if isinstance(row, ScanPile) else rows).get(pk=row.pk)


def stored() -> int:
    with elevated("test"):
        return StoredFile.objects.count()


def states(pile: ScanPile) -> list[str]:
    with elevated("test"):
        return [page.state for page in ScanPage.objects.filter(pile=pile).order_by("number")]


def scanned(paper: IssuedPaper) -> pypdfium2.PdfDocument:
    with elevated("test"):
        scan = IssuedPaper.objects.select_related("scan").get(pk=paper.pk).scan
    assert scan is not None
    with open_file(scan) as file:
        return pypdfium2.PdfDocument(file.read())


@pytest.fixture
def two(case: Case, officer: Actor) -> tuple[IssuedPaper, IssuedPaper]:
    first, second = (issue(case, kind="test-letter", by=officer, facts=WHY) for _ in range(2))
    return first, second


def test_pages_in_any_order_and_upside_down_find_their_papers(two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World) -> None:
    first, second = two
    one, other = pdf(first), pdf(second)
    pile = received(world, officer, pile_of((one, 1, 180), (other, 0, 0), (None, 0, 0), (one, 0, 90), (other, 1, 270)))
    assert states(pile) == ["filed", "filed", "unknown", "filed", "filed"]
    assert (pile.state, pile.read, pile.pages) == ("done", 5, 5)
    for paper in two:
        back = scanned(paper)
        assert len(back) == 2
        assert [page.get_rotation() for page in back] == [0, 0], "every page stands upright"
        assert "协助函" in back[0].get_textpage().get_text_range(), "the first page comes first"
        assert "回执" in back[1].get_textpage().get_text_range()
        assert fresh(paper).slip_back
        assert fresh(paper).returned_on == date(2023, 12, 18)


def test_the_same_pile_twice_changes_nothing(two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World) -> None:
    pages = pile_of((pdf(two[0]), 0, 0), (pdf(two[0]), 1, 0))
    pile = received(world, officer, pages)
    kept, files = fresh(two[0]).scan_id, stored()
    again = receive_pile(files=[upload(pages, "另一个名字.pdf")], org=world.here, by=officer, queue=False)
    assert again.again
    assert again.pile == pile
    turned = received(world, officer, pile_of((pdf(two[0]), 1, 0), (pdf(two[0]), 0, 0)))
    assert states(turned) == ["again", "again"]
    assert fresh(two[0]).scan_id == kept
    assert stored() == files + 1, "the other pile itself, and nothing filed"


def test_what_comes_later_joins_what_came_before(two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World) -> None:
    received(world, officer, pile_of((pdf(two[0]), 1, 0)))
    assert len(scanned(two[0])) == 1
    received(world, officer, pile_of((pdf(two[0]), 0, 180)))
    back = scanned(two[0])
    assert [len(back), "协助函" in back[0].get_textpage().get_text_range()] == [2, True]


def test_what_comes_in_a_pile_joins_a_scan_filed_whole_before(two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World) -> None:
    file_scan(two[0], pile_of((pdf(two[0]), 0, 0)), officer)
    received(world, officer, pile_of((pdf(two[0]), 1, 180)))
    back = scanned(two[0])
    assert ["协助函" in back[0].get_textpage().get_text_range(), "回执" in back[1].get_textpage().get_text_range(), len(back)] == [
        True,
        True,
        2,
    ]


def test_photographs_are_read_like_scans(two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World) -> None:
    picture = png_of(grey(pdf(two[0])[0], most=1600))
    pile = received(world, officer, picture)
    assert states(pile) == ["filed"]
    assert len(scanned(two[0])) == 1


def test_pages_without_a_code_are_filed_by_hand_or_dropped(two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World) -> None:
    pile = received(world, officer, pile_of((None, 0, 0), (None, 0, 0)))
    assert states(pile) == ["unknown", "unknown"]
    file_by_hand(pile, numbers=[1], paper=two[0], by=officer)
    assert drop_pages(pile, numbers=[2], by=officer) == 1
    assert states(pile) == ["filed", "dropped"]
    assert len(scanned(two[0])) == 1
    with pytest.raises(ValidationError, match="勾选"):
        file_by_hand(pile, numbers=[1], paper=two[0], by=officer)


def test_a_paper_of_another_town_and_a_void_one_are_left_and_said(
    two: tuple[IssuedPaper, IssuedPaper], officer: Actor, stranger: Actor, world: World
) -> None:  # fmt: skip
    content = pile_of((pdf(two[0]), 0, 0))
    pile = receive_pile(files=[upload(content)], org=world.elsewhere, by=stranger, queue=False).pile
    work_on_pile(code=pile.code)
    assert states(pile) == ["foreign"]
    assert fresh(two[0]).scan_id is None
    void_paper(two[1], by=officer, reason="写错了单位")
    assert states(received(world, officer, pile_of((pdf(two[1]), 0, 0)))) == ["foreign"]


def test_a_worker_of_the_job_that_was_killed_goes_on_where_it_stopped(
    two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    content = pile_of((pdf(two[0]), 0, 0), (pdf(two[0]), 1, 0), (pdf(two[1]), 0, 0), (None, 0, 0))
    pile = receive_pile(files=[upload(content)], org=world.here, by=officer, queue=False).pile
    real, seen = scans.read_page, []

    def dies(document: pypdfium2.PdfDocument, place: int) -> scans.Read:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(place)
        return real(document, place)

    monkeypatch.setattr(scans, "read_page", dies)
    with pytest.raises(KeyboardInterrupt):
        work_on_pile(code=pile.code)
    assert (fresh(pile).state, fresh(pile).read) == ("reading", 2)
    assert fresh(two[0]).scan_id is None
    monkeypatch.setattr(scans, "read_page", real)
    work_on_pile(code=pile.code)
    assert states(pile) == ["filed", "filed", "filed", "unknown"]
    before = [fresh(paper).scan_id for paper in two]
    work_on_pile(code=pile.code)
    assert [fresh(paper).scan_id for paper in two] == before


def test_a_post_that_ended_stops_the_filing_until_a_colleague_goes_on(
    two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World
) -> None:
    pile = receive_pile(files=[upload(pile_of((pdf(two[0]), 0, 0)))], org=world.here, by=officer, queue=False).pile
    with elevated("test"):
        from niangjia.core.access.models import Grant

        Grant.objects.filter(pk=officer.grant_id).update(valid_to=date(2023, 12, 1))
    work_on_pile(code=pile.code)
    assert fresh(pile).state == "failed"
    assert "岗位" in fresh(pile).message
    from niangjia.core.cases.tests.conftest import acting

    try_pile_again(pile, by=acting(world.officer(world.here)), queue=False)
    work_on_pile(code=pile.code)
    assert fresh(pile).state == "done"
    assert fresh(two[0]).scan_id


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"MZ\x90\x00", "只收"), (b"%PDF-1.7 nothing", "坏了"), (b"\xff\xd8\xff\xe0\x00\x04ab", "打不开"), (b"\x89PNG\r\n\x1a\n", "打不开")],
)
def test_what_is_no_scan_is_refused_and_nothing_is_kept(world: World, officer: Actor, content: bytes, said: str) -> None:
    before = stored()
    with pytest.raises(ValidationError, match=said):
        receive_pile(files=[upload(content, "x.pdf")], org=world.here, by=officer, queue=False)
    assert stored() == before
    assert not ScanPile.objects.exists()


def test_a_picture_too_large_to_open_is_refused_by_its_header(world: World, officer: Actor) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    with pytest.raises(ValidationError, match="太大"):
        receive_pile(files=[upload(bomb + b"\x00\x00\x00\x00IEND", "x.png")], org=world.here, by=officer, queue=False)


def test_without_the_right_nobody_hands_in_files_or_drops(world: World, stranger: Actor, case: Case, officer: Actor) -> None:
    paper = issue(case, kind="test-letter", by=officer, facts=WHY)
    with pytest.raises(Refused):
        receive_pile(files=[upload(pile_of((None, 0, 0)))], org=world.here, by=stranger, queue=False)
    with pytest.raises(Refused):
        file_scan(paper, pile_of((None, 0, 0)), stranger)
    pile = received(world, officer, pile_of((None, 0, 0)))
    for verb in (lambda: drop_pages(pile, numbers=[1], by=stranger), lambda: file_by_hand(pile, numbers=[1], paper=paper, by=stranger)):
        with pytest.raises(Refused):
            verb()


def test_one_scan_is_filed_to_its_paper_and_the_same_again_changes_nothing(case: Case, officer: Actor) -> None:
    paper = issue(case, kind="test-letter", by=officer, facts=WHY)
    content = pile_of((None, 0, 0))
    kept = file_scan(paper, content, officer)
    assert kept.media_type == "application/pdf"
    with elevated("test"):
        steps = case.steps.count()
    assert file_scan(fresh(paper), content, officer) == kept
    with elevated("test"):
        assert case.steps.count() == steps
    void_paper(fresh(paper), by=officer, reason="写错了单位")
    with pytest.raises(ValidationError, match="作废"):
        file_scan(fresh(paper), pile_of((None, 0, 0), (None, 0, 0)), officer)


@pytest.fixture
def heard() -> Iterator[list[tuple[str, bool]]]:
    """What a line is told when a scan of its letter is filed."""
    from dataclasses import replace

    calls: list[tuple[str, bool]] = []
    kept = kinds()["test-letter"]
    kinds()["test-letter"] = replace(kept, filed=lambda paper, *, slip, by, on: calls.append((paper.number, slip)))
    yield calls
    kinds()["test-letter"] = kept


def test_the_line_hears_of_the_slip_inside_the_same_transaction(
    two: tuple[IssuedPaper, IssuedPaper], officer: Actor, world: World, heard: list[tuple[str, bool]]
) -> None:  # fmt: skip
    received(world, officer, pile_of((pdf(two[0]), 0, 0), (pdf(two[1]), 1, 0)))
    assert heard == [(two[0].number, False), (two[1].number, True)]
