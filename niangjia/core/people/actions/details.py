"""A person's record: registering, changing details, looking at what is sealed, giving an account, holding office."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from niangjia.base import chinese
from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind, seal
from niangjia.core.access.actions import open_worker_account
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation, Term
from niangjia.core.people.enums import IdType, Post
from niangjia.core.people.models import BANK_ACCOUNT, ID_NUMBER, PHONE, Officer, Person
from niangjia.core.people.rules import check_day, check_living, check_reason, refuse
from niangjia.core.trail.actions import record

SEALED = {"id_number": ("id", ID_NUMBER, chinese.mask_id), "phone": ("phone", PHONE, chinese.mask_phone),
          "bank_account": ("bank", BANK_ACCOUNT, chinese.mask_bank)}  # fmt: skip
"""Sealed facts: prefix of their columns, the column's name (associated data and purpose of the blind index), mask."""
CHANGEABLE = frozenset(
    """
    name former_name id_number phone bank_account ethnic political education degree household household_place skill_level skill_trade
    title_level job address employment_status relation employer platform consent_version consent_on
    """.split()
)
"""Facts that may be entered and changed; a membership has verbs of its own."""


@transaction.atomic
def register_person(*, home_org: Organisation, name: str, by: Actor, on: date | None = None, source: str = "", **facts: Any) -> Person:
    """Open a record for somebody who has none; ``facts`` as CHANGEABLE, ``id_type`` besides. Returns the person, not yet a member."""
    require(by, "people.change", home_org)
    on = on or today()
    check_day(on, "登记日期")
    with elevated("register_person: the same number may be known in another union"):
        person = Person(
            home_org=home_org, scope=home_org.lft, registered_on=on, source=source, id_type=facts.pop("id_type", IdType.RESIDENT)
        )
        _set(person, {"name": name, **facts})
        person.code = f"{settings.DIVISION}{on.year}{take_codes('person', on.year):06d}"
        person.save()
        record("people.register", subject=person.subject, by=by, org=home_org.pk, on=on)
    return person


@transaction.atomic
def receive_newcomer(*, name: str, phone: str, by: Actor, on: date | None = None) -> Person:
    """Somebody of whom only a name and a proved phone are known asks for help: a record without membership at the federation."""
    with elevated("receive_newcomer: the federation receives whoever nobody knows yet"):
        root = Organisation.objects.get(parent__isnull=True)
    return register_person(home_org=root, name=name, by=by, on=on, source="手机求助", phone=phone)


@transaction.atomic
def receive(person: Person, *, org: Organisation, by: Actor, on: date | None = None) -> None:
    """The street or union that helps a person without membership keeps their record from now on (接收)."""
    with elevated("receive: the record lay with another organisation"):
        if person.home_org_id == org.pk or person.memberships.filter(until__isnull=True).exists():
            return
        Person.objects.filter(pk=person.pk).update(home_org=org, scope=org.lft)
        record("people.receive", subject=person.subject, by=by, org=org.pk, on=on, before=person.home_org_id, after=org.pk)


@transaction.atomic
def change_details(person: Person, *, by: Actor, on: date | None = None, **facts: Any) -> Person:
    """Change facts of CHANGEABLE; the trail keeps before and after, sealed ones masked. Nothing changed: nothing recorded."""
    require(by, "people.change", person.home_org)
    with elevated("change_details: the same number may be known in another union"):
        person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        check_living(person)
        changes = _set(person, facts)
        if changes:
            person.save()
            record("people.change_details", subject=person.subject, by=by, org=person.home_org_id, on=on, changes=changes)
    return person


@transaction.atomic
def unmask(person: Person, *, field: str, reason: str, by: Actor) -> str:
    """The value of a sealed fact in clear, against a reason; the person sees that it was looked at. ``field``: a key of SEALED."""
    require(by, "people.unmask", person.home_org)
    reason = check_reason(reason)
    if field not in SEALED:
        raise TypeError(f"not a sealed fact: {field}")
    record("people.unmask", subject=person.subject, by=by, org=person.home_org_id, reason=reason, field=field)
    return str(getattr(person, field))


@transaction.atomic
def give_account(*, person: Person, by: Actor, user: Any = None) -> Any:
    """The account with which the person signs in: their own, the one given, or a new one."""
    with elevated("give_account: a person's own account"):
        require(by, "people.change", person.home_org)
        if person.user_id and user is None:
            return person.user
        person.user = user or open_worker_account(name=person.name, by=by)
        person.save(update_fields=["user", "changed_at"])
        record("people.give_account", subject=person.subject, by=by, org=person.home_org_id, account=person.user_id)
    return person.user


