"""From one town to another: one side asks, the other confirms, and silence settles it; the membership never breaks off."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.people import actions, queries
from niangjia.core.people.enums import EmploymentForm, EndReason, Standing
from niangjia.core.people.models import Membership
from niangjia.core.people.tests.factories import District, id_number, make_member, officer_of

ASKED = date(2023, 11, 20)


def test_the_receiving_side_asks_and_the_old_union_lets_go(district: District) -> None:
    person = make_member(district.mill)
    north, south = officer_of(district.north), officer_of(district.south)
    span = actions.ask_transfer(person, to=district.shop, by=south, on=ASKED)
    assert queries.open_span(person).union_id == district.mill.pk  # type: ignore[union-attr]
    with pytest.raises(Refused):
        actions.confirm_transfer(span, by=south)
    following = actions.confirm_transfer(span, by=north, on=date(2023, 11, 25))
    assert (following.union_id, following.during.lower, following.transferring_to) == (district.shop.pk, date(2023, 11, 25), None)
    ended = Membership.objects.get(pk=span.pk)
    assert (ended.until, ended.end_reason, ended.transferring_to) == (date(2023, 11, 25), EndReason.TRANSFERRED, None)
    assert {"people.ask_transfer", "people.transfer"} <= {step.event.verb for step in queries.history(person)}
    with pytest.raises(ValidationError, match="已经办完或撤回"):
        actions.confirm_transfer(span, by=north)


def test_silence_settles_it_on_the_fifteenth_day_and_not_before(district: District) -> None:
    person = make_member(district.mill)
    actions.ask_transfer(person, to=district.shop, by=officer_of(district.north), on=ASKED)
    assert actions.settle_silent_transfers(by=SYSTEM, on=ASKED + timedelta(days=14)) == 0
    assert actions.settle_silent_transfers(by=SYSTEM, on=ASKED + timedelta(days=15)) == 1
    assert queries.open_span(person).union_id == district.shop.pk  # type: ignore[union-attr]
    assert actions.settle_silent_transfers(by=SYSTEM, on=ASKED + timedelta(days=20)) == 0
    assert [check for check in queries.checks() if not check.ok] == []


def test_what_can_no_longer_go_through_is_called_off_with_its_reason(district: District) -> None:
    person = make_member(district.mill)
    actions.ask_transfer(person, to=district.shop, by=officer_of(district.north), on=ASKED)
    district.shop.ended_on, district.shop.end_reason = date(2023, 12, 1), "dissolved"
    district.shop.save()
    assert actions.settle_silent_transfers(by=SYSTEM, on=date(2023, 12, 10)) == 0
    span = queries.open_span(person)
    assert span is not None
    assert (span.union_id, span.transferring_to) == (district.mill.pk, None)
    assert "不能接收会员" in queries.history(person)[0].event.reason


def test_one_request_at_a_time_and_either_side_may_call_it_off(district: District) -> None:
    person = make_member(district.mill)
    north, south = officer_of(district.north), officer_of(district.south)
    span = actions.ask_transfer(person, to=district.shop, by=north, on=ASKED)
    with pytest.raises(ValidationError, match="已经在办转会"):
        actions.ask_transfer(person, to=district.shop, by=south)
    with pytest.raises(ValidationError, match="请写明理由"):
        actions.drop_transfer(span, by=south, reason="")
    actions.drop_transfer(span, by=south, reason="本人不来了")
    assert queries.open_span(person).transferring_to is None  # type: ignore[union-attr]
    with pytest.raises(ValidationError, match="已经在纺织厂工会"):
        actions.ask_transfer(person, to=district.mill, by=north)


def test_a_change_of_form_meanwhile_does_not_lose_the_request(district: District) -> None:
    person = make_member(district.mill)
    actions.ask_transfer(person, to=district.shop, by=officer_of(district.north), on=ASKED)
    actions.change_form(person, form=EmploymentForm.COURIER, by=SYSTEM, on=date(2023, 11, 30))
    assert actions.settle_silent_transfers(by=SYSTEM, on=date(2023, 12, 10)) == 1
    assert queries.open_span(person).form == EmploymentForm.COURIER  # type: ignore[union-attr]


def test_each_side_sees_its_own_and_nobody_else_any(district: District) -> None:
    person = make_member(district.mill)
    actions.ask_transfer(person, to=district.shop, by=officer_of(district.south), on=ASKED)
    (leaving,) = queries.transfers_at(district.north.lft, district.north.rgt)
    (coming,) = queries.transfers_at(district.south.lft, district.south.rgt)
    assert (leaving.ours_to_answer, coming.ours_to_answer) == (True, False)
    assert leaving.settles_on == ASKED + timedelta(days=15)
    assert queries.transfers_at(district.port.lft, district.port.rgt) == []
    assert queries.transfers_at(None, None) == []


def test_the_dead_hold_no_post(district: District) -> None:
    person = make_member(district.mill)
    office = actions.elect_officer(org=district.mill, person=person, post="chair", elected_on=date(2021, 1, 1), by=SYSTEM)
    actions.record_death(person, on=date(2023, 3, 1), by=SYSTEM)
    office.refresh_from_db()
    assert office.valid_to == date(2023, 3, 1)


@pytest.mark.django_db
def test_a_member_comes_in_by_number_and_name_over_the_pages(client: Client) -> None:
    from niangjia.base.scope import elevated
    from tests.world import World

    world = World()
    number = id_number()
    person = world.new_person(name="周岚", id_number=number)
    with elevated("test: a union of the other town"):
        shop = world.town("梅墟街道总工会")
    client.force_login(world.officer(shop))
    wrong = client.post("/desk/people/transfers/new", {"on": "2023-12-01", "name": "周岗", "id_number": number, "to": shop.code})
    assert (wrong.status_code, "没有这个姓名和证件号的会员" in wrong.content.decode()) == (422, True)
    asked = client.post("/desk/people/transfers/new", {"on": "2023-12-01", "name": "周岚", "id_number": number, "to": shop.code})
    assert asked.status_code == 302
    assert "撤回" in client.get("/desk/people/transfers/").content.decode()
    other = Client()
    other.force_login(world.officer(world.here))
    page = other.get("/desk/people/transfers/").content.decode()
    assert "2023年12月16日" in page
    with elevated("test: the request"):
        span = queries.transfers_asked().get()
    assert client.post(f"/desk/people/transfers/{span.pk}/confirm", {"on": "2023-12-02"}).status_code == 404
    assert other.post(f"/desk/people/transfers/{span.pk}/confirm", {"on": "2023-12-02"}).status_code == 302
    with elevated("test: where the member is now"):
        assert queries.open_span(person).union_id == shop.pk  # type: ignore[union-attr]
    floats = client.post(f"/desk/people/{person.code}/do/float/", {"on": "2023-12-05"})
    assert floats.status_code == 302
    with elevated("test: how it stands"):
        assert queries.open_span(person).standing == Standing.FLOATING  # type: ignore[union-attr]
