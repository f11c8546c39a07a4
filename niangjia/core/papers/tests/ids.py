"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions as cases
from niangjia.core.papers.actions import file_scan, issue, receive_pile, work_on_pile
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.pdf import pdf_of, written
from niangjia.core.papers.queries import paper_of
from niangjia.work.rights.tests.factories import new_dispute
from tests.house import word


def code(world: Any) -> str:
    """A case of the town with a paper in it."""
    case = new_dispute(world)
    with elevated("test: a paper"):
        cases.advance(case, "accept", by=SYSTEM, mediated_by="桃源街道调解室")
        issue(case, kind="rights-acceptance", by=SYSTEM)
    return case.code


def token(world: Any) -> str:
    """What stands in the code of a paper."""
    with elevated("test: a paper"):
        return IssuedPaper.objects.get(case__code=code(world)).token


def scanned(world: Any) -> str:
    """A case whose paper came back as a scan."""
    with elevated("test: a scan"):
        paper = IssuedPaper.objects.get(case__code=code(world))
        file_scan(paper, pdf_of(paper_of(paper)), SYSTEM)
        return paper.case.code


def pile(world: Any) -> str:
    """A pile with one page that nobody could place."""
    blank = pypdfium2.PdfDocument.new()
    blank.new_page(595, 842)
    with elevated("test: a pile"):
        made = receive_pile(files=[SimpleUploadedFile("扫描.pdf", written(blank))], org=world.here, by=SYSTEM, queue=False).pile
    work_on_pile(code=made.code)
    return made.code


IDS = {
    **{f"{name}:code": pile for name in ("pile", "pile-progress", "pile-again", "pile-pages", "pile-picture")},
    "code": code,
    "kind": word("rights-acceptance"),
    "number": word(1),
    "ending": word("pdf"),
    "token": token,
    "scan:code": scanned,
}
