"""Persons over the API: found and read with their numbers masked, within the reader's post. Full numbers are for pages that ask why."""

from datetime import date

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.people import queries
from niangjia.core.people.models import Person

router = Router()
MOST = 50


class PersonOut(Schema):
    """A person as a page shows them: name, union, masked numbers."""

    code: str
    name: str
    masked_id_number: str
    masked_phone: str
    union: str
    registered_on: date

    @staticmethod
    def resolve_union(person: Person) -> str:
        return person.home_org.code


@router.get("/", response=list[PersonOut])
def search(request: Request, q: str = Query(..., min_length=2, max_length=40)) -> QuerySet[Person]:
    """At most 50 persons by the beginning of a name, its pinyin or initials, or by code or card; numbers do not belong in addresses."""
    require(request.actor, "people.view")
    digits = sum(sign.isdecimal() for sign in q)
    found = queries.search(q) if digits < 11 else Person.objects.none()
    return visible(request.actor, found.select_related("home_org"), "people.view").order_by("name_key", "id")[:MOST]


@router.get("/{code}", response=PersonOut)
def person(request: Request, code: str) -> Person:
    """One person by the code on the card."""
    require(request.actor, "people.view")
    return get_object_or_404(visible(request.actor, Person.objects.select_related("home_org"), "people.view"), code=code)
