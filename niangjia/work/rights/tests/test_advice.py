"""Lawyers on duty and consultations: the month made from arrangements, bookings and what is refused, what follows."""

from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from niangjia.base.scope import elevated, scoped
from niangjia.core.access.actor import SYSTEM, Actor, worker
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.law.queries import calendar
from niangjia.core.notices.models import Notice
from niangjia.core.people.actions import give_account
from niangjia.work.rights import actions
from niangjia.work.rights.consulting import free_slots, gaps
from niangjia.work.rights.models import Consultation, Dispute, Duty, LegalAid
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.helpers import new_aid, new_duty, new_lawyer
from tests.world import World

pytestmark = pytest.mark.django_db
MONDAY, NOON = date(2023, 12, 18), time(10)


@pytest.fixture
def world() -> World:
    return World()


def me(world: World) -> Actor:
    with elevated("test"):
        return worker(world.officer(world.here), world.person.pk)


def booked(world: World, duty: Duty | None = None, at: time = NOON, **facts: Any) -> Consultation:
    return actions.book(duty or new_duty(world), at=at, kind="D02", by=me(world), **facts)


def test_the_month_is_made_from_the_week_and_holidays_are_left_out(world: World) -> None:
    new_duty(world)
    with elevated("test"):
        actions.make_month(org=world.district, month=date(2024, 1, 1), by=SYSTEM)
        days = list(Duty.objects.order_by("on").values_list("on", flat=True))
    assert days == [date(2023, 12, day) for day in (4, 11, 18, 25)] + [date(2024, 1, day) for day in (8, 15, 22, 29)], (
        "New Year's Day is a Monday"
    )
    assert actions.make_month(org=world.district, month=date(2024, 1, 1), by=SYSTEM) == 0


def test_the_substitute_takes_the_days_after_the_first_ones_term(world: World) -> None:
    first, second = new_lawyer(world, valid_to=date(2023, 12, 10)), new_lawyer(world, name="应书同")
    duty = new_duty(world, first, substitute=second)
    assert (duty.helper_id, duty.stands_in_for_id) == (second.pk, first.pk)


def test_what_is_not_covered_is_listed(world: World) -> None:
    duty = new_duty(world)
    officer = acting(world.officer(world.district, "service_centre"))
    actions.cancel_duty(duty, by=officer, reason="律师生病了")
    with scoped(officer.scope):
        found = gaps(officer, date(2023, 12, 1), calendar())
        later = gaps(officer, date(2024, 1, 1), calendar())
    assert [(gap.on, gap.words) for gap in found] == [(MONDAY, "09:00 取消了，没有人替")]
    assert len(later) == 4