@transaction.atomic
def elect_officer(
    *,
    org: Organisation,
    person: Person,
    post: str,
    elected_on: date,
    by: Actor,
    full_time: bool = False,
    by_election: bool = False,
    term: Term | None = None,
) -> Officer:
    """Enter who was elected to a post of the union committee; a chair's predecessor leaves the same day ."""
    require(by, "orgs.change", org)
    check_day(elected_on, "当选日期")
    check_living(person)
    with elevated("elect_officer: the person may belong to another union"):
        if post == Post.CHAIR:
            for former in Officer.objects.select_for_update().filter(org=org, post=post, valid_to=None):
                end_office(former, on=elected_on, by=by)
        officer = Officer.objects.create(
            org=org,
            person=person,
            term=term,
            post=post,
            full_time=full_time,
            elected_on=elected_on,
            by_election=by_election,
            valid_from=elected_on,
        )
        record("people.elect_officer", subject=person.subject, by=by, org=org.pk, on=elected_on, post=post)
    return officer


@transaction.atomic
def end_office(officer: Officer, *, on: date, by: Actor) -> Officer:
    """The holder leaves the post on a day."""
    require(by, "orgs.change", officer.org)
    check_day(on)
    if officer.valid_to:
        refuse(f"{officer.person.name}已于{chinese_date(officer.valid_to)}离任。")
    if on <= officer.valid_from:
        refuse("离任日期要在当选之后。", "on")
    with elevated("end_office: the person may belong to another union"):
        officer.valid_to = on
        officer.save(update_fields=["valid_to"])
        record("people.end_office", subject=officer.person.subject, by=by, org=officer.org_id, on=on, post=officer.post)
    return officer


def _set(person: Person, facts: dict[str, Any]) -> dict[str, list[Any]]:
    """Set facts on the record; returns what changed as [before, after], sealed ones masked."""
    if unknown := set(facts) - CHANGEABLE:
        raise TypeError(f"no such fact: {', '.join(sorted(unknown))}")
    changes = {}
    for fact, value in facts.items():
        before, after = _set_sealed(person, fact, value) if fact in SEALED else _set_plain(person, fact, value)
        if before != after:
            changes[fact] = [before, after]
    person.clean_fields(exclude={field.name for field in Person._meta.fields} - set(facts))
    return changes


def _set_plain(person: Person, fact: str, value: Any) -> tuple[Any, Any]:
    before = getattr(person, fact) if person.pk else None
    if fact == "name":
        value = chinese.clean_name(value)
        if not value:
            refuse("姓名必填。", "name")
        person.name_key = chinese.name_key(value)
        person.pinyin, person.initials = chinese.pinyin_keys(value)
    setattr(person, fact, value)
    return _plain(before), _plain(value)


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value)


def _set_sealed(person: Person, fact: str, value: str) -> tuple[str, str]:
    prefix, column, mask = SEALED[fact]
    before = getattr(person, fact)
    clear = _checked(person, fact, value) if value else ""
    if clear == before:
        return "", ""
    setattr(person, f"{prefix}_sealed", seal(clear, column) if clear else None)
    setattr(person, f"{prefix}_index", blind(clear, column) if clear else None)
    if fact == "phone":
        person.phone_verified_at = None
    return mask(before) if before else "", mask(clear) if clear else ""


def _checked(person: Person, fact: str, value: str) -> str:
    if fact == "phone":
        phone, reason = chinese.check_phone(value)
        return phone or refuse(reason, "phone")
    if fact == "bank_account" or person.id_type != IdType.RESIDENT:
        return chinese.clean_text(value).replace(" ", "").upper()
    number = chinese.check_id_number(value)
    if not number.valid or number.value is None:
        refuse(number.reason, "id_number")
    person.birth, person.sex = number.birth, number.sex
    _check_one_record(person, number.value)
    return number.value


def _check_one_record(person: Person, number: str) -> None:
    """One person, one record: an identity number known elsewhere leads there."""
    index = blind(number, ID_NUMBER)
    other = Person.objects.filter(id_index=index, merged_into=None).exclude(pk=person.pk).select_related("home_org").first()
    if other:
        refuse(
            f"这个证件号已登记在{other.home_org.name}（{chinese.mask_name(other.name)}）。一个人只有一份档案，请办转会或合并。", "id_number"
        )
