"""Organisations over the API: the tree one level at a time, as of any day, within the reader's post."""

from datetime import date

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from niangjia.base.calendar import today
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.orgs import queries
from niangjia.core.orgs.models import Organisation

router = Router()


class OrganisationOut(Schema):
    """A union or federation: code, names, kind, days."""

    code: str
    name: str
    short_name: str
    kind: int
    founded_on: date
    ended_on: date | None


class ChildOut(OrganisationOut):
    """One level below: how many counted unions it is or has below it, how many children."""

    unions: int
    children: int


@router.get("/{code}", response=OrganisationOut)
def organisation(request: Request, code: str) -> Organisation:
    """One organisation by its code."""
    require(request.actor, "orgs.view")
    return get_object_or_404(visible(request.actor, Organisation.objects.all(), "orgs.view"), code=code)


@router.get("/{code}/children", response=list[ChildOut])
def children(request: Request, code: str, on: date | None = None) -> list[dict[str, object]]:
    """The organisations one level below on a day (today by default)."""
    org = organisation(request, code)
    found = queries.children_with_counts(org, on or today())
    return [OrganisationOut.from_orm(child.org).dict() | {"unions": child.unions, "children": child.children} for child in found]
