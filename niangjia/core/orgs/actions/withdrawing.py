"""Taking entries of organisations back that were made by mistake: the rows go, the trail says what they were."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.actions.intervals import lock_tree
from niangjia.core.orgs.models import Coverage, Employer, Organisation, OrgName, Placement, Term
from niangjia.core.trail.actions import record_bulk

_TOUCHES = """SELECT 'org:' || org.id, jsonb_build_object('name', org.name, 'code', org.code, 'kind', org.kind, 'founded_on', org.founded_on),
    jsonb_build_object('removed', true) FROM orgs_organisation AS org WHERE org.id = ANY(%s) ORDER BY org.id"""


@transaction.atomic
def withdraw_many(ids: Sequence[int], *, by: Actor, on: date | None = None, batch: str = "") -> int:
    """Remove organisations that were entered by mistake and that nothing refers to; their employers go over to the parent.

    An organisation that existed is ended, not withdrawn. The caller has made sure that nobody belongs to them. Returns how many.
    """
    require(by, "orgs.change")
    with elevated("orgs.withdraw_many: organisations of one batch"):
        lock_tree()
        orgs = Organisation.objects.filter(pk__in=ids)
        record_bulk("orgs.withdraw_many", touches=_TOUCHES, params=[list(ids)], subject=f"batch:{batch}", by=by, on=on, batch=batch)
        for model in (Placement, OrgName, Term):
            model.objects.filter(org__in=ids).delete()
        Coverage.objects.filter(union__in=ids).delete()
        for employer in Employer.objects.filter(answering_org__in=ids).annotate(above=F("answering_org__parent")):
            Employer.objects.filter(pk=employer.pk).update(answering_org=employer.above)
        return orgs.delete()[0]
