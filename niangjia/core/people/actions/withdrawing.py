"""Unions that a batch entered: who was elected to their committees, and taking the unions back while nobody has touched them since."""

from datetime import date

from django.db import connection, transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import name_key
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, unseal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.actions import withdraw_many
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions.details import register_person
from niangjia.core.people.models import ID_NUMBER, Officer, Person
from niangjia.core.people.rules import check_reach, refuse


@transaction.atomic
def person_for_office(*, sealed: bytes, name: str, home: int, by: Actor, on: date | None = None, batch: str = "") -> int:
    """The id of whoever has this (sealed) identity number; somebody unknown is registered with the union ``home``, not yet a member."""
    require(by, "people.change")
    number = unseal(sealed, ID_NUMBER)
    with elevated("person_for_office: an officer may belong to another union"):
        known = Person.objects.filter(id_index=blind(number, ID_NUMBER), merged_into=None).first()
        if known is None:
            org = Organisation.objects.get(pk=home)
            known = register_person(home_org=org, name=name, id_number=number, by=by, on=on, source=f"导入批次 {batch}" if batch else "")
        elif known.name_key != name_key(name):
            refuse(f"{name}的证件号登记的是另一个姓名，请核对。")
    return known.pk


@transaction.atomic
def withdraw_unions(*, batch: str, by: Actor, on: date | None = None) -> int:
    """Take back the unions a batch founded: those that nobody touched since go with their officers. Returns how many were left alone."""
    require(by, "orgs.change")
    on = on or today()
    with elevated("withdraw_unions: unions of one batch"):
        judged = _judged(batch)
        going = [org for org, untouched in judged if untouched]
        if going:
            check_reach(by, f"SELECT unnest(ARRAY[{', '.join(map(str, going))}]::bigint[])")
            Officer.objects.filter(org__in=going).delete()
            withdraw_many(going, by=by, on=on, batch=batch)
    return len(judged) - len(going)


_JUDGED = """SELECT org.id, NOT EXISTS (SELECT FROM trail_event AS later WHERE (later.subject = touch.subject OR later.org_id = org.id)
            AND later.id > event.id AND later.batch <> event.batch)
        AND NOT EXISTS (SELECT FROM trail_touch AS later JOIN trail_event AS why ON why.id = later.event_id
            WHERE later.subject = touch.subject AND later.event_id > event.id AND why.batch <> event.batch)
        AND NOT EXISTS (SELECT FROM people_membership WHERE union_id = org.id)
        AND NOT EXISTS (SELECT FROM people_person WHERE home_org_id = org.id)
        AND NOT EXISTS (SELECT FROM orgs_organisation AS below WHERE below.parent_id = org.id)
        AND NOT EXISTS (SELECT FROM access_grant WHERE access_grant.org_id = org.id)
        AND NOT EXISTS (SELECT FROM imports_batch WHERE imports_batch.org_id = org.id)
    FROM trail_event AS event JOIN trail_touch AS touch ON touch.event_id = event.id
    JOIN orgs_organisation AS org ON touch.subject = 'org:' || org.id
    WHERE event.verb = 'orgs.found_many' AND event.batch = %s ORDER BY org.id"""


def _judged(batch: str) -> list[tuple[int, bool]]:
    """Unions that the batch founded and that still stand, each with whether nobody touched it since."""
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [batch])
        return cursor.fetchall()
