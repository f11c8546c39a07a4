"""Files put to a case, and taken back (附件)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Attachment, Case, StepTaken
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.files.actions import take_upload
from niangjia.core.files.media import PICTURES_AND_PAPERS
from niangjia.core.trail.actions import record

MOST_FILES = 500
MOST_AT_ONCE = 20
MOST_BYTES = 30 * 1024 * 1024


@transaction.atomic
def attach(
    case: Case, *, files: Sequence[Any], by: Actor, permission: str, on: date | None = None, title: str = "", for_worker: bool = False,
) -> list[Attachment]:  # fmt: skip
    """Put files to an open case: pictures, PDF, Word, Excel, at most 30 MB each. Raises ValidationError; nothing is kept then."""
    with elevated("attach: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, permission)
        return _put(case, files, by, on or today(), None, title, for_worker)


@transaction.atomic
def attach_to_step(done: StepTaken, *, files: Sequence[Any], by: Actor, title: str = "") -> list[Attachment]:
    """The files that came with a step just taken, which checked the right; seen by the worker where the step is. They are called as it is."""
    if not files:
        return []
    with elevated("attach_to_step: the case may lie outside the actor's subtree"):
        return _put(done.case, files, by, done.on, done.number, title or done.title, done.for_worker)


@transaction.atomic
def withdraw(attachment: Attachment, *, by: Actor, permission: str, reason: str, on: date | None = None) -> None:
    """A file put to the wrong case, or twice, is no longer shown; it stays kept."""
    on, reason = on or today(), check_reason(reason)
    with elevated("withdraw: the case may lie outside the actor's subtree"):
        case = attachment.case
        lock(case)
        require_reach(by, case, permission)
        if attachment.withdrawn_on:
            refuse("这份附件已经撤下。")
        Attachment.objects.filter(pk=attachment.pk).update(withdrawn_on=on, withdrawn_because=reason)
        record("cases.withdraw", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, number=attachment.number)


def _put(case: Case, files: Sequence[Any], by: Actor, on: date, step: int | None, title: str, for_worker: bool) -> list[Attachment]:
    last = Attachment.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    if len(files) > MOST_AT_ONCE:
        refuse(f"一次最多 {MOST_AT_ONCE} 份，请分几次传。", "attachments")
    if last + len(files) > MOST_FILES:
        refuse(f"一件案子最多 {MOST_FILES} 份附件。", "attachments")
    made = []
    for number, file in enumerate(files, last + 1):
        stored = take_upload(
            file, org=case.org, by=by, subject=case.subject, taken=PICTURES_AND_PAPERS, most_bytes=MOST_BYTES, field="attachments", on=on
        )  # fmt: skip
        called = clean_text(title) or stored.name
        made.append(
            Attachment.objects.create(
                case=case, number=number, title=called[:80], file=stored, step=step, received_on=on, by=by.actor_key, by_name=by.name,
                for_worker=for_worker,
            )
        )  # fmt: skip
    record("cases.attach", subject=case.subject, by=by, org=case.org_id, on=on, numbers=[one.number for one in made], step=step)
    return made
