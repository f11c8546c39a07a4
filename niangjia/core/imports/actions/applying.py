"""Submitting, approving and applying; and the job's way through a batch, resumable after any kill."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.urls import reverse

from niangjia.base.calendar import now, today
from niangjia.base.locks import alone
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.queries import grants_in_force
from niangjia.core.access.rules import require
from niangjia.core.imports import jobs
from niangjia.core.imports.actions import checking, undoing
from niangjia.core.imports.enums import State
from niangjia.core.imports.lanes import Turn, in_order
from niangjia.core.imports.models import Batch
from niangjia.core.imports.rules import must_be, must_be_another_person, must_have_something, needs_approval
from niangjia.core.imports.sheets import Chunk, sheets
from niangjia.core.tasks.actions import finish_task, open_task
from niangjia.core.tasks.enums import Kind
from niangjia.core.trail.actions import record

CHUNK = 10_000
ALONE = 0x44520000
"""First half of the advisory locks that say «this process works on this batch»."""
WRITES = 0x44520001
"""First half of the advisory locks under which batches of one sheet are written, one after another."""
ATTEMPTS = 3


class Overtaken(RuntimeError):
    """Another process went on with the batch meanwhile; nothing of this chunk was written."""


@transaction.atomic
def submit(*, batch: Batch, by: Actor, queue: bool = True) -> Batch:
    """Apply a checked batch, or ask a second person to approve it where it is large."""
    require(by, "imports.submit", batch.org)
    with _locked(batch) as locked:
        must_be(locked, State.CHECKED)
        must_have_something(locked)
        if needs_approval(locked, by):
            _await_approval(locked, by)
        else:
            _start(locked, by, queue)
    return locked


@transaction.atomic
def approve(*, batch: Batch, by: Actor, queue: bool = True) -> Batch:
    """Let a waiting batch be applied; a second person's verb."""
    require(by, "imports.approve", batch.org)
    with _locked(batch) as locked:
        must_be(locked, State.WAITING)
        must_be_another_person(locked, by)
        locked.approved_by_id, locked.approved_at = by.user_id, now()
        locked.save(update_fields=["approved_by", "approved_at"])
        record("imports.approve", subject=f"batch:{locked.code}", by=by, org=locked.org_id, batch=locked.code)
        finish_task(kind=Kind.APPROVE_BATCH, subject=f"batch:{locked.code}", outcome="已批准", by=by)
        _start(locked, by, queue)
    return locked


@transaction.atomic
def give_back(*, batch: Batch, by: Actor, reason: str) -> Batch:
    """Return a batch to the one who handed it in, with the reason; nothing of it enters the register."""
    permission = "imports.submit" if by.user_id == batch.submitted_by_id else "imports.approve"
    require(by, permission, batch.org)
    if not reason.strip():
        raise ValidationError("请写明退回的原因，提交的人要照着改。")
    with _locked(batch) as locked:
        must_be(locked, State.CHECKED, State.WAITING)
        locked.state, locked.message = State.RETURNED, reason.strip()
        locked.save(update_fields=["state", "message"])
        record("imports.give_back", subject=f"batch:{locked.code}", by=by, org=locked.org_id, batch=locked.code, reason=reason.strip())
        finish_task(kind=Kind.APPROVE_BATCH, subject=f"batch:{locked.code}", outcome="已退回", by=by)
    return locked


@transaction.atomic
def try_again(*, batch: Batch, by: Actor, queue: bool = True) -> Batch:
    """Go on with a batch that stopped for a fault, from the last row that was done."""
    require(by, "imports.submit", batch.org)
    with _locked(batch) as locked:
        must_be(locked, State.FAILED)
        locked.state = State.UNDOING if locked.applied_at else State.APPLYING if locked.applied_on else State.RECEIVED
        locked.message = ""
        locked.save(update_fields=["state", "message"])
        finish_task(kind=Kind.MEND_BATCH, subject=f"batch:{locked.code}", outcome="再试", by=by)
        record("imports.try_again", subject=f"batch:{locked.code}", by=by, org=locked.org_id, batch=locked.code)
        if queue:
            jobs.queue(locked)
    return locked


def work_on(*, code: str) -> bool:
    """Do what the state of a batch asks for, chunk by chunk; the job's verb, safe to call at any time and any number of times.

    Returns False when another process works on it. A lost database is raised (the work goes on later); any other fault is kept
    on the batch and told to its officer.
    """
    steps = {
        State.RECEIVED: checking.check, State.CHECKING: checking.check, State.APPLYING: _apply, State.UNDOING: undoing.take_back,
    }  # fmt: skip
    with elevated("imports: the job reads the batch it was given"):
        batch = Batch.objects.get(code=code)
    with alone(ALONE, batch.pk) as mine:
        while mine and (batch := _fresh(code)).state in steps:
            try:
                steps[State(batch.state)](batch, _acting(batch))
            except (OperationalError, InterfaceError):
                raise
            except Exception as fault:
                _fail(batch, fault)
                raise
    return mine


def _apply(batch: Batch, by: Actor) -> None:
    """Every chunk's rows and its progress commit together; the last chunk also closes the batch."""
    starts = range(batch.done + 1, batch.rows + 1, CHUNK)
    chunks = [Chunk(batch, first, min(first + CHUNK - 1, batch.rows), by, batch.applied_on or today()) for first in starts]
    met = Event()
    with _sheet_to_itself(batch):
        in_order(partial(_apply_chunk, met=met), chunks)


