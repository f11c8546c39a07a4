"""Usual filters: kept by an account for itself, opened from the list, never with the words searched for."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.home import actions
from niangjia.core.home.models import UsualFilter
from niangjia.core.home.queries import usual_filters
from tests.world import World

pytestmark = pytest.mark.django_db
KEEP = {"title": "今年女会员", "query": "sex=2&joined_from=2023-01-01&find=abc&q=何小川&page=3"}


def client_of(world: World) -> tuple[Client, int]:
    user = world.officer(world.here)
    client = Client()
    client.force_login(user)
    return client, user.pk


def test_filters_are_kept_without_the_words_and_stand_on_the_list() -> None:
    client, user = client_of(World())
    client.post(reverse("home:keep-filters", args=["people"]), KEEP)
    assert [link.url for link in usual_filters(user, "people")] == ["?sex=2&joined_from=2023-01-01"]
    shown = client.get(reverse("people:list") + "?sex=2&joined_from=2023-01-01").content.decode()
    assert '<a class="chip" href="?sex=2&amp;joined_from=2023-01-01" aria-current="true">' in shown


def test_nobody_sees_the_filters_of_another() -> None:
    world = World()
    mine, _ = client_of(world)
    theirs, _ = client_of(world)
    mine.post(reverse("home:keep-filters", args=["people"]), KEEP)
    assert "今年女会员" in mine.get(reverse("home:filters")).content.decode()
    for name in ("people:list", "home:filters"):
        assert "今年女会员" not in theirs.get(reverse(name)).content.decode()
    theirs.post(reverse("home:drop-filters", args=["people"]), {"title": "今年女会员"})
    assert UsualFilter.objects.count() == 1
    mine.post(reverse("home:drop-filters", args=["people"]), {"title": "今年女会员"})
    assert UsualFilter.objects.count() == 0


def test_the_same_name_holds_the_new_filters_and_there_is_an_end_to_them() -> None:
    user = World().officer(World().here)
    me = Actor(f"user:{user.pk}", "林静", "桃源街道", user_id=user.pk)
    with elevated("test: an officer's own"):
        for number in range(actions.filters.MOST):
            actions.keep_filters(list_name="orgs", title=f"第{number}个", query="state=alive", by=me)
        actions.keep_filters(list_name="orgs", title="第0个", query="state=ended", by=me)
        assert usual_filters(user.pk, "orgs")[0].url == "?state=ended"
        with pytest.raises(ValidationError, match="最多存"):
            actions.keep_filters(list_name="orgs", title="再来一个", query="state=alive", by=me)
        with pytest.raises(ValidationError, match="起个名字"):
            actions.keep_filters(list_name="orgs", title="  ", query="state=alive", by=me)


def test_a_list_that_is_none_keeps_nothing() -> None:
    client, _ = client_of(World())
    assert client.post(reverse("home:keep-filters", args=["nothing"]), KEEP).status_code == 404
