"""Filing what comes back: one scan to one paper; the line hears of it inside the same transaction (扫描件)."""

from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock, write_step
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.files.actions import media_type_of, store, taken_in
from niangjia.core.files.media import SCANS
from niangjia.core.files.models import StoredFile
from niangjia.core.papers import scans
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.pictures import PDF
from niangjia.core.papers.queries import kind_of
from niangjia.core.papers.rules import MOST_BYTES, MOST_PAGES, check_in_force, require_filing
from niangjia.core.trail.actions import record


@transaction.atomic
def file_scan(paper: IssuedPaper, file: Any, by: Actor, on: date | None = None, *, slip: bool = False) -> StoredFile:
    """File a scan to a paper: a stored file, an upload or bytes; PDF or a picture, kept as PDF. A later scan takes the place of an earlier one.

    ``slip``: the return slip is among its pages. Raises ValidationError for other files, Refused where the right is missing.
    """
    on = on or today()
    with elevated("file_scan: the case may lie outside the actor's subtree"):
        case = Case.objects.get(pk=paper.case_id)
        lock(case)
        require_filing(by, case, paper)
        paper.refresh_from_db()
        check_in_force(paper)
        if on < paper.issued_on or on > today():
            refuse(f"归档日期要在出文（{chinese_date(paper.issued_on)}）到今天之间。", "on")
        stored = file if isinstance(file, StoredFile) else _stored(case, paper, file, by, on)
        if paper.scan_id and paper.scan and paper.scan.sha256 == stored.sha256:
            return paper.scan
        paper.scan, paper.returned_on, paper.slip_back = stored, on, paper.slip_back or slip
        paper.save(update_fields=["scan", "returned_on", "slip_back"])
        title = f"归档{'回执' if slip else '扫描件'}：{paper.title}"
        write_step(case, step="scan", title=title[:60], source=case.state, by=by, on=on, for_worker=False)
        record(
            "papers.file", subject=case.subject, by=by, org=case.org_id, on=on, paper=paper.pk, number=paper.number, sha256=stored.sha256,
            slip=slip,
        )  # fmt: skip
        kind = kind_of(paper)
        if kind and kind.filed:
            kind.filed(paper, slip=slip, by=by, on=on)
    return stored


def _stored(case: Case, paper: IssuedPaper, file: Any, by: Actor, on: date) -> StoredFile:
    size = len(file) if isinstance(file, bytes) else file.size
    if size > MOST_BYTES or getattr(file, "too_large", False):
        refuse(f"文件超过 {MOST_BYTES >> 20} MB，请分开扫。", "file")
    content = file if isinstance(file, bytes) else file.read()
    with taken_in(content) as kept:
        kind = media_type_of(kept)
    if kind not in SCANS:
        refuse("只收 PDF 和照片（JPG、PNG）。", "file")
    try:
        pages = scans.pages_in(content, kind)
        whole = content if kind == PDF else scans.gathered([scans.Source(0, lambda: content, kind, 0)])
    except scans.Unreadable as error:
        refuse(str(error), "file")
    if pages > MOST_PAGES:
        refuse(f"一份最多 {MOST_PAGES} 页。", "file")
    return store(data=whole, name=f"扫描件 {paper.number or paper.ordinal}.pdf", org=case.org, by=by, subject=case.subject, on=on)
