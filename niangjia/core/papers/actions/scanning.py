"""A pile of scanned pages: taken in, read page by page by a job that may be killed, each page filed to the paper whose code it carries."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, connection, transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.locks import alone
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import require
from niangjia.core.cases.queries import reaches
from niangjia.core.cases.rules import refuse
from niangjia.core.files.actions import media_type_of, store, taken_in
from niangjia.core.files.media import SCANS
from niangjia.core.files.models import StoredFile
from niangjia.core.files.queries import open_file
from niangjia.core.files.vault import Kept, Reader
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers import jobs, scans
from niangjia.core.papers.actions.filing import file_scan
from niangjia.core.papers.enums import PageState, PileState
from niangjia.core.papers.models import IssuedPaper, ScanPage, ScanPile
from niangjia.core.papers.queries import SCAN, genuine
from niangjia.core.papers.rules import MOST_BYTES, MOST_PAGES
from niangjia.core.trail.actions import record

ALONE = 0x44520002
"""First half of the advisory locks that say «this process reads this pile»."""
KEPT_DAYS = 90
"""Days the pile itself is kept; what was filed stays with its paper."""
MOST_FILES = 200


@dataclass(frozen=True)
class Received:
    """The pile that some files became; ``again`` when the same files had become one before."""

    pile: ScanPile
    again: bool


@transaction.atomic
def receive_pile(*, files: Sequence[Any], org: Organisation, by: Actor, on: date | None = None, queue: bool = True) -> Received:
    """Keep scanned files and open their pile; a job reads it (unless ``queue`` is False: then the caller calls ``work_on_pile``).

    The same files in any order lead to the first pile. Raises ValidationError for anything but PDF and pictures; nothing is kept then.
    """
    require(by, SCAN, org)
    on = on or today()
    if any(getattr(file, "too_large", False) for file in files):
        refuse(f"有一个文件太大。一个文件最多 {MOST_BYTES >> 20} MB，请分开扫。", "sheets")
    if not 0 < len(files) <= MOST_FILES:
        refuse(f"请选扫描件，一次最多 {MOST_FILES} 个文件。", "sheets")
    with elevated("receive_pile: the pile belongs to the organisation of the post, checked above"), ExitStack() as held:
        kept = [(held.enter_context(taken_in(file)), clean_text(getattr(file, "name", "") or "扫描件.pdf")) for file in files]
        print_of = hashlib.sha256("".join(sorted(one.sha256 for one, _ in kept)).encode()).hexdigest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ALONE, print_of])
        if before := ScanPile.objects.filter(org=org, fingerprint=print_of).first():
            return Received(before, again=True)
        counted = [(one, name, _pages(one, name)) for one, name in kept]
        total = sum(pages for _, _, pages in counted)
        if total > MOST_PAGES:
            refuse(f"一次最多 {MOST_PAGES} 页，这里有 {total} 页。请分几次交。", "sheets")
        code = f"SC-{on.year}-{take_codes('scans', on.year):05d}"
        pile = ScanPile.objects.create(
            code=code, org=org, fingerprint=print_of, pages=total, user_id=by.user_id, grant_id=by.grant_id, received_on=on
        )
        _lay_out(pile, counted, by, on)
        record("papers.receive", subject=f"pile:{code}", by=by, org=org.pk, on=on, pages=total, files=len(files))
        if queue:
            jobs.read_pile.defer(code=code)
    return Received(pile, again=False)


def _pages(kept: Kept, name: str) -> int:
    if kept.size > MOST_BYTES:
        refuse(f"“{name[:40]}”超过 {MOST_BYTES >> 20} MB，请分开扫。", "sheets")
    kind = media_type_of(kept)
    if kind not in SCANS:
        refuse(f"“{name[:40]}”不是 PDF 或照片。只收 PDF、JPG、PNG。", "sheets")
    with Reader(kept.path) as reader:
        content = reader.readall() or b""
    try:
        return scans.pages_in(content, kind)
    except scans.Unreadable as error:
        refuse(f"“{name[:40]}”：{error}", "sheets")


def _lay_out(pile: ScanPile, counted: Iterable[tuple[Kept, str, int]], by: Actor, on: date) -> None:
    until, number, rows = on + timedelta(days=KEPT_DAYS), 0, []
    for kept, name, pages in counted:
        stored = store(data=kept, name=name, org=pile.org, by=by, subject=f"pile:{pile.code}", kept_until=until, on=on)
        for place in range(pages):
            number += 1
            rows.append(ScanPage(pile=pile, number=number, file=stored, place=place))
    ScanPage.objects.bulk_create(rows)


def work_on_pile(*, code: str) -> bool:
    """Read what is not read yet and file what is known; safe to call at any time and any number of times. False: another process does."""
    with elevated("papers: the job reads the pile it was given"):
        pile = ScanPile.objects.get(code=code)
    with alone(ALONE, pile.pk) as mine:
        if mine:
            try:
                _read_rest(pile)
                _file_known(pile, _acting(pile))
            except (OperationalError, InterfaceError):
                raise
            except (ValidationError, PermissionDenied) as fault:
                _settle(pile, PileState.FAILED, "；".join(fault.messages) if isinstance(fault, ValidationError) else str(fault))
            else:
                _settle(pile, PileState.DONE, "")
    return mine


def _read_rest(pile: ScanPile) -> None:
    """Page by page, each committed with its progress; one file is in memory at a time."""
    with elevated("papers: the job reads the pile it was given"):
        waiting = list(ScanPage.objects.filter(pile=pile, state=PageState.WAITING).select_related("file").order_by("number"))
    by_file: dict[int, list[ScanPage]] = defaultdict(list)
    for page in waiting:
        by_file[page.file_id].append(page)
    for pages in by_file.values():
        content = _content(pages[0].file)
        with scans.opened(content, pages[0].file.media_type) as document:
            for page in pages:
                _keep_read(pile, page, scans.read_page(document, page.place))


@transaction.atomic
def _keep_read(pile: ScanPile, page: ScanPage, found: scans.Read) -> None:
    with elevated("papers: the job reads the pile it was given"):
        page.token, page.part, page.is_slip, page.turn, page.looks = found.token, found.part, found.is_slip, found.turn, found.looks
        page.state = PageState.KNOWN if found.token else PageState.UNKNOWN
        page.save(update_fields=["token", "part", "is_slip", "turn", "looks", "state"])
        pile.read = ScanPage.objects.filter(pile=pile).exclude(state=PageState.WAITING).count()
        ScanPile.objects.filter(pk=pile.pk).update(read=pile.read)


def _file_known(pile: ScanPile, by: Actor) -> None:
    """The known pages of each paper together, each paper in a transaction of its own."""
    with elevated("papers: the job reads the pile it was given"):
        known = ScanPage.objects.filter(pile=pile, state=PageState.KNOWN).order_by("number").values_list("token", flat=True)
        tokens = list(dict.fromkeys(known))
    for token in tokens:
        _file_paper(pile, token, by)


@transaction.atomic
def _file_paper(pile: ScanPile, token: str, by: Actor) -> None:
    paper = genuine(token)
    with elevated("papers: whether the post reaches the paper is checked page by page"):
        pages = list(ScanPage.objects.select_for_update(of=("self",)).filter(pile=pile, token=token, state=PageState.KNOWN))
        case = paper.case if paper else None
        if paper is None or case is None or not reaches(by, case):
            _mark(pages, PageState.FOREIGN, note="这份文书不归这个岗位办")
            return
        if paper.voided_on:
            _mark(pages, PageState.FOREIGN, note="这份文书已经作废")
            return
    attach(paper, pages, by=by, on=max(pile.received_on, paper.issued_on))


@transaction.atomic
def attach(paper: IssuedPaper, pages: Sequence[ScanPage], *, by: Actor, on: date | None = None) -> None:
    """File pages to a paper together with those filed before; pages that look the same as one filed before change nothing."""
    with elevated("attach: the case may lie outside the actor's subtree"):
        before = list(ScanPage.objects.filter(paper=paper, state=PageState.FILED).select_related("file"))
        seen = {page.looks for page in before if page.looks}
        fresh: list[ScanPage] = []
        for page in pages:
            again = page.looks in seen and bool(page.looks)
            _mark([page], PageState.AGAIN if again else PageState.FILED, paper)
            if not again:
                fresh.append(page)
                seen.add(page.looks)
        if not fresh:
            return
        whole = sorted([*before, *fresh], key=lambda page: (page.part or MOST_PAGES, page.pile_id, page.number))
        earlier = _earlier(paper) if not before else []
        content = scans.gathered([*earlier, *(_source(page) for page in whole)])
        file_scan(paper, content, by, on, slip=any(page.is_slip for page in fresh))


@transaction.atomic
def file_by_hand(pile: ScanPile, *, numbers: Sequence[int], paper: IssuedPaper, by: Actor, on: date | None = None) -> None:
    """Pages without a code, or with one that could not be read, go to the paper an officer names."""
    require(by, SCAN, pile.org)
    pages = _open_pages(pile, numbers)
    attach(paper, pages, by=by, on=on or today())


@transaction.atomic
def drop_pages(pile: ScanPile, *, numbers: Sequence[int], by: Actor, on: date | None = None) -> int:
    """Blank backs and what got in by mistake: no longer listed as open. Returns how many."""
    require(by, SCAN, pile.org)
    with elevated("drop_pages: the right over the pile was checked"):
        pages = _open_pages(pile, numbers)
        _mark(pages, PageState.DROPPED)
        record("papers.drop", subject=f"pile:{pile.code}", by=by, org=pile.org_id, on=on, pages=sorted(numbers))
    return len(pages)


def try_pile_again(pile: ScanPile, *, by: Actor, queue: bool = True) -> None:
    """Go on with a pile that stopped, under the post of whoever asks."""
    require(by, SCAN, pile.org)
    with transaction.atomic(), elevated("try_pile_again: the right over the pile was checked"):
        ScanPile.objects.filter(pk=pile.pk).update(state=PileState.READING, message="", user=by.user_id, grant=by.grant_id)
        record("papers.receive", subject=f"pile:{pile.code}", by=by, org=pile.org_id, again=True)
        if queue:
            jobs.read_pile.defer(code=pile.code)


def _open_pages(pile: ScanPile, numbers: Sequence[int]) -> list[ScanPage]:
    with elevated("papers: the right over the pile was checked"):
        rows = ScanPage.objects.select_for_update(of=("self",)).filter(pile=pile, number__in=numbers, state__in=OPEN)
        pages = list(rows.select_related("file").order_by("number"))
    if not pages:
        refuse("请先勾选还没有归档的页。")
    return pages


OPEN = (PageState.UNKNOWN, PageState.FOREIGN)
"""Pages somebody still has to look at."""


def _mark(pages: Sequence[ScanPage], state: PageState, paper: IssuedPaper | None = None, *, note: str = "") -> None:
    for page in pages:
        page.state, page.paper, page.note = state, paper, note
        page.save(update_fields=["state", "paper", "note"])


def _earlier(paper: IssuedPaper) -> list[scans.Source]:
    """The pages of a scan that was filed whole, on the paper's own page: what comes later joins it."""
    stored = IssuedPaper.objects.select_related("scan").get(pk=paper.pk).scan
    if stored is None:
        return []
    pages = scans.pages_in(_content(stored), stored.media_type)
    return [scans.Source(-stored.pk, lambda: _content(stored), stored.media_type, place) for place in range(pages)]


def _source(page: ScanPage) -> scans.Source:
    return scans.Source(page.file_id, lambda: _content(page.file), page.file.media_type, page.place, page.turn)


def _content(stored: StoredFile) -> bytes:
    with open_file(stored) as file:
        return file.read()


def _settle(pile: ScanPile, state: PileState, message: str) -> None:
    with transaction.atomic(), elevated("papers: the job reads the pile it was given"):
        ScanPile.objects.filter(pk=pile.pk).update(state=state, message=message[:200])


def _acting(pile: ScanPile) -> Actor:
    """The one under whose post the pile was handed in; the post must still be in force."""
    if pile.grant_id is None:
        return SYSTEM
    with elevated("papers: the post under which the pile was handed in"):
        grant = grants_in_force(pile.user).filter(pk=pile.grant_id).first() if pile.user else None
        if grant is None:
            refuse("交来的人岗位已到期或被收回，没有继续归档。请现在的同事点“接着归档”。")
        return under(grant)