def _apply_chunk(chunk: Chunk, turn: Turn, *, met: Event) -> None:
    """A chunk with persons whom somebody else entered meanwhile is judged and applied anew, and those after it are judged in time."""
    chunk = replace(chunk, turn=turn, prepared=_prepared(chunk))
    for attempt in range(ATTEMPTS):
        try:
            return _try_chunk(chunk, thoroughly=met.is_set())
        except IntegrityError:
            met.set()
            if attempt == ATTEMPTS - 1:
                raise
    return None


@transaction.atomic
def _prepared(chunk: Chunk) -> Any:
    with elevated("imports: the batch was submitted by right and approved where needed"):
        return sheets()[chunk.batch.sheet].prepare(chunk)


@transaction.atomic
def _try_chunk(chunk: Chunk, *, thoroughly: bool) -> None:
    with elevated("imports: the batch was submitted by right and approved where needed"):
        sheet = sheets()[chunk.batch.sheet]
        checking.judge_again(sheet, chunk, thoroughly=thoroughly)
        sheet.apply(chunk)
        _settle_constraints()
        chunk.turn()
        batch = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=chunk.batch.pk)
        if batch.state != State.APPLYING or batch.done != chunk.first - 1:
            raise Overtaken(f"{batch.code}: {batch.done} rows are done, not {chunk.first - 1}")
        batch.done, batch.progress_at = chunk.last, now()
        if batch.done >= batch.rows:
            _finish(batch, chunk.by)
        batch.save(update_fields=["done", "progress_at", "state", "applied_at", "undo_until", *checking.COUNTS])


def _settle_constraints() -> None:
    """What is checked at the commit is checked now, while the chunk before is still being written."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _finish(batch: Batch, by: Actor) -> None:
    checking.count_again(batch)
    batch.state, batch.applied_at = State.APPLIED, now()
    batch.undo_until = today() + timedelta(days=settings.UNDO_DAYS)
    counts = {name: getattr(batch, name) for name in checking.COUNTS}
    record("imports.apply", subject=f"batch:{batch.code}", by=by, org=batch.org_id, on=batch.applied_on, batch=batch.code, **counts)


def _start(batch: Batch, by: Actor, queue: bool) -> None:
    batch.state, batch.done, batch.total, batch.applied_on, batch.progress_at = State.APPLYING, 0, batch.rows, today(), now()
    batch.save(update_fields=["state", "done", "total", "applied_on", "progress_at"])
    record("imports.start", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code, new=batch.new, changed=batch.changed)
    if queue:
        jobs.queue(batch)


def _await_approval(batch: Batch, by: Actor) -> None:
    batch.state = State.WAITING
    batch.save(update_fields=["state"])
    open_task(
        kind=Kind.APPROVE_BATCH, title=f"批准导入 {batch.new + batch.changed} 行：{sheets()[batch.sheet].title}", org=batch.org,
        subject=f"batch:{batch.code}", url=reverse("imports:batch", args=[batch.code]), permission="imports.approve", by=by,
        not_by=by.user_id,
    )  # fmt: skip
    record("imports.submit", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code)


@contextmanager
def _locked(batch: Batch) -> Iterator[Batch]:
    with elevated("imports: the right over this batch's organisation was checked"):
        yield Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=batch.pk)


@contextmanager
def _sheet_to_itself(batch: Batch) -> Iterator[None]:
    """Batches of one sheet are written one after another, so that two with the same persons do not meet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [WRITES, batch.sheet])
        try:
            yield
        finally:
            if not connection.connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [WRITES, batch.sheet])


def _fresh(code: str) -> Batch:
    with elevated("imports: the job reads the batch it was given"):
        return Batch.objects.select_related("org", "file", "grant__user").get(code=code)


def _acting(batch: Batch) -> Actor:
    """The one under whose post the work goes on; the post must still be in force."""
    if batch.grant is None:
        return SYSTEM
    with elevated("imports: the post under which the batch was handed in"):
        grant = grants_in_force(batch.grant.user).filter(pk=batch.grant_id).first()  # type: ignore[misc]
        if grant is None:
            raise ValidationError("办理人的岗位已到期或被收回，这一批没有继续。请由现任的同事重新提交。")
        return under(grant)


@transaction.atomic
def _fail(batch: Batch, fault: Exception) -> None:
    said = (
        "；".join(fault.messages)
        if isinstance(fault, ValidationError)
        else f"系统出错（{type(fault).__name__}），已做完的行都在，没有做一半的行。"
    )
    with elevated("imports: the fault is told to the batch's officer"):
        locked = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=batch.pk)
        locked.state, locked.message = State.FAILED, f"{said}可以点“再试一次”从断处继续；还不行请把批次编号告诉系统管理员。"
        locked.save(update_fields=["state", "message"])
        open_task(
            kind=Kind.MEND_BATCH, title=f"导入没有完成：{sheets()[batch.sheet].title}", org=locked.org, subject=f"batch:{batch.code}",
            url=reverse("imports:batch", args=[batch.code]), permission="imports.submit", assigned_to=locked.submitted_by_id, by=SYSTEM,
        )  # fmt: skip
        record("imports.fail", subject=f"batch:{batch.code}", by=SYSTEM, org=batch.org_id, batch=batch.code, fault=type(fault).__name__)
