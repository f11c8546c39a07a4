"""A small district for tests, made by actions: one district, two towns, a union with members in the first town."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actions import grant, open_account
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.orgs.actions import found_federation, found_union
from niangjia.core.orgs.enums import Kind, Route
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import admit, register_person
from niangjia.core.people.models import Person

FOUNDED = date(2019, 5, 6)
_number = count(1)


@dataclass
class World:
    """The district and who works in it; what is not asked for is not made."""

    @cached_property
    def district(self) -> Organisation:
        with elevated("test: the district"):
            return found_federation(name="望湖区总工会", kind=Kind.DISTRICT, parent=None, founded_on=FOUNDED, by=SYSTEM)

    @cached_property
    def here(self) -> Organisation:
        """The town where things happen."""
        return self.town("桃源街道总工会")

    @cached_property
    def elsewhere(self) -> Organisation:
        """The town of the stranger."""
        return self.town("竹溪街道总工会")

    @cached_property
    def union(self) -> Organisation:
        return self.new_union()

    @cached_property
    def person(self) -> Person:
        return self.new_person()

    def town(self, name: str) -> Organisation:
        with elevated("test: a town"):
            return found_federation(name=name, kind=Kind.TOWN, parent=self.district, founded_on=FOUNDED, by=SYSTEM)

    def new_union(self, **facts: Any) -> Organisation:
        name = f"第{next(_number)}纺织厂工会"
        with elevated("test: a union"):
            return found_union(
                name=name, kind=Kind.SINGLE, parent=self.here, founded_on=FOUNDED, route=Route.values[0], by=SYSTEM, **facts
            )  # fmt: skip

    def new_person(self, **facts: Any) -> Person:
        """A member of the union since the day after its founding."""
        with elevated("test: a member"):
            person = register_person(home_org=self.union, name=facts.pop("name", "何静川"), by=SYSTEM, on=FOUNDED, **facts)
            admit(person, union=self.union, by=SYSTEM, on=date(2019, 5, 7))
        return person

    def officer(self, org: Organisation, role: str = "town_officer") -> User:
        """An account with one post at ``org``."""
        with elevated("test: an officer"):
            user = open_account(username=f"officer{next(_number)}", name="林静", by=SYSTEM)
            grant(user=user, role=role, org=org, by=SYSTEM, valid_from=FOUNDED)
        return user
