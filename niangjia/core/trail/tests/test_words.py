"""The trail speaks Chinese: every verb that the house records has its words, and so has every fact of an event."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.line import verb_titles
from niangjia.core.trail.models import Event
from tests import house
from tests.world import World

RECORDED = re.compile(r"""record(?:_bulk)?\(\s*"([a-z_]+\.[a-z_]+)\"""")


def test_every_verb_that_is_recorded_has_its_words() -> None:
    recorded = {verb for source in house.sources() if not source.is_in("tests") for verb in RECORDED.findall(source.text)}
    assert len(recorded) > 40
    assert recorded - set(verb_titles()) == set()


@pytest.mark.django_db
def test_an_event_is_named_by_its_place_in_the_trail_and_tells_its_facts_in_words() -> None:
    world = World()
    subject = world.person.subject
    with elevated("test: the event"):
        event = Event.objects.filter(subject=subject, verb="people.admit").get()
    client = Client()
    client.force_login(world.officer(world.district, "dept_officer"))
    assert reverse("trail:event", args=[event.code]) == f"/desk/trail/{event.chain}-{event.sequence}/"
    shown = client.get(reverse("trail:event", args=[event.code])).content.decode()
    assert '<th scope="row">工会</th>' in shown
    assert '<th scope="row">union</th>' not in shown
    for wrong in ("0-0", "nonsense", "1-", "999-1", f"{event.chain}-{event.sequence + 1_000_000}"):
        assert client.get(reverse("trail:event", args=[wrong])).status_code == 404
