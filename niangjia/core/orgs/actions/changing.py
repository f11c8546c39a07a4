"""Changes of one organisation: name, facts, recognition, legal person, place in the tree, and its end."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text, name_key, pinyin_keys
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs import rules
from niangjia.core.orgs.actions.intervals import lock_tree, shift_into
from niangjia.core.orgs.enums import EndReason, LegalStatus
from niangjia.core.orgs.models import Coverage, Organisation, OrgName, Placement, Term
from niangjia.core.orgs.queries import subtree
from niangjia.core.trail.actions import record, record_bulk


def locked(org: Organisation) -> Organisation:
    """The organisation as it is now, held until the commit; members may be enrolled meanwhile."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=org.pk)


@transaction.atomic
def rename(org: Organisation, *, name: str, by: Actor, on: date | None = None, short_name: str = "") -> Organisation:
    """Give an organisation another name from a day on; the old one stays in its history."""
    require(by, "orgs.change", org)
    on, name = on or today(), clean_text(name)
    with elevated("orgs.rename: neighbours of the same name"):
        org = locked(org)
        rules.check_day(on, "更名日期", "on")
        rules.check_alive(org)
        if not name or name == org.name:
            rules.refuse("新名称和现在的一样，不用更名。" if name else "请填写新名称。", "name")
        rules.check_free_name(name, org.parent, besides=org.pk)
        current = OrgName.objects.get(org=org, valid_to=None)
        if on <= current.valid_from:
            rules.refuse(f"现在的名称从{current.valid_from}开始，更名日期要在它之后。", "on")
        OrgName.objects.filter(pk=current.pk).update(valid_to=on)
        OrgName.objects.create(org=org, name=name, valid_from=on)
        before, (full, initials) = org.name, pinyin_keys(name)
        org.name, org.name_key, org.pinyin, org.initials = name, name_key(name), full[:400], initials[:120]
        org.short_name = clean_text(short_name) or name[:60]
        org.full_clean(exclude=["parent"])
        org.save()
        record("orgs.rename", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, before=before, after=name)
    return org


@transaction.atomic
def change_facts(org: Organisation, *, by: Actor, on: date | None = None, batch: str = "", **facts: Any) -> Organisation:
    """Set some of the facts named in ``rules.CHANGEABLE``; ``batch`` is the import that says so."""
    require(by, "orgs.change", org)
    rules.check_facts(facts, rules.CHANGEABLE)
    with elevated("orgs.change_facts: the row as it is now"):
        org = locked(org)
        rules.check_alive(org)
        before = {name: getattr(org, name) for name, value in facts.items() if getattr(org, name) != value}
        if not before:
            return org
        for name in before:
            setattr(org, name, facts[name])
        org.full_clean(exclude=["parent"])
        org.save()
        after = {name: facts[name] for name in before}
        record("orgs.change_facts", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, batch=batch, before=_open(before),
               after=_open(after))  # fmt: skip
    return org


@transaction.atomic
def change_facts_of(
    org: int, *, facts: Mapping[str, Any], by: Actor, on: date | None = None, batch: str = "", unless_not: Mapping[str, Any] | None = None
) -> bool:
    """`change_facts` of the organisation with this id. Nothing is changed, and False returned, where ``unless_not`` no longer holds."""
    with elevated("orgs.change_facts_of: the row an import found"):
        found = Organisation.objects.select_for_update(no_key=True).get(pk=org)
    require(by, "orgs.change", found)
    if any(getattr(found, name) != value for name, value in (unless_not or {}).items()):
        return False
    given = {name: "" if value is None and isinstance(getattr(found, name), str) else value for name, value in facts.items()}
    change_facts(found, by=by, on=on, batch=batch, **given)
    return True


def _open(facts: dict[str, Any]) -> dict[str, Any]:
    """What the trail may say: contacts are personal, so only that they changed."""
    return {name: "（已更改）" if name in Organisation.personal else value for name, value in facts.items()}


@transaction.atomic
def recognise(
    org: Organisation,
    *,
    by: Actor,
    on: date | None = None,
    new_form: bool | None = None,
    new_economy: bool | None = None,
    new_field: bool | None = None,
) -> Organisation:
    """Recognise an organisation as one of the three news from a day on, or take that back; None leaves it as it is."""
    require(by, "orgs.change", org)
    on = on or today()
    with elevated("orgs.recognise: the row as it is now"):
        org = locked(org)
        rules.check_day(on, "认定日期", "on")
        rules.check_alive(org, on)
        said = {"new_form_on": new_form, "new_economy_on": new_economy, "new_field_on": new_field}
        changed = {name: value for name, value in said.items() if value is not None and value != bool(getattr(org, name))}
        before = {name: getattr(org, name) for name in changed}
        for name, value in changed.items():
            setattr(org, name, on if value else None)
        org.save()
        record("orgs.recognise", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, before=before, after=changed)
    return org


