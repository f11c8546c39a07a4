"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions as cases
from niangjia.core.papers.actions import issue, receive_pile, work_on_pile
from niangjia.core.papers.pdf import written
from niangjia.work.rights.tests.factories import new_dispute
from tests.house import word


def code(world: Any) -> str:
    """A case of the town with a paper in it."""
    case = new_dispute(world)
    with elevated("test: a paper"):
        cases.advance(case, "accept", by=SYSTEM, mediated_by="桃源街道调解室")
        issue(case, kind="rights-acceptance", by=SYSTEM)
    return case.code


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
    "token": word("2" * 16),
}
