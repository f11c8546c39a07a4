"""The end of a union together with the people in it: members go over or leave, officers step down, then the union ends (合并、撤销)."""

from datetime import date

from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions.bulk import end_many, transfer_many
from niangjia.core.people.actions.membership import NOT_ASKED
from niangjia.core.people.models import Membership, Officer
from niangjia.core.people.rules import check_day, check_receiving, refuse
from niangjia.core.trail.actions import record_bulk

_MEMBERS = " FROM people_membership WHERE union_id = %(union)s AND until IS NULL"
_TRANSFERRED = "SELECT person_id, %(to)s::bigint, %(on)s::date" + _MEMBERS
_CLOSED = "SELECT person_id, %(on)s::date, 'closed'" + _MEMBERS
_STEPPED_DOWN = """SELECT 'person:' || person_id, jsonb_build_object('post', post), jsonb_build_object('post', post, 'ended_on', valid_to)
    FROM people_officer WHERE org_id = %(union)s AND valid_to = %(on)s ORDER BY person_id, id"""


@transaction.atomic
def merge_unions(union: Organisation, *, into: Organisation, by: Actor, on: date | None = None) -> Organisation:
    """Merge a union into another: its members are transferred and its officers step down on that day, then it ends (合并)."""
    require(by, "orgs.move", union)
    require(by, "orgs.move", into)
    on = on or today()
    _check(union, into, on, "into")
    transfer_many(rows=_TRANSFERRED, params={"union": union.pk, "to": into.pk, "on": on}, by=by, on=on)
    Membership.objects.filter(transferring_to=union).update(transferring_to=into)
    _step_down(union, by, on)
    return orgs.merge(union, into=into, by=by, on=on)


@transaction.atomic
def dissolve_union(
    union: Organisation, *, by: Actor, on: date | None = None, reason: str = "", to: Organisation | None = None
) -> Organisation:
    """Dissolve a union: its members go over to the union ``to``, or their membership ends because it was closed (撤销)."""
    require(by, "orgs.move", union)
    on = on or today()
    _check(union, to, on, "to")
    if to:
        transfer_many(rows=_TRANSFERRED, params={"union": union.pk, "to": to.pk, "on": on}, by=by, on=on)
    else:
        end_many(rows=_CLOSED, params={"union": union.pk, "on": on}, by=by, on=on)
    Membership.objects.filter(transferring_to=union).update(**NOT_ASKED)
    _step_down(union, by, on)
    return orgs.dissolve(union, by=by, on=on, reason=reason)


def _check(union: Organisation, to: Organisation | None, on: date, field: str) -> None:
    """The day is no day to come, and who receives the members exists that day and is another grassroots union."""
    check_day(on, "终止日期")
    if to is None:
        return
    if to.pk == union.pk:
        refuse("不能转给它自己，请选择另一家。", field)
    check_receiving(to, on)
    if union.is_grassroots and not to.is_grassroots:
        refuse(f"{to.get_kind_display()}“{to.name}”不直接管会员，请选一家基层工会。", field)


def _step_down(union: Organisation, by: Actor, on: date) -> None:
    with elevated("a union ends: its officers may belong to other unions"):
        held = Officer.objects.select_for_update().filter(org=union, valid_to=None)
        if late := held.filter(valid_from__gte=on).select_related("person").first():
            refuse(f"{late.person.name}{chinese_date(late.valid_from)}才当选{late.get_post_display()}，终止日期要在它之后。", "on")
        if held.update(valid_to=on):
            record_bulk(
                "people.step_down", touches=_STEPPED_DOWN, params={"union": union.pk, "on": on}, subject=f"org:{union.pk}", by=by,
                org=union.pk, on=on,
            )  # fmt: skip
