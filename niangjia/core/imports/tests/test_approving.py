"""Approving several batches at once from the inbox: shown with their numbers first, one's own left out, each by itself."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.core.access.actor import under
from niangjia.core.access.models import User
from niangjia.core.imports import jobs
from niangjia.core.imports.actions import submit
from niangjia.core.imports.enums import State
from niangjia.core.imports.models import Batch
from niangjia.core.imports.tests.factories import checked, csv, line
from tests.world import World


@pytest.fixture
def world(seeing_all: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.APPROVAL_ROWS = 0
    monkeypatch.setattr(jobs, "queue", lambda batch: None)
    return World()


def waiting_batch(world: World, by: User, rows: int = 1) -> Batch:
    first = under(by.grants.select_related("org", "user").get())
    batch = checked(csv([line(world.union) for _ in range(rows)]), world.here, first)
    return submit(batch=batch, by=first, queue=False)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_ticked_batches_are_approved_after_their_numbers_were_shown(world: World) -> None:
    first, second = world.officer(world.here), world.officer(world.here)
    batches = [waiting_batch(world, first), waiting_batch(world, first, rows=2)]
    client, picked = client_of(second), {"pick": [batch.code for batch in batches]}
    inbox = client.get(reverse("home:inbox")).content.decode()
    assert all(f'name="pick" value="{batch.code}"' in inbox for batch in batches)
    asked = client.post(reverse("imports:approve_many"), picked).content.decode()
    assert "批准 2 批，3 行" in asked
    assert set(Batch.objects.values_list("state", flat=True)) == {State.WAITING}
    done = client.post(reverse("imports:approve_many"), picked | {"sure": "yes"}, follow=True).content.decode()
    assert "批准了 2 批" in done
    assert set(Batch.objects.values_list("state", flat=True)) == {State.APPLYING}


def test_nobody_approves_their_own_among_others(world: World) -> None:
    first, second = world.officer(world.here), world.officer(world.here)
    own, other = waiting_batch(world, second), waiting_batch(world, first)
    client_of(second).post(reverse("imports:approve_many"), {"pick": [own.code, other.code], "sure": "yes"})
    assert dict(Batch.objects.values_list("code", "state")) == {own.code: State.WAITING, other.code: State.APPLYING}


def test_what_one_asked_of_others_stands_under_mine_until_it_is_done(world: World) -> None:
    first, second = world.officer(world.here), world.officer(world.here)
    batch = waiting_batch(world, first)
    mine = reverse("home:inbox") + "?kind=mine"
    assert reverse("imports:batch", args=[batch.code]) in client_of(first).get(mine).content.decode()
    client_of(second).post(reverse("imports:approve_many"), {"pick": [batch.code], "sure": "yes"})
    assert "你发起的都有了结果" in client_of(first).get(mine).content.decode()


def test_a_batch_of_another_town_is_none_to_tick(world: World) -> None:
    batch = waiting_batch(world, world.officer(world.here))
    answer = client_of(world.officer(world.elsewhere)).post(reverse("imports:approve_many"), {"pick": [batch.code]}, follow=True)
    assert "没有选到能批准的批次" in answer.content.decode()
