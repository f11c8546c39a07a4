"""A small register, laid down row by row: a district, towns, unions, and people's spans of membership."""

from datetime import date
from itertools import count
from typing import Any

from django.test import Client
from psycopg.types.range import DateRange

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor, under
from niangjia.core.access.models import Grant, User
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation, OrgName, Placement
from niangjia.core.people.models import Membership, Person

LONG_AGO = date(2010, 1, 1)
WIDTH = {None: 1_000_000, Kind.DISTRICT: 20_000, Kind.TOWN: 50, Kind.SYSTEM: 50}
"""How wide an interval a child gets below a parent of this kind."""
_number = count(1)


def org(name: str, kind: Kind, parent: Organisation | None, founded_on: date = LONG_AGO, **facts: Any) -> Organisation:
    """An organisation placed under its parent since its founding."""
    with elevated("test: an organisation"):
        last = Organisation.objects.filter(parent=parent).order_by("-rgt").first()
        lft = (last.rgt if last else parent.lft if parent else 0) + 1
        made = Organisation.objects.create(
            code=f"330212{next(_number):05}", name=name, short_name=name, name_key=name, pinyin=name, initials=name,
            kind=kind, parent=parent, lft=lft, rgt=lft + WIDTH[parent.kind if parent else None] - 1, founded_on=founded_on, **facts,
        )  # fmt: skip
        ended = facts.get("ended_on")
        Placement.objects.create(org=made, parent=parent, valid_from=founded_on, valid_to=ended)
        OrgName.objects.create(org=made, name=name, valid_from=founded_on, valid_to=ended)
    return made


def district() -> Organisation:
    return org("望湖区总工会", Kind.DISTRICT, None)


def town(above: Organisation, name: str = "桃源街道") -> Organisation:
    return org(name, Kind.TOWN, above)


def union(above: Organisation, founded_on: date = LONG_AGO, kind: Kind = Kind.SINGLE, **facts: Any) -> Organisation:
    return org(f"第{next(_number)}工厂工会", kind, above, founded_on, **facts)


def person(home: Organisation, **facts: Any) -> Person:
    number = next(_number)
    with elevated("test: a person"):
        return Person.objects.create(
            code=f"3302122019{number:06}", name=f"甲{number}", name_key=f"甲{number}", pinyin="jia", initials="j",
            home_org=home, scope=home.lft, registered_on=LONG_AGO, **facts,
        )  # fmt: skip


def member(home: Organisation, start: date, end: date | None = None, who: Person | None = None, **facts: Any) -> Membership:
    """A span [start, end) of membership; ``who`` continues an earlier one when ``previous_until`` says so."""
    facts = {"joined_on": start, "join_way": 1, "end_reason": "left" if end else ""} | facts
    with elevated("test: a span of membership"):
        return Membership.objects.create(person=who or person(home), union=home, scope=home.lft, during=DateRange(start, end), **facts)


def post(node: Organisation, role: str) -> Grant:
    """A post of a new account."""
    with elevated("test: a post"):
        user = User.objects.create(username=f"user{next(_number)}", name=f"干部{next(_number)}", is_staff=True)
        return Grant.objects.create(user=user, role=role, org=node, valid_from=LONG_AGO)


def actor(node: Organisation, role: str) -> Actor:
    with elevated("test: the actor of a post"):
        return under(post(node, role))


def client(node: Organisation, role: str) -> Client:
    """A browser signed in under a post."""
    browser = Client()
    browser.force_login(post(node, role).user)
    return browser
