"""A dispute that another body sends us: who it is about, which union answers, the case (来件受理)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from niangjia.base.chinese import clean_text, name_key
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.orgs.enums import Kind as OrgKind
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.actions import register_person
from niangjia.core.people.models import PHONE, Person
from niangjia.core.people.queries import person_by_number
from niangjia.work.rights.actions.asking import Asked, Facts, ask


@dataclass(frozen=True)
class Arrived:
    """Who asks, as the other body knows them."""

    name: str
    phone: str = ""
    id_number: str = ""


@transaction.atomic
def arrive(
    *, applicants: Sequence[Arrived], kinds: Sequence[str], respondent: str, credit_code: str, town: str, channel: str, outside_number: str,
    claims: Sequence[Asked], facts: Facts, home: Organisation, by: Actor, on: date,
) -> Case:  # fmt: skip
    """Receive a dispute from another body: a person we know is the one with this name and number or phone, else a new record.

    ``home`` is the organisation that works with that body; it answers where the town is not known.
    """
    with elevated("arrive: another body's case may concern any union"):
        org = _town(town) or home
        people = [_person(one, org, by, on) for one in applicants]
        code, name = credit_code.strip().upper(), clean_text(respondent)
        employer = Employer.objects.filter(credit_code=code).first() if code else Employer.objects.filter(name=name, ended_on=None).first()
        return ask(
            applicants=people, kinds=kinds, org=org, by=by, channel=channel, on=on, employer=employer, respondent="" if employer else name,
            claims=claims, facts=facts, outside_number=outside_number,
        )  # fmt: skip


def _town(said: str) -> Organisation | None:
    """The federation of a town or street by its name, «明楼街道» or «明楼街道总工会»."""
    plain = clean_text(said).removesuffix("总工会")
    if not plain:
        return None
    rows = Organisation.objects.filter(kind__in=(OrgKind.TOWN, OrgKind.ZONE), ended_on__isnull=True)
    return rows.filter(name__in=[plain, f"{plain}总工会"]).first() or rows.filter(short_name=plain).first()


def _person(said: Arrived, org: Organisation, by: Actor, on: date) -> Person:
    if said.id_number and (known := person_by_number(said.id_number.strip().upper(), said.name)):
        return known
    if said.phone:
        rows = Person.objects.filter(phone_index=blind(said.phone, PHONE), merged_into=None, name_key=name_key(said.name))
        if known := rows.select_related("home_org").first():
            return known
    facts = {name: value for name, value in (("phone", said.phone), ("id_number", said.id_number)) if value}
    return register_person(home_org=org, name=said.name, by=by, on=on, source="来件", **facts)