def test_a_worker_books_and_the_lawyer_answers(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    duty = new_duty(world, lawyer)
    row = booked(world, duty, question="少发两个月工资")
    assert "少发".encode() not in bytes(row.question_sealed or b"")
    counsel = acting(lawyer.account)  # type: ignore[arg-type]
    with scoped(counsel.scope):
        assert Consultation.objects.get().question == "少发两个月工资"
    actions.hold(row, said=actions.Said("先发书面催告", 25, "self"), by=counsel)
    actions.say_how_it_was(row, satisfied=5, by=me(world))
    with elevated("test"):
        row.refresh_from_db()
    assert (row.state, row.minutes, row.answer, row.satisfied) == ("held", 25, "先发书面催告", 5)
    with pytest.raises(ValidationError, match="已经评价"):
        actions.say_how_it_was(row, satisfied=1, by=me(world))


def test_a_time_is_given_to_one_only_and_given_back(world: World) -> None:
    duty = new_duty(world)
    row = booked(world, duty)
    with elevated("test"):
        assert NOON not in free_slots(duty)
        other = worker(world.officer(world.here), world.new_person(name="江一帆").pk)
    with pytest.raises(ValidationError, match="被别人约走"):
        actions.book(duty, at=NOON, kind="D02", by=other)
    with pytest.raises(ValidationError, match="已经约了"):
        booked(world, duty, at=time(9))
    with pytest.raises(Refused):
        actions.cancel_consultation(row, by=other)
    actions.cancel_consultation(row, by=me(world))
    actions.book(duty, at=NOON, kind="D02", by=other)


@pytest.mark.parametrize(
    ("on", "at", "said"),
    [(date(2023, 12, 11), NOON, "已经过去"), (date(2023, 12, 25), time(8), "没有这个时间"), (MONDAY, time(10, 7), "没有这个时间")],
)
def test_impossible_times_are_refused(world: World, on: date, at: time, said: str) -> None:
    new_duty(world)
    with elevated("test"):
        duty = Duty.objects.get(on=on)
    with pytest.raises(ValidationError, match=said):
        booked(world, duty, at=at)


def test_nobody_books_further_than_two_weeks_ahead(world: World) -> None:
    new_duty(world)
    actions.make_month(org=world.district, month=date(2024, 1, 1), by=SYSTEM)
    with elevated("test"):
        duty = Duty.objects.get(on=date(2024, 1, 8))
    with pytest.raises(ValidationError, match="最多提前 14 天"):
        booked(world, duty)


def test_a_duty_called_off_tells_those_who_booked(world: World) -> None:
    duty = new_duty(world)
    row = booked(world, duty)
    assert actions.cancel_duty(duty, by=SYSTEM, reason="律师生病了") == 1
    with elevated("test"):
        row.refresh_from_db()
        assert [notice.text for notice in Notice.objects.filter(person=world.person)] == [
            "12月18日 周一桃源街道法律服务窗口的律师值班取消了，请重新约时间。"
        ]
    assert row.state == "off"
    with pytest.raises(ValidationError, match="这一场取消"):
        booked(world, duty, at=time(9))


def test_a_swap_takes_the_bookings_along(world: World) -> None:
    duty, second = new_duty(world), new_lawyer(world, name="应书同", account=True)
    row = booked(world, duty)
    changed = actions.change_duty(duty, helper=second, by=SYSTEM, reason="临时开庭")
    with elevated("test"):
        row.refresh_from_db()
    assert (row.helper_id, row.account_id, changed.stands_in_for_id) == (second.pk, second.account_id, duty.helper_id)


def test_everybody_who_booked_is_reminded_once_the_evening_before(world: World) -> None:
    booked(world)
    assert actions.remind(by=SYSTEM, on=date(2023, 12, 17)) == 1
    assert actions.remind(by=SYSTEM, on=date(2023, 12, 17)) == 0


def test_somebody_without_a_name_is_answered_but_no_case_is_opened(world: World) -> None:
    row = actions.take_in(org=world.here, kind="D02", said=actions.Said("可以申请仲裁", 15), by=SYSTEM, how="call", contact="13800000000")
    assert row.person_id is None
    assert b"13800000000" not in bytes(row.contact_sealed or b"")
    with pytest.raises(ValidationError, match="没有留姓名"):
        actions.go_on_as_dispute(row, by=SYSTEM)


@pytest.mark.parametrize("way", ["dispute", "aid"])
def test_a_consultation_goes_on_as_a_case_with_what_was_told(world: World, way: str) -> None:
    officer = acting(world.officer(world.district, "service_centre"))
    row = actions.take_in(
        org=world.here, kind="D02", said=actions.Said("可以调解", 15, way), by=officer, person=world.person, question="少发两个月工资", employer_name="迅帆配送",
    )  # fmt: skip
    go_on = actions.go_on_as_aid if way == "aid" else actions.go_on_as_dispute
    case = go_on(row, by=officer)
    with elevated("test"):
        facts = LegalAid.objects.get(case=case).facts if way == "aid" else Dispute.objects.get(case=case).facts
        assert Case.objects.get().code == case.code
    assert (case.persons, facts) == ([world.person.pk], "少发两个月工资")
    with pytest.raises(ValidationError, match="已经转过"):
        go_on(row, by=officer)


def test_whoever_advised_the_employer_is_found_as_a_conflict(world: World) -> None:
    lawyer = new_lawyer(world)
    actions.take_in(
        org=world.here, kind="D02", said=actions.Said("告诉单位怎么解除", 15), by=SYSTEM, asked_by="employer", employer_name="迅帆配送", helper=lawyer,
    )  # fmt: skip
    case = new_aid(world)
    assert [conflict.text for conflict in actions.proposals(case)[0].against] == ["本人2023年给对方单位提供过咨询"]
    assert actions.proposals(case)[0].barred


def test_many_of_the_past_are_entered_in_one_go(world: World) -> None:
    lawyer = new_lawyer(world)
    rows = [
        actions.Told(world.here, lawyer, date(2022, 3, day), "D02", "window", 20, "问工资", "答仲裁", missed=day == 3) for day in (1, 2, 3)
    ]
    assert actions.take_in_many(rows, by=SYSTEM) == 3
    with elevated("test"):
        assert sorted(Consultation.objects.values_list("code", "state")) == [
            ("ZX-330212-2022-00001", "held"), ("ZX-330212-2022-00002", "held"), ("ZX-330212-2022-00003", "missed"),
        ]  # fmt: skip


# -- Pages ------------------------------------------------------------------------------------------------------------------------


def phone_of(world: World) -> Client:
    """The world's member, signed in on the phone."""
    with elevated("test"):
        user = give_account(person=world.person, by=SYSTEM)
    client = Client()
    client.force_login(user)
    session = client.session
    session["person"] = world.person.pk
    session.save()
    return client


def client_of(world: World, role: str = "service_centre") -> Client:
    client = Client()
    client.force_login(world.officer(world.district, role))
    return client


def test_three_taps_on_the_phone_and_nothing_personal_in_the_address(world: World) -> None:
    duty = new_duty(world)
    phone = phone_of(world)
    assert "还有 4 个空" in Client().get("/m/lawyers/").content.decode()
    answer = phone.post(f"/m/lawyers/{duty.code}/", {"at": "10:00", "kind": "D02"})
    assert answer.status_code == 302, answer.content.decode()
    page = answer.headers["Location"]
    assert page == "/m/consultations/ZX-330212-2023-00001/"
    assert "约好了" in phone.get(page).content.decode()
    assert "约好了" in phone.get("/m/consultations/").content.decode()
    assert "还有 3 个空" in Client().get("/m/lawyers/").content.decode()
    phone.post(page, {"what": "cancel"})
    assert "取消了" in phone.get(page).content.decode()


def test_a_taken_time_is_not_on_offer_and_refused(world: World) -> None:
    duty = new_duty(world)
    booked(world, duty)
    phone = phone_of(world)
    assert phone.post(f"/m/lawyers/{duty.code}/", {"at": "10:00", "kind": "D02"}).status_code == 422
    other = Client()
    assert other.get(f"/m/lawyers/{duty.code}/").status_code == 302, "to sign in first"


def test_nobody_reads_anothers_consultation(world: World) -> None:
    row = booked(world)
    with elevated("test"):
        other = world.new_person(name="江一帆")
        user = give_account(person=other, by=SYSTEM)
    phone = Client()
    phone.force_login(user)
    session = phone.session
    session["person"] = other.pk
    session.save()
    assert phone.get(f"/m/consultations/{row.code}/").status_code == 404
    assert client_of(world, "lawyer").get(f"/desk/consultations/{row.code}/").status_code == 404


def test_the_desk_holds_a_consultation_and_goes_on(world: World) -> None:
    row = booked(world, question="少发两个月工资")
    client = client_of(world)
    page = f"/desk/consultations/{row.code}/"
    assert "少发两个月工资" in client.get(page).content.decode()
    assert client.post(f"{page}answer", {"answer": "可以调解", "minutes": "20", "next_step": "dispute"}).status_code == 302
    assert client.post(f"{page}go-on/dispute", {"respondent": "迅帆配送"}).status_code == 302
    assert "LD-330212-2023-00001" in client.get(page).content.decode()
    assert row.code in client.get("/desk/consultations/?state=held").content.decode()


def test_the_rota_is_made_on_the_pages(world: World) -> None:
    lawyer, client = new_lawyer(world), client_of(world)
    answers = {
        "org": world.here.code, "place": "桃源窗口", "weekday": "0", "starts_at": "9:00", "ends_at": "11:00", "minutes": "30", "helper": lawyer.code,
        "valid_from": "2023-12-01",
    }  # fmt: skip
    assert client.post("/desk/duty/rota/new", answers).status_code == 302
    assert client.post("/desk/duty/make", {"month": "2023-12"}).status_code == 302
    shown = client.get("/desk/duty/?month=2023-12&all=1").content.decode()
    assert shown.count("桃源窗口") >= 4
    with elevated("test"):
        duty = Duty.objects.get(on=MONDAY)
    second = new_lawyer(world, name="应书同")
    assert client.post(f"/desk/duty/{duty.code}/swap", {"helper": second.code, "reason": "临时开庭"}).status_code == 302
    assert "替 史可为" in client.get("/desk/duty/?month=2023-12").content.decode()
    assert client.post(f"/desk/duty/{duty.code}/off", {"reason": "街道停电"}).status_code == 302
    assert "没有人值的" in client.get("/desk/duty/?month=2023-12").content.decode()


def test_the_lawyers_desk_and_calendar(world: World) -> None:
    lawyer = new_lawyer(world, account=True)
    duty = new_duty(world, lawyer)
    row = booked(world, duty)
    desk = Client()
    desk.force_login(lawyer.account)  # type: ignore[arg-type]
    assert row.code in desk.get("/desk/lawyer/").content.decode()
    shown = desk.post("/desk/lawyer/feed", {"what": "new"}).content.decode()
    address = shown[shown.index("/feeds/lawyer/") :].split("<")[0]
    feed = Client().get(address)
    assert feed.headers["Content-Type"].startswith("text/calendar")
    assert "值班 桃源街道法律服务窗口" in feed.content.decode()
    assert "何静川" not in feed.content.decode()
    desk.post("/desk/lawyer/feed", {"what": "stop"})
    assert Client().get(address).status_code == 404
    assert Client().get("/feeds/lawyer/guess.ics").status_code == 404


def test_a_worker_asks_for_a_lawyer_from_their_own_matter(world: World) -> None:
    matter, phone = new_dispute(world), phone_of(world)
    page = f"/m/cases/{matter.code}/"
    shown = phone.get(page).content.decode()
    assert shown.index("请律师帮我") < shown.index("我不办了")
    assert phone.post(f"{page}step/ask_aid/", {"means": "一个人养家"}).status_code == 302
    with elevated("test"):
        aid = LegalAid.objects.select_related("case").get()
    assert (aid.matter_id, aid.means, aid.case.persons) == (matter.pk, "一个人养家", [world.person.pk])
    assert "收到你的申请了" in phone.get(f"/m/cases/{aid.case.code}/").content.decode()
    assert "已经有一件在办的法律援助" in phone.post(f"{page}step/ask_aid/", {"means": "再申请一次"}).content.decode()


def test_the_published_roster_is_open_to_everybody_without_telephones(world: World) -> None:
    new_lawyer(world, phone="13800001234", languages=["cmn", "nb"])
    new_lawyer(world, name="应书同", published=False)
    shown = Client().get("/m/helpers/").content.decode()
    assert all(words in shown for words in ("史可为", "浙江三江口律师事务所", "擅长 追索劳动报酬", "会说 宁波话"))
    assert "应书同" not in shown
    assert "13800001234" not in shown