@transaction.atomic
def register_legal_person(
    org: Organisation, *, credit_code: str, certificate_number: str, valid_to: date, by: Actor, on: date | None = None
) -> Organisation:
    """Register a union as a legal person, or renew its certificate (基层工会法人登记管理办法)."""
    require(by, "orgs.change", org)
    on = on or today()
    with elevated("orgs.register_legal_person: a code may be another union's"):
        org = locked(org)
        rules.check_day(on, "登记日期", "on")
        rules.check_alive(org, on)
        code = rules.check_union_code(credit_code, org.kind, besides=org.pk)
        if valid_to < on:
            rules.refuse("证书有效期已经过了，请填新证书上的日期。", "valid_to")
        before = {"credit_code": org.credit_code, "certificate_valid_to": org.certificate_valid_to}
        org.legal_status, org.credit_code = LegalStatus.REGISTERED, code
        org.certificate_number, org.certificate_valid_to = clean_text(certificate_number), valid_to
        org.full_clean(exclude=["parent"])
        org.save()
        after = {"credit_code": code, "certificate_valid_to": valid_to}
        record("orgs.register_legal_person", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, before=before, after=after)
    return org


@transaction.atomic
def move(org: Organisation, *, parent: Organisation, by: Actor, on: date | None = None) -> Organisation:
    """Put an organisation and all below it under another parent from a day on; members and their scope follow.

    One event, which touches every organisation of the subtree. The day may lie in the past, after the last change of parent.
    """
    require(by, "orgs.move", org)
    require(by, "orgs.move", parent)
    on = on or today()
    with elevated("orgs.move: a subtree between two parents"):
        lock_tree()
        org, parent = locked(org), Organisation.objects.get(pk=parent.pk)
        placement = rules.check_move(org, parent, on)
        before = cast("Organisation", placement.parent)
        Placement.objects.filter(pk=placement.pk).update(valid_to=on)
        Placement.objects.create(org=org, parent=parent, valid_from=on)
        shift_into(org, parent.pk)
        Organisation.objects.filter(pk=org.pk).update(parent=parent)
        org = Organisation.objects.get(pk=org.pk)
        record_bulk(
            "orgs.move", touches=_MOVED, params={"low": org.lft, "high": org.rgt, "before": before.name, "after": parent.name},
            subject=f"org:{org.pk}", by=by, org=org.pk, on=on, before=before.name, after=parent.name, orgs=subtree(org).count(),
        )  # fmt: skip
    return org


_MOVED = """SELECT 'org:' || id, jsonb_build_object('above', %(before)s::text), jsonb_build_object('above', %(after)s::text)
FROM orgs_organisation WHERE lft BETWEEN %(low)s AND %(high)s ORDER BY id"""


@transaction.atomic
def merge(org: Organisation, *, into: Organisation, by: Actor, on: date | None = None) -> Organisation:
    """End an organisation by merging it into another, which covers its employers from then on.

    Refused while members are left: `people.merge_unions` moves them and calls this in the same transaction.
    """
    require(by, "orgs.move", org)
    require(by, "orgs.move", into)
    on = on or today()
    with elevated("orgs.merge: two unions, maybe of two towns"):
        lock_tree()
        org, into = locked(org), locked(into)
        rules.check_merger(org, into, on)
        rules.check_no_members(org)
        covered = set(into.coverages.filter(valid_to=None).values_list("employer", flat=True))
        taken = org.coverages.filter(valid_to=None, valid_from__lt=on).exclude(employer__in=covered).values_list("employer", flat=True)
        Coverage.objects.bulk_create(Coverage(union=into, employer_id=employer, valid_from=on) for employer in taken)
        org.employers.update(answering_org=into)
        org.merged_into = into
        _end(org, EndReason.MERGED, on)
        record("orgs.merge", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, into=into.code, after=into.name)
        record("orgs.absorb", subject=f"org:{into.pk}", by=by, org=into.pk, on=on, absorbed=org.code, before=org.name)
    return org


@transaction.atomic
def dissolve(org: Organisation, *, by: Actor, on: date | None = None, reason: str = "") -> Organisation:
    """End an organisation; refused while anything stands below it or members are left (`people.dissolve_union` moves them)."""
    require(by, "orgs.move", org)
    on = on or today()
    with elevated("orgs.dissolve: what stands below it"):
        lock_tree()
        org = locked(org)
        rules.check_end(org, on)
        rules.check_no_members(org)
        _end(org, EndReason.DISSOLVED, on)
        record("orgs.dissolve", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, reason=reason)
    return org


def _end(org: Organisation, reason: EndReason, on: date) -> None:
    """Close what is open: placement, coverages, the term; the name and the interval stay, so that its past can be read."""
    Placement.objects.filter(org=org, valid_to=None).update(valid_to=on)
    Coverage.objects.filter(union=org, valid_to=None, valid_from__gte=on).delete()
    Coverage.objects.filter(union=org, valid_to=None).update(valid_to=on)
    Term.objects.filter(org=org, ended_on=None).update(ended_on=on)
    org.ended_on, org.end_reason = on, reason
    org.save()
