"""A worker who is harassed asks that named staff only know of it: nobody else finds a trace, on any page, from the first moment."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.models import User
from niangjia.core.cases.models import Case
from niangjia.core.notices.models import Notice
from niangjia.work.rights.models import Dispute
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def confidant(world: World) -> User:
    return world.officer(world.district, role="confidant")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_the_confidant_and_the_worker_read_it_and_the_confidant_is_told(world: World, confidant: User) -> None:
    town, district = world.officer(world.here), world.officer(world.district)
    case = new_dispute(world, sealed=True)
    for user in (town, district):
        client = client_of(user)
        assert client.get(reverse("cases:detail", args=[case.code])).status_code == 404
        for address in (reverse("cases:list"), "/desk/"):
            assert case.code not in client.get(address).content.decode()
        with scoped(acting(user).scope):
            assert not Case.objects.filter(pk=case.pk).exists() and not Dispute.objects.filter(case=case.pk).exists()
    page = client_of(confidant).get(reverse("cases:detail", args=[case.code]))
    assert page.status_code == 200 and "本人要求只让专人知道" in page.content.decode()
    with elevated("test"):
        told = Notice.objects.get(user=confidant)
    assert world.person.name not in told.text + told.title and "密办" in told.text


def test_without_anybody_named_it_is_refused_and_says_whom_to_call(world: World) -> None:
    with pytest.raises(ValidationError, match="12351"):
        new_dispute(world, sealed=True)
    with elevated("test"):
        assert not Case.objects.exists()


def test_an_officer_who_receives_it_at_the_window_keeps_reading_it(world: World, confidant: User) -> None:
    user = world.officer(world.here)
    case = new_dispute(world, sealed=True, by=acting(user))
    assert set(case.accounts) == {user.pk, confidant.pk}
    assert client_of(user).get(reverse("cases:detail", args=[case.code])).status_code == 200
