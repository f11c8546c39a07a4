"""A small tree, accounts with posts, and persons with phones."""

from datetime import date
from typing import Any

from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.models import Grant, User
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.enums import Kind, Route
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions as people
from niangjia.core.people.models import Person

PASSWORD = "Mountain-Lake-42"
FOUNDED = date(2018, 12, 20)


def a_district() -> Organisation:
    return orgs.found_federation(
        name="演示区总工会", short_name="区总", kind=Kind.DISTRICT, parent=None, founded_on=FOUNDED, by=SYSTEM, on=FOUNDED
    )


def a_town(district: Organisation, name: str = "东柳街道") -> Organisation:
    return orgs.found_federation(
        name=f"{name}总工会", short_name=name, kind=Kind.TOWN, parent=district, founded_on=FOUNDED, by=SYSTEM, on=FOUNDED
    )


def a_union(town: Organisation, name: str = "小河快递工会") -> Organisation:
    return orgs.found_union(
        name=name, short_name=name, kind=Kind.SINGLE, parent=town, founded_on=FOUNDED, route=Route.SINGLE, by=SYSTEM, on=FOUNDED,
        contact_phone="0574-55550100",
    )  # fmt: skip


def an_account(username: str = "gw0412", **facts: Any) -> User:
    return actions.open_account(
        **{"username": username, "name": "沈慧", "password": PASSWORD, "department": "组织部", "by": SYSTEM} | facts
    )


def a_post(user: User, role: str, org: Organisation, **facts: Any) -> Grant:
    return actions.grant(**{"user": user, "role": role, "org": org, "valid_from": date(2023, 1, 1), "by": SYSTEM} | facts)


def acting(role: str, org: Organisation, username: str = "gw0412", **facts: Any) -> Actor:
    """Somebody who holds this post."""
    return under(a_post(an_account(username), role, org, **facts))


def a_person(org: Organisation, *, phone: str = "13900002210", name: str = "何小川", member: bool = True) -> Person:
    """Somebody with a phone, a member of the union ``org`` unless said otherwise."""
    person = people.register_person(name=name, home_org=org, phone=phone, by=SYSTEM, on=date(2020, 3, 1))
    if member:
        people.admit(person, union=org, by=SYSTEM, on=date(2020, 3, 1))
    return person
