"""Evidence of a dispute: taken in with its pages counted, named, put in order, taken out with a reason (证据)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.files.actions import checked_upload, media_type_of, store
from niangjia.core.files.media import SCANS
from niangjia.core.files.vault import Kept, Reader
from niangjia.core.papers import scans
from niangjia.core.trail.actions import record
from niangjia.work.rights.models import Evidence

WORK, LAWYER = "rights.mediate", "rights.lawyer"
MOST_PIECES = 60
MOST_PAGES = 500
MOST_BYTES = 20 * 1024 * 1024
OUT_OF_THE_WAY = 1000
"""Added to numbers while they change places, so that no two are the same in between."""


@transaction.atomic
def add_evidence(case: Case, *, files: Sequence[Any], by: Actor, titles: Sequence[str] = (), on: date | None = None) -> list[Evidence]:
    """Photos or PDF files, numbered on from the last piece. The person concerned, or whoever may work on the case, adds them.

    Raises ValidationError for other kinds of files, more than 20 MB, or too many; nothing is kept then.
    """
    with elevated("add_evidence: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        last = Evidence.objects.filter(case=case, removed_on__isnull=True).aggregate(last=Max("number"))["last"] or 0
        if last + len(files) > MOST_PIECES:
            refuse(f"一件案子最多 {MOST_PIECES} 份材料，再多的请带到窗口。", "photos")
        made = [_piece(case, file, last + place, titles[place - 1] if place <= len(titles) else "", by, on or today())
                for place, file in enumerate(files, 1)]  # fmt: skip
        if made:
            record("rights.evidence", subject=case.subject, by=by, org=case.org_id, on=on, numbers=[one.number for one in made])
    return made


def _piece(case: Case, file: Any, number: int, title: str, by: Actor, on: date) -> Evidence:
    with checked_upload(file, taken=SCANS, most_bytes=MOST_BYTES, field="photos") as kept:
        pages = _pages(kept, file)
        kept_file = store(data=kept, name=file.name, org=case.org, by=by, subject=case.subject, on=on)
    name = clean_text(title) or f"材料 {number}"
    return Evidence.objects.create(case=case, number=number, title=name[:80], file=kept_file, pages=pages, received_on=on)


def _pages(kept: Kept, file: Any) -> int:
    """Pages of a PDF; a picture is one."""
    if media_type_of(kept) != "application/pdf":
        return 1
    with Reader(kept.path) as reader:
        content = reader.readall() or b""
    try:
        pages = scans.pages_in(content, "application/pdf")
    except scans.Unreadable as error:
        refuse(f"“{clean_text(file.name)[:40]}”：{error}", "photos")
    if not 0 < pages <= MOST_PAGES:
        refuse(f"“{clean_text(file.name)[:40]}”有 {pages} 页，一份最多 {MOST_PAGES} 页，请拆开。", "photos")
    return pages


@transaction.atomic
def list_original(case: Case, *, title: str, pages: int, by: Actor, proves: str = "", on: date | None = None) -> Evidence:
    """A piece of which only the paper exists: it stands in the list with its pages, the original is shown at the hearing."""
    with elevated("list_original: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, right_of(by))
        if not clean_text(title) or not 0 < pages <= MOST_PAGES:
            refuse(f"请写名称，页数在 1 到 {MOST_PAGES} 之间。", "title")
        number = (Evidence.objects.filter(case=case, removed_on__isnull=True).aggregate(last=Max("number"))["last"] or 0) + 1
        if number > MOST_PIECES:
            refuse(f"一件案子最多 {MOST_PIECES} 份材料。", "title")
        row = Evidence.objects.create(
            case=case, number=number, title=clean_text(title)[:80], proves=clean_text(proves)[:120], pages=pages, received_on=on or today()
        )
        record("rights.evidence", subject=case.subject, by=by, org=case.org_id, on=on, numbers=[number])
    return row


@transaction.atomic
def describe_evidence(case: Case, *, number: int, title: str, proves: str, by: Actor) -> None:
    """What a piece is called and what it proves."""
    with elevated("describe_evidence: the case may lie outside the actor's subtree"):
        row = _held(case, number, by)
        if not clean_text(title):
            refuse("请写名称。", "title")
        row.title, row.proves = clean_text(title)[:80], clean_text(proves)[:120]
        row.save(update_fields=["title", "proves"])
        record("rights.describe_evidence", subject=case.subject, by=by, org=case.org_id, number=number, piece=row.pk)


@transaction.atomic
def move_evidence(case: Case, *, number: int, to: int, by: Actor) -> None:
    """Put a piece at another place; those between move up or down by one."""
    with elevated("move_evidence: the case may lie outside the actor's subtree"):
        _held(case, number, by)
        rows = list(Evidence.objects.filter(case=case, removed_on__isnull=True).order_by("number"))
        piece = next(row for row in rows if row.number == number)
        rows.remove(piece)
        rows.insert(min(max(to, 1), len(rows) + 1) - 1, piece)
        _number(case, rows)
        record("rights.order_evidence", subject=case.subject, by=by, org=case.org_id, order=[row.pk for row in rows])


@transaction.atomic
def remove_evidence(case: Case, *, number: int, reason: str, by: Actor, on: date | None = None) -> None:
    """Take a piece out of the list; it is kept with its reason, and those behind it move up."""
    on, reason = on or today(), check_reason(reason)
    with elevated("remove_evidence: the case may lie outside the actor's subtree"):
        row = _held(case, number, by)
        row.removed_on, row.removed_because = on, reason[:120]
        row.save(update_fields=["removed_on", "removed_because"])
        _number(case, list(Evidence.objects.filter(case=case, removed_on__isnull=True).order_by("number")))
        record("rights.remove_evidence", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, number=number, piece=row.pk)


def right_of(by: Actor) -> str:
    """Officers by their right to mediate, a lawyer named on the case by theirs."""
    return LAWYER if by.may(LAWYER) and not by.may(WORK) else WORK


def _held(case: Case, number: int, by: Actor) -> Evidence:
    lock(case)
    check_open(case)
    require_reach(by, case, right_of(by))
    row = Evidence.objects.filter(case=case, number=number, removed_on__isnull=True).first()
    if row is None:
        refuse("没有这一份，也许别人刚改过次序。请看一看新的目录。")
    return row


def _number(case: Case, rows: Sequence[Evidence]) -> None:
    """One, two, three in this order."""
    Evidence.objects.filter(case=case, removed_on__isnull=True).update(number=F("number") + OUT_OF_THE_WAY)
    for place, row in enumerate(rows, 1):
        row.number = place
    Evidence.objects.bulk_update(rows, ["number"])
