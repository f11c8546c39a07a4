"""The joint queue: into it on a ground, from body to body with receipts, seen by whoever holds it and nobody else; rooms, duty, meetings, elements."""

from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.models import User
from niangjia.core.access.queries import explain
from niangjia.core.access.rules import Refused
from niangjia.core.cases.actions import advance, merge, seal_case
from niangjia.core.cases.models import Case
from niangjia.core.notices.models import Notice
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.tasks.models import Task
from niangjia.work.rights import actions, joint
from niangjia.work.rights.actions import Facts
from niangjia.work.rights.models import Booking, Elements, Holding, Meeting, MeetingItem, Room
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.test_pages import client_of
from tests.world import World

pytestmark = pytest.mark.django_db
GIVEN, TODAY = date(2023, 12, 14), date(2023, 12, 18)
GROUND = {"basis": "consent", "basis_note": "本人签了同意书"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


def body(world: World, kind: PartnerKind = PartnerKind.LABOUR_BUREAU, name: str = "仲裁院") -> PartnerBody:
    with elevated("test"):
        return add_partner(name=name, kind=kind, answering_org=world.district, by=SYSTEM)


def clerk_of(world: World, place: PartnerBody, *, is_head: bool = False) -> User:
    user = world.officer(world.district, "partner")
    actions.join_body(user=user, body=place, is_head=is_head, by=SYSTEM, on=date(2023, 1, 1))
    return user


def entered(world: World, officer: Actor) -> Case:
    case = new_dispute(world)
    actions.enter_joint(case, by=officer, on=GIVEN, **GROUND)
    return case


def now_of(case: Case) -> Holding:
    with elevated("test"):
        return Holding.objects.get(joint__case=case, ended_on__isnull=True)


def test_a_case_goes_from_body_to_body_and_each_confirms_that_it_has_it(world: World, officer: Actor) -> None:
    place, case = body(world), entered(world, officer)
    clerk = acting(clerk_of(world, place))
    assert now_of(case).body is None
    actions.hand_to(case, body=place, asked="请安排审查确认", due_on=date(2023, 12, 25), by=officer, on=GIVEN)
    held = now_of(case)
    assert (held.receipt_due_on, held.received_on) == (date(2023, 12, 15), None)
    with pytest.raises(ValidationError, match="先签收"):
        actions.hand_to(case, body=None, asked="办好了", by=clerk, on=TODAY)
    actions.confirm_receipt(case, by=clerk, on=date(2023, 12, 15))
    actions.hand_to(case, body=None, asked="请送达双方", result="已出仲裁调解书", by=clerk, on=TODAY)
    assert now_of(case).receipt_due_on == date(2023, 12, 19)
    actions.confirm_receipt(case, by=officer, on=TODAY)
    actions.leave_joint(case, result="达成协议，已经确认", by=officer, on=TODAY)
    with elevated("test"):
        case.refresh_from_db()
        assert [one.result for one in Holding.objects.order_by("id")] == ["转仲裁院", "已出仲裁调解书", "达成协议，已经确认"]
        assert (case.joint.left_on, case.joint.result, case.accounts) == (TODAY, "达成协议，已经确认", [])


def test_an_account_of_another_body_sees_what_its_body_holds_and_nothing_else(world: World, officer: Actor) -> None:
    place, case = body(world), entered(world, officer)
    other, clerk = new_dispute(world), acting(clerk_of(world, place))
    with scoped(clerk.scope):
        assert not Case.objects.exists(), "row security: nothing before it is handed over"
    actions.hand_to(case, body=place, asked="请安排审查确认", by=officer, on=GIVEN)
    with scoped(clerk.scope):
        assert [one.code for one in Case.objects.all()] == [case.code]
        assert [one.case.code for one in joint.queue(clerk)] == [case.code]
    actions.confirm_receipt(case, by=clerk, on=GIVEN)
    actions.hand_to(case, body=None, asked="办好了请收", by=clerk, on=TODAY)
    with scoped(clerk.scope):
        assert not Case.objects.exists(), "it no longer holds the case"
    assert other.code != case.code


def test_refusals_say_who_holds_it_and_why(world: World, officer: Actor) -> None:
    place, court, case = body(world), body(world, PartnerKind.COURT, "法院"), new_dispute(world)
    with pytest.raises(ValidationError, match="不在联合队列"):
        actions.hand_to(case, body=place, asked="请办一下", by=officer)
    with pytest.raises(ValidationError, match="理由"):
        actions.enter_joint(case, basis="consent", basis_note="有", by=officer)
    with pytest.raises(Refused):
        actions.enter_joint(case, by=acting(world.officer(world.elsewhere)), **GROUND)
    actions.enter_joint(case, by=officer, on=GIVEN, **GROUND)
    with pytest.raises(ValidationError, match="已经在联合队列"):
        actions.enter_joint(case, by=officer, **GROUND)
    with pytest.raises(ValidationError, match="已经在工会"):
        actions.hand_to(case, body=None, asked="请办一下", by=officer, on=GIVEN)
    actions.hand_to(case, body=place, asked="请办一下", by=officer, on=GIVEN)
    with pytest.raises(Refused, match="现在由“仲裁院”办"):
        actions.hand_to(case, body=court, asked="请办一下", by=officer, on=GIVEN)
    with pytest.raises(Refused, match="现在由“仲裁院”办"):
        actions.confirm_receipt(case, by=acting(clerk_of(world, court)))
    with pytest.raises(Refused):
        actions.leave_joint(case, result="不办了不办了", by=officer)


def test_a_case_that_ends_or_joins_another_leaves_the_queue(world: World, officer: Actor) -> None:
    place, case, other = body(world), entered(world, officer), new_dispute(world)
    clerk_of(world, place)
    actions.hand_to(case, body=place, asked="请安排审查确认", by=officer, on=GIVEN)
    advance(case, "withdraw", by=SYSTEM, on=TODAY)
    with elevated("test"):
        case.refresh_from_db()
        assert (case.joint.left_on, case.joint.result, case.accounts) == (TODAY, "案件已办结", [])
    actions.enter_joint(other, by=officer, on=GIVEN, **GROUND)
    merge(new_dispute(world), others=[other], by=SYSTEM, permission="cases.manage", reason="同一单位同一诉求")
    with elevated("test"):
        other.refresh_from_db()
        assert other.joint.result == "案件已并案"


def test_a_sealed_case_does_not_go_to_others(world: World, officer: Actor) -> None:
    case = new_dispute(world)
    user = world.officer(world.here)
    seal_case(case, readers=[user], by=SYSTEM, permission="cases.manage", reason="怕报复的投诉")
    with pytest.raises(ValidationError, match="密办"):
        actions.enter_joint(case, by=acting(user), **GROUND)


def test_what_nobody_received_in_time_climbs_once_to_both_heads(world: World, officer: Actor) -> None:
    place, case = body(world), entered(world, officer)
    head = clerk_of(world, place, is_head=True)
    actions.hand_to(case, body=place, asked="请安排审查确认", by=officer, on=GIVEN)
    assert actions.climb_unreceived(by=SYSTEM, on=date(2023, 12, 15)) == 0
    assert actions.climb_unreceived(by=SYSTEM, on=date(2023, 12, 16)) == 1
    assert actions.climb_unreceived(by=SYSTEM, on=TODAY) == 0
    with elevated("test"):
        assert Task.objects.get(kind="rights.unreceived").org == world.district
        assert Notice.objects.filter(user=head, title="联合办理没有签收").count() == 1
    actions.confirm_receipt(case, by=acting(head))
    with elevated("test"):
        assert Task.objects.get(kind="rights.unreceived").done_on == TODAY


def test_the_queue_and_the_moves_stand_on_pages(world: World) -> None:
    place, case, client = body(world), new_dispute(world), client_of(world, world.here)
    clerk = Client()
    clerk.force_login(clerk_of(world, place))
    page = f"/desk/joint/{case.code}/move"
    assert "进入联合队列" in client.get(f"/desk/cases/{case.code}/").content.decode()
    assert client.post(f"{page}/enter/", GROUND).status_code == 302
    assert clerk.get(f"{page}/hand/").status_code == 404
    assert client.post(f"{page}/hand/", {"body": place.code, "asked": "请安排审查确认"}).status_code == 302
    for reader in (client, clerk):
        shown = reader.get("/desk/joint/").content.decode()
        assert case.code in shown and "仲裁院" in shown and "等签收" in shown
    assert case.code not in client.get("/desk/joint/?body=union").content.decode()
    assert client.get(f"{page}/receive/").status_code == 404
    assert clerk.post(f"{page}/receive/", {}).status_code == 302
    seen = clerk.get(f"/desk/cases/{case.code}/").content.decode()
    assert "交给另一家" in seen and "本人签了同意书" in seen
    assert clerk.post(f"{page}/hand/", {"body": "union", "asked": "请收回", "result": "已经确认"}).headers["Location"] == "/desk/joint/"
    assert client_of(world, world.elsewhere).get(f"{page}/enter/").status_code == 404


def room_of(world: World) -> Room:
    return actions.add_room(org=world.here, name="第一调解室", place="二楼", seats=8, by=SYSTEM)


def test_a_room_is_never_taken_twice(world: World, officer: Actor) -> None:
    first, second = room_of(world), actions.add_room(org=world.here, name="第二调解室", place="二楼", seats=4, by=SYSTEM)
    booking: dict[str, Any] = {"on": TODAY, "purpose": "调解会", "by": officer}
    actions.book_room(first, start=time(9), end=time(10), **booking)
    with pytest.raises(ValidationError, match="09:00—10:00 林静"):
        actions.book_room(first, start=time(9, 30), end=time(11), **booking)
    actions.book_room(first, start=time(10), end=time(11), **booking)
    taken = actions.book_room(second, start=time(9, 30), end=time(11), **booking)
    with pytest.raises(Refused, match="林静订的"):
        actions.cancel_booking(taken, by=acting(clerk_of(world, body(world))))
    actions.cancel_booking(taken, by=officer)
    actions.book_room(second, start=time(9), end=time(12), **booking)
    for wrong, said in (({"on": date(2023, 12, 17)}, "已经过去"), ({"end": time(8)}, "结束要晚于开始")):
        with pytest.raises(ValidationError, match=said):
            actions.book_room(first, **({"start": time(8), "end": time(9)} | booking | wrong))


def test_rooms_and_duty_stand_on_pages_of_the_day(world: World) -> None:
    room, case, client = room_of(world), new_dispute(world), client_of(world, world.here)
    said = {"room": room.code, "on": "2023-12-19", "start": "14:00", "end": "15:30", "purpose": "调解会", "case": case.code}
    assert client.post("/desk/joint/rooms/book", said).status_code == 302
    refused = client.post("/desk/joint/rooms/book", said)
    assert refused.status_code == 422 and "已经有人订了" in refused.content.decode()
    assert "找不到案号" in client.post("/desk/joint/rooms/book", said | {"case": "LD-1", "start": "16:00", "end": "17:00"}).content.decode()
    shown = client.get("/desk/joint/rooms/?on=2023-12-19").content.decode()
    assert "14:00—15:30" in shown and case.code in shown
    assert client.post("/desk/joint/rooms/cancel", {"room": room.code, "on": "2023-12-19", "start": "14:00"}).status_code == 302
    assert Booking.objects.get().cancelled_on == TODAY
    assert client.post("/desk/joint/rooms/cancel", {"room": room.code, "on": "2023-12-19", "start": "14:00"}).status_code == 404
    turn = {"what": "add", "on": "2023-12-19", "half": "am", "body": "union", "name": "沈慧"}
    assert client.post("/desk/joint/duty/", turn).status_code == 302
    assert client.post("/desk/joint/duty/", turn).status_code == 422
    assert "沈慧" in client.get("/desk/joint/duty/?on=2023-12-20").content.decode()
    assert client.post("/desk/joint/duty/", {"what": "remove", "on": "2023-12-19", "half": "am", "name": "沈慧"}).status_code == 302
    assert "沈慧" not in client.get("/desk/joint/duty/?on=2023-12-20").content.decode()


def test_the_list_of_a_meeting_fills_itself_and_each_case_gets_its_decision(world: World, officer: Actor) -> None:
    long = new_dispute(world, on=date(2023, 9, 1), facts=Facts())
    fresh = new_dispute(world, on=date(2023, 12, 15), facts=Facts())
    meeting = actions.call_meeting(org=world.here, on=TODAY, place="二楼会议室", by=officer)
    with elevated("test"):
        assert [(one.case, one.why) for one in meeting.items.all()] == [(long, "long")]
    actions.put_on_list(meeting, case=fresh, by=officer)
    with pytest.raises(ValidationError, match="已在名单上"):
        actions.put_on_list(meeting, case=fresh, by=officer)
    client = client_of(world, world.here)
    page = f"/desk/joint/meetings/{meeting.code}/"
    said = {"minutes": "双方都来过", "decision": "由仲裁院先行调解", "follow_up": "约仲裁院", "follow_up_on": "2023-12-22"}
    assert client.post(f"{page}1/decide", said | {"follow_up_on": ""}).status_code == 422
    assert client.post(f"{page}1/decide", said).status_code == 302
    shown = client.get(page).content.decode()
    assert "由仲裁院先行调解" in shown and "人工提请" in shown and "办了 60 天以上" in shown
    with elevated("test"):
        item = MeetingItem.objects.get(number=1)
        assert "双方".encode() not in bytes(item.minutes_sealed)
        assert Task.objects.get(kind="rights.follow_up").due_on == date(2023, 12, 22)
        meeting = Meeting.objects.select_related("org").get()
    assert "约仲裁院" in client.get(f"/desk/cases/{long.code}/").content.decode()
    assert client.post(f"/desk/joint/{long.code}/followed", {"words": "约好了，下周二谈"}).status_code == 302
    assert client.get(f"/desk/joint/{long.code}/followed").status_code == 404
    assert "下周二谈" in client.get(page).content.decode()
    with elevated("test"):
        assert Task.objects.get(kind="rights.follow_up").done_on == TODAY
    with pytest.raises(ValidationError, match="已经开过"):
        actions.put_on_list(meeting, case=new_dispute(world), by=officer)
    assert client_of(world, world.elsewhere).get(page).status_code == 404


def test_a_meeting_is_called_on_its_page_and_cases_are_picked_and_dropped(world: World) -> None:
    case, client = new_dispute(world, on=date(2023, 12, 15), facts=Facts()), client_of(world, world.here)
    made = client.post("/desk/joint/meetings/call", {"on": "2023-12-20", "place": "二楼", "org": world.here.code})
    page = made.headers["Location"]
    assert client.post(page, {"case": "LD-0"}).status_code == 422
    assert client.post(page, {"case": case.code}).status_code == 302
    assert case.code in client.get(page).content.decode()
    assert "才开" in client.post(f"{page}1/decide", {"decision": "先办"}).content.decode()
    assert client.post(f"{page}1/drop").status_code == 302
    assert case.code not in client.get(page).content.decode()
    assert "二楼" in client.get("/desk/joint/meetings/").content.decode()


def test_the_element_form_knows_what_the_case_knows_and_is_filled_once(world: World, officer: Actor) -> None:
    case, client = new_dispute(world), client_of(world, world.here)
    page = f"/desk/joint/{case.code}/elements/"
    asked = client.get(page).content.decode()
    assert 'value="2022年3月14日"' in asked and "欠薪总额" in asked and "加班费数额" not in asked
    assert client.post(page, {"post": "骑手", "entry_on": "2022-03-14", "arrears": "7120"}).status_code == 302
    shown = client.get(f"{page}?print=1").content.decode()
    assert "骑手" in shown and "2022年3月14日" in shown
    with elevated("test"):
        kept = Elements.objects.get()
        assert kept.answers["arrears"] == "7120"
        assert "骑手".encode() not in bytes(kept.answers_sealed)
    with pytest.raises(ValidationError, match="没有这些问题"):
        actions.fill_elements(case, answers={"color": "red"}, by=officer)


def test_whoever_gives_rights_says_for_whom_an_account_stands(world: World, officer: Actor) -> None:
    place, case = body(world), entered(world, officer)
    actions.hand_to(case, body=place, asked="请安排审查确认", by=officer, on=GIVEN)
    user = world.officer(world.district, "partner")
    client = client_of(world, world.district, "secadmin")
    said = {"user": user.username, "body": place.code, "is_head": "on"}
    assert client.post("/desk/joint/members/", said).status_code == 302
    assert client.post("/desk/joint/members/", said).status_code == 422, "an account stands for one body"
    assert "仲裁院" in client.get("/desk/joint/members/").content.decode()
    with elevated("test"):
        case.refresh_from_db()
        assert case.accounts == [user.pk], "what the body holds already is seen at once"
    assert client.post("/desk/joint/members/", {"what": "remove", "user": user.username}).status_code == 302
    assert client.post("/desk/joint/members/", {"what": "remove", "user": user.username}).status_code == 404
    with elevated("test"):
        case.refresh_from_db()
        assert case.accounts == []
    assert client_of(world, world.here).get("/desk/joint/members/").status_code == 403


def test_why_an_account_of_another_body_sees_nothing_is_explained(world: World) -> None:
    user = clerk_of(world, body(world))
    said = explain(user, "rights.joint", world.here)
    assert not said[0].allows
    assert "只看得到点名交给这个账号的案件" in said[0].text
