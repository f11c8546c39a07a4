"""Keeping what somebody answered on the phone until it is sent (草稿), and taking evidence in."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal, unseal
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_open, refuse
from niangjia.core.files.actions import media_type_of, store, taken_in
from niangjia.core.trail.actions import record
from niangjia.work.rights.models import DRAFT, Draft, Evidence

DAYS_KEPT = 30
MOST_PIECES = 60
MOST_BYTES = 20 * 1024 * 1024
TAKEN = frozenset({"image/jpeg", "image/png", "application/pdf"})


@transaction.atomic
def keep_draft(*, token: str, answers: Mapping[str, Any]) -> str:
    """Keep the answers under the cookie's token, a new one where there is none yet; returns the token. Nobody acts here: no trail."""
    token = token or secrets.token_urlsafe(24)
    sealed = seal(json.dumps(dict(answers), ensure_ascii=False), DRAFT)
    Draft.objects.update_or_create(token_hash=_hash(token), defaults={"answers_sealed": sealed})
    return token


def draft_of(token: str) -> dict[str, Any]:
    """The answers kept under a token; none for an unknown one."""
    row = Draft.objects.filter(token_hash=_hash(token)).first() if token else None
    return json.loads(unseal(bytes(row.answers_sealed), DRAFT)) if row else {}


@transaction.atomic
def forget_draft(*, token: str) -> None:
    """What was sent, or given up, is kept no longer."""
    Draft.objects.filter(token_hash=_hash(token)).delete()


@transaction.atomic
def forget_old_drafts() -> int:
    """Drafts nobody touched for thirty days; returns how many."""
    return Draft.objects.filter(changed_at__lt=now() - timedelta(days=DAYS_KEPT)).delete()[0]


@transaction.atomic
def add_evidence(case: Case, *, files: Sequence[Any], by: Actor, titles: Sequence[str] = (), on: date | None = None) -> list[Evidence]:
    """Photos or PDF files, numbered on from the last piece. The person concerned, or whoever may work on the case, adds them.

    Raises ValidationError for other kinds of files, more than 20 MB, or too many; nothing is kept then.
    """
    with elevated("add_evidence: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        last = Evidence.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
        if last + len(files) > MOST_PIECES:
            refuse(f"一件案子最多 {MOST_PIECES} 份材料，再多的请带到窗口。", "photos")
        made = [_piece(case, file, last + place, titles[place - 1] if place <= len(titles) else "", by, on or today())
                for place, file in enumerate(files, 1)]  # fmt: skip
        if made:
            record("rights.evidence", subject=case.subject, by=by, org=case.org_id, on=on, numbers=[one.number for one in made])
    return made


def _piece(case: Case, file: Any, number: int, title: str, by: Actor, on: date) -> Evidence:
    with taken_in(file) as kept:
        if kept.size > MOST_BYTES:
            refuse(f"“{clean_text(file.name)[:40]}”超过 {MOST_BYTES >> 20} MB，请拍小一点再传。", "photos")
        if media_type_of(kept) not in TAKEN:
            refuse(f"“{clean_text(file.name)[:40]}”不是照片或 PDF。只收照片（JPG、PNG）和 PDF。", "photos")
        kept_file = store(data=kept, name=file.name, org=case.org, by=by, subject=case.subject, on=on)
    name = clean_text(title) or f"材料 {number}"
    return Evidence.objects.create(case=case, number=number, title=name[:80], file=kept_file, received_on=on)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
