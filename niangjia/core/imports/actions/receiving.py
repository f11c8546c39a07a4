"""Taking a file in, and the answers an officer gives about its columns and unions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_name
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.files import media
from niangjia.core.files.actions import media_type_of, store, taken_in
from niangjia.core.files.uploads import SealedUpload
from niangjia.core.files.vault import Kept
from niangjia.core.imports import jobs
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch
from niangjia.core.imports.queries import earlier
from niangjia.core.imports.rules import must_be
from niangjia.core.imports.sheets import sheets
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record

KEPT_DAYS = 90
"""Days a file stays when nothing comes of it; after the last day of undo it goes sooner."""
READABLE = (media.XLSX, media.XLS, media.CSV)


@dataclass(frozen=True)
class Received:
    """The batch a file became; ``again`` when the same bytes had become one before."""

    batch: Batch
    again: bool


@transaction.atomic
def receive(
    *,
    sheet: str,
    data: bytes | BinaryIO | SealedUpload,
    name: str,
    org: Organisation,
    by: Actor,
    on: date | None = None,
    queue: bool = True,
) -> Received:
    """Keep a file and open its batch; a job checks it (unless ``queue`` is False: then the caller calls ``work_on``).

    Raises ValidationError for a file that is no table; the same bytes for the same sheet and organisation lead to the earlier batch.
    """
    require(by, "imports.submit", org)
    if sheet not in sheets():
        raise ValidationError(f"没有“{sheet}”这种表，可导入的有：{'、'.join(sheets())}")
    require(by, sheets()[sheet].permission, org)
    day = on or today()
    with elevated("imports: a batch belongs to the organisation the officer chose, checked above"):
        with taken_in(data) as kept:
            _must_be_a_table(kept, name)
            _one_at_a_time(kept.sha256)
            if before := earlier(sheet, org.pk, kept.sha256):
                return Received(before, again=True)
            code = _code(day.year)
            until = day + timedelta(days=KEPT_DAYS)
            stored = store(data=kept, name=name, org=org, by=by, subject=f"batch:{code}", kept_until=until, on=on)
        batch = Batch.objects.create(
            code=code, sheet=sheet, file=stored, org=org, submitted_by_id=by.user_id, grant_id=by.grant_id, progress_at=now()
        )
        record(
            "imports.receive", subject=f"batch:{batch.code}", by=by, org=org.pk, on=on, batch=batch.code, sheet=sheet, sha256=stored.sha256
        )
        if queue:
            jobs.queue(batch)
    return Received(batch, again=False)


@transaction.atomic
def settle_columns(*, batch: Batch, mapping: Mapping[str, str], by: Actor) -> None:
    """Say which column a heading is (heading → column's name, or "" for none of ours) and have the file checked again."""
    sheet = sheets()[batch.sheet]
    for heading, column in mapping.items():
        if column and not sheet.column(column):
            raise ValidationError(f"“{heading}”对到了不存在的列，请从列表里选。")
    with _open_again(batch, by) as locked:
        locked.mapping = locked.mapping | dict(mapping)
        locked.save(update_fields=["mapping"])
        record("imports.settle_columns", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code, mapping=dict(mapping))


@transaction.atomic
def settle_unions(*, batch: Batch, answers: Mapping[str, int], by: Actor) -> None:
    """Say which union a name in the file means (name → union's id) and have the file checked again."""
    known = Organisation.objects.filter(pk__in=answers.values(), lft__range=(batch.org.lft, batch.org.rgt), ended_on__isnull=True)
    grassroots = {org.pk for org in known if org.is_grassroots}
    if set(answers.values()) - grassroots:
        raise ValidationError("所选的不是本批组织范围内的基层工会，请重新选择。")
    with _open_again(batch, by) as locked:
        locked.answers = locked.answers | {clean_name(said): org for said, org in answers.items()}
        locked.save(update_fields=["answers"])
        record(
            "imports.settle_unions", subject=f"batch:{batch.code}", by=by, org=batch.org_id, batch=batch.code, unions=list(answers.values())
        )


@contextmanager
def _open_again(batch: Batch, by: Actor) -> Iterator[Batch]:
    """Lock a batch not yet applied, let the caller change it, and queue a new check."""
    require(by, "imports.submit", batch.org)
    with elevated("imports: the officer holds the right over this batch's organisation"):
        locked = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=batch.pk)
        must_be(locked, State.CHECKED, State.REFUSED)
        yield locked
        locked.state, locked.message = State.RECEIVED, ""
        locked.save(update_fields=["state", "message"])
        jobs.queue(locked)


def _must_be_a_table(kept: Kept, name: str) -> None:
    kind = media_type_of(kept)
    if kind == media.LOCKED:
        raise ValidationError("这个工作簿设了打开密码：请去掉密码另存后再上传。")
    if kept.size == 0:
        raise ValidationError("这个文件是空的：请确认保存后再上传。")
    if kept.size > settings.IMPORT_MAX_BYTES:
        raise ValidationError(f"文件超过 {settings.IMPORT_MAX_BYTES >> 20} MB：请拆成几份，分别上传。")
    if kind not in READABLE:
        raise ValidationError(f"“{name}”是{media.title(kind)}，不是表格：请上传 .xlsx、.xls 或 .csv。")


def _one_at_a_time(sha256: str) -> None:
    """Two uploads of the same bytes at once: the second waits and finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def _code(year: int) -> str:
    return f"DR-{settings.DIVISION}-{year}-{take_codes('DR', year):05d}"
