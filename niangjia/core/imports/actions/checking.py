"""Checking a file: staged rows, each with a decision made by set-based SQL."""

from functools import partial

from django.conf import settings
from django.db import connection, transaction

from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.base.workbooks import UnreadableFile, open_workbook
from niangjia.core.access.actor import Actor
from niangjia.core.files.queries import open_file
from niangjia.core.imports.enums import Decision, State
from niangjia.core.imports.lanes import Turn, in_order
from niangjia.core.imports.models import Batch
from niangjia.core.imports.queries import unions_in_doubt
from niangjia.core.imports.reading import NothingToRead, Reading
from niangjia.core.imports.sheets import Chunk, Context, Sheet, sheets
from niangjia.core.imports.staging import COLUMNS, Staged, staged
from niangjia.core.imports.unions import employers_below, finder_below
from niangjia.core.trail.actions import record

COUNTS = {
    "new": Decision.NEW, "same": Decision.SAME, "changed": Decision.CHANGED, "duplicates": Decision.DOUBLE, "refused": Decision.REFUSED,
}  # fmt: skip

WITHOUT_LOOPS = "SET LOCAL enable_nestloop = off"
"""The planner knows nothing yet about the rows of a new batch and takes them for one: it would go over all of them once for each."""
BY_INDEX = "SET LOCAL enable_seqscan = off"
"""A register that was empty a minute ago has no statistics yet: the planner would read it whole for every row."""
_TABLE = """CREATE TEMP TABLE imports_incoming (number int, worksheet smallint, "row" int, key bytea, facts jsonb, decision smallint, problems jsonb)
    ON COMMIT DROP"""
_COPY = f"COPY imports_incoming ({COLUMNS.replace('row', chr(34) + 'row' + chr(34))}) FROM STDIN (FORMAT csv)"
_DOUBLES = f"""WITH found AS MATERIALIZED (
        SELECT number, first_value("row") OVER same AS first_row, first_value(worksheet) OVER same AS first_worksheet,
            first_value(number) OVER same AS first_number
        FROM imports_batchrow WHERE batch_id = %(batch)s AND key IS NOT NULL AND decision NOT IN ({int(Decision.DOUBLE)}, {int(Decision.REFUSED)})
        WINDOW same AS (PARTITION BY key ORDER BY number))
    UPDATE imports_batchrow AS later SET decision = {int(Decision.DOUBLE)}, target = NULL, changes = NULL,
        problems = coalesce(later.problems, '[]') || jsonb_build_array(
            jsonb_build_object('column', %(column)s::text, 'kind', 'double_in_file', 'refuses', true, 'message',
                '与' || CASE WHEN first_worksheet = later.worksheet THEN '' ELSE '第 ' || first_worksheet || ' 张表' END
                || '第 ' || first_row || ' 行' || %(same)s::text || '，只取一行'))
    FROM found WHERE later.batch_id = %(batch)s AND later.number = found.number AND found.number <> found.first_number"""
_STAGE = """INSERT INTO imports_batchrow (batch_id, number, worksheet, "row", decision, target, key, facts, changes, problems)
    SELECT %(batch)s, incoming.number, incoming.worksheet, incoming."row", coalesce(judged.decision, incoming.decision), judged.target,
        incoming.key, jsonb_strip_nulls(incoming.facts), judged.changes,
        CASE WHEN judged.note IS NULL THEN incoming.problems ELSE coalesce(incoming.problems, '[]') || judged.note END
    FROM imports_incoming AS incoming LEFT JOIN ({judge}) AS judged ON judged.number = incoming.number ORDER BY incoming.number"""
_JUDGE_AGAIN = """WITH waiting AS MATERIALIZED (
        SELECT number, key, facts FROM imports_batchrow AS row WHERE batch_id = %(batch)s AND number BETWEEN %(first)s AND %(last)s
            AND (decision = 3 OR decision = 1 AND (target IS NOT NULL OR {stirred}))),
    judged AS ({judge})
    UPDATE imports_batchrow AS staged SET decision = judged.decision, target = judged.target, changes = judged.changes,
        problems = CASE WHEN judged.note IS NULL THEN staged.problems ELSE coalesce(staged.problems, '[]') || judged.note END
    FROM judged WHERE staged.batch_id = %(batch)s AND staged.number = judged.number
        AND (staged.decision <> judged.decision OR staged.target IS DISTINCT FROM judged.target OR staged.changes IS DISTINCT FROM judged.changes)"""


