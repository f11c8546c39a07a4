"""Employers, which unions cover them, and partner bodies."""

from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text, name_key
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs import rules
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.enums import Nature, PartnerKind
from niangjia.core.orgs.models import Coverage, Employer, Organisation, PartnerBody
from niangjia.core.trail.actions import record


@transaction.atomic
def add_employer(
    *, name: str, nature: Nature, answering_org: Organisation, by: Actor, on: date | None = None, credit_code: str = "", **facts: Any
) -> Employer:
    """Register an employer with the union that answers for it; its credit code is checked and nobody else's."""
    require(by, "orgs.change", answering_org)
    rules.check_facts(facts, rules.EMPLOYER_FACTS)
    name = clean_text(name)
    with elevated("orgs.add_employer: a code may be known elsewhere"):
        code = rules.check_employer_code(credit_code)
        employer = Employer(name=name, name_key=name_key(name), nature=nature, credit_code=code, answering_org=answering_org, **facts)
        employer.full_clean(exclude=["answering_org"])
        employer.save(force_insert=True)
        org = answering_org.pk
        record("orgs.add_employer", subject=f"org:{org}", by=by, org=org, on=on, employer=employer.pk, after=name, credit_code=code)
    return employer


@transaction.atomic
def cover(union: Organisation, *, employer: Employer, by: Actor, on: date | None = None) -> Coverage:
    """A union covers an employer from a day on."""
    require(by, "orgs.change", union)
    on = on or today()
    with elevated("orgs.cover: an employer may answer to another union"):
        rules.check_day(on, "涵盖日期", "on")
        rules.check_alive(union, on)
        if union.coverages.filter(employer=employer, valid_to=None).exists():
            rules.refuse(f"“{union.name}”已经涵盖“{employer.name}”，不用再加。", "employer")
        if employer.ended_on:
            rules.refuse(f"“{employer.name}”已于{employer.ended_on}注销。", "employer")
        coverage = Coverage.objects.create(union=union, employer=employer, valid_from=on)
        record("orgs.cover", subject=f"org:{union.pk}", by=by, org=union.pk, on=on, employer=employer.pk, after=employer.name)
    return coverage


@transaction.atomic
def uncover(union: Organisation, *, employer: Employer, by: Actor, on: date | None = None) -> Coverage:
    """A union no longer covers an employer from a day on."""
    require(by, "orgs.change", union)
    on = on or today()
    with elevated("orgs.uncover: an employer may answer to another union"):
        rules.check_day(on, "终止日期", "on")
        coverage = union.coverages.filter(employer=employer, valid_to=None).first()
        if coverage is None:
            rules.refuse(f"“{union.name}”没有涵盖“{employer.name}”。", "employer")
        if on <= coverage.valid_from:
            rules.refuse(f"涵盖从{coverage.valid_from}开始，终止日期要在它之后。", "on")
        coverage.valid_to = on
        coverage.save()
        record("orgs.uncover", subject=f"org:{union.pk}", by=by, org=union.pk, on=on, employer=employer.pk, before=employer.name)
    return coverage


@transaction.atomic
def add_partner(
    *,
    name: str,
    kind: PartnerKind,
    answering_org: Organisation,
    by: Actor,
    on: date | None = None,
    contact_person: str = "",
    contact_phone: str = "",
) -> PartnerBody:
    """Register a body with which the unions work: court, bureau, bank, hospital."""
    require(by, "orgs.change", answering_org)
    with elevated("orgs.add_partner: the new row may lie above the actor"):
        partner = PartnerBody(
            code=f"HZ-{take_codes('partner', 0):05d}", name=clean_text(name), kind=kind, answering_org=answering_org,
            contact_person=contact_person, contact_phone=contact_phone,
        )  # fmt: skip
        partner.full_clean(exclude=["answering_org"])
        partner.save(force_insert=True)
        org = answering_org.pk
        record("orgs.add_partner", subject=f"org:{org}", by=by, org=org, on=on, partner=partner.code, after=partner.name)
    return partner
