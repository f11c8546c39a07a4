"""One person as far as the reader's post reaches."""

from django.http import Http404
from django.urls import reverse

from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.people.models import Person


def address(person: Person) -> str:
    """The page of a person."""
    return reverse("people:detail", args=[person.code])


def seen(request: Request, code: str) -> Person:
    """The person with this code if the reader's post reaches them; else 404. A merged record leads to the one it became."""
    persons = Person.objects.select_related("home_org", "employer", "merged_into")
    person = visible(request.actor, persons, "people.view").filter(code=code).first()
    if person is None:
        raise Http404
    return person
