"""Where records of persons lie."""

from niangjia.core.access.actor import Actor
from niangjia.core.access.subjects import page_of
from niangjia.core.people.models import Person


def person(actor: Actor, key: int) -> str:
    return page_of(actor, Person.objects.filter(pk=key), "people.view", "people:detail")


PAGES = {"person": person}
