"""Deciding which way a matter goes (路径)."""

from datetime import date

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.trail.actions import record
from niangjia.work.rights.enums import Path
from niangjia.work.rights.models import Dispute


@transaction.atomic
def decide_path(case: Case, *, path: str, reason: str, by: Actor, on: date | None = None) -> Dispute:
    """An officer who knows the facts decides the way; the reason stands first among the reasons, those of the first look stay."""
    on, reason = on or today(), check_reason(reason)
    with elevated("decide_path: the case may lie outside the actor's subtree"):
        lock(case)
        require_reach(by, case, "rights.mediate")
        check_open(case)
        dispute = Dispute.objects.get(case=case)
        if path not in Path.values:
            refuse("没有这条路。", "path")
        before, dispute.path = dispute.path, path
        dispute.path_reasons = [f"承办认定：{reason}"[:200], *(one for one in dispute.path_reasons if not one.startswith("承办认定："))]
        dispute.save(update_fields=["path", "path_reasons"])
        record("rights.decide_path", subject=case.subject, by=by, org=case.org_id, on=on, reason=reason, before=before, after=path)
    return dispute
