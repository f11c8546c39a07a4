"""Issuing a paper under its number, voiding it, setting the head of an organisation's papers."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Max

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.actions.rows import lock, write_step
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_reason, refuse, require_reach
from niangjia.core.notices import actions as notices
from niangjia.core.notices.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.models import STRUCTURE, IssuedPaper, Letterhead
from niangjia.core.papers.paper import digest, dumped
from niangjia.core.papers.queries import drafted, head_of, may_clear
from niangjia.core.papers.rules import check_in_force, check_may_issue, kind_named
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_TAKE = """
INSERT INTO papers_series (word, year, last) VALUES (%(word)s, %(year)s, 1)
ON CONFLICT (word, year) DO UPDATE SET last = papers_series.last + 1 RETURNING last
"""


@transaction.atomic
def issue(case: Case, *, kind: str, by: Actor, on: date | None = None, facts: Mapping[str, Any] | None = None) -> IssuedPaper:
    """Make a paper of the case and give it its number.

    Raises ValidationError where the case does not stand where this paper belongs or a fact is wanting, Refused where the right is missing;
    no number is used up then.
    """
    made, on = kind_named(kind), on or today()
    with elevated("issue: the case may be worked on by somebody outside its subtree"):
        lock(case)
        require_reach(by, case, made.right_of(by))
        check_may_issue(case, made, on)
        token = "".join(secrets.choice(LETTERS) for _ in range(16))
        paper = drafted(case, made, by=by, on=on, facts=facts or {}, number=_number(case, made, on), token=token)
        structure = dumped(paper)
        ordinal = (IssuedPaper.objects.filter(case=case).aggregate(last=Max("ordinal"))["last"] or 0) + 1
        issued = IssuedPaper.objects.create(
            case=case, ordinal=ordinal, kind=kind, title=paper.title[:80], number=paper.number, issuer=paper.issuer,
            structure_sealed=seal(structure, STRUCTURE), sha256=digest(structure), token=token, issued_on=on, issued_by=by.actor_key,
            for_worker=made.for_worker,
        )  # fmt: skip
        step = f"出文书：{issued.title}{f'（{issued.number}）' if issued.number else ''}"
        write_step(case, step="paper", title=step[:60], source=case.state, by=by, on=on, for_worker=made.for_worker)
        record(
            "papers.issue", subject=case.subject, by=by, org=case.org_id, on=on, kind=kind, number=issued.number, sha256=issued.sha256,
            paper=issued.pk,
        )  # fmt: skip
        _tell(case, made, issued, by)
    return issued


def _number(case: Case, made: PaperKind, on: date) -> str:
    if not made.series:
        return ""
    word = head_of(Organisation.objects.get(pk=case.org_id))[1] + made.series
    return f"{word}〔{on.year}〕{_next_number(word, on.year)}号"


def _next_number(word: str, year: int) -> int:
    """The next of a word in a year; the row stays locked until the commit, so that a refused paper leaves no gap."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"word": word, "year": year})
        return int(cursor.fetchone()[0])


def _tell(case: Case, made: PaperKind, issued: IssuedPaper, by: Actor) -> None:
    """The persons concerned hear of papers meant for them, and that their number stands on one in clear."""
    if not (made.for_worker or made.unmasks):
        return
    for person in Person.objects.filter(pk__in=case.persons):
        for field in made.unmasks if may_clear(by, person) else ():
            record("people.unmask", subject=person.subject, by=by, org=person.home_org_id, reason=f"制作{issued.title}", field=field)
        if made.for_worker:
            title = "你的事有进展" if case.sealed else f"有一份文书给你：{issued.title}"
            notices.tell(
                person=person, title=title[:60], text="打开就能看，也可以下载。", kind=Kind.MESSAGE, by=by, url=f"/m/cases/{case.code}/"
            )


@transaction.atomic
def void_paper(paper: IssuedPaper, *, by: Actor, reason: str, on: date | None = None) -> None:
    """The paper is no longer in force: its page says so, and so does every copy written from now on. The number is not used again."""
    on, reason = on or today(), check_reason(reason)
    made = kind_named(paper.kind)
    with elevated("void_paper: the case may lie outside the actor's subtree"):
        case = Case.objects.get(pk=paper.case_id)
        lock(case)
        require_reach(by, case, made.right_of(by))
        paper.refresh_from_db()
        check_in_force(paper)
        if on < paper.issued_on:
            refuse(f"作废不能早于出文（{chinese_date(paper.issued_on)}）。", "on")
        paper.voided_on, paper.void_reason = on, reason[:120]
        paper.save(update_fields=["voided_on", "void_reason"])
        step = f"作废文书：{paper.title}"
        write_step(case, step="void", title=step[:60], source=case.state, by=by, on=on, note=reason, for_worker=paper.for_worker)
        record("papers.void", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, number=paper.number, paper=paper.pk)


@dataclass(frozen=True)
class Issued:
    """What came of one kind for many cases: the papers, and the cases refused with the reason."""

    papers: Sequence[IssuedPaper]
    refused: Sequence[tuple[Case, str]]


def issue_many(
    cases: Sequence[Case], *, kind: str, by: Actor, on: date | None = None, facts: Mapping[str, Any] | None = None
) -> Issued:  # fmt: skip
    """One kind of paper for many cases, each in a transaction of its own: one refusal hinders no other."""
    papers, refused = [], []
    for case in cases:
        try:
            papers.append(issue(case, kind=kind, by=by, on=on, facts=facts))
        except ValidationError as refusal:
            refused.append((case, "；".join(refusal.messages)))
        except PermissionDenied as refusal:
            refused.append((case, str(refusal)))
    return Issued(papers, refused)


@transaction.atomic
def set_head(*, org: Organisation, name: str, word: str, by: Actor) -> Letterhead:
    """What stands at the head of an organisation's papers from now on; numbers of an earlier word stay as they are."""
    require(by, "papers.head", org)
    name, word = clean_text(name), clean_text(word)
    with elevated("set_head: a word belongs to one organisation in the whole house"):
        taken = Letterhead.objects.filter(word=word).exclude(org=org).exists()
        if not name or not word:
            refuse("发文机关和代字都要写。")
        if taken:
            refuse(f"代字“{word}”已有别的工会在用，换一个。", "word")
        head, _ = Letterhead.objects.update_or_create(org=org, defaults={"name": name[:60], "word": word[:20]})
        record("papers.head", subject=f"org:{org.pk}", by=by, org=org.pk, name=name, word=word)
    return head
