"""Asking for batches and their rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.imports.enums import RUNNING, Decision, State
from niangjia.core.imports.models import Batch, BatchRow

TO_LOOK_AT = (Decision.CHANGED, Decision.DOUBLE, Decision.REFUSED)
WORTH_KEEPING = (State.RECEIVED, State.CHECKING, State.CHECKED, State.WAITING, State.APPLYING, State.APPLIED)
"""States in which the same bytes lead back to the batch; after a refusal, a return or an undo the file starts anew."""


def batches(actor: Actor) -> QuerySet[Batch]:
    """The batches this actor may see, newest first."""
    return visible(actor, Batch.objects.select_related("org", "file", "submitted_by", "approved_by"), "imports.view").order_by("-id")


def earlier(sheet: str, org: int, sha256: str) -> Batch | None:
    """The batch that already holds the same bytes for the same sheet and organisation."""
    same = Batch.objects.filter(sheet=sheet, org=org, file__sha256=sha256, state__in=WORTH_KEEPING)
    return same.select_related("org", "file").order_by("id").last()


def unfinished_codes() -> list[str]:
    """Codes of batches a job should be working on."""
    with elevated("imports: the resuming job looks at every organisation's batches"):
        return list(Batch.objects.filter(state__in=RUNNING).order_by("id").values_list("code", flat=True))


def rows(batch: Batch, decision: str = "") -> QuerySet[BatchRow]:
    """Rows of a batch in the order of the file: of one decision, or those to look at."""
    wanted = {choice.name.lower(): (choice,) for choice in Decision}.get(decision, TO_LOOK_AT)
    return BatchRow.objects.filter(batch=batch, decision__in=wanted).order_by("number")


def refused_rows(batch: Batch) -> QuerySet[BatchRow]:
    """Rows to be sent back with their reasons: the refused ones and the doubles."""
    return BatchRow.objects.filter(batch=batch, decision__in=(Decision.DOUBLE, Decision.REFUSED)).order_by("number")


def counts(batch: Batch) -> dict[str, int]:
    """Counts by decision as pages and the command name them."""
    return {
        "new": batch.new, "same": batch.same, "changed": batch.changed, "duplicates": batch.duplicates, "refused": batch.refused,
    }  # fmt: skip


def unions_in_doubt(batch: Batch) -> Sequence[Mapping[str, Any]]:
    """Names of unions nobody could find, with how many rows carry each, the most frequent first."""
    statement = """SELECT problem ->> 'was' AS said, min(problem ->> 'message') AS message, count(*) AS rows
        FROM imports_batchrow, jsonb_array_elements(problems) AS problem
        WHERE batch_id = %s AND decision = %s AND problem ->> 'kind' IN ('unknown_union', 'ambiguous_union')
        GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 20"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [batch.pk, int(Decision.REFUSED)])
        return [{"said": said, "message": message, "rows": number} for said, message, number in cursor.fetchall()]


def due(actor: Actor) -> tuple[int, int]:
    """How many batches wait for this actor, and how many of them went wrong: for the menu."""
    seen = batches(actor)
    waiting = seen.filter(Q(state=State.CHECKED) | Q(state=State.WAITING) | Q(state=State.FAILED))
    return waiting.count(), waiting.filter(state=State.FAILED).count()
