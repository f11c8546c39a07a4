"""Worksheets of the calculator become claims of a case (计算过程)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_open, refuse, require_reach
from niangjia.core.trail.actions import record
from niangjia.work.rights.models import SHEET, Claim, Reckoning

WORK = "rights.mediate"


@transaction.atomic
def keep_reckoning(case: Case, *, sheets: Sequence[Mapping[str, Any]], by: Actor, on: date | None = None) -> list[Reckoning]:
    """Keep worksheets that came along with a request for help, tied to the claims it made of them. Part of asking: the asker is in the case."""
    on = on or today()
    with elevated("keep_reckoning: the case may answer to another town"):
        kept = [_kept(case, sheet, by, on) for sheet in sheets]
        for row, sheet in zip(kept, sheets, strict=True):
            for one in sheet["sums"]:
                Claim.objects.filter(case=case, kind=one["kind"], item=one["item"][:80]).update(reckoning=row)
        if kept:
            record("rights.reckon", subject=case.subject, by=by, org=case.org_id, on=on, sorts=[row.sort for row in kept])
    return kept


@transaction.atomic
def take_over(case: Case, *, sheet: Mapping[str, Any], by: Actor, on: date | None = None) -> Reckoning:
    """Write the sums of a worksheet as claims with their articles. A claim of the same kind and item takes the new sum."""
    on = on or today()
    with elevated("take_over: the case may lie outside the actor's subtree"):
        lock(case)
        require_reach(by, case, WORK)
        check_open(case)
        if not sheet["sums"]:
            refuse("算出来没有可以主张的钱，没有诉求可登记。")
        row = _kept(case, sheet, by, on)
        for one in sheet["sums"]:
            _claim(case, one, row, on)
        Reckoning.objects.filter(case=case, sort=row.sort, replaced_on__isnull=True).exclude(pk=row.pk).update(replaced_on=on)
        record("rights.reckon", subject=case.subject, by=by, org=case.org_id, on=on, sorts=[row.sort], reckoning=row.pk)
    return row


def _kept(case: Case, sheet: Mapping[str, Any], by: Actor, on: date) -> Reckoning:
    sealed = seal(json.dumps(dict(sheet), ensure_ascii=False), SHEET)
    total = Decimal(sheet["total"])
    return Reckoning.objects.create(case=case, sort=sheet["sort"], sheet_sealed=sealed, total=total, made_on=on, made_by=by.actor_key)


def _claim(case: Case, one: Mapping[str, str], row: Reckoning, on: date) -> None:
    said = {"claimed": Decimal(one["amount"]), "basis": one["basis"][:120], "reckoning": row}
    found = Claim.objects.filter(case=case, kind=one["kind"], item=one["item"][:80], person=case.person).first()
    if found:
        Claim.objects.filter(pk=found.pk).update(**said)
        return
    Claim.objects.create(case=case, person=case.person, kind=one["kind"], item=one["item"][:80], made_on=on, **said)
