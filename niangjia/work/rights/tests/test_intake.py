"""Orders of other bodies keep their number and their own day of answering; the same order is not received twice; hot employers show."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.models import Case, Clock
from niangjia.core.orgs.actions import add_employer
from niangjia.core.orgs.enums import Nature
from niangjia.work.rights import actions
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.test_pages import client_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def order(world: World, **said: Any) -> dict[str, Any]:
    return {
        "applicants": world.person.code, "respondent": "迅帆配送", "kinds": ["D02"], "channel": "12345", "outside_number": "YZ20231101",
        "org": world.here.code, "on": "2023-11-06", "outside_labour_relation": "unknown",
    } | said  # fmt: skip


def test_an_order_keeps_the_day_it_names_until_it_is_answered(world: World) -> None:
    client = client_of(world, world.here)
    page = client.post("/desk/rights/new", order(world, reply_due_on="2023-11-13")).headers["Location"]
    shown = client.get(page).content.decode()
    assert "答复12345 工单" in shown and "来件写明的答复期限" in shown
    with elevated("test"):
        case = Case.objects.get()
        assert case.due_on == date(2023, 11, 13)
    address = f"/desk/rights/{case.code}/answered"
    assert client.post(address, {"words": "好"}).status_code == 422
    assert client.post(address, {"words": "11月8日电话答复，工单办结"}).status_code == 302
    with elevated("test"):
        assert Clock.objects.get(term="reply.channel").state == "met"
    with pytest.raises(ValidationError, match="已经答复过"):
        actions.answer_channel(case, words="再答复一遍", by=acting(world.officer(world.here)))
    assert client_of(world, world.elsewhere).get(address).status_code == 404


def test_without_a_day_no_clock_is_invented_and_a_configured_one_says_whose_it_is(world: World) -> None:
    client = client_of(world, world.here)
    client.post("/desk/rights/new", order(world))
    with elevated("test"):
        assert not Clock.objects.filter(term="reply.channel").exists()
    with override_settings(REPLY_WORKDAYS={"12345": "5"}):
        client.post("/desk/rights/new", order(world, outside_number="YZ20231102"))
    with elevated("test"):
        clock = Clock.objects.get(term="reply.channel")
        assert (clock.due_on, clock.status) == (date(2023, 11, 13), "unverified")
        assert "待核" in clock.article


def test_a_day_before_the_order_came_is_refused(world: World) -> None:
    assert client_of(world, world.here).post("/desk/rights/new", order(world, reply_due_on="2023-11-01")).status_code == 422
    with elevated("test"):
        assert not Case.objects.exists()


def test_the_same_order_leads_to_the_earlier_case_unless_it_is_another_matter(world: World) -> None:
    client = client_of(world, world.here)
    client.post("/desk/rights/new", order(world))
    again = client.post("/desk/rights/new", order(world))
    with elevated("test"):
        earlier = Case.objects.get()
    assert again.status_code == 422
    assert f"/desk/cases/{earlier.code}/" in again.content.decode()
    assert client.post("/desk/rights/new", order(world, channel="solve")).status_code == 302, "another channel may use the same number"
    assert client.post("/desk/rights/new", order(world, again="on")).status_code == 302
    with elevated("test"):
        assert Case.objects.count() == 3


def test_an_employer_with_several_disputes_is_called_hot(world: World) -> None:
    with elevated("test"):
        employer = add_employer(name="迅帆配送有限公司", nature=Nature.values[0], answering_org=world.here, by=SYSTEM)
    for _ in range(2):
        new_dispute(world, employer=employer, respondent="")
    client = client_of(world, world.here)
    assert "迅帆配送有限公司" not in client.get("/desk/rights/hot/").content.decode()
    done = client.post("/desk/rights/new", order(world, respondent="迅帆配送有限公司"), follow=True)
    assert "近 12 个月有 3 件争议" in done.content.decode()
    assert "迅帆配送有限公司" in client.get("/desk/rights/hot/").content.decode()