def check(batch: Batch, by: Actor) -> None:
    """Read, clean, stage and judge the whole file; begun anew if it was interrupted. An unreadable file is refused with its reason."""
    sheet = sheets()[batch.sheet]
    _begin(batch)
    one_union = batch.org_id if batch.org.is_grassroots else None
    try:
        workbook = open_workbook(lambda: open_file(batch.file), limit=settings.IMPORT_MAX_ROWS)
        reading = Reading(workbook, sheet, chosen=batch.mapping, one_union=one_union is not None)
        context = _context(batch, one_union)
        in_order(partial(_take_in, batch, sheet), staged(reading, sheet, context))
        if not any(seen.rows for seen in reading.seen):
            raise UnreadableFile("表头下面没有数据行：请确认内容在表里、没有全部隐藏或筛掉，再上传。")
    except UnreadableFile as reason:
        _refuse(batch, reason, by)
    else:
        _close(batch, reading, context, by)


def judge_again(sheet: Sheet, chunk: Chunk, *, thoroughly: bool) -> None:
    """What was decided days or seconds ago may no longer hold: rows whose person joined elsewhere meanwhile change their decision.

    Looking for every new row's record once more costs as much as entering a third of it, so it is done ``thoroughly`` only when the
    register refused a chunk because somebody is there by now.
    """
    batch, first, last = chunk.place
    stirred = f"({sheet.stirred}) OR ({sheet.known})" if thoroughly else sheet.stirred
    judge = sheet.judge.format(incoming="waiting")
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        params = {"batch": batch, "first": first, "last": last, **sheet.judged_with(chunk.batch)}
        cursor.execute(_JUDGE_AGAIN.format(judge=judge, stirred=stirred), params)


def count_again(batch: Batch) -> None:
    """Set the counts of the batch (unsaved) from its rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT decision, count(*) FROM imports_batchrow WHERE batch_id = %s GROUP BY 1", [batch.pk])
        found = dict(cursor.fetchall())
    for name, decision in COUNTS.items():
        setattr(batch, name, found.get(int(decision), 0))


@transaction.atomic
def _begin(batch: Batch) -> None:
    with elevated("imports: the job checks the batch it was given"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM imports_batchrow WHERE batch_id = %s", [batch.pk])
        none = dict.fromkeys((*COUNTS, "rows", "done", "total"), 0)
        Batch.objects.filter(pk=batch.pk).update(state=State.CHECKING, message="", progress_at=now(), **none)


def _context(batch: Batch, one_union: int | None) -> Context:
    with elevated("imports: unions below the batch's organisation, which lies inside the officer's scope"):
        return Context(today(), finder_below(batch.org, batch.answers), employers_below(batch.org), one_union, batch.org_id)


@transaction.atomic
def _take_in(batch: Batch, sheet: Sheet, chunk: Staged, turn: Turn) -> None:
    """One chunk: COPY, decisions, progress; all or nothing."""
    with elevated("imports: duplicates are looked for in the whole register"), connection.cursor() as cursor:
        params = {"batch": batch.pk, **sheet.judged_with(batch)}
        cursor.execute(BY_INDEX)
        cursor.execute(_TABLE)
        with cursor.copy(_COPY) as copy:
            copy.write(chunk.csv)
        cursor.execute("ANALYZE imports_incoming (number, key)")
        cursor.execute(_STAGE.format(judge=sheet.judge.format(incoming="imports_incoming") + " WHERE incoming.decision IS NULL"), params)
        cursor.execute("DROP TABLE imports_incoming")
        turn()
        Batch.objects.filter(pk=batch.pk).update(rows=chunk.last, done=chunk.last, progress_at=now())


def _find_doubles(batch: Batch) -> None:
    """Of the rows about one record the first counts, once refused ones are put aside; over the whole file in one pass."""
    sheet = sheets()[batch.sheet]
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_LOOPS)
        cursor.execute(_DOUBLES, {"batch": batch.pk, "column": sheet.key, "same": sheet.same})
        cursor.execute("SET LOCAL enable_nestloop = on")


@transaction.atomic
def _refuse(batch: Batch, reason: UnreadableFile, by: Actor) -> None:
    with elevated("imports: the job checks the batch it was given"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM imports_batchrow WHERE batch_id = %s", [batch.pk])
        seen = [one.as_json() for one in (reason.seen if isinstance(reason, NothingToRead) else ())]
        Batch.objects.filter(pk=batch.pk).update(
            state=State.REFUSED, message=str(reason), worksheets=seen, rows=0, done=0, progress_at=now()
        )
        record("imports.refuse", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code)


@transaction.atomic
def _close(batch: Batch, reading: Reading, context: Context, by: Actor) -> None:
    with elevated("imports: the job checks the batch it was given"):
        _find_doubles(batch)
        count_again(batch)
        batch.state, batch.checked_at, batch.worksheets = State.CHECKED, now(), [seen.as_json() for seen in reading.seen]
        batch.doubts = [{**doubt, "near": context.unions.find(doubt["said"]).near} for doubt in unions_in_doubt(batch)]
        batch.save(update_fields=["state", "checked_at", "worksheets", "doubts", *COUNTS])
        record("imports.check", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code,
               **{name: getattr(batch, name) for name in COUNTS})  # fmt: skip
