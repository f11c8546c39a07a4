"""Verbs of founding and developing unions that concern a union and its members at once (组建与会员发展)."""

from datetime import date

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.core.access.actor import Actor
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions as people
from niangjia.core.people.models import Membership

_MEMBERS = " FROM people_membership WHERE union_id = %(union)s AND until IS NULL"
_TRANSFERRED = "SELECT person_id, %(to)s::bigint, %(on)s::date" + _MEMBERS
_CLOSED = "SELECT person_id, %(on)s::date, 'closed'" + _MEMBERS


@transaction.atomic
def merge_unions(union: Organisation, *, into: Organisation, by: Actor, on: date | None = None) -> Organisation:
    """Merge a union into another: its members are transferred on that day, then it ends (合并)."""
    on = on or today()
    people.transfer_many(rows=_TRANSFERRED, params={"union": union.pk, "to": into.pk, "on": on}, by=by, on=on)
    return orgs.merge(union, into=into, by=by, on=on)


@transaction.atomic
def dissolve_union(
    union: Organisation, *, by: Actor, on: date | None = None, reason: str = "", to: Organisation | None = None
) -> Organisation:
    """Dissolve a union: its members go over to the union ``to``, or their membership ends because it was closed (撤销)."""
    on = on or today()
    if to:
        people.transfer_many(rows=_TRANSFERRED, params={"union": union.pk, "to": to.pk, "on": on}, by=by, on=on)
    else:
        people.end_many(rows=_CLOSED, params={"union": union.pk, "on": on}, by=by, on=on)
    left = Membership.objects.filter(union=union, until=None).count()
    return orgs.dissolve(union, members_left=left, by=by, on=on, reason=reason)
