"""Taking a batch back within days, and forgetting what was staged when those days are over."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Q

from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.imports import jobs
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch
from niangjia.core.imports.rules import must_be, must_be_in_time
from niangjia.core.imports.sheets import Chunk, sheets
from niangjia.core.trail.actions import record

CHUNK = 10_000


@transaction.atomic
def undo(*, batch: Batch, by: Actor, reason: str = "", queue: bool = True) -> Batch:
    """Take an applied batch back: what nobody touched since returns to what it was, the rest is left and listed."""
    require(by, "imports.submit", batch.org)
    with elevated("imports: the right over this batch's organisation was checked"):
        locked = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=batch.pk)
        must_be(locked, State.APPLIED)
        must_be_in_time(locked)
        locked.state, locked.done, locked.total, locked.left_alone, locked.grant_id = State.UNDOING, 0, locked.rows, 0, by.grant_id
        locked.progress_at = now()
        locked.save(update_fields=["state", "done", "total", "left_alone", "grant", "progress_at"])
        record("imports.undo", subject=f"batch:{locked.code}", by=by, org=locked.org_id, batch=locked.code, reason=reason)
        if queue:
            jobs.queue(locked)
    return locked


def take_back(batch: Batch, by: Actor) -> None:
    """The job's part of undo: chunk by chunk, progress with each."""
    while (current := _take_back_chunk(batch.pk, by)).state == State.UNDOING:
        continue
    batch.state = current.state


@transaction.atomic
def _take_back_chunk(pk: int, by: Actor) -> Batch:
    with elevated("imports: undo was asked for by right"):
        batch = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=pk)
        if batch.state != State.UNDOING:
            return batch
        chunk = Chunk(batch, batch.done + 1, min(batch.done + CHUNK, batch.rows), by, today())
        batch.left_alone += sheets()[batch.sheet].undo(chunk)
        batch.done, batch.progress_at = chunk.last, now()
        if batch.done >= batch.rows:
            batch.state, batch.undone_at = State.UNDONE, now()
            record("imports.undone", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code, left_alone=batch.left_alone)
        batch.save(update_fields=["done", "progress_at", "state", "undone_at", "left_alone"])
    return batch


@transaction.atomic
def forget_staging(*, by: Actor, on: date | None = None) -> int:
    """Forget what rows said once undo is no longer possible; where they came from and what became of them stays. Returns how many batches."""
    day = on or today()
    over = Q(undo_until__lt=day) | Q(undone_at__isnull=False) | Q(undo_until__isnull=True, file__kept_until__lt=day)
    with elevated("imports: the retention job works on every organisation"), connection.cursor() as cursor:
        found = list(Batch.objects.filter(over, forgotten_on__isnull=True).select_for_update(of=("self",)))
        for batch in found:
            cursor.execute("UPDATE imports_batchrow SET facts = NULL, changes = NULL, problems = NULL WHERE batch_id = %s", [batch.pk])
            batch.forgotten_on = day
            batch.save(update_fields=["forgotten_on"])
            record("imports.forget", subject=f"batch:{batch.code}", by=by, org=batch.org_id, on=on, batch=batch.code)
    return len(found)


@transaction.atomic
def note_hand_back(*, batch: Batch, by: Actor) -> None:
    """Write down that somebody took the refused rows, with their numbers in clear, as a file."""
    require(by, "imports.submit", batch.org)
    record(
        "imports.hand_back", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code, rows=batch.refused + batch.duplicates
    )
