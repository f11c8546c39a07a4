"""A small tree of unions and made-up persons for tests: plain rows, no verbs under test. Call it elevated (``seeing_all``)."""

from datetime import date
from itertools import count
from typing import Any

from niangjia.base.chinese import DEMO_DIVISION, id_check_digit
from niangjia.base.scope import Scope
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.roles import ROLES
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions
from niangjia.core.people.models import Person

FOUNDED = date(2015, 3, 1)
_numbers = count(1)


def make_org(name: str, lft: int, rgt: int, *, parent: Organisation | None = None, kind: int = Kind.SINGLE, **facts: Any) -> Organisation:
    facts = {"founded_on": FOUNDED} | facts
    return Organisation.objects.create(
        code=f"330212{next(_numbers):05d}", name=name, short_name=name, name_key=name, pinyin="", initials="", kind=kind, parent=parent,
        lft=lft, rgt=rgt, **facts,
    )  # fmt: skip


class District:
    """A district with two towns: ``north`` with unions ``mill`` and ``port``, ``south`` with union ``shop``."""

    def __init__(self) -> None:
        self.root = make_org("试验区总工会", 0, 1000, kind=Kind.DISTRICT)
        self.north = make_org("北镇总工会", 100, 200, parent=self.root, kind=Kind.TOWN)
        self.south = make_org("南镇总工会", 300, 400, parent=self.root, kind=Kind.TOWN)
        self.mill = make_org("纺织厂工会", 110, 119, parent=self.north)
        self.port = make_org("码头工会", 120, 129, parent=self.north)
        self.shop = make_org("商场工会", 310, 319, parent=self.south)


def officer_of(org: Organisation, role: str = "town_officer") -> Actor:
    """Somebody with this role over an organisation and all below it."""
    return Actor(
        "user:1", "试验员", f"{org.short_name} · 干部", permissions=ROLES[role].permissions, scope=Scope(org.lft, org.rgt), org_id=org.pk
    )


def id_number(birth: date = date(1990, 5, 1)) -> str:
    """A well-formed number of the reserved division, never the same twice."""
    stem = f"{DEMO_DIVISION}{birth:%Y%m%d}{next(_numbers) % 1000:03d}"
    return stem + id_check_digit(stem)


def make_person(home: Organisation, name: str = "何小川", on: date = date(2020, 1, 1), **facts: Any) -> Person:
    return actions.register_person(home_org=home, name=name, by=SYSTEM, on=on, **facts)


def make_member(union: Organisation, name: str = "何小川", on: date = date(2020, 1, 1), **facts: Any) -> Person:
    person = make_person(union, name, on, **facts)
    actions.admit(person, union=union, by=SYSTEM, on=on)
    return person
